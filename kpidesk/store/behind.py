"""A task on a thread of its own while the program goes on, for statements that leave the interpreter to others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread, current_thread


@dataclass(slots=True)
class Behind:
    """One task at a time, done while whoever handed it over goes on; a class because it remembers which is going on.

    `thread` is the one that a task is done on, until somebody waits for it; `failed` holds what that raised.
    """

    thread: Thread | None = None
    failed: list[BaseException] = field(default_factory=list)

    def do(self, task: Callable[[], object]) -> None:
        """Begin a task, once the one from before has ended; an error of that is raised instead."""
        self.wait()
        self.thread = Thread(target=self._run, args=(task,), name="behind")
        self.thread.start()

    def wait(self) -> None:
        """Wait until the task has ended, and raise its error; the task itself has nothing to wait for."""
        if self.thread is None or self.thread is current_thread():
            return
        self.thread.join()
        self.thread = None
        if self.failed:
            raise self.failed.pop()

    def drop(self) -> None:
        """Wait until the task has ended; an error of it is dropped, for it holds on to what is to be rolled back."""
        if self.thread is not None:
            self.thread.join()
        self.thread = None
        self.failed.clear()

    def _run(self, task: Callable[[], object]) -> None:
        try:
            task()
        except BaseException as error:
            self.failed.append(error)
