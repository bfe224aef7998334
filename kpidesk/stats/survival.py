"""How long deals take when some are still open: a curve that counts every deal.

The median of won deals alone is too short, because the slow ones are still open (Kaplan and Meier 1958).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_HALF = 0.5
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Curve:
    """A step curve that falls: from `days[i]` on it stands at `share[i]`, before the first day at 1."""

    days: tuple[float, ...]
    share: tuple[float, ...]


def survival_curve(days: Sequence[float], closed: Sequence[bool]) -> Curve:
    """The share of deals still open by their age (Kaplan–Meier); those not `closed` are open at `days`."""
    age, ended = np.asarray(days, dtype=np.float64), np.asarray(closed, dtype=bool)
    if len(age) != len(ended):
        raise ValueError(f"{len(age)} durations with {len(ended)} outcomes")
    steps, events = np.unique(age[ended], return_counts=True)
    at_risk = len(age) - np.searchsorted(np.sort(age), steps, side="left")
    return Curve(tuple(steps.tolist()), tuple(np.cumprod(1 - events / at_risk).tolist()))


def median_of(curve: Curve) -> float | None:
    """The first day on which half or fewer are still open; None where the curve does not get so far."""
    steps = zip(curve.days, curve.share, strict=True)
    return next((day for day, left in steps if left <= _HALF + _ROUNDING), None)
