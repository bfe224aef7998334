"""How far a long operation has come; long work is a generator of these that returns its result."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")
TAKING_BACK = "Taking back what was written so far…"
"""What long work that is cut off does until it ends; in a large file the disk takes seconds for it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of long work: `done` of `total` units (`total` 0 when unknown) and what is happening now.

    From a `certain` one on the work is done whatever happens: it cannot be stopped any more.
    """

    done: int
    total: int
    text: str
    certain: bool = False


@contextmanager
def collector_off() -> Iterator[None]:
    """No search for cycles while millions of short-lived lists are made; there are none among them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def finish(work: Generator[S, None, T], report: Callable[[S], None] | None = None) -> T:
    """Run long work to its end and give back its result."""
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            result: T = stop.value
            return result
        if report is not None:
            report(step)


def telling(work: Generator[None, None, T], step: Progress) -> Generator[Progress, None, T]:
    """Work that only says when it can be stopped, with each time told as the same step."""
    while True:
        try:
            next(work)
        except StopIteration as stop:
            result: T = stop.value
            return result
        yield step
