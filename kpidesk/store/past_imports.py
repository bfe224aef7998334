"""What was imported so far, and which days it is of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kpidesk.core.import_history import ImportEntry
from kpidesk.store.database import Database

if TYPE_CHECKING:
    from kpidesk.core.fields import Kind


def import_history(db: Database) -> tuple[ImportEntry, ...]:
    """Every import, oldest first."""
    sql = (
        "SELECT i.id, kind, file_name, s.name, data_date, imported_at,"
        " read, added, updated, unchanged, rejected, skipped"
        " FROM imports i JOIN sources s ON s.id = source_id ORDER BY i.id"
    )
    return tuple(
        ImportEntry(number, kind, file, source, date.fromisoformat(day), *rest)
        for number, kind, file, source, day, *rest in db.rows(sql)
    )


def data_dates(db: Database, kind: Kind = "deals") -> tuple[tuple[int, date], ...]:
    """Import and data date of every import of a kind, in data-date order."""
    sql = "SELECT id, data_date FROM imports WHERE kind=? ORDER BY data_date, id"
    return tuple((number, date.fromisoformat(day)) for number, day in db.rows(sql, (kind,)))


def teams_told_after(db: Database, day: date) -> tuple[str, date] | None:
    """File and data date of the newest import after a day that tells who was in which team by that day."""
    sql = (
        "SELECT file_name, data_date FROM imports i WHERE kind='people' AND data_date > ? AND EXISTS ("
        " SELECT 1 FROM people_rows r WHERE r.import_id = i.id AND r.team <> ''"
        " AND (r.valid_from IS NULL OR r.valid_from <= ?)) ORDER BY data_date DESC, id DESC LIMIT 1"
    )
    found = db.rows(sql, (day.isoformat(), day.isoformat()))
    return next(((file, date.fromisoformat(of)) for file, of in found), None)
