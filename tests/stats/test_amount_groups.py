"""Sums and means of money against exact Poisson quantiles and against many made-up teams in which nobody differs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from kpidesk.stats.amount_groups import (
    Spread,
    mean_groups,
    spread_of_means,
    spread_of_sums,
    sum_groups,
    sum_interval,
)

WEEKS, TRIALS = 52.0, 70
TEAM = [40.0, 52.0, 26.0, 52.0, 39.0, 52.0, 13.0, 52.0]


def teams(sigma: float) -> list[list[list[float]]]:
    """Teams in which everybody closes one deal a week of the same log-normal sizes, in as many weeks as they work."""
    rng = np.random.default_rng(7)
    return [[rng.lognormal(10, sigma, rng.poisson(worked)).tolist() for worked in TEAM] for _ in range(TRIALS)]


@pytest.mark.parametrize("rate", [0.5, 1.0, 3.0])
def test_with_like_amounts_the_ends_are_those_of_a_poisson_count(rate: float) -> None:
    spread = Spread(500 * rate, 500**2 * rate, 500**3 * rate)
    for confidence in (0.95, 0.998):
        ends = spread.ends(WEEKS, confidence)
        assert ends is not None
        exact = stats.poisson(rate * WEEKS).ppf([(1 - confidence) / 2, (1 + confidence) / 2])
        assert [end * WEEKS / 500 for end in ends] == pytest.approx(exact.tolist(), abs=1.0)


def test_where_one_deal_decides_there_are_no_ends() -> None:
    spread = spread_of_sums([[100.0] * 9 + [100_000.0]], [10.0])
    assert spread is not None
    # two moments by hand: the skewness of one large deal in ten weeks is about one
    skewness = (9 * 100**3 + 100_000**3) / math.pow(9 * 100**2 + 100_000**2, 1.5)
    assert skewness == pytest.approx(1, abs=0.01)
    assert spread.ends(9.0, 0.95) is None
    assert spread.place(1.0, 9.0) is None


@pytest.mark.parametrize("sigma", [0.5, 1.0])
def test_among_equals_few_stand_outside_and_hardly_ever_a_pair_is_told_apart(sigma: float) -> None:
    sums, means, apart = [], [], [0, 0]
    for team in teams(sigma):
        by_week, by_deal = spread_of_sums(team, TEAM), spread_of_means(team)
        assert by_week is not None
        assert by_deal is not None
        sums += [by_week.place(math.fsum(own) / worked, worked) for own, worked in zip(team, TEAM, strict=True)]
        means += [by_deal.place(math.fsum(own) / len(own), len(own)) for own in team if own]
        apart[0] += bool(sum_groups(team, TEAM).apart)
        apart[1] += bool(mean_groups(team).apart)
    for places in (sums, means):
        known = [one.place for one in places if one is not None]
        assert len(known) > 0.6 * len(places)
        assert sum(place != "inside" for place in known) <= 0.065 * len(known)
        assert sum(place.startswith("far") for place in known) <= 0.008 * len(known)
    assert max(apart) <= 0.09 * TRIALS


def test_somebody_with_twice_the_money_is_told_apart() -> None:
    rng = np.random.default_rng(3)
    small = [rng.lognormal(10, 0.5, 60).tolist() for _ in range(3)]
    large = [2 * one for one in rng.lognormal(10, 0.5, 60).tolist()]
    for found in (sum_groups([*small, large], [WEEKS] * 4), mean_groups([*small, large])):
        assert [pair[0] for pair in found.apart] == [3, 3, 3]
    low, high = sum_interval(large, WEEKS) or (0.0, 0.0)
    assert low < math.fsum(large) / WEEKS < high
    assert sum_interval(large[:9], WEEKS) is None
