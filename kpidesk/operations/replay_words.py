"""In what two receipts differ, and what was done to a workspace between them, in words as far as numbers rest on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kpidesk.core.fields import FIELD_BY_NAME
from kpidesk.core.formats import day_text, stored_day_text
from kpidesk.core.receipts import LogEntry, Receipt, ReceiptRow
from kpidesk.core.wording import listed
from kpidesk.operations.receipt_code import value_mark

NOWHERE = "Compare the code with the print, or look at the number itself with kpidesk rows."
"""What to do about a code whose number is not there any more."""
WITHOUT_NUMBERS = frozenset(("minimum_n", "organisation", "solid_n", "time_zone"))
"""The settings that change no number: what is said of one, and how files that are yet to come are read."""
COUNTS_AS = "counts as "
"""How the difference of rows begins in which nothing was changed but whose they are: the name follows."""
MERGES: Mapping[str, str] = {
    "merge people": "Two names were made one person",
    "merge accounts": "Two accounts were made one",
    "merge deals": "Two deals were made one",
}
"""What gives numbers to merges, one for each pair, in words."""
SPLITS: Mapping[str, str] = {
    "split": "What was made one was parted again",
    "split deals": "Deals that were made one were parted again",
}
"""What takes merges back, in words."""
_ROWS = {
    "new": ("1 {noun} is new", "{count} {noun}s are new"),
    "gone": ("1 {noun} is gone", "{count} {noun}s are gone"),
    "changed": ("1 {noun} was changed", "{count} {noun}s were changed"),
}


# --- the rows ---------------------------------------------------------------------------------------------------------


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


# --- in words ---------------------------------------------------------------------------------------------------------


def rows_words(
    difference: Mapping[str, Sequence[ReceiptRow]], imports: Mapping[int, str], last_import: int, noun: str = "row"
) -> list[str]:
    """Which rows came, went and changed, and which imports showed them: "4 rows are new, from import 9 (may.csv)."

    `imports` are their files, `last_import` is the newest of before: no row was changed by it or those before it.
    """
    found = []
    for what, rows in difference.items():
        if not rows:
            continue
        is_as_read = what == "gone" or what.startswith(COUNTS_AS)  # no import made this difference
        one, many = _ROWS.get(what) or _as_another(what.removeprefix(COUNTS_AS))
        words = (one if len(rows) == 1 else many).format(count=f"{len(rows):,}", noun=noun)
        first = last_import + 1 if what == "changed" else 0
        numbers = {row.import_id for row in rows if not is_as_read and row.import_id >= first} & imports.keys()
        told = ", ".join(f"import {number} ({imports[number]})" for number in sorted(numbers))
        names = "; ".join(_called(row) for row in rows[:3])
        more = f" and {len(rows) - 3:,} more" if len(rows) > 3 else ""
        found.append(f"{words}{f', from {told}' if told else ''}: {names}{more}.")
    return found


def _as_another(name: str) -> tuple[str, str]:
    """The words for one row and for several that count as another person or account now."""
    plain = name.replace("{", "{{").replace("}", "}}")
    return f"1 {{noun}} counts as {plain} now", f"{{count}} {{noun}}s count as {plain} now"


def _called(row: ReceiptRow) -> str:
    """What a row is called; a quota, which has no name, by whose it is and from when."""
    if row.kind == "quotas":
        whose = row.cells.get("person") or row.cells.get("team") or "the whole organisation"
        return f"{whose}, {stored_day_text(row.cells.get('period_at', ''))}"
    return row.cells.get("name") or row.key


def log_words(log: Sequence[LogEntry]) -> list[str]:
    """What of the log cannot be taken back to see what it did and may have changed a number, the newest last."""
    found: dict[str, LogEntry] = {}
    for entry in log:
        if words := _words(entry):
            found.pop(words, None)
            found[words] = entry
    return [f"{words}, on {day_text(entry.day)}." for words, entry in found.items()]


def undone_words(log: Sequence[LogEntry]) -> list[str]:
    """Which imports of before a number was printed were undone since, where it is the same; those done again say so."""
    found = []
    for at, entry in enumerate(log):
        if entry.action == "undo":
            is_again = any((one.action, one.detail) == ("import", entry.detail) for one in log[at:])
            rest = " and imported again since" if is_again else f", on {day_text(entry.day)}: it makes no difference"
            found.append(f"{_words(entry)}{rest}.")
    return found


def _words(entry: LogEntry) -> str:
    """One entry as a sentence without its end; empty where no number can rest on it."""
    if entry.action == "undo":
        return f"Import {entry.numbers[0]} ({entry.detail}) was undone"
    if entry.action == "settings":
        names = [one for one in entry.detail.split(", ") if one not in WITHOUT_NUMBERS]
        return f"Settings were changed: {listed(names)}" if names else ""
    return SPLITS.get(entry.action, "")
