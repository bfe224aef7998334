"""Baselines from past periods: every method as a function of what the periods came to, and which one to take.

Only whole periods count: one that is still running, or in which the data begin, never enters. Ratios are pooled
as sums of numerators over sums of denominators, medians come from pooled rows, so nothing is an average of
averages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import fmean, median

import numpy as np

from kpidesk.core.formats import day_text, whole_percent
from kpidesk.core.goals import LEAST_ROWS, Baseline, BaselineMethod
from kpidesk.core.kpis import Benchmark, Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, place_in_year, shift_years
from kpidesk.core.results import Result
from kpidesk.core.settings import Settings
from kpidesk.stats.cycles import explained_share
from kpidesk.stats.intervals import poisson_interval, wilson

TRAILING = 4
LEAST_TRAILING = 2
SEASON_SHARE = 0.25
LEAST_IN_SEASON = 20
"""From how many rows a period on its ups and downs are a season: those of fewer are mostly luck."""
_COUNTS = {2: "two", 3: "three"}
_SEASONS = {"month": 12, "quarter": 4}
_POOLED = ("ratio", "cohort", "money_ratio", "mean_time")


@dataclass(frozen=True, slots=True)
class Past:
    """What a KPI came to in one past period. `complete`: the data cover every day of it."""

    period: Period
    result: Result
    complete: bool = True


Pooler = Callable[[tuple[Period, ...]], Result]
"""Evaluates a KPI over the rows of several periods together; needed for medians only."""


@dataclass(frozen=True, slots=True)
class Found:
    """A baseline found by one method: value, method, the periods and rows behind it, and why.

    `periods` is how many periods the `n` rows lie in, 0 where there are none. `pasts` are those it was worked out from,
    `inputs` the receipt codes of their numbers.
    """

    value: float
    method: BaselineMethod
    window: str
    n: float
    interval: tuple[float, float] | None
    weak: bool
    why: str
    periods: int = 0
    pasts: tuple[Past, ...] = ()
    inputs: tuple[str, ...] = ()

    def as_baseline(self, kpi: Kpi, scope: Scope, period: Period) -> Baseline:
        """The same as a baseline of a KPI for a scope and a period."""
        return Baseline(
            kpi.id, scope, period, self.value, self.method, self.window, self.n, self.interval, self.weak, self.why,
            inputs=self.inputs,
        )  # fmt: skip


def usable(history: Sequence[Past], period: Period) -> tuple[Past, ...]:
    """The whole periods before `period` that have a value, oldest first."""
    whole = (past for past in history if past.complete and past.period.end <= period.start)
    return tuple(sorted((past for past in whole if past.result.value is not None), key=lambda past: past.period))


def recent(history: Sequence[Past], period: Period, count: int) -> tuple[Past, ...]:
    """Those of the last `count` whole periods before `period` that have a value: what lies further back is too old."""
    whole = sorted((past for past in history if past.complete and past.period.end <= period.start),
                   key=lambda past: past.period)  # fmt: skip
    return tuple(past for past in whole[-count:] if past.result.value is not None)


def pooled_ratio(results: Sequence[Result]) -> float | None:
    """Sum of numerators over sum of denominators; None when there is nothing to divide by."""
    below = math.fsum(result.denominator or 0.0 for result in results)
    return math.fsum(result.numerator or 0.0 for result in results) / below if below else None


def together(kpi: Kpi, pasts: Sequence[Past], pool: Pooler | None = None) -> Result | None:
    """What several periods come to as one, in the measure of a single period; None where that cannot be said."""
    results = [past.result for past in pasts]
    if not results:
        return None
    n = math.fsum(result.n for result in results)
    if kpi.kpi_class == "median":
        return pool(tuple(past.period for past in pasts)) if pool else None
    if kpi.kpi_class in _POOLED and all(result.denominator is not None for result in results):
        above = math.fsum(result.numerator or 0.0 for result in results)
        below = math.fsum(result.denominator or 0.0 for result in results)
        interval = wilson(above, below) if kpi.is_rate else None
        return Result(pooled_ratio(results), n, above, below, interval)
    mean = fmean(result.value for result in results if result.value is not None)
    return Result(mean, n, interval=_count_interval(kpi, results))


def _count_interval(kpi: Kpi, results: Sequence[Result]) -> tuple[float, float] | None:
    if kpi.kpi_class not in ("flow_count", "distinct"):
        return None
    ends = poisson_interval(math.fsum(result.value or 0.0 for result in results))
    return (ends[0] / len(results), ends[1] / len(results)) if ends else None


def trailing(kpi: Kpi, history: Sequence[Past], period: Period, pool: Pooler | None = None) -> Found | None:
    """The last four whole periods together; two or three with rows will do but make a weak baseline."""
    last = recent(history, period, TRAILING)
    found = together(kpi, last, pool)
    if len(last) < LEAST_TRAILING or found is None or found.value is None:
        return None
    return _found(kpi, found, "trailing_4", last, short=len(last) < TRAILING,
                  why=_trailing_words(last, history, period))  # fmt: skip


def _trailing_words(pasts: Sequence[Past], history: Sequence[Past], period: Period) -> str:
    each = "periods" if pasts[0].period.grain == "span" else f"{pasts[0].period.grain}s"
    if len(pasts) == TRAILING:
        return f"four whole {each} even out a good or a bad one"
    few, first = _COUNTS[len(pasts)], _first_of_data(history, period)
    later = [past for past in history if first is not None and first[0] < past.period < period]
    whole = sum(past.complete for past in later)
    if first is None or whole > len(pasts):
        last = _COUNTS.get(whole if first is not None else TRAILING, "four")
        return f"only {few} of the last {last} whole {each} have a value"
    inside, day = first
    return f"only {few} whole {each} lie before it, for the data begin on {day_text(day)}, inside {inside.label}"


def _first_of_data(history: Sequence[Past], period: Period) -> tuple[Period, date] | None:
    """The last period before inside which the data begin, and on which day; None where they begin inside none."""
    begun = ((past.period, past.result.begins) for past in history if past.period.end <= period.start)
    return max(((one, day) for one, day in begun if day is not None), default=None)


def trailing_median(kpi: Kpi, history: Sequence[Past], period: Period) -> Found | None:
    """The middle of the last four values, for when one of them was a freak."""
    last = recent(history, period, TRAILING)
    if len(last) < TRAILING:
        return None
    middle = Result(median(_values(last)), math.fsum(past.result.n for past in last))
    return _found(kpi, middle, "trailing_4_median", last, why="one unusual period does not move it")


def same_period_last_year(kpi: Kpi, history: Sequence[Past], period: Period, settings: Settings) -> Found | None:
    """What the same period came to a year before."""
    past = _year_before(history, period, settings)
    return None if past is None else _found(kpi, past.result, "same_period_last_year", (past,), why="the same season")


def _year_before(history: Sequence[Past], period: Period, settings: Settings) -> Past | None:
    wanted = shift_years(period, -1, settings)
    return next((past for past in usable(history, period) if past.period.start == wanted.start), None)


def last_year_grown(
    kpi: Kpi, history: Sequence[Past], period: Period, settings: Settings, pool: Pooler | None = None
) -> Found | None:
    """The same period last year times the growth of the last year over the year before it."""
    past = _year_before(history, period, settings)
    season = _SEASONS.get(period.grain)
    ready = recent(history, period, 2 * season) if season else ()
    if past is None or past.result.value is None or season is None or len(ready) < 2 * season:
        return None
    new = together(kpi, ready[-season:], pool)
    old = together(kpi, ready[-2 * season : -season], pool)
    if new is None or old is None or new.value is None or not old.value:
        return None
    behind = tuple(dict.fromkeys((past, *ready[-2 * season :])))
    grown = Result(past.result.value * new.value / old.value, math.fsum(one.result.n for one in behind))
    why = f"grown by {new.value / old.value:.3g} as the last year against the one before"
    return _found(kpi, grown, "sply_growth", behind, why=why)


@dataclass(frozen=True, slots=True)
class Season:
    """How a year is shaped: an index per period of the year (mean 1), the present level, and how clear it is.

    `explained` is the share of the variation inside years that the season accounts for, corrected for the
    number of indices, so that it is about 0 for pure noise.
    """

    index: tuple[float, ...]
    level: float
    explained: float


def season_of(history: Sequence[Past], period: Period, settings: Settings) -> Season | None:
    """The season of a series of quarters or months; None below two whole years or for values that are not positive.

    The index of a quarter is the mean over years of the quarter divided by the mean of its year; the level is
    the mean of the last year without its season.
    """
    length = _SEASONS.get(period.grain)
    ready = usable(history, period)
    if length is None or len(ready) < 2 * length or min(_values(ready)) <= 0:
        return None
    last = recent(history, period, length)
    if len(last) < length:
        return None
    years = _whole_years(ready, length, settings)
    if len(years) < 2:
        return None
    shapes = np.array(years) / np.mean(years, axis=1, keepdims=True)
    raw = shapes.mean(axis=0)
    index = raw / raw.mean()
    flat = [
        value / index[_place(past.period, length, settings)] for past, value in zip(last, _values(last), strict=True)
    ]
    return Season(tuple(float(one) for one in index), fmean(flat), explained_share(shapes))


def _place(period: Period, length: int, settings: Settings) -> int:
    """The place of a period in its fiscal year, counted from 0."""
    return (place_in_year(period, settings)[1] - 1) * length // 12


def _whole_years(ready: Sequence[Past], length: int, settings: Settings) -> list[list[float]]:
    years: dict[int, dict[int, float]] = {}
    for past, value in zip(ready, _values(ready), strict=True):
        year, _ = place_in_year(past.period, settings)
        years.setdefault(year, {})[_place(past.period, length, settings)] = value
    return [[year[at] for at in range(length)] for _, year in sorted(years.items()) if len(year) == length]


def seasonal(kpi: Kpi, history: Sequence[Past], period: Period, settings: Settings) -> Found | None:
    """The present level times the index of this part of the year."""
    season = season_of(history, period, settings)
    if season is None:
        return None
    value = season.level * season.index[_place(period, len(season.index), settings)]
    ready = usable(history, period)
    n = math.fsum(past.result.n for past in ready)
    why = f"{whole_percent(max(season.explained, 0))}% of the ups and downs within a year follow the season"
    return _found(kpi, Result(value, n), "seasonal", ready, why=why)


def from_benchmark(benchmarks: Sequence[Benchmark]) -> Found | None:
    """The middle of the first published figure that has one: not your data, so always weak."""
    for mark in benchmarks:
        ends = [end for end in (mark.low, mark.high) if end is not None]
        if ends:
            why = f"{mark.source}: not your data"
            return Found(fmean(ends), "benchmark", mark.text, 0.0, None, True, why)
    return None


def typed(value: float, why: str = "") -> Found:
    """A baseline typed by hand."""
    return Found(value, "manual", "", 0.0, None, False, why)


def choose(
    kpi: Kpi, history: Sequence[Past], period: Period, settings: Settings, pool: Pooler | None = None
) -> Found | None:
    """The first method the data allow, with the reason; None when only typing one is left.

    Seasonal where two years or more show a season and have rows enough for one, then the last four periods, the same
    period last year, a published benchmark.
    """
    season = season_of(history, period, settings)
    if season is not None and season.explained > SEASON_SHARE and _has_rows(usable(history, period)):
        return seasonal(kpi, history, period, settings)
    return (
        trailing(kpi, history, period, pool)
        or same_period_last_year(kpi, history, period, settings)
        or _instead_of_history(from_benchmark(kpi.benchmarks), period)
    )


def _has_rows(pasts: Sequence[Past]) -> bool:
    return fmean(past.result.n for past in pasts) >= LEAST_IN_SEASON


def _instead_of_history(found: Found | None, period: Period) -> Found | None:
    """A published figure that stands in, marked as such before anything else is said of it."""
    if found is None:
        return None
    source = found.why.partition(":")[0]
    missing = f"Too little history of your own before {period.label}: this is a published figure, not yours"
    return replace(found, why=f"{missing} ({source})")


def baseline_by(
    method: BaselineMethod, kpi: Kpi, history: Sequence[Past], period: Period, settings: Settings,
    pool: Pooler | None = None,
) -> Found | None:  # fmt: skip
    """The baseline by a named method; None when the data do not allow it. A typed one comes from `typed`."""
    methods: dict[BaselineMethod, Callable[[], Found | None]] = {
        "same_period_last_year": lambda: same_period_last_year(kpi, history, period, settings),
        "sply_growth": lambda: last_year_grown(kpi, history, period, settings, pool),
        "trailing_4": lambda: trailing(kpi, history, period, pool),
        "trailing_4_median": lambda: trailing_median(kpi, history, period),
        "seasonal": lambda: seasonal(kpi, history, period, settings),
        "benchmark": lambda: from_benchmark(kpi.benchmarks),
    }
    return methods[method]() if method in methods else None


def _values(pasts: Sequence[Past]) -> list[float]:
    return [past.result.value for past in pasts if past.result.value is not None]


def _found(
    kpi: Kpi, result: Result, method: BaselineMethod, pasts: Sequence[Past], *, why: str, short: bool = False
) -> Found | None:
    """The baseline, marked weak when it rests on too few rows or periods."""
    if result.value is None or not math.isfinite(result.value):
        return None
    ordered = sorted(past.period for past in pasts)
    window = ordered[0].label if len(ordered) == 1 else f"{ordered[0].label} – {ordered[-1].label}"
    weak = short or result.n < LEAST_ROWS.get(kpi.kpi_class, 0)
    return Found(result.value, method, window, result.n, result.interval, weak, why, len(pasts), tuple(pasts))
