"""Team reviews and the calendar of a large company with two exports: shown, sealed, opened again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.meetings import KINDS
from kpidesk.core.people import ORG
from kpidesk.store.sealed import sealed_bytes
from tests.benchmarks.company import Files
from tests.benchmarks.conftest import DEALS, LATER, LATER_DAY, ROUNDS
from tests.benchmarks.test_imports import bring_in
from tests.benchmarks.timing import rounds, table


@pytest.fixture(scope="module")
def ws(workspace: Path, files: Files, tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """A copy of the workspace with the exports of two days."""
    path = Path(shutil.copy(workspace, tmp_path_factory.mktemp("reviews") / "bench.kpidesk"))
    bring_in(path, files.changed, LATER)
    opened = operations.open_workspace(path, today=LATER_DAY)
    yield opened
    operations.close(opened)


def test_reviews(ws: operations.Workspace) -> None:
    def hold() -> None:
        meeting = operations.open_team_review(ws, "monthly", ORG)
        operations.close_team_review(ws, meeting.id, without_action=True)

    for kind in KINDS:
        operations.preview_team_review(ws, kind, ORG)
    hold()
    first = operations.team_reviews(ws)[-1].id
    taken = rounds(
        {"monthly review opened again": lambda: operations.team_review_sheet(ws, first),
         "weekly review, warm": lambda: operations.preview_team_review(ws, "weekly", ORG),
         "monthly review, warm": lambda: operations.preview_team_review(ws, "monthly", ORG),
         "forecast call, warm": lambda: operations.preview_team_review(ws, "forecast", ORG),
         "monthly review held": hold, "calendar": lambda: operations.agenda(ws)}, ROUNDS,
    )  # fmt: skip
    size = len(sealed_bytes(ws.db, "meeting", first)) / 1024
    table(f"Team reviews over {DEALS:,} deals ({size:,.0f} KB sealed)", taken, "monthly review opened again",
          {"weekly review, warm": "goal ≤ 300 ms", "monthly review, warm": "goal ≤ 300 ms",
           "forecast call, warm": "goal ≤ 300 ms"})  # fmt: skip
