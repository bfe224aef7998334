"""What moved in a pipeline since a day: how many deals in which way, and a bridge from then to now."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kpidesk.core.pipeline import Bridge, BridgeStep, Moved, MoveLine
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.painting.bridge_bars import ROW, paint_step, scale_of, spans_of
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import Segments, card, row
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.pipeline_text import step_sentence
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable
from kpidesk.ui.widgets.score_table import OPENING, copy_rows
from kpidesk.ui.widgets.type_ahead import Choice

Index = QModelIndex | QPersistentModelIndex
INSET, NARROW = 18, 760
COLUMNS: tuple[Column[MoveLine], ...] = (
    Column("Change", lambda one: one.label, strong=True),
    Column("Deals", lambda one: f"{one.deals:,}", lambda one: float(one.deals), right=True),
    Column("Value", lambda one: one.amount_text, lambda one: one.amount, right=True),
)


class _Steps(QStyledItemDelegate):
    """Draws the steps of the bridge it belongs to."""

    def __init__(self, shown: BridgeList, theme: Theme) -> None:
        super().__init__(shown)
        self._shown, self._theme = shown, theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        steps = self._shown.steps
        look, area = look_of(self._theme), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, look.color("selection" if selected else "hover"))
        if selected and self._shown.hasFocus():
            painter.fillRect(QRectF(area.left(), area.top(), look.px(3), area.height()), look.color("accent"))
        span = spans_of(steps)[index.row()]
        paint_step(painter, area, steps[index.row()], span, scale_of(steps, look), look)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(ROW))


class BridgeList(QListWidget):
    """A bridge to go through by keyboard; `opened` sends the BridgeStep whose deals are wanted. A widget."""

    opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.steps: tuple[BridgeStep, ...] = ()
        self.setProperty("role", "bare")
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setItemDelegate(_Steps(self, theme))
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        theme.changed.connect(self._refit)

    def show_bridge(self, bridge: Bridge) -> None:
        """Show another bridge, without the steps in which nothing happened."""
        ends = (bridge.steps[0], bridge.steps[-1]) if bridge.steps else ()
        self.steps = tuple(step for step in bridge.steps if step in ends or step.deals or step.amount)
        self.clear()
        for step in self.steps:
            self.addItem(QListWidgetItem(step_sentence(step)))
        self.setAccessibleName(f"Bridge: {bridge.label}")
        self.setAccessibleDescription(bridge.sentence)
        self._refit()

    def _refit(self) -> None:
        self.setFixedHeight(len(self.steps) * self._theme.px(ROW) + 2)
        self.scheduleDelayedItemsLayout()

    def open_here(self) -> None:
        """Show the deals of the step that the cursor is on."""
        at = self.currentRow()
        if 0 <= at < len(self.steps) and self.steps[at].deals:
            self.opened.emit(self.steps[at])

    def copy(self) -> int:
        """Put the steps on the clipboard; gives how many."""
        copy_rows((("Step", lambda one: one.label), ("Value", lambda one: one.amount_text),
                   ("Deals", lambda one: f"{one.deals}")), self.steps)  # fmt: skip
        return len(self.steps)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter shows the deals of a step, Ctrl+C copies the bridge."""
        if event.key() in OPENING:
            self.open_here()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click shows the deals."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.itemAt(event.position().toPoint()) is not None:
            self.open_here()


class MovedCard(QFrame):
    """The card; `opened` sends the Pick and the name of what is wanted, `since_chosen` the day to compare with.

    A class because it is a widget with signals.
    """

    opened = Signal(object, str)
    since_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.moved: Moved | None = None
        self._due_only = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(1, 12, 1, 10), spacing=6)
        outer.addWidget(frame)
        self.since = PickButton(theme, "Compare with", "calendar", "M")
        self.since.chosen.connect(self.since_chosen)
        head = row(PlainLabel("What moved", "subheading"), None, self.since)
        head.setContentsMargins(INSET, 0, 12, 0)
        self.sentence = PlainLabel("", "muted", wrap=True)
        self.sentence.setContentsMargins(INSET, 0, INSET, 0)
        column.addLayout(head)
        column.addWidget(self.sentence)
        self._build_parts(column)

    def _build_parts(self, column: QVBoxLayout) -> None:
        self._sides = QGridLayout()
        self._sides.setHorizontalSpacing(8)
        self._sides.setVerticalSpacing(10)
        self.table: RecordTable = RecordTable(
            RecordModel(COLUMNS), self._theme, name="What moved", empty="Nothing moved.", stretch=(0,), height=ROW,
            sortable=False,
        )  # fmt: skip
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.clicked.connect(self._open_line)
        self.table.activated.connect(self._open_line)
        self.bridge_part = self._build_bridge()
        column.addLayout(self._sides)
        self._is_narrow: bool | None = None
        self._lay()

    def _build_bridge(self) -> QWidget:
        self.which = Segments((("All open deals", False), ("Due in the period", True)), "Bridge of")
        self.which.chosen.connect(self.show_bridge_of)
        self.bridge = BridgeList(self._theme)
        self.bridge.opened.connect(lambda step: self.opened.emit(step.pick, step.label))
        self.bridge_words = PlainLabel("", "small", wrap=True)
        self.bridge_words.setContentsMargins(INSET, 0, INSET, 0)
        made = QWidget()
        inner = QVBoxLayout(made)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(6)
        head = row(self.which, None)
        head.setContentsMargins(INSET, 0, 12, 0)
        inner.addLayout(head)
        inner.addWidget(self.bridge_words)
        inner.addWidget(self.bridge)
        inner.addStretch(1)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the bridge beside the list, or below it where the window is narrow."""
        super().resizeEvent(event)
        self._lay()

    def _lay(self) -> None:
        is_narrow = self.width() < self._theme.px(NARROW)
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        for widget in (self.table, self.bridge_part):
            self._sides.removeWidget(widget)
        self._sides.addWidget(self.table, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._sides.addWidget(self.bridge_part, int(is_narrow), int(not is_narrow))
        for column, share in enumerate((5, 0 if is_narrow else 8)):
            self._sides.setColumnStretch(column, share)

    # --- what is shown ---------------------------------------------------------------------------------------------

    def show_moved(self, moved: Moved) -> None:
        """Show what moved, or why there is nothing to compare."""
        self.moved = moved
        self.sentence.setText(moved.sentence or moved.reason)
        choices = [Choice(one.words, one.day) for one in moved.choices]
        self.since.offer(choices, moved.since.day if moved.since else None, moved.since.words if moved.since else "")
        self.since.setVisible(bool(moved.choices))
        has_any = moved.since is not None
        self.table.setVisible(has_any)
        lines = [one for one in moved.lines if one.deals]
        self.table.records.show_rows(lines)
        self.table.setFixedHeight(self.table.height_of(max(1, len(lines))))
        self.bridge_part.setVisible(has_any and bool(moved.bridges))
        self.which.setVisible(len(moved.bridges) > 1)
        self.show_bridge_of(self._due_only)

    def show_bridge_of(self, due_only: bool) -> None:  # the value of a choice
        """Show the bridge of all open deals, or of those due in the period."""
        bridges = self.moved.bridges if self.moved is not None else ()
        found = next((one for one in bridges if one.due_only == due_only), bridges[0] if bridges else None)
        if found is not None:
            self._due_only = found.due_only
            self.which.set_value(found.due_only)
            self.bridge.show_bridge(found)
            self.bridge_words.setText(found.sentence)

    def _open_line(self, index: QModelIndex) -> None:
        line: MoveLine = self.table.records.record(index.row())
        self.opened.emit(line.pick, line.label)
