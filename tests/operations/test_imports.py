"""Imports as a whole: all or nothing, a report that adds up, what changed since, and the way back."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from itertools import count, islice
from pathlib import Path

import pytest

from kpidesk import operations, store
from kpidesk.core.errors import OpenQuestionsError, UserError
from kpidesk.core.fields import Kind
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from tests.operations.support import TODAY, Line, bring_in, looked_into, made, options, write

JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 20)
BEFORE: list[Line] = [
    ("D1", "Ann Lee", "Open", "1000", "2026-01-05", "2026-03-01"),
    ("D2", "Ann Lee", "Open", "2000", "2026-01-06", "2026-03-01"),
    ("D3", "Bo Dahl", "Open", "3000", "2026-01-07", "2026-03-01"),
    ("D4", "Bo Dahl", "Open", "4000", "2026-01-08", "2026-03-01"),
    ("D5", "Cy Oh", "Open", "5000", "2026-01-09", "2026-03-01"),
]
AFTER: list[Line] = [
    ("D1", "Ann Lee", "Won", "1000", "2026-01-05", "2026-02-10"),
    ("D2", "Ann Lee", "Lost", "2000", "2026-01-06", "2026-02-11"),
    ("D3", "Bo Dahl", "Open", "3000", "2026-01-07", "2026-04-15"),
    ("D4", "Bo Dahl", "Open", "4500", "2026-01-08", "2026-03-01"),
    ("D6", "Cy Oh", "Open", "700", "2026-02-02", "2026-05-01"),
]


def test_what_changed_since_the_import_before_is_counted_and_valued(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    first = bring_in(ws, write(tmp_path / "january.csv", BEFORE), JANUARY)
    assert first.changes == ()
    report = bring_in(ws, write(tmp_path / "february.csv", AFTER), FEBRUARY)
    assert (report.read, report.added, report.updated, report.unchanged) == (5, 1, 4, 0)
    assert {one.what: (one.deals, one.amount) for one in report.changes} == {
        "new": (1, 700.0),
        "pushed": (1, 3000.0),
        "amount up": (1, 500.0),
        "won": (1, 1000.0),
        "lost": (1, 2000.0),
        "no longer in the file": (1, 5000.0),
    }
    again = bring_in(ws, tmp_path / "february.csv", FEBRUARY)
    assert (again.unchanged, again.changes) == (5, ())
    operations.close(ws)


def test_after_an_undo_answers_are_filled_in_where_a_person_looks_and_else_asked_again(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    path = tmp_path / "deals.csv"
    path.write_text("Deal ID,How far,Owner,Value\n1,Won,Ann,10\n", encoding="utf-8")
    for said in (ImportOptions(columns={"stage": "How far"}), ImportOptions()):
        finish(operations.import_file(ws, path, replace(said, as_of=JANUARY)))
    finish(operations.undo(ws))
    assert looked_into(path, ImportOptions(), ws).questions == ()
    finish(operations.undo(ws))
    plain = looked_into(path, ImportOptions(), ws)
    assert plain.questions[0].option.startswith("--map stage=")
    recalled = looked_into(path, ImportOptions(recall=True), ws)
    assert recalled.questions == ()
    assert "taken back: its columns and answers are filled in" in recalled.notices[0]
    operations.close(ws)


def test_a_file_that_comes_late_is_compared_with_what_was_known_on_its_day(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    bring_in(ws, write(tmp_path / "january.csv", BEFORE), JANUARY)
    bring_in(ws, write(tmp_path / "newest.csv", BEFORE[::-1]), FEBRUARY)
    report = bring_in(ws, write(tmp_path / "between.csv", BEFORE[:3]), date(2026, 2, 10))
    assert {one.what: (one.deals, one.amount) for one in report.changes} == {"no longer in the file": (2, 9000.0)}
    operations.close(ws)


def test_a_cancelled_import_leaves_nothing_and_a_new_workspace_goes_again(tmp_path: Path) -> None:
    path, file = tmp_path / "w.kpidesk", write(tmp_path / "deals.csv", BEFORE * 1)
    work = operations.import_into(path, (file,), options(), today=TODAY)
    for _ in range(3):
        next(work)
    work.close()
    assert not path.exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["deals.csv"]


def test_an_import_cancelled_at_every_step_leaves_the_workspace_as_it_was(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    bring_in(ws, write(tmp_path / "january.csv", BEFORE), JANUARY)
    file = write(tmp_path / "february.csv", AFTER)
    asked = operations.question(ws, period="2026-Q1")
    card = operations.scorecard(ws, asked)
    for stop in count(1):
        work = operations.import_file(ws, file, options(FEBRUARY))
        if sum(1 for _ in islice(work, stop)) < stop:
            break  # so many steps it does not take; how many it takes is a matter of time
        work.close()
        assert [entry.file for entry in operations.imports(ws)] == ["january.csv"]
        assert operations.scorecard(ws, asked).rows == card.rows
    assert stop > 5
    assert [entry.file for entry in operations.imports(ws)] == ["january.csv", "february.csv"]
    operations.close(ws)


def test_a_file_that_is_exchanged_for_one_of_its_size_and_time_is_refused(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    file = write(tmp_path / "deals.csv", BEFORE)
    facts, held = file.stat(), file.read_bytes()
    work = operations.import_file(ws, file, options(JANUARY))
    while not next(work).text.endswith("rows read"):
        pass
    file.write_bytes(held.replace(b"Ann Lee", b"Ann Lea"))
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (facts.st_size, facts.st_mtime_ns)
    with pytest.raises(UserError, match=r"'deals\.csv' has changed while it was being read"):
        finish(work)
    assert operations.imports(ws) == ()
    operations.close(ws)


def test_a_dry_run_counts_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "w.kpidesk"
    file = write(tmp_path / "deals.csv", BEFORE)
    (report,) = finish(operations.import_into(path, (file,), options(), today=TODAY, dry_run=True))
    assert (report.read, report.added, report.dry_run) == (5, 5, True)
    assert not path.exists()


def test_a_row_that_names_somebody_again_is_foretold_by_a_dry_run_and_rejected(tmp_path: Path) -> None:
    """Dario's rows hold no first day in a team, Eva's do, Fay's are one, and Gil's second has a day that is none."""
    text = (
        "Name,Email,Team,Team since\nDario,d@x.example,S,\nDario,D@X.example,N,\nEva,,S,2025-01-01\nEva,,N,2025-07-01\n"
        "Fay,,S,\nFay,,S,\nGil,,S,\nGil,,N,2025-02-30\n"
    )
    path, ws = tmp_path / "people.csv", tmp_path / "w.kpidesk"
    path.write_text(text, encoding="utf-8")
    (said,) = finish(operations.import_into(ws, (path,), options(), today=TODAY, dry_run=True))
    told = (
        "1 row will be rejected: 'Name' names somebody again without another first day in a team but with other values"
    )
    assert [one for one in said.notices if "somebody again" in one] == [f"{told} there, on line 3 ('Dario')."]
    with made(tmp_path) as other:
        assert finish(operations.foresee(other, path, options())).taken == 5
    (done,) = finish(operations.import_into(ws, (path,), options(), today=TODAY))
    assert {issue.line for issue in done.issues} == {issue.line for issue in said.issues} == {3, 9}
    assert (done.added, done.updated, done.skipped) == (4, 1, 1)
    assert not any("somebody again" in one for one in done.notices)


def test_the_currency_of_the_first_deals_becomes_that_of_the_workspace_and_stays(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    bring_in(ws, write(tmp_path / "a.csv", BEFORE), JANUARY, currency="EUR")
    assert operations.settings(ws).currency == "EUR"
    bring_in(ws, write(tmp_path / "b.csv", AFTER), FEBRUARY, currency="USD")
    assert operations.settings(ws).currency == "EUR"
    operations.close(ws)


OTHER_KINDS = {
    "people": "Person,Team,Role\nAnn Lee,North,Rep\n",
    "leads": "Lead ID,Lead name,Owner,Status,Created\nL1,Ivy,Ann Lee,New,2026-01-02\n",
    "accounts": "Account ID,Account name,Owner,Annual revenue\nA1,Firm,Ann Lee,120000\n",
}


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_what_has_no_amounts_to_sum_leaves_the_currency_to_the_first_deals(tmp_path: Path, kind: Kind) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    (tmp_path / "first.csv").write_text(OTHER_KINDS[kind])
    finish(operations.import_file(ws, tmp_path / "first.csv", ImportOptions(kind, as_of=JANUARY)))
    bring_in(ws, write(tmp_path / "a.csv", BEFORE), JANUARY, currency="EUR")
    assert operations.settings(ws).currency == "EUR"
    result = operations.scorecard(ws, operations.question(ws, period="2026-Q1"), ("open_pipeline",)).rows[0].result
    assert (result.value, result.n) == (1000 + 2000 + 3000 + 4000 + 5000, 5)
    operations.close(ws)


@pytest.mark.parametrize("told", ["amounts", "rate"])
def test_amounts_and_rates_that_were_there_before_hold_the_currency(tmp_path: Path, told: str) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    if told == "rate":
        operations.add_rate(ws, "EUR", "1.25", date(2025, 1, 1))
    else:
        (tmp_path / "costs.csv").write_text("Cost ID,Amount,Currency,Month,Source\nC1,120,USD,2026-01-01,Web\n")
        finish(operations.import_file(ws, tmp_path / "costs.csv", ImportOptions("costs", as_of=JANUARY)))
    bring_in(ws, write(tmp_path / "a.csv", BEFORE), JANUARY, currency="EUR")
    assert operations.settings(ws).currency == "USD"
    operations.close(ws)


@pytest.mark.parametrize(
    ("rows", "own"),
    [
        ("Deal ID,Stage,Amount,Currency\nD1,Won,5,EUR\nD2,Won,6,EUR\nD3,Won,7,GBP\nD4,Won,8,\n", "EUR"),
        ("Deal ID,Stage,Amount\nD1,Won,5 CAD\nD2,Won,6 CAD\nD3,Won,7 GBP\nD4,Won,8\nD5,Won,$9\n", "CAD"),
    ],
)
def test_first_amounts_that_name_no_currency_are_in_that_of_the_workspace_from_then_on(
    tmp_path: Path, rows: str, own: str
) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(rows)
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    for preview in (looked_into(path, options(), one) for one in (ws, None)):
        told = [one for one in preview.notices if "no currency" in one]
        assert told == [
            f"1 row with an amount names no currency: taken as {own}, that of this workspace; --currency says "
            "otherwise."
        ]
    first = bring_in(ws, path, JANUARY)
    assert (operations.settings(ws).currency, store.currency_counts(ws.db)) == (own, {"GBP": 1})
    again = bring_in(ws, path, FEBRUARY)
    assert again.unchanged == first.added == rows.count("\nD")
    operations.close(ws)


def test_deals_whose_import_was_undone_leave_the_currency_to_the_next(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    bring_in(ws, write(tmp_path / "a.csv", BEFORE), JANUARY, currency="EUR")
    finish(operations.undo(ws))
    bring_in(ws, write(tmp_path / "b.csv", AFTER), FEBRUARY, currency="GBP")
    assert operations.settings(ws).currency == "GBP"
    operations.close(ws)


def test_an_import_that_fails_puts_the_currency_back(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    work = operations.import_file(ws, write(tmp_path / "a.csv", BEFORE), options(currency="EUR"))
    while "rows read" not in next(work).text:
        pass
    work.close()
    assert operations.settings(ws).currency == "USD"
    operations.close(ws)


def test_without_any_currency_the_report_says_which_is_used(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    report = bring_in(ws, write(tmp_path / "a.csv", BEFORE))
    assert any("USD" in notice for notice in report.notices), report.notices
    operations.close(ws)


def test_an_unanswered_stage_names_the_option_and_imports_nothing(tmp_path: Path) -> None:
    lines: list[Line] = [("D1", "Ann Lee", "Rumoured", "1", "2026-01-05", "2026-03-01")]
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    with pytest.raises(OpenQuestionsError) as caught:
        finish(operations.import_file(ws, write(tmp_path / "a.csv", lines), ImportOptions(date_order="ymd")))
    assert "Rumoured" in caught.value.problem
    assert "--stage" in caught.value.advice
    assert operations.imports(ws) == ()
    operations.close(ws)


def test_a_file_of_the_same_shape_needs_no_answer_again(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    bring_in(ws, write(tmp_path / "january.csv", BEFORE), JANUARY)
    plain = ImportOptions(as_of=FEBRUARY)
    report = finish(operations.import_file(ws, write(tmp_path / "february.csv", AFTER), plain))
    assert (report.rejected, report.updated, report.added) == (0, 4, 1)
    operations.close(ws)


def test_undo_brings_back_every_number_of_before(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    bring_in(ws, write(tmp_path / "january.csv", BEFORE), JANUARY)
    asked = operations.question(ws, period="2026-Q1", by="rep")
    before = operations.scorecard(ws, asked)
    bring_in(ws, write(tmp_path / "february.csv", AFTER), FEBRUARY)
    assert operations.scorecard(ws, asked).rows != before.rows
    done = finish(operations.undo(ws))
    assert done.file == "february.csv"
    assert operations.scorecard(ws, asked).rows == before.rows
    operations.close(ws)


def test_an_import_that_is_not_there_cannot_be_undone(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    with pytest.raises(UserError, match="no import"):
        finish(operations.undo(ws))
    with pytest.raises(UserError, match="no import 7"):
        finish(operations.undo(ws, 7))
    operations.close(ws)


def test_as_of_shows_what_was_known_then(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    bring_in(ws, write(tmp_path / "january.csv", BEFORE), JANUARY)
    then = operations.scorecard(ws, operations.question(ws, period="2026-Q1"))
    bring_in(ws, write(tmp_path / "february.csv", AFTER), FEBRUARY)
    again = operations.scorecard(ws, operations.question(ws, period="2026-Q1", as_of=JANUARY))
    assert [row.result for row in again.rows] == [row.result for row in then.rows]
    assert again.as_of == JANUARY
    operations.close(ws)


def test_another_answer_for_a_word_is_told_before_during_and_after_an_import(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    file = write(tmp_path / "a.csv", AFTER)
    assert not [one for one in bring_in(ws, file, JANUARY).notices if "from now on" in one]
    other = options(FEBRUARY, stages={"Open": "open", "Won": "lost", "Lost": "ignore"})
    told = (
        "'Won' counts as lost from now on, in every period; it was won.",
        "'Lost' is to be ignored from now on, in every period; it was lost.",
    )
    preview = looked_into(file, other, ws)
    tried = finish(operations.import_file(ws, file, other, dry_run=True))
    done = finish(operations.import_file(ws, file, other))
    again = finish(operations.import_file(ws, file, other))
    for notices in (preview.notices, tried.notices, done.notices):
        assert sorted(one for one in notices if "from now on" in one) == sorted(told)
    assert not [one for one in again.notices if "from now on" in one]
    operations.close(ws)


def test_a_file_imported_by_mistake_is_asked_about_again_once_it_is_undone(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    file = write(tmp_path / "a.csv", [("D1", "Ann", "Won", "5", "01/02/2025", "03/04/2025")])
    said = options(JANUARY, date_order="mdy")
    finish(operations.import_file(ws, file, said))
    assert not looked_into(file, ImportOptions(), ws).questions
    finish(operations.undo(ws))
    assert looked_into(file, ImportOptions(), ws).questions
    operations.close(ws)
