"""How many times more a count grew than another: against the exact odds ratio of a library, and its limits."""

from __future__ import annotations

import math

import pytest
from scipy.stats.contingency import odds_ratio

from kpidesk.stats.contrasts import count_contrast


@pytest.mark.parametrize(
    "table",
    [(6, 0, 4, 4), (20, 0, 10, 10), (0, 9, 12, 8), (5, 2, 9, 9), (30, 0, 1, 40), (0, 1, 1, 1), (0, 3000, 900, 1000)],
)
def test_the_ends_are_those_of_the_exact_odds_ratio(table: tuple[int, int, int, int]) -> None:
    after, before, other_after, other_before = table
    low, high = odds_ratio([[after, before], [other_after, other_before]]).confidence_interval(0.95)
    found = count_contrast(*table)
    assert found is not None
    assert (math.exp(found.low), math.exp(found.high)) == pytest.approx((low, high), rel=1e-6)


def test_what_is_no_table_of_rows_has_none() -> None:
    assert count_contrast(2.5, 0, 4, 4) is None
    assert count_contrast(0, 0, 4, 4) is None
    assert count_contrast(3, 0, 4, 0) is None
