"""The forecast of a large company with the exports of nine quarters, cold and of another scope, and its check."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import pytest

from kpidesk import operations
from kpidesk.core.progress import finish
from tests.benchmarks.conftest import DEALS, ROUNDS
from tests.benchmarks.timing import rounds, table
from tests.operations import forecast_company as firm
from tests.operations.support import bring_in, made

DUE = """
SELECT count(*), sum(v.amount) FROM deal_versions AS n JOIN deal_values AS v ON v.id = n.value_id
WHERE n.valid_from <= '2024-11-15' AND n.valid_to > '2024-11-15' AND v.close_date BETWEEN '2024-10-01' AND '2024-12-31'
"""


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """A workspace with nine exports, the last one with all deals."""
    folder = tmp_path_factory.mktemp("forecast")
    deals = firm.company(DEALS / (firm.TODAY - firm.FIRST).days, firm.TODAY)
    with made(folder, firm.TODAY) as opened:
        for day, path in firm.write(folder, deals, firm.export_days()).items():
            bring_in(opened, path, day, stages=firm.STAGES)
        yield opened


def test_forecast(ws: operations.Workspace) -> None:
    scopes = cycle(f"rep:{name}" for name in firm.REPS)
    org = operations.question(ws, period="2025-Q1")
    operations.forecast(ws, org)

    def cold() -> None:
        ws.memory.clear()
        operations.forecast(ws, org)

    def another() -> None:
        question = operations.question(ws, period="2025-Q1", scope=next(scopes))
        ws.memory.pop(("forecast", question, "equal"), None)
        operations.forecast(ws, question)

    def check() -> None:
        ws.memory.pop("backtests", None)
        finish(operations.backtest(ws, org))

    query = lambda: ws.db.connection.execute(DUE).fetchall()  # noqa: E731  (one of four ways, side by side)
    taken = rounds(
        {"SQL: deals due of one past day": query, "forecast, cold": cold, "forecast of another scope": another,
         "check of eight quarters": check}, ROUNDS,
    )  # fmt: skip
    goals = {"forecast, cold": "goal: 300 ms", "forecast of another scope": "goal: 100 ms"}
    table(f"Forecast over {DEALS:,} deals", taken, "SQL: deals due of one past day", goals)
