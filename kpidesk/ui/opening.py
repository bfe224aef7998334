"""How a workspace comes into the window: named, remembered, chosen, made new, made from the sample, restored."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from kpidesk import paths
from kpidesk.core.errors import InUseError, UserError
from kpidesk.ui import second_start, upkeep
from kpidesk.ui.first_paint import after_next_paint
from kpidesk.ui.jobs import ONE_FRAME, Work, Workspace
from kpidesk.ui.long_work import READING, do_work, may_interrupt
from kpidesk.ui.messages import confirm
from kpidesk.ui.pages import WELCOME
from kpidesk.ui.surroundings import KeptPeriod, Surroundings, as_left, left_on, load_surroundings

if TYPE_CHECKING:
    from kpidesk.core.scorecards import Question
    from kpidesk.ui.first_view import FirstView
    from kpidesk.ui.main_window import MainWindow

SAMPLE = "sample"
REST_AFTER = 1500
"""Milliseconds after a workspace is open until what no first scorecard needs is loaded."""
BREATH = 20
"""Milliseconds between two verbs of the rest, so that the window answers meanwhile."""
OPENING = ("open_workspace", "first_view")
"""The verbs that open a workspace and give what it shows first, where that is known."""
FIRST = ("imports", "opening", "kpis", "kpis_elsewhere", "focus", "question", "scorecard")
"""The verbs that a first scorecard asks for where it has to be worked out."""
Then = Callable[[], None] | None


def start(window: MainWindow, argument: Path | None) -> None:
    """Begin with what the app was started with: a workspace, an export, or nothing (then as it was left)."""
    _load_opening()
    is_export = argument is not None and argument.suffix.lower() != upkeep.SUFFIX
    exports = [argument] if argument is not None and is_export else []
    path = window.preferences.last if argument is None or is_export else argument
    if path is not None:
        open_workspace(window, path, then=lambda: window.import_files(exports), files=exports)
    else:
        window.show_page(WELCOME.page_id)
        window.import_files(exports)


def _load_opening() -> None:
    """Load what opens a workspace and shows it: after the first paint and on this thread, never in a worker."""
    from kpidesk.ui import first_view  # noqa: F401

    _load(OPENING)


def _load(verbs: Sequence[str]) -> None:
    from kpidesk import operations

    for verb in verbs:
        getattr(operations, verb)


def search_for_garbage(window: MainWindow) -> None:
    """Search for garbage from now on, as a window stays for long; no command does, and no start makes any."""
    if window.jobs.is_busy:
        QTimer.singleShot(REST_AFTER, window, lambda: search_for_garbage(window))
        return
    gc.freeze()  # what is loaded stays until the end, so no search goes through it
    gc.enable()


def greet(window: MainWindow, page: Any) -> None:
    """Let the welcome page open workspaces, and show it those that were open last."""
    if page.property("greeted") is None:
        page.setProperty("greeted", True)
        page.sample_wanted.connect(lambda: explore_sample(window))
        page.open_wanted.connect(lambda path: open_workspace(window, path))
    page.show_recent(window.preferences.recent)


def open_workspace(
    window: MainWindow, path: Path, *, create: bool = False, then: Then = None, files: Sequence[Path] = ()
) -> None:
    """Open a workspace in place of the one in use, and go on with `then`; a window that has it open gets the files."""
    path = path.absolute()
    if path == window.path:
        window.show_page("scorecard")
        if then is not None:
            then()
    elif may_interrupt(window, "Another workspace cannot be opened yet") and _may_discard(
        window, "Open a workspace", yes="Discard and open"
    ):
        today = window.today()
        window.pages.keep()
        window.jobs.open(
            lambda: _open(path, create, today),
            lambda _workspace: _opened(window, path, then),
            lambda error: _not_opened(window, path, error, files),
        )


def first_question(window: MainWindow, path: Path, found: Surroundings) -> Question:
    """What a workspace opens with: the org, on the period that it was left on."""
    return as_left(window.preferences.period_of(path), found, window.today())


def keep_period(window: MainWindow, chosen: Question) -> None:
    """Remember the period that is being chosen; a day in the past is left again by itself."""
    before, path, around = window.question, window.path, window.surroundings
    if path is None or around is None or before is None or chosen.as_of is not None:
        return
    if chosen.period != before.period:
        window.preferences.keep_period(path, *left_on(chosen, around))


def _open(path: Path, create: bool, today: date) -> Workspace:
    from kpidesk import operations

    return operations.open_workspace(path, create=create, today=today)


def close_workspace(workspace: Workspace) -> None:
    """Close a workspace, on the database thread."""
    from kpidesk import operations

    operations.close(workspace)


def _opened(window: MainWindow, path: Path, then: Then) -> None:
    from kpidesk.ui.first_view import kept_view

    window.preferences.remember(path)
    window.leave_workspace()
    window.jobs.ask(
        "surroundings",
        kept_view,
        lambda found: _begin(window, path, found, then),
        lambda error: _not_opened(window, path, error),
    )


def _begin(window: MainWindow, path: Path, known: FirstView | None, then: Then) -> None:
    """Show what a workspace shows first, where it is known; else work it out."""
    period = window.preferences.period_of(path)
    QTimer.singleShot(REST_AFTER, window, lambda: _load_rest(window, path, period))
    if known is not None:
        window.jobs.pause()
        window.setUpdatesEnabled(False)  # until every part has found its place, so that nothing is seen to move
        window.enter_workspace(path, known.surroundings, then, known.scorecard)
        QTimer.singleShot(ONE_FRAME, window, lambda: window.setUpdatesEnabled(True))
        after_next_paint(window, lambda: _load_slowly(window, iter(FIRST)))
        return
    _load(FIRST)
    window.jobs.ask(
        "surroundings",
        load_surroundings,
        lambda found: window.enter_workspace(path, found, then),
        lambda error: _not_opened(window, path, error),
    )


def _load_slowly(window: MainWindow, verbs: Iterator[str]) -> None:
    """Load one verb after the other, with a breath between them, and let the workspace answer again."""
    verb = next(verbs, "")
    try:
        _load([verb] if verb else [])
    except BaseException:
        window.jobs.go_on()
        raise
    if verb:
        QTimer.singleShot(0, window, lambda: _load_slowly(window, verbs))
    else:
        window.jobs.go_on()


def _load_rest(window: MainWindow, path: Path, period: KeptPeriod | None) -> None:
    """Load on this thread, while the manager reads, what the database thread must not be the first to load.

    Then what the workspace, left on a period, shows first is kept for the next start.
    """
    if window.jobs.is_busy:
        QTimer.singleShot(REST_AFTER, window, lambda: _load_rest(window, path, period))
        return
    import scipy.special  # noqa: F401

    from kpidesk.operations.homes import HOMES
    from kpidesk.ui.first_view import keep_view

    _load_verbs(window, iter(HOMES), lambda: keep_view(window, path, period))


def _load_verbs(window: MainWindow, verbs: Iterator[str], then: Callable[[], None]) -> None:
    """Load verbs until one brings in something new, and go on after a breath, or when nothing else is being done."""
    from kpidesk import operations

    if window.jobs.is_busy:
        QTimer.singleShot(REST_AFTER, window, lambda: _load_verbs(window, verbs, then))
        return
    loaded = len(sys.modules)
    for verb in verbs:
        getattr(operations, verb)
        if len(sys.modules) > loaded:
            QTimer.singleShot(BREATH, window, lambda: _load_verbs(window, verbs, then))
            return
    then()


def _not_opened(window: MainWindow, path: Path, error: UserError, files: Sequence[Path] = ()) -> None:
    """Say why a workspace could not be opened; where a window has it open already, that one comes to the front."""
    if window.path is None and isinstance(error, InUseError):
        second_start.call(window, path, files, lambda: _begin_without(window, error))
        return
    if window.path is None:
        window.preferences.forget(path)
    _begin_without(window, error)


def _begin_without(window: MainWindow, error: UserError) -> None:
    if window.path is None:
        window.show_page(WELCOME.page_id)
    window.show_error(error)


def new_workspace(window: MainWindow, *, then: Then = None) -> None:
    """Ask where a new workspace is to be kept, and open it."""
    path = upkeep.choose_new(window)
    if path is None:
        return
    if path.exists():
        advice = "Open it, or choose another name for the new workspace."
        window.show_error(UserError(f"There is a file {path.name} already.", advice))
    else:
        open_workspace(window, path, create=True, then=then)


def choose_workspace(window: MainWindow) -> None:
    """Ask for a workspace and open it."""
    path = upkeep.choose_existing(window)
    if path is not None:
        open_workspace(window, path)


def explore_sample(window: MainWindow) -> None:
    """Open the sample company as it was left; the first time it is made, with progress."""
    sample = _sample()
    if sample.exists():
        open_workspace(window, sample)
    elif may_interrupt(window, "The sample cannot be made yet"):
        _make_sample(window, sample.parent)


def start_sample_afresh(window: MainWindow) -> None:
    """Make the sample company anew, after a question where one was begun; what it was is kept as a backup."""
    sample = _sample()
    if not may_interrupt(window, "The sample cannot be made yet") or not _may_replace(window, sample):
        return
    if window.path != sample:
        _make_sample(window, sample.parent)
        return
    today, refused = window.today(), list[UserError]()
    window.pages.keep()
    window.jobs.open(
        lambda: _anew(sample, today, refused),
        lambda _workspace: _restored(window, sample, refused),
        lambda error: _not_opened(window, sample, error),
        release_first=True,
    )


def _sample() -> Path:
    from kpidesk import operations

    return (paths.data_folder() / SAMPLE / operations.SAMPLE_FILE).absolute()


def _may_replace(window: MainWindow, sample: Path) -> bool:
    if not sample.exists():
        return True
    question = "Start the sample afresh? What you typed and set in it, such as targets, goes."
    advice = "A backup of it is made first."
    return confirm(window, "Start the sample afresh", question, advice, yes="Start afresh")


def _make_sample(window: MainWindow, folder: Path) -> None:
    today = window.today()

    def work(_workspace: Workspace) -> Work:
        from kpidesk import operations

        return operations.make_demo(folder, today)

    do_work(
        window,
        SAMPLE,
        work,
        lambda demo: open_workspace(window, demo.workspace),
        heading="Making the sample company",
        promise="Three years of made-up deals, in a workspace of their own.",
    )


def _anew(sample: Path, today: date, refused: list[UserError]) -> Workspace:
    """Make the sample in the place of the one that was open; one that cannot be made leaves that as it was."""
    from kpidesk import operations
    from kpidesk.core.progress import finish

    try:
        finish(operations.make_demo(sample.parent, today))
    except UserError as error:
        refused.append(error)
    return operations.open_workspace(sample, today=today)


def restore(window: MainWindow) -> None:
    """Let the user choose a backup, put it in the place of the open workspace, and open that."""
    path = window.path
    if path is None or not may_interrupt(window, "A backup cannot be put back yet"):
        return
    backup = upkeep.choose_backup(window, path)
    if backup is None:
        return

    today, refused = window.today(), list[UserError]()
    window.jobs.open(
        lambda: _restore(path, backup, today, refused),
        lambda _workspace: _restored(window, path, refused),
        lambda error: _not_opened(window, path, error),
        release_first=True,
    )


def _restore(path: Path, backup: Path, today: date, refused: list[UserError]) -> Workspace:
    """Put the backup in place and open it; a backup that is refused leaves the workspace as it was."""
    from kpidesk import operations

    try:
        operations.restore(path, backup)
    except UserError as error:
        refused.append(error)
    return operations.open_workspace(path, today=today)


def _restored(window: MainWindow, path: Path, refused: list[UserError]) -> None:
    _opened(window, path, None)
    for error in refused:
        window.show_error(error)


def may_close(window: MainWindow) -> bool:
    """Whether nothing is lost by closing, or the user agrees to it."""
    return _may_discard(window, "Close KPI Desk", yes="Discard and close") and _may_cut_off(window)


def _may_discard(window: MainWindow, title: str, *, yes: str) -> bool:
    """Whether nothing is typed that would be lost with the pages; else asks."""
    unset = window.pages.unset()
    return not unset or confirm(window, title, unset, "What is typed and not set is then lost.", yes=yes, no="Keep it")


def _may_cut_off(window: MainWindow) -> bool:
    """Whether no work that writes would be cut off; else asks, and the work waits for the answer meanwhile."""
    if not window.jobs.running - READING:
        return True
    writes = window.jobs.hold() - READING  # it cannot finish behind the question
    advice = "It waits for your answer. Cancelling leaves everything as it was before."
    may = not writes or confirm(window, "Close KPI Desk", "Something is still being written.", advice,
                                yes="Cancel it and close", no="Keep it running")  # fmt: skip
    if not may:
        window.jobs.resume()
    return may
