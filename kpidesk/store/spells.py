"""Who is in which team when, replayed from what people files and hands have said, in data-date order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from kpidesk.core.texts import folded
from kpidesk.store.names import best_spelling
from kpidesk.store.sightings import STILL

Outcome = Literal["added", "updated", "unchanged"]
EVER = ""
Spell = tuple[str, str, int]
"""First day, day after the last, team id; `EVER` and `STILL` for open ends."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row about a person (or, without a person, about a team): what is known, in the order it became known."""

    data_date: str
    import_id: int
    line: int
    person: str = ""
    email: str | None = None
    team: str | None = None
    parent_team: str | None = None
    role: str | None = None
    hire_at: str | None = None
    end_at: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(slots=True)
class Known:
    """A person as the rows replayed so far describe it."""

    name: str = ""
    role: str = ""
    hire_at: str | None = None
    end_at: str | None = None
    spells: list[Spell] = field(default_factory=list)


@dataclass(slots=True)
class Replay:
    """The state that rows are replayed into; numbers come from `names` and `teams` (folded text → id) or are new."""

    names: dict[str, int]
    teams: dict[str, int]
    next_person: int
    next_team: int
    people: dict[int, Known] = field(default_factory=dict)
    parents: dict[int, int] = field(default_factory=dict)
    team_texts: dict[int, str] = field(default_factory=dict)

    def run(self, rows: Iterable[PersonRow]) -> None:
        """Apply rows that were accepted before; one that no longer fits (a circle of teams) is passed over."""
        for row in rows:
            try:
                self.apply(row)
            except ValueError:
                continue

    def apply(self, row: PersonRow) -> Outcome:
        """Take a row into account.

        Raises:
            ValueError: saying why it cannot be.
        """
        if row.valid_from and row.valid_to and row.valid_from >= row.valid_to:
            raise ValueError(f"it ends on {row.valid_to}, before it starts on {row.valid_from}")
        if (row.valid_from or row.valid_to) and not row.team:
            raise ValueError("there are dates but no team")
        if not row.person and not row.team:
            raise ValueError("there is neither a person nor a team")
        changed = self._set_parent(row)
        team = self.team(row.team) if row.team else 0
        if not row.person:
            return "updated" if changed else "unchanged"
        person, new = self._person(row)
        known = self.people.setdefault(person, Known())
        was = (known.name, known.role, known.hire_at, known.end_at, list(known.spells))
        known.name = row.person
        known.role, known.hire_at = row.role or known.role, row.hire_at or known.hire_at
        known.end_at = row.end_at or known.end_at
        if team:
            known.spells = (
                _dated(known.spells, row, team)
                if row.valid_from or row.valid_to
                else moved(known.spells, team, row.data_date)
            )
        if new:
            return "added"
        same = was == (known.name, known.role, known.hire_at, known.end_at, known.spells)
        return "unchanged" if same and not changed else "updated"

    def _person(self, row: PersonRow) -> tuple[int, bool]:
        email, name = folded(row.email or ""), folded(row.person)
        person = (self.names.get(email) if email else None) or self.names.get(name)
        new = person is None
        if person is None:
            person = self.next_person
            self.next_person += 1
        for key in filter(None, (email, name)):
            self.names.setdefault(key, person)
        return person, new

    def team(self, text: str) -> int:
        """The number of a team by its name; a new one is taken in."""
        key = folded(text)
        if key not in self.teams:
            self.teams[key] = self.next_team
            self.next_team += 1
        number, plain = self.teams[key], " ".join(text.split())
        self.team_texts[number] = best_spelling([self.team_texts.get(number, plain), plain])
        return number

    def _set_parent(self, row: PersonRow) -> bool:
        if not row.team or not row.parent_team or folded(row.team) == folded(row.parent_team):
            return False
        above = self.teams.get(folded(row.parent_team), 0)
        own = self.teams.get(folded(row.team), -1)
        while above:
            if above == own:
                raise ValueError(f"the team {row.team} would stand above itself")
            above = self.parents.get(above, 0)
        team, parent = self.team(row.team), self.team(row.parent_team)
        changed = self.parents.get(team) != parent
        self.parents[team] = parent
        return changed


def _dated(spells: list[Spell], row: PersonRow, team: int) -> list[Spell]:
    return put(spells, (row.valid_from or EVER, row.valid_to or STILL, team))


def put(spells: list[Spell], new: Spell) -> list[Spell]:
    """Lay a spell over the others, which give way where they overlap."""
    start, end, _ = new
    left = [(begin, min(stop, start), team) for begin, stop, team in spells if begin < start]
    right = [(max(begin, end), stop, team) for begin, stop, team in spells if stop > end]
    return _joined(sorted([*left, new, *right]))


def _joined(spells: list[Spell]) -> list[Spell]:
    """Spells of one team that follow each other without a gap are one."""
    found: list[Spell] = []
    for begin, stop, team in spells:
        if found and found[-1][1:] == (begin, team):
            found[-1] = (found[-1][0], stop, team)
        else:
            found.append((begin, stop, team))
    return found


def moved(spells: list[Spell], team: int, day: str) -> list[Spell]:
    """The person is in the team on that day: from ever when nothing else is known, else from that day on."""
    if not spells:
        return [(EVER, STILL, team)]
    now = next((spell for spell in spells if spell[0] <= day < spell[1]), None)
    if now is not None and now[2] == team:
        return spells
    later = min((spell[0] for spell in spells if spell[0] > day), default=STILL)
    return put(spells, (day, now[1] if now is not None else later, team))
