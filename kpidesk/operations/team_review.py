"""Team reviews: prepared as a draft, sealed when they start, frozen when they close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kpidesk import store
from kpidesk.core.cadences import unheld
from kpidesk.core.carried import left_over
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.goals import Target
from kpidesk.core.meeting_sheets import MeetingSheet
from kpidesk.core.meetings import (
    KIND_WORDS,
    ActionState,
    Meeting,
    MeetingKind,
    Point,
    ReviewAction,
    check_meeting,
    is_untouched,
)
from kpidesk.core.people import UNASSIGNED, Scope
from kpidesk.core.periods import Period
from kpidesk.core.review_words import day_of
from kpidesk.core.reviews import Difference
from kpidesk.core.scorecards import Question
from kpidesk.core.texts import folded
from kpidesk.operations.differences import Sealed, differences_of
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.goals import set_target
from kpidesk.operations.sealing import code_of, with_receipts
from kpidesk.operations.target_changes import target_changes
from kpidesk.operations.team_review_sheet import carried, live, period_for
from kpidesk.operations.workspace import Workspace, all_or_none, data_date, scopes, settings, stamp

MOST_ROWS = 2_000
"""How many rows behind a number are sealed with it: a whole company may have a hundred thousand."""
NO_REASON = "A target is changed in a review only with a reason."
_CLOSED = "This review is closed and does not change any more."


def team_reviews(ws: Workspace, kind: MeetingKind | None = None, scope: Scope | None = None) -> tuple[Meeting, ...]:
    """The team reviews, of one kind and about one scope where these are given, newest first."""
    return tuple(
        one
        for one in store.load_meetings(ws.db)
        if kind in (None, one.kind) and (scope is None or (one.scope.kind, one.scope.id) == (scope.kind, scope.id))
    )


def actions_with(ws: Workspace, scope: Scope) -> tuple[ReviewAction, ...]:
    """What closed reviews agreed that a rep does and that is still open, what is due first at the top.

    An action has a name, not a rep: the rep's own name and every other they are known by are looked for.
    """
    known = store.people_by_name(ws.db)
    found = (
        ReviewAction(action, KIND_WORDS[one.kind], scope_name(ws, one.scope), day)
        for one in team_reviews(ws)
        if (day := day_of(one.closed_at)) is not None
        for action in one.actions
        if action.state == "open" and known.get(folded(action.owner)) == scope.id
    )
    return tuple(sorted(found, key=lambda one: (one.action.due, one.action.id)))


def open_team_review(ws: Workspace, kind: MeetingKind, scope: Scope, period: Period | None = None) -> Meeting:
    """The review of a kind about a scope that is not closed yet, or a new draft.

    Without a period a weekly review is about the last week that the data cover, a monthly one about the last month,
    or about the next one where a review of that was held; a forecast call is about the quarter of the newest data.

    Raises:
        UserError: the scope is neither the org nor a team.
    """
    _check_scope(ws, kind, scope)
    unfinished = next((one for one in team_reviews(ws, kind, scope) if one.state != "closed"), None)
    if unfinished is not None:
        return _with_left_over(ws, unfinished)
    number = store.add_meeting(ws.db, kind, scope, period or _next(ws, kind, scope), ws.today)
    draft = replace(store.load_meeting(ws.db, number), agenda=_left_over(ws, kind, scope))
    if draft.agenda:
        store.keep_meeting(ws.db, draft)
    return draft


def _with_left_over(ws: Workspace, meeting: Meeting) -> Meeting:
    """A review that was begun before points were carried over, once with those that the one before it left over."""
    known = {one.text for one in meeting.agenda}
    left = tuple(one for one in _left_over(ws, meeting.kind, meeting.scope) if one.text not in known)
    if meeting.state != "draft" or not left or not store.take_uncarried(ws.db, "meetings", meeting.id):
        return meeting
    return save_team_review(ws, replace(meeting, agenda=(*left, *meeting.agenda)))


def _next(ws: Workspace, kind: MeetingKind, scope: Scope) -> Period:
    """What the next review of a kind about a scope is about: never a week or month of which one was held."""
    return unheld(period_for(ws, kind), kind, scope, team_reviews(ws, kind), settings(ws))


def _left_over(ws: Workspace, kind: MeetingKind, scope: Scope) -> tuple[Point, ...]:
    """The points that the last review of a kind about a scope did not come to."""
    last = store.last_meeting(ws.db, kind, scope)
    return left_over(store.load_meeting(ws.db, last.id).agenda, last.day) if last is not None else ()


def _check_scope(ws: Workspace, kind: MeetingKind, scope: Scope) -> None:
    name = KIND_WORDS[kind].lower()
    if scope.kind == "rep":
        raise UserError(f"A {name} is held with a team, not with {scope.name} alone.", "Prepare a one-on-one instead.")
    if scope == UNASSIGNED or scope.kind == "role":
        raise UserError(f"A {name} is held with the organisation or a team.", "Choose one of them.")
    teams = {team.id: team.name for team in scopes(ws).teams}
    if scope.kind == "team" and scope.id not in teams:
        raise UserError(f"There is no team '{scope.name}'.", nearest(scope.name, teams.values()))


def save_team_review(ws: Workspace, meeting: Meeting) -> Meeting:
    """Keep what was typed; an action without words is not kept yet, and only a draft may change its period.

    Raises:
        UserError: the review is closed, or holds what it cannot.
    """
    known = store.load_meeting(ws.db, meeting.id)
    if known.state == "closed":
        raise UserError(_CLOSED, "Write it into the next one.")
    points = tuple(one for one in meeting.agenda if one.text.strip())
    worded = replace(meeting, agenda=points, actions=tuple(one for one in meeting.actions if one.text.strip()))
    check_meeting(worded)
    store.keep_meeting(ws.db, worded if known.state == "draft" else replace(worded, question=known.question))
    return store.load_meeting(ws.db, meeting.id)


def team_review_sheet(ws: Workspace, meeting_id: int) -> MeetingSheet:
    """Everything a review shows: live for a draft, with sealed numbers once started, frozen once closed.

    Raises:
        UserError: there is no such review, its team is no more, or its sheet is damaged.
    """
    meeting = store.load_meeting(ws.db, meeting_id)
    if meeting.state == "closed":
        return store.load_meeting_sheet(ws.db, meeting_id)
    if meeting.state == "draft":
        return live(ws, meeting)
    sealed = replace(store.load_meeting_sheet(ws.db, meeting_id), meeting=meeting, carried=carried(ws, meeting))
    if meeting.kind == "monthly":
        return replace(sealed, target_changes=target_changes(ws, meeting))
    return _with_said(ws, sealed)


def _with_said(ws: Workspace, sealed: MeetingSheet) -> MeetingSheet:
    """A forecast call with what was said since it began, and a code of its own for that."""
    from kpidesk.operations.forecast_call import said_since

    if sealed.forecast is None:
        return sealed
    told = replace(sealed, forecast=said_since(ws, sealed.meeting.question, sealed.forecast))
    return told if told.forecast == sealed.forecast else replace(told, code=_code(told))


def preview_team_review(ws: Workspace, kind: MeetingKind, scope: Scope, period: Period | None = None) -> MeetingSheet:
    """What a new review of a kind about a scope would show; nothing is kept.

    Raises:
        UserError: the scope is neither the org nor a team.
    """
    _check_scope(ws, kind, scope)
    question = Question(period or _next(ws, kind, scope), scope)
    return live(ws, Meeting(0, kind, scope, question, agenda=_left_over(ws, kind, scope)))


def start_team_review(ws: Workspace, meeting_id: int) -> MeetingSheet:
    """Seal the numbers with their rows and definitions; starting again changes nothing.

    Raises:
        UserError: there is no such review, or the workspace cannot be written.
    """
    meeting = store.load_meeting(ws.db, meeting_id)
    if meeting.state == "draft":
        begun = replace(meeting, state="started", started_at=stamp(ws), as_of=data_date(ws))
        shown = live(ws, begun)
        lines = with_receipts(ws, shown.lines, meeting.question, first=MOST_ROWS)
        sealed = replace(shown, lines=lines)
        store.keep_meeting_start(ws.db, replace(sealed, code=_code(sealed)))
    return team_review_sheet(ws, meeting_id)


def _code(sealed: MeetingSheet) -> str:
    typed = replace(sealed.meeting, agenda=(), notes="", private="", actions=(), started_at="", closed_at="",
                    as_of=None)  # fmt: skip
    return code_of(replace(sealed, meeting=typed, carried=(), target_changes=(), code=""))


def close_team_review(ws: Workspace, meeting_id: int, *, without_action: bool = False) -> MeetingSheet:
    """Freeze the whole sheet, after starting it where that was left out; closing again changes nothing.

    Raises:
        UserError: nothing was agreed, unless that is as it should be.
    """
    meeting = store.load_meeting(ws.db, meeting_id)
    if meeting.state == "closed":
        return team_review_sheet(ws, meeting_id)
    if not meeting.actions and not without_action:
        advice = "Write down one with its owner and day, or close without one: --without-action."
        raise UserError("No action was agreed.", advice)
    with all_or_none(ws):
        sealed = start_team_review(ws, meeting_id)
        frozen = replace(sealed, meeting=replace(sealed.meeting, state="closed", closed_at=stamp(ws)))
        store.keep_meeting_close(ws.db, frozen)
    return team_review_sheet(ws, meeting_id)


def asked_as_of(ws: Workspace, sheet: MeetingSheet) -> date | None:
    """As of which day to ask for a number of a sheet that is not sealed in it: of a draft as of today.

    Of a started one as of the day of the meeting, when targets had been set that its data were older than; as of its
    data where data of a day between the two have come in since.
    """
    meeting = sheet.meeting
    if meeting.state == "draft" or sheet.as_of is None:
        return None
    day = day_of(meeting.started_at or meeting.closed_at)
    is_known = day is not None and not any(
        sheet.as_of < one.data_date <= day for one in store.import_history(ws.db)
    )  # fmt: skip
    return max(day, sheet.as_of) if day is not None and is_known else sheet.as_of


def settle_action(ws: Workspace, action_id: int, state: ActionState, reason: str = "") -> None:
    """Say what became of an action, with a reason; `open` takes that back.

    Raises:
        UserError: there is no such action, or no reason.
    """
    if state != "open" and not reason.strip():
        raise UserError("An action is not settled without a word.", "Say in a few words what came of it.")
    store.settle_action(ws.db, action_id, state, " ".join(reason.split()) if state != "open" else "")


def delete_team_review(ws: Workspace, meeting_id: int) -> None:
    """Forget a draft.

    Raises:
        UserError: it was started, or there is none.
    """
    if store.load_meeting(ws.db, meeting_id).state != "draft":
        raise UserError("A review that was started is kept.", "Close it, without an action if need be.")
    store.delete_meeting(ws.db, meeting_id)


def restore_team_review(ws: Workspace, meeting: Meeting) -> Meeting:
    """Bring a draft back that was deleted, with all that was typed into it; it may get another number.

    Raises:
        UserError: another review of that kind was begun since, or the team is no more.
    """
    present = open_team_review(ws, meeting.kind, meeting.scope, meeting.question.period)
    if not is_untouched(present, _left_over(ws, meeting.kind, meeting.scope)):
        raise UserError("Another review of this kind was begun since.", "Delete or close it first.")
    return save_team_review(ws, replace(meeting, id=present.id))


def change_target_in_review(ws: Workspace, meeting_id: int, target: Target, reason: str) -> Target:
    """Set a target in a review that is not closed, with the reason that the review then shows.

    Earlier periods keep what they had.

    Raises:
        UserError: the review is closed, no reason is given, or the target cannot be set.
    """
    if store.load_meeting(ws.db, meeting_id).state == "closed":
        raise UserError(_CLOSED, "Change the target in the next one.")
    if not reason.strip():
        raise UserError(NO_REASON, "Say in a few words why.")
    return set_target(ws, target, " ".join(reason.split()))


def team_review_differences(ws: Workspace, meeting_id: int) -> tuple[Difference, ...]:
    """The sealed numbers of a review beside today's for the same scope, period and KPI; none for a draft.

    Raises:
        UserError: there is no such review, or its sheet is damaged.
    """
    meeting = store.load_meeting(ws.db, meeting_id)
    if meeting.state == "draft":
        return ()
    sealed = store.load_meeting_sheet(ws.db, meeting_id)
    about = Sealed(sealed.name, sealed.as_of, sealed.currency)
    return differences_of(ws, about, sealed.lines, meeting.question)
