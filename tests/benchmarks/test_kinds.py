"""Activities beside deals: their import, undo and KPIs, against `sqlite3 .import` and SQL over the same workspace."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from itertools import count
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from tests.benchmarks.company import TODAY, Files, write_activities
from tests.benchmarks.conftest import DEALS, LATER_DAY, OPTIONS, ROUNDS
from tests.benchmarks.test_imports import SHELL, bring_in
from tests.benchmarks.timing import rounds, table

ACTIVITIES = ImportOptions(kind="activities", date_order="ymd", as_of=TODAY, source="bench")
MORE = ImportOptions(kind="activities", date_order="ymd", as_of=LATER_DAY, source="bench")
KPIS = ("calls_made", "emails_sent", "meetings_held", "accounts_contacted", "touches_per_won_deal")
BY_REP = """
SELECT substr(v.occurred_at, 1, 7), a.person_id, t.value, count(*), count(DISTINCT v.account)
FROM activity_versions AS n JOIN activity_values AS v ON v.id = n.value_id
LEFT JOIN person_aliases AS a ON a.id = v.person LEFT JOIN terms AS t ON t.id = v.type
WHERE n.valid_to = '9999-12-31' AND v.occurred_at >= '2025-10-01' GROUP BY 1, 2, 3
"""


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """As many activities as deals, and one in twenty more."""
    return write_activities(tmp_path_factory.mktemp("activities"), DEALS, DEALS)


@pytest.mark.skipif(SHELL is None, reason="The sqlite3 shell is not installed.")
def test_imports(exports: tuple[Path, Path], workspace: Path, tmp_path: Path) -> None:
    numbers = count()
    earlier, later = exports

    def peer() -> None:
        place = tmp_path / f"peer{next(numbers)}"
        subprocess.run([str(SHELL), str(place), ".mode csv", f".import '{earlier}' activities"], check=True)

    firsts = [Path(shutil.copy(workspace, tmp_path / f"first{n}")) for n in range(ROUNDS + 1)]
    bring_in(firsts[-1], earlier, ACTIVITIES)
    copies = [Path(shutil.copy(firsts[-1], tmp_path / f"copy{n}")) for n in range(ROUNDS * 2)]
    first, again = iter(firsts), iter(copies[:ROUNDS])
    more, undone = iter(copies[ROUNDS:]), iter(copies[ROUNDS:])

    def undo() -> None:
        ws = operations.open_workspace(next(undone), today=LATER_DAY)
        finish(operations.undo(ws))
        operations.close(ws)

    taken = rounds(
        {
            ".import": peer,
            "first import": lambda: bring_in(next(first), earlier, ACTIVITIES),
            "again, 5 % more": lambda: bring_in(next(more), later, MORE),
            "again, identical": lambda: bring_in(next(again), earlier, MORE),
            "undo of the longer one": undo,
        },
        ROUNDS,
    )
    goals = {"first import": "goal ≤ 5", "again, 5 % more": "goal ≤ 2", "undo of the longer one": "goal ≤ 0.4"}
    table(f"Import of {DEALS:,} activities × 12 columns beside {DEALS:,} deals", taken, ".import", goals)


def test_scorecard(exports: tuple[Path, Path], workspace: Path, tmp_path: Path) -> None:
    place = Path(shutil.copy(workspace, tmp_path / "bench.kpidesk"))
    bring_in(place, exports[0], ACTIVITIES)
    ws = operations.open_workspace(place, today=TODAY)
    asked = operations.question(ws, period="2025-Q4")

    def cold() -> None:
        ws.memory.clear()
        operations.matrix(ws, asked, KPIS)

    taken = rounds(
        {
            "SQL: activities by rep and month": lambda: ws.db.connection.execute(BY_REP).fetchall(),
            "matrix, cold": cold,
            "matrix, warm": lambda: operations.matrix(ws, asked, KPIS),
        },
        ROUNDS,
    )
    operations.close(ws)
    table(f"{len(KPIS)} KPIs of {DEALS:,} activities × 200 reps", taken, "SQL: activities by rep and month")


def test_archive(files: Files, tmp_path: Path) -> None:
    packed, numbers = tmp_path / "deals.zip", count()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(files.deals, "deals.csv")
    taken = rounds(
        {
            "the file itself": lambda: bring_in(tmp_path / f"own{next(numbers)}", files.deals, OPTIONS),
            "in an archive": lambda: bring_in(tmp_path / f"own{next(numbers)}", packed, OPTIONS),
        },
        3,
    )
    table(f"Import of {DEALS:,} deals", taken, "the file itself")
