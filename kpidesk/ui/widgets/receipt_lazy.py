"""Rows behind a number that are too many to be read at once: each page of them is read when it comes into view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal

from kpidesk.core.receipts import ReceiptRow
from kpidesk.ui.widgets.model_index import NOWHERE, Index
from kpidesk.ui.widgets.receipt_model import Column, RecordModel

BLOCK = 200
_UNREAD = ReceiptRow(0, "", 1.0, None, True, {"name": "…"}, 0, "", 0, "")


class LazyModel(RecordModel[ReceiptRow]):
    """A table of receipt rows of which only those looked at are there.

    `rows_wanted` sends the first row of a page and the places of its rows, answered by `take_rows`; `order_wanted` that
    another order is wanted, answered by `show_order`. With `show_rows` all rows are there and nothing is asked. A class
    because Qt wants one.
    """

    rows_wanted = Signal(int, object)
    order_wanted = Signal()

    def __init__(self, columns: Sequence[Column[ReceiptRow]], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self.is_lazy = False
        self._places: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._read: dict[int, ReceiptRow] = {}
        self._asked: set[int] = set()

    def show_rows(self, rows: Sequence[ReceiptRow], columns: Sequence[Column[ReceiptRow]] | None = None) -> None:
        """Show rows that are all there."""
        self.is_lazy = False
        super().show_rows(rows, columns)

    def show_first(self, rows: Sequence[ReceiptRow], columns: Sequence[Column[ReceiptRow]], total: int) -> None:
        """Show so many rows, of which only the first are there."""
        self.beginResetModel()
        self.is_lazy, self.rows, self.columns, self._sorted = True, (), tuple(columns), None
        self._read, self._asked = dict(enumerate(rows)), set()
        self._places = np.arange(total)
        self.endResetModel()

    def show_order(self, places: NDArray[np.int64]) -> None:
        """Show these rows of all, in this order."""
        self.beginResetModel()
        self._places, self._asked = places, set()
        self.endResetModel()

    def take_rows(self, first: int, places: Sequence[int], rows: Sequence[ReceiptRow]) -> None:
        """Rows that were wanted are there; an answer to an order of before is kept and not shown."""
        self._read.update(zip(places, rows, strict=True))
        last = min(first + len(rows), self.rowCount()) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))

    def places(self) -> list[int]:
        """The places of all rows shown, in the order shown."""
        return [int(one) for one in self._places.tolist()]

    def wanted_column(self) -> tuple[str, bool]:
        """The name of the field by which is sorted, and whether the largest come first; no name in file order."""
        return (self.columns[self._sorted[0]].name, self._sorted[1]) if self._sorted is not None else ("", False)

    def is_read(self, row: int) -> bool:
        """Whether a row shown is there."""
        return not self.is_lazy or int(self._places[row]) in self._read

    def record(self, row: int) -> ReceiptRow:
        """The value shown in a row; a sign that it is still being read where it is not there."""
        if not self.is_lazy:
            return super().record(row)
        return self._read.get(int(self._places[row]), _UNREAD)

    def records(self) -> list[ReceiptRow]:
        """The values shown that are there, in the order shown."""
        if not self.is_lazy:
            return super().records()
        return [self._read[place] for place in self.places() if place in self._read]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for another order, or take it where all rows are there."""
        if not self.is_lazy:
            super().sort(column, order)
            return
        known = 0 <= column < len(self.columns) and bool(self.columns[column].name)
        self._sorted = (column, order == Qt.SortOrder.DescendingOrder) if known else None
        self.order_wanted.emit()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many rows are shown."""
        return super().rowCount(parent) if not self.is_lazy or parent.isValid() else len(self._places)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell; the page of a row that is not there is asked for when it is drawn."""
        if self.is_lazy and index.isValid() and role == Qt.ItemDataRole.DisplayRole and not self.is_read(index.row()):
            first = index.row() // BLOCK * BLOCK
            if first not in self._asked:
                self._asked.add(first)
                self.rows_wanted.emit(first, [int(one) for one in self._places[first : first + BLOCK].tolist()])
        return super().data(index, role)
