"""A paper as CSV: its tables one under the other, with plain numbers where the page shows rounded ones."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from datetime import date

from kpidesk.core.papers import Paper, PaperCard, PaperCell, PaperColumn, PaperTable, card_of, tables_of
from kpidesk.exporting.csv_form import CARD_HEADER, card_cells
from kpidesk.exporting.safe_text import file_text, guarded

Line = tuple[str, ...]


def paper_csv(paper: Paper) -> bytes:
    """Each table under a line with its heading, an empty line before the next; UTF-8 with the mark for spreadsheets."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for at, (heading, part) in enumerate(tables_of(paper)):
        if at:
            writer.writerow(())
        writer.writerow((guarded(heading),))
        writer.writerows(_card(paper, part) if isinstance(part, PaperCard) else _table(part))
    return out.getvalue().encode("utf-8-sig")


def _card(paper: Paper, part: PaperCard) -> Iterator[Line]:
    card = card_of(paper, part)
    yield CARD_HEADER
    if card is not None:
        yield from (card_cells(card, row) for row in card.rows)


def _table(table: PaperTable) -> Iterator[Line]:
    yield tuple(guarded(column.title) for column in table.columns)
    for row in table.rows:
        yield tuple(_cell(column, cell) for column, cell in zip(table.columns, row.cells, strict=True))


def _cell(column: PaperColumn, cell: PaperCell) -> str:
    """A number with a decimal point and no grouping, a day as year-month-day, else the text as shown."""
    if isinstance(cell.value, date):
        return cell.value.isoformat()
    if cell.value is None or column.unit == "text" or not math.isfinite(cell.value):
        return guarded(cell.text)
    return file_text(cell.value)
