"""How far a long operation has come; long work is a generator of these that returns its result."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of long work: `done` of `total` units (`total` 0 when unknown) and what is happening now."""

    done: int
    total: int
    text: str


def finish(work: Generator[Progress, None, T], report: Callable[[Progress], None] | None = None) -> T:
    """Run long work to its end and give back its result."""
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            result: T = stop.value
            return result
        if report is not None:
            report(step)
