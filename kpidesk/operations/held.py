"""Which meetings were held when, and who is there to hold the next ones with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kpidesk import engine, store
from kpidesk.core.cadences import KPI, ONE_ON_ONE, is_within
from kpidesk.core.people import ALWAYS, Organisation, Person, Scope
from kpidesk.core.worktime import read_work_week, working_days
from kpidesk.operations.evaluators import evaluator, holidays
from kpidesk.operations.workspace import Workspace, scopes, settings


@dataclass(frozen=True, slots=True)
class Held:
    """What was held when, and which days are free of work.

    Nothing is due before `since`: there are data from then on, and the program to hold a meeting with.
    `one_on_ones` are the days of closed ones by person, newest first with their numbers; `drafts` what is prepared, by
    what and scope. `away` are days on which somebody is not there. `deleted` is what stands for deleted people.
    """

    organisation: Organisation
    today: date
    since: date
    week: tuple[bool, ...]
    holidays: frozenset[date]
    away: dict[int, frozenset[date]]
    one_on_ones: dict[int, tuple[tuple[date, int], ...]]
    meetings: tuple[store.HeldMeeting, ...]
    drafts: dict[tuple[str, Scope], int]
    deleted: frozenset[str] = frozenset()

    def free(self, scope: Scope) -> frozenset[date]:
        """The days on which nothing can be held with a scope."""
        return self.holidays | self.away.get(scope.id, frozenset()) if scope.kind == "rep" else self.holidays


def held(ws: Workspace) -> Held:
    """Everything that was held, as of today."""
    closed, drafts = _one_on_ones(ws)
    unfinished: dict[tuple[str, Scope], int] = {
        (one.kind, one.scope): one.id for one in store.load_meetings(ws.db) if one.state != "closed"
    }
    return Held(
        organisation=scopes(ws),
        today=ws.today,
        since=_begun(ws),
        week=working_days(read_work_week(settings(ws).business_hours)),
        holidays=frozenset(holidays(ws)),
        away=ws.remember("days away", lambda: _away(ws)),
        one_on_ones=closed,
        meetings=store.held_meetings(ws.db),
        drafts=drafts | unfinished,
        deleted=store.placeholders(ws.db),
    )


def _begun(ws: Workspace) -> date:
    """The first day of the data, but not before the first import, which a clock set back may put ahead of today."""
    first, imported = store.first_day(ws.db), store.first_import_day(ws.db)
    if first is None or imported is None:
        return ws.today
    return max(first, min(imported, ws.today))


def _one_on_ones(ws: Workspace) -> tuple[dict[int, tuple[tuple[date, int], ...]], dict[tuple[str, Scope], int]]:
    names = {person.id: person.name for person in scopes(ws).people}
    closed: dict[int, tuple[tuple[date, int], ...]] = {}
    drafts: dict[tuple[str, Scope], int] = {}
    for person, number, day in store.one_on_one_days(ws.db):
        scope = Scope("rep", names.get(person, ""), person)
        is_first = person not in closed if day is not None else (ONE_ON_ONE, scope) not in drafts
        if is_first and not store.is_theirs(ws.db, number):
            continue  # it was held with somebody who only shared this name for a while
        if day is not None:
            closed[person] = (*closed.get(person, ()), (day, number))
        elif is_first:
            drafts[ONE_ON_ONE, scope] = number
    return closed, drafts


def _away(ws: Workspace) -> dict[int, frozenset[date]]:
    return {
        person: frozenset(engine.day_of(day) for start, end in spells for day in range(start, end))
        for person, spells in engine.absences_of(evaluator(ws).facts).items()
    }


def away_until(seen: Held, scope: Scope) -> date | None:
    """The last day of an absence that somebody is in today; None when they are there."""
    days = seen.away.get(scope.id, frozenset()) if scope.kind == "rep" else frozenset()
    if seen.today not in days:
        return None
    day = seen.today
    while day + timedelta(days=1) in days:
        day += timedelta(days=1)
    return day


def why_not(seen: Held, person: Person) -> str:
    """Why no one-on-one is due with somebody; "" where one is."""
    from kpidesk.core.formats import day_text

    if person.name in seen.deleted:
        return "deleted"
    if person.end_at is not None and person.end_at <= seen.today:
        return f"left on {day_text(person.end_at)}"
    spells = [one for one in seen.organisation.memberships if one.person_id == person.id]
    if spells and all(one.end <= seen.today for one in spells):
        return f"in no team since {day_text(max(one.end for one in spells))}"
    return ""


def teams_with_reps(seen: Held) -> tuple[Scope, ...]:
    """The teams that have reps today, by name."""
    present = {person.id for person in seen.organisation.people if not why_not(seen, person)}
    used = {
        spell.team_id
        for spell in seen.organisation.memberships
        if spell.start <= seen.today < spell.end and spell.person_id in present
    }
    return tuple(Scope("team", one.name, one.id) for one in seen.organisation.holding_teams() if one.id in used)


def first_due(seen: Held, scope: Scope) -> date:
    """From which day on something can be due with a scope at all: since there are data, or the rep or team."""
    begins: Iterable[date] = ()
    if scope.kind == "rep":
        hired = next((one.hire_at for one in seen.organisation.people if one.id == scope.id), None)
        joined = (one.start for one in seen.organisation.memberships if one.person_id == scope.id)
        begins = (hired or min(joined, default=ALWAYS),)
    elif scope.kind == "team":
        begins = (min((one.start for one in seen.organisation.spells(scope.id)), default=ALWAYS),)
    return max((seen.since, *begins))


def last_held(seen: Held, what: str, scope: Scope) -> date | None:
    """When a kind of meeting last took place with a scope, or a KPI of it was last looked at; None for never."""
    if what == ONE_ON_ONE:
        return max((day for day, _ in seen.one_on_ones.get(scope.id, ())), default=None)
    if what.startswith(KPI):
        return _looked_at(seen, what.removeprefix(KPI), scope)
    return _covering(seen, scope, (one for one in seen.meetings if one.kind == what))


def _covering(seen: Held, scope: Scope, meetings: Iterable[store.HeldMeeting]) -> date | None:
    days = (one.day for one in meetings if is_within(scope, one.scope, seen.organisation, one.day))
    return max(days, default=None)


def _looked_at(seen: Held, kpi_id: str, scope: Scope) -> date | None:
    """A KPI was looked at where it was on the sheet of a closed meeting about its scope, or of every team in it."""
    known = [one for one in seen.meetings if kpi_id in one.kpis]
    direct = _covering(seen, scope, known)
    if scope.kind == "rep":
        return direct
    inside = seen.organisation.descendants(scope.id) if scope.kind == "team" else None
    teams = [one for one in teams_with_reps(seen) if (inside is None or one.id in inside) and one != scope]
    parts = [_covering(seen, one, known) for one in teams]
    found = [day for day in parts if day is not None]
    by_teams = min(found) if teams and len(found) == len(teams) else None
    return max((day for day in (direct, by_teams) if day is not None), default=None)
