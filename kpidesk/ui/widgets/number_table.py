"""A table of numbers that open what lies behind them: how it lights up, underlines and fits its room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyleOptionViewItem, QTableView, QWidget

from kpidesk.ui.painting.look import Look, draw_text, look_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.sideways import shade_edges


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
        shade_edges(self, theme)

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


class NameHeader(QHeaderView):
    """Names above or at the left of such a table, in the app's own type; a class because Qt wants one.

    A header says in `paint_title` and `paint_name` how one is drawn.
    """

    def __init__(self, orientation: Qt.Orientation, theme: Theme, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self._theme = theme
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def paint_title(self, painter: QPainter, area: QRectF, column: int, look: Look) -> None:
        """Draw the name of a column."""
        raise NotImplementedError

    def paint_name(self, painter: QPainter, area: QRectF, row: int, look: Look) -> None:
        """Draw the name of a row."""
        raise NotImplementedError

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803  # Qt's name
        """Draw one name on the ground of the table."""
        look, area = look_of(self._theme), QRectF(rect)
        painter.fillRect(area, look.color("surface"))
        if self.orientation() == Qt.Orientation.Horizontal:
            painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), look.color("border"))
            self.paint_title(painter, area, logicalIndex, look)
        else:
            paint_ground(painter, area, look)
            self.paint_name(painter, area, logicalIndex, look)


def paint_ground(painter: QPainter, area: QRectF, look: Look, option: QStyleOptionViewItem | None = None) -> None:
    """The ground of a cell (of a name without `option`), selected or below the pointer, with the line at its foot."""
    state = option.state if option is not None else QStyle.StateFlag.State_None
    hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    color = "selection" if state & QStyle.StateFlag.State_Selected else "hover" if hovered else "surface"
    painter.fillRect(area, look.color(color))
    painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), look.color("grid"))


def paint_lines(
    painter: QPainter, box: QRectF, lines: Sequence[str], font: QFont, look: Look, align: Qt.AlignmentFlag
) -> None:
    """The lines of a title, one below the other in the middle of a box."""
    step = look.px(16)
    top = box.center().y() - step * len(lines) / 2
    for at, part in enumerate(lines):
        place = QRectF(box.left(), top + at * step, box.width(), step)
        draw_text(painter, place, part, font, look.color("muted"), align)


def paint_selected(painter: QPainter, area: QRectF, look: Look, option: QStyleOptionViewItem) -> None:
    """The bar at the foot of a selected cell, above all else in it."""
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(QRectF(area.left(), area.bottom() - 3, area.width(), 2), look.color("accent"))


def paint_sum_line(painter: QPainter, area: QRectF, look: Look) -> None:
    """The line above a total."""
    painter.fillRect(QRectF(area.left(), area.top(), area.width(), 1), look.color("strong_border"))
