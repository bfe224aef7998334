"""A page that holds meetings: what is typed into one is kept as typed, taken back step by step, and written out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QUndoStack
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.meetings import Meeting
from kpidesk.core.periods import Period
from kpidesk.core.reviews import Review
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.widgets.controls import card
from kpidesk.ui.widgets.meeting_cards import MeetingCards
from kpidesk.ui.widgets.meeting_head import MeetingHead
from kpidesk.ui.widgets.review_cards import ReviewCards
from kpidesk.ui.widgets.review_head import ReviewHead
from kpidesk.ui.widgets.review_meeting import Edit
from kpidesk.ui.widgets.review_parts import UndoKeys

M = TypeVar("M", bound=Meeting | Review)
SAVE_AFTER = 400
"""Milliseconds of rest after which what was typed is kept."""


class MeetingPage(Page, Generic[M]):
    """Base of the pages of reviews and of one-on-ones; a class because pages are widgets.

    `meeting` is the one in view with what was typed last, `job` the name of what is asked of the database for it.
    Subclasses call `begin` before they build their fields, and say how a meeting is saved, loaded and joined.
    """

    depends: ClassVar[Change] = Change.EVERYTHING
    asks: ClassVar[bool] = False
    only_now: ClassVar[bool] = True
    job: ClassVar[str] = ""
    head: MeetingHead | ReviewHead
    cards: MeetingCards | ReviewCards

    def begin(self) -> UndoKeys:
        """Start with nothing in view; gives what lets the fields undo and redo by key."""
        self.meeting: M | None = None
        self._workspace: Workspace = None
        self._wanted_id = 0
        self._unsaved = False
        self.undo_stack = QUndoStack(self)
        self._saver = QTimer(self, singleShot=True, interval=SAVE_AFTER)
        self._saver.timeout.connect(self._save)
        keys = UndoKeys(self)
        keys.undo.connect(self.undo_stack.undo)
        keys.redo.connect(self.undo_stack.redo)
        self.installEventFilter(keys)  # for when the cursor is in no field
        return keys

    def lay_out_list(self, shown: QWidget, wide: int) -> QHBoxLayout:
        """Put the list at the left, `wide` pixels; gives the row for what stands beside it."""
        outer = QHBoxLayout(self.body)
        outer.setSpacing(0)
        outer.setContentsMargins(24, 4, 0, 20)
        frame, column = card(margins=(1, 14, 1, 8))
        column.addWidget(shown)
        frame.setFixedWidth(wide)
        outer.addWidget(frame)
        return outer

    def sheet_part(self) -> QWidget:
        """Head and cards under each other, in a new widget."""
        made = QWidget()
        column, top = QVBoxLayout(made), QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top.setContentsMargins(16, 0, 24, 0)
        top.addWidget(self.head)
        column.addLayout(top)
        column.addWidget(self.cards, 1)
        return made

    # --- what a kind of meeting has of its own ----------------------------------------------------------------------

    @abstractmethod
    def save_typed(self, workspace: Workspace, meeting: M) -> M:
        """Keep a meeting; runs on the database thread."""

    @abstractmethod
    def joined(self, found: M, mine: M, *, unsaved: bool) -> M:
        """A meeting as it is kept with what stands on the page and is not kept: all of it, or what is unfinished."""

    @abstractmethod
    def take_numbers(self, mine: M, kept: M) -> None:
        """Take the numbers under which what was agreed was kept."""

    @abstractmethod
    def show_typed(self) -> None:
        """Show the meeting in view with what was typed last."""

    @abstractmethod
    def ask_held(self) -> None:
        """Ask for the sheet of the meeting wanted."""

    # --- loading ----------------------------------------------------------------------------------------------------

    def to_show(self, found: M) -> M:
        """A meeting that was loaded, with what was typed while it was on its way; another one starts afresh."""
        mine = self.meeting
        if mine is not None and mine.id == found.id:
            return self.joined(found, mine, unsaved=self._unsaved)
        self.undo_stack.clear()
        self.cards.verticalScrollBar().setValue(0)
        return found

    def not_opened(self, error: UserError) -> None:
        """Say why a meeting cannot be shown."""
        self.show_state(PageState(error.problem, error.advice, "Try again", self.reload))

    def has_cursor(self) -> bool:
        """Whether the cursor is somewhere on the page."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    # --- what is typed ----------------------------------------------------------------------------------------------

    def set_period(self, period: Period) -> None:
        """Talk about another period; only until the numbers are sealed."""
        if self.meeting is not None and self.meeting.state == "draft":
            self.edit("period", question=replace(self.meeting.question, period=period))

    def step(self, count: int) -> None:
        """Go to the period before or after, unless the numbers are sealed."""
        if self.head.picker.isVisible():
            self.head.picker.step(count)

    def choose_period(self) -> None:
        """Open the list of periods, unless the numbers are sealed."""
        if self.head.picker.isVisible():
            self.head.picker.open_list()

    def edit(self, field: str, **typed: Any) -> None:
        """Take what was typed into a field as a step that can be taken back."""
        before = self.meeting
        if before is None or before.state == "closed":
            return
        after = replace(before, **typed)
        if after != before:
            self.undo_stack.push(Edit(field, before, after, self._put))

    def _put(self, wanted: M) -> None:
        """Take what was typed, by hand or by undo, show it and keep it soon."""
        before = self.meeting
        if before is None:
            return
        self.meeting = self.joined(before, wanted, unsaved=True)
        self._unsaved = True
        if not self._saver.isActive():  # typing without a pause must not put the keeping off
            self._saver.start()
        self.show_typed()
        if self.meeting.question != before.question:
            self._wanted_id = before.id  # an untouched draft would follow the newest period again
            self._save()
            self.ask_held()

    def keep(self) -> None:
        """Keep what was typed and is not kept yet."""
        self._save()

    def _save(self) -> None:
        self._saver.stop()
        meeting, mine = self.meeting, self._workspace
        if meeting is None or not self._unsaved:
            return
        self._unsaved = False

        def save(workspace: Workspace) -> M | None:
            # another workspace may have been opened meanwhile
            return self.save_typed(workspace, meeting) if workspace is mine else None

        self.shell.jobs.ask(f"{self.job}:keep:{meeting.id}", save, self._kept, self.shell.show_error, certain=True)

    def _kept(self, kept: M | None) -> None:
        mine = self.meeting
        if kept is not None and mine is not None and kept.id == mine.id and mine.state != "closed":
            self.take_numbers(mine, kept)

    def replaced(self, meeting: M | None) -> None:
        """A draft was deleted, or one brought back."""
        self._saver.stop()
        self.undo_stack.clear()
        self.meeting, self._unsaved = None, False
        self._wanted_id = meeting.id if meeting is not None else 0
        self.shell.announce(Change.REVIEWS)

    # --- what is done with it ---------------------------------------------------------------------------------------

    def act(self, name: str, act: Callable[[Workspace], Any], done: Callable[[Any], None]) -> None:
        """Keep what was typed and do something with it on the database thread."""
        self.keep()
        self.shell.jobs.ask(f"{self.job}:{name}", act, done, self.shell.show_error)

    def write_out(self, write: Callable[[Workspace], Path]) -> None:
        """Write a copy to a file and say where it is."""
        self.act("export", write, lambda made: self.shell.toast(f"Written to {made.name}."))

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what was typed before another page is shown."""
        self.keep()
        super().hideEvent(event)
