"""What a KPI came to over up to 12 months, where one period has too few rows to speak of one person or a small team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from kpidesk import engine
from kpidesk.core.formats import format_value, sample_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, shift_years, span_period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import LongRun, Question
from kpidesk.core.settings import Settings
from kpidesk.core.status import least_rows
from kpidesk.operations.formulas import definition_in_force, formula_then, row_noun
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace, data_date, evaluator, settings
from kpidesk.stats.windows import MONTHS_OF_A_QUARTER, MOST_PERIODS, fair_window

POOLED = ("ratio", "cohort", "money_ratio", "score", "median", "mean_time")
"""The classes whose value over a longer time is worked out from all of its rows, and judged by how many they are."""
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
    Only KPIs that are worked out from rows have one; all members are evaluated at once.
    """
    found: dict[Place, Window] = {}
    known = data_date(ws, asked.as_of)
    for p, period in enumerate(periods):
        spans = spans_to(period, settings(ws), known)
        versions = {k: definition_in_force(ws, kpi, period) for k, kpi in enumerate(kpis)}
        formulas = {k: formula_then(ws, one, period) for k, one in versions.items() if one.kpi_class in POOLED}
        pooled = [(k, versions[k], formula) for k, formula in formulas.items() if formula is not None]
        if not pooled:
            continue
        grid = engine.evaluate(
            evaluator(ws, asked.as_of, asked.teams), [(kpi, formula) for _, kpi, formula in pooled], members, spans,
            unassigned_level=level_of_nobody(asked),
        )  # fmt: skip
        rows = np.where(np.isfinite(grid.value), grid.n, 0.0).tolist()
        for at, (k, _, _) in enumerate(pooled):
            for s in range(len(members)):
                longest = _longest(rows[at][s])
                if longest is not None:
                    found[k, s, p] = Window(grid.result(at, s, longest[0]), longest[1], spans[longest[0]])
    return found


def spans_to(period: Period, known: Settings, day: date | None) -> tuple[Period, ...]:
    """The 12, 9, 6 and 3 months that end with a period, or with the `day` of the data inside it, the longest first."""
    last = day if day is not None and day in period else period.last_day
    end = last + timedelta(days=1)
    year = shift_years(span_period(end, end), -1, known).start
    shorter = (_months_before(end, MONTHS_OF_A_QUARTER * at) for at in range(MOST_PERIODS - 1, 0, -1))
    return tuple(span_period(start, last) for start in (year, *shorter))


def _months_before(day: date, months: int) -> date:
    """The same day so many months before; the first of the month after where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def _longest(rows: Sequence[float]) -> tuple[int, int] | None:
    """Which window, the longest given first, has no leading part without rows, and its months; None without rows."""
    blocks = [max(longer - shorter, 0.0) for longer, shorter in pairwise((*rows, 0.0))]
    window = fair_window(blocks, blocks)
    return None if window is None else (MOST_PERIODS - window.periods, window.months)


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
        words=f"{told} in {window.months} months",
    )  # fmt: skip


def _enough(kpi: Kpi, known: Settings) -> int:
    if kpi.is_rate:
        return known.solid_n
    return least_rows(kpi, known)
