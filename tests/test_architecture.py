"""The package keeps the architecture that README.md describes."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "kpidesk"
MODULES = sorted(PACKAGE.rglob("*.py"))
THIRD_PARTY = {
    "core": set(),
    "paths": {"platformdirs"},
    "on_demand": set(),
    "language": {"lark"},
    "stats": {"numpy", "scipy"},
    "importing": {"babel", "charset_normalizer", "numpy", "pandas", "python_calamine", "rapidfuzz"},
    "store": {"numpy", "sqlite_utils"},
    "engine": {"numpy"},
    "exporting": {"babel", "xlsxwriter"},
    "operations": {"numpy", "rapidfuzz"},
    "ui": {"PySide6", "numpy", "pyqtgraph", "scipy", "shiboken6"},
    "app": {"PySide6"},
    "cli": {"click"},
    "__main__": set(),
    "__init__": set(),
}
"""Part of the package → the packages from elsewhere that it may import."""
CLOCKS = {("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("time", "time")}


def part_of(path: Path) -> str:
    """`core` for kpidesk/core/kpis.py, `cli` for kpidesk/cli/files.py."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement of a file, without a look at what they calculate: nothing is imported there."""
    left = [tree]
    while left:
        yield (node := left.pop())
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            left.extend(getattr(node, part, ()))


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module imported anywhere in a file, by its full name."""
    for node in statements(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def foreign(names: Iterable[str]) -> set[str]:
    """The packages among imported modules that are neither Python's own nor ours."""
    roots = {name.split(".")[0] for name in names}
    return {root for root in roots if root not in sys.stdlib_module_names and root != "kpidesk"}


def clocks(tree: ast.AST) -> list[tuple[str, str]]:
    """Every place of a file that asks what day or time it is."""
    return [
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if (node.value.id, node.attr) in CLOCKS
    ]


def parse(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported_by(path: Path) -> frozenset[str]:
    """Every module that a file imports; kept, for two tests ask."""
    return frozenset(imported(parse(path)))


def test_every_contract_is_kept() -> None:
    """`lint-imports` itself, as the test command of the README runs it."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    run = subprocess.run([*command, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    assert " 0 broken" in run.stdout


@pytest.mark.parametrize("part", sorted(set(map(part_of, MODULES))))
def test_a_part_uses_only_the_packages_it_may(part: str) -> None:
    used = {str(path.relative_to(PACKAGE)): foreign(imported_by(path)) for path in MODULES if part_of(path) == part}
    assert {path: more for path, names in used.items() if (more := names - THIRD_PARTY[part])} == {}


def test_nothing_opens_a_qt_network_module() -> None:
    users = [path for path in MODULES if any(name.startswith("PySide6.QtNetwork") for name in imported_by(path))]
    assert users == []


@pytest.mark.parametrize("part", ["core", "language", "stats", "engine"])
def test_rules_and_numbers_take_today_as_an_argument(part: str) -> None:
    asked = {path.name: clocks(parse(path)) for path in MODULES if part_of(path) == part}
    assert {name: places for name, places in asked.items() if places} == {}


def test_a_planted_import_and_a_planted_clock_are_found() -> None:
    planted = ast.parse(
        "def late():\n"
        "    import requests\n"
        "    from PySide6.QtNetwork import QTcpSocket\n"
        "    from PySide6 import QtNetwork\n"
        "    return date.today()\n"
    )
    assert foreign(imported(planted)) == {"requests", "PySide6"}
    assert {"PySide6.QtNetwork", "PySide6.QtNetwork.QTcpSocket"} <= set(imported(planted))
    assert clocks(planted) == [("date", "today")]
