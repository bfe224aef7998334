"""What leaves the window as a whole: copies for everybody in a team, and the page on show as a picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QWidget

from kpidesk.core.formats import period_text
from kpidesk.core.wording import counted, listed
from kpidesk.ui.long_work import do_work

if TYPE_CHECKING:  # these dialogs are made when they are asked for, so that the window opens at once
    from kpidesk.core.export_packs import PackDone, PackKind
    from kpidesk.core.peers import Comparison
    from kpidesk.core.periods import Period
    from kpidesk.core.redactions import Redaction
    from kpidesk.core.scorecards import Question
    from kpidesk.ui.jobs import Work, Workspace
    from kpidesk.ui.main_window import MainWindow
    from kpidesk.ui.page import Page
    from kpidesk.ui.painting.copies import Item
    from kpidesk.ui.widgets.pack_dialog import OthersDialog, PackDialog, WantedPack

ZIP = ((".zip", "Archive of files"),)
MOST_NAMED = 3
PDF = ((".pdf", "PDF to print or send"),)


KIND_OF_PAGE: dict[str, PackKind] = {
    "scorecard": "scorecards",
    "trends": "trends",
    "pipeline": "pipelines",
    "forecast": "forecasts",
    "reviews": "reviews",
}
"""What a pack is of when it is asked for on a page; on any other of one-on-ones."""


def ask_pack(window: MainWindow) -> None:
    """Ask what everybody in the scope chosen above is to get, and where it goes; then write it."""
    from kpidesk.core.export_packs import NAMES
    from kpidesk.ui.widgets.pack_dialog import PackDialog

    question, around = window.question, window.surroundings
    if question is None or around is None:
        return
    name = question.scope.name or window.settings.organisation
    whose = name if question.scope.kind == "rep" else f"everybody in {name}"
    what = KIND_OF_PAGE.get(window.pages.page_id, "one-on-ones")
    kept = window.preferences.pack(what)
    period = _period_in_view(window.pages.page, question, around.opening)
    dialog = PackDialog(window.theme, whose, [kind for kind in NAMES if kind in kept] or [what], period, window)
    dialog.show_periods(around.settings, around.as_of or window.today())
    dialog.wanted.connect(lambda wanted: _chosen(window, dialog, question, wanted))
    dialog.wanted.connect(lambda wanted: window.preferences.keep_pack(what, wanted.what))
    dialog.open()


def _period_in_view(page: Page | None, question: Question, opening: Question) -> Period:
    """The period that a page shows: its own, the one above it, or without any that with which the workspace opens."""
    from kpidesk.ui.meeting_page import MeetingPage  # a window must not wait for its widgets

    meeting = page.meeting if isinstance(page, MeetingPage) else None
    if meeting is not None:
        period: Period = meeting.question.period
        return period
    return question.period if page is not None and page.asks and page.periods else opening.period


def _chosen(window: MainWindow, dialog: PackDialog, question: Question, wanted: WantedPack) -> None:
    from kpidesk.core.export_packs import kinds_text

    whose = question.scope.name or window.settings.organisation
    to = _where(window, f"{kinds_text(wanted.what)} {whose} {period_text(wanted.period)}", wanted.ending)
    if to is not None:
        dialog.accept()
        write_pack(window, replace(question, period=wanted.period), wanted, to)


def _where(parent: QWidget, title: str, ending: str) -> Path | None:
    """Where a pack goes: a file, or a new folder inside one that is chosen."""
    from kpidesk.core.file_names import file_name
    from kpidesk.ui.widgets.export_dialog import ask_where

    if ending:
        return ask_where(parent, title, ZIP if ending == ".zip" else PDF)
    folder = QFileDialog.getExistingDirectory(parent, "Where the folder is to be made")
    return Path(folder) / file_name(title, "") if folder else None


def write_pack(window: MainWindow, question: Question, wanted: WantedPack, to: Path) -> None:
    """Write copies for everybody in a scope, with progress and Cancel."""

    def work(workspace: Workspace) -> Work:
        from kpidesk import operations
        from kpidesk.ui.painting.copies import pack_writers

        redactor = operations.redactor(workspace, wanted.redact) if wanted.redact else None
        write, together = pack_writers(wanted.size, redactor)
        return operations.export_pack(
            workspace, operations.ExportPack(wanted.what, question, to, write, together, redactor=redactor)
        )

    do_work(
        window,
        "pack",
        work,
        lambda done: _written(window, done, to.name),
        heading="Writing copies for the team",
        promise="Cancel leaves nothing behind.",
        needs_workspace=True,
    )


def _written(window: MainWindow, done: PackDone, to: str) -> None:
    """Say what was written, and who has no copy: the list of contents says why."""
    told = f"{counted(len(done.files), 'file')} written to {to}."
    if done.missing:
        told += f" Without a copy: {listed((one.whose for one in done.missing), MOST_NAMED)}; the contents say why."
    window.toast(told)


def ask_for_others(window: MainWindow) -> None:
    """Ask what a copy of the page on show leaves out, and where it goes; then write it."""
    from kpidesk.ui.widgets.pack_dialog import OthersDialog

    page: Any = window.pages.page
    found: tuple[str, Item | Comparison] | None = getattr(page, "to_hand_over", lambda: None)()
    if found is None:
        window.toast("Go to a page with numbers first: the scorecard, a trend, the forecast, a review …")
        return
    title, item = found
    dialog = OthersDialog(window.theme, title, window)
    dialog.wanted.connect(lambda redact: _write_for_others(window, dialog, item, redact))
    dialog.open()


def _write_for_others(window: MainWindow, dialog: OthersDialog, item: Item | Comparison, redact: Redaction) -> None:
    from kpidesk.core.peers import Comparison
    from kpidesk.core.reviews import Sheet
    from kpidesk.ui.painting.copies import Copying, write_for_others
    from kpidesk.ui.painting.paper_size import usual_paper
    from kpidesk.ui.widgets.export_dialog import FORMS, PLOT_FORMS, REVIEW_FORMS, ask_where

    fewer = {Sheet: REVIEW_FORMS, Comparison: PLOT_FORMS}
    forms = fewer.get(type(item), FORMS)
    to = ask_where(dialog, "a copy for others", forms)
    if to is None:
        return
    dialog.accept()

    def write(workspace: Workspace) -> Path:
        from kpidesk import operations

        operations.check_export_path(workspace, to, tuple(ending for ending, _ in forms))
        return write_for_others(item, to, Copying(usual_paper(), redactor=operations.redactor(workspace, redact)))

    window.jobs.ask("export", write, lambda made: window.toast(f"Written to {made.name}."), window.show_error)


def copy_page(window: MainWindow) -> None:
    """Put the chart of the page on show on the clipboard, or what the page shows where it has no chart."""
    from kpidesk.ui.widgets.copying import copy_picture

    page: Any = window.pages.page
    drawn: QWidget | None = getattr(page, "picture", lambda: page)()
    if drawn is not None and drawn.isVisible():
        copy_picture(drawn)
        window.toast("Copied as a picture.")
