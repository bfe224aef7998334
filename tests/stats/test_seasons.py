"""A season repeated with its growth, by hand and by how often its range holds what came."""

from __future__ import annotations

import pytest

from kpidesk.stats.seasons import repeated_season
from tests.simulate import broken_growth, seasons


@pytest.mark.parametrize("larger", [False, True])
@pytest.mark.parametrize("growth", [-0.3, 0.0, 0.36, 1.86])
def test_the_range_of_the_season_holds_four_fifths_however_bookings_grow(growth: float, larger: bool) -> None:
    """At 30 % growth a quarter (1.86 a year) the range round last year's value held 99 %, which says nothing."""
    assert 0.7 <= seasons(growth, 12, 20, 300, larger=larger) <= 0.92


def test_a_season_grows_where_that_is_clear() -> None:
    doubled = [10.0, 20.0, 30.0, 40.0, 20.0, 40.0, 60.0, 80.0, 40.0, 80.0, 120.0, 160.0]
    found = [repeated_season(doubled, 4, steps) for steps in (1, 4, 5)]
    wanted = [80, 320, 160]
    assert [one.point for one in found if one] == pytest.approx(wanted)
    assert {(round(one.growth, 6), one.freedom) for one in found if one} == {(2, 6)}
    unclear = repeated_season([8.0, 12.0, 9.0, 13.0], 1)
    assert unclear is not None
    assert (unclear.point, unclear.growth, unclear.freedom) == (13.0, 1.0, 3)


def test_past_misses_count_at_the_level_of_today() -> None:
    two = repeated_season([1.0, 1.5, 2.0], 1)
    assert two is not None
    assert (two.point, two.spread) == pytest.approx((2.0, 2.0 * ((1 / 9 + 1 / 16) / 2) ** 0.5))
    assert repeated_season([1.0], 1) is None
    empty = repeated_season([0.0, 0.0, 5.0], 1, 2)
    assert empty is not None
    assert (empty.point, empty.spread) == pytest.approx((5.0, 5.0))


@pytest.mark.parametrize(
    ("values", "most"),
    [
        ([5.0, 5.0, 5.0, 10.0, 100.0, 120.0, 110.0, 130.0], 130.0),
        ([0.0, 0.0, 0.0, 1.0, 100.0, 100.0, 100.0, 100.0], 101.0),
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], 10.0),
        ([160.0, 170.0, 150.0, 165.0, 10.0, 11.0, 9.0, 10.0], 11.0),
    ],
)
def test_growth_that_has_levelled_off_is_not_repeated(values: list[float], most: float) -> None:
    """All of a year over all of the year before made 1,844 of the first, with 130 as the best quarter ever."""
    found = repeated_season(values, 4)
    assert found is not None
    assert values[4] * 0.95 <= found.point <= most


def test_growth_goes_on_for_no_longer_than_it_was_seen() -> None:
    steady = [1.3**at for at in range(8)]
    near, far = (repeated_season(steady, 4, steps) for steps in (1, 9))
    assert near is not None
    assert far is not None
    assert near.point == pytest.approx(1.3**8)
    assert far.point == pytest.approx(near.point)
    assert far.spread > near.spread


@pytest.mark.parametrize("season", [False, True])
@pytest.mark.parametrize(("kind", "quarters"), [("step", 8), ("levelled", 8), ("levelled", 12), ("linear", 8)])
def test_the_range_holds_where_growth_was_not_steady(kind: str, quarters: int, season: bool) -> None:
    """A step by 17 a year ago ended within the range in 1 of 10, with a middle 17 times too high."""
    held, point = broken_growth(kind, quarters, 20, 200, season=season)
    assert held >= 0.75
    assert 0.75 <= point <= 1.9
