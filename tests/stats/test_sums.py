"""Sums and means of few large amounts: luck is called luck, and a real change is found."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from kpidesk.stats.sums import change_of_nothing, mean_change, sum_change
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


@pytest.mark.parametrize("amounts", [[900.0] * 5, [1.0, 20.0, 300.0, 5.0, 4000.0, 7.5], [250.0, 10.0] * 5])
@pytest.mark.parametrize("share", [0.5, 0.25])
def test_money_from_and_to_nothing_is_told_by_every_way_to_share_the_amounts_out(
    amounts: list[float], share: float
) -> None:
    """`share` is how much of the time lies on the side that has all of them."""
    whole = sum(amounts)
    chance = sum(
        math.prod(share if here else 1 - share for here in ways)
        for ways in itertools.product((True, False), repeat=len(amounts))
        if sum(amount for amount, here in zip(amounts, ways, strict=True) if here) >= whole
    )
    rows, times = float(len(amounts)), (1 - share, share)
    up = change_of_nothing(0.0, whole, (0.0, rows), time_before=times[0], time_after=times[1])
    down = change_of_nothing(whole, 0.0, (rows, 0.0), time_before=times[1], time_after=times[0])
    assert {up.finding, down.finding} == {"real" if 2 * chance <= 0.05 else "too_early"}


def test_money_from_and_to_nothing_in_words() -> None:
    said = {
        (0, 60_000, 0, 8): "Really higher: $60.0K instead of nothing.",
        (60_000, 0, 8, 0): "Really lower: nothing instead of $60.0K.",
        (0, 900_000, 0, 5): "Only 5 rows now: too few to tell a change.",
        (900_000, 0, 1, 0): "Only 1 row before: too few to tell a change.",
    }
    for (before, after, *rows), words in said.items():
        assert change_of_nothing(before, after, (rows[0], rows[1]), currency="USD").words == words
    unsure = change_of_nothing(0, 60_000, (0, 8), currency="USD", confidence=0.999)
    assert (unsure.finding, unsure.words) == ("cannot_tell", "Up $60.0K: could be luck.")


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
