"""Undo an import: forget what it saw, and derive everything again from what the others saw."""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np

from kpidesk.core.errors import UserError
from kpidesk.core.fields import Kind
from kpidesk.core.progress import Progress, telling
from kpidesk.store.accounts import settle_accounts
from kpidesk.store.columns import Ints, load, save_changed, view
from kpidesk.store.curation import forget_profile
from kpidesk.store.database import Database
from kpidesk.store.deal_merges import put_together, take_apart
from kpidesk.store.imports import came_together, require_import
from kpidesk.store.people import BY_HAND, derive_people, forget_people
from kpidesk.store.removing import cut_values, delete_rows
from kpidesk.store.shapes import DEALS, NO_DAY, SHAPES, Shape, is_named
from kpidesk.store.sightings import (
    before,
    collapse,
    count_named,
    first_and_last,
    load_sightings,
    load_versions,
    missing_from,
    seen_by,
    write_marks,
    write_versions,
)
from kpidesk.store.words import delete_words

PLACING: frozenset[Kind] = frozenset(("people", "deals"))
"""The kinds that say in which team somebody is."""


@dataclass(frozen=True, slots=True)
class UndoOutcome:
    """What an undo took away; `data_date` is the day of that file, `kind` what it told of.

    `with_it` is the number of an import that the same file brought in the same go and that went with it.
    """

    import_id: int
    file: str
    data_date: date
    kind: Kind
    with_it: int | None = None


def undo_import(db: Database, import_id: int | None = None) -> Generator[Progress, None, UndoOutcome]:
    """Undo an import (None: the newest file), whichever it is; the others keep their order and their effect.

    What the same file brought in the same go goes with it, in one transaction. What was decided by hand (outcomes of
    stages, names, links, goals) stays.

    Raises:
        UserError: there is no such import, or the workspace cannot be written.
    """
    import_id, together = undone_with(db, import_id)
    sql = "SELECT kind, data_date, file_name FROM imports WHERE id=?"
    kind, day, file_name = db.rows(sql, (import_id,))[0]
    kinds = {db.one("SELECT kind FROM imports WHERE id=?", (number,)) for number in together}
    steps = len(together) + 1
    with db.writing("undo", f"{import_id} {file_name}", references=False):
        step = Progress(0, steps, f"Undoing {file_name}")
        if "deals" in kinds:
            yield from telling(db.aside(partial(take_apart, db)), step)
        for at, number in enumerate(reversed(together)):
            step = replace(step, done=at)
            yield from telling(db.aside(partial(_forget_import, db, number)), step)
        step = Progress(steps - 1, steps, "Cleaning up")
        clean = partial(_clean_up, db, kinds)
        yield from telling(db.aside(clean), step)
    with_it = next((number for number in together if number != import_id), None)
    return UndoOutcome(import_id, file_name, date.fromisoformat(day), kind, with_it)


def undone_with(db: Database, import_id: int | None = None) -> tuple[int, tuple[int, ...]]:
    """The number of the import that an undo takes (None: of the newest file), and all that go, oldest first.

    Raises:
        UserError: there is no such import.
    """
    if import_id is None:
        sql = "SELECT max(i.id) FROM imports i JOIN sources s ON s.id = source_id WHERE s.name <> ?"
        import_id = db.one(sql, (BY_HAND,))
        if import_id is None:
            raise UserError("There is no import to undo.", "")
    require_import(db, import_id)
    return import_id, came_together(db, import_id)


def _clean_up(db: Database, kinds: Collection[Kind]) -> None:
    """Let everything else follow from what is left, after imports of these kinds went."""
    if "deals" in kinds:
        put_together(db)
    _forget_names(db, kinds)


def _forget_import(db: Database, import_id: int) -> None:
    """Take one import away."""
    kind = db.one("SELECT kind FROM imports WHERE id=?", (import_id,))
    if kind in SHAPES:
        _forget_records(db, SHAPES[kind], import_id)
        return
    db.run("DELETE FROM people_rows WHERE import_id=?", (import_id,))
    _delete_import(db, import_id)


def _delete_import(db: Database, import_id: int) -> None:
    db.run("DELETE FROM rejected_rows WHERE import_id=?", (import_id,))
    forget_profile(db, import_id)
    for table in ("deal_merges", "kept_apart"):
        db.run(f"DELETE FROM {table} WHERE import_id=?", (import_id,))
    db.run("DELETE FROM imports WHERE id=?", (import_id,))


def _forget_records(db: Database, shape: Shape, import_id: int) -> None:
    """Take one list away."""
    since = next(one.day for one in load_sightings(db, shape.kind) if one.import_id == import_id)
    mine = seen_by(db, import_id)
    _delete_import(db, import_id)
    sightings = load_sightings(db, shape.kind)
    lists = [(one.day, seen_by(db, one.import_id)) for one in sightings]
    of = load(db, shape, "of")
    alive = np.zeros(len(of), bool)
    for _, seen in lists:
        alive[seen] = True
    dead = mine[~alive[mine]]
    old = load_versions(db, shape)
    marks = {name: load(db, shape, name) for name in shape.record_columns}
    highest = len(marks["first_seen"]) - 1
    new = collapse(before(old, since), of, ((day, seen) for day, seen in lists if day >= since), highest)
    write_versions(db, shape, old, new)
    gone = _write_marks(db, shape, of, lists, marks)
    if shape.shares:
        delete_rows(db, shape.shares, "value_id", dead)
    delete_rows(db, shape.values, "id", dead)
    delete_rows(db, shape.records, "id", gone)
    cut_values(db, shape, alive, dead)


def _write_marks(db: Database, shape: Shape, of: Ints, lists: list[tuple[int, Ints]], old: dict[str, Ints]) -> Ints:
    """Store the marks anew; gives the records that nothing saw."""
    highest = len(old["first_seen"]) - 1
    first, last = first_and_last(of, lists, highest)
    count_named(db, shape, last)
    source = old[shape.source].copy()
    gone = np.flatnonzero((first == NO_DAY) & (source != 0))
    source[gone] = 0
    new = {"first_seen": first, "last_seen": last, shape.source: source}
    new["missing_from"] = missing_from(last, source, load_sightings(db, shape.kind))
    write_marks(db, shape, old, new)
    length = int(np.flatnonzero(source).max(initial=0)) + 1
    for name, values in new.items():
        save_changed(db, shape, name, old[name], values[:length])
    return gone


def _forget_names(db: Database, kinds: Collection[Kind]) -> None:
    """Drop the words of files that no value uses; people, teams and accounts follow."""
    used = _used_names(db)
    delete_words(db, _unused(db, "terms", used["terms"]))
    delete_rows(db, "account_aliases", "id", _unused(db, "account_aliases", used["accounts"]), "linked=0")
    _forget_people(db, used["people"], others=not PLACING.isdisjoint(kinds))
    settle_accounts(db, regroup="accounts" in kinds)
    db.run(
        "DELETE FROM sources WHERE id NOT IN (SELECT source_id FROM imports)"
        " AND id NOT IN (SELECT source_id FROM person_aliases) AND id NOT IN (SELECT source_id FROM account_aliases)"
    )


def _unused(db: Database, table: str, used: list[Ints]) -> Ints:
    """The numbers up to the highest one of a table that are not used, whether it has them or not."""
    highest = int(db.one(f"SELECT coalesce(max(id), 0) FROM {table}"))
    return np.flatnonzero(~_present(used, highest)[: highest + 1])[1:]


def forget_unused_people(db: Database) -> None:
    """Drop the names of people that no value uses, and people left without any."""
    _forget_people(db, _used_names(db)["people"], others=True)


def _forget_people(db: Database, used: list[Ints], *, others: bool) -> None:
    """Drop them, and work out anew who is who where any went or `others` may be in another place."""
    named = {owner for (owner,) in db.rows(f"SELECT DISTINCT owner FROM {DEALS.shares}")} | set(
        _distinct(used).tolist()
    )
    if not (forget_people(db, named) or others):
        return
    derive_people(db)
    forget_people(db, named)  # who was one with somebody that stays, by what was undone alone


def _used_names(db: Database) -> dict[str, list[Ints]]:
    """The terms, people and accounts that the values of all kinds name."""
    used: dict[str, list[Ints]] = {"terms": [], "people": [], "accounts": []}
    for shape in SHAPES.values():
        _use_names(db, shape, used)
    return used


def _use_names(db: Database, shape: Shape, used: dict[str, list[Ints]]) -> None:
    """Take down which terms, people and accounts the values of a kind name."""
    for one in shape.fields:
        if one.name in shape.field_columns and is_named(one):
            group = {"person": "people", "account": "accounts"}.get(one.kind, "terms")
            used[group].append(_distinct([view(db, shape, one.name)]))  # of a value that is gone it holds 0


def _distinct(parts: list[Ints]) -> Ints:
    """The different numbers in some arrays but for 0, in order."""
    return np.flatnonzero(_present(parts))


def _present(parts: list[Ints], highest: int = 0) -> Ints:
    """By number up to the highest, of some arrays or as given, whether it is in one of them; 0 never is."""
    present = np.zeros(max(highest, *(int(part.max(initial=0)) for part in parts), 0) + 1, bool)
    for part in parts:
        present[part] = True
    present[0] = False
    return present
