"""The rows that an import refused, as CSV: the file's own columns, and beside them what is wrong."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date

from kpidesk.core.errors import Issue
from kpidesk.core.imports import REJECT_HEADERS
from kpidesk.exporting.safe_text import guarded

NUMBER = re.compile(r"[+-]?[\d.,]+%?")


def rejects_csv(rows: Iterable[tuple[Issue, str]], headers: Sequence[str], day: date) -> bytes:
    """One line per refused row, in UTF-8 with the mark by which spreadsheets know it.

    Its line in the file, what is wrong and the `day` of the data stand first, then its cells under their `headers`;
    importing leaves the first three out again.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*REJECT_HEADERS, *map(_cell, headers)])
    for issue, row in rows:
        what = f"{issue.column} '{issue.value}': {issue.problem}" if issue.column else issue.problem
        writer.writerow([issue.line, guarded(what), day.isoformat(), *map(_cell, row.split("\t"))])
    return out.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    """A cell as a spreadsheet may show it; a number with a sign is no formula."""
    return text if NUMBER.fullmatch(text) else guarded(text)
