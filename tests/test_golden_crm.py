"""The tiny CRM of the hard cases, fed as dated exports: moves, owner change, split, edges of the quarter."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.flow import SHARED, ask, by_member

VECTORS = SHARED / "reference" / "vectors.json"
pytestmark = pytest.mark.skipif(not VECTORS.is_file(), reason="the test vectors are not beside the project")
HEADER = ["Deal ID", "Deal name", "Owner", "Owner split", "Created by", "Type", "Lead source", "Created", "Close date",
          "Status", "Amount", "Loss reason"]  # fmt: skip
QUARTER = ("--period", "2025-Q1")
OPTIONS = ("--map", "owner_split=Owner split", "--map", "created_by=Created by", "--date-order", "ymd")
FORMULAS = {
    "deals_closed": "count(deals where closed on closed_at)",
    "median_cycle_days": "median(days(deals.created_at, deals.closed_at) where won on closed_at)",
    "mean_cycle_days": "avg(days(deals.created_at, deals.closed_at) where won on closed_at)",
    "coverage_start_amount": "sum(deals.amount where open and close_date in period as of start)",
    "open_pipeline_end": "sum(deals.amount where open as of end)",
    "bookings": "[bookings]",
    "deals_won": "[deals_won]",
    "win_rate": "[win_rate]",
    "win_rate_new": "[win_rate_new]",
    "avg_deal_size": "[avg_deal_size]",
    "opps_created": "[opps_created]",
    "pipeline_created": "[pipeline_created]",
    "pipeline_coverage": "[pipeline_coverage]",
    "quota_attainment": "[quota_attainment]",
}


@pytest.fixture(scope="module")
def case() -> Any:
    """The case with its expected numbers."""
    return json.loads(VECTORS.read_text())["vectors"]["V-GOLDEN"]["cases"][0]


def day_before(text: str) -> str:
    return (date.fromisoformat(text) - timedelta(days=1)).isoformat()


def days_of_change(case: Any) -> list[str]:
    """Every day on which an export would differ from the one before."""
    days = {deal[name] for deal in case["deals"] for name in ("created_at", "closed_at") if deal[name]}
    days |= {row[at] for row in case["deal_versions_open"] for at in (1, 2) if row[at]}
    days |= {row[at] for row in case["deal_owners"] for at in (3, 4) if row[at]}
    return sorted(days)


def in_force(rows: list[Any], deal: str, day: str, start: int) -> list[Any]:
    return [
        row for row in rows if row[0] == deal and row[start] <= day and (not row[start + 1] or day < row[start + 1])
    ]


def exported(case: Any, day: str) -> list[list[str]]:
    """The rows of an export made at the close of a day."""
    found = []
    for deal in case["deals"]:
        if deal["created_at"] > day:
            continue
        closed = deal["closed_at"] is not None and deal["closed_at"] <= day
        versions = in_force(case["deal_versions_open"], deal["deal_id"], day, 1)
        due = deal["close_date"] if closed or not versions else versions[0][3]
        amount = deal["amount"] if closed or not versions else versions[0][4]
        owners = in_force(
            [[row[0], row[1], row[2], row[3], row[4]] for row in case["deal_owners"]], deal["deal_id"], day, 3
        )
        split = ";".join(f"{row[1]} {row[2]:.0%}" for row in owners) if len(owners) > 1 else ""
        owner = "" if split or not owners else owners[0][1]
        found.append([deal["deal_id"], deal["deal_id"], owner, split, deal["created_by_id"] or "", deal["type"],
                      deal["lead_source"], deal["created_at"], due, deal["outcome"] if closed else "open",
                      str(amount), (deal["loss_reason"] or "") if closed else ""])  # fmt: skip
    return found


def write(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture(scope="module")
def workspace(case: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace built from one export per day of change, a people file and the targets."""
    folder = tmp_path_factory.mktemp("golden")
    path = folder / "golden.kpidesk"
    spells = [[person, team, "org", start, end or ""] for person, team, start, end in case["memberships"]]
    people = write(folder / "people.csv", ["Person", "Team", "Parent team", "Valid from", "Valid to"], spells)
    ask("import", path, people, "--kind", "people", "--as-of", "2024-01-01")
    for day in days_of_change(case):
        file = write(folder / f"deals-{day}.csv", HEADER, exported(case, day))
        ask("import", path, file, "--as-of", day, *OPTIONS)
    for name, amount in case["targets_bookings"].items():
        scope = scope_of(case, name)
        goal = ("bookings", "--scope", scope, *QUARTER)
        ask("baseline", "set", path, *goal, "--value", "1", "--reason", "a quota that was given")
        ask("target", "set", path, *goal, "--minimum", amount, "--target", amount, "--stretch", amount)
    return path


def scope_of(case: Any, name: str) -> str:
    teams = {team for team, parent in case["teams"] if parent}
    if name in ("org", "unassigned"):
        return name
    return f"team:{name}" if name in teams else f"rep:{name}"


@pytest.mark.parametrize("name", FORMULAS)
def test_every_level(case: Any, workspace: Path, name: str) -> None:
    found: dict[str, float | None] = {}
    for by in ((), ("--by", "team"), ("--by", "rep")):
        found |= by_member(ask("evaluate", workspace, FORMULAS[name], *QUARTER, *by))
    expected = {scope_of(case, member): value for member, value in case["expected"][name].items()}
    assert {member: found[member] for member in expected} == {
        member: pytest.approx(value, rel=1e-5) for member, value in expected.items()
    }


@pytest.mark.parametrize("name", [name for name, text in FORMULAS.items() if text == f"[{name}]"])
def test_the_sql_of_a_kpi_says_the_same_at_every_level(case: Any, workspace: Path, name: str) -> None:
    for member, value in case["expected"][name].items():
        scope = scope_of(case, member)
        statement = ask("sql", workspace, name, "--scope", scope, *QUARTER)["sql"]
        found = ask("sql", workspace, "--query", statement)
        assert found["rows"][0][found["columns"].index("value")] == pytest.approx(value, rel=1e-5), member


def test_slippage(case: Any, workspace: Path) -> None:
    for name, kpi in (("slippage_rate_org", "slippage_rate"), ("slipped_value_share_org", "slippage_value")):
        row = ask("scorecard", workspace, "--kpi", kpi, *QUARTER)["rows"][0]
        assert row["value"] == pytest.approx(case["expected"][name], rel=1e-5)
    variant = (
        "count(deals where open and close_date in period and not (final_outcome = 'won' and final_closed_at in period)"
        " as of start) / count(deals where open and close_date in period as of start)"
    )
    row = ask("evaluate", workspace, variant, *QUARTER)["rows"][0]
    assert row["value"] == pytest.approx(case["expected"]["slippage_rate_org_notwon_variant"], rel=1e-5)


def test_opening_and_created_less_closed_is_closing(case: Any, workspace: Path) -> None:
    counts = {
        "open_count_start": "count(deals where open as of start)",
        "created_count": "count(deals on created_at)",
        "closed_count": "count(deals where closed on closed_at)",
        "open_count_end": "count(deals where open as of end)",
    }
    found = {name: ask("evaluate", workspace, text, *QUARTER)["rows"][0]["value"] for name, text in counts.items()}
    assert found == {name: case["expected"][name] for name in counts}
    assert found["open_count_start"] + found["created_count"] - found["closed_count"] == found["open_count_end"]


def test_the_rows_behind_are_the_deals_expected(case: Any, workspace: Path) -> None:
    ask("kpi", "add", workspace, "due_at_start", "--formula",
        "count(deals where open and close_date in period as of start)", "--name", "Due at start", "--objective", "o",
        "--decision", "d", "--owner", "w", "--indicator", "leading", "--dimension", "pipeline")  # fmt: skip
    rows = ask("rows", workspace, "due_at_start", *QUARTER)["rows"]
    assert sorted(row["key"] for row in rows) == sorted(case["expected"]["due_at_start"])
    ends = ask("rows", workspace, "open_pipeline", *QUARTER)["rows"]
    assert sorted(row["key"] for row in ends) == sorted(case["expected"]["open_ids_end"])
