"""The roster: who is in which team, how files name them, and the words for changes to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.people import ALWAYS, FOREVER, Membership, Organisation, Person, WordSince, is_ramping, ramp_end

ROLES = ("AE", "SDR", "AM", "CSM", "Manager")
MergeKind = Literal["person", "account", "deal"]
A_DAY = timedelta(days=1)
MOTIONS = ("inbound", "outbound", "expansion")
"""What a person can be told to do; any other word is as good."""


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person of the roster.

    `team_id` is the team of the day of the roster, 0 for none. `names`, `emails` and `user_ids` are how files name
    the person; `deals` and `activities` how many are theirs in the newest data. `is_listed`: a list of people, or
    somebody by hand, names them.
    """

    person: Person
    team_id: int
    spells: tuple[Membership, ...]
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    deals: int = 0
    activities: int = 0
    is_listed: bool = False

    @property
    def is_unmatched(self) -> bool:
        """Whether only records name the person: no list of people does, and no team."""
        return not self.is_listed and not self.spells


def in_team_since(spells: Iterable[Membership], day: date) -> date | None:
    """Since when somebody is in their team of a day without a break, whatever changed meanwhile; None for no team.

    One day between two spells is no break: files name the last day of one and the first of the next.
    """
    now = next((one for one in spells if one.start <= day < one.end), None)
    start = now.start if now is not None else None
    for one in sorted((one for one in spells if now is not None and one.team_id == now.team_id),
                      key=lambda one: one.start, reverse=True):  # fmt: skip
        if start is not None and one.start < start <= one.end + A_DAY:
            start = one.start
    return start


def role_words(person: Person, day: date) -> str:
    """The role of a person on a day, with since when they have it where they had another before."""
    return _since_words(person.role_on(day), person.roles, day)


def territory_words(person: Person, day: date) -> str:
    """The territory of a person on a day, with since when they have it; empty where they had no other before."""
    words = _since_words(territory := person.territory_on(day), person.territories, day)
    return f"territory {words}" if words != territory else ""


def _since_words(word: str, since: Sequence[WordSince], day: date) -> str:
    begun = [one for one in since if one.start <= day]
    return f"{word} since {day_text(begun[-1].start)}" if word and len(begun) > 1 else word


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two people, accounts or deals that may be one; `why` says what is alike."""

    kind: MergeKind
    one: int
    name: str
    other: int
    other_name: str
    likeness: float
    why: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Somebody said that two are one: `name` counts as `into` since `day`."""

    id: int
    kind: str
    name: str
    into: str
    day: date


@dataclass(frozen=True, slots=True)
class SaidTwo:
    """Somebody said on `day` that two are not one, by the names they have now."""

    id: int
    kind: str
    name: str
    other: str
    day: date


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody in the workspace on a day, with what may be one, what was merged and what was said to be two."""

    day: date
    organisation: Organisation
    entries: tuple[RosterEntry, ...] = ()
    alike: tuple[Likeness, ...] = ()
    merged: tuple[Merged, ...] = ()
    said_two: tuple[SaidTwo, ...] = ()

    def entry(self, person_id: int) -> RosterEntry | None:
        """The entry of a person."""
        return next((one for one in self.entries if one.person.id == person_id), None)

    def members(self, team_id: int) -> tuple[RosterEntry, ...]:
        """Who is in a team itself on the day; 0 for who is in none."""
        return tuple(one for one in self.entries if one.team_id == team_id)

    def count(self, team_id: int) -> int:
        """How many people are in a team or below it on the day."""
        inside = self.organisation.descendants(team_id)
        return sum(one.team_id in inside for one in self.entries)

    @property
    def unmatched(self) -> tuple[RosterEntry, ...]:
        """The owners of records that no list of people knows, those with the most first."""
        found = (one for one in self.entries if one.is_unmatched)
        return tuple(sorted(found, key=lambda one: (-one.deals - one.activities, one.person.name.casefold())))


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What a change did, in words.

    `import_id` is the import that it can be undone by, `renamed` the person who was renamed with the name they had;
    None where there is no such thing. `merges` and `apart` are the numbers of what was merged and said to be two.
    """

    words: str
    import_id: int | None = None
    renamed: tuple[int, str] | None = None
    merges: tuple[int, ...] = ()
    apart: tuple[int, ...] = ()

    @property
    def can_be_undone(self) -> bool:
        """Whether there is anything to take back."""
        return self.import_id is not None or self.renamed is not None or bool(self.merges or self.apart)


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in a team as it is typed, by the name of the team; half-open, with open ends as in `Membership`."""

    team: str
    start: date = ALWAYS
    end: date = FOREVER


@dataclass(frozen=True, slots=True)
class PersonEdit:
    """What is to be known of a person; None leaves it as it is, an empty text takes it away.

    `fte` are all shares of full time with their days: "100 %, 60 % from 2026-03-01".
    """

    email: str | None = None
    external_id: str | None = None
    role: str | None = None
    motion: str | None = None
    territory: str | None = None
    segment: str | None = None
    hire_at: str | None = None
    end_at: str | None = None
    ramp_months: str | None = None
    fte: str | None = None


@dataclass(frozen=True, slots=True)
class FieldBecomes:
    """What a field says of the deal that is kept and of the other one, and what it becomes; empty where it is."""

    label: str
    kept: str
    other: str
    becomes: str


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do, before it is done; `fields` are those of deals of which one says more or other things."""

    kind: MergeKind
    keep: int
    drop: int
    words: str
    notes: tuple[str, ...] = field(default=())
    fields: tuple[FieldBecomes, ...] = ()


def spell_words(start: date, end: date) -> str:
    """The days of a membership: "from the beginning", "from 1 Mar 2026", "1 Mar 2026 to 31 May 2026"."""
    first = "the beginning" if start == ALWAYS else day_text(start)
    if end == FOREVER:
        return f"from {first}"
    last = day_text(date.fromordinal(end.toordinal() - 1))
    return f"until {last}" if start == ALWAYS else f"{first} to {last}"


def check_spells(name: str, spells: Iterable[Spell]) -> tuple[Spell, ...]:
    """The times of one person in teams, in order.

    Raises:
        UserError: one ends before it starts or names no team, or two overlap; both are named.
    """
    ordered = sorted(spells, key=lambda one: one.start)
    for one in ordered:
        if not one.team.strip():
            raise UserError("A time in a team needs the name of the team.", "Type it, or remove the line.")
        if one.start >= one.end:
            raise UserError(
                f"{name} would leave {one.team} on {day_text(one.end)}, before joining on {day_text(one.start)}.",
                "Swap the days.",
            )
    for before, after in pairwise(ordered):
        if after.start < before.end:
            first, second = (f"{one.team} ({spell_words(one.start, one.end)})" for one in (before, after))
            raise UserError(
                f"{name} would be in two teams at once: {first} and {second}.",
                "End the first on the day before the second starts.",
            )
    return tuple(ordered)


def check_parent(organisation: Organisation, team_id: int, parent_id: int) -> None:
    """Refuse a team below itself.

    Raises:
        UserError: the team above is the team itself or lies below it.
    """
    names = {team.id: team.name for team in organisation.teams}
    if parent_id == team_id:
        raise UserError(f"{names[team_id]} cannot lie below itself.", "Choose another team.")
    if parent_id in organisation.descendants(team_id):
        raise UserError(
            f"{names[team_id]} cannot lie below itself: it is above {names[parent_id]}.",
            f"Move {names[parent_id]} somewhere else first.",
        )


def left_words(person: Person, day: date) -> str:
    """That a person has left by a day, and when; empty when they have not."""
    return f"left {day_text(person.end_at)}" if person.end_at is not None and person.end_at <= day else ""


def ramp_words(person: Person, day: date) -> str:
    """That a person is ramping, and until when; empty when they are not."""
    end = ramp_end(person)
    return f"ramping until {day_text(end)}" if end is not None and is_ramping(person, day) else ""
