"""Reps against KPIs: a symbol, the value and what it rests on in every cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kpidesk.core.people import Scope
from kpidesk.core.scorecards import Matrix, Row
from kpidesk.core.settings import Settings
from kpidesk.ui.painting.cells import (
    matrix_cell_width,
    matrix_lines,
    matrix_number_rect,
    matrix_words_rect,
    paint_matrix_cell,
)
from kpidesk.ui.painting.look import LEFT, SEMIBOLD, Look, draw_text, look_of, width_of, wrapped
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.model_index import NOWHERE, Index
from kpidesk.ui.widgets.number_table import NameHeader, NumberTable, paint_ground, paint_lines, paint_selected
from kpidesk.ui.widgets.pickers import scope_name
from kpidesk.ui.widgets.score_table import OPENING, copy_rows, is_letter

_CELL_HEIGHT = 46
_CELL_WIDTH = 128
_NAME_WIDTH = 168
_MOST_LINES = 3
RAMPING = "ramping"


class MatrixModel(QAbstractTableModel):
    """The cells of a matrix as text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.matrix: Matrix | None = None
        self.settings = Settings()

    def set_matrix(self, matrix: Matrix | None, settings: Settings) -> None:
        """Show another matrix."""
        self.beginResetModel()
        self.matrix, self.settings = matrix, settings
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """One row per member."""
        return 0 if parent.isValid() or self.matrix is None else len(self.matrix.members)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """One column per KPI."""
        return 0 if parent.isValid() or self.matrix is None else len(self.matrix.kpis)

    def cell(self, index: Index) -> Row | None:
        """The row of a cell."""
        return self.matrix.cells[index.row()][index.column()] if self.matrix and index.isValid() else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Value and sample; for screen readers the whole sentence with the member's name."""
        row = self.cell(index)
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(part for part in matrix_lines(row) if part)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            name = ", ".join(filter(None, (scope_name(row.scope, self.settings), self.note(index.row()))))
            return f"{name}: {row.sentence}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Members at the left, KPIs above."""
        if self.matrix is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.matrix.kpis[section].name if section < len(self.matrix.kpis) else None
        return self.member(section)

    def member(self, section: int) -> str | None:
        """The name of a member."""
        if self.matrix is None or section >= len(self.matrix.members):
            return None
        return scope_name(self.matrix.members[section], self.settings)

    def note(self, section: int) -> str:
        """What stands below the name of a member."""
        is_ramping = self.matrix is not None and self.matrix.members[section] in self.matrix.ramping
        return RAMPING if is_ramping else ""


class _Names(NameHeader):
    """Member names at the left or KPI names above, in the app's own type."""

    def __init__(self, orientation: Qt.Orientation, theme: Theme, parent: QWidget) -> None:
        super().__init__(orientation, theme, parent)
        self.setSectionsClickable(orientation == Qt.Orientation.Vertical)
        self.marked = -1

    def mark(self, section: int) -> None:
        """Show that the user is on a name (-1: on none)."""
        self.marked = section
        self.viewport().update()

    def paint_title(self, painter: QPainter, area: QRectF, column: int, look: Look) -> None:
        text = str(self.model().headerData(column, self.orientation()) or "")
        words = matrix_words_rect(area, look)
        lines = wrapped(text, look.font(12), words.width(), _MOST_LINES)
        paint_lines(painter, words, lines, look.font(12), look, LEFT)

    def paint_name(self, painter: QPainter, area: QRectF, row: int, look: Look) -> None:
        if row == self.marked:
            above = area.adjusted(0, 0, 0, -1)
            painter.fillRect(above, look.color("selection"))
            painter.fillRect(QRectF(area.left(), area.top(), 3, above.height()), look.color("accent"))
        if row == self.count() - 1:
            painter.fillRect(QRectF(area.left(), area.top() - 1, area.width(), 1), look.color("strong_border"))
        model = self.model()
        name, note = (model.member(row) or "", model.note(row)) if isinstance(model, MatrixModel) else ("", "")
        inner = area.adjusted(look.px(18), 0, -look.px(8), 0)
        half = look.px(16) if note else 0
        draw_text(painter, inner.adjusted(0, 0, 0, -half), name, look.font(13, SEMIBOLD), look.color("ink"), LEFT)
        draw_text(painter, inner.adjusted(0, half, 0, 0), note, look.font(11), look.color("muted"), LEFT)


class _CellDelegate(QStyledItemDelegate):
    """Draws the cells of the matrix."""

    def __init__(self, table: MatrixTable, theme: Theme) -> None:
        super().__init__(table)
        self._table = table
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, area = look_of(self._theme), QRectF(option.rect)
        paint_ground(painter, area, look, option)
        row = self._table.cells.cell(index)
        if row is not None:
            hot = self._table.hot == (index.row(), index.column())
            paint_matrix_cell(painter, area, row, look, hot=hot)
        if index.row() == self._table.cells.rowCount() - 1:
            painter.fillRect(QRectF(area.left(), area.top() - 1, area.width(), 1), look.color("strong_border"))
        paint_selected(painter, area, look, option)


class MatrixTable(NumberTable):
    """The table; `picked` sends the Row of the cell selected, `opened` one to explain, `member_opened` a Scope.

    Enter or a click on a number opens it, Space or a double click elsewhere sends `about`, a single one `touched`. Left
    of the first number lies the name: Enter there, or a double click on it, opens that member. Ctrl+C copies rows.
    """

    picked = Signal(object)
    opened = Signal(object)
    about = Signal(object)
    touched = Signal(object)
    member_opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.cells = MatrixModel(self)
        self.setModel(self.cells)
        self.setHorizontalHeader(_Names(Qt.Orientation.Horizontal, theme, self))
        self.names = _Names(Qt.Orientation.Vertical, theme, self)
        self.setVerticalHeader(self.names)
        self.setItemDelegate(_CellDelegate(self, theme))
        self.setAccessibleName("Reps against KPIs")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.names.sectionClicked.connect(self.names.mark)
        self.names.sectionDoubleClicked.connect(self._open_member)
        self.selectionModel().currentChanged.connect(self._on_current)
        self.doubleClicked.connect(self._on_double_click)

    def show_matrix(self, matrix: Matrix, settings: Settings) -> None:
        """Show a matrix and select its first cell."""
        self.cells.set_matrix(matrix, settings)
        self.refit()
        if matrix.members and matrix.kpis:
            self.setCurrentIndex(self.cells.index(0, 0))
        else:
            self.picked.emit(None)

    def current_row(self) -> Row | None:
        """The row of the cell selected."""
        return self.cells.cell(self.currentIndex())

    def refit(self) -> None:
        """Sizes for the text size and the room."""
        names = [self.cells.member(i) or "" for i in range(self.cells.rowCount())]
        font = self._theme.font(13, SEMIBOLD)
        longest = max((width_of(font, name) for name in names), default=0.0)
        wide = min(round(longest) + self._theme.px(30), self._theme.px(240))
        needed = [self._needed(column) for column in range(self.cells.columnCount())]
        room = self.viewport().width() + self.verticalHeader().width()
        spare = max(0, room - sum(needed) - wide)
        self.verticalHeader().setFixedWidth(max(wide, min(self._theme.px(_NAME_WIDTH), wide + spare)))
        self.verticalHeader().setDefaultSectionSize(self._theme.px(_CELL_HEIGHT))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column, width in enumerate(shared(needed, self.viewport().width(), self._theme.px(_CELL_WIDTH))):
            self.setColumnWidth(column, width)
        lines = max((self._lines(column) for column in range(len(needed))), default=0)
        self.horizontalHeader().setFixedHeight(self._theme.px(64 if lines > 2 else 48))
        self.viewport().update()

    def _lines(self, column: int) -> int:
        """How many lines the title of a column takes."""
        look, title = look_of(self._theme), str(self.cells.headerData(column, Qt.Orientation.Horizontal) or "")
        room = matrix_words_rect(QRectF(0, 0, self.columnWidth(column), 1), look).width()
        return len(wrapped(title, look.font(12), room, _MOST_LINES))

    def _needed(self, column: int) -> int:
        """The width at which no number of a column and no word of its title is cut."""
        rows = [cells[column] for cells in self.cells.matrix.cells] if self.cells.matrix else []
        look = look_of(self._theme)
        title = str(self.cells.headerData(column, Qt.Orientation.Horizontal) or "")
        word = max((width_of(look.font(12), one) for one in title.split()), default=0.0)
        edges = -matrix_words_rect(QRectF(0, 0, 0, 1), look).width() + 2
        return round(max((word + edges, *(matrix_cell_width(row, look) for row in rows))))

    def copy(self) -> int:
        """Put the rows with a selected cell on the clipboard, with a header line; gives how many."""
        matrix = self.cells.matrix
        if matrix is None:
            return 0
        chosen = sorted({index.row() for index in self.selectionModel().selectedIndexes()})
        columns: list[tuple[str, Callable[[int], str]]] = [("Member", lambda i: self.cells.member(i) or "")]
        for j, kpi in enumerate(matrix.kpis):
            columns.append((kpi.name, partial(_copied, matrix, j, "value_text")))
            columns.append(("rests on", partial(_copied, matrix, j, "sample_text")))
        copy_rows(columns, chosen)
        return len(chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the rows behind the number, or the member on whose name one is; letters are the page's."""
        row = self.current_row()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif self.names.marked >= 0 and event.key() in OPENING:
            self._open_member(self.names.marked)
        elif self.names.marked >= 0 and event.key() == Qt.Key.Key_Right:
            self.names.mark(-1)
        elif event.key() == Qt.Key.Key_Left and row is not None and self.currentIndex().column() == 0:
            self.names.mark(self.currentIndex().row())
        elif event.key() in OPENING and row is not None:
            self.opened.emit(row)
        elif event.key() == Qt.Key.Key_Space and row is not None:
            self.about.emit(row)
        elif is_letter(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click among the numbers leaves the names."""
        self.names.mark(-1)
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A plain click on a number opens its rows."""
        super().mouseReleaseEvent(event)
        plain = event.button() == Qt.MouseButton.LeftButton and event.modifiers() == Qt.KeyboardModifier.NoModifier
        if not plain or len(self.selectionModel().selectedIndexes()) != 1:
            return
        at = event.position().toPoint()
        row, beside = self.cells.cell(self.number_at(at)), self.cells.cell(self.indexAt(at))
        if row is not None:
            self.opened.emit(row)
        elif beside is not None:
            self.touched.emit(beside)

    def number_at(self, point: QPoint) -> QModelIndex:
        """The cell whose number lies at a point of the viewport."""
        index = self.indexAt(point)
        row = self.cells.cell(index)
        if row is None:
            return QModelIndex()
        area = matrix_number_rect(QRectF(self.visualRect(index)), row, look_of(self._theme))
        return index if area.contains(point.toPointF()) else QModelIndex()

    def _on_current(self, current: QModelIndex, before: QModelIndex) -> None:
        stays = self.names.marked >= 0 and current.column() == before.column() == 0
        self.names.mark(current.row() if stays else -1)
        self.picked.emit(self.cells.cell(current))

    def _on_double_click(self, index: QModelIndex) -> None:
        row = self.cells.cell(index)
        if row is not None:
            self.about.emit(row)

    def _open_member(self, section: int) -> None:
        if self.cells.matrix is not None:
            scope: Scope = self.cells.matrix.members[section]
            self.member_opened.emit(scope)


def _copied(matrix: Matrix, column: int, text: str, row: int) -> str:
    """One text of a cell."""
    return str(getattr(matrix.cells[row][column], text))


def shared(needed: Sequence[int], room: int, usual: int) -> tuple[int, ...]:
    """The width of each column: alike where all fit so, else what each needs where they fit then, else scrolled."""
    spare = room - sum(needed)
    if needed and max(needed) <= room // len(needed):
        return (room // len(needed),) * len(needed)
    if needed and spare >= 0:
        return tuple(one + spare // len(needed) for one in needed)
    return tuple(max(usual, one) for one in needed)
