"""Who can be told apart: families of equals by simulation, pairs and places by scipy's own distributions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from kpidesk.stats.changes import count_chance
from kpidesk.stats.grouping import (
    Grouping,
    count_groups,
    count_place,
    groups,
    holm,
    median_groups,
    median_place,
    rate_place,
)
from kpidesk.stats.intervals import newcombe
from tests.stats.vectors import cases, near


def pairs(found: Grouping) -> set[tuple[int, int]]:
    return set(found.apart)


def test_two_reps_are_told_apart_when_newcombe_leaves_0_out() -> None:
    seen = set()
    for x1 in range(0, 51, 2):
        interval = newcombe(x1, 50, 20, 60)
        assert interval is not None
        expected = not interval[0] <= 0 <= interval[1]
        assert bool(groups([x1, 20], [50, 60]).apart) == expected
        seen.add(expected)
    assert seen == {True, False}


def test_looking_at_many_pairs_asks_for_more() -> None:
    """30 of 100 and 17 of 100 differ as a pair, but not as one of ten pairs."""
    alone, among = groups([30, 17], [100, 100]), groups([30, 17, 22, 24, 23], [100] * 5)
    assert pairs(alone) == {(0, 1)}
    assert pairs(among) == set()
    assert among.words == "The data cannot tell these 5 apart."
    assert among.groups == ((0, 3, 4, 2, 1),)


def test_holm_goes_on_only_while_the_largest_stand_out() -> None:
    """The smallest chance of four is held against 0.05 ÷ 4, the next against 0.05 ÷ 3, then ÷ 2 and ÷ 1."""
    scores = -stats.norm.ppf(np.array([0.01, 0.02, 0.03, 0.005]) / 2)
    assert holm(scores).tolist() == [True, True, True, True]
    scores = -stats.norm.ppf(np.array([0.01, 0.04, 0.03, 0.005]) / 2)
    assert holm(scores).tolist() == [True, False, False, True]


def test_groups_are_neighbours_of_whom_no_two_are_told_apart() -> None:
    x, n = [60, 10, 30, 8, 0], [100, 100, 100, 16, 0]
    found = groups(x, n)
    assert found.members[0].at == 0
    assert pairs(found) == {(0, 2), (0, 1), (2, 1), (3, 1)}
    assert found.groups == ((0, 3, 4), (3, 4, 2), (1,))  # without rows it has the common rate, in the middle
    assert found.words.startswith("4 of 10 pairs differ")
    assert groups([], []).words == "Nobody to compare with."


def test_reps_with_few_rows_are_told_apart_from_nobody() -> None:
    assert not groups([9, 10], [9, 100]).apart
    assert groups([10, 10], [10, 100]).apart


@pytest.mark.parametrize(("rows", "rate"), [((10, 200) * 4, 0.03), ((30,) * 8, 0.25), ((15, 200) * 4, 0.1)])
def test_equals_are_told_apart_in_one_of_twenty_families_at_most(rows: tuple[int, ...], rate: float) -> None:
    draw = np.random.default_rng(6)
    drawn = draw.binomial(rows, rate, (200, len(rows))).astype(float)
    told = sum(bool(groups(x, rows).apart) for x in drawn.tolist())
    assert told / 200 <= 0.05


def test_counts_are_compared_by_the_exact_test_of_their_rates() -> None:
    for one, two in ((31, 48), (4, 20), (0, 6), (12, 12)):
        below, above = stats.binom.cdf(one, one + two, 0.25), stats.binom.sf(one - 1, one + two, 0.25)
        assert count_chance(one, 4, two, 12) == near(min(1.0, 2 * min(below, above)))
    found = count_groups([100, 50, 75, 0], [10, 10, 10, 0])
    assert [member.at for member in found.members] == [0, 2, 1, 3]
    assert pairs(found) == {(0, 1)}
    garwood = tuple(stats.gamma([100, 101]).ppf([0.025, 0.975]) / 10)
    assert (found.members[0].low, found.members[0].high) == near(garwood)
    assert math.isnan(found.members[-1].value)


def test_medians_are_compared_from_order_statistics() -> None:
    draw = np.random.default_rng(2)
    slow, fast, few = draw.lognormal(5, 0.3, 40), draw.lognormal(4, 0.3, 40), [1.0, 2.0]
    found = median_groups([fast.tolist(), slow.tolist(), few])
    assert pairs(found) == {(1, 0)}
    assert [member.at for member in found.members] == [1, 0, 2]
    assert not median_groups([[5.0] * 8, [5.0] * 8]).apart
    assert median_groups([[5.0] * 8, [6.0] * 8]).apart


def test_funnel_places_follow_the_exact_limits_as_published() -> None:
    for case in cases("V-FUNNEL"):
        n, rate = case["n"], case["target"]
        (low, high), (lowest, highest) = case["exact_95"], case["exact_99.8"]
        edges = {low: "inside", high: "inside", high + 1 / n: "above", highest: "above", highest + 1 / n: "far above"}
        if low > 0:
            edges[low - 1 / n] = "below"
        if lowest > 0:
            edges[lowest - 1 / n] = "far below"
        for value, place in edges.items():
            found = rate_place(round(value * n), n, rate)
            assert found is not None
            assert found.place == place
            assert (found.inner, found.outer) == (near((low, high)), near((lowest, highest)))
    assert rate_place(0, 0, 0.2) is None


def test_counts_and_medians_have_places_too() -> None:
    usual = stats.poisson(3.0 * 8)
    for weeks_count in range(60):
        found = count_place(weeks_count, 8, 3.0)
        assert found is not None
        up, down = usual.sf(weeks_count - 1), usual.cdf(weeks_count)
        expected = "far " if min(up, down) < 0.001 else ""
        expected += "above" if up < 0.025 else "below" if down < 0.025 else "inside"
        assert found.place == expected
    assert count_place(3, 0, 3.0) is None
    values = list(map(float, range(30, 60)))
    places = [found.place for common in (44.0, 10.0, 90.0) if (found := median_place(values, common))]
    assert places == ["inside", "far above", "far below"]
    six = median_place(values[:6], 90.0)
    assert six is not None
    assert six.place == "below"
    assert median_place(values[:5], 90.0) is None
