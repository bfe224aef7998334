"""The whole pipeline page of a large company with two exports, against plain SQL for a part of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.people import ORG, Scope
from tests.benchmarks.company import Files
from tests.benchmarks.conftest import DEALS, LATER, LATER_DAY, ROUNDS
from tests.benchmarks.test_imports import bring_in
from tests.benchmarks.timing import rounds, table

STAGES = """
SELECT t.value, count(*), sum(v.amount) FROM deal_versions AS n JOIN deal_values AS v ON v.id = n.value_id
JOIN terms AS t ON t.id = v.stage WHERE n.valid_to = '9999-12-31' GROUP BY 1
"""


@pytest.fixture(scope="module")
def ws(workspace: Path, files: Files, tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """A copy of the workspace with the exports of two days."""
    path = Path(shutil.copy(workspace, tmp_path_factory.mktemp("pipeline") / "bench.kpidesk"))
    bring_in(path, files.changed, LATER)
    opened = operations.open_workspace(path, today=LATER_DAY)
    yield opened
    operations.close(opened)


def test_page(ws: operations.Workspace) -> None:
    reps = [Scope("rep", one.name, one.id) for one in operations.scopes(ws).people[:20]]
    asked = operations.question(ws)
    turns = cycle([ORG, *reps])

    def page(scope: Scope) -> None:
        """The page of a scope, with nothing kept but what the app keeps of the data."""
        for key in [key for key in ws.memory if isinstance(key, tuple) and key[0] in ("pipeline", "pipeline numbers")]:
            del ws.memory[key]
        operations.pipeline(ws, operations.question(ws, scope=scope.key, period=asked.period.key))

    def cold() -> None:
        ws.memory.clear()
        page(ORG)

    page(ORG)
    taken = rounds(
        {"SQL: open deals by stage": lambda: ws.db.connection.execute(STAGES).fetchall(),
         "pipeline of the org": lambda: page(ORG), "pipeline of a rep": lambda: page(next(turns)),
         "pipeline, cold": cold}, ROUNDS,
    )  # fmt: skip
    table(f"Pipeline page over {DEALS:,} deals", taken, "SQL: open deals by stage",
          {"pipeline of the org": "goal ≤ 100 ms"})  # fmt: skip
