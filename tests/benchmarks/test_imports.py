"""Importing against `sqlite3 .import` and sqlite-utils on the same file."""

from __future__ import annotations

import csv
import shutil
import sqlite3
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.progress import finish
from tests.benchmarks.company import Files
from tests.benchmarks.conftest import DEALS, LATER, LATER_DAY, OPTIONS, PEOPLE, ROUNDS
from tests.benchmarks.timing import rounds, table

SHELL = shutil.which("sqlite3")


def bring_in(path: Path, file: Path, options: object) -> None:
    """One import into a workspace."""
    finish(operations.import_into(path, [file], options, today=LATER_DAY))  # type: ignore[arg-type]  # options of conftest


@pytest.mark.skipif(SHELL is None, reason="The sqlite3 shell is not installed.")
def test_imports(files: Files, workspace: Path, tmp_path: Path) -> None:
    numbers = count()

    def fresh(name: str) -> Path:
        return tmp_path / f"{name}{next(numbers)}"

    def peer() -> None:
        subprocess.run([str(SHELL), str(fresh("peer")), ".mode csv", f".import '{files.deals}' deals"], check=True)

    def first() -> None:
        bring_in(fresh("first"), files.deals, OPTIONS)

    copies = [Path(shutil.copy(workspace, tmp_path / f"copy{n}")) for n in range(ROUNDS * 2)]
    again, changed = iter(copies[:ROUNDS]), iter(copies[ROUNDS:])
    undone = iter(copies[ROUNDS:])

    def undo() -> None:
        ws = operations.open_workspace(next(undone), today=LATER_DAY)
        finish(operations.undo(ws))
        operations.close(ws)

    taken = rounds(
        {
            ".import": peer,
            "first import": first,
            "again, 2 % changed": lambda: bring_in(next(changed), files.changed, LATER),
            "again, identical": lambda: bring_in(next(again), files.deals, LATER),
            "undo of the changed one": undo,
        },
        ROUNDS,
    )
    goals = {"first import": "goal ≤ 4.5", "again, 2 % changed": "goal ≤ 2.2", "again, identical": "goal ≤ 1.6",
             "undo of the changed one": "goal ≤ 0.4"}  # fmt: skip
    table(f"Import of {DEALS:,} deals × 20 columns", taken, ".import", goals)


def test_sqlite_utils(files: Files, tmp_path: Path) -> None:
    import sqlite_utils

    numbers = count()

    def peer() -> None:
        with files.deals.open(newline="") as file:
            sqlite_utils.Database(tmp_path / f"peer{next(numbers)}")["deals"].upsert_all(  # type: ignore[union-attr]  # a table
                csv.DictReader(file), pk="Deal ID", batch_size=1000
            )

    taken = rounds(
        {
            "sqlite-utils upsert_all": peer,
            "first import": lambda: bring_in(tmp_path / f"own{next(numbers)}", files.deals, OPTIONS),
        },
        1 if DEALS > 200_000 else 3,
    )
    table(f"Import of {DEALS:,} deals", taken, "sqlite-utils upsert_all", {"first import": "goal ≤ 0.5 at 1 M"})


PEAK = """
import sys
from pathlib import Path
from kpidesk import operations
from kpidesk.core.progress import finish
from tests.benchmarks.conftest import LATER, LATER_DAY, OPTIONS
small, file, changed, place = map(Path, sys.argv[1:])
def bring_in(path, source, options):
    finish(operations.import_into(path, [source], options, today=LATER_DAY))
    status = Path("/proc/self/status").read_text()  # unlike ru_maxrss it does not start at the parent's peak
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
base = bring_in(place / "small", small, OPTIONS)
first = bring_in(place / "large", file, OPTIONS)
again = bring_in(place / "large", changed, LATER)
print(f"  peak memory: {base:.0f} MB with a small file, +{first - base:.0f} MB first import (goal ≤ 160), "
      f"+{again - base:.0f} MB with the changed one (goal ≤ 200)")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Peak memory is read from /proc.")
def test_memory(files: Files, tmp_path: Path) -> None:
    small = tmp_path / "small.csv"
    with files.deals.open() as file:
        small.write_text("".join(line for _, line in zip(range(500), file, strict=False)))
    done = subprocess.run(
        [sys.executable, "-c", PEAK, small, files.deals, files.changed, tmp_path],
        cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    print(f"\nMemory of an import of {DEALS:,} deals\n{done.stdout.rstrip()}")


def test_people(files: Files, tmp_path: Path) -> None:
    numbers = count()

    def peer() -> None:
        with sqlite3.connect(tmp_path / f"peer{next(numbers)}") as peer_db, files.people.open(newline="") as file:
            rows = list(csv.reader(file))
            peer_db.execute("CREATE TABLE people(a, b, c, d, e)")
            peer_db.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?)", rows)

    taken = rounds(
        {"csv + executemany": peer, "people": lambda: bring_in(tmp_path / f"p{next(numbers)}", files.people, PEOPLE)}, 5
    )
    table("Import of 200 people with their teams", taken, "csv + executemany")
