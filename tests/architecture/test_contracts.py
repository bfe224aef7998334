"""Every contract of the architecture has been seen to break: one forbidden import each, planted in a copy."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
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


def contract_ids() -> list[str]:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return [contract["id"] for contract in options["contracts"]]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Contract id → the contracts that were broken when its plant was in place."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "kpidesk", folder / "kpidesk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    command = [sys.executable, str(Path(__file__).with_name("lint_copies.py")), str(folder)]
    plants = json.dumps([{}, *PLANTS.values()])
    done = subprocess.run(command, input=plants, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(zip(["", *PLANTS], json.loads((folder / "answers.json").read_text()), strict=True))


def test_each_contract_has_a_plant() -> None:
    assert sorted(contract_ids()) == sorted(PLANTS)


def test_the_copy_keeps_every_contract(broken: dict[str, list[str]]) -> None:
    assert broken[""] == []


@pytest.mark.parametrize("contract", PLANTS)
def test_a_planted_import_breaks_exactly_its_contract(contract: str, broken: dict[str, list[str]]) -> None:
    assert broken[contract] == [contract]
