"""Records of other kinds than deals, from the files to numbers, receipts and breakdowns, on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.flow import SHARED, ask, by_member, refused, run

DEALS = """Deal ID,Deal name,Owner,Account,Stage,Created,Close date,Amount,Colour
D1,First,Ann Lee,Acme,Won,2025-01-05,2025-03-01,1000,Red
D2,Second,Bo Dahl,Beta,Open,2025-02-06,2025-09-02,500,Blue
"""
ACTIVITIES = """Activity ID,Type,Direction,Status,Owner,Company,Deal,Date,Minutes,Mood
A1,call,out,held,Ann Lee,Acme,D1,2025-02-01,30,Good
A2,call,out,held,Ann Lee,Acme,D1,2025-02-09,15,Bad
A3,meeting,out,held,Bo Dahl,Beta,,2025-02-10,60,Good
"""
CALLS = """id = "calls_placed"
name = "Calls made"
formula = "count(activities where call and outbound and held on occurred_at)"
sentence = "How many outbound calls took place."
objective = "Talk to enough customers."
decision = "Too few calls: free time for them."
owner = "Sales manager"
unit = "count"
direction = "higher"
indicator = "leading"
dimension = "activity"
kpi_class = "flow_count"
levels = ["org", "team", "rep"]
cadence = "weekly"
status = "draft"
"""
HELD = "count(activities where held on occurred_at)"
Q1 = ("--period", "2025-Q1")


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    place = folder / "w.kpidesk"
    for name, text, more in (
        ("deals", DEALS, ("--stage", "Won=won", "--stage", "Open=open")), ("activities", ACTIVITIES, ()),
    ):  # fmt: skip
        (folder / f"{name}.csv").write_text(text)
        ask("import", place, folder / f"{name}.csv", "--kind", name, "--as-of", "2025-06-30", *more)
    (folder / "calls.toml").write_text(CALLS)
    assert run("kpi", "add", place, folder / "calls.toml").exit_code == 0
    return place


def test_numbers_by_rep_with_the_file_they_come_from(ws: Path) -> None:
    answer = ask("evaluate", ws, HELD, *Q1, "--by", "rep")
    assert by_member(answer) == {"rep:Ann Lee": 2, "rep:Bo Dahl": 1, "unassigned": 0}
    assert answer["rows"][0]["sources"] == ["activities.csv (2025-06-30)"]
    won = "count(activities where activities.deal.outcome = 'won' on activities.deal.closed_at)"
    both = ask("evaluate", ws, f"{won} / count(deals where won on closed_at)", *Q1)["rows"][0]
    assert both["value"] == 2
    assert both["sources"] == ["activities.csv (2025-06-30)", "deals.csv (2025-06-30)"]


@pytest.mark.parametrize(
    ("by", "parts"),
    [("Mood", {"Bad": 1, "Good": 2}), ("mood", {"Bad": 1, "Good": 2}), ("stage", {"Won": 2, "(empty)": 1}),
     ("deal.stage", {"Won": 2, "(empty)": 1}), ("account", {"Acme": 2, "Beta": 1})],
)  # fmt: skip
def test_a_breakdown_by_a_field_of_the_deal_or_by_a_header(ws: Path, by: str, parts: dict[str, int]) -> None:
    assert by_member(ask("evaluate", ws, HELD, *Q1, "--by", by)) == parts


def test_a_breakdown_by_a_field_of_records_that_no_file_holds_is_refused(ws: Path) -> None:
    told = refused("evaluate", ws, "count(deals on created_at)", *Q1, "--by", "vertical")
    assert told == "A breakdown by 'vertical' needs accounts.\nImport an export of accounts.\n"


def test_deals_by_a_header(ws: Path) -> None:
    assert by_member(ask("evaluate", ws, "count(deals on created_at)", *Q1, "--by", "Colour")) == {"Blue": 1, "Red": 1}
    told = refused("evaluate", ws, HELD, *Q1, "--by", "Colour")
    assert told.startswith("Activities cannot be broken down by 'Colour'.")


def test_a_receipt_lists_the_activities(ws: Path) -> None:
    receipt = ask("rows", ws, "calls_placed", *Q1)
    assert [(row["key"], row["file"], row["line"]) for row in receipt["rows"]] == [
        ("A1", "activities.csv", 2), ("A2", "activities.csv", 3)
    ]  # fmt: skip
    assert receipt["reproduces"]
    assert receipt["rows"][0]["cells"]["account"] == "Acme"
    assert "(2 activities, " in run("rows", ws, "calls_placed", *Q1).stdout


def test_what_is_missing_is_told_before_the_kpi_is_asked_for(ws: Path, tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(DEALS)
    place = tmp_path / "w.kpidesk"
    ask("import", place, tmp_path / "deals.csv", "--as-of", "2025-06-30", "--stage", "Won=won", "--stage", "Open=open")
    (tmp_path / "calls.toml").write_text(CALLS)
    run("kpi", "add", place, tmp_path / "calls.toml")
    entries = {kpi["id"]: kpi for kpi in ask("kpi", "list", place)["kpis"]}
    assert not entries["calls_placed"]["computable"]
    assert entries["calls_placed"]["needs"] == "an export of calls, e-mails and meetings"
    reason = ask("scorecard", place, *Q1)["rows"]
    told = {row["kpi"]: row["reason"] for row in reason}
    assert told["calls_placed"] == "needs activities: import an export of calls, e-mails and meetings"
    assert {kpi["id"] for kpi in ask("kpi", "list", ws)["kpis"] if kpi["computable"]} >= {"calls_placed", "bookings"}


@pytest.mark.skipif(not (SHARED / "data" / "ravenstack").is_dir(), reason="the real files are not beside the project")
def test_real_subscriptions_from_the_file_to_the_revenue_of_every_month(tmp_path: Path) -> None:
    told: Any = json.loads((SHARED / "data" / "golden.json").read_text())["ravenstack"]["answers"]["monthly"]
    place = tmp_path / "w.kpidesk"
    for kind, name in (("accounts", "accounts"), ("subscriptions", "subscriptions")):
        file = SHARED / "data" / "ravenstack" / f"ravenstack_{name}.csv"
        ask("import", place, file, "--kind", kind, "--as-of", "2024-12-31", "--date-order", "dmy", "--currency", "USD")
    for formula, name in (
        ("sum(accounts.mrr_at_end)", "end_mrr"),
        ("sum(subscriptions.mrr on starts_at)", "new_mrr"),
        ("count(subscriptions as of end)", "active_subs"),
    ):
        answer = ask("evaluate", place, formula, "--period", "2024-12", "--periods", 12)
        got = {row["period"]: row["value"] for row in answer["rows"]}
        assert got == {month: one[name] for month, one in told.items() if month.startswith("2024")}


@pytest.mark.skipif(not (SHARED / "data" / "olist-funnel").is_dir(), reason="the real files are not beside the project")
def test_a_real_funnel_needs_no_help_from_leads_to_won_by_origin(tmp_path: Path) -> None:
    told: Any = json.loads((SHARED / "data" / "golden.json").read_text())["olist_funnel"]["answers"]
    place = tmp_path / "w.kpidesk"
    files = sorted((SHARED / "data" / "olist-funnel").glob("*.csv"))
    assert len(files) == 2
    done = run("import", place, *files, "--as-of", "2018-12-31")
    assert "842 of 842 deals that name a lead belong to one." in done.stdout
    window = ("--period", "2017-01-01..2018-12-31")
    won = "count(leads where leads.deal.outcome = 'won' on created_at)"
    for formula, name in ((won, "won"), ("count(leads on created_at)", "leads")):
        answer = by_member(ask("evaluate", place, formula, *window, "--by", "source"))
        wanted = {origin.replace("(blank)", "(empty)"): one[name] for origin, one in told["by_origin"].items()}
        assert answer == wanted
    answer = ask("evaluate", place, "avg(days(deals.lead.created_at, deals.closed_at) where won on closed_at)", *window)
    assert answer["rows"][0]["value"] == pytest.approx(told["avg_days_first_contact_to_won"])


def test_a_deal_won_after_the_day_of_its_file_keeps_no_kpi_from_its_answer(tmp_path: Path) -> None:
    place, deals = tmp_path / "w.kpidesk", tmp_path / "deals.csv"
    deals.write_text("Deal ID,Owner,Stage,Amount,Created,Close date\nD1,Ann Lee,Won,5,2025-01-05,2025-09-01\n")
    ask("import", place, deals, "--as-of", "2025-06-30", "--stage", "Won=won")
    (row,) = ask("scorecard", place, "--kpi", "ramp_time", "--period", "2025")["rows"]
    assert (row["value"], row["reason"]) == (
        None, "needs quotas of each person by month or quarter: import quotas, or set targets of bookings"
    )  # fmt: skip


@pytest.mark.parametrize("turned", [False, True])
def test_two_files_that_name_one_account_give_it_the_same_owner_in_either_order(tmp_path: Path, turned: bool) -> None:
    names = ["north", "south"]
    texts = {
        "north": "Account ID,Account name,Account owner\nN1,Acme,Zoe Last\n",
        "south": "Account ID,Account name,Account owner\nS1,Acme,Ann Lee\n",
    }
    place = tmp_path / "w.kpidesk"
    (tmp_path / "plans.csv").write_text("Subscription ID,Account,MRR,Start date\nP1,Acme,100,2025-01-01\n")
    ask("import", place, tmp_path / "plans.csv", "--kind", "subscriptions", "--as-of", "2025-06-30")
    for name in reversed(names) if turned else names:
        (tmp_path / f"{name}.csv").write_text(texts[name])
        ask("import", place, tmp_path / f"{name}.csv", "--kind", "accounts", "--as-of", "2025-06-30", "--source", name)
    answer = ask("evaluate", place, "sum(accounts.mrr_at_end)", "--period", "2025-Q1", "--by", "rep")
    assert by_member(answer)["rep:Zoe Last"] == 100, "of two owners of one day, always the same one"
