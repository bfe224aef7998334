"""How each level is balanced, drawn plainly: a square for every KPI in use, filled where it foretells."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.check_text import FEWEST, LEVEL_TITLES, MOST, Balance
from kpidesk.ui.widgets.controls import card, clear, row
from kpidesk.ui.widgets.page_parts import Mark, fill

SQUARE, GAP, HEIGHT = 14, 4, 26
EXPLAINED = "Filled squares foretell (leading), hollow ones confirm (lagging). Good is 3 to 5, some of each."


class BalanceMeter(QWidget):
    """The squares of one level above a bracket from 3 to 5; a class because it paints itself."""

    def __init__(self, theme: Theme, balance: Balance) -> None:
        super().__init__()
        self._theme, self._balance = theme, balance
        self.setAccessibleName(balance.words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """A row of squares and the bracket below it."""
        wide = max(MOST, self._balance.count)
        return QSize(self._theme.px((SQUARE + GAP) * wide), self._theme.px(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw leading ones first, then lagging ones, then the places that are still free."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        balance, px = self._balance, self._theme.px
        step = min(px(SQUARE + GAP), self.width() / max(MOST, balance.count))
        for at in range(max(MOST, balance.count)):
            place = QRectF(at * step + 1, 1.5, step - px(GAP), px(SQUARE))
            if at < balance.count:
                painter.setPen(QPen(self._theme.color("accent"), 1.5))
                filled = at < balance.leading
                painter.setBrush(self._theme.color("accent") if filled else Qt.BrushStyle.NoBrush)
            else:
                painter.setPen(QPen(self._theme.color("strong_border"), 1, Qt.PenStyle.DotLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place, 3, 3)
        self._bracket(painter, step)
        painter.end()

    def _bracket(self, painter: QPainter, step: float) -> None:
        """From the third to the fifth square: as many as a level should have."""
        px = self._theme.px
        left, right, top = (FEWEST - 1) * step + 1, MOST * step - px(GAP) + 1, px(SQUARE) + px(6)
        painter.setPen(QPen(self._theme.color("muted"), 1.5))
        painter.drawLine(QLineF(left, top, right, top))
        for end in (left, right):
            painter.drawLine(QLineF(end, top - px(2), end, top + px(2)))


class BalanceCard(QWidget):
    """The balance of every level; a class because it is a widget."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(20, 16, 20, 16), spacing=12)
        self._levels = QVBoxLayout()
        self._levels.setSpacing(14)
        fill(column, PlainLabel("Balance", "heading"), self._levels, PlainLabel(EXPLAINED, "small", wrap=True))
        outer.addWidget(frame)

    def show_balances(self, balances: Sequence[Balance]) -> None:
        """Show how the levels are balanced."""
        clear(self._levels)
        for one in balances:
            self._levels.addLayout(self._level(one))

    def _level(self, one: Balance) -> QVBoxLayout:
        good = FEWEST <= one.count <= MOST
        sign = Mark(self.theme, "check" if good else "triangle-alert", "good" if good else "watch", 14)
        count = f"{one.count} in use, {one.enough}" if one.count else "None in use"
        head = row(PlainLabel(LEVEL_TITLES[one.level], "strong"), None, sign, PlainLabel(count, "small"), spacing=6)
        lines = QVBoxLayout()
        lines.setSpacing(3)
        fill(lines, head, BalanceMeter(self.theme, one), PlainLabel(one.kinds, "small", wrap=True),
             PlainLabel(one.covered, "small", wrap=True))  # fmt: skip
        return lines
