"""Who is who: every name and address under which files know people, gathered into persons.

Texts belong to one person when they compare equal, when one row about people says both (a name, an address, the
number by which a CRM knows its user), or when somebody linked them by hand. That is a function of what is said now,
so the order of imports cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from kpidesk.core.texts import folded
from kpidesk.store.belongings import follow_names, write_names
from kpidesk.store.database import Database
from kpidesk.store.spells import PersonRow

BETWEEN = "\x1e"
"""Stands between the texts of one that was merged into another."""


@dataclass(slots=True)
class Groups:
    """Texts gathered into groups; each text leads, by way of others, to the one that stands for its group."""

    leads_to: dict[str, str] = field(default_factory=dict)

    def leader(self, text: str) -> str:
        """The text that stands for the group of this one."""
        self.leads_to.setdefault(text, text)
        while self.leads_to[text] != text:
            self.leads_to[text] = text = self.leads_to[self.leads_to[text]]
        return text

    def join(self, one: str, other: str) -> None:
        """Put two texts into one group."""
        self.leads_to[self.leader(other)] = self.leader(one)


def join_merged(db: Database, kind: Literal["person", "account"], groups: Groups) -> None:
    """Join what somebody has merged, where both sides are known; the group merged into goes on to stand for both."""
    for values, into in db.rows("SELECT value, into_value FROM merges WHERE kind=? ORDER BY id", (kind,)):
        for value in values.split(BETWEEN):
            if value in groups.leads_to and into in groups.leads_to:
                groups.join(into, value)


def settle_identities(db: Database, rows: Iterable[PersonRow]) -> dict[str, int]:
    """Give every alias its person, and the person of every text; people who turn out to be one become one.

    A group keeps the number it had. Where a group falls apart, the part that somebody linked by hand keeps it,
    else the oldest.
    """
    write_names(db)
    aliases = db.rows("SELECT id, value, person_id, linked FROM person_aliases ORDER BY linked DESC, id")
    groups = grouped(aliases, rows)
    join_merged(db, "person", groups)
    person = _numbered(db, groups, aliases)
    numbers = {text: person[groups.leader(text)] for text in list(groups.leads_to)}
    moved = [(numbers[folded(text)], number) for number, text, was, _ in aliases if numbers[folded(text)] != was]
    known = {number for (number,) in db.rows("SELECT id FROM people")}
    for number in sorted(set(person.values()) - known):
        db.run("INSERT INTO people(id, name) VALUES (?, '')", (number,))
    db.connection.executemany("UPDATE person_aliases SET person_id=? WHERE id=?", moved)
    _give_back(db, numbers)
    follow_names(db, "rep", numbers)
    left = {was for _, _, was, _ in aliases} - set(person.values())
    for was in sorted(left):
        heir = next(numbers[folded(text)] for _, text, old, _ in aliases if old == was)
        db.run("UPDATE reviews SET person_id=? WHERE person_id=?", (heir, was))
        db.run("DELETE FROM memberships WHERE person_id=?", (was,))
        db.run("DELETE FROM people WHERE id=?", (was,))
    return numbers


def _give_back(db: Database, numbers: dict[str, int]) -> None:
    """A one-on-one belongs to the person who bears the name it was held with, also after two people fell apart."""
    held = db.rows("SELECT id, person_id, held_with FROM reviews")
    moved = [(numbers[name], review) for review, was, name in held if numbers.get(name, was) != was]
    db.connection.executemany("UPDATE reviews SET person_id=? WHERE id=?", moved)


def grouped(aliases: Iterable[tuple[Any, ...]], rows: Iterable[PersonRow]) -> Groups:
    """The texts of aliases (number, text, person, linked by hand) and rows, in groups of one person each."""
    groups = Groups()
    by_hand: dict[int, str] = {}
    for _, text, person, linked in aliases:
        key = groups.leader(folded(text))
        if linked:
            groups.join(by_hand.setdefault(person, key), key)
    for row in rows:
        texts = (row.person, row.email, row.external_id) if row.person else ()
        keys = [folded(text) for text in texts if text and folded(text)]
        for key in keys:
            groups.join(keys[0], key)
    return groups


def _numbered(db: Database, groups: Groups, aliases: list[tuple[int, str, int, int]]) -> dict[str, int]:
    """The person of each group by its leader: the number that its first alias has, if no group before it took it."""
    found: dict[str, int] = {}
    taken: set[int] = set()
    for _, text, person, _ in aliases:
        leader = groups.leader(folded(text))
        if leader not in found and person not in taken:
            found[leader] = person
            taken.add(person)
    following = int(db.one("SELECT coalesce(max(id), 0) + 1 FROM people"))
    for leader in dict.fromkeys(groups.leader(text) for text in list(groups.leads_to)):
        if leader not in found:
            found[leader] = following
            following += 1
    return found
