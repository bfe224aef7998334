"""Which files the numbers come from."""

from __future__ import annotations

from kpidesk import store
from kpidesk.operations.workspace import Workspace


def sources_of(ws: Workspace) -> tuple[str, ...]:
    """The newest import of each source of deals, as `file (data date)`."""
    return ws.remember("sources", lambda: _sources(ws))


def _sources(ws: Workspace) -> tuple[str, ...]:
    newest: dict[str, tuple[str, str]] = {}
    for entry in store.import_history(ws.db):
        if entry.kind == "deals":
            seen = newest.get(entry.source, ("", ""))
            newest[entry.source] = max(seen, (entry.data_date.isoformat(), entry.file))
    return tuple(f"{file} ({day})" for day, file in sorted(newest.values()))
