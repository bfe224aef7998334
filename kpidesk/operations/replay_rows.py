"""In which rows two receipts differ: which came, went, were changed, or count as another now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kpidesk.core.fields import FIELD_BY_NAME
from kpidesk.core.receipts import Receipt, ReceiptRow
from kpidesk.core.wording import listed
from kpidesk.operations.receipt_code import value_mark
from kpidesk.operations.replay_words import COUNTS_AS


def difference(then: Receipt, now: Receipt) -> Mapping[str, list[ReceiptRow]]:
    """The rows that came, went and changed."""
    return _rows_between(then.rows, now.rows) if then is not now else {}


def is_other(then: Receipt, now: Receipt) -> bool:
    """Whether two receipts are of other numbers, or of the same from other rows."""
    return value_mark(then.result) != value_mark(now.result) or any(difference(then, now).values())


def _rows_between(then: Sequence[ReceiptRow], now: Sequence[ReceiptRow]) -> Mapping[str, list[ReceiptRow]]:
    before, after = _by_record(then), _by_record(now)
    found: dict[str, list[ReceiptRow]] = {
        "new": [row for record, row in after.items() if record not in before],
        "gone": [row for record, row in before.items() if record not in after],
        "changed": [],
    }
    for record, row in after.items():
        if record in before and _told(row) != _told(before[record]):
            whose = _counts_as(row, before[record])
            found.setdefault(f"{COUNTS_AS}{whose}" if whose else "changed", []).append(row)
    return found


def _counts_as(row: ReceiptRow, before: ReceiptRow) -> str:
    """As whom or which account a row counts now in which nothing else is another; empty where anything is."""
    known, cells = FIELD_BY_NAME[row.kind], {**dict.fromkeys((*row.cells, *before.cells), ""), **row.cells}
    names = [name for name, text in cells.items() if text != before.cells.get(name, "")]
    same = (row.weight, row.value, row.in_numerator, row.import_id, row.line)
    is_as_read = same == (before.weight, before.value, before.in_numerator, before.import_id, before.line)
    if not is_as_read or any(name not in known or known[name].kind not in ("person", "account") for name in names):
        return ""
    return listed(dict.fromkeys(cells[name] for name in names if cells[name]))


def quota_rows(then: Receipt, now: Receipt) -> Mapping[str, list[ReceiptRow]]:
    """The rows of quota files that came, went and changed in what the number is compared with."""
    before, after = (() if one.against is None else one.against.rows for one in (then, now))
    return _rows_between(before, after)


def _by_record(rows: Iterable[ReceiptRow]) -> dict[tuple[object, ...], ReceiptRow]:
    seen: Counter[tuple[object, ...]] = Counter()
    found = {}
    for row in rows:
        record = (row.kind, row.deal_id) if row.deal_id else (row.kind, row.cells.get("name", ""))
        seen[record] += 1
        found[*record, seen[record]] = row
    return found


def _told(row: ReceiptRow) -> tuple[object, ...]:
    return row.weight, row.value, row.in_numerator, row.cells
