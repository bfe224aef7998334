"""Any table wider than its room: a shade at its edges says that more columns stand beyond, until none does."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QTableView, QWidget

from kpidesk.ui.theme import Theme

Side = Literal["left", "right"]
WIDTH, DARKEST = 20, 0.1


def shade_edges(table: QTableView, theme: Theme) -> None:
    """Lay a shade over each edge of a table, there as long as columns lie beyond it."""
    for side in ("left", "right"):
        EdgeShade(table, theme, side)


class EdgeShade(QWidget):
    """The shade at one edge; a class because it is a widget that follows the table."""

    def __init__(self, table: QTableView, theme: Theme, side: Side) -> None:
        super().__init__(table)
        self._table, self._theme, self.side = table, theme, side
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bar = table.horizontalScrollBar()
        bar.valueChanged.connect(self._follow)
        bar.rangeChanged.connect(self._follow)
        theme.changed.connect(self.update)
        table.viewport().installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the cells when they get another room."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._follow()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the shade, darkest at the edge."""
        del event
        dark, clear = QColor(self._theme.color("ink")), QColor(self._theme.color("ink"))
        dark.setAlphaF(DARKEST)
        clear.setAlphaF(0)
        run = QLinearGradient(0, 0, self.width(), 0)
        run.setColorAt(0, dark if self.side == "left" else clear)
        run.setColorAt(1, clear if self.side == "left" else dark)
        painter = QPainter(self)
        painter.fillRect(self.rect(), run)
        painter.end()

    def _follow(self) -> None:
        bar, cells = self._table.horizontalScrollBar(), self._table.viewport().geometry()
        left = cells.left() if self.side == "left" else cells.right() + 1 - WIDTH
        top = self._table.horizontalHeader().geometry().top()
        self.setGeometry(QRect(left, top, WIDTH, cells.bottom() + 1 - top))
        self.setVisible(bar.value() > bar.minimum() if self.side == "left" else bar.value() < bar.maximum())
        self.raise_()
