"""Whether the values of a column can be those of a field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from kpidesk.core.fields import Field, Kind
from kpidesk.importing.dates import SERIAL, looks_like_day
from kpidesk.importing.dialects import GENERIC, shipped
from kpidesk.importing.flags import read_flag, yes_words
from kpidesk.importing.numbers import looks_like_number
from kpidesk.importing.spans import holds_periods, is_period, read_duration

LONGEST_COUNT = 6
"""A number of so many digits counts no rows."""
STATUS_WORDS = frozenset(("won", "lost", "open", "closed", "closed won", "closed lost", "active", "in progress"))


def misfit(kind: Kind, field: Field, cells: Sequence[str]) -> str:
    """Why the values of a column, blanks left out, cannot be those of a field; empty when they can."""
    reads, what = _readers(field)
    if reads is not None and sum(map(reads, cells)) * 2 < len(cells):
        return f"most of its values are no {what}"
    if field.name == "status" and kind == "deals":
        words = {cell.casefold() for cell in cells}
        if not tell_standing(words) or words <= yes_words():
            return "none of its values says won, lost or open"
    return ""


def tell_standing(words: Collection[str]) -> bool:
    """Whether one of some words, in lower case, says how a deal stands, in whichever language is known."""
    return not STATUS_WORDS.isdisjoint(words) or not shipped()[GENERIC["deals"]].outcomes.keys().isdisjoint(words)


def _readers(field: Field) -> tuple[Callable[[str], bool] | None, str]:
    """What tells whether a cell may be a value of a field, None when any text may, and what its values are called."""
    if field.kind in ("date", "stamp"):
        return partial(may_be_day, field=field), "dates"
    if field.kind in ("money", "ratio", "number", "decimal"):
        return looks_like_number, "numbers"
    if field.kind == "score":
        return _may_be_score, "numbers"
    if field.kind == "duration":
        return _may_be_duration, "durations"
    return (_may_be_flag, "yes or no") if field.kind == "flag" else (None, "")


def may_be_day(cell: str, field: Field) -> bool:
    """Whether a cell may be a day, written or as a spreadsheet numbers it, or a period where the field holds some."""
    return looks_like_day(cell) or SERIAL.fullmatch(cell) is not None or (holds_periods(field) and is_period(cell))


def _may_be_score(cell: str) -> bool:
    return looks_like_number(cell.partition("/")[0])


def _may_be_duration(cell: str) -> bool:
    return isinstance(read_duration(cell, 1), int)


def _may_be_flag(cell: str) -> bool:
    return read_flag(cell) is not None


def why_no_id(cells: Sequence[str]) -> str:
    """Why a column that only says that it numbers cannot tell records apart for good."""
    if len(set(cells)) < len(cells):
        return "its values are not all different"
    return "it counts the rows, which are others in the next file" if is_mere_count(cells) else ""


def is_mere_count(cells: Sequence[str]) -> bool:
    """Whether most cells of a column are so short numbers that they may count the rows."""
    return sum(cell.isdecimal() and len(cell) < LONGEST_COUNT for cell in cells) * 2 > len(cells)
