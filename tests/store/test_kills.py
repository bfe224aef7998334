"""An import that is killed at any moment leaves all of it or nothing, in a workspace that opens and is whole."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpidesk import store
from kpidesk.store.opening import journal_of
from tests.store.support import canonical, deal, deals, problems, workspace

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL and fork are those of POSIX")

KILLS = 30
NURSERY = """
import os, sys
from pathlib import Path
from tests.store.test_kills import import_newer

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        import_newer(Path(line.strip()))
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


@pytest.fixture
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
    nursery.stdin.write(f"{path}\n")
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


def test_thirty_kills_leave_all_or_nothing(tmp_path: Path, nursery: subprocess.Popen[str]) -> None:
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
    for number in range(KILLS):
        path = tmp_path / f"{number}.kpidesk"
        shutil.copyfile(db.path, path)
        acknowledged, _ = run_and_kill(nursery, path, moments.uniform(0, whole * 1.05))
        journals += journal_of(path).exists()
        with store.open_workspace(path) as found:
            held = canonical(found)
            assert problems(found) == ()
        assert held == after if acknowledged else held in (before, after)
        assert not journal_of(path).exists()
    assert journals > 0
