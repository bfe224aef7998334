"""Chances from the own past against a Beta posterior, and the interval of a share of money against resampling."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kpidesk.stats.conversion import overall_chance, stage_chance, value_rate_interval
from kpidesk.stats.intervals import wilson


def test_chances_are_means_of_beta_posteriors() -> None:
    assert overall_chance(31, 96) == pytest.approx(stats.beta(31.5, 65.5).mean())
    assert stage_chance(6, 8, 0.3) == pytest.approx(stats.beta(3 + 6, 7 + 2).mean())
    assert stage_chance(0, 0, 0.3) == 0.3
    assert stage_chance(700, 1000, 0.3) == pytest.approx(0.7, abs=0.01)


def test_equal_deals_have_the_interval_of_their_count() -> None:
    assert value_rate_interval([500.0] * 31, [500.0] * 96) == pytest.approx(wilson(31, 96))
    assert value_rate_interval([], []) is None


def test_one_large_deal_makes_the_interval_wide() -> None:
    """Resampling the deals gives about the same width."""
    draw = np.random.default_rng(3)
    amounts, wins = draw.lognormal(10, 1, 200), draw.random(200) < 0.3
    found = value_rate_interval(amounts[wins].tolist(), amounts.tolist())
    picked = draw.integers(0, 200, (4_000, 200))
    rates = (amounts * wins)[picked].sum(axis=1) / amounts[picked].sum(axis=1)
    assert found is not None
    assert found[1] - found[0] == pytest.approx(float(np.subtract(*np.quantile(rates, (0.975, 0.025)))), rel=0.15)
