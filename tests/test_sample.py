"""The sample company: the same every time, believable in its figures, and as untidy as real exports."""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import mean, median

import pytest

from kpidesk import operations, paths
from kpidesk.core.formats import format_value
from kpidesk.core.goals import Baseline, Target, check_target
from kpidesk.core.kpi_fields import kpi_from_mapping
from kpidesk.core.people import ORG
from kpidesk.core.periods import parse_period, span_period
from kpidesk.core.progress import finish
from kpidesk.core.settings import Settings
from kpidesk.exporting.sample import Sample, write_sample
from kpidesk.exporting.sample_company import company
from kpidesk.exporting.sample_deals import deals, standing
from kpidesk.paths import resources
from tests.conftest import SAMPLE_DAY
from tests.often import few

TODAY = date(2026, 11, 24)
SOURCED = ("Sourced By Role", "Sourced by role")
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def past(sample_folder: Path) -> Iterator[operations.Workspace]:
    """The sample that the demo made, which no test changes."""
    opened = operations.open_workspace(sample_folder / operations.SAMPLE_FILE, today=SAMPLE_DAY)
    yield opened
    operations.close(opened)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return write_sample(tmp_path_factory.mktemp("sample") / "company", TODAY)


def read(path: Path, delimiter: str = ",") -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def path_of(sample: Sample, source: str, day: date = TODAY) -> Path:
    return next(one.path for one in sample.files if one.options.source == source and one.options.as_of == day)


def salesforce(sample: Sample, day: date = TODAY) -> Rows:
    return [row for row in read(path_of(sample, "salesforce", day)) if row["Stage"]]


def hubspot(sample: Sample, day: date = TODAY) -> Rows:
    return read(path_of(sample, "hubspot", day))


def europe(sample: Sample, day: date = TODAY) -> Rows:
    return read(path_of(sample, "europe", day), ";")


def us(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def eu(text: str) -> date:
    day, month, year = map(int, text.split("/"))
    return date(year, month, day)


def number(text: str) -> float | None:
    """An amount of the Salesforce or HubSpot file; None when empty or no number."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


Won = tuple[float, date, date]


def won(sample: Sample) -> list[Won]:
    """(amount, created, closed) of every won deal of the three files."""
    found: list[Won] = []
    for row in salesforce(sample):
        if row["Stage"] == "Closed Won":
            found.append((number(row["Amount"]) or 0, us(row["Created Date"]), us(row["Close Date"])))
    for row in {one["Record ID"]: one for one in hubspot(sample)}.values():
        if row["Deal Stage"] == "Closed Won":
            days = (date.fromisoformat(row[name][:10]) for name in ("Create Date", "Close Date"))
            found.append((number(row["Amount"]) or 0, *days))  # type: ignore[arg-type]  # two days
    for row in europe(sample):
        if row["Phase"].strip().lower() in ("won", "gewonnen"):
            amount = float(row["Value"].replace(".", "").replace(",", "."))
            found.append((amount, eu(row["Opened"]), eu(row["Decided"])))
    return found


def open_deals(sample: Sample) -> list[tuple[float, date]]:
    """(amount, expected close) of every open deal of the three files."""
    found = [(number(row["Amount"]) or 0, us(row["Close Date"])) for row in salesforce(sample)
             if not row["Stage"].startswith("Closed")]  # fmt: skip
    found += [(number(row["Amount"]) or 0, date.fromisoformat(row["Close Date"][:10])) for row in hubspot(sample)
              if not row["Deal Stage"].startswith("Closed")]  # fmt: skip
    found += [(float(row["Value"].replace(".", "").replace(",", ".") or 0), eu(row["Expected"]))
              for row in europe(sample) if not row["Decided"]]  # fmt: skip
    return found


def lost_count(sample: Sample) -> int:
    unique = {one["Record ID"]: one for one in hubspot(sample)}.values()
    return (
        sum(row["Stage"] == "Closed Lost" for row in salesforce(sample))
        + sum(row["Deal Stage"] == "Closed Lost" for row in unique)
        + sum(row["Phase"].strip().lower() in ("lost", "verloren") for row in europe(sample))
    )


def digest(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}  # fmt: skip


# --- the same every time ----------------------------------------------------------------------------------------


def test_a_sample_that_is_made_anew_is_backed_up_as_it_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "data_folder", lambda: tmp_path / "home")
    monkeypatch.setattr(
        "kpidesk.exporting.sample.write_sample", lambda folder, _day, weeks: Sample(folder, (), (), weeks)
    )
    finish(operations.make_demo(tmp_path, TODAY))
    ws = operations.open_workspace(tmp_path / operations.SAMPLE_FILE, today=TODAY)
    operations.add_note(ws, TODAY, "Mine")
    operations.close(ws)
    finish(operations.make_demo(tmp_path, TODAY))
    (copy,) = (tmp_path / "home" / "backups").rglob("*.kpidesk")
    for path, notes in ((copy, ["Mine"]), (tmp_path / operations.SAMPLE_FILE, [])):
        ws = operations.open_workspace(path, today=TODAY)
        assert [one.text for one in operations.chart_notes(ws)] == notes
        operations.close(ws)


def test_the_same_day_and_seed_give_the_same_bytes(sample: Sample, tmp_path: Path) -> None:
    again = write_sample(tmp_path / "again", TODAY)
    other = write_sample(tmp_path / "other", TODAY, seed=8)
    assert digest(again.folder) == digest(sample.folder)
    assert digest(other.folder) != digest(sample.folder)


@pytest.mark.parametrize("today", few([date(2026, 1, 1), date(2024, 2, 29)], date(2024, 2, 29)))
def test_any_day_gives_a_company(today: date, tmp_path: Path) -> None:
    sample = write_sample(tmp_path, today)
    assert 2_500 <= sample.deals <= 4_000
    assert {one.options.as_of for one in sample.files if one.options.kind == "people"} == {today}


def test_rows_are_counted_as_a_csv_reader_counts_them(sample: Sample) -> None:
    counted = {one.path: one.rows for one in sample.files}
    assert counted[path_of(sample, "salesforce")] == len(salesforce(sample))
    assert counted[path_of(sample, "hubspot")] == len(hubspot(sample))
    assert counted[path_of(sample, "europe")] == len(europe(sample))
    assert sample.deals == len(salesforce(sample)) + len(hubspot(sample)) - 1 + len(europe(sample))


# --- believable -------------------------------------------------------------------------------------------------


def test_a_quarter_of_the_decided_deals_is_won(sample: Sample) -> None:
    wins = len(won(sample))
    assert 0.22 <= wins / (wins + lost_count(sample)) <= 0.29


def test_a_won_deal_is_worth_about_45_000(sample: Sample) -> None:
    assert mean(amount for amount, _, _ in won(sample)) == pytest.approx(45_000, rel=0.08)


def test_most_wins_take_twenty_to_ninety_days(sample: Sample) -> None:
    lengths = [(closed - created).days for _, created, closed in won(sample)]
    assert 50 <= median(lengths) <= 75
    assert sum(20 <= length <= 90 for length in lengths) / len(lengths) > 0.75


def test_open_pipeline_is_about_three_and_a_half_quotas_and_due_later(sample: Sample) -> None:
    quota = next(one for one in sample.targets if (one.kpi_id, one.scope, one.period) == ("bookings", "org", "2026-Q4"))
    pipeline = sum(amount for amount, _ in open_deals(sample))
    assert 3.0 <= pipeline / quota.target <= 4.3
    due_later = sum(day > TODAY for _, day in open_deals(sample)) / len(open_deals(sample))
    assert 0.9 <= due_later < 1


def test_quarters_end_heavy_and_years_grow(sample: Sample) -> None:
    by_third: Counter[int] = Counter()
    by_year: Counter[int] = Counter()
    for amount, _, closed in won(sample):
        if closed < date(2026, 10, 1):
            by_third[closed.month % 3] += round(amount)
        by_year[(TODAY - closed).days // 365] += round(amount)
    assert by_third[0] > 1.15 * max(by_third[1], by_third[2])
    assert by_year[0] > by_year[1] > by_year[2]


def test_bookings_of_a_quarter_are_near_its_quota(sample: Sample) -> None:
    booked = sum(amount for amount, _, closed in won(sample) if date(2026, 7, 1) <= closed < date(2026, 10, 1))
    quota = next(one for one in sample.targets if (one.kpi_id, one.scope, one.period) == ("bookings", "org", "2026-Q3"))
    assert 0.7 <= booked / quota.target <= 1.3


# --- untidy -----------------------------------------------------------------------------------------------------


def test_the_report_ends_with_a_footer_that_names_the_day(sample: Sample) -> None:
    for day in {one.options.as_of for one in sample.files}:
        assert day is not None
        lines = path_of(sample, "salesforce", day).read_text(encoding="utf-8").splitlines()
        stamp = re.search(r"Generated By:  .*?  (\d+/\d+/\d+) 8:12 AM", lines[-2])
        assert stamp is not None
        assert us(stamp[1]) == day
        assert lines[-6:-4] == ["", '"Deals for the scorecard"']
        assert "salesforce.com" in lines[-4]


def test_report_ids_differ_by_case_alone(sample: Sample) -> None:
    ids = [row["Opportunity ID"] for row in salesforce(sample)]
    assert {len(one) for one in ids} == {15}
    assert len(set(ids)) == len(ids)
    assert len({one.casefold() for one in ids}) < len(ids)


def test_one_amount_is_text_and_some_are_missing(sample: Sample) -> None:
    amounts = [row["Amount"] for row in salesforce(sample)]
    assert amounts.count("to be agreed") == 1
    assert 0 < amounts.count("") < 0.05 * len(amounts)
    assert any(re.fullmatch(r"\d{2,3},\d{3}\.\d\d", amount) for amount in amounts)


def test_the_portal_export_has_a_header_twice_and_a_row_twice(sample: Sample) -> None:
    with path_of(sample, "hubspot").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0].count("Currency") == 2
    doubled = [row for row, count in Counter(map(tuple, rows)).items() if count > 1]
    assert len(doubled) == 1
    assert all(0 <= float(row["Deal probability"]) <= 1 for row in hubspot(sample))


def test_some_dates_can_be_read_both_ways_and_others_decide(sample: Sample) -> None:
    days = [row["Opened"] for row in europe(sample)]
    both = [day for day in days if int(day[:2]) <= 12 and int(day[3:5]) <= 12]
    assert 0 < len(both) < len(days)
    assert all(int(day[3:5]) <= 12 for day in days)
    assert path_of(sample, "europe").read_bytes().startswith(b"\xef\xbb\xbfOrder no.;")
    assert any(re.fullmatch(r"\d{2}\.\d{3},\d\d", row["Value"]) for row in europe(sample))


def test_every_stage_word_is_answered(sample: Sample) -> None:
    for one in sample.files:
        if one.options.kind == "deals":
            column = (
                one.options.columns.get("stage") or {"salesforce": "Stage", "hubspot": "Deal Stage"}[one.options.source]
            )
            found = {row[column].strip() for row in read(one.path, ";" if one.options.source == "europe" else ",")
                     if row.get(column)}  # fmt: skip
            assert len(found) >= 6
            assert found <= set(one.options.stages)
    words = {row["Phase"] for row in europe(sample)}
    assert {"Won", "won", "Gewonnen", "Lost", "lost ", "Verloren"} <= words


def test_one_owner_is_in_no_team_and_one_rep_moved(sample: Sample) -> None:
    people = read(path_of(sample, "people"))
    owners = {row["Handled by"] for row in europe(sample)} | {row["Deal owner"] for row in hubspot(sample)}
    owners |= {row["Opportunity Owner"] for row in salesforce(sample)}
    assert owners - {row["Name"] for row in people} == {"Yuki Tanabe"}
    moved = [row for row in people if row["Name"] == "Tomasz Wilk"]
    assert [(row["Team"], row["Member from"], row["Valid to"]) for row in moved] == [
        ("Mid-market", moved[0]["Member from"], "2025-09-01"),
        ("Enterprise", "2025-09-01", ""),
    ]
    assert "Tomasz Wilk" in {row["Deal owner"] for row in hubspot(sample)}
    assert "Tomasz Wilk" in {row["Opportunity Owner"] for row in salesforce(sample)}
    assert {row["Region"] for row in people} == {"Commercial"}
    assert sorted({row["Team"] for row in people}) == ["Enterprise", "Europe", "Mid-market"]
    assert len({row["Name"] for row in people if not row["End date"]}) == 12


def test_the_earlier_files_show_the_past(sample: Sample) -> None:
    before = {row["Opportunity ID"]: row for row in salesforce(sample, date(2026, 9, 30))}
    now = {row["Opportunity ID"]: row for row in salesforce(sample)}
    assert set(before) < set(now)
    assert all(us(row["Created Date"]) <= date(2026, 9, 30) for row in before.values())
    was_open = [one for one, row in before.items() if not row["Stage"].startswith("Closed")]
    decided = [one for one in was_open if now[one]["Stage"].startswith("Closed")]
    pushed = [
        one for one in was_open if one not in decided and us(now[one]["Close Date"]) > us(before[one]["Close Date"])
    ]
    assert decided
    assert pushed
    closed = [one for one, row in before.items() if row["Stage"].startswith("Closed")]
    assert all(before[one] == now[one] for one in closed)


# --- the past ---------------------------------------------------------------------------------------------------


def logged(sample: Sample, source: str, day: date) -> dict[str, tuple[str, ...]]:
    """Stage, amount and close date of each deal by the last line of its log up to a day."""
    path = next(one.path for one in sample.files if (one.options.kind, one.options.source) == ("stage-history", source))
    found: dict[str, tuple[str, ...]] = {}
    for row in read(path, ";" if source == "europe" else ","):
        if source == "europe":
            key, when, told = row["Order no."], eu(row["Changed"]), (row["New phase"], row["Value"], row["Expected"])
        elif source == "hubspot":
            key, when = row["Record ID"], date.fromisoformat(row["Changed on"])
            told = (row["New stage"], row["Amount"], row["Close date"])
        else:
            key, when = row["OpportunityId"][:15], date.fromisoformat(row["CreatedDate"][:10])
            told = (row["StageName"], row["Amount"], row["CloseDate"])
        if when <= day:
            found[key] = told
    return found


def exported(sample: Sample, source: str, day: date) -> dict[str, tuple[str, ...]]:
    """The same of the deals of an export."""
    if source == "europe":
        return {row["Order no."]: (row["Phase"], row["Value"], row["Expected"]) for row in europe(sample, day)}
    if source == "hubspot":
        return {row["Record ID"]: (row["Deal Stage"], row["Amount"], row["Close Date"][:10])
                for row in hubspot(sample, day)}  # fmt: skip
    return {
        row["Opportunity ID"]: (
            row["Stage"],
            f"{float(row['Amount'].replace(',', '')):.0f}" if row["Amount"] else "",
            us(row["Close Date"]).isoformat(),
        )
        for row in salesforce(sample, day)
        if row["Amount"] != "to be agreed"
    }


@pytest.mark.parametrize("source", ["salesforce", "hubspot", "europe"])
def test_the_logs_tell_what_the_exports_of_those_days_show(sample: Sample, source: str) -> None:
    for day in sorted({one.options.as_of for one in sample.files if one.options.as_of}):
        told, shown = logged(sample, source, day), exported(sample, source, day)
        assert len(shown) > 800
        assert len(told) - len(shown) <= (source == "salesforce")
        assert {key: told[key] for key in shown} == shown


@pytest.mark.parametrize("day", [date(2024, 6, 28), date(2026, 5, 15), date(2026, 8, 11)])
def test_the_app_knows_the_pipeline_of_any_past_day(past: operations.Workspace, day: date) -> None:
    """As of days of which there is no export, from the logs; against the lives of the invented deals."""
    firm = company(SAMPLE_DAY)
    known = (standing(deal, day) for deal in deals(firm, Random(7)))
    open_deals = [one for one in known if one is not None and one.outcome == "open"]
    quarter = replace(operations.question(past), period=span_period(date(day.year, 1, 1), day))
    for text, wanted in (
        ("count(deals where open as of end)", len(open_deals)),
        ("sum(deals.amount where open as of end)", sum(one.amount or 0 for one in open_deals)),
    ):
        assert operations.evaluate(past, text, quarter).rows[0].result.value == wanted


def test_the_return_of_sdrs_is_what_the_files_say_of_their_deals_and_costs(
    past: operations.Workspace, sample_folder: Path
) -> None:
    exports, won = sample_folder / "exports", {}
    for path in (exports / f"{SAMPLE_DAY}").glob("*.csv"):
        for row in read(path):
            stage, role = (row.get(one) or row.get(other) for one, other in (("Stage", "Deal Stage"), SOURCED))
            if (stage, role) == ("Closed Won", "SDR"):
                won[row.get("Record ID") or row["Opportunity ID"]] = float(row["Amount"].replace(",", ""))
    found = operations.sdr_return(past)
    first = found.months[0].period.start.isoformat()[:7]
    spent = [float(row["Amount"]) for row in read(exports / "costs.csv")
             if row["Category"] == "sdr" and row["Month"] >= first]  # fmt: skip
    assert len(won) > 40
    assert (found.deals, found.won, found.cost) == pytest.approx((len(won), sum(won.values()), sum(spent)))


def test_customers_that_buy_the_same_twice_are_no_pairs(past: operations.Workspace) -> None:
    """Three systems with 4,000 deals of the same few accounts and products, none of them twice."""
    assert len([one for one in operations.alike(past) if one.kind == "deal"]) <= 2


def test_weekly_exports_stand_between_the_others(tmp_path: Path) -> None:
    made = write_sample(tmp_path, TODAY, weeks=2)
    days = [one.options.as_of for one in made.files if one.options.source == "europe" and one.options.kind == "deals"]
    assert days == [date(2026, 9, 30), date(2026, 11, 10), date(2026, 11, 17), TODAY]
    for source in ("salesforce", "hubspot", "europe"):
        shown = exported(made, source, date(2026, 11, 17))
        told = logged(made, source, date(2026, 11, 17))
        assert {key: told[key] for key in shown} == shown


# --- goals ------------------------------------------------------------------------------------------------------


def test_quotas_add_up_and_targets_are_in_order(sample: Sample) -> None:
    for period in {one.period for one in sample.targets}:
        quota = {one.scope: one.target for one in sample.targets if (one.kpi_id, one.period) == ("bookings", period)}
        teams = ("team:Enterprise", "team:Mid-market", "team:Europe")
        assert quota["org"] == quota["team:Commercial"] == sum(quota[team] for team in teams)
        assert quota["org"] == sum(value for scope, value in quota.items() if scope.startswith("rep:"))
    goals = {one.kpi_id: one.target for one in sample.targets if (one.scope, one.period) == ("org", "2026-Q4")}
    assert goals.pop("bookings") > 0
    assert goals == {"win_rate": 0.25, "avg_deal_size": 45_000, "sales_cycle_length": 75, "pipeline_coverage": 3.5}


def test_the_app_accepts_every_target(sample: Sample) -> None:
    for one in sample.targets:
        definition = (resources() / "kpis" / f"{one.kpi_id}.toml").read_text(encoding="utf-8")
        kpi = kpi_from_mapping(tomllib.loads(definition), one.kpi_id)
        period = parse_period(one.period, Settings(), TODAY)
        baseline = Baseline(one.kpi_id, ORG, period, one.minimum, "manual", "", 1)
        check_target(Target(one.kpi_id, ORG, period, one.minimum, one.target, one.stretch), baseline, kpi)


def around(sample: Sample, kind: str) -> Rows:
    """A file of what belongs to the deals."""
    return read(next(one.path for one in sample.files if one.options.kind == kind))


def deal_ids(sample: Sample) -> set[str]:
    return (
        {row["Opportunity ID"] for row in salesforce(sample)}
        | {row["Record ID"] for row in hubspot(sample)}
        | {row["Order no."] for row in europe(sample)}
    )


def test_activities_belong_to_deals_and_people(sample: Sample) -> None:
    activities = around(sample, "activities")
    owners = {row["Name"] for row in read(path_of(sample, "people"))} | {"Yuki Tanabe"}
    assert len(activities) > 5_000
    assert {row["Done by"] for row in activities} <= owners
    assert {row["Type"] for row in activities} == {"call", "email", "meeting", "demo", "proposal"}
    assert {row["Deal ID"] for row in activities} <= deal_ids(sample)
    assert all(row["Date"] <= TODAY.isoformat() for row in activities)
    assert all(row["Scheduled"] > TODAY.isoformat() for row in activities if row["Status"] == "planned")


def test_leads_go_forward_in_time_and_some_become_deals(sample: Sample) -> None:
    leads = around(sample, "leads")
    assert len(leads) == 900
    assert all(row["Created"] < row["First answered"] for row in leads if row["First answered"])
    converted = [row for row in leads if row["Deal ID"]]
    assert {row["Deal ID"] for row in converted} <= deal_ids(sample)
    assert len(converted) == len({row["Deal ID"] for row in converted}) > 100
    for row in converted:
        days = [row["Created"][:10], row["Marketing qualified"], row["Sales qualified"], row["Converted"]]
        assert days == sorted(days)


def test_subscriptions_of_an_account_follow_each_other_and_contracts_tell_why(sample: Sample) -> None:
    subscriptions, contracts = around(sample, "subscriptions"), around(sample, "contracts")
    accounts = {row["Account name"] for row in around(sample, "accounts")}
    assert {row["Account"] for row in (*subscriptions, *contracts)} <= accounts
    by_deal: dict[str, Rows] = {}
    for row in subscriptions:
        by_deal.setdefault(row["Subscription ID"].split("-")[0], []).append(row)
    for rows in by_deal.values():
        for before, after in pairwise(rows):
            assert before["End date"] == after["Start date"]
            assert before["MRR"] != after["MRR"]
    lost = sum(row["Contract status"] == "lost" for row in contracts)
    ended = sum(bool(rows[-1]["End date"]) for rows in by_deal.values())
    assert lost == ended > 20
    renewed = sum(row["Contract status"] == "renewed" for row in contracts)
    assert 0.75 < renewed / (renewed + lost) < 0.95


def test_surveys_costs_and_forecasts_are_plausible(sample: Sample) -> None:
    surveys = around(sample, "surveys")
    nps = [int(row["Score"]) for row in surveys if row["Survey"] == "NPS"]
    share = sum(score >= 9 for score in nps) / len(nps) - sum(score <= 6 for score in nps) / len(nps)
    assert 0 < share < 0.6
    assert all(0 <= int(row["Score"]) <= int(row["Highest score"]) for row in surveys)
    assert len({row["Month"] for row in around(sample, "costs")}) == 37
    forecasts = around(sample, "forecasts")
    assert {row["Category"] for row in forecasts} == {"Commit", "Best Case"}
    assert all(row["Submitted"] <= TODAY.isoformat() for row in forecasts)
    assert all(row["First day"] <= row["Last day"] for row in around(sample, "absences"))


def test_every_target_of_an_organisation_and_its_teams_is_about_a_tenth_better_than_its_baseline(
    past: operations.Workspace,
) -> None:
    goals = operations.goals(past)
    bases = {(one.kpi_id, one.scope, one.period): one for one in goals.baselines}
    wholes = [one for one in goals.targets if one.scope.kind != "rep"]
    assert len(wholes) > 20
    for one in wholes:
        base = bases[one.kpi_id, one.scope, one.period]
        better = one.target / base.value if one.kpi_id != "sales_cycle_length" else base.value / one.target
        is_sum = one.kpi_id == "bookings" and one.scope.name in ("", "Commercial")  # of teams, whose quarters differ
        assert better == pytest.approx(1.1, abs=0.09 if is_sum else 0.04), (one, base.value)
        read = [format_value(value, "money", "USD") for value in (one.minimum, base.value)]
        assert one.minimum >= base.value or one.kpi_id == "sales_cycle_length" or read[0] == read[1]
        assert base.frozen_at == one.period.start.isoformat()
    quotas = {(one.scope.name, one.period.key): one.target for one in goals.targets if one.kpi_id == "bookings"}
    teams = ("Enterprise", "Mid-market", "Europe")
    for key in {key for name, key in quotas if name == "Commercial"}:
        assert quotas["Commercial", key] == sum(quotas[team, key] for team in teams)
