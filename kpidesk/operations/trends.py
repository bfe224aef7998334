"""What explains a trend: its running period, usual range, notes, benchmark, last year, open cohorts and deal sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import takewhile
from statistics import fmean, median

import numpy as np

from kpidesk import engine
from kpidesk.core.breakdowns import most_words
from kpidesk.core.formats import count_text, format_value, whole_percent
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import shift_years, span_period
from kpidesk.core.scorecards import Question
from kpidesk.core.trend_parts import HEAVY, BenchmarkRange, Line, Sizes, TrendMark
from kpidesk.core.trends import EDGE, RepTrends, Trend, TrendPoint
from kpidesk.language import Formula
from kpidesk.operations.benchmarks import benchmarks_for
from kpidesk.operations.cause_noise import as_long, span_words
from kpidesk.operations.chart_notes import marks
from kpidesk.operations.evaluation import trend
from kpidesk.operations.evaluators import as_known, evaluator
from kpidesk.operations.formulas import formula_then
from kpidesk.operations.questions import level_of_nobody, members_of, organisation_of
from kpidesk.operations.receipt_code import receipt_code
from kpidesk.operations.trend_running import running_of
from kpidesk.operations.trend_usual import YOUNG, usual_of
from kpidesk.operations.workspace import Workspace, settings
from kpidesk.stats.survival import median_of, survival_curve

YEAR = timedelta(days=365)
STEPS = 12
LEAST_CLOSED = 5
MOST_REPS = 120
_ANY_SIZE = 0.5
"""A figure for any size goes before one for a size that less than half of the deals have."""


def explain_trend(ws: Workspace, shown: Trend) -> Trend:
    """A trend with everything that explains it; what is drawn of it is for `layers` to say."""
    ws = as_known(ws, shown.question.as_of, shown.question.teams)
    if not shown.points or shown.as_of is None:
        return shown
    formula = formula_then(ws, shown.kpi, shown.question.period)
    points = shown.points
    if formula is not None and not shown.kpi.builtin:
        points = _with_sizes(ws, shown, formula, _with_open(ws, shown, formula))
    running = running_of(ws, shown)
    lines = (*_last_year(ws, shown), *(_full_cycle(ws, shown, formula) if formula is not None else ()))
    return replace(
        shown,
        points=points,
        running=running,
        usual=usual_of(ws, shown),
        marks=_marks(ws, shown),
        benchmark=_benchmark(ws, shown),
        lines=lines,
        remarks=tuple(_remarks(points, lines)),
    )


# --- the points ----------------------------------------------------------------------------------------------------


def _with_open(ws: Workspace, shown: Trend, formula: Formula) -> tuple[TrendPoint, ...]:
    """The points of a cohort with the share of it that has no outcome yet."""
    still = engine.still_open(formula) if shown.kpi.kpi_class == "cohort" else None
    if still is None:
        return shown.points
    asked = shown.question
    periods = tuple(point.period for point in shown.points)
    grid = engine.evaluate(evaluator(ws, asked.as_of, asked.teams), [(shown.kpi, still)], (asked.scope,), periods)
    shares = [grid.result(0, 0, at).value for at in range(len(periods))]
    return tuple(
        replace(point, still_open=share) if share is not None and share > YOUNG else point
        for point, share in zip(shown.points, shares, strict=True)
    )


def _with_sizes(
    ws: Workspace, shown: Trend, formula: Formula, points: tuple[TrendPoint, ...]
) -> tuple[TrendPoint, ...]:
    """The points with how the deals behind each are spread by size."""
    if engine.measured_leaf(formula) is None or shown.kpi.unit not in ("money", "days"):
        return points
    asked = shown.question
    known = evaluator(ws, asked.as_of, asked.teams)
    return tuple(
        replace(point, sizes=_sizes(shown, formula, engine.deal_values(known, formula, asked.scope, point.period)))
        if point.result.value is not None else point
        for point in points
    )  # fmt: skip


def _sizes(shown: Trend, formula: Formula, values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Sizes | None:
    """How values are spread, in steps of equal width; None for fewer than two."""
    if len(values) < 2:
        return None
    unit, currency = shown.kpi.display, shown.currency
    low, high, middle = float(values.min()), float(values.max()), float(median(values.tolist()))
    counts, _ = np.histogram(values, bins=STEPS, range=(low, high if high > low else low + 1))
    leaf, total = engine.measured_leaf(formula), float(values.sum())
    is_sum = leaf is not None and leaf.aggregate == "sum" and total > 0
    largest = high / total if is_sum else None
    heavy = f"One deal is {most_words(largest, 'the value')}. " if largest is not None and largest >= HEAVY else ""
    ends = [format_value(one, unit, currency) for one in (low, high, middle)]
    deals = f"{count_text(len(values))} deals"
    if high <= low:
        told = f"{deals}, each {ends[0]}."
    elif len(values) == 2:
        told = f"{deals}, {ends[0]} and {ends[1]}."
    else:
        told = f"{deals} from {ends[0]} to {ends[1]}, half of them up to {ends[2]}."
    return Sizes(low, high, tuple(counts.tolist()), middle, largest, heavy + told)


def _remarks(points: Sequence[TrendPoint], lines: Sequence[Line]) -> Sequence[str]:
    """What is worth saying at once: a deal that is most of the newest value, open cohorts, the full cycle."""
    newest = next((point for point in reversed(points) if point.result.value is not None), None)
    told = []
    if newest is not None and newest.sizes is not None and (newest.sizes.largest or 0) >= HEAVY:
        told.append(f"In {newest.period.label} one deal is {most_words(newest.sizes.largest or 0, 'the value')}.")
    young = list(takewhile(lambda point: point.still_open is not None, reversed(points)))[::-1]
    if young:
        first, last = young[0].period.label, young[-1].period.label
        told.append(
            f"Not settled from {first} on: {whole_percent(young[-1].still_open or 0)}% of {last} is still open."
        )
    return [*told, *(line.words for line in lines if line.kind == "cycle" and line.words)]


# --- lines, bands and marks ----------------------------------------------------------------------------------------


def _last_year(ws: Workspace, shown: Trend) -> tuple[Line, ...]:
    """The same periods a year before, of one that runs as many days as are over; nothing where none has a value."""
    asked = shown.question
    if asked.period.grain == "year":
        return ()
    past = replace(asked, period=shift_years(asked.period, -1, settings(ws)))
    theirs = trend(ws, shown.kpi.id, past, len(shown.points)).points
    values = tuple(None if one.starts_inside else one.result.value for one in theirs)
    if all(value is None for value in values):
        return ()
    texts = tuple(f"{one.value_text} in {one.period.label}" if value is not None else "" for one, value in zip(
        theirs, values, strict=True))  # fmt: skip
    codes = tuple(one.receipt if value is not None else "" for one, value in zip(theirs, values, strict=True))
    found = Line("year", "A year before", values, texts, receipts=codes)
    return (_as_far(ws, shown, found, theirs[-1]),)


def _as_far(ws: Workspace, shown: Trend, line: Line, then: TrendPoint) -> Line:
    """A year before whose last value counts as many days as the data cover of the newest period."""
    newest, kpi = replace(shown.question, period=shown.points[-1].period), shown.kpi
    part, formula = as_long(ws, newest, then.period), formula_then(ws, kpi, shown.question.period)
    if part == then.period or formula is None or line.values[-1] is None:
        return line
    asked = replace(newest, period=part, periods=1, defined=shown.question.defined_in)
    found = engine.evaluate(
        evaluator(ws, asked.as_of, asked.teams), [(kpi, formula)], (asked.scope,), (part,),
        unassigned_level=level_of_nobody(asked),
    ).result(0, 0, 0)  # fmt: skip
    text = f"{format_value(found.value, kpi.display, shown.currency, found.n)} in {span_words(then.period, part)}"
    code = receipt_code(ws, kpi, asked, found) if found.value is not None else ""
    return replace(
        line, values=(*line.values[:-1], found.value), receipts=(*line.receipts[:-1], code),
        texts=(*line.texts[:-1], text if found.value is not None else ""),
    )  # fmt: skip


def _full_cycle(ws: Workspace, shown: Trend, formula: Formula) -> tuple[Line, ...]:
    """The time to a close in which half of the deals of a year are closed, with open ones counted at their age.

    Kaplan and Meier over the deals that began in the year up to the end of each period: the median of won deals alone
    is too short while slow ones are open.
    """
    leaf = engine.measured_leaf(formula)
    known = shown.as_of
    if leaf is None or leaf.aggregate != "median" or known is None:
        return ()
    ends = [min(point.period.end, known + timedelta(days=1)) for point in shown.points]
    asked = shown.question
    span = span_period(ends[0] - YEAR, max(ends) - timedelta(days=1))
    found = engine.lifetimes(evaluator(ws, asked.as_of, asked.teams), formula, asked.scope, span)
    if found is None:
        return ()
    values = tuple(_half_closed(found, end) for end in ends)
    if all(value is None for value in values):
        return ()
    texts = tuple(format_value(value, shown.kpi.display) if value is not None else "" for value in values)
    last = next(text for text in reversed(texts) if text)
    words = f"With open deals counted at their age, half of the deals begun within a year close in {last}."
    return (Line("cycle", "With open deals counted", values, texts, words),)


def _half_closed(found: engine.Lifetimes, end: date) -> float | None:
    won, lost, still = found.ages(end - YEAR, end)
    if len(won) + len(lost) < LEAST_CLOSED:
        return None
    days = [*won, *lost, *still]
    return median_of(survival_curve(days, [at < len(days) - len(still) for at in range(len(days))]))


def _benchmark(ws: Workspace, shown: Trend) -> BenchmarkRange | None:
    """The published range that holds best: the one for the size that most deals have, else the first with numbers."""
    known = [one for one in benchmarks_for(ws, shown.kpi, shown.question.scope)
             if (one.benchmark.low is not None or one.benchmark.high is not None)
             and "worked example" not in f"{one.benchmark.text} {one.benchmark.segment}".lower()]  # fmt: skip
    if not known:
        return None
    best = max(known, key=lambda one: one.share if one.share is not None else _ANY_SIZE)
    return BenchmarkRange(best.benchmark.low, best.benchmark.high, best.words)


def _marks(ws: Workspace, shown: Trend) -> tuple[TrendMark, ...]:
    """What happened within the periods shown, numbered from the oldest on."""
    found = []
    for mark in marks(ws, shown.kpi.id, shown.question.scope):
        at = next((at for at, point in enumerate(shown.points) if mark.day in point.period), None)
        if at is not None:
            period = shown.points[at].period
            found.append((at - EDGE + ((mark.day - period.start).days + 0.5) / period.days, mark))
    return tuple(TrendMark(number, x, one.day, one.text, one.kind) for number, (x, one) in enumerate(found, 1))


# --- people side by side -------------------------------------------------------------------------------------------


def rep_trends(ws: Workspace, kpi_id: str, question: Question, periods: int) -> RepTrends:
    """The trend of every rep of a scope on one scale, each with the mean of all (of rates and times the whole) in grey.

    In the order of the people, which is the same for every KPI. For a rep these are the reps of the team.
    """
    question = replace(question, scope=_group_of(ws, question))
    asked = replace(question, by="rep", periods=periods)
    reps = [one for one in members_of(ws, asked) if one.kind == "rep"][:MOST_REPS]
    trends = [trend(ws, kpi_id, replace(question, by="", periods=1, scope=one), periods) for one in reps]
    trends = [one for one in trends if any(point.result.value is not None for point in one.points)]
    if not trends:
        return RepTrends((), 0.0, 1.0, "Nobody here has a value in these periods.")
    whole = trend(ws, kpi_id, replace(question, by="", periods=1), periods)
    mean = _mean(whole, trends)
    numbers = [point.result.value for one in trends for point in one.points if point.result.value is not None]
    numbers += [value for value in mean.values if value is not None]
    low, high = min(numbers), max(numbers)
    shown = tuple(replace(one, lines=(mean,)) for one in trends)
    return RepTrends(shown, min(low, 0.0) if low < 0.45 * high else low, high, _about(whole.kpi, len(shown)))


def _group_of(ws: Workspace, asked: Question) -> Scope:
    """The scope whose reps are compared: of a rep the team at the end of the period, else the scope itself."""
    if asked.scope.kind != "rep":
        return asked.scope if asked.scope.kind == "team" else ORG
    team = organisation_of(ws, asked).team_on(asked.scope.id, asked.period.last_day)
    return Scope("team", team.name, team.id) if team is not None else ORG


def _mean(whole: Trend, trends: Sequence[Trend]) -> Line:
    """The grey line: the mean of the reps for what adds up, else the number of the whole, which weighs every row."""
    if not whole.kpi.prorated:
        values = tuple(point.result.value for point in whole.points)
        texts, codes = (tuple(getattr(one, name) for one in whole.points) for name in ("value_text", "receipt"))
        return Line("mean", "All together", values, texts, receipts=codes)
    found = []
    for at in range(len(whole.points)):
        theirs = [value for one in trends if (value := one.points[at].result.value) is not None]
        found.append(fmean(theirs) if theirs else None)
    shape, money = whole.kpi.display, whole.currency
    texts = tuple(format_value(value, shape, money) if value is not None else "" for value in found)
    return Line("mean", "Mean of the reps", tuple(found), texts)


def _about(kpi: Kpi, reps: int) -> str:
    people = "1 rep" if reps == 1 else f"{reps} reps"
    grey = "the mean of the reps" if kpi.prorated else "all of them together"
    return f"{kpi.name} of {people} on one scale. Grey: {grey}. Green: the target of the newest period."
