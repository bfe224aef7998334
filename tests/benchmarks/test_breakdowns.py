"""A KPI by any field against one SQL statement that groups the same deals by a stored column."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.breakdowns import BY_PERIOD, View
from tests.benchmarks.company import TODAY
from tests.benchmarks.conftest import DEALS
from tests.benchmarks.timing import rounds, table

WAYS = {
    "by lead source": View("bookings", "lead_source"),
    "by rep": View("win_rate", "rep"),
    "by amount, in bands": View("open_pipeline", "amount"),
    "by month, median": View("median_deal_size", "created_at"),
    "by lead source and rep": View("win_rate", "lead_source", "rep"),
    "by segment, over six quarters": View("bookings", "segment", BY_PERIOD),
    "by account, most taken together": View("bookings", "account"),
    "by an unmapped column": View("bookings", "Region code"),
}
PEER = "SQL: one GROUP BY"
GROUPED = (
    "SELECT x.lead_source, sum(x.amount), count(*) FROM deal_versions v JOIN deal_values x ON x.id = v.value_id"
    " WHERE v.valid_to > '2025-12-31' AND x.closed_at BETWEEN '2025-01-01' AND '2025-12-31' GROUP BY x.lead_source"
)


@pytest.fixture(scope="module")
def ws(workspace: Path) -> Iterator[operations.Workspace]:
    opened = operations.open_workspace(workspace, today=TODAY)
    yield opened
    operations.close(opened)


def test_breakdowns(ws: operations.Workspace) -> None:
    asked = operations.question(ws, period="2025")
    ways = {name: partial(operations.pivot, ws, view, asked) for name, view in WAYS.items()}
    for way in ways.values():
        way()  # the columns are laid out when first asked for
    taken = rounds({PEER: lambda: ws.db.connection.execute(GROUPED).fetchall(), **ways}, 10)
    goals = dict.fromkeys(WAYS, "goal ≤ 50 ms at 100,000 deals")
    table(f"Breakdowns of a year over {DEALS:,} deals", taken, PEER, goals)
