"""What a running period comes to, as a range: from how past periods filled up, or from the open deals.

Ranges hold the middle 80 % (P10 to P90). Only counts and money are projected; rates and medians are not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.periods import Period
from kpidesk.core.worktime import WEEKDAYS
from kpidesk.stats.pace import (
    PAST_PERIODS,
    PROJECTION_FROM,
    Basis,
    business_days,
    business_share,
    required_per_day,
)

Floats = NDArray[np.float64]
P10, P50, P90 = 0.1, 0.5, 0.9
EXACT_DEALS = 20
DRAWS = 10_000
SEED = 20_140
_FINEST = 20_000
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Projection:
    """What a period comes to: a point and the middle 80 % of what is likely (None where no range can be given).

    `chance` is how probable the target is. All in the unit of the KPI.
    """

    point: float
    low: float | None
    middle: float | None
    high: float | None
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A running period: its projection (None while too little of it is over), on which basis, and what is needed.

    `share` of the period is over. `required_per_day` is what each of the `days_left` business days must bring to
    reach the target; None without a target or a day.
    """

    projection: Projection | None
    basis: Basis
    share: float
    days_left: int
    required_per_day: float | None


@dataclass(frozen=True, slots=True)
class OpenDeal:
    """One open deal that may still be won in the period: its amount and how probable that is."""

    amount: float
    chance: float


def share_projection(booked: float, past_shares: Sequence[float], target: float | None = None) -> Projection | None:
    """From what past periods had booked by the same business day: `booked` divided by each of their shares.

    The point takes their mean share. None while that is below 20 %, with nothing booked, or with fewer than four
    periods that had booked anything by then: nothing to multiply.
    """
    shares = np.asarray([share for share in past_shares if share > 0], dtype=np.float64)
    if booked <= 0 or len(shares) < PAST_PERIODS or fmean(past_shares) < PROJECTION_FROM:
        return None
    totals = booked / shares
    low, middle, high = (float(one) for one in np.quantile(totals, (P10, P50, P90)))
    chance = None if target is None else float(np.mean(totals >= target * (1 - _ROUNDING)))
    return Projection(booked / fmean(past_shares), low, middle, high, chance)


def outlook(
    actual: float, period: Period, day: date, past: Sequence[Sequence[float]] = (), *, target: float | None = None,
    counted: bool = False, holidays: Sequence[date] = (), week: Sequence[bool] = WEEKDAYS,
) -> Outlook:  # fmt: skip
    """Where a count or an amount of money is heading, as it stands at the start of `day`.

    Each of `past` holds the running total after every business day of one past period: four or more that came to
    something show how periods fill up; else business days do. By business days only a count (`counted`) has a range,
    because nothing tells how unevenly money comes in. Distinct counts, which fill up slower and slower, need `past`.
    """
    total = business_days(period.start, period.end, holidays, week)
    gone = business_days(period.start, min(max(day, period.start), period.end), holidays, week)
    needed = None if target is None else required_per_day(target, actual, total - gone)
    shares = _past_shares(past, gone / total) if total else ()
    if len(shares) >= PAST_PERIODS:
        return Outlook(share_projection(actual, shares, target), "history", fmean(shares), total - gone, needed)
    share = business_share(period, day, holidays, week)
    found = _linear(actual, share, target, counted=counted) if share >= PROJECTION_FROM else None
    return Outlook(found, "business" if total else "calendar", share, total - gone, needed)


def _past_shares(past: Sequence[Sequence[float]], place: float) -> tuple[float, ...]:
    """How much of their total past periods had at the same part of their business days."""
    found = []
    for totals in past:
        running = np.concatenate(([0.0], np.asarray(totals, dtype=np.float64)))
        if running[-1] > 0:
            found.append(float(np.interp(place, np.linspace(0.0, 1.0, len(running)), running)) / float(running[-1]))
    return tuple(found)


def _linear(actual: float, share: float, target: float | None, *, counted: bool) -> Projection:
    """The rest as fast as so far; of a count the range that the rest can take when events come by themselves."""
    point = actual / share
    if share >= 1:
        return Projection(actual, actual, actual, actual, None if target is None else float(actual >= target))
    if not counted:
        return Projection(point, None, None, None)
    low, middle, high = (actual + _rest(actual, share, part) for part in (P10, P50, P90))
    if target is None:
        return Projection(point, low, middle, high)
    missing = math.ceil(target - actual - _ROUNDING)
    return Projection(point, low, middle, high, 1 - float(_rest_up_to(missing - 1.0, actual, share)))


def _rest_up_to(most: float | Floats, actual: float, share: float) -> Floats:
    """How probable at most so many further events are: negative binomial, the rate as sure as what has come in."""
    from scipy import special

    counts = np.asarray(most, dtype=np.float64)
    inside = special.betainc(actual + 0.5, np.maximum(counts, 0) + 1, share)
    return np.asarray(np.where(counts < 0, 0.0, inside), dtype=np.float64)


def _rest(actual: float, share: float, part: float) -> float:
    """The quantile of the number of further events."""
    expected = (actual + 0.5) * (1 - share) / share
    most = int(expected + 20 * math.sqrt(expected / share + 1) + 20)
    return float(np.searchsorted(_rest_up_to(np.arange(most + 1.0), actual, share), part - _ROUNDING))


def pipeline_projection(
    booked: float, deals: Sequence[OpenDeal], target: float | None = None, *, turn: Sequence[float] = (),
    spread: float = 1.0, seed: int = SEED,
) -> Projection:  # fmt: skip
    """From what is booked and the open deals, each won or not by itself: exact up to 20 deals, else 10,000 draws.

    Deals without an amount add nothing.

    `turn` are amounts that past periods won in the same time from deals they did not have yet, each as likely as the
    others. `spread` widens the range by how much wider past results were than said (`spread_ratio`): deals that win
    or lose together make it too narrow.
    """
    worth = [deal for deal in deals if deal.amount > 0]
    new = [max(amount, 0.0) for amount in turn]
    point = booked + math.fsum(deal.amount * deal.chance for deal in worth) + (fmean(new) if new else 0.0)
    totals, chances = _exact(worth, new) if len(worth) <= EXACT_DEALS else _drawn(worth, new, seed)
    totals = np.maximum(point + (booked + totals - point) * spread, booked)
    below = np.cumsum(chances)
    low, middle, high = (
        float(totals[min(int(np.searchsorted(below, part - _ROUNDING)), len(totals) - 1)]) for part in (P10, P50, P90)
    )
    chance = None if target is None else min(1.0, float(chances[totals >= target - _ROUNDING * abs(target)].sum()))
    return Projection(point, low, middle, high, chance)


def _exact(deals: Sequence[OpenDeal], turn: Sequence[float]) -> tuple[Floats, Floats]:
    """All sums of won deals, smallest first, with their chances; amounts on a grid of at least 2,000 steps."""
    top = math.fsum(deal.amount for deal in deals) + max((*turn, 0.0))
    unit = 10.0 ** math.ceil(math.log10(top / _FINEST)) if top > 0 else 1.0
    size = sum(round(deal.amount / unit) for deal in deals) + round(max((*turn, 0.0)) / unit) + 1
    chances = np.zeros(size)
    chances[0] = 1.0
    for deal in deals:
        chances = (1 - deal.chance) * chances + deal.chance * _moved(chances, round(deal.amount / unit))
    if turn:
        chances = np.mean([_moved(chances, round(amount / unit)) for amount in turn], axis=0)
    kept = np.flatnonzero(chances > 0)
    return np.asarray(kept * unit, dtype=np.float64), np.asarray(chances[kept], dtype=np.float64)


def _moved(chances: Floats, steps: int) -> Floats:
    """A distribution moved up by so many steps; the room for it has been made."""
    return np.concatenate((np.zeros(steps), chances[: len(chances) - steps]))


def _drawn(deals: Sequence[OpenDeal], turn: Sequence[float], seed: int) -> tuple[Floats, Floats]:
    draw = np.random.default_rng(seed)
    chances = np.array([deal.chance for deal in deals])
    totals = (draw.random((DRAWS, len(deals))) < chances) @ np.array([deal.amount for deal in deals])
    if turn:
        totals = totals + draw.choice(np.asarray(turn, dtype=np.float64), DRAWS)
    return np.sort(totals), np.full(DRAWS, 1 / DRAWS)


def pipeline_spread(deals: Sequence[OpenDeal]) -> float:
    """The standard deviation of what open deals come to when each is won or not by itself."""
    return math.sqrt(math.fsum(deal.amount**2 * deal.chance * (1 - deal.chance) for deal in deals))


def spread_ratio(points: Sequence[float], spreads: Sequence[float], actuals: Sequence[float]) -> float:
    """How much wider past results lay round their projections than those said; 1 with fewer than four to judge by."""
    errors = [
        (actual - point) / spread
        for point, spread, actual in zip(points, spreads, actuals, strict=True) if spread > 0
    ]  # fmt: skip
    return math.sqrt(fmean(error * error for error in errors)) if len(errors) >= PAST_PERIODS else 1.0
