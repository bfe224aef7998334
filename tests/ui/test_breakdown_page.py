"""The Breakdown page, used with keys and mouse on the sample company."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.breakdowns import BY_PERIOD, LUCK, PivotTable, changes_title
from kpidesk.core.parts import REST, UNKNOWN
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.pages.breakdown import BreakdownPage
from kpidesk.ui.pages.receipt import ReceiptPage
from kpidesk.ui.widgets.breakdown_text import TOTAL, cell_sentence, laid_out, summary
from tests.conftest import SAMPLE_DAY
from tests.ui.conftest import settled
from tests.ui.leaks import rich_text_leaks
from tests.ui.samples import HOSTILE, QUESTION
from tests.ui.samples_breakdown import made_up
from tests.ui.shell import PATIENCE, FakeShell, fake_shell, shared_shell

pytestmark = pytest.mark.unstyled


@pytest.fixture
def shell(held_sample: FakeShell, qtbot: QtBot) -> Iterator[FakeShell]:
    """The sample company, for tests that read only."""
    with shared_shell(held_sample, qtbot) as made:
        yield made


@pytest.fixture
def own(sample: Path) -> Iterator[FakeShell]:
    """The sample company for a test that writes."""
    with fake_shell(lambda: operations.open_workspace(sample, today=SAMPLE_DAY), close=operations.close) as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> BreakdownPage:
    return opened(qtbot, shell)


def opened(qtbot: QtBot, shell: FakeShell) -> BreakdownPage:
    made = BreakdownPage(shell)
    shell.pages["breakdown"] = made
    qtbot.addWidget(made)
    made.resize(1068, 714)
    made.show()
    made.ask(QUESTION)
    settle(qtbot, shell)
    return made


def settle(qtbot: QtBot, shell: FakeShell) -> None:
    qtbot.waitUntil(lambda: not shell.jobs.is_busy, timeout=PATIENCE)


def table_of(page: BreakdownPage) -> PivotTable:
    assert page.answer is not None
    assert page.answer.table is not None
    return page.answer.table


def shown(page: BreakdownPage) -> list[list[str]]:
    """What stands in every place of the table."""
    model = page.table.cells
    return [[str(model.index(r, c).data() or "") for c in range(model.columnCount())] for r in range(model.rowCount())]


def test_it_opens_with_a_sum_by_a_usual_field_and_every_part_opens_its_rows(
    page: BreakdownPage, shell: FakeShell
) -> None:
    table = table_of(page)
    assert (table.kpi.unit, table.view.rows_by, table.adds_up) == ("money", "lead_source", True)
    assert [line[0] for line in shown(page)] == [line[0].text for line in table.cells] + [table.total.text]
    assert page.sentence.text() == summary(table)
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_receipt", table.kpi.id, table.cells[1][0].question)
    where = page.table.visualRect(page.table.cells.index(0, 2)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(where))
    assert shell.calls[-1] == ("open_receipt", table.kpi.id, table.cells[0][0].question)


def test_rows_columns_and_condition_change_what_is_shown(qtbot: QtBot, page: BreakdownPage, shell: FakeShell) -> None:
    page.columns_by.chosen.emit("rep")
    settle(qtbot, shell)
    titles = page.table.cells.laid.titles
    assert titles == (*table_of(page).columns, TOTAL, changes_title(table_of(page)), LUCK)
    assert page.shows.isVisible()
    page.shows.buttons()[1].click()
    assert shown(page)[-1][titles.index(TOTAL)] == "100.0%"
    page.rows_by.chosen.emit("rep")  # what was in the columns goes over to the rows
    settle(qtbot, shell)
    assert (page.view.rows_by, page.view.columns_by) == ("rep", "")
    page.where.setText("amount > 30000")
    QTest.keyClick(page.where, Qt.Key.Key_Return)
    settle(qtbot, shell)
    assert table_of(page).total.question.where == "amount > 30000"
    page.where.setText("amont > 3")
    QTest.keyClick(page.where, Qt.Key.Key_Return)
    settle(qtbot, shell)
    assert "has no field 'amont'" in page.problem.label.text()
    assert not page.panel.isVisible()
    assert page.where.isVisible()


def test_a_rate_has_no_shares_and_thin_numbers_no_bars(qtbot: QtBot, page: BreakdownPage, shell: FakeShell) -> None:
    page.columns_by.chosen.emit("rep")
    settle(qtbot, shell)
    page.show_in("share")
    page.open_kpi("win_rate")
    settle(qtbot, shell)
    assert page.show_as == "value"
    assert not page.shows.buttons()[1].isVisible()
    table = table_of(page)
    for own, least in ((None, shell.settings.minimum_n), (6, 6)):
        page._show_table(replace(table, kpi=replace(table.kpi, minimum_n=own)))
        faces = [face for line in page.table.cells.laid.lines[:-1] for face in line.faces
                 if face.cell and face.cell.result.value is not None and not face.is_sum
                 and face.cell not in table.changes]  # fmt: skip
        assert any(6 <= face.cell.result.n < 10 for face in faces if face.cell)
        assert all((face.bar is None) == (face.cell.result.n < least) for face in faces if face.cell)


def test_a_breakdown_is_saved_opened_deleted_and_brought_back(qtbot: QtBot, own: FakeShell) -> None:
    shell, page = own, opened(qtbot, own)
    page.change(columns_by=BY_PERIOD)
    settle(qtbot, shell)
    page.save_as("Sources over time")
    settle(qtbot, shell)
    settle(qtbot, shell)
    assert page.saved.accessibleName() == "saved breakdown: Sources over time"
    assert page.forget.isVisible()
    page.change(columns_by="")
    settle(qtbot, shell)
    assert not page.forget.isVisible()
    page.saved.chosen.emit(page.saved.choices[0].value)
    settle(qtbot, shell)
    assert page.view.columns_by == BY_PERIOD
    page.forget.click()
    settle(qtbot, shell)
    assert not page.saved.isVisible()
    assert shell.undo_last is not None
    shell.undo_last()
    settle(qtbot, shell)
    settle(qtbot, shell)
    assert [one.text for one in page.saved.choices] == ["Sources over time"]


def test_keys_open_the_lists_copy_and_write(
    qtbot: QtBot, page: BreakdownPage, shell: FakeShell, tmp_path: Path
) -> None:
    for key, button in ((Qt.Key.Key_K, page.kpi), (Qt.Key.Key_R, page.rows_by), (Qt.Key.Key_C, page.columns_by)):
        QTest.keyClick(page.table, key)
        assert button.popup.isVisible()
        button.popup.hide()
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    titles = ["Lead source", table_of(page).kpi.name, "Share", "Rests on", changes_title(table_of(page)), LUCK]
    assert lines[0].split("\t") == titles
    assert len(lines) == len(table_of(page).rows) + 2
    page.export_to(tmp_path / "b.csv")
    settle(qtbot, shell)
    assert (tmp_path / "b.csv").exists()


def test_every_row_says_whether_it_really_changed_and_against_what(page: BreakdownPage) -> None:
    table = table_of(page)
    assert len(table.verdicts) == len(table.rows) + 1
    last = page.table.cells.columnCount() - 1
    page.table.setCurrentIndex(page.table.cells.index(1, last))
    told = table.verdicts[1]
    assert told is not None
    assert shown(page)[1][last] == table.verdict(1)
    assert page.reading.text() == (
        f"{table.rows[1].label}: {table.changes[1].text} against {told.against} ({told.before_text}). {told.words}"
    )
    assert told.against.startswith("the first ")  # the quarter still runs


@pytest.mark.styled
def test_room_is_kept_for_what_is_still_worked_out() -> None:
    table = made_up({"Web": 60, "Fair": 40})
    plain, waiting = laid_out(table, "value"), laid_out(table, "value", waits=True)
    assert len(waiting.titles) == len(plain.titles) + 2
    assert [line.faces[:-2] for line in waiting.lines] == [line.faces for line in plain.lines]
    assert all(not face.text.strip() for line in waiting.lines for face in line.faces[-2:])


@pytest.mark.styled
def test_the_sentence_names_the_largest_part_but_not_everything_else() -> None:
    table = made_up({"Web": 30, "Fair": 10, REST: 60})
    assert summary(table) == "Web is the largest part: $30, 30.0% of $100."
    spread = made_up({"Web": 30, "Fair": 10}, adds_up=False)
    assert summary(spread) == "From $10 (Fair, 10 deals) to $30 (Web, 10 deals); $100 in all."
    assert summary(spread, 11) == "$100 in all."  # 10 deals would be at an end by luck
    assert summary(table, 11).startswith("Web is the largest part")
    heavy = replace(table.cells[0][0], heaviest=0.712)
    assert cell_sentence(table, heavy) == (
        "Web: $30 from 10 deals, 30.0% of all. One deal is 71% of this value."
    )  # fmt: skip


def test_a_bar_is_as_long_as_its_number_and_turns_for_what_runs_against_the_others() -> None:
    laid = laid_out(made_up({"Web": 40, "Fair": -10, UNKNOWN: 20}), "value")
    assert [line.faces[1].bar for line in laid.lines] == [1.0, -0.25, 0.5, None]
    assert [line.name for line in laid.lines] == ["Web", "Fair", UNKNOWN, "All"]


@pytest.mark.styled
def test_names_from_files_are_text(qtbot: QtBot, page: BreakdownPage) -> None:
    assert page.answer is not None
    table = made_up({HOSTILE[1]: 40, "Fair": 60})
    page.show_value(replace(page.answer, table=table))
    assert rich_text_leaks(page) == []
    assert page.table.cells.headerData(0, Qt.Orientation.Vertical) == HOSTILE[1]
    page.grab()


def test_from_the_scorecard_b_breaks_a_kpi_down_and_its_part_leads_to_rows_and_back(
    qtbot: QtBot, make_window: Callable[..., MainWindow], sample: Path
) -> None:
    window = make_window(sample)
    scorecard = window.pages.page
    assert scorecard is not None
    about = scorecard.current_row()  # type: ignore[attr-defined]  # of the scorecard
    QTest.keyClick(scorecard, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    page = window.pages.page
    assert isinstance(page, BreakdownPage)
    assert table_of(page).kpi.id == about.kpi.id
    cell = next(cell for cell in table_of(page).every_cell if cell.result.n)
    page.open_rows(cell)
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    receipt = window.pages.page
    assert isinstance(receipt, ReceiptPage)
    assert receipt.receipt is not None
    assert (receipt.receipt.result.value, receipt.receipt.reproduces) == (cell.result.value, True)
    assert cell.question.parts[0].label in receipt.about.text()
    assert receipt.copy_sql.isVisible()
    QTest.keyClick(receipt, Qt.Key.Key_Escape)
    assert window.pages.page is page


def test_further_kpis_stand_beside_and_each_number_opens_its_own_rows(
    qtbot: QtBot, page: BreakdownPage, shell: FakeShell, tmp_path: Path
) -> None:
    page.columns_by.chosen.emit("rep")
    settle(qtbot, shell)
    page.beside_by.chosen.emit("win_rate")  # takes the place of the columns
    settle(qtbot, shell)
    page.beside_by.chosen.emit("avg_deal_size")
    settle(qtbot, shell)
    assert not page.view.columns_by
    assert list(page.view.beside) == ["win_rate", "avg_deal_size"]
    assert page.answer is not None
    assert page.answer.side is not None
    tables = page.answer.side.tables
    assert page.table.cells.laid.titles == tuple(one.kpi.name for one in tables)
    page.table.setCurrentIndex(page.table.cells.index(0, 1))
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    part = page.answer.side.parts[0]
    [question] = [line[0].question for at, line in zip(tables[1].rows, tables[1].cells, strict=True)
                  if at.label == part.label]  # fmt: skip
    assert shell.calls[-1] == ("open_receipt", "win_rate", question)
    page.export_to(tmp_path / "beside.csv")
    settle(qtbot, shell)
    assert all(one.kpi.name in (tmp_path / "beside.csv").read_text("utf-8-sig") for one in tables)
    page.save_as("Both")
    settle(qtbot, shell)
    page.beside_by.chosen.emit("win_rate")  # again: away
    settle(qtbot, shell)
    assert list(page.view.beside) == ["avg_deal_size"]
    page.saved.chosen.emit(page.saved.choices[-1].value)
    settle(qtbot, shell)
    assert list(page.view.beside) == ["win_rate", "avg_deal_size"]
    page.beside_by.chosen.emit("")
    settle(qtbot, shell)
    assert page.table.cells.laid.wide == 1  # alone again, with its wide bars


def test_a_kpi_without_the_field_is_left_out_and_said(qtbot: QtBot, page: BreakdownPage, shell: FakeShell) -> None:
    page.change(rows_by="stage", beside=("activities_per_rep", "win_rate", "no_such"))
    settle(qtbot, shell)
    assert page.problem.label.text()
    assert page.table.isVisible()
    assert "no_such" not in page.view.beside
