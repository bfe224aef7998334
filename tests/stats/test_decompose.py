"""Parts of a change against the published cases, and that they add up to the whole."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.stats.decompose import (
    Factor,
    Part,
    Pipeline,
    Sales,
    bookings_bridge,
    gap_to_target,
    shapley,
    velocity_bridge,
    whole,
    whole_percents,
)
from tests.stats.vectors import cases, near


def amounts(parts: Sequence[Part]) -> list[float]:
    return [part.amount for part in parts]


def test_products_as_published() -> None:
    bookings, velocity = cases("V-FACTOR")
    for case, divides in ((bookings, ()), (velocity, (3,))):
        factors = [Factor(str(at), old, new, at in divides)
                   for at, (old, new) in enumerate(zip(case["before"], case["after"], strict=True))]  # fmt: skip
        assert amounts(shapley(factors)) == near(case["shapley"])
        assert math.fsum(amounts(shapley(factors))) == near(case["v1"] - case["v0"])


def test_bridges_of_bookings_and_velocity() -> None:
    bookings, velocity = cases("V-FACTOR")
    found = bookings_bridge(Sales(80, 20, 900_000), Sales(90, 19.8, 950_400))
    assert [part.name for part in found] == ["Deals closed", "Win rate", "Deal size"]
    assert amounts(found) == near(bookings["shapley"])
    assert math.fsum(amounts(found)) == near(50_400.0)
    moved = velocity_bridge(Pipeline(*velocity["before"]), Pipeline(*velocity["after"]))
    assert amounts(moved) == near(velocity["shapley"])


def test_a_period_without_deals_has_the_rates_of_the_other() -> None:
    assert amounts(bookings_bridge(Sales(0, 0, 0), Sales(40, 10, 200_000))) == near([200_000.0, 0.0, 0.0])
    assert amounts(bookings_bridge(Sales(40, 10, 200_000), Sales(20, 0, 0))) == near([-50_000.0, -150_000.0, 0.0])
    assert bookings_bridge(Sales(5, 0, 0), Sales(0, 0, 0)) == ()
    assert velocity_bridge(Pipeline(10, 0.2, 5000, 0), Pipeline(10, 0.2, 5000, 30)) == ()


def test_a_gap_goes_over_its_parts_and_what_nobody_was_given() -> None:
    """Targets of 60, 30 and 20 under one of 120: 10 are given to nobody; 30 are missing in all."""
    found = gap_to_target({"Ana": 45, "Ben": 33, "Cam": 12}, {"Ana": 60, "Ben": 30, "Cam": 20}, 120)
    assert [(part.name, part.amount) for part in found] == [
        ("Ana", 15), ("Ben", -3), ("Cam", 8), ("Not assigned", 10)
    ]  # fmt: skip
    assert [part.share for part in found] == near([0.5, -0.1, 8 / 30, 1 / 3])
    assert whole_percents(found) == (50, -10, 27, 33)
    assert [part.name for part in gap_to_target({"Ana": 1}, {"Ana": 2})] == ["Ana"]


def test_nothing_to_share_has_no_shares() -> None:
    found = whole([Part("a", 1), Part("b", -1)], 0)
    assert [(part.amount, part.share) for part in found] == [(1, None), (-1, None)]
    assert whole_percents(found) == ()
    assert whole([], 0) == ()
    assert whole_percents(whole([Part(name, 1) for name in "abc"], 3)) == (34, 33, 33)


cents = st.integers(-(10**9), 10**9).map(lambda one: one / 100)
sizes = st.floats(0.01, 1e4)


@given(st.lists(cents, min_size=1, max_size=6))
def test_shares_of_a_sum_add_up_and_as_printed_exactly(changes: list[float]) -> None:
    total = math.fsum(changes)
    found = whole([Part(str(at), one) for at, one in enumerate(changes)], total)
    shares = [part.share for part in found if part.share is not None]
    if abs(total) > 1:
        assert math.fsum(shares) == pytest.approx(1, abs=1e-6)
        assert sum(whole_percents(found)) == 100


@given(st.lists(st.tuples(sizes, sizes, st.booleans()), min_size=1, max_size=4))
def test_factors_add_up_and_agree_on_who_moved(factors: list[tuple[float, float, bool]]) -> None:
    given_factors = [Factor(str(at), *one) for at, one in enumerate(factors)]
    old = math.prod(1 / one if divides else one for one, _, divides in factors)
    new = math.prod(1 / one if divides else one for _, one, divides in factors)
    parts = shapley(given_factors)
    assert math.fsum(amounts(parts)) == pytest.approx(new - old, rel=1e-9, abs=1e-9 * (old + new))
    for part, (before, after, divides) in zip(parts, factors, strict=True):
        helps = (after - before) * (-1 if divides else 1)
        assert part.amount * helps >= -1e-9 * (old + new) * abs(helps)
