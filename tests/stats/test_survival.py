"""The curve of deals against the published case, scipy's Kaplan–Meier and a case counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kpidesk.stats.survival import Curve, median_of, survival_curve
from tests.stats.vectors import cases, near


def test_open_deals_make_the_median_longer_as_published() -> None:
    case = cases("V-KM")[0]
    curve = survival_curve([*case["won_days"], *case["open_age_days"]], [True] * 7 + [False] * 6)
    assert [list(step) for step in zip(curve.days, curve.share, strict=True)] == [near(one) for one in case["km_steps"]]
    assert median_of(curve) == case["km_median"] == 75
    assert median_of(survival_curve(case["won_days"], [True] * 7)) == case["won_only_median"] == 52


def test_it_is_scipys_curve_with_ties_and_open_deals() -> None:
    draw = np.random.default_rng(5)
    days = draw.integers(1, 30, 80).astype(float)
    open_ones = draw.random(80) < 0.3
    wanted = stats.ecdf(stats.CensoredData.right_censored(days, open_ones)).sf
    curve = survival_curve(days.tolist(), (~open_ones).tolist())
    shares = dict(zip(wanted.quantiles.tolist(), wanted.probabilities.tolist(), strict=True))
    assert list(curve.share) == near([shares[day] for day in curve.days])
    assert set(curve.days) == set(days[~open_ones].tolist())


def test_lost_deals_end_the_wait_as_won_ones_do() -> None:
    """Five deals: won on day 10, lost on 20, open at 25, won on 30, open at 40."""
    curve = survival_curve([10, 20, 30, 25, 40], [True, True, True, False, False])
    assert (curve.days, curve.share) == ((10, 20, 30), near((4 / 5, 3 / 5, 3 / 10)))
    assert median_of(curve) == 30


def test_a_median_that_the_deals_cannot_tell_is_none() -> None:
    assert median_of(survival_curve([10, 20, 30], [True, False, False])) is None
    assert survival_curve([], []) == Curve((), ())
    with pytest.raises(ValueError, match="2 durations"):
        survival_curve([1, 2], [True])
