"""Which files the numbers come from."""

from __future__ import annotations

from datetime import date

from kpidesk import store
from kpidesk.operations.workspace import Workspace


def sources_of(ws: Workspace, as_of: date | None = None) -> tuple[str, ...]:
    """The newest import of each source of deals (up to `as_of`), as `file (data date)`."""
    return ws.remember(("sources", as_of), lambda: _sources(ws, as_of or date.max))


def _sources(ws: Workspace, last: date) -> tuple[str, ...]:
    newest: dict[str, tuple[str, str]] = {}
    for entry in store.import_history(ws.db):
        if entry.kind == "deals" and entry.data_date <= last:
            seen = newest.get(entry.source, ("", ""))
            newest[entry.source] = max(seen, (entry.data_date.isoformat(), entry.file))
    return tuple(f"{file} ({day})" for day, file in sorted(newest.values()))
