"""The head of a one-on-one: who, which period, how far it has come, and what can be done now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kpidesk.core.review_words import day_words, with_manager
from kpidesk.core.reviews import Review, Sheet
from kpidesk.core.settings import Settings
from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, row, set_icon, show_alone
from kpidesk.ui.widgets.flow_row import FlowRow
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.pickers import PeriodPicker
from kpidesk.ui.widgets.review_drafts import can_delete
from kpidesk.ui.widgets.review_text import past_words, state_words
from kpidesk.ui.widgets.type_ahead import Choice

TONES = {"draft": "none", "started": "running", "closed": "closed"}


class ReviewHead(QWidget):
    """Name, state, period and buttons; a class because it is a widget.

    `period` sends a Period, `meeting` the id of another meeting of the rep to look at (0: the one to come), `following`
    says that the next one is to be prepared.
    """

    period = Signal(object)
    meeting = Signal(object)
    following = Signal()
    start = Signal()
    close_meeting = Signal()
    present = Signal()
    delete = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.name = PlainLabel("", "title", elide=True)
        self.about = PlainLabel("", "muted", wrap=True)  # what it says of a first day must not be cut
        self.state = PlainLabel("", "state")
        self.picker = PeriodPicker(theme)
        self.picker.chosen.connect(self.period)
        self.sealed_period = PlainLabel("", "muted")
        self.past = PickButton(theme, "Meeting", "calendar")
        self.past.chosen.connect(self.meeting)
        self.present_button = button("Present", self.present.emit, hint="Large and calm, only this rep (F11)")
        set_icon(self.present_button, theme, "presentation", size=16)
        self.delete_button = button("Delete the draft", self.delete.emit, kind="quiet", hint="Forgets what was typed")
        self.start_button = button("Start the meeting", self.start.emit, kind="primary", hint="Seals the numbers")
        self.close_button = button("Close the meeting", self.close_meeting.emit, kind="primary", hint="Freezes it all")
        self.next_button = button("Prepare the next", self.following.emit, kind="primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 0, 0, 4)
        column.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.name)
        words.addWidget(self.about)
        acts = row(self.present_button, self.start_button, self.close_button, self.next_button)
        acts.insertLayout(0, words, 1)
        column.addLayout(acts)
        self.state.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        column.addLayout(FlowRow(self.state, self.delete_button, None, self.past, self.picker, self.sealed_period))
        for widget in (self.delete_button, self.close_button, self.next_button, self.past, self.sealed_period):
            widget.hide()  # until a sheet asks for them, so that the page may be narrow

    def show_sheet(self, sheet: Sheet, meetings: Sequence[Review], settings: Settings, today: date) -> None:
        """Show the head of a sheet; `meetings` are all of the rep's, newest first."""
        review = sheet.review
        self.name.setText(sheet.rep)
        header = " · ".join(part for part in (with_manager(sheet), day_words(sheet)) if part)
        self.about.setText(header)
        self.about.setVisible(bool(header))
        self.state.setText(state_words(review))
        restyle(self.state, "tone", TONES[review.state])
        self.show_period(review, settings, sheet.as_of or today)
        self._show_meetings(review, meetings)
        self._show_act(review)
        self.show_typed(review)

    def set_waiting(self, *, waiting: bool) -> None:
        """Nothing can be done to the sheet of one rep while that of another is on its way."""
        for act in (self.present_button, self.start_button, self.close_button, self.next_button, self.delete_button):
            act.setEnabled(not waiting)

    def show_typed(self, review: Review) -> None:
        """Offer to delete a draft that was prepared or typed into; there is nothing to delete in another."""
        self.delete_button.setVisible(can_delete(review))

    def _show_act(self, review: Review) -> None:
        """Show what can be done now."""
        acts = {"draft": self.start_button, "started": self.close_button, "closed": self.next_button}
        show_alone(acts, review.state)

    def show_period(self, review: Review, settings: Settings, known: date) -> None:
        """Show the period, which can be chosen until the numbers are sealed."""
        period = review.question.period
        self.picker.show_period(period, settings, known)
        self.picker.setVisible(review.state == "draft")
        self.sealed_period.setText(period.label)
        self.sealed_period.setVisible(review.state == "started")

    def _show_meetings(self, review: Review, meetings: Sequence[Review]) -> None:
        closed = [one for one in meetings if one.state == "closed"]
        choices = [Choice("The meeting to come", 0, "draft", "pencil")]
        choices += [Choice(past_words(one), one.id, f"{len(one.commitments)} agreed", "lock") for one in closed]
        shown = past_words(review) if review.state == "closed" else f"Past ({len(closed)})"
        self.past.offer(choices, review.id if review.state == "closed" else 0, shown)
        self.past.setVisible(bool(closed))
