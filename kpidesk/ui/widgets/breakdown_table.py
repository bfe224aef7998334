"""The table of a breakdown: parts at the left, numbers with bars, the total at the foot."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kpidesk.core.breakdowns import Cell, PivotTable
from kpidesk.core.side_by_side import SideBySide
from kpidesk.core.wording import capital
from kpidesk.ui.painting.look import LEFT, RIGHT, SEMIBOLD, Look, draw_text, look_of, width_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.breakdown_text import Face, Laid, Show, cell_sentence, laid_beside, laid_out
from kpidesk.ui.widgets.model_index import NOWHERE, Index
from kpidesk.ui.widgets.number_table import NameHeader, NumberTable, paint_ground, paint_selected, paint_sum_line
from kpidesk.ui.widgets.score_table import OPENING, copy_rows, is_letter

_HEIGHT, _TALL, _HEAD = 34, 46, 40
_LEAST, _NAME, _WIDEST_NAME = 92, 150, 300
_PALE = 0.16  # of a bar below text
_NOTHING = Laid((), ())


class BreakdownModel(QAbstractTableModel):
    """A breakdown as Qt wants it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tables: tuple[PivotTable, ...] = ()
        self.laid = _NOTHING

    @property
    def table(self) -> PivotTable | None:
        """The breakdown on show, the first of those side by side."""
        return self.tables[0] if self.tables else None

    def table_of(self, column: int) -> PivotTable | None:
        """The breakdown that a column belongs to."""
        return self.tables[column] if len(self.tables) > 1 and column >= 0 else self.table

    def set_table(self, table: PivotTable, show: Show, least: int, *, waits: bool) -> None:
        """Show another breakdown, or the same otherwise."""
        self.beginResetModel()
        self.tables, self.laid = (table,), laid_out(table, show, least, waits=waits)
        self.endResetModel()

    def set_beside(self, found: SideBySide, least: int) -> None:
        """Show several KPIs by one field, one column each."""
        self.beginResetModel()
        self.tables, self.laid = found.tables, laid_beside(found, least)
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """One row per part, and the total."""
        return 0 if parent.isValid() else len(self.laid.lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """One column per part of the second field, or value, bar, share and sample."""
        return 0 if parent.isValid() else len(self.laid.titles)

    def face(self, index: Index) -> Face | None:
        """What stands in a place."""
        return self.laid.lines[index.row()].faces[index.column()] if index.isValid() else None

    def holds_words(self, column: int) -> bool:
        """Whether a column is one of words, which stand at the left."""
        return any(line.faces[column].is_words for line in self.laid.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text as shown; for screen readers the whole sentence."""
        face, table = self.face(index), self.table_of(index.column())
        if face is None or table is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{face.text} {face.below}".strip()
        if role == Qt.ItemDataRole.AccessibleTextRole and face.cell is not None:
            return cell_sentence(table, face.cell)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Parts at the left, columns above."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        across = orientation == Qt.Orientation.Horizontal
        names = self.laid.titles if across else tuple(line.name for line in self.laid.lines)
        return names[section] if section < len(names) else None


class _Names(NameHeader):
    """Part names at the left or column names above."""

    def __init__(self, orientation: Qt.Orientation, theme: Theme, parent: BreakdownTable) -> None:
        super().__init__(orientation, theme, parent)
        self._table = parent

    def paint_title(self, painter: QPainter, area: QRectF, column: int, look: Look) -> None:
        box = area.adjusted(look.px(8), 0, -look.px(10), 0)
        side = LEFT if self._table.cells.holds_words(column) else RIGHT
        draw_text(painter, box, self._table.cells.laid.titles[column], look.font(12), look.color("muted"), side)

    def paint_name(self, painter: QPainter, area: QRectF, row: int, look: Look) -> None:
        line = self._table.cells.laid.lines[row]
        if line.kind == "total":
            paint_sum_line(painter, area, look)
        font = look.font(13, SEMIBOLD if line.kind in ("value", "total") else look.font(13).weight())
        ink = look.color("ink" if line.kind in ("value", "total") else "muted")
        draw_text(painter, area.adjusted(look.px(18), 0, -look.px(8), 0), line.name, font, ink, LEFT)


class _Delegate(QStyledItemDelegate):
    """Draws the numbers with their bars."""

    def __init__(self, table: BreakdownTable, theme: Theme) -> None:
        super().__init__(table)
        self._table, self._theme = table, theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, area = look_of(self._theme), QRectF(option.rect)
        face = self._table.cells.face(index)
        is_total = self._table.cells.laid.lines[index.row()].kind == "total"
        paint_ground(painter, area, look, option)
        if is_total:
            paint_sum_line(painter, area, look)
        if face is not None:
            _paint_bar(painter, area, face, look)
            _paint_face(
                painter,
                area,
                face,
                look,
                hot=self._table.hot == (index.row(), index.column()),
                bold=is_total or face.is_sum,
            )
        paint_selected(painter, area, look, option)


def _paint_bar(painter: QPainter, area: QRectF, face: Face, look: Look) -> None:
    """A bar from the left, as long as the number is large; what runs against the others has an outline alone."""
    if face.bar is None or not face.bar:
        return
    room = area.adjusted(look.px(6), look.px(7), -look.px(6), -look.px(8))
    if face.only_bar:
        room = area.adjusted(look.px(10), look.px(11), -look.px(10), -look.px(11))
    bar = QRectF(room.left(), room.top(), max(room.width() * abs(face.bar), look.px(2)), room.height())
    if face.bar < 0:
        painter.setPen(look.color("bad"))
        painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.fillRect(bar, look.color("accent", 1.0 if face.only_bar else _PALE))


def _paint_face(painter: QPainter, area: QRectF, face: Face, look: Look, *, hot: bool, bold: bool) -> None:
    box = area.adjusted(look.px(8), 0, -look.px(10), 0)
    if face.is_words:
        draw_text(painter, box, face.text, look.font(12, SEMIBOLD if face.is_said else look.font(12).weight()),
                  look.color("ink" if face.is_said else "muted"), LEFT)  # fmt: skip
        return
    font = look.font(13, SEMIBOLD) if bold else look.font(13)
    font.setUnderline(hot)
    result = face.cell.result if face.cell is not None else None
    empty = face.is_thin or result is None or result.value is None or not (result.n or result.value)
    ink = look.color("accent_ink" if hot else "muted" if empty else "ink")
    if not face.below:
        draw_text(painter, box, face.text, font, ink, RIGHT)
        return
    half = look.px(8)
    draw_text(painter, box.adjusted(0, -half, 0, -half), face.text, font, ink, RIGHT)
    draw_text(painter, box.adjusted(0, half, 0, half), face.below, look.font(11), look.color("muted"), RIGHT)


class BreakdownTable(NumberTable):
    """The table; `picked` sends the Cell under the cursor (or None), `opened` one whose rows are wanted.

    Enter or a click on a number opens it, Ctrl+C copies the whole table. A class because it is a widget.
    """

    picked = Signal(object)
    opened = Signal(object)
    copied = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.cells = BreakdownModel(self)
        self.setModel(self.cells)
        self.setHorizontalHeader(_Names(Qt.Orientation.Horizontal, theme, self))
        self.setVerticalHeader(_Names(Qt.Orientation.Vertical, theme, self))
        self.setItemDelegate(_Delegate(self, theme))
        self.setAccessibleName("Breakdown")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.selectionModel().currentChanged.connect(lambda now, _before: self.picked.emit(self.cell_at(now)))

    def show_table(
        self, table: PivotTable, show: Show, least: int = 0, *, stay: bool = False, waits: bool = False
    ) -> None:
        """Show a breakdown and go to its first number, or stay; fewer rows than `least` make a number pale.

        `waits` keeps room for the changes that are still to be worked out.
        """
        here = self.currentIndex() if stay else QModelIndex()
        row, column = max(here.row(), 0), max(here.column(), 0)
        self.cells.set_table(table, show, least, waits=waits)
        self.refit()
        self.setCurrentIndex(self.cells.index(row, column))

    def show_beside(self, found: SideBySide, least: int = 0) -> None:
        """Show several KPIs by one field, and go to the first number."""
        self.cells.set_beside(found, least)
        self.refit()
        self.setCurrentIndex(self.cells.index(0, 0))

    def table_here(self) -> PivotTable | None:
        """The breakdown that the number under the cursor belongs to."""
        return self.cells.table_of(self.currentIndex().column())

    def cell_at(self, index: Index) -> Cell | None:
        """The number of a place."""
        face = self.cells.face(index)
        return None if face is None else face.cell

    def current_cell(self) -> Cell | None:
        """The number under the cursor."""
        return self.cell_at(self.currentIndex())

    def refit(self) -> None:
        """Sizes for the text size and the room."""
        look, laid, px = look_of(self._theme), self.cells.laid, self._theme.px
        font = look.font(13, SEMIBOLD)
        name = max((width_of(font, line.name) for line in laid.lines), default=0.0) + px(30)
        self.verticalHeader().setFixedWidth(max(px(_NAME), min(round(name), px(_WIDEST_NAME))))
        tall = any(face.below for line in laid.lines for face in line.faces)
        self.verticalHeader().setDefaultSectionSize(px(_TALL if tall else _HEIGHT))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setFixedHeight(px(_HEAD))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        needed = [self._needed(column) for column in range(len(laid.titles))]
        spare = max(0, self.viewport().width() - sum(needed))
        for column, width in enumerate(needed):
            more = (spare if column == laid.wide else 0) if laid.wide >= 0 else spare // max(len(needed), 1)
            self.setColumnWidth(column, width + more)
        below = self.horizontalScrollBar().sizeHint().height() if sum(needed) > self.viewport().width() else 0
        self.setMaximumHeight(px(_HEAD) + px(_TALL if tall else _HEIGHT) * len(laid.lines) + below + 2)
        self.viewport().update()

    def _needed(self, column: int) -> int:
        """The width at which no number of a column is cut; a long title is."""
        look, laid = look_of(self._theme), self.cells.laid
        bold, small = look.font(13, SEMIBOLD), look.font(12)
        texts = [max(width_of(bold, line.faces[column].text), width_of(small, line.faces[column].below))
                 for line in laid.lines]  # fmt: skip
        title = min(width_of(small, laid.titles[column]), self._theme.px(150))
        return max(self._theme.px(_LEAST), round(max([title, *texts], default=0.0)) + self._theme.px(24))

    def copy(self) -> int:
        """Put the whole table on the clipboard, with a header line; gives how many rows."""
        table, laid = self.cells.table, self.cells.laid
        if table is None:
            return 0
        columns = [(capital(table.rows_label), lambda line: line.name)]
        for at, title in enumerate(laid.titles):
            if at != laid.wide:
                columns.append((title, lambda line, at=at: line.faces[at].text))  # type: ignore[misc]  # bound early
        copy_rows(columns, laid.lines)
        return len(laid.lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the rows behind the number; letters are the page's."""
        cell = self.current_cell()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit(self.copy())
        elif event.key() in OPENING and cell is not None:
            self.opened.emit(cell)
        elif is_letter(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a number opens its rows."""
        super().mouseReleaseEvent(event)
        cell = self.cell_at(self.number_at(event.position().toPoint()))
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.opened.emit(cell)

    def number_at(self, point: QPoint) -> QModelIndex:
        """The place at a point of the viewport, if there are rows behind its number."""
        index = self.indexAt(point)
        face = self.cells.face(index)
        return index if face is not None and face.cell is not None and face.cell.result.n else QModelIndex()
