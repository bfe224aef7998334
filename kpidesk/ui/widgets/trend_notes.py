"""What happened, as a list under a trend: the numbers of the marks at its axis with day and words."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kpidesk.core.formats import day_text
from kpidesk.core.trend_parts import TrendMark
from kpidesk.core.trend_words import mark_text
from kpidesk.ui.painting.look import LEFT, draw_text, look_of
from kpidesk.ui.painting.trend_layers import paint_mark_line
from kpidesk.ui.theme import Theme

ROW, GAP = 22, 24
MOST_ROWS = 3
FOR_TWO = 620


class TrendNotes(QWidget):
    """The list, in one or two columns; the newest stay where there are too many. A class because it paints itself."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.marks: tuple[TrendMark, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_marks(self, marks: tuple[TrendMark, ...]) -> None:
        """Show marks; without any the list is away."""
        self.marks = marks
        self.setAccessibleName(" ".join(["Notes:", *(f"{mark_text(mark)}." for mark in marks)]))
        self.setVisible(bool(marks))
        self.updateGeometry()
        self.update()

    def _columns(self) -> int:
        return 2 if self.width() >= self._theme.px(FOR_TWO) and len(self.marks) > 1 else 1

    def _left_out(self) -> int:
        """How many have no room; the line that says so takes the place of one."""
        room = MOST_ROWS * self._columns()
        return len(self.marks) - room + 1 if len(self.marks) > room else 0

    def sizeHint(self) -> QSize:
        """As many lines as there are marks, a few at most."""
        rows = min(MOST_ROWS, math.ceil(len(self.marks) / 2))
        return QSize(self._theme.px(360), self._theme.px(ROW * rows + 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines, column by column."""
        look, columns, gone = look_of(self._theme), self._columns(), self._left_out()
        shown = self.marks[gone:]
        rows = max(1, int(self.height() // look.px(ROW)))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = (self.width() - look.px(GAP) * (columns - 1)) / columns
        first = 1 if gone else 0
        if gone:
            words = f"{gone} earlier {'one is' if gone == 1 else 'are'} in the table (T)."
            draw_text(painter, QRectF(0, 0, wide, look.px(ROW)), words, look.font(12), look.color("muted"), LEFT)
        for at, mark in enumerate(shown, first):
            left, top = at // rows * (wide + look.px(GAP)), at % rows * look.px(ROW)
            paint_mark_line(painter, QRectF(left, top, wide, look.px(ROW)), mark, day_text(mark.day), look)
        painter.end()
