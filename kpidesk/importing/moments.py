"""Moments with a zone behind them, as most files write them, cut to the day and time of another zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple

ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[-+]\d{2}(?::?\d{2})?)",
    re.ASCII,
)
AN_HOUR, A_DAY, MINUTE = 60, 24 * 60, timedelta(minutes=1)


class Moment(NamedTuple):
    """A moment by the `day` that is written, and how many minutes from its beginning it lies in UTC and in a zone."""

    day: str
    universal: int
    local: int

    @property
    def cut(self) -> tuple[str, str]:
        """The day and the time in the zone, as "2026-03-01" and "09:30"."""
        days, minutes = divmod(self.local, A_DAY)
        return beside(self.day, days) if days else self.day, f"{minutes // AN_HOUR:02d}:{minutes % AN_HOUR:02d}"


def moment_of(text: str, zone: tzinfo) -> Moment | None:
    """The moment that a text such as "2026-03-01T09:30:00Z" tells; None where it is written in another way.

    None as well on days of which the zone changes its clocks: there each moment has to be looked at by itself.
    """
    found = ISO.fullmatch(text)
    ahead = _ahead(found[1], found[4], zone) if found is not None else None
    if found is None or ahead is None:
        return None
    universal = int(found[2]) * AN_HOUR + int(found[3]) - ahead[0]
    return Moment(found[1], universal, universal + ahead[1])


def offset_of(text: str) -> tzinfo:
    """The zone that a text such as "Z", "+02:00" or "-0330" names."""
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=min(int(digits[:2]), 23), minutes=min(int(digits[2:]), 59))
    return timezone(-ahead if text[0] == "-" else ahead)


@lru_cache(maxsize=20_000)
def _ahead(day: str, offset: str, zone: tzinfo) -> tuple[int, int] | None:
    """By how many minutes what is written on a day and a zone are ahead of UTC.

    None where that of the zone changes on it, and where there is no such day.
    """
    written = offset_of(offset)
    try:
        begin = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=written)
        first, last = (one.astimezone(zone) for one in (begin, begin + timedelta(days=1, minutes=-1)))
    except (ValueError, OverflowError):
        return None
    here = first.utcoffset()
    if here is None or here != last.utcoffset():
        return None
    return (written.utcoffset(None) or timedelta()) // MINUTE, here // MINUTE


@lru_cache(maxsize=20_000)
def beside(day: str, days: int) -> str:
    """The day so many days after one, before it where they are negative."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
