"""Which days and hours of a week are worked, as a person writes them: "Mon-Thu 09:00-17:00, Fri 09:00-15:00"."""

from __future__ import annotations

import re

from kpidesk.core.errors import UserError

WorkWeek = tuple[tuple[int, int], ...]
"""For Monday to Sunday the minutes of the day at which work begins and ends, equal where none is done."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 1440
WEEKDAYS = (True,) * 5 + (False,) * 2
CLOSED = (0, 0)
ADVICE = "Write for example Mon-Fri 09:00-17:00, or nothing for around the clock."
_PART = re.compile(r"([a-z]{3,9})(?:\s*[-–]\s*([a-z]{3,9}))?\s+(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


def read_work_week(text: str) -> WorkWeek | None:
    """The hours that are worked, None for around the clock. Days that are not named are free.

    Raises:
        UserError: the text is no days with hours, or a day has two.
    """
    if not text.strip():
        return None
    week = [CLOSED] * len(DAYS)
    for part in text.split(","):
        days, hours = _read_part(part.strip())
        for day in days:
            if week[day] != CLOSED:
                raise UserError(f"'{text}' gives {DAYS[day].capitalize()} two times.", ADVICE)
            week[day] = hours
    return tuple(week)


def _read_part(part: str) -> tuple[list[int], tuple[int, int]]:
    found = _PART.fullmatch(part.casefold())
    if found is None:
        raise UserError(f"'{part}' is no days with their hours.", ADVICE)
    first, last = (_day(name, part) for name in (found[1], found[2] or found[1]))
    start, end = 60 * int(found[3]) + int(found[4]), 60 * int(found[5]) + int(found[6])
    if int(found[4]) > 59 or int(found[6]) > 59 or not start < end <= DAY_MINUTES:
        raise UserError(f"'{part}' does not end later on the day on which it starts.", ADVICE)
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)], (start, end)


def _day(name: str, part: str) -> int:
    if name[:3] not in DAYS:
        raise UserError(f"'{part}' names no day of the week: '{name}'.", ADVICE)
    return DAYS.index(name[:3])


def working_days(week: WorkWeek | None) -> tuple[bool, ...]:
    """Which days from Monday to Sunday are working days: those with hours, Monday to Friday where none are given."""
    return WEEKDAYS if week is None else tuple(hours != CLOSED for hours in week)
