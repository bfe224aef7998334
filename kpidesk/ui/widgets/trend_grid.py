"""Small multiples: the trends of several KPIs side by side, each over the same periods."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from kpidesk.core.settings import Settings
from kpidesk.core.trends import Trend
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.trend_preview import TrendPreview

WIDE = 400
HIGH = 196
GAP = 12
MOST_ACROSS = 3


class TrendGrid(QScrollArea):
    """The grid; `opened` sends the Trend that was clicked or entered. A class because it is a widget."""

    opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cells: list[TrendPreview] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._sheet = QWidget()
        self._sheet.setProperty("role", "page")
        self.setWidget(self._sheet)
        self.viewport().setAutoFillBackground(False)

    def show_trends(self, trends: Sequence[Trend], settings: Settings) -> None:
        """Show trends, in their order."""
        while len(self.cells) > len(trends):
            gone = self.cells.pop()
            gone.hide()
            gone.deleteLater()
        while len(self.cells) < len(trends):
            made = TrendPreview(self._theme, self._sheet)
            made.show()
            made.opened.connect(self.opened)
            self.cells.append(made)
        for cell, trend in zip(self.cells, trends, strict=True):
            cell.show_trend(trend, settings)
        self._lay_out()

    def columns(self) -> int:
        """How many fit side by side."""
        return max(1, min(MOST_ACROSS, self.viewport().width() // self._theme.px(WIDE), max(1, len(self.cells))))

    def _lay_out(self) -> None:
        """Share the room among the cells: all alike, none lower than `HIGH`; the rest scrolls."""
        across, gap, room = self.columns(), GAP, self.viewport().size()
        down = max(1, math.ceil(len(self.cells) / across))
        wide = (room.width() - gap * (across - 1)) // across
        high = max(self._theme.px(HIGH), (room.height() - gap * (down - 1)) // down)
        self._sheet.resize(room.width(), down * high + gap * (down - 1))
        for number, cell in enumerate(self.cells):
            cell.setGeometry(number % across * (wide + gap), number // across * (high + gap), wide, high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as fit."""
        super().resizeEvent(event)
        self._lay_out()
