"""Background work: one thread owns the workspace, one signal brings answers back to the window.

* `ask` is for questions: of several under one name only the latest is answered, the others are dropped.
* `run` is for long work: a generator of `Progress`; cancelling closes it on the database thread, which undoes it.
* `hold` stops long work between two steps until `resume`, so that a question about it is asked of work that waits.
* `pause` lets what is asked wait until `go_on`, while this thread loads what the answers need.

Functions handed over run on the database thread and must not touch widgets; callbacks run on the window's thread.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from kpidesk.core.errors import UserError
from kpidesk.core.progress import Progress

Workspace = Any  # opaque to the window: only operations look inside
Work = Generator[Progress, None, Any]
PROGRESS_EVERY = 0.05
ONE_FRAME = 16
"""Milliseconds until a window has painted what it was given."""
NO_WORKSPACE = UserError("No workspace is open.", "Open one, or import an export to make one.")


@dataclass(slots=True)
class Job:
    """One piece of work under way; `cancel()` stops it at its next step and undoes what it did."""

    name: str
    number: int
    cancelled: bool = False
    certain: bool = False
    finished: bool = False

    def cancel(self) -> None:
        """Ask the work to stop, unless it is certain; nothing more is delivered except `on_cancelled`."""
        self.cancelled = not self.certain

    def stopped(self) -> bool:
        """Whether it was cancelled meanwhile, by whichever thread."""
        return self.cancelled


@dataclass(frozen=True, slots=True)
class _Message:
    """What the database thread sends to the window: which job, whom to call, with what."""

    job: Job
    callback: Callable[..., None] | None
    arguments: tuple[object, ...]
    last: bool = True
    crash: BaseException | None = None
    always: bool = False


class Jobs(QObject):
    """The database thread and its post box; a class because it owns a thread and a signal.

    `busy` tells whether anything is under way. Nothing is delivered after `shutdown()`.
    """

    busy = Signal(bool)
    _arrived = Signal(object)

    def __init__(self, close_workspace: Callable[[Workspace], None] | None = None, parent: QObject | None = None):
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._numbers = itertools.count(1)
        self._latest: dict[str, Job] = {}
        self._open: set[int] = set()
        self._running: dict[int, Job] = {}
        self._turn = threading.Condition()
        self._held = False
        self._stepping = False
        self._gate = threading.Event()
        self._workspace: Workspace = None
        self._close_workspace = close_workspace
        self._over = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def has_workspace(self) -> bool:
        """Whether a workspace is open (as far as the window's thread can know)."""
        return self._workspace is not None

    @property
    def is_busy(self) -> bool:
        """Whether any question or work is under way."""
        return bool(self._open)

    @property
    def running(self) -> frozenset[str]:
        """The names of the long work that is under way or waits for its turn."""
        return frozenset(job.name for job in self._running.values())

    def open(
        self,
        opener: Callable[[], Workspace],
        on_done: Callable[[Workspace], None],
        on_error: Callable[[UserError], None],
        *,
        release_first: bool = False,
    ) -> Job:
        """Open another workspace, then close the one in use; questions asked from now on are put to the new one.

        `release_first` closes before it opens, for an `opener` that needs the file in use for itself.
        """

        def switch() -> Workspace:
            if release_first:
                self._release()
            opened = opener()
            self._release()
            self._workspace = opened
            return opened

        return self._submit("open", switch, on_done, on_error)

    def ask(
        self,
        name: str,
        question: Callable[[Workspace], Any],
        on_done: Callable[[Any], None],
        on_error: Callable[[UserError], None],
        *,
        needs_workspace: bool = True,
        certain: bool = False,
        aside: bool = False,
    ) -> Job:
        """Put a question to the workspace; an earlier one of the same name that is not answered yet is dropped.

        What is `certain` is done whatever happens: no later question drops it, and `shutdown` waits for it. What is
        asked `aside` waits until the window has painted what it shows now.
        """

        def answer() -> Any:
            return question(self._given(needs_workspace))

        return self._submit(name, answer, on_done, on_error, certain=certain, aside=aside)

    def run(
        self,
        name: str,
        work: Callable[[Workspace], Work],
        on_progress: Callable[[Progress], None],
        on_done: Callable[[Any], None],
        on_error: Callable[[UserError], None],
        *,
        on_cancelled: Callable[[], None] | None = None,
        needs_workspace: bool = True,
        lasting: bool = False,
    ) -> Job:
        """Do long work; progress comes at most 20 times a second.

        A run that is still under way under the same name is cancelled, so give every import a name of its own.
        `lasting` work that was cancelled too late, in its very last step, is done and says so by `on_done`.
        """
        before = self._latest.get(name)
        if before is not None:
            before.cancel()
        job = self._new(name)
        if not self._over:
            self._running[job.number] = job

        def walk() -> None:
            steps = None if job.stopped() else work(self._given(needs_workspace))
            done = None if steps is None else self._walk(job, steps, on_progress)
            if done is None:
                self._send(_Message(job, on_cancelled, (), always=True))
            else:
                self._send(_Message(job, on_done, (done.value,), always=lasting))

        self._start(job, walk, on_error)
        return job

    def _walk(self, job: Job, steps: Work, on_progress: Callable[[Progress], None]) -> StopIteration | None:
        """Take every step of long work; gives how it ended, None when it was cancelled."""
        shown = 0.0
        while True:
            try:
                step = self._advance(job, steps)
            except StopIteration as stop:
                return stop
            if step is not None and step.certain:
                job.certain = job.finished = True
            if step is None or job.stopped():
                steps.close()
                return None
            now = time.monotonic()
            if now - shown >= PROGRESS_EVERY:
                shown = now
                self._send(_Message(job, on_progress, (step,), last=False))

    def hold(self) -> frozenset[str]:
        """Stop long work before its next step, after the one under way; gives what is still not finished then."""
        with self._turn:
            self._held = True
            self._turn.wait_for(lambda: not self._stepping)
        return frozenset(job.name for job in self._running.values() if not job.finished)

    def resume(self) -> None:
        """Let long work go on after `hold`."""
        with self._turn:
            self._held = False
            self._turn.notify_all()

    def pause(self) -> None:
        """Answer nothing that is asked from now on until `go_on`."""
        self._gate = threading.Event()
        self._pool.submit(self._gate.wait)

    def go_on(self) -> None:
        """Answer what was asked since `pause`."""
        self._gate.set()

    def forget(self, name: str) -> None:
        """Drop the answer to a question, for a page that no longer wants it."""
        job = self._latest.pop(name, None)
        if job is not None:
            job.cancel()

    def shutdown(self) -> None:
        """Cancel what runs, close the workspace, wait for the thread; nothing is delivered afterwards."""
        if self._over:
            return
        self._over = True
        for job in self._latest.values():
            job.cancel()
        self.resume()
        self.go_on()
        self._pool.submit(self._release)
        self._pool.shutdown(wait=True)

    def _advance(self, job: Job, steps: Work) -> Progress | None:
        """The next step of long work, once nothing holds it; None when it was cancelled meanwhile."""
        with self._turn:
            self._turn.wait_for(lambda: not self._held)
            if job.stopped():
                return None
            self._stepping = True
        try:
            return next(steps)
        except BaseException:
            job.finished = True
            raise
        finally:
            with self._turn:
                self._stepping = False
                self._turn.notify_all()

    def _given(self, needed: bool) -> Workspace:
        if needed and self._workspace is None:
            raise UserError(NO_WORKSPACE.problem, NO_WORKSPACE.advice)
        return self._workspace

    def _release(self) -> None:
        held, self._workspace = self._workspace, None
        if held is not None and self._close_workspace is not None:
            self._close_workspace(held)

    def _new(self, name: str) -> Job:
        job = Job(name, next(self._numbers))
        self._latest[name] = job
        return job

    def _submit(
        self,
        name: str,
        answer: Callable[[], Any],
        on_done: Callable[[Any], None],
        on_error: Callable[[UserError], None],
        *,
        certain: bool = False,
        aside: bool = False,
    ) -> Job:
        before = self._latest.get(name)
        if before is not None:
            before.cancel()
        job = self._new(name)
        job.certain = certain

        def once() -> None:
            if job.stopped():
                self._send(_Message(job, None, ()))
                return
            self._send(_Message(job, on_done, (answer(),)))

        self._start(job, once, on_error, aside=aside)
        return job

    def _start(
        self, job: Job, body: Callable[[], None], on_error: Callable[[UserError], None], *, aside: bool = False
    ) -> None:
        if self._over:
            return

        def guarded() -> None:
            try:
                body()
            except UserError as error:
                self._send(_Message(job, on_error, (error,)))
            except BaseException as crash:
                self._send(_Message(job, None, (), crash=crash))

        self._open.add(job.number)
        if len(self._open) == 1:
            self.busy.emit(True)
        if aside:
            QTimer.singleShot(ONE_FRAME, self, lambda: self._submit_aside(guarded))
        else:
            self._pool.submit(guarded)

    def _submit_aside(self, guarded: Callable[[], None]) -> None:
        if not self._over:
            self._pool.submit(guarded)

    def _send(self, message: _Message) -> None:
        if not self._over:
            self._arrived.emit(message)

    @Slot(object)
    def _deliver(self, message: _Message) -> None:
        if self._over:
            return
        job = message.job
        if message.last:
            self._open.discard(job.number)
            self._running.pop(job.number, None)
            if self._latest.get(job.name) is job:
                del self._latest[job.name]
            if not self._open:
                self.busy.emit(False)
        if message.crash is not None:
            sys.excepthook(type(message.crash), message.crash, message.crash.__traceback__)
            return
        wanted = message.always or not job.stopped()
        if wanted and message.callback is not None and _alive(message.callback):
            message.callback(*message.arguments)


def _alive(callback: Callable[..., None]) -> bool:
    """Whether the widget a bound method belongs to still exists."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
