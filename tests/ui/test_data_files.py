"""Several files and archives on the Data page: one list, the right order, what is wrong named."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.pages.data import DataPage
from kpidesk.ui.widgets.controls import ListBox, Segments
from kpidesk.ui.widgets.import_list import state_words
from kpidesk.ui.widgets.receipt_table import RecordTable
from tests.ui.driving import answer
from tests.ui.test_data_page import PEOPLE, deals, on_step, page, press, shell, until, workspace, write

pytestmark = pytest.mark.unstyled

__all__ = ["page", "shell", "workspace"]


def packed(folder: Path, members: dict[str, str]) -> Path:
    archive = folder / "export.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name, text in members.items():
            file.writestr(name, text)
    return archive


def listed(page: DataPage) -> list[tuple[str, str]]:
    """The files in the list with what became of them."""
    return [(one.path.name, state_words(one)) for one in page.list.table.records.rows]


def test_an_archive_is_taken_apart_and_its_files_come_in_the_right_order(
    qtbot: QtBot, page: DataPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    text = deals(tmp_path).read_text(encoding="utf-8")
    page.import_files(
        [packed(tmp_path, {"deals.csv": text, "people.csv": PEOPLE, "logo.png": "x", "odd.csv": "a,b\n"})]
    )
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == "people.csv"
    assert page.list.isVisible()
    assert listed(page) == [
        ("people.csv", "read"),
        (
            "deals.csv",
            "needs 2 answers: In which order are the dates of columns 'Close Date' and 'Created Date' written?",
        ),
        ("odd.csv", "left out: has column names but no rows below them."),
        ("logo.png", "left out: it is not a file with rows (.csv, .xlsx …)."),
    ]
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    press(page.report.more)
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == "deals.csv"
    assert [state.partition(":")[0] for _, state in listed(page)[:2]] == ["imported", "needs 2 answers"]
    assert len(list(folder.iterdir())) == 1
    QTest.keyClick(page, Qt.Key.Key_Escape)
    on_step(qtbot, page, page.home)
    assert not page.list.isVisible()
    assert list(folder.iterdir()) == []


HAND_MADE = "Deal ID,Owner,How far,Value,Close date\n1,Ann,Won,10,2026-02-13\n2,Bob,Lost,20,2026-02-14\n"


@pytest.mark.styled
def test_deals_that_tell_no_stage_wait_for_an_answer_before_all_come_in_together(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    texts = {"deals.csv": HAND_MADE, "people.csv": PEOPLE, "a.csv": "", "b.csv": "x", "c.csv": ""}
    page.import_files([write(tmp_path, name, text) for name, text in texts.items()])
    on_step(qtbot, page, page.preview)
    states = dict(listed(page))
    assert states["deals.csv"].startswith("needs an answer: Which column tells the stage or status?")
    table = page.list.table
    assert table.viewport().height() >= sum(map(table.rowHeight, range(5)))
    assert not page.list.all_button.isEnabled()
    table.clicked.emit(table.records.index(list(states).index("deals.csv"), 0))
    until(qtbot, lambda: page.preview.head.heading.whole_text() == "deals.csv")
    assert not page.preview.import_button.isEnabled()
    (choice,) = page.preview.questions.findChildren(Segments)
    press(next(one for one in choice.buttons() if one.text() == "How far"))
    until(qtbot, page.list.all_button.isEnabled)
    assert dict(listed(page))["deals.csv"] == "read"
    press(page.list.all_button)
    on_step(qtbot, page, page.report)
    assert dict(listed(page))["deals.csv"] == "imported: 2 added"


def test_that_no_column_tells_it_stays_said_when_another_column_is_given_a_field(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    page.import_files([write(tmp_path, "deals.csv", HAND_MADE)])
    on_step(qtbot, page, page.preview)
    (choice,) = page.preview.questions.findChildren(Segments)
    press(next(one for one in choice.buttons() if one.text() == "No column does"))
    until(qtbot, page.preview.import_button.isEnabled)
    page.preview.columns.mapped.emit("How far", "loss_reason")
    until(qtbot, lambda: page.preview.options.columns.get("loss_reason") == "How far")
    until(qtbot, page.preview.import_button.isEnabled)
    assert page.preview.preview is not None
    assert page.preview.preview.questions == ()


BAD_CELLS = """Deal ID,Owner,Stage,Value,Close date
1,Ann,Won,ten,2026-02-13
2,Bob,Lost,20,2026-02-30
3,Bob,Won,2,2026-03-02
"""


@pytest.mark.styled
def test_of_several_files_what_is_to_be_checked_stands_above_how_they_were_read(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    page.import_files([write(tmp_path, "deals.csv", BAD_CELLS), write(tmp_path, "people.csv", PEOPLE)])
    on_step(qtbot, page, page.preview)
    view = page.preview
    assert not view.head.whole.isVisible()
    view.head.more.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(view.head.more, Qt.Key.Key_Space)
    assert view.head.whole.isVisible()
    until(qtbot, view.head.whole.kind.hasFocus)  # what came in the place of the link
    for width, is_above in ((1300, False), (800, True)):
        page.resize(width, 760)
        QTest.qWait(0)
        foot, button = (one.mapTo(page, QPoint()).y() for one in (view.verdict, view.import_button))
        assert (foot + view.verdict.height() <= button) == is_above


def test_the_check_says_which_rows_will_be_rejected(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([write(tmp_path, "deals.csv", BAD_CELLS)])
    on_step(qtbot, page, page.preview)
    view = page.preview
    assert view.verdict.text().endswith("2 cells cannot be used: their rows will be rejected.")
    until(qtbot, lambda: view.import_button.text() == "Import 1 of 3 rows")
    view.head.fold(True)
    press(view.go_there)
    assert view.bad.isVisible()
    assert [[column.text(one) for column in view.bad.records.columns] for one in view.bad.records.records()] == [
        ["2", "Value", "ten", "Holds no number.", "1"], ["3", "Close date", "2026-02-30", "Holds no date.", "1"],
    ]  # fmt: skip
    view.head.fold(False)
    told = view.head.notices.text()
    assert "1 row will be rejected: 'Value' holds no number there, on line 2 ('ten')." in told
    assert "1 row will be rejected: 'Close date' holds no date there, on line 3 ('2026-02-30')." in told
    press(view.import_button)
    on_step(qtbot, page, page.report)
    report = page.report.report
    assert report is not None
    assert [one.problem for one in report.issues] == ["This is not an amount.", "There is no 30 Feb 2026."]


def test_the_check_says_who_is_named_again(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    text = "Name,Team,Level\nAnn Lee,North,A\nAnn Lee,South,B\n"
    page.import_files([write(tmp_path, "people.csv", text)])
    on_step(qtbot, page, page.preview)
    view = page.preview
    assert view.verdict.text().endswith("1 cell cannot be used: its row will be rejected.")
    until(qtbot, lambda: view.import_button.text() == "Import 1 of 2 rows")
    press(view.go_there)
    assert [one.text for one in view.bad.records.records()] == ["Ann Lee"]
    assert "such as 'Team since'" in view.head.notices.text()


SNAPSHOT = "Deal ID,Owner,Stage,Value,Created\n1,Ann,Proposal,10,{day}\n2,Bob,Won,20,{day}\n3,Bob,{stage},1,{day}\n"


def test_what_is_answered_of_one_snapshot_counts_for_the_others_that_ask_the_same(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    texts = {
        "june": SNAPSHOT.format(day="03/04/2026", stage="Won"),
        "july": SNAPSHOT.format(day="03/05/2026", stage="Talks"),
    }
    page.import_files([write(tmp_path, f"{name}.csv", text) for name, text in texts.items()])
    on_step(qtbot, page, page.preview)
    assert [state.partition(":")[0] for _, state in listed(page)] == ["needs 2 answers"] * 2
    table = page.list.table
    table.clicked.emit(table.records.index(0, 0))
    until(qtbot, lambda: page.preview.head.heading.whole_text() == "june.csv")
    page.preview.stages.answered.emit("Proposal", "open")
    until(qtbot, lambda: page.preview.preview is not None and len(page.preview.preview.questions) == 1)
    (choice,) = page.preview.questions.findChildren(Segments)
    press(next(one for one in choice.buttons() if one.text() == "Day first (31/12)"))
    until(qtbot, page.preview.import_button.isEnabled)
    assert [state.partition(":")[0] for _, state in listed(page)] == ["read", "needs an answer"]
    table.clicked.emit(table.records.index(1, 0))
    until(qtbot, lambda: page.preview.head.heading.whole_text() == "july.csv")
    page.preview.stages.answered.emit("Talks", "lost")
    until(qtbot, page.list.all_button.isEnabled)
    assert page.preview.preview is not None
    assert {one.value: one.outcome for one in page.preview.preview.stages} == {
        "Proposal": "open", "Won": "won", "Talks": "lost",
    }  # fmt: skip
    press(page.list.all_button)
    on_step(qtbot, page, page.report)
    assert [state for _, state in listed(page)] == ["imported: 3 added", "imported: 3 updated"]


CONTRADICTING = """Deal ID,Owner,Stage,Value,Created,Close date
1,Ann,Won,"7.500,00",25/03/2026,04/05/2026
2,Bob,Won,12.50,03/26/2026,05/06/2026
3,Bob,Won,8,03/27/2026,05/06/2026
"""


def test_dates_and_numbers_that_contradict_each_other_are_asked_about_once_each(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    page.import_files([write(tmp_path, "deals.csv", CONTRADICTING)])
    on_step(qtbot, page, page.preview)
    view = page.preview
    assert view.preview is not None
    assert [one.about for one in view.preview.questions] == [
        "In which order are the dates of columns 'Created' and 'Close date' written?",
        "Which mark is the decimal one in column 'Value'?",
    ]
    said = [one.text() for one in view.questions.findChildren(PlainLabel)]
    assert sum(one.count("ows that contradict your answer are rejected.") for one in said) == 2
    assert view.preview.questions[0].evidence.count("contradict your answer") == 1
    first = view.questions.first()
    assert first is not None
    assert QApplication.focusWidget() is first
    assert not first.property("kbfocus")  # a ring would look like an answer
    assert view.pane.verticalScrollBar().value() == 0
    press(view.go_there)
    assert first.property("kbfocus")
    for words in ("Month first (12/31)", "Comma: 1.234,50"):
        choice = view.questions.findChildren(Segments)[0]
        answer = next(one for one in choice.buttons() if one.text() == words)
        answer.setFocus()
        press(answer)
        until(qtbot, lambda: QApplication.focusWidget() is (view.questions.first() or view.go_there))
    assert view.verdict.text().endswith("2 cells cannot be used: their rows will be rejected.")
    press(view.import_button)
    on_step(qtbot, page, page.report)
    assert page.report.report is not None
    assert [(one.line, one.column) for one in page.report.report.issues] == [(2, "Created"), (3, "Value")]


WORDED = "Deal ID,Owner,Stage,Value,Close date,Type,Lead source\n" + "".join(
    f"{at},Ann,Won,10,2026-02-13,{words}\n" for at, words in enumerate(("New,Web", "Partner,Web", "New,Website"))
)


def test_what_a_word_counts_as_is_said_in_the_check_and_kept_for_the_next_file(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    page.import_files([write(tmp_path, "deals.csv", WORDED)])
    on_step(qtbot, page, page.preview)
    table, tab = page.preview.words, page.preview.tabs.buttons()[2]
    assert tab.text() == "Words  ·  2 to answer"
    assert page.preview.verdict.text().endswith("2 words may count as others: say so under Words.")
    press(page.preview.go_there)
    assert table.records.record(table.currentIndex().row()).word == "Partner"
    QTest.keyClick(table, Qt.Key.Key_Return)
    (box,) = table.findChildren(ListBox)
    assert [box.itemText(at) for at in range(box.count())] == ["expansion", "new", "renewal"]
    box.setCurrentIndex(1)
    box.activated.emit(1)
    until(qtbot, lambda: tab.text() == "Words  ·  1 to answer")
    table.answered.emit("lead_source:Website", "Web")
    until(qtbot, lambda: tab.text() == "Words  ·  4")
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    assert "Lead source: 'Website' counts as Web; say otherwise under Words." in page.report.notices.text()
    press(page.report.more)
    page.import_files([write(tmp_path, "deals.csv", WORDED.replace("2026-02-13", "2026-02-14"))])
    on_step(qtbot, page, page.preview)
    assert page.preview.options.words == {}
    assert {one.word: one.meant for one in table.records.rows if one.why == "you said so"} == {
        "Partner": "new", "Website": "Web",
    }  # fmt: skip


def test_a_list_that_is_closed_without_a_choice_says_nothing(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([write(tmp_path, "deals.csv", WORDED)])
    on_step(qtbot, page, page.preview)
    table = page.preview.words
    table.go_to_open()
    QTest.keyClick(table, Qt.Key.Key_Return)
    (box,) = table.findChildren(ListBox)
    qtbot.waitUntil(lambda: box.view().isVisible())
    assert (box.currentIndex(), box.placeholderText()) == (-1, "Nothing yet")
    QTest.keyClick(box.view(), Qt.Key.Key_Escape)
    until(qtbot, lambda: table.state() != RecordTable.State.EditingState)
    assert page.preview.options.words == {}


def test_many_files_that_are_left_out_are_told_in_few_lines(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    empty = [write(tmp_path, f"{n}.csv", "") for n in range(9)]
    page.import_files([*empty, *(write(tmp_path, f"{n}.txt", f"A,A{n}\n") for n in range(2))])
    until(qtbot, lambda: "1.txt" in page.banner.label.text())
    on_step(qtbot, page, page.home)
    lines = page.banner.label.text().splitlines()
    assert lines[0].startswith("0.csv, 1.csv, 2.csv, 3.csv and 5 more: is empty")
    assert [one.split(":")[0] for one in lines[1:]] == ["0.txt and 1.txt"]
    assert not page.banner.button.isVisible()  # nothing that can be said helps


UNKNOWN = "Nummer,Was,Wieviel\n1,Alpha,20\n2,Beta,30\n"


def test_each_file_that_is_left_out_can_be_read_by_hand(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    one, two = (write(tmp_path, name, UNKNOWN) for name in ("eins.csv", "zwei.csv"))
    page.import_files([one, two, deals(tmp_path)])
    on_step(qtbot, page, page.preview)
    until(qtbot, lambda: page.banner.label.text().startswith("eins.csv and zwei.csv: "))
    press(page.banner.button)
    (menu,) = page.banner.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert [action.text() for action in menu.actions()] == ["eins.csv", "zwei.csv"]
    menu.close()

    table, names = page.list.table, [name for name, _ in listed(page)]
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton,
                     pos=table.visualRect(table.records.index(names.index("eins.csv"), 0)).center())  # fmt: skip
    assert page.banner.label.text().startswith("eins.csv: ")
    assert "zwei.csv" not in page.banner.label.text()
    press(page.banner.button)
    until(qtbot, lambda: [file.state for file in page._queue.files if file.name == "eins.csv"] != ["refused"])
    assert sorted(name for name, _ in listed(page)) == sorted(names)  # it stands once


def test_cancel_takes_the_words_about_other_files_along(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([write(tmp_path, "eins.csv", UNKNOWN), deals(tmp_path)])
    on_step(qtbot, page, page.preview)
    assert page.banner.isVisible()
    press(page.preview.cancel_button)
    on_step(qtbot, page, page.home)
    assert not page.banner.isVisible()


def test_a_hostile_archive_is_named_and_the_other_file_goes_on(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([packed(tmp_path, {"../deals.csv": "x"}), deals(tmp_path)])
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == "deals.csv"
    assert "leads out of its folder" in page.banner.label.text()


# --- workbooks ------------------------------------------------------------------------------------------------------


def workbook(folder: Path, sheets: dict[str, list[tuple[object, ...]]]) -> Path:
    file = folder / "crm.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return file


HEADER = ("Deal ID", "Owner", "Stage", "Amount", "Created")
NEW: list[tuple[object, ...]] = [HEADER, ("D1", "Ann", "Won", 5, "2026-01-05"), ("D2", "Bob", "Won", 5, "2026-01-05")]
OLD: list[tuple[object, ...]] = [HEADER, ("D9", "Bob", "Lost", 1, "2025-01-05")]
TEAM: list[tuple[object, ...]] = [("Name", "Team"), ("Ann", "East"), ("Bob", "West")]


def named(page: DataPage) -> list[tuple[str, str]]:
    return [(one.name, state_words(one)) for one in page.list.table.records.rows]


def test_the_sheets_of_a_workbook_come_in_together_like_files(
    qtbot: QtBot, page: DataPage, workspace: Path, tmp_path: Path
) -> None:
    page.import_files([workbook(tmp_path, {"2026": NEW, "2025": OLD, "Team": TEAM, "Notes": [("Call the bank",)]})])
    on_step(qtbot, page, page.preview)
    assert [(name, state[:8]) for name, state in named(page)] == [
        ("crm.xlsx (Team)", "read"), ("crm.xlsx (2026)", "read"), ("crm.xlsx (2025)", "read"),
        ("crm.xlsx (Notes)", "left out"),
    ]  # fmt: skip
    assert page.preview.head.heading.whole_text() == "crm.xlsx (Team)"  # people first
    page.list.chosen.emit(page.list.table.records.record(2))
    until(qtbot, lambda: page.preview.head.heading.whole_text() == "crm.xlsx (2025)")
    assert page.preview.head.whole.sheet.currentText() == "2025"
    assert page.preview.head.whole.complete.value() is False  # another sheet holds deals too
    until(qtbot, page.list.all_button.isEnabled)
    press(page.list.all_button)
    on_step(qtbot, page, page.report)
    assert [state for _, state in named(page)][:3] == ["imported: 2 added", "imported: 2 added", "imported: 1 added"]
    assert page.report.report is not None
    assert page.report.report.file in ("crm.xlsx (2026)", "crm.xlsx (2025)")


def test_a_workbook_with_one_sheet_of_records_is_like_any_file_and_the_sheet_can_be_changed(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    page.import_files([workbook(tmp_path, {"Deals": NEW, "Notes": [("Call the bank",)], "Small": OLD[:1]})])
    on_step(qtbot, page, page.preview)
    assert not page.list.isVisible()
    view = page.preview
    assert view.head.heading.whole_text() == "crm.xlsx (Deals)"
    sheet = view.head.whole.sheet
    assert [sheet.itemText(at) for at in range(sheet.count())] == ["Deals", "Notes", "Small"]
    sheet.setCurrentText("Notes")
    sheet.activated.emit(1)
    until(qtbot, page.banner.isVisible)
    assert view.head.whole.sheet.currentText() == "Deals"  # a sheet without records is taken back


def test_what_is_left_open_is_said_before_all_files_come_in_together(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    page.import_files([write(tmp_path, "people.csv", PEOPLE), write(tmp_path, "deals.csv", WORDED)])
    until(qtbot, page.list.all_button.isEnabled)
    seen = answer("Look")
    press(page.list.all_button)
    assert "2 words to answer in deals.csv." in seen[0]
    until(qtbot, lambda: page.preview.head.heading.whole_text() == "deals.csv")
    assert page.steps.currentWidget() is page.preview
    until(qtbot, page.list.all_button.isEnabled)
    answer("Import anyway")
    press(page.list.all_button)
    on_step(qtbot, page, page.report)
    assert [state.partition(":")[0] for _, state in listed(page)] == ["imported", "imported"]
    assert dict(listed(page))["deals.csv"].endswith("; 2 words to answer")

    press(page.report.words_button)  # named for what it does
    assert page.report.words_button.text() == "Say what 2 words count as…"
    until(qtbot, page.preview.import_button.isEnabled)
    assert (page.steps.currentWidget(), page.preview.tabs.value()) == (page.preview, "words")
    press(page.preview.cancel_button)  # it stays as it is
    assert page.steps.currentWidget() is page.report
    assert dict(listed(page))["deals.csv"].startswith("imported: 3 added")

    press(page.report.words_button)
    for name, meant in (("type:Partner", "new"), ("lead_source:Website", "Web")):
        until(qtbot, page.preview.import_button.isEnabled)
        page.preview.words.answered.emit(name, meant)
    until(qtbot, lambda: page.preview.tabs.buttons()[2].text() == "Words  ·  4")
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    assert not page.report.words_button.isVisible()
    assert dict(listed(page))["deals.csv"] == "imported: 2 updated, 1 unchanged"
    answer("Undo the imports")
    press(page.list.undo_button)
    until(qtbot, lambda: page.steps.currentWidget() is page.home and page.drop.isVisible())
    assert page.list.isHidden()  # both imports of that file are taken back
