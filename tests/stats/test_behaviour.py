"""Natural limits of a process against a worked example, and how many periods a change needs."""

from __future__ import annotations

import math

import pytest

from kpidesk.stats.behaviour import natural_limits, periods_to_show
from kpidesk.stats.power import needed_n, periods_for_count, periods_for_rate, power_at

SERIES = (11, 4, 6, 4, 5, 7, 5, 4, 7, 12, 4, 2)


def test_limits_are_the_mean_and_two_point_66_mean_ranges() -> None:
    """Ranges 7 2 2 1 2 2 1 3 5 8 2 are 35 in 11 steps, the values 71 in 12."""
    found = natural_limits(SERIES)
    assert found is not None
    assert found.centre == pytest.approx(71 / 12)
    assert (found.low, found.high) == pytest.approx((71 / 12 - 2.66 * 35 / 11, 71 / 12 + 2.66 * 35 / 11))
    assert found.spread == pytest.approx(35 / 11 / 1.128)


def test_fewer_than_eight_values_have_no_limits() -> None:
    assert natural_limits(SERIES[:7]) is None
    assert natural_limits(SERIES[:8]) is not None


def test_periods_for_a_rate_are_the_rows_needed_by_the_rows_there_are() -> None:
    rows = needed_n(0.22, 0.242)
    assert rows == 5761
    found = periods_for_rate(0.22, 0.242, 96)
    assert found == pytest.approx(5761 / 96)
    assert found is not None
    assert power_at(0.22, 0.242, 96 * found) == pytest.approx(0.8, abs=1e-3)
    assert periods_for_rate(0.22, 0.22, 96) is None
    assert periods_for_rate(0.22, 0.3, 0) is None


def test_periods_for_a_count_grow_as_the_step_shrinks() -> None:
    """From 100 to 121 is from 10 to 11 in square roots: (2.8016 / √2)² = 3.925 periods."""
    assert periods_for_count(100, 121) == pytest.approx(3.9244, abs=1e-3)
    assert periods_for_count(100, 100) is None


def test_periods_for_a_mean_follow_the_normal_formula() -> None:
    assert periods_to_show(10, 5, 2.8) == pytest.approx(2 * (2.8 * 10 / 5) ** 2)
    assert periods_to_show(10, 0, 2.8) is None
    assert periods_to_show(10, math.inf, 2.8) is None
