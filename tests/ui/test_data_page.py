"""The Data page with a real workspace: a file is dropped, questions answered, rows counted, imported, taken back."""

from __future__ import annotations

import csv
import io
import os
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QMenu, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import Issue
from kpidesk.core.fields import KINDS, Outcome
from kpidesk.core.imports import REJECT_HEADERS, ImportOptions, StageFound
from kpidesk.core.progress import Progress, finish
from kpidesk.exporting.rejects import rejects_csv
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.pages.data import DataPage
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import Segments
from kpidesk.ui.widgets.import_answers import window_notice
from kpidesk.ui.widgets.import_stages import OUTCOME, segment_rect, segments_rect
from kpidesk.ui.widgets.import_whole import SOURCE_WORDS, WholeFile
from tests.ui.samples_data import HOSTILE
from tests.ui.shell import FakeShell, fake_shell

pytestmark = pytest.mark.unstyled

TODAY = date(2026, 9, 14)
WRITTEN = datetime(2026, 9, 1, 12, tzinfo=UTC)
PATIENCE = 20_000
HEADER = "Deal ID,Deal Name,Owner,Stage,Close Date,Created Date,Value of it"
# no day above 12, so nothing but the user can tell day from month; one amount is none
DEALS = (
    "D1,Alpha,Ann,Won,03/04/2026,01/02/2026,1000",
    "D2,Beta,Bob,Lost,05/04/2026,02/02/2026,2000",
    "D3,Gamma,Ann,On Hold,06/07/2026,03/02/2026,3000",
    "D4,Delta,Bob,Won,07/05/2026,04/02/2026,4000",
    f"D5,{HOSTILE},Ann,Negotiation,08/08/2026,05/03/2026,5000",
    "D6,Zeta,Bob,Won,09/05/2026,06/03/2026,12k5",
)
LATER = (
    *DEALS[:2],
    "D3,Gamma,Ann,Won,06/05/2026,03/02/2026,3500",
    *DEALS[3:],
    "D7,Eta,Cy,Won,01/06/2026,01/05/2026,700",
)
PEOPLE = "Name,Team\nAnn,East\nBob,West\n"
SAID = ImportOptions(
    columns={"amount": "Value of it"}, stages={"On Hold": "open", "Negotiation": "open"}, date_order="dmy",
    as_of=date(2026, 8, 1),
)  # fmt: skip


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (WRITTEN.timestamp(), WRITTEN.timestamp()))
    return path


def deals(folder: Path, rows: tuple[str, ...] = DEALS, name: str = "deals.csv") -> Path:
    return write(folder, name, "\n".join((HEADER, *rows)) + "\n")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace file."""
    path = tmp_path / "desk.kpidesk"
    operations.close(operations.open_workspace(path, create=True, today=TODAY))
    return path


@pytest.fixture
def shell(qtbot: QtBot, workspace: Path) -> Iterator[FakeShell]:
    with fake_shell(lambda: operations.open_workspace(workspace, today=TODAY), close=operations.close) as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> DataPage:
    made = DataPage(shell)
    qtbot.addWidget(made)
    shell.pages["data"] = made
    made.resize(1068, 730)
    made.show()
    made.activateWindow()
    until(qtbot, made.isActiveWindow)
    made.ask(None)
    until(qtbot, lambda: made.shows_body)
    return made


def until(qtbot: QtBot, is_so: Callable[[], bool]) -> None:
    qtbot.waitUntil(is_so, timeout=PATIENCE)


def on_step(qtbot: QtBot, page: DataPage, step: QWidget) -> None:
    until(qtbot, lambda: page.steps.currentWidget() is step)


def press(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def inside(workspace: Path) -> Any:
    """The imports in the file, read by nobody else."""
    ws = operations.open_workspace(workspace, today=TODAY)
    try:
        return operations.imports(ws)
    finally:
        operations.close(ws)


def bring_in(qtbot: QtBot, page: DataPage, path: Path, options: ImportOptions = SAID) -> None:
    """Import a file by what was said about it elsewhere, as the user's own clicks do below."""
    page.import_files([path])
    on_step(qtbot, page, page.preview)
    page.preview.changed.emit(options)
    until(qtbot, page.preview.import_button.isEnabled)
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    until(qtbot, lambda: page.steps.currentWidget() is page.home and page.history.isVisible())


# --- from the file to the report --------------------------------------------------------------------------------


def test_a_file_goes_from_questions_to_a_report_that_adds_up(
    qtbot: QtBot, page: DataPage, shell: FakeShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = deals(tmp_path)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    assert (page.drop.isVisible(), page.history.isVisible()) == (True, False)
    press(page.drop.choose)
    on_step(qtbot, page, page.preview)
    view = page.preview
    assert view.head.heading.whole_text() == "deals.csv"
    assert view.head.subtitle.whole_text() == (
        "6 rows of deals: its columns 'Stage', 'Close Date', 'Deal ID' and 3 more say so. Nothing is written yet."
    )
    assert not view.import_button.isEnabled()
    assert "“Negotiation”, “On Hold”" in view.verdict.text()

    order = next(one for one in view.findChildren(Segments) if "Close Date" in one.accessibleName())
    assert [one.text() for one in order.buttons()] == ["Day first (31/12)", "Month first (12/31)"]
    assert order.buttons()[0].hasFocus()  # the first thing that is asked
    QTest.keyClick(order.buttons()[0], Qt.Key.Key_Space)
    until(qtbot, lambda: not any("Date" in one.accessibleName() for one in view.findChildren(Segments)))

    press(view.go_there)
    assert view.stages.hasFocus()
    QTest.keyClick(view.stages, Qt.Key.Key_O)  # Negotiation is open
    until(qtbot, lambda: "“Negotiation”" not in view.verdict.text() and "again" not in view.verdict.text())
    at = next(row for row in range(4) if view.stages.records.record(row).value == "On Hold")
    cell = view.stages.visualRect(view.stages.records.index(at, OUTCOME))
    place = segment_rect(segments_rect(page.theme, cell), 0).center()
    QTest.mouseClick(view.stages.viewport(), Qt.MouseButton.LeftButton, pos=place)
    until(qtbot, view.import_button.isEnabled)

    give_field(qtbot, page, "Value of it", "amount")
    until(qtbot, lambda: field_of(page, "Value of it") == "amount")

    press(view.try_button)
    on_step(qtbot, page, page.report)
    tried = page.report
    assert tried.heading.whole_text().startswith("Tried, not imported: deals.csv · deals")
    equation = "6 rows read = 5 added + 0 updated + 0 unchanged + 1 rejected + 0 skipped"
    assert tried.equation.accessibleName() == equation
    assert [tried.rejects.records.index(0, at).data() for at in range(2)] == ["7", "Value of it"]
    hidden = (tried.undo_button, tried.more, tried.scorecard, tried.save_rejects)
    assert [one.isVisible() for one in hidden] == [False] * 4
    assert operations_of(page) == ()
    press(tried.back_button)
    on_step(qtbot, page, view)
    assert view.import_button.hasFocus()

    QTest.keyClick(view.import_button, Qt.Key.Key_Space)
    on_step(qtbot, page, page.report)
    report = page.report.report
    assert report is not None
    assert report.adds_up
    assert (report.read, report.added, report.rejected) == (6, 5, 1)
    assert "6 rows read = 5 added" in page.report.equation.accessibleName()
    assert ("announce", Change.DATA | Change.PEOPLE | Change.SETTINGS) in shell.calls
    press(page.report.scorecard)
    assert ("show_page", "scorecard") in shell.calls


def test_each_column_of_dates_can_be_answered_by_itself(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([deals(tmp_path, DEALS[:2])])
    on_step(qtbot, page, page.preview)
    view = page.preview

    def asked() -> dict[str, Segments]:
        boxes = (one for one in view.questions.findChildren(Segments) if "order" in one.accessibleName())
        return {one.accessibleName().partition("written? ")[2]: one for one in boxes}

    assert list(asked()) == ["", "Only 'Close Date'", "Only 'Created Date'"]
    press(asked()["Only 'Created Date'"].buttons()[1])  # month first
    until(qtbot, lambda: list(asked()) == [""])
    press(asked()[""].buttons()[0])
    until(qtbot, lambda: view.options.date_orders == {"Created Date": "mdy", "Close Date": "dmy"})
    until(qtbot, lambda: not asked())


def test_a_letter_answers_a_stage_and_goes_on_to_the_next_without_an_answer(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    rows = [f"D{at},Deal {at},Ann,Zz {at},2026-08-2{at},2026-02-01,5" for at in range(4)]
    page.import_files([deals(tmp_path, (*rows, "D9,Deal 9,Ann,Won,2026-08-20,2026-02-01,5"))])
    on_step(qtbot, page, page.preview)
    view, table = page.preview, page.preview.stages
    view.go_to_open()

    def here() -> str:
        return str(table.records.record(table.currentIndex().row()).value)

    def outcomes() -> dict[str, Outcome | None]:
        return {one.value: one.outcome for one in table.records.rows if one.value != "Won"}

    first = [one.value for one in table.records.rows if one.outcome is None]
    assert here() == first[0]
    assert "answers the selected row and goes on; Up goes back" in view.counts.text()
    for key, following in ((Qt.Key.Key_O, first[1]), (Qt.Key.Key_L, first[2]), (Qt.Key.Key_Up, first[1])):
        QTest.keyClick(table, key)
        assert here() == following
    QTest.keyClick(table, Qt.Key.Key_W)  # said otherwise, it goes on again
    assert here() == first[2]
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_I)
    assert here() == first[2]  # nothing is open behind the last: back to what was passed by
    QTest.keyClick(table, Qt.Key.Key_W)
    until(qtbot, view.import_button.isEnabled)
    assert here() == first[2]
    assert outcomes() == dict(zip(first, ("open", "won", "won", "ignore"), strict=True))


def operations_of(page: DataPage) -> tuple[Any, ...]:
    """The imports that the page lists."""
    return tuple(page.history.table.records.rows)


def give_field(qtbot: QtBot, page: DataPage, header: str, field: str) -> None:
    """Map a column by hand: go to its row, open the list with Enter, type, take with Enter."""
    view = page.preview
    press(view.tabs.buttons()[1])
    table = view.columns
    at = next(row for row in range(table.records.rowCount()) if table.records.record(row).header == header)
    table.setFocus()
    table.setCurrentIndex(table.records.index(at, 0))
    QTest.keyClick(table, Qt.Key.Key_Return)
    box = table.findChild(QComboBox)
    assert box is not None
    assert box.accessibleName() == f"Field of the column {header}"
    until(qtbot, lambda: box.view().isVisible())
    QTest.keyClicks(box.view(), field)
    QTest.keyClick(box.view(), Qt.Key.Key_Return)


def field_of(page: DataPage, header: str) -> str:
    shown = page.preview.preview
    assert shown is not None
    return next(one.field for one in shown.columns if one.header == header)


def test_the_second_import_says_what_changed(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    bring_in(qtbot, page, deals(tmp_path))
    page.import_files([deals(tmp_path, LATER, "later.csv")])
    on_step(qtbot, page, page.preview)
    # what was said of the file before is known by now, and only the day is left to say
    page.preview.head.whole.day.setFocus()
    QTest.keyClick(page.preview.head.whole.day, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(page.preview.head.whole.day, "2026-08-15")
    QTest.keyClick(page.preview.head.whole.day, Qt.Key.Key_Return)
    until(qtbot, lambda: page.preview.options.as_of == date(2026, 8, 15))
    page.preview.changed.emit(
        ImportOptions(columns=SAID.columns, stages=SAID.stages, date_order="dmy", as_of=date(2026, 8, 15))
    )
    until(qtbot, page.preview.import_button.isEnabled)
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    report = page.report.report
    assert report is not None
    # by hand: D7 is new, D3 was won for 3,500; D1, D2, D4, D5 are as they were; D6 has no amount
    assert (report.read, report.added, report.updated, report.unchanged, report.rejected) == (7, 1, 1, 4, 1)
    assert report.adds_up
    changes = {change.what: (change.deals, change.amount) for change in report.changes}
    assert changes["new"] == (1, 700.0)
    assert changes["won"] == (1, 3500.0)
    shown = {label.whole_text() for label in page.report.findChildren(PlainLabel)}
    assert {"New", "1 deal", "$700", "Won", "$3.50K"} <= shown


def test_a_day_that_is_none_is_refused_at_its_field(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([deals(tmp_path)])
    on_step(qtbot, page, page.preview)
    page.preview.head.whole.day.setText("31/12/2026")
    page.preview.head.whole.day.setFocus()
    QTest.keyClick(page.preview.head.whole.day, Qt.Key.Key_Return)
    assert page.preview.head.whole.day.property("wrong") is True
    assert "'31/12/2026' is not a day." in page.preview.verdict.text()


def test_cancel_leaves_everything_as_it_was(
    qtbot: QtBot, page: DataPage, workspace: Path, shell: FakeShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()
    real = operations.import_file

    def halting(*arguments: Any, **options: Any) -> Generator[Progress, None, Any]:
        work = real(*arguments, **options)
        yield next(work)
        may_go_on.wait(10)
        return (yield from work)

    monkeypatch.setattr(operations, "import_file", halting)
    page.import_files([deals(tmp_path)])
    on_step(qtbot, page, page.preview)
    page.preview.changed.emit(SAID)
    until(qtbot, page.preview.import_button.isEnabled)
    press(page.preview.import_button)
    on_step(qtbot, page, page.progress)
    until(qtbot, lambda: bool(page.progress.detail.whole_text()))
    assert page.progress.promise.text() == "Cancelling leaves everything as it was."
    press(page.progress.cancel)
    may_go_on.set()
    on_step(qtbot, page, page.preview)
    assert page.banner.label.text() == "Cancelled. Nothing was changed."
    shell.jobs.shutdown()
    assert inside(workspace) == ()


def test_a_file_that_is_no_table_is_named_with_what_is_wrong(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    broken = write(tmp_path, f"{HOSTILE.replace('/', '_')}.csv", "")
    page.import_files([broken])
    until(qtbot, page.banner.isVisible)
    on_step(qtbot, page, page.home)
    assert broken.name in page.banner.label.text()
    assert page.banner.label.text().endswith("Nothing was imported.")


def test_people_come_before_the_deals_that_name_them(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([deals(tmp_path), write(tmp_path, "people.csv", PEOPLE)])
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == "people.csv"
    assert "1 more file to check" in page.step.whole_text()
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    assert page.report.more.text() == "Next file"
    press(page.report.more)
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == "deals.csv"


def test_escape_leaves_a_file_out_and_goes_to_the_next(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([deals(tmp_path), deals(tmp_path, LATER, "later.csv")])
    on_step(qtbot, page, page.preview)
    first = page.preview.head.heading.whole_text()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    until(qtbot, lambda: page.preview.head.heading.whole_text() != first)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    on_step(qtbot, page, page.home)
    assert not page.is_busy


def test_files_are_dropped(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(deals(tmp_path))), QUrl("https://example.org/deals.csv")])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(page.drop, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(page.drop, QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, left, none))
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == "deals.csv"


def test_the_first_import_of_deals_leads_to_the_three_steps(
    qtbot: QtBot, page: DataPage, shell: FakeShell, tmp_path: Path
) -> None:
    page.import_files([deals(tmp_path)])
    on_step(qtbot, page, page.preview)
    page.preview.changed.emit(SAID)
    until(qtbot, page.preview.import_button.isEnabled)
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    assert page.banner.button.isVisible()
    press(page.banner.button)
    assert shell.calls[-1] == ("show_page", "welcome")


# --- history ----------------------------------------------------------------------------------------------------


def test_rejected_rows_are_shown_copied_and_saved_with_their_reasons(
    qtbot: QtBot, page: DataPage, shell: FakeShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(qtbot, page, deals(tmp_path))
    press(page.history.show_button)
    until(qtbot, page.history.reject_card.isVisible)
    assert page.history.reject_title.whole_text() == "1 rejected row of deals.csv"
    texts = [page.history.rejects.records.index(0, at).data() for at in range(4)]
    assert texts == ["7", "Value of it", "12k5", "This is not an amount."]

    copy = next(one for one in page.history.reject_card.findChildren(QPushButton) if one.text() == "Copy")
    press(copy)
    assert "12k5\tThis is not an amount." in QGuiApplication.clipboard().text()

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "rejected"), ""))
    press(page.history.save_rejects)
    until(qtbot, lambda: bool(shell.toasts))
    assert shell.toasts == ["1 rejected row saved in rejected.csv: correct and import it."]
    with (tmp_path / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    beside = [row.pop(name) for name in REJECT_HEADERS]
    assert beside == ["7", "Value of it '12k5': This is not an amount.", "2026-08-01"]
    assert row == dict(zip(HEADER.split(","), DEALS[5].split(","), strict=True))

    QTest.keyClick(page.history.rejects, Qt.Key.Key_Escape)
    assert not page.history.reject_card.isVisible()


def test_a_rejected_row_cannot_run_in_a_spreadsheet() -> None:
    text = rejects_csv(
        [(Issue(3, "=cmd()", "+1+1", "@x"), "=row\t-500\t+1+1")], ("=head", "Amount", "c"), date(2026, 8, 1)
    ).decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(text))
    assert header[3:] == ["'=head", "Amount", "c"]
    assert row == ["3", "'=cmd() '+1+1': @x", "2026-08-01", "'=row", "-500", "'+1+1"]


def test_rejected_rows_never_overwrite_the_workspace(
    qtbot: QtBot, page: DataPage, shell: FakeShell, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(qtbot, page, deals(tmp_path))
    before = workspace.read_bytes()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(workspace), ""))
    page.history.save_wanted.emit(1)
    until(qtbot, lambda: bool(shell.errors))
    assert workspace.read_bytes() == before


@pytest.mark.parametrize("agreed", [True, False])
def test_an_import_is_taken_back_after_a_question(
    qtbot: QtBot, page: DataPage, shell: FakeShell, workspace: Path, tmp_path: Path, agreed: bool
) -> None:
    bring_in(qtbot, page, deals(tmp_path))
    asked: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            asked.append(f"{box.text()} {box.informativeText()}")
            press(next(one for one in box.buttons() if one.text() == ("Undo the import" if agreed else "Cancel")))

    waiting = QTimer(page)
    waiting.timeout.connect(answer)
    waiting.start(10)
    page.history.table.setFocus()
    QTest.keyClick(page.history.table, Qt.Key.Key_Delete)
    until(qtbot, lambda: len(asked) == 1)
    waiting.stop()
    assert asked[0].startswith(
        "Undo the import of deals.csv? It takes back only this file: 5 rows, as of 1 Aug 2026."
        " 5 deals that no other import shows go away."
    )
    if agreed:
        until(qtbot, lambda: page.banner.label.text() == "The import of deals.csv was undone.")
        until(qtbot, lambda: not page.history.isVisible())
        page.import_files([tmp_path / "deals.csv"])
        on_step(qtbot, page, page.preview)
        assert "imported and taken back" in page.preview.head.notices.text()
    shell.jobs.shutdown()
    assert len(inside(workspace)) == (0 if agreed else 1)


def test_what_the_source_of_ids_means_is_said_below_the_field(qtbot: QtBot) -> None:
    made = WholeFile(Theme())
    qtbot.addWidget(made)
    assert SOURCE_WORDS in [one.whole_text() for one in made.findChildren(PlainLabel)]
    assert "within one source" in made.source.toolTip()
    assert made.source.accessibleName() == "Ids come from"


def test_the_history_shows_what_the_workspace_holds(qtbot: QtBot, page: DataPage, workspace: Path) -> None:
    ws = operations.open_workspace(workspace.with_name("other.kpidesk"), create=True, today=TODAY)
    finish(operations.import_file(ws, deals(workspace.parent), SAID))
    entries = operations.imports(ws)
    operations.close(ws)
    page.show_value(entries)
    cells = [page.history.table.records.index(0, at).data() for at in range(10)]
    assert cells[:8] == ["deals.csv", "1", "1 Aug 2026", "6", "5", "0", "1", "deals"]
    said = page.history.table.records.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert entries[0].source == "generic"
    assert said == "deals.csv, deals of 1 Aug 2026. Rows: 6 read, 5 added, 0 updated, 1 rejected."
    press(page.history.copy_button)
    head, line = QGuiApplication.clipboard().text().splitlines()
    assert dict(zip(head.split("\t"), line.split("\t"), strict=True))["Rejected"] == "1"
    assert page.small_drop.isVisible()
    page.show_value((entries[0], replace(entries[0], import_id=4)))
    assert page.history.counted.whole_text().endswith("No. 2 and 3 were undone.")
    assert not page.drop.isVisible()


# --- a file whose columns say nothing ---------------------------------------------------------------------------


def test_an_unknown_file_is_read_by_hand(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    path = write(tmp_path, "odd.csv", "Foo,Bar,Baz\nk1,20,x\nk2,30,y\n")
    page.import_files([path])
    until(qtbot, lambda: page.banner.isVisible() and not page.is_busy)
    assert "--" not in page.banner.label.text()
    assert (page.banner.button.text(), page.banner.other.text()) == ("Read it as deals", "Another kind…")
    press(page.banner.button)
    until(qtbot, lambda: page.banner.button.text() == "Take “Foo” as the id")
    assert "--" not in page.banner.label.text()
    press(page.banner.button)
    on_step(qtbot, page, page.preview)
    assert (page.preview.head.whole.kind.currentText(), field_of(page, "Foo")) == ("Deals", "id")
    give_field(qtbot, page, "Bar", "amount")
    until(qtbot, lambda: field_of(page, "Bar") == "amount")


def test_an_unknown_file_is_first_read_as_what_its_columns_speak_for(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    page.import_files([write(tmp_path, "odd.csv", "Subject,Length,Foo\nk1,20,x\nk2,30,y\n")])
    until(qtbot, lambda: page.banner.isVisible() and not page.is_busy)
    assert (page.banner.button.text(), page.banner.other.text()) == ("Read it as activities", "Another kind…")


def test_an_unknown_file_is_read_as_people(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([write(tmp_path, "odd.csv", "Foo,Bar\nk1,20\n")])
    until(qtbot, lambda: page.banner.isVisible() and not page.is_busy)
    press(page.banner.other)
    menu = page.banner.findChild(QMenu)
    assert menu is not None
    assert [one.text() for one in menu.actions()][:2] == ["Read it as people and teams", "Read it as activities"]
    assert len(menu.actions()) == len(KINDS) - 1
    menu.actions()[0].trigger()
    menu.close()
    on_step(qtbot, page, page.preview)
    assert page.preview.head.whole.kind.currentText() == "People and teams"


def test_stages_stay_in_the_order_first_shown(page: DataPage) -> None:
    def found(*outcomes: Outcome | None) -> tuple[StageFound, ...]:
        return tuple(StageFound(name, 1, one, "") for name, one in zip("ABCD", outcomes, strict=True))

    def shown() -> list[str]:
        return [table.records.record(at).value for at in range(table.records.rowCount())]

    table = page.preview.stages
    table.show_stages(found("won", None, "lost", None))
    assert shown() == ["B", "D", "A", "C"]
    table.show_stages(found("won", "open", "lost", None), is_new=False)  # B is answered, nobody is on a row
    assert shown() == ["B", "D", "A", "C"]
    table.show_stages(found("won", "open", "lost", None))
    assert shown() == ["D", "A", "B", "C"]


def test_where_to_say_whose_ids_they_are() -> None:
    assert window_notice("All 3 ids are known; --source sales force says that they are others.") == (
        "All 3 ids are known; “sales force” under Ids come from says that they are others."
    )
    assert window_notice('Taken for others. Map the column that tells them apart: --map id="COLUMN".') == (
        "Taken for others. Say under Columns which column tells them apart."
    )
    assert window_notice('Where all did, --set direction=out says so. Map the one that does: --map x="COLUMN".') == (
        "Where all did, give the direction the value out in all rows, under Columns. Say under Columns which one does."
    )
    assert window_notice("Where both are one, --source generic makes them the same.") == (
        "Where both are one, “generic” under Ids come from makes them the same."
    )
