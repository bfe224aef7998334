"""A difference, and a difference of differences, of numbers of which each has its own interval.

The interval of a difference comes from those of its parts by squaring and adding (Zou and Donner, "Construction of
confidence limits about effect measures", Statistics in Medicine 27, 2008); of two Wilson intervals it is Newcombe's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from kpidesk.stats.intervals import Interval


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
