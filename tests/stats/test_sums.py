"""Sums and means of few large amounts: luck is called luck, and a real change is found."""

from __future__ import annotations

import numpy as np
import pytest

from kpidesk.stats.sums import mean_change, sum_change
from kpidesk.stats.surprise import surprise


def test_a_sum_has_the_variance_of_its_squares() -> None:
    before, after = [100.0] * 20, [100.0] * 40
    found = sum_change(before, after)
    # compound Poisson by hand: 60 amounts of 100, so an error of 100 times the root of 60
    half = 1.959964 * 100 * 60**0.5
    assert (found.finding, found.change) == ("real", 2000)
    assert (found.low, found.high) == pytest.approx((2000 - half, 2000 + half))
    assert sum_change(before, [100.0] * 30).finding == "cannot_tell"
    assert sum_change(before, [100.0] * 9).finding == "too_early"


def test_pure_luck_is_called_real_about_one_time_in_twenty() -> None:
    random = np.random.default_rng(7)

    def sales() -> list[float]:
        return list(random.lognormal(9, 0.8, random.poisson(60)))

    called = sum(sum_change(sales(), sales()).finding == "real" for _ in range(400))
    assert 0.02 <= called / 400 <= 0.08


def test_a_mean_is_judged_by_the_intervals_of_both() -> None:
    low, high = [1000.0 + at for at in range(20)], [2000.0 + at for at in range(20)]
    assert mean_change(low, high).finding == "real"
    assert mean_change(low, high).change == pytest.approx(1000)
    assert mean_change(low, list(reversed(low))).words == "No change."
    assert mean_change(low, high[:5]).finding == "too_early"


def test_surprise_is_the_divergence_of_the_shares_by_part() -> None:
    assert surprise({"a": 10, "b": 30}, {"a": 100, "b": 300}) == pytest.approx(0)
    # shares 1/0 and 0/1 share nothing: one bit, for the one part more than one
    assert surprise({"a": 5}, {"b": 7}) == pytest.approx(1)
    half = surprise({"a": 5, "b": 0, "c": 0}, {"a": 0, "b": 4, "c": 3})
    assert half == pytest.approx(0.5)
    assert surprise({"a": 5}, {"a": 9}) == surprise({}, {}) == surprise({"a": -1, "b": 2}, {"a": 1, "b": 2}) == 0
