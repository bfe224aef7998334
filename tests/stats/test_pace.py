from __future__ import annotations

from datetime import date
from itertools import accumulate

import pytest

from kpidesk.core.periods import quarter_period, span_period
from kpidesk.core.settings import Settings
from kpidesk.core.worktime import read_work_week, working_days
from kpidesk.stats.pace import (
    business_days,
    business_share,
    calendar_share,
    curve_share,
    history_curve,
    pace_of,
    projection,
    required_per_day,
)
from tests.stats.vectors import cases, near

Q2 = quarter_period(2025, 2, Settings())


def test_pace_of_a_quarter_as_published() -> None:
    setting, *rest = cases("V-PACE")
    holidays = [date.fromisoformat(day) for day in setting["holidays"]]
    for case in rest:
        day = date.fromisoformat(case["as_of"][:10])
        calendar, business = calendar_share(Q2, day), business_share(Q2, day, holidays)
        seasonal = curve_share(setting["curve"], (day - Q2.start).days / 7)
        assert (calendar, business, seasonal) == near((case["calendar"], case["business"], case["seasonal"]))
        pace = pace_of(Q2, day, holidays=holidays)
        assert [pace.days_gone, pace.days_total] == case["business_days"]
        assert pace.share == near(case["business"])
        actual, target = case["actual"], case["target"]
        for share, name in ((calendar, "run_rate_projection_calendar"), (seasonal, "projection_seasonal")):
            shown = projection(actual, share)
            assert shown is None if share < 0.2 else shown == near(case[name])
        left = pace.days_total - pace.days_gone
        assert required_per_day(target, actual, left) == near(case["required_per_business_day"])


def test_before_and_after_the_period() -> None:
    for day, share in (
        (date(2025, 1, 1), 0.0),
        (date(2025, 4, 1), 0.0),
        (date(2025, 7, 1), 1.0),
        (date(2026, 1, 1), 1.0),
    ):
        assert calendar_share(Q2, day) == share
        assert business_share(Q2, day) == share
        assert pace_of(Q2, day).share == share


def test_april_has_22_business_days_and_a_weekend_none() -> None:
    assert business_days(date(2025, 4, 1), date(2025, 5, 1)) == 22
    assert business_days(date(2025, 4, 1), date(2025, 5, 1), [date(2025, 4, 18), date(2025, 4, 19)]) == 21
    sunday_to_thursday = read_work_week("Sun-Thu 09:00-17:00")
    assert business_days(date(2025, 4, 1), date(2025, 5, 1), week=working_days(sunday_to_thursday)) == 22
    assert business_share(Q2, date(2025, 4, 5), (), working_days(sunday_to_thursday)) == 3 / 65  # Friday was free
    weekend = span_period(date(2025, 4, 5), date(2025, 4, 6))
    assert pace_of(weekend, date(2025, 4, 6)).basis == "calendar"
    assert business_share(weekend, date(2025, 4, 6)) == 0.5


def test_back_loaded_quarter_is_on_pace_at_day_60_with_40_percent() -> None:
    months = list(accumulate((0.15, 0.25, 0.60)))
    assert curve_share(months, 60 / 30) == pytest.approx(0.40)
    assert calendar_share(Q2, date(2025, 5, 31)) == pytest.approx(60 / 91)


def test_history_is_the_mean_of_past_shares() -> None:
    half_then_all = [50.0] * 30 + [100.0] * 30
    all_at_once = [10.0] * 60
    curve = history_curve([half_then_all, half_then_all, all_at_once, all_at_once])
    assert curve is not None
    # past the first day: half the periods stand at 50 %, half at 100 %
    assert curve_share(curve, len(curve) * 0.25) == pytest.approx(0.75)
    assert curve_share(curve, len(curve)) == 1.0
    pace = pace_of(Q2, date(2025, 4, 24), curve=curve)
    assert pace.basis == "history"
    assert pace.share == pytest.approx(0.75)


def test_three_periods_or_empty_ones_are_too_short_a_history() -> None:
    assert history_curve([[1.0, 2.0]] * 3) is None
    assert history_curve([[0.0, 0.0]] * 8) is None


def test_nothing_more_is_needed_once_reached_and_nothing_helps_without_days() -> None:
    assert required_per_day(100, 100, 5) == 0
    assert required_per_day(100, 40, 0) is None
    assert required_per_day(100, 40, 6) == 10
