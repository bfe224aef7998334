"""The cells of a file that cannot be used: where the first of each column stands, what it says and what is wrong."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kpidesk.core.imports import BadCells
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

COLUMNS: tuple[Column[BadCells], ...] = (
    Column("Line", lambda one: f"{one.line:,}" if one.line else "", lambda one: one.line, right=True, strong=True),
    Column("Column in the file", lambda one: one.header),
    Column("Value", lambda one: one.text.strip()),
    Column("Why its row is rejected", lambda one: f"{one.problem[:1].upper()}{one.problem[1:]}."),
    Column("Rows", lambda one: f"{one.count:,}", lambda one: one.count, right=True,
           hint="How many rows are rejected for this column; the line is that of the first."),
)  # fmt: skip


class BadTable(RecordTable):
    """One line for each column with such cells; a class because it is a widget."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            RecordModel(COLUMNS), theme, name="Cells that cannot be used", stretch=(3,),
            empty="Every cell can be used.", height=32, parent=parent,
        )  # fmt: skip
