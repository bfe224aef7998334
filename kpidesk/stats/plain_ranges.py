"""The ranges of forecasts once more, from the numbers that a receipt lists and by plainer ways than the first time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.forecasts import LIKELY
from kpidesk.stats.projecting import MOST_EXACT, P10, P50, P90, ROUNDING, SMALL_PARTS, beyond, grid_step

Waves = NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Ends:
    """P10, the median and P90 of what a period comes to, in the unit of its KPI."""

    low: float
    middle: float
    high: float


def by_shares(booked: float, shares: Sequence[float]) -> Ends:
    """What is booked over the part that each past period had by then: quantiles between sorted values (type 7)."""
    totals = sorted(booked / share for share in shares if share > 0)
    low, middle, high = (_between(totals, part) for part in (P10, P50, P90))
    wider = beyond(len(totals))
    low, high = (middle * math.exp(wider * math.log(end / middle)) for end in (low, high))
    return Ends(max(low, booked), middle, high)


def _between(ordered: Sequence[float], part: float) -> float:
    at = part * (len(ordered) - 1)
    below = min(int(at), len(ordered) - 2)
    return ordered[below] + (ordered[below + 1] - ordered[below]) * (at - below)


def by_rest(booked: float, rest: float, spread: float) -> Ends:
    """What is booked and what is still to come, normal around its middle, never below what is booked."""
    reach = NormalDist().inv_cdf(0.5 + LIKELY / 2) * spread
    low, middle, high = (booked + rest + step for step in (-reach, 0.0, reach))
    return Ends(max(low, booked), max(middle, booked), max(high, booked)) if spread > 0 else Ends(low, middle, high)


def by_deals(
    booked: float, deals: Sequence[tuple[float, float]], turn: Sequence[float], spread: float
) -> Ends:  # fmt: skip
    """What is booked, open deals by amount and chance, and one of the amounts of `turn`: by a generating function.

    The transform of a sum of independent amounts is the product of theirs, so one way back gives how likely each sum
    is (Grübel and Hermesmeier, "Computation of compound distributions I", ASTIN Bulletin 29, 1999). The grid and the
    normal stand-in for the many small deals are those of `pipeline_projection`.
    """
    told = sorted((one for one in deals if one[0] > 0), key=lambda one: -one[0])
    top = math.fsum(amount for amount, _ in told) + max(turn, default=0.0)
    unit = grid_step(top) if top > 0 else 1.0
    size = 2 ** math.ceil(math.log2(top / unit + len(told) + 4))
    waves = _Waves(np.exp(-2j * np.pi * np.arange(size) / size), unit)
    found = np.ones(size // 2 + 1, dtype=np.complex128)
    for amount, chance in told[:MOST_EXACT]:
        found *= 1 - chance + chance * waves.of(amount)
    for more in (_small(told[MOST_EXACT:]), turn):
        if more:
            found *= sum((waves.of(one) for one in more), np.zeros_like(found)) / len(more)
    likely = np.cumsum(np.fft.irfft(found, size))
    mean = booked + math.fsum(amount * chance for amount, chance in deals) + (fmean(turn) if turn else 0.0)
    ends = (float(np.argmax(likely >= part - ROUNDING)) * unit for part in (P10, P50, P90))
    return Ends(*(max(mean + (booked + end - mean) * spread, booked) for end in ends))


@dataclass(frozen=True, slots=True, eq=False)
class _Waves:
    """The powers of the root of unity by which sums on a grid of `unit` are transformed."""

    powers: Waves
    unit: float

    def of(self, amount: float) -> Waves:
        """The transform of an amount: between two steps of the grid in part of the lower and in part of the upper."""
        steps = amount / self.unit
        below = math.floor(steps + ROUNDING)
        above = max(steps - below, 0.0)
        lower = self._step(below) * (1 - above)
        return lower + above * self._step(below + 1) if above > ROUNDING else lower

    def _step(self, steps: int) -> Waves:
        size = len(self.powers)
        return self.powers[np.arange(size // 2 + 1) * steps % size]


def _small(deals: Sequence[tuple[float, float]]) -> list[float]:
    """What many small deals come to, as equally likely sums: normal, within nothing and all of them."""
    if not deals:
        return []
    usual = math.fsum(amount * chance for amount, chance in deals)
    wide = math.sqrt(math.fsum(amount * amount * chance * (1 - chance) for amount, chance in deals))
    whole = math.fsum(amount for amount, _ in deals)
    parts = (NormalDist(usual, wide).inv_cdf((at + 0.5) / SMALL_PARTS) for at in range(SMALL_PARTS)) if wide else ()
    return [min(max(one, 0.0), whole) for one in parts] or [usual]
