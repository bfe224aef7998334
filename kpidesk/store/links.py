"""Which record a reference means: an activity's deal, a deal's lead; found from what the files say, never stored."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass

import numpy as np

from kpidesk.core.fields import Field, Kind
from kpidesk.core.records import salesforce_id
from kpidesk.core.texts import folded_all, folded_lines
from kpidesk.store.columns import Ints, load
from kpidesk.store.database import Database
from kpidesk.store.shapes import DEALS, SHAPES, Shape
from kpidesk.store.shown_in import places_of
from kpidesk.store.sightings import load_versions, newest_values

SALESFORCE_CORE = 15
SALESFORCE_LENGTHS = (15, 18)
BLOCK = 4096
NAME = "name"
"""The field by whose text a record of any kind that is referred to can be meant."""
_NAMED = f"FROM {{target.values}} WHERE id >= ? AND id < ? AND {NAME} IS NOT NULL"
Term = tuple[int, int, str]
"""The number, source and text of a word."""
_WORDS = "FROM sources s CROSS JOIN terms t ON t.source_id = s.id AND t.field = ?"  # in the order of both indexes
_JOINED = f"{_WORDS} LEFT JOIN {{records}} r ON r.source_id = s.id AND r.key = t.value"
_FOUND = f"SELECT t.id, r.id {_JOINED}"
_LOST = f"SELECT t.id, s.id, t.value {_JOINED} WHERE r.id IS NULL"
_FEW_LOST = """SELECT t.id, t.source_id, t.value FROM
 (SELECT value FROM terms WHERE source_id=?1 AND field=?2
  EXCEPT SELECT key FROM {records} WHERE source_id=?1 ORDER BY 1 LIMIT ?3) lost
 CROSS JOIN terms t ON t.source_id=?1 AND t.field=?2 AND t.value = lost.value"""
"""Lost words of one source up to a limit, which also keeps SQLite from forgetting the order: both lists are merged."""
_OFTEN = 4
"""With fewer records than so many for each word, merging both lists takes half the time of looking for each word."""
_SELDOM = 8
"""Where more than one word in so many is lost, looking for each takes less time than merging and asking again."""


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
    _, texts = _counted(db, one, terms)
    lost = _are_among(terms, texts)
    if not lost.any():
        return ()
    places = places_of(db, shape, values[lost])
    found = zip(places, terms[lost].tolist(), strict=True)
    return tuple(sorted((int(line or 0), file, texts[term]) for (_, file, line, _), term in found))


def _count(db: Database, shape: Shape, field: Field) -> LinkCount:
    _, terms = _now(db, shape, field)
    by_name, unlinked = (int(_are_among(terms, words).sum()) for words in _counted(db, field, terms))
    return LinkCount(len(terms) - by_name - unlinked, by_name, unlinked)


def _are_among(terms: Ints, words: Collection[int]) -> Ints:
    return np.isin(terms, np.fromiter(words, np.int32, len(words)))


def _counted(db: Database, field: Field, terms: Ints) -> tuple[Collection[int], Mapping[int, str]]:
    """The words of a reference field that mean a record by its name, and the texts of those that mean none."""
    if not len(terms):
        return (), {}
    target = _target(field)
    lost = _lost(db, target, field.name, int(np.count_nonzero(np.bincount(terms))))
    by_id, named = _beyond(db, target, lost)
    return named, {number: text for number, _, text in lost if number not in by_id and number not in named}


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
    found = dict(db.rows(_FOUND.format(records=target.records), (field.name,)))
    lost = [term for term, record in found.items() if record is None]
    sql = "SELECT id, source_id, value FROM terms WHERE id IN (SELECT value FROM json_each(?))"
    elsewhere, by_name = _beyond(db, target, db.rows(sql, (json.dumps(lost),)) if lost else [])
    by_id = {term: record for term, record in found.items() if record is not None} | elsewhere
    heads = _heads(db) if joined and target is DEALS else {}
    if heads:
        return Links(*({term: heads.get(record, record) for term, record in one.items()} for one in (by_id, by_name)))
    return Links(by_id, by_name)


def _is_empty(db: Database, target: Shape) -> bool:
    return db.one(f"SELECT 1 FROM {target.records} LIMIT 1") is None


def _lost(db: Database, target: Shape, name: str, words: int) -> list[Term]:
    """The words of a reference field, about so many, that are no id of their own source."""
    records, most = int(db.one(f"SELECT max(id) FROM {target.records}") or 0), 1 + words // _SELDOM
    if records < words * _OFTEN:
        found: list[Term] = []
        for (source,) in db.rows("SELECT id FROM sources"):
            found += db.rows(_FEW_LOST.format(records=target.records), (source, name, most))
            if len(found) >= most:
                break
        else:
            return found
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
    if len(text) not in SALESFORCE_LENGTHS:
        return (text,)
    core = text[:SALESFORCE_CORE]
    return tuple(dict.fromkeys((text, salesforce_id(text), core if salesforce_id(core) == text else text)))


def _elsewhere(db: Database, target: Shape, terms: Collection[Term]) -> dict[int, int]:
    """Records by another form of the id in the same source, or by the id in exactly one other source."""
    sql = f"SELECT id FROM sources s WHERE EXISTS(SELECT 1 FROM {target.records} WHERE source_id = s.id)"
    sources = {source for (source,) in db.rows(sql)}
    wanted = {
        text: id_forms(text)
        for _, source, text in terms
        if len(text) in SALESFORCE_LENGTHS or not sources <= {source}  # in its own source it is no id as it stands
    }
    holders = _holders(db, target, sources, {form for forms in wanted.values() for form in forms})
    found = {}
    for number, source, text in terms if holders else ():
        known = {one for form in wanted.get(text, ()) for one in holders.get(form, ())}
        own = [record for where, record in known if where == source]
        fitting = own or [record for _, record in known]
        if len(fitting) == 1:
            found[number] = fitting[0]
    return found


def _holders(
    db: Database, target: Shape, sources: Collection[int], keys: Collection[str]
) -> dict[str, list[tuple[int, int]]]:
    """Source and number of each record that has one of some ids."""
    found: dict[str, list[tuple[int, int]]] = {}
    sql = (
        f"SELECT j.value, r.source_id, r.id FROM json_each(?) j CROSS JOIN json_each(?) s"
        f" JOIN {target.records} r ON r.source_id = s.value AND r.key = j.value"
    )
    asked = (json.dumps(sorted(keys)), json.dumps(sorted(sources)))
    for text, source, record in db.rows(sql, asked) if keys else ():
        found.setdefault(text, []).append((source, record))
    return found


def _named(db: Database, target: Shape, terms: Collection[Term]) -> dict[int, int]:
    """Records by a name that no other record has had."""
    wanted: dict[str, list[int]] = {}
    for key, (number, _, _) in zip(folded_all([text for _, _, text in terms]), terms, strict=True):
        wanted.setdefault(key, []).append(number)
    holders: dict[str, set[int]] = {}
    for first in range(0, int(db.one(f"SELECT max(id) FROM {target.values}") or 0) + 1, BLOCK):
        for key, record in _holding(db, target, (first, first + BLOCK), wanted.keys()):
            holders.setdefault(key, set()).add(record)
    return {
        number: next(iter(records)) for key, records in holders.items() if len(records) == 1 for number in wanted[key]
    }


def _holding(db: Database, target: Shape, block: tuple[int, int], wanted: Set[str]) -> Iterator[tuple[str, int]]:
    """The name, as it is compared, and record of each value of a block that has one of some names."""
    named = _NAMED.format(target=target)
    sql = f"SELECT count(*), coalesce(group_concat({NAME}, '\n'), '') {named}"
    count, lines = db.rows(sql, block)[0]  # a text a block is read much faster than rows
    keys = folded_lines(lines, count)
    if not keys and lines.count("\n") == count - 1:
        keys = folded_all(lines.split("\n"))
    if keys and wanted.isdisjoint(keys):
        return
    rows = db.rows(f"SELECT {NAME}, {target.record} {named}", block)
    for key, (_, record) in zip(folded_all([name for name, _ in rows]), rows, strict=True):
        if key in wanted:
            yield key, record
