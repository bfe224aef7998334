"""Weeks, months, quarters, fiscal years and custom spans as half-open ranges of days.

A period runs from `start` (inclusive) to `end` (exclusive). A fiscal year is named after the calendar
year in which it ends, so with a start in October, October 2025 is in FY2026 Q1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from kpidesk.core.errors import UserError
from kpidesk.core.settings import Settings

Grain = Literal["week", "month", "quarter", "year", "span"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST_YEAR, LAST_YEAR = 1900, 2999
"""The years that a person may ask for; what is worked out from them may lie a little outside."""
_RELATIVE = {"this": 0, "last": -1, "previous": -1, "next": 1}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One half-open range of days.

    `key` is what a command line takes (`2017-Q2`, `2017-04`, `2017-W14`, `2017`), `label` what a person
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


def _month_start(year: int, month: int) -> date:
    """First day of a month; `month` may run past 12 or below 1."""
    index = year * 12 + month - 1
    if not 12 <= index < 9999 * 12:
        raise _outside(f"The year {index // 12}")
    return date(index // 12, index % 12 + 1, 1)


def _later(day: date, days: int) -> date:
    """The day so many days later (earlier when negative)."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise _outside(f"The day {abs(days):,} days {'after' if days > 0 else 'before'} {day}") from None


def _outside(what: str) -> UserError:
    return UserError(f"{what} is outside the calendar.", f"Use years from {FIRST_YEAR} to {LAST_YEAR}.")


def _fiscal_label(fiscal: bool, year: int) -> str:
    return f"FY{year}" if fiscal else f"{year}"


def year_period(year: int, settings: Settings) -> Period:
    """The (fiscal) year named `year`."""
    first = settings.fiscal_start_month
    start = _month_start(year if first == 1 else year - 1, first)
    label = _fiscal_label(first != 1, year)
    return Period(start, _month_start(start.year + 1, first), "year", f"{year}", label)


def quarter_period(year: int, quarter: int, settings: Settings) -> Period:
    """Quarter 1…4 of the (fiscal) year named `year`."""
    first = settings.fiscal_start_month
    base = year if first == 1 else year - 1
    start = _month_start(base, first + 3 * (quarter - 1))
    label = f"Q{quarter} {_fiscal_label(first != 1, year)}"
    return Period(start, _month_start(start.year, start.month + 3), "quarter", f"{year}-Q{quarter}", label)


def month_period(year: int, month: int) -> Period:
    """A calendar month."""
    start = _month_start(year, month)
    key = f"{start.year:04d}-{start.month:02d}"
    label = f"{MONTHS[start.month - 1]} {start.year}"
    return Period(start, _month_start(start.year, start.month + 1), "month", key, label)


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
    label = f"{_day_label(start)} – {_day_label(last_day)}"
    return Period(start, last_day + timedelta(days=1), "span", key, label)


def _day_label(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def period_of(day: date, grain: Grain, settings: Settings) -> Period:
    """The period of this grain that holds `day`. A day is in exactly one period of each grain."""
    if grain == "week":
        return week_period(day, settings)
    if grain == "month":
        return month_period(day.year, day.month)
    if grain == "span":
        return span_period(day, day)
    first = settings.fiscal_start_month
    year = day.year + (1 if first != 1 and day.month >= first else 0)
    if grain == "year":
        return year_period(year, settings)
    return quarter_period(year, (day.month - first) % 12 // 3 + 1, settings)


def shift(period: Period, count: int, settings: Settings) -> Period:
    """The period `count` steps of its own grain later (earlier when negative).

    A span moves by its own length in days, unless it is a run of whole months, which moves by months.
    """
    if period.grain == "week":
        return week_period(_later(period.start, 7 * count), settings)
    if period.grain == "month":
        return month_period(period.start.year, period.start.month + count)
    if period.grain == "quarter":
        return period_of(_month_start(period.start.year, period.start.month + 3 * count), "quarter", settings)
    if period.grain == "year":
        return period_of(_month_start(period.start.year + count, period.start.month), "year", settings)
    if period.start.day == 1 and period.end.day == 1:
        months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
        start = _month_start(period.start.year, period.start.month + months * count)
        end = _month_start(period.end.year, period.end.month + months * count)
        return span_period(start, end - timedelta(days=1))
    start = _later(period.start, period.days * count)
    return span_period(start, _later(start, period.days - 1))


def shift_years(period: Period, years: int, settings: Settings) -> Period:
    """The same period `years` later; a week keeps its number where that year has it, W53 else becomes W52."""
    if period.grain == "week":
        year, _, number = period.key.partition("-W")
        first = week_period(date(int(year) + years, 1, 4), settings)
        same = week_period(first.start + timedelta(weeks=int(number) - 1), settings)
        return same if same.key.endswith(f"-W{number}") else shift(same, -1, settings)
    if period.grain == "span":
        return span_period(_same_day(period.start, years), _same_day(period.last_day, years))
    return shift(period, years * {"month": 12, "quarter": 4, "year": 1}[period.grain], settings)


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

    Takes `2017`, `2017-Q2`, `2017-04`, `2017-W14`, `2017-01-05..2017-02-03`, `this-quarter`,
    `last-month`, and the labels that the app shows (`Q2 2017`, `FY2026 Q1`, `Apr 2017`).

    Raises:
        UserError: the text names no period.
    """
    cleaned = text.strip()
    for year in re.findall(r"(?<!\d)\d{4}(?!\d)", cleaned):
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise _outside(f"The year {year}")
    for reader in (_parse_relative, _parse_key, _parse_span, _parse_label):
        found = reader(cleaned, settings, today)
        if found is not None:
            return found
    raise UserError(
        f"'{text}' is not a period.",
        "Use for example 2017, 2017-Q2, 2017-04, 2017-W14, last-quarter or 2017-01-05..2017-02-03.",
    )


def _parse_relative(text: str, settings: Settings, today: date) -> Period | None:
    match = re.fullmatch(r"(this|last|previous|next)[- ](week|month|quarter|year)", text.lower())
    if match is None:
        return None
    grain = next(known for known in GRAINS if known == match[2])
    return shift(period_of(today, grain, settings), _RELATIVE[match[1]], settings)


def _parse_key(text: str, settings: Settings, _today: date) -> Period | None:
    match = re.fullmatch(r"(?:FY)?(\d{4})(?:-(?:Q([1-4])|W(\d{1,2})|(\d{1,2})))?", text, re.IGNORECASE)
    if match is None:
        return None
    year = int(match[1])
    if match[2]:
        return quarter_period(year, int(match[2]), settings)
    if match[3]:
        return _week_of_year(year, int(match[3]), settings)
    if match[4]:
        if not 1 <= int(match[4]) <= 12:
            raise UserError(f"'{text}' has no month {match[4]}.", "Months run from 01 to 12.")
        return month_period(year, int(match[4]))
    return year_period(year, settings)


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


def _parse_label(text: str, settings: Settings, _today: date) -> Period | None:
    match = re.fullmatch(r"(?:Q([1-4])|W(\d{1,2})|([A-Za-z]{3,9}))[ -]?(?:FY)?(\d{4})", text, re.IGNORECASE)
    if match is None:
        other = re.fullmatch(r"(?:FY)?(\d{4})[ -]?Q([1-4])", text, re.IGNORECASE)
        return quarter_period(int(other[1]), int(other[2]), settings) if other else None
    if match[1]:
        return quarter_period(int(match[4]), int(match[1]), settings)
    if match[2]:
        return _week_of_year(int(match[4]), int(match[2]), settings)
    names = [name.lower() for name in MONTHS]
    short = match[3][:3].lower()
    return month_period(int(match[4]), names.index(short) + 1) if short in names else None


def parse_day(text: str) -> date:
    """Read a day written as year-month-day.

    Raises:
        UserError: the text is no such day.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f"'{text}' is not a day.", "Write it as year-month-day, for example 2026-03-31.") from None
