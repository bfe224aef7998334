"""Columns as arrays, kept in pieces of one BLOB each, in the same transaction as the rows they repeat.

A column by value id has one entry per value, a column by record id one per record, and the version columns one per
version in (record, day) order. A piece is stored in the smallest integer type that holds it; a piece that repeats
one number is stored as that number ("=" before its type).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.fields import Kind
from kpidesk.store.database import Database, damaged
from kpidesk.store.shapes import DEALS, NO_DAY, SHAPES, VERSION_COLUMNS, Shape

Ints = NDArray[Any]
EPOCH = date(1970, 1, 1).toordinal()
MINUTES = 24 * 60 + 1
"""How many numbers a day takes in a column of stamps: its minutes, before them one for a day without time."""
_DAY, _ONLY_DAY = 24 * 60, len("1970-01-01")
_SMALL = (np.int8, np.int16, np.int32)
_PAGES_ONCE = -1000  # kB


def day_number(text: str | None) -> int:
    """Days since 1970-01-01 of an ISO day, NO_DAY for none."""
    return NO_DAY if text is None else date.fromisoformat(text).toordinal() - EPOCH


def day_text(number: int) -> str:
    """The ISO day of a day number."""
    return date.fromordinal(number + EPOCH).isoformat()


def stamp_number(text: str | None) -> int:
    """The day number times `MINUTES`, plus 1 and the minute of the day where a stamp has one; NO_DAY for none."""
    if text is None:
        return NO_DAY
    day, _, time = text.partition("T")
    return day_number(day) * MINUTES + (int(time[:2]) * 60 + int(time[3:5]) + 1 if time else 0)


def stamp_numbers(texts: Sequence[str | None]) -> Ints:
    """The numbers of many stamps, as `stamp_number` gives each; those with a time end in hours and minutes."""
    moments = np.array(texts, "datetime64[m]")
    minutes = moments.astype(np.int64)
    days, rest = minutes // _DAY, minutes % _DAY
    timed = np.fromiter((text is not None and len(text) > _ONLY_DAY for text in texts), bool, len(texts))
    return np.where(np.isnat(moments), NO_DAY, days * MINUTES + np.where(timed, rest + 1, 0)).astype(np.int32)


class StoredColumns(Mapping[str, Ints]):
    """The columns of a kind as they are now, each read when it is first asked for: no question rests on all of them."""

    def __init__(self, db: Database, shape: Shape) -> None:
        self._db, self._shape, self._state = db, shape, db.columns_state
        self._read: dict[str, Ints] = {}

    def __getitem__(self, name: str) -> Ints:
        """A whole column.

        Raises:
            UserError: a stored piece of it is damaged.
            RuntimeError: columns were written since these were those of now.
        """
        if name not in self._read:
            if name not in self._shape.public:
                raise KeyError(name)
            if self._db.columns_state is not self._state:
                raise RuntimeError(f"the column {name} of {self._shape.kind} is asked for after a change")
            self._read[name] = _read_once(self._db, self._shape, name)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._shape.public

    def __iter__(self) -> Iterator[str]:
        return iter(self._shape.public)

    def __len__(self) -> int:
        return len(self._shape.public)


def load_columns(db: Database, kind: Kind = "deals") -> Mapping[str, Ints]:
    """The columns of a kind: field values and `of` by value id, versions, and marks by record id; entry 0 unused.

    The marks are `first_seen`, `missing_from` and `source`; the last is `of_source` where a field is named so.

    Raises:
        ValueError: there are no columns of that kind.
    """
    if kind not in SHAPES:
        raise ValueError(kind)
    return StoredColumns(db, SHAPES[kind])


def _read_once(db: Database, shape: Shape, name: str) -> Ints:
    pages = db.one("PRAGMA cache_size")
    db.run(f"PRAGMA cache_size={_PAGES_ONCE}")  # no page of a column is read twice
    try:
        return view(db, shape, name)
    finally:
        db.run(f"PRAGMA cache_size={pages}")


def load_columns_of(db: Database, records: Ints) -> dict[str, Ints]:
    """The columns of some deals alone, with numbers of their own for the values; the marks are those of all deals."""
    of, start, value = (load(db, DEALS, name) for name in VERSION_COLUMNS)
    wanted = np.zeros(int(of.max(initial=0)) + 1, bool)
    wanted[records] = True
    mine = wanted[of]
    values, numbers = np.unique(value[mine], return_inverse=True)
    kept = np.append(0, values)
    found = {name: load(db, DEALS, name) for name in DEALS.record_columns if name in DEALS.public}
    found |= {name: load(db, DEALS, name)[kept] for name in DEALS.value_columns if name in DEALS.public}
    return found | {"v.of": of[mine], "v.from": start[mine], "v.value": numbers + 1}


def load(db: Database, shape: Shape, name: str) -> Ints:
    """One whole column, which may be written to.

    Raises:
        UserError: a stored piece is damaged.
    """
    found = view(db, shape, name)
    return found if found.flags.writeable else found.copy()


def view(db: Database, shape: Shape, name: str) -> Ints:
    """One whole column to read; one that repeats a number takes the memory of that number.

    Raises:
        UserError: a stored piece is damaged.
    """
    dtype, empty = shape.columns[name]
    sql = "SELECT size, dtype, data FROM columns WHERE kind=? AND name=? ORDER BY segment"
    pieces = db.rows(sql, (shape.kind, name))
    if not pieces and name not in VERSION_COLUMNS:
        return np.full(1, empty, dtype)
    length = sum(size for size, _, _ in pieces)
    if pieces and pieces[0][1].startswith("=") and len({(stored, data) for _, stored, data in pieces}) == 1:
        return np.broadcast_to(_decoded(db, *pieces[0]).astype(dtype), length)
    whole = np.empty(length, dtype)
    start = 0
    for size, stored, data in pieces:
        whole[start : start + size] = _decoded(db, size, stored, data)
        start += size
    return whole


def save(db: Database, shape: Shape, name: str, values: Ints) -> None:
    """Replace a whole column."""
    _remove(db, shape, name)
    for number, begin in enumerate(range(0, len(values), db.segment)):
        _write(db, shape, name, number, values[begin : begin + db.segment])


def save_changed(db: Database, shape: Shape, name: str, old: Ints, new: Ints) -> None:
    """Replace only the pieces in which a column differs from what is stored."""
    if len(old) <= 1:  # of a column that never held anything no piece is stored
        save(db, shape, name, new)
        return
    for number, begin in enumerate(range(0, len(new), db.segment)):
        piece = new[begin : begin + db.segment]
        if not np.array_equal(piece, old[begin : begin + db.segment]):
            _write(db, shape, name, number, piece)
    if len(new) < len(old):
        _remove(db, shape, name, -(-len(new) // db.segment))


def patch(db: Database, shape: Shape, name: str, at: Ints, values: Ints | int) -> None:
    """Change single entries of a column; only the pieces that hold them are rewritten."""
    if not len(at):
        return
    given = np.broadcast_to(np.asarray(values), at.shape)
    pieces = at // db.segment
    for number in np.unique(pieces).tolist():
        mine = pieces == number
        piece = load_piece(db, shape, name, number)
        piece[at[mine] - number * db.segment] = given[mine]
        _write(db, shape, name, number, piece)


def truncate(db: Database, shape: Shape, name: str, length: int) -> None:
    """Cut a column to its first `length` entries."""
    number = length // db.segment
    rest = load_piece(db, shape, name, number)[: length - number * db.segment]
    _remove(db, shape, name, number)
    if len(rest):
        _write(db, shape, name, number, rest)


def load_piece(db: Database, shape: Shape, name: str, number: int) -> Ints:
    """One piece of a column, writable; no entries when it is not there."""
    sql = "SELECT size, dtype, data FROM columns WHERE kind=? AND name=? AND segment=?"
    row = db.connection.execute(sql, (shape.kind, name, number)).fetchone()
    dtype = shape.columns[name][0]
    piece = np.empty(row[0] if row else 0, dtype)
    if row:
        piece[:] = _decoded(db, *row)
    return piece


def _remove(db: Database, shape: Shape, name: str, first: int = 0) -> None:
    """Remove the pieces of a column from one on."""
    db.columns_state = object()
    db.run("DELETE FROM columns WHERE kind=? AND name=? AND segment>=?", (shape.kind, name, first))


def _write(db: Database, shape: Shape, name: str, number: int, piece: Ints) -> None:
    db.columns_state = object()
    stored, data = _encoded(piece)
    sql = "INSERT OR REPLACE INTO columns(kind, name, segment, size, dtype, data) VALUES (?, ?, ?, ?, ?, ?)"
    db.run(sql, (shape.kind, name, number, len(piece), stored, data))


def _encoded(piece: Ints) -> tuple[str, bytes]:
    low, high = piece.min(), piece.max()
    if low == high:
        return "=" + piece.dtype.name, piece[:1].tobytes()
    if piece.dtype != np.uint64:
        for small in _SMALL:
            if (
                piece.dtype.itemsize > np.dtype(small).itemsize
                and np.iinfo(small).min <= low
                and high <= np.iinfo(small).max
            ):
                return np.dtype(small).name, piece.astype(small).tobytes()
    return piece.dtype.name, piece.tobytes()


def _decoded(db: Database, size: int, stored: str, data: bytes) -> Ints:
    try:
        entries = np.frombuffer(data, stored.removeprefix("="))
    except (TypeError, ValueError):
        raise damaged(db.path) from None
    if len(entries) != (1 if stored.startswith("=") else size):
        raise damaged(db.path)
    return entries


@dataclass(slots=True)
class Tail:
    """The end of a column while an import appends to it: full pieces are written at once, the last one at the end."""

    db: Database
    shape: Shape
    name: str
    length: int
    parts: list[Ints] = field(default_factory=list)
    waiting: int = 0
    number: int = 0

    def open(self) -> Tail:
        """Take up the last, unfinished piece."""
        self.number = self.length // self.db.segment
        piece = load_piece(self.db, self.shape, self.name, self.number)
        if self.length <= 1:
            dtype, empty = self.shape.columns[self.name]
            self.number, piece = 0, np.full(1, empty, dtype)
        self.parts, self.waiting = [piece], len(piece)
        return self

    def append(self, values: Ints) -> None:
        """Add entries."""
        self.parts.append(values)
        self.waiting += len(values)
        if self.waiting >= self.db.segment:
            self.flush(full_only=True)

    def repeat(self, count: int) -> None:
        """Add `count` empty entries."""
        dtype, empty = self.shape.columns[self.name]
        self.append(np.full(count, empty, dtype))

    def flush(self, *, full_only: bool = False) -> None:
        """Write what is waiting."""
        whole = np.concatenate(self.parts)
        size = self.db.segment
        while len(whole) >= size or (len(whole) and not full_only):
            _write(self.db, self.shape, self.name, self.number, whole[:size])
            self.number += len(whole[:size]) // size
            whole = whole[size:]
        self.parts, self.waiting = [whole.copy()], len(whole)
