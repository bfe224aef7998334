"""What moved in a pipeline since a day: how many deals in which way, and a bridge from then to now."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QGridLayout,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from kpidesk.core.pipeline import Bridge, BridgeStep, Moved, MoveLine
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.painting.bridge_bars import ROW, paint_step, scale_of, spans_of
from kpidesk.ui.painting.look import Look
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.bar_list import BarList
from kpidesk.ui.widgets.controls import Segments, card, row
from kpidesk.ui.widgets.narrow_frame import NarrowFrame
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.pipeline_text import step_sentence
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable
from kpidesk.ui.widgets.score_table import copy_rows
from kpidesk.ui.widgets.type_ahead import Choice

INSET, NARROW = 18, 760
COLUMNS: tuple[Column[MoveLine], ...] = (
    Column("Change", lambda one: one.label, strong=True),
    Column("Deals", lambda one: f"{one.deals:,}", lambda one: float(one.deals), right=True),
    Column("Value", lambda one: one.amount_text, lambda one: one.amount, right=True),
)


class BridgeList(BarList):
    """A bridge to go through by keyboard; `opened` sends the BridgeStep whose deals are wanted. A widget."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.steps: tuple[BridgeStep, ...] = ()

    def show_bridge(self, bridge: Bridge) -> None:
        """Show another bridge, without the steps in which nothing happened."""
        ends = (bridge.steps[0], bridge.steps[-1]) if bridge.steps else ()
        self.steps = tuple(step for step in bridge.steps if step in ends or step.deals or step.amount)
        self.clear()
        for step in self.steps:
            self.addItem(QListWidgetItem(step_sentence(step)))
        self.setAccessibleName(f"Bridge: {bridge.label}")
        self.setAccessibleDescription(bridge.sentence)
        self.refit()

    def paint_bar(self, painter: QPainter, area: QRectF, row: int, look: Look) -> None:
        """Draw a step on the scale of all."""
        steps = self.steps
        paint_step(painter, area, steps[row], spans_of(steps)[row], scale_of(steps, look), look)

    def height_of(self, row: int) -> int:
        """All steps are alike."""
        del row
        return ROW

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

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click shows the deals."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.itemAt(event.position().toPoint()) is not None:
            self.open_here()


class MovedCard(NarrowFrame):
    """The card; `opened` sends the Pick and the name of what is wanted, `since_chosen` the day to compare with.

    A class because it is a widget with signals.
    """

    narrow: ClassVar[int] = NARROW
    opened = Signal(object, str)
    since_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
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
        self.refit()

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

    def lay_out(self, *, is_narrow: bool) -> None:
        """Put the bridge beside the list, or below it where the window is narrow."""
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
