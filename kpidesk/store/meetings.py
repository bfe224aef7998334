"""Team reviews: what was typed, what is to be done, and the sheet as it was sealed.

Nothing here is a figure of the data, so the numbers computed before stay good when it is written. A review lies with
whoever bears the name of its team; one whose team is no more lies aside and is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kpidesk.core.errors import UserError
from kpidesk.core.meeting_sheets import MeetingSheet
from kpidesk.core.meetings import Action, ActionState, Meeting, MeetingKind, Point
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question
from kpidesk.store.database import Database, damaged, now
from kpidesk.store.frozen import to_json, tuple_from_json
from kpidesk.store.scopes import Names, period_of, scope_names, scope_of
from kpidesk.store.sealed import seal, sealed_sheet
from kpidesk.store.uncarried import note_uncarried

_DAY = len("2026-09-14")
_MEETINGS = (
    "SELECT m.id, kind, scope_kind, scope_id, start, end, grain, key, label, state, agenda, notes,"
    " coalesce(n.text, ''), created_at, started_at, closed_at, data_date FROM meetings m"
    " LEFT JOIN meeting_notes n ON n.meeting_id = m.id WHERE scope_id >= 0"
)
_ACTIONS = "SELECT a.text, owner, due, kpi_id, a.state, reason, a.id, meeting_id FROM meeting_actions a"


@dataclass(frozen=True, slots=True)
class Agreed:
    """An action of a closed review: on which day it was made, about which period, and how its KPI stood then."""

    action: Action
    made_on: date
    question: Question


def load_meetings(db: Database) -> tuple[Meeting, ...]:
    """Every team review, newest first; none whose team is no more."""
    actions: dict[int, list[Action]] = {}
    for one in map(_action, db.rows(f"{_ACTIONS} ORDER BY place")):
        actions.setdefault(one.meeting_id, []).append(one)
    names = scope_names(db)
    rows = db.rows(f"{_MEETINGS} ORDER BY m.id DESC")
    return tuple(_meeting(db, names, row, tuple(actions.get(row[0], ()))) for row in rows)


def load_meeting(db: Database, meeting_id: int) -> Meeting:
    """One team review.

    Raises:
        UserError: there is none with this number, or its team is no more.
    """
    rows = db.rows(f"{_MEETINGS} AND m.id=?", (meeting_id,))
    if not rows:
        whose = db.one("SELECT scope_name FROM meetings WHERE id=?", (meeting_id,))
        if whose is not None:
            raise UserError(
                f"Review {meeting_id} was held with '{whose}', which is no more.", "Choose one of the list."
            )
        raise UserError(f"There is no review {meeting_id}.", "Choose one of the list.")
    actions = db.rows(f"{_ACTIONS} WHERE meeting_id=? ORDER BY place", (meeting_id,))
    return _meeting(db, scope_names(db), rows[0], tuple(map(_action, actions)))


def _meeting(db: Database, names: Names, row: tuple[Any, ...], actions: tuple[Action, ...]) -> Meeting:
    number, kind, of, scope_id, start, end, grain, key, label, state, agenda, notes, private, *stamps = row
    try:
        points = tuple_from_json(Point, agenda)
        period = period_of(start, end, grain, key, label)
    except ValueError:
        raise damaged(db.path) from None
    scope = scope_of(names, of, scope_id)
    created, started, closed, known = stamps
    as_of = date.fromisoformat(known) if known else None
    typed = (points, notes, private, actions)
    return Meeting(number, kind, scope, Question(period, scope), state, *typed, created, started, closed, as_of)


def _action(row: tuple[Any, ...]) -> Action:
    text, owner, due, *rest = row
    return Action(text, owner, date.fromisoformat(due), *rest)


def add_meeting(db: Database, kind: MeetingKind, scope: Scope, period: Period, day: date) -> int:
    """Begin a review of a kind about a scope and a period; gives its number."""
    days = (period.start.isoformat(), period.end.isoformat())
    values = (kind, scope.kind, scope.id, *days, period.grain, period.key, period.label, day.isoformat())
    sql = (
        "INSERT INTO meetings(kind, scope_kind, scope_id, start, end, grain, key, label, created_at, state, agenda,"
        " notes, started_at, closed_at, sheet_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'draft', '[]', '', '', '', '')"
    )
    with db.writing("review", f"{kind} about {scope.kind} {scope.id}", numbers=False):
        note_uncarried(db)
        return int(db.connection.execute(sql, values).lastrowid or 0)


def keep_meeting(db: Database, meeting: Meeting) -> None:
    """Keep what was typed into a review that is not closed; its period too."""
    period, number = meeting.question.period, meeting.id
    days = (period.start.isoformat(), period.end.isoformat())
    values = (*days, period.grain, period.key, period.label, to_json(meeting.agenda), meeting.notes, number)
    with db.writing(numbers=False):
        db.run("UPDATE meetings SET start=?, end=?, grain=?, key=?, label=?, agenda=?, notes=? WHERE id=?", values)
        db.run("INSERT OR REPLACE INTO meeting_notes VALUES (?, ?)", (number, meeting.private))
        _keep_actions(db, number, meeting.actions)
        _log_once_a_day(db, f"typed {number}")


def _log_once_a_day(db: Database, detail: str) -> None:
    """Saving as typed would fill the log; one entry a day tells that a backup is due."""
    newest = db.rows("SELECT substr(at, 1, 10), detail FROM audit ORDER BY id DESC LIMIT 1")
    if newest != [(now()[:_DAY], detail)]:
        db.log("review", detail)


def _keep_actions(db: Database, meeting_id: int, given: tuple[Action, ...]) -> None:
    known = {number for (number,) in db.rows("SELECT id FROM meeting_actions WHERE meeting_id=?", (meeting_id,))}
    for number in known - {one.id for one in given}:
        db.run("DELETE FROM meeting_actions WHERE id=?", (number,))
    for place, one in enumerate(given):
        values = (place, one.text, one.owner, one.due.isoformat(), one.kpi_id)
        if one.id in known:
            sql = "UPDATE meeting_actions SET place=?, text=?, owner=?, due=?, kpi_id=? WHERE id=?"
            db.run(sql, (*values, one.id))
        else:
            sql = (
                "INSERT INTO meeting_actions(place, text, owner, due, kpi_id, meeting_id, state, reason)"
                " VALUES (?, ?, ?, ?, ?, ?, 'open', '')"
            )
            db.run(sql, (*values, meeting_id))


def keep_meeting_start(db: Database, sheet: MeetingSheet) -> None:
    """Seal the sheet of a review that starts."""
    day, number = sheet.as_of.isoformat() if sheet.as_of else None, sheet.meeting.id
    with db.writing("review", f"started {number}", numbers=False):
        sql = "UPDATE meetings SET state='started', started_at=?, data_date=? WHERE id=?"
        db.run(sql, (sheet.meeting.started_at, day, number))
        _keep_sheet(db, sheet)


def keep_meeting_close(db: Database, sheet: MeetingSheet) -> None:
    """Freeze the sheet of a review for good; carried actions that it shows settled are not carried any further."""
    number = sheet.meeting.id
    settled = [(number, one.action.id) for one in sheet.carried if one.action.state != "open"]
    with db.writing("review", f"closed {number}", numbers=False):
        sql = "UPDATE meetings SET state='closed', closed_at=?, kpis=? WHERE id=?"
        db.run(sql, (sheet.meeting.closed_at, " ".join(sheet.kpi_ids), number))
        db.connection.executemany("UPDATE meeting_actions SET settled_in=? WHERE id=?", settled)
        _keep_sheet(db, sheet)


def _keep_sheet(db: Database, sheet: MeetingSheet) -> None:
    """Private notes stay in their own table."""
    seal(db, "meeting", sheet.meeting.id, replace(sheet, meeting=replace(sheet.meeting, private="")))


def load_meeting_sheet(db: Database, meeting_id: int) -> MeetingSheet:
    """The sheet of a started or closed review, as it was when that happened.

    Raises:
        UserError: there is none, or it is damaged.
    """
    sealed = sealed_sheet(db, "meeting", meeting_id, MeetingSheet)
    private = str(db.one("SELECT text FROM meeting_notes WHERE meeting_id=?", (meeting_id,)) or "")
    return replace(sealed, meeting=replace(sealed.meeting, private=private))


def carried_actions(db: Database, kind: MeetingKind, scope: Scope) -> tuple[Agreed, ...]:
    """What closed reviews of a kind about a scope agreed and no later one has shown settled, oldest first."""
    more = ", closed_at, start, end, grain, key, label"
    sql = _ACTIONS.replace(" FROM meeting_actions a", f"{more} FROM meeting_actions a")
    where = "m.state='closed' AND kind=? AND scope_kind=? AND scope_id=? AND settled_in IS NULL"
    rows = db.rows(f"{sql} JOIN meetings m ON m.id = meeting_id WHERE {where} ORDER BY meeting_id, place",
                   (kind, scope.kind, scope.id))  # fmt: skip
    return tuple(
        Agreed(_action(tuple(row[:-6])), date.fromisoformat(row[-6][:_DAY]), Question(period_of(*row[-5:]), scope))
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class LastMeeting:
    """The newest closed review of a kind about a scope: its number, its day, and the day of the data it showed."""

    id: int
    day: date
    data_date: date | None


def last_meeting(db: Database, kind: MeetingKind, scope: Scope) -> LastMeeting | None:
    """The newest closed review of a kind about a scope."""
    sql = (
        "SELECT id, closed_at, data_date FROM meetings WHERE state='closed' AND kind=? AND scope_kind=? AND scope_id=?"
        " ORDER BY id DESC LIMIT 1"
    )
    rows = db.rows(sql, (kind, scope.kind, scope.id))
    return next((LastMeeting(number, date.fromisoformat(closed[:_DAY]), date.fromisoformat(day) if day else None)
                 for number, closed, day in rows), None)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeldMeeting:
    """A closed review: its kind and scope, the day it was held, and the KPIs that were looked at."""

    kind: MeetingKind
    scope: Scope
    day: date
    kpis: frozenset[str]


def held_meetings(db: Database) -> tuple[HeldMeeting, ...]:
    """Every closed review, newest first; none whose team is no more."""
    names = scope_names(db)
    held = "coalesce(nullif(started_at, ''), closed_at)"
    sql = (
        f"SELECT kind, scope_kind, scope_id, substr({held}, 1, 10), kpis FROM meetings"
        " WHERE state='closed' AND scope_id >= 0 ORDER BY 4 DESC, id DESC"
    )
    return tuple(
        HeldMeeting(kind, scope_of(names, of, number), date.fromisoformat(day), frozenset(kpis.split()))
        for kind, of, number, day, kpis in db.rows(sql)
    )


def settle_action(db: Database, action_id: int, state: ActionState, reason: str) -> None:
    """Keep what became of an action, or open it again; one that a closed review showed settled is carried again then.

    Raises:
        UserError: there is no such action.
    """
    with db.writing("review", f"action {action_id} {state}", numbers=False):
        sql = "UPDATE meeting_actions SET state=?, reason=?, settled_in=NULL WHERE id=?"
        if not db.run(sql, (state, reason, action_id)):
            raise UserError("There is no such action.", "Choose one from the list.")


def delete_meeting(db: Database, meeting_id: int) -> None:
    """Forget a review that was never started."""
    with db.writing("review", f"deleted {meeting_id}", numbers=False):
        for table in ("meeting_actions", "meeting_notes"):
            db.run(f"DELETE FROM {table} WHERE meeting_id=?", (meeting_id,))
        db.run("DELETE FROM meetings WHERE id=?", (meeting_id,))
