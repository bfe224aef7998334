"""Put merged deals right where an undo of their file left values behind that were made of what it took away."""

from __future__ import annotations

import numpy as np

from kpidesk.store.columns import Ints, load, save
from kpidesk.store.database import Database
from kpidesk.store.deal_merges import put_together
from kpidesk.store.people import derive_people
from kpidesk.store.removing import delete_rows
from kpidesk.store.shapes import DEALS
from kpidesk.store.sightings import (
    NO_VERSIONS,
    Versions,
    collapse,
    count_named,
    first_and_last,
    load_sightings,
    missing_from,
    seen_by,
    shown_rows,
    write_marks,
)
from kpidesk.store.value_columns import value_columns


def mend_deals(db: Database) -> None:
    """Work out the deals anew from what the imports saw, and merge again those that were merged.

    Raises:
        UserError: the file cannot be written.
    """
    with db.writing("mend merged deals", references=False):
        lists = [(one.day, seen_by(db, one.import_id)) for one in load_sightings(db, "deals")]
        seen = np.unique(np.concatenate([np.zeros(1, np.int32), *(values for _, values in lists)]))
        _keep_values(db, seen)
        of = load(db, DEALS, "of")
        marks = {name: load(db, DEALS, name) for name in DEALS.record_columns}
        highest = len(marks["first_seen"]) - 1
        _set_versions(db, collapse(NO_VERSIONS, of, lists, highest))
        _set_marks(db, marks, *first_and_last(of, lists, highest))
        put_together(db)
        derive_people(db)


def _keep_values(db: Database, seen: Ints) -> None:
    """Leave only the values that imports saw, in the rows and in the columns that repeat them."""
    db.run("DELETE FROM deal_made")
    db.run("UPDATE deals SET merged_into=NULL WHERE merged_into IS NOT NULL")
    stored = np.asarray(db.rows(f"SELECT id FROM {DEALS.values}"), np.int64).reshape(-1)
    gone = np.setdiff1d(stored, seen)
    delete_rows(db, DEALS.shares, "value_id", gone)
    delete_rows(db, DEALS.values, "id", gone)
    length = int(seen[-1]) + 1
    told = value_columns(db, DEALS, 0, length)
    for name, (dtype, empty) in DEALS.value_columns.items():
        values = told.get(name)
        if values is None:  # the prints of rows, which no row of the store tells
            kept = load(db, DEALS, name)[:length]
            values = np.full(length, empty, dtype)
            values[seen[seen < len(kept)]] = kept[seen[seen < len(kept)]]
        save(db, DEALS, name, values)


def _set_versions(db: Database, versions: Versions) -> None:
    db.run(f"DELETE FROM {DEALS.versions}")
    sql = f"INSERT INTO {DEALS.versions}({DEALS.record}, valid_from, valid_to, value_id) VALUES (?, ?, ?, ?)"
    db.connection.executemany(sql, shown_rows(versions))
    for name, values in (("v.of", versions.of), ("v.from", versions.start), ("v.value", versions.value)):
        save(db, DEALS, name, values)


def _set_marks(db: Database, old: dict[str, Ints], first: Ints, last: Ints) -> None:
    count_named(db, DEALS, last)
    missing = missing_from(last, old[DEALS.source], load_sightings(db, "deals"))
    new = {"first_seen": first, "last_seen": last, "missing_from": missing}
    write_marks(db, DEALS, old, new)
    for name, values in new.items():
        save(db, DEALS, name, values)
