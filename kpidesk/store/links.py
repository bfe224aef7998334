"""Which record a reference means: an activity's deal, a deal's lead; found from what the files say, never stored."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from kpidesk.core.fields import Field, Kind
from kpidesk.core.records import salesforce_id
from kpidesk.core.texts import folded_all
from kpidesk.store.columns import Ints, load
from kpidesk.store.database import Database
from kpidesk.store.details import places_of
from kpidesk.store.shapes import DEALS, SHAPES, Shape
from kpidesk.store.sightings import load_versions, newest_values

SALESFORCE_CORE = 15
BLOCK = 4096
NAME = "name"
"""The field by whose text a record of any kind that is referred to can be meant."""
_MAYBE = f"""SELECT {{target.record}}, {NAME} FROM {{target.values}}
 WHERE lower({NAME}) IN (SELECT value FROM json_each(?)) OR {NAME} GLOB '*[^ -~]*' OR instr({NAME}, char(0))
 OR {NAME} GLOB '*  *' OR {NAME} GLOB ' *' OR {NAME} GLOB '* ' OR length({NAME}) = 15"""
"""The names that may be one of some folded ones; SQLite can fold only those without an odd sign or blank itself."""
Term = tuple[int, int, str]
"""The number, source and text of a word."""
_WORDS = "FROM sources s CROSS JOIN terms t ON t.source_id = s.id AND t.field = ?"  # in the order of both indexes
_FOUND = f"SELECT t.id, r.id {_WORDS} CROSS JOIN {{records}} r ON r.source_id = s.id AND r.key = t.value"
_LOST = (
    f"SELECT t.id, s.id, t.value {_WORDS} LEFT JOIN {{records}} r ON r.source_id = s.id AND r.key = t.value"
    " WHERE r.id IS NULL"
)


@dataclass(frozen=True, slots=True)
class Links:
    """The records that the words of one reference field mean, by number of the word: found by id, or by name."""

    by_id: dict[int, int]
    by_name: dict[int, int]


@dataclass(frozen=True, slots=True)
class LinkCount:
    """How many records lead to another by its id, by its name, or name one that is not there."""

    by_id: int
    by_name: int
    unlinked: int


def references(kind: Kind) -> tuple[Field, ...]:
    """The fields of a kind that name a record of another one."""
    return tuple(one for one in SHAPES[kind].fields if one.kind == "reference")


def load_links(db: Database, kind: Kind) -> dict[str, dict[int, int]]:
    """By reference field the record that each word means; a word that means none, or could mean several, is left out.

    A word means the record of its own source with that id (Salesforce ids in either length); else the one with that
    id in exactly one other source; else the only record of any source with that name.
    """
    found = {one.name: _links(db, one) for one in references(kind)}
    return {name: {**links.by_name, **links.by_id} for name, links in found.items()}


def load_own_links(db: Database, kind: Kind) -> dict[str, dict[int, int]]:
    """The same where deals were merged, each word with the deal of its own source; empty where none were."""
    if not _heads(db):
        return {}
    found = {one.name: _links(db, one, joined=False) for one in references(kind)}
    return {name: {**links.by_name, **links.by_id} for name, links in found.items()}


def link_counts(db: Database, kind: Kind) -> dict[str, LinkCount]:
    """By reference field how many records, as they are now, lead to another and how."""
    return {one.name: _count(db, SHAPES[kind], one) for one in references(kind)}


def unlinked_rows(db: Database, kind: Kind, field: str) -> tuple[tuple[int, str, str], ...]:
    """Line, file and text of every reference, as the newest import showed it, that leads nowhere."""
    shape = SHAPES[kind]
    one = next(one for one in references(kind) if one.name == field)
    values, terms = _now(db, shape, one)
    links = _links(db, one)
    lost = np.asarray([term not in links.by_id and term not in links.by_name for term in terms.tolist()], bool)
    if not lost.any():
        return ()
    texts = dict(db.rows("SELECT id, value FROM terms WHERE field=?", (field,)))
    places = places_of(db, shape, values[lost])
    found = zip(places, terms[lost].tolist(), strict=True)
    return tuple(sorted((int(line or 0), file, texts[term]) for (_, file, line, _), term in found))


def _count(db: Database, shape: Shape, field: Field) -> LinkCount:
    _, terms = _now(db, shape, field)
    if not len(terms):
        return LinkCount(0, 0, 0)
    target = _target(field)
    lost = _beyond_own(db, target, field.name)
    elsewhere, named = _beyond(db, target, lost)
    by_name = int(np.isin(terms, list(named)).sum())
    unlinked = int(np.isin(terms, [term for term, _, _ in lost if term not in elsewhere and term not in named]).sum())
    return LinkCount(len(terms) - by_name - unlinked, by_name, unlinked)


def _now(db: Database, shape: Shape, field: Field) -> tuple[Ints, Ints]:
    """The newest value of each record that refers to another, and the word by which it does."""
    values = newest_values(load_versions(db, shape))
    terms = load(db, shape, field.name)[values]
    return values[terms > 0], terms[terms > 0]


def _target(field: Field) -> Shape:
    if field.to is None:
        raise ValueError(field.name)
    return SHAPES[field.to]


def _links(db: Database, field: Field, *, joined: bool = True) -> Links:
    target = _target(field)
    if _is_empty(db, target):
        return Links({}, {})
    by_id: dict[int, int] = dict(db.rows(_FOUND.format(records=target.records), (field.name,)))
    elsewhere, by_name = _beyond(db, target, _beyond_own(db, target, field.name))
    by_id |= elsewhere
    heads = _heads(db) if joined and target is DEALS else {}
    if heads:
        return Links(*({term: heads.get(record, record) for term, record in one.items()} for one in (by_id, by_name)))
    return Links(by_id, by_name)


def _is_empty(db: Database, target: Shape) -> bool:
    return db.one(f"SELECT 1 FROM {target.records} LIMIT 1") is None


def _beyond_own(db: Database, target: Shape, name: str) -> list[Term]:
    """The words of a reference field that are no id of their own source."""
    return db.rows(_LOST.format(records=target.records), (name,))


def _beyond(db: Database, target: Shape, lost: list[Term]) -> tuple[dict[int, int], dict[int, int]]:
    """The records that such words mean by another id or in another source, and by name those of which none is known."""
    if not lost or _is_empty(db, target):
        return {}, {}
    by_id = _elsewhere(db, target, lost)
    left = [row for row in lost if row[0] not in by_id]
    return by_id, _named(db, target, left) if left else {}


def _heads(db: Database) -> dict[int, int]:
    """The deal that each one counts as that was merged into another."""
    return dict(db.rows("SELECT id, merged_into FROM deals WHERE merged_into IS NOT NULL"))


def id_forms(text: str) -> tuple[str, ...]:
    """The texts under which an id may stand: a Salesforce id, even one of digits alone, has two lengths."""
    core = text[:SALESFORCE_CORE]
    return tuple(dict.fromkeys((text, salesforce_id(text), core if salesforce_id(core) == text else text)))


def _elsewhere(db: Database, target: Shape, terms: Collection[Term]) -> dict[int, int]:
    """Records by another form of the id in the same source, or by the id in exactly one other source."""
    wanted = {text: id_forms(text) for _, _, text in terms}
    holders: dict[str, list[tuple[int, int]]] = {}
    sql = (
        f"SELECT j.value, r.source_id, r.id FROM json_each(?) j"
        f" CROSS JOIN (SELECT DISTINCT source_id AS id FROM {target.records}) s"
        f" JOIN {target.records} r ON r.source_id = s.id AND r.key = j.value"
    )
    forms = json.dumps(sorted({form for known in wanted.values() for form in known}))
    for text, source, record in db.rows(sql, (forms,)):
        holders.setdefault(text, []).append((source, record))
    found = {}
    for number, source, text in terms:
        known = {one for form in wanted[text] for one in holders.get(form, ())}
        own = [record for where, record in known if where == source]
        fitting = own or [record for _, record in known]
        if len(fitting) == 1:
            found[number] = fitting[0]
    return found


def _named(db: Database, target: Shape, terms: Collection[Term]) -> dict[int, int]:
    """Records by a name that no other record has had."""
    wanted: dict[str, list[int]] = {}
    for key, (number, _, _) in zip(folded_all([text for _, _, text in terms]), terms, strict=True):
        wanted.setdefault(key, []).append(number)
    holders: dict[str, set[int]] = {}
    cursor = db.connection.execute(_MAYBE.format(target=target), (json.dumps(sorted(wanted)),))
    while rows := cursor.fetchmany(BLOCK):
        keys = folded_all([name for _, name in rows])
        for at in [at for at, key in enumerate(keys) if key in wanted]:
            holders.setdefault(keys[at], set()).add(rows[at][0])
    return {
        number: next(iter(records)) for key, records in holders.items() if len(records) == 1 for number in wanted[key]
    }
