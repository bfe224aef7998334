"""Plain forecasts of a series with their intervals, and how far past forecasts were off.

Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", chapters 5.5 and 5.8; the error is forecast minus
actual, so a positive bias means too much was promised.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from kpidesk.stats.intervals import CONFIDENCE, z_value

TWEEDIE = 1.5
"""How the variance of a sum of deals grows with its level (Tweedie, 1984; Jørgensen, 1987)."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """One value ahead with its interval, and the standard deviation of one step it rests on."""

    point: float
    low: float
    high: float
    spread: float


def seasonal_naive(
    values: Sequence[float], season: int, steps: int = 1, confidence: float = CONFIDENCE
) -> Forecast | None:
    """The value of the same period one season (4 quarters, 12 months) before; None below one more than a season.

    A season of 1 repeats the last value.
    """
    if len(values) <= season or steps < 1:
        return None
    misses = [now - before for before, now in zip(values, values[season:], strict=False)]
    spread = math.sqrt(fmean(miss * miss for miss in misses))
    point = values[len(values) - season + (steps - 1) % season]
    half = z_value(confidence) * spread * math.sqrt((steps - 1) // season + 1)
    return Forecast(point, point - half, point + half, spread)


def mean_forecast(values: Sequence[float], confidence: float = CONFIDENCE) -> Forecast | None:
    """The mean of all values, for any period ahead; None below two."""
    if len(values) < 2:
        return None
    point, spread = fmean(values), stdev(values)
    half = z_value(confidence) * spread * math.sqrt(1 + 1 / len(values))
    return Forecast(point, point - half, point + half, spread)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far forecasts were off, as fractions; None where it does not exist.

    `bias` is how much too much was forecast in all, `wape` the errors as a part of all actuals, `total` the accuracy of
    the sum, in which the errors of reps partly cancel.
    """

    bias: float | None
    wape: float | None
    total: float | None


def accuracy(forecasts: Sequence[float], actuals: Sequence[float]) -> Accuracy | None:
    """The usual measures over pairs of forecast and actual of one horizon; None without any."""
    pairs = list(zip(forecasts, actuals, strict=True))
    if not pairs:
        return None
    off = math.fsum(abs(forecast - actual) for forecast, actual in pairs)
    size = math.fsum(abs(actual) for _, actual in pairs)
    actual_sum, forecast_sum = math.fsum(actuals), math.fsum(forecasts)
    bias = _divided(forecast_sum - actual_sum, actual_sum)
    return Accuracy(bias, _divided(off, size), None if bias is None else 1 - abs(bias))


def _divided(above: float, below: float) -> float | None:
    return above / below if below else None
