"""What a process comes to by itself, and how many periods a change of its mean needs to show."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kpidesk.stats.process import Limits, limits

LEAST_POINTS = 8


def natural_limits(values: Sequence[float]) -> Limits | None:
    """The limits of a process from all its values, in the order of time; None below eight of them."""
    return limits(values, baseline=len(values)) if len(values) >= LEAST_POINTS else None


def periods_to_show(spread: float, change: float, reach: float) -> float | None:
    """How many periods before and after tell a change of the mean from luck; None for no change.

    `reach` is the sum of the normal quantiles of confidence and power, `spread` the sigma of one period.
    """
    return 2 * (reach * spread / change) ** 2 if change and math.isfinite(change) else None
