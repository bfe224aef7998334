"""Deals and accounts found by what is typed of their name or id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

START, BETWEEN = "\n", "\x1f"
_SAMPLE = 200_000  # characters in which it is counted which of several words is the rarest

Place = tuple[int, int]
"""A line: in which of several blocks, and where it begins there."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A deal or account by its number; `about` tells it from others of that name: account, stage and id of a deal."""

    kind: Literal["deal", "account"]
    number: int
    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """The first hits, and how many there are; `at_least`: there are more than were counted.

    `unread` are the deals and accounts whose names were not looked at yet.
    """

    first: tuple[Hit, ...] = ()
    count: int = 0
    at_least: bool = False
    unread: int = 0

    @property
    def more_words(self) -> str:
        """How many are not among the first: "1,204 more deals and accounts"; empty when there are none."""
        more = self.count - len(self.first)
        over = "more than " if self.at_least else ""
        if self.unread:
            return f"Looking at {self.unread:,} more deals and accounts…"
        return f"and {over}{more:,} more: type more of the name" if more else ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Texts to search, folded to lower case: each in a line of its own, several of one record with `BETWEEN` there."""

    text: str

    def line(self, begin: int) -> str:
        """The line that begins at a place."""
        end = self.text.find(START, begin + 1)
        return self.text[begin : end if end >= 0 else None]

    def places(self, needle: str, words: Sequence[str], most: int) -> list[int]:
        """Where the first lines begin that hold a needle and all words."""
        found: list[int] = []
        at = self.text.find(needle)
        while at >= 0 and len(found) < most:
            begin = at if needle[0] == START else self.text.rfind(START, 0, at)
            line = self.line(begin)
            if len(words) == 1 or all(word in line for word in words):
                found.append(begin)
            at = self.text.find(needle, begin + len(line))
        return found


def search(blocks: Sequence[Lines], typed: str, most: int, counted: int) -> tuple[list[Place], int, bool]:
    """The first lines that hold every typed word, how many do, and whether counting was given up.

    A line comes before others when one of its texts begins with what was typed. `counted` are counted at most.
    """
    words = typed.casefold().split()
    if not words or not blocks:
        return [], 0, False
    rarest = min(words, key=lambda word: (blocks[0].text.count(word, 0, _SAMPLE), -len(word)))
    every = _places(blocks, rarest, words, counted + 1)
    starts = [start + " ".join(words) for start in (START, BETWEEN)]
    if len(every) > counted:  # too many to look at each
        begin = [place for start in starts for place in _places(blocks, start, words, most)]
    else:
        begin = [(block, at) for start in starts for block, at in every if start in blocks[block].line(at)]
    first = list(dict.fromkeys((*begin, *every)))[:most]
    return first, min(len(every), counted), len(every) > counted


def _places(blocks: Sequence[Lines], needle: str, words: Sequence[str], most: int) -> list[Place]:
    found: list[Place] = []
    for block, lines in enumerate(blocks):
        found += [(block, at) for at in lines.places(needle, words, most - len(found))]
        if len(found) >= most:
            break
    return found


def lines_of(texts: Sequence[Sequence[str]]) -> tuple[Lines, list[int]]:
    """Lines of texts, and where each begins."""
    lines = [START + BETWEEN.join(one).casefold().replace(START, " ") for one in texts]
    begins, at = [], 0
    for line in lines:
        begins.append(at)
        at += len(line)
    return Lines("".join(lines)), begins
