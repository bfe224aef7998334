"""Merging people or accounts that are one, and splitting them again; what files say is not touched by either."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from kpidesk.core.errors import UserError
from kpidesk.core.texts import folded
from kpidesk.store.accounts import account_aliases, settle_accounts
from kpidesk.store.belongings import name_of, write_names
from kpidesk.store.database import Database, now
from kpidesk.store.deal_merges import new_merge
from kpidesk.store.identities import BETWEEN, grouped, join_merged
from kpidesk.store.log import joining
from kpidesk.store.people import derive_people, load_rows
from kpidesk.store.undo import forget_unused_people


@dataclass(frozen=True, slots=True)
class Merge:
    """Somebody said that two are one: `name` is treated as `into` since `at`, each as it was called then."""

    id: int
    kind: Literal["person", "account"]
    name: str
    into: str
    at: str


def merges(db: Database) -> tuple[Merge, ...]:
    """Everything that was merged by hand and not split again, oldest first."""
    return tuple(Merge(*row) for row in db.rows("SELECT id, kind, name, into_name, at FROM merges ORDER BY id"))


def newest_merge(db: Database) -> int:
    """The highest number that a merge was ever given, 0 before the first."""
    return int(db.one("SELECT value FROM meta WHERE name='last_merge'") or 0)


def merged_away(db: Database) -> dict[int, int]:
    """The merges of people that still hold by the number of the person merged away."""
    rows = db.rows("SELECT id, before FROM merges WHERE kind='person' ORDER BY id")
    return {int(json.loads(before)["number"]): number for number, before in rows}


def counts_as(db: Database, merge_id: int) -> int | None:
    """The person who bears the names of the one merged away now, through any further merges; None where nobody does."""
    texts = set(str(db.one("SELECT value FROM merges WHERE id=?", (merge_id,)) or "").split(BETWEEN))
    aliases = db.rows("SELECT value, person_id FROM person_aliases ORDER BY id")
    return next((person for text, person in aliases if folded(text) in texts), None)


def merge_people(db: Database, keep: int, drop: int) -> int:
    """Treat two people as one: everything said of `drop` is said of `keep`; gives the number by which to split them.

    Raises:
        UserError: they are one already, or not there; nothing is changed.
    """
    with db.writing("merge people", joining([(keep, drop)])):
        people = {number: (name, renamed) for number, name, renamed in db.rows("SELECT id, name, renamed FROM people")}
        if keep == drop or not {keep, drop} <= people.keys():
            raise UserError("Two different people are needed.", "Choose them from the list.")
        aliases = db.rows("SELECT id, value, person_id, linked FROM person_aliases ORDER BY id")
        write_names(db)
        into = name_of(db, "rep", keep)
        texts = _own(db, "person", [folded(text) for _, text, person, _ in aliases if person == drop])
        db.run("UPDATE person_aliases SET person_id=? WHERE person_id=?", (keep, drop))
        db.run("UPDATE reviews SET person_id=? WHERE person_id=?", (keep, drop))
        db.run("DELETE FROM memberships WHERE person_id=?", (drop,))
        db.run("DELETE FROM people WHERE id=?", (drop,))
        db.run("UPDATE people SET renamed=1 WHERE id=?", (keep,))  # it is the name of the one kept that was chosen
        before = {"number": drop, "renamed": people[drop][1], "into_renamed": people[keep][1]}
        merge = _keep(db, "person", BETWEEN.join(texts), into, (people[drop][0], people[keep][0]), before)
        derive_people(db)
    return merge


def merge_accounts(db: Database, keep: int, drop: int) -> int:
    """Treat two accounts as one, under the name of `keep`; gives the number by which to split them.

    Raises:
        UserError: they are one already, or not there; nothing is changed.
    """
    return merge_account_pairs(db, [(keep, drop)])[0]


def merge_account_pairs(db: Database, pairs: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Treat the second account of each pair as the first, all or none; gives the numbers as `merge_accounts` does.

    Raises:
        UserError: as `merge_accounts` does, also where a pair names an account that one before it merged away.
    """
    with db.writing("merge accounts", joining(pairs)):
        names = dict(db.rows("SELECT id, name FROM accounts"))
        meaning: dict[int, list[str]] = {}
        for one in account_aliases(db):
            meaning.setdefault(one.account, []).append(one.means)
        made: list[int] = []
        for keep, drop in pairs:
            if keep == drop or not {keep, drop} <= names.keys():
                raise UserError("Two different accounts are needed.", "Choose them from the list.")
            means = _own(db, "account", meaning[drop])
            db.run("UPDATE account_aliases SET account_id=? WHERE account_id=?", (keep, drop))
            made.append(_keep(db, "account", BETWEEN.join(means), meaning[keep][0], (names[drop], names[keep]), {}))
            meaning[keep] += meaning.pop(drop)
            del names[drop]
        settle_accounts(db)
    return tuple(made)


def _own(db: Database, kind: str, texts: Iterable[str]) -> list[str]:
    """The texts that no earlier merge has brought; those go along with the one that they were merged into."""
    merged = db.rows("SELECT value FROM merges WHERE kind=?", (kind,))
    brought = {text for (value,) in merged for text in value.split(BETWEEN)}
    return list(dict.fromkeys(text for text in texts if text not in brought))


def _keep(db: Database, kind: str, value: str, into: str, names: tuple[str, str], before: Mapping[str, int]) -> int:
    number = new_merge(db)
    sql = "INSERT INTO merges(id, kind, value, into_value, name, into_name, at, before) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    db.run(sql, (number, kind, value, into, *names, now(), json.dumps(before)))
    return number


def split(db: Database, *merge_ids: int) -> None:
    """Take merges back, all or none: each two are told apart again, each with the goals, notes and one-on-ones it had.

    Raises:
        UserError: there is no such merge; nothing is changed.
    """
    with db.writing("split", ", ".join(map(partial(_parting, db), merge_ids))):
        known = {one.id: one for one in merges(db)}
        if not known.keys() >= set(merge_ids):
            raise UserError("There is no such merge.", "Choose one from the list.")
        for number in sorted(merge_ids, reverse=True):
            value, into, before = db.rows("SELECT value, into_value, before FROM merges WHERE id=?", (number,))[0]
            db.run("DELETE FROM merges WHERE id=?", (number,))
            if known[number].kind == "person":
                write_names(db)
                _split_people(db, known[number], value.split(BETWEEN), into, json.loads(before))
                derive_people(db)
        if any(known[number].kind == "person" for number in merge_ids):
            forget_unused_people(db)  # the merge kept what the files of an import that was undone had said
        if any(known[number].kind == "account" for number in merge_ids):
            settle_accounts(db, regroup=True)


def _parting(db: Database, merge: int) -> str:
    """What the log says of a merge that is taken back: its number, and by which texts both are found again."""
    found = db.rows("SELECT kind, value, into_value FROM merges WHERE id=?", (merge,))
    if not found:
        return str(merge)
    kind, value, into = found[0]
    if kind == "person":
        texts = [(number, folded(text)) for number, text in db.rows("SELECT id, value FROM person_aliases ORDER BY id")]
    else:
        texts = [(one.number, one.means) for one in account_aliases(db)]
    away = value.split(BETWEEN)
    drop = next((number for number, text in texts if text in away), None)
    keep = next((number for number, text in texts if text == into), None)
    return f"{merge} {joining([(keep, drop)])}" if keep is not None and drop is not None else str(merge)


def bearer(db: Database, kind: Literal["person", "account"], alias: int) -> int:
    """The person or account that a text of the files means now, by the number of the text; 0 where it is gone."""
    return int(db.one(f"SELECT {kind}_id FROM {kind}_aliases WHERE id=?", (alias,)) or 0)


def _split_people(db: Database, merge: Merge, texts: Sequence[str], into: str, before: Mapping[str, int]) -> None:
    """Give the texts of the person merged away a person of their own, unless something else holds the two together."""
    aliases = db.rows("SELECT id, value, person_id, 0 FROM person_aliases ORDER BY id")
    groups = grouped(aliases, load_rows(db))
    join_merged(db, "person", groups)
    stays = groups.leader(into)
    apart = {groups.leader(text) for text in texts if text in groups.leads_to} - {stays}
    mine = [number for number, text, *_ in aliases if groups.leader(folded(text)) in apart]
    keep = next((person for _, text, person, _ in aliases if groups.leader(folded(text)) == stays), None)
    db.run("UPDATE people SET renamed=? WHERE id=? AND name=?", (before["into_renamed"], keep, merge.into))
    if mine:
        back = before["number"]
        if db.one("SELECT id FROM people WHERE id=?", (back,)) is not None:
            back = int(db.one("SELECT max(id) + 1 FROM people"))
        db.run("INSERT INTO people(id, name, renamed) VALUES (?, ?, ?)", (back, merge.name, before["renamed"]))
        moved = [(back, number) for number in mine]
        db.connection.executemany("UPDATE person_aliases SET person_id=? WHERE id=?", moved)
