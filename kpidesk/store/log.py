"""What was done to a workspace: the entries of its log that numbers may rest on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kpidesk.store.database import Database, local_day
from kpidesk.store.settings import CHANGED, setting_names

if TYPE_CHECKING:
    from kpidesk.core.receipts import LogEntry

TELLING = (
    "('import', 'undo', 'kpi', 'target', 'target taken away', 'targets', 'baseline', 'value typed in', 'settings',"
    " 'merge people', 'merge accounts', 'merge deals', 'split', 'split deals')"
)
"""What numbers rest on; all else that is noted is about how they are shown and talked about."""
_NUMBERED = frozenset(("merge people", "merge accounts", "merge deals", "split", "split deals"))
"""What is about numbers alone, one in front of each part of its detail."""


def log_mark(db: Database) -> int:
    """The number of the newest entry that a number may rest on, 0 without any."""
    return int(db.one(f"SELECT max(id) FROM audit WHERE action IN {TELLING}") or 0)


def log_since(db: Database, mark: int) -> tuple[LogEntry, ...]:
    """The entries after one that a number may rest on, oldest first, each with its day on this computer."""
    from kpidesk.core.receipts import LogEntry  # a first scorecard asks for the mark alone

    rows = db.rows(f"SELECT at, action, detail FROM audit WHERE id > ? AND action IN {TELLING} ORDER BY id", (mark,))
    return tuple(LogEntry(local_day(at), action, *_told(action, detail)) for at, action, detail in rows)


def _told(action: str, detail: str) -> tuple[str, tuple[int, ...]]:
    """The detail of an entry in words, and the numbers that it is about."""
    if action == CHANGED:
        return setting_names(detail), ()
    if action == "undo":
        number, _, file = detail.partition(" ")
        return file, (int(number),)
    if action in _NUMBERED:
        return detail, tuple(int(part.partition(" ")[0]) for part in detail.split(", "))
    return detail, ()


def joining(pairs: Iterable[tuple[int, int]]) -> str:
    """The detail of an entry by which the second of each pair became the first: "7 into 3, 8 into 3"."""
    return ", ".join(f"{drop} into {keep}" for keep, drop in pairs)


def newest_import(db: Database) -> int:
    """The highest number that an import was ever given, 0 before the first."""
    return int(db.one("SELECT value FROM meta WHERE name='last_import'") or 0)
