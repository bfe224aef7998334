"""Textbook intervals and accuracy measures as published."""

from __future__ import annotations

import pytest

from kpidesk.stats.forecasting import Forecast, accuracy, mean_forecast, seasonal_naive
from tests.stats.vectors import cases, near

EXACT = 0.95000420  # the cases round the quantile to 1.96


def ends(found: Forecast | None) -> list[float]:
    assert found is not None
    return [found.low, found.high]


def test_intervals_as_published() -> None:
    case = cases("V-PI")[0]
    y = case["y"]
    for steps, name in ((1, "h1"), (3, "h3")):
        assert ends(seasonal_naive(y, 1, steps, EXACT)) == pytest.approx(case["naive"][name], abs=1e-5)
    for steps, name in ((1, "h1"), (5, "h5")):
        assert ends(seasonal_naive(y, 4, steps, EXACT)) == pytest.approx(case["seasonal_naive_m4"][name], abs=1e-5)
    assert ends(mean_forecast(y, EXACT)) == pytest.approx(case["mean"]["h1"], abs=1e-5)
    for found, wanted in ((seasonal_naive(y, 1), case["naive"]["sigma"]), (mean_forecast(y), case["mean"]["s"]),
                          (seasonal_naive(y, 4), case["seasonal_naive_m4"]["sigma"])):  # fmt: skip
        assert found is not None
        assert found.spread == near(wanted)


def test_a_season_repeats_itself_and_too_few_values_say_nothing() -> None:
    points = [found.point for steps in range(1, 6) if (found := seasonal_naive([1, 2, 3, 4, 5], 4, steps))]
    assert points == [2, 3, 4, 5, 2]
    widths = [found.high - found.low for steps in (1, 4, 5) if (found := seasonal_naive([1, 2, 3, 4, 6], 4, steps))]
    assert widths == pytest.approx([widths[0], widths[0], widths[0] * 2**0.5])
    assert seasonal_naive([1, 2, 3, 4], 4) is None
    assert seasonal_naive([1], 1) is None
    assert mean_forecast([1]) is None


def test_accuracy_as_published() -> None:
    case = cases("V-FACC")[0]
    found = accuracy(case["forecast"], case["actual"])
    assert found is not None
    assert (found.wape, found.bias, found.total) == near((case["wape"], case["bias"], case["team_accuracy_total"]))


def test_measures_that_do_not_exist_are_left_out() -> None:
    nothing = accuracy([0.0], [0.0])
    assert nothing is not None
    assert (nothing.wape, nothing.bias, nothing.total) == (None,) * 3
    assert accuracy([], []) is None
