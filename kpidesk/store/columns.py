"""Columns as arrays, kept in pieces of one BLOB each, in the same transaction as the rows they repeat.

A column by value id has one entry per value, a column by deal id one per deal, and the version columns one per
version in (deal, day) order. A piece is stored in the smallest integer type that holds it; a piece that repeats
one number is stored as that number ("=" before its type).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.records import DEAL_FIELDS
from kpidesk.store.database import Database, damaged

Ints = NDArray[Any]
NO_DAY = -2147483648
NO_AMOUNT = -(2**63)
EPOCH = date(1970, 1, 1).toordinal()
STORED_FIELDS = tuple(one for one in DEAL_FIELDS if one.name != "owner_split")
_EMPTY = {"date": NO_DAY, "money": NO_AMOUNT, "ratio": -1}
FIELD_COLUMNS: dict[str, tuple[str, int]] = {
    one.name: ("int64" if one.kind == "money" else "int32", _EMPTY.get(one.kind, 0))
    for one in STORED_FIELDS
    if one.name != "name"
}
"""Type and empty value of each column by value id that an evaluation reads (`team`: only a hint)."""
PRINTS = {"print": ("uint64", 0), "print2": ("uint64", 0)}
TEXT_SUM = "texts"
"""The column that holds a checksum of the texts of each value that no other column repeats."""
VALUE_COLUMNS: dict[str, tuple[str, int]] = {"of": ("int32", 0), **FIELD_COLUMNS, TEXT_SUM: ("uint32", 0), **PRINTS}
DEAL_COLUMNS: dict[str, tuple[str, int]] = {
    "first_seen": ("int32", NO_DAY),
    "last_seen": ("int32", NO_DAY),
    "missing_from": ("int32", NO_DAY),
    "source": ("int32", 0),
}
VERSION_COLUMNS: dict[str, tuple[str, int]] = dict.fromkeys(("v.of", "v.from", "v.value"), ("int32", 0))
ALL_COLUMNS = {**VALUE_COLUMNS, **DEAL_COLUMNS, **VERSION_COLUMNS}
PRIVATE = frozenset((*PRINTS, TEXT_SUM, "last_seen"))
PUBLIC_COLUMNS = tuple(name for name in ALL_COLUMNS if name not in PRIVATE)
_SMALL = (np.int8, np.int16, np.int32)


def day_number(text: str | None) -> int:
    """Days since 1970-01-01 of an ISO day, NO_DAY for none."""
    return NO_DAY if text is None else date.fromisoformat(text).toordinal() - EPOCH


def day_text(number: int) -> str:
    """The ISO day of a day number."""
    return date.fromordinal(number + EPOCH).isoformat()


def load_columns(db: Database, kind: str = "deals") -> dict[str, Ints]:
    """The columns of a kind: field values and `of` by value id, versions, and marks by deal id; entry 0 unused.

    Raises:
        ValueError: there are no columns of that kind.
    """
    if kind != "deals":
        raise ValueError(kind)
    return {name: load(db, name) for name in PUBLIC_COLUMNS}


def load(db: Database, name: str) -> Ints:
    """One whole column.

    Raises:
        UserError: a stored piece is damaged.
    """
    dtype, empty = ALL_COLUMNS[name]
    sql = "SELECT size, dtype, data FROM columns WHERE kind='deals' AND name=? ORDER BY segment"
    pieces = db.rows(sql, (name,))
    whole = np.empty(sum(size for size, _, _ in pieces), dtype)
    if not pieces and name not in VERSION_COLUMNS:
        return np.full(1, empty, dtype)
    start = 0
    for size, stored, data in pieces:
        whole[start : start + size] = _decoded(db, size, stored, data)
        start += size
    return whole


def save(db: Database, name: str, values: Ints) -> None:
    """Replace a whole column."""
    db.run("DELETE FROM columns WHERE kind='deals' AND name=?", (name,))
    for number, begin in enumerate(range(0, len(values), db.segment)):
        _write(db, name, number, values[begin : begin + db.segment])


def save_changed(db: Database, name: str, old: Ints, new: Ints) -> None:
    """Replace only the pieces in which a column differs from what is stored."""
    if len(new) < len(old) or len(old) <= 1:  # of a column that never held anything no piece is stored
        save(db, name, new)
        return
    for number, begin in enumerate(range(0, len(new), db.segment)):
        piece = new[begin : begin + db.segment]
        if not np.array_equal(piece, old[begin : begin + db.segment]):
            _write(db, name, number, piece)


def patch(db: Database, name: str, at: Ints, values: Ints | int) -> None:
    """Change single entries of a column; only the pieces that hold them are rewritten."""
    if not len(at):
        return
    given = np.broadcast_to(np.asarray(values), at.shape)
    pieces = at // db.segment
    for number in np.unique(pieces).tolist():
        mine = pieces == number
        piece = load_piece(db, name, number)
        piece[at[mine] - number * db.segment] = given[mine]
        _write(db, name, number, piece)


def truncate(db: Database, name: str, length: int) -> None:
    """Cut a column to its first `length` entries."""
    number = length // db.segment
    rest = load_piece(db, name, number)[: length - number * db.segment]
    db.run("DELETE FROM columns WHERE kind='deals' AND name=? AND segment>=?", (name, number))
    if len(rest):
        _write(db, name, number, rest)


def load_piece(db: Database, name: str, number: int) -> Ints:
    """One piece of a column, writable; no entries when it is not there."""
    sql = "SELECT size, dtype, data FROM columns WHERE kind='deals' AND name=? AND segment=?"
    row = db.connection.execute(sql, (name, number)).fetchone()
    dtype = ALL_COLUMNS[name][0]
    piece = np.empty(row[0] if row else 0, dtype)
    if row:
        piece[:] = _decoded(db, *row)
    return piece


def _write(db: Database, name: str, number: int, piece: Ints) -> None:
    stored, data = _encoded(piece)
    sql = "INSERT OR REPLACE INTO columns(kind, name, segment, size, dtype, data) VALUES ('deals', ?, ?, ?, ?, ?)"
    db.run(sql, (name, number, len(piece), stored, data))


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
    name: str
    length: int
    parts: list[Ints] = field(default_factory=list)
    waiting: int = 0
    number: int = 0

    def open(self) -> Tail:
        """Take up the last, unfinished piece."""
        self.number = self.length // self.db.segment
        piece = load_piece(self.db, self.name, self.number)
        if self.length <= 1:
            dtype, empty = ALL_COLUMNS[self.name]
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
        dtype, empty = ALL_COLUMNS[self.name]
        self.append(np.full(count, empty, dtype))

    def flush(self, *, full_only: bool = False) -> None:
        """Write what is waiting."""
        whole = np.concatenate(self.parts)
        size = self.db.segment
        while len(whole) >= size or (len(whole) and not full_only):
            _write(self.db, self.name, self.number, whole[:size])
            self.number += len(whole[:size]) // size
            whole = whole[size:]
        self.parts, self.waiting = [whole.copy()], len(whole)


def numbers(values: Iterable[Any], memo: Mapping[Any, int], dtype: str, count: int) -> Ints:
    """Look every value up and give the numbers as an array."""
    return np.fromiter(map(memo.__getitem__, values), dtype, count)
