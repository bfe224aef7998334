"""The rows that an import refused, as CSV: where each stands in the file, what is wrong, and the row itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from kpidesk.core.errors import Issue
from kpidesk.exporting.safe_text import guarded

HEADER = ("line", "column", "value", "problem", "row")


def rejects_csv(rows: Iterable[tuple[Issue, str]]) -> bytes:
    """One line per refused row, in UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for issue, row in rows:
        writer.writerow([issue.line, *map(guarded, (issue.column, issue.value, issue.problem, row))])
    return out.getvalue().encode("utf-8-sig")
