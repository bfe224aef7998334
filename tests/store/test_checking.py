"""A check finds what was changed behind the app's back, and says so without a traceback."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.goals import Target
from kpidesk.core.people import ORG
from kpidesk.core.periods import month_period
from kpidesk.store.seals import seal_of
from tests.store.support import deal, deals, outcomes, people, problems, workspace

DAMAGE = {
    "a changed amount": ("UPDATE deal_values SET amount=amount+1 WHERE id=2", "'amount'"),
    "a changed owner": ("UPDATE deal_values SET owner=1 WHERE id=2", "'owner'"),
    "a changed name of a deal": ("UPDATE deal_values SET name='Other' WHERE id=2", "'texts'"),
    "a changed custom cell": ("UPDATE deal_values SET custom=NULL WHERE id=1", "'texts'"),
    "a value that is gone": ("DELETE FROM deal_values WHERE id=3", "not there"),
    "a value too many": ("INSERT INTO deal_values(id, deal_id) VALUES (99, 1)", "'of'"),
    "a cut column": ("UPDATE columns SET data=substr(data, 1, length(data) - 1) WHERE name='amount'", "damaged"),
    "a column of no known type": ("UPDATE columns SET dtype='int99' WHERE name='amount'", "damaged"),
    "a changed column": ("UPDATE columns SET data=zeroblob(length(data)) WHERE name='close_date'", "'close_date'"),
    "a column that is gone": ("DELETE FROM columns WHERE name='stage'", "'stage'"),
    "a moved version": ("UPDATE deal_versions SET valid_to='2030-01-01' WHERE deal_id=1 AND valid_from=''", "versions"),
    "a version of another value": ("UPDATE deal_versions SET value_id=2 WHERE deal_id=3", "versions"),
    "a moved data date": ("UPDATE imports SET data_date='2026-03-30' WHERE id=1", "history"),
    "a mark": ("UPDATE deals SET missing_from='2026-03-09' WHERE id=1", "marks"),
    "a cut list": ("UPDATE imports SET seen=substr(seen, 1, 9) WHERE id=1", "list of import 1"),
    "another import's list": ("UPDATE imports SET seen=(SELECT seen FROM imports) WHERE id=2", "list of import 2"),
    "a lost rejected row": ("DELETE FROM rejected_rows", "counts of import 1"),
    "a changed count": ("UPDATE imports SET added=added-1, skipped=skipped+1 WHERE id=1", "Import 1"),
    "a lost row of people": ("DELETE FROM people_rows", "Import 3"),
    "a renamed stage": ("UPDATE terms SET value='Wom' WHERE value='Won'", "Settings, names"),
    "another outcome": ("UPDATE outcomes SET outcome='lost'", "Settings, names"),
    "another target": ("UPDATE targets SET target=target/2", "Settings, names"),
    "a moved person": ("UPDATE memberships SET valid_to='2026-01-01'", "Settings, names"),
}  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed workspace in which nothing is wrong."""
    with workspace(tmp_path_factory.mktemp("sound"), segment=2) as db:
        rows = [
            deal("A", owner="Ann", stage="Won", amount=5, close_date="2026-02-01", name="One", note="n"),
            deal("B", owner="Bob", stage="Open", amount=7, close_date="2026-02-02", name="Two"),
        ]
        deals(db, 0, *rows, deal("C", amount="x"), outcomes=outcomes(Won="won"))
        deals(db, 1, deal("A", owner="Ann", stage="Won", amount=6), rows[1], deal("C", stage="Open"))
        people(db, 0, {"person": "Ann", "team": "North"})
        store.save_target(db, Target("bookings", ORG, month_period(2026, 3), 1, 2, 3))
        return db.path


@pytest.fixture
def path(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path))


def reopened(path: Path) -> store.Database:
    db = store.open_workspace(path)
    db.segment = 2
    return db


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found(path: Path, kind: str) -> None:
    statement, words = DAMAGE[kind]
    with reopened(path) as db:
        assert problems(db) == ()
        db.connection.execute("PRAGMA foreign_keys=OFF")
        assert db.connection.execute(statement).rowcount >= 1
        found = problems(db)
        assert any(words in problem for problem in found), found


def test_a_check_changes_nothing_and_tells_how_far_it_is(path: Path) -> None:
    with reopened(path) as db:
        version = store.data_version(db)
        steps = list(store.check(db))
        assert [step.done for step in steps] == list(range(len(steps)))
        assert {step.total for step in steps} == {len(steps)}
        assert store.data_version(db) == version


def test_pages_that_cannot_be_read_are_found_and_told(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    with reopened(path) as db:
        root = db.one("SELECT rootpage FROM sqlite_schema WHERE name='deal_values'")
    whole[(root - 1) * 4096 : root * 4096] = b"\xa5" * 4096
    path.write_bytes(whole)
    with reopened(path) as db:
        assert any("damaged" in problem for problem in problems(db))
        with pytest.raises(UserError, match="damaged"):
            store.deal_rows(db, [1])


def test_a_damaged_column_is_told_as_damage_when_it_is_read(path: Path) -> None:
    with reopened(path) as db:
        db.run("UPDATE columns SET data=x'00' WHERE name='of'")
        with pytest.raises(UserError, match="Restore the newest backup"):
            store.load_columns(db)["of"]
        db.run("UPDATE imports SET seen=x'00'")
        with pytest.raises(UserError, match="damaged"):
            store.deal_rows(db, [1])


def test_what_is_remembered_of_the_kpis_tells_a_number_from_one_that_is_equal() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE kpi_definitions(name, least)")
        connection.execute("INSERT INTO kpi_definitions VALUES ('Win rate', 1)")
        whole = seal_of(connection)
        for other in ("1.0", "'1'", "2", "NULL"):
            connection.execute(f"UPDATE kpi_definitions SET least={other}")
            assert seal_of(connection) != whole, other
        connection.execute("UPDATE kpi_definitions SET least=1")
        assert seal_of(connection) == whole
