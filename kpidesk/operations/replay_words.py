"""What was done to a workspace since a receipt was printed, in words, as far as its number can rest on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpidesk.core.formats import day_text, stored_day_text
from kpidesk.core.receipts import LogEntry, ReceiptRow
from kpidesk.core.wording import listed
from kpidesk.operations.replay_steps import SPLITS

NOWHERE = "Compare the code with the print, or look at the number itself with kpidesk rows."
"""What to do about a code whose number is not there any more."""
WITHOUT_NUMBERS = frozenset(("minimum_n", "organisation", "solid_n", "time_zone"))
"""The settings that change no number: what is said of one, and how files that are yet to come are read."""
COUNTS_AS = "counts as "
"""How the difference of rows begins in which nothing was changed but whose they are: the name follows."""
_ROWS = {
    "new": ("1 {noun} is new", "{count} {noun}s are new"),
    "gone": ("1 {noun} is gone", "{count} {noun}s are gone"),
    "changed": ("1 {noun} was changed", "{count} {noun}s were changed"),
}


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
