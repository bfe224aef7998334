"""A part of a name alone in a text, such as "Ann" in "Ann was late": offered to be looked at, never changed unasked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

WORD = re.compile(r"[^\W\d_]+")
PARTICLES = frozenset(("al", "bin", "da", "de", "del", "den", "der", "di", "do", "dos", "du", "el", "la", "le", "ten",
                       "ter", "van", "von"))  # fmt: skip
"""Words of names that alone name nobody."""
ALIKE = (("ss|ß", "(?:ss|ß)"), ("i\u0307|İ", "(?:i\u0307?)"))
"""Letters that capitals write in another way, as a pattern, each with a pattern for all ways of writing it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A text in which a part of a name stands alone, what it is ("note of a team review") and in how many places."""

    text: str
    where: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class NameParts:
    """What finds the parts of a name; the full names of others that hold one are no such thing."""

    pattern: re.Pattern[str]

    def found_in(self, text: str) -> bool:
        """Whether a part of the name stands alone in a text."""
        return any(one.lastgroup == "own" for one in self.pattern.finditer(unicodedata.normalize("NFC", text)))

    def replaced(self, text: str, instead: str) -> str:
        """The text with something in place of each part of the name."""

        def new(found: re.Match[str]) -> str:
            return instead if found.lastgroup == "own" else found[0]

        return self.pattern.sub(new, unicodedata.normalize("NFC", text))


def name_parts(names: Iterable[str], others: Iterable[str], ordinary: Iterable[str]) -> NameParts | None:
    """What finds the words of some names where they stand alone; None where the names have only one word each.

    `others` are the names of everybody else. `ordinary` words are meant only where they are capitalised: Will, May.
    """
    words = {word.casefold() for name in names for word in _words(name)} - PARTICLES
    if not words:
        return None
    common = set(ordinary)
    own = (f"{re.escape(word.title())}|{re.escape(word.upper())}" if word in common else f"(?i:{_spelt(word)})"
           for word in sorted(words, key=len, reverse=True))  # fmt: skip
    full = {name for name in others if words & {word.casefold() for word in _words(name)}}
    kept = "|".join(_spelt(unicodedata.normalize("NFC", name)) for name in sorted(full, key=len, reverse=True))
    other = f"(?P<other>(?i:{kept}))|" if kept else ""
    return NameParts(re.compile(rf"(?<!\w)(?:{other}(?P<own>{'|'.join(own)}))(?!\w)"))


def _spelt(text: str) -> str:
    """A pattern for a text in small letters or capitals, "Weiß" and "WEISS" alike."""
    pattern = re.escape(text)
    for letters, anyhow in ALIKE:
        pattern = re.sub(letters, anyhow, pattern, flags=re.IGNORECASE)
    return pattern


def _words(name: str) -> list[str]:
    """The words of a full name that may stand alone; an address, a user id or a single word has none."""
    found = WORD.findall(unicodedata.normalize("NFC", name))
    is_full = len(found) > 1 and "@" not in name and not any(sign.isdigit() for sign in name)
    return [word for word in found if len(word) > 1] if is_full else []


def leaves(value: Any, keys: frozenset[str] | None = None, key: str = "") -> Iterator[str]:
    """The texts in a value read from JSON, at any depth; with `keys` those under one of them, or under no name."""
    if isinstance(value, str):
        if keys is None or not key or key in keys:
            yield value
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, keys, key)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, keys, name)


def with_leaves(value: Any, new: Callable[[str], str], keys: frozenset[str] | None = None, key: str = "") -> Any:
    """A value read from JSON with each of those texts as `new` gives it."""
    if isinstance(value, str):
        return new(value) if keys is None or not key or key in keys else value
    if isinstance(value, list):
        return [with_leaves(one, new, keys, key) for one in value]
    if isinstance(value, dict):
        return {name: with_leaves(one, new, keys, name) for name, one in value.items()}
    return value
