"""A season repeated with its growth, as far as that growth is likely to go on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from kpidesk.stats.forecasting import TWEEDIE, seasonal_naive
from kpidesk.stats.projecting import further

FEWEST_GROWN = 3
"""From how many pairs of a season apart growth can be clear."""
LEVELLED = 0.4
"""How probable it is, against growth that goes on, that it has levelled off, before the values are looked at."""
SWING = 0.4
"""How much, in a year, a usual season makes the values within one year rise or fall beside their growth."""
LAG = 0.8
"""The least part of the last level that the levels before it count as, where misses are weighed."""
_MOST_TOLD = 3
"""The most that the growth of the season before tells, as a logarithm: growth that slows down has not ended."""
_LEAST_NOISE, _CERTAIN = 1e-6, 30.0


@dataclass(frozen=True, slots=True)
class Repeated:
    """A season repeated with its growth: the middle of what is likely, its standard deviation, and what it rests on.

    `growth` is the factor from one season to the next, 1 where none is clear; `freedom` how many past misses tell the
    deviation, less one for each growth that they told too.
    """

    point: float
    spread: float
    growth: float
    freedom: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Values beside those a season before, the level of their day, and all of the first over all of the second."""

    pairs: Sequence[tuple[float, float]]
    levels: Sequence[float]
    growth: float


def repeated_season(values: Sequence[float], season: int, steps: int = 1) -> Repeated | None:
    """The value of a season before, grown as far as growth is clear and lasts; None as for `seasonal_naive`.

    The growth of the last season is raised to the power of how probable it is that it goes on, and goes on for no
    longer than it was seen; how far the two ends lie apart is part of the deviation. Past misses count as parts of the
    level of their day: that of the sum of more, or of larger, deals varies as its level to the power 1.5 (Tweedie).
    Where a season comes to nothing there is no growth, and misses count as they are.
    """
    plain = seasonal_naive(values, season, steps)
    if plain is None:
        return None
    ahead = (steps - 1) // season + 1
    pairs = list(zip(values, values[season:], strict=False))
    levels = [fmean(values[at + 1 : at + season + 1]) for at in range(len(pairs))]
    if min(levels) <= 0:
        return Repeated(plain.point, plain.spread * math.sqrt(ahead), 1.0, len(pairs))
    cut = len(pairs) - max(season, FEWEST_GROWN)
    last, every = _stretch(pairs[max(cut, 0) :], levels[max(cut, 0) :]), _stretch(pairs, levels)
    if last.growth == 1 or not (_is_clear(last) or _is_clear(every)):
        parts = fmean(((now - before) / level) ** 2 for (before, now), level in zip(pairs, levels, strict=True))
        return Repeated(plain.point, levels[-1] * math.sqrt(parts * ahead), 1.0, len(pairs))
    told = [last] if cut < FEWEST_GROWN else [last, _stretch(pairs[:cut], levels[:cut])]
    freedom = sum(len(one.pairs) - 1 for one in told)
    scatter = math.fsum(map(_scatter, told)) / freedom
    latest, steady = values[-season:], _bounded(last.growth, values[-season:])
    lasts = _probability(latest, told, scatter * levels[-1] ** (TWEEDIE - 2))
    growth, seen = math.exp(steady * lasts), min(ahead, max(1, len(pairs) // season))
    point, level = plain.point * growth**seen, levels[-1] * growth ** (steps / season)
    apart = point * seen * steady
    variance = scatter * level**TWEEDIE * (1 + growth ** (2 - TWEEDIE)) + lasts * (1 - lasts) * apart**2
    return Repeated(point, math.sqrt(variance * ahead), growth, freedom)


def _stretch(pairs: Sequence[tuple[float, float]], levels: Sequence[float]) -> _Stretch:
    before, now = (math.fsum(side) for side in zip(*pairs, strict=True))
    return _Stretch(pairs, levels, now / before if min(before, now) > 0 else 1.0)


def _is_clear(one: _Stretch) -> bool:
    """Whether growth is no luck: two standard errors, more for few."""
    if len(one.pairs) < FEWEST_GROWN or one.growth == 1:
        return False
    grown = [(now - before) / level for (before, now), level in zip(one.pairs, one.levels, strict=True)]
    return abs(fmean(grown)) > 2 * stdev(grown) / math.sqrt(len(grown)) * further(len(grown) - 1)


def _scatter(one: _Stretch) -> float:
    """The squared misses of steady growth, each over what deals make of it at the levels of both its days.

    A level is the mean of a season, which lags behind a jump.
    """
    both, least = 1 + one.growth ** (2 - TWEEDIE), LAG * one.levels[-1]
    return math.fsum(
        (now - one.growth * before) ** 2 / (both * max(level, least) ** TWEEDIE)
        for (before, now), level in zip(one.pairs, one.levels, strict=True)
    )


def _probability(latest: Sequence[float], told: Sequence[_Stretch], noise: float) -> float:
    """How probable it is that growth goes on rather than has levelled off, by the latest season and its growths.

    If it goes on, values rise within the season as from season to season (give or take a usual season), by the same
    factor over all of it, and by the same as the season before. `noise` is the variance of one value in parts of the
    level.
    """
    last, noise = told[0], max(noise, _LEAST_NOISE)
    size, steady = len(latest), math.log(last.growth)
    odds = 0.0
    if size > 1:
        rise, luck = _rise(latest), size**2 * noise / _width(size) + SWING**2
        odds += _likelihood(rise, steady, luck) - _likelihood(rise, 0.0, luck)
    misses = [(now - last.growth * old) / level for (old, now), level in zip(last.pairs, last.levels, strict=True)]
    bent, luck = _slope(misses), noise * (1 + last.growth ** (2 - TWEEDIE)) / _width(len(misses))
    odds += _likelihood(bent, 0.0, luck) - _likelihood(bent, -steady / size, luck)
    for older in told[1:]:
        change, luck = math.log(older.growth) - steady, 6 * noise / size
        same = _likelihood(change, 0.0, luck) - _likelihood(change, 0.0, luck + steady**2)
        odds += min(max(same, -_MOST_TOLD), _MOST_TOLD)
    return 1 / (1 + LEVELLED * math.exp(-min(max(odds, -_CERTAIN), _CERTAIN)))


def _bounded(growth: float, latest: Sequence[float]) -> float:
    """The logarithm of a growth, no more than the latest season itself shows, give or take twice a usual season."""
    steady = math.log(growth)
    if len(latest) == 1:
        return steady
    rise = _rise(latest)
    return min(steady, max(rise + 2 * SWING, 0.0)) if steady > 0 else max(steady, min(rise - 2 * SWING, 0.0))


def _rise(latest: Sequence[float]) -> float:
    """How much values rise within a season, as the logarithm of a growth from one season to the next."""
    return len(latest) * _slope(latest) / fmean(latest)


def _likelihood(seen: float, mean: float, variance: float) -> float:
    """The logarithm of how likely a normal distribution makes a value, but for a constant."""
    return -((seen - mean) ** 2 / variance + math.log(variance)) / 2


def _slope(values: Sequence[float]) -> float:
    middle = (len(values) - 1) / 2
    return math.fsum((at - middle) * value for at, value in enumerate(values)) / _width(len(values))


def _width(count: int) -> float:
    """The sum of the squares of the places 0 to `count` - 1 from their middle."""
    return count * (count**2 - 1) / 12
