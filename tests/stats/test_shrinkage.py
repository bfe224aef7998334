"""Shrunk rates against the published cases, and the estimator of the spread against made-up reps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kpidesk.stats.shrinkage import Prior, prior_of, shrunk, shrunk_rate
from tests.stats.vectors import cases, near


def test_reps_as_published() -> None:
    case = cases("V-EB")[0]
    x, n = [rep["x"] for rep in case["reps"]], [rep["n"] for rep in case["reps"]]
    prior = prior_of(x, n)
    assert prior is not None
    assert (prior.rate, prior.variance, prior.strength) == near((case["mu"], case["tau2"], case["M"]))
    for rep, found in zip(case["reps"], shrunk(x, n, 0.9), strict=True):
        wanted = (rep["raw"], rep["weight"], rep["shrunk"], rep["lo90"], rep["hi90"])
        assert (found.raw, found.weight, found.rate, found.low, found.high) == near(wanted)


def test_without_evidence_that_they_differ_all_get_the_common_rate() -> None:
    case = cases("V-EB")[1]
    # four reps would take the fixed strength: a fifth one with the common rate adds no spread
    x, n = [*case["x"], 41], [*case["n"], 162]
    prior = prior_of(x, n)
    assert prior is not None
    assert (prior.rate, prior.variance, prior.strength) == near((case["mu"], 0.0, math.inf))
    low, high = (82 + 1.96**2 / 2) / (324 + 1.96**2), 0.0
    for one in shrunk(x, n):
        assert one.rate == near(case["mu"])
        assert (one.low + one.high) / 2 == pytest.approx(low, abs=1e-4)  # the centre of Wilson's interval of all
        assert one.weight == high


def test_fewer_than_five_reps_take_a_common_rate_worth_20_rows() -> None:
    case = cases("V-EB")[2]
    fixed = case["fixed_prior"]
    found = shrunk_rate(case["x"], case["n"], Prior(fixed["mu"], math.nan, fixed["M"], 25, 100))
    assert found.rate == near(case["shrunk"])
    prior = prior_of([30, 10, 20, 0], [60, 50, 50, 0])
    assert prior is not None
    assert prior.strength == 20


def test_one_row_each_says_nothing_of_a_spread_and_no_rows_nothing_at_all() -> None:
    single = prior_of([1, 0, 1, 0, 0, 1], [1] * 6)
    assert single is not None
    assert single.strength == 20
    assert prior_of([], []) is None
    assert shrunk([0, 0], [0, 0]) == ()


def test_reps_as_far_apart_as_can_be_still_share_one_row() -> None:
    found = shrunk([10, 0, 10, 0, 10], [10] * 5)
    assert found[0].rate == pytest.approx((10 + 0.6) / 11)
    assert 0 < found[0].low < found[0].rate < found[0].high <= 1


def test_the_interval_is_that_of_a_beta_distribution() -> None:
    found = shrunk_rate(6, 8, Prior(0.3, 0.02, 10, 60, 200))
    assert (found.low, found.high) == near(tuple(stats.beta(9, 9).ppf([0.025, 0.975])))


def test_the_spread_between_reps_is_estimated_without_bias() -> None:
    draw = np.random.default_rng(4)
    n = np.array([8, 12, 20, 30, 45, 60, 80, 15, 25, 50])
    spread = []
    for _ in range(1500):
        x = draw.binomial(n, draw.beta(6, 14, len(n)))
        total, rate = n.sum(), x.sum() / n.sum()
        between = float((n * (x / n - rate) ** 2).sum())
        room = total - float((n * n).sum()) / total - (len(n) - 1)
        spread.append((between - (len(n) - 1) * rate * (1 - rate)) / room)
        prior = prior_of(x.tolist(), n.tolist())
        assert prior is not None
        assert prior.variance == pytest.approx(max(spread[-1], 0), abs=1e-12)
    assert np.mean(spread) == pytest.approx(0.3 * 0.7 / 21, rel=0.07)


reps = st.lists(st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=9)


@given(reps)
def test_a_shrunk_rate_lies_between_the_raw_and_the_common_one(given_reps: list[tuple[int, int]]) -> None:
    x, n = [float(one) for one, _ in given_reps], [float(rows) for _, rows in given_reps]
    prior = prior_of(x, n)
    if prior is None:
        assert not any(n)
        return
    for rows, found in zip(n, shrunk(x, n), strict=True):
        raw = found.raw if rows else prior.rate
        assert min(raw, prior.rate) - 1e-12 <= found.rate <= max(raw, prior.rate) + 1e-12
        assert 0 <= found.low <= found.high <= 1
