"""Yes and no as exports write them in each language that is known."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from kpidesk.paths import resources

LANGUAGES = "languages"
"""The folder beside the dialects with one file for each language besides English."""
YES, NO = "yes", "no"
"""The entries of a language's file with its words for them."""
ENGLISH_YES = frozenset(("1", "true", "yes", "y", "t", "x", "✓"))
ENGLISH_NO = frozenset(("0", "false", "no", "n", "f", "undone", "not done", "open", "none", "never"))
DONE_WORDS = frozenset(("done", "completed", "on", "checked", "replied", "answered"))


@lru_cache(maxsize=1)
def yes_words() -> frozenset[str]:
    """What says yes, in lower case."""
    return ENGLISH_YES | _words(YES, resources() / "dialects" / LANGUAGES)


@lru_cache(maxsize=1)
def no_words() -> frozenset[str]:
    """What says no, in lower case."""
    return ENGLISH_NO | _words(NO, resources() / "dialects" / LANGUAGES)


def _words(entry: str, folder: Path) -> frozenset[str]:
    languages = (tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml")))
    return frozenset(word.casefold() for language in languages for word in language.get(entry, ()))


def read_flag(text: str) -> int | None:
    """1 for a yes, 0 for a no, None for a text that is neither."""
    word = " ".join(text.casefold().split())
    if word in yes_words() or word in DONE_WORDS:
        return 1
    return 0 if word in no_words() else None
