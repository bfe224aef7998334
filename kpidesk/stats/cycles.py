"""The shape that comes back in every cycle of periods: the months of a year, the weeks of a quarter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

CLEAR = 0.3
"""From this share of the variation on, a shape may be taken to be there."""
BY_LUCK = 0.01
"""A shape that noise shows more often than this is none: taking it out would add alarms to those announced."""
LEAST_CYCLES = 2


def index_of_cycle(
    values: Sequence[float], cycles: Sequence[int], places: Sequence[int], *, length: int, least: int = LEAST_CYCLES
) -> tuple[float, ...]:
    """The index of each place of a cycle (mean 1) from its whole cycles; empty where no clear shape comes back.

    `cycles` says in which cycle each value lies, `places` where in it, counted from 0 up to `length`. There is none
    below `least` whole cycles, for values that are not all positive, or where the shape accounts for less than
    three tenths of the variation, corrected for the number of indices (pure noise comes to about 0), or for no more
    than one in a hundred series of noise would show (F test of two-way analysis of variance).
    """
    import numpy as np

    found: dict[int, dict[int, float]] = {}
    for value, cycle, place in zip(values, cycles, places, strict=True):
        if math.isfinite(value):
            found.setdefault(cycle, {})[place] = value
    whole = [[one[at] for at in range(length)] for one in found.values() if all(at in one for at in range(length))]
    if len(whole) < least or min(map(min, whole)) <= 0:
        return ()
    shapes = np.array(whole) / np.mean(whole, axis=1, keepdims=True)
    share = explained_share(shapes)
    if share < CLEAR or _by_luck(share, *shapes.shape) > BY_LUCK:
        return ()
    raw = shapes.mean(axis=0)
    return tuple(float(one) for one in raw / raw.mean())


def explained_share(shapes: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """The share of variance between places, with the degrees of freedom that the indices take.

    `shapes` holds a whole cycle a row, divided by its mean. Two cycles of pure noise would show 50 % without the
    correction.
    """
    cycles, length = shapes.shape
    around_shape = float(((shapes - shapes.mean(axis=0)) ** 2).sum()) / ((cycles - 1) * (length - 1))
    around_mean = float(((shapes - 1) ** 2).sum()) / (cycles * (length - 1))
    return 1 - around_shape / around_mean if around_mean else 0.0


def _by_luck(explained: float, cycles: int, length: int) -> float:
    """The chance that a shape at least this clear comes back in pure noise."""
    if explained >= 1:
        return 0.0
    from scipy.special import fdtrc

    ratio = cycles / (1 - explained) - (cycles - 1)
    return float(fdtrc(length - 1, (cycles - 1) * (length - 1), ratio))
