"""Two medians compared without assuming a shape of the values, for cycles and other times with long tails.

Price and Bonett 2002, "Distribution-free confidence intervals for difference and ratio of medians", J. Stat. Comput.
Simul. 72:119: the standard error of a median from the distance of two of its order statistics.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist, median

from kpidesk.stats.intervals import CONFIDENCE, Interval, median_coverage, z_value

LEAST_VALUES = 6
"""Fewer have no interval for their median either."""


def median_error(values: Sequence[float]) -> float | None:
    """The standard error of the median of values in any order; None below six."""
    n = len(values)
    if n < LEAST_VALUES:
        return None
    ordered = sorted(values)
    rank = max(round((n + 1) / 2 - math.sqrt(n)), 1)
    z = NormalDist().inv_cdf(0.5 + median_coverage(n, rank) / 2)
    return (ordered[n - rank] - ordered[rank - 1]) / (2 * z)


def median_difference(
    first: Sequence[float], second: Sequence[float], confidence: float = CONFIDENCE
) -> Interval | None:
    """Interval for the median of `first` minus that of `second`; None when either has fewer than six values."""
    errors = median_error(first), median_error(second)
    if errors[0] is None or errors[1] is None:
        return None
    change = median(first) - median(second)
    half = z_value(confidence) * math.hypot(errors[0], errors[1])
    return change - half, change + half
