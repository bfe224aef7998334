"""What a running period comes to, as a range: from how past periods filled up, or from the open deals.

Ranges hold the middle 80 % (P10 to P90). Only counts and money are projected; rates and medians are not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.kpis import PaceBasis
from kpidesk.stats.pace import PAST_PERIODS, PROJECTION_FROM, Pace, projection, required_per_day

Floats = NDArray[np.float64]
P10, P50, P90 = 0.1, 0.5, 0.9
MOST_EXACT = 200
_FINEST = 20_000
SMALL_PARTS = 41
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Projection:
    """What a period comes to: a point and the middle 80 % of what is likely (None where no range can be given).

    `point` is what the method's own sum says, `middle` the median (P50) of what is likely. `chances` are how probable
    the targets are, in their order; empty without a range. All in the unit of the KPI.
    """

    point: float
    low: float | None
    middle: float | None
    high: float | None
    chances: tuple[float, ...] = ()

    @property
    def shown(self) -> float:
        """The point to show with a range: its median, so that a target above it is less likely than not."""
        return self.point if self.middle is None else self.middle


@dataclass(frozen=True, slots=True)
class Outlook:
    """A running period: its projection (None while too little of it is over), on which basis, and what is needed.

    `share` of the period is over. `required_per_day` is what each of the `days_left` business days must bring to
    reach the target; None without a target or a day.
    """

    projection: Projection | None
    basis: PaceBasis
    share: float
    days_left: int
    required_per_day: float | None


def share_range(
    booked: float, past_shares: Sequence[float], targets: Sequence[float] = (), *, is_over: bool = False
) -> Projection | None:
    """From what past periods had booked by the same business day: `booked` divided by each of their shares.

    None while the mean share of all is below 20 %, with nothing booked, or with fewer than four periods that had booked
    anything by then, as this one has: nothing to multiply. The P10 and P90 of so few hold less than four of five
    results, so everything moves away from the median, as ratios, by what a further period lies outside of them:
    Student's t and √(1 + 1/n) of a prediction interval against what they come to on average. Point, range and chances
    are all of this one distribution. A target that k of n periods would have reached has the chance (k + ½) ÷ (n + 1):
    so few periods make nothing certain. Once `is_over`, with no day left, it comes to what is booked.
    """
    totals = past_totals(booked, past_shares)
    if totals is None:
        return None
    if is_over:
        return Projection(booked, booked, booked, booked, tuple(float(booked >= target) for target in targets))
    wider = beyond(len(totals))
    low, middle, high = middle_of(totals)
    low, high = (middle * (end / middle) ** wider for end in (low, high))
    wide = np.maximum(middle * (totals / middle) ** wider, booked)
    return Projection(middle, max(low, booked), middle, high, _reached(booked, wide, targets))


def past_totals(booked: float, past_shares: Sequence[float]) -> Floats | None:
    """What a period comes to by the share of each past one that had any; None where they do not tell."""
    shares = np.asarray([share for share in past_shares if share > 0], dtype=np.float64)
    if booked <= 0 or len(shares) < PAST_PERIODS or fmean(past_shares) < PROJECTION_FROM:
        return None
    return booked / shares


def middle_of(totals: Floats) -> tuple[float, float, float]:
    """P10, median and P90."""
    low, middle, high = np.quantile(totals, (P10, P50, P90)).tolist()
    return low, middle, high


def _reached(booked: float, totals: Floats, targets: Sequence[float]) -> tuple[float, ...]:
    """How likely each target is: surely where it is booked already."""
    counts = [float((totals >= target * (1 - ROUNDING)).sum()) for target in targets]
    return tuple(
        1.0 if booked >= target else (count + 0.5) / (len(totals) + 1)
        for count, target in zip(counts, targets, strict=True)
    )


def beyond(n: int) -> float:
    """How much further out a next value has its P90 than n normal values on average (Blom, 1958: the i-th of n)."""
    at = P90 * (n - 1) + 1
    below, above = (NormalDist().inv_cdf((i - 0.375) / (n + 0.25)) for i in (math.floor(at), math.ceil(at)))
    usual = below + (above - below) * (at - math.floor(at))
    return further(n - 1) * NormalDist().inv_cdf(P90) * math.sqrt(1 + 1 / n) / usual


def outlook(
    actual: float, pace: Pace, shares: Sequence[float] = (), *, target: float | None = None, counted: bool = False,
    is_over: bool = False,
) -> Outlook:  # fmt: skip
    """Where a count or an amount of money is heading at a pace.

    By history `shares` are the parts of their totals that four or more past periods had by the same working day. By
    days only a count (`counted`) has a range, because nothing tells how unevenly money comes in. Distinct counts, which
    fill up slower and slower, need history. `is_over`: no day is left, worked or not.
    """
    left = pace.days_total - pace.days_gone
    needed = None if target is None else required_per_day(target, actual, left)
    targets = () if target is None else (target,)
    if pace.basis == "history":
        found = share_range(actual, shares, targets, is_over=is_over)
        return Outlook(found, "history", pace.share, left, needed)
    point = projection(actual, pace.share)
    found = _linear((actual, point), pace.share, targets, counted=counted) if point is not None else None
    return Outlook(found, pace.basis, pace.share, left, needed)


def past_shares(past: Sequence[Sequence[float]], place: float) -> tuple[float, ...]:
    """How much of their total past periods had at the same part of their business days."""
    found = []
    for totals in past:
        running = np.concatenate(([0.0], np.asarray(totals, dtype=np.float64)))
        if running[-1] > 0:
            found.append(float(np.interp(place, np.linspace(0.0, 1.0, len(running)), running)) / float(running[-1]))
    return tuple(found)


def _linear(sums: tuple[float, float], share: float, targets: Sequence[float], *, counted: bool) -> Projection:
    """The rest as fast as so far; of a count the range that the rest can take when events come by themselves.

    `sums` are what there is so far, and what it comes to at this pace.
    """
    actual, point = sums
    if share >= 1:
        return Projection(actual, actual, actual, actual, tuple(float(actual >= target) for target in targets))
    if not counted:
        return Projection(point, None, None, None)
    low, middle, high = (actual + _rest(actual, share, part) for part in (P10, P50, P90))
    missing = [math.ceil(target - actual - ROUNDING) for target in targets]
    chances = tuple(1 - float(_rest_up_to(more - 1.0, actual, share)) for more in missing)
    return Projection(point, low, middle, high, chances)


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
    return float(np.searchsorted(_rest_up_to(np.arange(most + 1.0), actual, share), part - ROUNDING))


def pipeline_projection(
    booked: float, amounts: Floats, chances: Floats, targets: Sequence[float] = (), *, turn: Sequence[float] = (),
    spread: float = 1.0,
) -> Projection:  # fmt: skip
    """From what is booked and the open deals by amount and chance, each won or not by itself: by exact convolution.

    Sums lie on a grid of 8,000 to 20,000 steps; deals without an amount add nothing. Beyond the 200 largest
    deals the many small ones count as one sum, which is as good as normal.

    `turn` are amounts that past periods won in the same time from deals they did not have yet, each as likely as the
    others. `spread` widens the range by how much wider past results were than said (`spread_ratio`): deals that win
    or lose together make it too narrow.
    """
    new = np.maximum(np.asarray(turn, dtype=np.float64), 0.0)
    expected = math.fsum((amounts * chances).tolist())
    point = booked + expected + (float(new.mean()) if len(new) else 0.0)
    totals, likely = _sums(amounts, chances, new)
    totals = np.maximum(point + (booked + totals - point) * spread, booked)
    below = np.cumsum(likely)
    low, middle, high = (
        float(totals[min(int(np.searchsorted(below, part - ROUNDING)), len(totals) - 1)]) for part in (P10, P50, P90)
    )
    reached = tuple(min(1.0, float(likely[totals >= target - ROUNDING * abs(target)].sum())) for target in targets)
    return Projection(point, low, middle, high, reached)


def _sums(amounts: Floats, chances: Floats, turn: Floats) -> tuple[Floats, Floats]:
    """All sums of won deals, smallest first, with their chances."""
    order = np.argsort(-amounts, kind="stable")
    order = order[amounts[order] > 0]
    largest, small = order[:MOST_EXACT], order[MOST_EXACT:]
    rest = _small_sums(amounts[small], chances[small])
    top = float(amounts[order].sum()) + float(turn.max(initial=0.0))
    unit = grid_step(top) if top > 0 else 1.0
    found = _won_or_not(chances[largest[::-1]].tolist(), (amounts[largest[::-1]] / unit).tolist())
    for more in (rest, turn):
        if len(more):
            found = _moved(*((1 / len(more), steps, found) for steps in (more / unit).tolist()))
    kept = np.flatnonzero(found > 0)
    return np.asarray(kept * unit, dtype=np.float64), np.asarray(found[kept], dtype=np.float64)


def grid_step(top: float) -> float:
    """A round amount (1, 2 or 5 with noughts) of which there are 8,000 to 20,000 up to the top."""
    least = top / _FINEST
    power = 10.0 ** math.floor(math.log10(least))
    return next((one * power for one in (1, 2, 5) if one * power >= least * (1 - ROUNDING)), 10 * power)


def _small_sums(amounts: Floats, chances: Floats) -> Floats:
    """What many small deals come to, as equally likely sums: normal, within nothing and all of them."""
    if not len(amounts):
        return np.zeros(0)
    usual, wide = float((amounts * chances).sum()), spread_of(amounts, chances)
    parts = ((at + 0.5) / SMALL_PARTS for at in range(SMALL_PARTS))
    return np.clip([usual + wide * NormalDist().inv_cdf(part) for part in parts], 0.0, float(amounts.sum()))


def _won_or_not(chances: Sequence[float], steps: Sequence[float]) -> Floats:
    """All sums of deals of so many steps of the grid, each won or not: as `_moved` has them, in one piece of memory."""
    sizes = [math.ceil(one - ROUNDING) for one in steps]
    found, size = np.zeros(1 + sum(sizes)), 1
    found[0] = 1.0
    for chance, step, more in zip(chances, steps, sizes, strict=True):
        below = math.floor(step + ROUNDING)
        above = max(step - below, 0.0)
        now = found[:size]
        parts = [(below, now * (chance * (1 - above)))]
        if above > ROUNDING:
            parts.append((below + 1, now * (chance * above)))
        now *= 1 - chance
        for start, part in parts:
            found[start : start + size] += part
        size += more
    return found


def _moved(*parts: tuple[float, float, Floats]) -> Floats:
    """The mixture of distributions: each as likely as said, and moved up by so many steps of the grid.

    A part of a step counts in part for the step below and in part for that above, so that the mean stays exact.
    """
    found = np.zeros(max(len(chances) + math.ceil(steps - ROUNDING) for _, steps, chances in parts))
    for likely, steps, chances in parts:
        below = math.floor(steps + ROUNDING)
        above = max(steps - below, 0.0)
        found[below : below + len(chances)] += likely * (1 - above) * chances
        if above > ROUNDING:
            found[below + 1 : below + 1 + len(chances)] += likely * above * chances
    return found


def spread_of(amounts: Floats, chances: Floats) -> float:
    """The standard deviation of what open deals come to when each is won or not by itself."""
    return math.sqrt(float((amounts**2 * chances * (1 - chances)).sum()))


def spread_ratio(points: Sequence[float], spreads: Sequence[float], actuals: Sequence[float]) -> float:
    """How much wider past results lay round their projections than those said; 1 with fewer than four to judge by."""
    errors = [
        (actual - point) / spread
        for point, spread, actual in zip(points, spreads, actuals, strict=True) if spread > 0
    ]  # fmt: skip
    return math.sqrt(fmean(error * error for error in errors)) if len(errors) >= PAST_PERIODS else 1.0


def widening(points: Sequence[float], spreads: Sequence[float], actuals: Sequence[float]) -> float:
    """By how much to widen a range so that it holds its share of results: never narrower than the deals alone say.

    Besides how much wider past results lay (`spread_ratio`) it counts that so few of them do not tell it well:
    Student's t against the normal at P90, and √(1 + 1/n) for what n periods taught (a prediction interval).
    """
    periods = max(len(points), 2)
    few = further(periods - 1) * math.sqrt(1 + 1 / periods)
    return max(spread_ratio(points, spreads, actuals), 1.0) * few


def further(freedom: int) -> float:
    """How much further out P10 and P90 lie where a spread is told by so few values: Student's t against the normal."""
    normal = NormalDist().inv_cdf(P90)
    return _student(normal, max(freedom, 1)) / normal


def _student(normal: float, freedom: int) -> float:
    """Student's quantile from the normal one (Abramowitz and Stegun, 26.7.5), right to a thousandth from 3 on."""
    z, n = normal, float(freedom)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / n + second / n**2 + third / n**3
