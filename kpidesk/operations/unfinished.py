"""KPIs that were begun and not kept: found again when the workspace is opened the next time."""

from __future__ import annotations

from kpidesk import store
from kpidesk.operations.workspace import Workspace


def unfinished_kpis(ws: Workspace) -> tuple[str, ...]:
    """What was begun in the editor, each as the text it was handed over as."""
    return store.load_unfinished(ws.db)


def keep_unfinished_kpis(ws: Workspace, texts: tuple[str, ...]) -> None:
    """Keep what was begun, in place of what was kept before.

    Raises:
        UserError: the workspace is read-only.
    """
    store.save_unfinished(ws.db, texts)
