"""Which method stands for the forecast: the one that missed least where all of them were checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations
from random import Random

from kpidesk.core.default_method import best_method, checked, standing_method
from kpidesk.core.forecasts import (
    METHODS,
    Backtest,
    BacktestLine,
    ForecastView,
    Method,
    MethodId,
    Range,
    Track,
    method_name,
)
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period, quarter_period, span_period
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings

QUARTERS = [quarter_period(2024 + at // 4, at % 4 + 1, Settings()) for at in range(8)]
NOW = Question(quarter_period(2026, 1, Settings()))
KPI = Kpi("bookings", "Bookings", "sum(deals.amount where won on closed_at)", "", "money", "higher", "lagging",
          "outcome", "flow_money")  # fmt: skip
SOME = Range(100.0, 80.0, 120.0, "$100", "$80 to $120")


def view(*made: MethodId) -> ForecastView:
    methods = tuple(
        Method(one, method_name(one, NOW.period), "", SOME if one in made else None, "", "", 8)
        for one in ("share", "pipeline", "season")
    )
    return ForecastView(NOW, KPI, "", None, True, "USD", 0.0, "", 0.0, 0.0, 0.0, "", None, "", methods, "share",
                        "Not checked yet.")  # fmt: skip


def record(**errors: Sequence[float | None]) -> Backtest:
    """A check with the errors of each method, quarter by quarter."""
    lines, tracks = [], []
    for method, misses in errors.items():
        known = [miss for miss in misses if miss is not None]
        tracks.append(Track(method, "now", len(known), 0.0, 0, 0, 0, f"missed as {method} does."))  # type: ignore[arg-type]  # a name
        lines += [_line(method, period, miss) for period, miss in zip(QUARTERS, misses, strict=False)]
    return Backtest(NOW, "", None, "USD", tuple(QUARTERS), tuple(lines), tuple(tracks), ("More quarters are needed.",))


def _line(method: str, period: Period, miss: float | None) -> BacktestLine:
    found = None if miss is None else SOME
    return BacktestLine(method, "now", period, date(2024, 2, 1), "exports", found, 1.0, "", miss, "", None)  # type: ignore[arg-type]  # a name


def test_the_smallest_median_miss_decides() -> None:
    found = checked(view("share", "pipeline", "season"), record(share=[0.3] * 8, pipeline=[-0.1] * 8, season=[0.2] * 8))
    assert found.default == "pipeline"
    assert found.default_words == (
        "Open deals: missed as pipeline does. It stands for the forecast as it missed least: in half of the "
        "same 8 quarters by 10.0% or less, "
        "The usual quarter by 20.0%, Pace of past quarters by 30.0%."
    )
    assert [one.track.method for one in found.methods if one.track] == ["share", "pipeline", "season"]


def test_methods_are_compared_in_the_periods_that_all_of_them_have() -> None:
    """The season was lucky in four years that the pace was not checked in."""
    season = [0.0] * 4 + [0.5] * 4
    found = checked(view("share", "season"), record(share=[None] * 4 + [0.2] * 4, season=season))
    assert found.default == "share"
    assert found.default_words.endswith(
        "in half of the same 4 quarters by 20.0% or less, The usual quarter by 50.0%."
    ), "like for like, whatever each missed by in quarters of its own"
    alone = checked(view("share", "season"), record(share=[None] * 5 + [0.2] * 3, season=season))
    assert alone.default == "season"
    assert alone.default_words == (
        "The usual quarter: missed as season does. It stands for the forecast as no other method could be checked in 4 "
        "quarters: "
        "Pace of past quarters missed by less, but was checked in only 3."
    )
    worse = checked(view("share", "season"), record(share=[None] * 5 + [0.9] * 3, season=season))
    assert worse.default_words == "The usual quarter: missed as season does."


def test_too_few_checks_change_nothing_but_say_so() -> None:
    found = checked(view("share", "season"), record(share=[0.1] * 3, season=[0.0] * 3))
    assert (found.default, found.default_words) == ("share", "Not checked yet. More quarters are needed.")


def test_a_method_without_a_forecast_cannot_be_the_default() -> None:
    found = checked(view("season"), record(share=[0.0] * 8, season=[0.4] * 8))
    assert found.default == "season"
    assert found.forecast == found.methods[2]
    assert replace(found, default=None).forecast is None


def test_methods_are_named_for_their_periods() -> None:
    assert method_name("share", NOW.period) == "Pace of past quarters"
    assert method_name("season", span_period(date(2024, 1, 1), date(2024, 2, 9))) == "The usual period"


def test_the_method_that_stands_is_found_without_asking_all_of_them() -> None:
    draw, asked, tried = Random(7), 0, 0
    for _ in range(20):
        errors = {one: [draw.uniform(-0.3, 0.3) for _ in range(draw.randint(0, 8))] for one in METHODS}
        past = record(**errors).lines
        for usable in (set(some) for size in range(4) for some in combinations(METHODS, size)):
            calls: list[MethodId] = []

            def can_say(one: MethodId, calls: list[MethodId] = calls, usable: set[MethodId] = usable) -> bool:
                calls.append(one)
                return one in usable

            best = best_method(past, usable)
            stands = best.method if best is not None else "share" if "share" in usable else None
            assert standing_method(past, can_say) == stands
            asked, tried = asked + len(calls), tried + 1
    assert asked < 2.5 * tried
