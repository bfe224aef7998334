"""What a team review shows, from the data as they are: which parts there are depends on its kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from kpidesk import store
from kpidesk.core.causes import why_words
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.initiatives import VERDICT_WORDS, Initiative
from kpidesk.core.kpis import Kpi
from kpidesk.core.meeting_sheets import InitiativeLine, MeetingSheet, MemberCell, MemberRow, MemberTable, SignalLine
from kpidesk.core.meetings import Action, CarriedAction, Meeting, MeetingKind
from kpidesk.core.people import ORG, UNASSIGNED, Scope
from kpidesk.core.periods import Period, period_of, shift
from kpidesk.core.reviews import Line, Settled
from kpidesk.core.scorecards import Question, Row
from kpidesk.operations.booked import BOOKED
from kpidesk.operations.causes import why
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.evaluation import scope_name, scorecard
from kpidesk.operations.formulas import chosen_kpis, find_kpi, kpis
from kpidesk.operations.initiatives import initiatives
from kpidesk.operations.meeting import line_words
from kpidesk.operations.ramp import ramp_note, ramping
from kpidesk.operations.readouts import readout
from kpidesk.operations.receipt_code import with_prior_codes
from kpidesk.operations.signals import signals
from kpidesk.operations.target_changes import target_changes
from kpidesk.operations.workspace import Workspace, data_date, date_before, scopes, settings

MOST_ACTIVITY, MOST_OUTCOME, MOST_QUALITY = 5, 6, 6
DONE_ENOUGH = 5
"""How many days of a week must be in the data before it is the week to talk about: a Friday export covers it."""
USUAL: dict[str, tuple[str, ...]] = {
    "activity": ("calls_made", "meetings_held", "demos_held", "proposals_sent", "emails_sent"),
    "outcome": ("bookings", "win_rate", "avg_deal_size", "sales_cycle_length"),
    "quality": ("grr", "logo_churn_rate", "renewal_rate", "nps", "csat"),
}
"""Which KPIs a part shows when none of its dimension is in use: those of these that the data can compute."""
_OF = {"activity": MOST_ACTIVITY, "outcome": MOST_OUTCOME, "quality": MOST_QUALITY}


def period_for(ws: Workspace, kind: MeetingKind) -> Period:
    """What a review of a kind is about: the last week or month that the data cover, or the quarter they lie in."""
    known, how = data_date(ws) or ws.today, settings(ws)
    if kind == "forecast":
        return period_of(known, "quarter", how)
    found = period_of(known, "week" if kind == "weekly" else "month", how)
    enough = DONE_ENOUGH if kind == "weekly" else found.days
    return found if (known - found.start).days + 1 >= enough else shift(found, -1, how)


def live(ws: Workspace, meeting: Meeting) -> MeetingSheet:
    """A review as the data have it now."""
    known = data_date(ws)
    last = store.last_meeting(ws.db, meeting.kind, meeting.scope)
    met = last.data_date if last is not None else None
    is_new = met is not None and known is not None and met < known
    shown = MeetingSheet(
        meeting=meeting,
        name=scope_name(ws, meeting.scope),
        header=_header(ws, meeting),
        as_of=known,
        since=met if is_new else date_before(ws),
        currency=settings(ws).currency,
        carried=carried(ws, meeting),
        met_before=last is not None,
        since_review=is_new,
    )
    parts = {"weekly": _weekly, "monthly": _monthly, "forecast": _forecast}
    return parts[meeting.kind](ws, shown)


def _header(ws: Workspace, meeting: Meeting) -> str:
    """How many reps it is about, on the last day of its period; that a team has none any more."""
    day = min(meeting.question.period.last_day, data_date(ws) or ws.today)
    reps = reps_of(ws, meeting.scope, day)
    if meeting.scope.kind == "team" and not reps:
        return f"nobody was in this team on {day_text(day)}"
    return "1 rep" if len(reps) == 1 else f"{len(reps)} reps"


def reps_of(ws: Workspace, scope: Scope, day: date) -> tuple[Scope, ...]:
    """The reps in a team on a day, or all who had not left by then, by name."""
    organisation = scopes(ws)
    inside = organisation.descendants(scope.id) if scope.kind == "team" else None
    found = []
    for person in organisation.people:
        team = organisation.team_on(person.id, day)
        is_here = inside is None or (team is not None and team.id in inside)
        if is_here and (person.end_at is None or person.end_at > day):
            found.append(Scope("rep", person.name, person.id))
    return tuple(sorted(found))


# --- the three kinds -----------------------------------------------------------------------------------------------


def _weekly(ws: Workspace, shown: MeetingSheet) -> MeetingSheet:
    """Activity and pipeline, and nothing else: outcomes and quality have their month."""
    from kpidesk.operations.team_review_pipeline import pipeline_part

    scope, asked = shown.meeting.scope, shown.meeting.question
    activity = _of_dimension(ws, "activity", scope, asked.period)
    return replace(
        shown,
        lines=_lines(ws, asked, activity),
        lines_words="" if activity else _no_activity(ws),
        members=_members(ws, asked, activity, "rep"),
        pipeline=pipeline_part(ws, scope, shown.since),
        signals=_signals(ws, scope, ("activity", "pipeline")),
        definitions=definitions_code(ws, activity, asked.period),
    )


def _monthly(ws: Workspace, shown: MeetingSheet) -> MeetingSheet:
    """Outcome and quality, and what was begun to move them."""
    from kpidesk.operations.coaching_totals import coaching_totals

    scope, asked = shown.meeting.scope, shown.meeting.question
    coached = coaching_totals(ws, reps_of(ws, scope, min(asked.period.last_day, shown.as_of or ws.today)))
    looked_at = (
        *_of_dimension(ws, "outcome", scope, asked.period),
        *_of_dimension(ws, "quality", scope, asked.period),
    )
    lines = _lines(ws, asked, looked_at)
    return replace(
        shown,
        lines=lines,
        quarter=_quarter(ws, asked, lines),
        members=_members(ws, asked, looked_at, "team"),
        signals=_signals(ws, scope, ("outcome", "quality")),
        why=tuple(text for kpi in looked_at if (text := why_words(why(ws, kpi.id, asked)))),
        initiatives=_initiatives(ws, asked),
        verdicts=coached.counts,
        verdicts_words=coached.words,
        target_changes=target_changes(ws, shown.meeting),
        definitions=definitions_code(ws, looked_at, asked.period),
    )


def _forecast(ws: Workspace, shown: MeetingSheet) -> MeetingSheet:
    """What everybody says will be booked, beside last time and beside what the data say."""
    from kpidesk.operations.forecast_call import forecast_part

    scope, asked = shown.meeting.scope, shown.meeting.question
    reps = reps_of(ws, scope, min(asked.period.last_day, shown.as_of or ws.today))
    bookings = (find_kpi(ws, BOOKED),)
    return replace(
        shown,
        lines=_lines(ws, asked, bookings),
        forecast=forecast_part(ws, asked, reps, shown.since),
        definitions=definitions_code(ws, bookings, asked.period),
    )


# --- their parts ---------------------------------------------------------------------------------------------------


def _of_dimension(ws: Workspace, dimension: str, scope: Scope, period: Period) -> tuple[Kpi, ...]:
    """The KPIs of a dimension in use, coaching metrics too; else the usual ones that the data can compute."""
    used = [kpi for kpi in chosen_kpis(ws, (), scope, period) if kpi.dimension == dimension]
    used += [kpi for kpi in _coached(ws) if kpi.dimension == dimension and kpi not in used]
    if not used:
        known = {one.kpi.id: one.kpi for one in kpis(ws) if one.computable and one.kpi.status != "retired"}
        used = [known[one] for one in USUAL[dimension] if one in known]
    return tuple(sorted(used, key=lambda kpi: kpi.status == "retired")[: _OF[dimension]])


def _no_activity(ws: Workspace) -> str:
    """Why there is no activity to look at: none was imported, or what the files lack to count the nearest of it."""
    if not store.data_dates(ws.db, "activities"):
        return "No activities have been imported."
    known = [one for one in kpis(ws) if one.kpi.id in USUAL["activity"] and one.kpi.status != "retired"]
    nearest_one = min((one for one in known if one.needs), key=lambda one: len(one.needs), default=None)
    if nearest_one is None:
        return "No KPI of activities is in use."
    return f"Activities were imported, but {nearest_one.kpi.name} needs {nearest_one.needs}."


def _coached(ws: Workspace) -> list[Kpi]:
    """The coaching metrics in use, which are read of teams and reps alone."""
    return [one.kpi for one in kpis(ws, "active") if one.kpi.coaching]


def _lines(ws: Workspace, asked: Question, looked_at: tuple[Kpi, ...]) -> tuple[Line, ...]:
    if not looked_at:
        return ()
    card = scorecard(ws, asked, tuple(kpi.id for kpi in looked_at))
    rows = with_prior_codes(ws, asked, card.rows)
    return tuple(Line(row, line_words(row, settings(ws))) for row in rows)


def _quarter(ws: Workspace, asked: Question, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Where the quarter stands in the KPIs that have a target for it and none for the month."""
    period = period_of(asked.period.last_day, "quarter", settings(ws))
    bare = tuple(line.row.kpi for line in lines if line.row.target is None)
    found = _lines(ws, replace(asked, period=period), bare)
    return tuple(line for line in found if line.row.target is not None)


def _members(ws: Workspace, asked: Question, looked_at: tuple[Kpi, ...], by: str) -> MemberTable | None:
    """The reps or teams of a scope by name; None where there is nothing to look at."""
    if not looked_at:
        return None
    card = scorecard(ws, replace(asked, by=by), tuple(kpi.id for kpi in looked_at))
    cells: dict[Scope, list[Row]] = {}
    for row in card.rows:
        cells.setdefault(row.scope, []).append(row)
    gone = _gone_before(ws, asked.period)
    told = {
        scope: rows
        for scope, rows in cells.items()
        if scope != asked.scope and (scope not in gone or any(row.result.n for row in rows))
    }
    notes = _notes(ws, asked, tuple(told))
    rows = tuple(
        MemberRow(scope, scope_name(ws, scope), tuple(map(_cell, rows)), notes.get(scope.id, ""))
        for scope, rows in sorted(told.items(), key=lambda one: (one[0].kind == "unassigned", one[0].name))
    )
    ids, names, units = zip(*((kpi.id, kpi.name, kpi.unit) for kpi in looked_at), strict=True)
    return MemberTable(ids, names, units, rows)


def _gone_before(ws: Workspace, period: Period) -> frozenset[Scope]:
    """Who had left when a period began, and what belongs to nobody: they are named only where they have numbers."""
    gone = (one for one in scopes(ws).people if one.end_at is not None and one.end_at <= period.start)
    return frozenset((*(Scope("rep", one.name, one.id) for one in gone), UNASSIGNED))


def _cell(row: Row) -> MemberCell:
    result = row.result
    return MemberCell(row.value_text, row.sample_text or row.reason, result.value, result.n, row.receipt)


def _notes(ws: Workspace, asked: Question, members: tuple[Scope, ...]) -> dict[int, str]:
    """What to know about reps: that they ramp, or have left."""
    found = {one.id: f"ramping {ramp_note(one, asked.period)}" for one in ramping(ws, asked, members)}
    day = data_date(ws) or ws.today
    here = {scope.id for scope in members if scope.kind == "rep"}
    for person in scopes(ws).people:
        if person.id in here and person.end_at is not None and person.end_at <= day:
            found[person.id] = f"left on {day_text(person.end_at)}"
    return found


def _signals(ws: Workspace, scope: Scope, dimensions: tuple[str, ...]) -> tuple[SignalLine, ...]:
    """What stands out among the KPIs of these dimensions and nobody has said anything of yet."""
    found = [one for one in signals(ws, scope).every if one.kpi.dimension in dimensions]
    return tuple(SignalLine(one.kpi.name, scope_name(ws, one.scope), one.words) for one in found)


def _initiatives(ws: Workspace, asked: Question) -> tuple[InitiativeLine, ...]:
    """The initiatives that ran in the period, each with what the data say so far."""
    running = [
        one
        for one in initiatives(ws)
        if one.start < asked.period.end and (one.end is None or one.end > asked.period.start)
        if asked.scope == ORG or one.scope in (asked.scope, ORG)
    ]
    return tuple(_initiative_line(ws, one) for one in running)


def _initiative_line(ws: Workspace, one: Initiative) -> InitiativeLine:
    """What became of an initiative so far; one for a single rep is told without the name."""
    told = ws.remember(("readout for a review", one), partial(readout, ws, one))
    verdicts = ", ".join(f"{kpi.kpi.name}: {VERDICT_WORDS[kpi.verdict].lower()}" for kpi in told.kpis)
    whose = "one rep" if one.scope.kind == "rep" else scope_name(ws, one.scope)
    return InitiativeLine(one.name, whose, one.start, verdicts or "too early", told.words)


# --- actions -------------------------------------------------------------------------------------------------------


def carried(ws: Workspace, meeting: Meeting) -> tuple[CarriedAction, ...]:
    """What earlier reviews of the kind agreed and none has shown settled yet, with how it stands."""
    agreed = store.carried_actions(ws.db, meeting.kind, meeting.scope)
    measured = {one.action.meeting_id for one in agreed if one.action.kpi_id}
    then = {number: store.load_meeting_sheet(ws.db, number).lines for number in measured}
    return tuple(_carried(ws, meeting, one, then.get(one.action.meeting_id, ())) for one in agreed)


def _carried(ws: Workspace, meeting: Meeting, one: store.Agreed, lines: tuple[Line, ...]) -> CarriedAction:
    """One of them; `lines` are those of the review in which it was agreed."""
    action = one.action
    state, words = _standing(action, ws.today)
    found = CarriedAction(action, one.made_on, state, words)
    if not action.kpi_id:
        return found
    try:
        row = scorecard(ws, meeting.question, (action.kpi_id,)).rows[0]
    except UserError:
        return replace(found, kpi=action.kpi_id)
    then = next((_dated(line.row) for line in lines if line.row.kpi.id == action.kpi_id), "")
    return replace(found, kpi=row.kpi.name, then=then, now=_dated(row))


def _dated(row: Row) -> str:
    """A value with its period: two of different periods stand beside each other."""
    return f"{row.value_text} ({row.period.label})"


def _standing(action: Action, today: date) -> tuple[Settled, str]:
    if action.state != "open":
        return ("done" if action.state == "done" else "dropped"), action.reason
    late = (today - action.due).days
    if late > 0:
        return "overdue", f"due {day_text(action.due)}, {late} {'day' if late == 1 else 'days'} over"
    return "open", f"due on {day_text(action.due)}"
