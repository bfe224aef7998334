"""The SQL of a KPI from the command line: printed, and run on the same workspace."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.flow import ask, refused, run
from tests.schema import problems
from tests.small_export import build


def statement(place: Path, kpi: str, scope: str, period: str) -> str:
    done = run("sql", place, kpi, "--scope", scope, "--period", period)
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    return build(tmp_path)


def test_it_is_printed_as_text_and_as_json(sales: Path) -> None:
    text = statement(sales, "win_rate", "org", "2025-Q1")
    assert text.startswith("-- Win rate (closed deals) · org · Q1 2025, by the data of ")
    told = ask("sql", sales, "win_rate", "--period", "2025-Q1")
    assert not problems(told, "sql")
    assert told == {"kpi": "win_rate", "scope": "org", "period": "2025-Q1", "dialect": "sqlite", "sql": text}
    shown = ask("scorecard", sales, "--kpi", "win_rate", "--period", "2025-Q1")["rows"][0]
    found = ask("sql", sales, "--query", text)
    assert found["columns"] == ["value", "numerator", "denominator", "n"]
    assert found["rows"] == [[shown[name] for name in found["columns"]]]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("mrr",), "needs subscriptions"),
        (("stage_conversion", "--period", "2025-Q1"), "stays in stages"),
        (("reps_at_quota",), "built in"),
        (("win_rate", "--period", "2019"), "covers 2019"),
        (("win_rate", "--period", "2025-Q1", "--dialect", "duckdb"), "duckdb"),
        (("win_raet",), "win_rate"),
        (("win_rate", "--scope", "team:Nowhere"), "Nowhere"),
    ],
)
def test_what_cannot_be_said_is_refused_with_a_sentence(sales: Path, arguments: tuple[str, ...], why: str) -> None:
    assert why in refused("sql", sales, *arguments)


STORIES = {  # D2 is in no file of February, D3 in none since March
    "2025-01-31": "D1,Ann,Open,100,2025-01-02\nD2,Ann,Open,200,2025-01-03\nD3,Bob,Open,400,2025-01-04\n",
    "2025-02-28": "D1,Ann,Open,150,2025-01-02\nD3,Bob,Open,400,2025-01-04\n",
    "2025-03-31": "D1,Bob,Open,150,2025-01-02\nD2,Ann,Open,200,2025-01-03\nD4,Bob,Open,800,2025-03-04\n",
}


@pytest.mark.parametrize(
    ("day", "owned"), [("2025-01-31", 300), ("2025-02-28", 150), ("2025-03-01", 150), ("2025-03-31", 200)]
)
def test_as_of_a_past_day_it_reads_what_files_up_to_it_had_told(tmp_path: Path, day: str, owned: float) -> None:
    place = tmp_path / "w.kpidesk"
    for made, rows in STORIES.items():
        file = tmp_path / f"{made}.csv"
        file.write_text(f"Deal ID,Owner,Status,Amount,Created\n{rows}", encoding="utf-8")
        ask("import", place, file, "--as-of", made, "--stage", "Open=open")
    for scope in ("org", "rep:Ann", "rep:Bob"):
        about = ("--scope", scope, "--period", "2025-Q1", "--as-of", day)
        shown = ask("scorecard", place, "--kpi", "open_pipeline", *about)["rows"][0]["value"]
        text = ask("sql", place, "open_pipeline", *about)["sql"]
        assert ask("sql", place, "--query", text)["rows"][0][0] == shown
        assert scope != "rep:Ann" or shown == owned


def test_a_goal_that_was_set_later_is_not_read_as_of_a_past_day(sales: Path) -> None:
    ask("baseline", "set", sales, "bookings", "--period", "2025-Q1", "--value", "1", "--reason", "as agreed")
    ask("target", "set", sales, "bookings", "--period", "2025-Q1", "--minimum", "1", "--target", "2", "--stretch", "3")
    assert "set or changed after that day" in refused(
        "sql", sales, "quota_attainment", "--period", "2025-Q1", "--as-of", "2025-04-30"
    )


def test_a_kpi_goes_with_no_query(sales: Path) -> None:
    assert run("sql", sales, "win_rate", "--schema").exit_code == 2
    assert run("sql", sales).exit_code == 2


def test_any_program_that_reads_sqlite_runs_it(sales: Path) -> None:
    text = statement(sales, "sales_cycle_p80", "org", "2025-Q1")
    with closing(sqlite3.connect(sales)) as db:
        found = db.execute(text).fetchone()
    shown = ask("scorecard", sales, "--kpi", "sales_cycle_p80", "--period", "2025-Q1")["rows"][0]
    assert found == (pytest.approx(shown["value"]), shown["n"])


DEALS = """Deal ID,Owner,Status,Amount,Created,Closed,Lead source,Currency
1,Ann,Won,100,2025-01-02,2025-02-03,ÜBER UNS,{0}
2,Ann,Won,200,2025-01-03,2025-02-04,Über uns,{0}
3,Ann,Lost,400,2025-01-04,2025-02-05,Messe,USD
"""
STATUS = ("--stage", "Won=won", "--stage", "Lost=lost")
Q1 = ("--period", "2025-Q1")


def workspace(folder: Path, currency: str) -> Path:
    place = folder / "w.kpidesk"
    path = folder / "deals.csv"
    path.write_text(DEALS.format(currency), encoding="utf-8")
    ask("import", place, path, "--kind", "deals", "--as-of", "2025-06-30", *STATUS)
    return place


def kept(place: Path, formula: str) -> str:
    """A KPI of this formula, by its id."""
    ask("kpi", "add", place, "asked", "--formula", formula, "--name", "Asked", "--objective", "o", "--decision", "d",
        "--owner", "w", "--indicator", "lagging", "--dimension", "outcome")  # fmt: skip
    return "asked"


@pytest.mark.parametrize(
    ("text", "deals"), [("= 'über uns'", 2), ("!= 'ÜBER uns'", 1), ("in ('messe', 'Über Uns')", 3)]
)
def test_letters_that_sql_does_not_know_are_the_same_all_the_same(tmp_path: Path, text: str, deals: int) -> None:
    place = workspace(tmp_path, "USD")
    kpi = kept(place, f"count(deals where lead_source {text} on created_at)")
    found = ask("sql", place, "--query", ask("sql", place, kpi, *Q1)["sql"])
    assert found["rows"] == [[deals, deals]]


def test_different_words_are_not_counted_where_sql_cannot_tell_them_apart(tmp_path: Path) -> None:
    place = workspace(tmp_path, "USD")
    kpi = kept(place, "count_distinct(deals.lead_source on created_at)")
    assert "plain English words" in refused("sql", place, kpi, *Q1)


def test_money_in_other_currencies_needs_a_rate_and_counts_do_not(tmp_path: Path) -> None:
    place = workspace(tmp_path, "EUR")
    assert "is in USD, for which no rate is known" in refused("sql", place, "pipeline_created", *Q1)
    statement(place, "deals_won", "org", "2025-Q1")
    ask("rate", "set", place, "USD", "0.91235", "--from", "2025-01-01")
    found = ask("sql", place, "--query", statement(place, "pipeline_created", "org", "2025-Q1"))
    assert found["rows"] == [[100 + 200 + 364.94, 3]]


def test_quotas_that_stand_in_for_targets_are_refused(tmp_path: Path) -> None:
    place = workspace(tmp_path, "USD")
    statement(place, "quota_attainment", "org", "2025-Q1")
    (tmp_path / "quotas.csv").write_text("Person,Period,Quota\nAnn,2025-01-01,500\n")
    ask("import", place, tmp_path / "quotas.csv", "--kind", "quotas", "--as-of", "2025-06-30")
    assert "quotas were imported" in refused("sql", place, "quota_attainment", *Q1)
    assert "quotas were imported" in refused("sql", place, "pipeline_created_per_rep", *Q1)


def test_a_past_that_a_stage_history_tells_is_refused(tmp_path: Path) -> None:
    place = workspace(tmp_path, "USD")
    statement(place, "open_pipeline", "org", "2025-Q1")
    (tmp_path / "history.csv").write_text("ID,Deal,Stage,Entered\nh1,1,Talk,2025-01-10\nh2,1,Won,2025-02-03\n")
    ask("import", place, tmp_path / "history.csv", "--kind", "stage-history", "--as-of", "2025-06-30", *STATUS,
        "--stage", "Talk=open")  # fmt: skip
    assert "history of stages" in refused("sql", place, "open_pipeline", *Q1)
    statement(place, "deals_won", "org", "2025-Q1")


def test_deals_that_are_named_and_not_numbered_are_refused(tmp_path: Path) -> None:
    place = tmp_path / "w.kpidesk"
    (tmp_path / "deals.csv").write_text(
        "Deal ID,Deal name,Status,Closed,Created\n1,Big one,Won,2025-02-03,2025-01-02\n"
    )
    ask("import", place, tmp_path / "deals.csv", "--kind", "deals", "--as-of", "2025-06-30", *STATUS)
    rows = "ID,Type,Status,Person,Deal,Took place\na,call,held,Ann,{},2025-01-20\n"
    for day, deal in (("2025-06-29", "1"), ("2025-06-30", "big one")):
        (tmp_path / "calls.csv").write_text(rows.format(deal))
        ask("import", place, tmp_path / "calls.csv", "--kind", "activities", "--as-of", day, "--map", "deal=Deal")
        done = run("sql", place, "touches_per_won_deal", *Q1)
        assert ("found by more than its id" in done.stderr) == (deal != "1"), done.stderr
