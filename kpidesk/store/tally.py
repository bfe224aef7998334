"""What became of the rows of a file: counts that add up, and the rejected rows themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kpidesk.core.errors import Issue
from kpidesk.store.database import Database

MOST_ISSUES = 10_000


@dataclass(slots=True)
class Tally:
    """Counts of one running import. Rejected rows go straight to the store; the first 10,000 are also kept here.

    `columns` are the names of the file's columns by field; `notices` are things to know that no row is wrong about.
    """

    db: Database
    import_id: int
    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    issues: list[Issue] = field(default_factory=list)
    columns: Mapping[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def column(self, *names: str) -> str:
        """The column of the file that holds the first of some fields that it has."""
        return next((self.columns[name] for name in names if name in self.columns), names[0])

    def repeat(self, import_id: int) -> None:
        """Count and keep what became of the rows of an earlier import that could not be used."""
        sql = "SELECT read, rejected, skipped FROM imports WHERE id=?"
        self.read, self.rejected, self.skipped = self.db.rows(sql, (import_id,))[0]
        kept = "number, line, field, value, problem, row, key FROM rejected_rows WHERE import_id=?"
        self.db.run(f"INSERT INTO rejected_rows SELECT ?, {kept}", (self.import_id, import_id))
        sql = "SELECT line, field, value, problem FROM rejected_rows WHERE import_id=? ORDER BY number LIMIT ?"
        self.issues = [Issue(*found) for found in self.db.rows(sql, (import_id, MOST_ISSUES))]

    def reject(self, issue: Issue, row: Sequence[str], key: str = "") -> None:
        """Count and keep a row that cannot be used; `key` names the deal that it is about, if it tells that."""
        self.rejected += 1
        if len(self.issues) < MOST_ISSUES:
            self.issues.append(issue)
        text = "\t".join(" ".join(cell.split()) for cell in row)
        values = (self.import_id, self.rejected, issue.line, issue.column, issue.value, issue.problem, text, key)
        self.db.run("INSERT INTO rejected_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
