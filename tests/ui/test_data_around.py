"""Around an import on the Data page: look-alikes before it, several files together, what belongs together after it."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.imports import Linked, LookAlike
from kpidesk.core.progress import Progress
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.pages.data import DataPage
from kpidesk.ui.widgets.controls import Segments
from kpidesk.ui.widgets.import_alike import ANSWER, EACH, SAME, answer_of, keys_words, other_text
from kpidesk.ui.widgets.import_columns import FILLED, coverage
from kpidesk.ui.widgets.import_list import day_words, holds, state_words
from kpidesk.ui.widgets.import_stages import segment_rect, segments_rect
from kpidesk.ui.widgets.people_dialogs import MergeDialog
from tests.ui.driving import answer, drop
from tests.ui.shell import FakeShell
from tests.ui.test_data_page import PEOPLE, inside, on_step, page, press, shell, until, workspace, write

pytestmark = pytest.mark.unstyled

__all__ = ["page", "shell", "workspace"]

HEADER = "Deal ID,Deal Name,Account,Owner,Stage,Amount,Close Date,Created Date"
FIRST = (
    "D1,Alpha,Acme Inc,Ann,Closed Won,1000,2026-03-14,2026-01-02",
    "D2,Beta,Bolt,Bob,Closed Lost,2000,2026-04-15,2026-02-02",
)
SECOND = (
    FIRST[1],
    "D9,Alpha,Acme Inc.,Ann,Closed Won,1100,2026-03-15,2026-01-02",
    "D10,ALPHA,acme inc,Ann,Closed Won,1100,2026-03-15,2026-01-02",
)
ACTIVITIES = """Activity ID,Type,Subject,Assigned To,Deal,Activity Date,Note
A1,Call,Hi,Ann,D1,2026-03-01,x
A2,Call,Ho,Ann,Alfa,2026-03-01,
A3,Meeting,Ho,Ann,Beta,2026-03-02,
"""


def deal_file(folder: Path, rows: tuple[str, ...], name: str = "deals.csv") -> Path:
    return write(folder, name, "\n".join((HEADER, *rows)) + "\n")


def bring_in(qtbot: QtBot, page: DataPage, path: Path) -> None:
    """Import a file that asks nothing, up to its report."""
    page.import_files([path])
    on_step(qtbot, page, page.preview)
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    until(qtbot, lambda: not page.shell.jobs.is_busy)


def take(page: DataPage, name: str) -> None:
    """Click a file of the list."""
    table = page.list.table
    at = next(at for at in range(table.records.rowCount()) if table.records.record(at).path.name == name)
    place = table.visualRect(table.records.index(at, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


# --- what is recognised -----------------------------------------------------------------------------------------


def test_a_file_of_any_kind_says_what_it_was_taken_for_and_why(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([write(tmp_path, "activities.csv", ACTIVITIES)])
    on_step(qtbot, page, page.preview)
    view = page.preview
    assert view.head.whole.kind.currentText() == "Activities"
    assert view.head.subtitle.whole_text().startswith("3 rows of activities: its columns 'Subject', ")
    assert not view.tabs.buttons()[0].isVisible()  # no stages
    shown = {one.header: one for one in view.columns.records.rows}
    assert (shown["Deal"].field, shown["Note"].field) == ("deal", "")
    at = next(at for at in range(7) if view.columns.records.record(at).header == "Note")
    assert view.columns.records.index(at, FILLED).data() == "1 of 3 · 33%"
    assert not view.head.whole.complete.isVisible()


@pytest.mark.parametrize(
    ("filled", "total", "words"),
    [(31_204, 31_500, "31,204 of 31,500 · 99%"), (5, 5, "100%"), (0, 5, "0%"), (1, 31_500, "1 of 31,500 · 1%")],
)
def test_coverage_is_said_in_rows_and_percent(filled: int, total: int, words: str) -> None:
    assert coverage(filled, total) == words


def test_a_file_that_could_be_two_kinds_asks_with_what_speaks_for_each(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    page.import_files([write(tmp_path, "between.csv", "Rep,Month,Category,Amount\nAnn,2026-02,Commit,10\n")])
    on_step(qtbot, page, page.preview)
    view = page.preview
    assert not view.import_button.isEnabled()
    asked = view.questions.findChildren(PlainLabel)
    assert any(one.text() == "Does this file hold costs or forecasts?" for one in asked)
    assert any("forecasts: 4 columns ('Rep', 'Month', 'Category', 'Amount')" in one.text() for one in asked)
    (choice,) = view.questions.findChildren(Segments)
    assert [one.text() for one in choice.buttons()] == ["Costs", "Forecasts"]
    press(choice.buttons()[1])
    until(qtbot, view.import_button.isEnabled)
    assert view.head.whole.kind.currentText() == "Forecasts"
    assert view.head.subtitle.whole_text() == "1 row of forecasts: you said so. Nothing is written yet."


# --- look-alikes ------------------------------------------------------------------------------------------------


def test_rows_that_look_alike_are_shown_before_and_answered_with_keys_and_mouse(
    qtbot: QtBot, page: DataPage, tmp_path: Path, workspace: Path, shell: FakeShell
) -> None:
    bring_in(qtbot, page, deal_file(tmp_path, FIRST))
    page.import_files([deal_file(tmp_path, SECOND, "second.csv")])
    on_step(qtbot, page, page.preview)
    view = page.preview
    until(qtbot, view.tabs.buttons()[4].isVisible)
    assert view.tabs.buttons()[4].text() == "Look alike  ·  1"  # 'Acme Inc.' is another name than 'Acme Inc'
    assert "1 row looks like another record" in view.verdict.text()
    press(view.tabs.buttons()[4])
    table = view.alike
    assert table.columnWidth(ANSWER) >= page.theme.px(3 * EACH)
    (row,) = table.records.rows
    assert (row.key, row.other, row.why) == ("D10", "D1", "same account and name, days near")
    table.setFocus()
    table.setCurrentIndex(table.records.index(0, 1))
    QTest.keyClick(table, Qt.Key.Key_L)
    assert view.options.same == {"D10": "-"}
    assert view.import_button.text() == "Import 2 of 3 rows"
    cell = table.visualRect(table.records.index(0, ANSWER))
    place = segment_rect(segments_rect(page.theme, cell), SAME, 3).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view.options.same == {"D10": "D1"}
    assert answer_of(view.options.same, row) == SAME
    assert view.import_button.text() == "Import 3 rows"
    assert table.records.index(0, ANSWER).data() == "The same"
    assert "looks like" not in view.verdict.text()
    press(view.import_button)
    on_step(qtbot, page, page.report)
    assert page.report.report is not None
    assert (page.report.report.added, page.report.report.updated) == (1, 1)
    assert len(page.report.report.look_alikes) == 0


def test_a_deal_of_another_source_is_merged_with_the_import_when_the_check_says_so(
    qtbot: QtBot, page: DataPage, tmp_path: Path, shell: FakeShell
) -> None:
    bring_in(qtbot, page, deal_file(tmp_path, FIRST))
    page.import_files([deal_file(tmp_path, ("H1,Alpha,Acme Inc,Ann,Open,90,2026-03-15,2026-01-02",), "hub.csv")])
    on_step(qtbot, page, page.preview)
    view = page.preview
    view.head.whole.source.setText("hub")
    view.head.whole.source.editingFinished.emit()
    until(qtbot, lambda: view.preview is not None and view.preview.source == "hub")
    until(qtbot, lambda: [one.is_own for one in view.alike.records.rows] == [False])
    press(view.tabs.buttons()[4])
    view.alike.setCurrentIndex(view.alike.records.index(0, 1))
    QTest.keyClick(view.alike, Qt.Key.Key_S)
    assert view.options.same == {"H1": "generic:D1"}
    assert "S merges them (undone with the import)" in view.counts.text()
    press(view.import_button)
    on_step(qtbot, page, page.report)
    merged: list[tuple[str, str]] = []
    shell.jobs.ask(
        "merged",
        lambda ws: [(one.name, one.into) for one in operations.roster(ws).merged],
        merged.extend,
        lambda _: None,
    )
    until(qtbot, lambda: merged == [("Alpha (hub)", "Alpha (generic)")])


def test_what_is_in_the_file_itself_cannot_be_the_same(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([deal_file(tmp_path, (*FIRST, SECOND[2]))])
    on_step(qtbot, page, page.preview)
    table = page.preview.alike
    until(qtbot, lambda: table.records.rowCount() == 1)
    press(page.preview.tabs.buttons()[4])
    table.setCurrentIndex(table.records.index(0, 1))
    QTest.keyClick(table, Qt.Key.Key_S)
    assert page.preview.options.same == {}
    QTest.keyClick(table, Qt.Key.Key_L)
    assert page.preview.options.same == {"D10": "-"}
    QTest.keyClick(table, Qt.Key.Key_K)
    assert page.preview.options.same == {"D10": "D10"}


# --- several files ----------------------------------------------------------------------------------------------


def test_dropped_files_are_imported_together_in_the_right_order(
    qtbot: QtBot, page: DataPage, tmp_path: Path, workspace: Path, shell: FakeShell
) -> None:
    people = write(tmp_path, "people.csv", PEOPLE + "Cy,West\n")
    paths = [write(tmp_path, "activities.csv", ACTIVITIES), deal_file(tmp_path, FIRST), write(tmp_path, "no.csv", "")]
    assert drop(page.drop, *paths, people)
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == "people.csv"
    assert page.list.all_button.text() == "Import all 3 together"
    take(page, "activities.csv")
    until(qtbot, lambda: page.preview.head.heading.whole_text() == "activities.csv")
    take(page, "people.csv")
    until(qtbot, lambda: page.preview.head.heading.whole_text() == "people.csv")
    press(page.list.all_button)
    on_step(qtbot, page, page.report)
    assert page.report.report is not None
    assert page.report.report.kind == "deals"
    states = {one.path.name: state_words(one) for one in page.list.table.records.rows}
    assert states["people.csv"] == "imported: 3 added"
    assert states["activities.csv"] == "imported: 3 added"
    assert states["no.csv"].startswith("left out: is empty")
    take(page, "activities.csv")
    until(qtbot, lambda: page.report.heading.whole_text().startswith("activities.csv imported · activities"))
    shell.jobs.shutdown()
    assert [one.kind for one in inside(workspace)] == ["people", "deals", "activities"]


def test_the_list_keeps_what_is_known_of_a_waiting_file_and_its_sums_are_those_of_its_lines(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    entered = '"Date entered ""Qualified (Sales)"""'
    deals = f"Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,{entered}\n" + "".join(
        f"{at},Alpha,Closed Won,1000,2026-03-14,2026-01-02,2026-02-0{at}\n" for at in (1, 2)
    )
    page.import_files([write(tmp_path, "people.csv", PEOPLE), write(tmp_path, "deals 2026-03-20.csv", deals)])
    on_step(qtbot, page, page.preview)
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    _, waits = page.list.table.records.rows
    assert (holds(waits), day_words(waits), state_words(waits)) == ("2 rows of deals", "20 Mar 2026", "read")
    press(page.report.more)
    on_step(qtbot, page, page.preview)
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    people, brought = page.list.table.records.rows
    assert state_words(people) == "imported: 2 added"
    assert state_words(brought) == "imported: 2 added; with them 2 stage changes"
    assert page.list.words.whole_text().startswith("2 files imported: 4 added; with them 2 stage changes.")


def test_a_file_with_questions_holds_the_others_up_until_it_is_left_out(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    asks = deal_file(tmp_path, (FIRST[0].replace("Closed Won", "Perhaps"), FIRST[1]), "asks.csv")
    page.import_files([asks, write(tmp_path, "people.csv", PEOPLE), write(tmp_path, "activities.csv", ACTIVITIES)])
    on_step(qtbot, page, page.preview)
    assert not page.list.all_button.isEnabled()
    assert page.list.words.whole_text() == "1 file with questions to answer first: click one to see it."
    take(page, "asks.csv")
    until(qtbot, lambda: page.preview.head.heading.whole_text() == "asks.csv")
    press(page.preview.cancel_button)
    until(qtbot, page.list.all_button.isEnabled)
    assert page.list.all_button.text() == "Import both together"


def test_what_still_asks_something_after_an_import_holds_the_rest_up(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    asks = deal_file(tmp_path, (FIRST[0].replace("Closed Won", "Perhaps"), FIRST[1]), "asks.csv")
    page.import_files([asks, write(tmp_path, "people.csv", PEOPLE), write(tmp_path, "activities.csv", ACTIVITIES)])
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == "people.csv"
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    until(qtbot, lambda: not any(one.is_stale for one in page.list.table.records.rows))  # read again after the people
    assert not page.list.all_button.isEnabled()
    assert "1 file with questions" in page.list.words.whole_text()
    take(page, "asks.csv")
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == "asks.csv"
    assert not page.preview.import_button.isEnabled()


def test_cancelling_in_the_middle_takes_all_of_them_back(
    qtbot: QtBot, page: DataPage, tmp_path: Path, workspace: Path, shell: FakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = operations.import_together

    def cancelled_late(*arguments: Any) -> Generator[Progress, None, Any]:
        for step in real(*arguments):
            yield step
            if step.text.startswith("2 rows read"):  # of the second file, the first one is in
                page.progress.cancelled.emit()
                while True:  # until it is heard
                    time.sleep(0.01)
                    yield step

    monkeypatch.setattr(operations, "import_together", cancelled_late)
    page.import_files([write(tmp_path, "people.csv", PEOPLE), deal_file(tmp_path, FIRST)])
    on_step(qtbot, page, page.preview)
    press(page.list.all_button)
    until(qtbot, lambda: page.banner.label.text() == "Cancelled. Nothing was changed.")
    on_step(qtbot, page, page.preview)
    assert [state_words(one) for one in page.list.table.records.rows] == ["read", "read"]
    shell.jobs.shutdown()
    assert inside(workspace) == ()


def test_one_that_cannot_be_imported_is_named_and_none_is(
    qtbot: QtBot, page: DataPage, tmp_path: Path, workspace: Path, shell: FakeShell
) -> None:
    bad = deal_file(tmp_path, FIRST)
    page.import_files([bad, write(tmp_path, "people.csv", PEOPLE)])
    on_step(qtbot, page, page.preview)
    until(qtbot, lambda: page.list.words.whole_text().startswith("Imported in this order"))
    bad.unlink()
    press(page.list.all_button)
    until(qtbot, lambda: "deals.csv" in page.banner.label.text())
    assert "None of the 2 files was imported." in page.banner.label.text()
    shell.jobs.shutdown()
    assert inside(workspace) == ()


def test_dated_snapshots_show_their_days_are_imported_by_day_and_are_all_taken_back(
    qtbot: QtBot, page: DataPage, tmp_path: Path, workspace: Path, shell: FakeShell
) -> None:
    newer = deal_file(tmp_path, FIRST, "deals_2026-08-26.csv")
    older = deal_file(tmp_path, (FIRST[0].replace("1000", "700"), FIRST[1]), "deals_2026-08-12.csv")
    alike = deal_file(tmp_path, FIRST[:1], "copy_2026-08-26.csv")
    page.import_files([newer, alike, older])
    on_step(qtbot, page, page.preview)
    rows = page.list.table.records.rows
    assert [day_words(one) for one in rows] == ["12 Aug 2026", "26 Aug 2026", "26 Aug 2026"]
    assert page.list.words.whole_text().startswith("2 files of deals of one day")
    take(page, alike.name)
    until(qtbot, lambda: page.preview.head.heading.whole_text() == alike.name)
    page.preview.head.whole.day.setText("2026-08-19")
    page.preview.head.whole.day.editingFinished.emit()
    until(qtbot, lambda: day_words(page.list.table.records.rows[1]) == "19 Aug 2026")
    assert state_words(page.list.table.records.rows[1]) == "read, but its name carries 26 Aug 2026"
    until(qtbot, lambda: page.list.words.whole_text().startswith("Imported in this order"))
    press(page.list.all_button)
    on_step(qtbot, page, page.report)
    assert page.report.report is not None
    assert (page.report.report.file, len(page.report.report.changes)) == (newer.name, 1)
    assert page.list.table.currentIndex().row() == 2
    assert [one.report.import_id for one in page.list.table.records.rows if one.report] == [1, 2, 3]
    assert page.list.words.whole_text().startswith("3 files imported: 2 added, 1 updated, 2 unchanged.")
    take(page, older.name)
    until(qtbot, lambda: page.report.heading.whole_text().startswith(f"{older.name} imported"))
    asked = answer("Undo the imports")
    assert page.list.undo_button.text() == "Undo all 3"
    press(page.list.undo_button)
    until(qtbot, lambda: page.banner.label.text() == "The import of 3 files was undone.")
    assert "Undo the import of all 3 files?" in asked[0]
    assert not page.list.isVisible()
    shell.jobs.shutdown()
    assert inside(workspace) == ()


# --- what belongs together --------------------------------------------------------------------------------------


def test_a_report_says_what_belongs_to_a_deal_and_shows_the_rows_that_do_not(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    bring_in(qtbot, page, deal_file(tmp_path, FIRST))
    bring_in(qtbot, page, write(tmp_path, "activities.csv", ACTIVITIES))
    card = page.report.links
    until(qtbot, card.isVisible)
    words = {one.whole_text() for one in card.findChildren(PlainLabel)}
    assert "2 of 3 activities that name a deal belong to one (1 by its name); 1 does not." in words
    press(next(one for one in card.findChildren(QPushButton) if one.text() == "Show rows"))
    until(qtbot, card.rows_box.isVisible)
    assert [card.rows.records.index(0, at).data() for at in range(3)] == ["3", "activities.csv", "Alfa"]
    assert card.rows.records.index(0, 3).data() in ("Alpha", "none is like it")


def test_names_that_are_alike_are_one_when_the_user_says_so(
    qtbot: QtBot, page: DataPage, tmp_path: Path, shell: FakeShell
) -> None:
    bring_in(qtbot, page, deal_file(tmp_path, (*FIRST, SECOND[1])))
    card = page.report.links
    until(qtbot, card.isVisible)
    same = next(one for one in card.findChildren(QPushButton) if one.text() == "They are one…")
    assert same.accessibleName() in ("Acme Inc and Acme Inc. are one", "Acme Inc. and Acme Inc are one")
    other, stays = same.accessibleName().removesuffix(" are one").split(" and ")
    press(same)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, MergeDialog)
    assert [one.text() for one in dialog.choices] == [other, stays]
    dialog.choices[1].setChecked(True)  # the name that was not proposed
    until(qtbot, lambda: "count together" in dialog.preview.text() and dialog.yes.isEnabled())
    press(dialog.yes)
    until(qtbot, lambda: bool(shell.toasts))
    assert shell.toasts[-1].startswith(f"{other} counts as {stays}. Their ")
    until(qtbot, lambda: not shell.jobs.is_busy and not card.isVisible())
    assert shell.undo_last is not None
    shell.undo_last()
    until(qtbot, lambda: not shell.jobs.is_busy and card.isVisible())


def test_names_that_are_two_are_offered_no_more_until_that_is_taken_back(
    qtbot: QtBot, page: DataPage, tmp_path: Path, shell: FakeShell
) -> None:
    bring_in(qtbot, page, deal_file(tmp_path, (*FIRST, SECOND[1])))
    card = page.report.links
    until(qtbot, card.isVisible)
    apart = next(one for one in card.findChildren(QPushButton) if one.text() == "They are two")
    assert apart.accessibleName() in ("Acme Inc and Acme Inc. are two", "Acme Inc. and Acme Inc are two")
    press(apart)
    until(qtbot, lambda: bool(shell.toasts) and not shell.jobs.is_busy and not card.isVisible())
    assert shell.toasts[-1].endswith("stay two and are not offered as one again.")
    assert shell.undo_last is not None
    shell.undo_last()
    until(qtbot, lambda: not shell.jobs.is_busy and card.isVisible())
    assert shell.toasts[-1] == "1 pair may be one again."


@pytest.mark.styled
def test_a_link_that_is_whole_offers_no_rows(page: DataPage) -> None:
    card = page.report.links
    card.show_links((Linked("activities", "deal", "deals", 31_500, 0, 0),), ())
    assert [one.text() for one in card.findChildren(QPushButton) if one.text()] == []
    assert "31,500 of 31,500 activities that name a deal belong to one." in {
        one.whole_text() for one in card.findChildren(PlainLabel)
    }


def test_only_keys_that_can_answer_are_named_and_the_line_stands_before_a_long_id() -> None:
    twin = LookAlike(7, "006A", "Renewal", "006B", "Renewal", "crm", 4, "same account and name", is_own=True)
    assert keys_words((twin,)) == "K keeps both, L leaves the row out."
    assert other_text(twin) == "Renewal  ·  line 4  ·  006B"
    known = LookAlike(7, "006A", "Renewal", "006B", "Renewal", "crm", 0, "same account and name", is_own=True)
    assert keys_words((twin, known)) == "K keeps both, S takes them for the same, L leaves the row out."


# --- files that come while another is on show ---------------------------------------------------------------------


def names(page: DataPage) -> list[str]:
    return [one.path.name for one in page.list.table.records.rows]


def test_a_file_dropped_while_a_check_is_open_is_listed_at_once_read_behind_it_and_stands_once(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    people = write(tmp_path, "people.csv", PEOPLE)
    page.import_files([deal_file(tmp_path, FIRST)])
    on_step(qtbot, page, page.preview)
    page.import_files([people])
    assert page.list.isVisible()
    assert names(page) == ["deals.csv", "people.csv"]
    assert page.step.whole_text().endswith("1 more file to check: people.csv")
    until(qtbot, lambda: state_words(page.list.table.records.rows[0]) == "read" and names(page)[0] == "people.csv")
    assert page.preview.head.heading.whole_text() == "deals.csv"
    people.write_text(PEOPLE + "Cy,West\n", encoding="utf-8")
    page.import_files([people, deal_file(tmp_path, FIRST[:1]), write(tmp_path, "no.csv", "")])
    assert page.banner.label.text() == "people.csv and deals.csv: in the list already, and read again."
    assert names(page) == ["people.csv", "deals.csv", "no.csv"]
    until(qtbot, lambda: [holds(one) for one in page.list.table.records.rows[:2]] == [
        "3 rows of people and teams", "1 row of deals",
    ])  # fmt: skip
    until(qtbot, lambda: "no.csv" in page.banner.label.text())
    until(qtbot, page.list.all_button.isEnabled)
    until(qtbot, page.preview.try_button.isEnabled)  # the people come before, so the deals were looked at again
    press(page.preview.try_button)
    on_step(qtbot, page, page.report)
    page.import_files([write(tmp_path, "activities.csv", ACTIVITIES)])
    assert names(page)[-1] == "activities.csv"
    press(page.report.back_button)
    on_step(qtbot, page, page.preview)
    press(page.preview.cancel_button)
    until(qtbot, lambda: page.preview.head.heading.whole_text() == "people.csv")
    page.import_files([tmp_path / "deals.csv"])
    until(qtbot, lambda: [state_words(one) for one in page.list.table.records.rows if one.path.name == "deals.csv"]
          == ["read"])  # fmt: skip


def test_a_file_dropped_while_imports_are_taken_back_comes_next(
    qtbot: QtBot, page: DataPage, tmp_path: Path, workspace: Path, shell: FakeShell
) -> None:
    page.import_files([deal_file(tmp_path, FIRST)])
    on_step(qtbot, page, page.preview)
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    page.undo_imports((1,), "deals.csv")
    page.import_files([write(tmp_path, "people.csv", PEOPLE)])
    assert page.progress.heading.whole_text() == "Undoing the import of deals.csv"
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == "people.csv"
    shell.jobs.shutdown()
    assert inside(workspace) == ()
