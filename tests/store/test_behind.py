"""What is written behind is there for whatever comes next, and when it fails nothing of its transaction is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from kpidesk import store
from kpidesk.core.errors import UserError
from tests.store.support import canonical, deal, deals, load, problems, record, record_file, workspace

COUNT = "SELECT count(*) FROM views"
ADD = "INSERT INTO views(name, body, saved_at) VALUES (?, '', '')"
LONG = "x" * 3000


@pytest.fixture
def db(tmp_path: Path) -> Iterator[store.Database]:
    with workspace(tmp_path) as opened:
        yield opened


def add_after(db: store.Database, go_on: Event, *names: str) -> None:
    """Add views one after the other, behind, once it may go on; each waits for nothing but that."""

    def task() -> None:
        assert go_on.wait(10)
        for name in names:
            db.run(ADD, (name,))

    db.behind.do(task)


def test_whoever_asks_next_finds_it_there_and_the_next_task_comes_after_it(db: store.Database) -> None:
    go_on = Event()
    with db.writing():
        add_after(db, go_on, "a", "b")
        assert db.opened.execute(COUNT).fetchone() == (0,)
        go_on.set()
        assert db.one(COUNT) == 2
        add_after(db, go_on, "c")
        add_after(db, go_on, "d")
    assert [name for (name,) in db.rows("SELECT name FROM views ORDER BY id")] == ["a", "b", "c", "d"]


def add(db: store.Database, behind: tuple[str, ...], *beside: str, error: Exception | None = None) -> None:
    """Add views in one transaction, some of them behind, and raise an error at its end."""
    go_on = Event()
    with db.writing():
        add_after(db, go_on, *behind)
        go_on.set()
        for name in beside:
            db.run(ADD, (name,))
        if error is not None:
            raise error


def test_its_error_is_raised_where_the_file_is_used_next_and_undoes_all(db: store.Database) -> None:
    for beside in ((), ("c",)):
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            add(db, ("a", "b", "a"), *beside)
        assert db.one(COUNT) == 0
    add(db, ("a",), "b")
    assert db.one(COUNT) == 2


def test_an_error_beside_it_waits_for_it_and_undoes_it_too(db: store.Database) -> None:
    for names in (("a", "b"), ("a", "a")):
        with pytest.raises(ZeroDivisionError):
            add(db, names, error=ZeroDivisionError())
        assert db.behind.thread is None
        assert db.one(COUNT) == 0


@pytest.mark.parametrize("room", [8, 200])
def test_a_disk_full_of_what_is_written_behind_changes_nothing(db: store.Database, room: int) -> None:
    deals(db, 0, deal("A", amount=1))
    held = canonical(db)
    db.one(f"PRAGMA max_page_count={db.one('PRAGMA page_count') + room}")
    long = [f"{LONG}{at}" for at in range(400)]
    with pytest.raises(UserError, match="disk is full"):
        deals(db, 1, *(deal(key) for key in long), chunk=40)
    assert canonical(db) == held
    with pytest.raises(UserError, match="disk is full"):
        load(db, record_file(1, "activities", *(record(str(at), deal=key) for at, key in enumerate(long))), chunk=40)
    assert canonical(db) == held
    assert problems(db) == ()
    db.one("PRAGMA max_page_count=1000000")
    assert deals(db, 1, *(deal(key) for key in long), chunk=40).added == 400
    assert problems(db) == ()
