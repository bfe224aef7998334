"""The other currencies of the data with their exchange rates: what is missing first, and a line to add one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.periods import parse_day
from kpidesk.core.rate_words import from_text, missing_words, worth
from kpidesk.core.rates import CurrencyInUse, Rate
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.page_parts import button
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

CODE_WIDTH, RATE_WIDTH, DAY_WIDTH = 70, 110, 120
SHOWN_ROWS = 4


@dataclass(frozen=True, slots=True)
class TypedRate:
    """What was typed: what one unit of a currency is in another from a day on (None: the first that lacks one)."""

    currency: str
    rate: str
    into: str
    day: date | None
    restate: bool


def _columns(own: str) -> tuple[Column[CurrencyInUse], ...]:
    return (
        Column("Currency", lambda one: one.currency, strong=True),
        Column("Rows", lambda one: f"{one.rows:,}", lambda one: float(one.rows), right=True),
        Column("Newest rate", lambda one: _rate(one.newest, own)),
        Column("From", lambda one: from_text(one.newest) if one.newest else ""),
        Column("Missing", missing_words),
    )


def _rate(rate: Rate | None, own: str) -> str:
    return worth(rate, own) if rate else ""


class CurrenciesCard(QWidget):
    """Currencies, rates and a form; a class because it is a widget.

    `wanted` sends a `TypedRate`, `file_wanted` asks for a file of rates.
    """

    wanted = Signal(object)
    file_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(1, 12, 1, 12), spacing=8)
        outer.addWidget(frame)
        self.title = PlainLabel("Currencies", "subheading", elide=True)
        head = row(self.title, button("Import &exchange rates…", self.file_wanted.emit))
        head.setStretch(0, 1)
        head.setContentsMargins(17, 0, 12, 0)
        self.table = RecordTable(
            RecordModel(_columns("")), theme, name="Currencies, those without a rate first", stretch=(2, 4), least=120
        )
        self.table.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.table.selectionModel().selectionChanged.connect(self._take_up)
        self.problem = PlainLabel("", "problem", wrap=True)
        self.problem.setContentsMargins(17, 0, 12, 0)
        self.problem.hide()
        column.addLayout(head)
        column.addWidget(self.table)
        column.addLayout(self._form())
        column.addWidget(self.problem)

    def _form(self) -> QHBoxLayout:
        self.currency = _field("Currency", "EUR", CODE_WIDTH)
        self.rate = _field("Rate", "1.0875", RATE_WIDTH)
        self.day = _field("First day of the rate, as year-month-day", "2026-01-31", DAY_WIDTH)
        self.into = _field("Currency of the rate", "USD", CODE_WIDTH)
        self.restate = QCheckBox("Also for closed months")
        self.restate.setToolTip("Change amounts of months whose books are closed as well.")
        self.add = button("Add &rate", self._add)
        for field in (self.currency, self.rate, self.into, self.day):
            field.returnPressed.connect(self._add)
        form = row(
            PlainLabel("1"), self.currency, PlainLabel("="), self.rate, self.into, PlainLabel("from"), self.day,
            self.restate, None, self.add,
        )  # fmt: skip
        form.setContentsMargins(17, 0, 12, 0)
        return form

    def show_currencies(self, found: Sequence[CurrencyInUse], own: str) -> None:
        """Show the currencies; the first one that lacks a rate is taken up in the form."""
        missing = sum(one.lacks_rate for one in found)
        self.title.setText(f"Currencies: {missing} without a rate" if missing else "Currencies")
        self.into.setPlaceholderText(own)
        self.into.setText(own)
        self.table.records.show_rows(tuple(found), _columns(own))
        lines = min(max(len(found), 1), SHOWN_ROWS) + 1
        self.table.setFixedHeight(lines * self.table.row_height() + 4)
        self.problem.hide()
        self.rate.clear()
        self.restate.setChecked(False)
        if found:
            self.table.selectRow(0)
            self._take_up()

    def ask_rate(self, about: str) -> None:
        """Take up the first currency that a text names, else the first, and begin with its rate."""
        shown = [self.table.records.record(row).currency for row in range(self.table.records.rowCount())]
        if shown:
            self.table.selectRow(next((row for row, code in enumerate(shown) if code in about), 0))
            self.rate.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_error(self, error: UserError) -> None:
        """Say why a rate was not kept."""
        self.problem.setText(str(error))
        self.problem.show()

    def _take_up(self) -> None:
        """Fill the form for the currency that is selected."""
        rows = self.table.selectionModel().selectedRows()
        if rows:
            one: CurrencyInUse = self.table.records.record(rows[0].row())
            self.currency.setText(one.currency)
            self.day.setText(day_text(one.missing_on) if one.missing_on else "")

    def _add(self) -> None:
        text = self.day.text().strip()
        try:
            day = parse_day(text) if text else None
        except UserError as error:
            self.show_error(error)
            return
        texts = (self.currency.text(), self.rate.text(), self.into.text())
        self.wanted.emit(TypedRate(*texts, day, self.restate.isChecked()))


def _field(name: str, example: str, width: int) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(example)
    made.setFixedWidth(width)
    return made
