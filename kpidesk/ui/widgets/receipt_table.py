"""The look and manners of every table of records: quiet rows, one accent, keyboard and clipboard."""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from kpidesk.ui.messages import plain_tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.copying import copy_table
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.receipt_model import RecordModel, as_delimited
from kpidesk.ui.widgets.score_table import is_letter
from kpidesk.ui.widgets.sideways import shade_edges
from kpidesk.ui.widgets.table_header import EDGE, PAD, TableHeader, inside

T = TypeVar("T")
WIDEST = 320
UNDER = 12
"""The size of what stands under the text of a cell."""
TWO_LINES = 46
"""How high a row is for two lines."""
SHORTEST = 110
MEASURED_ROWS = 60


class RowDelegate(QStyledItemDelegate):
    """Draws a cell of a record: row tint, hairline below, text that is cut with an ellipsis."""

    def __init__(self, table: RecordTable, theme: Theme) -> None:
        super().__init__(table)
        self.table = table
        self.theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row's background and the text of the cell."""
        painter.save()
        self.paint_background(painter, option, index)
        self.paint_text(painter, option, index)
        painter.restore()

    def paint_background(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Tint for selection and hover, hairline below, accent bar at the start of a selected row."""
        rect: QRect = option.rect
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        tint = self.row_tint(index)
        if selected:
            painter.fillRect(rect, self.theme.color("selection"))
        elif tint is not None:
            painter.fillRect(rect, tint)
        elif index.row() == self.table.hovered_row:
            painter.fillRect(rect, self.theme.color("hover"))
        painter.setPen(QPen(self.theme.color("border"), 1))
        painter.drawLine(QPointF(rect.left(), rect.bottom() + 0.5), QPointF(rect.right() + 1, rect.bottom() + 0.5))
        is_current = self.table.hasFocus() and index.row() == self.table.currentIndex().row()
        if (selected or is_current) and index.column() == self.table.first_column():
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), self.theme.color("accent"))
        if is_current:
            for edge in (rect.top(), rect.bottom()):
                painter.fillRect(QRectF(rect.left(), edge, rect.width(), 1), self.theme.color("accent"))

    def row_tint(self, index: Index) -> QColor | None:
        """A colour behind a row that needs attention; none by itself."""
        del index
        return None

    def paint_text(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The cell's text on one line, and below it what stands under it."""
        rect: QRect = option.rect
        column = self.table.records.columns[index.column()]
        inner = self.inner(rect, index)
        under = one_line(self.table.under(index))
        lines = [(str(index.data() or ""), inner, *self.text_style(index))]
        if under:
            upper, lower = two_lines(self.theme, inner)
            lines = [(lines[0][0], upper, *lines[0][2:]), (under, lower, *self.under_style())]
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        where = Qt.TextElideMode.ElideMiddle if column.most else Qt.TextElideMode.ElideRight
        for text, room, font, color in lines:
            painter.setFont(font)
            painter.setPen(color)
            shown = painter.fontMetrics().elidedText(one_line(text), where, room.width())
            painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)

    def inner(self, rect: QRect, index: Index) -> QRect:
        """The part of a cell that holds its text."""
        last = index.column() == self.table.records.columnCount() - 1
        return inside(self.theme, rect, first=index.column() == self.table.first_column(), last=last)

    def text_style(self, index: Index) -> tuple[QFont, QColor]:
        """Font and colour of a cell: strong columns in ink, the others a shade lighter."""
        strong = self.table.records.columns[index.column()].strong
        weight = QFont.Weight.DemiBold if strong else QFont.Weight.Normal
        return self.theme.font(13, weight), self.theme.color("ink" if strong else "muted")

    def under_style(self) -> tuple[QFont, QColor]:
        """Font and colour of what stands under a cell."""
        return self.theme.font(UNDER), self.theme.color("muted")

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Width of the text with padding; the row height of the table."""
        del option
        both = ((str(index.data() or ""), self.text_style(index)[0]), (self.table.under(index), self.under_style()[0]))
        width = max(QFontMetricsF(font).horizontalAdvance(one_line(text)) for text, font in both)
        return QSize(round(width + self.theme.px(PAD + EDGE) + 2), self.table.row_height())

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Show what a shortened text stands for, or the whole text of a cell that is cut, never as HTML."""
        full = index.data(Qt.ItemDataRole.ToolTipRole) if index.isValid() else None
        text = "\n".join(filter(None, (str(index.data() or ""), self.table.under(index)))) if index.isValid() else ""
        if full:
            QToolTip.showText(event.globalPos(), str(full), view)
        elif text and self.sizeHint(option, index).width() > view.visualRect(index).width():
            QToolTip.showText(event.globalPos(), plain_tip(text[:600]), view)
        else:
            QToolTip.hideText()
        return True


class RecordTable(QTableView):
    """A table of records: whole rows are selected, Tab leaves it, Ctrl+C copies, an empty one says so.

    `stretch` names the columns that share what is left of the width; where that is too little, the table scrolls
    and each has at least `least` pixels. Typed letters go to the first row that begins with them, or without `finds`
    to the page, which has keys of its own.
    """

    def __init__(
        self,
        model: RecordModel[Any],
        theme: Theme,
        *,
        name: str,
        empty: str = "",
        stretch: tuple[int, ...] = (),
        least: int = SHORTEST,
        sortable: bool = True,
        finds: bool = True,
        height: int = 36,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.records = model
        self.theme = theme
        self.empty = empty
        self.stretch = stretch
        self.least = least
        self.finds = finds
        self.hovered_row = -1
        self._height = height
        self.setModel(model)
        self.setAccessibleName(name)
        self._header = TableHeader(theme, self)
        self.setHorizontalHeader(self._header)
        self._look()
        if sortable:
            self._header.setSectionsClickable(True)
            self._header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self._header.setSortIndicatorClearable(True)
            self.setSortingEnabled(True)
        self._delegate = RowDelegate(self, theme)
        self.setItemDelegate(self._delegate)
        model.modelReset.connect(self.fit)
        theme.changed.connect(self._rescale)
        shade_edges(self, theme)

    def _look(self) -> None:
        self.setProperty("records", True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget())
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._rescale()

    def _rescale(self) -> None:
        self.verticalHeader().setMinimumSectionSize(10)
        self.verticalHeader().setDefaultSectionSize(self.row_height())
        self.fit()
        self.viewport().update()

    def under(self, index: Index) -> str:
        """What stands under the text of a cell; empty where nothing does."""
        below = self.records.columns[index.column()].under
        return below.text(self.records.record(index.row())) if below is not None else ""

    def row_height(self) -> int:
        """Height of a row in pixels at the present text size."""
        return self.theme.px(self._height)

    def height_of(self, rows: int) -> int:
        """How high the table must be to show this many rows without scrolling."""
        return self.theme.px(36) + rows * self.row_height() + 2

    def first_column(self) -> int:
        """The column at the left edge."""
        return self._header.logicalIndex(0)

    def fit(self) -> None:
        """Give every column the width of its first rows and of some below; the stretching ones get what is left."""
        widths = [self._measured(column) for column in range(self.records.columnCount())]
        room = self.viewport().width() - sum(widths)
        wide = [column for column in self.stretch if column < len(widths)]
        needed = [max(width, self.theme.px(self.least)) for width in widths]
        if wide:
            for column in wide:
                widths[column] += room // len(wide)
            if min(widths[column] for column in wide) < self.theme.px(SHORTEST):  # it must be scrolled anyway
                for column in wide:
                    widths[column] = needed[column]
        elif widths and room > 0:
            self._spread(widths, room)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)

    def _spread(self, widths: list[int], room: int) -> None:
        """Leave spare room behind a last column of words; before one of numbers it would tear that from the others."""
        if not self.records.columns[-1].right:
            widths[-1] += room
            return
        each, rest = divmod(room, len(widths))
        for column in range(len(widths)):
            widths[column] += each
        widths[0] += rest

    def _measured(self, column: int) -> int:
        spec = self.records.columns[column]
        strong = QFont.Weight.DemiBold if spec.strong else QFont.Weight.Normal
        letters = QFontMetricsF(self.theme.font(13, strong))
        title = QFontMetricsF(self.theme.font(12, QFont.Weight.Medium)).horizontalAdvance(spec.title)
        count = self.records.rowCount()
        rows = {*range(min(count, MEASURED_ROWS)), *range(0, count, max(1, count // MEASURED_ROWS))}
        shown = [(spec, letters)]
        shown += [(spec.under, QFontMetricsF(self.theme.font(UNDER)))] if spec.under is not None else []
        widest = max(
            (
                look.horizontalAdvance(one_line(one.text(self.records.record(row)))[:80])
                for one, look in shown
                for row in rows
            ),
            default=0.0,
        )
        room = self.theme.px(2 * PAD + (EDGE - PAD if column in (0, len(self.records.columns) - 1) else 0))
        return min(self.theme.px(spec.most or WIDEST), round(max(widest, title + self.theme.px(12)) + room + 2))

    def copy(self, delimiter: str = "\t", *, everything: bool = False) -> int:
        """Put the selected rows (all when none or `everything`) on the clipboard; gives how many."""
        chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
        rows = self.records.records() if everything or not chosen else [self.records.record(row) for row in chosen]
        text = as_delimited(self.records.columns, rows, delimiter)
        copy_table(text) if delimiter == "\t" else QGuiApplication.clipboard().setText(text)
        return len(rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies rows with a header line; a letter finds a row or is left to the page."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif not self.finds and is_letter(event) and event.key() != Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin on the first row, so that the focus is seen and the arrow keys have a place to start from."""
        if not self.currentIndex().isValid() and self.records.rowCount():
            first = self.records.index(0, self.first_column())
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the mark of the focus away."""
        super().focusOutEvent(event)
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Remember which row the mouse is over, to tint the whole of it."""
        self._hover(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No row is tinted once the mouse has left."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            self.hovered_row = row
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns again."""
        super().resizeEvent(event)
        self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or the sentence that there are none."""
        super().paintEvent(event)
        if self.records.rowCount() or not self.empty:
            return
        painter = QPainter(self.viewport())
        painter.setFont(self.theme.font(13))
        painter.setPen(self.theme.color("muted"))
        area = self.viewport().rect().adjusted(24, 12, -24, -12)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty)
        painter.end()


def two_lines(theme: Theme, room: QRect) -> tuple[QRect, QRect]:
    """The upper and the lower line of a cell, close together in its middle."""
    upper, lower = theme.px(18), theme.px(16)
    top = room.center().y() + 1 - (upper + lower) // 2
    return QRect(room.left(), top, room.width(), upper), QRect(room.left(), top + upper, room.width(), lower)


def one_line(text: str) -> str:
    """A text without line breaks and tabs, and without marks that turn the reading direction around."""
    if text.isprintable() and not any(mark in text for mark in _TURNING):
        return text
    return "".join(" " if mark in "\n\r\t\v\f" else mark for mark in text if mark not in _TURNING)


_TURNING = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
