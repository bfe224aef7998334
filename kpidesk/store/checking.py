"""Is the file whole, does its history follow from what the imports saw, do the columns repeat the rows."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import numpy as np

from kpidesk.core.errors import UserError
from kpidesk.core.progress import Progress
from kpidesk.store.columns import day_number, load, load_piece
from kpidesk.store.database import Database
from kpidesk.store.deal_merges import expected, joined_deals, joined_marks
from kpidesk.store.frozen import digest_of
from kpidesk.store.seals import seals_of
from kpidesk.store.shapes import DEALS, NO_DAY, SHAPES, Shape
from kpidesk.store.sightings import (
    NO_VERSIONS,
    collapse,
    count_named,
    decode,
    first_and_last,
    load_sightings,
    load_versions,
    missing_from,
    seen_by,
    shown_rows,
)
from kpidesk.store.value_columns import value_columns

MOST_PROBLEMS = 20
UNREADABLE = (UserError, sqlite3.Error, ValueError, IndexError, OverflowError)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Whether a workspace is whole, and what is wrong with it, in words."""

    ok: bool
    problems: tuple[str, ...]


def check(db: Database) -> Generator[Progress, None, CheckReport]:
    """Check the file, its references, every import's counts and digest, the derived history, and the columns."""
    problems: list[str] = []
    for number, (text, step) in enumerate(_STEPS):
        yield Progress(number, len(_STEPS), text)
        try:
            problems += step(db)
        except UNREADABLE as error:
            problems.append(f"{text}: it cannot be read ({error}).")
    return CheckReport(not problems, tuple(problems[:MOST_PROBLEMS]))


def _check_file(db: Database) -> Iterator[str]:
    for (found,) in db.rows(f"PRAGMA integrity_check({MOST_PROBLEMS})"):
        if found != "ok":
            yield f"The file is damaged: {found}."
    for table, row, parent, _ in db.rows("PRAGMA foreign_key_check"):
        yield f"Row {row} of {table} names a row of {parent} that is not there."


def _check_imports(db: Database) -> Iterator[str]:
    people = dict(db.rows("SELECT import_id, count(*) FROM people_rows GROUP BY import_id"))
    sql = "SELECT id, file_name, kind, added + updated + unchanged, seen, lines, digest FROM imports ORDER BY id"
    for number, file, kind, used, seen, lines, digest in db.connection.execute(sql):
        if hashlib.blake2b(seen + lines, digest_size=16).hexdigest() != digest:
            yield f"The list of import {number} ({file}) was changed."
        kept = people.get(number, 0) if kind == "people" else len(decode(seen))
        if kept != used or (kind != "people" and len(decode(lines)) != used):
            yield f"Import {number} ({file}) says {used} records, but {kept} are kept."


def _check_counts(db: Database) -> Iterator[str]:
    sql = (
        "SELECT id, file_name FROM imports i WHERE read <> added + updated + unchanged + rejected + skipped"
        " OR rejected <> (SELECT count(*) FROM rejected_rows WHERE import_id = i.id) ORDER BY id"
    )
    for number, file in db.rows(sql):
        yield f"The counts of import {number} ({file}) do not add up."


def _check_seal(db: Database) -> Iterator[str]:
    kept = dict(db.rows("SELECT name, value FROM meta"))
    if any(kept.get(name) != seal for name, seal in seals_of(db.connection).items()):
        yield "Settings, names, goals or definitions were changed by something else than this app."


def _check_sheets(db: Database) -> Iterator[str]:
    for what, table, stem in (("one-on-one", "reviews", "review"), ("review", "meetings", "meeting")):
        sheets = f"{stem}_sheets ON {stem}_id = id"
        sql = f"SELECT id, state, sheet_digest, body FROM {table} LEFT JOIN {sheets} ORDER BY id"
        for number, state, digest, body in db.connection.execute(sql):
            if state != "draft" and body is None:
                yield f"The sheet of {what} {number} is missing."
            elif body is not None and digest_of(body) != digest:
                yield f"The sheet of {what} {number} was changed."


def _present(db: Database) -> list[Shape]:
    """The kinds of which the file holds anything at all."""
    found = []
    for shape in SHAPES.values():
        tables = (shape.records, shape.values, shape.versions, "columns WHERE kind=?1", "imports WHERE kind=?1")
        if db.one("SELECT " + " OR ".join(f"EXISTS(SELECT 1 FROM {table})" for table in tables), (shape.kind,)):
            found.append(shape)
    return found


def _check_versions(db: Database) -> Iterator[str]:
    for shape in _present(db):
        of = load(db, shape, "of")
        records = len(load(db, shape, "first_seen")) - 1
        lists = ((one.day, seen_by(db, one.import_id)) for one in load_sightings(db, shape.kind))
        derived, stored = collapse(NO_VERSIONS, of, lists, records), load_versions(db, shape)
        if shape is DEALS and (joined := joined_deals(db)):
            derived, is_same = expected(db, derived, joined)
            if not is_same:
                yield "Deals that were merged are not what the imports show."
        if not derived.equals(stored):
            yield f"The history of the {shape.many} is not what the imports show."
        columns = f"{shape.record}, valid_from, valid_to, value_id"
        rows = db.rows(f"SELECT {columns} FROM {shape.versions} ORDER BY {shape.record}, valid_from")
        if rows != shown_rows(derived):
            yield f"The versions of the {shape.many} are not what the imports show."


def _check_marks(db: Database) -> Iterator[str]:
    for shape in _present(db):
        yield from _check_marks_of(db, shape)


def _check_marks_of(db: Database, shape: Shape) -> Iterator[str]:
    of = load(db, shape, "of")
    sightings = load_sightings(db, shape.kind)
    stored = {name: load(db, shape, name) for name in shape.record_columns}
    length = len(stored["first_seen"])
    first, last = first_and_last(of, ((one.day, seen_by(db, one.import_id)) for one in sightings), length - 1)
    count_named(db, shape, last)
    source, seen, missing = (np.full(length, empty, np.int32) for empty in (0, NO_DAY, NO_DAY))
    for number, of_source, day, gone in db.connection.execute(
        f"SELECT id, source_id, first_seen, missing_from FROM {shape.records}"
    ):
        source[number], seen[number], missing[number] = of_source, day_number(day), day_number(gone)
    told = {"first_seen": first, "last_seen": last, "missing_from": missing_from(last, source, sightings)}
    if shape is DEALS:
        told = joined_marks(told, joined_deals(db))
    if not (np.array_equal(seen, told["first_seen"]) and np.array_equal(missing, told["missing_from"])):
        yield f"The marks of the {shape.many} are not what the imports show."
    for name, values in {**told, shape.source: source}.items():
        if not np.array_equal(stored[name], values):
            yield _differs(shape, name)


def _differs(shape: Shape, name: str) -> str:
    return f"The column '{name}' of the {shape.many} does not repeat the rows."


def _check_columns(db: Database) -> Iterator[str]:
    for shape in _present(db):
        yield from _check_columns_of(db, shape)


def _check_columns_of(db: Database, shape: Shape) -> Iterator[str]:
    length = len(load(db, shape, "of"))
    wrong = {name for name in shape.value_columns if len(load(db, shape, name)) != length}
    if (db.one(f"SELECT max(id) FROM {shape.values}") or 0) >= length:
        wrong.add("of")
    if length == 1:  # of a column that never held anything no piece is stored
        length = 0
    for number in range(-(-length // db.segment)):
        begin, end = number * db.segment, min(length, (number + 1) * db.segment)
        for name, values in value_columns(db, shape, begin, end).items():
            if not np.array_equal(load_piece(db, shape, name, number), values):
                wrong.add(name)
    for name in sorted(wrong):
        yield _differs(shape, name)


_STEPS: tuple[tuple[str, Callable[[Database], Iterator[str]]], ...] = (
    ("Reading the whole file", _check_file),
    ("Adding up the imports", _check_counts),
    ("Reading what the imports saw", _check_imports),
    ("Reading settings, names and goals", _check_seal),
    ("Reading the sheets of one-on-ones", _check_sheets),
    ("Deriving the history again", _check_versions),
    ("Deriving the marks of the records", _check_marks),
    ("Comparing columns and rows", _check_columns),
)
