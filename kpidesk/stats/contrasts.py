"""A difference, and a difference of differences, of numbers of which each has its own interval.

The interval of a difference comes from those of its parts by squaring and adding (Zou and Donner, "Construction of
confidence limits about effect measures", Statistics in Medicine 27, 2008); of two Wilson intervals it is Newcombe's.
Where a count came from nothing or to nothing there is no such difference; then the interval is the exact one of an odds
ratio given the sums of the table (Fisher; Cornfield, "A statistical problem arising from retrospective studies", 1956).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kpidesk.stats.intervals import Interval

_TAIL = 0.025
_WIDEST, _HALVINGS = 60.0, 60


@dataclass(frozen=True, slots=True)
class Bounded:
    """A number with the ends between which it lies with 95 % confidence."""

    value: float
    low: float
    high: float

    @property
    def interval(self) -> Interval:
        """Both ends."""
        return self.low, self.high

    @property
    def excludes_zero(self) -> bool:
        """Whether it is surely above or below 0."""
        return self.low > 0 or self.high < 0


def difference(after: Bounded, before: Bounded) -> Bounded:
    """`after` less `before`."""
    value = after.value - before.value
    down = math.hypot(after.value - after.low, before.high - before.value)
    up = math.hypot(after.high - after.value, before.value - before.low)
    return Bounded(value, value - down, value + up)


def logarithm(one: Bounded) -> Bounded | None:
    """The natural logarithm of a positive number, with which ratios become differences; None for any other."""
    if one.value <= 0:
        return None
    return Bounded(math.log(one.value), math.log(one.low) if one.low > 0 else -math.inf, math.log(one.high))


def relative(one: Bounded) -> Bounded:
    """A difference of logarithms as a relative change: 0.1 for 10 % more."""
    return Bounded(math.expm1(one.value), math.expm1(one.low), math.expm1(one.high))


def count_contrast(after: float, before: float, other_after: float, other_before: float) -> Bounded | None:
    """How many times more a count grew than another one, as a logarithm: endless from nothing, and to nothing.

    By whole numbers of rows; None for others, and where all rows are of one count or on one side.
    """
    table = (after, before, other_after, other_before)
    if not all(one >= 0 and one == int(one) for one in table) or not (other_after and other_before and after + before):
        return None
    own, other, later = int(after + before), int(other_after + other_before), int(after + other_after)
    least, most = max(0, later - other), min(own, later)
    at = np.arange(least + 1, most + 1, dtype=np.float64)
    steps = np.log((own - at + 1) * (later - at + 1) / (at * (other - later + at)))
    weights, counts = np.concatenate(([0.0], np.cumsum(steps))), np.arange(least, most + 1)
    value = math.log(after / before * other_before / other_after) if after and before else math.inf
    low = _ratio_at(weights, counts, counts >= after) if after > least else -math.inf
    high = -_ratio_at(weights, -counts, counts <= after) if after < most else math.inf
    return Bounded(value if after else -math.inf, low, high)


def _ratio_at(weights: NDArray[np.float64], counts: NDArray[np.int64], tail: NDArray[np.bool_]) -> float:
    """The logarithm of the odds ratio with which a tail, likelier the larger it is, has 2.5 %."""
    below, above = -_WIDEST, _WIDEST
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        chances = weights + middle * counts
        chances = np.exp(chances - chances.max())
        if chances[tail].sum() / chances.sum() < _TAIL:
            below = middle
        else:
            above = middle
    return (below + above) / 2
