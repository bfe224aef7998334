"""Quotas from the files, where no target of bookings was set in the app."""

from __future__ import annotations

from collections.abc import Sequence

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
    crew, tables = facts.crew, facts.tables
    found = np.full((crew.rows, len(periods)), np.nan)
    records = tables.records("quotas")
    amount, day = tables.stored(records, "amount").data / facts.scale, records.raw("period_at")
    kept = np.flatnonzero(~np.isnan(amount) & (day != NO_DAY))
    person = person_rows(records.columns, "person", tables.cells.curation, crew)[records.now][kept]
    named = np.where(person > 0, 0, teams_named(tables, records)[kept])
    unowned = (person == 0) & (records.raw("team")[kept] == 0)
    amount, day = amount[kept], day[kept]
    length = _length(day)
    for at, period in enumerate(periods):
        start, end = day_number(period.start), day_number(period.end)
        inside = np.flatnonzero((day >= start) & (day < end))
        if len(inside) and end - start >= length:
            found[:, at] = _by_row(facts, amount[inside], day[inside], person[inside], named[inside], unowned[inside])
    return found


def _length(day: Ints) -> float:
    """The shortest time between two periods of the files, less what one may be shorter; 0 when there is one."""
    steps = np.diff(np.unique(day))
    return float(steps.min()) * SHORTER if len(steps) else 0.0


def _by_row(facts: Facts, amount: Floats, day: Ints, person: Ints, named: Ints, unowned: Mask) -> Floats:
    crew = facts.crew
    reps = _sums(person, amount, len(crew.people) + 1)
    own = _sums(named, amount, len(crew.teams) + 1)
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
