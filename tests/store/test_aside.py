"""Long work aside: its result and error come through, it tells that it goes on, and closing it stops it."""

from __future__ import annotations

import sqlite3
import time

import pytest

from kpidesk.core.progress import Progress, finish, telling
from kpidesk.store.aside import in_steps

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
WRITING = "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


def test_its_result_comes_back_and_every_step_is_told() -> None:
    steps: list[Progress] = []
    step = Progress(1, 2, "Counting")

    def seven() -> int:
        time.sleep(0.12)
        return 7

    assert finish(telling(in_steps(seven), step), steps.append) == 7
    assert steps == [step] * len(steps)
    assert 2 <= len(steps) <= 3  # before it, and about every twentieth of a second


def test_its_error_is_raised_where_it_was_waited_for() -> None:
    with pytest.raises(ZeroDivisionError):
        finish(in_steps(lambda: 1 // 0))


@pytest.mark.parametrize("sql", [ENDLESS, WRITING])
def test_closed_it_stops_in_the_midst_of_a_statement_and_all_can_be_undone(sql: str) -> None:
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    connection.execute("CREATE TABLE t(i)")
    connection.execute("BEGIN")
    connection.execute("INSERT INTO t VALUES (0)")

    def both() -> None:
        for _row in connection.execute("SELECT i FROM t"):  # a cursor that is still open when the other one stops
            connection.execute(sql).fetchone()

    work = in_steps(both, connection.interrupt)
    next(work)
    next(work)
    before = time.monotonic()
    work.close()
    assert time.monotonic() - before < 0.2
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
