"""The published and hand-checked cases that lie beside the project; tests skip with the reason where they do not."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"
FILE = SHARED / "reference" / "vectors.json"
DIGITS = 1e-6


@lru_cache(maxsize=1)
def _groups() -> dict[str, Any]:
    groups: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]
    return groups


def cases(group: str) -> list[dict[str, Any]]:
    """The cases of one group of vectors."""
    if not FILE.is_file():
        pytest.skip(f"{FILE} is not there")
    found: list[dict[str, Any]] = _groups()[group]["cases"]
    return found


def near(expected: float | list[float] | tuple[float, ...]) -> Any:
    """Equal to the six decimals that the vectors are written with."""
    return pytest.approx(expected, rel=1e-6, abs=DIGITS)
