"""The open deals behind a number of the forecast as a list, and the history of the one that is opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.core.deal_changes import DealHistory
from kpidesk.core.forecasts import DueDeal
from kpidesk.core.formats import NOTHING, day_text, format_value
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import back_button, card, row
from kpidesk.ui.widgets.deal_history import DealHistoryView
from kpidesk.ui.widgets.import_answers import counted
from kpidesk.ui.widgets.import_parts import button
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

NAN = float("nan")


def _chance(value: float | None) -> str:
    return NOTHING if value is None else format_value(value, "percent", n=0)


COLUMNS: tuple[Column[DueDeal], ...] = (
    Column("Deal", lambda one: one.name, strong=True),
    Column("Owner", lambda one: one.owner),
    Column("Stage", lambda one: one.stage),
    Column("Category", lambda one: one.category),
    Column("Close date", lambda one: day_text(one.close_date) if one.close_date else NOTHING,
           lambda one: one.close_date.isoformat() if one.close_date else ""),
    Column("Amount", lambda one: one.amount_text, lambda one: NAN if one.amount is None else one.amount, right=True),
    Column("CRM", lambda one: _chance(one.crm_chance), lambda one: NAN if one.crm_chance is None else one.crm_chance,
           right=True),
    Column("Own past", lambda one: _chance(one.own_chance), lambda one: one.own_chance, right=True),
    Column("Expected", lambda one: one.expected_text, lambda one: (one.amount or 0.0) * one.own_chance, right=True),
)  # fmt: skip


class ForecastRows(QWidget):
    """The list; `closed` says that it was left, `deal_opened` sends the number of a deal, `copied` how many rows.

    A class because it is a widget with signals.
    """

    closed = Signal()
    deal_opened = Signal(int)
    copied = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 4, 24, 20)
        outer.setSpacing(12)
        frame, column = card(margins=(1, 12, 1, 8), spacing=10)
        self.heading = PlainLabel("", "subheading", elide=True)
        self.count = PlainLabel("", "small")
        copy = button("&Copy", lambda: self.copied.emit(self.table.copy()), "quiet", "For a spreadsheet")
        self.open_button = button("&History of the deal", self._open_selected, "", "Enter")
        head = row(back_button(theme, self.closed.emit), self.heading, self.count, copy, self.open_button, spacing=10)
        head.setStretch(1, 1)
        head.setContentsMargins(6, 0, 12, 0)
        self.table: RecordTable = RecordTable(
            RecordModel(COLUMNS), theme, name="Open deals due", stretch=(0,), least=170,
            empty="No deal stands behind this number.",
        )  # fmt: skip
        self.table.activated.connect(self._open)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.history = DealHistoryView(theme)
        self.history.closed.connect(lambda: self.table.setFocus(Qt.FocusReason.OtherFocusReason))
        outer.addWidget(frame, 3)
        outer.addWidget(self.history, 3)

    def show_deals(self, title: str, deals: Sequence[DueDeal]) -> None:
        """Show deals under a title."""
        self.history.hide()
        self.heading.setText(title)
        self.count.setText(counted(len(deals), "deal"))
        self.table.records.show_rows(deals)
        self.open_button.setEnabled(bool(deals))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_history(self, found: DealHistory) -> None:
        """Show every version of a deal below the list."""
        self.history.show_history(found)
        self.history.table.setFocus(Qt.FocusReason.OtherFocusReason)

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
