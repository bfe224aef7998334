"""What comes next in a series that is too short to tell a season from growth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev

from kpidesk.stats.forecasting import TWEEDIE
from kpidesk.stats.projecting import further

FEWEST = 3
"""Below so many values there is no growth to be told."""
STEEPEST = 1.5
"""The most that the logarithm of the level moves from one value to the next: about 4.5 times."""
_ROUNDS, _EXACT = 30, 1e-9


def unseasoned(values: Sequence[float], steps: int = 1) -> tuple[float, float] | None:
    """The middle and the standard deviation of a value so many steps ahead; None below two values.

    As many say that all was season and the mean stays as that all was growth and goes on: both count the same (Bates
    and Granger, "The Combination of Forecasts", 1969), and how far they lie apart is part of the deviation.
    """
    if len(values) < 2:
        return None
    count = len(values)
    mean, luck = fmean(values), stdev(values) * math.sqrt(1 + 1 / count) * further(count - 1)
    if count < FEWEST or mean <= 0 or min(values) < 0:
        return mean, luck
    grown, grown_luck = _grown(values, steps)
    apart = (grown - mean) / 2
    return (mean + grown) / 2, math.sqrt((luck**2 + grown_luck**2) / 2 + apart**2)


def _grown(values: Sequence[float], steps: int) -> tuple[float, float]:
    """The value that steady growth leads to, for no longer than the past is long, and its standard deviation.

    A log-linear model by iteratively reweighted least squares, with a variance as of the sum of deals (McCullagh and
    Nelder, "Generalized Linear Models", 1989, chapter 2.5).
    """
    count = len(values)
    places = [at - (count - 1) / 2 for at in range(count)]
    height, slope = math.log(fmean(values)), 0.0
    for _ in range(_ROUNDS):
        fits = [math.exp(height + slope * at) for at in places]
        weights = [fit ** (2 - TWEEDIE) for fit in fits]
        aims = [math.log(fit) + (value - fit) / fit for value, fit in zip(values, fits, strict=True)]
        total, middle, aim = math.fsum(weights), fmean(places, weights), fmean(aims, weights)
        width = math.fsum(weight * (at - middle) ** 2 for weight, at in zip(weights, places, strict=True))
        rise = math.fsum(weight * (at - middle) * one for weight, at, one in zip(weights, places, aims, strict=True))
        before, slope = (height, slope), min(max(rise / width, -STEEPEST), STEEPEST)
        height = aim - slope * middle
        if math.dist(before, (height, slope)) < _EXACT:
            break
    misses = ((value - fit) ** 2 / fit**TWEEDIE for value, fit in zip(values, fits, strict=True))
    scale, ahead = math.fsum(misses) / (count - 2), places[-1] + min(steps, count)
    point = math.exp(height + slope * ahead)
    variance = scale * (point**TWEEDIE + point**2 * (1 / total + (ahead - middle) ** 2 / width))
    return point, math.sqrt(variance) * further(count - 2)
