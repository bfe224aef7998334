"""The head of the Forecast page: where the period will land in one sentence, as a range, and in a few figures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from kpidesk.core.forecasts import ForecastView
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card
from kpidesk.ui.widgets.forecast_across import Across
from kpidesk.ui.widgets.forecast_tables import say
from kpidesk.ui.widgets.forecast_text import answer_of
from kpidesk.ui.widgets.pipeline_cells import Cell
from kpidesk.ui.widgets.pipeline_outlook import FigureCell, RangeBar, show_figures

LEAST = 140
"""How wide a figure is at least (before text scaling)."""


class AnswerCard(QFrame):
    """The card; `number_opened` sends the Opens of a figure, `create_wanted`: the sum of another is to be seen.

    A class because it is a widget with signals.
    """

    number_opened = Signal(object)
    create_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        frame, column = card(margins=(18, 16, 18, 14), spacing=8)
        self.sentence = PlainLabel("", "heading", wrap=True)
        self.bar = RangeBar(theme)
        self.across = Across(theme, LEAST)
        self.known = PlainLabel("", "small", wrap=True)
        self.figures: list[FigureCell] = []
        column.addWidget(self.sentence)
        column.addWidget(self.bar)
        column.addWidget(self.across)
        column.addWidget(self.known)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def show_view(self, view: ForecastView, *, waiting: bool) -> None:
        """Show a forecast; `waiting` while it is checked against the past."""
        answer = answer_of(view, waiting=waiting)
        self.sentence.setText(answer.sentence)
        self.bar.show_range(answer.shown)
        self._show_figures(answer.figures)
        say(self.known, answer.known)
        self.setAccessibleName(answer.sentence)

    def _show_figures(self, cells: Sequence[Cell]) -> None:
        show_figures(self.figures, cells, self._open)
        for widget in self.figures[len(cells) :]:
            widget.hide()
        self.across.show_widgets(self.figures[: len(cells)])
        for widget in self.figures[: len(cells)]:
            widget.show()

    def _open(self, cell: Cell) -> None:
        if cell.opens is not None:
            self.number_opened.emit(cell.opens)
        elif cell.has_sums:
            self.create_wanted.emit()
