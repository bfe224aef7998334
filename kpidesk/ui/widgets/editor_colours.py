"""The colours of a formula's words, and which bracket belongs to which."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from kpidesk.ui.theme import Theme

_WORD = re.compile(
    r"""
    (?P<string>'(?:[^'\n]|'')*'?|"(?:[^"\n]|"")*"?)
  | (?P<kpi>\[[^\[\]\n]*\]?)
  | (?P<word>\b(?:where|and|or|not|in|is|on|before|credit|as\s+of|period|empty)\b)
  | (?P<function>[^\W\d]\w*(?=\s*\())
  | (?P<number>\b\d+(?:\.\d+)?(?:\s*%|\s*(?:days?|weeks?|months?|quarters?|years?|[dwmqy])\b)?)
  | (?P<name>[^\W\d]\w*)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COLOURS = {
    "string": "watch_ink", "kpi": "accent_ink", "word": "muted", "function": "accent_ink", "number": "watch_ink",
    "table": "good_ink",
}  # fmt: skip
"""The token of the theme for each kind of word; fields keep the colour of text."""
_PAIRS = {"(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A coloured part of a formula: its kind and the characters it covers (half-open)."""

    kind: str
    start: int
    end: int


def pieces(text: str, tables: frozenset[str] = frozenset()) -> tuple[Piece, ...]:
    """The parts of a formula, which may be unfinished, that have a colour of their own."""
    found = []
    for match in _WORD.finditer(text):
        kind = match.lastgroup or ""
        if kind == "name":
            kind = "table" if match.group().casefold() in tables else ""
        if kind:
            found.append(Piece(kind, match.start(), match.end()))
    return tuple(found)


def partner(text: str, position: int) -> tuple[int, int] | None:
    """The bracket at the cursor (left of it first) and the one it belongs to; None where there is no such pair.

    Brackets inside quotes do not count.
    """
    quoted = [(one.start, one.end) for one in pieces(text) if one.kind == "string"]
    pairs, open_ones = {}, []
    for at, char in enumerate(text):
        if any(start <= at < end for start, end in quoted):
            continue
        if char in _PAIRS:
            open_ones.append(at)
        elif char in _PAIRS.values() and open_ones and _PAIRS[text[open_ones[-1]]] == char:
            first = open_ones.pop()
            pairs[first], pairs[at] = at, first
    here = next((at for at in (position - 1, position) if at in pairs), None)
    return None if here is None else (here, pairs[here])


class Colours(QSyntaxHighlighter):
    """Colours the words of a formula while one types; a class because Qt wants one."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._tables: frozenset[str] = frozenset()
        theme.changed.connect(self.rehighlight)

    def know_tables(self, tables: frozenset[str]) -> None:
        """Which names are tables."""
        if tables != self._tables:
            self._tables = tables
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        for piece in pieces(text, self._tables):
            look = QTextCharFormat()
            look.setForeground(self._theme.color(_COLOURS[piece.kind]))
            if piece.kind in ("function", "table"):
                look.setFontWeight(QFont.Weight.DemiBold)
            self.setFormat(piece.start, piece.end - piece.start, look)
