"""Text of unknown origin made harmless for a terminal, a page, or the cell of a spreadsheet."""

from __future__ import annotations

import math
import unicodedata

_CONTROLS = ("Cc", "Cs", "Zl", "Zp")
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_INVISIBLE = " \u00a0\u200b\u2060\ufeff"


def printable(text: str) -> str:
    """A text on one line without characters that steer a terminal or turn the direction of writing."""
    if text.isprintable():  # as nearly every text of a million rows: none of these characters is
        return text
    return "".join(" " if unicodedata.category(char) in _CONTROLS else char for char in text if char not in _DIRECTIONS)


def guarded(text: str) -> str:
    """A text that a spreadsheet takes for text: what it would run as a formula gets an apostrophe before it.

    The first characters are those of OWASP's "CSV Injection", their full-width forms, and any of them after
    blanks that cannot be seen.
    """
    if text[:1].isalnum() and "\0" not in text:  # as nearly every text of a million rows
        return text
    cleaned = text.replace("\0", "")
    seen = cleaned.lstrip(_INVISIBLE)
    return f"'{cleaned}" if seen[:1] in _STARTS and seen else cleaned


def file_text(cell: str | float | None) -> str:
    """A cell of a file: a number with a decimal point and no grouping, nothing for none, a text guarded."""
    if isinstance(cell, str):
        return guarded(cell)
    if cell is None or not math.isfinite(cell):
        return ""
    return str(int(cell)) if float(cell).is_integer() else repr(float(cell))
