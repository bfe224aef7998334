"""A change that is killed at any moment leaves all of it or nothing, in a workspace that opens and is whole."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from kpidesk import store
from kpidesk.core.periods import month_period
from kpidesk.store.opening import journal_of
from tests.store.support import canonical, day, deal, deals, problems, workspace

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL and fork are those of POSIX")

KILLS = 12
MOST_KILLS = 60
"""So many when none of the first came in the middle of a transaction."""
NURSERY = """
import os, sys
from pathlib import Path
from tests.store.test_kills import change, import_newer

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        what, last, path = line.strip().split(" ", 2)
        import_newer(Path(path)) if what == "import" else change(what, int(last), Path(path))
        os._exit(0)
    os.waitpid(child, 0)
    print("over", flush=True)
"""
"""Has everything loaded and forks a child for each workspace named to it, so that a kill costs no start-up."""


def tell(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def import_older(db: store.Database) -> None:
    deals(db, 0, *(deal(f"D{at}", owner=f"Rep {at % 20}", amount=at) for at in range(1500)), chunk=500)


def import_newer(path: Path) -> None:
    """A third of the deals changed, some new ones; tells its process and, when it is committed, that it is done."""
    rows = [deal(f"D{at}", owner=f"Rep {at % 21}", amount=at + (at % 3 == 0)) for at in range(1700)]
    with store.open_workspace(path) as db:
        db.connection.execute("PRAGMA cache_size=10")  # pages reach the file all along, not only at the end
        tell(os.getpid())
        deals(db, 1, *rows, chunk=50)
        tell("done")


@pytest.fixture(scope="module")
def nursery() -> Iterator[subprocess.Popen[str]]:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", NURSERY]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def run_and_kill(nursery: subprocess.Popen[str], path: Path, after: float | None) -> tuple[bool, float]:
    """Let a child import and kill it after so many seconds; gives whether it had said that it was done, and when."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"import 0 {path}\n")
    nursery.stdin.flush()
    child, began = int(nursery.stdout.readline()), time.perf_counter()
    if after is not None:
        time.sleep(after)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    said = nursery.stdout.readline().strip()
    lasted = time.perf_counter() - began
    if said == "done":
        assert nursery.stdout.readline().strip() == "over"
    return said == "done", lasted


def test_twelve_kills_leave_all_or_nothing(tmp_path: Path, nursery: subprocess.Popen[str]) -> None:
    with workspace(tmp_path, "before.kpidesk") as db:
        import_older(db)
        before = canonical(db)
    shutil.copyfile(db.path, tmp_path / "after.kpidesk")
    done, whole = run_and_kill(nursery, tmp_path / "after.kpidesk", None)
    assert done
    with store.open_workspace(tmp_path / "after.kpidesk") as changed:
        after = canonical(changed)
    assert before != after
    moments = random.Random(20260302)
    journals = 0
    for number in range(MOST_KILLS):
        if number >= KILLS and journals:
            break
        path = tmp_path / f"{number}.kpidesk"
        shutil.copyfile(db.path, path)
        acknowledged, lasted = run_and_kill(nursery, path, moments.uniform(0, whole * 1.05))
        whole = min(whole, lasted) if acknowledged else whole  # the first one may have been held up
        journals += journal_of(path).exists()
        with store.open_workspace(path) as found:
            held = canonical(found)
            assert problems(found) == ()
        assert held == after if acknowledged else held in (before, after)
        assert not journal_of(path).exists()
    assert journals > 0


def people_and_accounts(db: store.Database) -> None:
    """Six people, six accounts and their deals; of each kind one has taken in another already."""
    six = [{"owner": f"Rep {at}", "team": f"Team {at % 2}", "account": f"Firm {at}"} for at in range(6)]
    deals(db, 0, *(deal(f"D{at}", amount=at, **six[at % 6]) for at in range(120)))
    for number in (1, 2, 4):
        store.add_review(db, number, month_period(2026, 3), day(0))
    store.merge_people(db, 1, 4)
    store.merge_accounts(db, 1, 4)
    store.merge_deals(db, 3, 4)


CHANGES: Mapping[str, Callable[[store.Database], object]] = {
    "merge-people": lambda db: store.merge_people(db, 1, 2),
    "merge-accounts": lambda db: store.merge_accounts(db, 1, 2),
    "split-people": lambda db: store.split(db, 1),
    "split-accounts": lambda db: store.split(db, 2),
    "merge-deals": lambda db: store.merge_deals(db, 1, 2),
    "split-deals": lambda db: store.split_deals(db, 3),
}
POINTS = 4


def change(what: str, last: int, path: Path) -> None:
    """Make a change, killed as its statement of that number begins; tells the number of its COMMIT when it is done."""
    with store.open_workspace(path) as db:
        statements: list[str] = []

        def step(statement: str) -> None:
            statements.append(statement)
            if len(statements) == last:
                os.kill(os.getpid(), signal.SIGKILL)

        db.connection.execute("PRAGMA cache_size=2")  # pages reach the file all along, not only at the end
        db.connection.set_trace_callback(step)
        CHANGES[what](db)
        tell(statements.index("COMMIT") + 1)


def changed(nursery: subprocess.Popen[str], what: str, last: int, path: Path) -> str:
    """What a child says that makes a change in a workspace: the number of its COMMIT, or "over" when killed."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"{what} {last} {path}\n")
    nursery.stdin.flush()
    said = nursery.stdout.readline().strip()
    if said != "over":
        assert nursery.stdout.readline().strip() == "over"
    return said


def held(path: Path) -> list[str]:
    """All that is stored in a workspace."""
    with store.open_workspace(path) as db:
        return list(db.connection.iterdump())


def test_a_merge_or_split_killed_until_it_commits_leaves_nothing(
    tmp_path: Path, nursery: subprocess.Popen[str]
) -> None:
    with workspace(tmp_path, "before.kpidesk") as db:
        people_and_accounts(db)
        assert problems(db) == ()
    before, journals = held(db.path), 0
    for what in CHANGES:
        whole = tmp_path / f"{what}.kpidesk"
        commit = int(changed(nursery, what, 0, Path(shutil.copyfile(db.path, whole))))
        after = held(whole)
        assert after != before
        for point in range(1, POINTS + 1):
            path = Path(shutil.copyfile(db.path, tmp_path / f"{what}-{point}.kpidesk"))
            assert changed(nursery, what, commit * point // POINTS, path) == "over"
            journals += journal_of(path).exists()
            assert held(path) == before, (what, point)
    assert journals >= len(CHANGES)
