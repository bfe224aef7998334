"""The deals that have been in their stage for too long, with the rule by which they are found."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from kpidesk.core.formats import NOTHING, day_text
from kpidesk.core.pipeline import Pick, Stalled, StalledDeal
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, card, row
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

INSET, MOST = 18, 8
NO_NUMBER = float("nan")


def _number(value: float | None) -> float:
    return NO_NUMBER if value is None else value


COLUMNS: tuple[Column[StalledDeal], ...] = (
    Column("Deal", lambda one: one.name, strong=True),
    Column("Amount", lambda one: one.amount_text, lambda one: _number(one.amount), right=True),
    Column("Stage", lambda one: one.stage),
    Column("Days in it", lambda one: NOTHING if one.days is None else f"{one.days:,}", lambda one: _number(one.days),
           right=True),
    Column("Long after", lambda one: one.limit.text, lambda one: float(one.limit.days)),
    Column("Owner", lambda one: one.owner),
    Column("Close date", lambda one: day_text(one.close_date) if one.close_date else "none",
           lambda one: one.close_date.isoformat() if one.close_date else ""),
    Column("Next step", lambda one: one.next_step or "none"),
)  # fmt: skip


class StalledCard(QFrame):
    """The card; `deal_opened` sends the number of a deal whose history is wanted, `opened` the Pick of all of them.

    A class because it is a widget with signals.
    """

    deal_opened = Signal(int)
    opened = Signal(object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(1, 12, 1, 8), spacing=4)
        outer.addWidget(frame)
        self._pick: Pick | None = None
        self.every = button("All of them", self._open_all, kind="link", hint="Enter on a deal shows its history")
        head = row(PlainLabel("Long in their stage", "subheading"), None, self.every)
        head.setContentsMargins(INSET, 0, 14, 0)
        self.sentence = PlainLabel("", wrap=True)
        self.rule = PlainLabel("", "small", wrap=True)
        for label in (self.sentence, self.rule):
            label.setContentsMargins(INSET, 0, INSET, 0)
        self.table: RecordTable = RecordTable(
            RecordModel(COLUMNS), theme, name="Deals long in their stage, those due first", stretch=(0,), least=150,
            height=32,
        )  # fmt: skip
        self.table.activated.connect(self._open_deal)
        self.table.horizontalScrollBar().rangeChanged.connect(self._refit)
        theme.changed.connect(self._refit)
        column.addLayout(head)
        column.addWidget(self.sentence)
        column.addWidget(self.rule)
        column.addSpacing(4)
        column.addWidget(self.table)

    def show_stalled(self, found: Stalled) -> None:
        """Show the deals that are long in their stage, or that there are none."""
        self.sentence.setText(found.sentence)
        self.rule.setText(found.rule)
        self._pick = found.count.pick
        self.every.setVisible(bool(found.deals) and self._pick is not None)
        self.table.setVisible(bool(found.deals))
        self.table.records.show_rows(found.deals)
        self._refit(0, self.table.horizontalScrollBar().maximum())

    def _refit(self, _least: int = 0, most: int = 0) -> None:
        """As high as its rows, up to some, and its scroll bar where the columns need one."""
        rows = min(self.table.records.rowCount(), MOST)
        bar = self.table.horizontalScrollBar().sizeHint().height() if most else 0
        self.table.setFixedHeight(self.table.height_of(max(1, rows)) + bar)

    def _open_deal(self, index: QModelIndex) -> None:
        self.deal_opened.emit(self.table.records.record(index.row()).deal_id)

    def _open_all(self) -> None:
        if self._pick is not None:
            self.opened.emit(self._pick, "")
