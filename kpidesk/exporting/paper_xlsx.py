"""A paper as a workbook: a sheet for each section, numbers as numbers, days as days, and formulas to check them by."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from kpidesk.core.papers import (
    WORDY,
    Paper,
    PaperCard,
    PaperCell,
    PaperChart,
    PaperColumn,
    PaperPart,
    PaperRange,
    PaperSection,
    PaperTable,
    PaperWords,
    bar_scale,
    card_of,
    known_text,
    range_table,
)
from kpidesk.exporting.words import definitions_words
from kpidesk.exporting.xlsx_about import add_about, paper_facts
from kpidesk.exporting.xlsx_book import MUTED, Book, cell_name, unit_format, workbook
from kpidesk.exporting.xlsx_form import card_table
from kpidesk.exporting.xlsx_formulas import Counted, member_runs, table_formula

WIDEST, NARROWEST, HIGHEST = 46, 9, 12
"""A column is so many characters wide; titles further down are not kept in view, for little would be left to scroll."""
BAR = "#B9C7F2"


def paper_xlsx(paper: Paper) -> bytes:
    """A paper as a workbook, with what it says of itself on the last sheet."""
    out = io.BytesIO()
    with workbook(paper.title, out) as book:
        for section in paper.sections:
            _section(book, paper, section)
        add_about(book, paper_facts(paper))
    return out.getvalue()


def _section(book: Book, paper: Paper, section: PaperSection) -> None:
    sheet = book.add_sheet(section.heading)
    known = f"{known_text(paper)}. {definitions_words(paper.definitions)}".strip()
    heads = ((section.heading, {"bold": True, "font_size": 16}), (section.aside, {"font_color": MUTED}),
             (" · ".join((paper.title, paper.about)), {"font_size": 11}), (known, {"font_color": MUTED}))  # fmt: skip
    line = 0
    for text, look in heads:
        if text:
            book.put(sheet, line, 0, text, book.style(**look))
            line += 1
    widths: dict[int, int] = {}
    for part in section.parts:
        line = _part(book, sheet, paper, part, line + 1, widths)
        _freeze(sheet, section, part, line)
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _freeze(sheet: Any, section: PaperSection, part: PaperPart, end: int) -> None:
    """Keep the titles and the first column of the only table of a sheet in view and on every page."""
    tables = [one.table if isinstance(one, PaperChart) else one for one in section.parts
              if isinstance(one, PaperTable | PaperChart | PaperRange | PaperCard)]  # fmt: skip
    table = part.table if isinstance(part, PaperChart) else part
    if not isinstance(table, PaperTable) or not table.rows or len(tables) > 1:
        return
    first = end - len(table.rows)
    sheet.repeat_rows(first - 1)
    if first <= HIGHEST:
        sheet.freeze_panes(first, 1)


def _part(book: Book, sheet: Any, paper: Paper, part: PaperPart, line: int, widths: dict[int, int]) -> int:
    """Write a part from a line on; gives the line after it."""
    if isinstance(part, PaperWords):
        return _said(book, sheet, part.lines, line)
    if isinstance(part, PaperCard):
        return _card(book, sheet, paper, part, line, widths)
    if isinstance(part, PaperRange):
        return _table(book, sheet, paper, range_table(part), line, widths)
    if isinstance(part, PaperChart):
        line = _said(book, sheet, [part.sentence], line)
        return _table(book, sheet, paper, part.table, line, widths)
    return _table(book, sheet, paper, part, line, widths)


def _said(book: Book, sheet: Any, lines: Sequence[str], line: int) -> int:
    for at, text in enumerate(lines):
        book.put(sheet, line + at, 0, text, book.style())
    return line + len(lines)


def _card(book: Book, sheet: Any, paper: Paper, part: PaperCard, line: int, widths: dict[int, int]) -> int:
    card = card_of(paper, part)
    if card is None:
        return _said(book, sheet, ["Nothing to show."], line)
    for column, title in enumerate(card_table(book, sheet, line, card)):
        widths[column] = max(widths.get(column, 0), 26 if not column else max(NARROWEST + 2, len(title) + 2))
    return line + 1 + len(card.rows)


def _table(book: Book, sheet: Any, paper: Paper, table: PaperTable, line: int, widths: dict[int, int]) -> int:
    if table.sentence:
        line = _said(book, sheet, [table.sentence], line)
    if not table.rows:
        return _said(book, sheet, [table.empty], line)
    first = line + 1
    for at, column in enumerate(table.columns):
        _title(book, sheet, line, at, column)
        texts = [row.cells[at].text for row in table.rows]
        wide = min(WIDEST, max(NARROWEST, len(column.title), *map(len, texts)) + 2)
        widths[at] = max(widths.get(at, 0), wide)
        if column.bar:
            _bars(sheet, table, first, at)
    for at, row in enumerate(table.rows):
        for place in range(len(table.columns)):
            _cell(book, sheet, paper.currency, table, (at, place), first, strong=row.strong)
    return first + len(table.rows)


def _title(book: Book, sheet: Any, line: int, at: int, column: PaperColumn) -> None:
    align = "left" if column.unit in WORDY else "right"
    look = book.style(bold=True, font_color=MUTED, align=align, bottom=1, bottom_color="#C9CFD9", text_wrap=True)
    book.put(sheet, line, at, column.title, look)


def _bars(sheet: Any, table: PaperTable, first: int, at: int) -> None:
    """Bars in the cells of a column on one scale from zero; totals have none."""
    low, high = bar_scale(table, at)
    if high <= low:
        return
    look = {"type": "data_bar", "bar_color": BAR, "bar_solid": True, "min_type": "num", "min_value": low,
            "max_type": "num", "max_value": high}  # fmt: skip
    for start, last in member_runs(table):
        sheet.conditional_format(first + start, at, first + last, at, look)


def _cell(
    book: Book, sheet: Any, currency: str, table: PaperTable, place: tuple[int, int], first: int, *, strong: bool
) -> None:
    line, at = place
    column, cell = table.columns[at], table.rows[line].cells[at]
    made = _value(table, place, first)
    number = cell.value if isinstance(cell.value, (int, float)) else None
    look: dict[str, object] = {"align": "left" if column.unit in WORDY else "right", "valign": "top"}
    if not isinstance(made, str):
        look["num_format"] = unit_format(column.unit, currency, number)
    elif column.unit == "text":
        look["text_wrap"] = True
    if strong:
        look |= {"bold": True, "top": 1}
    elif at == 0:
        look["bold"] = True
    book.put(sheet, first + line, at, made, book.style(**look))


def _value(table: PaperTable, place: tuple[int, int], first: int) -> str | date | Counted:
    """What a cell holds: a day, a number with its formula, or the text as shown."""
    line, at = place
    cell: PaperCell = table.rows[line].cells[at]
    if cell.value is None or table.columns[at].unit == "text":
        return cell.text
    if isinstance(cell.value, date):
        return cell.value
    formula = table_formula(table, line, at, lambda row, column: cell_name(first + row, column))
    return Counted(float(cell.value), formula)
