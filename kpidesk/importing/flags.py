"""Yes and no as exports write them in each language that is known."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from kpidesk.importing.languages import languages

ENGLISH_YES = frozenset(("1", "true", "yes", "y", "t", "x", "✓"))
ENGLISH_NO = frozenset(("0", "false", "no", "n", "f", "undone", "not done", "open", "none", "never"))
DONE_WORDS = frozenset(("done", "completed", "on", "checked", "replied", "answered"))


@lru_cache(maxsize=1)
def yes_words() -> frozenset[str]:
    """What says yes, in lower case."""
    return ENGLISH_YES | _words("yes")


@lru_cache(maxsize=1)
def no_words() -> frozenset[str]:
    """What says no, in lower case."""
    return ENGLISH_NO | _words("no")


def _words(entry: Literal["yes", "no"]) -> frozenset[str]:
    return frozenset(word.casefold() for language in languages().values() for word in language.get(entry, ()))


def read_flag(text: str) -> int | None:
    """1 for a yes, 0 for a no, None for a text that is neither."""
    word = " ".join(text.casefold().split())
    if word in yes_words() or word in DONE_WORDS:
        return 1
    return 0 if word in no_words() else None
