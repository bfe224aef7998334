from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.stats.power import needed_n, noticeable, noticeable_count, noticeable_words, power_at
from tests.stats.vectors import cases, near


def test_rows_and_power_as_published() -> None:
    for case in cases("V-POWER"):
        before, after = case["p_before"], case["p_after"]
        assert needed_n(before, after) == case["n_closed_deals_per_period_for_80pct_power"]
        for one in case["power_at"]:
            assert power_at(before, after, one["n"]) == near(one["power"])


@pytest.mark.parametrize(("after", "rows"), [(0.253, 2602), (0.242, 5761), (0.28, 817), (0.30, 471)])
def test_what_a_win_rate_of_22_percent_needs(after: float, rows: int) -> None:
    assert needed_n(0.22, after) == rows


def test_noticeable_is_the_rate_whose_rows_are_needed() -> None:
    found = noticeable(0.22, 817)
    assert found == pytest.approx(0.28, abs=2e-4)
    below = noticeable(0.22, 817, "lower")
    assert below is not None
    assert power_at(0.22, below, 817) == pytest.approx(0.8, abs=1e-6)
    assert below < 0.22


def test_few_rows_can_tell_nothing() -> None:
    assert noticeable(0.22, 3) is None
    assert noticeable(1.0, 1000) is None
    assert noticeable(0.22, 0) is None
    assert needed_n(0.22, 0.22) is None
    assert power_at(0.22, 0.25, 0) == 0
    assert power_at(1.0, 1.0, 10) == 0
    assert power_at(0.0, 1.0, 10) == 1


@given(st.floats(0.01, 0.95), st.integers(5, 5000))
def test_a_noticeable_rate_is_found_four_times_in_five(p0: float, n: int) -> None:
    found = noticeable(p0, n)
    if found is not None:
        assert p0 < found <= 1
        assert power_at(p0, found, n) == pytest.approx(0.8, abs=1e-6)
        assert n <= (needed_n(p0, found) or 0) <= n + 1


def test_counts_on_the_scale_of_roots() -> None:
    # √100 = 10, step (1.95996 + 0.84162) ÷ √2 = 1.98102
    assert noticeable_count(100) == pytest.approx((10 + 1.98102) ** 2, rel=1e-5)
    assert noticeable_count(100, "lower") == pytest.approx((10 - 1.98102) ** 2, rel=1e-5)
    assert noticeable_count(3, "lower") is None
    assert noticeable_count(-1) is None


def test_words_for_the_wizard() -> None:
    words = noticeable_words(0.22, 817, per="quarter")
    assert words == "With 817 rows a quarter, only 28.0% or more could be told from luck."
    assert noticeable_words(0.22, 3) == "With 3 rows a period no change of this rate could be told from luck."
    assert "or less" in noticeable_words(0.5, 400, "lower")


def test_rows_that_shared_credit_makes_fractional_are_told_whole() -> None:
    assert noticeable_words(0.25, 85.82, per="quarter").startswith("With 86 rows a quarter, only ")
