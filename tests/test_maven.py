"""The Maven CRM files, from import to numbers, against answers computed by two other routes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.flow import MAVEN, OPEN_STAGES, SHARED, VARIANTS, ask, by_member, run
from tests.often import few

pytestmark = pytest.mark.skipif(not MAVEN.is_dir(), reason="the Maven CRM files are not beside the project")

WON = "count(deals where won on closed_at)"
LOST = "count(deals where lost on closed_at)"
OPEN_NOW = "count(deals where open as of now)"
WIN_RATE = f"{WON} / count(deals where closed on closed_at)"
WON_VALUE = "sum(deals.amount where won on closed_at)"
WON_SIZE = f"{WON_VALUE} / {WON}"
CYCLE_WON = "avg(days(deals.created_at, deals.closed_at) where won on closed_at)"
CYCLE_CLOSED = "avg(days(deals.created_at, deals.closed_at) where closed on closed_at)"
FORMULAS = {
    "won": WON,
    "lost": LOST,
    "win_rate": WIN_RATE,
    "won_value": WON_VALUE,
    "avg_won_deal": WON_SIZE,
    "avg_cycle_days_won": CYCLE_WON,
    "avg_cycle_days_closed": CYCLE_CLOSED,
    "open": OPEN_NOW,
}
DIFFERENT = ("win_rate", "won_value", "avg_cycle_days_won", "open")
"""A share, a sum, an average and what stands at the end; of the whole company all are asked for in every run."""


@pytest.fixture(scope="session")
def told() -> Any:
    """What golden.json says about the Maven files."""
    return json.loads((SHARED / "data" / "golden.json").read_text())["maven_crm"]


@pytest.fixture(scope="session")
def golden(told: Any) -> Any:
    """The answers of golden.json."""
    return told["answers"]


@pytest.fixture(scope="session")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with both Maven files."""
    path = tmp_path_factory.mktemp("maven") / "maven.kpidesk"
    report = ask("import", path, MAVEN / "sales_pipeline.csv", *OPEN_STAGES, "--as-of", "2018-01-15")
    assert (report["read"], report["added"], report["rejected"]) == (8800, 8800, 0)
    people = ask("import", path, MAVEN / "sales_teams.csv", "--as-of", "2018-01-15")
    assert (people["kind"], people["read"]) == ("people", 35)
    return path


def agrees(expected: dict[str, Any], found: dict[str, Any], field: str, where: object) -> None:
    assert found == {name: pytest.approx(value, rel=1e-6) for name, value in expected.items()}, f"{field} {where}"


@pytest.mark.parametrize("field", FORMULAS)
def test_all(maven: Path, golden: Any, field: str) -> None:
    answer = ask("evaluate", maven, FORMULAS[field], "--period", "2017")
    agrees({"org": golden["all"][field]}, by_member(answer), field, "all")


def test_median_cycle(maven: Path, golden: Any) -> None:
    answer = ask("evaluate", maven, "median(days(deals.created_at, deals.closed_at) where won on closed_at)",
                 "--period", "2017")  # fmt: skip
    assert answer["rows"][0]["value"] == golden["median_cycle_days_won"]


KPIS = {"won": "deals_won", "win_rate": "win_rate", "won_value": "bookings", "avg_won_deal": "avg_deal_size",
        "avg_cycle_days_won": "sales_cycle_mean"}  # fmt: skip


@pytest.mark.parametrize("field", KPIS)
def test_the_sql_of_a_kpi_for_all_a_manager_and_a_rep(maven: Path, golden: Any, field: str) -> None:
    manager, rep = min(golden["by_manager"]), min(golden["by_rep"])
    team, person = golden["by_manager"][manager], golden["by_rep"][rep]
    expected = {"org": golden["all"], f"team:{manager}": team, f"rep:{rep}": person}
    for scope, answers in expected.items():
        statement = ask("sql", maven, KPIS[field], "--scope", scope, "--period", "2017")["sql"]
        found = ask("sql", maven, "--query", statement)
        assert found["rows"][0][found["columns"].index("value")] == pytest.approx(answers[field], rel=1e-6), scope


@pytest.mark.parametrize("field", few(FORMULAS, *DIFFERENT))
def test_by_manager(maven: Path, golden: Any, field: str) -> None:
    found = by_member(ask("evaluate", maven, FORMULAS[field], "--period", "2017", "--by", "team"))
    expected = {f"team:{name}": answers[field] for name, answers in golden["by_manager"].items()}
    nobody = found.pop("unassigned")
    assert nobody in (0, None)
    agrees(expected, found, field, "by manager")


@pytest.mark.parametrize("field", few(FORMULAS, *DIFFERENT))
def test_by_rep(maven: Path, golden: Any, field: str) -> None:
    found = by_member(ask("evaluate", maven, FORMULAS[field], "--period", "2017", "--by", "rep"))
    expected = {f"rep:{name}": answers[field] for name, answers in golden["by_rep"].items()}
    idle = {name: value for name, value in found.items() if name not in expected}
    assert len(idle) == golden["reps_in_team_table_without_deals"] + 1
    assert set(idle.values()) <= {0, None}
    agrees(expected, {name: found[name] for name in expected}, field, "by rep")


@pytest.mark.parametrize("field", few(FORMULAS, *DIFFERENT))
def test_by_region(maven: Path, golden: Any, field: str) -> None:
    for region, answers in golden["by_region"].items():
        found = by_member(ask("evaluate", maven, FORMULAS[field], "--period", "2017", "--scope", f"team:{region}"))
        agrees({f"team:{region}": answers[field]}, found, field, region)


@pytest.mark.parametrize("field", [name for name in FORMULAS if name != "open"])
def test_by_month_and_quarter(maven: Path, golden: Any, field: str) -> None:
    months = ask("evaluate", maven, FORMULAS[field], "--period", "2017-12", "--periods", "10")
    found = {row["period"]: row["value"] for row in months["rows"]}
    agrees({name: one[field] for name, one in golden["closed_by_month"].items()}, found, field, "by month")
    quarters = ask("evaluate", maven, FORMULAS[field], "--period", "2017-Q4", "--periods", "4")
    found = {row["period"]: row["value"] for row in quarters["rows"]}
    agrees({name: one[field] for name, one in golden["closed_by_quarter"].items()}, found, field, "by quarter")


def test_bookings_by_manager_and_quarter(maven: Path, golden: Any) -> None:
    answer = ask("scorecard", maven, "--kpi", "bookings", "--by", "team", "--period", "2017-Q4", "--periods", "4")
    found = {f"{row['scope'].removeprefix('team:')}|{row['period']}": row["value"] for row in answer["rows"]}
    agrees(golden["won_value_by_manager_quarter"], {key: found[key] for key in golden["won_value_by_manager_quarter"]},
           "won value", "by manager and quarter")  # fmt: skip


def test_by_product(maven: Path, golden: Any) -> None:
    answer = ask("evaluate", maven, WIN_RATE, "--period", "2017", "--by", "product_line")
    found = by_member(answer)
    agrees({name: one["win_rate"] for name, one in golden["by_product_raw"].items()}, found, "win rate", "by product")


@pytest.mark.parametrize(
    ("file", "open_deals"),
    [
        ("ikebude_iso_lf", 2089),
        ("kisaraF_mdy", 2089),
        ("ThomasKieny_ddmmyy", 2089),
        ("Shreif7_iso_float_crlf", 0),
    ],
)
def test_every_variant_gives_the_same_facts(tmp_path: Path, told: Any, file: str, open_deals: int) -> None:
    path = tmp_path / "variant.kpidesk"
    report = ask("import", path, VARIANTS / f"sales_pipeline.{file}.csv", *OPEN_STAGES)
    facts = told["variants_same_facts"][file]
    assert report["read"] == facts["n"]
    assert report["rejected"] == 0
    for field in ("won", "lost", "win_rate", "won_value", "avg_cycle_days_won"):
        answer = ask("evaluate", path, FORMULAS[field], "--period", "2017")
        agrees({"org": facts[field]}, by_member(answer), field, file)
    assert by_member(ask("evaluate", path, OPEN_NOW))["org"] == open_deals


def test_without_the_stage_mapping_nothing_is_imported(tmp_path: Path) -> None:
    path = tmp_path / "asked.kpidesk"
    done = run("import", path, MAVEN / "sales_pipeline.csv", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert "Engaging" in told["error"]["problem"]
    assert "Prospecting" in told["error"]["problem"]
    assert "--stage" in told["error"]["advice"]
    assert not path.exists()


def test_the_first_quarter_says_that_its_rate_rests_on_a_data_start(maven: Path) -> None:
    text = run("scorecard", maven, "--kpi", "win_rate", "--period", "2017-Q1").stdout
    assert "82.1%" in text
    assert "1 Mar 2017" in text
    whole = run("scorecard", maven, "--kpi", "win_rate", "--period", "2017-Q3").stdout
    assert "1 Mar 2017" not in whole


def test_rows_behind_a_managers_win_rate(maven: Path) -> None:
    answer = ask("rows", maven, "win_rate", "--scope", "team:Melvin Marxen", "--period", "2017-Q3")
    card = ask("scorecard", maven, "--kpi", "win_rate", "--scope", "team:Melvin Marxen", "--period", "2017-Q3")
    row = card["rows"][0]
    assert answer["count"] == len(answer["rows"]) == row["denominator"] == row["n"]
    assert sum(one["in_numerator"] for one in answer["rows"]) == row["numerator"]
    import csv

    with (MAVEN / "sales_pipeline.csv").open(newline="") as file:
        lines = {one["opportunity_id"]: (number, one) for number, one in enumerate(csv.DictReader(file), start=2)}
    for one in answer["rows"]:
        number, told = lines[one["key"]]
        assert one["line"] == number
        assert (told["deal_stage"] == "Won") == one["in_numerator"]


def test_a_target_for_the_next_quarter(maven: Path, tmp_path: Path) -> None:
    path = tmp_path / "goals.kpidesk"
    path.write_bytes(maven.read_bytes())
    early = run("target", "set", path, "win_rate", "--minimum", "60%", "--target", "65%", "--stretch", "70%")
    assert early.exit_code == 1
    assert "needs a baseline first" in early.stderr
    base = ask("baseline", "set", path, "win_rate")
    assert base["period"] == "2018-Q1"
    assert base["value"] == pytest.approx((1254 + 1257 + 1196) / (2032 + 2047 + 1985))
    assert base["weak"] is True
    ask("target", "set", path, "win_rate", "--minimum", "+0%", "--target", "+3pp", "--stretch", "70%")
    row = ask("scorecard", path, "--kpi", "win_rate", "--period", "2018-Q1")["rows"][0]
    assert row["target"] == pytest.approx(base["value"] + 0.03)
    assert row["baseline"] == pytest.approx(base["value"])


def test_the_same_file_again_changes_nothing_and_undo_takes_it_back(maven: Path, tmp_path: Path) -> None:
    path = tmp_path / "again.kpidesk"
    path.write_bytes(maven.read_bytes())
    again = ask("import", path, MAVEN / "sales_pipeline.csv", *OPEN_STAGES, "--as-of", "2018-02-15")
    assert (again["unchanged"], again["added"], again["updated"]) == (8800, 0, 0)
    assert len(ask("imports", path)["imports"]) == 3
    ask("undo", path)
    assert len(ask("imports", path)["imports"]) == 2
    assert ask("check", path)["ok"] is True
