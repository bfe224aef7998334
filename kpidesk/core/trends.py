"""A trend: one KPI over periods, with the goals that were in force in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpidesk.core.goals import Baseline
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question

LEAST_PERIODS = 4


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One period of a trend. `partial`: not over in the data, drawn hollow; `starts_inside`: data begins in it."""

    period: Period
    result: Result
    minimum: float | None
    target: float | None
    stretch: float | None
    partial: bool
    starts_inside: bool
    value_text: str
    sample_text: str


@dataclass(frozen=True, slots=True)
class Trend:
    """One KPI over periods, oldest first. `sentence` says in words what the chart shows.

    `currency` is that of every amount of money in it.
    """

    question: Question
    kpi: Kpi
    points: tuple[TrendPoint, ...]
    baseline: Baseline | None
    as_of: date | None
    sentence: str
    title: str
    notices: tuple[str, ...] = ()
    currency: str = ""


def begun(trends: Sequence[Trend]) -> tuple[Trend, ...]:
    """Trends over the same periods without those before the first value of any; the last four always stay.

    Trends without any value stay as they are.
    """
    most = min((len(trend.points) for trend in trends), default=0)
    valued = (at for at in range(most) if any(trend.points[at].result.value is not None for trend in trends))
    cut = max(0, min(next(valued, 0), most - LEAST_PERIODS))
    return tuple(replace(trend, points=trend.points[cut:]) for trend in trends)
