"""Which KPIs the files can compute: a column that no deal fills is named, and gives no zero anywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.progress import finish
from kpidesk.operations.catalogue import shipped_kpis
from kpidesk.operations.formulas import row_noun
from tests.operations.support import TODAY, options

WITHOUT_AMOUNT = """Deal ID,Owner,Stage,Created,Close date
D1,Ann Lee,Won,2025-01-05,2025-03-01
D2,Bo Dahl,Lost,2025-01-06,2025-03-02
D3,Bo Dahl,Open,2025-01-07,2025-09-02
"""


@pytest.fixture
def ws(tmp_path: Path) -> operations.Workspace:
    return operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)


def _needs(ws: operations.Workspace) -> dict[str, str]:
    """What each KPI needs, as long as it cannot be computed."""
    return {entry.kpi.id: entry.needs for entry in operations.kpis(ws) if not entry.computable}


def test_a_missing_column_is_named(ws: operations.Workspace, tmp_path: Path) -> None:
    before = _needs(ws)
    assert not any("column" in needs for needs in before.values()), "without data nothing is known to be missing"
    (tmp_path / "deals.csv").write_text(WITHOUT_AMOUNT)
    finish(operations.import_file(ws, tmp_path / "deals.csv", options(date(2025, 6, 30))))
    now = _needs(ws)
    assert now["bookings"] == now["pipeline_created"] == "a column 'Amount'"
    assert now["win_rate_new"] == "a column 'Type'"
    assert now["net_new_revenue"] == "a column 'Amount' and a column 'Type'"
    assert now["qualified_opps_created"] == "a column 'Qualified'"
    assert now["open_deals_no_next_step"] == "a column 'Next activity'"
    assert {now[one] for one in ("opps_by_source", "win_rate_by_segment")} == {
        "a column 'Lead source'", "a column 'Segment'",
    }  # fmt: skip
    later = {one for one, needs in now.items() if needs == "a second export of deals from a later day"}
    assert {"slippage_rate", "stage_conversion", "stage_duration"} <= later
    assert now["ramp_time"] == "a column 'Amount'"
    assert not {"win_rate", "sales_cycle_length", "opps_created", "stalled_deals"} & set(now)
    finish(operations.import_file(ws, tmp_path / "deals.csv", options(date(2025, 7, 31))))
    assert later.isdisjoint(_needs(ws))
    operations.close(ws)


def test_what_no_column_of_activities_tells_is_named_with_how_to_say_it_of_all_rows(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("Activity ID,Type,Direction,Date,Assigned to\nA1,Call,Out,2025-03-01,Ann Lee\n")
    asked = options(date(2025, 6, 30), kind="activities")
    finish(operations.import_file(ws, path, asked))
    (entry,) = [one for one in operations.kpis(ws) if one.kpi.id == "calls_made"]
    assert entry.needs == "a column 'Status' of activities"
    assert "kpidesk import WORKSPACE FILE --set status=held" in entry.how
    finish(operations.import_file(ws, path, replace(asked, constants={"status": "held"})))
    assert "calls_made" not in _needs(ws)
    operations.close(ws)


def test_a_sort_of_activity_that_no_file_names_is_needed_and_is_not_zero(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    path, head = tmp_path / "calls.csv", "Activity ID,Type,Status,Date,Assigned to\n"
    path.write_text(f"{head}A1,Call,Held,2025-03-01,Ann Lee\n")
    finish(operations.import_file(ws, path, options(date(2025, 6, 30), kind="activities")))
    demos, question = operations.find_kpi(ws, "demos_held"), operations.question(ws, period="2025-Q2")
    assert _needs(ws)["demos_held"] == "activities with 'demo' under 'Type'"
    (row,) = operations.scorecard(ws, question, (demos.id,)).rows
    assert (row.result.value, row.reason) == (None, "no activity in the files has 'demo' under 'Type'")
    path.write_text(f"{head}A1,Call,Held,2025-03-01,Ann Lee\nA2,Demo,Held,2025-01-09,Bo Dahl\n")
    finish(operations.import_file(ws, path, options(date(2025, 6, 30), kind="activities")))
    assert "demos_held" not in _needs(ws)
    (row,) = operations.scorecard(ws, question, (demos.id,)).rows
    assert (row.result.value, row.reason) == (0, "")
    operations.close(ws)


def test_a_kpi_that_lacks_a_column_has_no_value(ws: operations.Workspace, tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(WITHOUT_AMOUNT)
    finish(operations.import_file(ws, tmp_path / "deals.csv", options(date(2025, 6, 30))))
    lacking = {kpi_id for kpi_id, needs in _needs(ws).items() if "column" in needs}
    lacking -= {"opps_by_source", "win_rate_by_segment"}  # these lack what they are usually broken down by alone
    for text, by in (("2025-Q1", ""), ("2025-03", "rep"), ("2025-Q1", "lead_source")):
        card = operations.scorecard(ws, operations.question(ws, period=text, by=by), tuple(sorted(lacking)))
        assert {row.result.value for row in card.rows} == {None}
        reasons = {row.reason for row in card.rows if row.kpi.id in ("bookings", "avg_deal_size", "open_pipeline")}
        assert reasons == {"no deal in the files has 'Amount'"}, text
    operations.close(ws)


def test_a_kpi_that_is_added_says_which_column_the_files_lack_and_which_comes_near(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    (tmp_path / "deals.csv").write_text(WITHOUT_AMOUNT.replace("Owner", "Owner,Seats", 1).replace("Ann Lee", "Ann,5"))
    finish(operations.import_file(ws, tmp_path / "deals.csv", options(date(2025, 6, 30))))
    told = {}
    for header in ("Seat", "Seats"):
        text = f"median(number(deals.`{header}`) where won on closed_at)"
        draft = operations.add_kpi(ws, f"own_{header}", formula=text, name=header, draft=True)
        told[header] = operations.added_words(ws, draft)
    assert told == {
        "Seat": ("Your data lack a column 'Seat' in a file of deals. Did you mean Seats?",), "Seats": (),
    }  # fmt: skip
    operations.close(ws)


def test_what_a_kpi_rests_on_has_the_name_of_what_is_counted() -> None:
    known = {kpi.id: row_noun(kpi) for kpi in shipped_kpis()}
    assert {known["accounts_contacted"], known["account_response_rate"]} == {"account"}
    assert (known["quota_attainment"], known["pipeline_created_per_rep"]) == ("deal", "person")
    assert known["forecast_accuracy"] == "record"  # the fewer of forecasts and of deals
    assert known["forecast_bias"] == "deal"  # what was booked stands below the line
    own = replace(next(kpi for kpi in shipped_kpis() if kpi.id == "quota_attainment"), formula="rolling([mine], 90d)")
    assert row_noun(own) == "record"  # what it counts is not known here
