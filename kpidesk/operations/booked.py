"""What forecasts are held against: what was booked, and any formula over the deals, for many scopes and periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kpidesk import engine
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.language import Formula, compile_formula
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import definition_in_force, find_kpi, formula_then, kpi_of_formula, needs_of
from kpidesk.operations.workspace import Workspace

BOOKED = engine.QUOTA
"""The KPI that targets of bookings and forecasts are about."""
BEGINS = "the data begin inside it"


def booked(
    ws: Workspace, scopes: Sequence[Scope], periods: Sequence[Period], as_of: date | None = None, *, whole: bool = False
) -> dict[tuple[Scope, Period], Result]:
    """What every scope booked in every period, each by the definition in force on its first day.

    With `whole` a period in which the data begin has no value: what was booked before is not known.
    """
    kpi = find_kpi(ws, BOOKED)
    found: dict[tuple[Scope, Period], Result] = {}
    asked: dict[Formula | None, list[Period]] = {}
    for period in periods:
        asked.setdefault(formula_then(ws, definition_in_force(ws, kpi, period), period), []).append(period)
    for formula, alike in asked.items():
        grid = engine.evaluate(evaluator(ws, as_of), [(kpi, formula)], scopes, alike, unassigned_level="team")
        for s, scope in enumerate(scopes):
            for p, period in enumerate(alike):
                begins = whole and grid.starts_inside(0, p)
                found[scope, period] = Result(None, 0, reason=BEGINS) if begins else grid.result(0, s, p)
    return found


def measured(ws: Workspace, text: str, scope: Scope, period: Period, as_of: date | None = None) -> Result | None:
    """What a formula comes to for a scope in a period; None where the files do not hold what it reads."""
    formula = compile_formula(text)
    if needs_of(ws, formula)[0]:
        return None
    kpi = kpi_of_formula(formula)
    grid = engine.evaluate(evaluator(ws, as_of), [(kpi, formula)], (scope,), (period,), unassigned_level="team")
    return grid.result(0, 0, 0)


def split_by(
    ws: Workspace, text: str, field: str, scope: Scope, period: Period, as_of: date | None = None
) -> list[tuple[str, Result]]:
    """What a formula comes to for each word of a field of the deals; none where no file has that field."""
    formula = compile_formula(text)
    facts = evaluator(ws, as_of).facts
    if engine.lacking(facts, {("deals", field)}) or needs_of(ws, formula)[0]:
        return []
    return engine.breakdown(evaluator(ws, as_of), kpi_of_formula(formula), formula, field, scope, period)
