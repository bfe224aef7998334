"""Sharing out: nothing is lost, nobody is favoured, and typed targets take minimum and stretch along."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.amounts import amount_typed, tiers_around, tiers_typed
from kpidesk.core.cascade import mean_by, share_out
from kpidesk.core.errors import UserError
from kpidesk.core.goals import Baseline, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG
from kpidesk.core.periods import quarter_period
from kpidesk.core.settings import Settings

Q1 = quarter_period(2026, 1, Settings())
BOOKINGS = Kpi("bookings", "Bookings", "f", "s", "money", "higher", "lagging", "outcome", "flow_money")
WIN_RATE = replace(BOOKINGS, id="win_rate", name="Win rate", unit="percent", kpi_class="ratio")
CYCLE = replace(BOOKINGS, id="cycle", name="Cycle", unit="days", kpi_class="median", direction="lower")
COVERAGE = replace(BOOKINGS, id="cover", name="Coverage", unit="multiple", kpi_class="derived", direction="range")
WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=30)


@given(st.integers(0, 10**9), WEIGHTS)
def test_counts_are_shared_out_without_losing_one_and_within_one_of_the_exact_share(total: int, by: list[int]) -> None:
    parts = share_out(total, by, 1)
    assert sum(parts) == total
    whole = sum(by)
    for part, weight in zip(parts, by, strict=True):
        exact = Fraction(total * weight, whole) if whole else Fraction(total, len(by))
        assert part == int(part)
        assert abs(Fraction(part) - exact) < 1


@given(st.integers(0, 10**10), WEIGHTS)
def test_money_is_shared_out_to_the_cent(cents: int, by: list[int]) -> None:
    parts = share_out(cents / 100, by, 0.01)
    assert sum(round(part * 100) for part in parts) == cents
    assert all(abs(part * 100 - round(part * 100)) < 1e-3 for part in parts)


def test_the_rest_goes_to_the_largest_remainders_and_the_first_of_equals() -> None:
    assert share_out(10, [1, 1, 1], 1) == (4, 3, 3)
    assert share_out(100, [47, 16, 15.8, 12, 6.1, 3.1], 1) == (47, 16, 16, 12, 6, 3)  # the textbook case of Hamilton
    assert share_out(0.01, [5, 5], 0.01) == (0.01, 0)
    assert share_out(2.5, [1, 1], 1) == (1.5, 1), "what is no whole step stays with the largest"


def test_values_as_one_by_weight() -> None:
    assert mean_by([0.2, 0.3], [10, 30]) == pytest.approx(0.275)
    assert mean_by([0.2], [0]) is None


def baseline(value: float, kpi: Kpi) -> Baseline:
    return Baseline(kpi.id, ORG, Q1, value, "trailing_4", "", 100)


@pytest.mark.parametrize(
    ("kpi", "typed", "tiers"),
    [
        (BOOKINGS, "120000", (100_000, 120_000, 140_000)),
        (BOOKINGS, "+10%", (100_000, 110_000, 120_000)),
        (BOOKINGS, "100/120/140", (100, 120, 140)),
        (BOOKINGS, "90k", (90_000, 90_000, 100_000)),  # below the baseline: that is the stretch then
        (CYCLE, "90000", (100_000, 90_000, 80_000)),
    ],
)
def test_a_target_typed_alone_takes_the_baseline_as_minimum(
    kpi: Kpi, typed: str, tiers: tuple[float, float, float]
) -> None:
    assert tiers_typed(typed, kpi, baseline(100_000, kpi), None) == pytest.approx(tiers)


def test_minimum_and_stretch_keep_their_distance_when_there_were_any() -> None:
    before = Target("bookings", ORG, Q1, 90, 100, 130)
    assert tiers_typed("200", BOOKINGS, baseline(50, BOOKINGS), before) == (190, 200, 230)


def test_the_stretch_of_a_share_ends_at_the_whole() -> None:
    assert tiers_around(0.9, WIN_RATE, 0.6, None) == (0.6, 0.9, 1.0)
    assert tiers_around(1.2, WIN_RATE, 0.6, None)[1] == 1.2, "what was typed is not mended, it is refused later"


@pytest.mark.parametrize(
    ("kpi", "typed", "amount"),
    [(BOOKINGS, "$1.2M", 1_200_000), (BOOKINGS, "1.234,50", 1234.5), (BOOKINGS, "+10%", 220),
     (WIN_RATE, "12,5 %", 0.125), (WIN_RATE, "25", 0.25), (COVERAGE, "320%", 3.2)],
)  # fmt: skip
def test_one_amount_is_read_in_the_measure_of_its_kpi(kpi: Kpi, typed: str, amount: float) -> None:
    assert amount_typed(typed, kpi, "USD", 200) == pytest.approx(amount)


@pytest.mark.parametrize(
    ("kpi", "typed"), [(BOOKINGS, "110%"), (BOOKINGS, "+3pp"), (CYCLE, "90 %"), (COVERAGE, "3 PP")]
)
def test_a_share_or_points_of_what_is_none_is_refused(kpi: Kpi, typed: str) -> None:
    with pytest.raises(UserError, match="is not measured in per"):
        amount_typed(typed, kpi, "USD", 200)
    with pytest.raises(UserError, match="is not measured in per"):
        tiers_typed(f"{typed}/{typed}/{typed}", kpi, baseline(3, kpi), None)


@pytest.mark.parametrize(("kpi", "typed"), [(BOOKINGS, "1/2"), (BOOKINGS, "lots"), (COVERAGE, "3")])
def test_what_is_neither_one_nor_three_numbers_is_refused(kpi: Kpi, typed: str) -> None:
    with pytest.raises(UserError):
        tiers_typed(typed, kpi, baseline(3, kpi), None)
