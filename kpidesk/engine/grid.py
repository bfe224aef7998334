"""Many KPIs for many scopes and periods in one go, and each of them as a result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.engine.answers import Answer, Counted, Notices, rearranged
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.days import Context, day_of
from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.values import Floats, Ints
from kpidesk.language.tree import Formula
from kpidesk.stats.intervals import poisson_interval, wilson


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Values by KPI, scope and period, NaN where there is none.

    `numerator` and `denominator` are NaN for what is no quotient; `n` is the sample; `low` and `high` bound a
    median or a net score. `why` are numbers of `reasons`. `notices[k][p]` qualify a KPI in a period, `counted[k]` by
    scope and period, and `begins[k, p]` is the day on which the data begin in that period, NaN where they do not.
    """

    kpis: tuple[Kpi, ...]
    scopes: tuple[Scope, ...]
    periods: tuple[Period, ...]
    value: Floats
    numerator: Floats
    denominator: Floats
    n: Floats
    low: Floats
    high: Floats
    why: Ints
    reasons: tuple[str, ...]
    notices: tuple[Notices, ...]
    begins: Floats
    counted: tuple[tuple[Counted, ...], ...]

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Whether the data of each KPI begin in the middle of each period."""
        return ~np.isnan(self.begins)

    def starts_inside(self, kpi: int, period: int) -> bool:
        """Whether the data of a KPI begin in the middle of a period."""
        return not math.isnan(self.begins[kpi, period])

    def result(self, kpi: int, scope: int, period: int) -> Result:
        """One cell with its interval, reason and notices."""
        at = (kpi, scope, period)
        value = _known(self.value[at])
        numerator, denominator = _known(self.numerator[at]), _known(self.denominator[at])
        n = float(self.n[at])
        if value is None:
            text = self.reasons[int(self.why[at])] or "no value"
            return Result(None, n, numerator, denominator, None, text)
        bounds = _known(self.low[at]), _known(self.high[at])
        interval = _interval(self.kpis[kpi], value, numerator, denominator, bounds)
        told = filter(None, (one.text((scope, period)) for one in self.counted[kpi]))
        notices = tuple(dict.fromkeys((*self.notices[kpi][period], *told)))
        return Result(value, n, numerator, denominator, interval, "", notices, _day(self.begins[kpi, period]))


def _known(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None


def _day(number: float) -> date | None:
    return None if math.isnan(number) else day_of(int(number))


def _interval(
    kpi: Kpi, value: float, x: float | None, n: float | None, bounds: tuple[float | None, float | None]
) -> tuple[float, float] | None:
    """The 95 % interval that fits the kind of number; none for money and for what is worked out from several.

    Shares of rows have Wilson's, counts the exact one of Poisson, medians that of order statistics, a net promoter
    score that of the difference of two shares of the same answers.
    """
    if kpi.is_rate:
        return wilson(x, n) if x is not None and n is not None else None
    if kpi.kpi_class in ("flow_count", "distinct"):
        return poisson_interval(value)
    if kpi.kpi_class in ("median", "score") and bounds[0] is not None and bounds[1] is not None:
        return bounds[0], bounds[1]
    return None


def evaluate(
    evaluator: Evaluator,
    formulas: Sequence[tuple[Kpi, Formula | None]],
    scopes: Sequence[Scope],
    periods: Sequence[Period],
    *,
    unassigned_level: UnassignedLevel | None = None,
) -> Grid:
    """Evaluate KPIs for scopes and periods.

    A KPI with a built-in needs no formula. Unassigned is what belongs to no team, at level `rep` to nobody at all;
    by default it is `rep` when reps and no teams are among the scopes.

    Raises:
        UserError: a scope that the workspace does not have.
    """
    level = unassigned_level or level_of(scopes)
    crew = evaluator.facts.crew
    rows = np.array([crew.row_of(scope, level) for scope in scopes], dtype=np.int64)
    context = Context(tuple(periods), wide=any(scope.kind != "org" for scope in scopes))
    answers = [answer_of(evaluator, kpi, formula, context) for kpi, formula in formulas]
    cut = [rearranged(one, lambda part: part[rows]) for one in answers]
    return grid_of(evaluator, [kpi for kpi, _ in formulas], scopes, periods, cut)


def grid_of(
    evaluator: Evaluator,
    kpis: Sequence[Kpi],
    scopes: Sequence[Scope],
    periods: Sequence[Period],
    answers: Sequence[Answer],
) -> Grid:
    """The answers of several KPIs, each with one row per scope, side by side."""
    return Grid(
        tuple(kpis), tuple(scopes), tuple(periods),
        value=np.array([one.value for one in answers]),
        numerator=np.array([_or_nan(one, one.numerator) for one in answers]),
        denominator=np.array([_or_nan(one, one.denominator) for one in answers]),
        n=_finite(np.array([one.n for one in answers])),
        low=np.array([_or_nan(one, one.low) for one in answers]),
        high=np.array([_or_nan(one, one.high) for one in answers]),
        why=np.array([one.why for one in answers], dtype=np.int64),
        reasons=tuple(evaluator.memory.reasons.texts), notices=tuple(one.notices for one in answers),
        begins=np.array([one.begins for one in answers]),
        counted=tuple(one.counted for one in answers),
    )  # fmt: skip


def level_of(scopes: Sequence[Scope]) -> UnassignedLevel:
    """What Unassigned means beside these scopes."""
    kinds = {scope.kind for scope in scopes}
    return "rep" if "rep" in kinds and "team" not in kinds else "team"


def answer_of(evaluator: Evaluator, kpi: Kpi, formula: Formula | None, context: Context) -> Answer:
    """The answer of one KPI, from its formula, its built-in or what was typed in."""
    if kpi.is_manual:
        return evaluator.typed(kpi, context)
    if kpi.builtin or formula is None:
        return evaluator.built_in(kpi.builtin, context)
    return evaluator.answer(formula.tree, context)


def _or_nan(answer: Answer, part: Floats | None) -> Floats:
    return np.full(answer.value.shape, np.nan) if part is None else part


def _finite(n: Floats) -> Floats:
    return np.where(np.isfinite(n), n, 0.0)
