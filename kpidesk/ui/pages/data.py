"""The Data page: drop an export, check what it was taken for, import it, read what it did, or take it back."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportEntry, ImportOptions, ImportReport, Preview
from kpidesk.core.scorecards import Question
from kpidesk.ui.jobs import Job, Workspace
from kpidesk.ui.messages import Banner, PlainLabel, confirm
from kpidesk.ui.page import Page
from kpidesk.ui.widgets.import_answers import Way, counted, ways_to_read, window_advice
from kpidesk.ui.widgets.import_drop import DropZone, files_in
from kpidesk.ui.widgets.import_history import HistoryView, undo_question
from kpidesk.ui.widgets.import_parts import say_on
from kpidesk.ui.widgets.import_preview import PreviewView
from kpidesk.ui.widgets.import_progress import ProgressCard
from kpidesk.ui.widgets.import_queue import FileQueue, WaitingFile
from kpidesk.ui.widgets.import_report import ReportView

UNDOABLE = "Nothing is written until the whole file has been read."
IMPORTED = Change.DATA | Change.PEOPLE | Change.SETTINGS


class DataPage(Page):
    """Import and history; a class because pages are widgets.

    One file is handled at a time; others wait. Several files are all read first, so that people and teams come
    before the deals that name them.
    """

    page_id: ClassVar[str] = "data"
    title: ClassVar[str] = "Data"
    icon: ClassVar[str] = "database"
    help_text: ClassVar[str] = "Import CRM exports, see past imports, undo one"
    depends: ClassVar[Change] = Change.DATA | Change.SETTINGS
    asks: ClassVar[bool] = False

    def build(self) -> None:
        """Make the steps: home, progress, preview, report."""
        self._queue = FileQueue()
        self._file: WaitingFile | None = None
        self._good: tuple[Preview, ImportOptions] | None = None
        self._job: Job | None = None
        self._numbers = itertools.count(1)
        self._history: tuple[ImportEntry, ...] = ()
        self._then: Callable[[], None] | None = None
        self.setAcceptDrops(True)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.step = PlainLabel("", "muted", elide=True)
        self.banner = Banner()
        self.steps = QStackedWidget()
        column.addWidget(self.step)
        column.addWidget(self.banner)
        column.addWidget(self.steps, 1)
        self._build_steps()
        self._go_home()

    def _build_steps(self) -> None:
        self.home = QWidget()
        home = QVBoxLayout(self.home)
        home.setContentsMargins(0, 0, 0, 0)
        home.setSpacing(12)
        hint = "CSV, TSV or XLSX from any CRM, one or several at once."
        self.drop = DropZone(self.theme, title="Drop a CRM export here", hint=hint)
        self.small_drop = DropZone(self.theme, title="Drop a CRM export here", hint=hint, compact=True)
        self.history = HistoryView(self.theme)
        home.addWidget(self.drop, 1)
        home.addWidget(self.small_drop)
        home.addWidget(self.history, 1)
        self.progress = ProgressCard()
        self.preview = PreviewView(self.theme)
        self.report = ReportView(self.theme)
        for widget in (self.home, self.progress, self.preview, self.report):
            self.steps.addWidget(widget)
        self._connect()

    def _connect(self) -> None:
        for zone in (self.drop, self.small_drop):
            zone.files.connect(self.import_files)
        self.history.undo.connect(self._ask_undo)
        self.history.rejects_wanted.connect(self._load_rejects)
        self.history.save_wanted.connect(self._save_rejects)
        self.progress.cancelled.connect(self._cancel_job)
        self.preview.changed.connect(self._look_again)
        self.preview.accepted.connect(self._import)
        self.preview.tried.connect(self._count)
        self.preview.cancelled.connect(self._skip)
        self.report.open_scorecard.connect(lambda: self.shell.show_page("scorecard"))
        self.report.import_more.connect(self._next)
        self.report.undo.connect(self._ask_undo)
        self.report.save_wanted.connect(self._save_rejects)

    # --- what the page shows by itself -------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The imports of the workspace and its currency."""
        del question
        return operations.imports(workspace)

    def show_value(self, value: Any) -> None:
        """Show the imports; a file on its way in stays where it is."""
        self._history = tuple(value)
        self.history.show_history(self._history)
        for widget in (self.history, self.small_drop):
            widget.setVisible(bool(self._history))
        self.drop.setVisible(not self._history)

    def _go_home(self) -> None:
        self._file, self._good = None, None
        self.step.hide()
        self.steps.setCurrentWidget(self.home)

    def _show_step(self, widget: QWidget, words: str) -> None:
        waiting = len(self._queue)
        more = f"   ·   {counted(waiting, 'more file')} waiting" if waiting else ""
        self.step.setText(words + more)
        self.step.show()
        self.steps.setCurrentWidget(widget)

    @property
    def is_busy(self) -> bool:
        """Whether a file is on its way in."""
        return self._file is not None

    # --- reading ------------------------------------------------------------------------------------------------

    def entered(self) -> None:
        """A report that was read gives way to the next file, or to the list of imports."""
        if self.steps.currentWidget() is self.report:
            self._then = None
            self._next()

    def import_files(self, paths: Sequence[Path], then: Callable[[], None] | None = None) -> None:
        """Take files in, one by one, people before deals; go on with `then` when none is left."""
        self._then = then or self._then
        self._queue.add(paths)
        self._begin()

    def read_as(self, path: Path, way: Way) -> None:
        """Take in a file whose columns did not say what it holds."""
        self._queue.unread.append(WaitingFile(path, way.options))
        self._begin()

    def _begin(self) -> None:
        if not self.is_busy:
            self.banner.say("")
            self._next()

    def _next(self) -> None:
        """Go on with the next file: first read all, then show them one by one."""
        self._go_home()
        if self._queue.unread:
            self._read(self._queue.unread.popleft())
        elif self._queue.read:
            self._show_waiting()
        elif self._then is not None:
            then, self._then = self._then, None
            then()

    def _show_waiting(self) -> None:
        """Show the next file that was read; it is read again if an import since may have changed its meaning."""
        self._file = self._queue.next_to_show()
        if self._file.preview is None:
            self._read(self._file)
        else:
            self._show_preview(self._file.preview)

    def _read(self, file: WaitingFile) -> None:
        self._file = file
        self.progress.start(f"Reading {file.path.name}", UNDOABLE)
        self._show_step(self.progress, "1 of 3   Read")
        self._inspect(file, self._first_read, self._refused)

    def _inspect(self, file: WaitingFile, on_done: Any, on_error: Any) -> None:
        path, options = file.path, file.options
        self._job = self.shell.jobs.run(
            "inspect",
            lambda workspace: operations.inspect(path, options, today=date.today(), ws=workspace),
            self.progress.show_step,
            on_done,
            on_error,
            on_cancelled=self._stopped,
            needs_workspace=False,
        )

    def _first_read(self, preview: Preview) -> None:
        if self._file is None:
            return
        self._file.preview = preview
        if len(self._queue):
            self._queue.read.append(self._file)
            self._next()
        else:
            self._show_preview(preview)

    def _refused(self, error: UserError) -> None:
        """A file that cannot be read is named with what is wrong; the others go on."""
        file, self._file = self._file, None
        if self._then is not None:
            self.shell.show_error(UserError(error.problem, window_advice(error.advice)))
        elif file is not None:
            before = f"{self.banner.label.text()}\n" if self.banner.isVisibleTo(self) else ""
            self._say_refused(file, error, before)
        self._next()

    def _say_refused(self, file: WaitingFile, error: UserError, before: str) -> None:
        """Name the file with what is wrong, and offer to read it by hand where only its columns are unknown."""
        name = file.path.name
        words = error.problem if name in error.problem else f"{name}: {error.problem}"
        offers = [(way.words, partial(self.read_as, file.path, way)) for way in ways_to_read(file.options, error)]
        (button, act), (other, other_act), *_ = *offers, ("", None), ("", None)
        text = f"{before}{words} {window_advice(error.advice)} Nothing was imported."
        self.banner.say(text, "watch", button=button, act=act, other=other, other_act=other_act)

    # --- checking -----------------------------------------------------------------------------------------------

    def _show_preview(self, preview: Preview, *, is_new: bool = True) -> None:
        if self._file is None:
            return
        self._good = (preview, self._file.options)
        self.preview.show_preview(preview, self._file.options, is_new=is_new)
        self._show_step(self.preview, "2 of 3   Check what the file was taken for")

    def _look_again(self, options: ImportOptions) -> None:
        """Something was corrected: read the file again with it."""
        if self._file is None:
            return
        self._cancel_job()
        self._file.options = options
        self.preview.show_checking()
        self._inspect(self._file, self._looked_again, self._correction_refused)

    def _looked_again(self, preview: Preview) -> None:
        self.banner.say("")
        self._show_preview(preview, is_new=False)

    def _correction_refused(self, error: UserError) -> None:
        """A correction that the file does not bear is taken back, and why is said."""
        self.banner.say(f"{error.problem} {window_advice(error.advice)}".strip(), "watch")
        if self._file is not None and self._good is not None:
            preview, self._file.options = self._good
            self.preview.show_preview(preview, self._file.options, is_new=False)

    def _skip(self) -> None:
        """Leave this file out."""
        self._cancel_job()
        self._next()

    def _count(self, options: ImportOptions) -> None:
        """Say what the import would do, and write nothing."""
        if self._file is None:
            return
        path = self._file.path
        self._job = self.shell.jobs.run(
            "count",
            lambda workspace: operations.import_file(workspace, path, options, dry_run=True),
            self.preview.show_counting,
            self.preview.show_count,
            self._import_refused,
        )

    # --- importing ----------------------------------------------------------------------------------------------

    def _import(self, options: ImportOptions) -> None:
        if self._file is None:
            return
        self._cancel_job()
        path = self._file.path
        self._file.options = options
        self.banner.say("")
        self.progress.start(f"Importing {path.name}", "Cancelling leaves everything as it was.")
        self._show_step(self.progress, "3 of 3   Import")
        self._job = self.shell.jobs.run(
            f"import:{next(self._numbers)}",
            lambda workspace: operations.import_file(workspace, path, options),
            self.progress.show_step,
            self._imported,
            self._import_refused,
            on_cancelled=self._stopped,
            lasting=True,
        )

    def _imported(self, report: ImportReport) -> None:
        self._queue.doubt()
        self._job = None
        self.report.show_report(report, report.currency or self.shell.settings.currency)
        more = len(self._queue)
        say_on(self.report.more, "Next file" if more else "Import another")
        self._show_step(self.report, "Done")
        is_first = not self._history and report.kind == "deals"
        if is_first and not more:
            words = "Three short steps set your team and your first targets. Each has a default."
            self.banner.say(words, "info", button="Start", act=self._first_steps)
        self._file = None
        self.report.scorecard.setFocus(Qt.FocusReason.OtherFocusReason)
        self.shell.announce(IMPORTED)
        if self._then is not None and not more and not report.rejected:
            self._next()

    def _first_steps(self) -> None:
        self.banner.say("")
        page = self.shell.show_page("welcome")
        start = getattr(page, "start_steps", None)
        if start is not None:
            start()

    def _import_refused(self, error: UserError) -> None:
        """Nothing was written: back to the check, with what is wrong."""
        self.banner.say(f"{error.problem} {window_advice(error.advice)}".strip(), "watch")
        if self._good is not None:
            self._show_preview(self._good[0], is_new=False)

    def _cancel_job(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _stopped(self) -> None:
        """Work was cancelled; when the file is still wanted that means by the user."""
        if self.steps.currentWidget() is not self.progress:
            return
        self.banner.say("Cancelled. Nothing was changed.")
        if self.progress.heading.whole_text().startswith("Importing") and self._good is not None:
            self._show_preview(self._good[0], is_new=False)
        else:
            self._next()

    # --- history ------------------------------------------------------------------------------------------------

    def _load_rejects(self, import_id: int) -> None:
        self.shell.jobs.ask(
            "rejects",
            lambda workspace: (import_id, operations.rejected(workspace, import_id)),
            self._show_rejects,
            self.shell.show_error,
        )

    def _show_rejects(self, answer: tuple[int, Any]) -> None:
        self.history.show_rejects(*answer)

    def _save_rejects(self, import_id: int) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save the rejected rows", "rejected.csv", "CSV (*.csv)")
        if not name:
            return
        to = Path(name) if Path(name).suffix else Path(f"{name}.csv")
        self.shell.jobs.ask(
            "save-rejects",
            lambda workspace: operations.save_rejected(workspace, import_id, to),
            lambda count: self.shell.toast(f"{counted(count, 'rejected row')} saved in {to.name}."),
            self.shell.show_error,
        )

    def _ask_undo(self, import_id: int) -> None:
        entry = next((one for one in self._history if one.import_id == import_id), None)
        if entry is None:
            return
        question, follows = undo_question(entry)
        if confirm(self, "Undo an import", question, follows, yes="Undo the import"):
            self.undo_import(import_id, entry.file)

    def undo_import(self, import_id: int, file: str) -> None:
        """Take an import back, with progress; cancelling keeps it."""
        self._go_home()
        self.banner.say("")
        self.progress.start(f"Undoing the import of {file}", "Cancelling keeps the import.")
        self._show_step(self.progress, "Undo")
        self._job = self.shell.jobs.run(
            f"undo:{next(self._numbers)}",
            lambda workspace: operations.undo(workspace, import_id),
            self.progress.show_step,
            lambda _report: self._undone(file),
            self._undo_refused,
            on_cancelled=self._stopped,
            lasting=True,
        )

    def _undone(self, file: str) -> None:
        self._job = None
        self._go_home()
        self.banner.say(f"The import of {file} was undone.", "good")
        self.shell.announce(IMPORTED)

    def _undo_refused(self, error: UserError) -> None:
        self._go_home()
        self.banner.say(f"{error.problem} {error.advice}".strip(), "watch")

    # --- drops and keys -----------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files can be dropped anywhere on the page."""
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take dropped files in."""
        event.acceptProposedAction()
        self.import_files(files_in(event.mimeData()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the check or the report."""
        if event.matches(QKeySequence.StandardKey.Cancel) and self.steps.currentWidget() is self.preview:
            self._skip()
        elif event.matches(QKeySequence.StandardKey.Cancel) and self.steps.currentWidget() is self.report:
            self._next()
        else:
            super().keyPressEvent(event)
