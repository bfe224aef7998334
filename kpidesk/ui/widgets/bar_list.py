"""Lines drawn as bars that belong together, as a list to go through by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from kpidesk.ui.painting.look import Look, look_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.score_table import OPENING


class _Bars(QStyledItemDelegate):
    """Draws the lines of the list it belongs to."""

    def __init__(self, shown: BarList, theme: Theme) -> None:
        super().__init__(shown)
        self._shown, self._theme = shown, theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, area = look_of(self._theme), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        lit = selected or option.state & QStyle.StateFlag.State_MouseOver
        if lit and index.flags() & Qt.ItemFlag.ItemIsSelectable:
            painter.fillRect(area, look.color("selection" if selected else "hover"))
        if selected and self._shown.hasFocus():
            painter.fillRect(QRectF(area.left(), area.top(), look.px(3), area.height()), look.color("accent"))
        self._shown.paint_bar(painter, area, index.row(), look)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(self._shown.height_of(index.row())))


class BarList(QListWidget):
    """The base of such lists; a class because it is a widget.

    A list says in `paint_bar` how a line is drawn and in `height_of` how high it is before text scaling; `open_here`
    and `copy` are what Enter and Ctrl+C do. `opened` sends the line whose rows are wanted.
    """

    opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "bare")
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setItemDelegate(_Bars(self, theme))
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        theme.changed.connect(self.refit)

    def paint_bar(self, painter: QPainter, area: QRectF, row: int, look: Look) -> None:
        """Draw a line."""
        raise NotImplementedError

    def height_of(self, row: int) -> int:
        """How high a line is."""
        raise NotImplementedError

    def open_here(self) -> None:
        """Show what lies behind the line that the cursor is on."""
        raise NotImplementedError

    def copy(self) -> int:
        """Put the lines on the clipboard with a header line, for a spreadsheet or a letter; gives how many."""
        raise NotImplementedError

    def refit(self) -> None:
        """As high as its lines."""
        self.setFixedHeight(sum(self._theme.px(self.height_of(row)) for row in range(self.count())) + 2)
        self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter shows what lies behind a line, Ctrl+C copies all of them."""
        if event.key() in OPENING:
            self.open_here()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)
