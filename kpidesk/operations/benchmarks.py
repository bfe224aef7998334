"""The published figures that hold for a scope, by the sizes of its deals: a mixed team has a mix, not one band."""

from __future__ import annotations

from datetime import timedelta

from kpidesk import engine
from kpidesk.core.benchmarks import ENTERPRISE_FROM, SIZES, SMALL_BELOW, Band, bands, bounds_of, shares_of
from kpidesk.core.kpis import Kpi, Size
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Period, span_period
from kpidesk.language import compile_formula
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import kpi_of_formula
from kpidesk.operations.workspace import Workspace, data_date, settings

YEAR = timedelta(days=364)


def benchmarks_for(ws: Workspace, kpi: Kpi, scope: Scope, period: Period | None = None) -> tuple[Band, ...]:
    """The benchmarks of a KPI that hold for the deals that a scope closed in a period, each with its share of them.

    Without a period it is the year to the newest data.
    """
    sized = any(mark.size for mark in kpi.benchmarks)
    day = data_date(ws) or ws.today
    span = period or span_period(day - YEAR, day)
    return bands(kpi.benchmarks, shares_of(_counts(ws, scope, span)) if sized else {})


def sizes_by_own_bounds(ws: Workspace) -> dict[Size, float]:
    """The share of each size among the deals closed in the year to the newest data; empty without own bounds."""
    day = data_date(ws)
    if day is None or not {SMALL_BELOW, ENTERPRISE_FROM} & {name for name, _ in settings(ws).parameters}:
        return {}
    return shares_of(_counts(ws, ORG, span_period(day - YEAR, day)))


def _counts(ws: Workspace, scope: Scope, period: Period) -> dict[Size, float]:
    """How many deals of each size a scope closed."""
    parameters = dict(settings(ws).parameters)
    formulas = [compile_formula(_formula(*bounds_of(size, parameters))) for size in SIZES]
    measured = [(kpi_of_formula(one), one) for one in formulas]
    grid = engine.evaluate(evaluator(ws), measured, (scope,), (period,))
    return {size: grid.result(at, 0, 0).value or 0.0 for at, size in enumerate(SIZES)}


def _formula(low: float | None, high: float | None) -> str:
    """The closed deals between two amounts; one without an amount has no size."""
    tests = ["closed", "amount > 0" if low is None else f"amount >= {low:.2f}"]
    tests += [] if high is None else [f"amount < {high:.2f}"]
    return f"count(deals where {' and '.join(tests)} on closed_at)"
