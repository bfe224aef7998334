"""The sheet of a one-on-one, drawn up, sealed and read again, beside one count over the same workspace."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.people import Scope
from kpidesk.core.progress import finish
from kpidesk.core.reviews import Commitment
from kpidesk.store.sealed import sealed_bytes
from tests.benchmarks.company import TODAY, Files
from tests.benchmarks.conftest import DEALS, LATER, LATER_DAY
from tests.benchmarks.timing import rounds, table


@pytest.fixture(scope="module")
def ws(workspace: Path, files: Files, tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """A copy of the workspace with the exports of two days."""
    path = tmp_path_factory.mktemp("reviews") / "bench.kpidesk"
    shutil.copyfile(workspace, path)
    opened = operations.open_workspace(path, today=LATER_DAY)
    finish(operations.import_file(opened, files.changed, LATER))
    yield opened
    operations.close(opened)


def agreed(ws: operations.Workspace, scope: Scope, day: date) -> int:
    """A draft with a commitment on the largest deal to talk about."""
    draft = operations.open_review(ws, scope)
    deals = operations.sheet(ws, draft.id).risks
    promised = Commitment("To Proposal", day, deal_id=deals[0].deal_id if deals else 0, stage="Proposal")
    operations.save_review(ws, replace(draft, commitments=(promised,)))
    return draft.id


def test_sheet(ws: operations.Workspace) -> None:
    scope = operations.scopes(ws).find_scope("rep:Rep 007")
    for _ in range(3):
        operations.close_review(ws, agreed(ws, scope, TODAY))
    closed, draft = operations.reviews(ws, scope.id)[0].id, operations.open_review(ws, scope)

    def query() -> None:
        ws.db.connection.execute("SELECT count(*) FROM deal_values").fetchone()

    def fresh() -> None:
        """The first sheet of a rep whose scorecard has been looked at."""
        for key in [key for key in ws.memory if isinstance(key, tuple) and key[0] == "one-on-one"]:
            del ws.memory[key]
        operations.sheet(ws, draft.id)

    def cold() -> None:
        """The first thing asked of a workspace: columns, engine and all."""
        ws.memory.clear()
        operations.sheet(ws, draft.id)

    taken = rounds(
        {
            "SQL: one count of all values": query,
            "sheet, cold": cold,
            "sheet, first look": fresh,
            "sheet, after typing": lambda: operations.sheet(ws, operations.save_review(ws, draft).id),
            "frozen sheet": lambda: operations.sheet(ws, closed),
            "then and now": lambda: operations.differences(ws, closed),
        },
        10,
    )
    goals = dict.fromkeys(("sheet, cold", "sheet, first look", "sheet, after typing"), "goal ≤ 150 ms")
    table(f"One-on-one over {DEALS:,} deals", taken, "SQL: one count of all values", goals)
    size = len(sealed_bytes(ws.db, "review", closed))
    print(f"  {size:,} bytes of frozen sheet")
