"""The rows behind a number as CSV and as a workbook: every field, and the place each was read from."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from kpidesk.core.errors import UserError
from kpidesk.core.receipts import STATE_FROM, FromHistory, Receipt, ReceiptRow
from kpidesk.exporting.files import writing_whole
from kpidesk.exporting.receipt_forms import LABELS, RIGHT_ALIGNED
from kpidesk.exporting.safe_text import file_text
from kpidesk.exporting.words import known_words, scope_name
from kpidesk.exporting.xlsx_book import MUTED, Book, workbook
from kpidesk.paths import PrivateFolder

FORMS = "End the name with .csv or .xlsx."
MOST_ROWS = 1_048_000
"""How many rows a sheet of a workbook holds below its head."""
MOST_IN_MEMORY = 20_000
"""Of more rows a workbook is made on the disk; of fewer every text stands in it once, which more programs can read."""
HEAD = 4
Cell = str | float | None
Write = Callable[[Sequence[ReceiptRow]], None]


@dataclass(frozen=True, slots=True)
class Writing:
    """A file of rows being written: `put` takes the next rows, `finish` makes the file when all are there.

    To finish a large workbook takes long; `stop`, called from another thread, lets it fail at once.
    """

    put: Write
    finish: Callable[[], None] = lambda: None
    stop: Callable[[], None] = lambda: None


def write_rows(receipt: Receipt, rows: Sequence[ReceiptRow], to: Path) -> None:
    """Write rows of a receipt as CSV or XLSX, by the ending of the name.

    Raises:
        UserError: as `writing_rows` does.
    """
    against = receipt.against if _are_compared(receipt, rows) else None
    shown = replace(receipt, against=None, columns=against.columns) if against is not None else receipt
    shown = replace(shown, tells_history=any(row.history for row in rows))
    with writing_rows(shown, len(rows), to) as file:
        file.put(rows)
        file.finish()


@contextmanager
def writing_rows(receipt: Receipt, count: int, to: Path) -> Iterator[Writing]:
    """Write so many rows under the columns of a receipt, by the ending of the name; they are to be put and finished.

    Broken off in whatever way, what stood in the place before still stands there.

    Raises:
        UserError: the ending is another, the file cannot be written, or a workbook cannot hold so many rows.
    """
    form = {".csv": _writing_csv, ".xlsx": _writing_xlsx}.get(to.suffix.lower())
    if form is None:
        raise UserError(f"'{to.name}' has no known form.", FORMS)
    check_count(count, to)
    with writing_whole(to) as file, form(receipt, count, file) as writing:
        yield writing


def check_count(count: int, to: Path) -> None:
    """Refuse more rows than the form of a file holds.

    Raises:
        UserError: saying so.
    """
    if to.suffix.lower() == ".xlsx" and count > MOST_ROWS:
        raise UserError(f"{count:,} rows are more than a workbook holds.", "Export them as .csv instead.")


@contextmanager
def _writing_csv(receipt: Receipt, _count: int, file: BinaryIO) -> Iterator[Writing]:
    """One line per row under a header, in UTF-8 with the mark by which spreadsheets know it."""
    names = _fields(receipt.columns)
    file.write(codecs.BOM_UTF8)

    def put(lines: Iterable[Sequence[str]]) -> None:
        out = io.StringIO(newline="")
        csv.writer(out).writerows(lines)
        file.write(out.getvalue().encode())

    told = receipt.tells_history
    put([_titles(names, told=told)])
    yield Writing(lambda rows: put(list(map(file_text, line)) for line in _lines(names, rows, told=told)))


@contextmanager
def _writing_xlsx(receipt: Receipt, count: int, file: BinaryIO) -> Iterator[Writing]:
    """One line per row below the number, its proof and its receipt; very many are kept on the disk meanwhile."""
    with ExitStack() as held:
        folder = Path(held.enter_context(PrivateFolder())) if count > MOST_IN_MEMORY else None
        book = held.enter_context(workbook(receipt.kpi.name, file, folder))

        def finish() -> None:
            if receipt.against is not None:
                against = receipt.against.rows
                columns = receipt.against.columns if against else receipt.columns
                plain = replace(receipt, tells_history=False)
                _rows_sheet(book, "Compared with", plain, columns, len(against))(against)
            book.finish()

        yield Writing(_rows_sheet(book, "Rows", receipt, receipt.columns, count), finish, book.out.stopped.set)


def _rows_sheet(book: Book, name: str, receipt: Receipt, columns: Sequence[str], count: int) -> Write:
    """A sheet for so many rows with all above them; gives what puts the next rows on it."""
    sheet = book.book.add_worksheet(name)
    names, told = _fields(columns), receipt.tells_history
    titles = _titles(names, told=told)
    _sheet_head(book, sheet, receipt, titles)
    sheet.autofilter(HEAD - 1, 0, HEAD - 1 + count, len(titles) - 1)
    plain, places = book.style(), itertools.count(HEAD)

    def put(rows: Sequence[ReceiptRow]) -> None:
        for line, at in zip(_lines(names, rows, told=told), places, strict=False):
            for column, cell in enumerate(line):
                book.put(sheet, at, column, cell, plain)

    return put


def _sheet_head(book: Book, sheet: Any, receipt: Receipt, titles: Sequence[str]) -> None:
    muted, bold = book.style(font_color=MUTED), book.style(bold=True)
    whose = scope_name(receipt.question.scope, "Organisation")
    head = f"{receipt.kpi.name}: {receipt.value_text}, {whose}, {receipt.question.period.label}"
    book.put(sheet, 0, 0, head, book.style(bold=True, font_size=14))
    book.put(sheet, 1, 0, f"{known_words(receipt.as_of)} {receipt.words}", muted)
    book.put(sheet, 2, 0, f"Receipt {receipt.code}" if receipt.code else "", muted)
    for column, title in enumerate(titles):
        book.put(sheet, HEAD - 1, column, title, bold)
    sheet.freeze_panes(HEAD, 2)
    sheet.set_column(0, len(titles) - 1, 18)


def _fields(columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in columns if name != "name")


def _are_compared(receipt: Receipt, rows: Sequence[ReceiptRow]) -> bool:
    """Whether rows are not those of the number but those it is compared with."""
    return bool(rows) and receipt.against is not None and rows[0] in receipt.against.rows


def _titles(names: Sequence[str], *, told: bool) -> tuple[str, ...]:
    """The titles of the columns; `told`: with those of the history of stages."""
    fields = (LABELS.get(name, name) for name in names)
    return ("Id", "Name", *fields, "In the numerator", "Share", "Adds", "Rate", "Why not", "File", "Line", "Import",
            "In force since", *(_HISTORY_TITLES if told else ()))  # fmt: skip


_HISTORY_TITLES = ("State of then in", STATE_FROM, "State line", "State import")


def _lines(names: Sequence[str], rows: Sequence[ReceiptRow], *, told: bool) -> Iterator[tuple[Cell, ...]]:
    for row in rows:
        yield (
            row.key, row.cells.get("name", ""), *(_cell(name, row.cells.get(name, "")) for name in names),
            "yes" if row.in_numerator else "no", row.weight, row.value, row.rate, row.reason,
            row.file, float(row.line) if row.line else None, float(row.import_id) if row.import_id else None,
            row.valid_from, *(_of_history(row.history) if told else ()),
        )  # fmt: skip


def _of_history(told: FromHistory | None) -> tuple[Cell, ...]:
    """Which cells are as they were when the row counted, and where that is read."""
    if told is None:
        return ("", "", None, None)
    fields = ", ".join(LABELS.get(name, name) for name in told.fields)
    return (fields, told.file, float(told.line) if told.line else None, float(told.import_id) or None)


def _cell(name: str, text: str) -> Cell:
    """A number as a number, so that a spreadsheet can add it up."""
    if name not in RIGHT_ALIGNED:
        return text
    try:
        return float(text)
    except ValueError:
        return text
