"""What tells two deals that look alike apart: the amount, the day and the owner of both."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from datetime import date

from kpidesk import importing, store
from kpidesk.core.formats import day_text, full_value
from kpidesk.core.imports import LookAlike
from kpidesk.core.progress import Progress
from kpidesk.core.records import Cell, minor_digits
from kpidesk.operations.workspace import Workspace, settings

MOST = 2_000
"""So many rows are told apart; of more, none is gone through one by one."""


def with_details(
    ws: Workspace, plan: importing.Plan, found: tuple[LookAlike, ...]
) -> Generator[Progress, None, tuple[LookAlike, ...]]:
    """Rows of deals that look like others with what tells them apart; the file is read again for it."""
    if plan.kind != "deals" or not 0 < len(found) <= MOST:
        return found
    own, usual = settings(ws).currency, plan.preview.currency
    lines = {line for one in found for line in (one.line, one.other_line) if line}
    rows: dict[int, str] = {}
    for block in importing.chunks(plan):
        if lines.isdisjoint(block.lines):
            continue
        parsed = importing.parse(plan, block)
        for at, place in enumerate(parsed.index):
            if block.lines[place] in lines:
                rows[block.lines[place]] = _of_row(
                    {name: told[at] for name, told in parsed.columns.items()}, usual or own
                )
        yield Progress(0, 0, "Telling rows that look alike apart")
    known = {
        (source, row["key"]): _words(
            _money(float(row["amount"]), row.get("currency") or own) if row.get("amount") else "",
            row.get("closed_at") or row.get("close_date", ""),
            row.get("owner", ""),
        )
        for source, row in store.deals_of_keys(ws.db, [(one.source, one.other) for one in found if not one.other_line])
    }
    return tuple(
        replace(
            one,
            shown=rows.get(one.line, ""),
            other_shown=rows.get(one.other_line, "") if one.other_line else known.get((one.source, one.other), ""),
        )
        for one in found
    )


def _of_row(row: Mapping[str, Cell], own: str) -> str:
    amount, code = row.get("amount"), str(row.get("currency") or own)
    money = _money(int(amount) / 10 ** minor_digits(code), code) if amount is not None else ""
    return _words(money, str(row.get("closed_at") or row.get("close_date") or ""), str(row.get("owner") or ""))


def _money(amount: float, code: str) -> str:
    return full_value(amount, "money", code).removesuffix(".00")


def _words(amount: str, day: str, owner: str) -> str:
    shown = day_text(date.fromisoformat(day[:10])) if day else ""
    return "  ·  ".join(part for part in (amount, shown, owner) if part)
