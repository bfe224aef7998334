"""Weeks, months, quarters, fiscal years and custom spans as half-open ranges of days.

A period runs from `start` (inclusive) to `end` (exclusive). A fiscal year is named after the calendar
year in which it ends, so with a start in October, October 2025 is in FY2026 Q1. Where the year is one of whole
weeks (see `calendars`), a month is one of its twelve periods of four or five weeks, and quarters have thirteen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from kpidesk.core.calendars import (
    FIRST_YEAR,
    LAST_YEAR,
    PERIODS,
    index_of,
    indexed_start,
    later,
    month_start,
    outside,
    period_start,
    place_of,
    year_start,
)
from kpidesk.core.errors import UserError
from kpidesk.core.settings import Settings, calendar_of

Grain = Literal["week", "month", "quarter", "year", "span"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
_RELATIVE = {"this": 0, "last": -1, "previous": -1, "next": 1}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One half-open range of days.

    `key` is what a command line takes (`2017-Q2`, `2017-04`, `2017-P04`, `2017-W14`, `2017`), `label` what a person
    reads (`Q2 2017`, `Apr 2017`).
    """

    start: date
    end: date
    grain: Grain
    key: str
    label: str

    @property
    def last_day(self) -> date:
        """The last day inside the period."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


def whole_until(known: date, today: date) -> date:
    """The last day that data of the day `known` tell whole: that day, and the one before it while it still runs."""
    return known if known < today else known - timedelta(days=1)


def is_running(period: Period, known: date | None, today: date) -> bool:
    """Whether more can come in a period: it is not over, or the data end before its last day does.

    So it is over on the day after its last one, with data of that last day or later; on the day itself a deal can
    still close in the evening. Whatever says that a period is over or still runs asks here.
    """
    return known is None or whole_until(known, today) < period.last_day


def _fiscal_label(fiscal: bool, year: int) -> str:
    return f"FY{year}" if fiscal else f"{year}"


def year_period(year: int, settings: Settings) -> Period:
    """The (fiscal) year named `year`."""
    calendar = calendar_of(settings)
    label = _fiscal_label(settings.fiscal_start_month != 1, year)
    return Period(year_start(calendar, year), year_start(calendar, year + 1), "year", f"{year}", label)


def quarter_period(year: int, quarter: int, settings: Settings) -> Period:
    """Quarter 1…4 of the (fiscal) year named `year`."""
    calendar = calendar_of(settings)
    start, end = (period_start(calendar, year, 3 * at + 1) for at in (quarter - 1, quarter))
    label = f"Q{quarter} {_fiscal_label(settings.fiscal_start_month != 1, year)}"
    return Period(start, end, "quarter", f"{year}-Q{quarter}", label)


def month_period(year: int, month: int) -> Period:
    """A calendar month."""
    start = month_start(year, month)
    key = f"{start.year:04d}-{start.month:02d}"
    label = f"{MONTHS[start.month - 1]} {start.year}"
    return Period(start, month_start(start.year, start.month + 1), "month", key, label)


def fiscal_period(year: int, number: int, settings: Settings) -> Period:
    """Period 1…12 of the (fiscal) year named `year`: a calendar month, or four or five whole weeks."""
    calendar = calendar_of(settings)
    start = period_start(calendar, year, number)
    if calendar.is_monthly:
        return month_period(start.year, start.month)
    end = period_start(calendar, year, number + 1)
    days = (end - start).days
    length = f"{days} days" if days % 7 else f"{days // 7} weeks"
    label = f"P{number} {_fiscal_label(settings.fiscal_start_month != 1, year)} ({length})"
    return Period(start, end, "month", f"{year}-P{number:02d}", label)


def named_month(year: int, month: int, settings: Settings) -> Period:
    """A month as people name it: where the year is one of whole weeks, the period that stands for that month."""
    first = settings.fiscal_start_month
    year += (first != 1 and month >= first) - (first != 1 and calendar_of(settings).by_start)
    return fiscal_period(year, (month - first) % PERIODS + 1, settings)


def week_period(day: date, settings: Settings) -> Period:
    """The week that holds `day`.

    A week belongs to the year that holds its fourth day, as ISO 8601 has it for weeks that start on Monday.
    """
    start = day - timedelta(days=(day.weekday() - settings.week_start) % 7)
    middle = start + timedelta(days=3)
    number = (middle.timetuple().tm_yday - 1) // 7 + 1
    key = f"{middle.year}-W{number:02d}"
    return Period(start, start + timedelta(days=7), "week", key, f"W{number} {middle.year}")


def span_period(start: date, last_day: date) -> Period:
    """Any run of days, named by its first and last day."""
    if last_day < start:
        raise UserError(f"The span ends on {last_day}, before it starts on {start}.", "Put the earlier day first.")
    key = f"{start}..{last_day}"
    label = _day_label(start) if start == last_day else f"{_day_label(start)} – {_day_label(last_day)}"
    return Period(start, last_day + timedelta(days=1), "span", key, label)


def _day_label(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def period_of(day: date, grain: Grain, settings: Settings) -> Period:
    """The period of this grain that holds `day`. A day is in exactly one period of each grain."""
    if grain == "week":
        return week_period(day, settings)
    if grain == "span":
        return span_period(day, day)
    return _from_index(index_of(calendar_of(settings), day), grain, settings)


def _from_index(index: int, grain: Grain, settings: Settings) -> Period:
    """The month, quarter or year that holds the period with this number."""
    year, at = divmod(index, PERIODS)
    if grain == "month":
        return fiscal_period(year, at + 1, settings)
    return year_period(year, settings) if grain == "year" else quarter_period(year, at // 3 + 1, settings)


def place_in_year(period: Period, settings: Settings) -> tuple[int, int]:
    """The fiscal year of a month, quarter or year and the number 1…12 of the month that it begins with.

    A period that was made under another calendar stands for the one that holds its middle.
    """
    year, number = place_of(calendar_of(settings), later(period.start, period.days // 2))
    return year, number - (number - 1) % _MONTHS_IN[period.grain]


def shift(period: Period, count: int, settings: Settings) -> Period:
    """The period `count` steps of its own grain later (earlier when negative).

    A span moves by its own length in days, unless it is a run of whole months, which moves by months.
    """
    if period.grain == "week":
        return week_period(later(period.start, 7 * count), settings)
    if period.grain != "span":
        year, number = place_in_year(period, settings)
        return _from_index(year * PERIODS + number - 1 + _MONTHS_IN[period.grain] * count, period.grain, settings)
    months = _whole_months(period, settings)
    if months:
        return _moved_months(period, months * count, settings)
    start = later(period.start, period.days * count)
    return span_period(start, later(start, period.days - 1))


def _whole_months(span: Period, settings: Settings) -> int:
    """How many whole months (or periods of weeks) a span is made of, 0 when it begins or ends inside one."""
    calendar = calendar_of(settings)
    first, end = index_of(calendar, span.start), index_of(calendar, span.end)
    is_whole = (indexed_start(calendar, first), indexed_start(calendar, end)) == (span.start, span.end)
    return end - first if is_whole else 0


def _moved_months(span: Period, months: int, settings: Settings) -> Period:
    calendar = calendar_of(settings)
    start, end = (indexed_start(calendar, index_of(calendar, day) + months) for day in (span.start, span.end))
    return span_period(start, later(end, -1))


def shift_years(period: Period, years: int, settings: Settings) -> Period:
    """The same period `years` later; a week keeps its number where that year has it, W53 else becomes W52.

    In a year of whole weeks it is the period of the same number, so a 53rd week makes its twelfth period longer.
    """
    if period.grain == "week":
        year, _, number = period.key.partition("-W")
        first = week_period(date(int(year) + years, 1, 4), settings)
        same = week_period(first.start + timedelta(weeks=int(number) - 1), settings)
        return same if same.key.endswith(f"-W{number}") else shift(same, -1, settings)
    if period.grain != "span":
        return shift(period, years * PERIODS // _MONTHS_IN[period.grain], settings)
    if not calendar_of(settings).is_monthly and _whole_months(period, settings):
        return _moved_months(period, PERIODS * years, settings)
    return span_period(_same_day(period.start, years), _same_day(period.last_day, years))


def _same_day(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February in a common year
        return day.replace(year=day.year + years, day=28)


def run_of(last: Period, count: int, settings: Settings) -> tuple[Period, ...]:
    """The `count` periods that end with `last`, oldest first."""
    return tuple(shift(last, back - count + 1, settings) for back in range(count))


def periods_in(span: Period, grain: Grain, settings: Settings) -> tuple[Period, ...]:
    """The periods of a finer grain that begin with the one holding the first day of `span` and cover it."""
    found = [period_of(span.start, grain, settings)]
    while found[-1].end < span.end:
        found.append(shift(found[-1], 1, settings))
    return tuple(found)


def parse_period(text: str, settings: Settings, today: date) -> Period:
    """Read a period as a person types it.

    Takes `2017`, `2017-Q2`, `2017-04`, `2017-P04`, `2017-W14`, `2017-01-05..2017-02-03`, `this-quarter`,
    `last-month`, and the labels that the app shows (`Q2 2017`, `FY2026 Q1`, `Apr 2017`, `P4 2017 (5 weeks)`).

    Raises:
        UserError: the text names no period.
    """
    cleaned = text.strip()
    for year in re.findall(r"(?<!\d)\d{4}(?!\d)", cleaned):
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise outside(f"The year {year}")
    for reader in (_parse_relative, _parse_key, _parse_span, _parse_label):
        found = reader(cleaned, settings, today)
        if found is not None:
            return found
    raise UserError(
        f"'{text}' is not a period.",
        "Use for example 2017, 2017-Q2, 2017-04, 2017-W14, last-quarter or 2017-01-05..2017-02-03.",
    )


def _parse_relative(text: str, settings: Settings, today: date) -> Period | None:
    match = re.fullmatch(r"(this|last|previous|next)[- ](week|month|period|quarter|year)", text.lower())
    if match is None:
        return None
    wanted = "month" if match[2] == "period" else match[2]
    grain = next(known for known in GRAINS if known == wanted)
    return shift(period_of(today, grain, settings), _RELATIVE[match[1]], settings)


def _parse_key(text: str, settings: Settings, _today: date) -> Period | None:
    match = re.fullmatch(r"(?:FY)?(\d{4})(?:-(?:Q([1-4])|W(\d{1,2})|(P?)(\d{1,2})))?", text, re.IGNORECASE)
    if match is None:
        return None
    year = int(match[1])
    if match[2]:
        return quarter_period(year, int(match[2]), settings)
    if match[3]:
        return _week_of_year(year, int(match[3]), settings)
    if match[5]:
        return _month_of_year(year, int(match[5]), settings, by_number=bool(match[4]))
    return year_period(year, settings)


def _month_of_year(year: int, number: int, settings: Settings, *, by_number: bool) -> Period:
    if not 1 <= number <= PERIODS:
        what = "period" if by_number else "month"
        raise UserError(f"{year} has no {what} {number}.", f"{what.capitalize()}s run from 01 to 12.")
    return fiscal_period(year, number, settings) if by_number else named_month(year, number, settings)


def _week_of_year(year: int, number: int, settings: Settings) -> Period:
    first = week_period(date(year, 1, 4), settings)
    found = week_period(first.start + timedelta(weeks=number - 1), settings)
    if number < 1 or found.key != f"{year:04d}-W{number:02d}":
        weeks = 53 if week_period(first.start + timedelta(weeks=52), settings).key.startswith(f"{year}-") else 52
        raise UserError(f"{year} has no week {number}.", f"Its weeks run from W01 to W{weeks}.")
    return found


def _parse_span(text: str, _settings: Settings, _today: date) -> Period | None:
    match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})\s*(?:\.\.|–|/)\s*(\d{4}-\d{2}-\d{2})", text)
    if match is None:
        return None
    return span_period(parse_day(match[1]), parse_day(match[2]))


def _parse_label(text: str, settings: Settings, today: date) -> Period | None:
    named = r"(?:([QWP])(\d{1,2})|([A-Z]{3,9}))[ -]?(?:FY)?(\d{4})(?: \(\d+ (?:weeks|days)\))?"
    match = re.fullmatch(named, text, re.IGNORECASE)
    if match is None:
        other = re.fullmatch(r"(?:FY)?(\d{4})[ -]?([QWP])(\d{1,2})", text, re.IGNORECASE)
        return _parse_key(f"{other[1]}-{other[2]}{other[3]}", settings, today) if other else None
    if match[1]:
        return _parse_key(f"{match[4]}-{match[1]}{match[2]}", settings, today)
    names = [name.lower() for name in MONTHS]
    short = match[3][:3].lower()
    return named_month(int(match[4]), names.index(short) + 1, settings) if short in names else None


def _shown_day(text: str) -> date | None:
    """A day with its month in letters, in any case; None where it is written otherwise."""
    parts = text.split()
    months = [name.casefold() for name in MONTHS]
    if len(parts) != 3 or parts[1].casefold() not in months:
        return None
    return date(int(parts[2]), months.index(parts[1].casefold()) + 1, int(parts[0]))


def parse_day(text: str) -> date:
    """Read a day written as year-month-day, or as it is shown: "1 Mar 2022".

    Raises:
        UserError: the text is no such day.
    """
    try:
        return _shown_day(text) or date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f"'{text}' is not a day.", "Write it as year-month-day, for example 2026-03-31.") from None
