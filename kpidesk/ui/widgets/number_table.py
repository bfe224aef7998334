"""A table of numbers that open what lies behind them: how it lights up, underlines and fits its room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QTableView, QWidget

from kpidesk.ui.painting.look import Look
from kpidesk.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex


class NumberTable(QTableView):
    """The base of such tables; a class because it is a widget.

    A table says in `number_at` which number lies at a point and in `refit` how large its cells are; `hot` is the row
    and column of the number below the pointer, (-1, -1) for none.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.hot = (-1, -1)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget())
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        theme.changed.connect(self.refit)

    def number_at(self, point: QPoint) -> QModelIndex:
        """The cell whose number lies at a point of the viewport and can be opened; not valid where there is none."""
        raise NotImplementedError

    def refit(self) -> None:
        """Sizes for the text size and the room."""
        raise NotImplementedError

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns anew."""
        super().resizeEvent(event)
        self.refit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Underline the number below the pointer."""
        super().mouseMoveEvent(event)
        self._heat(self.number_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """No number is below the pointer any more."""
        super().leaveEvent(event)
        self._heat(QModelIndex())

    def _heat(self, index: QModelIndex) -> None:
        hot = (index.row(), index.column())
        if hot != self.hot:
            self.hot = hot
            shape = Qt.CursorShape.PointingHandCursor if index.isValid() else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()


def paint_ground(painter: QPainter, area: QRectF, look: Look, option: QStyleOptionViewItem | None = None) -> None:
    """The ground of a cell (of a name without `option`), selected or below the pointer, with the line at its foot."""
    state = option.state if option is not None else QStyle.StateFlag.State_None
    hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    color = "selection" if state & QStyle.StateFlag.State_Selected else "hover" if hovered else "surface"
    painter.fillRect(area, look.color(color))
    painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), look.color("grid"))


def paint_selected(painter: QPainter, area: QRectF, look: Look, option: QStyleOptionViewItem) -> None:
    """The bar at the foot of a selected cell, above all else in it."""
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(QRectF(area.left(), area.bottom() - 3, area.width(), 2), look.color("accent"))
