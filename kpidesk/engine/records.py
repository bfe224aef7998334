"""The records of one kind as known on a day: their versions, and which of them decides whose a record was when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpidesk.core.curation import Curation
from kpidesk.core.fields import FIELD_BY_NAME, Kind
from kpidesk.engine.cells import EMPTY
from kpidesk.engine.crew import Crew
from kpidesk.engine.days import NO_DAY
from kpidesk.engine.history import Columns, column
from kpidesk.engine.values import Ints, looked_up, same


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """The records of a kind, one row each, and every version of them in the order of rows and days.

    `ids` are the numbers of the records. A version belongs to row `row`, stands for the stored value `value` and is
    in force from `start` (the first one from the beginning of time); `newest` is the last version of each row.
    """

    kind: Kind
    columns: Columns
    ids: Ints
    row: Ints
    value: Ints
    start: Ints
    newest: Ints

    @property
    def now(self) -> Ints:
        """The stored value of each row as it was last seen."""
        return self.value[self.newest]

    def raw(self, name: str) -> Ints:
        """A stored field of each row as it was last seen, as the column has it."""
        empty = EMPTY.get(FIELD_BY_NAME[self.kind][name].kind, 0)
        return column(self.columns, name, self.now, empty).astype(np.int64)

    def value_on(self, field: str, row: Ints, day: Ints) -> Ints:
        """The stored value that decides whose a row was on a day that stands under `field`.

        That of the version in force on the day. Where the versions state the day, but that one not yet, it is the first
        later one that does. Each row stands once.
        """
        known = FIELD_BY_NAME[self.kind].get(field)
        wanted = np.full(len(self.newest), NO_DAY, dtype=np.int64)
        wanted[row] = day
        said = np.full(len(self.value), NO_DAY, dtype=np.int64)
        if known is not None and known.kind in ("date", "stamp"):
            said = column(self.columns, field, self.value, NO_DAY).astype(np.int64)
            said = np.where((said == NO_DAY) | (known.kind == "date"), said, said // 1441)
        is_stated = np.zeros(len(self.newest), dtype=np.bool_)
        is_stated[self.row[said == wanted[self.row]]] = True
        said = np.where(is_stated[self.row], said, wanted[self.row])
        return self.value[stating(self.row, self.start, self.newest, said, row, day)]


def read_records(kind: Kind, columns: Columns, newest_data: int) -> Records:
    """The records of a kind by what imports up to a data date have said."""
    nothing = np.zeros(0, dtype=np.int64)
    if "v.of" not in columns:
        return Records(kind, columns, nothing, nothing, nothing, nothing, nothing)
    known = np.flatnonzero(columns["v.from"].astype(np.int64) <= newest_data)
    of, seen, value = (columns[name][known].astype(np.int64) for name in ("v.of", "v.from", "v.value"))
    new = np.diff(of, prepend=-1) != 0
    first = np.flatnonzero(new)
    newest = np.append(first[1:], len(of)) - 1 if len(of) else first
    start = np.where(new, NO_DAY, seen)
    return Records(kind, columns, of[first], np.cumsum(new) - 1, value, start, newest)


def stating(of: Ints, start: Ints, newest: Ints, said: Ints, row: Ints, day: Ints) -> Ints:
    """The version that decides on credit for each row and day.

    `of`, `start` and `said` (the day a version states) are by version in the order of rows and days, `newest` by row.
    A row that stands several times has the same day each time. It is the version in force on the day, or the first
    later one that states the day, or the newest.
    """
    if len(of) == len(newest):
        return newest[row]
    wanted = np.full(len(newest), NO_DAY, dtype=np.int64)
    wanted[row] = day
    asked = wanted[of]
    fits = (said == asked) & (np.append(start[1:], NO_DAY) > asked)  # it is in force on the day or later
    fits[newest] = True
    at = np.flatnonzero(fits)[::-1]
    found = np.empty(len(newest), dtype=np.int64)
    found[of[at]] = at  # of several the first one
    return found[row]


def person_rows(columns: Columns, field: str, curation: Curation, crew: Crew) -> Ints:
    """The row of the person behind each value's owner, creator or actor; 0 for nobody."""
    aliases = columns.get(field)
    if aliases is None:
        return same(0, len(columns.get("of", ())))
    rows = np.zeros(max(int(aliases.max(initial=0)), max(curation.people, default=0)) + 1, dtype=np.int64)
    for alias, person in curation.people.items():
        rows[alias] = crew.person_row.get(person, 0)
    rows[0] = 0
    return looked_up(rows, aliases)


def gives(kind: Kind, columns: Columns, name: str, value: Ints) -> bool:
    """Whether any of these values has something in a field."""
    empty = EMPTY.get(FIELD_BY_NAME[kind][name].kind, 0)
    return bool((column(columns, name, value, empty) != empty).any())
