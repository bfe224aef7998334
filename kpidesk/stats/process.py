"""Process-behaviour (XmR) charts: how far a KPI moves by itself, and when it has probably changed.

Two rules only: one point outside the limits, and eight points in a row on one side of the middle. They find a fall of
30 % in a weekly count of 30 within eight weeks in 85 of 100 cases; what they report without any cause is told by
`stats.false_signals`. Limits come from the first points and stay as they are until the user restarts them. So that the
announced number of false alarms holds for skewed numbers too, money is judged by its square roots, and counts and
shares of few rows by the Poisson and binomial distributions. It does not hold for points that follow one another.

Wheeler, "Understanding Variation" (1993); the screening of ranges as in NHSRplotthedots of the NHS-R community.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, pairwise
from statistics import fmean, median
from typing import Literal

from kpidesk.core.formats import ENGLISH, NumberStyle, count_text, day_text, format_value, full_value
from kpidesk.core.kpis import Unit
from kpidesk.stats.intervals import funnel_exact, poisson_limits

Kind = Literal["value", "money", "count", "rate", "per"]
"""What the points are: values of any sign, sums of money, counts, shares of rows (0…1), or counts per row (touches per
deal)."""
Rule = Literal["outside", "run"]
Side = Literal["above", "below"]

BASELINE = 12
LEAST_POINTS = 6
RUN = 8
MOST_UNEVEN = 4.0
FEW = 5.0
"""Below so many events a period, steps between neighbours are too coarse to draw limits from."""
XMR, RANGE_LIMIT = 2.66, 3.268
"""3 ÷ 1.128 and 3.268: from the mean range of two values to three standard deviations, and to the highest range."""
MEDIAN_XMR, MEDIAN_RANGE_LIMIT = 3.145, 3.865
SCREEN = 3.267
D2 = 1.128
THREE_SIGMA = 0.9973


@dataclass(frozen=True, slots=True)
class Limits:
    """The middle of a process and the limits between which it moves without a cause, in the unit of the values.

    `mean_range` is the usual step between neighbours, `range_limit` the largest that needs no cause. `points` is how
    many points they rest on; `trial` limits rest on fewer than twelve and raise no signals.
    """

    centre: float
    low: float
    high: float
    mean_range: float
    range_limit: float
    points: int

    @property
    def trial(self) -> bool:
        """Whether the limits rest on too few points to raise a signal."""
        return self.points < BASELINE

    @property
    def spread(self) -> float:
        """The standard deviation of a single point."""
        return self.mean_range / D2


@dataclass(frozen=True, slots=True)
class Signal:
    """A possible change: the rule that shows it, on which side, the newest point it covers and the first one.

    Points are counted from 0.
    """

    rule: Rule
    side: Side
    at: int
    since: int


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one KPI, oldest first; a period without a value is nan and is passed over.

    `above` and `below` are the numerators and denominators of shares and of counts per row, empty for other values.
    `days` are the first days of the periods, wanted only where limits restart. `season` is the index of each point
    (1 for an ordinary period), empty where no season is known. `overlapping` points share days with their neighbours.
    """

    values: tuple[float, ...]
    kind: Kind = "value"
    above: tuple[float, ...] = ()
    below: tuple[float, ...] = ()
    days: tuple[date, ...] = ()
    season: tuple[float, ...] = ()
    overlapping: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """What a process-behaviour chart draws: middle and limits at each point (nan where none), and the signals.

    `trial`: the newest limits rest on fewer than twelve points. `points` is how many points lie after the newest
    baseline, which is what `false_rate` asks for. `words` say what limits these are, or why there are none.
    """

    centre: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    signals: tuple[Signal, ...] = ()
    trial: bool = True
    points: int = 0
    words: tuple[str, ...] = ()


def limits(
    values: Sequence[float], *, kind: Kind = "value", baseline: int = BASELINE, screen: bool = False,
    by_median: bool = False,
) -> Limits | None:  # fmt: skip
    """The limits of values in the order of time, from the first `baseline` of them; None below six.

    Counts have no limit below 0 and shares none outside 0…1. Counts of less than five a period have the limits of a
    Poisson distribution at least, and the median as their centre. Money that is never negative is judged by its square
    roots, because sums of few deals have a long tail; its centre lies near the median. `screen` leaves out, once, steps
    larger than the range limit, which one freak point would bring in twice; `by_median` takes medians, not means.
    """
    first = [value for value in values if math.isfinite(value)][:baseline]
    if len(first) < LEAST_POINTS:
        return None
    found = _natural(first, screen, by_median)
    if kind == "money" and min(first) >= 0:
        roots = _natural([math.sqrt(value) for value in first], screen, by_median)
        return replace(found, centre=roots.centre**2, low=max(roots.low, 0.0) ** 2, high=roots.high**2)
    if kind == "count" and found.centre < FEW:
        return _few_counts(first, found)
    low = found.low if kind in ("value", "money") else max(found.low, 0.0)
    return replace(found, low=low, high=min(found.high, 1.0) if kind == "rate" else found.high)


def _few_counts(first: Sequence[float], found: Limits) -> Limits:
    """Limits that also hold what a Poisson distribution brings, round the median: most periods may be empty."""
    total = math.fsum(first)
    high = poisson_limits(_one_more(total) / len(first), THREE_SIGMA)[1]
    return replace(found, centre=median(first), low=0.0, high=max(found.high, high))


def _one_more(events: float) -> float:
    """The events of a baseline; where they are very few one more, because none seen does not mean none ever."""
    return events + 1 if events < FEW else events


def _natural(first: Sequence[float], screen: bool, by_median: bool) -> Limits:
    """The bare XmR limits of values."""
    middle, natural, largest = (median, MEDIAN_XMR, MEDIAN_RANGE_LIMIT) if by_median else (fmean, XMR, RANGE_LIMIT)
    steps = [abs(later - earlier) for earlier, later in pairwise(first)]
    usual = middle(steps)
    if screen and usual:
        usual = middle([step for step in steps if step < SCREEN * usual] or steps)
    centre = middle(first)
    return Limits(centre, centre - natural * usual, centre + natural * usual, usual, largest * usual, len(first))


def signals(values: Sequence[float], found: Limits) -> tuple[Signal, ...]:
    """The possible changes after the points that the limits rest on; none from trial limits."""
    if found.trial:
        return ()
    first = _after(values, found.points)
    return tuple(signal for signal in marks(values, found) if signal.at >= first)


def _after(values: Sequence[float], points: int) -> int:
    """Where in a series the first value after so many lies."""
    known = [at for at, value in enumerate(values) if math.isfinite(value)]
    return known[points] if len(known) > points else len(values)


def marks(values: Sequence[float], found: Limits) -> tuple[Signal, ...]:
    """Every point outside and every run of eight, whatever the limits rest on."""
    same = [found.centre] * len(values), [found.low] * len(values), [found.high] * len(values)
    return _marks(values, *same)


def _marks(
    values: Sequence[float], centre: Sequence[float], low: Sequence[float], high: Sequence[float]
) -> tuple[Signal, ...]:
    outside = (
        Signal("outside", "above" if value > top else "below", at, at)
        for at, (value, bottom, top) in enumerate(zip(values, low, high, strict=True))
        if _beyond(value, top) or _beyond(bottom, value)
    )
    return tuple(sorted((*outside, *_runs(values, centre)), key=lambda signal: (signal.since, signal.at)))


def _beyond(one: float, other: float) -> bool:
    """Whether a number is larger by more than computing brings: roots of equal amounts differ in the last digit."""
    return one > other and not math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _runs(values: Sequence[float], centre: Sequence[float]) -> Iterator[Signal]:
    """Runs of eight or more on one side; a point on the middle itself ends one."""
    pairs = enumerate(zip(values, centre, strict=True))
    sides = [(at, _beyond(one, usual), _beyond(usual, one)) for at, (one, usual) in pairs if math.isfinite(one)]
    for (above, below), run in groupby(sides, key=lambda one: one[1:]):
        places = [at for at, *_ in run]
        if len(places) >= RUN and (above or below):
            yield Signal("run", "above" if above else "below", places[-1], places[0])


def uneven(below: Sequence[float]) -> bool:
    """Whether the rows behind the points differ so much (more than four times) that one pair of limits misleads."""
    rows = [n for n in below if n > 0]
    return bool(rows) and max(rows) > MOST_UNEVEN * min(rows)


def _few(series: Series) -> bool:
    """Whether a usual period has so few hits, or so few misses, that the values jump in coarse steps."""
    rows = sum(n > 0 for n in series.below)
    hits, total = math.fsum(series.above), math.fsum(series.below)
    return rows > 0 and min(hits, total - hits if series.kind == "rate" else hits) < FEW * rows


def chart(series: Series, *, baseline: int = BASELINE, restarts: Sequence[date] = (), screen: bool = False) -> Chart:
    """The chart of a series, with limits per point where the rows behind the points are few or differ too much.

    `restarts` are the days from which the user wants new limits. There are no limits for points that overlap.

    Raises:
        ValueError: `restarts` without the days of the points, or numerators, rows or indices of another length.
    """
    _check(series, restarts)
    if series.overlapping:
        return Chart(words=("No limits: each point shares days with the one before. Choose single periods.",))
    per_point = bool(series.below) and series.kind in ("rate", "per") and (uneven(series.below) or _few(series))
    starts = sorted({0, *(_place(series.days, day) for day in restarts)})
    parts = [_part(series, start, end, baseline, per_point, screen)
             for start, end in pairwise([*starts, len(series.values)]) if start < end]  # fmt: skip
    if not parts:
        return Chart(words=(_too_few(0),))
    said = (*parts[-1].words, *_method_words(series, per_point), *(f"Limits restarted on {day_text(day)}."
            for day in sorted(restarts)[-1:]))  # fmt: skip
    centre, low, high, found = (
        tuple(one for part in parts for one in getattr(part, name)) for name in ("centre", "low", "high", "signals")
    )
    return Chart(centre, low, high, found, parts[-1].trial, parts[-1].points, said)


def _check(series: Series, restarts: Sequence[date]) -> None:
    """See that everything that is given per point is as long as the values."""
    length = len(series.values)
    if any(given and len(given) != length for given in (series.above, series.below, series.days, series.season)):
        raise ValueError(f"not everything is given for {length} points")
    if restarts and not series.days:
        raise ValueError("limits cannot restart without the days of the points")


def _place(days: Sequence[date], day: date) -> int:
    """The period in which a day lies."""
    return max(bisect_right(days, day) - 1, 0)


def _part(series: Series, start: int, end: int, baseline: int, per_point: bool, screen: bool) -> Chart:
    """The chart of the points from `start` up to `end`, signals counted in the whole series."""
    if per_point:
        found = _pooled_part(series, start, end, baseline)
    else:
        found = _natural_part(series, start, end, baseline, screen)
    moved = tuple(Signal(one.rule, one.side, one.at + start, one.since + start) for one in found.signals)
    return Chart(found.centre, found.low, found.high, moved, found.trial, found.points, found.words)


def _natural_part(series: Series, start: int, end: int, baseline: int, screen: bool) -> Chart:
    index = series.season[start:end] or (1.0,) * (end - start)
    flat = [value / usual for value, usual in zip(series.values[start:end], index, strict=True)]
    found = limits(flat, kind=series.kind, baseline=baseline, screen=screen)
    known = sum(map(math.isfinite, flat))
    if found is None:
        return _none(end - start, known)
    centre, low, high = (tuple(level * one for one in index) for level in (found.centre, found.low, found.high))
    return Chart(centre, low, high, signals(flat, found), found.trial, known - found.points, _limit_words(found.points))


def _pooled_part(series: Series, start: int, end: int, baseline: int) -> Chart:
    """Limits round the pooled rate of the baseline, wider where a point rests on few rows."""
    above, below = series.above[start:end], series.below[start:end]
    values = [hits / rows if rows > 0 else math.nan for hits, rows in zip(above, below, strict=True)]
    known = [at for at, value in enumerate(values) if math.isfinite(value)]
    first = known[:baseline]
    if len(first) < LEAST_POINTS:
        return _none(end - start, len(known))
    hits, rows = math.fsum(above[at] for at in first), math.fsum(below[at] for at in first)
    ends = [_pooled_limits(hits, rows, n, series.kind) for n in below]
    low, high = tuple(one[0] for one in ends), tuple(one[1] for one in ends)
    # most periods of few rows may be empty, and would make runs below the mean
    centre = (median(values[at] for at in first) if _few(series) else hits / rows,) * len(values)
    trial = len(first) < BASELINE
    after = known[len(first)] if len(known) > len(first) else end
    found = () if trial else _marks(values, centre, low, high)
    late = tuple(signal for signal in found if signal.at >= after)
    return Chart(centre, low, high, late, trial, len(known) - len(first), _limit_words(len(first)))


def _pooled_limits(hits: float, total: float, rows: float, kind: Kind) -> tuple[float, float]:
    """Three-sigma limits of a share of `rows` rows, or of a count per row, where `hits` of `total` are usual."""
    if rows <= 0:
        return math.nan, math.nan
    most = _one_more(hits) / total
    if kind == "per":
        low, high = poisson_limits(hits / total * rows, THREE_SIGMA)[0], poisson_limits(most * rows, THREE_SIGMA)[1]
        return low / rows, high / rows
    least = 1 - _one_more(total - hits) / total
    whole = max(round(rows), 1)
    return funnel_exact(max(least, 0.0), whole, THREE_SIGMA)[0], funnel_exact(min(most, 1.0), whole, THREE_SIGMA)[1]


def _none(length: int, known: int) -> Chart:
    nothing = (math.nan,) * length
    return Chart(nothing, nothing, nothing, words=(_too_few(known),))


def _too_few(known: int) -> str:
    return f"No limits yet: {known} of the {LEAST_POINTS} periods they need."


def _limit_words(points: int) -> tuple[str, ...]:
    if points < BASELINE:
        return (f"Trial limits from {points} periods; signals start at {BASELINE}.",)
    return (f"Limits from the first {points} periods.",)


def _method_words(series: Series, per_point: bool) -> tuple[str, ...]:
    """What was done about unequal rows or a season, in one sentence each."""
    if per_point:
        rows = [n for n in series.below if n > 0]
        fewest, most = count_text(min(rows)), count_text(max(rows))
        span = fewest if fewest == most else f"{fewest} to {most}"
        return (f"Each period has its own limits: they rest on {span} rows.",)
    return ("The season is taken out before limits are drawn.",) if series.season else ()


def signal_words(
    signal: Signal, shown: Chart, values: Sequence[float], *, each: str = "period", unit: Unit = "count",
    currency: str = "", style: NumberStyle = ENGLISH,
) -> str:  # fmt: skip
    """A signal in one sentence: "Possible change: 8 weeks in a row below its usual 30"."""

    def said(value: float) -> str:
        # a mean of counts with decimals would look more exact than it is
        shortened = round(value, 0 if abs(value) >= 10 else 1) if unit == "count" else value
        return format_value(shortened, unit, currency, style=style)

    if signal.rule == "run":
        length = sum(map(math.isfinite, values[signal.since : signal.at + 1]))
        return f"Possible change: {length} {each}s in a row {signal.side} its usual {said(shown.centre[signal.at])}."
    sides = (values[signal.at], shown.low[signal.at], shown.high[signal.at])
    now, low, high = map(said, sides)
    if now in (low, high):  # rounded it would be called outside of what it is the end of
        now, low, high = (full_value(value, unit, currency, style) for value in sides)
    return f"Possible change: {now} " + (
        f"instead of {low}." if low == high else f"is outside its usual {low} to {high}."
    )
