"""An event dated before one that comes first: no time between them, never in time, said why, told at the import."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from statistics import median

import pytest

from kpidesk import operations
from kpidesk.core.breakdowns import View
from kpidesk.core.imports import ImportReport
from kpidesk.core.people import ORG
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question
from kpidesk.language import compile_formula
from kpidesk.operations.kpi_sql import formula_sql
from tests.engine.support import period
from tests.operations.support import Line, bring_in, made, write

LEADS = """Lead ID,Owner,Created,First response,MQL date,SQL date,Converted date
L1,Ann,2026-01-05 10:00,2026-01-05 10:30,2026-01-06,2026-01-08,2026-01-20
L2,Ann,2026-01-06 10:00,2026-01-06 09:00,2026-01-09,2026-01-07,2026-01-05
L3,Ann,2026-01-07 10:00,2026-01-06,2026-01-06,2026-01-09,2026-01-08
L4,Ann,2026-01-08 10:00,2026-01-08 14:00,,,
"""
"""L1 and L4 are in order. L2 was answered an hour before it came, accepted before it was qualified, became a deal the
day before it came; L3 was answered and qualified the day before, and became a deal before it was accepted."""
DEALS: list[Line] = [
    ("D1", "Ann", "Won", "1000", "2026-01-05", "2026-01-25"),
    ("D2", "Ann", "Won", "2000", "2026-01-20", "2026-01-10"),
    ("D3", "Ann", "Won", "4000", "2026-01-12", "2026-01-12"),
    ("D4", "Ann", "Lost", "500", "2026-01-20", "2026-01-10"),
]
DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[operations.Workspace, ImportReport]]:
    folder = tmp_path_factory.mktemp("order")
    (folder / "leads.csv").write_text(LEADS)
    with made(folder, DAY) as ws:
        report = bring_in(ws, folder / "leads.csv", DAY, kind="leads")
        bring_in(ws, write(folder / "deals.csv", DEALS), DAY)
        yield ws, report


def q1() -> Question:
    return Question(period("2026-Q1"), ORG)


def number(ws: operations.Workspace, formula: str) -> float | None:
    """What the engine says, which is also what the statement in SQL gives."""
    value = operations.evaluate(ws, formula, q1()).rows[0].result.value
    table = finish(operations.sql(ws, formula_sql(ws, compile_formula(formula), q1(), "x")))
    assert value == pytest.approx(dict(zip(table.columns, table.rows[0], strict=True))["value"])
    return value


@pytest.mark.parametrize(("kpi_id", "value", "n"), [
    ("lead_response_time", median((0.5, 4.0)), 2), ("lead_response_1h", 1 / 4, 4), ("lead_to_opp", 2 / 4, 4),
    ("mql_to_sql", 2 / 3, 3), ("handover_to_opp", 1 / 3, 3), ("sales_cycle_length", 10, 2),
    ("sales_cycle_mean", 10, 2), ("deals_won", 3, 3), ("bookings", 7000, 3),
])  # fmt: skip
def test_only_what_is_in_order_counts(
    company: tuple[operations.Workspace, ImportReport], kpi_id: str, value: float, n: int
) -> None:
    ws, _ = company
    receipt = operations.rows(ws, kpi_id, q1())
    assert receipt.result.value == pytest.approx(value)
    assert receipt.result.n == n
    assert receipt.reproduces
    assert number(ws, receipt.kpi.measured) == pytest.approx(value)


@pytest.mark.parametrize(("kpi_id", "left_out"), [
    ("sales_cycle_length", {"closed date before created date, so it adds nothing": ["D2"]}),
    ("lead_response_time", {
        "first answer date before created date, or one of them without its time of day, so it adds nothing":
            ["L2", "L3"],
    }),
])  # fmt: skip
def test_what_is_left_out_says_why(
    company: tuple[operations.Workspace, ImportReport], kpi_id: str, left_out: dict[str, list[str]]
) -> None:
    found = operations.left_out(company[0], kpi_id, q1(), with_rows=True)
    told = {one.reason: sorted(row.key for row in one.listing.rows) for one in found if one.listing is not None}
    assert {reason: keys for reason, keys in told.items() if "before" in reason} == left_out


@pytest.mark.parametrize(("kpi_id", "reasons"), [
    ("lead_to_opp", {"L2": "conversion date before created date", "L4": "conversion date is not given"}),
    ("mql_to_sql", {"L2": "sales qualification date before marketing qualification date"}),
    ("handover_to_opp", {"L2": "conversion date before sales qualification date",
                         "L3": "conversion date before sales qualification date"}),
])  # fmt: skip
def test_a_row_that_is_not_above_the_line_says_why(
    company: tuple[operations.Workspace, ImportReport], kpi_id: str, reasons: dict[str, str]
) -> None:
    rows = operations.rows(company[0], kpi_id, q1()).rows
    assert {row.key: row.reason for row in rows if not row.in_numerator} == reasons


def test_times_are_signed_where_either_date_may_come_first(company: tuple[operations.Workspace, ImportReport]) -> None:
    ws, _ = company
    assert number(ws, "sum(days(deals.closed_at, deals.created_at) where won on closed_at)") == -20 + 10
    assert number(ws, "count(deals where closed and closed_at < created_at on closed_at)") == 2


def test_a_deal_closed_before_it_was_created_is_in_no_band_of_days_to_close(
    company: tuple[operations.Workspace, ImportReport],
) -> None:
    found = operations.pivot(company[0], View("deals_won", "cycle"), q1())
    counts = {part.label: line[0].text for part, line in zip(found.rows, found.cells, strict=True)}
    assert counts == {"under 30 days": "2", "Unknown": "1"}


def test_the_report_of_the_import_says_what_is_the_wrong_way_round(
    company: tuple[operations.Workspace, ImportReport],
) -> None:
    told = [one for one in company[1].notices if " before " in one]
    assert [one.partition(":")[0] for one in told] == [
        "1 lead has 'Marketing qualified' before 'Created' (L3)",
        "2 leads have 'First answered' before 'Created' (L2 and L3)",
        "1 lead has 'Converted' before 'Created' (L2)",
        "1 lead has 'Sales qualified' before 'Marketing qualified' (L2)",
        "1 lead has 'Converted' before 'Marketing qualified' (L2)",
        "2 leads have 'Converted' before 'Sales qualified' (L2 and L3)",
    ]
