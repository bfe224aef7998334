"""How a year is cut: calendar months, a fiscal year of whole weeks, or periods that a person lists.

A year of whole weeks has 52 or 53 of them and ends on one weekday by one of two rules: on that nearest to the end of a
month, as the National Retail Federation has it (4-5-4, February, Sunday), or on the last one in that month, as Apple
has it (October, Sunday: its years end on the last Saturday of September). Its twelve periods have four or five weeks in
a pattern that repeats every quarter; the 53rd week goes to the twelfth period. By a third rule the year begins on the
first of a month as a calendar year does: its first and last week are then cut short. A fiscal year bears the name of
the calendar year in which it ends, or of that in which it begins.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Literal

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
    "4-4-5-first": "Weeks: 4-4-5, from the first of the month",
    "4-5-4-first": "Weeks: 4-5-4, from the first of the month",
    "5-4-4-first": "Weeks: 5-4-4, from the first of the month",
    "own": "Periods that you list",
}
OWN = "own"
Rule = Literal["nearest", "last", "first"]
RULES: tuple[Rule, ...] = ("last", "first")
"""The rules that the name of a calendar ends with; without one it is the nearest weekday."""
YEAR_NAMES = {"end": "The year in which it ends", "start": "The year in which it begins"}
"""What a fiscal year is named after."""
PERIODS = 12
YEAR_DAYS, QUARTER_DAYS = (330, 400), (28, 182)
"""The fewest and the most days of a year and of a quarter that is listed."""
LISTED = "List the twelve periods of each fiscal year in a file and import it with `kpidesk calendar import`."
FARTHEST = 14
"""So many days a listed year may begin or end before or after the first of the month in which fiscal years begin."""
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
class OwnPeriods:
    """Periods that a person lists: the fiscal year of the first one, and the first days of all and of the day after."""

    first_year: int
    starts: tuple[date, ...]

    @property
    def years(self) -> range:
        """The fiscal years that are listed."""
        return range(self.first_year, self.first_year + len(self.starts) // PERIODS)


@lru_cache(maxsize=8)
def own_periods(text: str) -> OwnPeriods:
    """Periods from their text: a fiscal year, its first day, and the days of every period, twelve for each year.

    Raises:
        UserError: the text is none, or a year or a quarter has far fewer or more days than any.
    """
    try:
        year, first, *days = text.split()
        lengths = list(map(int, days))
        starts = tuple(accumulate(lengths, later, initial=date.fromisoformat(first)))
        known = OwnPeriods(int(year), starts)
    except ValueError:
        raise UserError(f"'{text[:60]}' is no list of periods.", LISTED) from None
    if not lengths or len(lengths) % PERIODS or min(lengths) < 1:
        raise UserError("A year of a list of periods has not twelve periods of a day or more.", LISTED)
    _refuse_odd_lengths(known)
    return known


def _refuse_odd_lengths(own: OwnPeriods) -> None:
    """A year far from twelve months, or a quarter that is hardly one, is a slip of the hand in a list of periods."""
    for at, year in enumerate(own.years):
        starts = own.starts[at * PERIODS : (at + 1) * PERIODS + 1]
        days = (starts[-1] - starts[0]).days
        if not YEAR_DAYS[0] <= days <= YEAR_DAYS[1]:
            raise UserError(
                f"The listed periods give the fiscal year {year} {days:,} days.",
                f"A year has from {YEAR_DAYS[0]} to {YEAR_DAYS[1]}. Check the first days.",
            )
        for quarter, (first, following) in enumerate(pairwise(starts[::3]), 1):
            if not QUARTER_DAYS[0] <= (following - first).days <= QUARTER_DAYS[1]:
                raise UserError(
                    f"The listed periods give quarter {quarter} of {year} {(following - first).days:,} days.",
                    f"A quarter has from {QUARTER_DAYS[0]} to {QUARTER_DAYS[1]}. Check the first days.",
                )


def own_text(own: OwnPeriods) -> str:
    """Periods as they are kept: "2026 2026-01-05 28 28 35 …"."""
    days = ((end - start).days for start, end in pairwise(own.starts))
    return " ".join((f"{own.first_year}", own.starts[0].isoformat(), *map(str, days)))


@dataclass(frozen=True, slots=True)
class Calendar:
    """How the fiscal year is cut into twelve periods.

    `first_month` 1…12 is the month in which it begins, `week_start` 0 Monday … 6 Sunday. `weeks` are those of the
    three periods of a quarter, empty for calendar months. `rule`: a year of weeks ends on the last day of a week
    nearest to the end of the month before `first_month`, or on the last such day in it, or begins on the `first`.
    `by_start`: a year is named after the calendar year in which it begins. Years that `own` lists are as it says.
    """

    first_month: int = 1
    week_start: int = 0
    weeks: tuple[int, ...] = ()
    rule: Rule = "nearest"
    by_start: bool = False
    own: OwnPeriods | None = None

    @property
    def is_monthly(self) -> bool:
        """Whether every period is a calendar month."""
        return not self.weeks and self.own is None


def year_start(calendar: Calendar, year: int) -> date:
    """The first day of the fiscal year named `year`."""
    own = calendar.own
    if own is not None and (year in own.years or year == own.years.stop):
        return own.starts[PERIODS * (year - own.first_year)]
    first = calendar.first_month
    nominal = month_start(year if first == 1 or calendar.by_start else year - 1, first)
    if not calendar.weeks or calendar.rule == "first":
        return nominal
    earliest = 6 if calendar.rule == "last" else 3
    return later(nominal, (calendar.week_start - nominal.weekday() + earliest) % 7 - earliest)


@lru_cache(maxsize=256)
def starts_of(calendar: Calendar, year: int) -> tuple[date, ...]:
    """The first days of the twelve periods of a fiscal year."""
    own, start = calendar.own, year_start(calendar, year)
    if own is not None and year in own.years:
        at = PERIODS * (year - own.first_year)
        return own.starts[at : at + PERIODS]
    if not calendar.weeks:
        first = calendar.first_month
        nominal = year if first == 1 or calendar.by_start else year - 1
        return (start, *(month_start(nominal, first + at) for at in range(1, PERIODS)))
    first_week = later(start, -((start.weekday() - calendar.week_start) % 7))
    return (start, *(later(first_week, 7 * weeks) for weeks in list(accumulate(calendar.weeks * 4))[:-1]))


def period_start(calendar: Calendar, year: int, number: int) -> date:
    """The first day of period `number` of a fiscal year; it may run past 12 or below 1."""
    index = year * PERIODS + number - 1
    return starts_of(calendar, index // PERIODS)[index % PERIODS]


def indexed_start(calendar: Calendar, index: int) -> date:
    """The first day of the period with a number of `index_of`."""
    return period_start(calendar, index // PERIODS, index % PERIODS + 1)


def place_of(calendar: Calendar, day: date) -> tuple[int, int]:
    """The fiscal year that holds a day and the number 1…12 of its period."""
    first = calendar.first_month
    year = day.year + (first != 1 and day.month >= first) - (first != 1 and calendar.by_start)
    if calendar.is_monthly:
        return year, (day.month - first) % PERIODS + 1
    if day < year_start(calendar, year):
        year -= 1
    elif day >= year_start(calendar, year + 1):
        year += 1
    return year, bisect_right(starts_of(calendar, year), day)


def check_own(calendar: Calendar) -> None:
    """Refuse listed years that leave a gap to the years around them, which are made of calendar months.

    Raises:
        UserError: naming the edge.
    """
    own = calendar.own
    if own is None:
        return
    months = replace(calendar, own=None)
    for year, day in ((own.years.start, own.starts[0]), (own.years.stop, own.starts[-1])):
        usual = year_start(months, year)
        if abs((day - usual).days) > FARTHEST:
            raise UserError(
                f"The listed periods have the fiscal year {year} begin on {day}, far from {usual}.",
                "Set fiscal_start_month to the month in which your years begin, and fiscal_year_name to how they are "
                "called.",
            )


def index_of(calendar: Calendar, day: date) -> int:
    """The number of a day's period counted on from year to year, so that periods can be added and subtracted."""
    year, number = place_of(calendar, day)
    return year * PERIODS + number - 1
