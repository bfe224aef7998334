"""Curves of deals against the published case, scipy's Kaplan–Meier, a case counted by hand, and made-up deals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kpidesk.stats.survival import Curve, cycle, incidence, median_of, survival_curve
from tests.stats.vectors import cases, near


def test_open_deals_make_the_median_longer_as_published() -> None:
    case = cases("V-KM")[0]
    found = cycle(case["won_days"], [], case["open_age_days"])
    assert found.won_only == case["won_only_median"] == 52
    assert found.closing.days == case["km_median"] == 75
    curve = survival_curve([*case["won_days"], *case["open_age_days"]], [True] * 7 + [False] * 6)
    assert [list(step) for step in zip(curve.days, curve.share, strict=True)] == [near(one) for one in case["km_steps"]]
    assert found.words == ("Won deals took 52 days (median); with open deals counted at their age, "
                           "half of all deals close within 75.")  # fmt: skip


def test_the_interval_is_that_of_the_log_log_bands() -> None:
    """Day 35 by hand: S = 12/13 × 10/11, Greenwood 1/156 + 1/110."""
    case = cases("V-KM")[0]
    days, ended = [*case["won_days"], *case["open_age_days"]], [True] * 7 + [False] * 6
    curve = survival_curve(days, ended)
    assert curve.variance[1] == near(1 / 156 + 1 / 110)
    data = stats.CensoredData.right_censored(days, [not one for one in ended])
    bands: Any = stats.ecdf(data).sf.confidence_interval(0.95, method="log-log")
    low = next(day for day, share in zip(bands.low.quantiles, bands.low.probabilities, strict=True) if share <= 0.5)
    assert all(not share <= 0.5 for share in bands.high.probabilities)
    found = median_of(curve)
    assert (found.low, found.high) == (low, None)


def test_it_is_scipys_curve_with_ties_and_open_deals() -> None:
    draw = np.random.default_rng(5)
    days = draw.integers(1, 30, 80).astype(float)
    open_ones = draw.random(80) < 0.3
    data = stats.CensoredData.right_censored(days, open_ones)
    wanted = stats.ecdf(data).sf
    curve = survival_curve(days.tolist(), (~open_ones).tolist())
    for day, share in zip(wanted.quantiles, wanted.probabilities, strict=True):
        assert curve.at(day, 1.0) == near(share)


def test_won_and_lost_deals_counted_by_hand() -> None:
    """Five deals: won on day 10, lost on 20, open at 25, won on 30, open at 40."""
    found = cycle([10, 30], [20], [25, 40])
    assert (found.won.days, found.lost.days) == ((10, 30), (20,))
    assert found.won.share == near((1 / 5, 1 / 5 + (4 / 5 * 3 / 4) / 2))
    assert found.lost.share == near((4 / 5 / 4,))
    assert found.won.at(29, 0.0) == near(0.2)
    assert found.won.at(9, 0.0) == 0
    assert found.closing.days == 30
    assert found.counts == (2, 1, 2)


def test_lost_deals_are_not_taken_for_open_ones() -> None:
    """Of 100 deals half are won by day 100 and the others lost on day 50: half are won, not nearly all."""
    won, lost = [float(day) for day in range(51, 101)], [50.0] * 50
    found = cycle(won, lost, [])
    assert found.won.at(100, 0.0) == near(0.5)
    censored = survival_curve([*won, *lost], [True] * 50 + [False] * 50)
    assert 1 - censored.at(100, 1.0) == 1


def test_ends_that_the_deals_cannot_tell_are_left_out() -> None:
    assert median_of(survival_curve([10, 20, 30], [True, False, False])).days is None
    assert cycle([], [], [5.0]).words == "No won deals yet."
    assert "less than half" in cycle([10], [], [20, 30]).words
    assert survival_curve([], []) == Curve((), ())
    with pytest.raises(ValueError, match="2 durations"):
        survival_curve([1, 2], [True])


def test_the_interval_holds_the_true_median() -> None:
    draw = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        takes, seen = draw.exponential(60, 60), draw.uniform(0, 200, 60)
        found = median_of(survival_curve(np.minimum(takes, seen).tolist(), (takes <= seen).tolist()))
        low, high = found.low or 0.0, found.high or math.inf
        held += low <= 60 * math.log(2) < high
    assert 0.92 <= held / 400 <= 0.99


deals = st.lists(st.tuples(st.integers(1, 40), st.sampled_from(["won", "lost", "open"])), min_size=1, max_size=40)


@given(deals)
def test_won_lost_and_open_are_all_deals(given_deals: list[tuple[int, str]]) -> None:
    days = [float(day) for day, _ in given_deals]
    outcomes = [outcome for _, outcome in given_deals]
    still = survival_curve(days, [outcome != "open" for outcome in outcomes])
    won, lost = incidence(days, outcomes, "won"), incidence(days, outcomes, "lost")
    for day in range(41):
        assert still.at(day, 1.0) + won.at(day, 0.0) + lost.at(day, 0.0) == pytest.approx(1)
