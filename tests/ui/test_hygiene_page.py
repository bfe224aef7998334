"""The hygiene page, driven as a person does, on deals of which it is known what is wrong with each."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.fields import Outcome
from kpidesk.core.hygiene import RULE_BY_ID, Finding, RuleId
from kpidesk.core.imports import ImportOptions
from kpidesk.core.people import UNASSIGNED, Scope
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.pages.hygiene import HygienePage
from kpidesk.ui.widgets.hygiene_deals import columns_of, deals_of, wrong_words
from kpidesk.ui.widgets.hygiene_list import EVERYTHING, Part, parts_by_rule
from kpidesk.ui.widgets.people_dialogs import MergeDialog
from tests.ui.conftest import settled
from tests.ui.shell import FakeShell, fake_shell

pytestmark = pytest.mark.unstyled

PATIENCE = 20_000
TODAY = date(2026, 3, 31)
NEXT_DAY = date(2026, 4, 10)
STAGES: dict[str, Outcome] = {"Open": "open", "Won": "won", "Lost": "lost"}
HEADER = "Deal ID,Deal name,Owner,Account,Stage,Amount,Created,Close date,Lead source"
DEALS = (
    "fine,Fine,Ann Lee,Acme,Open,100,2026-03-20,2026-05-01,Web",
    "late,Late,Ann Lee,Bolt,Open,200,2026-03-20,2026-02-01,Web",
    "bare,Bare,Ann Lee,Corp,Open,,2026-03-20,,Web",
    "later,Later,Bo Dahl,Dune,Open,900,2026-03-20,2026-03-01,Select",
    "free,Free,Bo Dahl,Gala,Won,,2026-01-05,2026-02-01,Web",
    "none,Nobody's,,Kite,Open,400,2026-03-20,2026-05-01,Web",
)
"""Late: two; placeholder, no amount, no close date, won without amount and no owner: one each. Nothing tells of a
next step or of a reason for losing, and nobody is lost."""
MOVED = DEALS[1].replace("2026-02-01", "2026-06-01")
WRONG = {"Late", "Bare", "Later", "Free", "Nobody's"}


def finding(deal: int, account: str, name: str, rule: RuleId) -> Finding:
    return Finding(deal, f"D{deal}", name, account, "", "", "", 100.0 - deal, "", (rule,), ("",), "", 0)


def test_deals_that_look_alike_stand_beside_each_other_where_the_largest_stands() -> None:
    found = (
        finding(1, "Acme", "Roll-out", "won_twice"), finding(2, "Beta", "Pilot", "no_amount"),
        finding(3, "Acme", "Licence", "won_twice"), finding(4, "ACME", "Roll-out", "won_twice"),
        finding(5, "Acme", "Roll-out", "duplicate"), finding(6, "Acme", "Licence", "won_twice"),
        finding(7, "Acme", "Roll-out", "no_amount"),
    )  # fmt: skip
    everything = Part(EVERYTHING, 7, 7, "")
    assert [one.deal_id for one in deals_of(everything, found)] == [1, 4, 3, 6, 2, 5, 7]


def make(path: Path, *lines: str) -> Path:
    ws = operations.open_workspace(path, create=True, today=TODAY)
    try:
        bring(ws, path.with_suffix(".csv"), TODAY, *lines)
    finally:
        operations.close(ws)
    return path


def bring(ws: operations.Workspace, file: Path, day: date, *lines: str) -> None:
    file.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    finish(operations.import_file(ws, file, ImportOptions(stages=STAGES, date_order="ymd", as_of=day, source="crm")))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace, and a day later an import in which Late has a new close date. Never to be written to."""
    path = make(tmp_path_factory.mktemp("hygiene") / "crm.kpidesk", *DEALS)
    ws = operations.open_workspace(path, today=NEXT_DAY)
    bring(ws, path.with_name("next.csv"), NEXT_DAY, *(MOVED if line == DEALS[1] else line for line in DEALS))
    operations.close(ws)
    return path


@pytest.fixture
def shell(qtbot: QtBot, made: Path, tmp_path: Path) -> Iterator[FakeShell]:
    copy = tmp_path / made.name
    copy.write_bytes(made.read_bytes())
    with fake_shell(lambda: operations.open_workspace(copy, today=NEXT_DAY), close=operations.close) as found:
        yield found


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> HygienePage:
    """The page as of the first day of data."""
    assert shell.question is not None
    shell.question = replace(shell.question, as_of=TODAY)
    return shown(qtbot, shell, shell.question)


def shown(qtbot: QtBot, shell: FakeShell, question: Question | None) -> HygienePage:
    page = HygienePage(shell)
    shell.pages["hygiene"] = page
    qtbot.addWidget(page)
    page.resize(1068, 730)
    page.show()
    page.activateWindow()
    until(qtbot, page.isActiveWindow)
    ask(qtbot, page, question)
    return page


def ask(qtbot: QtBot, page: HygienePage, question: Question | None) -> None:
    page.ask(question)
    quiet(qtbot, page)


def quiet(qtbot: QtBot, page: HygienePage) -> None:
    until(qtbot, lambda: not page.shell.jobs.is_busy)


def until(qtbot: QtBot, is_so: Callable[[], bool]) -> None:
    qtbot.waitUntil(is_so, timeout=PATIENCE)


def key(widget: Any, which: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, which, held)


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def parts(page: HygienePage) -> dict[str, Part]:
    return {one.title: one for one in page.list.records.records()}


def choose(page: HygienePage, title: str) -> None:
    row = next(at for at, one in enumerate(page.list.records.records()) if one.title == title)
    place = page.list.visualRect(page.list.records.index(row, 0)).center()
    QTest.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def deals(page: HygienePage) -> list[str]:
    return [one.name for one in page.deals.table.records.records()]


def cells(page: HygienePage, title: str) -> list[str]:
    model = page.deals.table.records
    at = [one.title for one in model.columns].index(title)
    return [str(model.index(row, at).data()) for row in range(model.rowCount())]


# --- what is wrong ----------------------------------------------------------------------------------------------


def test_the_score_stands_in_words_over_the_problems_with_their_counts(page: HygienePage) -> None:
    assert page.score.text().startswith("1 of 6 deals (17%) are in order.")
    found = parts(page)
    assert (found[EVERYTHING].deals, found[EVERYTHING].of) == (5, 6)
    assert found["Close date has passed"].figure == "2 of 5"
    assert found["Won without an amount"].figure == "1 of 1"
    assert found["Looks like a duplicate"].state == "clean"
    assert found["No next step"].words == "No next step: not looked for, no deal has 'Next activity'"


def test_the_most_frequent_problem_comes_first_and_what_was_not_looked_for_last(page: HygienePage) -> None:
    listed = page.list.records.records()
    assert [one.title for one in listed[:2]] == [EVERYTHING, "Close date has passed"]
    states = [one.state for one in listed]
    assert states == sorted(states, key=["broken", "clean", "skipped"].index)
    assert {"broken", "clean", "skipped"} == set(states)


def test_a_problem_lists_its_deals_with_what_to_do(page: HygienePage) -> None:
    assert set(deals(page)) == WRONG
    choose(page, "Close date has passed")
    assert deals(page) == ["Later", "Late"]  # the larger first
    assert page.deals.heading.whole_text() == "Close date has passed"
    assert page.deals.fix.text() == "Ask when it will really close, or mark it lost."
    assert cells(page, "Details")[1] == "1 Feb 2026"
    assert cells(page, "Details")[0] == "1 Mar 2026 · also: A field holds a placeholder: Lead source 'Select'"
    assert cells(page, "Shown in") == ["crm.csv, line 5", "crm.csv, line 3"]
    choose(page, "No amount")
    assert deals(page) == ["Bare"]


def test_a_problem_that_was_not_looked_for_says_why(page: HygienePage) -> None:
    row = next(at for at, one in enumerate(page.list.records.records()) if one.state == "skipped")
    page.list.selectRow(row)
    assert deals(page) == []
    assert page.deals.fix.text().startswith("Not looked for: no deal has '")
    assert page.deals.table.empty == "This was not looked for."
    assert not page.deals.open_button.isEnabled()


def test_a_rep_lists_their_deals_and_those_of_nobody_come_last(page: HygienePage) -> None:
    press(page.by.buttons()[1])
    assert [(one.title, one.figure) for one in page.list.records.records()] == [
        (EVERYTHING, "5 of 6"), ("Ann Lee", "2 of 3"), ("Bo Dahl", "2 of 2"), ("Unassigned", "1 of 1"),
    ]  # fmt: skip
    choose(page, "Ann Lee")
    assert deals(page) == ["Late", "Bare"]
    assert page.deals.means.text() == "1 of 3 deals are in order."
    choose(page, "Unassigned")
    assert deals(page) == ["Nobody's"]
    assert not page.deals.alone.isVisible()


def test_the_problems_of_a_rep_are_one_press_away(qtbot: QtBot, page: HygienePage) -> None:
    press(page.by.buttons()[1])
    choose(page, "Ann Lee")
    press(page.deals.alone)
    quiet(qtbot, page)
    assert page.question is not None
    assert page.question.scope.name == "Ann Lee"
    assert page.by.value() == "rule"
    assert (parts(page)[EVERYTHING].figure, set(deals(page))) == ("2 of 3", {"Late", "Bare"})
    assert not page.each.isVisible()


def test_another_day_shows_how_it_stood_and_the_choice_stays(qtbot: QtBot, page: HygienePage) -> None:
    choose(page, "Close date has passed")
    assert page.question is not None
    ask(qtbot, page, replace(page.question, as_of=None))
    assert page.list.part is not None
    assert page.list.part.title == "Close date has passed"
    assert deals(page) == ["Later"]
    assert "10 Apr 2026" in page.about.whole_text()


# --- the keyboard -----------------------------------------------------------------------------------------------


def test_everything_can_be_done_by_keyboard(qtbot: QtBot, page: HygienePage) -> None:
    assert page.list.hasFocus()
    key(page.list, Qt.Key.Key_Down)
    assert deals(page) == ["Later", "Late"]
    key(page.list, Qt.Key.Key_Return)
    assert page.deals.table.hasFocus()
    key(page.deals.table, Qt.Key.Key_Down)
    key(page.deals.table, Qt.Key.Key_Return)
    until(qtbot, page.history.isVisible)
    assert page.history.found is not None
    assert (page.history.found.name, len(page.history.found.versions)) == ("Late", 1)
    key(page.history.table, Qt.Key.Key_Escape)
    assert not page.history.isVisible()
    assert page.deals.table.hasFocus()
    key(page.deals.table, Qt.Key.Key_Escape)
    assert page.list.hasFocus()


def test_letters_find_a_deal_and_escape_lifts_the_filter(qtbot: QtBot, page: HygienePage) -> None:
    page.deals.table.setFocus()
    QTest.keyClicks(page.deals.table, "b")
    assert page.deals.search.hasFocus()
    QTest.keyClicks(page.deals.search, "are")
    key(page.deals.search, Qt.Key.Key_Return)
    assert (deals(page), page.deals.count.text()) == (["Bare"], "1 of 5 deals")
    assert page.deals.table.hasFocus()
    key(page.deals.table, Qt.Key.Key_Escape)
    until(qtbot, lambda: set(deals(page)) == WRONG)
    key(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.deals.search.hasFocus()


def test_rows_are_sorted_by_amount_and_copied(page: HygienePage, shell: FakeShell) -> None:
    table = page.deals.table
    at = [one.title for one in table.records.columns].index("Amount")
    table.sortByColumn(at, Qt.SortOrder.AscendingOrder)
    assert deals(page)[:3] == ["Late", "Nobody's", "Later"]  # those without an amount come last
    table.setFocus()
    key(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    table.clearSelection()
    press(next(one for one in page.deals.findChildren(QPushButton) if one.text() == "Copy"))
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + len(WRONG)
    assert lines[0].startswith("Deal\tWhat is wrong\tOwner\tAmount")
    assert shell.toasts == ["5 deals copied."]


def test_a_screen_reader_hears_the_count(page: HygienePage) -> None:
    said = page.list.records.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Close date has passed: 2 of 5 deals to fix" in said


# --- the fix list leaves ----------------------------------------------------------------------------------------


def owners_in(file: Path) -> list[str]:
    return [row["owner"] for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))]


def test_export_writes_everybody_or_the_rep_that_is_chosen(
    qtbot: QtBot, page: HygienePage, shell: FakeShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(_parent: object, _title: str, proposed: str, filters: str) -> tuple[str, str]:
        asked.append(Path(proposed).name)
        return str(tmp_path / f"fix{len(asked)}"), filters.split(";;")[1]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    page.export()
    quiet(qtbot, page)
    press(page.by.buttons()[1])
    choose(page, "Ann Lee")
    page.export()
    quiet(qtbot, page)
    assert asked == ["Data hygiene Organisation.xlsx", "Fix list Ann Lee.xlsx"]
    assert owners_in(tmp_path / "fix1.csv") == ["Ann Lee", "Ann Lee", "Bo Dahl", "Bo Dahl", ""]
    assert owners_in(tmp_path / "fix2.csv") == ["Ann Lee", "Ann Lee"]
    assert shell.toasts == ["5 deals to fix written in fix1.csv.", "2 deals to fix written in fix2.csv."]


def test_one_file_for_each_rep(
    qtbot: QtBot, page: HygienePage, shell: FakeShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    press(page.each)
    quiet(qtbot, page)
    assert {one.name for one in folder.iterdir()} == {
        "Fix list Ann Lee 2026-03-31.xlsx", "Fix list Bo Dahl 2026-03-31.xlsx", "Fix list Unassigned 2026-03-31.xlsx",
    }  # fmt: skip
    assert shell.toasts == ["5 deals to fix written in 3 files in lists."]
    assert shell.errors == []


def test_a_file_that_cannot_be_written_is_said(qtbot: QtBot, page: HygienePage, shell: FakeShell) -> None:
    page.export_to(Path("/nowhere/at/all/fix.csv"))
    quiet(qtbot, page)
    assert len(shell.errors) == 1
    assert shell.toasts == []


# --- nothing to show --------------------------------------------------------------------------------------------


def opened(path: Path, *lines: str) -> Callable[[], operations.Workspace]:
    def make_it() -> operations.Workspace:
        ws = operations.open_workspace(path, create=True, today=TODAY)
        if lines:
            bring(ws, path.with_suffix(".csv"), TODAY, *lines)
        return ws

    return make_it


def test_without_deals_the_way_to_an_import_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    with fake_shell(opened(tmp_path / "a.kpidesk"), close=operations.close) as shell:
        page = shown(qtbot, shell, shell.question)
        assert not page.shows_body
        assert page.state_text().startswith("No deals have been imported yet")
        press(next(one for one in page.findChildren(QPushButton) if one.text() == "Import an export"))
        assert ("show_page", "data") in shell.calls
        page.export()
        assert QApplication.activeModalWidget() is None


def test_when_all_is_in_order_the_page_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    with fake_shell(opened(tmp_path / "a.kpidesk", DEALS[0]), close=operations.close) as shell:
        page = shown(qtbot, shell, shell.question)
        assert page.score.text() == "The only deal is in order."
        assert (deals(page), page.deals.table.empty) == ([], "Nothing to fix here.")
        assert page.deals.heading.whole_text() == "All deals"
        assert {one.state for one in page.list.records.records()} == {"clean", "skipped"}
        assert not page.each.isEnabled()
        key(page.list, Qt.Key.Key_Return)  # there is no deal to go to
        assert page.list.hasFocus()


def test_two_deals_that_look_like_one_are_said_to_be_two_or_made_one(qtbot: QtBot, tmp_path: Path) -> None:
    twins = [DEALS[0], DEALS[0].replace("fine,", "again,")]
    with fake_shell(opened(tmp_path / "twins.kpidesk", *twins), close=operations.close) as shell:
        page = shown(qtbot, shell, shell.question)
        choose(page, RULE_BY_ID["duplicate"].name)
        assert deals(page) == ["Fine", "Fine"]
        assert page.deals.one.isVisible()
        press(page.deals.one)
        until(qtbot, lambda: bool(page.findChildren(MergeDialog)))
        page.findChildren(MergeDialog)[0].reject()
        press(page.deals.two)
        quiet(qtbot, page)
        assert shell.toasts[-1] == "Fine (crm) and Fine (crm) stay two and are not offered as one again."
        ask(qtbot, page, shell.question)
        assert page.score.text() == "All 2 deals are in order."
        choose(page, RULE_BY_ID["no_amount"].name)
        assert not page.deals.one.isVisible()


def test_who_has_no_deals_leads_back_to_all(qtbot: QtBot, tmp_path: Path) -> None:
    with fake_shell(opened(tmp_path / "a.kpidesk", DEALS[0]), close=operations.close) as shell:
        assert shell.question is not None
        page = shown(qtbot, shell, replace(shell.question, scope=UNASSIGNED))
        assert "None of them belongs to what is chosen above." in page.state_text()
        press(next(one for one in page.findChildren(QPushButton) if one.text() == "All deals"))
        quiet(qtbot, page)
        assert page.shows_body


# --- the real window --------------------------------------------------------------------------------------------


def test_it_is_reached_from_the_data_page_and_by_key(
    qtbot: QtBot, make_window: Callable[..., MainWindow], made: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "window.kpidesk"
    copy.write_bytes(made.read_bytes())
    window = make_window(copy, today=NEXT_DAY)
    data: Any = window.show_page("data")
    until(qtbot, lambda: settled(window))
    press(next(one for one in data.doors.findChildren(QPushButton) if one.text() == "Show what to fix"))
    until(qtbot, lambda: settled(window) and window.pages.page_id == "hygiene")
    marked = [one.text() for one in window.rail.findChildren(QPushButton) if one.isChecked()]
    assert marked == ["Data hygiene"]
    assert (window.top_bar.title.text(), window.top_bar.period.isVisible()) == ("Data hygiene", False)
    assert window.top_bar.export.isVisible()
    window.show_page("scorecard")
    until(qtbot, lambda: settled(window))
    qtbot.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    until(qtbot, lambda: settled(window) and window.pages.page_id == "hygiene")
    page: Any = window.pages.page
    assert page.list.hasFocus()
    ann = next(one for one in page.found.reps if one.name == "Ann Lee")
    window.set_scope(Scope("rep", ann.name, ann.person_id))
    until(qtbot, lambda: settled(window) and page.found.deals == 3)
    assert window.pages.page_id == "hygiene"


# --- words ------------------------------------------------------------------------------------------------------


def test_what_a_problem_is_about_is_not_said_twice(page: HygienePage) -> None:
    assert page.found is not None
    by_name = {one.name: one for one in page.found.findings}
    rules = {one.title: one for one in parts_by_rule(page.found)}
    assert wrong_words(by_name["Free"], rules["Won without an amount"]) == ""
    assert wrong_words(by_name["Bare"], rules["No amount"]) == "also: No close date"
    assert wrong_words(by_name["Bare"], rules[EVERYTHING]) == "No close date; No amount"
    twin = replace(
        by_name["Bare"], rules=("no_next_step", "duplicate"), detail=("No next step", "Looks like a duplicate: see D2")
    )
    assert wrong_words(twin, rules[EVERYTHING]) == "Looks like a duplicate: see D2; No next step"


def test_details_that_most_deals_have_none_of_stand_behind_the_stage(page: HygienePage) -> None:
    assert page.found is not None
    part = next(one for one in parts_by_rule(page.found) if one.title == "No next step")
    plain = replace(
        finding(1, "North", "One", "no_next_step"), stage="Open", close_date="2026-09-30", detail=("No next step",)
    )
    also = replace(plain, rules=("no_next_step", "no_amount"), detail=("No next step", "No amount"))

    def titles(*rows: Finding) -> list[str]:
        return [one.title for one in columns_of(part, rows)]

    assert titles(also, plain).index("Details") < titles(also, plain).index("Stage")
    assert titles(also, plain, plain).index("Details") > titles(also, plain, plain).index("Stage")
    assert "Details" not in titles(plain)


def test_rows_that_did_not_come_in_are_named_with_the_way_to_them(
    qtbot: QtBot, shell: FakeShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = DEALS[0].replace("fine,Fine", "sad,Sad").replace(",100,", ",tbd,")
    shell.jobs.ask("bring", lambda ws: bring(ws, tmp_path / "bad.csv", NEXT_DAY, *DEALS, bad), print, shell.show_error)
    page = shown(qtbot, shell, shell.question)
    assert page.refused.isVisible()
    (words,) = [one.text() for one in page.refused.findChildren(QLabel) if one.text()]
    assert words.startswith(
        "1 row of bad.csv did not come in and is in no count here: line 8 (deal sad), Amount 'tbd'."
    )
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "out.csv"), ""))
    show, save = page.refused.findChildren(QPushButton)
    press(save)
    until(qtbot, (tmp_path / "out.csv").exists)
    data = Mock()
    shell.pages["data"] = data
    press(show)
    data.show_refused.assert_called_once_with(3)
    corrected = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").replace("tbd,", "120,", 1)
    (tmp_path / "out.csv").write_text(corrected, encoding="utf-8")
    shell.jobs.ask("again", lambda ws: finish(operations.import_file(ws, tmp_path / "out.csv", ImportOptions(
        stages=STAGES, date_order="ymd", source="crm", as_of=NEXT_DAY))), print, shell.show_error)  # fmt: skip
    ask(qtbot, page, shell.question)
    assert not page.refused.isVisible()
