"""When the clocks of a time zone are changed, in the local time of the stamps that the workspace keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1970, 2099
"""Years of which the changes are known."""
_MINUTE, _WEEK = timedelta(minutes=1), timedelta(days=7)  # no zone has changed its clock there and back within a week
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A stretch of local time that is skipped or comes twice, `begin` to `end` in minutes since 1970, end excluded."""

    begin: int
    end: int
    is_twice: bool


@cache
def clock_changes(zone: str) -> tuple[ClockChange, ...]:
    """The changes of a time zone's clocks from 1970 to 2099, oldest first; none for a zone such as UTC."""
    return tuple(_changes(ZoneInfo(zone)))


def has_time(stamp: str) -> bool:
    """Whether a stamp has its time of day."""
    return "T" in stamp


def local_minute(stamp: str) -> int:
    """The minutes since 1970 of a stamp with its time of day, such as 2026-03-29T02:30."""
    return (datetime.fromisoformat(stamp) - _EPOCH) // _MINUTE


def is_repeated(first: int, second: int, changes: tuple[ClockChange, ...]) -> bool:
    """Whether two local minutes lie in one stretch that comes twice, so that either may be the earlier one."""
    return any(one.is_twice and one.begin <= min(first, second) and max(first, second) < one.end for one in changes)


def _changes(zone: ZoneInfo) -> Iterator[ClockChange]:
    moment, last = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
    before = _ahead(moment, zone)
    while moment < last:
        after = _ahead(moment + _WEEK, zone)
        if after != before:
            at = (_first_after(moment, before, zone).replace(tzinfo=None) - _EPOCH) // _MINUTE
            low, high = sorted((before, after))
            yield ClockChange(at + low, at + high, after < before)
        moment, before = moment + _WEEK, after


def _ahead(moment: datetime, zone: ZoneInfo) -> int:
    """By how many minutes a zone is ahead of UTC."""
    return ((moment.astimezone(zone)).utcoffset() or timedelta()) // _MINUTE


def _first_after(moment: datetime, before: int, zone: ZoneInfo) -> datetime:
    """The first minute within a week after a moment at which a zone is no longer so far ahead."""
    low, high = 0, _WEEK // _MINUTE
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _ahead(moment + middle * _MINUTE, zone) != before else (middle, high)
    return moment + high * _MINUTE
