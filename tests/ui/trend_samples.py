"""Trends with everything that explains them, made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kpidesk.core.periods import quarter_period
from kpidesk.core.trend_layers import LAYERS, Layer
from kpidesk.core.trend_parts import (
    BenchmarkRange,
    Elapsed,
    Line,
    Running,
    Sizes,
    TrendMark,
    Usual,
    UsualSignal,
)
from kpidesk.core.trends import Trend
from tests.ui.samples import CASES, SETTINGS, trend

ALL = frozenset(LAYERS)
PERIODS = 13
RUNNING = Running(
    at=12, share=0.8, basis="as past periods went", days_gone=52, days_left=12, point=1_600_000, low=1_450_000,
    high=1_800_000, required=9_500,
    elapsed=Elapsed(quarter_period(2026, 2, SETTINGS), date(2026, 6, 16), 1_100_000, "$1.10M"),
    words=("On the same working day of Q2 2026: $1.10M.", "Heading for $1.45M to $1.80M, as past quarters went."),
)  # fmt: skip
USUAL = Usual(
    (900_000.0,) * 12 + (None,), (1_100_000.0,) * 12 + (None,), (1_280_000.0,) * 12 + (None,),
    (UsualSignal(11, 11, "above", "Possible change: $1.31M is outside its usual $900K to $1.28M."),),
    words=("Usual range from the first 12 periods.",),
)  # fmt: skip
MARKS = (
    TrendMark(1, 4.1, date(2024, 9, 2), "New price list", "note"),
    TrendMark(2, 4.2, date(2024, 9, 9), "Call back within a day begins", "initiative"),
    TrendMark(3, 9.0, date(2025, 11, 15), "New limits: two teams became one", "limits"),
)
YEAR = Line("year", "A year before", (None, *(1_000_000.0,) * 12), ("", *("$1.00M in Q1 2025",) * 12))
SIZES = Sizes(10_000, 900_000, (20, 8, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1), 30_000, 0.71, "One deal is 71% of the value.")


def explained(layers: frozenset[Layer] = ALL) -> Trend:
    """Bookings with every part."""
    whole = trend(CASES[0])
    points = tuple(replace(one, sizes=SIZES) if at == 12 else one for at, one in enumerate(whole.points))
    return replace(
        whole, points=points, currency="USD", running=RUNNING, usual=USUAL, marks=MARKS, lines=(YEAR,), layers=layers,
        benchmark=BenchmarkRange(1_000_000, 1_200_000, "1.0 to 1.2 million (a survey, 2025)"),
        remarks=("In Q3 2026 one deal is 71% of the value.",),
    )  # fmt: skip


def cohort() -> Trend:
    """A share of cohorts of which the last two are not settled."""
    whole = trend(CASES[6])
    shares = (None,) * 11 + (0.2, 0.6)
    points = tuple(replace(one, still_open=share) for one, share in zip(whole.points, shares, strict=True))
    return replace(whole, points=points)


def valued(*values: float | None) -> Trend:
    """A trend of these values alone, without goals."""
    whole = trend(CASES[0])
    points = tuple(
        replace(one, result=replace(one.result, value=value), minimum=None, target=None, stretch=None, partial=False,
                starts_inside=False, value_text="—" if value is None else f"{value:,.0f}")
        for one, value in zip(whole.points[-len(values):], values, strict=True)
    ) if values else ()  # fmt: skip
    return replace(whole, points=points, baseline=None)
