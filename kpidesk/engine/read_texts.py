"""Texts of columns that are mapped to no field, read as numbers or as days where a formula asks for them."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

import numpy as np

from kpidesk.engine.days import day_number
from kpidesk.engine.values import Column, NotComputableError

MOST = 0.9
"""Which share of the texts of a column must be numbers, or days, for it to be split like a field of these."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d([ T].*)?")


def read_texts(kind: str, header: str, column: Column, *, strict: bool = True) -> Column:
    """The numbers (`kind` "number") or the days ("date") that the texts of a column are; empty where there is no text.

    A text that can be read in more ways than one, such as 1,234 or 03/04/2026, is none; unless `strict` it is empty.

    Raises:
        NotComputableError: one of the texts is none and that is not allowed; it names the column and the text.
    """
    texts, read = column.names or {}, np.full(column.data.shape, np.nan)
    known = ~np.isnan(column.data)
    numbers, places = np.unique(column.data[known], return_inverse=True)
    read[known] = np.array([_read(kind, header, texts[int(one)], strict=strict) for one in numbers])[places]
    return Column(read)


def are_mostly(kind: str, texts: Collection[str]) -> bool:
    """Whether nine of ten texts are numbers, or days, each of which can be read in one way only."""
    read = _number if kind == "number" else _day
    return len(texts) > 0 and sum(read(text.strip()) is not None for text in texts) >= MOST * len(texts)


def _read(kind: str, header: str, text: str, *, strict: bool) -> float:
    found = _number(text.strip()) if kind == "number" else _day(text.strip())
    if found is None and not strict:
        return np.nan
    if found is None:
        wanted = "number such as 1234.5" if kind == "number" else "day such as 2026-03-31"
        raise NotComputableError(f"the column '{header}' holds '{text}', which is no {wanted}")
    return found


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _day(text: str) -> float | None:
    try:
        return float(day_number(date.fromisoformat(text[:10]))) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
