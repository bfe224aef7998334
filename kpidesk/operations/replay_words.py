"""What was done to a workspace since a receipt was printed, in words, as far as its number can rest on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kpidesk import store
from kpidesk.core.formats import day_text, format_value, stored_day_text
from kpidesk.core.goals import Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.receipts import LogEntry, Receipt, ReceiptRow
from kpidesk.operations.dependencies import behind
from kpidesk.operations.workspace import Workspace, definitions, goals

NOWHERE = "Compare the code with the print, or look at the number itself with kpidesk rows."
"""What to do about a code whose number is not there any more."""
_GOALS = {
    "target": "The target of {name} was set anew",
    "target taken away": "The target of {name} was taken away",
    "targets": "Targets were set anew",
    "baseline": "The baseline of {name} was set anew",
    "value typed in": "A value of {name} was typed in",
}
_OTHERS = {
    "settings": "Settings were changed: {detail}",
    "merge people": "Two names were made one person",
    "merge accounts": "Two accounts were made one",
    "merge deals": "Two deals were made one",
    "split deals": "Deals that were made one were parted again",
    "split": "What was made one was parted again",
}
COUNTS_AS = "counts as "
"""How the difference of rows begins in which nothing was changed but whose they are: the name follows."""
_ROWS = {
    "new": ("1 {noun} is new", "{count} {noun}s are new"),
    "gone": ("1 {noun} is gone", "{count} {noun}s are gone"),
    "changed": ("1 {noun} was changed", "{count} {noun}s were changed"),
}


def rows_words(
    difference: Mapping[str, Sequence[ReceiptRow]], imports: Mapping[int, str], noun: str = "row"
) -> list[str]:
    """Which rows came, went and changed, and which imports showed them: "4 rows are new, from import 9 (may.csv)."."""
    found = []
    for what, rows in difference.items():
        if not rows:
            continue
        is_as_read = what == "gone" or what.startswith(COUNTS_AS)  # no import made this difference
        one, many = _ROWS.get(what) or _as_another(what.removeprefix(COUNTS_AS))
        words = (one if len(rows) == 1 else many).format(count=f"{len(rows):,}", noun=noun)
        numbers = Counter(row.import_id for row in rows if not is_as_read and row.import_id in imports)
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


def log_words(ws: Workspace, log: Sequence[LogEntry], kpi: Kpi, last_import: int) -> list[str]:
    """The entries of the log that a number of this KPI can rest on, each kind once, the newest last."""
    known = {kpi.id, *behind(ws, kpi.id)}
    hand = {one.file for one in store.import_history(ws.db) if one.import_id > last_import and one.kind == "people"}
    found: dict[str, LogEntry] = {}
    for entry in log:
        if words := _words(ws, entry, known, hand):
            found.pop(words, None)
            found[words] = entry
    return [f"{words}, on {day_text(entry.day)}." for words, entry in found.items()]


def _words(ws: Workspace, entry: LogEntry, known: set[str], hand: set[str]) -> str:
    """One entry as a sentence without its end; empty where no number of these KPIs rests on it."""
    action, detail = entry.action, entry.detail
    if action == "import":
        return detail if detail in hand else f"{detail} was imported"
    if action == "undo":
        return f"Import {entry.numbers[0]} ({detail}) was undone"
    if action == "kpi":
        named = [one.rpartition(" v") for one in detail.split(", ")]
        mine = [f"{_name(ws, kpi_id)} is version {version}" for kpi_id, _, version in named if kpi_id in known]
        return "; ".join(mine)
    if action in _GOALS:
        kpi_id = detail.partition(" ")[0]
        return _GOALS[action].format(name=_name(ws, kpi_id)) if kpi_id in known or action == "targets" else ""
    return _OTHERS[action].format(detail=detail) if action in _OTHERS else ""


def target_words(ws: Workspace, log: Sequence[LogEntry], now: Receipt) -> list[str]:
    """That the target which the number is held against was set anew since the print, and what it was then.

    The log tells each version that was set; the one printed is the newest that is not among them.
    """
    goal, later = now.target, {entry.detail: entry.day for entry in log if entry.action == "target"}
    day = later.get(store.target_detail(goal)) if goal is not None else None
    if goal is None or day is None:
        return []
    about = (goal.kpi_id, goal.scope, goal.period)
    versions = [one for one in goals(ws).targets if (one.kpi_id, one.scope, one.period) == about]
    then = [one for one in versions if store.target_detail(one) not in later]
    was = (
        f"it was {_goal_text(now, then[-1])} when this was printed" if then else "there was none when this was printed"
    )
    return [f"The target was set to {_goal_text(now, goal)} on {day_text(day)}; {was}."]


def _goal_text(now: Receipt, goal: Target) -> str:
    return f"{format_value(goal.target, now.kpi.display, now.currency)} (version {goal.version})"


def _name(ws: Workspace, kpi_id: str) -> str:
    kpi = definitions(ws).get(kpi_id)
    return f"'{kpi.name}'" if kpi is not None else f"'{kpi_id}'"
