"""Who a number is made of: teams or reps with their own value, the largest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from kpidesk.core.kpis import full_bar
from kpidesk.core.rate_words import ADD_RATE
from kpidesk.core.scorecards import Row
from kpidesk.core.settings import Settings
from kpidesk.ui.messages import plain_tip
from kpidesk.ui.painting.look import LEFT, MEDIUM, RIGHT, draw_text, look_of, width_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.pickers import scope_name
from kpidesk.ui.widgets.score_table import OPENING

LINE_HEIGHT = 34
MOST = 6
NO_RATE = "no exchange rate"


@dataclass(frozen=True, slots=True)
class Part:
    """One line: whose it is, the row it comes from, its bar as a share of a full one, and what stands beside it."""

    name: str
    row: Row
    share: float
    aside: str


def parts_of(rows: Sequence[Row], settings: Settings) -> tuple[Part, ...]:
    """The members that have a value, the largest first, with bars measured against the largest, of a rate against 100%.

    After them those whose value is not known for lack of a rate: they are part of the number too.
    """
    valued = [(row.result.value, row) for row in rows if row.result.value is not None]
    valued.sort(key=lambda pair: -pair[0])
    full = full_bar(valued[0][1].kpi, (value for value, _ in valued)) if valued else 0.0
    lacking = [row for row in rows if row.result.value is None and ADD_RATE in row.reason]
    return (
        *(Part(scope_name(row.scope, settings), row, max(0.0, value) / (full or 1.0), row.sample_text)
          for value, row in valued),
        *(Part(scope_name(row.scope, settings), row, 0.0, NO_RATE) for row in lacking),
    )  # fmt: skip


def _said(part: Part) -> str:
    return f"{part.name}: {part.row.reason if part.aside == NO_RATE else part.row.value_text}"


class Contributors(QWidget):
    """The lines; `opened` sends the Row whose records are wanted (click or Enter). A class because it paints itself."""

    opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.parts: tuple[Part, ...] = ()
        self.hidden_parts = 0
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Contributors")

    def show_rows(self, rows: Sequence[Row], settings: Settings) -> None:
        """Show who a number is made of."""
        found = parts_of(rows, settings)
        self.parts, self.hidden_parts = found[:MOST], max(0, len(found) - MOST)
        self._at = -1
        self.setAccessibleDescription("; ".join(_said(part) for part in found))
        self.setVisible(len(found) > 1)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        lines = len(self.parts) * LINE_HEIGHT + (20 if self.hidden_parts else 0)
        return QSize(200, self._theme.px(lines))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines, the one in hand tinted."""
        painter = QPainter(self)
        for number, part in enumerate(self.parts):
            self._paint_part(painter, self._line(number), part, marked=number == self._at)
        if self.hidden_parts:
            look = look_of(self._theme)
            area = self._line(len(self.parts))
            words = f"and {self.hidden_parts} more: see By team or By rep above"
            below = QRectF(area.left(), area.top(), area.width(), look.px(20))
            draw_text(painter, below, words, look.font(12), look.color("muted"), LEFT)
        painter.end()

    def _line(self, number: int) -> QRectF:
        height = self._theme.px(LINE_HEIGHT)
        return QRectF(0, number * height, self.width(), height)

    def _paint_part(self, painter: QPainter, area: QRectF, part: Part, *, marked: bool) -> None:
        look = look_of(self._theme)
        if marked:
            painter.fillRect(area, look.color("selection" if self.hasFocus() else "hover"))
        words = QRectF(area.left(), area.top() + look.px(3), area.width(), look.px(20))
        value, sample = look.font(13, MEDIUM), look.font(12)
        wide = width_of(value, part.row.value_text)
        draw_text(painter, words, part.row.value_text, value, look.color("ink"), RIGHT)
        aside = min(width_of(sample, part.aside), words.width() * 0.35)
        beside = QRectF(words.right() - wide - look.px(10) - aside, words.top(), aside, words.height())
        draw_text(painter, beside, part.aside, sample, look.color("muted"), RIGHT)
        name = QRectF(words.left(), words.top(), beside.left() - words.left() - look.px(10), words.height())
        draw_text(painter, name, part.name, look.font(13), look.color("ink"), LEFT)
        groove = QRectF(area.left(), words.bottom() + look.px(3), area.width(), look.px(3))
        painter.fillRect(groove, look.color("band_high"))
        painter.fillRect(QRectF(groove.left(), groove.top(), groove.width() * part.share, groove.height()),
                         look.color("spark"))  # fmt: skip

    def event(self, event: QEvent) -> bool:
        """Say the whole line in a tool tip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._number_at(event.pos().y())
            part = self.parts[at] if at >= 0 else None
            words = (part.row.reason if part.aside == NO_RATE else part.row.sentence) if part else ""
            QToolTip.showText(event.globalPos(), plain_tip(words), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from line to line, Enter opens the records."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step and 0 <= self._at + step < len(self.parts):
            self._mark(self._at + step)
        elif event.key() in OPENING and 0 <= self._at < len(self.parts):
            self.opened.emit(self.parts[self._at].row)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin with the first line."""
        super().focusInEvent(event)
        self._mark(max(0, self._at))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No line is in hand any more."""
        super().focusOutEvent(event)
        self._mark(-1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tint the line below the pointer."""
        self._mark(self._number_at(event.position().y()))
        shape = Qt.CursorShape.PointingHandCursor if self._at >= 0 else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def leaveEvent(self, event: QEvent) -> None:
        """No line is below the pointer any more."""
        super().leaveEvent(event)
        if not self.hasFocus():
            self._mark(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the records of the line clicked."""
        at = self._number_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            self.opened.emit(self.parts[at].row)

    def _number_at(self, y: float) -> int:
        number = int(y // self._theme.px(LINE_HEIGHT))
        return number if 0 <= number < len(self.parts) else -1

    def _mark(self, number: int) -> None:
        if number != self._at:
            self._at = number
            self.update()
