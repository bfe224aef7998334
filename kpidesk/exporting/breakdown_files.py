"""A breakdown as a workbook, a web page and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from kpidesk.core.breakdown_paper import breakdown_paper
from kpidesk.core.breakdowns import (
    Cell,
    PivotTable,
    change_titles,
    changes_title,
    receipts_of,
    remarks_of,
)  # fmt: skip
from kpidesk.core.errors import UserError
from kpidesk.core.wording import capital
from kpidesk.exporting import NO_FORM, write_whole
from kpidesk.exporting.breakdown_forms import TOTAL, under
from kpidesk.exporting.html_form import receipts_html, safe, small, terms_html, web_page
from kpidesk.exporting.paper_xlsx import paper_xlsx
from kpidesk.exporting.safe_text import file_text, guarded
from kpidesk.exporting.words import known_words

HEADER = ("row", "row_kind", "column", "value", "numerator", "denominator", "n", "share", "shown", "unit", "currency",
          "reason", "kpi", "scope", "period", "data_as_of", "words", "receipt")  # fmt: skip


def write_breakdown(table: PivotTable, to: Path) -> None:
    """Write a breakdown as XLSX, HTML or CSV, by the ending of the name.

    Raises:
        UserError: the ending is another, or the file cannot be written; what stood there before is kept.
    """
    forms = {".xlsx": breakdown_xlsx, ".html": breakdown_html, ".csv": breakdown_csv}
    make = forms.get(to.suffix.lower())
    if make is None:
        raise UserError(f"'{to.name}' has no known form.", NO_FORM)
    write_whole(to, make(table))


def _lines(found: PivotTable) -> Iterator[tuple[str, str, str, Cell, str]]:
    """Every cell and total with the name of its row, what kind of row that is, the name of its column, and words."""
    whole, change = found.columns if found.columns else (TOTAL,), changes_title(found)
    for at, (part, line) in enumerate(zip(found.rows, found.cells, strict=True)):
        for label, cell in zip(whole, line, strict=True):
            yield part.label, part.kind, label, cell, ""
        if found.row_totals and found.columns:
            yield part.label, part.kind, TOTAL, found.row_totals[at], ""
        if found.changes:
            yield part.label, part.kind, change, found.changes[at], found.verdict(at)
    if found.columns:
        for label, cell in zip(whole, found.column_totals, strict=True):
            yield TOTAL, "total", label, cell, ""
    if found.changes:
        yield TOTAL, "total", change, found.changes[-1], found.verdict(-1)
    if not found.columns or found.row_totals:
        yield TOTAL, "total", TOTAL, found.total, ""


def breakdown_csv(found: PivotTable) -> bytes:
    """One line per cell and total, in UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADER)
    as_of = found.as_of.isoformat() if found.as_of else ""
    for row, kind, column, cell, words in _lines(found):
        result = cell.result
        numbers = (result.value, result.numerator, result.denominator, result.n, cell.share)
        texts = (cell.text, found.kpi.unit, found.currency, result.reason, found.kpi.id, found.question.scope.key,
                 cell.question.period.key, as_of, words, cell.receipt)  # fmt: skip
        writer.writerow((guarded(row), kind, guarded(column), *map(file_text, numbers), *map(guarded, texts)))
    return out.getvalue().encode("utf-8-sig")


def _titles(found: PivotTable) -> tuple[str, ...]:
    first = capital(found.rows_label)
    if not found.columns:
        return (first, found.kpi.name, *(("Share",) if found.has_shares else ()), "From", *change_titles(found))
    return (first, *found.columns, *((TOTAL,) if found.row_totals else ()), *change_titles(found))


def breakdown_html(found: PivotTable) -> bytes:
    """A breakdown as one web page that needs nothing else."""
    head = "".join(
        f'<th scope="col"{" class=number" if at else ""}>{safe(title)}</th>' for at, title in enumerate(_titles(found))
    )
    lines = [_html_line(label, cells, found, at) for at, (label, cells) in enumerate(_shown(found))]
    listed = "".join(f"<li>{safe(text)}</li>" for text in remarks_of(found))
    body = (
        f'<h1>{safe(found.title.partition(" · ")[0])}</h1>\n<p class="under">{safe(under(found))}</p>\n'
        f'<p class="known">{safe(known_words(found.as_of, definitions=found.definitions))}</p>',
        f'<div class="frame"><table>\n<caption>{safe(found.title)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n'
        + "\n".join(f"<tr>{line}</tr>" for line in lines)
        + "\n</tbody>\n</table></div>",
        f'<ul class="notes">{listed}</ul>' if listed else "",
        receipts_html(receipts_of(found)),
    )
    return web_page(found.title, (*body, terms_html(body), "<footer>KPI Desk · confidential</footer>"))


def _shown(found: PivotTable) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """The rows of the table and the line of totals, each with its name."""
    for at, (part, line) in enumerate(zip(found.rows, found.cells, strict=True)):
        yield part.label, (*line, *(found.row_totals[at : at + 1] if found.columns else ()))
    if found.columns:
        yield TOTAL, (*found.column_totals, *((found.total,) if found.row_totals else ()))
    else:
        yield TOTAL, (found.total,)


def _html_line(label: str, cells: Sequence[Cell], found: PivotTable, at: int) -> str:
    parts = [f'<th scope="row">{safe(label)}</th>']
    if not found.columns:
        [cell] = cells
        parts.append(f'<td class="number actual">{safe(cell.text)}{small(cell.result.reason)}</td>')
        if found.has_shares:
            parts.append(f'<td class="number">{safe(cell.share_text)}</td>')
        parts.append(f'<td class="number">{safe(cell.sample)}</td>')
    else:
        parts += [f'<td class="number">{safe(cell.text)}{small(cell.share_text)}</td>' for cell in cells]
    if found.changes:
        parts.append(f'<td class="number">{safe(found.changes[at].text)}</td>')
    if found.verdicts:
        parts.append(f"<td>{safe(found.verdict(at))}</td>")
    return "".join(parts)


def breakdown_xlsx(found: PivotTable) -> bytes:
    """A breakdown as a workbook: real numbers, bars, and totals and shares as formulas where the parts add up."""
    return paper_xlsx(breakdown_paper(found))
