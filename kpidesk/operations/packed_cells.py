"""Cells of many rows as they are compared, kept in few bytes: numbers, the places of words, and texts end to end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.fields import FieldKind
from kpidesk.core.records import Cell, Coded, different
from kpidesk.core.texts import folded_all

Marks = NDArray[Any]
FOLDED: tuple[FieldKind, ...] = ("term", "person", "account")
"""The kinds of field whose words are compared without case and signs that do not count, as texts are."""
NONE = np.empty(0, np.uint64)


Words = dict[Cell, int]
"""The different cells of a column with their places, as they are met."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts end to end: `ends` are where each begins, and the end of the last; `hashes` of each when asked for."""

    text: str
    ends: Marks
    hashes: Marks = field(default_factory=lambda: NONE)

    @classmethod
    def of(cls, texts: Sequence[str], *, hashed: bool = False) -> Self:
        """Many texts as one."""
        hashes = np.fromiter(map(hash, texts), np.int64, len(texts)).view(np.uint64) if hashed else NONE
        ends = np.zeros(len(texts) + 1, np.int32)
        np.cumsum(np.fromiter(map(len, texts), np.int32, len(texts)), out=ends[1:])
        return cls("".join(texts), ends, hashes)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The texts of several parts behind each other."""
        begins = np.cumsum([0, *(part.ends[-1] for part in parts)], dtype=np.int64)
        ends = [part.ends[:-1] + begin for part, begin in zip(parts, begins[:-1], strict=True)]
        hashes = np.concatenate([part.hashes for part in parts])
        return cls("".join([part.text for part in parts]), np.concatenate([*ends, begins[-1:]]), hashes)

    def __getitem__(self, at: int) -> str:
        return self.text[self.ends[at] : self.ends[at + 1]]


Packed = Texts | Marks


def packed(kind: FieldKind, cells: Sequence[Cell], words: Words) -> Packed:
    """The cells of a field in a block of rows; `words` are those that were met in the blocks before."""
    if kind == "money":
        return np.array([cell or 0 for cell in cells], np.int64)
    if kind == "text":
        return Texts.of(folded_all([str(cell or "") for cell in cells]), hashed=True)
    told = different(cells)
    places = np.fromiter(map(words.get, told, repeat(-1)), np.int32, len(told))
    unmet = np.flatnonzero(places < 0).tolist()
    places[unmet] = [words.setdefault(told[at], len(words)) for at in unmet]
    return places[np.asarray(cells.codes)] if isinstance(cells, Coded) else places


@dataclass(frozen=True, slots=True)
class Column:
    """The cells of a field as they are compared, their hashes, and which of them hold anything.

    `cells` are texts or amounts, or where there are `words` the place of each among these.
    """

    cells: Packed
    words: list[Cell]
    hashes: Marks
    filled: Marks

    def cell(self, at: int) -> Cell:
        """One cell: texts and words without case and signs that do not count, an account as its number."""
        found = self.cells[at]
        return found if isinstance(found, str) else self.words[found] if self.words else int(found)


def column_of(kind: FieldKind, parts: Sequence[Packed], words: Words, accounts: Mapping[str, int]) -> Column:
    """The cells of several blocks as one column; `accounts` are the numbers that texts of accounts stand for."""
    texts = [part for part in parts if isinstance(part, Texts)]
    if texts:
        whole = Texts.joined(texts)
        return Column(whole, [], whole.hashes, np.diff(whole.ends) > 0)
    numbers = np.concatenate([part for part in parts if not isinstance(part, Texts)])
    if kind == "money":
        return Column(numbers, [], numbers.view(np.uint64), numbers != 0)
    meant = list(_meant(kind, list(words), accounts))
    hashes = np.fromiter(map(hash, meant), np.int64, len(meant)).view(np.uint64)
    return Column(numbers, meant, hashes[numbers], np.fromiter(map(bool, meant), bool, len(meant))[numbers])


def _meant(kind: FieldKind, words: Sequence[Cell], accounts: Mapping[str, int]) -> Sequence[Cell]:
    """What words are compared by; those of fields that are folded are texts or empty."""
    if kind not in FOLDED:
        return words
    texts = iter(folded_all([word for word in words if isinstance(word, str)]))
    meant: list[Cell] = [next(texts) if isinstance(word, str) else word for word in words]
    return (
        [accounts.get(word, word) if isinstance(word, str) else word for word in meant] if kind == "account" else meant
    )
