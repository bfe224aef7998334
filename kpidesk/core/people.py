"""Who sells: reps, teams of any depth, dated memberships, and the scopes a number can be asked for."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from kpidesk.core.errors import UserError, nearest
from kpidesk.core.texts import folded

TeamView = Literal["as-was", "today"]
"""Whether a row counts for the team its person was in at the time, or for the one they are in on the newest day."""
ScopeKind = Literal["org", "team", "rep", "unassigned", "role"]
"""`role`: everybody who has a role; goals are set for it, numbers are not asked of it."""
ALWAYS = date.min
FOREVER = date.max


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """What a number is asked for: the org, one team, one rep, or what belongs to nobody.

    `id` is the person's or team's number in the workspace; 0 for the org and for Unassigned.
    """

    kind: ScopeKind
    name: str = ""
    id: int = 0

    @property
    def key(self) -> str:
        """How the command line and the JSON name it: `org`, `team:North`, `rep:Ann Lee`, `unassigned`."""
        return self.kind if self.kind in ("org", "unassigned") else f"{self.kind}:{self.name}"


ORG = Scope("org")
UNASSIGNED = Scope("unassigned")


LEADING_ROLE = (
    r"(?:.*\b(?:sales|regional|area|team|district|country) (?:manager|lead|leader|director)"
    r"|manager|head of .*|vp\b.*|director.*)"
)
"""An account manager and a customer success manager lead nobody."""


@dataclass(frozen=True, slots=True)
class WordSince:
    """A role, a territory or a motion, and the day from which somebody had it; empty for none."""

    start: date
    word: str


@dataclass(frozen=True, slots=True)
class FteSince:
    """A share of full time (0 to 1) and the day from which somebody worked it."""

    start: date
    share: float


@dataclass(frozen=True, slots=True)
class Person:
    """A rep or manager. Dates are None when not known, `ramp_months` when nobody said how long a ramp is.

    `role`, `motion` and `territory` are the present ones; `roles`, `motions` and `territories` are all, the earliest
    first, of somebody who had others before. `fte` are the shares of full time, the earliest first, of somebody who was
    not always full time.
    """

    id: int
    name: str
    role: str = ""
    hire_at: date | None = None
    end_at: date | None = None
    motion: str = ""
    territory: str = ""
    segment: str = ""
    ramp_months: int | None = None
    roles: tuple[WordSince, ...] = ()
    fte: tuple[FteSince, ...] = ()
    motions: tuple[WordSince, ...] = ()
    territories: tuple[WordSince, ...] = ()

    @property
    def leads(self) -> bool:
        """Whether the present role is that of who leads others; an account manager does not."""
        return re.fullmatch(LEADING_ROLE, folded(self.role)) is not None

    def role_on(self, day: date) -> str:
        """The role on a day: before the first one that is known that one."""
        return _on(self.roles, self.role, day)

    def motion_on(self, day: date) -> str:
        """The motion on a day: before the first one that is known that one."""
        return _on(self.motions, self.motion, day)

    def territory_on(self, day: date) -> str:
        """The territory on a day: before the first one that is known that one."""
        return _on(self.territories, self.territory, day)

    def fte_on(self, day: date) -> float:
        """The share of full time (0 to 1) on a day: before the first one that is known full time."""
        return next((one.share for one in reversed(self.fte) if one.start <= day), 1.0)


def _on(since: tuple[WordSince, ...], present: str, day: date) -> str:
    if not since:
        return present
    return next((one.word for one in reversed(since) if one.start <= day), since[0].word)


@dataclass(frozen=True, slots=True)
class Team:
    """A team; `parent_id` 0 when it stands at the top."""

    id: int
    name: str
    parent_id: int = 0


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's time in a team, half-open; `ALWAYS` and `FOREVER` stand for open ends."""

    person_id: int
    team_id: int
    start: date = ALWAYS
    end: date = FOREVER


@dataclass(frozen=True, slots=True)
class Organisation:
    """All people, teams and memberships of a workspace.

    `also` are other names under which files know people, each with the number of who bears it.
    """

    people: tuple[Person, ...] = ()
    teams: tuple[Team, ...] = ()
    memberships: tuple[Membership, ...] = ()
    also: tuple[tuple[str, int], ...] = ()

    def descendants(self, team_id: int) -> frozenset[int]:
        """The team itself and every team below it."""
        found = {team_id}
        size = 0
        while size != len(found):
            size = len(found)
            found |= {team.id for team in self.teams if team.parent_id in found}
        return frozenset(found)

    def above(self, team_id: int) -> tuple[Team, ...]:
        """The teams in which a team lies, the nearest first."""
        by_id = {team.id: team for team in self.teams}
        found: list[Team] = []
        at = by_id.get(team_id)
        while at is not None and (at := by_id.get(at.parent_id)) is not None and at not in found:
            found.append(at)
        return tuple(found)

    def spells(self, team_id: int) -> tuple[Membership, ...]:
        """Every membership in the team or in a team below it."""
        inside = self.descendants(team_id)
        return tuple(spell for spell in self.memberships if spell.team_id in inside)

    def elsewhere(self, team_id: int, start: date, end: date) -> frozenset[int]:
        """Who was in another team on some day of a half-open span: theirs is more than what the team did."""
        inside = self.descendants(team_id)
        return frozenset(
            spell.person_id
            for spell in self.memberships
            if spell.team_id not in inside and spell.start < end and spell.end > start
        )

    def team_on(self, person_id: int, day: date) -> Team | None:
        """The team a person is in on a day, None when in none."""
        for spell in self.memberships:
            if spell.person_id == person_id and spell.start <= day < spell.end:
                return next(team for team in self.teams if team.id == spell.team_id)
        return None

    def teams_in(self, person_id: int, start: date, end: date) -> tuple[int, ...]:
        """The numbers of the teams that a person was in on days of a half-open span, in their order."""
        mine = (one for one in self.memberships if one.person_id == person_id and one.start < end and one.end > start)
        return tuple(one.team_id for one in sorted(mine, key=lambda one: one.start))

    def holding_teams(self) -> tuple[Team, ...]:
        """The teams that hold people directly, by name."""
        used = {spell.team_id for spell in self.memberships}
        return tuple(sorted((team for team in self.teams if team.id in used), key=lambda team: team.name))

    def scopes(self) -> tuple[Scope, ...]:
        """Every scope of the workspace: org, teams, reps, unassigned."""
        teams = (Scope("team", team.name, team.id) for team in self.teams)
        reps = (Scope("rep", person.name, person.id) for person in self.people)
        return (ORG, *sorted(teams), *sorted(reps), UNASSIGNED)

    def find_scope(self, text: str) -> Scope:
        """Read a scope as a person types it: `org`, `team:North`, `rep:Ann Lee`, `unassigned`, or a bare name.

        Raises:
            UserError: nobody and no team has that name; the nearest names are offered.
        """
        wanted = text.strip()
        if wanted.casefold() in ("org", "organisation", "organization", ""):
            return ORG
        if wanted.casefold() == "unassigned":
            return UNASSIGNED
        kind, _, name = wanted.partition(":")
        kinds = (kind.casefold(),) if name and kind.casefold() in ("team", "rep") else ("team", "rep")
        name = name.strip() if name and kind.casefold() in ("team", "rep") else wanted
        known = [scope for scope in self.scopes() if scope.kind in kinds]
        exact = [scope for scope in known if scope.name == name]
        hits = exact or [scope for scope in known if scope.name.casefold() == name.casefold()]
        if hits:
            return hits[0]
        if "rep" in kinds and (now := self._counted_as(name)):
            raise UserError(f"'{name}' counts as {now}.", f"Ask for 'rep:{now}': the numbers are those of both names.")
        raise UserError(f"There is no team or rep '{name}'.", nearest(name, (scope.name for scope in known)))

    def _counted_as(self, name: str) -> str:
        """What the person is called whom another name means; empty where it means nobody."""
        number = next((person for text, person in self.also if text.casefold() == name.casefold()), None)
        return next((person.name for person in self.people if person.id == number), "")


def months_after(day: date, months: int) -> date:
    """The day a number of months later; the last of the month where that month is too short."""
    at = day.year * 12 + day.month - 1 + months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def ramp_end(person: Person) -> date | None:
    """The day from which a person is held to a full quota; None without a day of hire or a known ramp."""
    if person.hire_at is None or not person.ramp_months:
        return None
    return months_after(person.hire_at, person.ramp_months)


def is_ramping(person: Person, day: date) -> bool:
    """Whether a person is still within the months of their ramp on a day."""
    end = ramp_end(person)
    return end is not None and person.hire_at is not None and person.hire_at <= day < end


def as_today(organisation: Organisation, day: date) -> Organisation:
    """The organisation as if everybody had always had the team, role, motion and territory of that day.

    Who has none then never had.
    """
    held = tuple(
        Membership(spell.person_id, spell.team_id)
        for spell in organisation.memberships
        if spell.start <= day < spell.end
    )
    people = tuple(
        replace(one, role=one.role_on(day), motion=one.motion_on(day), territory=one.territory_on(day), roles=(),
                motions=(), territories=())
        for one in organisation.people
    )  # fmt: skip
    return replace(organisation, people=people, memberships=held)
