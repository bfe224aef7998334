"""What a KPI came to over up to 12 months, where one period has too few rows to speak of one person or a small team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from itertools import pairwise

import numpy as np

from kpidesk import engine
from kpidesk.core.formats import format_value, months_text, sample_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, shift_years, span_period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import LongRun, Question
from kpidesk.core.settings import Settings
from kpidesk.core.status import least_rows
from kpidesk.language import Formula
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import definition_in_force, formula_then, row_noun
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace, data_date, settings

POOLED = ("ratio", "cohort", "money_ratio", "score", "median", "mean_time")
"""The classes whose value over a longer time is worked out from all of its rows, and judged by how many they are."""
QUARTER, YEAR = 3, 12
"""In months."""
Place = tuple[int, int, int]
"""A KPI, a member and a period by their numbers."""


@dataclass(frozen=True, slots=True)
class Window:
    """A KPI over the longest window to the last day of a period that the data tell of, with rows all along."""

    result: Result
    months: int
    period: Period


def windows(
    ws: Workspace, asked: Question, kpis: Sequence[Kpi], members: Sequence[Scope], periods: Sequence[Period]
) -> Mapping[Place, Window]:
    """The window of each KPI for each member up to the end of each period, by the definition of that period.

    While a period runs its window ends on the day the data tell of, so that 12 months are 12 months of data.
    Only KPIs that are worked out from rows have one; all members are evaluated at once. Where the data begin inside a
    window, it is as many months as they tell of.
    """
    found: dict[Place, Window] = {}
    known, day = settings(ws), data_date(ws, asked.as_of)
    for p, period in enumerate(periods):
        versions = {k: definition_in_force(ws, kpi, period) for k, kpi in enumerate(kpis)}
        formulas = {k: formula_then(ws, one, period) for k, one in versions.items() if one.kpi_class in POOLED}
        pooled = [(k, versions[k], formula) for k, formula in formulas.items() if formula is not None]
        if not pooled:
            continue
        evaluate = partial(
            _pooled, ws, asked, [(kpi, formula) for _, kpi, formula in pooled], members, _last_known(period, day), known
        )
        quarters = evaluate(range(YEAR, 0, -QUARTER))
        months = cache(lambda evaluate=evaluate: evaluate(range(YEAR, 0, -1)))
        for at, (k, _, _) in enumerate(pooled):
            for s in range(len(members)):
                place = _longest(quarters.rows(at, s))
                if place is None:
                    continue
                young = quarters.grid.starts_inside(at, place)
                found[k, s, p] = months().shortest(at, s) if young else quarters.window(at, s, place)
    return found


@dataclass(frozen=True, slots=True)
class _Spans:
    """KPIs by member over spans of so many `months`, the longest first."""

    grid: engine.Grid
    months: Sequence[int]
    periods: Sequence[Period]

    def rows(self, kpi: int, member: int) -> Sequence[float]:
        """The rows behind each span; 0 where it has no value."""
        value, n = self.grid.value[kpi, member], self.grid.n[kpi, member]
        return [float(one) for one in np.where(np.isfinite(value), n, 0.0)]

    def window(self, kpi: int, member: int, place: int) -> Window:
        """One span as the window of a KPI for a member."""
        return Window(self.grid.result(kpi, member, place), self.months[place], self.periods[place])

    def shortest(self, kpi: int, member: int) -> Window:
        """The shortest span that has all the rows: the months that are known where the data begin inside."""
        rows = self.rows(kpi, member)
        most = max(rows)
        return self.window(kpi, member, max(at for at, one in enumerate(rows) if one == most))


def _pooled(
    ws: Workspace, asked: Question, pooled: Sequence[tuple[Kpi, Formula]], members: Sequence[Scope], last: date,
    known: Settings, months: Sequence[int],
) -> _Spans:  # fmt: skip
    spans = _spans_to(last, known, months)
    grid = engine.evaluate(
        evaluator(ws, asked.as_of, asked.teams), pooled, members, spans, unassigned_level=level_of_nobody(asked)
    )
    return _Spans(grid, months, spans)


def _last_known(period: Period, day: date | None) -> date:
    """The last day of a period, or the `day` of the data where they end inside it or before."""
    return period.last_day if day is None else min(day, period.last_day)


def _spans_to(last: date, known: Settings, months: Sequence[int]) -> tuple[Period, ...]:
    """So many months that end with a day, as long spans as asked for."""
    end = last + timedelta(days=1)
    year = shift_years(span_period(end, end), -1, known).start
    return tuple(span_period(year if one == YEAR else _months_before(end, one), last) for one in months)


def _months_before(day: date, months: int) -> date:
    """The same day so many months before; the first of the month after where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def _longest(rows: Sequence[float]) -> int | None:
    """Which window, the longest given first, has no leading part without rows; None without any."""
    return next((at for at, (longer, shorter) in enumerate(pairwise((*rows, 0.0))) if longer > shorter), None)


def long_run(kpi: Kpi, result: Result, window: Window | None, known: Settings) -> LongRun | None:
    """What stands beside a number from few rows; None where it has enough, or a longer time has no more.

    A rate has enough from the number of rows at which its status may be certain, all else where it gets a status.
    """
    if window is None or kpi.kpi_class not in POOLED or window.result.value is None:
        return None
    over = window.result
    if result.n >= _enough(kpi, known) or over.n <= result.n:
        return None
    text = format_value(over.value, kpi.display, known.currency, over.n)
    numerator = over.numerator if kpi.is_rate else None
    rows = sample_text(over.n, numerator, row_noun(kpi))
    told = rows if numerator is not None else f"{text} from {rows}"
    return LongRun(
        value=window.result.value, value_text=text, numerator=numerator, n=over.n,
        months=window.months, fair=over.n >= _enough(kpi, known), interval=over.interval,
        words=f"{told} in {months_text(window.months)}", told=over.n >= least_rows(kpi, known),
        period=window.period,
    )  # fmt: skip


def _enough(kpi: Kpi, known: Settings) -> int:
    if kpi.is_rate:
        return known.solid_n
    return least_rows(kpi, known)
