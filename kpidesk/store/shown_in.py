"""Where values were shown: the newest import that did, the line in its file, and the day from which each holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.fields import Kind
from kpidesk.store.columns import Ints, day_number, day_text, view
from kpidesk.store.database import Database
from kpidesk.store.deal_merges import parts_of
from kpidesk.store.shapes import DEALS, SHAPES, Shape
from kpidesk.store.sightings import lines_of, load_sightings, seen_by

_NO_LIMIT = 2**31 - 1
Mask = NDArray[np.bool_]


def value_places(db: Database, kind: Kind, value_ids: Ints, as_of: date | None = None) -> tuple[Ints, Ints, Ints]:
    """The newest import that showed each value, the line there (both 0 when not known), and the day it holds from."""
    return _places(db, SHAPES[kind], value_ids, _last(as_of))


def imports_showing(db: Database, kind: Kind, value_ids: Ints, as_of: date | None = None) -> tuple[int, ...]:
    """The imports that showed any of these values last."""
    last = _last(as_of)
    made_of = parts_of(db, value_ids) if kind == "deals" else {}
    size = int(max(value_ids.max(initial=0), *(max(parts) for parts in made_of.values()), 0)) + 1
    asked = np.zeros(size, bool)
    asked[value_ids] = True
    for part in (one for parts in made_of.values() for one in parts):
        asked[part] = True
    found, left = list[int](), np.count_nonzero(asked)
    for one in reversed([one for one in load_sightings(db, kind) if one.day <= last]):
        seen = seen_by(db, one.import_id)
        if int(seen.max(initial=0)) >= size:
            seen = seen[seen < size]
        hits = np.count_nonzero(asked[seen])  # an import sees a value once
        if hits:
            found.append(one.import_id)
            left -= hits
        if not left:
            break
        if hits:
            asked[seen] = False
    return tuple(sorted(found))


def places_of(
    db: Database, shape: Shape, wanted: Ints, as_of: date | None = None
) -> Iterator[tuple[str, str, str, str]]:
    """Import, file, line and first day of each value as text, from data dates up to `as_of`."""
    seen_in, line, since = _places(db, shape, wanted, _last(as_of))
    files = {0: "", **dict(db.rows("SELECT id, file_name FROM imports"))}
    days = {day: day_text(day) for day in np.unique(since).tolist()}
    for number, at, day in zip(seen_in.tolist(), line.tolist(), since.tolist(), strict=True):
        yield str(number or ""), files[number], str(at or ""), days[day]


def _places(db: Database, shape: Shape, wanted: Ints, last: int) -> tuple[Ints, Ints, Ints]:
    """Import, line and first day of each value; one that was made of others stands where the newest of them does."""
    parts = parts_of(db, wanted) if shape is DEALS else {}
    every = np.concatenate([wanted, *map(np.asarray, parts.values())]).astype(np.int64)
    asked = np.flatnonzero(np.bincount(every))  # of a million values, np.unique takes ten times as long
    seen_in, line, since = _shown_places(db, shape, asked, last)
    if not parts:
        at = np.searchsorted(asked, wanted)
        return seen_in[at], line[at], since[at]
    order = {one.import_id: number for number, one in enumerate(load_sightings(db, shape.kind))}
    place = {value: at for at, value in enumerate(asked.tolist())}
    found = [
        max((place[part] for part in parts.get(value, (value,))), key=lambda at: order.get(int(seen_in[at]), -1))
        for value in wanted.tolist()
    ]
    return seen_in[found], line[found], since[np.searchsorted(asked, wanted)]


def _shown_places(db: Database, shape: Shape, wanted: Ints, last: int) -> tuple[Ints, Ints, Ints]:
    """The same of values in rising order, each once; what stands beside the others is not looked at."""
    seen_in, line, since = (np.zeros(len(wanted), np.int64) for _ in range(3))
    asked = np.zeros(int(wanted.max(initial=0)) + 1, bool)
    asked[wanted] = True
    left = len(wanted)
    for one in reversed([one for one in load_sightings(db, shape.kind) if one.day <= last]):
        seen = seen_by(db, one.import_id)
        if len(here := _among(asked, seen)):
            at = np.searchsorted(wanted, seen[here])
            seen_in[at], line[at] = one.import_id, lines_of(db, one.import_id)[here]
            asked[seen[here]] = False
            left -= len(here)
        if not left:
            break
    start, value = view(db, shape, "v.from"), view(db, shape, "v.value")
    asked[wanted] = True
    mine = _among(asked, value)
    mine = mine[start[mine] <= last]
    since[np.searchsorted(wanted, value[mine])] = start[mine]
    return seen_in, line, since


def _among(asked: Mask, values: Ints) -> Ints:
    """The places of those of some values that are asked for."""
    if int(values.max(initial=0)) < len(asked):
        return np.flatnonzero(asked[values])
    near = np.flatnonzero(values < len(asked))
    return near[asked[values[near]]]


def _last(as_of: date | None) -> int:
    return _NO_LIMIT if as_of is None else day_number(as_of.isoformat())
