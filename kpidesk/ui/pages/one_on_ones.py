"""One-on-ones: a rep, what happened since you last met, the numbers, and what you agree; frozen when it closes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.people import Scope
from kpidesk.core.reviews import Review, Settled, Sheet, for_others
from kpidesk.core.scorecards import Question, Row
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.meeting_page import MeetingPage
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import PageState
from kpidesk.ui.presenter import Presenter
from kpidesk.ui.widgets.review_asking import drop_goal, may_close, prepare_all, read_answer, send_form, set_goal
from kpidesk.ui.widgets.review_cards import ReviewCards
from kpidesk.ui.widgets.review_commitments import numbered
from kpidesk.ui.widgets.review_copies import ask_copy, write_copy
from kpidesk.ui.widgets.review_drafts import can_delete, delete_draft
from kpidesk.ui.widgets.review_head import ReviewHead
from kpidesk.ui.widgets.review_list import RepList
from kpidesk.ui.widgets.review_meeting import (
    Desk,
    Held,
    load_desk,
    load_held,
    typed_into,
    with_step,
    with_unfinished,
)

WIDEST_LIST = 280  # large text must not take the room of the sheet
WAITING = "Putting the sheet together…"


class OneOnOnesPage(MeetingPage[Review]):
    """Reps at the left, the sheet of one at the right; a class because pages are widgets."""

    page_id: ClassVar[str] = "one-on-ones"
    title: ClassVar[str] = "One-on-ones"
    job: ClassVar[str] = "one-on-one"
    head: ReviewHead
    cards: ReviewCards

    def build(self) -> None:
        """List on the left; head and cards on the right."""
        keys = self.begin()
        self.desk: Desk | None = None
        self.held: Held | None = None
        self.scope: Scope | None = None
        self._chosen: Scope | None = None
        self.presenter: Presenter | None = None
        self._greets = False
        self._then: Callable[[], None] | None = None
        self.list = RepList(self.theme)
        self.head, self.cards = ReviewHead(self.theme), ReviewCards(self.theme, keys)
        self.waiting = PlainLabel(WAITING, "muted", wrap=True)
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.shown = self.sheet_part()
        self.shown.hide()
        outer = self.lay_out_list(self.list, min(self.theme.px(224), WIDEST_LIST))
        outer.addWidget(self.waiting, 1)
        outer.addWidget(self.shown, 1)
        self._connect()

    def _connect(self) -> None:
        self.list.chosen.connect(self.open_rep)
        self.list.prepare.connect(self.prepare_all)
        self.head.period.connect(self.set_period)
        self.head.meeting.connect(self.open_meeting)
        self.head.following.connect(self.prepare_next)
        self.head.start.connect(self.start)
        self.head.close_meeting.connect(self.close_meeting)
        self.head.present.connect(self.present)
        self.head.delete.connect(self.delete_draft)
        cards = self.cards
        cards.lines.opened.connect(self._open_rows)
        cards.lines.longer.connect(self._open_longer)
        cards.promises.overruled.connect(self.overrule)
        cards.edited.connect(lambda name, typed: self.edit(name, **typed))
        cards.step.connect(self._edit_step)
        cards.goals.wanted.connect(self.set_goal)
        cards.goals.dropped.connect(lambda number: drop_goal(self.shell, number))
        cards.prepare.form_wanted.connect(self.send_form)
        cards.prepare.answer_wanted.connect(self.read_answer)
        cards.private.copy_wanted.connect(lambda: self.export(manager=True))

    # --- loading -------------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:  # noqa: ARG002  # the list asks nothing
        """The reps and their meetings; the sheet of the one chosen is asked for on its own."""
        self._workspace = workspace
        return load_desk(workspace)

    def show_value(self, value: Any) -> None:
        """Show the reps and stay with the one in view."""
        self.desk = value
        if not value.entries:
            text = "Import a deals export from your CRM; the owners of its deals are the reps to meet."
            self.show_state(PageState("There is nobody to meet yet", text, "Import an export", self._go_to_data))
            return
        self.scope = value.rep_to_show(self.scope, self.question.scope if self.question is not None else None)
        self.list.show_entries(value.entries, self.scope.id)
        if self._greets:
            self._greets = False
            self.list.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ask_held()

    def entered(self) -> None:
        """Go to the rep chosen above the pages since this one was last seen; else whoever was in view stays."""
        before, chosen = self._chosen, self.shell.question.scope if self.shell.question is not None else None
        self._chosen = chosen
        if chosen is None or chosen == before or chosen.kind != "rep":
            return
        if self.desk is not None and self.desk.entries:
            self.open_rep(self.desk.rep_to_show(chosen, self.scope))

    def _ask_reps(self) -> None:
        self.shell.jobs.ask("one-on-one:reps", load_desk, self._show_reps, self.not_opened)

    def _show_reps(self, desk: Desk) -> None:
        """The list again, after something was prepared for the rep that was left."""
        self.desk = desk
        if self.scope is not None:
            self.list.show_entries(desk.entries, self.scope.id)

    def open_rep(self, scope: Scope) -> None:
        """Go to a rep, also from another page; remembered when the page is still loading."""
        if self.scope is not None and scope.id == self.scope.id and not self._wanted_id:
            return
        self.keep()
        self.scope, self._wanted_id = scope, 0
        self.list.mark(scope.id)
        self.head.set_waiting(waiting=True)
        if self.desk is not None:
            self.ask_held()
            self._ask_reps()

    def open_meeting(self, review_id: object) -> None:
        """Look at another meeting of the rep; 0 is the one to come."""
        self.keep()
        self._wanted_id = int(str(review_id))
        self.ask_held()

    def prepare_next(self) -> None:
        """Prepare the meeting to come and go to it; the list says so."""
        self.keep()
        self._wanted_id = 0
        self.ask_held(prepare=True)
        self._ask_reps()

    def ask_held(self, *, prepare: bool = False) -> None:
        """Ask for the sheet of the rep in view: the one wanted, or that of the meeting to come."""
        scope, wanted = self.scope, self._wanted_id
        if scope is not None:
            self.shell.jobs.ask("one-on-one", lambda ws: load_held(ws, scope, wanted, prepare=prepare), self.show_held,
                                self.not_opened)  # fmt: skip

    def show_held(self, held: Held) -> None:
        """Show a sheet; what was typed while it was on its way stays."""
        found = self.to_show(held.sheet.review)
        is_another = self.meeting is None or self.meeting.scope.id != found.scope.id
        if self.presenter is not None and is_another:
            self.presenter.close()
        self.held, self.meeting = held, found
        self._show_sheet()
        then, self._then = self._then, None
        if then is not None:
            then()

    def sheet(self) -> Sheet | None:
        """The sheet in view with what was typed last."""
        if self.held is None or self.meeting is None:
            return None
        return replace(self.held.sheet, review=self.meeting)

    def _show_sheet(self) -> None:
        held, sheet, desk = self.held, self.sheet(), self.desk
        if held is None or sheet is None or desk is None:
            return
        self.head.show_sheet(sheet, held.meetings, desk.settings, desk.as_of or self.shell.today())
        self.cards.show_sheet(sheet, held, desk.settings)
        self.waiting.hide()
        self.shown.show()
        self.head.set_waiting(waiting=False)
        self.show_typed()

    def show_typed(self) -> None:
        """Show what was typed last, large too where the sheet is presented."""
        held, review = self.held, self.meeting
        if held is None or review is None:
            return
        self.cards.show_typed(review, held, self.shell.today())
        self.head.show_typed(review)
        self._show_presenter()

    # --- what is typed --------------------------------------------------------------------------------------------

    def _edit_step(self, deal_id: int, text: str) -> None:
        if self.meeting is not None:
            self.edit(f"step:{deal_id}", next_steps=with_step(self.meeting, deal_id, text).next_steps)

    def keep(self) -> None:
        """Keep what was typed and is not kept yet, a point that was not ended with Enter too."""
        self.cards.agenda.add()
        super().keep()

    def save_typed(self, workspace: Workspace, meeting: Review) -> Review:
        """Keep a one-on-one."""
        return operations.save_review(workspace, meeting)

    def joined(self, found: Review, mine: Review, *, unsaved: bool) -> Review:
        """A one-on-one with what was typed, or with the commitments that have no words yet."""
        return typed_into(found, mine) if unsaved else with_unfinished(found, mine)

    def take_numbers(self, mine: Review, kept: Review) -> None:
        """Take the numbers under which commitments were kept."""
        agreed = numbered(mine.commitments, kept.commitments)
        if agreed != mine.commitments:
            self.meeting = replace(mine, commitments=agreed)
            self.cards.agreed.take_numbers(agreed)

    # --- the meeting ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Seal the numbers: from here on both look at the same ones."""
        review = self.meeting
        if review is not None and review.state == "draft":
            self.act("start", lambda ws: operations.start_review(ws, review.id), self._changed)

    def close_meeting(self) -> None:
        """Freeze the sheet after asking; nothing brings it back."""
        review = self.meeting
        if review is None or review.state == "closed":
            return
        bare = not any(one.text.strip() for one in review.commitments)
        if not may_close(self, review):
            return
        self.act("close", lambda ws: operations.close_review(ws, review.id, without_commitment=bare), self._closed)

    def overrule(self, commitment_id: int, state: Settled | None, reason: str) -> None:
        """Settle an earlier commitment by hand, or leave it to the files again."""
        self.act("overrule", lambda ws: operations.overrule(ws, commitment_id, state, reason), self._changed)

    def _changed(self, _answer: object, review_id: int = 0) -> None:
        if self.meeting is not None or review_id:
            self._wanted_id = review_id or (self.meeting.id if self.meeting is not None else 0)
        self.shell.announce(Change.REVIEWS)

    def _closed(self, sheet: Sheet) -> None:
        self.shell.toast(f"The meeting with {sheet.rep} is closed and frozen.")
        self._changed(sheet)

    def delete_draft(self) -> None:
        """Forget a draft after asking; the message at the foot brings it back."""
        if self.meeting is not None and can_delete(self.meeting):
            self.keep()
            delete_draft(self, self.shell, self.meeting, self.replaced)

    def replaced(self, meeting: Review | None) -> None:
        """A draft was deleted, or one brought back, with its rep."""
        self.scope = meeting.scope if meeting is not None else self.scope
        super().replaced(meeting)

    def prepare_all(self) -> None:
        """Make a draft for everybody who is due this week; cancelled, none of them is kept."""
        self.keep()
        prepare_all(self.shell, self.list)

    def set_goal(self) -> None:
        """Ask for a coaching goal of the rep in view."""
        sheet = self.sheet()
        if sheet is not None and self.scope is not None and self._is_theirs():
            self.keep()
            set_goal(self, self.shell, sheet, self.scope, self.shell.today())

    def send_form(self) -> None:
        """Write a preparation form for the rep in view."""
        if self.scope is not None:
            self.keep()
            send_form(self, self.shell, self.scope)

    def read_answer(self, path: Path | None = None, following: Sequence[Path] = ()) -> None:
        """Read what a rep sent back; a file that is given may be of any rep, whose sheet is shown then.

        Those `following` come one after the other, each once the one before it was taken or left.
        """
        self.keep()
        scope = None if path else self.scope
        read_answer(self, self.shell, self._answered, scope, path, lambda: self._read_following(following))

    def _read_following(self, paths: Sequence[Path]) -> None:
        if paths:
            self.read_answer(paths[0], paths[1:])

    def _answered(self, review: Review) -> None:
        self.shell.toast(f"The answer of {review.scope.name} is on the agenda.")
        if self.meeting is not None and self.meeting.id == review.id:
            self.undo_stack.clear()
        self.scope = review.scope
        self._changed(review, review.id)

    def _open_rows(self, kpi_id: str) -> None:
        held, review = self.held, self.meeting
        if held is not None and review is not None:
            asked = review.question if review.state == "draft" else held.question
            self.shell.open_receipt(kpi_id, asked, held.sealed(kpi_id))

    def _open_longer(self, row: Row) -> None:
        held = self.held
        if held is not None and self.meeting is not None:
            as_of = held.sheet.as_of if self.meeting.state != "draft" else None
            longer = row.long_question(replace(held.question, as_of=as_of))
            if longer is not None:
                self.shell.open_receipt(row.kpi.id, replace(longer, scope=held.question.scope))

    def _is_theirs(self) -> bool:
        """Whether the sheet in view is that of the rep chosen: that of another may still be on its way."""
        return self.meeting is not None and self.scope is not None and self.meeting.scope.id == self.scope.id

    def when_shown(self, act: Callable[[], None]) -> None:
        """Do something with the sheet, as soon as it is there."""
        if self._is_theirs() and self.shows_body:
            act()
        else:
            self._then = act

    # --- what leaves the page ---------------------------------------------------------------------------------------

    def present(self) -> None:
        """Show the sheet large and calm in a window of its own, with nobody else on it."""
        sheet = self.sheet()
        if sheet is None:
            return
        if self.presenter is None:
            self.presenter = Presenter(self.theme, self.window())
            self.presenter.destroyed.connect(self._presented)
        self._show_presenter()
        self.presenter.show_large(self.window().screen())

    def _presented(self) -> None:
        self.presenter = None

    def _show_presenter(self) -> None:
        sheet = self.sheet()
        if self.presenter is not None and sheet is not None:
            self.presenter.show_sheet(for_others(sheet))

    def to_hand_over(self) -> tuple[str, Sheet] | None:
        """What a copy for others is of, by name."""
        sheet = self.sheet()
        return ("this one-on-one", sheet) if sheet is not None else None

    def export(self, *, manager: bool = False) -> None:
        """Ask for a file and write the rep's copy to it, or the manager's own."""
        sheet = self.sheet()
        if sheet is None:
            self.shell.toast("There is no one-on-one in view to export. Prepare or choose one first.")
            return
        to = ask_copy(self, sheet, self.shell.today(), manager=manager)
        if to is not None:
            self.export_to(to, manager=manager)

    def export_to(self, to: Path, *, manager: bool = False) -> None:
        """Write a copy to a file, in the form that its ending names."""
        sheet = self.sheet()
        if sheet is not None:
            self.write_out(lambda ws: write_copy(ws, sheet, to, manager=manager))

    # --- events -----------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the search for a rep, unless the cursor is in the sheet already."""
        super().showEvent(event)
        self._greets = not self.has_cursor()
        if self._greets and self.shows_body:
            self._greets = False
            self.list.search.setFocus(Qt.FocusReason.OtherFocusReason)
