"""From an export to a scorecard on the command line: every command, as text and as JSON, and back again."""

from __future__ import annotations

import json
import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kpidesk.paths import resources
from tests.architecture.documents import commands
from tests.flow import ask, by_member, refused, run
from tests.schema import problems
from tests.small_export import DEALS, LATER, STAGES, TODAY, build, write

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
RECEIPT = r"\b[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){5,}(-[0-9A-HJKMNP-TV-Z]{1,3})?\b"
"""The code of a receipt; it is another one in every workspace."""
Q1 = ("--period", "2025-Q1")
Q2 = ("--period", "2025-Q2")
GOALS = ("--minimum", "+0%", "--target", "+10%", "--stretch", "+20%")
HEALTH = """id = "health"
name = "Customer health"
sentence = "How customers rate us when they are called, from 0 to 10."
builtin = "manual"
unit = "score"
direction = "higher"
indicator = "leading"
dimension = "quality"
kpi_class = "score"
scale_low = 0
scale_high = 10
objective = "Keep customers."
decision = "Visit whoever gives less than 7."
owner = "Ann Lee"
"""
ONCE = ("undo", "pivot delete", "backup", "people merge", "people split", "people offer-again",
        "acknowledge", "rule retire", "note delete",
        "review delete", "cadence clear", "initiative add")  # fmt: skip
"""What cannot be done twice."""
CALLS = "scope,commit,period\nrep:Bo Dahl,20k,\norg,50k,2025-Q1\n"
MANY_GOALS = "scope,kpi,target\norg,bookings,40000\n"


class Today(date):
    """A fixed today; a class because the command line asks `date.today()`."""

    @classmethod
    def today(cls) -> Today:
        return cls(TODAY.year, TODAY.month, TODAY.day)


class ImportDay(Today):
    """The day on which files come in, after the last of which one is."""

    @classmethod
    def today(cls) -> ImportDay:
        return cls(2025, 5, 2)


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for part, day in (("imports", ImportDay), ("options", Today), ("window", Today)):
        monkeypatch.setattr(f"kpidesk.cli.{part}.date", day)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small export as a workspace; tests that write take a copy."""
    return build(tmp_path_factory.mktemp("flow"))


@pytest.fixture
def sales(built: Path, tmp_path: Path) -> Path:
    path = tmp_path / "sales.kpidesk"
    path.write_bytes(built.read_bytes())
    return path


def with_goals(path: Path) -> Path:
    """Bookings of Q1 held against 30,000 and 33,000, the win rate against 50, 60 and 65 %."""
    ask("baseline", "set", path, "bookings", *Q1, "--value", "30000", "--reason", "the plan of last year")
    ask("target", "set", path, "bookings", *Q1, *GOALS)
    ask("baseline", "set", path, "win_rate", *Q1, "--value", "50%", "--reason", "the plan of last year")
    ask("target", "set", path, "win_rate", *Q1, "--minimum", "50%", "--target", "60%", "--stretch", "65%")
    return path


# --- the numbers ------------------------------------------------------------------------------------------------


def test_the_scorecard_has_the_numbers_worked_out_by_hand(built: Path) -> None:
    found = {row["kpi"]: row for row in ask("scorecard", built, *Q1)["rows"]}
    assert {name: row["value"] for name, row in found.items() if name != "win_rate"} == {
        "bookings": 35_000,
        "avg_deal_size": 8_750,
        "sales_cycle_length": 51,
        "pipeline_created": 30_000,
    }
    rate = found["win_rate"]
    assert rate["value"] == pytest.approx(4 / 7)
    assert (rate["numerator"], rate["denominator"], rate["n"]) == (4, 7, 7)
    assert rate["interval"] == pytest.approx([0.2505, 0.8418], abs=5e-5)


def test_teams_add_up(built: Path) -> None:
    assert by_member(ask("scorecard", built, *Q1, "--by", "team", "--kpi", "bookings")) == {
        "team:Dana Ortiz": 27_400,
        "team:Eli Stone": 7_600,
        "unassigned": 0,
    }


def test_a_finer_grain_asks_for_the_periods_inside(built: Path) -> None:
    rows = ask("scorecard", built, *Q1, "--grain", "month", "--kpi", "bookings")["rows"]
    assert {row["period"]: row["value"] for row in rows} == {"2025-01": 10_000, "2025-02": 5_000, "2025-03": 20_000}


def test_a_closed_quarter_is_judged_against_its_target(sales: Path) -> None:
    found = {row["kpi"]: row for row in ask("scorecard", with_goals(sales), *Q1)["rows"]}
    booked, rate = found["bookings"], found["win_rate"]
    assert (booked["minimum"], booked["target"], booked["stretch"]) == pytest.approx((30_000, 33_000, 36_000))
    assert booked["attainment"] == pytest.approx(35 / 33)
    assert (booked["tier"], rate["status"], rate["tier"]) == ("target_met", "too_few", None)


def test_the_rows_behind_name_their_lines(built: Path) -> None:
    answer = ask("rows", built, "win_rate", "--scope", "team:Dana Ortiz", *Q1)
    assert answer["reproduces"] is True
    assert [(row["key"], row["line"], row["in_numerator"]) for row in answer["rows"]] == [
        ("D04", 5, True),
        ("D05", 6, True),
        ("D06", 7, False),
        ("D07", 8, True),
    ]


def without_receipts(card: Any) -> Any:
    """A scorecard without the codes of its numbers, which tell of what was done meanwhile."""
    codes = ("receipt", "before_receipt")

    def bare(told: Any) -> Any:
        return {key: "" if key in codes else bare(one) if isinstance(one, dict) else one for key, one in told.items()}

    return {**card, "rows": [bare(row) for row in card["rows"]]}


def test_undo_gives_the_numbers_back(sales: Path) -> None:
    before = ask("scorecard", sales, "--period", "2025-Q2")
    ask("import", sales, write(sales.parent, "later.csv", LATER), "--as-of", "2025-05-01", "--partial")
    assert by_member(ask("evaluate", sales, "[bookings]", "--period", "2025-Q2")) == {"org": 9_000}
    assert ask("undo", sales) == {"import_id": 3, "file": "later.csv", "data_date": "2025-05-01"}
    assert without_receipts(ask("scorecard", sales, "--period", "2025-Q2")) == without_receipts(before)
    assert ask("check", sales) == {"ok": True, "problems": []}


def test_a_dry_run_changes_nothing(sales: Path) -> None:
    report = ask("import", sales, write(sales.parent, "later.csv", LATER), "--partial", "--dry-run")
    assert (report["added"], report["updated"], report["unchanged"], report["rejected"]) == (0, 1, 1, 3)
    assert len(ask("imports", sales)["imports"]) == 2


def test_the_same_bytes_again_are_of_the_day_first_given(sales: Path) -> None:
    again = ask("import", sales, write(sales.parent, "pipeline.csv", DEALS))
    assert (again["data_date"], again["unchanged"]) == ("2025-04-02", 12)
    assert any("imported as of 2 Apr 2025" in notice for notice in again["notices"])
    assert ask("scorecard", sales, *Q1)["as_of"] == "2025-04-02"
    later = ask("import", sales, sales.parent / "pipeline.csv", "--as-of", "2025-04-09")
    assert later["data_date"] == "2025-04-09"
    planned = run("undo", sales, "--dry-run").stdout
    assert planned == "Would take back import 4 (pipeline.csv, deals, data as of 9 Apr 2025). Nothing was changed.\n"
    assert ask("undo", sales, "--dry-run") == {
        "import_id": 4, "file": "pipeline.csv", "data_date": "2025-04-09", "dry_run": True,
    }  # fmt: skip
    assert len(ask("imports", sales)["imports"]) == 4
    done = run("undo", sales)
    assert done.stderr == "Taking back the newest: import 4 (pipeline.csv, deals, data as of 9 Apr 2025).\n"
    told = done.stdout
    assert told == "Import 4 (pipeline.csv, data as of 9 Apr 2025) is undone. Data as of 2 Apr 2025.\n"


@pytest.mark.parametrize(
    "words", [("scorecard",), ("trend", "bookings"), ("pivot", "bookings", "--rows", "owner"),
              ("why", "bookings"), ("compare", "win_rate")]
)  # fmt: skip
def test_a_print_without_receipts_is_the_same_but_for_its_codes(sales: Path, words: tuple[str, ...]) -> None:
    command, *asked = words
    given = (command, sales, *asked, *Q1[:2])
    whole, bare = run(*given).stdout, run(*given, "--no-receipts").stdout
    assert "Each code proves its number again" not in bare
    before, codes = whole.split("Each code proves its number again", 1)
    assert bare.startswith(before.rstrip())
    assert bare.removeprefix(before.rstrip()).strip() in codes


# --- every command ----------------------------------------------------------------------------------------------


def answered(path: Path) -> Path:
    """What Ann Lee sent back."""
    form = path.with_name("form.txt")
    ask("preparation", "form", path, "Ann Lee", "--to", form)
    text = form.read_text(encoding="utf-8-sig").replace("## Stuck deal\n", "## Stuck deal\nNo reply\n")
    return write(path.parent, "answers.txt", text)


def answers(path: Path) -> dict[str, tuple[str, tuple[object, ...]]]:
    """Every command that answers, with the schema of its answer; in an order in which all succeed."""
    folder = path.parent
    weekly = ask("review", "prepare", path, "--scope", "team:Dana Ortiz")["id"]
    return {
        "import": ("import", (path, write(folder, "later.csv", LATER), "--as-of", "2025-05-01", "--partial")),
        "imports": ("imports", (path,)),
        "undo": ("undo", (path,)),
        "evaluate": ("scorecard", (path, "count(deals where won on closed_at)", *Q1, "--by", "account")),
        "scorecard": ("scorecard", (path, *Q1, "--by", "rep", "--periods", 2)),
        "trend": ("trend", (path, "win_rate", "--scope", "rep:Ann Lee", "--periods", 8)),
        "rows": ("rows", (path, "bookings", *Q1)),
        "export-pack": ("export-pack", (path, "--what", "scorecards", "--to", folder / "pack.zip", *Q1)),
        "receipt": ("receipt", (ask("rows", path, "win_rate", *Q1)["code"], path, "--left-out")),
        "pivot of": ("pivot", (path, "bookings", "--rows", "owner", "--columns", "amount", *Q1, "--save", "Bands")),
        "pivot list": ("pivot-list", (path,)),
        "pivot show": ("pivot", (path, "Bands", *Q1)),
        "pivot delete": ("pivot-view", (path, "Bands")),
        "why": ("why", (path, "bookings", *Q1)),
        "compare": ("compare", (path, "win_rate", *Q1)),
        "changes": ("changes", (path,)),
        "history": ("history", (path, "D04")),
        "pipeline": ("pipeline", (path, *Q1, "--scope", "rep:Ann Lee")),
        "forecast": ("forecast", (path, *Q2, "--what-if", "win_rate=+10%")),
        "forecast-backtest": ("forecast-backtest", (path, *Q2)),
        "forecast-chances": ("forecast-chances", (path, *Q2)),
        "hygiene": ("hygiene", (path,)),
        "sql": ("sql", (path, "--query", "SELECT key FROM deals ORDER BY key")),
        "kpi list": ("kpi-list", (path,)),
        "kpi show": ("kpi-show", (path, "win_rate")),
        "kpi add": ("kpi-add", (path, "deals_won")),
        "kpi change": ("kpi-change", (path, "win_rate", "--owner", "Ann Lee", "--dry-run")),
        "kpi undo": ("kpi-change", (path, "win_rate")),
        "kpi affected": ("kpi-affected", (path, "bookings")),
        "kpi retire": ("kpi-retire", (path, "deals_won")),
        "kpi lint": ("kpi-lint", (path,)),
        "kpi timeline": ("kpi-timeline", (path,)),
        "kpi export": ("kpi-export", (path, folder / "ours.kpipack")),
        "kpi import": ("kpi-import", (path, folder / "ours.kpipack", "--dry-run")),
        "kpi packs": ("kpi-packs", (path,)),
        "kpi pack": ("kpi-pack", (path, "sdr", "--draft")),
        "settings": ("settings", (path, "stall_days=40", "organisation=Acme")),
        "param set": ("param", (path, "gross_margin", "80%")),
        "param list": ("params", (path,)),
        "baseline set": ("baseline", (path, "bookings", *Q2, "--value", "30000", "--reason", "the plan")),
        "baseline show": ("baseline-show", (path, "bookings", *Q2)),
        "target set": ("target", (path, "bookings", *Q2, *GOALS, "--reason", "the plan")),
        "target list": ("target-list", (path, *Q2)),
        "target ladder": ("target-ladder", (path, "bookings", *Q2)),
        "target import": (
            "target-import",
            (path, write(folder, "goals.csv", MANY_GOALS), *Q2, "--reason", "plan", "--with-baselines"),
        ),
        "target cascade": ("target-cascade", (path, "bookings", *Q2, "--by", "equal", "--reason", "plan")),
        "target refresh": ("target-refresh", (path, "--period", "2025-Q3", "--accept", "all", "--dry-run")),
        "objective add": ("objective", (path, "Grow bookings", "--owner", "Ann Lee", "--kpi", "bookings")),
        "objective change": ("objective", (path, 1, "--attach", "win_rate", "--why", "The plan asks for it.")),
        "objective list": ("objective-list", (path,)),
        "objective guide": ("objective-guide", (path, "keep our customers")),
        "objective retire": ("objective-list", (path, 1)),
        "focus": ("focus", (path, "bookings", "win_rate", "--scope", "rep:Ann Lee")),
        "value add": ("value", (path, "health", *Q1, "--value", "8.6", "--n", "42", "--evidence", "Calls of March")),
        "value list": ("value-list", (path, "health", "--replaced")),
        "rule add": ("rule", (path, "bookings", "above", "1")),
        "rule list": ("rule-list", (path,)),
        "digest": ("digest", (path,)),
        "signals": ("signals", (path, "--all")),
        "acknowledge": ("acknowledge", (path, "bookings", "--reason", "A good March")),
        "rule retire": ("rule", (path, 1)),
        "limits": ("limits", (path, "bookings", "--from", "2025-03-01", "--reason", "New prices")),
        "note add": ("note", (path, "2025-03-01", "New prices", "--kpi", "bookings")),
        "note list": ("note-list", (path,)),
        "note delete": ("note", (path, 1)),
        "initiative add": ("initiative", (path, "Call again", "--start", "2025-02-15", "--kpi", "win_rate=+10%")),
        "initiative list": ("initiative-list", (path,)),
        "initiative show": ("initiative-show", (path, 1)),
        "initiative drop": ("initiative", (path, 1)),
        "submit": ("submit", (path, *Q2, "--scope", "rep:Ann Lee", "--commit", "20k", "--best", "30k")),
        "submit-file": ("submit-file", (path, write(folder, "calls.csv", CALLS), *Q2)),
        "submissions": ("submissions", (path, "--scope", "rep:Ann Lee")),
        "forecast-accuracy": ("forecast-accuracy", (path, *Q1)),
        "pay-plan set": ("pay-plan", (path, "Ann Lee", "--base", "60k", "--variable", "40k", "--from", "2025-01-01")),
        "pay-plan show": ("pay-plan-show", (path, "Ann Lee", *Q1)),
        "pay-plan delete": ("pay-plan-delete", (path, "Ann Lee")),
        "sdr-return": ("sdr-return", (path, "--group", "rep:Ann Lee", "--cost", "2000", "--from", "2025-01-01")),
        "review action": ("review", (path, weekly, "Call them", "--owner", "Ann Lee", "--due", "2025-05-09")),
        "review show": ("review-show", (path, weekly)),
        "review start": ("review", (path, weekly)),
        "review close": ("review", (path, weekly)),
        "review settle": ("review-settle", (path, 1, "done", "--reason", "They answered")),
        "review list": ("review-list", (path, "--kind", "weekly")),
        "review prepare": ("review", (path, "--kind", "monthly")),
        "review delete": ("review-delete", (path, weekly + 1)),
        "due": ("due", (path,)),
        "prepare-one-on-ones": ("prepare-one-on-ones", (path,)),
        "cadence set": ("cadence", (path, "one-on-one", "week", "--scope", "rep:Ann Lee")),
        "cadence list": ("cadence-list", (path,)),
        "cadence clear": ("cadence-clear", (path, "one-on-one", "--scope", "rep:Ann Lee")),
        "coaching-goal add": ("coaching-goal", (path, "Ann Lee", "win_rate", "--text", "Qualify earlier")),
        "coaching-goal list": ("coaching-goal-list", (path, "Ann Lee")),
        "coaching-goal drop": ("coaching-goal", (path, 1)),
        "preparation form": ("preparation-form", (path, "Ann Lee", "--to", folder / "form.html")),
        "preparation read": ("preparation-read", (path, answered(path))),
        "coaching": ("coaching", (path, "rep:Ann Lee", *Q1)),
        "rate set": ("rate", (path, "EUR", "1.0875", "--to", "USD", "--from", "2025-01-01")),
        "rate list": ("rates", (path,)),
        "people list": ("people-list", (path,)),
        "people part-time": ("people-change", (path, "Ann Lee", "60%", "--from", "2025-03-01")),
        "people move": ("people-change", (path, "Ann Lee", "North", "--from", "2025-01-01")),
        "people merge": ("people-change", (path, "Ann Lee", "Cy Frey")),
        "people split": ("people-change", (path, 1)),
        "people merge-alike": ("people-change", (path, "--people", "--deals")),
        "people apart": ("people-change", (path, "Ann Lee", "Cy Frey")),
        "people offer-again": ("people-change", (path, 2)),
        "person export": ("person-export", (path, "Ann Lee", "--to", folder / "ann.zip")),
        "person backups": ("person-backups", (path, "Ann Lee")),
        "person delete": ("person-delete", (path, "Ann Lee", "--dry-run")),
        "export": ("file", (path, "scorecard", *Q1, "--to", folder / "card.html")),
        "check": ("check", (path,)),
        "backup": ("file", (path, "--to", folder / "kept.kpidesk")),
        "restore": ("restore", (path, folder / "kept.kpidesk")),
        "calendar export": ("calendar", (path, folder / "periods.csv", "--years", "2025-2027")),
        "calendar import": ("calendar", (path, folder / "periods.csv")),
    }


def test_every_command_answers_in_words_and_by_its_schema(sales: Path) -> None:
    ask("kpi", "add", sales, write(sales.parent, "health.toml", HEALTH), "--draft")
    ask("kpi", "change", sales, "win_rate", "--owner", "Bo Ek")
    for words, (form, arguments) in answers(sales).items():
        answer = ask(*words.split(), *arguments)
        assert problems(answer, form) == [], words
        if words not in ONCE:
            told = run(*words.split(), *arguments)
            assert (told.exit_code, bool(told.stdout.strip())) == (0, True), f"{words}: {told.stderr}"
            shorter = told.stdout.replace(str(sales.parent), "")
            assert max(map(len, shorter.splitlines())) <= 120, words


def test_no_command_is_forgotten(sales: Path) -> None:
    known = {words.removeprefix("kpidesk ") for words, _ in commands()}
    assert known - set(answers(sales)) == {"open", "demo"}


def test_a_schema_refuses_what_it_does_not_describe(built: Path) -> None:
    answer = ask("scorecard", built, *Q1)
    assert problems(answer, "scorecard") == []
    assert problems({**answer, "more": 1}, "scorecard") == ["$: 'more' is not in the schema"]
    row: dict[str, Any] = answer["rows"][0]
    wrong = {**answer, "rows": [{**row, "status": "fine", "value": "35000", "interval": [1]}]}
    assert len(problems(wrong, "scorecard")) == 3
    del row["kpi"]
    assert problems(answer, "scorecard") == ["$.rows[0]: 'kpi' is missing"]


def test_every_schema_is_used(sales: Path) -> None:
    files = {path.stem for path in (resources() / "schema").glob("*.json")}
    assert files == {form for form, _ in answers(sales).values()} | {"common", "error"}


def test_several_files_give_several_reports(sales: Path) -> None:
    folder = sales.parent
    two = (write(folder, "one.csv", LATER), write(folder, "two.csv", LATER))
    reports = ask("import", sales, *two, "--partial", "--as-of", "2025-05-01")
    assert problems(reports, "import") == []
    assert [(one["file"], one["updated"]) for one in reports] == [("one.csv", 1), ("two.csv", 0)]


@pytest.mark.parametrize("what", ["scorecard", "trend"])
@pytest.mark.parametrize("ending", ["pdf", "png", "html", "csv", "xlsx"])
def test_every_form_is_written(built: Path, tmp_path: Path, what: str, ending: str) -> None:
    to = tmp_path / f"answer.{ending}"
    done = run("export", built, what, *Q1, "--kpi", "win_rate", "--to", to)
    assert done.stdout == f"Written to {to}.\n", done.stderr
    begins = {"pdf": b"%PDF", "png": b"\x89PNG", "html": b"<!DOC", "csv": b"\xef\xbb\xbfscope", "xlsx": b"PK"}
    assert to.read_bytes().startswith(begins[ending])
    assert [path.name for path in tmp_path.iterdir()] == [to.name]


def test_the_demo_prints_one_document_and_writes_its_pictures(tmp_path: Path) -> None:
    answer = ask("demo", "--out", tmp_path / "demo")
    assert problems(answer, "scorecard") == []
    assert {row["kpi"] for row in answer["rows"]} >= {"bookings", "win_rate"}
    assert {path.name for path in (tmp_path / "demo").iterdir()} == {
        "exports", "sample.kpidesk", "scorecard.pdf", "scorecard-light.png", "scorecard-dark.png",
    }  # fmt: skip


# --- the README -------------------------------------------------------------------------------------------------


def test_the_story_of_the_readme_works_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    files = re.findall(r"^```\n(\w+,.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    for name, text in zip(("pipeline.csv", "teams.csv"), files, strict=True):
        write(tmp_path, name, text)
    printed = re.findall(r"^kpidesk ((?:import|scorecard|trend|rows|baseline|target) .*)$", readme, re.MULTILINE)
    assert len(printed) >= 8
    told = ""
    for line in printed:
        done = run(*shlex.split(line))
        assert done.exit_code == 0, f"{line}: {done.stderr}"
        told += done.stdout
    assert "1 row gives the same number again: 1 ÷ 1 = 100%." in told
    assert "minimum $12.4K, target $13.6K, stretch $14.9K" in told


def test_the_kpis_that_the_help_says_how_to_add_are_added_as_printed(sales: Path) -> None:
    text = "".join((ROOT / "resources" / "help" / f"{page}.md").read_text() for page in ("importing", "objectives"))
    printed = re.findall(r"`kpidesk (kpi add WORKSPACE [^`]* --[^`]*)`", text)
    assert len(printed) == 2
    for line in printed:
        done = run(*(sales if word == "WORKSPACE" else word for word in shlex.split(line)))
        assert done.exit_code == 0, f"{line}: {done.stderr}"


# --- the words, read and worked out by hand ---------------------------------------------------------------------


def shown(*arguments: object) -> str:
    """What a command prints, without the codes that stand for data and definitions."""
    told = re.sub(r"Definitions [0-9a-f]{12}", "Definitions 3f9a2c…", run(*arguments).stdout)
    return re.sub(RECEIPT, "7QK2-…", told)


def texts(path: Path) -> dict[str, str]:
    """The pages kept in tests/golden/, by file name."""
    later = write(path.parent, "later.csv", LATER)
    goals = with_goals(path)
    two, months = ("--kpi", "bookings", "--kpi", "win_rate"), ("--period", "2025-03", "--periods", 3)
    return {
        "scorecard.txt": shown("scorecard", goals, *Q1),
        "scorecard-by-team.txt": shown("scorecard", goals, *Q1, "--by", "team", *two),
        "scorecard-by-rep-and-month.txt": shown("scorecard", goals, *months, "--by", "rep", *two[:2]),
        "trend.txt": shown("trend", goals, "win_rate", *Q1, "--periods", 2),
        "rows.txt": shown("rows", goals, "win_rate", *Q1, "--scope", "team:Dana Ortiz"),
        "evaluate.txt": shown("evaluate", goals, "count(deals where won on closed_at)", *Q1, "--by", "account"),
        "import.txt": shown("import", goals, later, "--as-of", "2025-05-01", "--partial"),
        "imports.txt": shown("imports", goals),
        "changes.txt": shown("changes", goals),
        "history.txt": shown("history", goals, "D11"),
    }  # fmt: skip


def test_the_texts_are_as_read_and_checked(sales: Path) -> None:
    found = texts(sales)
    kept = {file.name: file.read_text(encoding="utf-8") for file in GOLDEN.glob("*.txt")}
    assert found == kept


def test_json_and_text_say_the_same_number(sales: Path) -> None:
    row = ask("scorecard", sales, *Q1, "--kpi", "win_rate")["rows"][0]
    assert f"{row['numerator']} of {row['denominator']}" in run("scorecard", sales, *Q1, "--kpi", "win_rate").stdout


def test_a_field_to_break_down_by_may_stand_bare_and_is_asked_for_with_those_that_there_are(sales: Path) -> None:
    bare, named = (run("pivot", sales, "bookings", *told, *Q1).stdout for told in (("owner",), ("--rows", "owner")))
    assert bare == named != ""
    asked = refused("pivot", sales, "bookings")
    assert re.match(r"Say by which field 'Bookings' is to be broken down\.\nKnown: .*\bowner, ", asked)
    assert "give one of them" in run("pivot", sales, "bookings", "owner", "--rows", "owner").stderr


def test_a_list_of_targets_says_for_which_other_periods_there_are_some(sales: Path) -> None:
    other = "There are targets for Q1 2025 as well: --period 2025-Q1 shows those of Q1 2025."
    with_goals(sales)
    assert other not in run("target", "list", sales, *Q1).stdout
    told = run("target", "list", sales, "--period", "2025-Q3").stdout
    assert told == f"Nobody has a target for Q3 2025.\n{other}\n"
    assert ask("target", "list", sales, "--period", "2025-Q3")["other_periods"] == ["2025-Q1"]


def test_progress_is_not_printed_into_an_answer(sales: Path) -> None:
    done = run("import", sales, write(sales.parent, "later.csv", LATER), "--json", "--partial")
    assert json.loads(done.stdout)["read"] == 5
    assert done.stderr == ""


def test_stages_may_be_named_that_do_not_occur(tmp_path: Path) -> None:
    file = write(tmp_path, "won.csv", "".join(DEALS.splitlines(keepends=True)[:2]))
    assert ask("import", tmp_path / "new.kpidesk", file, *STAGES)["added"] == 1
