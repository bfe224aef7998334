"""Every receipt code that a command tells, as text or as JSON, gives its number again, by other routes too."""

from __future__ import annotations

import json
import math
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from kpidesk import operations
from kpidesk.cli import main as command
from tests.conftest import SAMPLE_DAY
from tests.receipts import told, wrong_code

Q3, MOST = ("--period", "2026-Q3"), 5
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("scorecard", *Q3, "--scope", "rep:Mei-Lin Zhao"),
    ("trend", "bookings", "--periods", "3"),
    ("why", "bookings", *Q3, "--split"),
    ("compare", "win_rate", *Q3),
    ("pivot", "bookings", *Q3, "--rows", "lead_source", "--top", "2"),
    ("pipeline",),
    ("forecast",),
    ("forecast-backtest",),
    ("forecast-accuracy",),
    ("signals",),
    ("rule", "list"),
    ("coaching-goal", "list"),
    ("initiative", "show", "1"),
)  # fmt: skip
CODE = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){5,12}[0-9A-HJKMNP-TV-Z]{1,4}\b")
MADE = (
    ("rule", "add", "bookings", "above", "1000"),
    ("coaching-goal", "add", "Mei-Lin Zhao", "win_rate", "--text", "Ask for the next step"),
    ("initiative", "add", "Call again", "--start", "2026-06-01", "--kpi", "win_rate"),
)


@pytest.fixture(scope="module")
def path(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with a rule, a coaching goal and an initiative."""
    found = Path(shutil.copy(sample_folder / "sample.kpidesk", tmp_path_factory.mktemp("codes") / "s.kpidesk"))
    for name, *words in MADE:
        answer(found, (name, *words))
    return found


def answer(path: Path, words: tuple[str, ...], *more: str) -> str:
    at = 2 if words[0] in ("rule", "coaching-goal", "initiative") else 1
    done = CliRunner().invoke(command, [*words[:at], str(path), *words[at:], *more])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def routes(path: Path) -> Iterator[tuple[operations.Workspace, sqlite3.Connection]]:
    copy = Path(shutil.copy(path, path.with_name("copy.kpidesk")))
    ws = operations.open_workspace(copy, today=SAMPLE_DAY)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        yield ws, db
    operations.close(ws)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_what_a_command_tells_is_proven(
    path: Path, routes: tuple[operations.Workspace, sqlite3.Connection], words: tuple[str, ...]
) -> None:
    found = {code: value for code, value in told(json.loads(answer(path, words, "--json"))) if code}
    assert found, "no number has a code"
    shown = set(CODE.findall(answer(path, words)))
    assert shown, "no code is shown"
    known = [*((code, found.get(code, math.nan)) for code in shown), *found.items()]
    every = sorted(dict(known).items())
    for code, value in every[:: max(1, len(every) // MOST)]:
        assert list(wrong_code(*routes, code, value)) == []
