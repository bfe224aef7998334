"""That a win rate by value counts won deals alone, where no lost deal has an amount."""

from __future__ import annotations

from dataclasses import replace

from kpidesk import engine
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.status import WON_VALUE_ALONE
from kpidesk.language import compile_formula
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import kpi_of_formula
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace

BY_VALUE = "win_rate_value"
LOST = "count(deals where lost on closed_at)"


def with_won_alone(ws: Workspace, asked: Question, kpi: Kpi, scope: Scope, period: Period, result: Result) -> Result:
    """The result, with a notice where it is 100 % only because none of the lost deals has an amount."""
    if kpi.id != BY_VALUE or result.value != 1:
        return result
    formula = compile_formula(LOST)
    known = evaluator(ws, asked.as_of, asked.teams)
    grid = engine.evaluate(
        known, [(kpi_of_formula(formula), formula)], (scope,), (period,), unassigned_level=level_of_nobody(asked)
    )
    return replace(result, notices=(*result.notices, WON_VALUE_ALONE)) if grid.result(0, 0, 0).value else result
