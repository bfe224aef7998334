"""The stages of a pipeline: bars on one common zero, counts, conversion and days; every number opens its deals."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kpidesk.core.pipeline import Stages
from kpidesk.ui.messages import plain_tip
from kpidesk.ui.painting.look import LEFT, REGULAR, RIGHT, SEMIBOLD, Look, draw_text, look_of, width_of, wrapped
from kpidesk.ui.painting.stage_bars import EDGE, number_width, paint_bar, paint_number
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.model_index import NOWHERE, Index
from kpidesk.ui.widgets.number_table import NameHeader, NumberTable, paint_ground, paint_selected, paint_sum_line
from kpidesk.ui.widgets.pipeline_text import Face, Laid, Line, laid_out
from kpidesk.ui.widgets.score_table import OPENING, copy_rows, is_letter

_HEIGHT, _HEAD = 44, 36
_NAME, _WIDEST_NAME, _LEAST, _BARS = 132, 230, 64, 110
_NOTHING = Laid((), ())


class StageModel(QAbstractTableModel):
    """The stages as Qt wants them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.laid = _NOTHING

    def set_stages(self, stages: Stages | None) -> None:
        """Show other stages."""
        self.beginResetModel()
        self.laid = laid_out(stages) if stages is not None else _NOTHING
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """One row per stage, and the total."""
        return 0 if parent.isValid() else len(self.laid.lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """What is open, and with a history what went in and out."""
        return 0 if parent.isValid() else len(self.laid.titles)

    def face(self, index: Index) -> Face | None:
        """What stands in a place."""
        return self.laid.lines[index.row()].faces[index.column()] if index.isValid() else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text as shown; for screen readers and as a tip the whole sentence."""
        face = self.face(index)
        if face is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{face.text} {face.below}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(face.said)
        return face.said if role == Qt.ItemDataRole.AccessibleTextRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Stages at the left, columns above."""
        is_across = orientation == Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.ToolTipRole and not is_across and section < len(self.laid.lines):
            line = self.laid.lines[section]
            return plain_tip(". ".join(part for part in (line.name, line.said) if part))
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        names = self.laid.titles if is_across else tuple(line.name for line in self.laid.lines)
        return names[section] if section < len(names) else None


class _Names(NameHeader):
    """Stages at the left or column names above."""

    def __init__(self, orientation: Qt.Orientation, theme: Theme, parent: StageTable) -> None:
        super().__init__(orientation, theme, parent)
        self._table = parent

    def paint_title(self, painter: QPainter, area: QRectF, column: int, look: Look) -> None:
        laid = self._table.cells.laid
        box = area.adjusted(look.px(EDGE), 0, -look.px(EDGE), 0)
        side = LEFT if column == laid.wide else RIGHT
        draw_text(painter, box, laid.titles[column], look.font(12), look.color("muted"), side)

    def paint_name(self, painter: QPainter, area: QRectF, row: int, look: Look) -> None:
        line = self._table.cells.laid.lines[row]
        if line.is_total:
            paint_sum_line(painter, area, look)
        box = area.adjusted(look.px(18), 0, -look.px(8), 0)
        font, small = look.font(13, SEMIBOLD), look.font(11)
        ink = look.color("muted" if line.note else "ink")
        if line.note:
            lines = [(line.name, font, ink), (line.note, small, look.color("muted"))]
        else:
            lines = [(part, font, ink) for part in wrapped(line.name, font, box.width(), 2)]
        step = look.px(16)
        top = box.center().y() - step * len(lines) / 2
        for at, (text, face, color) in enumerate(lines):
            draw_text(painter, QRectF(box.left(), top + at * step, box.width(), step), text, face, color, LEFT)


class _Corner(QWidget):
    """The title above the names, where Qt would leave a hole; a class because it paints itself."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the title and the line below it."""
        painter, look, area = QPainter(self), look_of(self._theme), QRectF(self.rect())
        painter.fillRect(area, look.color("surface"))
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), look.color("border"))
        box = area.adjusted(look.px(18), 0, -look.px(8), 0)
        draw_text(painter, box, "Stage", look.font(12), look.color("muted"), LEFT)
        painter.end()


class _Delegate(QStyledItemDelegate):
    """Draws the bars and the numbers."""

    def __init__(self, table: StageTable, theme: Theme) -> None:
        super().__init__(table)
        self._table, self._theme = table, theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, area = look_of(self._theme), QRectF(option.rect)
        laid = self._table.cells.laid
        line = laid.lines[index.row()]
        face = line.faces[index.column()]
        paint_ground(painter, area, look, option)
        hot = self._table.hot == (index.row(), index.column())
        if index.column() == laid.wide:
            paint_bar(painter, area, face.bar, face.text, self._table.text_width, look, hot=hot, pale=face.is_pale)
        else:
            paint_number(painter, area, face.text, face.below, face.tone, look, hot=hot, pale=face.is_pale,
                         bold=line.is_total)  # fmt: skip
        if line.is_total:
            paint_sum_line(painter, area, look)
        paint_selected(painter, area, look, option)


class StageTable(NumberTable):
    """The table; `opened` sends the Pick whose deals are wanted and the name of its stage.

    Enter or a click on a number opens its deals, Ctrl+C copies the whole table. A class because it is a widget.
    """

    opened = Signal(object, str)
    copied = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.cells = StageModel(self)
        self.text_width = 0.0
        self._corner = _Corner(theme, self)
        self.setModel(self.cells)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setHorizontalHeader(_Names(Qt.Orientation.Horizontal, theme, self))
        self.setVerticalHeader(_Names(Qt.Orientation.Vertical, theme, self))
        self.setItemDelegate(_Delegate(self, theme))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Stages")

    def show_stages(self, stages: Stages | None) -> None:
        """Show the stages of a pipeline; the cursor stays where it was as far as it can."""
        before = self.currentIndex()
        place = (max(0, before.row()), max(0, before.column()))
        self.cells.set_stages(stages)
        self.setAccessibleDescription(stages.sentence if stages is not None else "")
        self.refit()
        rows, columns = self.cells.rowCount(), self.cells.columnCount()
        if rows and columns:
            self.setCurrentIndex(self.cells.index(min(place[0], rows - 1), min(place[1], columns - 1)))

    def refit(self) -> None:
        """Sizes for the text size and the room; the table is as high as its rows, and the bars get what is left."""
        look, laid, px = look_of(self._theme), self.cells.laid, self._theme.px
        names = max((width_of(look.font(13, SEMIBOLD), line.name) for line in laid.lines), default=0.0) + px(28)
        notes = max((width_of(look.font(11), line.note) for line in laid.lines), default=0.0) + px(28)
        self.verticalHeader().setFixedWidth(max(px(_NAME), min(round(max(names, notes)), px(_WIDEST_NAME))))
        for header in (self.verticalHeader(), self.horizontalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setMinimumSectionSize(10)
        self.horizontalHeader().setFixedHeight(px(_HEAD))
        self.verticalHeader().setDefaultSectionSize(px(_HEIGHT))
        bold = look.font(13, SEMIBOLD)
        self.text_width = max((width_of(bold, line.faces[laid.wide].text) for line in laid.lines), default=0.0)
        needed = [self._needed(column) for column in range(len(laid.titles))]
        spare = max(0, self.viewport().width() - sum(needed))
        for column, width in enumerate(needed):
            self.setColumnWidth(column, width + (spare if column == laid.wide else 0))
        below = self.horizontalScrollBar().sizeHint().height() if sum(needed) > self.viewport().width() else 0
        self.setFixedHeight(px(_HEAD) + px(_HEIGHT) * len(laid.lines) + below)
        self._corner.setGeometry(0, 0, self.verticalHeader().width(), px(_HEAD))
        self._corner.raise_()
        self.viewport().update()

    def _needed(self, column: int) -> int:
        """The width at which no number of a column is cut."""
        look, laid = look_of(self._theme), self.cells.laid
        if column == laid.wide:
            return round(self.text_width) + self._theme.px(_BARS)
        title = width_of(look.font(12, REGULAR), laid.titles[column]) + self._theme.px(2 * EDGE) + 2
        widths = [number_width(line.faces[column].text, line.faces[column].below, look) for line in laid.lines]
        return max(self._theme.px(_LEAST), round(max([title, *widths])))

    def copy(self) -> int:
        """Put the whole table on the clipboard, with a header line; gives how many rows."""
        laid = self.cells.laid
        columns: list[tuple[str, Callable[[Line], str]]] = [("Stage", lambda line: line.name)]
        columns += [(title, partial(_copied, at)) for at, title in enumerate(laid.titles)]
        copy_rows(columns, laid.lines)
        return len(laid.lines)

    def open_at(self, index: Index) -> bool:
        """Show the deals behind a place; gives whether there are any."""
        face = self.cells.face(index)
        if face is None or face.pick is None:
            return False
        line = self.cells.laid.lines[index.row()]
        self.opened.emit(face.pick, "" if line.is_total else line.name)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the deals behind the number; letters are the page's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit(self.copy())
        elif event.key() in OPENING:
            self.open_at(self.currentIndex())
        elif is_letter(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a number opens its deals."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.open_at(self.number_at(event.position().toPoint()))

    def number_at(self, point: QPoint) -> QModelIndex:
        """The place at a point of the viewport, if there are deals behind its number."""
        index = self.indexAt(point)
        face = self.cells.face(index)
        return index if face is not None and face.pick is not None else QModelIndex()


def _copied(column: int, line: Line) -> str:
    """A place of the table as it is copied."""
    face = line.faces[column]
    return f"{face.text} ({face.below})" if face.below else face.text
