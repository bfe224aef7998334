"""Long work of the window's own, with its progress in the place of the page and a way to cancel it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kpidesk.core.errors import UserError
from kpidesk.ui.jobs import Work, Workspace
from kpidesk.ui.pages import WELCOME

if TYPE_CHECKING:
    from kpidesk.ui.main_window import MainWindow

READING = frozenset({"inspect", "count", "check"})
"""Long work that writes nothing and may be dropped without asking."""


def do_work(
    window: MainWindow,
    name: str,
    work: Callable[[Workspace], Work],
    on_done: Callable[[Any], None],
    *,
    heading: str,
    promise: str = "",
    needs_workspace: bool = False,
) -> None:
    """Do long work; when it is done, cancelled or refused, the page before is shown again."""
    back = window.pages.page_id or WELCOME.page_id

    def go_back() -> None:
        window.work = None
        window.show_page(back)

    def done(result: Any) -> None:
        go_back()
        on_done(result)

    def refused(error: UserError) -> None:
        go_back()
        window.show_error(error)

    window.show_work(heading, promise)
    window.work = window.jobs.run(
        name, work, window.pages.progress.show_step, done, refused, on_cancelled=go_back,
        needs_workspace=needs_workspace, lasting=True,
    )  # fmt: skip


def may_interrupt(window: MainWindow, refusal: str) -> bool:
    """Whether nothing that writes is under way; else says so."""
    if window.jobs.running - READING:
        problem = f"{refusal}: something is still being written."
        window.show_error(UserError(problem, "Wait for it, or cancel it first."))
        return False
    return True
