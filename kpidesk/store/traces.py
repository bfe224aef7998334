"""What an import left behind: where it showed a value, and what would go with it if it were taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import numpy as np

from kpidesk.core.imports import UndoEffect
from kpidesk.store.columns import Ints, day_number, day_text, load
from kpidesk.store.database import Database
from kpidesk.store.deal_merges import missing_on, parts_of, plain_versions
from kpidesk.store.imports import require_import
from kpidesk.store.links import id_forms
from kpidesk.store.shapes import DEALS, NO_DAY, SHAPES, Shape
from kpidesk.store.sightings import (
    Sighting,
    first_and_last,
    lines_of,
    load_sightings,
    load_versions,
    missing_from,
    seen_by,
)


def first_places(db: Database, asked: Sequence[tuple[int, date]]) -> list[tuple[int, int]]:
    """Import and line that showed each of these values of deals on a day; of two imports of the day the later one.

    Import and line are 0 where none of that day showed the value.
    """
    days = {day_number(day.isoformat()) for _, day in asked}
    parts = parts_of(db, [value for value, _ in asked])
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for one in load_sightings(db, "deals"):
        if one.day not in days:
            continue
        seen, lines = seen_by(db, one.import_id), lines_of(db, one.import_id)
        for value, day in asked:
            shown = np.isin(seen, parts.get(value, (value,)))
            if day_number(day.isoformat()) == one.day and len(at := np.flatnonzero(shown)):
                found[value, one.day] = one.import_id, int(lines[at[0]])
    return [found.get((value, day_number(day.isoformat())), (0, 0)) for value, day in asked]


def deals_told_by(db: Database, import_id: int) -> frozenset[int] | None:
    """The deals that an import shows otherwise than those of its source and day before it, or says first to have gone.

    None where no other import of deals is of its source and day: then it tells whatever changed.
    """
    of_day, mine = _of_day(db, import_id)
    if len(of_day) == 1:
        return None
    of, own = load(db, DEALS, "of"), seen_by(db, import_id)
    last = np.zeros(int(of.max(initial=0)) + 1, np.int64)
    for one in of_day[: of_day.index(mine)]:
        seen = seen_by(db, one.import_id)
        last[of[seen]] = seen
    found = set(of[own[last[of[own]] != own]].tolist())
    if next((one for one in of_day if one.complete), None) is mine:
        found |= set(np.flatnonzero(missing_on(db, day_of(mine.day)) == mine.day).tolist())
    heads = dict(db.rows(f"SELECT id, merged_into FROM {DEALS.records} WHERE merged_into IS NOT NULL"))
    return frozenset(heads.get(deal, deal) for deal in found)


def shown_otherwise(db: Database, import_id: int) -> tuple[Ints, Ints, Ints]:
    """The deals that an import shows otherwise than another one of its source and day: deal, value before, its own.

    The value before is that of the newest import of the day before it that shows the deal, 0 without one. Deals that
    were made one are left out: their values come from several of a day.
    """
    of_day, mine = _of_day(db, import_id)
    if len(of_day) == 1:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
    of = load(db, DEALS, "of")
    then, later, now = (np.zeros(int(of.max(initial=0)) + 1, np.int64) for _ in range(3))
    for one in of_day:
        seen = seen_by(db, one.import_id)
        values = now if one is mine else then if one.import_id < import_id else later
        values[of[seen]] = seen
    for merged in db.rows(f"SELECT id, merged_into FROM {DEALS.records} WHERE merged_into IS NOT NULL"):
        now[list(merged)] = 0
    deals = np.flatnonzero((now != 0) & (((then != 0) & (then != now)) | ((later != 0) & (later != now))))
    return deals, then[deals], now[deals]


def _of_day(db: Database, import_id: int) -> tuple[list[Sighting], Sighting]:
    """The imports of deals of the source and day of one of them in the order in which they came, and that one."""
    sightings = load_sightings(db, "deals")
    mine = next(one for one in sightings if one.import_id == import_id)
    return [one for one in sightings if (one.source_id, one.day) == (mine.source_id, mine.day)], mine


def undo_effect(db: Database, import_id: int) -> UndoEffect:
    """What would go if an import were taken back; nothing is changed.

    Raises:
        UserError: there is no such import.
    """
    require_import(db, import_id)
    kind, rows = db.rows("SELECT kind, added + updated + unchanged FROM imports WHERE id=?", (import_id,))[0]
    shape = SHAPES.get(kind)
    if shape is None:
        return UndoEffect(import_id, rows)
    others = [one for one in load_sightings(db, kind) if one.import_id != import_id]
    of = load(db, shape, "of")
    last, since = _left(db, of, others)
    now, versions = np.zeros(len(last), np.int64), load_versions(db, shape)
    versions = plain_versions(db, versions) if shape is DEALS else versions
    now[versions.of] = versions.value
    mine = np.unique(of[seen_by(db, import_id)])
    gone = last[mine] == 0
    back = ~gone & (last[mine] != now[mine])
    days: Ints = since[mine[back]]
    return UndoEffect(
        import_id,
        rows,
        records_gone=int(gone.sum()),
        records_back=int(back.sum()),
        records_listed=_listed_again(db, shape, of, others) if shape.is_listed else 0,
        back_from=day_of(int(days.min())) if len(days) else None,
        back_to=day_of(int(days.max())) if len(days) else None,
    )


def day_of(number: int) -> date:
    """The day with a number."""
    return date.fromisoformat(day_text(number))


def _left(db: Database, of: Ints, others: Sequence[Sighting]) -> tuple[Ints, Ints]:
    """By record the newest value that the other imports show (0: none) and the day since which they show it."""
    size = int(of.max(initial=0)) + 1
    last, since = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for one in others:
        seen = seen_by(db, one.import_id)
        changed = seen[last[of[seen]] != seen]
        last[of[changed]], since[of[changed]] = changed, one.day
    return last, since


def _listed_again(db: Database, shape: Shape, of: Ints, others: Sequence[Sighting]) -> int:
    """How many records are missing now and would not be by the other imports."""
    missing, source = load(db, shape, "missing_from"), load(db, shape, shape.source)
    _, last = first_and_last(of, ((one.day, seen_by(db, one.import_id)) for one in others), len(source) - 1)
    then = missing_from(last, source, others)
    return int(((missing != NO_DAY) & (then == NO_DAY) & (last != NO_DAY)).sum())


def deal_number(db: Database, key: str, source: str = "") -> int | None:
    """The number of the deal with a key, in a source when one is named; None when there is none.

    A Salesforce id may be given in either of its lengths; that which a source writes goes first.
    """
    sql = (
        "SELECT coalesce(d.merged_into, d.id) FROM json_each(?) j CROSS JOIN sources s"
        f" CROSS JOIN {DEALS.records} d ON d.source_id = s.id AND d.key = j.value WHERE ? IN ('', s.name)"
        " ORDER BY j.key, d.id DESC LIMIT 1"
    )
    found: int | None = db.one(sql, (json.dumps(id_forms(key)), source))
    return found
