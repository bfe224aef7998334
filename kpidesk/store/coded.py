"""Columns in which a cell that comes again is kept once, on their way into rows and arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from kpidesk.core.records import Coded
from kpidesk.store.columns import Ints

T = TypeVar("T")


def picked(column: Sequence[T], pick: Ints | None) -> Sequence[T]:
    """The cells of the picked rows, of all when None; a coded column has only theirs left, in the order of the rows."""
    if not isinstance(column, Coded):
        return column if pick is None else [column[at] for at in pick.tolist()]
    codes = np.asarray(column.codes)
    codes = codes if pick is None else codes[pick]
    first = np.full(len(column.values), len(codes))
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # of several rows the last written stays: the first
    order = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(codes))]
    places = np.empty(len(column.values), np.int32)
    places[order] = np.arange(len(order))
    return Coded([column.values[at] for at in order.tolist()], places[codes].data)


def in_rows(column: Sequence[Any], values: Sequence[T]) -> Sequence[T]:
    """A column with other values, one for each of its different cells."""
    return column.of(values) if isinstance(column, Coded) else values


def entries_of(column: Sequence[Any], values: Ints) -> Ints:
    """The entries of all rows of a column from those of its different cells."""
    return values[np.asarray(column.codes)] if isinstance(column, Coded) else values


def cells_of(column: Sequence[T]) -> Sequence[T]:
    """The cells of all rows of a column, which takes a third of the time that asking for each does."""
    if not isinstance(column, Coded):
        return column
    values = np.empty(len(column.values), object)
    values[:] = column.values
    found: list[T] = values[np.asarray(column.codes)].tolist()
    return found


def unless_same(column: Sequence[T]) -> Sequence[T]:
    """The cells of all rows of a column, unless all are the same."""
    return column if isinstance(column, Coded) and len(column.values) == 1 else cells_of(column)
