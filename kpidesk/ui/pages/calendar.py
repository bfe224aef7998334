"""What is due: meetings and KPIs of this week and next, what is overdue first, and how often each comes round."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from kpidesk import operations
from kpidesk.core.cadences import EVERY_WORDS, MEETINGS, ONE_ON_ONE, Due
from kpidesk.core.carried import OpenPromise
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.meetings import read_kind
from kpidesk.core.people import ORG, Scope
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Job, Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.widgets.controls import back_button, row
from kpidesk.ui.widgets.meeting_cadence import CadenceDialog, WantedCadence
from kpidesk.ui.widgets.meeting_due_tables import LAST, LEFT, OWN, DueCard, FoldedTable, PromisedCard, week_words
from kpidesk.ui.widgets.meeting_loading import CalendarView, load_calendar
from kpidesk.ui.widgets.page_parts import Column, button, fill, say_on
from kpidesk.ui.widgets.review_asking import prepare_due

NOT_LATE = "Nothing is overdue."
NOT_DUE = "Nothing is due."
FOR_ALL = ("weekly", ONE_ON_ONE)
"""What can be said of everybody at once."""


class CalendarPage(Page):
    """What is overdue, this week's, next week's, and when each was last held; a class because pages are widgets."""

    page_id: ClassVar[str] = "calendar"
    title: ClassVar[str] = "What is due"
    depends: ClassVar[Change] = Change.EVERYTHING
    asks: ClassVar[bool] = False
    only_now: ClassVar[bool] = True
    keeps_place: ClassVar[bool] = True
    is_step: ClassVar[bool] = True

    def build(self) -> None:
        """The sentence and what can be done above, the tables below."""
        self.view: CalendarView | None = None
        self.dialog: CadenceDialog | None = None
        self._picked: Due | OpenPromise | None = None
        self._preparing: Job | None = None
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        self.sentence = PlainLabel("", wrap=True)
        self.progress = PlainLabel("", "muted", elide=True)
        self.often = button("&How often…", self.ask_cadence, "", "Changes how often the selected one is due")
        self.open_button = button("&Open", self._open_picked, "", "Enter on a line")
        self.all_due = button("&Prepare", self._on_prepare, "primary", "Makes a draft for everybody due this week")
        acts = row(back_button(self.theme, lambda: self.shell.go(-1)), self.progress, self.often, self.open_button,
                   self.all_due)  # fmt: skip
        acts.setStretch(1, 1)
        acts.setContentsMargins(18, 0, 24, 0)
        outer.addLayout(acts)
        self.late = DueCard(self.theme, "Overdue", NOT_LATE)
        self.week, self.following = DueCard(self.theme, "This week", NOT_DUE), DueCard(self.theme, "Next week", NOT_DUE)
        self.last = FoldedTable(self.theme, "When each was last held", LAST, (0, 1))
        self.left = FoldedTable(self.theme, "Left out", LEFT, (1,))
        self.own = FoldedTable(self.theme, "How often, as you set it", OWN, (0, 1))
        self.own.table.activated.connect(self._ask_own)
        self.cards = Column(margins=(24, 0, 24, 24), widest=1240, centred=False)
        self.promised = PromisedCard(self.theme)
        self.promised.opened.connect(self.open_promise)
        fill(self.cards.column, self.sentence, self.late, self.promised, self.week, self.following, self.last,
             self.own, self.left)  # fmt: skip
        self.cards.column.addStretch(1)
        outer.addWidget(self.cards, 1)
        for part in (self.late, self.week, self.following):
            part.opened.connect(self.open_due)
        for card in (self.late, self.promised, self.week, self.following):
            card.picked.connect(self._pick)

    # --- what is shown ---------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:  # noqa: ARG002  # it asks for today
        """What is due up to the end of next week."""
        return load_calendar(workspace)

    def show_value(self, value: Any) -> None:
        """Show what is due, or how to begin."""
        view: CalendarView = value
        self.view = view
        calendar, today = view.calendar, view.calendar.today
        if view.as_of is None and not view.own:
            text = "Import a deals export from your CRM; the owners of its deals are the people to meet."
            self.show_state(PageState("Nothing is due yet", text, "Import an export", self._go_to_data))
            return
        self.sentence.setText(sentence_of(view))
        self._pick(None)
        this_week = [one for one in calendar.due if one.on <= view.this_week]
        following = [one for one in calendar.due if one.on > view.this_week]
        self.late.show_due(calendar.overdue, today, late=True)
        self.promised.show_promised(view.promised, today)
        self.week.show_due(this_week, today)
        self.following.show_due(following, today)
        self.week.title.setText(f"This week, to {view.this_week:%A}")
        next_monday = view.this_week + timedelta(days=1)
        self.following.title.setText(f"Next week, {week_words(next_monday, view.next_week)}")
        self.last.show_rows(calendar.last_met, f"When each was last held ({len(calendar.last_met)})")
        self.own.show_rows(view.own, f"How often, as you set it ({len(view.own)})")
        self.left.show_rows(calendar.left_out, f"Nothing is due with {counted(len(calendar.left_out), 'person')}")
        self._show_preparing("")

    def _pick(self, one: Due | OpenPromise | None) -> None:
        self._picked = one
        self.often.setEnabled(isinstance(one, Due))
        self.open_button.setEnabled(one is not None)

    def entered(self) -> None:
        """The arrow keys go through what is overdue from the start."""
        if self.shows_body:
            (self.late if self.late.table.isVisible() else self.week).table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what can be done ------------------------------------------------------------------------------------------

    def _open_picked(self) -> None:
        if isinstance(self._picked, Due):
            self.open_due(self._picked)
        elif self._picked is not None:
            self.open_promise(self._picked)

    def open_due(self, one: Due) -> None:
        """Go to a one-on-one, a review or the trend of a KPI; what is not prepared yet is prepared."""
        if one.is_kpi:
            self.shell.open_trend(one.what.partition(":")[2])
            if self.shell.question is not None and self.shell.question.scope != one.scope:
                self.shell.set_scope(one.scope)
            return
        self._open_meeting(one.what, one.scope)

    def open_promise(self, one: OpenPromise) -> None:
        """Go to the meeting in which a promise is settled: the next of its kind."""
        self._open_meeting(one.what, one.scope)

    def _open_meeting(self, what: str, scope: Scope) -> None:
        page: Any = self.shell.show_page("one-on-ones" if what == ONE_ON_ONE else "reviews")
        if page is not None and what == ONE_ON_ONE:
            page.open_rep(scope)
        elif page is not None:
            page.open_kind(read_kind(what), scope)

    def ask_cadence(self) -> None:
        """Ask how often the selected one is to be due."""
        if isinstance(self._picked, Due):
            self._ask_often(self._picked)

    def _ask_own(self, index: QModelIndex) -> None:
        self._ask_often(self.own.table.records.record(index.row()))

    def _ask_often(self, one: Due) -> None:
        view = self.view
        if view is None:
            return
        scopes = (one.scope, *((ORG,) if one.what in FOR_ALL and one.scope != ORG else ()))
        self.dialog = CadenceDialog(self.theme, one, scopes, view.settings, self.shell.today(), self.window())
        self.dialog.wanted.connect(self._keep_cadence)
        self.dialog.destroyed.connect(self._dialog_closed)
        self.dialog.open()

    def _dialog_closed(self) -> None:
        self.dialog = None

    def _keep_cadence(self, wanted: WantedCadence) -> None:
        def keep(workspace: Workspace) -> str:
            if wanted.every is None:
                operations.clear_cadence(workspace, wanted.what, wanted.scope)
            else:
                operations.set_cadence(workspace, wanted.what, wanted.scope, wanted.every, wanted.from_day)
            return operations.cadence_advice(workspace, wanted.what)

        self.shell.jobs.ask("cadence", keep, partial(self._kept, wanted), self._refused, certain=True)

    def _refused(self, error: UserError) -> None:
        (self.dialog if self.dialog is not None else self.shell).show_error(error)

    def _kept(self, wanted: WantedCadence, advice: str) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self.shell.toast(f"Kept: {kept_words(wanted)} {advice}".rstrip())
        self.shell.announce(Change.REVIEWS)

    def _on_prepare(self) -> None:
        """Make the drafts of all who are due this week, or stop that; stopped, none of them is kept."""
        if self._preparing is not None:
            self._preparing.cancel()
        else:
            self._preparing = prepare_due(self.shell, self._show_preparing)

    def _show_preparing(self, words: str) -> None:
        """How far the drafts have come; nothing: they are done."""
        if not words:
            self._preparing = None
        self.progress.setText(words)
        waiting = self.view.to_prepare if self.view is not None else 0
        say_on(self.all_due, "Cancel" if words else f"Prepare this week's one-on-ones ({waiting})")
        self.all_due.setVisible(bool(words) or waiting > 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """H changes how often the selected one is due."""
        if event.key() == Qt.Key.Key_H and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.ask_cadence()
        else:
            super().keyPressEvent(event)


def sentence_of(view: CalendarView) -> str:
    """The calendar in one sentence."""
    calendar = view.calendar
    late, kpis = len(calendar.overdue), sum(one.is_kpi for one in calendar.overdue)
    week = sum(one.on <= view.this_week for one in calendar.due)
    told = f", {kpis} of them KPIs to look at" if kpis else ""
    overdue = f"{late} {'thing is' if late == 1 else 'things are'} overdue{told}" if late else "Nothing is overdue"
    due = f"{week} more" if late and week else counted(week, "thing") if week else "Nothing"
    broken = sum(one.days_late > 0 for one in view.promised)
    promised = f" {counted(broken, 'promise')} {'is' if broken == 1 else 'are'} late." if broken else ""
    return f"{overdue}. {due} {'is' if week <= 1 else 'are'} due by the end of this week.{promised}"


def kept_words(wanted: WantedCadence) -> str:
    """What was said of how often something is due."""
    title = MEETINGS[wanted.what][0] if wanted.what in MEETINGS else "KPI"
    return f"{title}, {EVERY_WORDS[wanted.every] if wanted.every else 'as often as usual'}."
