"""Reps within their ramp, part-time or of two teams: named where reps stand side by side, with what that means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kpidesk.core.formats import day_text, whole_percent
from kpidesk.core.part_time import fte_words, part_timers
from kpidesk.core.people import Person, Scope, is_ramping, ramp_end
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import listed
from kpidesk.operations.questions import organisation_of
from kpidesk.operations.workspace import Workspace, data_date, goals, scopes
from kpidesk.stats.ramp import full_months, ramped_quota

MOST_NAMED = 6
LONG_AGO = date(1900, 1, 1)


def ramping(ws: Workspace, asked: Question, members: Iterable[Scope]) -> tuple[Person, ...]:
    """Who among some reps is ramping on the last day of a period, or of the data where those end before."""
    day = min(asked.period.last_day, data_date(ws, asked.as_of) or ws.today)
    wanted = {one.id for one in members if one.kind == "rep"}
    return tuple(one for one in scopes(ws).people if one.id in wanted and is_ramping(one, day))


def quota_share(person: Person, period: Period) -> float | None:
    """The share of a full quota of a period that the ramp leaves; None without a known ramp, 0 before the hire.

    Each full month since the hire adds an equal step, up to the whole after the last month of the ramp.
    """
    if person.hire_at is None or not person.ramp_months:
        return None
    steps = tuple(month / person.ramp_months for month in range(person.ramp_months + 1))
    full = ramped_quota(1.0, period, LONG_AGO, (1.0,))
    return ramped_quota(1.0, period, person.hire_at, steps) / full


def months_in(person: Person, period: Period) -> str:
    """How far a person is in their ramp during a period: "month 3 of 5", "months 3 to 5 of 5"."""
    if person.hire_at is None or not person.ramp_months:
        return ""
    first = full_months(person.hire_at, max(period.start, person.hire_at)) + 1
    last = min(full_months(person.hire_at, period.last_day) + 1, person.ramp_months)
    months = f"month {first}" if first >= last else f"months {first} to {last}"
    return f"{months} of {person.ramp_months}"


def ramp_note(person: Person, period: Period) -> str:
    """Until when a person is ramping, and what share of a full quota that leaves: "until 5 Jul 2026 (42 % …)"."""
    end, share = ramp_end(person), quota_share(person, period)
    if end is None or share is None:
        return ""
    return f"until {day_text(end)} ({whole_percent(share)}% of a full quota in {period.label})"


def ramp_notices(ws: Workspace, asked: Question, members: Iterable[Scope]) -> tuple[str, ...]:
    """Who among reps that are compared is ramping, in words; nothing where nobody is."""
    found = ramping(ws, asked, members)
    if not found:
        return ()
    named = listed((f"{one.name} {ramp_note(one, asked.period)}" for one in found), MOST_NAMED)
    return (f"Ramping: {named}. {_effect(ws, asked)}.",)


def part_time_notices(ws: Workspace, asked: Question, members: Iterable[Scope]) -> tuple[str, ...]:
    """Who among reps that are compared works part-time, in words; nothing where nobody does."""
    wanted = {one.id for one in members if one.kind == "rep"}
    found = part_timers([one for one in scopes(ws).people if one.id in wanted], asked.period)
    if not found:
        return ()
    named = listed((f"{one.name} {fte_words(one, asked.period)}" for one in found), MOST_NAMED)
    return (f"Part-time: {named}. {_effect(ws, asked)}, and what they did is shown as it is.",)


def moved_notices(ws: Workspace, asked: Question, members: Iterable[Scope]) -> tuple[str, ...]:
    """Who of a team's reps was in another team too, in words: their lines count what they did there as well."""
    if asked.scope.kind != "team":
        return ()
    known, wanted = organisation_of(ws, asked), {one.id: one.name for one in members if one.kind == "rep"}
    inside = known.descendants(asked.scope.id)
    away = {
        one.person_id for one in known.memberships
        if one.team_id not in inside and one.start < asked.period.end and asked.period.start < one.end
    }  # fmt: skip
    found = [name for person, name in wanted.items() if person in away]
    if not found:
        return ()
    named = listed(found, MOST_NAMED)
    return (f"In another team too in {asked.period.label}: {named}. The line of a rep counts all that the rep"
            f" did, so the lines need not add up to {asked.scope.name}.",)  # fmt: skip


def _effect(ws: Workspace, asked: Question) -> str:
    """What a share does to targets in the period."""
    if any(one.scope.kind == "role" and one.period == asked.period for one in goals(ws).in_force()):
        return "Targets of their role are cut to that share, those set for them by name are not"
    return "Their targets are not changed by it"
