"""How much of what could be tried is tried: what differs in every run, all of it where `KPIDESK_CASES` multiplies it.

Of random cases every run tries a few, always the same, so that it says the same twice; with a factor there are that
many times more, and new ones each time. Of a matrix every run takes the cases that go different ways (`few`), with a
factor all. What proves again, in other data or by another route, what a quicker test says is `thorough`.
`KPIDESK_CASES=3 python3 packaging/dev.py test` is the whole of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

import pytest

T = TypeVar("T")
FACTOR = int(os.environ.get("KPIDESK_CASES", "1"))
thorough = pytest.mark.thorough
"""Marks a test, or a case of one, that runs only with a factor."""


def often(cases: int) -> int:
    """So many cases, times the factor."""
    return cases * FACTOR


def few(every: Iterable[T], *kept: T) -> tuple[T, ...]:
    """The cases of a matrix that go different ways; with a factor all of it.

    Raises:
        ValueError: one to be kept is not in the matrix.
    """
    known = tuple(every)
    for one in kept:
        known.index(one)
    return kept if FACTOR == 1 else known
