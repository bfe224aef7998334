"""The open deals behind a number of the forecast as a list, and the history of the one that is opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt

from kpidesk.core.forecasts import DueDeal
from kpidesk.core.formats import NOTHING, day_text, format_value
from kpidesk.core.wording import counted
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.deal_rows import DealRows
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


class ForecastRows(DealRows):
    """The open deals with their chances; a class because it is a widget."""

    def __init__(self, theme: Theme) -> None:
        table = RecordTable(
            RecordModel(COLUMNS), theme, name="Open deals due", stretch=(0,), least=170,
            empty="No deal stands behind this number.",
        )  # fmt: skip
        super().__init__(theme, table)

    def show_deals(self, title: str, deals: Sequence[DueDeal]) -> None:
        """Show deals under a title."""
        self.history.hide()
        self.heading.setText(title)
        self.count.setText(counted(len(deals), "deal"))
        self.table.records.show_rows(deals)
        self.open_button.setEnabled(bool(deals))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
