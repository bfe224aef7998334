"""A value for all rows from the command line to the numbers: counted, remembered, taken back with the import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kpidesk.cli import main

TASKS = (
    "Activity ID,Assigned,Subject,Done on,Activity type\n"
    "T1,Ann,Hello,2026-08-03,Call\nT2,Bob,Offer,2026-08-04,Email\nT3,Ann,Offer,2026-08-05,Call\n"
)
OUT = 'count(activities where direction = "out" on occurred_at)'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tasks.csv").write_text(TASKS)
    return tmp_path


def run(*arguments: object, code: int = 0) -> Any:
    done = CliRunner().invoke(main, [*map(str, arguments), "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def sent(folder: Path) -> float | None:
    """How many went out; None while no activity tells its direction."""
    card = run("evaluate", folder / "w.kpidesk", OUT, "--period", "2026-Q3")
    value: float | None = card["rows"][0]["value"]
    return value


def bring_in(folder: Path, *more: str) -> Any:
    return run("import", folder / "w.kpidesk", folder / "tasks.csv", "--as-of", "2026-08-31", *more)


def test_a_value_counts_is_remembered_and_goes_with_its_import(folder: Path) -> None:
    first = bring_in(folder)
    assert sent(folder) is None
    said = bring_in(folder, "--set", "direction=outbound")
    assert (said["updated"], sent(folder)) == (3, 3)
    again = bring_in(folder)
    assert (again["unchanged"], sent(folder)) == (3, 3)
    run("undo", folder / "w.kpidesk", again["import_id"])
    run("undo", folder / "w.kpidesk", said["import_id"])
    assert sent(folder) is None
    assert first["added"] == 3


def test_the_report_says_what_is_the_same_in_all_rows(folder: Path) -> None:
    arguments = ("import", folder / "w.kpidesk", folder / "tasks.csv", "--as-of", "2026-08-31")
    done = CliRunner().invoke(main, [*map(str, arguments), "--set", "direction=out"])
    assert "Direction is 'out' in every row, as you said." in " ".join(done.stdout.split())
    bring_in(folder, "--set", "direction=-")
    assert sent(folder) is None


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("direction=sideways", "'sideways' cannot be the value of 'Direction' in all rows."),
        ("direction", "--set direction is not understood."),
    ],
)
def test_a_wrong_value_changes_nothing(said: str, problem: str, folder: Path) -> None:
    refused = run("import", folder / "w.kpidesk", folder / "tasks.csv", "--set", said, code=1)
    assert refused["error"]["problem"] == problem
    assert not (folder / "w.kpidesk").exists()
