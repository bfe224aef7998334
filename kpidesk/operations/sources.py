"""Which files the numbers come from, and what was imported so far."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kpidesk import engine, store
from kpidesk.core.fields import EVENTFUL, Kind
from kpidesk.core.import_history import DataDay, ImportEntry
from kpidesk.operations.workspace import Workspace

DEALS: frozenset[Kind] = frozenset(("deals",))
_ALSO: dict[str, tuple[Kind, ...]] = {
    "accounts": ("subscriptions",), "movements": ("subscriptions",), "capacity": ("absences", "holidays"),
    "stage_visits": ("stage-history",),
}  # fmt: skip


def kinds_behind(tables: Iterable[str]) -> frozenset[Kind]:
    """The kinds of record that tables of the formula language are filled from; deals where they need none."""
    found = {kind for table in tables for kind in (engine.KIND_OF[table], *_ALSO.get(table, ()))}
    return frozenset(found - {"people"}) or DEALS


def sources_of(ws: Workspace, as_of: date | None = None, kinds: frozenset[Kind] = DEALS) -> tuple[str, ...]:
    """The newest import of each source of some kinds of record (up to `as_of`), as `file (data date)`."""
    return ws.remember(("sources", as_of, kinds), lambda: _sources(ws, as_of or date.max, kinds))


def oldest_of(ws: Workspace, as_of: date | None = None, kinds: frozenset[Kind] = DEALS) -> date | None:
    """The day up to which all of some kinds of record are known: that of the kind whose newest import is the oldest.

    Only kinds whose records are events count, not plans or calendars; None where none of them was imported.
    """
    wanted = kinds.intersection(("deals", *EVENTFUL))
    return ws.remember(("oldest", as_of, wanted), lambda: _oldest(ws, as_of or date.max, wanted))


def _oldest(ws: Workspace, last: date, kinds: frozenset[Kind]) -> date | None:
    newest: dict[Kind, date] = {}
    for entry in store.import_history(ws.db):
        if entry.kind in kinds and entry.data_date <= last:
            newest[entry.kind] = max(newest.get(entry.kind, date.min), entry.data_date)
    return min(newest.values(), default=None)


def _sources(ws: Workspace, last: date, kinds: frozenset[Kind]) -> tuple[str, ...]:
    newest: dict[tuple[str, str], tuple[str, str]] = {}
    for entry in store.import_history(ws.db):
        if entry.kind in kinds and entry.data_date <= last:
            seen = newest.get((entry.kind, entry.source), ("", ""))
            newest[entry.kind, entry.source] = max(seen, (entry.data_date.isoformat(), entry.file))
    return tuple(f"{file} ({day})" for day, file in sorted(newest.values()))


def imports(ws: Workspace) -> tuple[ImportEntry, ...]:
    """The imports of a workspace, oldest first."""
    return store.import_history(ws.db)


def data_days(ws: Workspace) -> tuple[DataDay, ...]:
    """Every day that imported records are of, newest first."""
    return ws.remember("data days", lambda: _data_days(ws))


def _data_days(ws: Workspace) -> tuple[DataDay, ...]:
    files: dict[date, list[str]] = {}
    for one in store.import_history(ws.db):
        if one.kind != "people":
            files.setdefault(one.data_date, []).append(one.file)
    return tuple(DataDay(day, len(files[day]), tuple(dict.fromkeys(files[day]))) for day in sorted(files, reverse=True))
