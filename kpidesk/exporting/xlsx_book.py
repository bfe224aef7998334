"""A workbook being written: formats made once, numbers under number formats, and text that is never run."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any, BinaryIO

from kpidesk.core.formats import money_symbol
from kpidesk.core.kpis import Kpi
from kpidesk.exporting.safe_text import printable
from kpidesk.exporting.stoppable import Stoppable
from kpidesk.exporting.xlsx_formulas import Counted

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
MUTED = "#4A5568"
LONGEST_NAME = 31
LONGEST_TEXT = 32_767
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_RESERVED = frozenset(("history",))


@dataclass(slots=True)
class Book:
    """A workbook being written, with each format made once; a class because a workbook is filled step by step."""

    book: Any
    out: Stoppable
    formats: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def finish(self) -> None:
        """Make the file of what was put into the workbook, which takes long where its rows are on the disk.

        Raises:
            StoppedError: it was stopped meanwhile, from another thread.
        """
        for sheet in self.book.worksheets() if self.book.constant_memory else ():
            sheet.row_data_fh = Stoppable(sheet.row_data_fh, self.out.stopped)
        try:
            self.book.close()
        except BaseException:
            self.out.leave()  # what is dropped with the error would write its end into it
            raise

    def style(self, **properties: object) -> Any:
        """A cell format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": "Arial", "font_size": 10, **properties})
        return self.formats[key]

    def add_sheet(self, name: str) -> Any:
        """A new sheet under a name that a workbook takes and that no other sheet has."""
        return self.book.add_worksheet(self.sheet_name(name))

    def sheet_name(self, name: str) -> str:
        """The name that a sheet gets: cut to what a workbook takes, with a number where another has it already."""
        cleaned = _NOT_IN_NAMES.sub(" ", printable(name)).strip() or "Sheet"
        number, found = 1, cleaned[:LONGEST_NAME].rstrip()
        while found.casefold() in self.names | _RESERVED:
            number += 1
            ending = f" {number}"
            found = cleaned[: LONGEST_NAME - len(ending)].rstrip() + ending
        self.names.add(found.casefold())
        return found

    def put(self, sheet: Any, line: int, column: int, cell: str | float | date | Counted | None, style: Any) -> None:
        """A number as a number or as its formula, a day as a day, text as text, nothing for what does not exist."""
        if isinstance(cell, str):
            sheet.write_string(line, column, printable(cell)[:LONGEST_TEXT], style)
        elif isinstance(cell, date):
            sheet.write_datetime(line, column, cell, style)
        elif isinstance(cell, Counted) and cell.formula and cell.value is not None:
            sheet.write_formula(line, column, cell.formula, style, cell.value)
        else:
            number = cell.value if isinstance(cell, Counted) else cell
            if number is None or not math.isfinite(number):
                sheet.write_blank(line, column, None, style)
            else:
                sheet.write_number(line, column, number, style)


@contextmanager
def workbook(title: str, out: BinaryIO, rows_in: Path | None = None) -> Iterator[Book]:
    """A new workbook, finished when the block ends if it was not yet; broken off, nothing is made of it.

    With `rows_in` its rows are kept in that folder, not in memory, until it is finished: each sheet must be filled from
    the top to the bottom, and texts stand in the cells themselves.
    """
    import xlsxwriter

    on_disk = {"in_memory": False, "constant_memory": True, "tmpdir": str(rows_in)}
    made_in = Stoppable(out, Event())
    book = xlsxwriter.Workbook(made_in, SAFE if rows_in is None else {**SAFE, **on_disk})
    book.set_properties({"title": printable(title)[:255], "author": "KPI Desk"})
    made = Book(book, made_in)
    try:
        yield made
        if not book.fileclosed:
            made.finish()
    except BaseException:
        for sheet in book.worksheets() if rows_in is not None else ():
            sheet.row_data_fh.close()
            sheet.fh.close()
        raise


def cell_name(line: int, column: int) -> str:
    """The name of a cell, counted from 0: `B5`."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(line, column))


def number_format(kpi: Kpi, currency: str, value: float | None = None) -> str:
    """How a spreadsheet shows the values of a KPI; the value in the cell is never rounded."""
    return unit_format(kpi.unit, currency, value)


def unit_format(unit: str, currency: str, value: float | None = None) -> str:
    """How a spreadsheet shows a value of a unit; a count that is whole has no decimal point."""
    if unit == "count":
        return count_format(value)
    sign = f'"{money_symbol(currency)}"' if currency else ""
    return {
        "money": f"{sign}#,##0",
        "money_per_day": f"{sign}#,##0.00",
        "percent": "0.0%",
        "multiple": '0.0"×"',
        "days": '0 "days"',
        "months": '0.0 "months"',
        "hours": '0.0 "hours"',
        "points": "+0;-0;0",
        "date": "d mmm yyyy",
        "text": "General",
    }.get(unit, "#,##0.00")


def count_format(value: float | None) -> str:
    """How a spreadsheet shows a count, which shares of deals can make fractional."""
    return "#,##0" if value is None or float(value).is_integer() else "#,##0.0#"
