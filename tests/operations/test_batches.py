"""Several files in one go, also out of an archive and from the sheets of one workbook: right order, all or none."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import date
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner

from kpidesk import operations
from kpidesk.cli import main
from kpidesk.core.errors import OpenQuestionsError, UserError
from kpidesk.core.imports import IMPORT_ORDER, ImportOptions, ImportReport, Preview
from kpidesk.core.progress import Progress, finish
from kpidesk.operations.imports import import_planned
from tests.operations.support import TODAY, Line, options, write

DEALS: list[Line] = [
    ("D1", "Ann Lee", "Won", "1000", "2026-01-05", "2026-02-10"),
    ("D2", "Bo Dahl", "Lost", "2000", "2026-01-06", "2026-02-11"),
]
PEOPLE = "Name,Team\nAnn Lee,East\nBo Dahl,West\n"
TICKETS = "ticket_id,resolved_at,priority\nT1,2026-01-05,high\n"
UNCLOSED = 'Deal ID,Owner,Stage\nD1,"Ann,Won\n'


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which temporary ones are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "w.kpidesk"


def deals(folder: Path, lines: Sequence[Line] = DEALS, name: str = "deals.csv") -> Path:
    return write(folder / name, lines)


def people(folder: Path, text: str = PEOPLE) -> Path:
    file = folder / "people.csv"
    file.write_text(text)
    return file


def packed(folder: Path, members: dict[str, str]) -> Path:
    archive = folder / "export.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name, text in members.items():
            file.writestr(name, text)
    return archive


def content(file: Path) -> tuple[list[tuple[str, int]], object]:
    """The imports of a workspace, each with how many rows it read, and its reps with their teams."""
    with_it = operations.open_workspace(file, today=TODAY)
    try:
        return [(one.file, one.read) for one in operations.imports(with_it)], operations.scopes(with_it)
    finally:
        operations.close(with_it)


def test_every_kind_has_its_place_in_the_order() -> None:
    from kpidesk.core.fields import FIELDS, KINDS

    assert sorted(IMPORT_ORDER) == sorted(KINDS)
    for kind, fields in FIELDS.items():
        for field in fields:
            if field.to is not None and (kind, field.to) != ("leads", "deals"):  # a lead comes before its deal
                assert IMPORT_ORDER.index(field.to) < IMPORT_ORDER.index(kind)


def test_an_archive_is_imported_in_the_right_order_and_the_rest_is_named(
    path: Path, tmp_path: Path, elsewhere: Path
) -> None:
    archive = packed(
        tmp_path,
        {"a/deals.csv": deals(tmp_path).read_text(), "people.csv": PEOPLE, "tickets.csv": TICKETS, "logo.png": "x",
         "header.csv": "Deal ID,Stage\n", "quotas.csv": "Id,QuotaAmount,CurrencyIsoCode\nQ1,500,EUR\n"},
    )  # fmt: skip
    reports = finish(operations.import_into(path, (archive,), options(), today=TODAY))
    assert [(one.file, one.kind, one.added) for one in reports] == [
        ("people.csv", "people", 2),
        ("deals.csv", "deals", 2),
    ]
    told = " ".join(reports[0].notices)
    assert "'logo.png' is left out: it is not a file with rows" in told
    assert "'tickets.csv' is left out: The columns of this file are not those" in told
    assert "Left out: 'header.csv' has column names but no rows below them." in told
    assert "Left out: No column of 'quotas.csv' is known to hold what a quota needs: period." in told
    assert not any("left out" in notice for notice in reports[1].notices)
    assert content(path)[0] == [("people.csv", 2), ("deals.csv", 2)]
    assert list(elsewhere.iterdir()) == []


def test_files_given_in_any_order_are_imported_people_first(path: Path, tmp_path: Path) -> None:
    files = (deals(tmp_path), people(tmp_path))
    said = replace(options(), words={"lead_source:Website": "Web"})  # people have no such field
    reports = finish(operations.import_into(path, files, said, today=TODAY))
    assert [one.kind for one in reports] == ["people", "deals"]
    nowhere = replace(options(), words={"kind:Website": "Web"})
    with pytest.raises(UserError, match=r"No words of a field 'kind' of .* mean something"):
        finish(operations.import_into(path, files, nowhere, today=TODAY))


def test_files_that_came_together_go_together_or_not_at_all(path: Path, tmp_path: Path) -> None:
    ws = operations.open_workspace(path, create=True, today=TODAY)
    files = [(file, options()) for file in (deals(tmp_path), people(tmp_path))]
    numbers = [report.import_id for _, report in finish(operations.import_together(ws, files))]
    with pytest.raises(UserError):
        finish(operations.undo_together(ws, (*numbers, 99)))
    with pytest.raises(UserError):
        finish(operations.undo_together(ws, (-1, *numbers)))
    work = operations.undo_together(ws, numbers)
    next(work)
    work.close()
    assert [one.import_id for one in operations.imports(ws)] == numbers
    done = finish(operations.undo_together(ws, numbers))
    assert [one.import_id for one in done] == numbers[::-1]
    assert operations.imports(ws) == ()
    assert operations.scopes(ws).people == ()
    operations.close(ws)


@pytest.mark.parametrize("many", [False, True])
def test_only_of_a_file_alone_the_rows_are_kept_from_check_to_import(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, many: bool
) -> None:
    kept = list[int]()

    def seen(*given: Any, **how: Any) -> Generator[Progress, None, ImportReport]:
        kept.append(sum(map(len, given[3].held)))
        return (yield from import_planned(*given, **how))

    monkeypatch.setattr("kpidesk.operations.batches.import_planned", seen)
    files = [deals(tmp_path), *([people(tmp_path)] if many else [])]
    finish(operations.import_into(path, files, options(), today=TODAY))
    ws = operations.open_workspace(path, today=TODAY)
    finish(operations.import_together(ws, [(file, options()) for file in files]))
    operations.close(ws)
    assert kept == ([0, 0, 0, 0] if many else [len(DEALS), len(DEALS)])


def test_a_lead_belongs_to_a_deal_that_came_in_the_same_go(path: Path, tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    header = "Lead ID,Lead Name,Lead Source,Lead Status,MQL Date,Converted Date,Converted Opportunity ID"
    rows = (f"L{at},Mara,Web,New,2026-01-02,2026-01-05,{deal}" for at, deal in enumerate(("D1", "D9")))
    leads.write_text("\n".join((header, *rows)))
    reports = finish(operations.import_into(path, (deals(tmp_path), leads), options(), today=TODAY))
    assert [one.kind for one in reports] == ["leads", "deals"]
    (found,) = reports[0].linked
    assert (found.by_id, found.unlinked) == (1, 1)


def test_a_damaged_member_leaves_nothing_behind(path: Path, tmp_path: Path, elsewhere: Path) -> None:
    finish(operations.import_into(path, (people(tmp_path),), options(), today=TODAY))
    before = content(path)
    archive = packed(tmp_path, {"deals.csv": deals(tmp_path).read_text(), "more.csv": UNCLOSED})
    with pytest.raises(UserError) as refused:
        finish(operations.import_into(path, (archive,), options(), today=TODAY))
    assert refused.value.problem == "In 'export.zip': Line 2 of 'more.csv': a quoted value is never closed."
    assert content(path) == before
    assert list(elsewhere.iterdir()) == []


def test_an_archive_without_records_is_refused_with_the_reasons(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no file with records of a known kind.*'tickets\.csv' is left out"):
        finish(operations.import_into(path, (packed(tmp_path, {"tickets.csv": TICKETS}),), options(), today=TODAY))
    assert not path.exists()


def test_of_files_named_one_by_one_none_is_left_out(path: Path, tmp_path: Path) -> None:
    tickets = tmp_path / "tickets.csv"
    tickets.write_text(TICKETS)
    with pytest.raises(UserError, match="are not those") as refused:
        finish(operations.import_into(path, (people(tmp_path), tickets), options(), today=TODAY))
    assert "None of the 2 files was imported." in refused.value.advice
    assert not path.exists()


def test_what_all_files_leave_open_is_asked_at_once(path: Path, tmp_path: Path) -> None:
    first = deals(tmp_path, [("D1", "Ann Lee", "Rumoured", "1", "2026-01-05", "2026-03-01")], "first.csv")
    second = deals(tmp_path, [("D2", "Ann Lee", "Dreamt", "1", "2026-01-05", "2026-03-01")], "second.csv")
    with pytest.raises(OpenQuestionsError) as asked:
        finish(operations.import_into(path, (first, second), ImportOptions(date_order="ymd"), today=TODAY))
    assert "'Rumoured'" in asked.value.problem
    assert "'Dreamt'" in asked.value.problem
    assert asked.value.advice.count("--stage") == 1
    assert "second.csv leaves something open" in asked.value.problem
    assert len(asked.value.questions) == 2


def test_deals_that_tell_no_stage_hold_all_files_up(path: Path, tmp_path: Path) -> None:
    text = "Deal ID,Assignee,How far,Value,Close date\n1,Ann Lee,Won,10,2026-02-13\n2,Ann Lee,Lost,20,2026-02-14\n"
    (tmp_path / "hand-made.csv").write_text(text)
    files = [str(tmp_path / "hand-made.csv"), str(people(tmp_path))]
    held = CliRunner().invoke(main, ["import", str(path), *reversed(files)])
    assert held.exit_code == 1
    for words in ('--map stage="How far"', '--map owner="Assignee"', "import that file alone", "None of the 2 files"):
        assert words in " ".join(held.output.split())
    assert "Ready to copy" not in held.output, "no line answers for one file of several"
    assert not path.exists()
    said = ["--map", "stage=How far", "--map", "owner=Assignee"]
    done = CliRunner().invoke(main, ["import", str(path), files[0], *said])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    "text",
    [
        "Deal ID,Wer,Land,Stage,Value,Close date\n1,Ann Lee,NO,Won,10,2026-02-13\n2,Bo Dahl,SE,Lost,20,2026-02-14\n",
        "Activity ID,Type,Wer,Date,Deal ID\n1,Call,Ann Lee,2026-02-13,D1\n2,Call,Bo Dahl,2026-02-14,D2\n",
    ],
)
def test_a_column_of_people_who_came_in_before_may_be_that_of_whose_they_are(
    path: Path, tmp_path: Path, text: str
) -> None:
    (tmp_path / "hand-made.csv").write_text(text)
    files = (tmp_path / "hand-made.csv", people(tmp_path))
    with pytest.raises(OpenQuestionsError) as asked:
        finish(operations.import_into(path, files, ImportOptions(), today=TODAY))
    assert [one.choices for one in asked.value.questions] == [("Wer", "-")]
    assert not path.exists()
    (alone,) = finish(operations.import_into(path, files[:1], ImportOptions(), today=TODAY))
    assert (alone.added, alone.issues) == (2, ())


def test_cancelled_at_every_step_the_workspace_is_as_it_was(path: Path, tmp_path: Path, elsewhere: Path) -> None:
    finish(operations.import_into(path, (deals(tmp_path, DEALS[:1], "before.csv"),), options(), today=TODAY))
    before = content(path)
    archive = packed(tmp_path, {"deals.csv": deals(tmp_path).read_text(), "people.csv": PEOPLE})
    finish(operations.import_into(path, (archive,), options(), today=TODAY, dry_run=True))
    assert content(path) == before
    for stop in count(1):
        work = operations.import_into(path, (archive,), options(), today=TODAY)
        if sum(1 for _ in islice(work, stop)) < stop:
            break  # so many steps it does not take; how many it takes is a matter of time
        work.close()
        assert content(path) == before
        assert list(elsewhere.iterdir()) == []
    assert stop > 5
    assert content(path) != before


def test_a_crash_at_any_step_leaves_all_or_none(path: Path, tmp_path: Path) -> None:
    finish(operations.import_into(path, (deals(tmp_path, DEALS[:1], "before.csv"),), options(), today=TODAY))
    before = content(path)
    archive = packed(tmp_path, {"deals.csv": deals(tmp_path).read_text(), "people.csv": PEOPLE})
    found = tmp_path / "found.kpidesk"
    steps = 0
    for _ in operations.import_into(path, (archive,), options(), today=TODAY):
        for suffix in ("", "-journal"):  # what a program that is killed now leaves on the disk
            left = path.with_name(path.name + suffix)
            copy = found.with_name(found.name + suffix)
            copy.write_bytes(left.read_bytes()) if left.exists() else copy.unlink(missing_ok=True)
        assert content(found) == before
        steps += 1
    assert steps > 5
    assert content(path) != before


def test_what_a_killed_program_unpacked_is_removed_and_what_is_in_use_is_not(
    path: Path, tmp_path: Path, elsewhere: Path
) -> None:
    archive = packed(tmp_path, {"deals.csv": deals(tmp_path).read_text()})
    script = (
        "import os, sys, tempfile; from pathlib import Path; from kpidesk import operations;"
        "from kpidesk.core.imports import ImportOptions; from kpidesk.core.progress import finish;"
        "from datetime import date; tempfile.tempdir = sys.argv[1];"
        "kept = finish(operations.look_into(Path(sys.argv[2]), ImportOptions(), today=date(2026, 1, 1))); os._exit(9)"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(elsewhere), str(archive)], check=False)
    assert killed.returncode == 9
    assert len(list(elsewhere.rglob("deals.csv"))) == 1
    in_use = finish(operations.look_into(archive, ImportOptions(), today=TODAY))
    assert isinstance(in_use, operations.Unpacked)
    operations.close(operations.open_workspace(path, create=True, today=TODAY))
    assert list(elsewhere.rglob("deals.csv")) == [in_use.files[0]]
    in_use.remove()
    assert list(elsewhere.iterdir()) == []


def workbook(folder: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    file = folder / "crm.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return file


HEADER = ("Deal ID", "Owner", "Stage", "Amount", "Created")
NEW = [HEADER, ("D1", "Ann Lee", "Won", 5, "2026-01-05"), ("D2", "Ann Lee", "Won", 5, "2026-01-05")]
TEAM = [("Name", "Team"), ("Ann Lee", "East")]


def test_sheets_of_different_kinds_are_all_imported(path: Path, tmp_path: Path) -> None:
    book = workbook(tmp_path, {"Deals": NEW, "Team": TEAM, "Notes": [("Call the bank",)], "Empty": []})
    reports = finish(operations.import_into(path, (book,), options(), today=TODAY))
    assert [(one.file, one.added) for one in reports] == [("crm.xlsx (Team)", 1), ("crm.xlsx (Deals)", 2)]
    told = [notice for one in reports for notice in one.notices]
    assert any("Sheet 'Notes' is left out" in notice for notice in told)
    assert not any("the largest, is read" in notice for notice in told)
    one = finish(operations.import_into(path, (book,), options(sheet="Team"), today=TODAY))
    assert [(report.kind, report.unchanged) for report in one] == [("people", 1)]


def test_two_sheets_of_one_kind_are_a_question(path: Path, tmp_path: Path) -> None:
    book = workbook(tmp_path, {"New": NEW, "Old": [HEADER, ("D9", "Bo", "Lost", 1, "2025-01-05")]})
    with pytest.raises(OpenQuestionsError) as asked:
        finish(operations.import_into(path, (book,), options(), today=TODAY))
    assert "2 sheets of 'crm.xlsx' hold deals: 'New' (2 rows), 'Old' (1 rows)" in asked.value.problem
    assert '--sheet "New"|"Old"' in asked.value.advice
    assert asked.value.questions[0].choices == ("New", "Old")
    assert not path.exists()
    (report,) = finish(operations.import_into(path, (book,), options(sheet="Old"), today=TODAY))
    assert report.added == 1


def test_the_command_takes_an_archive_and_lists_a_report_per_file(path: Path, tmp_path: Path) -> None:
    archive = packed(tmp_path, {"people.csv": PEOPLE, "accounts.csv": "Account Name,Industry\nAcme,Steel\n"})
    done = CliRunner().invoke(main, ["import", str(path), str(archive), "--json"])
    assert done.exit_code == 0, done.output
    assert [(one["file"], one["kind"], one["added"]) for one in json.loads(done.stdout)] == [
        ("people.csv", "people", 2), ("accounts.csv", "accounts", 1),
    ]  # fmt: skip
    climbing = packed(tmp_path, {"../people.csv": PEOPLE})
    refused = CliRunner().invoke(main, ["import", str(path), str(climbing), "--json"])
    assert refused.exit_code == 1
    assert "leads out of its folder" in json.loads(refused.stdout)["error"]["problem"]


def test_the_largest_sheet_may_be_one_without_records(path: Path, tmp_path: Path) -> None:
    notes = [("Pivot", "of", "numbers"), *((str(at), "x", "y") for at in range(30))]
    book = workbook(tmp_path, {"Pivot": notes, "Deals": NEW})
    (report,) = finish(operations.import_into(path, (book,), options(), today=TODAY))
    assert (report.file, report.added) == ("crm.xlsx (Deals)", 2)
    assert any("Sheet 'Pivot' is left out" in notice for notice in report.notices)
    alone = workbook(tmp_path, {"Pivot": notes, "More": notes[:9]})
    with pytest.raises(UserError) as refused:
        finish(operations.import_into(path, (alone,), options(), today=TODAY))
    assert not isinstance(refused.value, OpenQuestionsError)


def test_a_look_into_a_workbook_tells_every_sheet_with_records(path: Path, tmp_path: Path) -> None:
    ws = operations.open_workspace(path, create=True, today=TODAY)

    def looked(book: Path, sheet: str = "") -> object:
        return finish(operations.look_into(book, options(sheet=sheet), today=TODAY, ws=ws))

    several = looked(workbook(tmp_path, {"Deals": NEW, "Team": TEAM, "Notes": [("Call the bank",)], "Empty": []}))
    assert isinstance(several, operations.Sheets)
    assert [(one.sheet, one.kind, one.total_rows) for one in several.previews] == [
        ("Deals", "deals", 2), ("Team", "people", 1)
    ]  # fmt: skip
    assert list(several.left_out) == ["Notes", "Empty"]
    assert not any("the largest, is read" in notice for one in several.previews for notice in one.notices)
    only = looked(workbook(tmp_path, {"Deals": NEW, "Notes": [("Call the bank",)]}))
    assert isinstance(only, Preview)
    assert any("'Deals', the largest, is read and not 'Notes'" in notice for notice in only.notices)
    goals = [("Scope", "KPI", "Target"), ("org", "bookings", "5")]
    beside = looked(workbook(tmp_path, {"Deals": NEW, "Goals": goals, "Notes": [("Call the bank",)], "Empty": []}))
    assert isinstance(beside, operations.Sheets)
    assert [one.kind for one in beside.previews] == ["deals"]
    assert beside.left_out == {
        "Goals": "These are targets, which are no records: set them on Targets, or with kpidesk target import."
    }
    chosen = looked(workbook(tmp_path, {"Deals": NEW, "Team": TEAM}), sheet="Team")
    assert isinstance(chosen, Preview)
    assert chosen.kind == "people"
    operations.close(ws)


def test_dated_snapshots_given_together_are_each_of_the_day_in_their_name(path: Path, tmp_path: Path) -> None:
    rows = {"12": "D1,Ann Lee,Open,100\nD2,Ann Lee,Open,50", "26": "D1,Ann Lee,Open,300\nD2,Ann Lee,Open,50"}
    files = []
    for day in ("26", "12"):
        files.append(tmp_path / f"deals_2026-01-{day}.csv")
        files[-1].write_text(f"id,owner,stage,amount\n{rows[day]}\n")
    asked = ImportOptions(stages={"Open": "open"})
    reports = finish(operations.import_into(path, files, asked, today=TODAY))
    assert [one.data_date for one in reports] == [date(2026, 1, 12), date(2026, 1, 26)]
    assert [(one.what, one.deals, one.amount) for one in reports[1].changes] == [("amount up", 1, 200.0)]
    said = finish(operations.import_into(path, files, replace(asked, as_of=TODAY), today=TODAY, dry_run=True))
    assert {one.data_date for one in said} == {TODAY}
    for one, name in zip(sorted(said, key=lambda report: report.file), ("2026-01-12", "2026-01-26"), strict=True):
        assert f"The file name carries {name}, but --as-of {TODAY} was said for all files" in " ".join(one.notices)


def test_a_dry_run_of_several_files_says_what_their_import_does(path: Path, tmp_path: Path) -> None:
    texts = {
        "people.csv": PEOPLE,
        "deals_2026-01-12.csv": "id,owner,stage,amount,currency,close date\nD1,Ann Lee,Open,100,EUR,2026-02-01\n"
        "D2,Bo Dahl,Open,50,EUR,2026-02-02\n",
        "deals_2026-01-26.csv": "id,owner,stage,amount,currency,close date\nD1,Ann Lee,Open,300,EUR,2026-02-01\n"
        "D3,Bo Dahl,Open,x,EUR,2026-02-02\nD4,Bo Dahl,Open,70,,2026-02-02\n",
        "calls.csv": "Activity ID,Type,Direction,Status,Date,Assigned,Deal ID\n"
        "A1,Call,Out,Done,2026-01-20,Ann Lee,D1\n",
    }
    files = [tmp_path / name for name in texts]
    for file in files:
        file.write_text(texts[file.name])
    asked = ImportOptions(stages={"Open": "open"})
    tried = finish(operations.import_into(path, files, asked, today=TODAY, dry_run=True))
    assert not path.exists()
    assert {one.dry_run for one in tried} == {True}
    done = finish(operations.import_into(path, files, asked, today=TODAY))
    assert [replace(one, dry_run=False) for one in tried] == list(done)
    assert [one.currency for one in tried] == ["USD", "EUR", "EUR", "EUR"]  # people have no amounts
    assert ("amount up", 200.0) in [(one.what, one.amount) for one in tried[2].changes]
    assert [one.added for one in tried] == [2, 2, 1, 1]
    before = path.read_bytes()
    again = finish(operations.import_into(path, files, asked, today=TODAY, dry_run=True))
    assert [(one.added, one.updated) for one in again] == [(0, 0)] * 4
    assert path.read_bytes() == before


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_report_on_a_first_file_is_in_its_currency(path: Path, tmp_path: Path, dry_run: bool) -> None:
    file = tmp_path / "deals.csv"
    file.write_text("id,owner,stage,amount,currency\nD1,Ann Lee,Won,100,EUR\n")
    (report,) = finish(operations.import_into(path, (file,), options(), today=TODAY, dry_run=dry_run))
    assert report.currency == "EUR"
