"""What is due when: one-on-ones, team reviews, forecast calls, and each KPI by its own cadence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from kpidesk import store
from kpidesk.core.cadences import (
    KPI,
    MEETINGS,
    OF_A_KPI,
    ONE_ON_ONE,
    Cadence,
    Due,
    Every,
    LastMet,
    LeftOut,
    ReviewCalendar,
    next_after,
    next_working_day,
)
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.formats import day_text
from kpidesk.core.people import ORG, Person, Scope
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.formulas import chosen_kpis, find_kpi
from kpidesk.operations.goals import baseline_first
from kpidesk.operations.held import Held, away_until, first_due, held, last_held, teams_with_reps, why_not
from kpidesk.operations.workspace import Workspace, definitions

AHEAD = timedelta(days=14)
"""How far a calendar looks ahead where nobody says."""
LATEST = timedelta(days=366)
"""How far away the first day of a cadence may be."""
NEVER = "never, as you set it"
LEADS = "leads by role"
SHEETS_BACK = 12
"""How many one-on-ones with a rep are looked through for a KPI."""
_KINDS_OF_SCOPE = {ONE_ON_ONE: ("org", "team", "rep"), "weekly": ("org", "team"), "monthly": ("org", "team"),
                   "forecast": ("org", "team")}  # fmt: skip


def cadences(ws: Workspace) -> tuple[Cadence, ...]:
    """How often something is due, wherever somebody has said so."""
    return store.load_cadences(ws.db)


def read_what(ws: Workspace, text: str) -> str:
    """What a cadence is about, as typed: `one-on-one`, `weekly`, `monthly`, `forecast`, or a KPI by id or name.

    Raises:
        UserError: it is none of these.
    """
    bare = text.strip().casefold().replace("-", "_").replace(" ", "_")
    if bare in MEETINGS:
        return bare
    try:
        return f"{KPI}{find_kpi(ws, text.strip().removeprefix(KPI)).id}"
    except UserError:
        raise UserError(f"Nothing called '{text.strip()}' has a cadence.",
                        nearest(bare, (*MEETINGS, *definitions(ws)))) from None  # fmt: skip


def set_cadence(ws: Workspace, what: str, scope: Scope, every: Every, from_day: date | None = None) -> Cadence:
    """Say how often a meeting is held or a KPI looked at, for a scope and all in it; from a day on, else from today.

    Raises:
        UserError: such a meeting is not held with this scope, or the day is more than a year away.
    """
    kinds = _KINDS_OF_SCOPE.get(what, ("org", "team", "rep"))
    if scope.kind not in kinds:
        title = MEETINGS[what][0] if what in MEETINGS else "KPI"
        raise UserError(f"A {title.lower()} has no cadence for '{scope.key}'.", f"Choose {' or '.join(kinds)}.")
    begins = from_day or ws.today
    if begins > ws.today + LATEST:
        raise UserError(f"{day_text(begins)} is too far away.", "Name a day within a year, or set it to never.")
    made = Cadence(what, scope, every, begins)
    store.save_cadence(ws.db, made)
    return next(one for one in cadences(ws) if (one.what, one.scope) == (what, scope))


def cadence_advice(ws: Workspace, what: str) -> str:
    """What should come before a cadence: a KPI needs a baseline first. Empty for a meeting, or where it has one."""
    return baseline_first(ws, find_kpi(ws, what.removeprefix(KPI))) if what.startswith(KPI) else ""


def clear_cadence(ws: Workspace, what: str, scope: Scope) -> None:
    """Let something be due for a scope as often as usual again.

    Raises:
        UserError: nothing else was said of it.
    """
    if not store.delete_cadence(ws.db, what, scope):
        raise UserError(f"Nothing was set for '{scope.key}'.", "It follows the usual cadence already.")


def agenda(ws: Workspace, until: date | None = None) -> ReviewCalendar:
    """What is due up to a day (two weeks ahead where nobody says), what is overdue, and when each last took place.

    Of each thing the next time is told: the one after that depends on when it takes place.
    """
    last = max(until or ws.today + AHEAD, ws.today)
    seen = held(ws)
    every = tuple(_wanted(ws, seen))
    found = [due for one in every if (due := _due(ws, seen, one)) is not None and due.on <= last]
    return ReviewCalendar(
        today=ws.today,
        until=last,
        overdue=tuple(sorted((one for one in found if one.days_late), key=_by_weight)),
        due=tuple(sorted((one for one in found if not one.days_late), key=lambda one: (one.on, one.is_kpi, one.whose))),
        last_met=tuple(
            LastMet(one.what, one.title, one.scope, scope_name(ws, one.scope), _last(ws, seen, one), one.every, one.own)
            for one in every
        ),
        left_out=tuple(_left_out(ws, seen)),
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Something that is due again and again for a scope, not before `first`; `own`: somebody said how often."""

    what: str
    title: str
    scope: Scope
    every: Every
    first: date
    own: bool


def _by_weight(one: Due) -> tuple[bool, bool, str, date]:
    """Team reviews first, then one-on-ones, then KPIs, each by name."""
    return one.is_kpi, one.what == ONE_ON_ONE, one.whose, one.on


def _wanted(ws: Workspace, seen: Held) -> Iterator[_Wanted]:
    """Everything that is due at some time: one-on-ones, reviews, forecast calls, KPIs."""
    said = cadences(ws)
    for what, scope in _subjects(ws, seen, said):
        kpi = definitions(ws)[what.removeprefix(KPI)] if what.startswith(KPI) else None
        title, usual = (kpi.name, OF_A_KPI[kpi.cadence]) if kpi is not None else MEETINGS[what]
        own = _said(seen, said, what, scope)
        every = own.every if own is not None else usual
        if every == "never":
            continue
        first = first_due(seen, scope)
        if kpi is not None and kpi.valid_from:
            first = max(first, date.fromisoformat(kpi.valid_from[: len("2026-09-14")]))
        begins = own.from_day if own is not None and own.from_day is not None else first
        yield _Wanted(what, title, scope, every, max(first, begins), own is not None)


def _subjects(ws: Workspace, seen: Held, said: tuple[Cadence, ...]) -> Iterator[tuple[str, Scope]]:
    """What can be due for whom, whether ever or not: each once."""
    here = [one for one in seen.organisation.people if not why_not(seen, one)]
    reps = [Scope("rep", one.name, one.id) for one in here]
    met = [Scope("rep", one.name, one.id) for one in here if not _leads(seen, said, one)]
    teams = teams_with_reps(seen)
    with_calls = {one.scope for one in seen.meetings if one.kind == "forecast"}
    used = [kpi for kpi in chosen_kpis(ws, (), ORG) if not kpi.coaching]
    found = [
        *((ONE_ON_ONE, scope) for scope in sorted(met)),
        *(("weekly", scope) for scope in teams or (ORG,)),
        ("monthly", ORG),
        ("forecast", ORG),
        *(("forecast", scope) for scope in teams if scope in with_calls),
        *((f"{KPI}{kpi.id}", ORG) for kpi in used),
    ]
    known = {*reps, *teams, ORG}
    active = {f"{KPI}{kpi.id}" for kpi in definitions(ws).values() if kpi.status == "active"}
    for one in said:
        is_for_it = one.what in active if one.kpi_id else one.what != ONE_ON_ONE or one.scope.kind == "rep"
        is_default = one.what in ("weekly", ONE_ON_ONE) and one.scope == ORG
        if is_for_it and not is_default and one.scope in known:
            found.append((one.what, one.scope))
    yield from dict.fromkeys(found)


def _leads(seen: Held, said: tuple[Cadence, ...], person: Person) -> bool:
    """Whether somebody leads others by role, so that no one-on-one is due with them as with a rep.

    Whoever had one, or of whom it was said how often they have one, has them all the same.
    """
    scope = Scope("rep", person.name, person.id)
    is_met = any(one.what == ONE_ON_ONE and one.scope == scope for one in said) or seen.one_on_ones.get(person.id)
    return person.leads and not is_met


def _said(seen: Held, said: tuple[Cadence, ...], what: str, scope: Scope) -> Cadence | None:
    """What was said of a scope, else of the nearest team it lies in, else of all; None where nothing was."""
    mine = {one.scope: one for one in said if one.what == what}
    if scope in mine:
        return mine[scope]
    if what in ("monthly", "forecast"):
        return None
    team = seen.organisation.team_on(scope.id, seen.today) if scope.kind == "rep" else None
    own = (team,) if team is not None else ()
    below = seen.organisation.above(team.id if team is not None else scope.id) if scope.kind != "org" and (
        team is not None or scope.kind == "team") else ()  # fmt: skip
    whole = (Scope("team", one.name, one.id) for one in (*own, *below))
    return next((mine[one] for one in whole if one in mine), mine.get(ORG))


def _last(ws: Workspace, seen: Held, one: _Wanted) -> date | None:
    """When it last took place; a KPI of a rep may have been on the sheet of a one-on-one too."""
    found = last_held(seen, one.what, one.scope)
    if one.scope.kind != "rep" or not one.what.startswith(KPI):
        return found
    for day, number in seen.one_on_ones.get(one.scope.id, ())[:SHEETS_BACK]:
        on_sheet = ws.remember(("KPIs of a one-on-one", number), partial(_kpis_on, ws, number))
        if one.what.removeprefix(KPI) in on_sheet:
            return max(day, found or day)
    return found


def _kpis_on(ws: Workspace, number: int) -> frozenset[str]:
    return frozenset(line.row.kpi.id for line in store.load_sheet(ws.db, number).lines)


def _due(ws: Workspace, seen: Held, one: _Wanted) -> Due | None:
    """When it is due next, moved to a day that is worked; None where it never is, as for somebody who leaves before."""
    last = _last(ws, seen, one)
    wanted = one.first if last is None else next_after(last, one.every)
    if one.own:
        wanted = max(wanted, one.first)
    on = next_working_day(wanted, seen.week, seen.free(one.scope))
    if on is None or on >= _leaves_on(seen, one.scope):
        return None
    away = away_until(seen, one.scope)
    return Due(
        what=one.what,
        title=one.title,
        scope=one.scope,
        whose=scope_name(ws, one.scope),
        on=on,
        every=one.every,
        last=last,
        days_late=max((seen.today - on).days, 0),
        draft=seen.drafts.get((one.what, one.scope), 0),
        own=one.own,
        note=f"away until {day_text(away)}" if away is not None else "",
    )


def _leaves_on(seen: Held, scope: Scope) -> date:
    days = (one.end_at for one in seen.organisation.people if scope.kind == "rep" and one.id == scope.id)
    return next((day for day in days if day is not None), date.max)


def _left_out(ws: Workspace, seen: Held) -> Iterator[LeftOut]:
    """Whom no one-on-one is due with, and why."""
    said = cadences(ws)
    for person in sorted(seen.organisation.people, key=lambda one: one.name):
        scope = Scope("rep", person.name, person.id)
        own = _said(seen, said, ONE_ON_ONE, scope)
        why = why_not(seen, person) or (NEVER if own is not None and own.every == "never" else "")
        why = why or (f"{LEADS}: {person.role}" if _leads(seen, said, person) else "")
        if why:
            yield LeftOut(scope, scope_name(ws, scope), why)
