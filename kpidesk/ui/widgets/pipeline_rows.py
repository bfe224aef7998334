"""The deals behind a number of the pipeline as a list, and the history of the one that is opened."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from kpidesk.core.fields import DEAL_FIELDS
from kpidesk.core.formats import full_value, plain_number, stored_day_text
from kpidesk.core.pipeline import Pick
from kpidesk.core.receipts import Listing, ReceiptRow
from kpidesk.core.wording import counted
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import row
from kpidesk.ui.widgets.deal_rows import DealRows
from kpidesk.ui.widgets.pipeline_text import picked_title
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

TYPING_MS = 150
LABELS = {one.name: one.label for one in DEAL_FIELDS}
SHOWN = ("stage", "owner", "account", "close_date", "closed_at", "created_at", "lead_source", "type")
"""The fields of a deal beside its name and amount."""
DATES = ("close_date", "closed_at", "created_at")
DAYS = ("stays", "usual")
ADDS = ("bridge", "move")


def columns_for(found: Listing, pick: Pick, currency: str) -> tuple[Column[ReceiptRow], ...]:
    """The columns of a list of deals: what is known of each, and what it adds to the number."""
    has_shares = any(one.weight != 1.0 for one in found.rows)
    columns = [Column("Deal", _name, strong=True), _amount(currency)]
    if pick.kind in DAYS:
        columns.append(Column("Days in stage", _days, _value, right=True))
    elif pick.kind in ADDS and any(one.value is not None for one in found.rows):
        columns.append(Column("Adds", lambda one: _money(one.value, currency), _value, right=True))
    if pick.kind == "cohort":
        columns.append(Column("Went on", lambda one: "yes" if one.in_numerator else one.reason or "not yet"))
    if has_shares:
        columns.append(Column("Share", lambda one: f"{plain_number(one.weight * 100)}%", lambda one: one.weight,
                              right=True))  # fmt: skip
    columns += [_field(name) for name in SHOWN if name in found.columns]
    return (*columns, Column("Shown in", _place))


def _name(one: ReceiptRow) -> str:
    return one.cells.get("name") or one.key


def _amount(currency: str) -> Column[ReceiptRow]:
    def number(one: ReceiptRow) -> float:
        try:
            return float(one.cells.get("amount", ""))
        except ValueError:
            return math.nan

    def text(one: ReceiptRow) -> str:
        value = number(one)
        return "" if math.isnan(value) else _money(value, one.cells.get("currency") or currency)

    return Column("Amount", text, number, right=True)


def _money(value: float | None, currency: str) -> str:
    """An amount to the unit: cents say nothing in a list."""
    return "" if value is None or math.isnan(value) else full_value(value, "money", currency).removesuffix(".00")


def _days(one: ReceiptRow) -> str:
    return "" if one.value is None or math.isnan(one.value) else plain_number(round(one.value))


def _value(one: ReceiptRow) -> float:
    return math.nan if one.value is None else one.value


def _field(name: str) -> Column[ReceiptRow]:
    def text(one: ReceiptRow) -> str:
        return one.cells.get(name, "")

    if name in DATES:
        return Column(LABELS.get(name, name), lambda one: stored_day_text(text(one)), text, name=name)
    return Column(LABELS.get(name, name), text, name=name)


def _place(one: ReceiptRow) -> str:
    """The line that shows how the deal stood: its own, or that of the stage history."""
    if one.history is not None:
        return f"{one.history.file}, line {one.history.line:,}"
    return f"{one.file}, line {one.line:,}" if one.line else one.file


class PipelineRows(DealRows):
    """The deals with what each adds to the number, behind a filter; a class because it is a widget."""

    def __init__(self, theme: Theme) -> None:
        table = RecordTable(
            RecordModel((Column("Deal", _name),)), theme, name="Deals behind the number", stretch=(0,), least=190,
            empty="No deal stands behind this number.",
        )  # fmt: skip
        super().__init__(theme, table)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._filter)

    def add_tools(self, head: QHBoxLayout, column: QVBoxLayout) -> None:
        """A line with the filter."""
        del head
        self.search = QLineEdit(placeholderText="Filter deals")
        self.search.setAccessibleName("Filter deals")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(self.theme.px(260))
        self.search.textChanged.connect(lambda _text: self._typing.start())
        tools = row(self.search, self.count, None, self.copy_button, self.one_button, self.open_button, spacing=10)
        tools.setContentsMargins(15, 0, 12, 0)
        column.addLayout(tools)

    def show_rows(self, found: Listing, pick: Pick, label: str, currency: str) -> None:
        """Show the deals behind a number."""
        self.list.show()
        self.history.hide()
        self.heading.setText(picked_title(pick, label))
        self._typing.stop()
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.table.records.show_rows(found.rows, columns_for(found, pick, currency))
        self._filter()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _filter(self) -> None:
        model = self.table.records
        model.keep(None, self.search.text())
        shown, total = model.rowCount(), len(model.rows)
        self.count.setText(counted(total, "row") if shown == total else f"{shown:,} of {counted(total, 'row')}")
        self.open_button.setEnabled(shown > 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the history, then the list; Ctrl+F filters."""
        if event.matches(QKeySequence.StandardKey.Find) and self.list.isVisible():
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)
