"""What is known of people besides their teams: how files name them, and how much in the data is theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kpidesk.core.fields import Kind
from kpidesk.core.texts import folded
from kpidesk.store.columns import load
from kpidesk.store.database import Database
from kpidesk.store.names import people_by_name
from kpidesk.store.shapes import SHAPES, Shape
from kpidesk.store.sightings import load_versions, newest_values

OWNED: tuple[tuple[Kind, str], ...] = (("deals", "owner"), ("activities", "person"))
"""Kinds of record that are counted by person, and the field that says whose they are."""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """How files name a person and how much is theirs.

    `names`, `emails` and `user_ids` are texts of files; `deals` and `activities` how many are theirs in the newest
    data; `is_listed`: a list of people, or somebody by hand, names them.
    """

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    deals: int = 0
    activities: int = 0
    is_listed: bool = False


def people_facts(db: Database) -> dict[int, PersonFacts]:
    """How files name each person and how much is theirs, by the number of the person."""
    names, emails, ids = (_shown(db, texts) for texts in (_texts(db, "name"), _texts(db, "email"), _told_ids(db)))
    listed = _listed(db)
    deals, activities = (_counts(db, SHAPES[kind], field) for kind, field in OWNED)
    return {
        person: PersonFacts(
            tuple(one for one in names.get(person, ()) if "@" not in one and one not in ids.get(person, ())),
            _unique((*emails.get(person, ()), *(one for one in names.get(person, ()) if "@" in one))),
            tuple(ids.get(person, ())),
            deals.get(person, 0),
            activities.get(person, 0),
            person in listed,
        )
        for (person,) in db.rows("SELECT id FROM people")
    }


def accounts_facts(db: Database) -> dict[int, tuple[str, int]]:
    """Name and number of deals of each account that has a deal in the newest data, by the number of the account."""
    shape = SHAPES["deals"]
    names = dict(db.rows("SELECT id, name FROM accounts"))
    counts = _by_alias(db, shape, "account", "SELECT id, account_id FROM account_aliases")
    return {number: (name, counts.get(number, 0)) for number, name in names.items()}


def spoken_name(db: Database, person: int, shown: str) -> str:
    """A text by which rows about people can speak of a person: the name shown, else one from a file."""
    known = people_by_name(db)
    texts = [text for (text,) in db.rows("SELECT value FROM person_aliases WHERE person_id=? ORDER BY id", (person,))]
    return next((text for text in (shown, *texts) if known.get(folded(text)) == person), shown)


def _texts(db: Database, kind: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for person, text in db.rows("SELECT person_id, value FROM person_aliases WHERE kind=? ORDER BY id", (kind,)):
        found.setdefault(person, []).append(text)
    return {person: list(_unique(texts)) for person, texts in found.items()}


def _shown(db: Database, texts: dict[int, list[str]]) -> dict[int, list[str]]:
    """Texts by person without those that only stand for a deleted name."""
    gone = {text for (text,) in db.rows("SELECT DISTINCT placeholder FROM erased")}
    return {person: [one for one in said if one not in gone] for person, said in texts.items()} if gone else texts


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts that compare as different, in order."""
    return tuple({folded(text): text for text in reversed(list(texts))}.values())[::-1]


def _told_ids(db: Database) -> dict[int, list[str]]:
    """The ids by which rows about people say that a CRM knows its users."""
    known, found = people_by_name(db), dict[int, list[str]]()
    sql = "SELECT DISTINCT person, external_id FROM people_rows WHERE person <> '' AND external_id <> '' ORDER BY 1, 2"
    for name, number in db.rows(sql):
        if (person := known.get(folded(name))) is not None:
            found.setdefault(person, []).append(number)
    return found


def _listed(db: Database) -> set[int]:
    known = people_by_name(db)
    return {known.get(folded(name), 0) for (name,) in db.rows("SELECT DISTINCT person FROM people_rows")}


def _counts(db: Database, shape: Shape, field: str) -> dict[int, int]:
    return _by_alias(db, shape, field, "SELECT id, person_id FROM person_aliases")


def _by_alias(db: Database, shape: Shape, field: str, aliases: str) -> dict[int, int]:
    """How many records of the newest data name each person or account in a field."""
    values = newest_values(load_versions(db, shape))
    counts = np.bincount(load(db, shape, field)[values]) if len(values) else np.zeros(0, np.int64)
    found: dict[int, int] = {}
    for alias, owner in db.rows(aliases):
        if alias < len(counts) and counts[alias]:
            found[owner] = found.get(owner, 0) + int(counts[alias])
    return found
