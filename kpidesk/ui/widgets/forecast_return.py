"""The return of sourcing people: what a group costs is typed, what its deals brought in stands beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.sdr import SdrReturn
from kpidesk.core.sdr_chart import sdr_chart
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, button
from kpidesk.ui.widgets.forecast_across import Across, named
from kpidesk.ui.widgets.forecast_fold import FoldCard
from kpidesk.ui.widgets.forecast_loading import WantedReturn
from kpidesk.ui.widgets.forecast_tables import ChartPart, say

LEAST = 190
"""How wide a field is at least (before text scaling)."""


class ReturnPart(FoldCard):
    """Group, cost and ramp with their answer; `wanted` sends a WantedReturn. A class because it is a widget."""

    wanted = Signal(object)
    copied = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Return of sourcing people", parent)
        self.say("what SDRs or an outbound team bring in for what they cost, and when they break even")
        self.group = ListBox()
        self.cost, self.ramp = QLineEdit(), QLineEdit()
        for field in (self.cost, self.ramp):
            field.setPlaceholderText("from the files")
            field.setMaxLength(30)
            field.returnPressed.connect(self._ask)
        self.work_out = button("Work it out", self._ask, kind="primary")
        fields = Across(theme, LEAST, spread=False)
        fields.show_widgets(
            (named("Group", self.group), named("Cost a month, all included", self.cost),
             named("Months of ramp", self.ramp), self.work_out)
        )  # fmt: skip
        self.problem = PlainLabel("", "problem", wrap=True)
        self.sentence = PlainLabel("", "strong", wrap=True)
        self.even = PlainLabel("", wrap=True)
        self.inputs = PlainLabel("", "small", wrap=True)
        self.inputs.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.chart = ChartPart(theme, "Won and cost so far")
        self.chart.copied.connect(self.copied)
        self.inner.addWidget(fields)
        for widget in (self.problem, self.sentence, self.even, self.chart, self.inputs):
            self.inner.addWidget(widget)
            widget.hide()

    def show_groups(self, groups: Sequence[tuple[str, str]]) -> None:
        """Offer the groups there are."""
        if [self.group.itemData(at) for at in range(self.group.count())] != [key for _, key in groups]:
            self.group.clear()
            for words, key in groups:
                self.group.addItem(words, key)

    def show_return(self, found: SdrReturn) -> None:
        """Show what a group brought in."""
        say(self.problem)
        say(self.sentence, found.sentence)
        say(self.even, found.even_words)
        codes = (f"Receipt, {name.lower()}: {code}" for name, code in found.receipts)
        say(self.inputs, *found.inputs, *found.notices, *codes)
        self.chart.show_chart(sdr_chart(found))
        self.chart.show()

    def show_problem(self, error: UserError) -> None:
        """Say why it cannot be told."""
        for widget in (self.sentence, self.even, self.inputs, self.chart):
            widget.hide()
        say(self.problem, str(error))

    def _ask(self) -> None:
        self.wanted.emit(WantedReturn(str(self.group.currentData() or ""), self.cost.text(), self.ramp.text()))
