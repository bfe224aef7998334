"""Work that only reads and gives way while its page is not on show: what is asked elsewhere does not wait for it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

from kpidesk.core.progress import Progress
from kpidesk.ui.jobs import Job, Jobs, Work, Workspace


class GivingWay:
    """Runs one piece of work at a time; a class because it remembers what to start again.

    From `give_way` to `go_on` nothing runs: what was under way is stopped, which undoes it, and then starts anew, as
    does what was to start meanwhile. Nobody hears of such a stop; `on_cancelled` is told of any other.
    """

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._start: Callable[[], Job] | None = None
        self._job: Job | None = None
        self._is_away = False
        self._numbers = itertools.count(1)
        self._newest = 0
        self._gave_way: set[int] = set()

    @property
    def is_wanted(self) -> bool:
        """Whether any work is under way, or will be."""
        return self._start is not None

    def run(
        self,
        name: str,
        work: Callable[[Workspace], Work],
        on_progress: Callable[[Progress], None],
        on_done: Callable[[Any], None],
        on_error: Callable[[Any], None],
        *,
        on_cancelled: Callable[[], None] | None = None,
        needs_workspace: bool = True,
    ) -> None:
        """Start work as `Jobs.run` does, or have it start with `go_on`; what ran before is cancelled."""
        self.cancel()

        def start() -> Job:
            self._newest = number = next(self._numbers)
            return self._jobs.run(
                name,
                work,
                on_progress,
                partial(self._ended, number, on_done),
                partial(self._ended, number, on_error),
                on_cancelled=partial(self._stopped, number, on_cancelled),
                needs_workspace=needs_workspace,
            )

        self._start = start
        if not self._is_away:
            self._job = start()

    def cancel(self) -> None:
        """Stop what runs, and start it no more."""
        self._start = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def give_way(self) -> None:
        """Let nothing run until `go_on`."""
        self._is_away = True
        if self._job is not None:
            self._gave_way.add(self._newest)
            self._job.cancel()
            self._job = None

    def go_on(self) -> None:
        """Start what gave way, or was to start meanwhile."""
        was_away, self._is_away = self._is_away, False
        if was_away and self._start is not None:
            self._job = self._start()

    def _ended(self, number: int, then: Callable[[Any], None], told: object) -> None:
        if number == self._newest:
            self._start = self._job = None
        then(told)

    def _stopped(self, number: int, then: Callable[[], None] | None) -> None:
        if number in self._gave_way:
            self._gave_way.discard(number)
        elif then is not None:
            then()
