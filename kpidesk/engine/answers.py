"""Answers: a number for every scope and window, with what it rests on and why it is missing where it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpidesk.engine.values import Floats, Ints

Notices = tuple[tuple[str, ...], ...]


class Reasons:
    """The reasons in use, each with a number (0: none); a class because it grows as questions are asked."""

    def __init__(self) -> None:
        self.texts = [""]
        self._numbers = {"": 0}

    def number(self, text: str) -> int:
        """The number of a reason."""
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return found

    def row(self, texts: Iterable[str]) -> Ints:
        """The numbers of one reason per window."""
        return np.array([self.number(text) for text in texts], dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """A notice about so many rows, by scope and window: `words` say it of `rows` among `of`, nothing of no row."""

    words: Callable[[float, float], str]
    rows: Floats
    of: Floats

    def text(self, at: tuple[int, int]) -> str:
        """What is said of one scope and window; empty where there is nothing to say."""
        rows = float(self.rows[at])
        return self.words(rows, float(self.of[at])) if rows else ""

    def changed(self, change: Callable[[Floats], Floats]) -> Counted:
        """The same with other rows and columns."""
        return replace(self, rows=change(self.rows), of=change(self.of))


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Arrays by scope and window, NaN where there is no value; `why` then is the number of the reason.

    `n` is infinite for what rests on no rows (a target, a constant). `low` and `high` bound a median or a net score.
    `notices` and `begins` (the day on which the data begin inside it, NaN where they do not) are by window, what is
    `counted` by scope and window.
    """

    value: Floats
    n: Floats
    why: Ints
    notices: Notices
    begins: Floats
    numerator: Floats | None = None
    denominator: Floats | None = None
    low: Floats | None = None
    high: Floats | None = None
    counted: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Some:
    """Rows that a notice counts: whose each of them is, as of a day; `words` say it of so many."""

    words: Callable[[float], str]
    people: Ints
    day: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the data can say about one window: a reason when nothing, else notices, and of `some` rows how many.

    `begins` is the day on which the data begin inside it, NaN where they do not.
    """

    reason: str = ""
    notices: tuple[str, ...] = ()
    begins: float = math.nan
    day: int = field(default=0)
    some: tuple[Some, ...] = ()


def begun_before(windows: int) -> Floats:
    """That the data begin before each of so many windows, or inside none of them."""
    return np.full(windows, np.nan)


def nothing(shape: tuple[int, int], why: int) -> Answer:
    """No value anywhere, for one reason."""
    empty = np.full(shape, np.nan)
    notices: Notices = ((),) * shape[1]
    return Answer(empty, np.zeros(shape), np.full(shape, why), notices, begun_before(shape[1]))


def constant(shape: tuple[int, int], value: float) -> Answer:
    """The same number everywhere, resting on no rows."""
    notices: Notices = ((),) * shape[1]
    zeros = np.zeros(shape, dtype=np.int64)
    return Answer(np.full(shape, value), np.full(shape, np.inf), zeros, notices, begun_before(shape[1]))


def joined(notices: Sequence[Notices]) -> Notices:
    """The notices of several answers by window, each once, in order."""
    return tuple(tuple(dict.fromkeys(text for part in parts for text in part)) for parts in zip(*notices, strict=True))


def counted_of(answers: Iterable[Answer]) -> tuple[Counted, ...]:
    """What several answers count, in order."""
    return tuple(counted for one in answers for counted in one.counted)


def rearranged(answer: Answer, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Answer:
    """An answer with the same change of rows and columns made to each of its arrays."""

    def part(one: Floats | None) -> Floats | None:
        return None if one is None else change(one)

    return replace(
        answer, value=change(answer.value), n=change(answer.n), why=change(answer.why),
        numerator=part(answer.numerator), denominator=part(answer.denominator),
        low=part(answer.low), high=part(answer.high), counted=tuple(one.changed(change) for one in answer.counted),
    )  # fmt: skip
