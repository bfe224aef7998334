"""The reviews under each other, newest first, and the button that prepares another one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from kpidesk.core.meetings import Meeting
from kpidesk.core.settings import Settings
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.found_list import Entry, FoundList
from kpidesk.ui.widgets.meeting_text import face_of
from kpidesk.ui.widgets.page_parts import button


def entry_of(meeting: Meeting, settings: Settings) -> Entry:
    """A review in the list; it is found by its name and by what stands below it."""
    face = face_of(meeting, settings)
    return Entry(meeting.id, face, f"{face.name} {face.words} review", tip=f"{face.name}: {face.words}")


class MeetingList(FoundList):
    """The list of reviews; a class because it is a widget.

    `took` sends the number of the review to show, `prepare` that another one is wanted, `due` that the calendar is.
    """

    prepare = Signal()
    due = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "review", "Reviews, the newest first")
        self.meetings: tuple[Meeting, ...] = ()
        self.new = button("&Prepare…", self.prepare.emit, "primary", "A draft with its numbers")
        self.calendar = button("What is &due…", self.due.emit, "", "The calendar of this week and next")
        self.foot.addWidget(self.new)
        self.foot.addWidget(self.calendar)

    def show_meetings(self, meetings: Sequence[Meeting], settings: Settings, meeting_id: int) -> None:
        """Show the reviews with one of them marked, without telling anyone."""
        self.meetings = tuple(meetings)
        self.show_found([entry_of(one, settings) for one in meetings], meeting_id)
