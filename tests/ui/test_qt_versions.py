"""The pinned PySide6 loses no references: 6.12 before Python 3.12 ends the process after a few thousand calls."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CALLS = 1_000
COUNT = f"""
import sys
from PySide6.QtCore import QObject, Signal
class Sender(QObject):
    sent = Signal()
one = Sender()
before = sys.getrefcount(None), sys.getrefcount(True)
for _ in range({CALLS}):
    one.setObjectName("x")
    one.sent.emit()
print(before[0] - sys.getrefcount(None), before[1] - sys.getrefcount(True))
"""


def test_calls_without_a_result_lose_no_reference() -> None:
    """In a process of its own, because the broken version ends it."""
    done = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    lost = [int(one) for one in done.stdout.split()]
    assert max(lost) < CALLS // 10


def test_the_version_in_use_is_the_one_that_was_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "PySide6-Essentials>=6.11.3,<6.12" in project["dependencies"]
    assert version("PySide6-Essentials").split(".")[:2] == ["6", "11"]
