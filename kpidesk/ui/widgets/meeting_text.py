"""What the pages of reviews and of the calendar say of a review: in the list, in its head, and of what is due."""

from __future__ import annotations

from datetime import date

from kpidesk.core.cadences import EVERY_WORDS, Due, LastMet, late_words
from kpidesk.core.formats import day_text, period_text
from kpidesk.core.meeting_sheets import MeetingSheet
from kpidesk.core.meeting_words import since_words
from kpidesk.core.meetings import KIND_WORDS, Meeting, MeetingKind
from kpidesk.core.review_words import day_of, redacted_text
from kpidesk.core.reviews import ReviewState
from kpidesk.core.settings import Settings
from kpidesk.core.wording import capital
from kpidesk.ui.widgets.pickers import scope_name
from kpidesk.ui.widgets.two_lines import Dot, Face

SHORT: dict[MeetingKind, str] = {"weekly": "Weekly", "monthly": "Monthly", "forecast": "Forecast call"}
"""Kinds of reviews where there is little room."""
DOTS: dict[ReviewState, Dot] = {"draft": "ring", "started": "filled", "closed": ""}
NEAR = {0: "today", 1: "tomorrow"}
CONTENTS: dict[MeetingKind, str] = {
    "weekly": "Activity and pipeline of the last week that the data cover.",
    "monthly": "Outcome and quality of the last month that the data cover.",
    "forecast": "What each rep says will be booked, beside what the data say.",
}


def entry_name(meeting: Meeting, settings: Settings) -> str:
    """A review in the list: "Weekly · Enterprise"."""
    return f"{SHORT[meeting.kind]} · {scope_name(meeting.scope, settings)}"


def review_name(meeting: Meeting, settings: Settings) -> str:
    """A review by its whole name: "Weekly team review · Enterprise"."""
    return f"{KIND_WORDS[meeting.kind]} · {scope_name(meeting.scope, settings)}"


def entry_words(meeting: Meeting) -> str:
    """What stands below its name: the period, how far it has come, and of which day its data are."""
    stamp = meeting.closed_at if meeting.state == "closed" else meeting.started_at
    day = day_of(stamp) if stamp else None
    held = {"draft": "draft", "started": "in the meeting", "closed": f"closed {day_text(day)}" if day else "closed"}
    known = f"data of {day_text(meeting.as_of)}" if meeting.as_of is not None and meeting.as_of != day else ""
    return " · ".join(part for part in (meeting.question.period.label, held[meeting.state], known) if part)


def face_of(meeting: Meeting, settings: Settings) -> Face:
    """How a review looks in the list."""
    name, words = entry_name(meeting, settings), entry_words(meeting)
    return Face(name, words, DOTS[meeting.state])


def state_words(meeting: Meeting) -> str:
    """How far a review has come, in the badge of its head."""
    return {"draft": "Draft, numbers are live", "started": "In the meeting, numbers sealed",
            "closed": "Closed and frozen"}[meeting.state]  # fmt: skip


def about_words(sheet: MeetingSheet) -> str:
    """The days of the period, how many reps it is about, of which day the data are, and when it was closed."""
    shown = period_text(sheet.meeting.question.period)
    known = f"data of {day_text(sheet.as_of)}" if sheet.as_of is not None else "no data have been imported yet"
    closed = day_of(sheet.meeting.closed_at) if sheet.meeting.closed_at else None
    held = f"closed on {day_text(closed)}" if closed is not None else ""
    return " · ".join(part for part in (shown, sheet.header, known, held, redacted_text(sheet.redacted)) if part)


def code_words(sheet: MeetingSheet) -> str:
    """By what a print is known to show the same numbers; nothing while these can change, as in a call that runs."""
    state = sheet.meeting.state
    if not sheet.code or state == "draft" or (state == "started" and sheet.meeting.kind == "forecast"):
        return ""
    return f"prints carry the code {sheet.code}"


def moved_note(sheet: MeetingSheet) -> str:
    """From when moves are counted, in the corner of their card."""
    return capital(since_words(sheet))


def last_words(one: Due | LastMet) -> str:
    """When something last took place."""
    day = one.last if isinstance(one, Due) else one.on
    return day_text(day) if day is not None else "never"


def due_words(one: Due, today: date) -> str:
    """How late something is, or when it is due; today and tomorrow by name."""
    ahead = (one.on - today).days
    if not one.days_late and ahead in NEAR:
        return NEAR[ahead]
    return (
        f"since {day_text(one.on)}" if one.last is None and one.days_late else late_words(one).removeprefix("due on ")
    )


def every_words(one: Due | LastMet) -> str:
    """How often something is due; a cadence that somebody set is marked as such."""
    return f"{EVERY_WORDS[one.every]}{', as you set it' if one.own else ''}"
