"""The titles of a table of records, and the room that a cell has for its text."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from kpidesk.ui.theme import Theme

PAD = 12
EDGE = 18


class TableHeader(QHeaderView):
    """Column titles in small grey letters, with an arrow where the table is sorted."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.theme = theme
        self.setHighlightSections(False)
        self.setMinimumSectionSize(40)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def sizeHint(self) -> QSize:
        """One line of small text with room above and below."""
        return QSize(super().sizeHint().width(), self.theme.px(36))

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        """Draw one title and, where the table is sorted by it, the arrow."""
        if not rect.isValid():
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, self.theme.color("surface"))
        painter.setPen(QPen(self.theme.color("border"), 1))
        painter.drawLine(QPointF(rect.left(), rect.bottom() + 0.5), QPointF(rect.right() + 1, rect.bottom() + 0.5))
        title = str(self.model().headerData(logical, Qt.Orientation.Horizontal) or "")
        side = self.model().headerData(logical, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        right = bool(side is not None and int(side) & int(Qt.AlignmentFlag.AlignRight))
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == logical
        painter.setFont(self.theme.font(12, QFont.Weight.Medium))
        painter.setPen(self.theme.color("ink" if is_sorted else "muted"))
        inner = inside(self.theme, rect, first=self.visualIndex(logical) == 0, last=self._is_last(logical))
        if is_sorted:
            inner = self._draw_arrow(painter, inner, title, right=right)
        align = Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
        text = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, align, text)
        painter.restore()

    def _is_last(self, logical: int) -> bool:
        return self.visualIndex(logical) == self.count() - 1

    def _draw_arrow(self, painter: QPainter, inner: QRect, title: str, *, right: bool) -> QRect:
        """Draw the arrow beside the title; gives the room left for the title."""
        width = self.theme.px(12)
        text_width = min(painter.fontMetrics().horizontalAdvance(title), inner.width() - width)
        x = inner.right() - width / 3 if right else inner.left() + text_width + width / 1.5
        tip = -3.0 if self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder else 3.0
        center = QPointF(x, inner.center().y() + 0.5)
        painter.save()
        painter.setBrush(self.theme.color("accent_ink"))
        painter.setPen(Qt.PenStyle.NoPen)
        corners = (QPointF(-4, -tip / 1.5), QPointF(4, -tip / 1.5), QPointF(0, tip / 1.5 + tip / 3))
        painter.drawPolygon(QPolygonF([center + corner for corner in corners]))
        painter.restore()
        return inner.adjusted(0, 0, -width, 0)


def inside(theme: Theme, cell: QRect, *, first: bool, last: bool) -> QRect:
    """The room for text in a cell; at the edges of the table it lines up with the title of the card."""
    left, right = (theme.px(EDGE if at_edge else PAD) for at_edge in (first, last))
    return cell.adjusted(left, 0, -right, 0)
