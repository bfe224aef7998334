"""The strip above a scorecard: how many KPIs stand where."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kpidesk.core.scorecards import Row
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.painting.strip import STRIP_HEIGHT, paint_strip, tally_sentence
from kpidesk.ui.theme import Theme


class SummaryStrip(QWidget):
    """Four panels, drawn as in the PDF; a class because it paints itself."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[Row, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Count other rows."""
        self._rows = tuple(rows)
        self.setAccessibleName(tally_sentence(rows))
        self.update()

    def sizeHint(self) -> QSize:
        """One line of large figures."""
        return QSize(480, self._theme.px(STRIP_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the panels."""
        painter = QPainter(self)
        paint_strip(painter, QRectF(self.rect()), self._rows, look_of(self._theme))
        painter.end()
