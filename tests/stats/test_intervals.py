from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from kpidesk.stats.intervals import (
    balance_many,
    chance_at_least,
    clopper_pearson,
    funnel_exact,
    mean_interval,
    median_coverage,
    median_interval,
    median_ranks,
    newcombe,
    poisson_interval,
    poisson_many,
    wilson,
    wilson_many,
    z_value,
)
from tests.stats.vectors import cases, near


def test_rates_as_published() -> None:
    for case in cases("V-PROP"):
        x, n, confidence = case["x"], case["n"], case["conf"]
        assert wilson(x, n, confidence) == near(tuple(case["wilson"]))
        low, high = case["jeffreys"]  # where so large a part of what the product says of one side lies beyond each end
        tail = (1 - confidence) / 2
        assert chance_at_least(x, n, low) == pytest.approx(1.0 if x == 0 else 1 - tail, abs=1e-4)
        assert chance_at_least(x, n, high) == pytest.approx(0.0 if x == n else tail, abs=1e-4)
        assert clopper_pearson(x, n, confidence) == near(tuple(case["clopper_pearson"]))


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (31, 52, 46.1, 71.8),
        (20, 52, 26.5, 52.0),
        (0, 4, 0, 49.0),
        (3, 4, 30.1, 95.4),
        (5, 20, 11.2, 46.9),
        (6, 20, 14.5, 51.9),
    ],
)
def test_wilson_of_small_groups(x: float, n: float, low: float, high: float) -> None:
    interval = wilson(x, n)
    assert interval is not None
    assert [100 * end for end in interval] == pytest.approx([low, high], abs=0.05)


def test_coverage_by_counting_every_outcome() -> None:
    for case in cases("V-COVER"):
        n, p = case["n"], case["p"]
        chance = [math.comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(n + 1)]
        for name, method in (("wilson", wilson_holds), ("jeffreys", jeffreys_holds)):
            assert sum(chance[x] * method(x, n, p) for x in range(n + 1)) == near(case[name]), (n, p, name)


def wilson_holds(x: int, n: int, p: float) -> bool:
    low, high = wilson(x, n) or (math.nan, math.nan)
    return low <= p <= high


def jeffreys_holds(x: int, n: int, p: float) -> bool:
    """Whether neither side of a rate is ruled out; nothing hit, or everything, leaves its own end open."""
    above = chance_at_least(x, n, p) or 0.0
    return (x == 0 or above <= 0.975) and (x == n or above >= 0.025)


def test_differences_as_published() -> None:
    for case in cases("V-DIFF"):
        found = newcombe(case["x1"], case["n1"], case["x2"], case["n2"], case["conf"])
        assert found == near((case["lo"], case["hi"]))


def test_two_reps_who_can_just_be_told_apart() -> None:
    found = newcombe(31, 52, 20, 52)
    assert found is not None
    assert [100 * end for end in found] == pytest.approx([2.0, 38.3], abs=0.05)


def test_counts_as_published() -> None:
    for case in cases("V-POIS"):
        assert poisson_interval(case["x"], case["conf"]) == near((case["lo"], case["hi"]))


@pytest.mark.parametrize("n", [1, 2, 6, 41, 1_000, 99_999])
def test_the_coverage_of_a_median_is_the_binomial_of_scipy(n: int) -> None:
    for rank in {1, n // 3, n // 2 - int(n**0.5), n // 2} - {0}:
        if rank > 0:
            exact = 1 - 2 * float(special.bdtr(rank - 1, n, 0.5))
            assert median_coverage(n, rank) == pytest.approx(exact, abs=1e-9)


def test_median_ranks_as_published() -> None:
    for case in cases("V-MEDCI"):
        ranks = median_ranks(case["n"])
        assert ranks == (None if case["ranks"] is None else tuple(case["ranks"]))
        if ranks is not None:
            assert median_coverage(case["n"], ranks[0]) == near(case["coverage"])


def test_median_interval_takes_the_values_at_the_ranks() -> None:
    days = [3, 5, 8, 13, 21, 34, 55, 89, 144, 233]
    assert median_interval(days) == (5.0, 144.0)
    assert median_interval(np.array(days[:5])) is None


@given(st.integers(min_value=1, max_value=3000))
def test_no_narrower_pair_of_ranks_would_do(n: int) -> None:
    ranks = median_ranks(n)
    if ranks is None:
        assert n < 6
    else:
        assert ranks[0] + ranks[1] == n + 1
        assert median_coverage(n, ranks[0]) >= 0.95
        assert ranks[0] + 1 > n // 2 or median_coverage(n, ranks[0] + 1) < 0.95


def test_mean_of_five_by_the_table_of_student() -> None:
    # mean 6, deviation √2.5, quantile 2.776 at four degrees of freedom
    low, high = mean_interval([4, 5, 6, 7, 8]) or (0, 0)
    assert (low, high) == pytest.approx((6 - 2.7764451 * math.sqrt(0.5), 6 + 2.7764451 * math.sqrt(0.5)))
    assert mean_interval([4.0]) is None


def test_nps_as_published() -> None:
    for case in cases("V-NPS"):
        more, fewer, n = (np.array([float(case[kind])]) for kind in ("promoters", "detractors", "n"))
        low, high = (100 * float(end[0]) for end in balance_many(more, fewer, n))
        ends = case["nps"] - case["moe"], case["nps"] + case["moe"]
        assert (low, high) == near((max(ends[0], -100), min(ends[1], 100)))
    impossible = balance_many(np.array([0.0, 3.0]), np.array([0.0, 3.0]), np.array([0.0, 5.0]))
    assert np.isnan(impossible).all()


@pytest.mark.parametrize("n", [2, 10, 50])
def test_answers_that_are_all_alike_tell_no_certainty(n: int) -> None:
    """At worst every answer that Wilson's interval of n alike leaves to others is the opposite."""
    alike, none, rows = np.array([float(n)]), np.zeros(1), np.array([float(n)])
    found = wilson(n, n)
    assert found is not None
    ends = [[float(end[0]) for end in balance_many(up, down, rows)] for up, down in ((alike, none), (none, alike))]
    assert ends == [near((2 * found[0] - 1, 1)), near((-1, 1 - 2 * found[0]))]
    low, high = balance_many(none, none, rows)
    assert (float(low[0]), float(high[0])) == near((found[0] - 1, 1 - found[0]))


def test_funnel_limits_as_published() -> None:
    for case in cases("V-FUNNEL"):
        for confidence, name in ((0.95, "95"), (0.998, "99.8")):
            assert funnel_exact(case["target"], case["n"], confidence) == near(tuple(case[f"exact_{name}"]))


def test_what_no_rate_is() -> None:
    assert wilson(0, 0) is None
    assert wilson(5, 4) is None
    assert wilson(-1, 4) is None
    assert chance_at_least(math.nan, 4, 0.5) is None
    assert clopper_pearson(3, 0) is None
    assert newcombe(1, 0, 1, 2) is None
    assert poisson_interval(-1) is None


def test_rounding_of_summed_shares_is_no_excess() -> None:
    shares = 0.1 + 0.2  # 0.30000000000000004 of 0.3
    assert wilson(shares, 0.3) == wilson(0.3, 0.3)


def test_chance_of_a_target_falls_from_one_to_nothing() -> None:
    chances = [chance_at_least(22, 100, target) for target in (0, 0.15, 0.22, 0.3, 1)]
    assert chances[0] == 1
    assert chances[-1] == 0
    assert chances == sorted(chances, key=lambda chance: -(chance or 0))
    assert chance_at_least(50, 100, 0.5) == pytest.approx(0.5)
    assert chance_at_least(1, 0, 0.5) is None


def test_normal_quantile() -> None:
    assert z_value() == pytest.approx(1.95996, abs=1e-5)


@given(st.floats(0, 1), st.floats(0.01, 200))
def test_every_interval_of_a_rate_holds_the_rate(rate: float, n: float) -> None:
    x = rate * n
    for method in (wilson, clopper_pearson):
        interval = method(x, n)
        assert interval is not None
        assert 0 <= interval[0] <= x / n + 1e-9
        assert x / n - 1e-9 <= interval[1] <= 1


@given(st.floats(0, 1e6))
def test_interval_of_a_count_holds_the_count(x: float) -> None:
    low, high = poisson_interval(x) or (math.nan, math.nan)
    assert 0 <= low <= x + 1e-9
    assert x <= high


def test_arrays_give_what_single_values_give() -> None:
    x, n = np.array([0.0, 2.5, 7.0, 9.0, 1.0]), np.array([5.0, 5.0, 7.0, 8.0, 0.0])
    low, high = wilson_many(x, n)
    for at in range(3):
        assert (low[at], high[at]) == wilson(x[at], n[at])
    assert np.isnan(low[3:]).all()
    assert np.isnan(high[3:]).all()
    low, high = poisson_many(np.array([0.0, 2.5, np.nan]))
    assert (low[1], high[1]) == poisson_interval(2.5)
    assert low[0] == 0
    assert np.isnan(low[2])
