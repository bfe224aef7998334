"""Queries read a workspace and cannot do anything else to it or to the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.progress import finish
from kpidesk.core.queries import Answer
from tests.operations.support import TODAY, bring_in, copied, made, write
from tests.operations.test_changes import FIRST, JANUARY

ENDLESS = "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT {} FROM t"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    with made(folder) as ws:
        bring_in(ws, write(folder / "january.csv", JANUARY), FIRST)
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path) as opened:
        yield opened


def asked(ws: operations.Workspace, query: str, limit: int | None = 200, seconds: float = 5.0) -> Answer:
    return finish(operations.sql(ws, query, limit=limit, seconds=seconds))


def test_a_query_gives_names_and_rows(ws: operations.Workspace) -> None:
    found = asked(
        ws, "SELECT key, amount / 100 AS amount FROM deals d JOIN deal_values v ON v.deal_id = d.id ORDER BY 1"
    )
    assert found.columns == ("key", "amount")
    assert found.rows == (("D1", 1000), ("D2", 2000), ("D3", 500), ("D5", 900))
    assert not found.has_more
    assert asked(ws, "EXPLAIN QUERY PLAN SELECT * FROM deals").rows


def test_columns_that_are_no_fields_are_read_from_a_workspace_just_opened(ws: operations.Workspace) -> None:
    """The SQL of a KPI reads them so; SQLite makes `json_each` at its first use, which is no writing."""
    assert asked(ws, "SELECT value FROM json_each('[7, 8]') ORDER BY 1").rows == ((7,), (8,))
    assert asked(ws, "SELECT count(*) FROM json_tree('[7]')").rows == ((2,),)


def test_more_rows_than_shown_are_told_of(ws: operations.Workspace) -> None:
    assert asked(ws, "SELECT key FROM deals", limit=4).has_more is False
    cut = asked(ws, "SELECT key FROM deals ORDER BY key", limit=3)
    assert (len(cut.rows), cut.has_more) == (3, True)
    assert len(asked(ws, f"{ENDLESS.format('x')} LIMIT 5000", limit=None).rows) == 5000


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM deals",
        "INSERT INTO sources(name) VALUES ('x') RETURNING id",
        "UPDATE meta SET value = 'x'",
        "WITH a AS (SELECT 1) DELETE FROM deals",
        "EXPLAIN DELETE FROM deals",
        "CREATE TABLE x(a)",
        "CREATE TEMP TABLE x(a)",
        "DROP TABLE deals",
        "ALTER TABLE deals RENAME TO x",
        "PRAGMA query_only=OFF",
        "PRAGMA writable_schema=ON",
        "PRAGMA journal_mode=WAL",
        "SELECT * FROM pragma_journal_mode",
        "ATTACH '{path}' AS y",
        "DETACH main",
        "VACUUM INTO '{path}'",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT a",
        "REINDEX",
        "ANALYZE",
        "SELECT load_extension('{path}')",
        "SELECT writefile('{path}', 'x')",
        "SELECT readfile('/etc/hosts')",
        "SELECT * FROM private_notes",
        "SELECT (SELECT text FROM private_notes) FROM deals",
        "SELECT 1; DELETE FROM deals",
    ],
)
def test_anything_but_reading_is_refused(ws: operations.Workspace, tmp_path: Path, query: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    before = hashlib.sha256(ws.path.read_bytes()).digest()
    with pytest.raises(UserError):
        asked(ws, query.format(path=elsewhere))
    assert hashlib.sha256(ws.path.read_bytes()).digest() == before
    assert not elsewhere.exists()
    assert asked(ws, "SELECT count(*) FROM deals").rows == ((4,),)


def test_a_refusal_does_not_keep_the_workspace_from_being_written(ws: operations.Workspace, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="may only read"):
        asked(ws, "DELETE FROM deals")
    assert bring_in(ws, write(tmp_path / "again.csv", JANUARY[:3]), TODAY).unchanged == 3


@pytest.mark.parametrize("what", ["count(*)", "x"])
def test_a_query_that_runs_too_long_is_ended(ws: operations.Workspace, what: str) -> None:
    with pytest.raises(UserError, match="took longer than"):
        asked(ws, ENDLESS.format(what), limit=None, seconds=0.2)


def test_a_closed_query_leaves_the_workspace_usable(ws: operations.Workspace) -> None:
    work = operations.sql(ws, ENDLESS.format("x"), limit=None, seconds=60)
    next(work)
    work.close()
    assert asked(ws, "SELECT count(*) FROM deals").rows == ((4,),)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * FROM deal", "no such table: deal. Did you mean deals"),
        ("SELEKT 1", "syntax error"),
        ("", "This is no query"),
        ("SELECT blue FROM deals", "no such column: blue"),
        ("SELECT zeroblob(100000000)", "too big"),
        ("SELECT CAST(x'ff' AS TEXT)", "Could not decode"),
        ("SELECT '\0'", "cannot be run"),
    ],
)
def test_a_wrong_query_is_explained(ws: operations.Workspace, query: str, words: str) -> None:
    with pytest.raises(UserError) as error:
        asked(ws, query)
    assert words in str(error.value)


def test_bytes_are_told_by_their_number(ws: operations.Workspace) -> None:
    assert asked(ws, "SELECT x'00ff', NULL, 9e999").rows == (("<2 bytes>", None, float("inf")),)


def test_every_table_is_explained_in_a_sentence(ws: operations.Workspace) -> None:
    found = operations.tables(ws)
    assert [one.name for one in found if not one.words] == []
    assert "private_notes" not in {one.name for one in found}
    deal_values = next(one for one in found if one.name == "deal_values")
    assert ("stage", "terms") in {(one.name, one.leads_to) for one in deal_values.columns}
