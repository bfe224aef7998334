"""The strip above a scorecard: how many KPIs stand where."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kpidesk.core.scorecards import Row
from kpidesk.ui.painting.look import LEFT, draw_text, look_of
from kpidesk.ui.painting.strip import STRIP_HEIGHT, paint_strip, tally_sentence
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.page_parts import button

WORDS_HEIGHT = 28


class SummaryStrip(QWidget):
    """Four panels, drawn as in the PDF, or one line of words with what to do; a class because it paints itself.

    `targets_wanted` asks for the page where targets are set.
    """

    targets_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[Row, ...] = ()
        self.words = ""
        self.set_targets = button("Set &targets", self.targets_wanted.emit, "link", "All of them in one grid")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addStretch(1)
        line.addWidget(self.set_targets)
        self.set_targets.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_rows(self, rows: Sequence[Row], instead: str = "") -> None:
        """Count other rows, or say `instead` that none has a target, with the way to set some."""
        self._rows, self.words = tuple(rows), instead
        self.set_targets.setVisible(bool(instead))
        self.setAccessibleName(instead or tally_sentence(rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """One line of large figures, or a lower one of words."""
        return QSize(480, self._theme.px(WORDS_HEIGHT if self.words else STRIP_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the panels."""
        painter = QPainter(self)
        if self.words:
            look = look_of(self._theme)
            draw_text(painter, QRectF(self.rect()), self.words, look.font(13), look.color("muted"), LEFT)
        else:
            paint_strip(painter, QRectF(self.rect()), self._rows, look_of(self._theme))
        painter.end()
