"""The parts of a change as a list to go through by keyboard; Enter shows the rows of a part."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from kpidesk.core.causes import Contribution, Split
from kpidesk.core.kpis import Kpi
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.painting.why_bars import ROW, SUM, paint_part, paint_sum, scale_of, side_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.score_table import OPENING, copy_rows
from kpidesk.ui.widgets.why_text import part_sentence

Index = QModelIndex | QPersistentModelIndex
COPIED: tuple[tuple[str, Callable[[Contribution], str]], ...] = (
    ("Part", lambda part: part.label),
    ("Change", lambda part: part.text),
    ("Of the change", lambda part: part.share_text),
    ("Before", lambda part: part.before_text),
    ("Now", lambda part: part.now_text),
)


class _Parts(QStyledItemDelegate):
    """Draws the parts of the list it belongs to."""

    def __init__(self, shown: WhyList, theme: Theme) -> None:
        super().__init__(shown)
        self._shown, self._theme = shown, theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        split, kpi = self._shown.split, self._shown.kpi
        if split is None or kpi is None:
            return
        look, area = look_of(self._theme), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        is_sum = index.row() == len(split.parts)
        if (selected or hovered) and not is_sum:
            painter.fillRect(area, look.color("selection" if selected else "hover"))
        if selected and self._shown.hasFocus():
            painter.fillRect(QRectF(area.left(), area.top(), look.px(3), area.height()), look.color("accent"))
        scale = scale_of(split, area.width(), look)
        if is_sum:
            paint_sum(painter, area, split, scale, look)
        else:
            part = split.parts[index.row()]
            paint_part(painter, area, part, scale, side_of(part.amount, kpi), look)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        is_sum = self._shown.split is not None and index.row() == len(self._shown.split.parts)
        return QSize(self._theme.px(200), self._theme.px(SUM if is_sum else ROW))


class WhyList(QListWidget):
    """The list; `opened` sends the Contribution whose rows are wanted. A class because it is a widget."""

    opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.split: Split | None = None
        self.kpi: Kpi | None = None
        self.setProperty("role", "bare")
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setItemDelegate(_Parts(self, theme))
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        theme.changed.connect(self._refit)

    def show_split(self, split: Split, kpi: Kpi, before: str, now: str) -> None:
        """Show the parts of a change with their sum; `before` and `now` name the two sides for screen readers."""
        self.split, self.kpi = split, kpi
        self.clear()
        for part in split.parts:
            item = QListWidgetItem(part_sentence(part, split, before, now))
            self.addItem(item)
        total = QListWidgetItem(f"Together {split.total_text}")
        total.setFlags(Qt.ItemFlag.NoItemFlags)
        self.addItem(total)
        self.setAccessibleName(f"By {split.label}" if split.field else f"{split.label} step by step")
        self.setAccessibleDescription(split.words)
        self._refit()

    def part(self) -> Contribution | None:
        """The part that the cursor is on."""
        at = self.currentRow()
        return self.split.parts[at] if self.split is not None and 0 <= at < len(self.split.parts) else None

    def _refit(self) -> None:
        rows = len(self.split.parts) if self.split is not None else 0
        self.setFixedHeight(rows * self._theme.px(ROW) + self._theme.px(SUM) + 2)
        self.scheduleDelayedItemsLayout()

    def open_here(self) -> None:
        """Show the rows of the part that the cursor is on."""
        part = self.part()
        if part is not None and (part.question is not None or part.question_before is not None):
            self.opened.emit(part)

    def copy(self) -> int:
        """Put the parts on the clipboard with a header line, for a spreadsheet or a letter; gives how many."""
        parts = self.split.parts if self.split is not None else ()
        copy_rows(COPIED, parts)
        return len(parts)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter shows the rows, Ctrl+C copies the parts."""
        if event.key() in OPENING:
            self.open_here()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click shows the rows."""
        super().mouseDoubleClickEvent(event)
        self.open_here()
