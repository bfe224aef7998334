"""Every contract of the architecture has been seen to break: one forbidden import each, planted in a copy.

A run takes half of all plants. A contract that breaks in just the runs of its own plant breaks by that and no other.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from itertools import combinations
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANTS = {
    "line": {"kpidesk/paths.py": "import kpidesk.language"},
    "parts": {"kpidesk/exporting/sample.py": "import kpidesk.store"},
    "language-stats": {"kpidesk/stats/intervals.py": "import kpidesk.language.tree"},
    "pages": {
        "kpidesk/ui/pages/planted_one.py": '"""A page."""',
        "kpidesk/ui/pages/planted_two.py": "import kpidesk.ui.pages.planted_one",
    },
    "operations-only": {"kpidesk/ui/theme.py": "import kpidesk.store"},
    "cli-ui": {"kpidesk/cli/files.py": "import kpidesk.ui.theme"},
    "core": {"kpidesk/core/errors.py": "import pathlib"},
    "qt": {"kpidesk/operations/workspace.py": "from PySide6.QtCore import QObject"},
    "pyqtgraph": {"kpidesk/ui/theme.py": "import pyqtgraph"},
    "sqlite": {"kpidesk/operations/workspace.py": "import sqlite3"},
    "reading": {"kpidesk/engine/days.py": "import zipfile"},
    "csv": {"kpidesk/operations/workspace.py": "def late():\n    import csv"},
    "xlsx": {"kpidesk/operations/workspace.py": "from xlsxwriter import Workbook"},
    "network": {"kpidesk/ui/theme.py": "from urllib.request import urlopen"},
}
"""Contract id → the lines that break it and no other."""
RUNS = 6
"""Enough for twenty plants: so many ways there are to be in place in half of them."""


def contract_ids() -> list[str]:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return [contract["id"] for contract in options["contracts"]]


def planted_in() -> dict[str, frozenset[int]]:
    """Contract id → the runs in which its plant is in place: each is once there without any one of the others."""
    ways = map(frozenset, combinations(range(RUNS), RUNS // 2))
    return dict(zip(PLANTS, ways, strict=False))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, frozenset[int]]:
    """Contract id → the runs in which it was broken; in each run about half of all plants are in place."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "kpidesk", folder / "kpidesk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    command = [sys.executable, str(Path(__file__).with_name("lint_copies.py")), str(folder)]
    plants = json.dumps([together(run) for run in range(RUNS)])
    done = subprocess.run(command, input=plants, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads((folder / "answers.json").read_text())
    return {one: frozenset(run for run in range(RUNS) if one in answers[run]) for one in contract_ids()}


def together(run: int) -> dict[str, str]:
    """The lines that are planted in a run, by file."""
    lines: dict[str, str] = {}
    for contract, runs in planted_in().items():
        for name, line in PLANTS[contract].items() if run in runs else ():
            lines[name] = f"{lines[name]}\n{line}" if name in lines else line
    return lines


def test_each_contract_has_a_plant() -> None:
    assert sorted(contract_ids()) == sorted(PLANTS) == sorted(planted_in())


@pytest.mark.parametrize("contract", PLANTS)
def test_a_contract_is_broken_by_its_plant_and_by_no_other(contract: str, broken: dict[str, frozenset[int]]) -> None:
    assert broken[contract] == planted_in()[contract]
