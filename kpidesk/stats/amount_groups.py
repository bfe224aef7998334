"""Which reps the data can tell apart by money: sums per week worked, and mean amounts, where few large deals decide.

How many deals come and how large they are is both luck, so a sum varies as a Poisson number of amounts does. The ends
of luck are those of the normal power approximation, which follows the skewness of the amounts (Daykin, Pentikäinen and
Pesonen 1994, Practical Risk Theory for Actuaries, §4.2.4; fit for a skewness up to 1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from kpidesk.stats.grouping import INNER, LEAST_ROWS, OUTER, FunnelPlace, Grouping, grouped, place_among
from kpidesk.stats.intervals import CONFIDENCE, Interval, mean_interval, z_value

MOST_SKEWED = 1.0
"""Above this skewness of a sum or mean its ends cannot be told; one deal decides."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How much luck moves a sum per week worked, or a mean, of a group as a whole.

    `level` is what all of them came to together, `square` and `cube` the second and third moment that one week, or one
    amount, adds to the luck in it.
    """

    level: float
    square: float
    cube: float

    def ends(self, size: float, confidence: float) -> Interval | None:
        """Between which values luck alone keeps so large a share of those with so many weeks, or amounts.

        None where one deal may decide.
        """
        error = math.sqrt(self.square / size) if size > 0 and self.square > 0 else 0.0
        skewness = self.cube / math.sqrt(size * self.square**3) if error else math.inf
        if abs(skewness) > MOST_SKEWED:
            return None
        z = z_value(confidence)
        turned = skewness * (z * z - 1) / 6
        return self.level + error * (turned - z), self.level + error * (turned + z)

    def place(self, value: float, size: float) -> FunnelPlace | None:
        """Where the value of somebody with so many weeks, or amounts, lies; None where one deal may decide."""
        inner, outer = (self.ends(size, confidence) for confidence in (INNER, OUTER))
        return place_among(value, inner, outer) if inner is not None and outer is not None else None


def spread_of_sums(amounts: Sequence[Sequence[float]], weeks: Sequence[float]) -> Spread | None:
    """How luck moves what a group brings in a week worked; None without weeks or amounts."""
    worked, every = math.fsum(weeks), [one for own in amounts for one in own]
    if worked <= 0 or not every:
        return None
    return Spread(*(math.fsum(one**power for one in every) / worked for power in (1, 2, 3)))


def spread_of_means(amounts: Sequence[Sequence[float]]) -> Spread | None:
    """How luck moves the mean of amounts of a group; None below two amounts."""
    every = np.array([one for own in amounts for one in own], dtype=np.float64)
    if len(every) < 2:
        return None
    off = every - every.mean()
    return Spread(float(every.mean()), float((off**2).sum() / (len(every) - 1)), float((off**3).mean()))


def sum_interval(amounts: Sequence[float], weeks: float, confidence: float = CONFIDENCE) -> Interval | None:
    """Between which ends a sum per week worked lies in the long run; None below ten amounts."""
    if len(amounts) < LEAST_ROWS or weeks <= 0:
        return None
    half = z_value(confidence) * math.sqrt(math.fsum(one * one for one in amounts))
    whole = math.fsum(amounts)
    return max((whole - half) / weeks, min(0.0, whole / weeks)), (whole + half) / weeks


def sum_groups(amounts: Sequence[Sequence[float]], weeks: Sequence[float], confidence: float = CONFIDENCE) -> Grouping:
    """Reps by what they brought per week worked, compared two by two as Poisson numbers of like amounts.

    Reps with fewer than ten amounts cannot be told apart from anybody.
    """
    found = []
    for own, worked in zip(amounts, weeks, strict=True):
        ends = sum_interval(own, worked, confidence) or (math.nan, math.nan)
        found.append((math.fsum(own) / worked if worked > 0 else math.nan, *ends))
    pairs = combinations(range(len(found)), 2)
    scores = [_sum_score(amounts[one], weeks[one], amounts[two], weeks[two]) for one, two in pairs]
    return grouped(found, np.array(scores), confidence)


def _sum_score(first: Sequence[float], weeks1: float, second: Sequence[float], weeks2: float) -> float:
    if min(len(first), len(second)) < LEAST_ROWS or min(weeks1, weeks2) <= 0:
        return 0.0
    square = math.fsum(one * one for one in (*first, *second)) / (weeks1 + weeks2)
    error = math.sqrt(square * (1 / weeks1 + 1 / weeks2))
    return abs(math.fsum(first) / weeks1 - math.fsum(second) / weeks2) / error if error else 0.0


def mean_groups(amounts: Sequence[Sequence[float]], confidence: float = CONFIDENCE) -> Grouping:
    """Reps by their mean amounts, compared two by two by the errors of both (Welch).

    Reps with fewer than ten amounts cannot be told apart from anybody.
    """
    found = []
    for own in amounts:
        ends = (mean_interval(own, confidence) if len(own) >= LEAST_ROWS else None) or (math.nan, math.nan)
        found.append((math.fsum(own) / len(own) if own else math.nan, *ends))
    scores = [_mean_score(amounts[one], amounts[two]) for one, two in combinations(range(len(found)), 2)]
    return grouped(found, np.array(scores), confidence)


def _mean_score(first: Sequence[float], second: Sequence[float]) -> float:
    """The difference of two means by Welch's test, as a normal quantile."""
    if min(len(first), len(second)) < LEAST_ROWS:
        return 0.0
    from scipy import special

    (mean1, part1), (mean2, part2) = (
        (float(np.mean(own)), float(np.var(own, ddof=1)) / len(own)) for own in (first, second)
    )  # fmt: skip
    error = math.sqrt(part1 + part2)
    if not error:
        return 0.0
    freedom = (part1 + part2) ** 2 / (part1**2 / (len(first) - 1) + part2**2 / (len(second) - 1))
    chance = float(special.stdtr(freedom, -abs(mean1 - mean2) / error))
    return float(-special.ndtri(max(chance, 1e-300)))
