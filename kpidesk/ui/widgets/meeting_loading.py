"""What the pages of reviews and of the calendar ask of the operations; everything here runs on the database thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kpidesk import operations
from kpidesk.core.cadences import MEETINGS, ONE_ON_ONE, Cadence, Due, ReviewCalendar
from kpidesk.core.carried import OpenPromise
from kpidesk.core.kpis import Kpi
from kpidesk.core.meeting_sheets import MeetingSheet
from kpidesk.core.meetings import KINDS, MOST_ACTIONS, Meeting, MeetingKind
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Period, period_of, shift
from kpidesk.core.reviews import Difference
from kpidesk.core.settings import Settings
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.widgets.pickers import scope_name


@dataclass(frozen=True, slots=True)
class Desk:
    """Every review, newest first, and what a new one may be about: scopes, and the usual period of each kind.

    `names` are the people who can be given something to do, `as_of` the day of the newest data.
    """

    meetings: tuple[Meeting, ...]
    settings: Settings
    as_of: date | None
    scopes: tuple[Scope, ...] = (ORG,)
    names: tuple[str, ...] = ()
    usual: tuple[tuple[MeetingKind, Period], ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A review as its sheet shows it, and what differs today where it is frozen.

    `as_of` is the day as of which its numbers are asked for that are not sealed in it.
    """

    sheet: MeetingSheet
    differences: tuple[Difference, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class CalendarView:
    """The calendar up to the end of next week, the last days of both weeks, and how many one-on-ones are to prepare.

    `own` is how often things are due wherever somebody has said so, also what is never due any more.
    """

    calendar: ReviewCalendar
    this_week: date
    next_week: date
    to_prepare: int
    settings: Settings
    as_of: date | None
    own: tuple[Due, ...] = ()
    promised: tuple[OpenPromise, ...] = ()


def load_desk(workspace: Workspace) -> Desk:
    """Every review and what a new one may be about."""
    people, known = operations.scopes(workspace), operations.data_date(workspace)
    teams = sorted((Scope("team", one.name, one.id) for one in people.teams), key=lambda one: one.name.casefold())
    day = known or workspace.today
    here = (one.name for one in people.people if one.end_at is None or one.end_at > day)
    usual = tuple((kind, operations.period_for(workspace, kind)) for kind in KINDS)
    return Desk(operations.team_reviews(workspace), operations.settings(workspace), known, (ORG, *teams),
                tuple(sorted(here, key=str.casefold)), usual)  # fmt: skip


def load_held(workspace: Workspace, meeting_id: int) -> Held:
    """One review; a frozen one with what differs today."""
    sheet = operations.team_review_sheet(workspace, meeting_id)
    is_closed = sheet.meeting.state == "closed"
    found = operations.team_review_differences(workspace, meeting_id) if is_closed else ()
    return Held(sheet, found, operations.asked_as_of(workspace, sheet))


def load_calendar(workspace: Workspace) -> CalendarView:
    """What is due this week and next, and what is overdue."""
    counting = operations.settings(workspace)
    week = period_of(workspace.today, "week", counting)
    following = shift(week, 1, counting).last_day
    found = operations.agenda(workspace, following)
    waiting = sum(
        one.what == ONE_ON_ONE and one.on <= week.last_day and not one.draft and not one.note for one in found.every
    )
    own = tuple(_own(workspace, one, found.today, counting) for one in operations.cadences(workspace))
    return CalendarView(found, week.last_day, following, waiting, counting, operations.data_date(workspace), own,
                        operations.still_open(workspace))  # fmt: skip


def _own(workspace: Workspace, one: Cadence, today: date, counting: Settings) -> Due:
    """What somebody said of how often something is due, as a line of the calendar."""
    title = operations.find_kpi(workspace, one.kpi_id).name if one.kpi_id else MEETINGS[one.what][0]
    whose = scope_name(one.scope, counting)
    return Due(one.what, title, one.scope, whose, max(one.from_day or today, today), one.every, own=True)


def load_kpis(workspace: Workspace) -> tuple[Kpi, ...]:
    """The KPIs in use that the data can compute: those that a target can be set for."""
    return tuple(one.kpi for one in operations.kpis(workspace, "active") if one.computable and not one.kpi.coaching)


def typed_into(meeting: Meeting, typed: Meeting) -> Meeting:
    """A review with what was typed into another copy of it; how far it has come stays, a sealed period too."""
    question = typed.question if meeting.state == "draft" else meeting.question
    return replace(meeting, agenda=typed.agenda, notes=typed.notes, private=typed.private, actions=typed.actions,
                   question=question)  # fmt: skip


def kept_part(meeting: Meeting) -> Meeting:
    """What of a review can be kept now: an action without words or owner waits on the page until it has both."""
    return replace(meeting, actions=tuple(one for one in meeting.actions if one.text.strip() and one.owner.strip()))


def with_unfinished(meeting: Meeting, mine: Meeting) -> Meeting:
    """A review as it is kept with the actions on the page that are not whole yet and so are not kept."""
    left = tuple(one for one in mine.actions if not (one.text.strip() and one.owner.strip()))
    if meeting.state == "closed" or not left:
        return meeting
    return replace(meeting, actions=(*meeting.actions, *left)[:MOST_ACTIONS])
