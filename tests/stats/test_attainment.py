from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpidesk.core.goals import Target
from kpidesk.core.kpis import Direction
from kpidesk.core.people import ORG
from kpidesk.core.periods import span_period
from kpidesk.stats.attainment import attainment, higher, inside, lower
from tests.stats.vectors import cases, near


def case_of(kind: str) -> dict[str, Any]:
    return next(case for case in cases("V-ATT") if case["kind"] == kind)


def test_higher_as_published() -> None:
    case = case_of("higher")
    assert higher(case["actual"], case["target"]) == near(case["att"])


def test_lower_as_published() -> None:
    for row in case_of("lower")["rows"]:
        assert lower(row["actual"], row["target"]) == near(row["att"])


def test_range_as_published() -> None:
    case = case_of("range")
    for row in case["rows"]:
        found = inside(row["actual"], case["L"], case["U"], case["tol_lo"], case["tol_hi"])
        assert found == near(row["att"])


@pytest.mark.parametrize(
    ("direction", "actual", "expected"),
    [
        ("higher", 80, 0.8),
        ("lower", 80, 1.2),
        ("lower", 200, 0.0),
        ("range", 95, 1.0),
        ("range", 115, 0.5),
        ("range", 130, 0.0),
        ("none", 80, None),
    ],
)
def test_attainment_by_direction(direction: Direction, actual: float, expected: float | None) -> None:
    target = Target("k", ORG, span_period(date(2025, 1, 1), date(2025, 3, 31)), 90, 100, 110)
    assert attainment(actual, target, direction) == (None if expected is None else pytest.approx(expected))
    assert attainment(None, target, direction) is None
    assert attainment(actual, None, direction) is None


def test_a_target_of_nothing_has_no_attainment() -> None:
    assert higher(5, 0) is None
    assert lower(5, 0) is None


def test_range_without_width_is_met_or_missed() -> None:
    assert inside(3, 3, 3) == 1
    assert inside(3.1, 3, 3) == 0
