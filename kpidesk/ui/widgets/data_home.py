"""What the Data page shows while no file is on its way in: where to drop one, past imports, currencies, other pages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.core.import_history import ImportEntry
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.currencies import CurrenciesCard
from kpidesk.ui.widgets.data_doors import DataDoors
from kpidesk.ui.widgets.import_drop import HINT, DropZone
from kpidesk.ui.widgets.import_history import HistoryView


class HomeView(QWidget):
    """The parts under each other; with no import yet there is only the place to drop one. A class: a widget."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.drop = DropZone(theme, title="Drop a CRM export here", hint=HINT)
        self.small_drop = DropZone(theme, title="Drop a CRM export here", hint=HINT, compact=True)
        self.history = HistoryView(theme)
        self.currencies = CurrenciesCard(theme)
        self.doors = DataDoors(theme)
        column.addWidget(self.drop, 1)
        column.addWidget(self.small_drop)
        column.addWidget(self.history, 1)
        column.addWidget(self.currencies)
        column.addWidget(self.doors)

    def show_history(self, entries: Sequence[ImportEntry]) -> None:
        """Show the imports, or where to begin."""
        self.history.show_history(entries)
        for widget in (self.history, self.small_drop, self.doors):
            widget.setVisible(bool(entries))
        self.drop.setVisible(not entries)
