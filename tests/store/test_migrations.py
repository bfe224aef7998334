"""Files of older versions are brought up to date, lose nothing, and hold every kind of record from then on."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kpidesk import store
from kpidesk.core.fields import KIND_OF_RECORD, PERSON_FIELDS, Kind
from kpidesk.core.periods import quarter_period
from kpidesk.core.settings import Settings
from kpidesk.paths import backups_folder
from kpidesk.store import migrations, opening
from kpidesk.store.schema import APPLICATION_ID
from tests.store.support import TABLES, canonical, deal, deals, people, problems, record, records, undo, workspace

OLDER = range(1, migrations.NEWEST)
NEW_COLUMNS = {"recurring_amount", "lead"}
HAS_NEW_COLUMNS = 3


def older_file(path: Path, db: store.Database, version: int) -> None:
    """A file as an older version left it, with what another workspace holds in the tables and columns it had."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as made:
        made.execute(f"PRAGMA application_id={APPLICATION_ID}")
        migrations.make_new(made, migrations.STEPS[:version])
        for table in tables_of(made) - {"_sqlite_migrations"}:
            names = [row[1] for row in made.execute(f"PRAGMA table_info({table})")]
            rows: Iterable[tuple[Any, ...]] = db.rows(f"SELECT {', '.join(names)} FROM {table}")
            if table == "columns" and version < HAS_NEW_COLUMNS:
                rows = [row for row in rows if row[2] not in NEW_COLUMNS]
            made.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", rows)
        facts = {"workspace_id": secrets.token_hex(16), "seal": ""}
        made.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())


def tables_of(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")}


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the tables and columns of version 1, but for the seal and the pieces of new columns."""
    made = sqlite3.connect(":memory:")
    with contextlib.closing(sqlite3.connect(path)) as connection, contextlib.closing(made) as old:
        migrations.make_new(old, migrations.STEPS[:1])
        found = {}
        for name in sorted(tables_of(old) - {"_sqlite_migrations"}):
            columns = ", ".join(row[1] for row in old.execute(f"PRAGMA table_info({name})"))
            found[name] = connection.execute(f"SELECT {columns} FROM {name}").fetchall()
    found["columns"] = [row for row in found["columns"] if row[2] not in NEW_COLUMNS]
    return {**found, "meta": [row for row in found["meta"] if not row[0].startswith("seal")]}


def filled(db: store.Database) -> None:
    deals(db, 0, deal("A", owner="Ann", amount=5, stage="Open"), deal("B", owner="Bob", note="x"))
    deals(db, 1, deal("A", owner="Ann", amount=6, stage="Won"), deal("C", owner="Bob", owner_split="", team="N"))
    people(db, 2, {"person": "Ann", "team": "North", "role": "AE"})


@pytest.mark.parametrize("version", OLDER)
def test_a_file_of_an_older_version_opens_loses_nothing_and_goes_on(tmp_path: Path, version: int) -> None:
    path = tmp_path / "old.kpidesk"
    with workspace(tmp_path, "new.kpidesk", segment=3) as db:
        filled(db)
        held = canonical(db)
        older_file(path, db, version)
    before = everything(path)
    assert opening.check_header(path) == version
    with workspace(tmp_path, "old.kpidesk", segment=3) as db:
        assert problems(db) == ()
        assert canonical(db) == held
        folder = backups_folder(db.workspace_id)
    after = everything(path)
    assert {name for name in before if before[name] != after[name]} <= {"audit"}
    (kept,) = folder.glob("*before-migration*")
    assert opening.check_header(kept) == version
    assert everything(kept) == before
    assert opening.check_header(path) == migrations.NEWEST


@pytest.mark.parametrize("version", OLDER)
def test_an_older_file_takes_new_fields_and_new_kinds_and_gives_them_back(tmp_path: Path, version: int) -> None:
    with workspace(tmp_path, "new.kpidesk", segment=3) as db:
        filled(db)
        older_file(tmp_path / "old.kpidesk", db, version)
    with workspace(tmp_path, "old.kpidesk", segment=3) as db:
        held = canonical(db)
        columns = store.load_columns(db)
        assert len(columns["lead"]) == len(columns["recurring_amount"]) == len(columns["of"])
        new = records(db, 3, "deals", record("A", recurring_amount=900, lead="L1", next_step="Call"))
        activity = records(db, 3, "activities", record("1", type="call", deal="A"))
        assert problems(db) == ()
        (row,) = store.rows_by_id(db, "deals", [db.one("SELECT id FROM deal_values WHERE next_step='Call'")])
        assert (row["recurring_amount"], row["lead"], row["next_step"]) == ("9", "L1", "Call")
        undo(db, activity.import_id)
        undo(db, new.import_id)
        assert canonical(db) == held
        review = store.add_review(db, store.load_organisation(db).people[0].id, quarter(), date(2026, 3, 2))
        assert store.load_review(db, review).state == "draft"
        assert problems(db) == ()


def quarter() -> Any:
    return quarter_period(2026, 1, Settings())


def test_a_backup_from_before_the_migration_can_be_put_back(tmp_path: Path) -> None:
    path, spare = tmp_path / "first.kpidesk", tmp_path / "spare.kpidesk"
    with workspace(tmp_path, "new.kpidesk") as db:
        deals(db, 0, deal("A", owner="Ann"))
        older_file(path, db, 1)
    path.rename(spare)
    store.restore(path, spare)
    with store.open_workspace(path) as db:
        assert problems(db) == ()
        assert store.load_reviews(db) == ()


STORED_AS = {
    **dict.fromkeys(("id", "text", "decimal", "date", "stamp"), "TEXT"),
    **dict.fromkeys(("money", "ratio", "score", "number", "duration", "flag"), "INTEGER"),
    **dict.fromkeys(("term", "reference", "person", "account"), "INTEGER"),
}


@pytest.mark.parametrize("kind", TABLES)
def test_every_field_of_a_kind_has_its_column(tmp_path: Path, kind: Kind) -> None:
    with workspace(tmp_path) as db:
        found = {row[1]: row[2] for row in db.rows(f"PRAGMA table_info({TABLES[kind]})")}
    fields = [one for one in KIND_OF_RECORD[kind].fields if one.name != "owner_split"]
    expected = {one.name: "INTEGER" if one.name == "team" else STORED_AS[one.kind] for one in fields}
    assert {name: type_ for name, type_ in found.items() if name in expected} == expected
    assert found.keys() - expected.keys() == {"id", "custom", "deal_id" if kind == "deals" else "record_id"}


def test_every_kind_and_every_field_of_a_person_has_its_place(tmp_path: Path) -> None:
    assert TABLES.keys() | {"people"} == KIND_OF_RECORD.keys()
    with workspace(tmp_path) as db:
        columns = {row[1] for row in db.rows("PRAGMA table_info(people_rows)")}
    assert columns == {one.name for one in PERSON_FIELDS} | {"import_id", "line"}
