"""What a pack holds: whom its copies are about, and the copy about each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpidesk.core.errors import UserError
from kpidesk.core.export_packs import FOR_REPS, FOR_TEAMS, HELD, NAMES, PLURALS, Copy, NoCopy, PackEntry, PackKind
from kpidesk.core.forecast_paper import forecast_paper
from kpidesk.core.formats import day_text
from kpidesk.core.meeting_paper import meeting_paper
from kpidesk.core.meetings import KIND_WORDS, KINDS, Meeting, MeetingKind
from kpidesk.core.papers import Paper, PaperSection, PaperWords
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.pipeline_paper import pipeline_paper
from kpidesk.core.reviews import Sheet
from kpidesk.core.scorecards import Question, Scorecard
from kpidesk.core.trend_papers import trends_paper
from kpidesk.core.trends import begun
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.evaluation import scope_name, scorecard, trend
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.forecast import forecast
from kpidesk.operations.formulas import chosen_kpis
from kpidesk.operations.pipeline import pipeline
from kpidesk.operations.reviews import is_untouched_draft, review_for, reviews, sheet, sheet_for
from kpidesk.operations.row_luck import with_luck
from kpidesk.operations.team_review import team_review_sheet, team_reviews
from kpidesk.operations.workspace import Workspace, scopes

MOST_TRENDS = 12
"""Trends of one rep or team in a pack: who follows more KPIs looks at them in the app."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a copy is, whom it is to be about, and which of their reviews."""

    kind: PackKind
    scope: Scope
    meeting: Meeting | None = None


_Wanted = tuple[tuple[Wanted, ...], tuple[NoCopy, ...]]


def wanted_of(ws: Workspace, kinds: Sequence[PackKind], question: Question) -> _Wanted:
    """What is to be in a pack about a scope, and what is left out from the start, such as who has left by today.

    Teams come first, then reps; the copies of each stand together. A kind of which there is none keeps no other away.

    Raises:
        UserError: nobody is in the scope, or it has nothing of any of the kinds.
    """
    found: list[Wanted] = []
    missing: list[NoCopy] = []
    errors: list[UserError] = []
    for kind in kinds:
        try:
            some, without = _wanted(ws, kind, question)
        except UserError as error:
            errors.append(error)
            missing.append(NoCopy(PLURALS[kind], error.problem))
            continue
        found += some
        missing += without
    if not found and errors:
        raise errors[0]
    places = {scope: at for at, scope in enumerate(dict.fromkeys(one.scope for one in found))}
    found.sort(key=lambda one: (one.scope.kind == "rep", places[one.scope]))
    return tuple(found), tuple(dict.fromkeys(missing))


def _wanted(ws: Workspace, kind: PackKind, question: Question) -> _Wanted:
    if kind in HELD and question.as_of is not None:
        raise UserError(
            f"{PLURALS[kind]} are kept as they were held, not as of another day.",
            "Leave the day out, or choose scorecards, trends, pipelines or forecasts.",
        )
    if kind not in FOR_REPS:
        return _reviews(ws, question)
    groups = _groups(ws, question.scope) if kind in FOR_TEAMS else ()
    reps = _reps(ws, question)
    gone = {scope: words for scope in reps if (words := _gone(ws, scope, question.as_of)) and scope != question.scope}
    found = tuple(Wanted(kind, scope) for scope in (*groups, *(rep for rep in reps if rep not in gone)))
    if not found:
        raise UserError("Everybody in this team has left.", "Choose another team.")
    return found, tuple(NoCopy(scope.name, words) for scope, words in gone.items())


def _groups(ws: Workspace, scope: Scope) -> tuple[Scope, ...]:
    """The scope and the teams in it that hold people; none for a rep."""
    if scope.kind not in ("org", "team"):
        return ()
    known = scopes(ws)
    inside = known.descendants(scope.id) if scope.kind == "team" else None
    teams = (Scope("team", team.name, team.id) for team in known.holding_teams() if inside is None or team.id in inside)
    return tuple(dict.fromkeys((scope, *teams)))


def _reps(ws: Workspace, question: Question) -> tuple[Scope, ...]:
    """Everybody who has a row of their own in a scope."""
    if question.scope.kind == "rep":
        return (question.scope,)
    rows = scorecard(ws, replace(question, by="rep", periods=1)).rows
    found = tuple(dict.fromkeys(row.scope for row in rows if row.scope.kind == "rep"))
    if not found:
        raise UserError("Nobody is in this team in this period.", "Choose another team or period.")
    return found


def _gone(ws: Workspace, rep: Scope, as_of: date | None) -> str:
    """That somebody has left by a day, or else by today, and when; empty for those who were here."""
    end = next((one.end_at for one in scopes(ws).people if one.id == rep.id), None)
    return f"left on {day_text(end)}" if end is not None and end <= (as_of or ws.today) else ""


def _reviews(ws: Workspace, question: Question) -> _Wanted:
    """Of each team the newest review of each kind that begins no later than the period ends, a closed one first."""
    groups = _groups(ws, question.scope)
    if not groups:
        raise UserError("A review is about a team, not about one rep.", "Choose a team.")
    found, missing = [], []
    for scope in groups:
        held = [one for kind in KINDS if (one := _last(ws, kind, scope, question)) is not None]
        found += [Wanted("reviews", scope, one) for one in held]
        missing += [] if held else [NoCopy(scope_name(ws, scope), "no review yet")]
    if not found:
        raise UserError("No review has been prepared yet.", "Prepare one on the Reviews page, or with review prepare.")
    return tuple(found), tuple(missing)


def _last(ws: Workspace, kind: MeetingKind, scope: Scope, question: Question) -> Meeting | None:
    known = [one for one in team_reviews(ws, kind, scope) if one.question.period.start < question.period.end]
    return next((one for one in known if one.state == "closed"), known[0] if known else None)


# --- one copy -------------------------------------------------------------------------------------------------------


def copy_about(ws: Workspace, question: Question, wanted: Wanted) -> tuple[PackEntry, Copy]:
    """The copy about one rep or team, with what the contents say of it.

    Raises:
        UserError: the data do not tell it.
    """
    kind, asked = wanted.kind, replace(question, scope=wanted.scope, by="", periods=1)
    if wanted.meeting is not None:
        shown = team_review_sheet(ws, wanted.meeting.id)
        what = f"{KIND_WORDS[shown.meeting.kind]} · {shown.meeting.question.period.label}"
        return PackEntry(what, shown.name, shown.meeting.state, shown.as_of), meeting_paper(shown)
    name, what = scope_name(ws, wanted.scope), f"{NAMES[kind]} · {asked.period.label}"
    if kind == "one-on-ones":
        met = _one_on_one(ws, wanted.scope, asked.period)
        what = f"{NAMES[kind]} · {met.review.question.period.label}"
        return PackEntry(what, name, met.review.state, met.as_of), met
    makers: dict[str, Callable[[Workspace, Question], Scorecard | Paper]] = {
        "scorecards": _scorecard,
        "trends": _trends,
        "pipelines": lambda ws, asked: pipeline_paper(pipeline(ws, asked)),
        "forecasts": lambda ws, asked: forecast_paper(forecast(ws, asked)),
    }
    made = makers[kind](ws, asked)
    return PackEntry(what, name, None, made.as_of), made


def _one_on_one(ws: Workspace, scope: Scope, period: Period) -> Sheet:
    """The sheet of a rep about the period, or else of the last meeting that was closed, or else of the one to come.

    A draft about the period goes before an earlier meeting only where something was typed into it.
    """
    known = [one for one in reviews(ws, scope.id) if one.question.period.start < period.end]
    typed = [one for one in known if one.question.period == period and not is_untouched_draft(ws, one)]
    closed = [one for one in known if one.state == "closed"]
    found = review_for(ws, scope, period) or next(iter((*typed, *closed, *known)), None)
    return sheet(ws, found.id) if found is not None else sheet_for(ws, scope, period)


def _scorecard(ws: Workspace, asked: Question) -> Scorecard:
    """A scorecard without who owns a KPI: a rep's copy names nobody else."""
    card = with_luck(ws, scorecard(ws, asked))
    return replace(card, rows=tuple(replace(row, kpi=replace(row.kpi, owner="")) for row in card.rows))


def _trends(ws: Workspace, asked: Question) -> Paper:
    """The trends of what a scorecard of the scope shows, over the same periods."""
    then = as_known(ws, asked.as_of, asked.teams)
    kpis = chosen_kpis(then, (), asked.scope, asked.period)
    shown = begun([trend(ws, kpi.id, asked) for kpi in kpis[:MOST_TRENDS]])
    if not shown:
        raise UserError("No KPI is in use for this level.", "Take one into use on the KPIs page.")
    made = trends_paper(shown, scope_name(ws, asked.scope))
    more = len(kpis) - len(shown)
    left = (PaperSection("To know", (PaperWords((f"{more} more KPIs are in the app.",)),)),) if more else ()
    code = definitions_code(then, (one.kpi for one in shown), asked.period)
    return replace(made, sections=(*made.sections, *left), definitions=code)
