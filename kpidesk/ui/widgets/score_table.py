"""The scorecard as a table: one row per KPI, drawn whole, readable by a screen reader cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from kpidesk.core.formats import whole_percent
from kpidesk.core.scorecards import Row
from kpidesk.core.term_words import terms_unsaid
from kpidesk.ui import icons
from kpidesk.ui.messages import plain_tip
from kpidesk.ui.painting.cells import (
    COLUMNS,
    RIGHT_ALIGNED,
    SHORT_TITLES,
    TITLES,
    Column,
    paint_cell,
    second_line,
)
from kpidesk.ui.painting.look import LEFT, MEDIUM, RIGHT, SEMIBOLD, Look, draw_text, look_of, width_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.copying import copy_table
from kpidesk.ui.widgets.facts_text import change_words
from kpidesk.ui.widgets.model_index import NOWHERE, Index
from kpidesk.ui.widgets.score_text import cell_text, longest_words

T = TypeVar("T")
OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ROW_HEIGHT = 48
HEADER_HEIGHT = 40
_FIXED: dict[Column, int] = {"actual": 84, "target": 72, "bullet": 112, "trend": 112, "status": 112}
_GIVES_WAY: tuple[Column, ...] = ("trend", "bullet", "target")
_GROWS: tuple[tuple[Column, float], ...] = (("bullet", 0.34), ("trend", 0.2))
_CAN_SHRINK: tuple[tuple[Column, int], ...] = (("trend", 72), ("bullet", 104))
_SMALLEST_NAME = 160
_WIDEST = 210
_ROOMY_NAME = 250


COPIED: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("KPI", lambda row: row.kpi.name),
    ("Actual", lambda row: row.value_text),
    ("Rests on", lambda row: row.sample_text),
    ("Target", lambda row: row.target_text),
    ("Of target", lambda row: "" if row.attainment is None else f"{whole_percent(row.attainment)}%"),
    ("Over a longer time", lambda row: row.long_run.words if row.long_run else ""),
    ("Period before", lambda row: row.prior_text),
    ("Change", lambda row: row.change.words if row.change else ""),
    ("Status", lambda row: row.status_words),
    ("Period", lambda row: row.period.label),
    ("Scope", lambda row: row.member),
)
"""What is copied of a row, also what the table has no room for."""


def copy_rows(columns: Sequence[tuple[str, Callable[[T], str]]], rows: Sequence[T]) -> None:
    """Put rows on the clipboard with a header line, for a spreadsheet or a letter."""
    from kpidesk.ui.widgets import receipt_model  # numpy comes with it, not needed at the start

    made = [receipt_model.Column(title, text) for title, text in columns]
    copy_table(receipt_model.as_delimited(made, rows))


class ScoreModel(QAbstractTableModel):
    """Rows of a scorecard, as Qt wants them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()
        self.focus: frozenset[str] = frozenset()

    def set_rows(self, rows: Sequence[Row], focus: frozenset[str] = frozenset()) -> None:
        """Show other rows, and which KPIs are in focus."""
        self.beginResetModel()
        self.rows, self.focus = tuple(rows), focus
        self.endResetModel()

    def tell(self, rows: Sequence[Row]) -> None:
        """Show the same rows with more said about each; nothing else moves."""
        self.rows = tuple(rows[: len(self.rows)])
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """One row per KPI."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """KPI, actual, target, bullet graph, trend, status."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts only; what is drawn comes from the row itself."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            focused = "In focus." if row.kpi.id in self.focus else ""
            told = " ".join(part for part in (row.sentence, change_words(row), focused) if part)
            return told if column == "kpi" else f"{TITLES[column]}: {cell_text(row, column) or 'none'}"
        if role == Qt.ItemDataRole.ToolTipRole and column == "kpi":
            focused = "\nIn focus: one of the two to look at first" if row.kpi.id in self.focus else ""
            said = f"{row.sentence}\n{second_line(row)}{focused}"
            return plain_tip(f"{said}\n{terms_unsaid((row.kpi.name, row.status_words, said))}".strip())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles, and KPI names for screen readers."""
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(COLUMNS):
            if role == Qt.ItemDataRole.DisplayRole:
                return SHORT_TITLES[COLUMNS[section]]
            if role == Qt.ItemDataRole.AccessibleTextRole:
                return TITLES[COLUMNS[section]]
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Vertical and section < len(self.rows):
            return self.rows[section].kpi.name
        return None


class TitleHeader(QHeaderView):
    """Column titles in quiet type, aligned with the cells below; a class because a header paints itself."""

    def __init__(self, theme: Theme, right: Sequence[int] = (), parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._right = frozenset(right)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def sizeHint(self) -> QSize:
        """A little lower than a row."""
        return QSize(super().sizeHint().width(), self._theme.px(HEADER_HEIGHT))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803  # Qt's name
        """Draw one title over a hairline."""
        look, area = look_of(self._theme), QRectF(rect)
        painter.fillRect(area, look.color("surface"))
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), look.color("border"))
        lead = look.px(18) if logicalIndex == 0 else look.px(8)
        text = str(self.model().headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        align = RIGHT if logicalIndex in self._right else LEFT
        inner = area.adjusted(lead, 0, -look.px(8), 0)
        draw_text(painter, inner, text, look.font(12, MEDIUM), look.color("muted"), align)


class RowDelegate(QStyledItemDelegate):
    """Draws cells so that a row looks like one thing: whole-row hover, tinted selection with an accent bar."""

    def __init__(self, table: ScoreTable, theme: Theme) -> None:
        super().__init__(table)
        self._table = table
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell with its share of the row's background."""
        look, area = look_of(self._theme), QRectF(option.rect)
        row = self._table.score.rows[index.row()]
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = index.row() == self._table.hovered
        ground = look.color("selection" if selected else "hover" if hovered else "surface")
        painter.fillRect(area, ground)
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), look.color("grid"))
        if index.column() == 0:
            if selected:
                painter.fillRect(QRectF(area.left(), area.top(), 3, area.height() - 1), look.color("accent"))
            if row.kpi.id in self._table.score.focus:
                self._paint_focus(painter, area, look)
            area.setLeft(area.left() + look.px(10))
        hot = self._table.hot == (index.row(), index.column())
        paint_cell(painter, area, row, COLUMNS[index.column()], look, ground, hot=hot)
        if option.state & QStyle.StateFlag.State_HasFocus and self._table.hasFocus() and self._table.by_keyboard:
            painter.setPen(look.color("accent"))
            painter.drawRect(QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -2.5))

    def _paint_focus(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """The mark of a KPI in focus, in the room before its name."""
        size = self._theme.px(11)
        mark = icons.pixmap("crosshair", look.tokens.accent_ink, size, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(area.left() + look.px(4), area.center().y() - look.px(8) - size / 2), mark)


class ScoreTable(QTableView):
    """The table; `picked` sends the Row selected (or None), `opened` the Row whose number is to be explained.

    Enter or a click on a number opens it, Space or a double click elsewhere sends `about`, a single one `touched`.
    Ctrl+C copies the rows selected.
    """

    picked = Signal(object)
    opened = Signal(object)
    about = Signal(object)
    touched = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.hovered = -1
        self.hot = (-1, -1)
        self.by_keyboard = False
        self.score = ScoreModel(self)
        self.setModel(self.score)
        self.setHorizontalHeader(TitleHeader(theme, [COLUMNS.index(one) for one in RIGHT_ALIGNED], self))
        self.setItemDelegate(RowDelegate(self, theme))
        self.setAccessibleName("Scorecard")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(20)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.clicked.connect(self._on_click)
        self.doubleClicked.connect(self._on_double_click)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        theme.changed.connect(self.refit)
        self.refit()

    def show_rows(self, rows: Sequence[Row], keep: str = "", focus: frozenset[str] = frozenset()) -> None:
        """Show rows, those in `focus` marked, and select the one of the KPI `keep`, or the first."""
        self.score.set_rows(rows, focus)
        self.refit()
        number = next((i for i, row in enumerate(rows) if row.kpi.id == keep), 0)
        if rows:
            self.setCurrentIndex(self.score.index(number, 0))
        else:
            self.picked.emit(None)

    def current_row(self) -> Row | None:
        """The row selected."""
        index = self.currentIndex()
        return self.score.rows[index.row()] if index.isValid() else None

    def refit(self) -> None:
        """Row heights and column widths for the text size and the room; what is less needed gives way first."""
        self.verticalHeader().setDefaultSectionSize(self._theme.px(ROW_HEIGHT))
        self.verticalHeader().setMinimumSectionSize(self._theme.px(ROW_HEIGHT))
        room = self.viewport().width()
        widths = {column: self._theme.px(width) for column, width in _FIXED.items()}
        for column, longest in longest_words(self.score.rows, look_of(self._theme)).items():
            widths[column] = max(widths[column], min(round(longest) + self._theme.px(20), self._theme.px(_WIDEST)))
        shown: list[Column] = ["actual", "target", "bullet", "trend", "status"]
        for column in _GIVES_WAY:
            if room - sum(widths[one] for one in shown) >= self._theme.px(_SMALLEST_NAME):
                break
            shown.remove(column)
        for column, least in _CAN_SHRINK:
            lacking = self._wanted_name() - (room - sum(widths[one] for one in shown))
            if column in shown and lacking > 0:
                widths[column] = max(self._theme.px(least), widths[column] - lacking)
        spare = room - sum(widths[one] for one in shown) - self._theme.px(_ROOMY_NAME)
        for column, share in _GROWS:
            if column in shown and spare > 0:
                widths[column] += round(spare * share)
        for number, column in enumerate(COLUMNS):
            self.setColumnHidden(number, column != "kpi" and column not in shown)
            if column != "kpi":
                self.setColumnWidth(number, widths[column])
        self.setColumnWidth(0, max(80, room - sum(widths[one] for one in shown)))
        self.horizontalHeader().setFixedHeight(self._theme.px(HEADER_HEIGHT))
        self.viewport().update()

    def _wanted_name(self) -> int:
        """The width at which no KPI's name and nothing of a longer time below it is cut, within reason."""
        look = look_of(self._theme)
        bold, small = look.font(13, SEMIBOLD), look.font(12)
        names = [width_of(bold, row.kpi.name) for row in self.score.rows]
        under = [width_of(small, second_line(row)) for row in self.score.rows if row.long_run is not None]
        longest = max((*names, *under), default=0.0)
        return min(round(longest) + self._theme.px(30), self._theme.px(_ROOMY_NAME))

    def sizeHint(self) -> QSize:
        """The height at which no row needs scrolling."""
        whole = self._theme.px(HEADER_HEIGHT) + len(self.score.rows) * self._theme.px(ROW_HEIGHT)
        return QSize(self._theme.px(640), whole)

    def minimumSizeHint(self) -> QSize:
        """Two rows."""
        return QSize(self._theme.px(280), self._theme.px(HEADER_HEIGHT + 2 * ROW_HEIGHT))

    def copy(self) -> int:
        """Put the selected rows on the clipboard with a header line, for a spreadsheet; gives how many."""
        chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
        rows = [self.score.rows[number] for number in chosen]
        copy_rows(COPIED, rows)
        return len(rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns anew."""
        super().resizeEvent(event)
        self.refit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the rows behind the number; a letter is left to the page."""
        self.by_keyboard = True
        row = self.current_row()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in OPENING and row is not None:
            self.opened.emit(row)
        elif event.key() == Qt.Key.Key_Space and row is not None:
            self.about.emit(row)
        elif is_letter(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click hides the keyboard's frame."""
        self.by_keyboard = False
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the whole row below the pointer, and underline a number that can be clicked."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        number = index.isValid() and COLUMNS[index.column()] == "actual"
        self._hover(index.row(), (index.row(), index.column()) if number else (-1, -1))

    def leaveEvent(self, event: QEvent) -> None:
        """No row is below the pointer any more."""
        super().leaveEvent(event)
        self._hover(-1, (-1, -1))

    def _hover(self, number: int, hot: tuple[int, int]) -> None:
        if (number, hot) != (self.hovered, self.hot):
            self.hovered, self.hot = number, hot
            shape = Qt.CursorShape.PointingHandCursor if hot != (-1, -1) else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.picked.emit(self.score.rows[current.row()] if current.isValid() else None)

    def _on_click(self, index: QModelIndex) -> None:
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            wanted = self.opened if COLUMNS[index.column()] == "actual" else self.touched
            wanted.emit(self.score.rows[index.row()])

    def _on_double_click(self, index: QModelIndex) -> None:
        if COLUMNS[index.column()] != "actual":
            self.about.emit(self.score.rows[index.row()])


def is_letter(event: QKeyEvent) -> bool:
    """Whether a key types something, without Ctrl or Alt: tables leave it to the page's own keys."""
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return not held and bool(event.text()) and event.text().isprintable()
