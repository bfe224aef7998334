"""Made-up reviews of each kind whose every text from a file is a given name."""

from __future__ import annotations

from datetime import date

from kpidesk.core.coaching_goals import VerdictCount
from kpidesk.core.meeting_sheets import (
    Amount,
    CallLine,
    ForecastPart,
    ForecastRange,
    InitiativeLine,
    MeetingSheet,
    MemberCell,
    MemberRow,
    MemberTable,
    MovedDeal,
    MovedLine,
    PipelinePart,
    SignalLine,
    StageLine,
    StalledLine,
    TargetChange,
)
from kpidesk.core.meetings import Action, CarriedAction, Meeting, MeetingKind, Point
from kpidesk.core.people import Scope
from kpidesk.core.reviews import ReviewState
from kpidesk.core.scorecards import Question
from tests import sheets
from tests.ui.samples import AS_OF, QUARTER

MONEY = Amount(1_234_567.0, "$1.23M")


def meeting(kind: MeetingKind, name: str, state: ReviewState = "draft") -> Meeting:
    """A review into which everything was typed."""
    stamp = "2026-09-14T10:02:00"
    return Meeting(
        7, kind, Scope("team", name, 3), Question(QUARTER, Scope("team", name, 3)), state, (Point(name, True),), name,
        name, (Action(name, name, AS_OF, "win_rate", id=1, meeting_id=7),), stamp[:10],
        stamp if state != "draft" else "", stamp if state == "closed" else "", AS_OF if state != "draft" else None,
    )  # fmt: skip


def sheet(kind: MeetingKind, name: str, names: tuple[str, ...], state: ReviewState = "draft") -> MeetingSheet:
    """A sheet of a kind with everything in it; `names` are those of the reps."""
    carried = tuple(
        CarriedAction(Action(name, one, AS_OF, "win_rate", id=at, meeting_id=5), AS_OF, "overdue", name, name, "1", "2")
        for at, one in enumerate(names, 1)
    )
    cells = (MemberCell("27%", "26 of 96", 0.27, 96.0), MemberCell("", name))
    members = MemberTable(
        ("win_rate", "bookings"), (name, name), ("percent", "money"),
        tuple(MemberRow(Scope("rep", one, at), one, cells, name) for at, one in enumerate(names, 1)),
    )  # fmt: skip
    moved = (MovedLine(name, 12, MONEY, tuple(MovedDeal(one, name, MONEY, name) for one in names)),)
    pipeline = PipelinePart(
        (StageLine(name, 3, MONEY, name, name),), name, moved, name, (StalledLine(name, name, MONEY, name, name),),
        name, (name, name),
    )  # fmt: skip
    return MeetingSheet(
        meeting(kind, name, state), name, name, AS_OF, date(2026, 9, 7), "USD", carried, sheets.lines(), name,
        sheets.lines() if kind == "monthly" else (), members if kind != "forecast" else None,
        pipeline if kind == "weekly" else None,
        (SignalLine(name, name, name),), (name, name), (InitiativeLine(name, name, AS_OF, name, name),),
        (VerdictCount(name, 3),), name,
        (TargetChange("win_rate", name, Scope("rep", name, 1), name, name, name, name, name, AS_OF),),
        call(name, names, moved) if kind == "forecast" else None,
        met_before=True,
        since_review=True,
        code="7F3A-19C2",
    )  # fmt: skip


def call(name: str, names: tuple[str, ...], moved: tuple[MovedLine, ...]) -> ForecastPart:
    """A forecast call in which everybody has said something."""
    said = tuple(
        CallLine(Scope("rep", one, at), one, MONEY, MONEY, MONEY, MONEY, MONEY, MONEY, MONEY, name, AS_OF)
        for at, one in enumerate(names, 1)
    )
    total = CallLine(Scope("team", name, 3), name, MONEY)
    found = ForecastRange(1.0, 2.0, 3.0, "$1", "$2", "$3", name, 1.0, "$1", 2.5, "$2.50")
    return ForecastPart(total, said[0], said, found, name, moved, name, (name,))
