"""The tree of objectives with the KPIs under each, what each came to and how it stands; dragged or moved by keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidgetItem,
)

from kpidesk.core.kpis import Kpi
from kpidesk.core.objectives import Objective, Objectives, flag_of
from kpidesk.core.scorecards import Row
from kpidesk.ui import icons
from kpidesk.ui.painting.look import LEFT, RIGHT, SEMIBOLD, Look, draw_text, look_of
from kpidesk.ui.painting.marks import badge_width, paint_badge
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.drop_tree import WHAT, DropTree
from kpidesk.ui.widgets.model_index import Index

LINE = WHAT
NAME, ACTUAL, TARGET, STATUS, OWNER = range(5)
TITLES = ("Objective and its KPIs", "Actual", "Target", "Status", "Owner")
TALL, LOW = 52, 38
_WIDTHS = {ACTUAL: 92, TARGET: 84, STATUS: 128, OWNER: 120}
_GIVES_WAY = (TARGET, OWNER)
_SMALLEST_NAME = 236


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of the tree stands for: an objective, or a KPI under one; `row` is what the KPI came to."""

    kind: Literal["objective", "kpi"]
    objective: Objective
    kpi: Kpi | None = None
    row: Row | None = None

    @property
    def key(self) -> tuple[int, str]:
        """By which it is known from one filling to the next."""
        return self.objective.id, self.kpi.id if self.kpi else ""


def cell_text(line: Line, column: int) -> str:
    """A cell in words, for drawing, screen readers and tests."""
    if line.kind == "objective":
        return {NAME: line.objective.name, OWNER: line.objective.owner}.get(column, "")
    row = line.row
    name = line.kpi.name if line.kpi is not None else ""
    if row is None:
        return name if column == NAME else ""
    texts = {NAME: name, ACTUAL: row.value_text, TARGET: row.target_text or "–", STATUS: row.status_words}
    return texts.get(column, "")


def under_name(line: Line) -> str:
    """What stands under the name of an objective: that it is out of use, what is wrong with it, or why it is there."""
    one = line.objective
    if line.kind == "kpi":
        return ""
    return "Out of use" if one.is_retired else flag_of(one) or one.why


class LineDelegate(QStyledItemDelegate):
    """Draws objectives in two lines and KPIs in one, with their badge; a class because Qt wants one."""

    def __init__(self, tree: ObjectiveTree, theme: Theme) -> None:
        super().__init__(tree)
        self._tree, self._theme = tree, theme

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Objectives are taller than KPIs."""
        line: Line = index.sibling(index.row(), NAME).data(LINE)
        return QSize(0, self._theme.px(TALL if line.kind == "objective" else LOW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell over the ground of its row."""
        look, area = look_of(self._theme), QRectF(option.rect)
        line: Line = index.sibling(index.row(), NAME).data(LINE)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(area, look.color("selection" if selected else "surface"))
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), look.color("grid"))
        inner = area.adjusted(look.px(8), 0, -look.px(8), 0)
        column, text = index.column(), cell_text(line, index.column())
        if line.kind == "objective" and column != OWNER:
            painter.save()
            painter.setClipRect(area)
            self._paint_name(painter, QRectF(self._spanned(index)).adjusted(look.px(8), 0, -look.px(8), 0), line, look)
            painter.restore()
        elif column == NAME:
            self._paint_name(painter, inner, line, look)
        elif column == STATUS and line.row is not None:
            paint_badge(painter, inner, text, line.row.status, look, line.row.confidence)
        else:
            strong = column == ACTUAL
            font = look.font(13, SEMIBOLD) if strong else look.font(13)
            draw_text(painter, inner, text, font, look.color("ink" if strong else "muted"),
                      RIGHT if column in (ACTUAL, TARGET) else LEFT)  # fmt: skip
        if column == NAME and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(look.color("accent"))
            painter.drawRect(area.adjusted(1.5, 1.5, -1.5, -2.5))

    def _spanned(self, index: Index) -> QRect:
        """Where the words of an objective stand: they go on over the columns that only its KPIs fill."""
        name, last = (self._tree.visualRect(index.sibling(index.row(), column)) for column in (NAME, STATUS))
        return name.united(last)

    def _paint_name(self, painter: QPainter, area: QRectF, line: Line, look: Look) -> None:
        below, faded = under_name(line), line.objective.is_retired
        ink = look.color("muted" if faded else "ink")
        if line.kind == "kpi":
            draw_text(painter, area, cell_text(line, NAME), look.font(13), ink, LEFT)
            return
        font = look.font(14, SEMIBOLD)
        if not below:
            draw_text(painter, area, line.objective.name, font, ink, LEFT)
            return
        upper, lower = look.px(20), look.px(17)
        top = area.center().y() - (upper + lower) / 2
        draw_text(painter, QRectF(area.left(), top, area.width(), upper), line.objective.name, font, ink, LEFT)
        second = QRectF(area.left(), top + upper, area.width(), lower)
        flagged = bool(flag_of(line.objective))
        if flagged:
            size = self._theme.px(13)
            density = painter.device().devicePixelRatioF()
            mark = icons.pixmap("triangle-alert", look.tokens.watch_ink, size, density)
            painter.drawPixmap(second.topLeft().toPoint() + mark.rect().topLeft(), mark)
            second.setLeft(second.left() + size + look.px(5))
        draw_text(painter, second, below, look.font(12), look.color("watch_ink" if flagged else "muted"), LEFT)


class ObjectiveTree(DropTree[Line]):
    """The tree; a class because it is a widget.

    `chosen` sends the Line selected, `opened` (Enter, double click) and `rows_wanted` (Shift+Enter) too. `moved` sends
    the number of an objective and -1 or 1 (Alt and an arrow), `dropped` an objective and the one it is to lie below
    (0: the top), `gone` the Line to be taken away (Delete).
    """

    takes_beside: ClassVar[bool] = True
    chosen = Signal(object)
    opened = Signal(object)
    rows_wanted = Signal(object)
    moved = Signal(int, int)
    dropped = Signal(int, int)
    gone = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._filled: tuple[Objectives, Mapping[str, Kpi], Mapping[str, Row], bool] | None = None
        self.setAccessibleName("Objectives and their KPIs")
        self.setHeaderLabels(TITLES)
        self.setItemDelegate(LineDelegate(self, theme))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(20)
        for column in (ACTUAL, TARGET):
            self.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.itemSelectionChanged.connect(self._choose)
        self.itemDoubleClicked.connect(lambda item: self.opened.emit(item.data(NAME, LINE)))
        theme.changed.connect(self._fill)

    def show_objectives(
        self, found: Objectives, kpis: Mapping[str, Kpi], rows: Mapping[str, Row], *, retired: bool = False
    ) -> None:
        """Show the objectives; what was folded and selected stays so. With `retired` also those out of use."""
        self._filled = (found, kpis, rows, retired)
        self._fill()

    def line(self) -> Line | None:
        """The line selected."""
        chosen = self.selectedItems()
        return chosen[0].data(NAME, LINE) if chosen else None

    def select(self, key: tuple[int, str]) -> None:
        """Select the line of an objective, or of a KPI under it."""
        found = next((item for item in self.lines() if item.data(NAME, LINE).key == key), None)
        if found is not None:
            self.setCurrentItem(found)

    def _fill(self) -> None:
        if self._filled is None:
            return
        found, _, _, retired = self._filled
        folded = {item.data(NAME, LINE).key for item in self.lines() if item.childCount() and not item.isExpanded()}
        line = self.line()
        self.blockSignals(True)
        self.clear()
        for one in found.under(0, retired=retired):
            self._add(self.invisibleRootItem(), one)
        for item in self.lines():
            item.setExpanded(item.data(NAME, LINE).key not in folded)
        if line is not None:
            self.select(line.key)
        first = self.topLevelItem(0)
        if not self.selectedItems() and first is not None:
            self.setCurrentItem(first)
        self.blockSignals(False)
        self._fit()

    def _add(self, above: QTreeWidgetItem, one: Objective) -> None:
        if self._filled is None:
            return
        found, kpis, rows, retired = self._filled
        item = self._item(Line("objective", one))
        above.addChild(item)
        for kpi_id in one.kpi_ids:
            if kpi_id in kpis:
                item.addChild(self._item(Line("kpi", one, kpis[kpi_id], rows.get(kpi_id))))
        for below in found.under(one.id, retired=retired):
            self._add(item, below)

    def _item(self, line: Line) -> QTreeWidgetItem:
        item = QTreeWidgetItem([cell_text(line, column) for column in range(len(TITLES))])
        item.setData(NAME, LINE, line)
        own = [line.objective.name, line.objective.owner, under_name(line)]
        told = [line.row.sentence] if line.row is not None else own
        item.setData(NAME, Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, told)))
        flags = item.flags() & ~(Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled)
        if line.kind == "objective":
            flags |= Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled
        item.setFlags(flags)
        return item

    def _fit(self) -> None:
        """Column widths for the room; what is less needed gives way first."""
        room = self.viewport().width()
        widths = {column: self.theme.px(width) for column, width in _WIDTHS.items()}
        look = look_of(self.theme)
        badges = [badge_width(cell_text(item.data(NAME, LINE), STATUS), look) for item in self.lines()]
        widths[STATUS] = max([widths[STATUS], *(round(one) + self.theme.px(18) for one in badges)])
        shown = list(widths)
        for column in _GIVES_WAY:
            if room - sum(widths[one] for one in shown) >= self.theme.px(_SMALLEST_NAME):
                break
            shown.remove(column)
        for column, width in widths.items():
            self.setColumnHidden(column, column not in shown)
            self.setColumnWidth(column, width)
        self.setColumnWidth(NAME, max(self.theme.px(120), room - sum(widths[one] for one in shown)))

    def resizeEvent(self, event: object) -> None:
        """Fit the columns anew."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # Qt gives its own event
        self._fit()

    def _choose(self) -> None:
        if (line := self.line()) is not None:
            self.chosen.emit(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Shift+Enter shows rows, Alt and an arrow moves an objective, Delete takes away; letters find."""
        line, key = self.line(), event.key()
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        is_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if line is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            is_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            (self.rows_wanted if is_shift else self.opened).emit(line)
        elif line is not None and is_alt and key in steps:
            self.moved.emit(line.objective.id, steps[Qt.Key(key)])
        elif line is not None and key == Qt.Key.Key_Delete:
            self.gone.emit(line)
        else:
            super().keyPressEvent(event)

    def drop_on(self, target: Line | None) -> None:
        """The objective selected was dropped on a line (None: beside them all)."""
        line = self.line()
        below = target.objective.id if target is not None else 0
        if line is not None and line.kind == "objective" and below not in (line.objective.id, line.objective.parent_id):
            self.dropped.emit(line.objective.id, below)
