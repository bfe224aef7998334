"""Where in an unfinished formula the cursor stands: no parser, only the words before it and the brackets still open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from kpidesk.language.functions import FUNCTIONS, Group
from kpidesk.language.tables import TABLES
from kpidesk.language.tokens import Word, words_until

Clause = Literal["argument", "where", "on", "as of", "credit"]
Quote = Literal["", "text", "kpi", "name"]
OPERAND_MAY_FOLLOW = frozenset(
    {"LPAR", "COMMA", "WHERE", "AND", "OR", "NOT", "PLUS", "MINUS", "TIMES", "OVER", "CMP", "BEFORE", "IN", "IS"}
)
_CLAUSES: dict[str, Clause] = {"WHERE": "where", "ON": "on", "AS_OF": "as of", "CREDIT": "credit"}
_QUOTES: dict[str, Quote] = {"'": "text", '"': "text", "[": "kpi", "`": "name"}
_REST = {
    "text": re.compile(r"[^'\"=<>(),\[\]\n]*['\"]"),
    "kpi": re.compile(r"[\w ]*\]?"),
    "name": re.compile(r"[^`\n]*`"),
    "": re.compile(r"\w*"),
}


@dataclass(slots=True)
class Bracket:
    """An open bracket: the function before it ("" for none, "in" for a list of values) and how far it got.

    Mutable, because the words fill it in one after the other. `opened_at` is the number of its first word.
    """

    name: str
    opened_at: int
    clause: Clause = "argument"
    commas: int = 0
    table: str = ""

    @property
    def group(self) -> Group | Literal["", "in"]:
        """What kind of function it belongs to."""
        return "in" if self.name == "in" else FUNCTIONS[self.name].group if self.name in FUNCTIONS else ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """What stands before the cursor.

    `words` are the finished ones, `typed` the beginning of the next with `way`, the names and dots before it.
    `start` and `end` are the characters that a completion replaces; `quote` says in what `typed` is enclosed.
    `closed` is the function whose bracket closed last, when that was the last word.
    """

    words: tuple[Word, ...]
    brackets: tuple[Bracket, ...]
    way: tuple[str, ...]
    typed: str
    quote: Quote
    start: int
    end: int
    closed: str = ""

    @property
    def last(self) -> str:
        """The kind of the last finished word; empty at the beginning."""
        return self.words[-1].kind if self.words else ""

    @property
    def measure(self) -> Bracket | None:
        """The aggregate the cursor is inside of."""
        return next((one for one in reversed(self.brackets) if one.group == "aggregate"), None)


@dataclass(slots=True)
class _Reader:
    """Follows the words; a class because the brackets open and close as it goes."""

    brackets: list[Bracket] = field(default_factory=list)
    closed: str = ""

    def read(self, words: list[Word]) -> None:
        for at, word in enumerate(words):
            self.closed = ""
            if word.kind == "LPAR":
                self.brackets.append(Bracket(_before(words, at), at + 1))
            elif self.brackets:
                self._inside(word)

    def _inside(self, word: Word) -> None:
        inner = self.brackets[-1]
        if word.kind == "RPAR":
            self.closed = self.brackets.pop().name
        elif word.kind == "COMMA":
            inner.commas += 1
        elif word.kind in _CLAUSES:
            inner.clause = _CLAUSES[word.kind]
        elif word.kind == "NAME" and word.text.lower() in TABLES:
            for one in self.brackets:
                if one.group == "aggregate" and one.clause == "argument" and not one.table:
                    one.table = word.text.lower()


def _before(words: list[Word], at: int) -> str:
    if at == 0:
        return ""
    last = words[at - 1]
    return "in" if last.kind == "IN" else last.text.lower() if last.kind == "NAME" else ""


def cursor_at(text: str, position: int) -> Cursor | None:
    """Where the cursor stands; None inside something that is no formula.

    Raises:
        FormulaError: E-LIMIT, when what stands before the cursor is beyond the limits of formulas.
    """
    before = text[:position]
    words, stopped = words_until(before)
    quote: Quote = _QUOTES.get(before[stopped], "") if stopped < len(before) else ""
    if stopped < len(before) and not quote:
        return None
    start = stopped  # the end of what was typed, unless a quote or a name is unfinished there
    if not quote and words and words[-1].end == position and _is_word(words[-1]):
        start = words.pop().start
    way = _way(words)
    reader = _Reader()
    reader.read(words)
    rest = _REST[quote].match(text, position)
    end = rest.end() if rest else position
    typed = before[start + bool(quote) :]
    return Cursor(tuple(words), tuple(reader.brackets), way, typed, quote, start, end, reader.closed)


def _is_word(word: Word) -> bool:
    return word.text[0].isalpha() or word.text[0] == "_"


def _way(words: list[Word]) -> tuple[str, ...]:
    """The names and dots directly before the cursor, taken off the words."""
    way: list[str] = []
    while len(words) > 1 and words[-1].kind == "DOT":
        words.pop()
        way.insert(0, words.pop().text.strip("`").lower())
    return tuple(way)


def path_before(words: tuple[Word, ...], at: int) -> tuple[str, int]:
    """The dotted name that ends before a word, and the number of its first word; empty when there is none."""
    names: list[str] = []
    while at > 0 and words[at - 1].kind in ("NAME", "QUOTED"):
        names.insert(0, words[at - 1].text.strip("`").lower())
        at -= 1
        if at == 0 or words[at - 1].kind != "DOT":
            break
        at -= 1
    return ".".join(names), at
