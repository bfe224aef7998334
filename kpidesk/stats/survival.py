"""How long deals take when some are still open and others are lost: curves that count every deal.

The median of won deals alone is too short, because the slow ones are still open. Kaplan and Meier 1958 with the
interval of Brookmeyer and Crowley 1982 (log-log form, as R's survfit); Aalen and Johansen 1978 for won and lost apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.formats import fixed, format_value
from kpidesk.stats.intervals import CONFIDENCE, z_value

_HALF = 0.5
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Curve:
    """A step curve: from `days[i]` on it stands at `share[i]`, before the first day at 1 (or 0 if it rises).

    `variance` is Greenwood's sum for a falling curve, empty for a rising one.
    """

    days: tuple[float, ...]
    share: tuple[float, ...]
    variance: tuple[float, ...] = ()

    def at(self, day: float, before: float) -> float:
        """Where the curve stands on a day; `before` is where it stands before its first step."""
        place = int(np.searchsorted(np.asarray(self.days), day, side="right"))
        return self.share[place - 1] if place else before


@dataclass(frozen=True, slots=True)
class Duration:
    """How many days half of the deals take, with the ends of its interval; None where a curve does not get so far."""

    days: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Cycle:
    """The length of the cycle of won, lost and open deals.

    `won_only` is the usual median of won deals, `closing` the time until a deal closes either way, with open deals
    counted at their age. `won` and `lost` are the shares of all deals that are won or lost by a day.
    """

    won_only: float | None
    closing: Duration
    won: Curve
    lost: Curve
    counts: tuple[int, int, int]

    @property
    def words(self) -> str:
        """Both medians in one sentence."""
        if self.won_only is None:
            return "No won deals yet."
        shown = f"Won deals took {format_value(self.won_only, 'days')} (median)"
        if self.closing.days is None:
            return f"{shown}; less than half of all deals have closed, so the full cycle cannot be told yet."
        within = fixed(self.closing.days, 0)
        return f"{shown}; with open deals counted at their age, half of all deals close within {within}."


def survival_curve(days: Sequence[float], closed: Sequence[bool]) -> Curve:
    """The share of deals still open by their age (Kaplan–Meier); those not `closed` are open at `days`."""
    age, ended = _arrays(days, closed)
    steps = np.unique(age[ended])
    at_risk = len(age) - np.searchsorted(np.sort(age), steps, side="left")
    events = np.searchsorted(np.sort(age[ended]), steps, side="right") - np.searchsorted(
        np.sort(age[ended]), steps, side="left"
    )
    left = np.cumprod(1 - events / at_risk)
    last = at_risk == events
    greenwood = np.cumsum(np.where(last, np.inf, events / (at_risk * np.where(last, 1, at_risk - events))))
    return Curve(tuple(steps.tolist()), tuple(left.tolist()), tuple(greenwood.tolist()))


def _arrays(days: Sequence[float], ended: Sequence[bool]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    age, known = np.asarray(days, dtype=np.float64), np.asarray(ended, dtype=bool)
    if len(age) != len(known):
        raise ValueError(f"{len(age)} durations with {len(known)} outcomes")
    return age, known


def median_of(curve: Curve, confidence: float = CONFIDENCE) -> Duration:
    """The first day on which half or fewer are still open, with its interval.

    The interval holds the days whose own log-log interval contains one half; an end is None where the curve is too
    short to say.
    """
    ends = [_band(left, variance, confidence) for left, variance in zip(curve.share, curve.variance, strict=True)]
    return Duration(
        _first(curve.days, curve.share),
        _first(curve.days, [low for low, _ in ends]),
        _first(curve.days, [high for _, high in ends]),
    )


def _first(days: Sequence[float], share: Sequence[float]) -> float | None:
    return next((day for day, left in zip(days, share, strict=True) if left <= _HALF + _ROUNDING), None)


def _band(left: float, variance: float, confidence: float) -> tuple[float, float]:
    """Both ends of the share still open on one day."""
    if left <= 0:
        return 0.0, math.nan
    if left >= 1:
        return 1.0, 1.0
    reach = z_value(confidence) * math.sqrt(variance) / abs(math.log(left))
    return left ** math.exp(reach), left ** math.exp(-reach)


def incidence(days: Sequence[float], outcomes: Sequence[str], event: str) -> Curve:
    """The share of all deals that have come to `event` by an age (Aalen–Johansen).

    `outcomes` are "open" or any kinds of end: another end than `event` takes a deal out for good, so the shares of
    all ends and of the open ones add up to 1.
    """
    age, ended = _arrays(days, [outcome != "open" for outcome in outcomes])
    wanted = np.asarray([outcome == event for outcome in outcomes], dtype=bool)
    open_share = survival_curve(age.tolist(), ended.tolist())
    ordered = np.sort(age)
    total, steps, shares = 0.0, [], []
    for place, day in enumerate(open_share.days):
        hits = int(np.count_nonzero(wanted & (age == day)))
        if hits:
            still = open_share.share[place - 1] if place else 1.0
            total += still * hits / (len(age) - int(np.searchsorted(ordered, day, side="left")))
            steps.append(day)
            shares.append(total)
    return Curve(tuple(steps), tuple(shares))


def cycle(won: Sequence[float], lost: Sequence[float], still_open: Sequence[float]) -> Cycle:
    """The cycle of deals from the days that won and lost ones took and the present age of open ones."""
    days = [*won, *lost, *still_open]
    outcomes = ["won"] * len(won) + ["lost"] * len(lost) + ["open"] * len(still_open)
    closing = survival_curve(days, [outcome != "open" for outcome in outcomes])
    return Cycle(
        median(won) if won else None,
        median_of(closing),
        incidence(days, outcomes, "won"),
        incidence(days, outcomes, "lost"),
        (len(won), len(lost), len(still_open)),
    )
