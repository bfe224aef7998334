"""Working days and working minutes between two moments, without holidays."""

from __future__ import annotations

import numpy as np

from kpidesk.core.worktime import DAY_MINUTES, WorkWeek, working_days
from kpidesk.engine.values import Floats, Ints, Mask

_MONDAY = 3
"""Added to a day number it counts days from a Monday: 1 January 1970 was a Thursday."""


def is_working_day(day: Ints, week: WorkWeek | None, free: Ints) -> Mask:
    """Which days are worked: working days of the week that are no holiday."""
    dated = day.astype("datetime64[D]")
    worked = np.is_busday(dated, weekmask=list(working_days(week)), holidays=free.astype("datetime64[D]"))
    return np.asarray(worked, dtype=np.bool_)


def days_between(start: Floats, end: Floats, week: WorkWeek | None, free: Ints) -> Floats:
    """Working days from one day up to, not including, another; empty where either is."""
    begin, finish = np.broadcast_arrays(start, end)
    known = ~np.isnan(begin) & ~np.isnan(finish)
    found = np.full(begin.shape, np.nan)
    days = [one[known].astype(np.int64).astype("datetime64[D]") for one in (begin, finish)]
    found[known] = np.busday_count(
        days[0], days[1], weekmask=list(working_days(week)), holidays=free.astype("datetime64[D]")
    )
    return found


def minutes_between(start: Floats, end: Floats, week: WorkWeek | None, free: Ints) -> Floats:
    """Working minutes from one minute since 1970 to another; all minutes where no working hours are given."""
    if week is None:
        return np.asarray(end - start)
    return _worked_until(end, week, free) - _worked_until(start, week, free)


def _worked_until(minute: Floats, week: WorkWeek, free: Ints) -> Floats:
    """Working minutes from a Monday long ago up to a minute since 1970."""
    opens, closes = np.array(week, dtype=np.float64).T
    lengths = closes - opens
    before = np.append(0.0, np.cumsum(lengths))
    day = np.floor(minute / DAY_MINUTES)
    weeks, weekday = np.divmod(np.where(np.isnan(day), 0.0, day) + _MONDAY, 7)
    at = weekday.astype(np.int64)
    today = np.clip(minute - day * DAY_MINUTES - opens[at], 0.0, lengths[at])
    return np.asarray(weeks * before[-1] + before[at] + today - _free_until(day, today, lengths, free))


def _free_until(day: Floats, today: Floats, lengths: Floats, free: Ints) -> Floats:
    """The working minutes that holidays take away up to a moment: whole ones before its day, and what passed of it."""
    taken = np.append(0.0, np.cumsum(lengths[(free + _MONDAY) % 7]))
    place = np.searchsorted(free, day)
    is_free = np.append(free, np.iinfo(np.int64).max)[place] == day
    return np.asarray(taken[place] + np.where(is_free, today, 0.0))
