"""Quotas from the files, where no target of bookings was set in the app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpidesk.core.periods import Period
from kpidesk.engine.days import NO_DAY, day_number
from kpidesk.engine.facts import Facts
from kpidesk.engine.records import person_rows
from kpidesk.engine.tables import teams_named
from kpidesk.engine.values import Floats, Ints, Mask, added

SHORTER = 0.65
"""How much shorter than another a period of the same kind can be: four weeks beside six in a year of 53 weeks."""


def imported_quotas(facts: Facts, periods: Sequence[Period]) -> Floats:
    """The quota of every row of an answer in each period, in major units; NaN where the files give none.

    It is the sum of the rows whose period begins in the one asked for. A rep has those in the rep's name. A team has
    those in its own name, else those of the people who are in it on the day they begin; the org those in nobody's name,
    else all of people, else all of teams. Of periods shorter than those of the rows nothing is known.
    """
    found = np.full((facts.crew.rows, len(periods)), np.nan)
    given = _given(facts)
    for at, period in enumerate(periods):
        inside = _inside(given, period)
        if len(inside.day):
            found[:, at] = _by_row(facts, inside)
    return found


def quota_values(facts: Facts, row: int, period: Period) -> tuple[Ints, Floats]:
    """The stored values whose sum is the quota of one row of an answer, each with its amount in major units."""
    given = _inside(_given(facts), period)
    mine = _made_of(facts, given, row)
    return given.value[mine], given.amount[mine]


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """The quotas of the files: each its stored value, amount and first day, and the person or team it is for.

    `unowned` are in nobody's name; `shortest` is the length of the shortest period that they know of.
    """

    value: Ints
    amount: Floats
    day: Ints
    person: Ints
    team: Ints
    unowned: Mask
    shortest: float


def _given(facts: Facts) -> _Given:
    crew, tables = facts.crew, facts.tables
    records = tables.records("quotas")
    amount, day = tables.stored(records, "amount").data / facts.scale, records.raw("period_at")
    kept = np.flatnonzero(~np.isnan(amount) & (day != NO_DAY))
    person = person_rows(records.columns, "person", tables.cells.curation, crew)[records.now][kept]
    team = np.where(person > 0, 0, teams_named(tables, records)[kept])
    unowned = (person == 0) & (records.raw("team")[kept] == 0)
    return _Given(records.now[kept], amount[kept], day[kept], person, team, unowned, _length(day[kept]))


def _inside(given: _Given, period: Period) -> _Given:
    """Those whose period begins in the one asked for; none where that is shorter than theirs."""
    start, end = day_number(period.start), day_number(period.end)
    at = np.flatnonzero((given.day >= start) & (given.day < end) & (end - start >= given.shortest))
    return _Given(given.value[at], given.amount[at], given.day[at], given.person[at], given.team[at],
                  given.unowned[at], given.shortest)  # fmt: skip


def _made_of(facts: Facts, given: _Given, row: int) -> Mask:
    """Which quotas make up that of a row: its own, else those of what it holds."""
    crew, of_people = facts.crew, given.person > 0
    if row >= crew.first_rep:
        return np.asarray(of_people & (given.person == row - crew.first_rep))
    if row > 0:
        own = ~of_people & (given.team == row - 1)
        held = crew.holding[crew.team_on(given.person, given.day), row - 1] > 0
        return own if own.any() else np.asarray(of_people & held)
    return next((one for one in (given.unowned, of_people) if one.any()), ~of_people)


def _length(day: Ints) -> float:
    """The shortest time between two periods of the files, less what one may be shorter; 0 when there is one."""
    steps = np.diff(np.unique(day))
    return float(steps.min()) * SHORTER if len(steps) else 0.0


def _by_row(facts: Facts, given: _Given) -> Floats:
    crew, amount, day, person, unowned = facts.crew, given.amount, given.day, given.person, given.unowned
    reps = _sums(person, amount, len(crew.people) + 1)
    own = _sums(given.team, amount, len(crew.teams) + 1)
    of_people = np.flatnonzero(person > 0)
    team = crew.team_on(person[of_people], day[of_people])
    inside = added(team, amount[of_people], len(own)) @ crew.holding
    held = added(team, np.ones(len(team)), len(own)) @ crew.holding
    teams = np.where(np.isnan(own), np.where(held > 0, inside, np.nan), own)
    teams[0] = np.nan
    of_teams = amount[(person == 0) & ~unowned]  # also of teams that nobody is known to be in
    totals = (_sum(amount[unowned]), _total(reps[1:]), _sum(of_teams))
    total = next((one for one in totals if not np.isnan(one)), np.nan)
    reps[0] = np.nan
    return np.concatenate(([total], teams, reps))


def _sum(amount: Floats) -> float:
    return float(amount.sum()) if len(amount) else np.nan


def _total(parts: Floats) -> float:
    return float(np.nansum(parts)) if (~np.isnan(parts)).any() else np.nan


def _sums(place: Ints, amount: Floats, size: int) -> Floats:
    """The sum at each place, NaN where nothing is."""
    count = np.bincount(place, minlength=size)
    return np.where(count > 0, added(place, amount, size), np.nan)
