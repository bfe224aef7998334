"""One-on-ones: a rep, what happened since you last met, the numbers, and what you agree; frozen when it closes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent, QUndoStack
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.reviews import Review, Settled, Sheet, for_others
from kpidesk.core.scorecards import Question
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel, confirm
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.presenter import Presenter
from kpidesk.ui.widgets.controls import card
from kpidesk.ui.widgets.review_asking import drop_goal, prepare_all, read_answer, send_form, set_goal
from kpidesk.ui.widgets.review_cards import ReviewCards
from kpidesk.ui.widgets.review_commitments import numbered
from kpidesk.ui.widgets.review_copies import ask_copy, write_copy
from kpidesk.ui.widgets.review_drafts import can_delete, delete_draft
from kpidesk.ui.widgets.review_head import ReviewHead
from kpidesk.ui.widgets.review_list import RepList
from kpidesk.ui.widgets.review_meeting import (
    Desk,
    Edit,
    Meeting,
    load_desk,
    load_meeting,
    typed_into,
    with_step,
    with_unfinished,
)
from kpidesk.ui.widgets.review_parts import UndoKeys, tab_through

WIDEST_LIST = 280  # large text must not take the room of the sheet
WAITING = "Putting the sheet together…"
SAVE_AFTER = 400
"""Milliseconds of rest after which what was typed is kept."""


class OneOnOnesPage(Page):
    """Reps at the left, the sheet of one at the right; a class because pages are widgets."""

    page_id: ClassVar[str] = "one-on-ones"
    title: ClassVar[str] = "One-on-ones"
    icon: ClassVar[str] = "users"
    help_text: ClassVar[str] = "Prepare, hold and close the meeting with a rep"
    depends: ClassVar[Change] = Change.EVERYTHING
    asks: ClassVar[bool] = False
    only_now: ClassVar[bool] = True

    def build(self) -> None:
        """List on the left; head and cards on the right."""
        self.desk: Desk | None = None
        self.meeting: Meeting | None = None
        self.review: Review | None = None
        self.scope: Scope | None = None
        self.presenter: Presenter | None = None
        self._workspace: Workspace = None
        self._wanted_id = 0
        self._unsaved = self._greets = False
        self._then: Callable[[], None] | None = None
        self.undo_stack = QUndoStack(self)
        self._saver = QTimer(self, singleShot=True, interval=SAVE_AFTER)
        self._saver.timeout.connect(self.keep)
        outer = QHBoxLayout(self.body)
        outer.setSpacing(0)
        outer.setContentsMargins(24, 4, 0, 20)
        frame, column = card(margins=(1, 14, 1, 8))
        self.list = RepList(self.theme)
        column.addWidget(self.list)
        frame.setFixedWidth(min(self.theme.px(224), WIDEST_LIST))
        outer.addWidget(frame)
        self.waiting = PlainLabel(WAITING, "muted", wrap=True)
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sheet_part = self._build_sheet()
        self.sheet_part.hide()
        outer.addWidget(self.waiting, 1)
        outer.addWidget(self.sheet_part, 1)
        self._connect()

    def _build_sheet(self) -> QWidget:
        keys, theme = UndoKeys(self), self.theme
        keys.undo.connect(self.undo_stack.undo)
        keys.redo.connect(self.undo_stack.redo)
        self.installEventFilter(keys)  # for when the cursor is in no field
        self.head = ReviewHead(theme)
        self.cards = ReviewCards(theme, keys)
        made = QWidget()
        column, top = QVBoxLayout(made), QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top.setContentsMargins(16, 0, 24, 0)
        top.addWidget(self.head)
        column.addLayout(top)
        column.addWidget(self.cards, 1)
        return made

    def _connect(self) -> None:
        self.list.chosen.connect(self.open_rep)
        self.list.prepare.connect(self.prepare_all)
        self.head.period.connect(self.set_period)
        self.head.meeting.connect(self.open_meeting)
        self.head.start.connect(self.start)
        self.head.close_meeting.connect(self.close_meeting)
        self.head.present.connect(self.present)
        self.head.delete.connect(self.delete_draft)
        cards = self.cards
        cards.lines.opened.connect(self._open_rows)
        cards.promises.overruled.connect(self.overrule)
        cards.edited.connect(lambda name, typed: self._edit(name, **typed))
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
        self._ask_meeting()

    def _show_reps(self, desk: Desk) -> None:
        """The list again, after something was prepared for the rep that was left."""
        self.desk = desk
        if self.scope is not None:
            self.list.show_entries(desk.entries, self.scope.id)

    def _go_to_data(self) -> None:
        self.shell.show_page("data")

    def open_rep(self, scope: Scope) -> None:
        """Go to a rep, also from another page; remembered when the page is still loading."""
        if self.scope is not None and scope.id == self.scope.id and not self._wanted_id:
            return
        self.keep()
        self.scope, self._wanted_id = scope, 0
        self.list.mark(scope.id)
        self.head.set_waiting(waiting=True)
        if self.desk is not None:
            self._ask_meeting()
            self.shell.jobs.ask("one-on-one:reps", load_desk, self._show_reps, self._not_opened)

    def open_meeting(self, review_id: object) -> None:
        """Go to another meeting of the rep; 0 is the one to come."""
        self.keep()
        self._wanted_id = int(str(review_id))
        self._ask_meeting()

    def _ask_meeting(self) -> None:
        scope, wanted = self.scope, self._wanted_id
        if scope is not None:
            self.shell.jobs.ask(
                "one-on-one", lambda ws: load_meeting(ws, scope, wanted), self.show_meeting, self._not_opened
            )

    def _not_opened(self, error: UserError) -> None:
        self.show_state(PageState(error.problem, error.advice, "Try again", self.reload))

    def show_meeting(self, meeting: Meeting) -> None:
        """Show a sheet; what was typed while it was on its way stays."""
        found, mine = meeting.sheet.review, self.review
        same = mine is not None and mine.id == found.id
        if same and mine is not None:
            found = typed_into(found, mine) if self._unsaved else with_unfinished(found, mine)
        if not same:
            self.undo_stack.clear()
            self.cards.verticalScrollBar().setValue(0)
        if self.presenter is not None and (mine is None or mine.scope.id != found.scope.id):
            self.presenter.close()
        self.meeting, self.review = meeting, found
        self._show_sheet()
        then, self._then = self._then, None
        if then is not None:
            then()

    def sheet(self) -> Sheet | None:
        """The sheet in view with what was typed last."""
        if self.meeting is None or self.review is None:
            return None
        return replace(self.meeting.sheet, review=self.review)

    def _show_sheet(self) -> None:
        meeting, sheet, desk = self.meeting, self.sheet(), self.desk
        if meeting is None or sheet is None or desk is None:
            return
        self.head.show_sheet(sheet, meeting.meetings, desk.settings, desk.as_of or self.shell.today())
        self.cards.show_sheet(sheet, meeting, desk.settings.stall_days)
        self.waiting.hide()
        self.sheet_part.show()
        self.head.set_waiting(waiting=False)
        self._show_typed()

    def _show_typed(self) -> None:
        meeting, review = self.meeting, self.review
        if meeting is None or review is None:
            return
        self.cards.show_typed(review, meeting, self.shell.today())
        self.head.show_typed(review)
        tab_through(self.head.layout(), self.cards.column)
        self._show_presenter()

    # --- what is typed --------------------------------------------------------------------------------------------

    def set_period(self, period: Period) -> None:
        """Talk about another period; only until the numbers are sealed."""
        if self.review is not None and self.review.state == "draft":
            self._edit("period", question=replace(self.review.question, period=period))

    def step(self, count: int) -> None:
        """Go to the period before or after."""
        self.head.picker.step(count)

    def choose_period(self) -> None:
        """Open the list of periods, unless the numbers are sealed."""
        if self.head.picker.isVisible():
            self.head.picker.open_list()

    def _edit(self, field: str, **typed: Any) -> None:
        before = self.review
        if before is None or before.state == "closed":
            return
        after = replace(before, **typed)
        if after != before:
            self.undo_stack.push(Edit(field, before, after, self._put))

    def _edit_step(self, deal_id: int, text: str) -> None:
        if self.review is not None:
            self._edit(f"step:{deal_id}", next_steps=with_step(self.review, deal_id, text).next_steps)

    def _put(self, wanted: Review) -> None:
        """Take what was typed, by hand or by undo, show it and keep it soon."""
        before = self.review
        if before is None:
            return
        self.review = typed_into(before, wanted)
        self._unsaved = True
        if not self._saver.isActive():  # typing without a pause must not put the keeping off
            self._saver.start()
        self._show_typed()
        if self.review.question != before.question:
            self._wanted_id = before.id  # an untouched draft would follow the newest period again
            self.keep()
            self._ask_meeting()

    def keep(self) -> None:
        """Keep what was typed and is not kept yet."""
        self._saver.stop()
        review, mine = self.review, self._workspace
        if review is None or not self._unsaved:
            return
        self._unsaved = False

        def save(workspace: Workspace) -> Review | None:
            # another workspace may have been opened meanwhile
            return operations.save_review(workspace, review) if workspace is mine else None

        self.shell.jobs.ask(f"one-on-one:keep:{review.id}", save, self._kept, self.shell.show_error, certain=True)

    def _kept(self, kept: Review | None) -> None:
        mine = self.review
        if kept is None or mine is None or kept.id != mine.id or mine.state == "closed":
            return
        agreed = numbered(mine.commitments, kept.commitments)
        if agreed != mine.commitments:
            self.review = replace(mine, commitments=agreed)
            self.cards.agreed.take_numbers(agreed)

    # --- the meeting ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Seal the numbers: from here on both look at the same ones."""
        review = self.review
        if review is not None and review.state == "draft":
            self._act("start", lambda ws: operations.start_review(ws, review.id), self._changed)

    def close_meeting(self) -> None:
        """Freeze the sheet; asks first when nothing was agreed."""
        review = self.review
        if review is None or review.state == "closed":
            return
        bare = not any(one.text.strip() for one in review.commitments)
        if bare and not confirm(self, "Close the meeting", "Nothing was agreed.",
                                "A meeting closes best with one thing that somebody will do by a day.",
                                yes="Close it all the same", no="Back to the sheet"):  # fmt: skip
            return
        self._act("close", lambda ws: operations.close_review(ws, review.id, without_commitment=bare), self._closed)

    def overrule(self, commitment_id: int, state: Settled | None, reason: str) -> None:
        """Settle an earlier commitment by hand, or leave it to the files again."""
        self._act("overrule", lambda ws: operations.overrule(ws, commitment_id, state, reason), self._changed)

    def _act(self, name: str, act: Callable[[Workspace], Any], done: Callable[[Any], None]) -> None:
        self.keep()
        self.shell.jobs.ask(f"one-on-one:{name}", act, done, self.shell.show_error)

    def _changed(self, _answer: object, review_id: int = 0) -> None:
        if self.review is not None or review_id:
            self._wanted_id = review_id or (self.review.id if self.review is not None else 0)
        self.shell.announce(Change.REVIEWS)

    def _closed(self, sheet: Sheet) -> None:
        self.shell.toast(f"The meeting with {sheet.rep} is closed and frozen.")
        self._changed(sheet)

    def delete_draft(self) -> None:
        """Forget a draft after asking; the message at the foot brings it back."""
        if self.review is not None and can_delete(self.review):
            self.keep()
            delete_draft(self, self.shell, self.review, self._replaced)

    def _replaced(self, review: Review | None) -> None:
        """A draft was deleted, or one brought back."""
        self._saver.stop()
        self.undo_stack.clear()
        self.review, self._unsaved = None, False
        self.scope, self._wanted_id = (review.scope, review.id) if review else (self.scope, 0)
        self.shell.announce(Change.REVIEWS)

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

    def read_answer(self, path: Path | None = None) -> None:
        """Read what a rep sent back; a file that is given may be of any rep, whose sheet is shown then."""
        self.keep()
        read_answer(self, self.shell, self._answered, None if path else self.scope, path)

    def _answered(self, review: Review) -> None:
        self.shell.toast(f"The answer of {review.scope.name} is on the agenda.")
        if self.review is not None and self.review.id == review.id:
            self.undo_stack.clear()
        self.scope = review.scope
        self._changed(review, review.id)

    def _open_rows(self, kpi_id: str) -> None:
        meeting, review = self.meeting, self.review
        if meeting is not None and review is not None:
            asked = review.question if review.state == "draft" else meeting.question
            self.shell.open_receipt(kpi_id, asked, meeting.sealed(kpi_id))

    def _is_theirs(self) -> bool:
        """Whether the sheet in view is that of the rep chosen: that of another may still be on its way."""
        return self.review is not None and self.scope is not None and self.review.scope.id == self.scope.id

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
        to = ask_copy(self, sheet, self.shell.today(), manager=manager) if sheet is not None else None
        if to is not None:
            self.export_to(to, manager=manager)

    def export_to(self, to: Path, *, manager: bool = False) -> None:
        """Write a copy to a file, in the form that its ending names."""
        sheet = self.sheet()
        if sheet is not None:
            self._act("export", lambda ws: write_copy(ws, sheet, to, manager=manager),
                      lambda made: self.shell.toast(f"Written to {made.name}."))  # fmt: skip

    # --- events -----------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the search for a rep, unless the cursor is in the sheet already."""
        super().showEvent(event)
        focus = QApplication.focusWidget()
        self._greets = focus is None or not self.isAncestorOf(focus)
        if self._greets and self.shows_body:
            self._greets = False
            self.list.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what was typed before another page is shown."""
        self.keep()
        super().hideEvent(event)
