"""The cards of a review under each other, in the order of the meeting."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal

from kpidesk.core.meeting_sheets import MeetingSheet
from kpidesk.core.meetings import Meeting
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.meeting_actions import ActionsCard, Given
from kpidesk.ui.widgets.meeting_call import CallCard
from kpidesk.ui.widgets.meeting_carried import CarriedCard
from kpidesk.ui.widgets.meeting_loading import Desk, Held
from kpidesk.ui.widgets.meeting_pipeline import MovedDeals, PipelineCard, StalledDeals
from kpidesk.ui.widgets.meeting_points import PointsCard
from kpidesk.ui.widgets.meeting_sections import (
    BegunCard,
    DataSayCard,
    MembersCard,
    NumbersCard,
    SignalsCard,
    TargetsCard,
    VerdictsCard,
    WhyCard,
)
from kpidesk.ui.widgets.page_parts import Column, fill
from kpidesk.ui.widgets.review_lines import ThenAndNow
from kpidesk.ui.widgets.review_notes import NotesCard, PrivateCard
from kpidesk.ui.widgets.review_parts import UndoKeys

NUMBERS = {"weekly": "Activity", "monthly": "Outcome and quality", "forecast": "Booked so far"}


class MeetingCards(Column):
    """All cards of a review; a class because it is a widget.

    `edited` sends the name of what was edited, by which typing is undone in one step, and the fields of the review
    with what was typed.
    """

    edited = Signal(str, object)

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        super().__init__(margins=(16, 0, 12, 0), widest=1040, centred=False)
        self.then, self.carried, self.numbers = ThenAndNow(theme, "you all"), CarriedCard(theme), NumbersCard(theme)
        self.quarter = NumbersCard(theme)
        self.call, self.say, self.members = CallCard(theme), DataSayCard(theme), MembersCard(theme)
        self.pipeline, self.moved, self.stalled = PipelineCard(theme), MovedDeals(theme), StalledDeals(theme)
        self.why, self.signals, self.begun = WhyCard(theme), SignalsCard(theme), BegunCard(theme)
        self.verdicts, self.targets = VerdictsCard(theme), TargetsCard(theme)
        self.points, self.notes = PointsCard(theme, keys), NotesCard(theme, keys)
        self.agreed, self.private = ActionsCard(theme, keys), PrivateCard(theme, keys)
        self.notes.note.setText("on every copy")
        self.notes.text.setAccessibleName("Notes of the review")
        self.private.words.setText("Never on a print, an export or anybody else's copy.")
        fill(self.column, self.then, self.carried, self.numbers, self.quarter, self.say, self.call, self.members,
             self.pipeline, self.moved, self.stalled, self.why, self.signals, self.begun, self.verdicts, self.targets,
             self.points, self.notes, self.agreed, 8, self.private)  # fmt: skip
        self.column.addStretch(1)
        edited = self.edited.emit
        self.points.changed.connect(lambda points, name: edited(name, {"agenda": points}))
        self.agreed.changed.connect(lambda actions, name: edited(name, {"actions": actions}))
        self.notes.typed.connect(lambda text: edited("notes", {"notes": text}))
        self.private.typed.connect(lambda text: edited("private", {"private": text}))

    def show_held(self, held: Held, today: date) -> None:
        """Show what the data say, live or as it was sealed."""
        sheet = held.sheet
        self.then.show_differences(held.differences)
        self.numbers.show_sheet(sheet, NUMBERS[sheet.meeting.kind])
        self.quarter.show_quarter(sheet)
        self.call.show_part(sheet.forecast, today, read_only=sheet.meeting.state == "closed")
        self.say.show_part(sheet.forecast)
        for part in (self.carried, self.members, self.pipeline, self.moved, self.stalled, self.why, self.signals,
                     self.begun, self.verdicts, self.targets):  # fmt: skip
            part.show_sheet(sheet)

    def show_typed(self, meeting: Meeting, sheet: MeetingSheet, desk: Desk, today: date) -> None:
        """Show what was typed; of a closed review it can only be read."""
        closed = meeting.state == "closed"
        given = Given(desk.names, tuple(line.row.kpi for line in sheet.lines), today)
        self.points.show_points(meeting.agenda, read_only=closed)
        self.notes.show_notes(meeting.notes, read_only=closed)
        self.private.show_notes(meeting.private, read_only=closed)
        self.agreed.show_actions(meeting.actions, given, read_only=closed)
