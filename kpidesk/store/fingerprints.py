"""Rows known by their text: a 128-bit print of each row finds the value it was read as before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from kpidesk.core.records import RawRows
from kpidesk.store.columns import Ints

_BETWEEN = "\x1f"
_NUMBER = b"\x1e"


def prints(rows: RawRows, recipe: bytes, ordinals: Mapping[int, int]) -> Ints:
    """The prints of rows, shape (rows, 2); `recipe` (16 bytes) stands for how the text is read.

    `ordinals`, by line, tell rows apart that have the same text but are different records.
    """
    texts = rows.joined(_BETWEEN)
    if texts is None:  # a cell holds the separator
        texts = [repr(row).encode("utf-8", "surrogatepass") for row in rows.rows]
    if ordinals:
        numbers = (ordinals.get(line, 1) for line in rows.lines)
        texts = [b"%b%b%d" % (text, _NUMBER, number) for text, number in zip(texts, numbers, strict=True)]
    return np.frombuffer(b"".join(_digests(texts, recipe)), np.uint64).reshape(-1, 2)


def _digests(texts: Iterable[bytes], recipe: bytes) -> Iterator[bytes]:
    """The digest of each text; to copy a digest that has begun takes two thirds of beginning one."""
    begun = blake2b(digest_size=16, person=recipe)
    for text in texts:
        digest = begun.copy()
        digest.update(text)
        yield digest.digest()


def recipe_print(source: str, recipe: str) -> bytes:
    """What stands for a source and a recipe in the prints of their rows: one text can be a deal of each source."""
    return blake2b(f"{source}{_BETWEEN}{recipe}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class KnownRows:
    """The prints of all values in order, to find values by the text of their row.

    `begins` tells for each way in which the highest bits of a print can be set where those prints begin: it is looked
    up at once where, among a million, it would be searched for in twenty steps.
    """

    first: Ints
    second: Ints
    value: Ints
    begins: Ints

    def find(self, wanted: Ints) -> Ints:
        """The value of each print, 0 where the text is not known."""
        found = np.zeros(len(wanted), np.int32)
        if not len(self.first):
            return found
        bucket = _bucket(wanted[:, 0], len(self.begins))
        at, end = self.begins[bucket], self.begins[bucket + 1]
        left = np.flatnonzero(at < end)
        while len(left):
            here = at[left]
            hit = (self.first[here] == wanted[left, 0]) & (self.second[here] == wanted[left, 1])
            found[left[hit]] = self.value[here[hit]]
            at += 1
            left = left[~hit & (at[left] < end[left])]
        return found


NOTHING_KNOWN = KnownRows(np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.int32), np.zeros(3, np.int64))


def known_rows(first: Ints, second: Ints) -> KnownRows:
    """Sort the prints of all values (by value id) for searching; a value without print has zeros."""
    order = np.argsort(first)
    order = order[np.searchsorted(first, 1, sorter=order) :].astype(np.int32)
    first = first[order]
    begins = np.zeros((1 << len(order).bit_length()) + 1, np.int64)
    np.cumsum(np.bincount(_bucket(first, len(begins)), minlength=len(begins) - 1), out=begins[1:])
    return KnownRows(first, second[order], order, begins)


def _bucket(prints: Ints, begins: int) -> Ints:
    """The highest bits of prints, as a number below `begins` - 1."""
    return (prints >> np.uint64(64 - (begins - 1).bit_length() + 1)).astype(np.int64)


_BITS = 27


@dataclass(slots=True)
class SeenKeys:
    """Hashes of the keys of a first import, so that a repeated key is found while there is no index yet.

    Two bits of a bit field tell "never seen"; only a key that may have been seen is searched among the hashes.
    """

    bits: Ints = field(default_factory=lambda: np.zeros(1 << (_BITS - 3), np.uint8))
    hashes: list[Ints] = field(default_factory=list)
    searches: int = 0

    def maybe(self, hashes: Ints) -> Ints:
        """Which of these may have been added before."""
        found = np.ones(len(hashes), bool)
        for at in _probes(hashes):
            found &= (self.bits[at >> 3] >> (at & 7).astype(np.uint8)) & 1 == 1
        return found

    def add(self, hashes: Ints) -> None:
        """Remember the hashes of the next deals; they get consecutive ids."""
        self.hashes.append(hashes)
        for at in _probes(hashes):
            byte, bit = at >> 3, np.left_shift(1, at & 7).astype(np.uint8)
            while len(byte):  # of several bits of one byte only the last is set at once
                self.bits[byte] |= bit
                lost = self.bits[byte] & bit == 0
                byte, bit = byte[lost], bit[lost]

    def where(self, one: int) -> Ints:
        """The deal ids that were added with this hash, counted from 1."""
        self.searches += 1
        self.hashes = [np.concatenate(self.hashes)] if len(self.hashes) > 1 else self.hashes
        return np.flatnonzero(self.hashes[0] == one) + 1 if self.hashes else np.empty(0, np.int64)


def _probes(hashes: Ints) -> tuple[Ints, Ints]:
    mask = (1 << _BITS) - 1
    return hashes & mask, (hashes >> 30) & mask
