"""Imports: one transaction each, counted row by row, and the history of them."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from kpidesk.core.errors import Issue, UserError
from kpidesk.core.imports import ImportEntry
from kpidesk.core.progress import Progress
from kpidesk.core.records import Kind, Outcome, RawRows
from kpidesk.store.curation import keep_outcomes, keep_profile
from kpidesk.store.database import Database, now
from kpidesk.store.deals import DealImport, Parse, start_deals
from kpidesk.store.fingerprints import recipe_print
from kpidesk.store.names import settle_accounts
from kpidesk.store.people import PeopleImport, derive_people, start_people
from kpidesk.store.tally import Tally


@dataclass(frozen=True, slots=True)
class ImportHeader:
    """What is known of a file before its rows are read.

    `complete`: a deal of this source that is not in it is missing from then on. `recipe` is everything that turns
    its text into values; with the same recipe, rows known by their text are not read again. `total_rows` 0 when
    not known. `outcomes` are what the (`stage` or `status`, word)s of the file mean; `profile` is an opaque text to
    remember for the next file of the same shape, under `profile_key` (empty: nothing to remember). `ordinals` are
    the numbers of rows among rows of equal identity, by line, where a row is not the first.
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


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of the rows: read = added + updated + unchanged + rejected + skipped.

    `issues` holds one entry per rejected row, of the first 10,000; `rejected_rows` has all.
    """

    import_id: int
    read: int
    added: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int
    issues: tuple[Issue, ...]


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
    with _collector_off(), db.writing("import", header.file_name, references=False, keep=not dry_run):
        import_id = db.bump("last_import")
        tally = Tally(db, import_id)
        work = _start(db, header, tally)
        for rows in chunks:
            work.take(rows, parse)
            yield Progress(tally.read, header.total_rows, f"{tally.read:,} rows read")
        if refuse_any and tally.issues:
            raise UserError(f"{tally.issues[0].value}: {tally.issues[0].problem}.", "Nothing was changed.")
        if not dry_run:
            yield Progress(tally.read, header.total_rows, "Working out what changed")
            _keep(db, header, tally, work)
    return ImportOutcome(
        import_id,
        tally.read,
        tally.added,
        tally.updated,
        tally.unchanged,
        tally.rejected,
        tally.skipped,
        tuple(tally.issues),
    )


def _keep(db: Database, header: ImportHeader, tally: Tally, work: DealImport | PeopleImport) -> None:
    """Write down what the import saw, and everything that follows from it."""
    _write_import(db, header, tally, work.source_id)
    seen, lines = work.finish()
    digest = hashlib.blake2b(seen + lines, digest_size=16).hexdigest()
    db.run("UPDATE imports SET seen=?, lines=?, digest=? WHERE id=?", (seen, lines, digest, tally.import_id))
    derive_people(db)
    settle_accounts(db)
    keep_outcomes(db, header.outcomes)
    if header.profile_key:
        keep_profile(db, header.profile_key, header.profile)


def _start(db: Database, header: ImportHeader, tally: Tally) -> DealImport | PeopleImport:
    source_id = db.one("SELECT id FROM sources WHERE name=?", (header.source,))
    if source_id is None:
        source_id = db.connection.execute("INSERT INTO sources(name) VALUES (?)", (header.source,)).lastrowid
    if header.kind == "people":
        return start_people(db, tally.import_id, source_id, header.data_date.isoformat(), tally)
    recipe = recipe_print(header.source, header.recipe)
    return start_deals(db, source_id, header.data_date, recipe, header.ordinals, tally)


def _write_import(db: Database, header: ImportHeader, tally: Tally, source_id: int) -> None:
    values = (
        *(tally.import_id, header.kind, source_id, header.data_date.isoformat(), int(header.complete)),
        *(header.file_name, header.sha256, now(), header.dialect, header.recipe),
        *(tally.read, tally.added, tally.updated, tally.unchanged, tally.rejected, tally.skipped, b"", b"", ""),
    )
    db.run(f"INSERT INTO imports VALUES ({', '.join('?' * len(values))})", values)


@contextmanager
def _collector_off() -> Iterator[None]:
    """No search for cycles while millions of short-lived lists are made; there are none among them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def import_history(db: Database) -> tuple[ImportEntry, ...]:
    """Every import, oldest first."""
    sql = (
        "SELECT i.id, kind, file_name, s.name, data_date, imported_at,"
        " read, added, updated, unchanged, rejected, skipped"
        " FROM imports i JOIN sources s ON s.id = source_id ORDER BY i.id"
    )
    return tuple(
        ImportEntry(number, kind, file, source, date.fromisoformat(day), *rest)
        for number, kind, file, source, day, *rest in db.rows(sql)
    )


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


def data_dates(db: Database) -> tuple[tuple[int, date], ...]:
    """Import and data date of every import of deals, in data-date order."""
    sql = "SELECT id, data_date FROM imports WHERE kind='deals' ORDER BY data_date, id"
    return tuple((number, date.fromisoformat(day)) for number, day in db.rows(sql))
