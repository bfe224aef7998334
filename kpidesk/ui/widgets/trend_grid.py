"""Small multiples: the trends of several KPIs side by side, each over the same periods."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from kpidesk.core.settings import Settings
from kpidesk.core.trends import RepTrends, Trend
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.pickers import scope_name
from kpidesk.ui.widgets.trend_preview import TrendPreview

GAP = 12


@dataclass(frozen=True, slots=True)
class CellSize:
    """How small a cell may get, in pixels at text size 1, and how many stand side by side at most."""

    wide: int
    high: int
    across: int


KPI_CELLS = CellSize(400, 196, 3)
REP_CELLS = CellSize(250, 150, 4)


class TrendGrid(QScrollArea):
    """The grid; `opened` sends the Trend that was clicked or entered. A class because it is a widget."""

    opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cells: list[TrendPreview] = []
        self._size = KPI_CELLS
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._sheet = QWidget()
        self._sheet.setProperty("role", "page")
        self.setWidget(self._sheet)
        self.viewport().setAutoFillBackground(False)

    def show_trends(self, trends: Sequence[Trend], settings: Settings) -> None:
        """Show the trends of several KPIs, in their order."""
        self._fill(KPI_CELLS, trends, lambda cell, trend: cell.show_trend(trend, settings))

    def show_reps(self, found: RepTrends, settings: Settings) -> None:
        """Show the trends of several people on the scale that they share, in their order."""
        span = (found.low, found.high)
        self._fill(REP_CELLS, found.trends, lambda cell, trend: cell.show_panel(
            trend, settings, scope_name(trend.question.scope, settings), span))  # fmt: skip

    def _fill(self, size: CellSize, trends: Sequence[Trend], show: Callable[[TrendPreview, Trend], None]) -> None:
        self._size = size
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
            show(cell, trend)
        self._lay_out()

    def columns(self) -> int:
        """How many fit side by side."""
        fits = self.viewport().width() // self._theme.px(self._size.wide)
        return max(1, min(self._size.across, fits, max(1, len(self.cells))))

    def _lay_out(self) -> None:
        """Share the room among the cells: all alike, none lower than its size allows; the rest scrolls."""
        across, gap, room = self.columns(), GAP, self.viewport().size()
        down = max(1, math.ceil(len(self.cells) / across))
        wide = (room.width() - gap * (across - 1)) // across
        high = max(self._theme.px(self._size.high), (room.height() - gap * (down - 1)) // down)
        self._sheet.resize(room.width(), down * high + gap * (down - 1))
        for number, cell in enumerate(self.cells):
            cell.setGeometry(number % across * (wide + gap), number // across * (high + gap), wide, high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as fit."""
        super().resizeEvent(event)
        self._lay_out()
