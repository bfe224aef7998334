"""What the app opens with, and what scopes and periods as typed come to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG
from tests.operations.support import Line, bring_in, history, write

TODAY = date(2026, 3, 20)
AHEAD: list[Line] = [("F1", "Ann Lee", "Open", "5000", "2025-12-20", "2027-08-01")]


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    """Two years of closed deals, and an open one that is due in 2027; the file is three weeks old."""
    opened = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    bring_in(opened, write(tmp_path / "deals.csv", history() + AHEAD), date(2025, 12, 31))
    yield opened
    operations.close(opened)


def test_window_and_command_line_begin_with_the_last_quarter_with_data_and_not_with_a_due_date(
    ws: operations.Workspace,
) -> None:
    assert operations.opening(ws) == operations.question(ws)
    assert operations.opening(ws).scope == ORG
    assert operations.opening(ws).period.key == "2025-Q4"
    assert operations.question(ws, grain="month").period.key == "2025-12"


def test_an_empty_workspace_opens_on_the_present_quarter(tmp_path: Path) -> None:
    opened = operations.open_workspace(tmp_path / "empty.kpidesk", create=True, today=TODAY)
    asked = operations.opening(opened)
    assert asked.period.key == "2026-Q1"
    card = operations.scorecard(opened, asked)
    assert len(card.rows) == 5
    assert {row.result.value for row in card.rows} == {None}
    assert all(row.reason for row in card.rows)
    operations.close(opened)


def test_names_that_nobody_has_offer_the_nearest(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="Did you mean Ann Lee"):
        operations.question(ws, scope="rep:Anne Lee")
    with pytest.raises(UserError, match="win_rate"):
        operations.find_kpi(ws, "win_rat")
    with pytest.raises(UserError, match=r"2017-Q2|quarter"):
        operations.question(ws, period="2025-Q5")


def test_parts_and_unassigned_add_up_to_the_org(ws: operations.Workspace) -> None:
    operations.apply_teams(ws, {"Ann Lee": "North", "Bo Dahl": "North"})
    whole = operations.scorecard(ws, operations.question(ws, period="2025"), ("bookings",)).rows[0]
    for by in ("team", "rep"):
        card = operations.scorecard(ws, operations.question(ws, period="2025", by=by), ("bookings",))
        assert sum(row.result.value or 0 for row in card.rows) == whole.result.value
        assert card.rows[-1].member == "unassigned"
    teams = operations.scorecard(ws, operations.question(ws, period="2025", by="team"), ("bookings",)).rows
    assert {row.member: row.result.value for row in teams} == {"team:North": 24_000, "unassigned": 36_000}


def test_a_breakdown_by_a_field_keeps_the_empty_value_and_adds_up(ws: operations.Workspace) -> None:
    card = operations.scorecard(ws, operations.question(ws, period="2025", by="account"), ("bookings",))
    assert sum(row.result.value or 0 for row in card.rows) == 60_000
    with pytest.raises(UserError, match="Did you mean"):
        operations.scorecard(ws, operations.question(ws, period="2025", by="acount"))


@pytest.mark.parametrize(
    ("formula", "unit"),
    [("[nps]", "points"), ("previous([cac_payback])", "months"), ("[clv_to_cac]", "multiple"),
     ("[cac] / [clv]", "percent")],
)  # fmt: skip
def test_a_kpi_that_a_formula_only_names_is_shown_in_its_own_unit(
    ws: operations.Workspace, formula: str, unit: str
) -> None:
    asked = operations.question(ws)
    operations.set_parameter(ws, "gross_margin", "80%")
    assert operations.evaluate(ws, formula, asked).rows[0].kpi.unit == unit
    assert operations.draft(ws, formula, asked).check.unit == unit
    assert operations.add_kpi(ws, "one", formula=formula, draft=True).unit == unit


def test_the_first_steps_have_defaults(ws: operations.Workspace) -> None:
    steps = operations.first_steps(ws)
    assert [person.name for person in steps.owners] == ["Ann Lee", "Bo Dahl", "Cy Oh"]
    assert [kpi_id for kpi_id, _ in steps.proposals] == [
        "bookings", "win_rate", "avg_deal_size", "sales_cycle_length", "pipeline_created"]  # fmt: skip
    assert steps.booking_target is not None
    bookings = dict(steps.proposals)["bookings"]
    assert bookings is not None
    assert steps.period.key == "2026-Q1"
    assert bookings.baseline.value == 15_000, "each quarter of both years came to 1,000 + 5,000 + 9,000"
    assert steps.booking_target == pytest.approx(16_500)


def test_a_quarter_that_runs_is_the_one_to_plan(ws: operations.Workspace, tmp_path: Path) -> None:
    fresh: list[Line] = [("N1", "Ann Lee", "Won", "1000", "2026-01-10", "2026-02-02")]
    bring_in(ws, write(tmp_path / "fresh.csv", history() + AHEAD + fresh), date(2026, 3, 19))
    assert operations.first_steps(ws).period.key == "2026-Q1"


def test_a_rate_of_few_rows_is_said_to_be_of_few_without_a_target(ws: operations.Workspace) -> None:
    """As many closed deals as say nothing say nothing without a target either; an amount is what it is."""
    rows = operations.scorecard(ws, operations.question(ws, period="2025-Q4", by="rep"), ("win_rate", "bookings")).rows
    known = operations.settings(ws).minimum_n
    told = {(row.kpi.id, row.member): row for row in rows if row.result.value is not None}
    assert any(row.is_few for row in told.values())
    for (kpi, _), row in told.items():
        assert row.status == "no_target"
        assert row.is_few == (kpi == "win_rate" and row.result.n < known)
        assert (", too early" in row.sentence) == row.is_few
