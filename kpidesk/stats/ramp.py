"""The quota of a rep who is still ramping up, joins, leaves, is away or works part-time, exact to the day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from kpidesk.core.periods import Period

RAMP: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 1.0)


def full_months(start: date, day: date) -> int:
    """Whole months from `start` to `day`; a start on the 31st completes a month on the last day of a short one."""
    months = (day.year - start.year) * 12 + day.month - start.month
    return months - (day.day < min(start.day, monthrange(day.year, day.month)[1]))


def day_factor(day: date, start: date, ramp: Sequence[float] = RAMP) -> float:
    """The share of a full quota that counts on `day`; nothing before the start."""
    if day < start:
        return 0.0
    return ramp[min(full_months(start, day), len(ramp) - 1)]


def month_factor(
    year: int, month: int, start: date, ramp: Sequence[float] = RAMP, within: Period | None = None
) -> float:
    """The mean factor of a month: its days, inside `within` where given, divided by all its days."""
    length = monthrange(year, month)[1]
    days = (date(year, month, 1) + timedelta(days=step) for step in range(length))
    return sum(day_factor(day, start, ramp) for day in days if within is None or day in within) / length


def ramped_quota(full_month_quota: float, period: Period, start: date, ramp: Sequence[float] = RAMP) -> float:
    """The quota of a period for a rep who began on `start`, from the quota of a full month."""
    months = range(period.start.year * 12 + period.start.month - 1, period.last_day.year * 12 + period.last_day.month)
    return full_month_quota * sum(month_factor(at // 12, at % 12 + 1, start, ramp, period) for at in months)


def full_time(_: date) -> float:
    """Full time on every day."""
    return 1.0


def carried_share(
    period: Period, start: date | None, ramp: Sequence[float], end: date | None = None, away: Sequence[Period] = (),
    fte: Callable[[date], float] = full_time,
) -> float:  # fmt: skip
    """The share of a full target of a period that a person carries, day by day; every month weighs the same.

    A day before `start`, from `end` on or within a time `away` counts nothing, any other by the months since `start`
    and the share of full time (0 to 1) that `fte` gives for it.
    """

    def counts(day: date) -> float:
        if (end is not None and day >= end) or any(day in spell for spell in away):
            return 0.0
        return fte(day) * (1.0 if start is None else day_factor(day, start, ramp))

    days = [period.start + timedelta(days=step) for step in range(period.days)]
    weights = [1 / monthrange(day.year, day.month)[1] for day in days]
    return sum(weight * counts(day) for weight, day in zip(weights, days, strict=True)) / sum(weights)
