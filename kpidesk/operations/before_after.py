"""A KPI of a scope in two windows, and what lies between them: the test of initiatives and coaching goals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import fmean

from kpidesk import engine
from kpidesk.core.formats import format_change, format_difference, format_value, sample_text
from kpidesk.core.initiatives import Cell
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period, span_period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.status import least_compared
from kpidesk.language import Formula
from kpidesk.operations.cause_noise import net_score, of_nothing
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import row_noun
from kpidesk.operations.workspace import Workspace, settings
from kpidesk.stats.changes import LEAST_ROWS, Verdict, count_change, score_change
from kpidesk.stats.contrasts import Bounded, count_contrast, difference, logarithm, relative
from kpidesk.stats.intervals import mean_interval

SHORTEST = 14
LONGEST = 364
"""Days of the shortest window that is judged, and of the longest: 52 whole weeks, so that a season is in both."""
LEAST_WEEKS = 6
MEANS = ("money_ratio", "mean_time")
FROM_NOTHING = "from nothing"
_COUNTS = ("flow_count", "distinct")
_FLOWS = (*_COUNTS, "flow_money")


@dataclass(frozen=True, slots=True)
class Side:
    """One scope before and after: the two results, and the values week by week."""

    before: Result
    after: Result
    weeks_before: tuple[float, ...]
    weeks_after: tuple[float, ...]


def known_value(value: float) -> float | None:
    """A value as it is kept; None where there is none."""
    return value if math.isfinite(value) else None


def with_range(ws: Workspace, kpi: Kpi, formula: Formula | None, asked: Question, result: Result) -> Result:
    """A mean with the interval of the values behind it; anything else, and a mean of too few, as it is."""
    if kpi.kpi_class not in MEANS or formula is None or result.value is None or result.interval is not None:
        return result
    found = engine.behind(
        evaluator(ws, asked.as_of), kpi, formula, asked.scope, asked.period, unassigned_level="team"
    )  # fmt: skip
    if found.values is None:
        return result
    pairs = zip(found.values.tolist(), found.weights.tolist(), strict=True)
    known = [value for value, weight in pairs if math.isfinite(value) and weight > 0]
    # values that do not make up the number, as where a deal is split, give no range of it
    if len(known) < LEAST_ROWS or not math.isclose(fmean(known), result.value, rel_tol=1e-6):
        return result
    return replace(result, interval=mean_interval(known))


def weeks_of(window: Period, *, from_end: bool) -> list[Period]:
    """The whole weeks of a window, reckoned from the day of the start."""
    count = window.days // 7
    first = window.end - timedelta(days=7 * count) if from_end else window.start
    return [
        span_period(first + timedelta(days=7 * at), first + timedelta(days=7 * at + 6)) for at in range(count)
    ]  # fmt: skip


def bounded(kpi: Kpi, result: Result, weeks: Sequence[float]) -> Bounded | None:
    """A result with its interval; money has that of its weeks, and what has none is not compared."""
    if result.value is None:
        return None
    if result.interval is not None:
        return Bounded(result.value, *result.interval)
    known = [one for one in weeks if math.isfinite(one)]
    if kpi.kpi_class != "flow_money" or len(known) < LEAST_WEEKS:
        return None
    interval = mean_interval(known)
    if interval is None:
        return None
    half = (interval[1] - interval[0]) / 2 * len(known)
    return Bounded(result.value, result.value - half, result.value + half)


def result_before(grid: engine.Grid, scope: int, window: int) -> Result:
    """The result of a window by its places in the grid; none where the data begin inside it."""
    found = grid.result(0, scope, window)
    if not grid.starts_inside(0, window):
        return found
    return Result(None, found.n, reason="the data begin inside the days before")


def has_too_few(ws: Workspace, kpi: Kpi, side: Side) -> bool:
    """Whether one of the two results rests on fewer rows than a KPI of its kind is judged by.

    Of counts, and of money from nothing or to nothing, it is asked whether so few could show a change at all.
    """
    counted = of_rows(kpi, side)
    if counted is not None:
        return counted.finding == "too_early"
    return min(side.before.n, side.after.n) < least_compared(kpi, settings(ws))


def of_rows(kpi: Kpi, side: Side, currency: str = "") -> Verdict | None:
    """What the exact test of two counts says, as on a scorecard; None for another kind of KPI and without a value.

    Money from nothing, or to nothing, is judged by the rows that it is of. Both windows are of the same length; a count
    by week worked is held against those weeks.
    """
    before, after = side.before, side.after
    nothing = of_nothing(kpi, before, after, currency=currency)
    if nothing is not None:
        return nothing
    if kpi.kpi_class not in _COUNTS or before.value is None or after.value is None:
        return None
    if kpi.per_rep_per_week and before.numerator is not None and after.numerator is not None:
        return count_change(before.numerator, after.numerator, time_before=before.denominator or 0.0,
                            time_after=after.denominator or 0.0)  # fmt: skip
    return count_change(before.value, after.value)


def _difference_of(found: Verdict) -> Bounded | None:
    """A difference with the ends of its test."""
    if found.change is None or found.low is None or found.high is None:
        return None
    return Bounded(found.change, found.low, found.high)


def _ratio_of(found: Verdict) -> Bounded | None:
    """How many times the earlier count the later one is, as a logarithm, with the ends of the exact test."""
    if found.change is None or found.low is None or found.high is None:
        return None
    ends = (math.log(one) if one > 0 else -math.inf for one in (found.change, found.low, found.high))
    return Bounded(*ends)


def finite_interval(change: Bounded | None) -> tuple[float, float] | None:
    """The interval of a change as it is kept; None where an end of it is not known."""
    return change.interval if change is not None and all(map(math.isfinite, change.interval)) else None


def is_better(kpi: Kpi, change: Bounded) -> bool | None:
    """Whether a change is for the better; None for a KPI that has no better direction."""
    return None if kpi.direction in ("range", "none") else (change.value > 0) == (kpi.direction == "higher")


def is_relative(kpi: Kpi) -> bool:
    """Whether a KPI is compared as a relative change: counts and money are."""
    return kpi.kpi_class in _FLOWS


def contrast(kpi: Kpi, side: Side) -> Bounded | None:
    """After against before, of counts and money as a logarithm; None where an interval is missing.

    Of what rose from nothing it is endless, and only its lower end is a number.
    """
    counted = of_rows(kpi, side)
    if counted is not None:
        return _ratio_of(counted)
    scores = net_score(kpi, side.before), net_score(kpi, side.after)
    if scores[0] is not None and scores[1] is not None:
        return _difference_of(score_change(scores[0], scores[1], least=1, unit=kpi.unit))
    before = bounded(kpi, side.before, side.weeks_before)
    after = bounded(kpi, side.after, side.weeks_after)
    if before is None or after is None:
        return None
    if not is_relative(kpi):
        return difference(after, before)
    first, second = logarithm(before), logarithm(after)
    return difference(second, first) if first is not None and second is not None else None


def beside(kpi: Kpi, mine: Side, control: Side) -> Bounded | None:
    """The contrast of a side less that of its control; None where one is missing, or the control has an endless one.

    What came from nothing, or went to nothing, is held against the control by the exact test of the four counts, of
    money by those of its rows.
    """
    own, other = contrast(kpi, mine), contrast(kpi, control)
    if own is None or other is None or not math.isfinite(other.value):
        return None
    if math.isfinite(own.value):
        return difference(own, other)
    four = mine.after, mine.before, control.after, control.before
    if not kpi.per_rep_per_week:
        return count_contrast(*((one.n if kpi.kpi_class not in _COUNTS else one.value) or 0.0 for one in four))
    found, weeks = count_contrast(*(one.numerator or 0.0 for one in four)), [one.denominator or 0.0 for one in four]
    if found is None or min(weeks) <= 0:
        return None
    longer = math.log(weeks[0] / weeks[1]) - math.log(weeks[2] / weeks[3])
    return Bounded(found.value - longer, found.low - longer, found.high - longer)


def as_shown(kpi: Kpi, change: Bounded | None) -> Bounded | None:
    """A contrast as it is told: a difference, or a relative change."""
    return relative(change) if change is not None and is_relative(kpi) else change


def cell(ws: Workspace, kpi: Kpi, result: Result) -> Cell:
    """A result with the texts in which it is shown."""
    numerator = result.numerator if kpi.is_rate else None
    sample = sample_text(result.n, numerator, row_noun(kpi)) if result.n else ""
    text = format_value(result.value, kpi.display, settings(ws).currency, result.n)
    return Cell(result.value, result.n, result.interval, text, sample, result.reason)


def change_text(ws: Workspace, kpi: Kpi, change: Bounded | None) -> str:
    """The change with its interval: "+9.0 pp (0.5 to 17.0)"."""
    if change is None:
        return ""
    if not math.isfinite(change.value):
        return FROM_NOTHING
    if is_relative(kpi):
        shown, ends = format_change(change.value), [format_change(end) for end in change.interval]
        if not all(map(math.isfinite, change.interval)):
            return shown
        return f"{shown} ({ends[0]} to {ends[1]})"
    currency = settings(ws).currency
    ends = [format_difference(end, kpi.display, currency) for end in change.interval]
    return f"{format_difference(change.value, kpi.display, currency)} ({ends[0]} to {ends[1]})"
