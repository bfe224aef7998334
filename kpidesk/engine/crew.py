"""People and teams as numbers: who is in which team on which day, and which row of an answer is whose.

An answer has one row per scope: the org, then Unassigned and every team, then nobody and every rep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kpidesk.core.errors import UserError
from kpidesk.core.people import Organisation, Scope, Team
from kpidesk.engine.days import day_number
from kpidesk.engine.values import Floats, Ints, Raw

UnassignedLevel = Literal["team", "rep"]
_WIDTH = 2**33  # more days than any two day numbers are apart


@dataclass(frozen=True, slots=True, eq=False)
class Crew:
    """The organisation in arrays.

    People and teams are numbered from 1 in the order of `people` and `teams`; 0 stands for nobody and for no
    team. `spell_*` are the memberships by person and day; `holding[t, a]` says that team t lies in team a.
    `group_*` list for every team (and first for all teams together) the memberships in it or below it, those of
    group g at `group_bounds[g] : group_bounds[g + 1]`.
    """

    organisation: Organisation
    people: tuple[int, ...]
    teams: tuple[int, ...]
    person_row: Mapping[int, int]
    team_row: Mapping[int, int]
    spell_key: Ints
    spell_person: Ints
    spell_team: Ints
    spell_end: Ints
    holding: Floats
    group_person: Ints
    group_start: Ints
    group_end: Ints
    group_bounds: Ints

    @property
    def rows(self) -> int:
        """How many rows an answer for every scope has."""
        return 3 + len(self.teams) + len(self.people)

    @property
    def first_rep(self) -> int:
        """The row of nobody; the reps follow."""
        return 2 + len(self.teams)

    def team_on(self, person: Raw, day: Raw | int) -> Ints:
        """The team of each person on each day, 0 when in none."""
        people = person.astype(np.int64)
        days = np.broadcast_to(np.asarray(day, dtype=np.int64), people.shape)
        if not len(self.spell_key):
            return np.zeros(people.shape, dtype=np.int64)
        at = np.searchsorted(self.spell_key, people * _WIDTH + days, side="right") - 1
        hit = (at >= 0) & (self.spell_person[at] == people) & (days < self.spell_end[at])
        return np.where(hit, self.spell_team[at], 0)

    def home_in(self, person: Raw, start: int, end: int) -> Ints:
        """The team of each person on the first of some days or, who was in none then, the first one in them."""
        people = person.astype(np.int64)
        found = self.team_on(people, start)
        if not len(self.spell_key):
            return found
        after = np.searchsorted(self.spell_key, people * _WIDTH + start, side="right")
        at = np.minimum(after, len(self.spell_key) - 1)
        later = (after == at) & (self.spell_person[at] == people) & (self.spell_start[at] < end)
        return np.where((found == 0) & later, self.spell_team[at], found)

    @property
    def spell_start(self) -> Ints:
        """The first day of every membership."""
        return self.spell_key - self.spell_person * _WIDTH

    def row_of(self, scope: Scope, unassigned: UnassignedLevel) -> int:
        """The row of an answer that belongs to a scope.

        Raises:
            UserError: the workspace has no such team or rep.
        """
        if scope.kind == "org":
            return 0
        if scope.kind == "unassigned":
            return 1 if unassigned == "team" else self.first_rep
        numbers = self.team_row if scope.kind == "team" else self.person_row
        if scope.id not in numbers:
            raise UserError(f"There is no {scope.kind} '{scope.name}'.", "Choose one of the known teams and reps.")
        return numbers[scope.id] + (1 if scope.kind == "team" else self.first_rep)


def build_crew(organisation: Organisation) -> Crew:
    """Number the people and teams and lay out their memberships."""
    people = tuple(sorted({person.id for person in organisation.people}))
    teams = tuple(sorted({team.id for team in organisation.teams}))
    person_row = {one: row for row, one in enumerate(people, 1)}
    team_row = {one: row for row, one in enumerate(teams, 1)}
    spells = sorted(
        (person_row[spell.person_id], day_number(spell.start), day_number(spell.end), team_row[spell.team_id])
        for spell in organisation.memberships
        if spell.person_id in person_row and spell.team_id in team_row
    )
    table = np.array(spells, dtype=np.int64).reshape(-1, 4)
    holding = _holding(organisation.teams, team_row)
    inside = [np.arange(len(table))]
    inside += [np.flatnonzero(holding[table[:, 3], row]) for row in range(1, len(teams) + 1)]
    picked = np.concatenate(inside)
    return Crew(
        organisation, people, teams, person_row, team_row,
        spell_key=table[:, 0] * _WIDTH + table[:, 1], spell_person=table[:, 0].copy(),
        spell_team=table[:, 3].copy(), spell_end=table[:, 2].copy(), holding=holding,
        group_person=table[picked, 0], group_start=table[picked, 1], group_end=table[picked, 2],
        group_bounds=np.cumsum([0, *(len(one) for one in inside)]),
    )  # fmt: skip


def _holding(teams: Sequence[Team], team_row: Mapping[int, int]) -> Floats:
    """Row t, column a: 1 where team t is a or lies below it. Row and column 0 stand for no team."""
    parents = {team.id: team.parent_id for team in teams}
    found = np.zeros((len(team_row) + 1, len(team_row) + 1))
    found[0, 0] = 1
    for team, row in team_row.items():
        above: int = team
        while above in team_row and not found[row, team_row[above]]:
            found[row, team_row[above]] = 1
            above = parents.get(above, 0)
    return found
