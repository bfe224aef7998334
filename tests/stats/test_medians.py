"""Differences of medians: coverage by simulation on skewed values, and a case counted by hand."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from kpidesk.stats.medians import median_difference, median_error


def test_the_error_comes_from_two_order_statistics() -> None:
    """Of nine values the ranks are 5 − 3 = 2 and 8, which miss the median with 2 × (1 + 9) ÷ 512."""
    values = [9, 1, 16, 4, 25, 36, 64, 49, 81]
    z = NormalDist().inv_cdf(1 - 10 / 512)
    assert median_error(values) == pytest.approx((64 - 4) / (2 * z))
    again = median_difference(values, [value + 5 for value in values])
    half = NormalDist().inv_cdf(0.975) * math.sqrt(2) * 60 / (2 * z)
    assert again == pytest.approx((-5 - half, -5 + half))


def test_five_values_are_too_few() -> None:
    assert median_error([1, 2, 3, 4, 5]) is None
    assert median_difference([1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6]) is None
    assert median_difference([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]) is not None


@pytest.mark.parametrize("size", [6, 12, 40])
def test_long_tailed_cycles_hold_the_true_difference_19_times_out_of_20(size: int) -> None:
    draw = np.random.default_rng(8)
    held = 0
    for _ in range(1000):
        first, second = draw.lognormal(4, 0.7, size), draw.lognormal(4.3, 0.7, size + 5)
        found = median_difference(first.tolist(), second.tolist())
        assert found is not None
        held += found[0] <= math.exp(4) - math.exp(4.3) <= found[1]
    assert held / 1000 >= 0.94
