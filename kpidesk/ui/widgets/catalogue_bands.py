"""Published figures as bands on one scale, with your own number on it, and who says so."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kpidesk.core.benchmarks import Band
from kpidesk.core.kpis import Benchmark
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.catalogue_text import axis_of, band_source
from kpidesk.ui.widgets.controls import clear
from kpidesk.ui.widgets.page_parts import fill

HEIGHT = 14


class BandStrip(QWidget):
    """One figure on a scale, open where its source gives no bound; a class because it paints itself."""

    def __init__(self, theme: Theme, mark: Benchmark, axis: tuple[float, float], own: float | None) -> None:
        super().__init__()
        self._theme, self._mark, self._axis, self._own = theme, mark, axis, own
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Low and as wide as there is room."""
        return QSize(self._theme.px(120), self._theme.px(HEIGHT))

    def _at(self, value: float) -> float:
        low, high = self._axis
        return (value - low) / (high - low) * self.width()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the scale, the band, and your own number."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, thick = self.height() / 2, self._theme.px(6)
        painter.setBrush(self._theme.color("sunken"))
        painter.drawRoundedRect(QRectF(0, middle - thick / 2, self.width(), thick), 3, 3)
        mark = self._mark
        left = self._at(mark.low) if mark.low is not None else 0.0
        right = self._at(mark.high) if mark.high is not None else float(self.width())
        painter.setBrush(self._theme.color("spark"))
        painter.drawRoundedRect(QRectF(left, middle - thick / 2, max(thick, right - left), thick), 3, 3)
        if self._own is not None:
            place = min(self.width() - 2.0, max(1.0, self._at(self._own)))
            painter.setPen(QPen(self._theme.color("accent"), 2.5))
            painter.drawLine(QLineF(place, 0, place, self.height()))
        painter.end()


class Bands(QWidget):
    """Figures under each other on one scale; a class because it is a widget."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(10)

    def show_bands(self, bands: Sequence[Band], own: float | None, own_text: str) -> None:
        """Show figures, and your own number where it is known."""
        clear(self._list)
        axis = axis_of([one.benchmark for one in bands], own)
        if axis is not None and own is not None:
            self._list.addWidget(PlainLabel(f"The blue line is your {own_text}.", "small", wrap=True))
        for one in bands:
            lines = QVBoxLayout()
            lines.setSpacing(2)
            lines.addWidget(PlainLabel(one.benchmark.text, wrap=True))
            if axis is not None and (one.benchmark.low is not None or one.benchmark.high is not None):
                strip = BandStrip(self.theme, one.benchmark, axis, own)
                strip.setAccessibleName(one.words)
                lines.addWidget(strip)
            fill(lines, PlainLabel(band_source(one), "small", wrap=True))
            self._list.addLayout(lines)
