"""What one-on-ones and team reviews seal when they start: the rows behind their numbers, and a name for these."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from kpidesk.core.errors import UserError
from kpidesk.core.receipts import Receipt
from kpidesk.core.reviews import Line
from kpidesk.core.scorecards import Question
from kpidesk.operations.receipts import receipt_of
from kpidesk.operations.workspace import Workspace
from kpidesk.store.frozen import to_json


def with_receipts(
    ws: Workspace, lines: Iterable[Line], question: Question, *, first: int | None = None
) -> tuple[Line, ...]:
    """Lines with the rows behind each, with `first` only so many of them; a KPI without rows has none."""
    return tuple(replace(line, receipt=_receipt(ws, line, question, first)) for line in lines)


def _receipt(ws: Workspace, line: Line, question: Question, first: int | None) -> Receipt | None:
    try:
        return receipt_of(ws, line.row.kpi, question, first=first)
    except UserError:
        return None


def code_of(numbers: object) -> str:
    """A name of ten characters for sealed numbers: any other number, any other name."""
    return hashlib.sha256(to_json(numbers).encode()).hexdigest()[:10].upper()
