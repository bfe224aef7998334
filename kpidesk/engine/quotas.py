"""Quotas from the files, where no target of bookings was set in the app."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kpidesk.core.periods import Period
from kpidesk.engine.absences import absences_of
from kpidesk.engine.days import FAR, NO_DAY, day_number
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import closing_days
from kpidesk.engine.quota_parts import Lacking, lacking
from kpidesk.engine.records import person_rows
from kpidesk.engine.tables import teams_named
from kpidesk.engine.values import Floats, Ints, Mask, added

SHORTER = 0.65
"""How much shorter than another a period of the same kind can be: four weeks beside six in a year of 53 weeks."""


def imported_quotas(facts: Facts, periods: Sequence[Period]) -> Floats:
    """The quota of every row of an answer in each period, in major units; NaN where the files give none.

    It is the sum of the rows whose period begins in the one asked for. A rep has those in the rep's name. A team has
    those in its own name, else those of the people who are in it on the day they begin; the org those in nobody's name,
    else all of people, else all of teams. Of a whole nothing is known where somebody who sells in it has none, nor of
    a period some months of which have none (see `lacking`), nor of one shorter than those of the rows. A quota of 0 is
    no quota.
    """
    found = np.full((facts.crew.rows, len(periods)), np.nan)
    given = _given(facts)
    for at, period in enumerate(periods):
        if (told := _summed(facts, given, period)) is not None:
            found[:, at] = np.where((told.amount > 0) & (told.known == told.selling), told.amount, np.nan)
            found[[*told.partly], at] = np.nan
    return found


def quota_gaps(facts: Facts, periods: Sequence[Period]) -> tuple[dict[int, str], ...]:
    """Why there is no quota in each period, by row of an answer, where the files do give some of it."""
    given = _given(facts)
    told = (_summed(facts, given, period) for period in periods)
    return tuple(one.gaps(facts.crew.first_rep) if one is not None else {} for one in told)


def quota_values(facts: Facts, row: int, period: Period) -> tuple[Ints, Floats]:
    """The stored values whose sum is the quota of one row of an answer, each with its amount in major units."""
    given = _inside(_given(facts), period)
    mine = _made_of(facts, given, row)
    return given.value[mine], given.amount[mine]


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """The quotas of a period by row of an answer: their sum, and how many reps have one of how many who sell.

    `partly` are the rows of which some parts of the period only are told.
    """

    amount: Floats
    known: Ints
    selling: Ints
    partly: Mapping[int, Lacking]

    def gaps(self, first_rep: int) -> dict[int, str]:
        """Why there is none, by row; `first_rep` is the row before that of the first rep."""
        known, selling = self.known, self.selling
        nothing = np.flatnonzero((self.amount <= 0) & (known == selling)).tolist()
        some = np.flatnonzero((known < selling) & ((known > 0) | bool(self.partly))).tolist()
        which = "a quota of the whole period" if self.partly else "a quota"
        return (
            dict.fromkeys(nothing, "the quota in the file is 0, which is none")
            | {row: f"{which} is known for {known[row]} of {selling[row]} reps" for row in some if row < first_rep}
            | {row: one.words for row, one in self.partly.items()}
        )


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


def _summed(facts: Facts, given: _Given, period: Period) -> _Told | None:
    """What the files tell of a period; None where no quota lies in it."""
    inside = _inside(given, period)
    if not len(inside.day):
        return None
    partly = _partly(facts, given, period)
    return _Told(_by_row(facts, inside), *_sellers(facts, inside, period, partly), partly)


def _inside(given: _Given, period: Period) -> _Given:
    """Those whose period begins in the one asked for; none where that is shorter than theirs."""
    start, end = day_number(period.start), day_number(period.end)
    at = np.flatnonzero((given.day >= start) & (given.day < end) & (end - start >= given.shortest))
    return _Given(given.value[at], given.amount[at], given.day[at], given.person[at], given.team[at],
                  given.unowned[at], given.shortest)  # fmt: skip


def _partly(facts: Facts, given: _Given, period: Period) -> dict[int, Lacking]:
    """Whose quotas tell of some parts of a period and not of all, by row of an answer."""
    crew = facts.crew
    whose = np.where(given.person > 0, crew.first_rep + given.person, given.team)
    return lacking(facts, whose[given.day != NO_DAY], given.day[given.day != NO_DAY], period)


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


def _sellers(facts: Facts, given: _Given, period: Period, partly: Collection[int]) -> tuple[Ints, Ints]:
    """How many reps have a quota, and how many there are with those who sell without one, by row of an answer.

    Who has one for parts of the period only (rows in `partly`) has none.

    Both are 0 where a quota is in the name of the team or org itself, and for reps.
    """
    crew, size = facts.crew, len(facts.crew.teams) + 1
    own = np.bincount(given.team, minlength=size) > 0
    own[0] = False
    named = np.zeros(len(crew.people) + 1, dtype=np.bool_)
    named[given.person] = True
    named[0] = False
    counted = np.flatnonzero(named | _selling(facts, period))
    team = crew.team_on(counted, _first_days(facts, period)[counted])
    by_people = bool(named.any())
    whole_own, whole_named = own.copy(), named.copy()
    whole_own[[row for row in partly if 0 < row < crew.first_rep]] = False
    whole_named[[row - crew.first_rep for row in partly if row > crew.first_rep]] = False
    known = whole_named[counted] if by_people else (crew.holding[team][:, whole_own] > 0).any(axis=1)
    ones = np.ones(len(counted))
    parts = [added(team, one, size) @ crew.holding for one in (whole_named[counted].astype(float), ones)]
    wholes = (0, 0) if given.unowned.any() else (int(known.sum()), len(counted))
    found = []
    for part, whole in zip(parts, wholes, strict=True):
        teams = np.where(own, 0, np.rint(part)).astype(np.int64)
        teams[0] = 0
        found.append(np.concatenate(([whole], teams, np.zeros(len(named), dtype=np.int64))))
    return found[0], found[1]


def _selling(facts: Facts, period: Period) -> Mask:
    """Who owns a deal that is open or closes in a period, and is there on a day of it, nobody first."""
    owner, start, end = facts.tables.deals.owner, day_number(period.start), day_number(period.end)
    lives = (facts.created < end) & (closing_days(facts.versions) >= start) & (facts.missing >= start)
    found = np.zeros(len(facts.crew.people) + 1, dtype=np.bool_)
    found[owner[lives & (owner > 0)]] = True
    return found & (_first_days(facts, period) < end)


def _first_days(facts: Facts, period: Period) -> Ints:
    """The first day of a period on which each person is there, nobody first; far off for who is not there at all."""
    crew, away = facts.crew, absences_of(facts)
    start, end = day_number(period.start), day_number(period.end)
    found = np.full(len(crew.people) + 1, start, dtype=np.int64)
    for person in crew.organisation.people:
        first = start if person.hire_at is None else max(start, day_number(person.hire_at))
        last = end if person.end_at is None else min(end, day_number(person.end_at))
        for begins, ends in sorted(away.get(person.id, ())):
            first = max(first, ends) if begins <= first else first
        found[crew.person_row[person.id]] = first if first < last else FAR
    return found


def _sum(amount: Floats) -> float:
    return float(amount.sum()) if len(amount) else np.nan


def _total(parts: Floats) -> float:
    return float(np.nansum(parts)) if (~np.isnan(parts)).any() else np.nan


def _sums(place: Ints, amount: Floats, size: int) -> Floats:
    """The sum at each place, NaN where nothing is."""
    count = np.bincount(place, minlength=size)
    return np.where(count > 0, added(place, amount, size), np.nan)
