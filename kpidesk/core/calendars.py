"""How a year is cut: calendar months, or a fiscal year of whole weeks as retailers and manufacturers keep it.

A year of whole weeks has 52 or 53 of them and ends on one weekday by one of two rules: on that nearest to the end of a
month, as the National Retail Federation has it (4-5-4, February, Sunday), or on the last one in that month, as Apple
has it (October, Sunday: its years end on the last Saturday of September). Its twelve periods have four or five weeks in
a pattern that repeats every quarter; the 53rd week goes to the twelfth period. A fiscal year bears the name of the
calendar year in which it ends.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from kpidesk.core.errors import UserError

MONTHLY = "months"
CALENDARS = {
    MONTHLY: "Calendar months",
    "4-4-5": "Weeks: 4-4-5 in a quarter",
    "4-5-4": "Weeks: 4-5-4 in a quarter",
    "5-4-4": "Weeks: 5-4-4 in a quarter",
    "4-4-5-last": "Weeks: 4-4-5, to the last weekday",
    "4-5-4-last": "Weeks: 4-5-4, to the last weekday",
    "5-4-4-last": "Weeks: 5-4-4, to the last weekday",
}
LAST = "last"
"""Ends the name of a calendar whose year ends on the last weekday of a month, not on that nearest to its end."""
PERIODS = 12
FIRST_YEAR, LAST_YEAR = 1900, 2999
"""The years that a person may ask for; what is worked out from them may lie a little outside."""


def month_start(year: int, month: int) -> date:
    """First day of a month; `month` may run past 12 or below 1.

    Raises:
        UserError: the year is outside the calendar.
    """
    index = year * 12 + month - 1
    if not 12 <= index < 9999 * 12:
        raise outside(f"The year {index // 12}")
    return date(index // 12, index % 12 + 1, 1)


def later(day: date, days: int) -> date:
    """The day so many days later (earlier when negative).

    Raises:
        UserError: that day is outside the calendar.
    """
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise outside(f"The day {abs(days):,} days {'after' if days > 0 else 'before'} {day}") from None


def outside(what: str) -> UserError:
    """What to tell a person who asks for a day that no calendar has."""
    return UserError(f"{what} is outside the calendar.", f"Use years from {FIRST_YEAR} to {LAST_YEAR}.")


@dataclass(frozen=True, slots=True)
class Calendar:
    """How the fiscal year is cut into twelve periods.

    `first_month` 1…12 is the month in which it begins, `week_start` 0 Monday … 6 Sunday. `weeks` are those of the
    three periods of a quarter, empty for calendar months. `ends_inside`: a year of weeks ends on the last day of a week
    that lies in the month before `first_month`, else on that nearest to the end of this month.
    """

    first_month: int = 1
    week_start: int = 0
    weeks: tuple[int, ...] = ()
    ends_inside: bool = False


def year_start(calendar: Calendar, year: int) -> date:
    """The first day of the fiscal year named `year`."""
    first = calendar.first_month
    nominal = month_start(year if first == 1 else year - 1, first)
    if not calendar.weeks:
        return nominal
    earliest = 6 if calendar.ends_inside else 3
    return later(nominal, (calendar.week_start - nominal.weekday() + earliest) % 7 - earliest)


def weeks_of(calendar: Calendar, year: int) -> tuple[int, ...]:
    """How many weeks each of the twelve periods of a year of whole weeks has."""
    whole = (year_start(calendar, year + 1) - year_start(calendar, year)).days // 7
    usual = calendar.weeks * 4
    return (*usual[:-1], usual[-1] + whole - sum(usual))


def period_start(calendar: Calendar, year: int, number: int) -> date:
    """The first day of period `number` of a fiscal year; it may run past 12 or below 1."""
    index = year * PERIODS + number - 1
    year, at = divmod(index, PERIODS)
    start = year_start(calendar, year)
    if not calendar.weeks:
        return month_start(start.year, start.month + at)
    return later(start, 7 * sum(weeks_of(calendar, year)[:at]))


def indexed_start(calendar: Calendar, index: int) -> date:
    """The first day of the period with a number of `index_of`."""
    return period_start(calendar, index // PERIODS, index % PERIODS + 1)


def place_of(calendar: Calendar, day: date) -> tuple[int, int]:
    """The fiscal year that holds a day and the number 1…12 of its period."""
    first = calendar.first_month
    year = day.year + (1 if first != 1 and day.month >= first else 0)
    if not calendar.weeks:
        return year, (day.month - first) % PERIODS + 1
    if day < year_start(calendar, year):
        year -= 1
    elif day >= year_start(calendar, year + 1):
        year += 1
    ends = accumulate(weeks_of(calendar, year)[:-1])
    return year, bisect_right(list(ends), (day - year_start(calendar, year)).days // 7) + 1


def index_of(calendar: Calendar, day: date) -> int:
    """The number of a day's period counted on from year to year, so that periods can be added and subtracted."""
    year, number = place_of(calendar, day)
    return year * PERIODS + number - 1
