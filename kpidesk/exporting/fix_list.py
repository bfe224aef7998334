"""The fix list of data hygiene as text, JSON, CSV and XLSX: one row per deal, sorted by rep."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text, whole_percent
from kpidesk.core.hygiene import Finding, Hygiene
from kpidesk.core.imports import id_text
from kpidesk.exporting.safe_text import guarded
from kpidesk.exporting.text_table import Column, paragraphs, receipts_text, sections, table
from kpidesk.exporting.xlsx_book import Book, workbook

HEADER = ("owner", "deal", "id", "account", "stage", "amount", "currency", "close_date", "problems", "file", "line")
TITLES = ("Owner", "Deal", "Id", "Account", "Stage", "Amount", "Currency", "Close date", "To fix", "File", "Line")
CHECKS, CHECK_WIDTHS = ("To fix", "Deals", "Of", "Receipt"), (34, 10, 10, 48)
WIDTHS = (22, 36, 20, 26, 18, 14, 10, 13, 60, 30, 8)


def fix_list_bytes(found: Hygiene, ending: str) -> bytes:
    """The fix list in the form that the ending of a file name asks for.

    Raises:
        UserError: a fix list is CSV or XLSX.
    """
    if ending.lower() == ".csv":
        return _csv(found)
    if ending.lower() == ".xlsx":
        return _xlsx(found)
    raise UserError(f"A fix list has no form '{ending}'.", "End the name with .csv or .xlsx.")


def _sorted(found: Hygiene) -> list[Finding]:
    return sorted(found.findings, key=lambda one: (not one.owner, one.owner.casefold()))


def _csv(found: Hygiene) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for one in _sorted(found):
        amount = "" if one.amount_value is None else f"{one.amount_value:.15g}"
        texts = (one.owner, one.name, one.key, one.account, one.stage)
        rest = (one.currency, one.close_date, "; ".join(one.detail), one.file)
        writer.writerow([*map(guarded, texts), amount, *map(guarded, rest), one.line or ""])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(found: Hygiene) -> bytes:
    out = io.BytesIO()
    with workbook(found.title, out) as book:
        sheet = book.book.add_worksheet("To fix")
        plain, head, day = book.style(), book.style(bold=True, bottom=1), book.style(num_format="d mmm yyyy")
        book.put(sheet, 0, 0, found.title, book.style(bold=True, font_size=14))
        book.put(sheet, 1, 0, found.sentence, plain)
        book.put(sheet, 2, 0, f"Receipt {found.receipt}" if found.receipt else "", plain)
        for at, (title, width) in enumerate(zip(TITLES, WIDTHS, strict=True)):
            sheet.set_column(at, at, width)
            book.put(sheet, 3, at, title, head)
        for line, one in enumerate(_sorted(found), 4):
            for at, cell in enumerate(_cells(one)):
                book.put(sheet, line, at, cell, day if isinstance(cell, date) else plain)
        sheet.freeze_panes(4, 2)
        sheet.autofilter(3, 0, max(4, 3 + len(found.findings)), len(TITLES) - 1)
        _checks(book, found)
    return out.getvalue()


def _checks(book: Book, found: Hygiene) -> None:
    """A sheet with how many deals each check found, with the code that proves it."""
    sheet, head = book.book.add_worksheet("Checks"), book.style(bold=True, bottom=1)
    for at, (title, width) in enumerate(zip(CHECKS, CHECK_WIDTHS, strict=True)):
        sheet.set_column(at, at, width)
        book.put(sheet, 0, at, title, head)
    for line, one in enumerate(found.rules, 1):
        counts = (None, None) if one.skipped else (float(one.deals), float(one.of))
        note = f"not looked for: {one.skipped}" if one.skipped else one.receipt
        for at, cell in enumerate((one.rule.name, *counts, note)):
            book.put(sheet, line, at, cell, book.style())
    sheet.freeze_panes(1, 0)


def _cells(one: Finding) -> tuple[str | float | date | None, ...]:
    closes = date.fromisoformat(one.close_date) if one.close_date else None
    return (
        *(one.owner, one.name, one.key, one.account, one.stage, one.amount_value, one.currency, closes),
        *("; ".join(one.detail), one.file, float(one.line) if one.line else None),
    )


def fix_list_text(found: Hygiene, *, receipts: bool = True) -> str:
    """The state of the data for a terminal: the score, the rules, the reps, the deals to fix, and the codes."""
    return sections((*_blocks(found), receipts_text(_codes(found)) if receipts else ""))


def _codes(found: Hygiene) -> list[tuple[str, str]]:
    """The codes of the scores that have one."""
    named = (
        (found.title, found.receipt),
        *((one.rule.name, one.receipt) for one in found.rules if one.deals),
        *((one.name, one.receipt) for one in found.reps if len(found.reps) > 1),
    )
    return [(name, code) for name, code in named if code]


def _blocks(found: Hygiene) -> Iterator[str]:
    yield f"{found.title}{f', data of {day_text(found.as_of)}' if found.as_of else ''}\n{found.sentence}"
    if found.refused:
        yield paragraphs(one.words for one in found.refused)
    if not found.deals:
        return
    shown = [one for one in found.rules if one.deals or one.skipped]
    if shown:
        yield table((
            Column("To fix", tuple(one.rule.name for one in shown)),
            Column("Deals", tuple("" if one.skipped else f"{one.deals:,} of {one.of:,}" for one in shown), right=True),
            Column("How", tuple(f"not looked for: {one.skipped}" if one.skipped else one.rule.fix for one in shown)),
        ))  # fmt: skip
    if len(found.reps) > 1:
        yield table((
            Column("Rep", tuple(one.name for one in found.reps)),
            Column("In order", tuple(f"{one.clean:,} of {one.deals:,}" for one in found.reps), right=True),
            Column("", tuple(f"{whole_percent(one.score or 0)}%" for one in found.reps), right=True),
        ))  # fmt: skip
    if found.findings:
        listed = _sorted(found)
        ids = tuple(id_text(one.key) for one in listed)
        yield table((
            Column("Owner", tuple(one.owner for one in listed)),
            *((Column("Id", ids),) if any(ids) else ()),
            Column("Deal", tuple(one.name for one in listed)),
            Column("Amount", tuple(one.amount for one in listed), right=True),
            Column("To fix", tuple("; ".join(one.detail) for one in listed)),
        ))  # fmt: skip


def fix_list_json(found: Hygiene) -> dict[str, Any]:
    """The state of the data as JSON; the score is a fraction."""
    return {
        "scope": found.scope.key,
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "deals": found.deals,
        "clean": found.clean,
        "score": found.score,
        "receipt": found.receipt,
        "rules": [
            {"rule": one.rule.id, "name": one.rule.name, "deals": one.deals, "of": one.of, "skipped": one.skipped,
             "deals_receipt": one.receipt}
            for one in found.rules
        ],
        "reps": [
            {"scope": f"rep:{one.name}" if one.person_id else "unassigned", "deals": one.deals, "clean": one.clean,
             "score": one.score, "receipt": one.receipt}
            for one in found.reps
        ],
        "refused": [
            {"import": one.import_id, "kind": one.kind, "file": one.file, "as_of": one.day.isoformat(),
             "rows": one.rows, "line": one.first.line, "column": one.first.column, "value": one.first.value,
             "problem": one.first.problem, "key": one.key}
            for one in found.refused
        ],
        "findings": [
            {"key": one.key, "name": one.name, "account": one.account, "owner": one.owner, "stage": one.stage,
             "amount": one.amount_value, "currency": one.currency, "close_date": one.close_date,
             "rules": list(one.rules), "details": list(one.detail), "file": one.file, "line": one.line}
            for one in found.findings
        ],
    }  # fmt: skip
