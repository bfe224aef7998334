"""Keep a workspace safe: check it, back it up, put a backup back."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from kpidesk import store
from kpidesk.core.progress import Progress
from kpidesk.operations.workspace import Workspace


def check(ws: Workspace) -> Generator[Progress, None, store.CheckReport]:
    """Check that the file is whole, that its history can be derived again, and that every import adds up."""
    return (yield from store.check(ws.db))


def backup(ws: Workspace, to: Path | None = None) -> Path:
    """Write a verified copy, into the backups folder unless told where.

    Raises:
        UserError: it cannot be written there.
    """
    return store.backup(ws.db, to)


def restore(path: Path, backup_file: Path) -> Path | None:
    """Put a verified backup in the place of a workspace and give back where the replaced file is kept.

    Raises:
        UserError: the backup is not whole, or the workspace is open elsewhere.
    """
    return store.restore(path, backup_file)
