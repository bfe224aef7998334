"""Who is in which team when, replayed from what people files and hands have said, in data-date order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import eq
from typing import Literal

from kpidesk.core.texts import folded
from kpidesk.store.dated import LATEST, STILL, told
from kpidesk.store.names import best_spelling

Outcome = Literal["added", "updated", "unchanged"]
EVER = ""
Spell = tuple[str, str, int]
"""First day, day after the last, team id; `EVER` and `STILL` for open ends."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row about a person (or, without a person, about a team): what is known, in the order it became known.

    None says nothing; an empty text, which only hands give, says that there is none: no role any more, no team in
    these days, no team above.
    """

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
    external_id: str | None = None
    motion: str | None = None
    territory: str | None = None
    segment: str | None = None
    ramp_months: int | None = None
    fte: int | None = None
    fte_from: str | None = None


@dataclass(slots=True)
class Known:
    """A person as the rows replayed so far describe it; `is_placed`: some row says which team, or that it is none."""

    name: str = ""
    role: str = ""
    hire_at: str | None = None
    end_at: str | None = None
    motion: str = ""
    territory: str = ""
    segment: str = ""
    ramp_months: int | None = None
    fte: dict[date, int] = field(default_factory=dict)
    spells: list[Spell] = field(default_factory=list)
    is_placed: bool = False


_NOBODY = Known()


@dataclass(slots=True)
class Replay:
    """The state that rows are replayed into; numbers come from `names` and `teams` (folded text → id) or are new.

    `team_names` are the names of teams by the id that some files give instead; `spoken` the texts that name a team.
    """

    names: dict[str, int]
    teams: dict[str, int]
    next_person: int
    next_team: int
    people: dict[int, Known] = field(default_factory=dict)
    parents: dict[int, int] = field(default_factory=dict)
    team_texts: dict[int, str] = field(default_factory=dict)
    team_names: dict[str, str] = field(default_factory=dict)
    spoken: set[str] = field(default_factory=set)

    def run(self, rows: Sequence[PersonRow]) -> None:
        """Apply rows that were accepted before; one that no longer fits (a circle of teams) is passed over."""
        for row in rows:
            self._learn_team(row)
        for row in rows:
            try:
                self._take(row)
            except ValueError:
                continue

    def apply(self, row: PersonRow) -> Outcome:
        """Take a row into account.

        Raises:
            ValueError: saying why it cannot be.
        """
        self._learn_team(row)
        return self._take(row)

    def _take(self, row: PersonRow) -> Outcome:
        _refuse_contradictions(row)
        known_teams = len(self.team_texts)
        changed = self._set_parent(row)
        team = self.team(row.team) if row.team else 0
        if not row.person:
            return "added" if len(self.team_texts) > known_teams else "updated" if changed else "unchanged"
        person, new = self._person(row)
        known = self.people.setdefault(person, Known())
        was = replace(known)  # its spells and shares are replaced, never changed
        _take_facts(known, row)
        known.is_placed |= row.team is not None
        known.spells = _spells_after(known.spells, row, team)
        if new:
            return "added"
        return "unchanged" if was == known and not changed else "updated"

    def person_of(self, row: PersonRow) -> int | None:
        """The number of the person that a row is about, by e-mail address, name or number; None for a new one."""
        email, name, number = _keys_of(row)
        person = (self.names.get(email) if email else None) or self.names.get(name)
        return person or (self.names.get(number) if number else None)

    def _person(self, row: PersonRow) -> tuple[int, bool]:
        person = self.person_of(row)
        new = person is None
        if person is None:
            person = self.next_person
            self.next_person += 1
        for key in filter(None, _keys_of(row)):
            self.names.setdefault(key, person)
        return person, new

    def team(self, text: str) -> int:
        """The number of a team by its name; a new one is taken in."""
        name = self._team_name(text)
        key = folded(name)
        if key not in self.teams and (number := self.teams.get(folded(text))) is not None:
            self.teams[key] = number
        if key not in self.teams:
            self.teams[key] = self.next_team
            self.next_team += 1
        self.spoken |= {key, folded(text)}
        number, plain = self.teams[key], " ".join(name.split())
        self.team_texts[number] = best_spelling([self.team_texts.get(number, plain), plain])
        return number

    def teams_by_text(self) -> dict[str, int]:
        """The team that each text means now, after everything that was said of the ids of teams."""
        meant = {text: self.teams.get(folded(self._team_name(text))) for text in (*self.teams, *self.team_names)}
        found = {text: number or self.teams.get(text) for text, number in meant.items()}
        return {text: number for text, number in found.items() if number is not None}

    def _learn_team(self, row: PersonRow) -> None:
        """Take in what a row without a person says: the name of the team with that id."""
        if row.team and row.external_id and not row.person:
            new, old = folded(row.team), folded(row.external_id)
            self.team_names.pop(new, None)  # a name that is given back stands for itself again
            if new != old:
                self.team_names[old] = row.team
                if old in self.teams:
                    self.teams.setdefault(new, self.teams[old])

    def _team_name(self, text: str) -> str:
        """The name of the team that a text names: what it was renamed to, and that in turn."""
        while (name := self.team_names.get(folded(text))) is not None:
            text = name
        return text

    def _set_parent(self, row: PersonRow) -> bool:
        if row.team and row.parent_team == "":
            return self.parents.pop(self.team(row.team), None) is not None
        if not row.team or not row.parent_team:
            return False
        own_key, above_key = (folded(self._team_name(text)) for text in (row.team, row.parent_team))
        if own_key == above_key:
            return False
        above, own = self.teams.get(above_key, 0), self.teams.get(own_key, -1)
        while above:
            if above == own:
                raise ValueError(f"the team {row.team} cannot lie below itself: it is above {row.parent_team}")
            above = self.parents.get(above, 0)
        team, parent = self.team(row.team), self.team(row.parent_team)
        changed = self.parents.get(team) != parent
        self.parents[team] = parent
        return changed


def _keys_of(row: PersonRow) -> tuple[str, str, str]:
    return folded(row.email or ""), folded(row.person), folded(row.external_id or "")


def _refuse_contradictions(row: PersonRow) -> None:
    if row.valid_from and row.valid_to and row.valid_from >= row.valid_to:
        raise ValueError(f"it ends on {row.valid_to}, before it starts on {row.valid_from}")
    if (row.valid_from or row.valid_to) and row.team is None:
        raise ValueError("there are dates but no team")
    if row.fte_from and row.fte is None:
        raise ValueError("there is a day from which a share of full time holds, but no share")
    if not row.person and not row.team:
        raise ValueError("there is neither a person nor a team")


def _take_facts(known: Known, row: PersonRow) -> None:
    """Write down what a row says of the person, beside their team; what it does not say stays."""
    known.name = row.person
    for name in LATEST:
        if (said := getattr(row, name)) is not None:
            setattr(known, name, getattr(_NOBODY, name) if said == "" else said)
    if row.fte is not None:
        later = row.valid_from if (row.valid_from or "") > row.data_date else None
        since = later if row.fte_from is None else row.fte_from
        known.fte = told(known.fte, row.fte, since, date.fromisoformat(row.data_date), eq)


def _spells_after(spells: list[Spell], row: PersonRow, team: int) -> list[Spell]:
    """The spells of a person once a row counts too; `team` is the one that it names, 0 when it names none."""
    if row.team == "":
        return cut(spells, row.valid_from or EVER, row.valid_to or STILL)
    if not team:
        return spells
    return _dated(spells, row, team) if row.valid_from or row.valid_to else moved(spells, team, row.data_date)


def _dated(spells: list[Spell], row: PersonRow, team: int) -> list[Spell]:
    return put(spells, (row.valid_from or EVER, row.valid_to or STILL, team))


def put(spells: list[Spell], new: Spell) -> list[Spell]:
    """Lay a spell over the others, which give way where they overlap."""
    return _joined(sorted([*cut(spells, new[0], new[1]), new]))


def cut(spells: list[Spell], start: str, end: str) -> list[Spell]:
    """What is left of spells outside the days from `start` to `end`."""
    left = [(begin, min(stop, start), team) for begin, stop, team in spells if begin < start]
    right = [(max(begin, end), stop, team) for begin, stop, team in spells if stop > end]
    return sorted([*left, *right])


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
