"""Which records tell two events the wrong way round."""

from __future__ import annotations

from kpidesk.core.fields import Kind
from kpidesk.store.database import Database
from kpidesk.store.dated import STILL
from kpidesk.store.shapes import SHAPES

_DAY = 10
"""So many characters of a stamp are its day."""


def told_backwards(db: Database, kind: Kind, first: str, second: str) -> tuple[tuple[str, str, str], ...]:
    """The records of a kind that, as they are now, date the second event before the first one: id, first and second.

    Times of day count where both events have one.
    """
    shape = SHAPES[kind]
    early, late = (f"substr(v.{one}, 1, min(length(v.{first}), length(v.{second})))" for one in (first, second))
    days = f"substr(v.{second}, 1, {_DAY}) < substr(v.{first}, 1, {_DAY})"
    sql = (
        f"SELECT r.key, v.{first}, v.{second} FROM {shape.versions} n JOIN {shape.values} v ON v.id = n.value_id"
        f" JOIN {shape.records} r ON r.id = n.{shape.record} WHERE n.valid_to=? AND ({days} OR {late} < {early})"
    )
    return tuple(db.rows(f"{sql} ORDER BY r.id", (STILL,)))
