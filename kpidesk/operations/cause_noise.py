"""Whether a change is more than luck: the first question before anybody asks why."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import fmean, median

from kpidesk import engine
from kpidesk.core.formats import format_value
from kpidesk.core.kpis import Kpi, KpiClass
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, is_running, shift, shift_years, span_period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.status import BY_ROWS, least_compared
from kpidesk.language import Formula
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import row_noun
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.receipt_code import coder
from kpidesk.operations.workspace import Workspace, data_date, settings
from kpidesk.stats.changes import (
    NetScore,
    Verdict,
    count_change,
    level_change,
    median_change,
    only_few,
    rate_change,
    score_change,
    step_change,
)
from kpidesk.stats.intervals import CONFIDENCE
from kpidesk.stats.medians import LEAST_VALUES
from kpidesk.stats.process import BASELINE
from kpidesk.stats.sums import change_of_nothing, mean_change, sum_change

_FROM_ZERO: tuple[KpiClass, ...] = ("flow_count", "distinct", "flow_money")
"""What is 0 where nothing happened: after another 0 that is no change, however few rows there are."""
LEAST_OF_SUM = 5
"""With fewer rows than this on both sides a sum of money is one deal more or less, whatever its past."""
MOST_HISTORY = 24
"""How many earlier periods money is held against."""
_MIDDLES: Mapping[KpiClass, Callable[[Sequence[float]], float]] = {
    "median": median,
    "money_ratio": fmean,
    "mean_time": fmean,
    "score": fmean,
}
"""What a KPI of a kind is of the values behind it."""


@dataclass(frozen=True, slots=True)
class Two:
    """One KPI of a scope in two periods, both by one definition; `formula` is None where it has none.

    `other`: what stands for the earlier side is that scope in the same period.
    """

    kpi: Kpi
    formula: Formula | None
    question: Question
    before: Period
    result0: Result
    result1: Result
    other: Scope | None = None

    @property
    def now(self) -> Period:
        """The period asked for."""
        return self.question.period

    @property
    def has_both(self) -> bool:
        """Whether both sides have a value."""
        return self.result0.value is not None and self.result1.value is not None

    def asked(self, period: Period) -> Question:
        """The question for the whole of one of the two periods."""
        return replace(self.question, period=period, by="", periods=1)

    @property
    def asked_before(self) -> Question:
        """The question for the side that it is held against."""
        return replace(self.asked(self.before), scope=self.other or self.question.scope)


def codes_of(ws: Workspace, two: Two) -> tuple[str, str]:
    """The codes by which the two values are proven again, the earlier one first."""
    coded = coder(ws, two.question)
    return coded(two.kpi, two.asked_before, two.result0), coded(two.kpi, two.asked(two.now), two.result1)


def days_so_far(ws: Workspace, question: Question) -> int:
    """How many days of a period the data cover: all of them once it is closed."""
    known, period = data_date(ws, question.as_of), question.period
    if known is None or not is_running(period, known, ws.today):
        return period.days
    return max((known + timedelta(days=1) - period.start).days, 1)


def as_long(ws: Workspace, question: Question, other: Period) -> Period:
    """As many days of another period as the data cover of the one asked for; all of it where that is closed."""
    days = days_so_far(ws, question)
    if days >= question.period.days or days >= other.days:
        return other
    return span_period(other.start, other.start + timedelta(days=days - 1))


def whole_before(ws: Workspace, period: Period, years: int = 0) -> Period:
    """The period before, or the same one so many years ago."""
    return shift_years(period, -years, settings(ws)) if years else shift(period, -1, settings(ws))


def earlier(ws: Workspace, question: Question, years: int = 0) -> Period:
    """The period before, or the same one so many years ago, cut to the days that have passed of this one."""
    return as_long(ws, question, whole_before(ws, question.period, years))


def span_words(whole: Period, before: Period) -> str:
    """An earlier period, or how much of it counts: "Q2 2026", "the first 57 days of Q2 2026"."""
    if before == whole:
        return whole.label
    return f"the first {'day' if before.days == 1 else f'{before.days} days'} of {whole.label}"


def luck(
    ws: Workspace, two: Two, past: Callable[[], list[float]] | None = None, confidence: float = CONFIDENCE
) -> Verdict:
    """What can be said about the change of a KPI, by the test that fits its kind.

    `past` gives what it came to in the periods before, oldest first, where that is known already.
    The limits of a past stay as they are at any `confidence`: at three sigma they allow for many looks.
    """
    kpi, before, after = two.kpi, two.result0, two.result1
    if kpi.is_rate and before.numerator is not None and after.numerator is not None:
        sides = (before.numerator, before.denominator or 0.0, after.numerator, after.denominator or 0.0)
        return rate_change(*sides, least=least_compared(kpi, settings(ws)), confidence=confidence)
    if kpi.kpi_class in _FROM_ZERO and before.value == after.value == 0:
        return Verdict("cannot_tell", 0.0, None, None, "No change.")
    if kpi.kpi_class in ("flow_count", "distinct"):
        return _of_counts(ws, two, confidence)
    if kpi.kpi_class == "median":
        values = [_values(ws, two, period) for period in (two.before, two.now)]
        if all(values):
            least, known = least_compared(kpi, settings(ws)), settings(ws).currency
            few = _only_few(two, values, max(least, LEAST_VALUES))
            return few or median_change(*values, least=least, unit=kpi.unit, currency=known, confidence=confidence)
    times = {"time_before": float(two.before.days), "time_after": float(days_so_far(ws, two.question))}
    nothing = of_nothing(kpi, before, after, currency=settings(ws).currency, confidence=confidence, **times)
    if nothing is not None:
        return nothing
    return _of_levels(ws, two, past() if past is not None else _history(ws, two), confidence)


def _of_counts(ws: Workspace, two: Two, confidence: float) -> Verdict:
    before, after = two.result0, two.result1
    if two.kpi.per_rep_per_week and before.numerator is not None and after.numerator is not None:
        return count_change(before.numerator, after.numerator, time_before=before.denominator or 0.0,
                            time_after=after.denominator or 0.0, confidence=confidence)  # fmt: skip
    sides, days = (before.value or 0.0, after.value or 0.0), days_so_far(ws, two.question)
    return count_change(*sides, time_before=two.before.days, time_after=days, confidence=confidence)


def of_nothing(
    kpi: Kpi, before: Result, after: Result, *, time_before: float = 1.0, time_after: float = 1.0, currency: str = "",
    confidence: float = CONFIDENCE,
) -> Verdict | None:  # fmt: skip
    """What the exact test says of money that came from no row at all, or went to none; None for anything else."""
    empty, full = sorted((before, after), key=lambda one: one.n)
    if kpi.kpi_class != "flow_money" or empty.n or empty.value != 0 or not full.n or not (full.value or 0.0) > 0:
        return None
    return change_of_nothing(
        before.value or 0.0, after.value or 0.0, (before.n, after.n), time_before=time_before, time_after=time_after,
        unit=kpi.unit, currency=currency, noun=row_noun(kpi), confidence=confidence,
    )  # fmt: skip


def _only_few(two: Two, values: Sequence[Sequence[float]], least: float) -> Verdict | None:
    """That fewer than `least` rows of a side have a value, in the words of what a scorecard says of both."""
    before, after = (len(one) for one in values)
    if min(before, after) >= least:
        return None
    return only_few(before, after, noun=row_noun(two.kpi), rests_on=(two.result0.n, two.result1.n))


def _of_levels(ws: Workspace, two: Two, history: list[float], confidence: float) -> Verdict:
    """Against its own past where that is long enough, else by the amounts or answers behind both sides.

    Where both periods lie outside the usual on one side, the past tells nothing of the step between them.
    """
    kpi, currency, least = two.kpi, settings(ws).currency, least_compared(two.kpi, settings(ws))
    rows = [one.n for one in (two.result0, two.result1)]
    if kpi.kpi_class in BY_ROWS and min(rows) < least and (any(rows) or not kpi.is_manual):
        return only_few(*rows, noun=row_noun(kpi))
    now, then = (
        level_change(history, one.value or 0.0, unit=kpi.unit, currency=currency, each=_each(two.now))
        for one in (two.result1, two.result0)
    )
    is_still_out = now.finding == then.finding == "real" and (now.change or 0.0) * (then.change or 0.0) > 0
    if len(history) >= BASELINE and not is_still_out:
        is_few = kpi.kpi_class == "flow_money" and now.finding == "real" and 0 < max(rows) < LEAST_OF_SUM
        return only_few(*rows, noun=row_noun(kpi)) if is_few else now
    scores = [net_score(kpi, one) for one in (two.result0, two.result1)]
    if scores[0] is not None and scores[1] is not None:
        return score_change(scores[0], scores[1], least=least, unit=kpi.unit, confidence=confidence)
    values = [_values(ws, two, period) for period in (two.before, two.now)]
    is_sum = kpi.kpi_class == "flow_money"
    if (is_sum or kpi.kpi_class in ("money_ratio", "mean_time", "score")) and all(values):
        judged = sum_change if is_sum else mean_change
        few = _only_few(two, values, least)
        return few or judged(*values, least=least, unit=kpi.unit, currency=currency, confidence=confidence)
    if is_still_out:
        before, after = two.result0.value or 0.0, two.result1.value or 0.0
        return step_change(history, before, after, unit=kpi.unit, currency=currency)
    return now


def net_score(kpi: Kpi, result: Result) -> NetScore | None:
    """A net score with its interval and how many answered; None for another kind of number."""
    if kpi.kpi_class != "score" or result.value is None or result.interval is None:
        return None
    return NetScore(result.value, result.interval, result.n)


def _each(period: Period) -> str:
    return "period" if period.grain == "span" else period.grain


def _history(ws: Workspace, two: Two) -> list[float]:
    """What the KPI came to in the periods before, oldest first, each as long as this one is so far."""
    periods = past_periods(ws, two.question)
    grid = engine.evaluate(
        evaluator(ws, two.question.as_of, two.question.teams), [(two.kpi, two.formula)], (two.question.scope,), periods,
        unassigned_level=level_of_nobody(two.question),
    )  # fmt: skip
    return since_first([grid.result(0, 0, p).value for p in range(len(periods)) if not grid.starts_inside(0, p)])


def past_periods(ws: Workspace, question: Question) -> list[Period]:
    """The periods before, oldest first, each as long as this one is so far."""
    known = settings(ws)
    return [as_long(ws, question, shift(question.period, -back, known)) for back in range(MOST_HISTORY, 0, -1)]


def since_first(found: Sequence[float | None]) -> list[float]:
    """Values of the past from the first one that is not nothing."""
    values = [value for value in found if value is not None]
    first = next((at for at, value in enumerate(values) if value), len(values))
    return values[first:]


def _values(ws: Workspace, two: Two, period: Period) -> list[float]:
    """The amounts behind a KPI in a period."""
    return amounts_behind(ws, two, two.asked(period), two.result0 if period == two.before else two.result1)


def amounts_behind(ws: Workspace, two: Two, asked: Question, result: Result) -> list[float]:
    """The amounts behind a KPI on one side of a change, in its unit; empty where they do not make it up."""
    formula = two.formula
    if formula is None or not formula.tables - {"people"} or not result.n:
        return []
    found = engine.behind(
        evaluator(ws, asked.as_of, asked.teams), two.kpi, formula, asked.scope, asked.period,
        unassigned_level=level_of_nobody(asked), parts=asked.parts,
    )  # fmt: skip
    if found.values is None or found.result.value is None:
        return []
    pairs = zip(found.values.tolist(), found.weights.tolist(), strict=True)
    known = [(value, weight) for value, weight in pairs if math.isfinite(value)]
    if two.kpi.kpi_class == "flow_money":
        amounts = [value * weight for value, weight in known]
        whole = math.fsum(amounts)
        if not math.isclose(abs(whole), abs(found.result.value), rel_tol=1e-6, abs_tol=0.01):
            return []
        return amounts if whole * found.result.value >= 0 else [-one for one in amounts]
    values = [value for value, weight in known if weight > 0]
    middle = _MIDDLES.get(two.kpi.kpi_class)
    # a share of money has amounts behind it too, of which it is no mean
    is_middle = middle is None or not values or math.isclose(middle(values), found.result.value, rel_tol=1e-6)
    return values if is_middle else []


def median_words(ws: Workspace, two: Two) -> tuple[str, ...]:
    """Both distributions in words, for a median that has no parts: half of the values lie between these."""
    from statistics import quantiles

    found = []
    for period in (two.before, two.now):
        values = _values(ws, two, period)
        if len(values) > 1:
            ends = quantiles(values, n=4, method="inclusive")
            low, middle, high = (format_value(one, two.kpi.display, settings(ws).currency) for one in ends)
            found.append(f"{period.label}: half lie from {low} to {high}, the middle is {middle} ({len(values)}).")
    return tuple(found)


def largest_amounts(ws: Workspace, two: Two) -> list[float]:
    """The amounts of the period asked for, the largest first; empty for what is no sum of money."""
    if two.kpi.kpi_class != "flow_money":
        return []
    return sorted(_values(ws, two, two.now), reverse=True)
