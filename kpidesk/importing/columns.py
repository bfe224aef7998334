"""The columns of a block of text as their cells are asked for: those that come again once, the others row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, overload

import numpy as np

from kpidesk.core.records import Cell, Coded
from kpidesk.importing.grids import Grid
from kpidesk.importing.memo import StampMemo

T = TypeVar("T")
Columns = Sequence[Sequence[str]]
FEWEST = 256
"""From so many rows of a block on, measuring it takes less time than taking all of its cells apart."""
FEW = 16


class MeasuredColumns(Columns):
    """The columns of a measured block; a class because each is read when it is first asked for.

    Nobody looks for cells that come again in the columns at `single`: ids, names and the like.
    """

    __slots__ = ("_known", "_single", "grid")

    def __init__(self, grid: Grid, single: frozenset[int]) -> None:
        self.grid = grid
        self._single = single
        self._known: dict[int, Sequence[str]] = {}

    def __len__(self) -> int:
        return len(self.grid.starts)

    @overload
    def __getitem__(self, at: int) -> Sequence[str]: ...

    @overload
    def __getitem__(self, at: slice) -> Columns: ...

    def __getitem__(self, at: int | slice) -> Sequence[str] | Columns:
        if isinstance(at, slice):
            return [self[one] for one in range(len(self))[at]]
        if at not in self._known:
            self._known[at] = self.grid.cells(at) if at in self._single else self.grid.coded(at)
        return self._known[at]


def stamps_of(grid: Grid, column: int, memo: StampMemo) -> Sequence[Cell] | None:
    """The values of stamps, put together from those of their days and times; None where one of them is not plain."""
    cut = grid.days_and_times(column)
    known = memo.parts_of(cut[0].texts, cut[1].texts) if cut is not None else None
    if cut is None or known is None:
        return None
    days, behind = known
    if len(set(behind)) == 1:
        return Coded([None if day is None else day + behind[0] for day in days], cut[0].codes)
    pairs = zip(Coded(days, cut[0].codes), Coded(behind, cut[1].codes), strict=True)
    return [None if day is None else day + time for day, time in pairs]


def without(cells: Sequence[T], gone: Sequence[int]) -> Sequence[T]:
    """The cells but for some, of which there are few: copied whole and cut, not one by one."""
    if isinstance(cells, Coded):
        return Coded(cells.values, np.delete(np.asarray(cells.codes), gone).data)
    return without_some(cells, gone)


def without_some(cells: Sequence[T], gone: Sequence[int]) -> list[T]:
    """A list of the cells but for some."""
    kept = list(cells)
    if len(gone) > len(kept) // FEW:
        at_gone = set(gone)
        return [cell for at, cell in enumerate(kept) if at not in at_gone]
    for at in reversed(gone):
        del kept[at]
    return kept


def repeated(cell: T, count: int) -> Coded[T]:
    """A column with the same cell in every row."""
    return Coded([cell], np.zeros(count, np.int32).data)
