"""Undo an import: forget what it saw, and derive everything again from what the others saw."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk.core.errors import UserError
from kpidesk.core.progress import Progress
from kpidesk.core.records import FIELD_BY_NAME
from kpidesk.store.columns import (
    DEAL_COLUMNS,
    FIELD_COLUMNS,
    NO_DAY,
    VALUE_COLUMNS,
    Ints,
    load,
    patch,
    save_changed,
    truncate,
)
from kpidesk.store.curation import forget_profile
from kpidesk.store.database import Database
from kpidesk.store.imports import require_import
from kpidesk.store.names import settle_accounts
from kpidesk.store.people import BY_HAND, derive_people, forget_people
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


@dataclass(frozen=True, slots=True)
class UndoOutcome:
    """What an undo took away; `data_date` is the day of that file."""

    import_id: int
    file: str
    data_date: date
    deals_removed: int
    values_removed: int


def undo_import(db: Database, import_id: int | None = None) -> Generator[Progress, None, UndoOutcome]:
    """Undo an import (None: the newest file), whichever it is; the others keep their order and their effect.

    What was decided by hand (outcomes of stages, names, links, goals) stays.

    Raises:
        UserError: there is no such import, or the workspace cannot be written.
    """
    if import_id is None:
        sql = "SELECT max(i.id) FROM imports i JOIN sources s ON s.id = source_id WHERE s.name <> ?"
        import_id = db.one(sql, (BY_HAND,))
        if import_id is None:
            raise UserError("There is no import to undo.", "")
    require_import(db, import_id)
    sql = "SELECT kind, data_date, file_name FROM imports WHERE id=?"
    kind, day, file_name = db.rows(sql, (import_id,))[0]
    with db.writing("undo", f"{import_id} {file_name}", references=False):
        yield Progress(0, 2, f"Undoing {file_name}")
        deals, values = (0, 0)
        if kind == "deals":
            deals, values = _forget_deals(db, import_id)
        else:
            db.run("DELETE FROM people_rows WHERE import_id=?", (import_id,))
            _delete_import(db, import_id)
        yield Progress(1, 2, "Cleaning up")
        _forget_names(db)
    return UndoOutcome(import_id, file_name, date.fromisoformat(day), deals, values)


def _delete_import(db: Database, import_id: int) -> None:
    db.run("DELETE FROM rejected_rows WHERE import_id=?", (import_id,))
    forget_profile(db, import_id)
    db.run("DELETE FROM imports WHERE id=?", (import_id,))


def _forget_deals(db: Database, import_id: int) -> tuple[int, int]:
    """Take one list away; gives how many deals and values nothing names any more."""
    since = next(one.day for one in load_sightings(db) if one.import_id == import_id)
    mine = seen_by(db, import_id)
    _delete_import(db, import_id)
    sightings = load_sightings(db)
    lists = [(one.day, seen_by(db, one.import_id)) for one in sightings]
    of = load(db, "of")
    alive = np.zeros(len(of), bool)
    for _, seen in lists:
        alive[seen] = True
    dead = mine[~alive[mine]]
    old = load_versions(db)
    marks = {name: load(db, name) for name in DEAL_COLUMNS}
    highest = len(marks["first_seen"]) - 1
    new = collapse(before(old, since), of, ((day, seen) for day, seen in lists if day >= since), highest)
    write_versions(db, old, new)
    gone = _write_marks(db, of, lists, marks)
    _delete(db, "deal_value_owners", "value_id", dead)
    _delete(db, "deal_values", "id", dead)
    _delete(db, "deals", "id", gone)
    _cut_values(db, alive, dead)
    return len(gone), len(dead)


def _write_marks(db: Database, of: Ints, lists: list[tuple[int, Ints]], old: dict[str, Ints]) -> Ints:
    """Store the marks anew; gives the deals that nothing saw."""
    highest = len(old["first_seen"]) - 1
    first, last = first_and_last(of, lists, highest)
    count_named(db, last)
    gone = np.flatnonzero((first == NO_DAY) & (old["source"] != 0))
    source = old["source"].copy()
    source[gone] = 0
    new = {"first_seen": first, "last_seen": last, "source": source}
    new["missing_from"] = missing_from(last, source, load_sightings(db))
    write_marks(db, old, new)
    length = int(np.flatnonzero(source).max(initial=0)) + 1
    for name, values in new.items():
        save_changed(db, name, old[name], values[:length])
    return gone


def _delete(db: Database, table: str, column: str, numbers: Ints) -> None:
    if len(numbers):
        db.connection.executemany(f"DELETE FROM {table} WHERE {column}=?", ((number,) for number in numbers.tolist()))


def _cut_values(db: Database, alive: Ints, dead: Ints) -> None:
    """Free the end of the columns and empty the holes in between."""
    if not len(dead):
        return
    length = int(np.flatnonzero(alive).max(initial=0)) + 1
    holes = dead[dead < length]
    for name, (_, empty) in VALUE_COLUMNS.items():
        if length < len(alive):
            truncate(db, name, length)
        patch(db, name, holes, empty)


def _forget_names(db: Database) -> None:
    """Drop the words of files that no value uses; people, teams and accounts follow."""
    used: dict[str, set[int]] = {"term": set(), "person": set(), "account": set()}
    of = load(db, "of") > 0
    for name in FIELD_COLUMNS:
        kind = FIELD_BY_NAME["deals"][name].kind
        if kind in used or name == "team":
            used["term" if name == "team" else kind] |= _distinct(load(db, name)[of])
    used["person"] |= {owner for (owner,) in db.rows("SELECT DISTINCT owner FROM deal_value_owners")}
    for table, numbers in (("terms", used["term"]), ("account_aliases", used["account"])):
        unlinked = " WHERE linked=0" if table == "account_aliases" else ""
        unused = [number for (number,) in db.rows(f"SELECT id FROM {table}{unlinked}") if number not in numbers]
        _delete(db, table, "id", np.asarray(unused, np.int64))
    settle_accounts(db)
    forget_people(db, used["person"])
    derive_people(db)
    db.run(
        "DELETE FROM sources WHERE id NOT IN (SELECT source_id FROM imports)"
        " AND id NOT IN (SELECT source_id FROM person_aliases) AND id NOT IN (SELECT source_id FROM account_aliases)"
    )


def _distinct(numbers: Ints) -> set[int]:
    if not len(numbers):
        return set()
    present = np.zeros(int(numbers.max()) + 1, bool)
    present[numbers] = True
    return set(np.flatnonzero(present).tolist()) - {0}
