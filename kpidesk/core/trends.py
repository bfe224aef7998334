"""A trend: one KPI over periods, with the goals that were in force in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpidesk.core.goals import Baseline
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question


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
