"""Random and broken formulas by a seed, and what becomes of one: a tree, or a message with a place; in time."""

from __future__ import annotations

import random
import time

from kpidesk.language import FUNCTIONS, FormulaError, compile_formula, formula_words
from kpidesk.language.completing import completions
from tests.language.definitions import KPIS
from tests.language.test_any_text import SEEDS, WORDS

SLOWEST = 0.05
"""Seconds of work within which an answer must be there."""
_SIGNS = "()[]'\"`.,%<>=!+-*/ \n\t\x00é√٣½9"


def mutant(chance: random.Random) -> str:
    """A formula that was right once, or words in any order."""
    if chance.random() < 0.15:
        return " ".join(chance.choice(WORDS) for _ in range(chance.randint(0, 60)))
    text = chance.choice(SEEDS)
    for _ in range(chance.randint(1, 5)):
        text = _changed(text, chance)
    return text


def _changed(text: str, chance: random.Random) -> str:
    at, length = chance.randrange(len(text) + 1), chance.choice((0, 1, 1, 3, 10, 40))
    kind = chance.randrange(6)
    if kind == 0:
        return text[:at] + chance.choice(WORDS) + text[at + length :]
    if kind == 1:
        return text[:at] + chance.choice(_SIGNS) * chance.choice((1, 1, 2, 50)) + text[at + length :]
    if kind == 2:
        return text[:at] + text[at : at + length] * 3 + text[at + length :]
    if kind == 3:
        return f"({text}) {chance.choice('+-*/')} ({chance.choice(SEEDS)})"
    if kind == 4:
        return f"{chance.choice(list(FUNCTIONS))}({text})"
    return text[:at] if chance.random() < 0.3 else text[:at] + text[at + length :]


def outcome(text: str) -> str:
    """`tree` or the code of the message.

    Raises:
        AssertionError: the message has no place in the text, or it took too long.
    """
    found, seconds = _timed(text)
    if seconds > SLOWEST:  # once more: something else may have had the processor
        found, seconds = _timed(text)
    assert seconds <= SLOWEST, f"{seconds * 1000:.0f} ms for {text!r}"
    return found


def _timed(text: str) -> tuple[str, float]:
    began = time.thread_time()
    wrong: FormulaError | None = None
    try:
        found = "tree" if formula_words(compile_formula(text, KPIS)) else "no words"
    except FormulaError as error:
        found, wrong = error.code, error
    completions(text, len(text) // 2, {"bookings": "Bookings"})
    seconds = time.thread_time() - began
    assert wrong is None or (wrong.problem and 0 <= wrong.start < wrong.end <= len(text) + 1), f"no place in {text!r}"
    return found, seconds


def outcomes(count: int, seed: int) -> dict[str, int]:
    """How many of so many mutants come to what."""
    found: dict[str, int] = {}
    for number in range(count):
        code = outcome(mutant(random.Random(f"{seed} {number}")))
        found[code] = found.get(code, 0) + 1
    return found
