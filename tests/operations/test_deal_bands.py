"""Deals and their customers by how long the deal took and how large it was, against counts made by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

import pytest

from kpidesk import operations
from kpidesk.core.breakdown_paper import side_by_side_paper
from kpidesk.core.breakdowns import View
from kpidesk.core.papers import PaperTable
from kpidesk.core.scorecards import Question
from kpidesk.core.side_by_side import merged
from kpidesk.exporting.breakdown_forms import beside_text
from tests.operations.support import HEADER, bring_in, made

TODAY = date(2026, 1, 10)
DEALS = (
    ("D1", "Quick", "Won", "-500", "2024-12-01", "2024-12-30"),  # 29 days, small: paid back; later churns
    ("D2", "Quick", "Won", "200000", "2024-06-01", "2025-03-01"),  # its second deal: the first one decides
    ("D3", "Slow", "Won", "40000", "2024-08-01", "2024-12-15"),  # 136 days, mid-market; stays
    ("D4", "Edge", "Won", "25000", "2024-11-01", "2024-12-01"),  # 30 days: the second band; later churns
    ("D5", "None", "Lost", "", "2025-01-01", "2025-02-15"),  # 45 days and no amount
    ("D6", "None", "Open", "9000", "2025-01-01", "2026-02-15"),  # not closed
    ("D7", "Slow", "Lost", "90000", "2025-01-01", "2025-12-01"),  # 334 days
)
PLANS = (("Quick", "100", "2024-12-31", "2025-06-30"), ("Slow", "300", "2024-12-15", ""),
         ("Edge", "200", "2024-12-01", "2025-09-30"), ("Never sold", "50", "2024-01-01", ""))  # fmt: skip


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    folder = tmp_path_factory.mktemp("bands")
    rows = [(key, key, "Ann Lee", account, stage, amount, created, closed, "Web")
            for key, account, stage, amount, created, closed in DEALS]  # fmt: skip
    for name, lines in (("deals.csv", [HEADER, *rows]), ("plans.csv", [("Account", "MRR", "Start", "End"), *PLANS])):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(lines)
    with made(folder, TODAY) as opened:
        bring_in(opened, folder / "deals.csv", TODAY)
        bring_in(opened, folder / "plans.csv", TODAY, kind="subscriptions")
        yield opened


def told(ws: operations.Workspace, kpi: str, field: str) -> dict[str, str]:
    """What each part comes to in 2025, with what it rests on."""
    found = operations.pivot(ws, View(kpi, field), asked(ws))
    return {part.label: line[0].sample for part, line in zip(found.rows, found.cells, strict=True)}


def asked(ws: operations.Workspace) -> Question:
    return operations.question(ws, period="2025")


def test_closed_deals_stand_in_bands_of_the_days_they_took_in_their_order(ws: operations.Workspace) -> None:
    found = told(ws, "win_rate", "cycle")
    assert list(found.items()) == [("30 to 59 days", "0 of 1"), ("180 days or more", "1 of 2")]
    assert operations.find_field(ws, "win_rate", "days to close", asked(ws)).name == "deal.cycle"


def test_customers_stand_in_the_band_of_the_deal_they_were_first_won_with(ws: operations.Workspace) -> None:
    assert told(ws, "logo_churn_rate", "cycle") == {
        "under 30 days": "1 of 1", "30 to 59 days": "1 of 1", "120 to 179 days": "0 of 1", "Unknown": "0 of 1",
    }  # fmt: skip
    assert told(ws, "logo_churn_rate", "size") == {
        "small (under $25K)": "1 of 1", "mid-market ($25K to $100K)": "1 of 2", "Unknown": "0 of 1",
    }  # fmt: skip


def test_bounds_that_leave_a_size_without_deals_are_noticed(ws: operations.Workspace) -> None:
    """Of 2025 count the deals of 90,000 and of 200,000: by bounds of 95,000 and 100,000 none is mid-market."""
    assert not [one for one in operations.lint(ws) if one.rule == "sizes"]
    operations.set_parameter(ws, "small_deals_below", "95000")
    try:
        (found,) = [one for one in operations.lint(ws) if one.rule == "sizes"]
    finally:
        operations.set_parameter(ws, "small_deals_below", "25000")
    assert found.problem == "By your bounds no deal of the last year is mid-market."


def test_the_bounds_of_sizes_are_the_users_own(ws: operations.Workspace) -> None:
    assert told(ws, "win_rate", "size") == {
        "mid-market ($25K to $100K)": "0 of 1", "enterprise ($100K or more)": "1 of 1", "Unknown": "0 of 1",
    }  # fmt: skip
    operations.set_parameter(ws, "small_deals_below", "95000")
    try:
        assert set(told(ws, "win_rate", "size")) == {"small (under $95K)", "enterprise ($100K or more)", "Unknown"}
    finally:
        operations.set_parameter(ws, "small_deals_below", "25000")


def test_several_kpis_stand_side_by_side_each_part_once(ws: operations.Workspace) -> None:
    found = operations.pivots(ws, View("win_rate", "cycle", beside=("logo_churn_rate", "win_rate")), asked(ws))
    assert [one.kpi.id for one in found.tables] == ["win_rate", "logo_churn_rate"]
    lines = [line.split("  ")[0] for line in beside_text(found).splitlines()[3:]]
    assert lines[: lines.index("All") + 1] == ["Days to close", "under 30 days", "30 to 59 days", "120 to 179 days",
                     "180 days or more", "Unknown", "All"]  # fmt: skip
    assert merged([["b", "d"], ["a", "b", "c", "d", "e"], []]) == ["a", "b", "c", "d", "e"]


def test_the_print_of_kpis_side_by_side_holds_each_number_where_it_belongs(ws: operations.Workspace) -> None:
    ids = ("win_rate", "logo_churn_rate")
    found = operations.pivots(ws, View("win_rate", "cycle", beside=ids[1:]), asked(ws))
    paper = side_by_side_paper(found)
    table = paper.sections[0].parts[0]
    assert isinstance(table, PaperTable)
    printed = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in table.rows}
    for at, kpi_id in enumerate(ids):
        alone = operations.pivot(ws, View(kpi_id, "cycle"), asked(ws))
        told = {part.label: [line[0].text, line[0].sample] for part, line in zip(alone.rows, alone.cells, strict=True)}
        assert {label: line[2 * at : 2 * at + 2] for label, line in printed.items() if line[2 * at]} == {
            **told, "All": [alone.total.text, alone.total.sample]}  # fmt: skip
    assert paper.definitions not in ("", *(one.definitions for one in found.tables))
