"""A shape that comes back, and a difference of numbers with intervals of their own."""

from __future__ import annotations

from random import Random

import pytest

from kpidesk.stats.contrasts import Bounded, difference, logarithm, relative
from kpidesk.stats.cycles import index_of_cycle
from kpidesk.stats.intervals import newcombe, wilson

BACK_LOADED = (15.0, 25.0, 60.0)


def test_a_quarter_whose_end_is_heavy_has_an_index_for_each_month() -> None:
    values = [part * scale for scale in (1.0, 1.2, 0.9, 1.1) for part in BACK_LOADED]
    cycles, places = [at // 3 for at in range(12)], [at % 3 for at in range(12)]
    index = index_of_cycle(values, cycles, places, length=3)
    assert index == pytest.approx((0.45, 0.75, 1.8))
    flat = [value / index[place] for value, place in zip(values, places, strict=True)]
    assert flat[:3] == pytest.approx([100 / 3] * 3)


@pytest.mark.parametrize(
    ("values", "cycles"),
    [
        ([15.0, 25.0, 60.0, 15.0, 25.0], [0, 0, 0, 1, 1]),
        ([0.0, 25.0, 60.0] * 2, [0, 0, 0, 1, 1, 1]),
    ],
    ids=["one whole cycle", "a zero"],
)
def test_a_part_of_a_cycle_or_a_zero_tells_no_shape(values: list[float], cycles: list[int]) -> None:
    assert index_of_cycle(values, cycles, [at % 3 for at in range(len(values))], length=3) == ()


def _rate(x: float, n: float) -> Bounded:
    interval = wilson(x, n)
    assert interval is not None
    return Bounded(x / n, *interval)


def test_the_difference_of_two_rates_is_that_of_newcombe() -> None:
    found = difference(_rate(31, 52), _rate(20, 52))
    assert found.interval == pytest.approx(newcombe(31, 52, 20, 52))
    assert (round(found.value, 3), round(found.low, 3), round(found.high, 3)) == (0.212, 0.020, 0.383)
    assert found.excludes_zero


def test_a_control_that_moved_as_much_leaves_nothing() -> None:
    own = difference(_rate(31, 52), _rate(20, 52))
    both = difference(own, own)
    assert both.value == 0
    assert (
        both.high
        == pytest.approx(-both.low)
        == pytest.approx(((0.383 - 0.212) ** 2 + (0.212 - 0.020) ** 2) ** 0.5, abs=0.002)
    )
    assert not both.excludes_zero


def test_counts_are_compared_as_ratios() -> None:
    before, after = logarithm(Bounded(40, 30, 50)), logarithm(Bounded(60, 48, 75))
    assert before is not None
    assert after is not None
    found = relative(difference(after, before))
    assert found.value == pytest.approx(0.5)
    assert -1 < found.low < 0.5 < found.high
    assert logarithm(Bounded(0, 0, 3)) is None


def test_pure_noise_gets_a_shape_once_in_a_hundred_series() -> None:
    draw = Random(26)
    cycles, places = [at // 12 for at in range(24)], [at % 12 for at in range(24)]
    series = ([draw.gauss(100, 15) for _ in places] for _ in range(1000))
    assert sum(bool(index_of_cycle(one, cycles, places, length=12)) for one in series) <= 20
