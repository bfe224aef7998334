"""Rows of files that could not be read and that no later file has brought in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk.core.errors import Issue
from kpidesk.core.fields import Kind
from kpidesk.store.database import Database
from kpidesk.store.shapes import SHAPES
from kpidesk.store.sightings import seen_by


@dataclass(frozen=True, slots=True)
class OpenReject:
    """A row that did not come in: what is wrong with it, and the import that refused it; `key` is its id or empty."""

    import_id: int
    kind: Kind
    file: str
    day: date
    source_id: int
    key: str
    issue: Issue

    @property
    def place(self) -> tuple[date, int]:
        """Where its import stands among those of its source."""
        return self.day, self.import_id


def open_rejects(db: Database, until: date = date.max) -> tuple[OpenReject, ...]:
    """The rows that imports with data up to a day refused and no later one made good, the newest import first.

    A later complete file of the same source and kind says of every row of the older ones what became of it, and any
    later file does of the rows with the same id; of a row refused twice the newer one counts.
    """
    open_rows: list[OpenReject] = []
    known: set[tuple[str, int, str]] = set()
    for one in _not_replaced(db, until):
        same = (one.kind, one.source_id, one.key)
        if not one.key or same not in known:
            open_rows.append(one)
        known.add(same)
    seen = _seen_last(db, open_rows, until)
    return tuple(one for one in open_rows if seen.get((one.kind, one.source_id, one.key), one.place) <= one.place)


def _not_replaced(db: Database, until: date) -> list[OpenReject]:
    sql = (
        "SELECT i.id, i.kind, i.file_name, i.data_date, i.source_id, r.key, r.line, r.field, r.value, r.problem"
        " FROM rejected_rows r JOIN imports i ON i.id = r.import_id WHERE i.data_date <= :until AND NOT EXISTS"
        " (SELECT 1 FROM imports j WHERE j.kind = i.kind AND j.source_id = i.source_id AND j.complete = 1"
        " AND j.data_date <= :until AND (j.data_date, j.id) > (i.data_date, i.id))"
        " ORDER BY i.data_date DESC, i.id DESC, r.number"
    )
    return [
        OpenReject(number, kind, file, date.fromisoformat(day), source, key, Issue(*issue))
        for number, kind, file, day, source, key, *issue in db.rows(sql, {"until": until.isoformat()})
    ]


def _seen_last(
    db: Database, rows: list[OpenReject], until: date
) -> dict[tuple[str, int, str], tuple[date, int]]:  # fmt: skip
    """Where the last import stands that took in a record with the id of one of these rows."""
    found: dict[tuple[str, int, str], tuple[date, int]] = {}
    for kind, source in sorted({(one.kind, one.source_id) for one in rows if one.key and one.kind in SHAPES}):
        mine = [one for one in rows if (one.kind, one.source_id) == (kind, source) and one.key]
        shape, first = SHAPES[kind], min(one.place for one in mine)
        sql = (
            f"SELECT v.id, d.key FROM {shape.values} v JOIN {shape.records} d ON d.id = v.{shape.record}"
            " WHERE d.source_id = ? AND d.key IN (SELECT value FROM json_each(?)) ORDER BY v.id"
        )
        values = db.rows(sql, (source, json.dumps([one.key for one in mine])))
        numbers = np.array([number for number, _ in values], dtype=np.int64)
        sql = "SELECT data_date, id FROM imports WHERE kind = ? AND source_id = ? AND data_date <= ? ORDER BY 1, 2"
        for day, number in db.rows(sql, (kind, source, until.isoformat())) if values else []:
            place = date.fromisoformat(day), int(number)
            if place > first:
                for at in np.flatnonzero(np.isin(numbers, seen_by(db, number))).tolist():
                    found[kind, source, values[at][1]] = place
    return found
