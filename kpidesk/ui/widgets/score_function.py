"""The scorecard of one function of the company: the choice above it, and what is left of the scorecard."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from kpidesk.core.choices import Choice
from kpidesk.core.kpis import FUNCTION_WORDS, Function
from kpidesk.ui.widgets.choice_box import ChoiceBox
from kpidesk.ui.widgets.score_loading import ScoreView

EVERY = Choice("", "All functions", "Every KPI in use, whichever function of the company it is for")


class FunctionChoice(ChoiceBox):
    """The functions that the KPIs on show are for; a class because it is a widget. Hidden where there are not two."""

    def __init__(self) -> None:
        super().__init__("Function", 5)
        self.offer((EVERY,), "")
        self.hide()

    def narrowed(self, view: ScoreView) -> ScoreView:
        """Offer the functions of a scorecard and give what is left of it; a choice that it lacks is taken back."""
        there = {one for row in view.card.rows for one in row.kpi.functions}
        known = [one for one in get_args(Function) if one in there]
        chosen = self.value() if self.value() in known else ""
        self.offer((EVERY, *(Choice(one, FUNCTION_WORDS[one]) for one in known)), chosen)
        self.setVisible(len(known) > 1)
        return for_function(view, chosen) if chosen else view


def for_function(view: ScoreView, function: str) -> ScoreView:
    """A scorecard, and the matrix beside it, with the KPIs of one function only; shared ones stand under each."""
    card = replace(view.card, rows=tuple(row for row in view.card.rows if function in row.kpi.functions))
    matrix = view.matrix
    if matrix is not None:
        kept = [at for at, kpi in enumerate(matrix.kpis) if function in kpi.functions]
        cells = tuple(tuple(line[at] for at in kept) for line in matrix.cells)
        matrix = replace(matrix, kpis=tuple(matrix.kpis[at] for at in kept), cells=cells)
    return replace(view, card=card, matrix=matrix)
