"""Which reps the data can tell apart, in place of a league table: pairwise comparisons, ties and funnel places.

Every pair is compared and Holm's procedure (Scand. J. Stat. 1979, 6:65) keeps the chance that any pair of equals is
told apart at 5 %. Places in a funnel as in Spiegelhalter 2005 (doi:10.1002/sim.1970).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist, median
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kpidesk.stats.changes import count_chance
from kpidesk.stats.intervals import (
    CONFIDENCE,
    Interval,
    funnel_exact,
    median_interval,
    poisson_interval,
    poisson_limits,
    wilson_at,
)
from kpidesk.stats.medians import median_error
from kpidesk.stats.shrinkage import shrunk

Place = Literal["inside", "above", "below", "far above", "far below"]
INNER, OUTER = 0.95, 0.998
LEAST_ROWS, LEAST_EXPECTED = 10.0, 1.0
"""Below so many rows, or expected hits or misses, Newcombe's interval is too narrow once many pairs are compared:
with 10 and 200 rows and a rate of 3 % for all, 12 % of families would tell a pair apart; so it is below 5 %."""
_HALVINGS = 50
_WIDEST = 40.0
Apart = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Member:
    """One rep among others, by its place in what was given: the value to order by, with its interval."""

    at: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Grouping:
    """Reps from the highest value to the lowest, and the groups of neighbours that cannot be told apart.

    A rep may stand in more than one group, and may be tied with reps outside its groups. `apart` are the pairs that
    are told apart, the higher one first.
    """

    members: tuple[Member, ...]
    groups: tuple[tuple[int, ...], ...]
    apart: tuple[tuple[int, int], ...]

    @property
    def words(self) -> str:
        """What the comparison comes to, in one sentence."""
        count = len(self.members)
        if count < 2:
            return "Nobody to compare with."
        if not self.apart:
            return f"The data cannot tell these {count} apart."
        pairs = count * (count - 1) // 2
        return f"{len(self.apart)} of {pairs} pairs differ by more than luck; the others cannot be told apart."


@dataclass(frozen=True, slots=True)
class FunnelPlace:
    """Where one rep lies among the limits of luck round the common level, in the unit of the value."""

    place: Place
    value: float
    inner: Interval
    outer: Interval


def groups(x: Sequence[float], n: Sequence[float], confidence: float = CONFIDENCE) -> Grouping:
    """Reps with `x` of `n` by their shrunk rates, compared two by two by Newcombe's interval.

    Reps with fewer than ten rows cannot be told apart from anybody.
    """
    found = shrunk(x, n, confidence)
    scores = _rate_scores(np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64))
    return grouped([(one.rate, one.low, one.high) for one in found], scores, confidence)


def _rate_scores(x: NDArray[np.float64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    """For every pair the normal quantile at which Newcombe's interval of the difference just reaches 0."""
    first, second = np.triu_indices(len(x), 1)
    rows = np.where(n > 0, n, 1.0)
    rate = np.clip(x / rows, 0.0, 1.0)
    upper = np.where(rate[first] >= rate[second], first, second)
    lower = np.where(rate[first] >= rate[second], second, first)
    gap = rate[upper] - rate[lower]
    inside, outside = np.zeros(len(first)), np.full(len(first), _WIDEST)
    for _ in range(_HALVINGS):
        z = (inside + outside) / 2
        down = rate[upper] - wilson_at(rate[upper], rows[upper], z)[0]
        up = wilson_at(rate[lower], rows[lower], z)[1] - rate[lower]
        told = gap > np.hypot(down, up)
        inside, outside = np.where(told, z, inside), np.where(told, outside, z)
    return np.where(_comparable(x[first], n[first], x[second], n[second]), inside, 0.0)


def _comparable(
    x1: NDArray[np.float64], n1: NDArray[np.float64], x2: NDArray[np.float64], n2: NDArray[np.float64]
) -> Apart:
    """Which pairs have rows enough for their difference to be judged."""
    fewer = np.minimum(n1, n2)
    pooled = (x1 + x2) / np.maximum(n1 + n2, 1.0)
    return (fewer >= LEAST_ROWS) & (fewer * np.minimum(pooled, 1 - pooled) >= LEAST_EXPECTED)


def count_groups(counts: Sequence[float], weeks: Sequence[float], confidence: float = CONFIDENCE) -> Grouping:
    """Reps by their count per week worked, compared two by two by the exact test of two Poisson rates.

    Reps without weeks cannot be told apart from anybody.
    """
    found: list[tuple[float, float, float]] = []
    for count, worked in zip(counts, weeks, strict=True):
        ends = poisson_interval(count, confidence)
        if worked > 0 and ends:
            found.append((count / worked, ends[0] / worked, ends[1] / worked))
        else:
            found.append((math.nan, math.nan, math.nan))
    pairs = combinations(range(len(found)), 2)
    chances = [count_chance(counts[one], weeks[one], counts[two], weeks[two]) for one, two in pairs]
    return grouped(found, _scores(chances), confidence)


def median_groups(values: Sequence[Sequence[float]], confidence: float = CONFIDENCE) -> Grouping:
    """Reps by the medians of their values, compared two by two from order statistics (Price and Bonett).

    Reps with fewer than six values cannot be told apart from anybody.
    """
    found, errors = [], []
    for own in values:
        ends = median_interval(sorted(own), confidence) or (math.nan, math.nan)
        found.append((median(own) if own else math.nan, *ends))
        errors.append(median_error(own))
    scores = []
    for one, two in combinations(range(len(values)), 2):
        scores.append(_median_score(found[one][0] - found[two][0], errors[one], errors[two]))
    return grouped(found, np.array(scores), confidence)


def _median_score(change: float, error1: float | None, error2: float | None) -> float:
    if error1 is None or error2 is None or not change:
        return 0.0
    error = math.hypot(error1, error2)
    return abs(change) / error if error else math.inf


def _scores(chances: Sequence[float]) -> NDArray[np.float64]:
    """Two-sided chances as normal quantiles."""
    from scipy import special

    return np.asarray(-special.ndtri(np.asarray(chances, dtype=np.float64) / 2), dtype=np.float64)


def holm(scores: NDArray[np.float64], confidence: float = CONFIDENCE) -> Apart:
    """Which of a family of comparisons, given as normal quantiles, stand out when all of them are looked at."""
    order = np.argsort(-scores, kind="stable")
    told = np.zeros(len(scores), dtype=bool)
    for rank, at in enumerate(order.tolist()):
        if scores[at] < NormalDist().inv_cdf(1 - (1 - confidence) / (2 * (len(scores) - rank))):
            break
        told[at] = True
    return told


def grouped(found: Sequence[tuple[float, float, float]], scores: NDArray[np.float64], confidence: float) -> Grouping:
    """Members, each with its value and the ends of that, told apart by the normal quantiles of their pairs."""
    count = len(found)
    differ = np.zeros((count, count), dtype=bool)
    differ[np.triu_indices(count, 1)] = holm(scores, confidence)
    differ |= differ.T
    order = sorted(range(count), key=lambda at: (math.isnan(found[at][0]), -found[at][0]))
    members = tuple(Member(at, *found[at]) for at in order)
    pairs = tuple((one, two) for one, two in combinations(order, 2) if differ[one, two])
    return Grouping(members, _ties(order, differ), pairs)


def _ties(order: Sequence[int], differ: Apart) -> tuple[tuple[int, ...], ...]:
    """The longest runs of neighbours in an order of which no two are told apart."""
    found: list[tuple[int, ...]] = []
    start = 0
    for end in range(1, len(order) + 1):
        if end < len(order) and not any(differ[order[at], order[end]] for at in range(start, end)):
            continue
        found.append(tuple(order[start:end]))
        while end < len(order) and any(differ[order[at], order[end]] for at in range(start, end)):
            start += 1
    return tuple(found)


def rate_place(x: float, n: float, common: float) -> FunnelPlace | None:
    """Where `x` of `n` lies in the funnel round a common rate, by exact binomial limits; None without rows."""
    rows = round(n)
    if rows < 1 or not 0 <= common <= 1:
        return None
    return _place(x / n, lambda confidence: funnel_exact(common, rows, confidence))


def count_place(count: float, weeks: float, common: float) -> FunnelPlace | None:
    """Where a count lies in the funnel round a common count per week worked, by exact Poisson limits."""
    if weeks <= 0 or common < 0:
        return None

    def ends(confidence: float) -> Interval:
        low, high = poisson_limits(common * weeks, confidence)
        return low / weeks, high / weeks

    return _place(count / weeks, ends)


def median_place(values: Sequence[float], common: float) -> FunnelPlace | None:
    """Where a median lies as against a common one: outside when its own interval leaves the common one out.

    None below six values; the outer interval is nan where there are too few for one.
    """
    ordered = sorted(values)
    inner = median_interval(ordered, INNER)
    if inner is None:
        return None
    outer = median_interval(ordered, OUTER) or (math.nan, math.nan)
    place: Place = "inside"
    if not inner[0] <= common <= inner[1]:
        far = not math.isnan(outer[0]) and not outer[0] <= common <= outer[1]
        above = common < inner[0]
        place = ("far above" if above else "far below") if far else ("above" if above else "below")
    return FunnelPlace(place, median(ordered), inner, outer)


def _place(value: float, ends: Callable[[float], Interval]) -> FunnelPlace:
    return place_among(value, ends(INNER), ends(OUTER))


def place_among(value: float, inner: Interval, outer: Interval) -> FunnelPlace:
    """Where a value lies among the usual and the outermost limits of luck."""
    slack = 1e-9 * max(abs(value), 1.0)
    place: Place = "inside"
    if value > inner[1] + slack:
        place = "far above" if value > outer[1] + slack else "above"
    elif value < inner[0] - slack:
        place = "far below" if value < outer[0] - slack else "below"
    return FunnelPlace(place, value, inner, outer)
