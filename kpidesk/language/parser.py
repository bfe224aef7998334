"""Formula text to syntax nodes, or a message that says where it stops making sense."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from kpidesk.core.errors import nearest
from kpidesk.core.wording import listed
from kpidesk.language.errors import FormulaError
from kpidesk.language.functions import FUNCTIONS
from kpidesk.language.grammar import GRAMMAR
from kpidesk.language.syntax import Node, depth
from kpidesk.language.tokens import MAX_DEPTH, Word, words_of
from kpidesk.paths import resources

if TYPE_CHECKING:
    from lark import Lark
    from lark.exceptions import UnexpectedToken

_VALUE_WORDS = "a number, a field or a function"
_NEXT_WORDS = (
    ("RPAR", "a closing bracket"),
    ("COMMA", "a comma"),
    ("PLUS", "+, −, × or ÷"),
    ("CMP", "a comparison"),
    ("AND", "'and' or 'or'"),
    ("WHERE", "'where'"),
    ("ON", "'on' a date"),
    ("AS_OF", "'as of' a moment"),
    ("CREDIT", "'credit'"),
    ("PERIOD", "'period'"),
    ("EMPTY", "'empty'"),
)


@lru_cache(maxsize=512)
def parse(text: str) -> Node:
    """Read a formula; names are not looked up.

    Raises:
        FormulaError: E-SYNTAX or E-LIMIT, with the place in the text.
    """
    from lark import Token
    from lark.exceptions import UnexpectedToken

    words = words_of(text)
    if not words:
        raise FormulaError("E-SYNTAX", "The formula is empty.",
                           "Write for example count(deals where won on closed_at).", 0, 1)  # fmt: skip
    state = _grammar().parse_interactive("")
    for at, word in enumerate(words):
        try:
            state.feed_token(Token(word.kind, word.text, start_pos=word.start, end_pos=word.end))
        except UnexpectedToken as error:
            raise _misplaced(words, at, error) from None
    try:
        node: Node = state.feed_token(Token("$END", ""))
    except UnexpectedToken as error:
        raise _unfinished(words, error) from None
    if depth(node) > MAX_DEPTH:
        raise FormulaError("E-LIMIT", f"The formula is more than {MAX_DEPTH} steps deep.",
                           "Name a part as a KPI of its own and refer to it as [name].",
                           node.start, node.end)  # fmt: skip
    return node


@cache
def _grammar() -> Lark:
    """The parser from its stored tables, in a tenth of the time; worked out where another lark is installed."""
    from lark import Lark

    place = stored_tables()
    if not place.exists():
        return worked_out()
    with place.open("rb") as file:
        return Lark.load(file)


def worked_out() -> Lark:
    """The parser with its tables worked out from the grammar."""
    from lark import Lark

    from kpidesk.language.builder import Builder

    return Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=Builder(), maybe_placeholders=True)


def stored_tables() -> Path:
    """Where the tables of the parser are stored for this grammar and the version of lark that is installed."""
    from lark import __version__

    return resources() / "grammar" / f"{crc32(GRAMMAR.encode()):08x}-lark-{__version__}.tables"


def _misplaced(words: list[Word], at: int, error: UnexpectedToken) -> FormulaError:
    word = words[at]
    problem = f"I do not understand this near column {word.start + 1}: {word.text}"
    return FormulaError("E-SYNTAX", problem, _advice(words, at, _accepted(error)), word.start, word.end)


def _unfinished(words: list[Word], error: UnexpectedToken) -> FormulaError:
    at = words[-1].end
    opened = sum((word.kind == "LPAR") - (word.kind == "RPAR") for word in words)
    advice = "Close the bracket with )." if opened > 0 else _what_may_come(_accepted(error))
    if words[-1].kind == "NAME" and words[-1].text.lower() in FUNCTIONS and opened <= 0:
        advice = _needs_brackets(words[-1].text)
    problem = f"The formula stops in the middle, after '{words[-1].text}'."
    return FormulaError("E-SYNTAX", problem, advice, at, at + 1)


def _accepted(error: UnexpectedToken) -> frozenset[str]:
    parser: Any = error.interactive_parser
    return frozenset(parser.accepts()) if parser is not None else frozenset(error.expected)


def _advice(words: list[Word], at: int, accepted: frozenset[str]) -> str:
    word, last = words[at], words[at - 1] if at else None
    if word.kind == "WHERE" and _inside_call(words, at):
        return "'where' stands before 'on' or 'as of', once in each measure; join conditions with 'and'."
    if last and last.kind == "NAME" and last.text.lower() in FUNCTIONS and word.kind != "LPAR":
        return _needs_brackets(last.text)
    if last and last.kind == "NAME" and word.kind == "LPAR":
        return nearest(last.text, FUNCTIONS)
    if word.kind == "CMP" and at > 1 and words[at - 2].kind == "CMP":
        return "Compare twice and join with 'and': a > 1 and a < 5."
    if word.kind == "RPAR" and "RPAR" not in accepted and "NAME" not in accepted:
        return "There is no open bracket to close."
    return _what_may_come(accepted)


def _inside_call(words: list[Word], at: int) -> bool:
    return any(one.kind in ("WHERE", "ON", "AS_OF") for one in words[:at])


def _needs_brackets(name: str) -> str:
    return f"A function needs brackets: {FUNCTIONS[name.lower()].example}."


def _what_may_come(accepted: frozenset[str]) -> str:
    if "NUMBER" in accepted:
        return f"Here belongs {_VALUE_WORDS}."
    if "NAME" in accepted:
        return "Here belongs a name."
    options = [words for kind, words in _NEXT_WORDS if kind in accepted]
    if not options:
        return "The formula could end before this."
    return f"Here may come {listed(options, last='or')}."
