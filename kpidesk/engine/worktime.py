"""Working days and working minutes between two moments, without holidays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kpidesk.core.clock_changes import ClockChange
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


def minutes_between(
    start: Floats, end: Floats, week: WorkWeek | None, free: Ints, changes: Sequence[ClockChange] = ()
) -> Floats:
    """Working minutes from one local minute since 1970 to another; all minutes where no working hours are given.

    What the clocks skip in between does not count, what they show twice counts twice. Of a time that comes twice it is
    not kept which one is meant: it is the one by which least time passes, and none passes backwards.
    """
    counted = _until(end, week, free) - _until(start, week, free)
    if not changes:
        return np.asarray(counted)
    told = [(one, _length(one, week, free)) for one in changes]
    return np.asarray(counted + _passed_unseen(start, end, [one for one in told if one[1]], week, free))


def _until(minute: Floats, week: WorkWeek | None, free: Ints) -> Floats:
    return minute if week is None else _worked_until(minute, week, free)


def _length(one: ClockChange, week: WorkWeek | None, free: Ints) -> float:
    """The working minutes in what is skipped or comes twice."""
    begin, end = _until(np.array([one.begin, one.end], dtype=np.float64), week, free).tolist()
    return float(end - begin)


def _passed_unseen(
    start: Floats, end: Floats, changes: Sequence[tuple[ClockChange, float]], week: WorkWeek | None, free: Ints
) -> Floats:
    """By how many working minutes more (less: negative) passed than the clocks tell."""
    first, last = np.broadcast_arrays(np.minimum(start, end), np.maximum(start, end))
    more = np.zeros(first.shape)
    begins = np.array([one.begin for one, _ in changes], dtype=np.float64)
    ends = np.array([one.end for one, _ in changes], dtype=np.float64)
    known = np.flatnonzero(np.searchsorted(begins, last, "right") > np.searchsorted(ends, first, "right"))
    known = known[~np.isnan(first.flat[known] + last.flat[known])]
    if not len(known):
        return more
    low, high = first.flat[known], last.flat[known]
    is_back = np.broadcast_to(end < start, first.shape).flat[known]
    found = np.zeros(len(known))
    touched = slice(int(np.searchsorted(ends, low.min())), int(np.searchsorted(begins, high.max(), "right")))
    for one, length in changes[touched]:
        if one.is_twice:
            found += length * ((low < one.begin) & (high >= one.end))
            # Backwards within the hour that comes twice is forwards to its second time.
            found -= length * (is_back & (low >= one.begin) & (high < one.end))
        else:
            inside = [_until(np.clip(each, one.begin, one.end), week, free) for each in (low, high)]
            found -= inside[1] - inside[0]
    more.flat[known] = np.where(is_back, -found, found)
    return more


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
