"""Values of KPIs that are typed in: what was typed is never overwritten, only followed by a newer value."""

from __future__ import annotations

from kpidesk.core.entries import Entry, EntryBook
from kpidesk.store.belongings import supersede
from kpidesk.store.database import Database
from kpidesk.store.scopes import period_of, scope_names, scope_of

_ABOUT = ("kpi_id", "scope_kind", "scope_id", "start", "end")
_COLUMNS = (*_ABOUT, "grain", "key", "label", "value", "n", "evidence", "entered_at")


def save_entry(db: Database, entry: Entry) -> None:
    """Keep a value typed in; the one it follows stays readable but is no longer in force."""
    scope, period = entry.scope, entry.period
    about = (entry.kpi_id, scope.kind, scope.id, period.start.isoformat(), period.end.isoformat())
    values = (*about, period.grain, period.key, period.label, entry.value, entry.n, entry.evidence, entry.entered_on)
    with db.writing("value typed in", entry_detail(entry)):
        supersede(db, "kpi_entries", about)
        db.run(f"INSERT INTO kpi_entries({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})", values)


def entry_detail(entry: Entry) -> str:
    """What the log says of a value typed in: whose, and of which period."""
    return f"{entry.kpi_id} {entry.scope.kind} {entry.scope.id} {entry.period.key}"


def load_entries(db: Database) -> EntryBook:
    """Every value typed in, oldest first, those that a newer one follows included; none that was put aside."""
    names = scope_names(db)
    rows = db.rows(f"SELECT superseded, {', '.join(_COLUMNS)} FROM kpi_entries WHERE scope_id >= 0 ORDER BY id")
    return EntryBook(
        tuple(
            Entry(kpi_id, scope_of(names, kind, number), period_of(*period), value, evidence, n, day, bool(superseded))
            for superseded, kpi_id, kind, number, *period, value, n, evidence, day in rows
        )
    )
