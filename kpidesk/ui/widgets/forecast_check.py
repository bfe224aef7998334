"""The check of a forecast against the past, a step at a time, so that no other question has to wait for all of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, TypeVar

from kpidesk.core.errors import UserError
from kpidesk.core.progress import Progress
from kpidesk.ui.jobs import Jobs, Workspace

if TYPE_CHECKING:
    from kpidesk.core.forecasts import Backtest

T = TypeVar("T")
Steps = Generator[Progress, None, "Backtest"]


def check_in_steps(
    jobs: Jobs, name: str, begin: Callable[[Workspace], Generator[Progress, None, T]], take: Callable[[T], None],
    fail: Callable[[UserError], None], is_wanted: Callable[[], bool],
) -> None:  # fmt: skip
    """Ask for each step by the name of the question, and `take` the answer at its end.

    No further step is asked for, and neither `take` nor `fail` is called, once it is no longer wanted.
    """

    def ask(steps: Generator[Progress, None, T] | None) -> None:
        def step(workspace: Workspace) -> tuple[Generator[Progress, None, T], T | None]:
            work = begin(workspace) if steps is None else steps
            try:
                next(work)
            except StopIteration as end:
                return work, end.value
            return work, None

        def took(answer: tuple[Generator[Progress, None, T], T | None]) -> None:
            work, done = answer
            if is_wanted() and done is None:
                ask(work)
            elif is_wanted() and done is not None:
                take(done)

        def failed(error: UserError) -> None:
            if is_wanted():
                fail(error)

        jobs.ask(name, step, took, failed)

    ask(None)
