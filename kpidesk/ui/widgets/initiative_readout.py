"""What became of an initiative: its KPIs before and after, with the verdict and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kpidesk.core.formats import day_text, format_change
from kpidesk.core.initiatives import VERDICT_WORDS, Cell, Initiative, KpiReadout, Readout
from kpidesk.core.periods import Period
from kpidesk.core.settings import Settings
from kpidesk.ui.messages import PlainLabel, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, card, clear, row
from kpidesk.ui.widgets.elided_button import ElidedButton
from kpidesk.ui.widgets.initiative_chart import BeforeAfterChart
from kpidesk.ui.widgets.page_parts import Column, Mark, fill
from kpidesk.ui.widgets.pickers import scope_name

ON_GOING = "goes on"
SAMPLE_WIDTH = 110
_LEFT = Qt.AlignmentFlag.AlignLeft


def span_words(one: Initiative) -> str:
    """From when to when an initiative runs."""
    last = ON_GOING if one.end is None else f"to {day_text(one.end.fromordinal(one.end.toordinal() - 1))}"
    return f"from {day_text(one.start)}, {last}"


def about_words(one: Initiative, settings: Settings) -> str:
    """For whom, from when, and what it is compared with."""
    beside = f"beside {scope_name(one.control, settings)}" if one.control is not None else ""
    return " · ".join(filter(None, (scope_name(one.scope, settings), span_words(one), beside)))


class ReadoutView(QWidget):
    """The initiative with a card for each KPI; a class because it is a widget.

    `change` asks to edit it, `dropped` to put it aside or take it up again, `trend` sends the id of a KPI, `rows` that
    id and the days whose rows are wanted.
    """

    change = Signal(object)
    dropped = Signal(object)
    trend = Signal(str)
    rows = Signal(str, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.readout: Readout | None = None
        self.name = PlainLabel("", "heading", wrap=True)
        self.about = PlainLabel("", "muted", wrap=True)
        self.words = PlainLabel("", wrap=True)
        self.drop = button("Drop", self._drop, kind="quiet", hint="Put aside; it stays readable")
        self.edit = button("Change…", self._change)
        titles = QVBoxLayout()
        titles.setSpacing(2)
        fill(titles, self.name, self.about)
        head = row(self.drop, self.edit)
        head.insertLayout(0, titles, 1)
        head.setAlignment(self.drop, Qt.AlignmentFlag.AlignTop)
        head.setAlignment(self.edit, Qt.AlignmentFlag.AlignTop)
        self.list = Column(margins=(0, 0, 6, 0))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(10)
        fill(outer, head, self.words)
        outer.addWidget(self.list, 1)

    def show_readout(self, found: Readout, settings: Settings) -> None:
        """Show an initiative and what became of it."""
        one = found.initiative
        self.readout = found
        self.name.setText(one.name)
        self.about.setText(about_words(one, settings))
        self.words.setText(found.words)
        self.drop.setText("Take up again" if one.dropped_at else "Drop")
        clear(self.list.column)
        for kpi in found.kpis:
            self.list.column.addWidget(self._kpi(kpi, found, settings))
        for title, text in (("For leaders", one.for_leaders), ("For reps", one.for_reps)):
            if text:
                self.list.column.addWidget(_wording(title, text))
        self.list.column.addStretch(1)

    def _kpi(self, one: KpiReadout, found: Readout, settings: Settings) -> QFrame:
        frame, column = card(margins=(18, 14, 18, 14), spacing=8)
        frame.setAccessibleName(one.words)
        expected = "" if one.expected is None else f"expected {format_change(one.expected)}"
        show = button("Trend", lambda: self.trend.emit(one.kpi.id), kind="link")
        show.setAccessibleName(f"Trend of {one.kpi.name}")
        head = row(PlainLabel(one.kpi.name, "subheading", elide=True), PlainLabel(expected, "small"), show,
                   *_verdict(self.theme, one), spacing=8)  # fmt: skip
        head.setStretch(0, 1)
        column.addLayout(head)
        chart = BeforeAfterChart(self.theme)
        chart.show_points(one.before_points, one.after_points, f"{one.kpi.name} week by week, before and after")
        body = QHBoxLayout()
        body.setSpacing(20)
        body.addLayout(self._numbers(one, (found.before, found.after)))
        body.addWidget(chart, 1, Qt.AlignmentFlag.AlignVCenter)
        if not chart.has_shape:
            body.addStretch(1)
        column.addLayout(body)
        if control := _control_words(one, found, settings):
            column.addWidget(PlainLabel(control, "small", elide=True))
        column.addWidget(PlainLabel(one.finding, wrap=True))
        return frame

    def _numbers(self, one: KpiReadout, windows: Sequence[Period | None]) -> QGridLayout:
        """Before and after side by side with the way to the rows behind them."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(22)
        grid.setVerticalSpacing(1)
        sides = zip(("Before", "After"), (one.before, one.after), windows, strict=True)
        for at, (title, cell, window) in enumerate(sides):
            grid.setColumnMinimumWidth(at, self.theme.px(SAMPLE_WIDTH))
            grid.addWidget(PlainLabel(title, "small"), 0, at)
            grid.addWidget(PlainLabel(cell.text, "number"), 1, at)
            if cell.sample and window is not None:
                grid.addWidget(self._opener(one, f"{title}: {cell.sample}", cell.sample, window), 2, at, _LEFT)
        return grid

    def _opener(self, one: KpiReadout, told: str, words: str, window: Period) -> ElidedButton:
        """The way to the rows of one side."""
        made = ElidedButton(self.theme, around=4, least=24)
        made.setProperty("kind", "link")
        made.show_words(words)
        made.setAccessibleName(f"Rows of {one.kpi.name} {told[0].lower()}{told[1:]}")
        tip(made, f"Show the rows: {words}")
        made.clicked.connect(lambda: self.rows.emit(one.kpi.id, window))
        return made

    def _change(self) -> None:
        if self.readout is not None:
            self.change.emit(self.readout.initiative)

    def _drop(self) -> None:
        if self.readout is not None:
            self.dropped.emit(self.readout.initiative)


def _verdict(theme: Theme, one: KpiReadout) -> tuple[QWidget, QWidget]:
    """A sign and the word of a verdict."""
    name, color = "info", "muted"
    if one.verdict == "changed":
        name = "check" if one.better is not False else "triangle-alert"
        color = {True: "good", False: "bad", None: "accent"}[one.better]
    side = {True: " for the better", False: " for the worse", None: ""}[one.better]
    return Mark(theme, name, color, 16), PlainLabel(f"{VERDICT_WORDS[one.verdict]}{side}", "strong")


def _control_words(one: KpiReadout, found: Readout, settings: Settings) -> str:
    """Before and after of the control; empty where there is none."""
    control = found.initiative.control
    if one.control_before is None or one.control_after is None or control is None:
        return ""
    return f"{scope_name(control, settings)}: {_with_rows(one.control_before)} → {_with_rows(one.control_after)}"


def _with_rows(cell: Cell) -> str:
    return f"{cell.text} ({cell.sample})" if cell.sample else cell.text


def _wording(title: str, text: str) -> QFrame:
    frame, column = card(margins=(18, 12, 18, 12), spacing=2)
    fill(column, PlainLabel(title, "small"), PlainLabel(text, wrap=True))
    return frame
