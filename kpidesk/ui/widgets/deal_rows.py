"""The deals behind a number as a list in place of the page, and below it the history of the one that is opened."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kpidesk.core.deal_changes import DealHistory
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import back_button, card, row
from kpidesk.ui.widgets.deal_history import DealHistoryView
from kpidesk.ui.widgets.page_parts import button
from kpidesk.ui.widgets.receipt_table import RecordTable

ONE_TIP = "Two selected deals that are one: you see first what becomes of each field"


def two_deals(deals: Iterable[int]) -> tuple[int, ...]:
    """The deals of the selected rows, in their order, where they are two; else nothing."""
    found = tuple(dict.fromkeys(deals))
    return found if len(found) == 2 and all(found) else ()


class DealRows(QWidget):
    """The list; `closed` says that it was left, `deal_opened` sends the number of a deal, `copied` how many rows.

    `one_wanted` sends the numbers of the two deals selected, which are to be made one.

    The base of such lists, a class because it is a widget with signals. The records of `table` have a `deal_id`.
    """

    closed = Signal()
    deal_opened = Signal(int)
    copied = Signal(int)
    one_wanted = Signal(object)

    def __init__(self, theme: Theme, table: RecordTable) -> None:
        super().__init__()
        self.theme, self.table = theme, table
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 4, 24, 20)
        outer.setSpacing(12)
        self.list, column = card(margins=(1, 12, 1, 8), spacing=10)
        self.heading = PlainLabel("", "subheading", elide=True)
        self.count = PlainLabel("", "small")
        self.copy_button = button("&Copy", self._copy, "quiet", "For a spreadsheet")
        self.open_button = button("&History of the deal", self._open_selected, "", "Enter")
        self.one_button = button("Make them &one…", self._make_one, "quiet", ONE_TIP)
        self.one_button.setEnabled(False)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.one_button.setEnabled(bool(self._two())))
        head = row(back_button(theme, self.closed.emit), self.heading, spacing=10)
        head.setStretch(1, 1)
        head.setContentsMargins(6, 0, 12, 0)
        column.addLayout(head)
        self.add_tools(head, column)
        self.table.activated.connect(self._open)
        column.addWidget(self.table, 1)
        self.history = DealHistoryView(theme)
        self.history.closed.connect(self._back_to_list)
        outer.addWidget(self.list, 3)
        outer.addWidget(self.history, 3)

    def add_tools(self, head: QHBoxLayout, column: QVBoxLayout) -> None:
        """Put what can be done beside the heading, or in a line of its own below it."""
        del column
        for widget in (self.count, self.copy_button, self.one_button, self.open_button):
            head.addWidget(widget)

    def show_history(self, found: DealHistory, *, alone: bool = False) -> None:
        """Show every version of a deal, below the list or `alone`."""
        self.list.setVisible(not alone)
        self.history.show_history(found)
        self.history.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _back_to_list(self) -> None:
        if self.list.isVisibleTo(self):
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.closed.emit()

    def _two(self) -> tuple[int, ...]:
        chosen = self.table.selectionModel().selectedRows()
        return two_deals(self.table.records.record(at.row()).deal_id for at in chosen) if len(chosen) == 2 else ()

    def _make_one(self) -> None:
        if two := self._two():
            self.one_wanted.emit(two)

    def _copy(self) -> None:
        self.copied.emit(self.table.copy())

    def _open(self, index: QModelIndex) -> None:
        self.deal_opened.emit(self.table.records.record(index.row()).deal_id)

    def _open_selected(self) -> None:
        at = max(0, self.table.currentIndex().row())
        if at < self.table.records.rowCount():
            self.deal_opened.emit(self.table.records.record(at).deal_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the history, then the list."""
        if not event.matches(QKeySequence.StandardKey.Cancel):
            super().keyPressEvent(event)
        elif self.history.isVisible():
            self.history.close_view()
        else:
            self.closed.emit()
