"""Deals of two sources that are one: joined when somebody says so, whatever is imported or taken back afterwards.

What the files showed stays as it is. A joined deal has values of its own, made of those of its deals, and the deals
that count as it have none. An import or an undo takes the joined deals apart first and puts them together at its end,
so that what it does to the deals of its source is what it would do without them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk.core.errors import UserError
from kpidesk.store.columns import Ints, Tail, day_number, load, save_changed
from kpidesk.store.composing import Made, compose
from kpidesk.store.content import contents_of
from kpidesk.store.curation import word_outcomes
from kpidesk.store.database import Database, now
from kpidesk.store.dated import STILL
from kpidesk.store.identities import Groups
from kpidesk.store.log import joining
from kpidesk.store.people import derive_people
from kpidesk.store.removing import cut_values, delete_rows
from kpidesk.store.shapes import DEALS, NO_DAY
from kpidesk.store.sightings import (
    NO_VERSIONS,
    Versions,
    collapse,
    count_named,
    first_and_last,
    load_sightings,
    load_versions,
    missing_from,
    see,
    seen_by,
    write_marks,
    write_versions,
)
from kpidesk.store.value_columns import value_columns

Joined = Mapping[int, tuple[int, ...]]
"""The deals that count as one, by the one that is kept, which is the first of them."""
Named = tuple[str, str]
"""The source of a deal and its id there."""
MARKS = ("first_seen", "last_seen", "missing_from")


@dataclass(frozen=True, slots=True)
class DealMerge:
    """Somebody said that two deals are one: the one with `key` in `source` counts as another since `at`.

    `name` and `into` are what they are called now, their ids where no import shows them any more.
    """

    id: int
    name: str
    into: str
    source: str
    into_source: str
    at: str


def deal_merges(db: Database) -> tuple[DealMerge, ...]:
    """Every deal that was joined to another by hand, oldest first."""
    named = (
        "coalesce((SELECT nullif(x.name, '') FROM sources s JOIN deals d ON d.source_id = s.id JOIN deal_values x"
        " ON x.deal_id = d.id WHERE s.name = m.{0}source AND d.key = m.{0}key ORDER BY x.id DESC LIMIT 1), m.{0}key)"
    )
    sql = f"SELECT id, {named.format('')}, {named.format('into_')}, source, into_source, at FROM deal_merges m"
    return tuple(DealMerge(*row) for row in db.rows(f"{sql} ORDER BY id"))


def merge_deals(db: Database, keep: int, drop: int) -> int:
    """Let the deal `drop` count as `keep`; gives the number by which they are told apart again.

    Raises:
        UserError: one of them is not there, or they count as one already; nothing is changed.
    """
    return merge_deal_pairs(db, [(keep, drop)])[0]


def merge_deal_pairs(db: Database, pairs: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Let the second deal of each pair count as the first, all or none; gives the numbers as `merge_deals` does.

    Raises:
        UserError: as `merge_deals` does.
    """
    with db.writing("merge deals", joining(pairs)):
        take_apart(db)
        merged = tuple(_note_merge(db, keep, drop) for keep, drop in pairs)
        put_together(db)
        derive_people(db)
    return merged


def _note_merge(db: Database, keep: int, drop: int) -> int:
    heads = {one: head for head, deals in joined_deals(db).items() for one in deals}
    drop = heads.get(drop, drop) if heads.get(keep, keep) != heads.get(drop, drop) else keep
    named = named_deals(db, (keep, drop))
    if len(named) < 2:
        raise UserError("Two different deals are needed.", "Choose them from the list.")
    return write_merge(db, named[drop], named[keep])


def write_merge(db: Database, deal: Named, into: Named, import_id: int | None = None) -> int:
    """Note that a deal counts as another, `import_id` with which import; to be called while they are apart."""
    number = new_merge(db)
    sql = "INSERT OR REPLACE INTO deal_merges(id, source, key, into_source, into_key, at, import_id)"
    db.run(f"{sql} VALUES (?, ?, ?, ?, ?, ?, ?)", (number, *deal, *into, now(), import_id))
    return number


def merge_with_import(db: Database, import_id: int, source: str, merged: Mapping[str, Named]) -> int:
    """Let deals that an import shows count as those of other sources; gives how many; while they are apart.

    They are told apart again when the import is undone.
    """
    number_of = "SELECT d.id FROM deals d JOIN sources s ON s.id = d.source_id WHERE s.name=? AND d.key=?"
    count = 0
    for key, into in merged.items():
        deal, other = db.one(number_of, (source, key)), db.one(number_of, into)
        heads = {one: head for head, deals in joined_deals(db).items() for one in deals}
        if deal is not None and other is not None and heads.get(deal, deal) != heads.get(other, other):
            write_merge(db, named_deals(db, [heads.get(deal, deal)])[heads.get(deal, deal)], into, import_id)
            count += 1
    return count


def split_deals(db: Database, *merges: int) -> None:
    """Let deals that were joined to others count by themselves again."""
    with db.writing("split deals", ", ".join(map(str, merges))):
        take_apart(db)
        db.connection.executemany("DELETE FROM deal_merges WHERE id=?", [(one,) for one in merges])
        put_together(db)
        derive_people(db)


def new_merge(db: Database) -> int:
    """A number for a merge of whatever kind that none has had; to be called while writing."""
    known = "SELECT max(coalesce((SELECT max(id) FROM merges), 0), coalesce((SELECT max(id) FROM deal_merges), 0))"
    return db.bump("last_merge", above=int(db.one(known)))


def merges_by_imports(db: Database) -> frozenset[int]:
    """The numbers of the merges that imports made on their way."""
    return frozenset(number for (number,) in db.rows("SELECT id FROM deal_merges WHERE import_id IS NOT NULL"))


def named_deals(db: Database, deals: Iterable[int]) -> dict[int, Named]:
    """The source and id of deals by their numbers."""
    sql = "SELECT d.id, s.name, d.key FROM json_each(?) j JOIN deals d ON d.id = j.value JOIN sources s"
    rows = db.rows(f"{sql} ON s.id = d.source_id", (json.dumps([int(one) for one in deals]),))
    return {number: (source, key) for number, source, key in rows}


def joined_deals(db: Database) -> Joined:
    """The deals that count as one, of those that imports show now, in the order in which they were merged."""
    one = (
        "(SELECT d.id FROM sources s JOIN deals d ON d.source_id = s.id AND d.key = m.{0}key WHERE s.name=m.{0}source)"
    )
    rows = db.rows(f"SELECT {one.format('into_')}, {one.format('')} FROM deal_merges m ORDER BY id")
    groups = Groups()
    for keep, drop in rows:
        if keep is not None and drop is not None:
            groups.join(str(keep), str(drop))
    found: dict[int, list[int]] = {}
    for text in groups.leads_to:
        found.setdefault(int(groups.leader(text)), []).append(int(text))
    return {head: (head, *(one for one in deals if one != head)) for head, deals in sorted(found.items())}


def made_values(db: Database) -> Ints:
    """The values that were made for joined deals, in order of their numbers."""
    rows = db.rows("SELECT DISTINCT value_id FROM deal_made ORDER BY value_id")
    return np.asarray(rows, np.int64).reshape(-1)


def parts_of(db: Database, values: Sequence[int] | Ints) -> dict[int, tuple[int, ...]]:
    """Of those of some values that were made for joined deals, the values that files showed.

    All that were made are looked through, which are few beside a million values.
    """
    made = db.rows("SELECT value_id, part_id FROM deal_made ORDER BY value_id, part_id")
    if not made:
        return {}
    is_asked = np.isin(np.asarray(made, np.int64)[:, 0], np.asarray(values, np.int64))
    found: dict[int, list[int]] = {}
    for value, part in (made[at] for at in np.flatnonzero(is_asked).tolist()):
        found.setdefault(value, []).append(part)
    return {value: tuple(parts) for value, parts in found.items()}


def tellers(db: Database, start: date, end: date) -> dict[int, frozenset[int]]:
    """By joined deal the numbers of the sources that changed it after one data date and up to another, if any did."""
    made = "SELECT DISTINCT x.deal_id FROM deal_made m JOIN deal_values x ON x.id = m.value_id"
    sql = (
        "SELECT v.deal_id, m.part_id, d.source_id FROM deal_versions v JOIN deal_made m USING (value_id)"
        " JOIN deal_values x ON x.id = m.part_id JOIN deals d ON d.id = x.deal_id"
        f" WHERE v.deal_id IN ({made}) AND valid_from <= ? AND valid_to > ?"
    )
    was, now = ({row[:2]: row[2] for row in db.rows(sql, (day.isoformat(),) * 2)} for day in (start, end))
    found: dict[int, set[int]] = {}
    for deal, part in was.keys() ^ now.keys():
        found.setdefault(deal, set()).add((was | now)[deal, part])
    return {deal: frozenset(sources) for deal, sources in found.items()}


def sources_of_deal(db: Database, deal_id: int) -> tuple[str, ...]:
    """The sources that tell of a deal: its own, and those of the deals that count as it."""
    sql = "SELECT DISTINCT s.name FROM deals d JOIN sources s ON s.id = d.source_id WHERE ? IN (d.id, d.merged_into)"
    return tuple(name for (name,) in db.rows(f"{sql} ORDER BY d.merged_into IS NOT NULL, s.name", (deal_id,)))


def newest_value(db: Database, deal_id: int) -> int | None:
    """The value of a deal that is in force now; None where it has none."""
    found: int | None = db.one("SELECT value_id FROM deal_versions WHERE deal_id=? AND valid_to=?", (deal_id, STILL))
    return found


def take_apart(db: Database) -> None:
    """Let every deal have the history that its own source tells; to be called while writing."""
    made = made_values(db)
    if not len(made):
        return
    stored, marks = load_versions(db, DEALS), _load_marks(db)
    plain = plain_versions(db, stored)
    write_versions(db, DEALS, stored, plain)
    _write_marks(db, marks, plain_marks(db, marks))
    db.run("UPDATE deals SET merged_into=NULL WHERE merged_into IS NOT NULL")
    alive = load(db, DEALS, "of") > 0
    alive[made] = False
    db.run("DELETE FROM deal_made")
    delete_rows(db, DEALS.shares, "value_id", made)
    delete_rows(db, DEALS.values, "id", made)
    cut_values(db, DEALS, alive, made)


def put_together(db: Database) -> None:
    """Give the joined deals the histories made of those of their deals; to be called while writing."""
    joined = joined_deals(db)
    if not joined:
        return
    plain, marks = load_versions(db, DEALS), _load_marks(db)
    made = [(head, one) for head, history in _composed(db, joined, plain).items() for one in history]
    first = len(load(db, DEALS, "of"))
    _insert(db, first, made)
    write_versions(db, DEALS, plain, with_joined(plain, joined, made, range(first, first + len(made))))
    _write_marks(db, marks, joined_marks(marks, joined))
    counted = [(head, one) for head, deals in joined.items() for one in deals[1:]]
    db.connection.executemany("UPDATE deals SET merged_into=? WHERE id=?", counted)


def expected(db: Database, plain: Versions, joined: Joined) -> tuple[Versions, bool]:
    """The versions that follow from those that the imports alone show, and whether the values made say the same."""
    made = [(head, one) for head, history in _composed(db, joined, plain).items() for one in history]
    stored = made_values(db).tolist()
    kept = {value: (record, content) for value, record, content in contents_of(db, DEALS, stored, splits=True)}
    parts: dict[int, set[int]] = {}
    for value, part in db.rows("SELECT value_id, part_id FROM deal_made"):
        parts.setdefault(value, set()).add(part)
    wanted = [((head, one.content), set(one.parts)) for head, one in made]
    same = [(kept[value], parts[value]) for value in stored if value in kept] == wanted
    return (with_joined(plain, joined, made, stored) if same else plain), same


def with_joined(plain: Versions, joined: Joined, made: Sequence[tuple[int, Made]], values: Sequence[int]) -> Versions:
    """Versions in which the deals of each group give way to the values made for the one that is kept."""
    apart = np.asarray(sorted(one for deals in joined.values() for one in deals), np.int32)
    stay = ~np.isin(plain.of, apart)
    of = np.concatenate([plain.of[stay], np.asarray([head for head, _ in made], np.int32)])
    start = np.concatenate([plain.start[stay], np.asarray([one.day for _, one in made], np.int32)])
    value = np.concatenate([plain.value[stay], np.asarray(values, np.int32)])
    order = np.lexsort((start, of))
    return Versions(of[order], start[order], value[order])


def _composed(db: Database, joined: Joined, plain: Versions) -> dict[int, tuple[Made, ...]]:
    wanted = np.asarray(sorted(one for deals in joined.values() for one in deals), np.int32)
    mine = np.flatnonzero(np.isin(plain.of, wanted))
    seen: dict[int, list[tuple[int, int]]] = {}
    for of, start, value in zip(*(part[mine].tolist() for part in (plain.of, plain.start, plain.value)), strict=True):
        seen.setdefault(of, []).append((start, value))
    values = plain.value[mine].tolist()
    contents = {value: content for value, _, content in contents_of(db, DEALS, values, splits=True)}
    meant = word_outcomes(db)
    return {head: compose([seen.get(one, []) for one in deals], contents, meant) for head, deals in joined.items()}


def _insert(db: Database, first: int, made: Sequence[tuple[int, Made]]) -> None:
    cells = ", ".join(("id", DEALS.record, *DEALS.cells))
    marks = ", ".join("?" * (2 + len(DEALS.cells)))
    numbered = list(enumerate(made, first))
    write = db.connection.executemany
    rows = [(value, head, *one.content[:-1]) for value, (head, one) in numbered]
    write(f"INSERT INTO {DEALS.values}({cells}) VALUES ({marks})", rows)
    shares = [(value, *share) for value, (_, one) in numbered for share in one.content[-1]]
    write(f"INSERT INTO {DEALS.shares} VALUES (?, ?, ?)", shares)
    write("INSERT INTO deal_made VALUES (?, ?)", [(value, part) for value, (_, one) in numbered for part in one.parts])
    told = value_columns(db, DEALS, first, first + len(made))
    for name in DEALS.value_columns:
        tail = Tail(db, DEALS, name, first).open()
        if name in told:
            tail.append(told[name])
        else:
            tail.repeat(len(made))
        tail.flush()


def plain_versions(db: Database, stored: Versions) -> Versions:
    """The versions of all deals as the imports alone show them."""
    deals = _apart(db)
    if not len(deals):
        return stored
    of = load(db, DEALS, "of")
    apart = np.zeros(int(max(of.max(initial=0), deals.max())) + 1, bool)
    apart[deals] = True
    lists = ((one.day, seen_by(db, one.import_id)) for one in load_sightings(db, "deals"))
    own = collapse(NO_VERSIONS, of, ((day, seen[apart[of[seen]]]) for day, seen in lists), len(apart) - 1)
    stay = ~apart[stored.of]
    parts = ((stored.of[stay], own.of), (stored.start[stay], own.start), (stored.value[stay], own.value))
    of, start, value = (np.concatenate(part) for part in parts)
    order = np.lexsort((start, of))
    return Versions(of[order], start[order], value[order])


def _apart(db: Database) -> Ints:
    """The deals that are part of a joined one as it is stored."""
    sql = "SELECT id FROM deals WHERE merged_into IS NOT NULL UNION SELECT merged_into FROM deals"
    found = [number for (number,) in db.rows(sql) if number is not None]
    return np.asarray(sorted(found), np.int64)


def plain_marks(db: Database, stored: Mapping[str, Ints]) -> dict[str, Ints]:
    """The marks of all deals as the imports alone show them."""
    deals, source, sightings = _apart(db), stored[DEALS.source], load_sightings(db, "deals")
    lists = ((one.day, seen_by(db, one.import_id)) for one in sightings)
    first, last = first_and_last(load(db, DEALS, "of"), lists, len(source) - 1)
    count_named(db, DEALS, last)
    told = {"first_seen": first, "last_seen": last, "missing_from": missing_from(last, source, sightings)}
    found = {name: values.copy() for name, values in stored.items()}
    for name in MARKS:
        found[name][deals] = told[name][deals]
    return found


def joined_marks(plain: Mapping[str, Ints], joined: Joined) -> dict[str, Ints]:
    """Marks in which a joined deal was seen when one of its deals was, and is missing where all are."""
    found = {name: values.copy() for name, values in plain.items()}
    for head, deals in joined.items():
        mine = list(deals)
        seen = plain["first_seen"][mine]
        found["first_seen"][head] = seen[seen != NO_DAY].min(initial=seen.max())
        found["last_seen"][head] = plain["last_seen"][mine].max()
        gone = plain["missing_from"][mine][seen != NO_DAY]
        found["missing_from"][mine] = NO_DAY
        found["missing_from"][head] = NO_DAY if (gone == NO_DAY).any() else gone.max(initial=NO_DAY)
    return found


def _load_marks(db: Database) -> dict[str, Ints]:
    return {name: load(db, DEALS, name) for name in DEALS.record_columns}


def _write_marks(db: Database, old: dict[str, Ints], new: dict[str, Ints]) -> None:
    write_marks(db, DEALS, old, new)
    for name in MARKS:
        save_changed(db, DEALS, name, old[name], new[name])


def missing_on(db: Database, day: date) -> Ints:
    """By deal id since when it is missing (a day number, NO_DAY when it is not), by the imports up to a data date."""
    return next(missing_on_each(db, (day,)))


def missing_on_each(db: Database, days: Iterable[date]) -> Iterator[Ints]:
    """The same for some data dates, oldest first, one after the other: what an import saw is read once."""
    sightings, joined = load_sightings(db, "deals"), joined_deals(db)
    source, of = load(db, DEALS, DEALS.source), load(db, DEALS, "of")
    first, last = (np.full(len(source), NO_DAY, np.int32) for _ in range(2))
    read = 0
    for day in days:
        known = [one for one in sightings if one.day <= day_number(day.isoformat())]
        for one in known[read:]:
            see(of[seen_by(db, one.import_id)], one.day, first, last)
        read = len(known)
        named = last.copy()
        count_named(db, DEALS, named, day)
        told = {"first_seen": first, "last_seen": named, "missing_from": missing_from(named, source, known)}
        yield joined_marks(told, joined)["missing_from"]
