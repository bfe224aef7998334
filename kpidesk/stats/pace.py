"""How much of a period's target is due by a day, where the period is heading, and what is still needed.

A day counts as over when it lies before `day`: on the first day of a period nothing is due yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.kpis import PaceBasis
from kpidesk.core.periods import Period
from kpidesk.core.worktime import WEEKDAYS

BASIS_WORDS: dict[PaceBasis, str] = {
    "calendar": "by calendar days",
    "business": "by business days",
    "history": "as past periods went",
}
PROJECTION_FROM = 0.2
PAST_PERIODS = 4
_STEPS = 101


@dataclass(frozen=True, slots=True)
class Pace:
    """The share of a period's target that is due, on which basis, and the business days gone and in all."""

    share: float
    basis: PaceBasis
    days_gone: int
    days_total: int


def business_days(start: date, end: date, holidays: Sequence[date] = (), week: Sequence[bool] = WEEKDAYS) -> int:
    """Working days of the week from `start` up to, not including, `end`, without holidays.

    `week` tells from Monday to Sunday which days are worked.
    """
    off = np.array([str(day) for day in holidays], dtype="datetime64[D]")
    return int(np.busday_count(np.datetime64(start, "D"), np.datetime64(end, "D"), weekmask=list(week), holidays=off))


def days_worked(period: Period, holidays: Sequence[date] = (), week: Sequence[bool] = WEEKDAYS) -> list[date]:
    """Each working day of a period, as `business_days` counts them."""
    days = np.arange(np.datetime64(period.start, "D"), np.datetime64(period.end, "D"))
    off = np.array([str(day) for day in holidays], dtype="datetime64[D]")
    found: list[date] = days[np.is_busday(days, weekmask=list(week), holidays=off)].tolist()
    return found


def calendar_share(period: Period, day: date) -> float:
    """The share of the days of the period that are over."""
    return min(max((day - period.start).days / period.days, 0.0), 1.0)


def business_share(period: Period, day: date, holidays: Sequence[date] = (), week: Sequence[bool] = WEEKDAYS) -> float:
    """The share of the business days of the period that are over; by calendar when it has none."""
    total = business_days(period.start, period.end, holidays, week)
    if total == 0:
        return calendar_share(period, day)
    return business_days(period.start, min(max(day, period.start), period.end), holidays, week) / total


def curve_share(curve: Sequence[float] | NDArray[np.float64], position: float) -> float:
    """Read a cumulative curve (its value after step 1, 2 …) at a position in steps, linear in between."""
    return float(np.interp(position, np.arange(len(curve) + 1), np.concatenate(([0.0], np.asarray(curve)))))


def history_curve(past: Sequence[Sequence[float] | NDArray[np.float64]]) -> NDArray[np.float64] | None:
    """The mean way in which past periods filled up: cumulative shares at 1 % … 100 % of their business days.

    Each of `past` holds the running total after every business day of one period. None with fewer than four
    periods that came to more than nothing: too short to know.
    """
    grid = np.linspace(0.0, 1.0, _STEPS)
    shares = []
    for totals in past:
        running = np.concatenate(([0.0], np.asarray(totals, dtype=np.float64)))
        if running[-1] > 0:
            shares.append(np.interp(grid, np.linspace(0.0, 1.0, len(running)), running / running[-1]))
    if len(shares) < PAST_PERIODS:
        return None
    return np.asarray(np.mean(shares, axis=0)[1:], dtype=np.float64)


def pace_of(
    period: Period, day: date, *, holidays: Sequence[date] = (), curve: NDArray[np.float64] | None = None,
    week: Sequence[bool] = WEEKDAYS,
) -> Pace:  # fmt: skip
    """The share due by the start of `day`: as past periods went when a curve is known, else by business days."""
    total = business_days(period.start, period.end, holidays, week)
    gone = business_days(period.start, min(max(day, period.start), period.end), holidays, week)
    if curve is not None and total:
        return Pace(curve_share(curve, gone / total * len(curve)), "history", gone, total)
    return Pace(business_share(period, day, holidays, week), "business" if total else "calendar", gone, total)


def projection(actual: float, share: float) -> float | None:
    """What the period comes to if it goes on like this; None while too little of it is over to say."""
    return actual / share if share >= PROJECTION_FROM else None


def required_per_day(target: float, actual: float, days_left: int) -> float | None:
    """What every remaining business day must bring; 0 when the target is reached, None when no day is left."""
    if actual >= target:
        return 0.0
    return (target - actual) / days_left if days_left > 0 else None
