"""What became of the rows of a file: counts that add up, and the rejected rows themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kpidesk.core.errors import Issue
from kpidesk.store.database import Database

MOST_ISSUES = 10_000


@dataclass(slots=True)
class Tally:
    """Counts of one running import. Rejected rows go straight to the store; the first 10,000 are also kept here."""

    db: Database
    import_id: int
    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    issues: list[Issue] = field(default_factory=list)

    def reject(self, issue: Issue, row: Sequence[str]) -> None:
        """Count and keep a row that cannot be used."""
        self.rejected += 1
        if len(self.issues) < MOST_ISSUES:
            self.issues.append(issue)
        text = "\t".join(" ".join(cell.split()) for cell in row)
        values = (self.import_id, self.rejected, issue.line, issue.column, issue.value, issue.problem, text)
        self.db.run("INSERT INTO rejected_rows VALUES (?, ?, ?, ?, ?, ?, ?)", values)
