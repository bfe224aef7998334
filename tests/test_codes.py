"""Every receipt code that a command tells, as text or as JSON, gives its number again, by other routes too."""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kpidesk import operations
from kpidesk.cli import main as command
from kpidesk.cli.receipts import HEAD
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
    ("review", "show", "1"),
    ("pay-plan", "show", "Mei-Lin Zhao", *Q3),
    ("hygiene",),
    ("hygiene", "--scope", "team:Enterprise"),
    ("kpi", "timeline", "bookings"),
    ("target", "ladder", "bookings"),
    ("target", "refresh", "--period", "2027-Q1", "--accept", "all", "--dry-run"),
)  # fmt: skip
CODE = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){5,12}[0-9A-HJKMNP-TV-Z]{1,4}\b")
MADE = (
    ("rule", "add", "bookings", "above", "1000"),
    ("coaching-goal", "add", "Mei-Lin Zhao", "win_rate", "--text", "Ask for the next step"),
    ("pay-plan", "set", "Mei-Lin Zhao", "--base", "60k", "--variable", "60k", "--from", "2026-01-01"),
    ("review", "prepare", "--kind", "monthly", "--period", "2026-08"),
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
    at = 2 if words[0] in ("rule", "coaching-goal", "initiative", "target", "review", "kpi", "pay-plan") else 1
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


@pytest.fixture(scope="module")
def opened(path: Path) -> Iterator[operations.Workspace]:
    """A workspace that stays open from command to command, each of which leaves it as it was."""
    place = Path(shutil.copy(path, path.with_name("opened.kpidesk")))
    ws = operations.open_workspace(place, today=date.today())
    yield ws
    operations.close(ws)


@contextmanager
def kept_open(ws: operations.Workspace) -> Iterator[None]:
    """Commands on a workspace that is open already: what one has worked out, the next one knows."""

    def once(path: Path, *, today: date) -> operations.Workspace:
        assert path == ws.path
        return ws

    with pytest.MonkeyPatch.context() as meanwhile:
        meanwhile.setattr(operations, "open_workspace", once)
        meanwhile.setattr(operations, "close", lambda _ws: None)
        yield


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_what_a_command_tells_is_proven(
    opened: operations.Workspace, routes: tuple[operations.Workspace, sqlite3.Connection], words: tuple[str, ...]
) -> None:
    with kept_open(opened):
        as_json, as_text = answer(opened.path, words, "--json"), answer(opened.path, words)
    found = {code: value for code, value in told(json.loads(as_json)) if code}
    assert found, "no number has a code"
    shown = set(CODE.findall(as_text))
    assert shown, "no code is shown"
    known = [*((code, found.get(code, math.nan)) for code in shown), *found.items()]
    every = sorted(dict(known).items())
    for code, value in every[:: max(1, len(every) // MOST)]:
        assert list(wrong_code(*routes, code, value)) == []


def test_a_terminal_has_the_first_rows_and_says_how_many_more_there_are_and_everything_else_has_all(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("rows", "win_rate", "--period", "2025")
    whole, told = answer(path, words), json.loads(answer(path, words, "--json"))
    count, code = told["count"], told["code"]
    assert count == len(told["rows"]) > HEAD
    assert listed(whole, told) == count
    monkeypatch.setattr("kpidesk.exporting.text_table.terminal_width", lambda: 400)
    monkeypatch.setattr("kpidesk.exporting.receipt_forms.terminal_width", lambda: 400)
    for name in (words, ("receipt", code)):
        short = proven(path, code) if name[0] == "receipt" else answer(path, name)
        assert listed(short, told) == HEAD
        assert f"{count:,} rows give the same number again" in short
        assert f"\n… and {count - HEAD:,} more rows: --all lists every row, --to FILE writes every row." in short
    assert listed(proven(path, code, "--all"), told) == listed(answer(path, words, "--all"), told) == count
    assert len(json.loads(proven(path, code, "--json"))["receipt"]["rows"]) == count
    file = tmp_path / "rows.csv"
    for more in ("", "--all"):
        assert proven(path, code, "--to", str(file), *filter(None, [more])).endswith(f"\n\n{file}: {count:,} rows.\n")
        with file.open(newline="", encoding="utf-8-sig") as opened:
            assert {row["Id"] for row in csv.DictReader(opened)} == {row["key"] for row in told["rows"]}


def test_a_terminal_has_the_first_of_the_rows_left_out_for_each_reason(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("rows", "deals_won", "--period", "2025")
    groups = {one["reason"]: one["count"] for one in json.loads(answer(path, words, "--json"))["left_out"]}
    many = {reason: count for reason, count in groups.items() if count > HEAD}
    assert many
    monkeypatch.setattr("kpidesk.exporting.text_table.terminal_width", lambda: 400)
    monkeypatch.setattr("kpidesk.exporting.receipt_forms.terminal_width", lambda: 400)
    text = answer(path, words, "--left-out")
    for reason, count in many.items():
        assert f"… and {count - HEAD:,} more row" in text.partition(f"\n{reason}:\n")[2].partition("\n\n")[0]


def listed(text: str, told: Any) -> int:
    """How many of the rows an answer lists."""
    return sum(f"\n{row['key']} " in text for row in told["rows"])


def proven(path: Path, code: str, *more: str) -> str:
    done = CliRunner().invoke(command, ["receipt", code, str(path), *more])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_numbers_before_and_after_a_change_of_a_kpi_are_proven_after_it(path: Path, tmp_path: Path) -> None:
    place = Path(shutil.copy(path, tmp_path / "s.kpidesk"))
    words = ("kpi", "change", "bookings", "--formula", "sum(deals.amount where won and amount > 20000 on closed_at)")
    tried = json.loads(answer(place, words, "--dry-run", "--json"))["values"]
    assert all(one["before_receipt"] for one in tried)
    assert {one["after_receipt"] for one in tried} == {""}
    done = json.loads(answer(place, words, "--json"))["values"]
    codes = [(one[f"{which}_receipt"], one[which]) for one in done for which in ("before", "after")]
    assert len({value for _, value in codes}) > 2
    ws = operations.open_workspace(place, today=SAMPLE_DAY)
    try:
        for code, value in codes:
            found = operations.replay(ws, code)
            assert (found.is_same, found.receipt.result.value) == (True, value), found.verdict
            assert found.receipt.reproduces
    finally:
        operations.close(ws)
    back = answer(place, ("kpi", "undo", "bookings"))
    assert {which for which in ("before", "after") if f", {which}  " in back} == {"before", "after"}
    assert not CODE.search(answer(place, words, "--dry-run", "--no-receipts"))
