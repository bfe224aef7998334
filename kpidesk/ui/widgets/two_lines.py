"""Lines of a list with a name, quiet words below it, and a dot that tells how far something has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kpidesk.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
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
        self._background(painter, rect, option)
        inner = rect.adjusted(theme.px(16), theme.px(7), -theme.px(12), -theme.px(7))
        if face.dot:
            self._dot(painter, QPointF(rect.right() - theme.px(16), rect.center().y()), filled=face.dot == "filled")
            inner.setRight(inner.right() - theme.px(18))
        weight = QFont.Weight.Normal if face.quiet else QFont.Weight.DemiBold
        self._text(painter, inner, face.name, theme.font(13, weight), "muted" if face.quiet else "ink", top=True)
        self._text(painter, inner, face.words, theme.font(12), "muted", top=False)
        painter.restore()

    def _background(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._theme.color("selection"))
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), self._theme.color("accent"))
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.setPen(QPen(self._theme.color("accent"), 2))
                painter.drawRect(QRectF(rect).adjusted(1, 1, -1, -1))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, self._theme.color("hover"))
        painter.setPen(QPen(self._theme.color("border"), 1))
        painter.drawLine(QPointF(rect.left(), rect.bottom() + 0.5), QPointF(rect.right() + 1, rect.bottom() + 0.5))

    def _dot(self, painter: QPainter, center: QPointF, *, filled: bool) -> None:
        color = self._theme.color("accent")
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(color if filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(center, self._theme.px(4), self._theme.px(4))

    def _text(self, painter: QPainter, rect: QRect, text: str, font: QFont, color: str, *, top: bool) -> None:
        painter.setFont(font)
        painter.setPen(self._theme.color(color))
        align = Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignBottom
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | align | Qt.TextFlag.TextSingleLine, shown)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines of text with air."""
        del option, index
        return QSize(self._theme.px(180), self._theme.px(50))
