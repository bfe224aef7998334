"""A receipt proves nothing by columns that do not repeat their rows any more: another program changed the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.progress import finish
from kpidesk.core.receipts import Replay
from kpidesk.operations import replay_columns
from tests.operations.support import NAME, Line, bring_in, copied, made, write

DEALS: list[Line] = [
    ("D1", "Ann", "Won", "1000", "2026-01-02", "2026-01-20"),
    ("D2", "Ann", "Lost", "2000", "2026-01-03", "2026-01-25"),
    ("D3", "Ben", "Won", "4000", "2026-01-04", "2026-02-01"),
    ("D4", "Ben", "Won", "700", "2026-01-04", "2026-02-03"),
]
OTHERWISE = "The number counts what was imported."


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace that is closed."""
    folder = tmp_path_factory.mktemp("closed")
    with made(folder) as ws:
        bring_in(ws, write(folder / "deals.csv", DEALS))
    return folder


@pytest.fixture
def codes(closed: Path, tmp_path: Path) -> dict[str, str]:
    with copied(closed, tmp_path) as ws:
        asked = {scope: operations.question(ws, scope=scope, period="2026-Q1") for scope in ("org", "rep:Ann")}
        return {scope: operations.rows(ws, "bookings", one).code for scope, one in asked.items()}


def changed(folder: Path, sql: str, values: Sequence[object] = ()) -> None:
    """Change the file as another program does."""
    with closing(sqlite3.connect(folder / NAME)) as db, db:
        db.execute(sql, values)


def replayed(folder: Path, code: str) -> Replay:
    with made(folder) as ws:
        return operations.replay(ws, code)


def test_rows_that_were_changed_in_the_file_are_named(codes: dict[str, str], tmp_path: Path) -> None:
    assert replayed(tmp_path, codes["org"]).verdict == "The same number from the same 3 rows."
    changed(tmp_path, "UPDATE deal_values SET amount = amount + 100 WHERE name IN ('Deal D3', 'Deal D4')")
    found = replayed(tmp_path, codes["org"])
    assert found.verdict == "The same number: $5.70K from 3 rows, but not everything behind it is as it was."
    assert found.changes == (
        f"2 deals behind it were changed in the file by another program (Amount): Deal D3 and Deal D4. {OTHERWISE}",
    )
    of_ann = replayed(tmp_path, codes["rep:Ann"])
    assert (of_ann.verdict, of_ann.changes) == ("The same number from the same 1 row.", ())


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [("name", "Another", "texts"), ("close_date", "2026-01-21", "Close date"), ("custom", '{"Owner":"x"}', "texts")],
)
def test_whatever_was_changed_is_told(
    codes: dict[str, str], tmp_path: Path, column: str, value: str, told: str
) -> None:
    changed(tmp_path, f"UPDATE deal_values SET {column} = ? WHERE name = 'Deal D1'", (value,))
    name = "Another" if column == "name" else "Deal D1"
    assert replayed(tmp_path, codes["rep:Ann"]).changes == (
        f"1 deal behind it was changed in the file by another program ({told}): {name}. {OTHERWISE}",
    )


def test_the_check_of_the_whole_file_finds_the_same(codes: dict[str, str], tmp_path: Path) -> None:
    changed(tmp_path, "UPDATE deal_values SET amount = amount + 100 WHERE name = 'Deal D2'")  # a deal that was lost
    with made(tmp_path) as ws:
        assert not finish(operations.check(ws)).ok
    assert replayed(tmp_path, codes["org"]).changes == ()


def test_of_very_many_rows_the_first_are_compared_and_that_is_said(
    codes: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_columns, "MOST", 2)
    assert replayed(tmp_path, codes["org"]).asides == (
        "The first 2 of the 3 rows were compared with the imports; kpidesk check does all.",
    )
