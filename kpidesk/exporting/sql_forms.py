"""Answers of queries as a table, CSV and plain values."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from kpidesk.exporting.json_form import Json, number_json
from kpidesk.exporting.safe_text import guarded
from kpidesk.exporting.text_table import Column, cut, table, terminal_width

Value = str | int | float | None
Rows = Sequence[Sequence[Value]]
WIDEST = 40


def answer_text(columns: Sequence[str], rows: Rows, *, has_more: bool) -> str:
    """The rows as a table; long cells are cut in a terminal, an empty one is shown as such."""
    if not rows:
        return "No row."
    most = WIDEST if terminal_width() else None
    cells = [tuple(_shown(row[at], most) for row in rows) for at in range(len(columns))]
    numbers = [all(isinstance(row[at], int | float | None) for row in rows) for at in range(len(columns))]
    listed = table([Column(name, *one) for name, one in zip(columns, zip(cells, numbers, strict=True), strict=True)])
    return f"{listed}\n… and more; --csv or --json gives every row." if has_more else listed


def _shown(value: Value, most: int | None) -> str:
    text = "(null)" if value is None else str(value)
    return text if most is None else cut(text, most)


def answer_csv(columns: Sequence[str], rows: Rows) -> str:
    """The rows as CSV; a text that a spreadsheet would take for a formula is disarmed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([guarded(value) if isinstance(value, str) else value for value in row] for row in rows)
    return out.getvalue()


def answer_json(columns: Sequence[str], rows: Rows) -> Json:
    """The rows as lists under the names of their columns, which may repeat."""
    return {"columns": list(columns), "count": len(rows), "rows": [list(map(_json, row)) for row in rows]}


def _json(value: Value) -> Value:
    return number_json(value) if isinstance(value, float) else value
