"""The grid of targets: moved in, typed into, copied and pasted like a spreadsheet; nothing is written by it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from kpidesk.core.target_grid import EditPlan, Grid, SumCheck
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.target_model import Block, TargetModel
from kpidesk.ui.widgets.target_paint import CELL_HEIGHT, CELL_WIDTH, TargetHeader, needed_width, paint_target_cell
from kpidesk.ui.widgets.target_text import TAKE_AWAY, Key, Pending, block_of, spread

Hint = QAbstractItemDelegate.EndEditHint
Trigger = QAbstractItemView.EditTrigger
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CLEARING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class _CellDelegate(QStyledItemDelegate):
    """Draws the cells and makes the field to type in."""

    def __init__(self, table: TargetTable, theme: Theme) -> None:
        super().__init__(table)
        self._table = table
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cells = self._table.cells
        is_current = self._table.hasFocus() and self._table.currentIndex() == index
        paint_target_cell(
            painter, QRectF(option.rect), cells.words(index.row(), index.column()), look_of(self._theme),
            is_sum=cells.lines[index.row()].is_sum,
            selected=bool(option.state & QStyle.StateFlag.State_Selected), current=is_current,
        )  # fmt: skip

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        del option
        made = QLineEdit(parent)
        made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        made.setMaxLength(80)
        made.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole) or "Target"))
        return made

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter keeps the text and goes down, Shift+Enter up; Qt itself would stay."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _ENTER:
            up = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if isinstance(watched, QLineEdit):
                self.commitData.emit(watched)
                self.closeEditor.emit(watched, Hint.NoHint)
                self._table.step(-1 if up else 1, 0)
                return True
        return super().eventFilter(watched, event)


class TargetTable(QTableView):
    """The table; a class because it is a widget with signals.

    `wanted` sends the cells changed as {key: text}, `refused` the words why
    something cannot be typed here. Typing, F2 and a double click edit; Enter and Tab move; Delete clears; Ctrl+C and
    Ctrl+V take blocks. At the last cell of a line Tab leaves the table.
    """

    wanted = Signal(object)
    refused = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cells = TargetModel(self)
        self.cells.typed.connect(self.wanted.emit)
        self.setModel(self.cells)
        self.setHorizontalHeader(TargetHeader(Qt.Orientation.Horizontal, theme, self))
        self.names = TargetHeader(Qt.Orientation.Vertical, theme, self)
        self.setVerticalHeader(self.names)
        self.setItemDelegate(_CellDelegate(self, theme))
        self.setAccessibleName("Targets of teams and reps by KPI")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget())
        self.setEditTriggers(Trigger.AnyKeyPressed | Trigger.EditKeyPressed | Trigger.DoubleClicked)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        theme.changed.connect(self.refit)

    # --- what is shown ---------------------------------------------------------------------------------------------

    def show_grid(self, grid: Grid, currency: str) -> None:
        """Show a grid and stay on the cell one was on."""
        here = self.current_key()
        self.cells.set_grid(grid, currency)
        self.refit()
        at = self.cells.place(*here) if here is not None else QModelIndex()
        self.setCurrentIndex(at if at.isValid() else self.cells.index(0, 0))

    def show_pending(self, pending: Pending, plan: EditPlan | None, sums: Sequence[SumCheck] | None = None) -> None:
        """Show what is typed and not set yet."""
        self.cells.set_pending(pending, plan, sums)
        self.names.setFixedWidth(self.names.name_width())
        self.viewport().update()
        self.names.viewport().update()

    def current_key(self) -> Key | None:
        """The cell one is on."""
        index = self.currentIndex()
        cell = self.cells.cell(index.row(), index.column()) if index.isValid() else None
        return (cell.scope, cell.kpi_id) if cell is not None else None

    def go_to(self, key: Key) -> None:
        """Go to a cell and bring it into view."""
        index = self.cells.place(*key)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def refit(self) -> None:
        """Sizes for the text size and the room."""
        px, look = self._theme.px, look_of(self._theme)
        self.names.setFixedWidth(self.names.name_width())
        self.names.setDefaultSectionSize(px(CELL_HEIGHT))
        self.names.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setFixedHeight(header.sizeHint().height())
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        room = min(self.viewport().width() // max(1, self.cells.columnCount()), px(2 * CELL_WIDTH))
        for column in range(self.cells.columnCount()):
            self.setColumnWidth(column, max(px(CELL_WIDTH), room, round(needed_width(self.cells, column, look))))
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns anew."""
        super().resizeEvent(event)
        self.refit()

    # --- moving and typing -----------------------------------------------------------------------------------------

    def step(self, down: int, across: int) -> bool:
        """Go some cells down or to the right, past what is left over; False at the edge."""
        at = self.currentIndex()
        row, column = at.row() + down, at.column() + across
        while 0 <= row < self.cells.rowCount() and down and self.cells.lines[row].is_sum:
            row += down
        if not (at.isValid() and 0 <= row < self.cells.rowCount() and 0 <= column < self.cells.columnCount()):
            return False
        self.setCurrentIndex(self.cells.index(row, column))
        return True

    def edit(self, index: Index, trigger: Trigger | None = None, event: QEvent | None = None) -> bool:  # type: ignore[override]  # Qt has two of this name
        """Begin to type in a cell; where nothing can be typed, say why."""
        if trigger is None:
            super().edit(index)
            return True
        asked = trigger in (Trigger.AnyKeyPressed, Trigger.EditKeyPressed, Trigger.DoubleClicked)
        cell = self.cells.cell(index.row(), index.column()) if index.isValid() else None
        if asked and cell is not None and cell.locked and self.editTriggers() & trigger:
            self.refused.emit(cell.locked)
            return False
        return super().edit(index, trigger, event)  # type: ignore[arg-type]  # Qt itself asks without an event

    def closeEditor(self, editor: QWidget, hint: Hint) -> None:
        """Tab goes to the next cell without opening it."""
        across = {Hint.EditNextItem: 1, Hint.EditPreviousItem: -1}.get(hint, 0)
        super().closeEditor(editor, Hint.NoHint if across else hint)
        if across:
            self.step(0, across)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002  # Qt's own name
        """Tab goes along a line and leaves the table at its end."""
        return self.step(0, 1 if next else -1) or super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of a spreadsheet; undo and redo are the page's."""
        matches = event.matches
        if matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif matches(QKeySequence.StandardKey.Cut):
            self.copy()
            self.clear_selected()
        elif matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() in _CLEARING and self.state() != QAbstractItemView.State.EditingState:
            self.clear_selected()
        elif event.key() in _ENTER:
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1, 0)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in (Qt.Key.Key_Z, Qt.Key.Key_Y):
            event.ignore()
        else:
            super().keyPressEvent(event)

    # --- blocks ----------------------------------------------------------------------------------------------------

    def block(self) -> Block | None:
        """The rectangle that is selected."""
        chosen = self.selectionModel().selectedIndexes()
        if not chosen:
            return None
        rows, columns = [one.row() for one in chosen], [one.column() for one in chosen]
        return Block(min(rows), min(columns), max(rows), max(columns))

    def copy(self) -> None:
        """Put the block on the clipboard as a spreadsheet takes it."""
        block = self.block()
        if block is not None:
            QGuiApplication.clipboard().setText(self.cells.copied(block))

    def paste(self) -> None:
        """Lay the block on the clipboard over the cells from the selected one on; a single cell fills the selection."""
        place, block = self.block(), block_of(QGuiApplication.clipboard().text())
        if place is None or not block:
            return
        rows = sum(place.top <= at <= place.bottom for at in self.cells.rows_from(place.top))
        texts = spread(block, rows, place.right - place.left + 1)
        typed, beyond, closed = self.cells.laid(texts, place.top, place.left)
        if beyond:
            self.refused.emit(f"The block is larger than the grid here: {beyond} of its cells have no place.")
        elif closed:
            self.refused.emit(f"{closed} of the cells are closed. Nothing was pasted.")
        elif typed:
            self.wanted.emit(typed)

    def clear_selected(self) -> None:
        """Take back what is typed in the selected cells; where nothing is, take the target away."""
        typed: dict[Key, str] = {}
        for index in self.selectionModel().selectedIndexes():
            cell = self.cells.cell(index.row(), index.column())
            if cell is None or cell.locked:
                continue
            key = (cell.scope, cell.kpi_id)
            if key in self.cells.pending:
                typed[key] = ""
            elif cell.target is not None:
                typed[key] = TAKE_AWAY
        if typed:
            self.wanted.emit(typed)
