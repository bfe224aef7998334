"""Reviews: the weekly team review, the monthly leadership review and the forecast call, from draft to frozen sheet."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.meeting_sheets import MeetingSheet
from kpidesk.core.meetings import Meeting, MeetingKind, read_action_state
from kpidesk.core.papers import Paper
from kpidesk.core.people import ORG, Scope
from kpidesk.core.pipeline import Pick
from kpidesk.core.scorecards import Question, Row
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.meeting_page import MeetingPage
from kpidesk.ui.page import PageState
from kpidesk.ui.widgets.meeting_actions import numbered
from kpidesk.ui.widgets.meeting_asking import (
    Said,
    ask_copy,
    asked_of,
    closed_words,
    delete_draft,
    may_close,
    may_leave_call,
    prepare,
    sealed_rows,
    started_words,
    submit_all,
    submitted_words,
    write_copy,
)
from kpidesk.ui.widgets.meeting_call import WantedForecast
from kpidesk.ui.widgets.meeting_cards import MeetingCards
from kpidesk.ui.widgets.meeting_head import MeetingHead
from kpidesk.ui.widgets.meeting_list import MeetingList
from kpidesk.ui.widgets.meeting_loading import (
    Desk,
    Held,
    kept_part,
    load_desk,
    load_held,
    typed_into,
    with_unfinished,
)
from kpidesk.ui.widgets.meeting_pile import SheetOrDeals
from kpidesk.ui.widgets.meeting_sections import Behind
from kpidesk.ui.widgets.meeting_target import TargetDialog, ask_target
from kpidesk.ui.widgets.meeting_text import review_name
from kpidesk.ui.widgets.review_parts import lay_out

WIDEST_LIST = 300  # large text must not take the room of the sheet
EMPTY = "No review yet"
EMPTY_WORDS = (
    "A weekly team review goes through activity and pipeline, a monthly leadership review through outcome and quality,"
    " a forecast call through what everybody says will be booked."
)


class ReviewsPage(MeetingPage[Meeting]):
    """Reviews at the left, the sheet of one at the right; a class because pages are widgets."""

    page_id: ClassVar[str] = "reviews"
    title: ClassVar[str] = "Reviews"
    job: ClassVar[str] = "review"
    head: MeetingHead
    cards: MeetingCards

    def build(self) -> None:
        """List on the left; head and cards on the right, or the deals behind a number in their place."""
        keys = self.begin()
        self.desk: Desk | None = None
        self.held: Held | None = None
        self.dialog: TargetDialog | None = None
        self.list = MeetingList(self.theme)
        self.head, self.cards = MeetingHead(self.theme), MeetingCards(self.theme, keys)
        self.pile = SheetOrDeals(self.shell, self.sheet_part())
        outer = self.lay_out_list(self.list, min(self.theme.px(236), WIDEST_LIST))
        outer.addWidget(self.pile, 1)
        self._connect()

    def _connect(self) -> None:
        self.list.took.connect(self.open_meeting)
        self.list.prepare.connect(self.prepare)
        self.list.due.connect(partial(self._go_to, "calendar"))
        self.head.period.connect(self.set_period)
        self.head.start.connect(self.start)
        self.head.close_meeting.connect(self.close_meeting)
        self.head.following.connect(self.prepare_next)
        self.head.delete.connect(self.delete_draft)
        cards = self.cards
        cards.edited.connect(lambda name, typed: self.edit(name, **typed))
        cards.carried.settled.connect(self.settle)
        cards.numbers.opened.connect(self._open_rows)
        cards.quarter.opened.connect(self._open_quarter)
        for lines in (cards.numbers, cards.quarter):
            lines.longer.connect(self._open_longer)
        cards.members.opened.connect(self._open_member)
        cards.call.wanted.connect(self.submit)
        cards.targets.wanted.connect(self.change_target)
        cards.private.copy_wanted.connect(lambda: self.export(private=True))
        for part in (cards.pipeline, cards.moved, cards.stalled):
            part.opened.connect(self._open_deals)
        cards.stalled.deal_opened.connect(partial(self.pile.open_deal, alone=True))

    # --- loading -------------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:  # noqa: ARG002  # the list asks nothing
        """Every review; the sheet of the one chosen is asked for on its own."""
        self._workspace = workspace
        return load_desk(workspace)

    def show_value(self, value: Any) -> None:
        """Show the reviews and stay with the one in view."""
        self.desk = value
        if not value.meetings:
            self.held = self.meeting = None
            self.show_state(self._nothing(value))
            return
        self._wanted_id = self._to_show(value)
        self.list.show_meetings(value.meetings, value.settings, self._wanted_id)
        self._leave_other()
        self.ask_held()

    def _nothing(self, desk: Desk) -> PageState:
        if desk.as_of is None:
            text = "Import a deals export from your CRM; a review then begins with its numbers filled in."
            return PageState(EMPTY, text, "Import an export", partial(self._go_to, "data"))
        return PageState(EMPTY, EMPTY_WORDS, "Prepare a review…", self.prepare, "What is due…",
                         partial(self._go_to, "calendar"))  # fmt: skip

    def _go_to(self, page_id: str) -> None:
        self.shell.show_page(page_id)

    def _to_show(self, desk: Desk) -> int:
        """The review asked for or in view, else one that runs, else the newest."""
        known = [one.id for one in desk.meetings]
        running = [one.id for one in desk.meetings if one.state == "started"]
        mine = self.meeting.id if self.meeting is not None else 0
        return next(one for one in (self._wanted_id, mine, *running, *known) if one in known)

    def open_meeting(self, meeting_id: int) -> None:
        """Go to another review."""
        if self.meeting is not None and self.meeting.id == meeting_id:
            return
        if self.cards.call.unsubmitted() and not may_leave_call(self):
            self.list.mark(self._wanted_id)
            return
        self.keep()
        self._wanted_id = meeting_id
        self.list.mark(meeting_id)
        self._leave_other()
        self.ask_held()

    def _leave_other(self) -> None:
        """Say that the sheet wanted is on its way, unless it is in view: nothing can be done to another meanwhile."""
        wanted, desk = self._wanted_id, self.desk
        if desk is None or (self.meeting is not None and self.meeting.id == wanted):
            return
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.pile.isAncestorOf(focus)
        self.held = self.meeting = None
        self.undo_stack.clear()
        self.cards.call.forget()
        self.pile.close_deals()
        found = next(one for one in desk.meetings if one.id == wanted)
        self.pile.wait(review_name(found, desk.settings))
        if had_focus:
            self.list.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_kind(self, kind: MeetingKind, scope: Scope) -> None:
        """Go to the review of a kind with a team that is not closed yet, or begin one; also from another page."""
        self.keep()
        self.shell.jobs.ask(
            "review:prepare", lambda ws: operations.open_team_review(ws, kind, scope), self._prepared,
            self.shell.show_error,
        )  # fmt: skip

    def ask_held(self) -> None:
        """Ask for the sheet of the review wanted."""
        number = self._wanted_id
        self.shell.jobs.ask("review", lambda ws: load_held(ws, number), self.show_held, self.not_opened)

    def show_held(self, held: Held) -> None:
        """Show a sheet; what was typed while it was on its way stays."""
        self.held, self.meeting = held, self.to_show(held.sheet.meeting)
        desk = self.desk
        if desk is not None:
            self.head.show_sheet(held.sheet, desk.settings, desk.as_of or self.shell.today())
            self.cards.show_held(held, self.shell.today())
            self.show_typed()
            self.pile.show_sheet()
            lay_out(self.cards)

    def sheet(self) -> MeetingSheet | None:
        """The sheet in view with what was typed last."""
        if self.held is None or self.meeting is None:
            return None
        return replace(self.held.sheet, meeting=kept_part(self.meeting))

    def show_typed(self) -> None:
        """Show what was typed last."""
        held, meeting, desk = self.held, self.meeting, self.desk
        if held is not None and meeting is not None and desk is not None:
            self.cards.show_typed(meeting, held.sheet, desk, self.shell.today())

    # --- what is typed --------------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Keep what was typed and is not kept yet, a point that was not ended with Enter too."""
        self.cards.points.add()
        super().keep()

    def save_typed(self, workspace: Workspace, meeting: Meeting) -> Meeting:
        """Keep what of a review can be kept now."""
        return operations.save_team_review(workspace, kept_part(meeting))

    def joined(self, found: Meeting, mine: Meeting, *, unsaved: bool) -> Meeting:
        """A review with what was typed, or with the actions that are not whole yet."""
        return typed_into(found, mine) if unsaved else with_unfinished(found, mine)

    def take_numbers(self, mine: Meeting, kept: Meeting) -> None:
        """Take the numbers under which actions were kept."""
        agreed = numbered(mine.actions, kept.actions)
        if agreed != mine.actions:
            self.meeting = replace(mine, actions=agreed)
            self.cards.agreed.take_numbers(agreed)

    def unset(self) -> str:
        """Forecasts that were typed and not submitted, and actions that nobody owns yet."""
        typed = self.cards.call.unsubmitted()
        waiting = self.meeting is not None and any(one.text.strip() and not one.owner.strip()
                                                   for one in self.meeting.actions)  # fmt: skip
        told = (
            f"{counted(typed, 'forecast')} typed on Reviews {'is' if typed == 1 else 'are'} not submitted."
            if typed else "",
            "An action on Reviews has nobody who does it." if waiting else "",
        )  # fmt: skip
        return " ".join(part for part in told if part)

    # --- the review -----------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Ask which review to prepare; proposes the kind and team of the one in view."""
        if self.desk is not None:
            self.keep()
            kind: MeetingKind = self.meeting.kind if self.meeting is not None else "weekly"
            scope = self.meeting.scope if self.meeting is not None else ORG
            prepare(self, self.shell, self.desk, kind, scope, self._prepared)

    def prepare_next(self) -> None:
        """Begin the review that follows the one in view."""
        if self.meeting is not None:
            self.open_kind(self.meeting.kind, self.meeting.scope)

    def _prepared(self, meeting: Meeting) -> None:
        self._wanted_id = meeting.id
        self.shell.announce(Change.REVIEWS)

    def start(self) -> None:
        """Seal the numbers: from here on all look at the same ones."""
        meeting = self.meeting
        if meeting is not None and meeting.state == "draft":
            self.act("start", lambda ws: operations.start_team_review(ws, meeting.id), self._started)

    def _started(self, sheet: MeetingSheet) -> None:
        self.shell.toast(started_words(sheet))
        self._changed()

    def close_meeting(self) -> None:
        """Freeze the sheet; asks first when nothing was agreed."""
        meeting = self.meeting
        if meeting is None or meeting.state == "closed":
            return
        bare = not kept_part(meeting).actions
        if not may_close(self, meeting):
            return
        self.act("close", lambda ws: operations.close_team_review(ws, meeting.id, without_action=bare), self._closed)

    def _closed(self, sheet: MeetingSheet) -> None:
        self.shell.toast(closed_words(sheet))
        self._changed()

    def settle(self, action_id: int, state: str, reason: str) -> None:
        """Say what became of an earlier action."""
        known = read_action_state(state)
        self.act("settle", lambda ws: operations.settle_action(ws, action_id, known, reason), self._changed)

    def submit(self, wanted: tuple[WantedForecast, ...]) -> None:
        """Submit the forecasts that were typed in a call."""
        meeting = self.meeting
        if meeting is not None and wanted:
            self.act("submit", lambda ws: submit_all(ws, meeting, wanted), self._submitted)

    def _submitted(self, said: Said) -> None:
        self.cards.call.show_problems(dict(said.refused))
        words = submitted_words(said)
        if words:
            self.shell.announce(Change.DATA | Change.REVIEWS)
            self.shell.toast(words)

    def change_target(self) -> None:
        """Ask for another target, with the reason that the sheet then shows."""
        held, meeting, desk = self.held, self.meeting, self.desk
        if held is not None and meeting is not None and desk is not None and meeting.state != "closed":
            self.keep()
            ask_target(self, self.shell, meeting, desk, held.sheet.kpi_ids, self._asked_target)

    def _asked_target(self, dialog: TargetDialog) -> None:
        self.dialog = dialog
        dialog.destroyed.connect(self._target_closed)

    def _target_closed(self) -> None:
        self.dialog = None

    def delete_draft(self) -> None:
        """Forget a draft; the message at the foot brings it back."""
        if self.meeting is not None and self.meeting.state == "draft":
            self.keep()
            delete_draft(self, self.shell, self.meeting, self.replaced)

    def _changed(self, _answer: object = None) -> None:
        self.shell.announce(Change.REVIEWS)

    # --- what lies behind a number ----------------------------------------------------------------------------------

    def _open_rows(self, kpi_id: str) -> None:
        held = self.held
        if held is not None:
            sealed = sealed_rows(held.sheet, kpi_id)
            asked = held.sheet.meeting.question if sealed is not None else asked_of(held)
            self.shell.open_receipt(kpi_id, asked, sealed)

    def _open_quarter(self, kpi_id: str) -> None:
        if self.held is not None:
            period = self.held.sheet.quarter[0].row.period
            self.shell.open_receipt(kpi_id, replace(asked_of(self.held), period=period))

    def _open_longer(self, row: Row) -> None:
        held = self.held
        if held is not None:
            longer = row.long_question(asked_of(held))
            if longer is not None:
                self.shell.open_receipt(row.kpi.id, longer)

    def _open_member(self, behind: Behind) -> None:
        if self.held is not None:
            self.shell.open_receipt(behind.kpi_id, asked_of(self.held, behind.scope))

    def _open_deals(self, pick: Pick, label: str) -> None:
        if self.held is not None:
            self.pile.open_deals(self.held.sheet, pick, label)

    # --- what leaves the page ---------------------------------------------------------------------------------------

    def to_hand_over(self) -> tuple[str, Paper] | None:
        """What a copy for others is of, by name."""
        sheet = self.sheet()
        return ("this review", operations.meeting_paper(sheet)) if sheet is not None else None

    def export(self, *, private: bool = False) -> None:
        """Ask for a file and write a copy to it, with the manager's own notes only when `private`."""
        sheet = self.sheet()
        if sheet is None:
            self.shell.toast("There is no review in view to export. Prepare or choose one first.")
            return
        to = ask_copy(self, sheet, private=private)
        if to is not None:
            self.export_to(to, private=private)

    def export_to(self, to: Path, *, private: bool = False) -> None:
        """Write a copy to a file, in the form that its ending names."""
        sheet = self.sheet()
        if sheet is not None:
            self.write_out(lambda ws: write_copy(ws, sheet, to, private=private))

    # --- events -----------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the list, unless the cursor is in the sheet already."""
        super().showEvent(event)
        if not self.has_cursor():
            self.list.view.setFocus(Qt.FocusReason.OtherFocusReason)
