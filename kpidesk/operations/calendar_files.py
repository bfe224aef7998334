"""The periods of fiscal years as a file: written to be edited, and read to be counted by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kpidesk.core.calendar_tables import COLUMNS, own_of_lines, periods_table
from kpidesk.core.calendars import OWN, OwnPeriods, own_periods
from kpidesk.core.errors import UserError
from kpidesk.core.periods import period_of
from kpidesk.core.settings import calendar_of
from kpidesk.operations.exports import check_export_path, write_file
from kpidesk.operations.workspace import Workspace, refuse_unfit, save_settings, settings

AROUND = 2
"""So many fiscal years before and after today are written where none are asked for."""


def import_calendar(ws: Workspace, path: Path, *, anyway: bool = False) -> OwnPeriods:
    """Count by the periods of a table with the columns year, period, first day and last day.

    Raises:
        UserError: it is no table of whole years without gaps, they begin far from the fiscal year of the settings, or
            (but for `anyway`) targets or baselines would fall on no period.
    """
    from kpidesk.importing.named_lines import named_lines

    year, period, first, last = (name.casefold() for name in COLUMNS)
    lines = named_lines(path, (year, period, first, last), (), "periods")
    text = own_of_lines((line, told[year], told[period], told[first], told[last]) for line, told in lines)
    new = replace(settings(ws), calendar=OWN, own_periods=text)
    if not anyway:
        refuse_unfit(ws, new)
    save_settings(ws, new)
    return own_periods(text)


def export_calendar(ws: Workspace, to: Path, years: range | None = None) -> range:
    """Write the periods of fiscal years as CSV; without years those around today. Answers with the years.

    Raises:
        UserError: the name ends otherwise, or it cannot be written there.
    """
    check_export_path(ws, to, (".csv",))
    known = settings(ws)
    now = int(period_of(ws.today, "year", known).key)
    wanted = years if years is not None else range(now - AROUND, now + AROUND + 1)
    if not wanted:
        raise UserError("No fiscal year is asked for.", "Write for example --years 2025-2027.")
    write_file(to, periods_table(calendar_of(known), wanted).encode("utf-8-sig"))
    return wanted
