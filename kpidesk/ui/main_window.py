"""The window: rail at the left, scope and period above, one page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QSize, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMainWindow

from kpidesk.core.changes import Change
from kpidesk.core.settings import Settings
from kpidesk.ui import around, commands, finding, incoming, opening
from kpidesk.ui.folder_watch import FolderWatch
from kpidesk.ui.jobs import Job, Jobs, Work, Workspace
from kpidesk.ui.long_work import do_work
from kpidesk.ui.menu import make_menu
from kpidesk.ui.messages import show_error
from kpidesk.ui.page_stack import PageStack, framed
from kpidesk.ui.pages import RECEIPT, WELCOME, in_rail
from kpidesk.ui.places import Place, Trail
from kpidesk.ui.surroundings import Surroundings, as_of, followed, load_surroundings
from kpidesk.ui.tab_order import put_in_order
from kpidesk.ui.toast import Toast
from kpidesk.ui.widgets.as_of import PastStrip
from kpidesk.ui.widgets.import_drop import files_in
from kpidesk.ui.widgets.new_exports import NewExportsBar
from kpidesk.ui.widgets.rail import Rail
from kpidesk.ui.widgets.top_bar import TopBar
from kpidesk.ui.window_size import open_fitting

if TYPE_CHECKING:
    from kpidesk.core.errors import UserError
    from kpidesk.core.import_history import ImportEntry
    from kpidesk.core.people import Scope
    from kpidesk.core.periods import Period
    from kpidesk.core.scorecards import Question
    from kpidesk.ui.appearance import Appearance
    from kpidesk.ui.page import Page, Sealed
    from kpidesk.ui.preferences import Preferences
    from kpidesk.ui.theme import Theme
    from kpidesk.ui.widgets.score_loading import ScoreView
    from kpidesk.ui.widgets.type_ahead import TypeAhead

SIZE, LEAST = QSize(1280, 820), QSize(960, 620)


class MainWindow(QMainWindow):
    """The shell around the pages (`page.Shell`); a class because it is a widget.

    `today` fixes the day for pictures and tests; without it the calendar decides.
    """

    def __init__(
        self, theme: Theme, appearance: Appearance, preferences: Preferences, *, today: date | None = None
    ) -> None:
        super().__init__()
        self.theme = theme
        self.jobs = Jobs(opening.close_workspace, self)
        self.appearance = appearance
        self.preferences = preferences
        self.watch = FolderWatch(self.jobs, preferences, self)
        self.path: Path | None = None
        self.surroundings: Surroundings | None = None
        self.brought_last: tuple[ImportEntry, ...] = ()
        self._today = today
        self._question: Question | None = None
        self._trail = Trail()
        self._period_now: tuple[Period, Period] | None = None  # the period in the past, and the one to go back to
        self._before = ""  # the page that the rows were opened from
        self.work: Job | None = None
        self._build()
        self.commands = finding.commands_of(self)
        self.actions_by_name = commands.add_actions(self, self.commands)
        self.rail.set_menu(make_menu(self))
        self._show_workspace()

    def _build(self) -> None:
        open_fitting(self, SIZE, LEAST)
        self.restoreGeometry(self.preferences.geometry)
        self.setAcceptDrops(True)
        self.rail = Rail(self.theme, in_rail())
        self.top_bar = TopBar(self.theme)
        self.pages = PageStack(self)
        self.past = PastStrip(self.back_to_now)
        self.new_exports = NewExportsBar(partial(incoming.take_new, self), self.watch.put_off)
        self.notice = Toast()
        above = (self.past, self.top_bar, self.new_exports)
        self.setCentralWidget(framed(self.pages, self.rail, above, self.notice))
        self.rail.chosen.connect(self.show_page)
        self.rail.find_wanted.connect(partial(finding.open_palette, self))
        self.rail.dark_wanted.connect(self.appearance.choose_dark)
        self.top_bar.asked.connect(self.set_question)
        self.top_bar.age.chosen.connect(self.set_as_of)
        self.top_bar.export.clicked.connect(self.export)
        self.pages.progress.cancelled.connect(self.cancel_work)
        self.watch.changed.connect(partial(around.show_new, self))
        self.watch.failed.connect(lambda error: self.toast(str(error)))

    @cached_property
    def palette_popup(self) -> TypeAhead:
        """The palette; made when it is first opened, because a window must not wait for it."""
        return finding.make_palette(self)

    # --- what pages may ask of the window ------------------------------------------------------------------------

    @property
    def question(self) -> Question | None:
        """Scope and period chosen above the page; None before a workspace is open."""
        return self._question

    @property
    def settings(self) -> Settings:
        """Settings of the open workspace."""
        return self.surroundings.settings if self.surroundings is not None else Settings()

    def announce(self, change: Change) -> None:
        """Tell every page what was changed; the one on show reloads, the others when they are next shown."""
        self.pages.spoil(change)
        if change & ~Change.GOALS:
            self.jobs.ask("surroundings", load_surroundings, self._surrounded, self.show_error)
        else:
            self.pages.refresh(self._question)

    def set_question(self, question: Question) -> None:
        """Choose another scope or period; a page that has no use for them gives way to the scorecard."""
        self.close_receipt()
        opening.keep_period(self, question)
        self._question = question
        self._show_top()
        page = self.pages.page
        if page is not None and page.asks:
            self._visit(page)
            self.pages.refresh(question)
        else:
            self.show_page("scorecard")

    def set_period(self, period: Period) -> None:
        """Choose another period and keep the scope."""
        if self._question is not None:
            self.set_question(replace(self._question, period=period))

    def step_period(self, count: int) -> None:
        """Go to the period before or after, on a page with periods of its own in those."""
        act = getattr(self.pages.page, "step", None) or self.top_bar.step
        act(count)

    def choose_period(self) -> None:
        """Open the list of periods, on a page with periods of its own that one."""
        act = getattr(self.pages.page, "choose_period", None) or self.top_bar.period.open_list
        act()

    def set_as_of(self, day: date | None) -> None:
        """Look at the data as they were known on a day (None: the newest); the page in view stays."""
        if self._question is None or self._question.as_of == day:
            return
        self.close_receipt()
        found, now = as_of(self._question, day, self.settings), self._period_now
        if day is None and now is not None and now[0] == found.period:
            found = replace(found, period=now[1])
        self._period_now = (found.period, self._question.period) if day is not None else None
        self._question = found
        self._show_top()
        if self.pages.page is not None:
            self._visit(self.pages.page)
        self.pages.refresh(found)

    def back_to_now(self) -> None:
        """Show the newest data again where the data of an earlier day are on show."""
        self.set_as_of(None)

    def set_scope(self, scope: Scope) -> None:
        """Choose another scope and keep the period."""
        if self._question is not None:
            self.set_question(replace(self._question, scope=scope))

    def show_page(self, page_id: str) -> Page | None:
        """Go to a page and give it back; None when there is none, or no workspace that it could show."""
        page = self.pages.page_of(page_id if self.path is not None else WELCOME.page_id)
        if page is None:
            return None
        if page.page_id == WELCOME.page_id:
            opening.greet(self, page)
        page.entered()
        self._visit(page)
        self.pages.show_page(page, self._question)
        self._show_top()
        return page

    def open_receipt(self, kpi_id: str, question: Question, sealed: Sealed | None = None) -> None:
        """Show the rows behind a number in place of the page; Escape goes back to it."""
        self._show_receipt(lambda page: page.open_receipt(kpi_id, question, sealed))

    def open_code(self, code: str) -> None:
        """Show the number of a printed receipt again, with what was changed since, in place of the page."""
        question = self._question
        if question is not None:
            self._show_receipt(lambda page: page.open_code(code, question))

    def _show_receipt(self, ask: Callable[[Any], None]) -> None:
        page: Any = self.pages.page_of(RECEIPT.page_id)
        if self.pages.page_id != RECEIPT.page_id:
            self._before = self.pages.page_id
        ask(page)
        self.pages.show_receipt(page)
        self._show_top()

    def close_receipt(self) -> None:
        """Go back from the rows to the page they were opened from."""
        if self.pages.page_id == RECEIPT.page_id:
            self.show_page(self._before or "scorecard")

    def open_trend(self, kpi_id: str) -> None:
        """Show the trend of a KPI for the scope and period chosen above."""
        self._open_kpi("trends", kpi_id)

    def open_breakdown(self, kpi_id: str) -> None:
        """Break a KPI down by a field, for the scope and period chosen above."""
        self._open_kpi("breakdown", kpi_id)

    def open_why(self, kpi_id: str, question: Question | None = None, against: Scope | None = None) -> None:
        """Say why a KPI changed for what is chosen above, or of another question why it differs from a scope."""
        self._question = question or self._question
        self._open_kpi("why", kpi_id, *([against] if against is not None else []))

    def open_compare(self, kpi_id: str) -> None:
        """Compare the reps or teams of the scope chosen above on a KPI."""
        self._open_kpi("compare", kpi_id)

    def open_goal(self, kpi_id: str, question: Question) -> None:
        """Go to where baseline and target of a KPI are set."""
        self._question = question
        self._open_kpi("goals", kpi_id)

    def _open_kpi(self, page_id: str, kpi_id: str, *more: Scope) -> None:
        page: Any = self.pages.page_of(page_id)
        if page is not None and self.path is not None:
            page.open_kpi(kpi_id, *more)
            self.show_page(page_id)

    def import_files(self, paths: Sequence[Path]) -> None:
        """Hand files to the Data page; a workspace among them is opened."""
        incoming.import_files(self, paths)

    def toast(self, text: str, *, button: str = "", act: Callable[[], None] | None = None) -> None:
        """Say something short at the foot of the window."""
        self.notice.say(text, button=button, act=act)

    def show_error(self, error: UserError) -> None:
        """Show a problem and its advice in a dialog."""
        show_error(self, error)

    # --- the workspace -------------------------------------------------------------------------------------------

    def leave_workspace(self) -> None:
        """Take everything away that belongs to the workspace that was open."""
        self.pages.drop_pages()
        self.watch.forget()
        self.path, self.surroundings, self._question, self._trail, self.brought_last = None, None, None, Trail(), ()
        self.toast("")  # what it offers is of that workspace
        self._show_workspace()

    def enter_workspace(
        self,
        path: Path,
        found: Surroundings,
        then: Callable[[], None] | None = None,
        scorecard: ScoreView | None = None,
    ) -> None:
        """Show a workspace that was opened, from where it is best looked at first; its scorecard may be known."""
        self.path, self.surroundings, self._question = path, found, opening.first_question(self, path, found)
        page = self.pages.page_of("scorecard") if scorecard is not None else None
        if scorecard is not None and page is not None:
            page.given = (scorecard.card.question, scorecard)
        self._show_workspace()
        self.show_page("scorecard" if found.last_import is not None else "data")
        if then is not None:
            then()
        QTimer.singleShot(opening.REST_AFTER, self, self.watch.look)

    def _surrounded(self, found: Surroundings) -> None:
        before, self.surroundings = self.surroundings, found
        self._question = followed(self._question, before, found)
        self._show_top()
        self.pages.refresh(self._question)
        incoming.tell_newest(self, before, found)
        self.watch.look(at_once=True)

    # --- what is seen around the page ------------------------------------------------------------------------------

    def today(self) -> date:
        """The day the window counts from."""
        return self._today or date.today()

    def show_work(self, heading: str, promise: str) -> None:
        """Show the progress of long work in place of the page."""
        self.pages.progress.start(heading, promise)
        self.pages.show_work()
        self._show_top()

    def do_work(
        self, name: str, work: Callable[[Workspace], Work], on_done: Callable[[Any], None], heading: str, promise: str
    ) -> None:
        """Do long work on the workspace with its progress and Cancel in place of the page, which then comes back."""
        do_work(self, name, work, on_done, heading=heading, promise=promise, needs_workspace=True)

    def cancel_work(self) -> None:
        """Stop the long work that is shown."""
        if self.work is not None:
            self.work.cancel()

    def _show_workspace(self) -> None:
        around.show_workspace(self)
        self._show_top()

    def _show_top(self) -> None:
        around.show_top(self, self._before)
        self.notice.turn_to(self.pages.page_id)

    # --- getting about ----------------------------------------------------------------------------------------------

    def _visit(self, page: Page) -> None:
        if self._question is not None and page.page_id not in (WELCOME.page_id, RECEIPT.page_id):
            self._trail = self._trail.visit(Place(page.page_id, self._question))

    def go(self, count: int) -> None:
        """Go back (-1) or forth (1) through what was asked."""
        if self.pages.page_id == RECEIPT.page_id:
            self.close_receipt()
            return
        self._trail = self._trail.step(count)
        if self._trail.here is not None:
            self._question = self._trail.here.question
            self.show_page(self._trail.here.page_id)

    def reload(self) -> None:
        """Load the page anew."""
        self.announce(Change.EVERYTHING)

    def export(self) -> None:
        """Export the page on show, where it can be."""
        act = getattr(self.pages.page, "export", None)
        if act is not None:
            act()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow the rail where its words would leave the page too little room."""
        super().resizeEvent(event)
        self.rail.fit(self.width())

    def changeEvent(self, event: QEvent) -> None:
        """Look for new exports when the user comes back from where they are made."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self.path is not None:
            self.watch.look()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab and Shift+Tab go as the eye reads, whatever was added to the page since."""
        put_in_order(self)
        return super().focusNextPrevChild(forward)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files can be dropped anywhere on the window."""
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take dropped files in."""
        event.acceptProposedAction()
        self.import_files(files_in(event.mimeData()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the rows behind a number, wherever the focus is, then a step aside, then an earlier day."""
        if event.matches(QKeySequence.StandardKey.Cancel):
            if self.pages.page_id == RECEIPT.page_id:
                self.close_receipt()
            elif self.pages.page is not None and self.pages.page.is_step:
                self.go(-1)
            else:
                self.back_to_now()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask before an import is cut off, then end the database thread and remember the window."""
        if not opening.may_close(self):
            event.ignore()
            return
        self.preferences.geometry = self.saveGeometry()
        self.pages.keep()
        self.watch.stop()
        self.jobs.shutdown()
        event.accept()
