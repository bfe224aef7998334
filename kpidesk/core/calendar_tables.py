"""The periods of fiscal years as a table that a person edits: year, period, first and last day, a line for each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from kpidesk.core.calendars import PERIODS, Calendar, OwnPeriods, own_text, period_start
from kpidesk.core.errors import UserError
from kpidesk.core.periods import parse_day

COLUMNS = ("Year", "Period", "First day", "Last day")
Line = tuple[int, str, str, str, str]
"""A line of the table with its number: year, period, first and last day as text."""
MOST_YEARS = 100
BETWEEN = re.compile(r"[,;\t]")
"""What stands between two cells, also where a spreadsheet was copied from."""


def periods_table(calendar: Calendar, years: Iterable[int]) -> str:
    """The periods of fiscal years as CSV, as `own_of_text` reads them."""
    lines = [",".join(COLUMNS)]
    for year in years:
        for number in range(1, PERIODS + 1):
            first, following = (period_start(calendar, year, at) for at in (number, number + 1))
            lines.append(f"{year},P{number},{first},{following - timedelta(days=1)}")
    return "\n".join((*lines, ""))


def own_of_text(text: str) -> str:
    """The periods of a table as they are kept in the settings.

    Raises:
        UserError: naming the line that is wrong.
    """
    rows = ([cell.strip(' "') for cell in BETWEEN.split(line)] for line in text.splitlines())
    cells = [(at, row) for at, row in enumerate(rows, 1) if any(row)]
    if cells and cells[0][1][0].casefold() == COLUMNS[0].casefold():
        del cells[0]
    lines: list[Line] = []
    for at, row in cells:
        if len(row) != len(COLUMNS):
            raise UserError(f"Line {at} has {len(row)} values instead of {len(COLUMNS)}.", _form())
        year, period, first, last = row
        lines.append((at, year, period, first, last))
    return own_of_lines(lines)


def own_of_lines(lines: Iterable[Line]) -> str:
    """The periods of a table as they are kept in the settings: whole years, without a gap between them.

    Raises:
        UserError: naming the line that is wrong.
    """
    starts: list[date] = []
    first_year = following = None
    for number, (at, year, period, first, last) in enumerate(lines):
        wanted = number % PERIODS + 1
        named = first_year + number // PERIODS if first_year is not None else year
        if not year.isdigit() or (year, period.upper().removeprefix("P")) != (str(named), str(wanted)):
            raise UserError(f"Line {at} is of period '{period}' of '{year}'; P{wanted} of {named} comes here.", _form())
        start, end = parse_day(first), parse_day(last)
        if following not in (None, start):
            raise UserError(f"Line {at} begins on {start}, but the period before it ends the day before {following}.",
                            "Let each period begin on the day after the one before it.")  # fmt: skip
        if end < start:
            raise UserError(f"Line {at} ends on {end}, before it begins.", "Put the earlier day first.")
        first_year, following = first_year if first_year is not None else int(year), end + timedelta(days=1)
        starts.append(start)
    if first_year is None or following is None or len(starts) % PERIODS or len(starts) > PERIODS * MOST_YEARS:
        raise UserError(f"{len(starts):,} periods are no whole years.", _form())
    return own_text(OwnPeriods(first_year, (*starts, following)))


def _form() -> str:
    return f"Give the columns {', '.join(COLUMNS)}, and the periods P1 to P12 of each year in order."
