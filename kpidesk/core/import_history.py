"""What was imported so far: each import, and the days that the data are of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kpidesk.core.fields import Kind
from kpidesk.core.wording import listed

TYPED_SOURCES = frozenset(("By hand", "typed", "Forecast calls"))
"""The sources of what was typed in KPI Desk instead of imported from a file."""
COUNTED_WHEN = "The counts are those of the moment of each import; undoing another one later does not change them."
"""What is to be known of the counts in a list of imports."""
MOST_GONE = 8
"""So many numbers of imports that were undone are named."""


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """One import in the history of a workspace; `file` is what was typed where it came from no file."""

    import_id: int
    kind: Kind
    file: str
    source: str
    data_date: date
    imported_at: str
    read: int
    added: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int

    @property
    def is_typed(self) -> bool:
        """Whether it was typed in KPI Desk."""
        return self.source in TYPED_SOURCES


def counted_when(entries: Iterable[ImportEntry]) -> str:
    """What is to be known of a list of imports: of its counts, and of the numbers that it does not have any more."""
    known = {one.import_id for one in entries}
    gone = [str(number) for number in range(1, max(known, default=0)) if number not in known]
    if not gone:
        return COUNTED_WHEN
    return f"{COUNTED_WHEN} No. {listed(gone, MOST_GONE)} {'was' if len(gone) == 1 else 'were'} undone."


@dataclass(frozen=True, slots=True)
class DataDay:
    """One day that imported data are of, how many imports are, and their files."""

    day: date
    imports: int
    files: tuple[str, ...]
