"""What a person can get wrong on the command line: told in words with advice, exit 1, and nothing changed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UNSAID
from tests.flow import refused, run
from tests.schema import problems
from tests.small_export import DEALS, STAGES, TEAMS, build, write

WON = "count(deals where won on closed_at)"
VALUE = "sum(deals.amount where won on closed_at)"
SAID = "--indicator lagging --dimension outcome"
TIERS = ("--minimum", "+0%", "--target", "+10%", "--stretch", "+20%")


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("refused"))


@pytest.fixture(autouse=True)
def _unchanged(sales: Path) -> Iterator[None]:
    """No refused command changes a byte of the workspace or leaves a file beside it."""
    before = (sales.read_bytes(), sorted(sales.parent.iterdir()))
    yield
    assert (sales.read_bytes(), sorted(sales.parent.iterdir())) == before


@pytest.mark.parametrize(
    ("words", "problem", "advice"),
    [
        ("scorecard @ --scope 'team:Dana Ortez'", "no team or rep 'Dana Ortez'", "Did you mean Dana Ortiz?"),
        (
            "receipt @ 0BEB-K310-157M-HA3A-23AH-D10Y-FN6E",
            "is a file and no receipt code",
            "Write the code first: kpidesk receipt CODE WORKSPACE",
        ),
        ("pivot of @ bookings --rows rep --columns 'over time'", "broken down by 'over time'", "--columns period"),
        ("pivot of @ bookings --rows rep --columns Time", "broken down by 'Time'", "--columns period"),
        ("scorecard @ --kpi winrate", "There is no KPI 'winrate'", "win_rate"),
        ("scorecard @ --period 2025-Q7", "'2025-Q7' is not a period", "2017-Q2"),
        ("scorecard @ --period 2025-W54", "2025 has no week 54", "W01 to W52"),
        ("scorecard @ --grain decade", "'decade' is no grain", "week, month, quarter or year"),
        ("scorecard @ --by acount", "cannot be broken down by 'acount'", "account"),
        ("scorecard @ --as-of 2025-13-01", "'2025-13-01' is not a day", "year-month-day"),
        ("scorecard @ --periods -3", "-3 periods cannot be shown", "1 or more"),
        ("trend @ win_rate --by rep", "A trend shows one scope", "--scope"),
        ("trend @ nothing", "There is no KPI 'nothing'", ""),
        ("rows @ win_rate --by rep", "behind one number", "--scope"),
        ("rows @ win_rate --periods 4", "behind one number", "--period"),
        ("rows @ win_rate --period 2025 --grain month", "behind one number", "--grain"),
        ("scorecard @ --period 9999-W52", "year 9999 is outside the calendar", "1900 to 2999"),
        ("scorecard @ --period 9999-12-30..9999-12-31", "year 9999 is outside the calendar", "1900 to 2999"),
        ("undo @ 99", "There is no import 99", ""),
        ("review action @ 1 ' ' --owner Ann --due 2026-03-01", "An action needs words", "what is to be done"),
        ("kpi show @ win_rat", "There is no KPI 'win_rat'", "win_rate"),
        ("kpi add @ no_such_kpi", "There is no KPI 'no_such_kpi'", ""),
        ("kpi add @ missing.toml", "missing.toml", "path"),
        (
            "kpi add @ mine --formula 'count(deals on created_at)'",
            "its indicator and its dimension",
            "cost or forecast",
        ),
        ("kpi add @ mine --manual --unit score --indicator lagging", "without its dimension", "cost or forecast"),
        (f"kpi add @ mine --formula 'count(deals on created_at)' {SAID}", "without an objective", "objective"),
        (f"kpi add @ mine --manual --unit score --scale 5 1 {SAID}", "scale of 'mine' runs from 5.0", "scale_low"),
        ("kpi undo @ bookings", "has had no other definition", "timeline"),
        ("kpi undo @ bookings --version 9", "has had no version 9", "timeline"),
        ("target ladder @ bookings --period 2025-Q2", "does not carry a baseline", "type a baseline"),
        ("kpi retire @ no_such_kpi", "There is no KPI", ""),
        ("baseline set @ bookings --period 2025-Q2 --value abc", "'abc' is not a number", "120000"),
        ("baseline set @ bookings --period 2025-Q2 --value 90%", "not measured in percent", "the number itself"),
        ("target cascade @ bookings --buffer -5%", "would share out less", "Leave it out"),
        ("baseline set @ bookings --period 2025-Q2 --value 5", "typed by hand needs a reason", "comes from"),
        ("baseline set @ bookings --period 2025-Q2 --method magic", "no method 'magic'", "trailing_4"),
        ("baseline set @ bookings --period 2025-Q2", "does not carry a baseline", "type a baseline"),
        ("baseline set @ win_rate --period 2025-Q2 --value 600% --reason x", "cannot pass 100%", "between 0 and 1"),
        ("open /no/such.kpidesk", "There is no workspace", "import a file"),
        ("/no/such.kpidesk", "There is no workspace", "import a file"),
        ("export @ scorecard --to /no/such/folder/card.pdf", "does not exist", "Make it, or choose another"),
        ("export @ scorecard --to card.doc", "'card.doc' has no known form", ".xlsx"),
        ("export @ one-on-one --to ann.docx", "A one-on-one cannot be written as 'ann.docx'", "with .pdf or .html."),
        ("export @ trend --to trend.csv", "A trend shows one KPI", "--kpi"),
        ("export @ scorecard --to @", "has no known form", ".pdf"),
        ("backup @ --to /no/such/folder/kept.kpidesk", "cannot be written", "Choose another folder"),
        ("import @ /no/such/file.csv", "There is no file", "Check the name"),
        ("import @ FILE --stage Won=perhaps", "A stage cannot be 'perhaps'", "open|won|lost|ignore"),
        ("import @ FILE --map amount", "--map amount is not understood", "FIELD=COLUMN"),
        ("review prepare @ --scope 'rep:Ann Lee'", "not with Ann Lee alone", "Prepare a one-on-one"),
        ("review prepare @ --period 2025-W99", "2025 has no week 99", "W01 to W52"),
        ("review show @ 9", "There is no review 9", "Choose one of the list"),
        ("review list @ --kind yearly", "There is no review 'yearly'", "weekly, monthly or forecast"),
        ("review settle @ 9 done", "not settled without a word", "what came of it"),
        ("review settle @ 9 done --reason x", "There is no such action", "from the list"),
        ("cadence set @ weekly daily", "'daily' is not how often", "two_weeks"),
        ("cadence set @ wekly week", "Nothing called 'wekly'", "weekly"),
        ("cadence set @ weekly week --scope 'rep:Ann Lee'", "has no cadence for 'rep:Ann Lee'", "org or team"),
        ("cadence clear @ weekly", "Nothing was set for 'org'", "usual cadence"),
        ("due @ --to days.txt", "'days.txt' is no calendar file", ".ics"),
        ("due @ --until 2025-13-01", "'2025-13-01' is not a day", "year-month-day"),
        ("scorecard /no/such.kpidesk", "There is no workspace", "import a file"),
        ("scorecard FILE", "is not a workspace", "import"),
    ],
)
def test_a_wrong_request_is_told_with_advice(sales: Path, words: str, problem: str, advice: str) -> None:
    import shlex

    places = {"@": str(sales), "FILE": str(sales.parent / "pipeline.csv")}
    arguments = [places.get(word, word) for word in shlex.split(words)]
    told = refused(*arguments)
    assert problem in told
    assert advice in told
    assert "Traceback" not in told


def test_a_target_without_its_tiers_is_told_all_three_at_once(sales: Path) -> None:
    told = run("target", "set", sales, "bookings", "--minimum", "+0%").stderr
    assert "all three: --minimum, --target and --stretch" in told
    assert run("target", "set", "--help").stdout.count("[required]") == 3


def test_a_new_kpi_without_an_id_is_told_to_need_one_of_your_own(sales: Path) -> None:
    done = run("kpi", "add", sales, "--name", "Demos", "--formula", WON)
    assert done.exit_code == 2
    assert "A new one needs an id of your own" in " ".join(done.stderr.split())
    assert "kpi add WORKSPACE demos_held" in " ".join(done.stderr.split())
    assert "WORKSPACE KPI|FILE.toml" in run("kpi", "add", "--help").stdout


@pytest.mark.parametrize(
    "words",
    ["scorecard", "scorecard @ --nope", "import @", "import @ x.csv --kind dogs", "nonsense @ x", "target set @ k"],
)
def test_a_command_written_wrongly_ends_with_2(sales: Path, words: str) -> None:
    done = run(*words.replace("@", str(sales)).split())
    assert done.exit_code == 2
    assert "Usage:" in done.stderr


def test_a_command_that_is_not_there_offers_the_nearest(sales: Path) -> None:
    for words in (("scorcard", sales), ("scorcard",)):
        done = run(*words)
        assert done.exit_code == 2
        assert "There is no command or file 'scorcard'. Did you mean scorecard" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("formula", "under"),
    [
        (f"{WON} / count(deals where wun on closed_at)", "wun"),
        (f"{WON} + {VALUE}", f"{WON} + {VALUE}"),
        ("sum(deals.amuont where won on closed_at)", "amuont"),
    ],
)
def test_the_place_in_a_formula_is_shown(sales: Path, formula: str, under: str) -> None:
    shown, marks = refused("evaluate", sales, formula).splitlines()[:2]
    assert shown == formula
    assert formula[marks.index("^") : len(marks)] in (under, f"deals.{under}")
    added = refused("kpi", "add", sales, "mine", "--formula", formula).splitlines()
    assert added[:2] == [shown, marks]


def test_the_minimum_may_not_stand_above_the_target(sales: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.kpidesk"
    path.write_bytes(sales.read_bytes())
    goal = ("bookings", "--period", "2025-Q2")
    assert "needs a baseline first" in refused("target", "set", path, *goal, *TIERS)
    assert run("baseline", "set", path, *goal, "--value", "30000", "--reason", "plan").exit_code == 0
    told = refused("target", "set", path, *goal, "--minimum", "40000", "--target", "+10%", "--stretch", "+20%")
    assert "out of order" in told
    assert "smallest number into minimum" in told


def test_with_json_the_error_is_told_twice(sales: Path) -> None:
    done = run("scorecard", sales, "--kpi", "winrate", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert problems(told, "error") == []
    assert told["error"]["problem"] == "There is no KPI 'winrate'."
    assert done.stderr.startswith(told["error"]["problem"])


def test_an_error_before_the_last_option_is_told_in_json_as_well(sales: Path) -> None:
    told = json.loads(run("scorecard", sales, "--as-of", "soon", "--json").stdout)
    assert told["error"]["problem"] == "'soon' is not a day."


def test_open_questions_are_told_and_nothing_is_made(tmp_path: Path) -> None:
    path, file = tmp_path / "new.kpidesk", write(tmp_path, "pipeline.csv", DEALS)
    done = run("import", path, file, "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, path.exists()) == (1, False)
    assert problems(told, "error") == []
    assert [sorted(one["choices"]) for one in told["questions"]] == [["ignore", "lost", "open", "won"]]
    assert told["questions"][0]["evidence"].casefold() in done.stderr.casefold()
    assert "--stage" in told["error"]["advice"]
    line = f"kpidesk import {path} {file} --json --stage Engaging=open --stage Prospecting=open"
    assert told["command"] == line
    assert f"Ready to copy once each suggestion is checked:\n  {line}\n" in done.stderr


def test_a_line_with_what_is_still_to_be_said_is_ready_to_copy(tmp_path: Path) -> None:
    path, rows = tmp_path / "my sales.kpidesk", "D1,Won Back?,03/04/2026\nD2,Late Demo,04/03/2026\nD3,Demo lost,\n"
    file = write(tmp_path, "deals.csv", f"Deal ID,Stage,Close date\n{rows}")
    done = run("import", path, file)
    assert done.stderr.splitlines()[-2:] == [
        "Ready to copy once each … is filled in and each suggestion is checked:",
        f'  kpidesk import "{path}" {file} --date-order … --stage "Demo lost=lost" --stage "Late Demo=open" '
        '--stage "Won Back?=won"',
    ]
    assert "--stage VALUE=open|won|lost|ignore, once for each word" in done.stderr
    for unsaid, problem in (("--date-order", "is no order of dates"), ("--decimal", "Invalid value")):
        assert problem in run("import", path, file, unsaid, UNSAID).stderr
    assert "cannot be '…'" in run("import", path, file, "--date-order", "dmy", "--stage", "Late Demo=…").stderr
    assert not path.exists()


@pytest.mark.parametrize(
    ("head", "more", "line"),
    [
        ("Direction,Foo", (), "--kind activities"),
        ("Foo,Bar", (), "--kind …"),
        ("Foo,Bar", ("--kind", "deals"), "--map id=Foo"),
    ],
)
def test_a_file_that_says_too_little_is_told_with_a_line_ready_to_copy(
    head: str, more: tuple[str, ...], line: str, tmp_path: Path
) -> None:
    path, file = tmp_path / "new.kpidesk", write(tmp_path, "odd.csv", f"{head}\nk1,2\n")
    said = ("import", path, file, *more, "--json")
    told = json.loads(run(*said).stdout)
    assert problems(told, "error") == []
    assert told["command"] == " ".join(("kpidesk", *map(str, said), line))
    two = run("import", path, file, write(tmp_path, "teams.csv", TEAMS), *more)
    assert "Ready to copy" not in two.stderr


def test_of_several_files_all_are_imported_or_none(tmp_path: Path) -> None:
    path = tmp_path / "new.kpidesk"
    teams, deals = write(tmp_path, "teams.csv", TEAMS), write(tmp_path, "pipeline.csv", DEALS)
    done = run("import", path, teams, tmp_path / "missing.csv", deals, *STAGES)
    assert (done.exit_code, done.stdout, path.exists()) == (1, "", False)
    assert "There is no file" in done.stderr
    assert "None of the 3 files was imported." in done.stderr


def test_a_failing_file_takes_those_before_it_back_with_their_answers(tmp_path: Path) -> None:
    path = build(tmp_path)
    before = [
        run(*words, "--json").stdout for words in (("imports", path), ("scorecard", path), ("evaluate", path, WON))
    ]
    again = write(tmp_path, "again.csv", DEALS + "Z9,Dana Ortiz,Widget,Acme,Won,2017-01-02,2017-03-04,900\n")
    bad = write(tmp_path, "bad.csv", "this,is\n")
    words = ("--stage", "Won=lost", "--stage", "Lost=won")
    assert "None of the 2 files was imported." in refused("import", path, again, bad, *words)
    after = [
        run(*words, "--json").stdout for words in (("imports", path), ("scorecard", path), ("evaluate", path, WON))
    ]
    assert after == before


def test_a_workspace_in_use_elsewhere_is_left_alone(sales: Path) -> None:
    ws = operations.open_workspace(sales)
    try:
        told = refused("scorecard", sales)
    finally:
        operations.close(ws)
    assert "open" in told
    assert run("scorecard", sales).exit_code == 0


def test_an_export_never_overwrites_the_workspace(sales: Path, tmp_path: Path) -> None:
    path = tmp_path / "named.csv"
    path.write_bytes(sales.read_bytes())
    assert "is the open workspace" in refused("export", path, "scorecard", "--to", path)
    assert path.read_bytes() == sales.read_bytes()


def test_a_folder_is_no_file_to_export_to(sales: Path, tmp_path: Path) -> None:
    folder = tmp_path / "card.pdf"
    folder.mkdir()
    assert run("export", sales, "scorecard", "--to", folder).exit_code in (1, 2)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("command", ["review show", "review close", "coaching-goal drop", "undo", "note delete"])
def test_a_number_that_nothing_can_have_is_a_usage_error(sales: Path, command: str) -> None:
    done = run(*command.split(), sales, "9" * 23)
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [(), ("kpi",), ("pivot",)])
def test_the_help_tells_the_whole_of_what_each_command_does(words: tuple[str, ...]) -> None:
    told = run(*words, "--help").stdout
    assert "..." not in told.partition("Commands:")[2]


@pytest.mark.skipif(sys.platform == "win32", reason="a mode of POSIX")
def test_an_undo_that_is_refused_does_not_say_what_it_takes_back(sales: Path) -> None:
    sales.chmod(0o400)
    done = run("undo", sales)
    sales.chmod(0o600)
    assert done.exit_code == 1
    assert "open read-only" in done.stderr
    assert "Taking back" not in done.stderr
