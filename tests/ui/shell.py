"""A window that only remembers what a page asked of it, with the real background thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.people import Scope
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.core.trend_layers import AT_FIRST
from kpidesk.ui.fonts import load_fonts
from kpidesk.ui.jobs import Jobs, Work, Workspace
from kpidesk.ui.page import Page, Sealed
from kpidesk.ui.theme import Theme
from tests.ui.history import TODAY
from tests.ui.samples import AS_OF, QUESTION, SETTINGS

PATIENCE = 120_000
"""Milliseconds that a test waits for the database thread, however busy the machine is."""


@dataclass(eq=False)
class FakeShell:
    """Meets the `Shell` protocol; `pages` reload like those of the real window when a change is announced."""

    jobs: Jobs
    theme: Theme
    question: Question | None = QUESTION
    preferences: Any = field(default_factory=lambda: SimpleNamespace(layers=AT_FIRST))
    """Choices that last as long as the shell does."""
    settings: Settings = SETTINGS
    pages: dict[str, Page] = field(default_factory=dict)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    errors: list[UserError] = field(default_factory=list)
    undo_last: Callable[[], None] | None = None
    """What the button of the last toast does."""

    def today(self) -> date:
        return AS_OF

    def announce(self, change: Change) -> None:
        self.calls.append(("announce", change))
        for page in self.pages.values():
            if page.depends & change:
                page.reload()

    def set_question(self, question: Question) -> None:
        self.calls.append(("set_question", question))
        self.question = question
        for page in self.pages.values():
            page.ask(question)

    def set_scope(self, scope: Scope) -> None:
        if self.question is not None:
            self.set_question(replace(self.question, scope=scope))

    def show_page(self, page_id: str) -> QWidget | None:
        self.calls.append(("show_page", page_id))
        return self.pages.get(page_id)

    def open_receipt(self, kpi_id: str, question: Question, sealed: Sealed | None = None) -> None:
        self.calls.append(("open_receipt", kpi_id, question, *((sealed,) if sealed else ())))

    def open_code(self, code: str) -> None:
        self.calls.append(("open_code", code))

    def go(self, count: int) -> None:
        self.calls.append(("go", count))

    def open_trend(self, kpi_id: str) -> None:
        self.calls.append(("open_trend", kpi_id))

    def open_why(self, kpi_id: str, question: Question | None = None, against: Scope | None = None) -> None:
        self.calls.append(("open_why", kpi_id, *([question, against] if against is not None else [])))

    def open_compare(self, kpi_id: str) -> None:
        self.calls.append(("open_compare", kpi_id))

    def open_breakdown(self, kpi_id: str) -> None:
        self.calls.append(("open_breakdown", kpi_id))

    def open_goal(self, kpi_id: str, question: Question) -> None:
        self.calls.append(("open_goal", kpi_id, question))

    def import_files(self, paths: Sequence[Path]) -> None:
        self.calls.append(("import_files", tuple(paths)))

    def close_receipt(self) -> None:
        self.calls.append(("close_receipt",))

    def back_to_now(self) -> None:
        self.calls.append(("back_to_now",))

    def toast(self, text: str, *, button: str = "", act: Callable[[], None] | None = None) -> None:
        self.toasts.append(text)
        self.undo_last = act if button else None

    def show_error(self, error: UserError) -> None:
        self.errors.append(error)

    def do_work(
        self, name: str, work: Callable[[Workspace], Work], on_done: Callable[[Any], None], heading: str, promise: str
    ) -> None:
        self.calls.append(("do_work", name, heading, promise))
        self.jobs.run(name, work, lambda _step: None, on_done, self.show_error, lasting=True)


@contextmanager
def fake_shell(
    workspace: object = None, *, close: Callable[[Any], None] | None = None, dark: bool = False, scale: float = 1.0
) -> Iterator[FakeShell]:
    """A shell whose thread holds `workspace` (a placeholder when None); needs a QApplication."""
    load_fonts()
    theme = Theme(dark=dark, scale=scale)
    theme.apply()
    jobs = Jobs(close)
    opened = object() if workspace is None else workspace
    jobs.open(lambda: opened() if callable(opened) else opened, lambda _workspace: None, _raise)
    try:
        yield FakeShell(jobs, theme)
    finally:
        jobs.shutdown()


@contextmanager
def workspace_shell(path: Path, question: Question) -> Iterator[FakeShell]:
    """A shell that asks `question`, its thread with a workspace file open on the day of `tests.ui.history`."""
    with fake_shell(lambda: operations.open_workspace(path, today=TODAY), close=operations.close) as shell:
        shell.question = question
        yield shell


@contextmanager
def shared_shell(held: FakeShell, qtbot: QtBot) -> Iterator[FakeShell]:
    """A shell that remembers nothing yet, with the thread and the workspace of another, for tests that only read."""
    held.theme.apply()
    yield FakeShell(held.jobs, held.theme)
    until(qtbot, lambda: not held.jobs.is_busy)  # what is still under way must not reach the page of the next test


def until(qtbot: QtBot, is_so: Callable[[], bool]) -> None:
    """Wait for something, for as long as `PATIENCE`."""
    qtbot.waitUntil(is_so, timeout=PATIENCE)


def settle(qtbot: QtBot, page: Page) -> None:
    """Wait until nothing is asked any more."""
    until(qtbot, lambda: not page.shell.jobs.is_busy)


def told(qtbot: QtBot, shell: FakeShell, ask: Callable[[Any], Any]) -> Any:
    """What the workspace answers."""
    answers: list[Any] = []
    shell.jobs.ask("test", ask, answers.append, shell.show_error)
    until(qtbot, lambda: bool(answers))
    return answers[0]


def _raise(error: UserError) -> None:
    raise error
