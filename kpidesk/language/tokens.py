"""The words, numbers and signs of a formula, cut from its text within stated limits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kpidesk.language.errors import FormulaError

MAX_CHARACTERS = 2_000
MAX_TOKENS = 400
MAX_DEPTH = 40
LARGEST = 1e15
KEYWORDS = frozenset({"and", "or", "not", "in", "is", "where", "on", "before", "credit"})
_PAIRS = {("as", "of"): "AS_OF"}
_AFTER = {("IN", "period"): "PERIOD", ("IS", "empty"): "EMPTY", ("NOT", "empty"): "EMPTY"}

_PATTERN = re.compile(
    r"""
    (?P<SPACE>\s+)
  | (?P<PERCENT>(?:\d+(?:\.\d*)?|\.\d+)\s*%)
  | (?P<SPAN>\d+\s*(?:days?|weeks?|months?|quarters?|years?|[dwmqy])\b)
  | (?P<NUMBER>(?:\d+(?:\.\d*)?|\.\d+)(?![\w.]))
  | (?P<STRING>'(?:[^'\n]|'')*'|"(?:[^"\n]|"")*")
  | (?P<KPI>\[[^\[\]\n]*\])
  | (?P<QUOTED>`[^`\n]+`)
  | (?P<NAME>[^\W\d]\w*)
  | (?P<CMP><=|>=|!=|<>|==|=|<|>|≤|≥|≠)
  | (?P<PLUS>\+) | (?P<MINUS>[-−–]) | (?P<TIMES>[*×·]) | (?P<OVER>[/÷])
  | (?P<LPAR>\() | (?P<RPAR>\)) | (?P<COMMA>,) | (?P<DOT>\.)
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """One token: its kind as the grammar calls it, the characters it covers, and its text."""

    kind: str
    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """Cut a formula into tokens.

    Raises:
        FormulaError: E-SYNTAX at a character that has no meaning here; E-LIMIT when it is too long or too deep.
    """
    if len(text) > MAX_CHARACTERS:
        raise FormulaError("E-LIMIT", f"The formula has {len(text):,} characters; {MAX_CHARACTERS:,} is the limit.",
                           "Split it: name a part as a KPI of its own and refer to it as [name].",
                           MAX_CHARACTERS, len(text))  # fmt: skip
    found, at = words_until(text)
    if at < len(text):
        raise _strange(text, at)
    _check_nesting(found)
    return found


def words_until(text: str) -> tuple[list[Word], int]:
    """The tokens of a text that may be unfinished, and where a character first has no meaning (else its length).

    Raises:
        FormulaError: E-LIMIT when it has too many tokens or a number is too large.
    """
    found: list[Word] = []
    at = 0
    while at < len(text):
        match = _PATTERN.match(text, at)
        if match is None or not match.lastgroup:
            break
        if match.lastgroup != "SPACE":
            _add(found, Word(match.lastgroup, match.group(), at, match.end()))
        at = match.end()
    return found, at


def _add(found: list[Word], word: Word) -> None:
    kind, lower = word.kind, word.text.lower()
    last = found[-1] if found else None
    if kind == "NAME" and last and (last.text.lower(), lower) in _PAIRS and last.kind == "NAME":
        found[-1] = Word(_PAIRS[last.text.lower(), lower], "as of", last.start, word.end)
        return
    if kind == "NAME" and last and (last.kind, lower) in _AFTER:
        kind = _AFTER[last.kind, lower]
    elif kind == "NAME" and lower in KEYWORDS and not (last and last.kind == "DOT"):
        kind = lower.upper()
    if kind in ("NUMBER", "PERCENT", "SPAN"):
        _check_size(word)
    if len(found) == MAX_TOKENS:
        raise FormulaError("E-LIMIT", f"The formula has more than {MAX_TOKENS} words and signs.",
                           "Split it: name a part as a KPI of its own and refer to it as [name].",
                           word.start, word.end)  # fmt: skip
    found.append(Word(kind, word.text, word.start, word.end))


def _check_size(word: Word) -> None:
    digits = re.match(r"[\d.]+", word.text)
    if digits and float(digits.group()) >= LARGEST:
        raise FormulaError("E-LIMIT", "This number is too large.", f"Keep numbers below {LARGEST:,.0f}.",
                           word.start, word.end)  # fmt: skip


def _check_nesting(found: list[Word]) -> None:
    depth = 0
    for word in found:
        depth += (word.kind == "LPAR") - (word.kind == "RPAR")
        if depth > MAX_DEPTH:
            raise FormulaError("E-LIMIT", f"More than {MAX_DEPTH} brackets lie inside each other.",
                               "Name a part as a KPI of its own and refer to it as [name].",
                               word.start, word.end)  # fmt: skip


def _strange(text: str, at: int) -> FormulaError:
    char = text[at]
    advice = {
        "'": "Close the quote: 'won'.",
        '"': 'Close the quote: "won".',
        "[": "Close the bracket round the KPI's name: [win_rate].",
        "`": "Close the name with another backtick.",
    }.get(char, "Leave it out.")
    if char.isdigit():
        advice = "Write a number such as 25, 0.5 or 25%, or a length of time such as 90d or 1 year."
    end = at + 1
    while char.isdigit() and end < len(text) and (text[end].isalnum() or text[end] == "."):
        end += 1
    problem = f"I do not understand this near column {at + 1}: {text[at : at + 20].strip()}"
    return FormulaError("E-SYNTAX", problem, advice, at, end)
