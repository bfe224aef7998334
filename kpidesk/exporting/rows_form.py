"""The rows behind a number as CSV and as a workbook: every field, and the place each was read from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from kpidesk.core.errors import UserError
from kpidesk.core.receipts import Receipt, ReceiptRow
from kpidesk.exporting.files import write_whole
from kpidesk.exporting.receipt_forms import LABELS, RIGHT_ALIGNED
from kpidesk.exporting.safe_text import file_text
from kpidesk.exporting.words import known_words, scope_name
from kpidesk.exporting.xlsx_book import MUTED, Book, workbook

FORMS = "End the name with .csv or .xlsx."
MOST_ROWS = 1_048_000
"""How many rows a sheet of a workbook holds below its head."""
HEAD = 4
Cell = str | float | None


def write_rows(receipt: Receipt, rows: Sequence[ReceiptRow], to: Path) -> None:
    """Write rows of a receipt as CSV or XLSX, by the ending of the name.

    Raises:
        UserError: the ending is another, the file cannot be written, or a workbook cannot hold so many rows.
    """
    make = {".csv": rows_csv, ".xlsx": rows_xlsx}.get(to.suffix.lower())
    if make is None:
        raise UserError(f"'{to.name}' has no known form.", FORMS)
    write_whole(to, make(receipt, rows))


def rows_csv(receipt: Receipt, rows: Sequence[ReceiptRow]) -> bytes:
    """One line per row under a header, in UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_titles(receipt, rows))
    writer.writerows(map(file_text, line) for line in _lines(receipt, rows))
    return out.getvalue().encode("utf-8-sig")


def rows_xlsx(receipt: Receipt, rows: Sequence[ReceiptRow]) -> bytes:
    """One line per row below the number, its proof and its receipt.

    Raises:
        UserError: a sheet cannot hold so many rows.
    """
    if len(rows) > MOST_ROWS:
        raise UserError(f"{len(rows):,} rows are more than a workbook holds.", "Export them as .csv instead.")
    out = io.BytesIO()
    with workbook(receipt.kpi.name, out) as book:
        _rows_sheet(book, "Rows", receipt, rows)
        if receipt.against is not None and not _are_compared(receipt, rows):
            _rows_sheet(book, "Compared with", receipt, receipt.against.rows)
    return out.getvalue()


def _rows_sheet(book: Book, name: str, receipt: Receipt, rows: Sequence[ReceiptRow]) -> None:
    sheet = book.book.add_worksheet(name)
    muted, bold = book.style(font_color=MUTED), book.style(bold=True)
    whose = scope_name(receipt.question.scope, "Organisation")
    head = f"{receipt.kpi.name}: {receipt.value_text}, {whose}, {receipt.question.period.label}"
    book.put(sheet, 0, 0, head, book.style(bold=True, font_size=14))
    book.put(sheet, 1, 0, f"{known_words(receipt.as_of)} {receipt.words}", muted)
    book.put(sheet, 2, 0, f"Receipt {receipt.code}" if receipt.code else "", muted)
    titles = _titles(receipt, rows)
    for column, title in enumerate(titles):
        book.put(sheet, HEAD - 1, column, title, bold)
    plain = book.style()
    for at, line in enumerate(_lines(receipt, rows), HEAD):
        for column, cell in enumerate(line):
            book.put(sheet, at, column, cell, plain)
    sheet.freeze_panes(HEAD, 2)
    sheet.autofilter(HEAD - 1, 0, HEAD - 1 + len(rows), len(titles) - 1)
    sheet.set_column(0, len(titles) - 1, 18)


def _fields(receipt: Receipt, rows: Sequence[ReceiptRow]) -> tuple[str, ...]:
    against = receipt.against
    columns = against.columns if against is not None and _are_compared(receipt, rows) else receipt.columns
    return tuple(name for name in columns if name != "name")


def _are_compared(receipt: Receipt, rows: Sequence[ReceiptRow]) -> bool:
    """Whether rows are not those of the number but those it is compared with."""
    return bool(rows) and receipt.against is not None and rows[0] in receipt.against.rows


def _titles(receipt: Receipt, rows: Sequence[ReceiptRow]) -> tuple[str, ...]:
    fields = (LABELS.get(name, name) for name in _fields(receipt, rows))
    return ("Id", "Name", *fields, "In the numerator", "Share", "Adds", "Rate", "Why not", "File", "Line", "Import",
            "In force since")  # fmt: skip


def _lines(receipt: Receipt, rows: Sequence[ReceiptRow]) -> Iterator[tuple[Cell, ...]]:
    names = _fields(receipt, rows)
    for row in rows:
        yield (
            row.key, row.cells.get("name", ""), *(_cell(name, row.cells.get(name, "")) for name in names),
            "yes" if row.in_numerator else "no", row.weight, row.value, row.rate, row.reason,
            row.file, float(row.line) if row.line else None, float(row.import_id) if row.import_id else None,
            row.valid_from,
        )  # fmt: skip


def _cell(name: str, text: str) -> Cell:
    """A number as a number, so that a spreadsheet can add it up."""
    if name not in RIGHT_ALIGNED:
        return text
    try:
        return float(text)
    except ValueError:
        return text
