"""What can still be done for the period: pipeline to create, written out and split, and the leading KPIs behind it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.core.forecast_paper import shares_table
from kpidesk.core.forecasts import ALLOCATION_WORDS, ALLOCATIONS, Allocation, ForecastView
from kpidesk.core.reviews import Line
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import Segments, clear, row
from kpidesk.ui.widgets.forecast_fold import FoldCard
from kpidesk.ui.widgets.forecast_tables import TablePart, say
from kpidesk.ui.widgets.forecast_text import create_line, leading_line
from kpidesk.ui.widgets.review_lines import LineView, reserve_alike

NAMES: dict[Allocation, str] = {"equal": "Equal parts", "target": "By target", "history": "By past bookings"}


class CreatePart(FoldCard):
    """Pipeline still to create; `split` sends the Allocation chosen. A class because it is a widget."""

    split = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Pipeline still to create", parent)
        self.amount = PlainLabel("", "number")
        self.lines = PlainLabel("", wrap=True)
        self.notes = PlainLabel("", "small", wrap=True)
        self.allocation = Segments([(NAMES[one], one) for one in ALLOCATIONS], "Split")
        self.allocation.chosen.connect(self.split)
        self.how = PlainLabel("", "small", wrap=True)
        self.table = TablePart(theme, "What each rep is to create")
        for widget in (self.amount, self.lines, self.notes):
            self.inner.addWidget(widget)
        self.inner.addLayout(row(self.allocation, None))
        self.inner.addWidget(self.how)
        self.inner.addWidget(self.table)

    def show_view(self, view: ForecastView) -> None:
        """Show what a forecast asks for, or why it cannot be told."""
        made = view.to_create
        self.say(create_line(view))
        say(self.amount, made.text if made is not None else "")
        say(self.lines, *(made.lines if made is not None else (view.why_missing("to_create"),)))
        say(self.notes, *(made.notes if made is not None else ()))
        is_split = made is not None and bool(made.shares)
        for widget in (self.allocation, self.table):
            widget.setVisible(is_split)
        say(self.how, f"Split: {ALLOCATION_WORDS[made.how]}." if made is not None and is_split else "")
        if made is not None:
            self.allocation.set_value(made.how)
            self.table.show_table(shares_table(made))


class LeadingPart(FoldCard):
    """The leading KPIs as they stand; `opened_kpi` sends the id of one whose rows are wanted. A class: a widget."""

    opened_kpi = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Leading KPIs behind it", parent)
        self._theme = theme
        self.warning = PlainLabel("", "watch", wrap=True)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(0)
        self.inner.addWidget(self.warning)
        self.inner.addLayout(self.lines)

    def show_view(self, view: ForecastView) -> None:
        """Show the leading KPIs of a forecast, or that there are none."""
        clear(self.lines)
        self.say(leading_line(view.leading))
        say(self.warning, f"▲ {view.leading_warning}" if view.leading_warning else "")
        views = [LineView(self._theme, Line(one, one.sample_text)) for one in view.leading]
        reserve_alike(views)
        for made in views:
            made.opened.connect(lambda made=made: self.opened_kpi.emit(made.shown.row.kpi.id))
            self.lines.addWidget(made)
