"""Check symbols that tell a row of symbols with a slip of the pen from a right one, and mostly where it is.

A Reed–Solomon code over GF(32) (Reed & Solomon 1960) with four check symbols: any wrong symbol and any two neighbours
that have changed places are noticed, and up to 31 symbols a single wrong one is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

CHECKS = 4
ORDER = 31
"""How many powers the generator of GF(32) has; the field is that of the polynomial x⁵ + x² + 1."""


def _powers() -> list[int]:
    found = [1]
    while len(found) < ORDER:
        twice = found[-1] << 1
        found.append(twice ^ 0b100101 if twice & 32 else twice)
    return found


POWER = _powers()
LOG = {value: at for at, value in enumerate(POWER)}


def _times(one: int, other: int) -> int:
    return POWER[(LOG[one] + LOG[other]) % ORDER] if one and other else 0


def _generator() -> list[int]:
    """The coefficients of the product of (x − αʲ), highest first, without the leading 1."""
    found = [1]
    for at in range(CHECKS):
        longer = [*found, 0]
        for place, one in enumerate(found):
            longer[place + 1] ^= _times(one, POWER[at])
        found = longer
    return found[1:]


def _multiples() -> list[int]:
    """Every multiple of the generator, five bits to a coefficient."""
    found = []
    for factor in range(ORDER + 1):
        packed = 0
        for one in _generator():
            packed = packed << 5 | _times(factor, one)
        found.append(packed)
    return found


MULTIPLES = _multiples()


def parity(data: Sequence[int]) -> list[int]:
    """The check symbols: what is left of the data, moved up by their number, after a division by the generator."""
    left = 0
    for one in data:
        left = (left << 5 & 0xFFFFF) ^ MULTIPLES[one ^ left >> 15]
    return [left >> at & 31 for at in (15, 10, 5, 0)]


def syndromes(symbols: Sequence[int]) -> list[int]:
    """The characters as a polynomial at αʲ; all 0 where nothing is wrong."""
    found = []
    for at in range(CHECKS):
        value = 0
        for one in symbols:
            value = _times(value, POWER[at]) ^ one
        found.append(value)
    return found


def one_wrong(symbols: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """The place of a single wrong character and the characters with it put right."""
    found = syndromes(symbols)
    if not all(found):
        return
    steps = {(LOG[after] - LOG[before]) % ORDER for before, after in pairwise(found)}
    if len(steps) != 1:
        return
    for behind in range(steps.pop(), len(symbols), ORDER):
        at = len(symbols) - 1 - behind
        yield at, [*symbols[:at], symbols[at] ^ found[0], *symbols[at + 1 :]]


def swapped(symbols: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Two neighbours that have changed places, and the characters as they were."""
    for at in range(len(symbols) - 1):
        tried = [*symbols[:at], symbols[at + 1], symbols[at], *symbols[at + 2 :]]
        if tried != list(symbols) and not any(syndromes(tried)):
            yield at, tried
