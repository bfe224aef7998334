"""Something long on a thread of its own, so that whoever waits can tell that it goes on, and stop it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
STEP_SECONDS = 0.05
"""How long something is waited for before that is told."""
_STOP_SECONDS = 0.002


def in_steps(task: Callable[[], T], stop: Callable[[], object] = lambda: None) -> Generator[None, None, T]:
    """Do something long on a thread of its own, with a step before it and every `STEP_SECONDS` while it is waited for.

    Closed meanwhile, it calls `stop` until the task has ended, and drops what that gave or raised.
    """
    given: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            given.append(task())
        except BaseException as error:
            failed.append(error)

    yield
    thread = Thread(target=run, name="aside")
    thread.start()
    try:
        while not _has_ended(thread, STEP_SECONDS):
            yield
    except BaseException:
        while not _has_ended(thread, _STOP_SECONDS):
            stop()
        failed.clear()  # an error holds on to cursors, beside which nothing can be rolled back
        raise
    if failed:
        raise failed.pop()
    return given[0]


def _has_ended(thread: Thread, seconds: float) -> bool:
    thread.join(seconds)
    return not thread.is_alive()
