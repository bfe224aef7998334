"""A workspace that counts in periods of four and five weeks, from its files to its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from kpidesk import operations
from kpidesk.core.imports import ImportOptions
from kpidesk.core.people import ORG
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question

# Weeks from Monday, 4-4-5: 2026 begins on 29 December 2025 and has 53 weeks; P3 is 23 February to 29 March, P4 the four
# weeks up to 26 April. 2025 begins on 30 December 2024, its P3 is 24 February to 30 March.
WON = (
    ("2025-02-24", 5), ("2025-03-31", 7), ("2025-12-28", 11), ("2025-12-29", 100), ("2026-02-22", 200),
    ("2026-02-23", 400), ("2026-03-29", 800), ("2026-03-30", 1600),
)  # fmt: skip
TODAY = date(2026, 4, 30)


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    folder = tmp_path_factory.mktemp("weeks")
    rows = "".join(f"D{at},Ann,Won,{amount},2024-12-01,{day}\n" for at, (day, amount) in enumerate(WON))
    (folder / "deals.csv").write_text(f"Deal ID,Owner,Stage,Amount,Created,Close date\n{rows}")
    (folder / "quotas.csv").write_text("Rep,Month,Quota\nAnn,P3 2026,2400\nAnn,Apr 2026,3200\n")
    made = operations.open_workspace(folder / "w.kpidesk", create=True, today=TODAY)
    operations.save_settings(made, replace(operations.settings(made), calendar="4-4-5"))
    said = ImportOptions(stages={"Won": "won"}, as_of=TODAY)
    finish(operations.import_together(made, [(folder / name, said) for name in ("deals.csv", "quotas.csv")]))
    yield made
    operations.close(made)


def value(ws: operations.Workspace, formula: str, period: str) -> float | None:
    return operations.evaluate(ws, formula, operations.question(ws, period=period)).rows[0].result.value


@pytest.mark.parametrize(
    ("period", "booked"),
    [("2026-P03", 1200), ("2026-03", 1200), ("2026-P02", 200), ("2026-Q1", 1500), ("2026", 3100), ("2025", 23)],
)
def test_periods_hold_the_deals_of_their_weeks(ws: operations.Workspace, period: str, booked: float) -> None:
    assert value(ws, "[bookings]", period) == booked


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("previous([bookings], 1 year)", 5),
        ("previous([bookings])", 200),
        ("previous([bookings], 1 quarter)", 11),
        ("rolling([bookings], 3 month)", 1500),
        ("rolling([bookings], 1 year)", 1518),
        ("to_date([bookings], year)", 1500),
    ],
)
def test_formulas_move_by_periods_of_weeks(ws: operations.Workspace, formula: str, expected: float) -> None:
    """P3 of 2025, P2, P12 of 2025, the quarter, from P4 of 2025 on, and the year so far."""
    assert value(ws, formula, "2026-P03") == expected


def test_quotas_of_months_are_those_of_the_periods_that_stand_for_them(ws: operations.Workspace) -> None:
    def attained(period: str) -> float | None:
        question = operations.question(ws, period=period)
        return operations.scorecard(ws, question, ("quota_attainment",)).rows[0].result.value

    assert (attained("2026-P03"), attained("2026-P04")) == (0.5, 0.5)


def test_a_trend_by_month_has_one_point_for_each_period(ws: operations.Workspace) -> None:
    asked = operations.question(ws, period="2026-Q1", grain="month")
    assert asked.period.key == "2026-P03"
    trend = operations.trend(ws, "bookings", Question(asked.period, ORG), periods=4)
    assert [point.period.label for point in trend.points] == [
        "P12 2025 (5 weeks)", "P1 2026 (4 weeks)", "P2 2026 (4 weeks)", "P3 2026 (5 weeks)",
    ]  # fmt: skip
    assert [point.result.value for point in trend.points] == [11, 100, 200, 1200]
