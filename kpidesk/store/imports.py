"""Imports: one transaction each, counted row by row, and the history of them."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from kpidesk.core.errors import Issue, UserError
from kpidesk.core.fields import Kind, Outcome
from kpidesk.core.progress import Progress, collector_off, telling
from kpidesk.core.records import RawRows
from kpidesk.store.accounts import settle_accounts
from kpidesk.store.curation import keep_outcomes, keep_profile
from kpidesk.store.database import Database, now
from kpidesk.store.deal_merges import merge_with_import, put_together, take_apart
from kpidesk.store.fingerprints import recipe_print
from kpidesk.store.hiding import hide_in_import
from kpidesk.store.people import derive_people
from kpidesk.store.people_import import PeopleImport, start_people
from kpidesk.store.records import Parse, RecordImport, start_records
from kpidesk.store.shapes import SHAPES
from kpidesk.store.tally import Tally
from kpidesk.store.veiling import Veil, load_veil, veiled

NEWEST_NAME = "SELECT max(id) FROM person_aliases"
"""A name is only ever added in an import, with a higher number."""


@dataclass(frozen=True, slots=True)
class ImportHeader:
    """What is known of a file before its rows are read.

    `complete`: a deal of this source that is not in it is missing from then on; other kinds never are. `recipe` is
    everything that turns its text into values; with the same recipe, rows known by their text are not read again.
    `total_rows` 0 when not known. `outcomes` are what the (`stage` or `status`, word)s of the file mean; `profile`
    is an opaque text to remember for the next file of the same shape, under `profile_key` (empty: nothing to
    remember). `ordinals` are the numbers of rows among rows of equal identity, by line, where a row is not the
    first; `columns` the names of the file's columns by field. `once`: no two rows have one key.
    `merged` are the source and id of the deals that rows are to count as, by the id of the row.
    """

    kind: Kind
    source: str
    data_date: date
    complete: bool
    file_name: str
    sha256: str
    recipe: str
    dialect: str
    total_rows: int
    outcomes: Mapping[tuple[str, str], Outcome] = field(default_factory=dict)
    profile_key: str = ""
    profile: str = ""
    ordinals: Mapping[int, int] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    merged: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of the rows: read = added + updated + unchanged + rejected + skipped.

    `issues` holds one entry per rejected row, of the first 10,000; `rejected_rows` has all. `notices` are things to
    know that no row is wrong about.
    """

    import_id: int
    read: int
    added: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int
    issues: tuple[Issue, ...]
    notices: tuple[str, ...] = ()


def run_import(
    db: Database,
    header: ImportHeader,
    chunks: Iterable[RawRows],
    parse: Parse,
    *,
    dry_run: bool = False,
    refuse_any: bool = False,
) -> Generator[Progress, None, ImportOutcome]:
    """Import a file in one transaction; closing the generator or any error leaves the workspace as it was.

    `dry_run` counts and then undoes everything. `refuse_any`: a single rejected row refuses all of it.

    Raises:
        UserError: the workspace cannot be written, or with `refuse_any` what is wrong with a row.
    """
    veil = load_veil(db)
    if veil is not None:
        header, parse = replace(header, file_name=veil.text(header.file_name)), veiled(parse, header.kind, veil)
    writing = db.writing("import", header.file_name, references=False, keep=not dry_run)
    with collector_off(), writing:
        tally = Tally(db, db.bump("last_import"), columns=header.columns)
        newest, work = yield from telling(db.aside(lambda: _begin(db, header, tally)), Progress(0, 0, "Starting"))
        yield from _read(db, header, tally, work, chunks, parse)
        if refuse_any and tally.issues:
            raise UserError(f"{tally.issues[0].value}: {tally.issues[0].problem}.", "Nothing was changed.")
        _refuse_nothing_usable(header, tally)
        if isinstance(work, PeopleImport):
            work.settle()
            work.tell()
        if not dry_run:
            step = Progress(tally.read, header.total_rows, "Working out what changed")
            yield from telling(db.aside(lambda: _finish(db, header, tally, work, veil, newest)), step)
    return _outcome(tally)


def _begin(db: Database, header: ImportHeader, tally: Tally) -> tuple[int | None, RecordImport | PeopleImport]:
    """The newest name of a person from before, and the import ready for its rows."""
    newest: int | None = db.one(NEWEST_NAME)
    if header.kind == "deals" or header.outcomes:  # what its words mean decides what joined deals are
        take_apart(db)
    return newest, _start(db, header, tally)


def _read(
    db: Database,
    header: ImportHeader,
    tally: Tally,
    work: RecordImport | PeopleImport,
    chunks: Iterable[RawRows],
    parse: Parse,
) -> Generator[Progress, None, None]:
    """Account for every row of the file; of a file that was read before, by what became of them then."""
    if isinstance(work, RecordImport):
        if (before := _same_file(db, header, work.source_id)) is not None:
            work.repeat(before)
            return
        yield from telling(db.aside(work.learn), Progress(0, header.total_rows, "Looking up what is known"))
    for rows in chunks:
        for _ in work.take(rows, parse):
            yield _rows_read(tally, header)
        yield _rows_read(tally, header)
    if isinstance(work, PeopleImport):
        work.count()


def _rows_read(tally: Tally, header: ImportHeader) -> Progress:
    return Progress(tally.read, header.total_rows, f"{tally.read:,} rows read")


def _finish(
    db: Database,
    header: ImportHeader,
    tally: Tally,
    work: RecordImport | PeopleImport,
    veil: Veil | None,
    newest: int | None,
) -> None:
    """Write down what the import saw and what follows from it, without what must not be seen."""
    _keep(db, header, tally, work, newest)
    if veil is not None:
        hide_in_import(db, tally.import_id, veil)


def _outcome(tally: Tally) -> ImportOutcome:
    return ImportOutcome(
        tally.import_id,
        tally.read,
        tally.added,
        tally.updated,
        tally.unchanged,
        tally.rejected,
        tally.skipped,
        tuple(tally.issues),
        tuple(tally.notices),
    )


def _refuse_nothing_usable(header: ImportHeader, tally: Tally) -> None:
    """Refuse a file none of whose rows can be used: it would say that everything it should hold is gone."""
    if tally.issues and not (tally.added or tally.updated or tally.unchanged):
        first = tally.issues[0]
        shown = f"'{first.value}' in column '{first.column}'" if first.column else f"'{first.value}'"
        raise UserError(
            f"No row of '{header.file_name}' can be used: on line {first.line}, {shown}: {first.problem.rstrip('.')}.",
            "Nothing was imported. Correct the file, or say which column holds what with --map.",
        )


def _same_file(db: Database, header: ImportHeader, source_id: int) -> int | None:
    """The newest import of the same bytes, read in the same way: every row would become what it became then."""
    sql = "SELECT max(id) FROM imports WHERE kind=? AND source_id=? AND sha256=? AND recipe=? AND read=?"
    found: int | None = db.one(sql, (header.kind, source_id, header.sha256, header.recipe, header.total_rows))
    return found


def _keep(
    db: Database, header: ImportHeader, tally: Tally, work: RecordImport | PeopleImport, newest: int | None
) -> None:
    """Write down what the import saw, and everything that follows from it."""
    _write_import(db, header, tally, work.source_id)
    seen, lines = work.finish()
    digest = hashlib.blake2b(seen + lines, digest_size=16).hexdigest()
    db.run("UPDATE imports SET seen=?, lines=?, digest=? WHERE id=?", (seen, lines, digest, tally.import_id))
    keep_outcomes(db, header.outcomes)
    if header.merged and (merged := merge_with_import(db, tally.import_id, header.source, header.merged)):
        deals = "1 deal counts" if merged == 1 else f"{merged:,} deals count"
        tally.notices.append(f"{deals} as one with what another source calls it, until this import is undone.")
    if header.kind == "deals" or header.outcomes:
        put_together(db)
    if header.kind == "people" or (SHAPES[header.kind].names_people and _names_others(db, header.kind, newest)):
        derive_people(db)
    if header.kind != "people" and SHAPES[header.kind].names_accounts:
        settle_accounts(db, regroup=header.kind == "accounts")
    if header.profile_key:
        keep_profile(db, header.profile_key, header.profile, tally.import_id)


def _names_others(db: Database, kind: Kind, newest: int | None) -> bool:
    """Whether an import of records may change who is known, and in which team: no name is new in most."""
    if db.one(NEWEST_NAME) != newest:
        return True
    return kind == "deals" and db.one("SELECT 1 FROM terms WHERE field='team' LIMIT 1") is not None


def _start(db: Database, header: ImportHeader, tally: Tally) -> RecordImport | PeopleImport:
    source_id = db.one("SELECT id FROM sources WHERE name=?", (header.source,))
    if source_id is None:
        source_id = db.connection.execute("INSERT INTO sources(name) VALUES (?)", (header.source,)).lastrowid
    if header.kind == "people":
        return start_people(db, tally.import_id, source_id, header.data_date.isoformat(), tally)
    recipe = recipe_print(header.source, header.recipe)
    return start_records(
        db, SHAPES[header.kind], source_id, header.data_date, recipe, header.ordinals, tally, once=header.once
    )


def _write_import(db: Database, header: ImportHeader, tally: Tally, source_id: int) -> None:
    complete = header.complete and (header.kind == "people" or SHAPES[header.kind].is_listed)
    values = (
        *(tally.import_id, header.kind, source_id, header.data_date.isoformat(), int(complete)),
        *(header.file_name, header.sha256, now(), header.dialect, header.recipe),
        *(tally.read, tally.added, tally.updated, tally.unchanged, tally.rejected, tally.skipped, b"", b"", ""),
    )
    db.run(f"INSERT INTO imports VALUES ({', '.join('?' * len(values))})", values)


def first_data_date(db: Database, sha256: str) -> date | None:
    """The data date given to a file of these bytes when it was first imported; None when it never was."""
    found = db.one("SELECT data_date FROM imports WHERE sha256=? ORDER BY id LIMIT 1", (sha256,))
    return date.fromisoformat(found) if found is not None else None


def imported_digests(db: Database) -> frozenset[str]:
    """The digests of all files that were imported."""
    return frozenset(digest for (digest,) in db.rows("SELECT DISTINCT sha256 FROM imports"))


def came_together(db: Database, import_id: int) -> tuple[int, ...]:
    """The imports that one file brought in one go with this one, itself among them, oldest first.

    That is a file of deals and the stage history in its columns, which is imported right after them.
    """
    sql = (
        "SELECT other.id FROM imports i JOIN imports other USING (sha256, source_id, data_date)"
        " WHERE i.id = ? AND (i.kind, other.kind, other.id - i.id)"
        " IN (VALUES ('deals', 'stage-history', 1), ('stage-history', 'deals', -1))"
    )
    return tuple(sorted((import_id, *(number for (number,) in db.rows(sql, (import_id,))))))


def rejected_rows(db: Database, import_id: int) -> tuple[tuple[Issue, str], ...]:
    """Every row that an import rejected, with the row itself, its cells separated by tabs.

    Raises:
        UserError: there is no such import.
    """
    require_import(db, import_id)
    sql = "SELECT line, field, value, problem, row FROM rejected_rows WHERE import_id=? ORDER BY number"
    return tuple((Issue(*found), row) for *found, row in db.rows(sql, (import_id,)))


def require_import(db: Database, import_id: int) -> None:
    """Refuse the number of an import that is not there."""
    if db.one("SELECT id FROM imports WHERE id=?", (import_id,)) is None:
        numbers = ", ".join(str(number) for (number,) in db.rows("SELECT id FROM imports ORDER BY id DESC LIMIT 8"))
        raise UserError(f"There is no import {import_id}.", f"Known: {numbers}." if numbers else "There is none yet.")


def import_recipe(db: Database, import_id: int) -> tuple[str, date]:
    """How an import read its file, as it was told then, and the day its data were of.

    Raises:
        UserError: there is no such import.
    """
    require_import(db, import_id)
    recipe, day = db.rows("SELECT recipe, data_date FROM imports WHERE id=?", (import_id,))[0]
    return recipe, date.fromisoformat(day)
