"""The Data page: drop an export, check what it was taken for, import it, read what it did, or take it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.imports import ImportOptions, ImportReport, Preview, sheet_name
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import TOLD_FOR
from kpidesk.ui.page import Page, open_first_steps
from kpidesk.ui.widgets.data_after import FIRST, Foresight
from kpidesk.ui.widgets.data_ahead import ReadAhead
from kpidesk.ui.widgets.data_jobs import FileJobs
from kpidesk.ui.widgets.data_past import ExchangeRates, PastImports, ask_undo_all
from kpidesk.ui.widgets.data_report import Reporting
from kpidesk.ui.widgets.data_steps import DataSteps
from kpidesk.ui.widgets.data_undo import TakingBack
from kpidesk.ui.widgets.import_answers import Way, at_sheet, window_advice
from kpidesk.ui.widgets.import_list import has_doubtful_day, known_words, say_refused
from kpidesk.ui.widgets.import_queue import FileQueue, Found, Given, WaitingFile, most_to_tell
from kpidesk.ui.widgets.import_shared import share_answers

IMPORTED = Change.DATA | Change.PEOPLE | Change.SETTINGS


class DataPage(Page):
    """Import and history; a class because pages are widgets.

    One file is in hand at a time; others wait. Several files are all read first, so that what others name comes
    before them, and can then be imported one by one or all together.
    """

    page_id: ClassVar[str] = "data"
    title: ClassVar[str] = "Data"
    past_words: ClassVar[str] = "The imports are all there are."
    depends: ClassVar[Change] = Change.DATA | Change.SETTINGS
    asks: ClassVar[bool] = False

    def build(self) -> None:
        """Make the steps: home, progress, preview, report."""
        self._queue = FileQueue()
        self._file: WaitingFile | None = None
        self._good: tuple[Preview, ImportOptions] | None = None
        self._history: tuple[ImportEntry, ...] = ()
        self._then: Callable[[], None] | None = None
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        self._view = view = DataSteps(self.theme)
        column.addWidget(view)
        self.step, self.banner, self.list, self.steps = view.step, view.banner, view.list, view.stack
        self.home, self.progress, self.preview, self.report = view.home, view.progress, view.preview, view.report
        self.drop, self.history = self.home.drop, self.home.history
        self.small_drop, self.currencies, self.doors = self.home.small_drop, self.home.currencies, self.home.doors
        self.kept_whole = (self.small_drop, self.history.imports_card)
        self._connect()
        self._go_home()

    def _connect(self) -> None:
        self._reporting = Reporting(self.shell, self.report, self._queue, partial(self._show_step, self.report), self)
        self._past = PastImports(self.shell, self.history, self.report, self)
        self._past.undo_wanted.connect(lambda number, file: self.undo_imports((number,), file))
        self._rates = ExchangeRates(self.shell, self.currencies, self, self.import_files)
        self._jobs = FileJobs(self.shell, self.progress, self._stopped)
        self._ahead = ReadAhead(self.shell, self._queue, self._show_waiting, self._leave_out)
        self._undo = TakingBack(self._jobs, self.progress, self.banner, self._undone)
        self._foresight = Foresight(self.shell, self.preview)
        self._reading = (self._jobs.reads, self._ahead.reads, self._foresight.reads)
        self.doors.chosen.connect(self.shell.show_page)
        self.list.chosen.connect(self._go_to)
        self.list.together.connect(self._import_together)
        self.list.undo_all.connect(self._undo_all)
        for zone in (self.drop, self.small_drop):
            zone.files.connect(self.import_files)
        self.progress.cancelled.connect(self._cancel_job)
        self.preview.changed.connect(self._look_again)
        self.preview.accepted.connect(self._import)
        self.preview.tried.connect(self._count)
        self.preview.cancelled.connect(self._skip)
        self.report.open_scorecard.connect(lambda: self.shell.show_page("scorecard"))
        self.report.import_more.connect(self._next)
        self.report.back.connect(self._back_to_check)
        self.report.words_wanted.connect(self._answer_words)

    # --- what the page shows by itself -------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The imports of the workspace and its currency."""
        del question
        return operations.imports(workspace)

    def show_value(self, value: Any) -> None:
        """Show the imports; a file on its way in stays where it is."""
        self._history = tuple(value)
        self.home.show_history(self._history)
        self._rates.reload(is_empty=not self._history)

    def show_refused(self, import_id: int) -> None:
        """Show the rows that an import refused, unless a file is on its way in."""
        self._past.load_rejected(import_id)

    def _go_home(self) -> None:
        self._file, self._good = None, None
        self._view.go_home()

    def _show_step(self, widget: QWidget, words: str) -> None:
        self._view.show_step(widget, words)
        self._show_waiting()

    def _show_waiting(self) -> None:
        """Show what waits behind the file in hand, and read it behind the check or the report."""
        now = self._file or self._queue.reported(self.report.report)
        self._queue.settle()
        self._view.show_waiting(self._queue.pending, self._queue.files, now)
        if self.steps.currentWidget() is self.progress:
            return
        if self._file is not None and self._file.is_stale and not self._queue.unread:
            self._read_again()
        else:
            self._ahead.go()

    def _read_again(self) -> None:
        """Other files come before the one in hand than when it was checked."""
        if self._file is None or self.steps.currentWidget() is not self.preview:
            return
        self._keep_answers()
        self._look_again(self._file.options)

    @property
    def is_busy(self) -> bool:
        """Whether a file is on its way in, or out again."""
        return self._file is not None or self._undo.is_under_way

    # --- reading ------------------------------------------------------------------------------------------------

    def entered(self) -> None:
        """A report that was read gives way to the next file, or to the list of imports."""
        if self.steps.currentWidget() is self.report and self._file is None:
            self._then = None
            self._next()

    def ask_rate(self, about: str = "") -> None:
        """Go to the field for the exchange rate that is missing, of the currency that a text names."""
        self._rates.ask(about)

    def import_files(self, paths: Sequence[Path], then: Callable[[], None] | None = None) -> None:
        """Take files in, what others name before these; go on with `then` when none is left.

        While another file is on show they wait, are listed at once and read behind it.
        """
        self._then = then or self._then
        known = self._queue.add(paths)
        self._begin()
        if known:
            self._told_twice(known)

    def _told_twice(self, known: Sequence[Path]) -> None:
        """Files that are on their way already stand once, and are looked at as they are now."""
        self.banner.say(known_words(known), "info", seconds=TOLD_FOR)
        if self.steps.currentWidget() is self.preview and self._file is not None and self._file.path in known:
            self._cancel_job()
            self._keep_answers()
            self._read_in_turn(self._file)

    def read_as(self, path: Path, way: Way) -> None:
        """Take in a file whose columns did not say what it holds."""
        self._queue.add([path], way.options)
        self._begin()

    def _begin(self) -> None:
        if not self.is_busy:
            self.banner.say("")
            self._next()
        else:
            self._show_waiting()

    def _next(self) -> None:
        """Go on with the next file: first read all, then show them one by one."""
        self._ahead.stop()
        self._go_home()
        if self._queue.unread:
            self._read(self._queue.unread.popleft())
        elif self._queue.read:
            self._take_up(self._queue.next_to_show())
        else:
            self._queue.clear()
            self.list.hide()
            then, self._then = self._then, None
            if then is not None:
                then()

    def _take_up(self, file: WaitingFile) -> None:
        """Show the check of a file that was read; again if an import since may have changed its meaning."""
        self._file = file
        self._queue.settle()
        self._show_preview(file.preview) if file.preview is not None and not file.is_stale else self._read(file)

    def _read(self, file: WaitingFile) -> None:
        self._file = file
        self.progress.start(f"Reading {file.path.name}", "Nothing is written until the whole file has been read.")
        self._show_step(self.progress, "Step 1 of 3: read")
        before = self._queue.before(file)
        self._jobs.read(file.path, file.options, partial(self._first_read, before), self._refused, before)

    def _first_read(self, before: Given, found: Found) -> None:
        if self._file is None:
            return
        if isinstance(found, Preview) and (self._file.preview is not None or not len(self._queue)):
            self._file.understood(found, before)
            self._show_preview(found)
        else:
            self._queue.take_in(self._file, found)
            self._next()

    def _refused(self, error: UserError) -> None:
        """A file that cannot be read is named with what is wrong; the others go on."""
        file, self._file = self._file, None
        if self._then is not None:
            self.shell.show_error(UserError(error.problem, window_advice(error.advice)))
        elif file is not None:
            self._leave_out(file, error)
        self._next()

    def _leave_out(self, file: WaitingFile, error: UserError) -> None:
        self._queue.refuse(file, error)
        say_refused(self.banner, self._queue.refused, self.read_as)

    # --- checking -----------------------------------------------------------------------------------------------

    def _show_preview(self, preview: Preview, *, is_new: bool = True) -> None:
        if self._file is None:
            return
        self._good = (preview, self._file.options)
        before = self._queue.before(self._file)
        names = [sheet_name(path.name, options.sheet) for path, options in before]
        self.preview.show_preview(preview, self._file.options, is_new=is_new, before=names)
        if is_new:
            self.preview.head.fold(len(self._queue.files) > 1 and not has_doubtful_day(self._file, self._queue.files))
        self._foresight.look(self._file.path, preview, self._file.options, before)
        self._show_step(self.preview, "Step 2 of 3: check what the file was taken for")

    def _look_again(self, options: ImportOptions) -> None:
        """Something was corrected: read the file again with it."""
        if self._file is None:
            return
        self._cancel_job()
        share_answers(self._queue.read, self._file, options)
        self._file.options = at_sheet(options, self.preview.preview)
        self.preview.show_checking()
        self._read_in_turn(self._file)

    def _read_in_turn(self, file: WaitingFile) -> None:
        """Check the file in hand again as coming after those before it; it is not checked until that is done."""
        file.is_stale = True
        before = self._queue.before(file)
        self._jobs.read(file.path, file.options, partial(self._looked_again, before), self._correction_refused, before)

    def _looked_again(self, before: Given, preview: Preview) -> None:
        if self._file is None:
            return
        self.banner.say("")
        self._file.understood(preview, before)
        self._show_preview(preview, is_new=False)

    def _correction_refused(self, error: UserError) -> None:
        """A correction that the file does not bear is taken back, and why is said."""
        self.banner.say(f"{error.problem} {window_advice(error.advice)}".strip(), "watch")
        if self._file is not None and self._good is not None:
            preview, self._file.options = self._good
            self._file.understood(preview, self._queue.before(self._file))
            self._show_preview(preview, is_new=False)

    def _skip(self) -> None:
        """Leave this file out; one that is in stays as it is."""
        self._cancel_job()
        self.banner.say("")
        file, self._file = self._file, None
        self._queue.mark(file, "skipped")
        self._reporting.show_done(file.report) if file is not None and file.report is not None else self._next()

    def _go_to(self, file: WaitingFile) -> None:
        """Show a file of the list: its check, the report of its import, or why it is left out."""
        if self.steps.currentWidget() is self.progress or file is self._file:
            return
        if file in self._queue.refused:
            say_refused(self.banner, [file], self.read_as)
        elif file.report is not None and self._file is None:
            self._reporting.show_done(file.report)
        elif file in self._queue.read:
            self._cancel_job()
            self._keep_answers()
            self._queue.change_over(self._file, file)
            self._take_up(file)

    def _answer_words(self) -> None:
        """Check a file that is in once more, at the words that nothing was said of."""
        file = self._queue.reported(self.report.report)
        if file is not None and file.preview is not None:
            self._take_up(file)
            self.preview.go_to_words()
            self._look_again(file.options)

    def _keep_answers(self) -> None:
        """Note what was said in the check that the file was not read again for."""
        if self._file is not None and self.preview.preview is not None:
            self._file.options = self.preview.options

    def _count(self, options: ImportOptions) -> None:
        """Show the report that the import would give, and write nothing."""
        if self._file is None:
            return
        self._cancel_job()
        self._keep_answers()
        before = self._queue.before(self._file)
        step, done, refused = self.preview.show_counting, self._counted, self._import_refused
        self._jobs.count(self._file.path, options, step, done, refused, before)

    def _counted(self, report: ImportReport) -> None:
        self._jobs.done()
        self._reporting.show_tried(report)

    def _back_to_check(self) -> None:
        if self._file is not None and self._good is not None:
            self._show_preview(self._good[0], is_new=False)
            self.preview.import_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- importing, undoing ------------------------------------------------------------------------------------

    def _import(self, options: ImportOptions) -> None:
        if self._file is None:
            return
        self._cancel_job()
        self._file.options = options
        if before := self._queue.before(self._file):
            files = (*before, (self._file.path, options))
            self._start(f"Importing {counted(len(files), 'file')}")
            self._jobs.bring_all_in(files, partial(self._all_imported, self._file), self._import_refused)
            return
        self._start(f"Importing {self._file.path.name}")
        self._jobs.bring_in(self._file.path, options, self._imported, self._import_refused)

    def _start(self, heading: str) -> None:
        self.banner.say("")
        self.progress.start(heading, "Cancelling leaves everything as it was.")
        self._show_step(self.progress, "Step 3 of 3: import")

    def _imported(self, report: ImportReport) -> None:
        self._queue.doubt()
        self._queue.done_with(self._file, report)
        self._show_done(report)

    def _show_done(self, report: ImportReport) -> None:
        self._jobs.done()
        self._file = None
        self._reporting.show_done(report)
        more = len(self._queue)
        if not self._history and report.kind == "deals" and not more:
            self.banner.say(FIRST, "info", button="Start", act=self._first_steps)
        self.shell.announce(IMPORTED)
        if self._then is not None and not more and not report.rejected:
            self._next()

    def _first_steps(self) -> None:
        self.banner.say("")
        open_first_steps(self.shell)

    def _import_together(self) -> None:
        """Import all files that were read: all of them or none."""
        self._cancel_job()
        self._keep_answers()
        files = [(one.path, one.options) for one in self._queue.at_hand()]
        self._start(f"Importing {counted(len(files), 'file')}")
        self._jobs.bring_all_in(files, partial(self._all_imported, None), self._import_refused)

    def _all_imported(self, shown: WaitingFile | None, reports: Sequence[tuple[Path, ImportReport]]) -> None:
        """Show the report on the file that was asked for, or that which tells most."""
        self._queue.done_together(reports)
        self._queue.doubt()
        asked = shown.report if shown is not None else None
        self._show_done(asked or max((one for _, one in reports), key=most_to_tell))

    def _import_refused(self, error: UserError) -> None:
        """Nothing was written: back to the check, with what is wrong."""
        self.banner.say(f"{error.problem} {window_advice(error.advice)}".strip(), "watch")
        self._leave_progress()

    def _leave_progress(self) -> None:
        """Show the check of the file in hand again, and after a report, where none is, the next one."""
        if self._file is not None and self._good is not None:
            self._show_preview(self._good[0], is_new=False)
        else:
            self._next()

    def _cancel_job(self) -> None:
        self._ahead.stop()
        self._foresight.stop()
        self._jobs.cancel()

    def _stopped(self) -> None:
        """Work was cancelled; when the file is still wanted that means by the user."""
        self._undo.stopped()
        if self.steps.currentWidget() is not self.progress:
            return
        self.banner.say("Cancelled. Nothing was changed.", seconds=TOLD_FOR)
        self._leave_progress() if self.progress.heading.whole_text().startswith("Importing") else self._next()

    def undo_imports(self, import_ids: Sequence[int], what: str) -> None:
        """Take imports back in one go, with progress; cancelling keeps them. `what` is a file, or how many."""
        self._ahead.stop()
        self._go_home()
        self._undo.start(import_ids, what)
        self._show_step(self.progress, "Undo")

    def _undo_all(self) -> None:
        if ask_undo_all(self, len(numbers := self._queue.imported())):
            self.undo_imports(numbers, counted(len(numbers), "file"))

    def _undone(self, import_ids: Sequence[int]) -> None:
        """They are taken back, or none is where that was refused; what was dropped meanwhile comes next."""
        self._jobs.done()
        self._queue.taken_back(import_ids)
        self._go_home()
        self.list.show_files(self._queue.files)
        if import_ids:
            self.shell.announce(IMPORTED)
        if self._queue.unread:
            self._next()

    # --- on show or not -----------------------------------------------------------------------------------------

    def hideEvent(self, event: QHideEvent) -> None:
        """What only reads gives way to the page that is shown instead; an import goes on."""
        super().hideEvent(event)
        if not event.spontaneous():
            for reads in self._reading:
                reads.give_way()

    def showEvent(self, event: QShowEvent) -> None:
        """The check goes on where it was left."""
        super().showEvent(event)
        for reads in self._reading:
            reads.go_on()

    # --- keys ---------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the check or the report."""
        shown = self.steps.currentWidget()
        if shown in (self.preview, self.report) and event.matches(QKeySequence.StandardKey.Cancel):
            self._skip() if shown is self.preview else self._next()
        else:
            super().keyPressEvent(event)
