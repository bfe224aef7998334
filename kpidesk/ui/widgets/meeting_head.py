"""The head of a review: its kind and team, the period, how far it has come, and what can be done now."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kpidesk.core.meeting_sheets import MeetingSheet
from kpidesk.core.meetings import KIND_WORDS, Meeting
from kpidesk.core.settings import Settings
from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, icon_button, row, show_alone
from kpidesk.ui.widgets.meeting_text import about_words, code_words, state_words
from kpidesk.ui.widgets.pickers import PeriodPicker
from kpidesk.ui.widgets.review_head import TONES

SEALS = "Keeps the numbers as they are now, so that all look at the same ones"
FREEZES = "Freezes the sheet for good; open actions are carried to the next one"


class MeetingHead(QWidget):
    """Name, state, period and buttons; a class because it is a widget. `period` sends a Period."""

    period = Signal(object)
    start = Signal()
    close_meeting = Signal()
    following = Signal()
    delete = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.name = PlainLabel("", "title", wrap=True)
        self.about = PlainLabel("", "muted", wrap=True)
        self.state = PlainLabel("", "state")
        self.picker = PeriodPicker(theme)
        self.picker.chosen.connect(self.period)
        self.delete_button = icon_button(theme, "trash-2", "Delete the draft", self.delete.emit)
        self.start_button = button("Start the review", self.start.emit, kind="primary", hint=SEALS)
        self.close_button = button("Close the review", self.close_meeting.emit, kind="primary", hint=FREEZES)
        self.next_button = button("Prepare the next", self.following.emit, kind="primary")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.name)
        words.addWidget(self.about)
        acts = row(self.start_button, self.close_button, self.next_button)
        acts.insertLayout(0, words, 1)
        self.state.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.sealed = PlainLabel("", "small")
        line = row(self.state, self.sealed, self.delete_button, None, self.picker)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 0, 0, 4)
        column.setSpacing(8)
        column.addLayout(acts)
        column.addLayout(line)
        for widget in (self.delete_button, self.close_button, self.next_button):
            widget.hide()  # until a sheet asks for them, so that the page may be narrow

    def show_sheet(self, sheet: MeetingSheet, settings: Settings, today: date) -> None:
        """Show the head of a sheet."""
        meeting = sheet.meeting
        self.name.setText(f"{KIND_WORDS[meeting.kind]} · {sheet.name}")
        self.about.setText(about_words(sheet))
        self.state.setText(state_words(meeting))
        self.sealed.setText(code_words(sheet))
        restyle(self.state, "tone", TONES[meeting.state])
        self.picker.show_period(meeting.question.period, settings, sheet.as_of or today)
        self.picker.setVisible(meeting.state == "draft")
        self.delete_button.setVisible(meeting.state == "draft")  # what was started is kept
        self._show_act(meeting)

    def _show_act(self, meeting: Meeting) -> None:
        """Show what can be done now."""
        acts = {"draft": self.start_button, "started": self.close_button, "closed": self.next_button}
        show_alone(acts, meeting.state)
