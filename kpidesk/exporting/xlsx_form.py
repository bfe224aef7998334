"""Scorecards and trends as workbooks: real numbers under number formats, and text that is never run."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kpidesk.core.formats import money_symbol
from kpidesk.core.kpis import Kpi
from kpidesk.core.scorecards import Row, Scorecard
from kpidesk.core.trend_words import explanations
from kpidesk.core.trends import Trend, TrendPoint
from kpidesk.exporting.safe_text import printable
from kpidesk.exporting.trend_forms import note_texts
from kpidesk.exporting.words import (
    change_text,
    family_of,
    heading,
    key_cells,
    key_lines,
    known_words,
    long_run_text,
    notes,
)

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
INK = {"good": ("#DFF5F0", "#0A5A50"), "watch": ("#FFF2CC", "#6A4700"), "bad": ("#FDE4EA", "#8C1032"),
       "none": ("#EEF0F4", "#475467")}  # fmt: skip
MUTED = "#4A5568"
NUMBERS = ("Actual", "From", "Low", "High", "Baseline", "Minimum", "Target", "Stretch", "Of target")
TREND_TITLES = ("Period", "Actual", "From", "Low", "High", "Minimum", "Target", "Stretch", "Baseline", "Remark",
                "Receipt")  # fmt: skip
HISTORY = "History"
FIRST = 4


@dataclass(slots=True)
class Book:
    """A workbook being written, with each format made once; a class because a workbook is filled step by step."""

    book: Any
    formats: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)

    def style(self, **properties: object) -> Any:
        """A cell format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": "Arial", "font_size": 10, **properties})
        return self.formats[key]

    def put(self, sheet: Any, line: int, column: int, cell: str | float | None, style: Any) -> None:
        """A number as a number, text as text, nothing for what does not exist."""
        if isinstance(cell, str):
            sheet.write_string(line, column, printable(cell), style)
        elif cell is None or not math.isfinite(cell):
            sheet.write_blank(line, column, None, style)
        else:
            sheet.write_number(line, column, cell, style)


@contextmanager
def workbook(title: str, out: io.BytesIO) -> Iterator[Book]:
    """A new workbook, finished when the block ends."""
    import xlsxwriter

    with xlsxwriter.Workbook(out, SAFE) as book:
        book.set_properties({"title": printable(title), "author": "KPI Desk"})
        yield Book(book)


def number_format(kpi: Kpi, currency: str) -> str:
    """How a spreadsheet shows the values of a KPI; the value in the cell is never rounded."""
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
        "count": "#,##0.##",
    }.get(kpi.unit, "#,##0.00")


def scorecard_xlsx(card: Scorecard) -> bytes:
    """A scorecard as a workbook: one line per row with a sparkline, and the values behind those on a second sheet."""
    out = io.BytesIO()
    with workbook(card.title, out) as book:
        sheet = book.book.add_worksheet("Scorecard")
        known = known_words(card.as_of, card.age_days, running=card.running, definitions=card.definitions)
        keys = key_cells(card)
        titles = (*keys, *NUMBERS, "Trend", "Status", "Over a longer time", "Change", "Reason", "Receipt")
        _head(book, sheet, ("Sales scorecard", heading(card), known), titles)
        length = max((len(row.spark) for row in card.rows), default=0)
        for at, (row, names) in enumerate(zip(card.rows, key_lines(card), strict=True)):
            _card_line(book, sheet, FIRST + 1 + at, card, row, names)
        if length > 1:
            _history(book, sheet, card, len(keys) + len(NUMBERS), length)
        _notes(book, sheet, FIRST + 2 + len(card.rows), (*notes(card), *card.sources))
        _finish(sheet, titles, len(keys), len(card.rows))
    return out.getvalue()


def trend_xlsx(trend: Trend) -> bytes:
    """A trend as a workbook: one line per period, and a chart of them."""
    out = io.BytesIO()
    with workbook(trend.title, out) as book:
        sheet = book.book.add_worksheet("Trend")
        titles = TREND_TITLES
        _head(
            book, sheet, (trend.title, trend.sentence, known_words(trend.as_of, definitions=trend.definitions)), titles
        )
        for at, point in enumerate(trend.points):
            _trend_line(book, sheet, FIRST + 1 + at, trend, point)
        told = (*explanations(trend), *note_texts(trend), *trend.notices)
        _notes(book, sheet, FIRST + 2 + len(trend.points), told)
        _finish(sheet, titles, 1, len(trend.points))
        if trend.points:
            sheet.insert_chart(FIRST, len(titles) + 1, _chart(book, trend))
    return out.getvalue()


def _head(book: Book, sheet: Any, lines: tuple[str, str, str], titles: Sequence[str]) -> None:
    looks: tuple[dict[str, object], ...] = ({"bold": True, "font_size": 16}, {"font_size": 11}, {"font_color": MUTED})
    for at, (text, look) in enumerate(zip(lines, looks, strict=True)):
        book.put(sheet, at, 0, text, book.style(**look))
    for column, title in enumerate(titles):
        align = "right" if title in NUMBERS else "left"
        style = book.style(bold=True, font_color=MUTED, align=align, bottom=1, bottom_color="#C9CFD9")
        book.put(sheet, FIRST, column, title, style)


def _card_line(book: Book, sheet: Any, line: int, card: Scorecard, row: Row, names: Sequence[str]) -> None:
    shape, goal = number_format(row.kpi, card.currency), row.target
    low, high = row.result.interval or (None, None)
    value, share = book.style(num_format=shape), book.style(num_format="0%")
    numbers = (
        (row.result.value, book.style(num_format=shape, bold=True)),
        (row.result.n if row.result.n else None, book.style(num_format="#,##0.##", font_color=MUTED)),
        (low, value),
        (high, value),
        (row.baseline.value if row.baseline else None, value),
        *((tier, value) for tier in ((goal.minimum, goal.target, goal.stretch) if goal else (None, None, None))),
        (row.attainment, share),
    )
    cells = (*((name, book.style(bold=not at)) for at, name in enumerate(names)), *numbers)
    for column, (cell, style) in enumerate(cells):
        book.put(sheet, line, column, cell, style)
    soft, ink = INK[family_of(row)]
    badge = book.style(bold=True, bg_color=soft, font_color=ink)
    book.put(sheet, line, len(cells) + 1, row.status_words, badge)
    for at, text in enumerate((long_run_text(row), change_text(row), row.reason, row.receipt)):
        book.put(sheet, line, len(cells) + 2 + at, text, book.style(font_color=MUTED))


def _history(book: Book, sheet: Any, card: Scorecard, column: int, length: int) -> None:
    """The values of the sparklines on a sheet of their own, and the sparklines that show them."""
    past = book.book.add_worksheet(HISTORY)
    longest = max(card.rows, key=lambda row: len(row.spark)).spark
    title = book.style(bold=True, font_color=MUTED)
    for at, point in enumerate(longest):
        book.put(past, 0, at + 1, point.label, title)
    past.set_column(0, 0, 30)
    for at, row in enumerate(card.rows):
        book.put(past, at + 1, 0, row.kpi.name, book.style(bold=True))
        style = book.style(num_format=number_format(row.kpi, card.currency))
        first = length - len(row.spark) + 1
        for step, point in enumerate(row.spark):
            book.put(past, at + 1, first + step, point.value, style)
        reach = f"{HISTORY}!{_cell(at + 1, 1)}:{_cell(at + 1, length)}"
        sheet.add_sparkline(
            FIRST + 1 + at, column, {"range": reach, "last_point": True, "series_color": "#566075", "show_hidden": True}
        )


def _cell(line: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(line, column, row_abs=True, col_abs=True))


def _trend_line(book: Book, sheet: Any, line: int, trend: Trend, point: TrendPoint) -> None:
    value = book.style(num_format=number_format(trend.kpi, trend.currency))
    low, high = point.result.interval or (None, None)
    remark = "The period is not over." if point.partial else point.result.reason
    cells: tuple[tuple[str | float | None, Any], ...] = (
        (point.period.label, book.style(bold=True)),
        (point.result.value, value),
        (point.result.n if point.result.n else None, book.style(num_format="#,##0.##", font_color=MUTED)),
        *((number, value) for number in (low, high, point.minimum, point.target, point.stretch)),
        (trend.baseline.value if trend.baseline else None, value),
        (remark, book.style(font_color=MUTED)),
        (point.receipt, book.style(font_color=MUTED)),
    )
    for column, (cell, style) in enumerate(cells):
        book.put(sheet, line, column, cell, style)


def _chart(book: Book, trend: Trend) -> Any:
    """Actual as a line with points, target and minimum as thin lines, read from the cells of the sheet."""
    made = book.book.add_chart({"type": "line"})
    last = FIRST + len(trend.points)
    for column, name, color, width in ((1, "Actual", "#2F55D4", 2.25), (6, "Target", "#0E8C7C", 1.5),
                                       (5, "Minimum", "#6B7488", 1.0)):  # fmt: skip
        series = {
            "name": name,
            "categories": ["Trend", FIRST + 1, 0, last, 0],
            "values": ["Trend", FIRST + 1, column, last, column],
            "line": {"color": color, "width": width},
        }
        if column == 1:
            series["marker"] = {"type": "circle", "size": 5, "fill": {"color": color}, "border": {"color": color}}
        made.add_series(series)
    made.set_title({"name": printable(trend.title), "name_font": {"size": 12}})
    made.set_legend({"position": "bottom"})
    made.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#E9ECF1"}}, "line": {"none": True}})
    made.set_size({"width": 760, "height": 380})
    made.show_blanks_as("gap")
    return made


def _notes(book: Book, sheet: Any, line: int, texts: Sequence[str]) -> None:
    for at, text in enumerate(texts):
        book.put(sheet, line + at, 0, text, book.style(font_color=MUTED, italic=True))


def _finish(sheet: Any, titles: Sequence[str], keys: int, count: int) -> None:
    """Widths, a frozen head, and a page that fits its width."""
    wide = {"Trend": 16, "Status": 22, "Over a longer time": 44, "Change": 36, "Reason": 40, "Remark": 28,
            "Receipt": 44}  # fmt: skip
    for column, title in enumerate(titles):
        sheet.set_column(column, column, 26 if column < keys else wide.get(title, 12))
    sheet.freeze_panes(FIRST + 1, keys)
    if count:
        sheet.autofilter(FIRST, 0, FIRST + count, len(titles) - 1)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
