"""Turn what a person asks for into a question, and find the question to open with."""

from __future__ import annotations

from datetime import date

from kpidesk import engine
from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG, Organisation, Scope, TeamView
from kpidesk.core.periods import GRAINS, Grain, Period, parse_period, period_of, periods_in, run_of
from kpidesk.core.scorecards import Question
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.workspace import Workspace, data_date, organisation, scopes, settings


def question(
    ws: Workspace,
    *,
    scope: str = "org",
    period: str = "",
    by: str = "",
    periods: int = 1,
    grain: str = "",
    as_of: date | None = None,
    teams: TeamView = "as-was",
) -> Question:
    """Read a question as typed: scope, period, breakdown, how many periods, with the knowledge of which day.

    Without a period it is the last one that the data covers. A grain finer than the period asks for the periods
    of that grain inside it; `periods` more than one for as many that end with it.

    Raises:
        UserError: unknown scope or period; the nearest names are offered.
    """
    if periods < 1:
        raise UserError(f"{periods} periods cannot be shown.", "Ask for 1 or more.")
    wanted = parse_period(period, settings(ws), ws.today) if period else last_covered(ws, _grain(grain), as_of)
    last = _regrained(ws, wanted, grain)
    if periods == 1 and last.days < wanted.days:
        periods = len(periods_in(wanted, last.grain, settings(ws)))
    return Question(last, scopes(ws).find_scope(scope), by, periods, as_of, teams)


def _grain(text: str) -> Grain:
    if not text:
        return "quarter"
    for known in GRAINS:
        if known == text:
            return known
    raise UserError(f"'{text}' is no grain.", "Use week, month, quarter or year.")


def _regrained(ws: Workspace, period: Period, grain: str) -> Period:
    if not grain or _grain(grain) == period.grain:
        return period
    return period_of(period.last_day, _grain(grain), settings(ws))


def last_covered(ws: Workspace, grain: Grain, as_of: date | None = None) -> Period:
    """The last period of a grain in which something happened: future close dates of open deals do not count."""
    known = data_date(ws, as_of)
    if known is None:
        return period_of(ws.today, grain, settings(ws))
    last = evaluator(ws, as_of).facts.last_event_day
    return period_of(min(last, known) if last else known, grain, settings(ws))


def opening(ws: Workspace) -> Question:
    """What a window and a command line begin with: the org, in the last quarter that the data cover."""
    return Question(last_covered(ws, "quarter"), ORG)


def periods_of(ws: Workspace, asked: Question) -> tuple[Period, ...]:
    """The periods of a question, oldest first."""
    return run_of(asked.period, asked.periods, settings(ws))


def level_of_nobody(asked: Question) -> engine.UnassignedLevel:
    """Whether Unassigned is what has no rep, or what has no team: as the question is broken down."""
    return "rep" if asked.by == "rep" else "team"


def organisation_of(ws: Workspace, asked: Question) -> Organisation:
    """People, teams and memberships as a question is to see them."""
    return organisation(ws, asked.as_of, asked.teams)


def members_of(ws: Workspace, asked: Question) -> tuple[Scope, ...]:
    """The scopes that a question breaks down into: itself, or its teams or reps and then Unassigned."""
    organisation = organisation_of(ws, asked)
    if asked.by not in ("team", "rep"):
        return (asked.scope,)
    if asked.scope.kind in ("rep", "unassigned"):
        return (asked.scope,)
    inside = organisation.descendants(asked.scope.id) if asked.scope.kind == "team" else None
    if asked.by == "team":
        teams = [team for team in organisation.holding_teams() if inside is None or team.id in inside]
        found = [Scope("team", team.name, team.id) for team in teams if team.id != asked.scope.id]
        found += [asked.scope] if len(found) < len(teams) else []
    else:
        found = _reps(ws, asked, inside)
    return (*found, Scope("unassigned")) if asked.scope == ORG else tuple(found)


def _reps(ws: Workspace, asked: Question, inside: frozenset[int] | None) -> list[Scope]:
    organisation = organisation_of(ws, asked)
    first, last = periods_of(ws, asked)[0], asked.period
    people = {
        spell.person_id
        for spell in organisation.memberships
        if inside is not None and spell.team_id in inside and spell.start < last.end and first.start < spell.end
    }
    return sorted(
        Scope("rep", person.name, person.id) for person in organisation.people if inside is None or person.id in people
    )
