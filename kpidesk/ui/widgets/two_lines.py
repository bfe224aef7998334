"""Lines of a list with a name, quiet words below it, and a dot that tells how far something has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.model_index import Index

Dot = Literal["", "ring", "filled"]


@dataclass(frozen=True, slots=True)
class Face:
    """What one line shows: `dot` is filled for what runs, a ring for what is prepared; `quiet` greys the name."""

    name: str
    words: str
    dot: Dot = ""
    quiet: bool = False


class TwoLines(QStyledItemDelegate):
    """Draws such lines; `face_of` tells what stands in a row. A class because Qt wants one."""

    def __init__(self, view: QListView, theme: Theme, face_of: Callable[[int], Face]) -> None:
        super().__init__(view)
        self._theme, self._face_of = theme, face_of

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one line."""
        face, theme, rect = self._face_of(index.row()), self._theme, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row(painter, rect, option, theme)
        inner = rect.adjusted(theme.px(16), theme.px(7), -theme.px(12), -theme.px(7))
        if face.dot:
            at = QPointF(rect.right() - theme.px(16), rect.center().y())
            paint_dot(painter, at, theme, filled=face.dot == "filled")
            inner.setRight(inner.right() - theme.px(18))
        weight = QFont.Weight.Normal if face.quiet else QFont.Weight.DemiBold
        ink = theme.color("muted" if face.quiet else "ink")
        paint_line(painter, inner, face.name, theme.font(13, weight), ink)
        paint_line(painter, inner, face.words, theme.font(12), theme.color("muted"), at=Qt.AlignmentFlag.AlignBottom)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines of text with air."""
        del option, index
        return QSize(self._theme.px(180), self._theme.px(50))


def paint_row(painter: QPainter, rect: QRect, option: QStyleOptionViewItem, theme: Theme) -> None:
    """The ground of a line in a list, selected or below the pointer, with the line at its foot."""
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(rect, theme.color("selection"))
        painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), theme.color("accent"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRect(QRectF(rect).adjusted(1, 1, -1, -1))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, theme.color("hover"))
    painter.setPen(QPen(theme.color("border"), 1))
    painter.drawLine(QPointF(rect.left(), rect.bottom() + 0.5), QPointF(rect.right() + 1, rect.bottom() + 0.5))


def paint_dot(painter: QPainter, center: QPointF, theme: Theme, *, filled: bool, color: str = "accent") -> None:
    """A dot, or a ring."""
    painter.setPen(QPen(theme.color(color), 1.5))
    painter.setBrush(theme.color(color) if filled else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(center, theme.px(4), theme.px(4))


def paint_line(
    painter: QPainter, rect: QRect, text: str, font: QFont, ink: QColor,
    at: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignTop,
) -> None:  # fmt: skip
    """One line of text at the top, the bottom or the middle of a rectangle; what does not fit ends in dots."""
    painter.setFont(font)
    painter.setPen(ink)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | at | Qt.TextFlag.TextSingleLine, shown)
