"""The lines of a funnel plot: smooth in the number of rows, and never on the wrong side of a point.

The exact limits jump with every row. Between two steps they are interpolated as in Spiegelhalter 2005
(doi:10.1002/sim.1970, appendix A.1), the upper one a step further out: so a point lies outside a line just where the
exact limit says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from kpidesk.stats.grouping import INNER, OUTER
from kpidesk.stats.intervals import Interval

Cumulative = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which values luck alone keeps 95 % (`inner`) and 99.8 % (`outer`) of all with so many rows or weeks."""

    size: float
    inner: Interval
    outer: Interval


def rate_limits(common: float, rows: int) -> Limits:
    """The limits round a common rate for so many rows (1 or more)."""
    from scipy import special

    def up_to(hits: float) -> float:
        return float(special.bdtr(hits, rows, common)) if hits >= 0 else 0.0

    def ends(confidence: float) -> Interval:
        low, high = _ends(up_to, rows, confidence)
        return max(low / rows, 0.0), min(high / rows, 1.0)

    return Limits(rows, ends(INNER), ends(OUTER))


def count_limits(common: float, weeks: float) -> Limits:
    """The limits round a common count per week for so many weeks worked (above 0)."""
    from scipy import special

    mean = common * weeks

    def up_to(count: float) -> float:
        return float(special.pdtr(count, mean)) if count >= 0 else 0.0

    def ends(confidence: float) -> Interval:
        low, high = _ends(up_to, int(mean + 12 * math.sqrt(mean) + 30), confidence)
        return max(low / weeks, 0.0), high / weeks

    return Limits(weeks, ends(INNER), ends(OUTER))


def _ends(up_to: Cumulative, most: int, confidence: float) -> Interval:
    tail = (1 - confidence) / 2
    return _step(up_to, most, tail), _step(up_to, most, 1 - tail) + 1


def _step(up_to: Cumulative, most: int, chance: float) -> float:
    """The quantile of a discrete distribution, moved back by the part of its last step that is not needed."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if up_to(middle) >= chance else (middle + 1, high)
    step = up_to(low) - up_to(low - 1)
    return low - (up_to(low) - chance) / step if step > 0 else float(low)
