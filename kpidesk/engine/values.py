"""Columns of row values: numbers with gaps, words in sorted order, and names of people and accounts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.parts import CUSTOM
from kpidesk.engine.days import NO_DAY
from kpidesk.language.tree import RowExpr

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Raw = NDArray[np.generic]
S = TypeVar("S", bound=np.generic)
T = TypeVar("T")


class NotComputableError(Exception):
    """A measure that the data cannot answer; its text says what is missing and becomes the reason of the value."""


class Words:
    """Texts without regard to case, each with its place in alphabetical order.

    A class because the order is worked out once and asked many times.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.folded = sorted({text.casefold() for text in texts})
        self._places = {text: place for place, text in enumerate(self.folded)}

    def place(self, text: str) -> float:
        """Where a text stands; between two places when it is not among them."""
        folded = text.casefold()
        known = self._places.get(folded)
        return float(known) if known is not None else bisect_left(self.folded, folded) - 0.5

    def places(self, texts: Mapping[int, str], size: int) -> Floats:
        """The place of each numbered text, as an array by number; a gap where there is none."""
        found = np.full(size, np.nan)
        for number, text in texts.items():
            if text and 0 < number < size:
                found[number] = self._places[text.casefold()]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One value per row (or a single one for all), NaN where empty.

    `money` counts the factors of money in it, each in minor units. `words`: the numbers are places in these
    words. `names`: the numbers are those of people or accounts, with these names. `minutes`: the numbers are days, and
    this is the minute since 1970, NaN where no time of day is known.
    """

    data: Floats
    money: int = 0
    words: Words | None = None
    names: Mapping[int, str] | None = None
    minutes: Floats | None = None

    def at(self, index: Ints) -> Column:
        """Some of the values, in the order of `index`; empty where that is below zero."""
        lost = index < 0

        def part(whole: Floats) -> Floats:
            if not whole.size:
                return np.full(len(index), np.nan)
            return np.where(lost, np.nan, whole[np.where(lost, 0, index)])

        minutes = None if self.minutes is None else part(self.minutes)
        return replace(self, data=part(self.data), minutes=minutes)


@dataclass(frozen=True, slots=True, eq=False)
class Each(Generic[T]):
    """One value for every row where few differ, so that a million rows need no million objects: `values[which]`."""

    values: tuple[T, ...]
    which: Ints

    @classmethod
    def alike(cls, value: T, size: int) -> Each[T]:
        """The same value for so many rows."""
        return cls((value,), np.zeros(size, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.which)

    def __getitem__(self, row: int) -> T:
        return self.values[int(self.which[row])]

    def __iter__(self) -> Iterator[T]:
        return map(self.values.__getitem__, self.which.tolist())

    def at(self, rows: Ints) -> Each[T]:
        """Those of some rows."""
        return Each(self.values, self.which[rows])

    def different(self) -> tuple[T, ...]:
        """The values that occur, each once."""
        if len(self.values) == 1:
            return self.values if len(self.which) else ()
        occurs = np.bincount(self.which, minlength=len(self.values)) > 0
        return tuple(value for value, is_there in zip(self.values, occurs.tolist(), strict=True) if is_there)

    def are(self, value: T) -> Mask:
        """Which rows have a value."""
        hits = np.array([one == value for one in self.values], dtype=np.bool_)
        return hits[self.which]


class Rows:
    """The rows of one table, with columns made when first asked for and conditions remembered.

    A class because of that memory. `column(field)` raises NotComputableError for a field the data do not have. What is
    worked out for one day (see `on_day`) is made by `load_some` for the rows that are asked for alone, where given.
    """

    def __init__(
        self,
        size: int,
        load: Callable[[str], Column],
        load_some: Callable[[str, Ints], Column] | None = None,
    ) -> None:
        self.size = size
        self._load = load
        self._load_some = load_some
        self._columns: dict[str, Column] = {}
        self.masks: dict[RowExpr, Mask] = {}
        self._ends: dict[str, tuple[float, float]] = {}
        self._named: dict[str, frozenset[str]] = {}

    def column(self, field: str) -> Column:
        """A field of every row."""
        found = self._columns.get(field)
        if found is None:
            found = self._columns[field] = self._load(field)
        return found

    def ends(self, field: str) -> tuple[float, float]:
        """The smallest and the largest value of a field, NaN when no row has one."""
        if field not in self._ends:
            data = self.column(field).data
            known = data[~np.isnan(data)]
            self._ends[field] = (float(known.min()), float(known.max())) if len(known) else (np.nan, np.nan)
        return self._ends[field]

    def named(self, field: str) -> frozenset[str]:
        """The texts that some row has in a field, without regard to case; none in a field of numbers."""
        if field not in self._named:
            column = self.column(field)
            words = column.words.folded if column.words is not None else []
            places = column.data[~np.isnan(column.data)].astype(np.int64)
            occurs = np.flatnonzero(np.bincount(places, minlength=len(words))) if words else ()
            self._named[field] = frozenset(words[place] for place in occurs)
        return self._named[field]

    def take(self, index: Ints) -> Rows:
        """Some of the rows, in the order of `index`."""

        def load(field: str) -> Column:
            if self._load_some is not None and day_asked(field) is not None:
                return self._load_some(field, index)
            whole = self.column(field)
            if whole.data.size == 1 < self.size:
                return whole
            minutes = None if whole.minutes is None else whole.minutes[index]
            return replace(whole, data=whole.data[index], minutes=minutes)

        return Rows(len(index), load)


def on_day(field: str, day: int) -> str:
    """The name of the column of a field that is worked out for one day, the close of `day`."""
    return f"{field}@{day}"


def day_asked(field: str) -> int | None:
    """The day in the name of such a column."""
    _, _, day = field.partition("@")
    return int(day) if day and not field.startswith(CUSTOM) else None


def added(place: Ints, parts: Floats, size: int) -> Floats:
    """The sum of the parts at each of `size` places."""
    return np.asarray(np.bincount(place, weights=parts, minlength=size), dtype=np.float64)


def same(number: int, size: int) -> Ints:
    """One number for each of many rows, in the memory of one; it cannot be written to."""
    return np.broadcast_to(np.int64(number), size)


def taken_from(numbers: NDArray[S], index: Ints) -> NDArray[S]:
    """Some of the numbers; of one number for every row no copies are made."""
    if len(numbers) and numbers.strides == (0,):
        return np.broadcast_to(numbers[0], index.shape)
    return numbers[index]


def looked_up(table: NDArray[S], numbers: Raw) -> NDArray[S]:
    """What a table says of each number; where all rows have the same number no copies are made."""
    if len(numbers) and numbers.strides == (0,):
        return np.broadcast_to(table[int(numbers[0])], numbers.shape)
    return np.asarray(table[numbers])


def widened(numbers: Raw) -> Ints:
    """The numbers with room to calculate with; one number for every row stays in the memory of one."""
    if len(numbers) and numbers.strides == (0,):
        return same(int(numbers[0]), len(numbers))
    return numbers.astype(np.int64)


def order_of_days(days: Ints | Floats) -> Ints:
    """The rows in the order of their days, those of one day as they come.

    Days within 179 years of each other, as all are, fit the two bytes that numpy sorts in a fifth of the time.
    """
    whole = days.astype(np.int64)
    fits = len(days) and int(whole.max()) - int(whole.min()) <= np.iinfo(np.uint16).max and (whole == days).all()
    return np.argsort((whole - whole.min()).astype(np.uint16) if fits else days, kind="stable")


def each_once(numbers: Ints) -> Ints:
    """The different numbers in order: of a million that all differ in a twentieth of the time of `np.unique`."""
    ordered = np.sort(numbers)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def from_days(days: Raw) -> Floats:
    """Day numbers as floats, NaN where there is none."""
    return from_ints(days, NO_DAY)


def from_ints(numbers: Raw, empty: int) -> Floats:
    """Whole numbers as floats, NaN where they equal `empty`."""
    found = numbers.astype(np.float64)
    found[numbers == empty] = np.nan
    return found


def ranges(start: Ints, end: Ints) -> Ints:
    """All numbers from each start to its end (exclusive), one run after the other."""
    length = end - start
    total = int(length.sum())
    if not total:
        return np.zeros(0, dtype=np.int64)
    offset = np.repeat(start - np.append(0, np.cumsum(length)[:-1]), length)
    return offset + np.arange(total)
