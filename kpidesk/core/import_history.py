"""What was imported so far: each import, and the days that the data are of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpidesk.core.fields import Kind

TYPED_SOURCES = frozenset(("By hand", "typed", "Forecast calls"))
"""The sources of what was typed in KPI Desk instead of imported from a file."""
COUNTED_WHEN = "The counts are those of the moment of each import; undoing another one later does not change them."
"""What is to be known of the counts in a list of imports."""


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


@dataclass(frozen=True, slots=True)
class DataDay:
    """One day that imported data are of, how many imports are, and their files."""

    day: date
    imports: int
    files: tuple[str, ...]
