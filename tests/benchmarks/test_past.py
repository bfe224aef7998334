"""Many days of data: changes between two, the past of a day, fix lists, and daily rates of other currencies."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from tests.benchmarks.company import TODAY, Files, write_days, write_foreign
from tests.benchmarks.conftest import DEALS, LATER, LATER_DAY, OPTIONS, ROUNDS
from tests.benchmarks.test_imports import bring_in
from tests.benchmarks.timing import rounds, table

DAYS = 5
COUNT = "SELECT count(*) FROM deal_values"
CHANGES = f"""
SELECT old.deal_id, a.amount, b.amount, a.stage, b.stage, a.close_date, b.close_date
FROM deal_versions AS new JOIN deal_values AS b ON b.id = new.value_id
LEFT JOIN deal_versions AS old ON old.deal_id = new.deal_id AND old.valid_to = new.valid_from
LEFT JOIN deal_values AS a ON a.id = old.value_id
WHERE new.valid_from = '{LATER_DAY.isoformat()}'
"""
EMPTY = """
SELECT n.deal_id FROM deal_versions AS n JOIN deal_values AS v ON v.id = n.value_id WHERE n.valid_to = '9999-12-31'
AND v.closed_at IS NULL AND (v.amount IS NULL OR v.close_date IS NULL OR v.close_date < '2026-01-08')
"""


@pytest.fixture(scope="module")
def ws(workspace: Path, files: Files, tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """A copy of the workspace with the exports of two days."""
    path = Path(shutil.copy(workspace, tmp_path_factory.mktemp("past") / "bench.kpidesk"))
    bring_in(path, files.changed, LATER)
    opened = operations.open_workspace(path, today=LATER_DAY)
    yield opened
    operations.close(opened)


def test_changes(ws: operations.Workspace) -> None:
    operations.changes_between(ws)

    def cold() -> None:
        ws.memory.clear()
        operations.changes_between(ws)

    query = lambda: ws.db.connection.execute(CHANGES).fetchall()  # noqa: E731  (one of three ways, side by side)
    taken = rounds(
        {"SQL: both sides of what changed": query, "changes, cold": cold,
         "changes": lambda: operations.changes_between(ws)}, ROUNDS,
    )  # fmt: skip
    table(f"Changes between two imports of {DEALS:,} deals", taken, "SQL: both sides of what changed")


def test_hygiene(ws: operations.Workspace) -> None:
    operations.hygiene(ws)
    taken = rounds(
        {"SQL: open deals that lack something": lambda: ws.db.connection.execute(EMPTY).fetchall(),
         "fix list": lambda: operations.hygiene(ws)}, ROUNDS,
    )  # fmt: skip
    table(f"Hygiene of {DEALS:,} deals", taken, "SQL: open deals that lack something")


def test_as_of(tmp_path: Path) -> None:
    path, first = tmp_path / "days.kpidesk", TODAY - timedelta(days=28 * (DAYS - 1))
    days = [first + timedelta(days=28 * number) for number in range(DAYS)]
    for file, day in zip(write_days(tmp_path, DEALS, DAYS), days, strict=True):
        finish(operations.import_into(path, [file], replace(OPTIONS, as_of=day), today=TODAY))
    opened = operations.open_workspace(path, today=TODAY)
    others = cycle(days[:-1])

    def switch(day: date | None) -> None:
        """The scorecard of a day, with nothing kept of that day."""
        for key in [key for key in opened.memory if isinstance(key, tuple) and key[0] == "evaluator"]:
            del opened.memory[key]
        operations.scorecard(opened, operations.question(opened, period="2025-Q4", as_of=day))

    switch(None)
    taken = rounds(
        {"SQL: one count of all values": lambda: opened.db.connection.execute(COUNT).fetchone(),
         "another day": lambda: switch(next(others))}, 2 * ROUNDS,
    )  # fmt: skip
    operations.close(opened)
    table(f"As-of switch over {DEALS:,} deals × {DAYS} versions", taken, "SQL: one count of all values",
          {"another day": "goal ≤ 200 ms"})  # fmt: skip


def test_rates(tmp_path: Path) -> None:
    ways = {}
    for every in (30, 1):
        foreign, rates = write_foreign(tmp_path, DEALS, every)
        path = tmp_path / f"rates{every}.kpidesk"
        known = ImportOptions(kind="rates", as_of=TODAY - timedelta(days=1))
        finish(operations.import_into(path, [foreign], replace(OPTIONS, currency="USD"), today=TODAY))
        finish(operations.import_into(path, [rates], known, today=TODAY))
        ways[every] = operations.open_workspace(path, today=TODAY)

    def cold(opened: operations.Workspace) -> None:
        opened.memory.clear()
        kpis = ("bookings", "open_pipeline", "avg_deal_size")
        operations.matrix(opened, operations.question(opened, period="2025-Q4"), kpis)

    taken = rounds(
        {"SQL: one count of all values": lambda: ways[1].db.connection.execute(COUNT).fetchone(),
         "a rate a month, cold": lambda: cold(ways[30]), "a rate a day, cold": lambda: cold(ways[1])}, ROUNDS,
    )  # fmt: skip
    for opened in ways.values():
        operations.close(opened)
    table(f"Three KPIs of {DEALS:,} deals, three in four in other currencies", taken, "SQL: one count of all values",
          {"a rate a day, cold": "goal ≤ 2 s at 250,000"})  # fmt: skip
