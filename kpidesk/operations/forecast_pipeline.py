"""What a period comes to by its open deals: each with the chance that such deals had in the own past."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, pvariance

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine
from kpidesk.core.forecasts import MethodId
from kpidesk.core.formats import day_text
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period, span_period
from kpidesk.core.rate_words import ADD_RATE
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import counted
from kpidesk.language import compile_formula
from kpidesk.language.tree import Leaf
from kpidesk.operations.due import PAST
from kpidesk.operations.forecast_known import Known, booked_in, closed_before
from kpidesk.operations.forecast_methods import (
    Estimate,
    filled_before,
    past_text,
    plural,
    season_estimate,
    share_estimate,
)
from kpidesk.operations.formulas import kpi_of_formula
from kpidesk.operations.workspace import Workspace
from kpidesk.stats.conversion import overall_chance, stage_chance
from kpidesk.stats.pace import PAST_PERIODS
from kpidesk.stats.projecting import pipeline_projection, spread_of, widening

Floats = NDArray[np.float64]
FRESH_PART = 10
"""An export tells of a day when it lies within this part of the period from it."""
NO_SUM = "Bookings are not the sum of won deals here, so open deals cannot be held against them."
WIN_RATE_PERIODS = 4
WIN_RATE = "count(deals where won on closed_at) / count(deals where closed on closed_at)"


@dataclass(frozen=True, slots=True, eq=False)
class Won:
    """How many open deals due were won by the end of their period, by stage (its place + 1) and in all."""

    won: Floats
    n: Floats

    @property
    def overall(self) -> float:
        """The chance of any of these deals."""
        return overall_chance(float(self.won.sum()), float(self.n.sum()))

    def less(self, other: Won) -> Won:
        """Without the deals of one past period."""
        return Won(self.won - other.won, self.n - other.n)

    def chances(self, stages: NDArray[np.int64]) -> Floats:
        """The chance of each deal by the place of its stage (−1 for none)."""
        overall = self.overall
        pairs = zip(self.won.tolist(), self.n.tolist(), strict=True)
        table = np.array([stage_chance(won, n, overall) for won, n in pairs])
        return table[stages + 1]


@dataclass(frozen=True, slots=True, eq=False)
class Conversion:
    """What the own past says of open deals due: in which spans it was looked for, and what came of them.

    `periods` of the spans are whole past periods at as many days before their end; the others are as many days after
    an earlier export. `from_win_rate`: no export tells of any past span, so the win rate of decided deals stands in.
    """

    spans: tuple[engine.DueSpan, ...]
    due: tuple[engine.Due, ...]
    by_span: tuple[Won, ...]
    total: Won
    periods: int
    from_win_rate: bool
    weeks_left: int

    @property
    def words(self) -> str:
        """On what the chances rest."""
        left = f"{counted(self.weeks_left, 'week')} left"
        if self.from_win_rate and not self.total.n.any():
            return "No deal has been decided yet: every deal counts with an even chance."
        if self.from_win_rate:
            return "No export shows open deals of a past period: every deal counts with your win rate."
        if self.periods == len(self.spans):
            return f"Open deals with {left} in {counted(self.periods, 'past period')}."
        count = len(self.spans)
        return f"Open deals with {left}, followed from {counted(count, 'earlier export')}."


def conversion_of(known: Known, period: Period, leaf: Leaf, days_left: int | None = None) -> Conversion:
    """How open deals due were won with as much time left, of the whole organisation, as far as exports tell.

    Without `days_left` it is the time that is left of the period; where too few past periods tell of that, spans of as
    many days after any export stand in.
    """
    left = max((period.last_day - known.day).days, 0) if days_left is None else days_left
    size = engine.stage_places(known.evaluator.facts) + 1
    spans: list[engine.DueSpan] = []
    due: list[engine.Due] = []
    periods = 0
    if left:
        _take(known, leaf, _past_spans(known, period, left), spans, due)
        periods = len(spans)
        if periods < PAST_PERIODS and days_left is None:
            _take(known, leaf, _other_spans(known, period, left, spans), spans, due)
    by_span = tuple(_tally(one, size) for one in due)
    total = Won(
        np.sum([one.won for one in by_span], axis=0) if by_span else np.zeros(size),
        np.sum([one.n for one in by_span], axis=0) if by_span else np.zeros(size),
    )
    is_stand_in = not total.n.any()
    return Conversion(
        tuple(spans), tuple(due), by_span, _by_win_rate(known, period, size) if is_stand_in else total, periods,
        is_stand_in, math.ceil(left / 7),
    )  # fmt: skip


def _take(
    known: Known, leaf: Leaf, asked: Sequence[engine.DueSpan], spans: list[engine.DueSpan], due: list[engine.Due]
) -> None:
    """Add the spans of which the data can tell, with their deals."""
    for span, found in zip(asked, engine.due_of_each(known.evaluator, leaf, asked), strict=True):
        if not isinstance(found, str):
            spans.append(span)
            due.append(found)


def _past_spans(known: Known, period: Period, left: int) -> list[engine.DueSpan]:
    """The last closed periods, each on the day that leaves as many days as today does."""
    found = []
    for past in closed_before(known, period, PAST):
        day = fresh_day(known, past.last_day - timedelta(days=left), past)
        if day is not None:
            found.append(_span(day, past))
    return found


def fresh_day(known: Known, day: date, period: Period) -> date | None:
    """The day of the export that tells of a day, or the day itself where a history of stages does; None for neither."""
    found = nearest(known.dates, day, period)
    if found is not None:
        return found
    return day if engine.history_tells_of(known.evaluator.facts, engine.day_number(day)) else None


def nearest(exports: Sequence[date], day: date, period: Period) -> date | None:
    """The export nearest to a day; None where none is within a tenth of the period, nine days of a quarter.

    One of its last day or later shows what the period came to, so it tells of no earlier day.
    """
    known = (one for one in exports if one <= day or one < period.last_day)
    found = min(known, key=lambda one: (abs((one - day).days), one), default=None)
    return found if found is not None and abs((found - day).days) * FRESH_PART <= period.days else None


def _other_spans(known: Known, period: Period, left: int, spans: Sequence[engine.DueSpan]) -> list[engine.DueSpan]:
    """As many days after earlier exports, newest first, where none of them overlap: the period moved to that day."""
    taken = [one.day for one in spans]
    found: list[engine.DueSpan] = []
    for day in reversed(known.dates):
        number = engine.day_number(day)
        if (known.day - day).days < left or any(abs(number - one) < left for one in taken):
            continue
        moved = known.day - day
        found.append(_span(day, span_period(period.start - moved, period.last_day - moved)))
        taken.append(number)
        if len(taken) >= PAST:
            break
    return found


def _span(day: date, period: Period) -> engine.DueSpan:
    number = engine.day_number
    return engine.DueSpan(number(day), number(period.start), number(period.end), period.label)


def _tally(due: engine.Due, size: int) -> Won:
    won, n = (np.bincount(due.stage + 1, weights=each, minlength=size) for each in (due.share * due.won, due.share))
    return Won(won.astype(np.float64), n.astype(np.float64))


def _by_win_rate(known: Known, period: Period, size: int) -> Won:
    """The deals won of those decided in the last four closed periods, else so far, of the whole organisation."""
    won, decided = np.zeros(size), np.zeros(size)
    past = closed_before(known, period, WIN_RATE_PERIODS)
    spans = [span_period(past[0].start, past[-1].last_day)] if past else []
    spans += [span_period(period.start, known.day)] if known.day >= period.start else []
    formula = compile_formula(WIN_RATE)
    for span in spans:
        grid = engine.evaluate(known.evaluator, [(kpi_of_formula(formula), formula)], (ORG,), (span,))
        result = grid.result(0, 0, 0)
        won[0], decided[0] = result.numerator or 0.0, result.denominator or 0.0
        if decided[0]:
            break
    return Won(won, decided)


@dataclass(frozen=True, slots=True)
class Turn:
    """What was won in the time left of a past span, how much of it came from deals due, and what from elsewhere."""

    span: engine.DueSpan
    won: float
    due: float

    @property
    def elsewhere(self) -> float:
        """What came from deals that were not due, or were not there yet."""
        return max(self.won - self.due, 0.0)

    @property
    def days(self) -> Period:
        """The time left: from the day after the one looked at."""
        return _days(self.span.day + 1, self.span.last)


@dataclass(frozen=True, slots=True, eq=False)
class Pipeline:
    """The open deals due now with the chance of each, and what past spans brought besides such deals.

    `ratio` is how much wider the range is made than these deals alone say.
    """

    due: engine.Due
    chances: Floats
    conversion: Conversion
    turns: tuple[Turn, ...]
    ratio: float
    estimate: Estimate


def pipeline_estimate(
    known: Known, period: Period, booked: float, targets: Sequence[float], conversion: Conversion, leaf: Leaf
) -> Pipeline | str:
    """Booked so far, the open deals due by their chances, and what past spans won from elsewhere in the time left."""
    now = engine.due_deals(known.evaluator, leaf, _span(known.day, period), known.row)
    if isinstance(now, str):
        return now
    if now.unrated.any():
        return _no_rate(np.unique(now.deal[now.unrated]).size)
    chances = conversion.total.chances(now.stage)
    spans = conversion.spans
    many, over = plural(period), known.day >= period.last_day
    if len(spans) < PAST_PERIODS and not over:
        return Pipeline(now, chances, conversion, (), 1.0, Estimate(None, _too_few(conversion, many), len(spans), ""))
    turns, ratio = _learned(known, conversion, leaf)
    left, turn = slice(0, 0) if over else slice(None), [one.elsewhere for one in turns]
    found = pipeline_projection(booked, now.worth[left], chances[left], targets, turn=turn[left], spread=ratio)
    basis = "what is booked, for no day is left" if over else f"open deals of {_spans_words(conversion, period)}"
    return Pipeline(now, chances, conversion, turns, ratio, Estimate(found, "", len(spans), basis))


def _no_rate(deals: int) -> str:
    many = "1 open deal due has" if deals == 1 else f"{deals:,} open deals due have"
    return f"{many} an amount without an exchange rate: {ADD_RATE}."


def _too_few(conversion: Conversion, many: str) -> str:
    """Why open deals give no range yet."""
    weeks = counted(conversion.weeks_left, "week")
    count = len(conversion.spans)
    there = f"there {'is' if count == 1 else 'are'} {count or 'none'}"
    return (f"Needs exports dated in {PAST_PERIODS} past {many}, to learn how many open deals are won with {weeks} "
            f"left; {there}.")  # fmt: skip


def _spans_words(conversion: Conversion, period: Period) -> str:
    count = len(conversion.spans)
    if conversion.periods == count:
        return past_text(count, period)
    day = engine.day_of(min(one.day for one in conversion.spans))
    return f"{count} earlier exports from {day_text(day)} on"


def _learned(known: Known, conversion: Conversion, leaf: Leaf) -> tuple[tuple[Turn, ...], float]:
    """What each span won beside its open deals due, and how much wider results lay than the method would have said.

    Each span is judged by the chances and the turn of the others, so that it does not vouch for itself.
    """
    mine = [_of_scope(known, leaf, span, due) for span, due in zip(conversion.spans, conversion.due, strict=True)]
    after = booked_in(known, [_days(one.day + 1, one.last) for one in conversion.spans]).values
    turns, judged = [], []
    for span, due, won_after, won in zip(conversion.spans, mine, after, conversion.by_span, strict=True):
        if won_after is None:
            continue
        turns.append(Turn(span, won_after, float(due.worth[due.won].sum())))
        judged.append((due, won_after, won))
    turn = [one.elsewhere for one in turns]
    points, spreads, actuals = [], [], []
    for at, (due, won_after, won) in enumerate(judged):
        others = turn[:at] + turn[at + 1 :]
        if not others:
            continue
        chances = conversion.total.less(won).chances(due.stage)
        points.append(float((due.worth * chances).sum()) + fmean(others))
        spreads.append(math.hypot(spread_of(due.worth, chances), math.sqrt(pvariance(others))))
        actuals.append(won_after)
    return tuple(turns), widening(points, spreads, actuals)


def _of_scope(known: Known, leaf: Leaf, span: engine.DueSpan, whole: engine.Due) -> engine.Due:
    if known.row == 0:
        return whole
    found = engine.due_deals(known.evaluator, leaf, span, known.row)
    return whole if isinstance(found, str) else found  # what is told of the whole is told of its parts


def _days(first: int, end: int) -> Period:
    return span_period(engine.day_of(first), engine.day_of(end - 1))


def pipeline_of(ws: Workspace, known: Known, asked: Question, won: float, tiers: Sequence[float]) -> Pipeline | str:
    """The open deals due with their chances and what they come to, or why that cannot be told."""
    leaf = engine.due_leaf(known.formula.tree)
    if leaf is None:
        return NO_SUM
    return pipeline_estimate(known, asked.period, won, tiers, learned_now(ws, known, asked, leaf), leaf)


def learned_now(ws: Workspace, known: Known, asked: Question, leaf: Leaf) -> Conversion:
    """How open deals due were won with as much time left as a question's period has, by its day of the data."""
    key = ("conversion", asked.as_of, asked.teams, asked.period, known.formula)
    return ws.remember(key, lambda: conversion_of(known, asked.period, leaf))


def estimate_by(
    ws: Workspace, known: Known, asked: Question, method: MethodId, booked: float, tiers: Sequence[float]
) -> Estimate:
    """What one method says of the period of a question."""
    if method == "share":
        return share_estimate(known, asked.period, booked, filled_before(known, asked.period), tiers)
    if method == "season":
        return season_estimate(known, asked.period, booked, filled_before(known, asked.period), tiers)
    made = pipeline_of(ws, known, asked, booked, tiers)
    return made.estimate if isinstance(made, Pipeline) else Estimate(None, made, 0, "")
