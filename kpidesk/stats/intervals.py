"""Intervals for rates, counts, medians, means and differences; 95 % unless told otherwise.

Sums of credit shares make counts fractional ("2.5 of 5"), so every `x` and `n` may be a fraction. An interval
that does not exist (no rows, or more hits than rows) is None, in arrays nan. Wilson's and the median's, which every
first scorecard shows, need no scipy: it takes longer to load than everything else here and is loaded when first used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]
Floats = NDArray[np.float64]
CONFIDENCE = 0.95
_ROUNDING = 1e-9


@lru_cache(maxsize=32)
def z_value(confidence: float = CONFIDENCE) -> float:
    """The normal quantile that leaves half of `1 - confidence` on each side."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def _share(x: float, n: float) -> Interval | None:
    """Hits and rows when they make a proportion, with the rounding of summed shares taken out."""
    if not (math.isfinite(x) and math.isfinite(n)) or n <= 0 or x < -_ROUNDING or x > n + _ROUNDING * max(1.0, n):
        return None
    return 0.0 if x < _ROUNDING else min(x, n), n


def wilson(x: float, n: float, confidence: float = CONFIDENCE) -> Interval | None:
    """Wilson's interval for `x` of `n`: the default for every rate."""
    if _share(x, n) is None:
        return None
    low, high = wilson_many(np.array([x]), np.array([n]), confidence)
    return float(low[0]), float(high[0])


def wilson_many(x: Floats, n: Floats, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Wilson's intervals for arrays of hits and rows; nan where there is none."""
    fits = (n > 0) & (x >= -_ROUNDING) & (x <= n + _ROUNDING * np.maximum(1.0, n))
    rows = np.where(fits, n, np.nan)
    rate = np.clip(x / rows, 0.0, 1.0)
    low, high = wilson_at(rate, rows, z_value(confidence))
    low = np.where(rate == 0, 0.0, np.maximum(low, 0.0))
    high = np.where(rate == 1, 1.0, np.minimum(high, 1.0))
    return np.where(fits, low, np.nan), np.where(fits, high, np.nan)


def wilson_at(rate: Floats, rows: Floats, z: Floats | float) -> tuple[Floats, Floats]:
    """The bare formula of Wilson's interval for rates of so many rows at a normal quantile, or one for each."""
    scale = 1 + z * z / rows
    centre = (rate + z * z / (2 * rows)) / scale
    half = z * np.sqrt(rate * (1 - rate) / rows + z * z / (4 * rows * rows)) / scale
    return centre - half, centre + half


def chance_at_least(x: float, n: float, target: float) -> float | None:
    """How probable it is that the true rate behind `x` of `n` is `target` or more: the tail of Beta(x + ½, n − x + ½).

    Jeffreys' posterior, for one-sided statements (Brown, Cai and DasGupta 2001).
    """
    from scipy import special

    share = _share(x, n)
    if share is None:
        return None
    if target <= 0:
        return 1.0
    return 0.0 if target >= 1 else float(special.betaincc(share[0] + 0.5, share[1] - share[0] + 0.5, target))


def clopper_pearson(x: float, n: float, confidence: float = CONFIDENCE) -> Interval | None:
    """The exact interval for `x` of `n`: never too narrow, often too wide."""
    from scipy import special

    share = _share(x, n)
    if share is None:
        return None
    hits, rows = share
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else float(special.betaincinv(hits, rows - hits + 1, tail))
    high = 1.0 if hits == rows else float(special.betaincinv(hits + 1, rows - hits, 1 - tail))
    return low, high


def newcombe(x1: float, n1: float, x2: float, n2: float, confidence: float = CONFIDENCE) -> Interval | None:
    """Interval for the difference of two rates, first minus second; a change shows when 0 lies outside."""
    first, second = wilson(x1, n1, confidence), wilson(x2, n2, confidence)
    if first is None or second is None:
        return None
    rate1, rate2 = x1 / n1, x2 / n2
    down = math.hypot(rate1 - first[0], second[1] - rate2)
    up = math.hypot(first[1] - rate1, rate2 - second[0])
    return rate1 - rate2 - down, rate1 - rate2 + up


def poisson_interval(x: float, confidence: float = CONFIDENCE) -> Interval | None:
    """The exact (Garwood) interval for what a count of `x` says about its usual level."""
    if not math.isfinite(x) or x < 0:
        return None
    low, high = poisson_many(np.array([x]), confidence)
    return float(low[0]), float(high[0])


def poisson_many(x: Floats, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Garwood intervals for an array of counts; nan where a count is negative or missing."""
    from scipy import special

    tail = (1 - confidence) / 2
    counts = np.where(x >= 0, np.where(x < _ROUNDING, 0.0, x), np.nan)
    low = np.where(counts == 0, 0.0, special.gammaincinv(np.where(counts == 0, 1.0, counts), tail))
    return low, np.asarray(special.gammaincinv(counts + 1, 1 - tail), dtype=np.float64)


@lru_cache(maxsize=4096)
def median_ranks(n: int, confidence: float = CONFIDENCE) -> tuple[int, int] | None:
    """Which of `n` sorted values, counted from 1, enclose the median; None when there are too few.

    The narrowest pair of ranks, equally far from both ends, that holds the median often enough.
    """
    low, high = 0, n // 2
    while low < high:
        middle = (low + high + 1) // 2
        if median_coverage(n, middle) >= confidence:
            low = middle
        else:
            high = middle - 1
    return (low, n - low + 1) if low else None


def median_coverage(n: int, rank: int) -> float:
    """How often the values at `rank` from both ends of `n` enclose the median."""
    return 1 - 2 * _heads_up_to(rank - 1, n)


def _heads_up_to(most: int, n: int) -> float:
    """How probable it is that at most `most` (below half) of `n` fair coins show heads: the binomial terms added up."""
    if most < 0:
        return 0.0
    term = math.exp(math.lgamma(n + 1) - math.lgamma(most + 1) - math.lgamma(n - most + 1) - n * math.log(2))
    total = 0.0
    for heads in range(most, -1, -1):
        total += term
        if term < total * 1e-17:
            break
        term *= heads / (n - heads + 1)
    return total


def median_interval(ordered: Sequence[float] | NDArray[np.number], confidence: float = CONFIDENCE) -> Interval | None:
    """Interval for the median of values that are sorted; None below six values."""
    ranks = median_ranks(len(ordered), confidence)
    return None if ranks is None else (float(ordered[ranks[0] - 1]), float(ordered[ranks[1] - 1]))


def mean_interval(values: Sequence[float] | NDArray[np.number], confidence: float = CONFIDENCE) -> Interval | None:
    """Student's interval for a mean; None below two values."""
    from scipy import special

    numbers = np.asarray(values, dtype=np.float64)
    if len(numbers) < 2:
        return None
    error = float(numbers.std(ddof=1)) / math.sqrt(len(numbers))
    half = float(special.stdtrit(len(numbers) - 1, 0.5 + confidence / 2)) * error
    middle = float(numbers.mean())
    return middle - half, middle + half


def balance_many(more: Floats, fewer: Floats, n: Floats, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Between which ends the share of one kind less that of another lies, both among the same `n`, for arrays.

    By the variance of a difference of two shares of one multinomial, as for a net promoter score; cut to −1…1, nan
    where there are no rows or the two kinds are more than all. Rows that are all of one kind have no variance, and tell
    no certainty for that: then every row of another kind that Wilson's interval of so many alike allows may be its
    opposite.
    """
    fits = (n > 0) & (more >= 0) & (fewer >= 0) & (more + fewer <= n + _ROUNDING * np.maximum(1.0, n))
    rows = np.where(fits, n, np.nan)
    up, down = more / rows, fewer / rows
    z = z_value(confidence)
    spread = np.maximum(up + down - (up - down) ** 2, 0.0)
    others = z**2 / (rows + z**2)
    half = np.where(spread > _ROUNDING, z * np.sqrt(spread / rows), others * (1.0 + np.abs(up - down)))
    return np.maximum(up - down - half, -1.0), np.minimum(up - down + half, 1.0)


def funnel_exact(rate: float, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Limits round a rate from the binomial distribution of `n` rows."""
    from scipy import special

    below = np.asarray(special.bdtr(np.arange(n + 1), n, rate))
    tail = (1 - confidence) / 2
    low = int(np.searchsorted(below, tail - _ROUNDING))
    high = int(np.searchsorted(below, 1 - tail - _ROUNDING))
    return low / n, high / n


def poisson_limits(mean: float, confidence: float = CONFIDENCE) -> Interval:
    """Between which counts a period falls by luck alone when `mean` are usual: the exact Poisson quantiles."""
    from scipy import special

    most = int(mean + 12 * math.sqrt(mean) + 30)
    below = np.asarray(special.pdtr(np.arange(most + 1), mean))
    tail = (1 - confidence) / 2
    low, high = np.searchsorted(below, (tail - _ROUNDING, 1 - tail - _ROUNDING))
    return float(low), float(high)
