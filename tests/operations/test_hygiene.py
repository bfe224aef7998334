"""The fix list on deals of which it is known, one by one, what is wrong with them."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it has no type hints
import pytest

from kpidesk import engine, operations
from kpidesk.core.errors import UserError
from kpidesk.core.fields import Outcome
from kpidesk.core.hygiene import Hygiene
from kpidesk.core.imports import ImportOptions
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import period_of
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.exporting.fix_list import fix_list_text
from tests.flow import ask, run
from tests.schema import problems

TODAY = date(2026, 3, 31)
DEALS = """\
Deal ID,Deal name,Owner,Account,Stage,Amount,Created,Close date,Last activity,Next activity,Lead source,Loss reason
fine,Fine,Ann Lee,Acme,Open,100,2026-03-01,2026-05-01,2026-03-20,2026-04-02,Web,
late,Late,Ann Lee,Bolt,Open,200,2026-01-05,2026-02-01,2026-03-20,2026-04-02,Web,
bare,Bare,Ann Lee,Corp,Open,,2026-01-05,,2026-03-20,,Web,
zero,Zero,Bo Dahl,Dune,Open,0,2026-03-05,2026-05-01,2026-03-20,2026-04-01,Select,
quiet,Quiet,Bo Dahl,Echo,Open,300,2026-01-05,2026-05-01,2026-02-28,2026-04-01,Web,
edge,Edge,Bo Dahl,Foxy,Open,300,2026-01-05,2026-03-31,2026-03-01,2026-03-31,Web,
free,Free,Bo Dahl,Gala,Won,,2026-01-05,2026-02-01,2026-02-01,,Web,
why,Why,Bo Dahl,Hall,Lost,50,2026-01-05,2026-02-01,2026-02-01,,Web,
back,Back,Bo Dahl,Iris,Lost,50,2026-02-05,2026-02-01,2026-02-01,,Web,Price
old,Old,Bo Dahl,Jazz,Won,,2024-01-05,2025-03-31,2025-02-01,,Web,
nobody,Nobody,,Kite,Open,400,2026-03-05,2026-05-01,2026-03-20,2026-04-01,Web,
twin-1,Big  deal,Ann Lee,Lyra,Open,10,2026-03-05,2026-05-01,2026-03-20,2026-04-01,Web,
twin-2,BIG DEAL,Ann Lee,Lyra,Open,20,2026-03-05,2026-06-01,2026-03-20,2026-04-01,Web,
other,Another,Ann Lee,Lyra,Open,30,2026-03-05,2026-06-01,2026-03-20,2026-04-01,Web,
pair-1,Pair one,Ann Lee,Mint,Open,70,2026-03-05,2026-06-01,2026-03-20,2026-04-01,Web,
pair-2,Pair two,Ann Lee,Mint,Open,70,2026-03-05,2026-06-01,2026-03-20,2026-04-01,Web,
ahead,Ahead,Ann Lee,Nova,Won,70,2026-03-05,2026-04-01,2026-03-20,,Web,
"""
EXPECTED = {
    "late": {"past_close"},
    "bare": {"no_amount", "no_close_date", "no_next_step"},
    "zero": {"no_amount", "placeholder"},
    "quiet": {"stale"},
    "free": {"won_without_amount"},
    "why": {"lost_without_reason"},
    "back": {"closed_before_created"},
    "nobody": {"no_owner"},
    "twin-1": {"duplicate"},
    "twin-2": {"duplicate"},
    "pair-1": {"duplicate"},
    "pair-2": {"duplicate"},
    "ahead": {"dated_ahead"},
}
"""`edge` is due, and was last touched, on the last days that are still in order; `old` closed a year and a day ago."""
STAGES: dict[str, Outcome] = {"Open": "open", "Won": "won", "Lost": "lost"}


def workspace(tmp_path: Path, text: str = DEALS) -> operations.Workspace:
    file = tmp_path / "deals.csv"
    file.write_text(text, encoding="utf-8")
    ws = operations.open_workspace(tmp_path / "a.kpidesk", create=True, today=TODAY)
    asked = ImportOptions(stages=STAGES, date_order="ymd", as_of=TODAY, source="crm")
    finish(operations.import_file(ws, file, asked))
    return ws


def by_key(found: Hygiene) -> dict[str, set[str]]:
    return {one.key: set(one.rules) for one in found.findings}


def test_every_deal_has_what_is_wrong_with_it(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    found = operations.hygiene(ws)
    assert by_key(found) == EXPECTED
    assert (found.deals, found.clean) == (16, 3)
    assert found.score == pytest.approx(3 / 16)
    assert {one.rule.id: one.deals for one in found.rules if one.deals} == {
        rule: sum(rule in broken for broken in EXPECTED.values()) for rule in set().union(*EXPECTED.values())
    }
    operations.close(ws)


def test_wins_of_one_account_and_name_may_be_one_when_they_are_a_month_apart(tmp_path: Path) -> None:
    wins = (("one", "One order", "2026-01-31"), ("two", "one  ORDER", "2026-03-02"), ("far", "One order", "2025-12-31"),
            ("name", "Another", "2026-02-10"))  # fmt: skip
    rows = "".join(f"{key},{name},Ann Lee,Opal,Won,80,2025-12-01,{day},,,Web,\n" for key, name, day in wins)
    ws = workspace(tmp_path, DEALS + rows + "lost,One order,Ann Lee,Opal,Lost,80,2025-12-01,2026-02-10,,,Web,Price\n")
    found = operations.hygiene(ws)
    assert {key for key, rules in by_key(found).items() if "won_twice" in rules} == {"one", "two"}
    assert by_key(found).items() >= EXPECTED.items()
    told = {one.key: one.detail[one.rules.index("won_twice")] for one in found.findings if "won_twice" in one.rules}
    assert told == {
        "one": "May be won once, not twice: see two", "two": "May be won once, not twice: see one",
    }  # fmt: skip
    assert re.search(r"Ann Lee +two +one  ORDER +\$80 +May be won once, not twice: see one", fix_list_text(found))
    numbers = {one.key: one.deal_id for one in found.findings}
    apart = operations.keep_apart(ws, [operations.pair_of_deals(ws, numbers["two"], numbers["one"])])
    assert not [one for one in operations.hygiene(ws).findings if "won_twice" in one.rules]
    operations.offer_again(ws, apart.apart)
    merged = operations.merge(ws, "deal", numbers["one"], numbers["two"])  # of one source
    assert not [one for one in operations.hygiene(ws).findings if "won_twice" in one.rules]
    operations.take_back(ws, merged)
    assert by_key(operations.hygiene(ws)) == by_key(found)
    operations.close(ws)


def test_what_a_customer_buys_again_is_no_duplicate(tmp_path: Path) -> None:
    again = (
        ("spare-1", "Svenja", "Open", "57300", "2026-01-12", "2026-05-11"),
        ("spare-2", "Katrin", "Open", "24700", "2026-02-23", "2026-05-12"),
        ("spare-3", "Katrin", "Won", "24700", "2025-09-23", "2026-02-12"),
        ("spare-4", "Svenja", "Won", "11900", "2025-11-23", "2026-02-20"),
        ("twice-1", "Svenja", "Open", "800", "2026-03-02", "2026-05-13"),
        ("twice-2", "Katrin", "Open", "800", "2026-03-20", "2026-05-30"),
    )
    rows = "".join(
        f"{key},Haug - {key.partition('-')[0]},{rep},Haug,{stage},{amount},{created},{due},2026-03-20,2026-04-02,Web,\n"
        for key, rep, stage, amount, created, due in again
    )
    ws = workspace(tmp_path, DEALS + rows)
    found = {key: rules for key, rules in by_key(operations.hygiene(ws)).items() if rules & {"duplicate", "won_twice"}}
    assert found == {key: {"duplicate"} for key in ("twin-1", "twin-2", "pair-1", "pair-2", "twice-1", "twice-2")}
    operations.close(ws)


CALLS = """\
Activity ID,Type,Status,Owner,Date,Deal ID
1,Call,Completed,Bo Dahl,2026-03-30,quiet
2,Call,Planned,Ann Lee,2026-03-30,dull
3,Call,Completed,Ann Lee,2026-02-10,dull
4,Call,Completed,Ann Lee,2026-02-20,dull
5,Call,Completed,Ann Lee,2026-12-24,dull
"""


def test_a_call_that_was_held_is_something_that_happened_and_one_that_is_planned_is_not(tmp_path: Path) -> None:
    ws = workspace(tmp_path, f"{DEALS}dull,Dull,Ann Lee,Onyx,Open,90,2026-02-20,2026-06-01,,2026-04-01,Web,\n")
    before = by_key(operations.hygiene(ws))
    assert before["quiet"] == {"stale"}
    assert "dull" not in before, "its stage has not stood still for long"
    calls = tmp_path / "calls.csv"
    calls.write_text(CALLS, encoding="utf-8")
    finish(operations.import_file(ws, calls, ImportOptions(kind="activities", date_order="ymd", as_of=TODAY)))
    found = {one.key: one for one in operations.hygiene(ws).findings}
    assert "quiet" not in found
    assert found["dull"].detail == ("No activity since 20 Feb 2026",)
    operations.close(ws)


def test_nothing_has_been_quiet_for_longer_than_it_is_old(tmp_path: Path) -> None:
    """An activity before the deal was created, in its file or one of activities, was with the contact."""
    made = {"young": "2026-03-29", "called": "2026-03-05", "last": "2026-03-01", "first": "2026-02-28"}
    rows = "".join(
        f"{key},{key.title()},Ann Lee,{key}-co,Open,90,{day},2026-06-01,{'' if key == 'called' else '2026-01-05'},"
        "2026-04-01,Web,\n"
        for key, day in made.items()
    )
    ws = workspace(tmp_path, DEALS + rows)
    calls = tmp_path / "calls.csv"
    calls.write_text(f"{CALLS.splitlines()[0]}\n1,Call,Completed,Ann Lee,2025-10-03,called\n", encoding="utf-8")
    finish(operations.import_file(ws, calls, ImportOptions(kind="activities", date_order="ymd", as_of=TODAY)))
    found = {one.key: one.detail for one in operations.hygiene(ws).findings}
    old = {key for key, day in made.items() if (TODAY - date.fromisoformat(day)).days > 30}
    assert {key for key in made if key in found} == old == {"first"}
    assert found["first"] == ("No activity since 28 Feb 2026",)
    operations.close(ws)


def test_a_next_step_whose_day_is_past_says_its_day(tmp_path: Path) -> None:
    ws = workspace(tmp_path, DEALS.replace("2026-03-31,Web", "2026-03-30,Web"))
    found = {one.key: one for one in operations.hygiene(ws).findings}
    assert found["edge"].detail == ("Next step is past: 30 Mar 2026",)
    assert "No next step" in found["bare"].detail
    operations.close(ws)


def test_each_finding_names_its_row_and_values(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    found = {one.key: one for one in operations.hygiene(ws).findings}
    assert found["late"].detail == ("Close date has passed: 1 Feb 2026",)
    assert found["zero"].detail == ("No amount", "A field holds a placeholder: Lead source 'Select'")
    assert found["back"].detail == ("Closed before it was created: closed 1 Feb 2026, created 5 Feb 2026",)
    assert (found["late"].file, found["late"].line) == ("deals.csv", 3)
    operations.close(ws)


def test_the_parts_of_a_scope_are_its_own(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    reps = operations.scopes(ws)
    ann, bo = (operations.hygiene(ws, reps.find_scope(f"rep:{name}")) for name in ("Ann Lee", "Bo Dahl"))
    nobody = operations.hygiene(ws, reps.find_scope("unassigned"))
    whole = operations.hygiene(ws)
    assert set(by_key(ann)) == {"late", "bare", "twin-1", "twin-2", "pair-1", "pair-2", "ahead"}
    assert set(by_key(nobody)) == {"nobody"}
    assert ann.deals + bo.deals + nobody.deals == whole.deals
    assert {one.name: (one.deals, one.clean) for one in whole.reps} == {
        "Ann Lee": (ann.deals, ann.clean), "Bo Dahl": (bo.deals, bo.clean), "Unassigned": (1, 0)
    }  # fmt: skip
    assert (ann.clean / ann.deals > bo.clean / bo.deals, ann.deals - ann.clean > bo.deals - bo.clean) == (True, True)
    assert [one.name for one in whole.reps] == ["Ann Lee", "Bo Dahl", "Unassigned"]  # by what there is to do
    operations.close(ws)


def test_a_rule_whose_field_no_file_gives_is_not_looked_for(tmp_path: Path) -> None:
    lines = [line.split(",") for line in DEALS.splitlines()]
    ws = workspace(tmp_path, "\n".join(",".join((*line[:9], *line[10:])) for line in lines))
    found = operations.hygiene(ws)
    skipped = {one.rule.id: one.skipped for one in found.rules if one.skipped}
    assert skipped == {"no_next_step": "no deal has 'Next activity'"}
    assert all("no_next_step" not in one.rules for one in found.findings)
    operations.close(ws)


def test_where_next_steps_are_only_written_down_an_open_deal_without_one_is_found(tmp_path: Path) -> None:
    head, *lines = DEALS.replace("Next activity", "Next step").splitlines()
    steps = ["Call" if line.partition(",")[0] != "quiet" else "" for line in lines]
    cells = [line.split(",") for line in lines]
    text = "\n".join([head, *(",".join((*one[:9], step, *one[10:])) for one, step in zip(cells, steps, strict=True))])
    ws = workspace(tmp_path, text)
    found = operations.hygiene(ws)
    assert {one.key for one in found.findings if "no_next_step" in one.rules} == {"quiet"}
    assert {one.rule.id for one in found.rules if one.skipped} == set()
    operations.close(ws)


def test_an_account_that_says_nothing_is_a_placeholder(tmp_path: Path) -> None:
    ws = workspace(tmp_path, DEALS.replace(",Acme,", ",Please select,"))
    found = operations.hygiene(ws)
    assert by_key(found) == EXPECTED | {"fine": {"placeholder"}}
    [one] = [one for one in found.findings if one.key == "fine"]
    assert one.detail == ("A field holds a placeholder: Account 'Please select'",)
    operations.close(ws)


def test_a_deal_whose_own_name_says_nothing_has_a_placeholder(tmp_path: Path) -> None:
    ws = workspace(tmp_path, DEALS.replace("fine,Fine,", "fine, TEST ,"))
    found = operations.hygiene(ws)
    assert by_key(found) == EXPECTED | {"fine": {"placeholder"}}
    [one] = [one for one in found.findings if one.key == "fine"]
    assert [part.removeprefix("A field holds a placeholder: ") for part in one.detail] == ["Deal name 'TEST'"]
    operations.close(ws)


def test_the_fix_list_is_written_sorted_by_rep_and_cannot_run(tmp_path: Path) -> None:
    ws = workspace(tmp_path, DEALS.replace("late,Late", "late,=1+1"))
    target = tmp_path / "fix.csv"
    assert operations.export_hygiene(ws, operations.hygiene(ws), target) == len(EXPECTED)
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"))))
    owners = [row["owner"] for row in rows]
    assert owners == sorted(owners, key=lambda name: (not name, name))
    assert next(row["deal"] for row in rows if row["id"] == "late") == "'=1+1"
    with pytest.raises(UserError, match="no form"):
        operations.export_hygiene(ws, operations.hygiene(ws), tmp_path / "fix.pdf")
    operations.close(ws)


def test_amounts_of_the_fix_list_stand_beside_their_currency_and_days_are_days(tmp_path: Path) -> None:
    head, *lines = DEALS.splitlines()
    euro = "\n".join((f"{head},Currency", *(f"{one},{'EUR' if one.startswith('late') else 'USD'}" for one in lines)))
    ws = workspace(tmp_path, f"{euro}\n")
    for name in ("fix.csv", "fix.xlsx"):
        operations.export_hygiene(ws, operations.hygiene(ws), tmp_path / name)
    rows = {one["id"]: one for one in csv.DictReader(io.StringIO((tmp_path / "fix.csv").read_text("utf-8-sig")))}
    assert [(rows[key]["amount"], rows[key]["currency"]) for key in ("late", "nobody", "bare")] == [
        ("200", "EUR"), ("400", "USD"), ("", ""),
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(tmp_path / "fix.xlsx")["To fix"]
    late = next(row for row in sheet.iter_rows(min_row=5, values_only=True) if row[2] == "late")
    assert late[5:8] == (200, "EUR", datetime(2026, 2, 1))
    operations.close(ws)


def test_the_deals_are_looked_through_once_for_the_list_and_the_codes_of_its_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = workspace(tmp_path)
    check, looks = engine.check_hygiene, []

    def noted(facts: engine.Facts, scope: Scope, *, has_steps: bool) -> engine.Checked:
        looks.append(scope)
        return check(facts, scope, has_steps=has_steps)

    monkeypatch.setattr(engine, "check_hygiene", noted)
    whole = operations.hygiene(ws)
    assert whole.receipt
    assert all(one.receipt for one in whole.reps)
    ann = operations.scopes(ws).find_scope("rep:Ann Lee")
    hers = operations.hygiene(ws, ann)
    assert looks == [ORG, ann], "the score of a rep is that of the KPI, which looks through the deals of all"
    assert hers.receipt == next(one.receipt for one in whole.reps if one.name == "Ann Lee")
    [row] = operations.scorecard(ws, Question(period_of(TODAY, "month", Settings()), ORG), ("hygiene_share",)).rows
    assert (row.result.numerator, row.result.denominator) == (whole.clean, whole.deals)
    assert looks == [ORG, ann]
    operations.close(ws)


def test_an_empty_workspace_has_nothing_to_fix(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "a.kpidesk", create=True, today=TODAY)
    found = operations.hygiene(ws)
    assert found.score is None
    assert found.sentence == "There are no deals to look at."
    operations.close(ws)


# --- the command line -------------------------------------------------------------------------------------------


def closed(tmp_path: Path) -> Path:
    """The workspace of the deals, closed."""
    ws = workspace(tmp_path)
    operations.close(ws)
    return ws.path


def test_the_command_answers_by_its_schema(tmp_path: Path) -> None:
    path = closed(tmp_path)
    answer = ask("hygiene", path)
    assert problems(answer, "hygiene") == []
    assert {one["key"]: set(one["rules"]) for one in answer["findings"]} == EXPECTED
    assert (answer["scope"], answer["as_of"], answer["deals"], answer["clean"]) == ("org", "2026-03-31", 16, 3)
    bo = ask("hygiene", path, "--scope", "rep:Bo Dahl")
    assert bo["scope"] == "rep:Bo Dahl"
    assert {one["owner"] for one in bo["findings"]} == {"Bo Dahl"}
    assert ask("hygiene", path, "--as-of", "2026-03-30")["score"] is None  # nothing was known the day before


def test_the_command_says_what_to_fix_and_how(tmp_path: Path) -> None:
    told = run("hygiene", closed(tmp_path)).stdout
    assert told.splitlines()[0].endswith(", data of 31 Mar 2026")
    assert "3 of 16 deals (19%) are in order." in told
    assert re.search(r"^Close date has passed +1 of 12  +Ask when it will really close", told, re.MULTILINE)
    assert re.search(r"^Ann Lee +2 of 9 +22%$", told, re.MULTILINE)
    assert re.search(r"^Ann Lee +late +Late +\$200 +Close date has passed: 1 Feb 2026$", told, re.MULTILINE)


def test_the_command_writes_the_fix_list_of_a_rep(tmp_path: Path) -> None:
    path, to = closed(tmp_path), tmp_path / "bo.csv"
    assert run("hygiene", path, "--scope", "rep:Bo Dahl", "--to", to).stdout == f"{to}: 5 deals to fix.\n"
    assert {row["owner"] for row in csv.DictReader(io.StringIO(to.read_text(encoding="utf-8-sig")))} == {"Bo Dahl"}
    refused = run("hygiene", path, "--scope", "rep:Bo Dal")
    assert (refused.exit_code, "Bo Dahl" in refused.stderr) == (1, True)
