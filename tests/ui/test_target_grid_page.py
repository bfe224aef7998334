"""The grid of targets with a real workspace: typed, pasted, shared out, copied; written only when told so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.people import ORG, Scope
from kpidesk.core.target_grid import STAYS, Grid
from kpidesk.ui.pages.target_grid import TargetGridPage
from kpidesk.ui.widgets.target_forward import ForwardDialog, percent_of
from kpidesk.ui.widgets.target_share import ShareDialog
from tests.ui.driving import answer
from tests.ui.history import LAST, NEXT, TODAY
from tests.ui.shell import FakeShell, settle, until, workspace_shell
from tests.ui.team_history import targets_of

pytestmark = pytest.mark.unstyled


@pytest.fixture
def workspace(team_history_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(team_history_file, tmp_path / "team.kpidesk"))


@pytest.fixture
def shell(qtbot: QtBot, workspace: Path) -> Iterator[FakeShell]:
    with workspace_shell(workspace, NEXT) as made_shell:
        yield made_shell


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> TargetGridPage:
    made_page = TargetGridPage(shell)
    qtbot.addWidget(made_page)
    shell.pages["target-grid"] = made_page
    made_page.resize(1068, 700)
    made_page.show()
    made_page.activateWindow()
    made_page.ask(NEXT)
    settle(qtbot, made_page)
    made_page.entered()
    until(qtbot, made_page.table.hasFocus)
    return made_page


def grid_of(page: TargetGridPage) -> Grid:
    grid = page.table.cells.grid
    assert grid is not None
    return grid


def scope(page: TargetGridPage, name: str) -> Scope:
    return next(line.scope for line in grid_of(page).lines if line.name == name)


def type_at(qtbot: QtBot, page: TargetGridPage, name: str, kpi_id: str, text: str) -> None:
    """Go to a cell, type, and press Enter."""
    page.table.go_to((scope(page, name), kpi_id))
    QTest.keyClicks(page.table, text[0])
    field = next(one for one in page.table.findChildren(QLineEdit) if one.isVisible())
    QTest.keyClicks(field, text[1:])
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, page)


def shown(page: TargetGridPage, name: str, kpi_id: str) -> tuple[str, str]:
    """A cell's number and second line."""
    index = page.table.cells.place(scope(page, name), kpi_id)
    words = page.table.cells.words(index.row(), index.column())
    return words.text, words.note


def press_set(qtbot: QtBot, page: TargetGridPage) -> None:
    QTest.mouseClick(page.bar.save, Qt.MouseButton.LeftButton)
    settle(qtbot, page)


def test_what_is_typed_is_set_with_the_baseline_that_history_gives(
    qtbot: QtBot, page: TargetGridPage, shell: FakeShell, workspace: Path
) -> None:
    assert [(line.name, line.depth) for line in grid_of(page).lines] == [
        ("Organisation", 0), ("North", 1), ("Ann", 2), ("Bob", 2),
    ]  # fmt: skip
    type_at(qtbot, page, "Organisation", "bookings", "$12,000")
    assert shown(page, "Organisation", "bookings") == ("$12.0K", "new")
    assert page.bar.words.whole_text() == "1 change"
    press_set(qtbot, page)
    assert shell.toasts == ["1 target set for Q3 2026."]
    assert page.window().focusWidget() is page.table, "the button that was pressed is gone"
    assert page.pending == {}
    shell.jobs.shutdown()
    # a baseline of 10,000 was found: minimum 10,000, stretch as far beyond the target as the target beyond it
    assert targets_of(workspace) == {("org", "bookings"): (10_000, 12_000, 14_000)}


def test_what_is_left_to_share_out_follows_the_typing(qtbot: QtBot, page: TargetGridPage) -> None:
    for name, text in (("Organisation", "12000"), ("Ann", "5500"), ("Bob", "5,5k")):
        type_at(qtbot, page, name, "bookings", text)
    rows = [(one.line.name, one.is_sum) for one in page.table.cells.lines]
    assert rows[1] == ("Not shared out", True)
    words = page.table.cells.words(1, 0)
    assert (words.text, words.note) == ("$1.00K", "left over")
    type_at(qtbot, page, "Bob", "bookings", "6500")
    assert not any(one.is_sum for one in page.table.cells.lines)
    type_at(qtbot, page, "Bob", "bookings", "7000")
    assert page.table.cells.line(1) is not None
    words, line = page.table.cells.words(1, 0), page.table.cells.lines[1]
    assert (words.text, words.note) == ("$500", "4% on top")  # 12,500 of 12,000
    assert (line.line.name, line.is_note) == ("Shared out on top", True)


def test_a_block_with_a_wrong_cell_changes_nothing_until_it_is_mended(
    qtbot: QtBot, page: TargetGridPage, shell: FakeShell, workspace: Path
) -> None:
    page.table.go_to((scope(page, "Organisation"), "bookings"))
    QGuiApplication.clipboard().setText("$12,000\t30%\n6 000\tabout a third\n")
    QTest.keyClick(page.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page)
    assert page.bar.words.whole_text() == "3 changes, 1 problem"
    assert not page.bar.save.isEnabled()
    assert shown(page, "North", "win_rate")[0] == "about a third"
    page.set_targets("anyway")
    settle(qtbot, page)
    type_at(qtbot, page, "North", "win_rate", "33%")
    press_set(qtbot, page)
    shell.jobs.shutdown()
    found = targets_of(workspace)
    assert {key: tiers[1] for key, tiers in found.items()} == {
        ("org", "bookings"): 12_000,
        ("org", "win_rate"): 0.30,
        ("team:North", "bookings"): 6000,
        ("team:North", "win_rate"): 0.33,
    }


def test_typing_is_taken_back_and_done_again_step_by_step(qtbot: QtBot, page: TargetGridPage) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    type_at(qtbot, page, "Ann", "bookings", "5500")
    type_at(qtbot, page, "Bob", "bookings", "6500")
    QTest.keyClick(page.table, Qt.Key.Key_Z, control)
    assert list(page.pending.values()) == ["5500"]
    QTest.keyClick(page.table, Qt.Key.Key_Y, control)
    assert list(page.pending.values()) == ["5500", "6500"]
    page.discard()
    assert page.pending == {}
    QTest.keyClick(page.table, Qt.Key.Key_Z, control)
    assert list(page.pending.values()) == ["5500", "6500"]
    settle(qtbot, page)


def test_a_target_that_stands_changes_only_with_a_reason_and_can_be_taken_back(
    qtbot: QtBot, page: TargetGridPage, shell: FakeShell, workspace: Path
) -> None:
    type_at(qtbot, page, "Organisation", "bookings", "12000")
    press_set(qtbot, page)
    type_at(qtbot, page, "Organisation", "bookings", "13000")
    assert shown(page, "Organisation", "bookings") == ("$13.0K", "was $12.0K")
    press_set(qtbot, page)
    assert page.bar.reason.property("wrong") is True
    QTest.keyClicks(page.bar.reason, "New region")
    QTest.keyClick(page.bar.reason, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert shown(page, "Organisation", "bookings")[0] == "$13.0K"
    assert shell.undo_last is not None
    shell.undo_last()
    settle(qtbot, page)
    shell.jobs.shutdown()
    assert targets_of(workspace)["org", "bookings"] == (10_000, 12_000, 14_000)


def test_a_target_is_shared_out_into_the_grid_first(
    qtbot: QtBot, page: TargetGridPage, shell: FakeShell, workspace: Path
) -> None:
    type_at(qtbot, page, "North", "bookings", "12001")
    page.table.go_to((scope(page, "North"), "bookings"))
    page.ask_share()
    dialog = page.findChild(ShareDialog)
    assert dialog is not None
    assert "not set yet" in dialog.problem.text()  # what is only typed cannot be shared out
    dialog.reject()
    press_set(qtbot, page)
    page.ask_share()
    settle(qtbot, page)
    dialog = page.findChildren(ShareDialog)[-1]
    assert dialog.whole.currentText() == "North"
    assert [(one.name, one.target.target) for one in dialog.table.records.records()] == [
        ("Ann", 6000.5), ("Bob", 6000.5),
    ]  # fmt: skip
    tip = dialog.table.records.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
    assert "Exactly $6,000.50" in tip
    dialog.buffer.setText("10%")
    dialog.buffer.textEdited.emit("10%")
    settle(qtbot, page)
    assert [one.target.target for one in dialog.table.records.records()] == [6600.55, 6600.55]
    assert "more than its target" in dialog.sums.text()
    dialog.take()
    settle(qtbot, page)
    assert list(page.pending) == [(scope(page, "Ann"), "bookings"), (scope(page, "Bob"), "bookings")]
    assert page.bar.reason.text() == "Shared out from North"
    press_set(qtbot, page)
    shell.jobs.shutdown()
    found = targets_of(workspace)
    assert found["rep:Ann", "bookings"][1] == found["rep:Bob", "bookings"][1] == 6600.55


def test_each_target_keeps_the_reason_that_was_worked_out_for_it(
    qtbot: QtBot, page: TargetGridPage, shell: FakeShell, workspace: Path
) -> None:
    type_at(qtbot, page, "North", "bookings", "12000")
    type_at(qtbot, page, "Organisation", "bookings", "13000")
    press_set(qtbot, page)
    for name in ("North", "Organisation"):
        page.table.go_to((scope(page, name), "bookings"))
        page.ask_share()
        settle(qtbot, page)
        page.findChildren(ShareDialog)[-1].take()
        settle(qtbot, page)
    assert page.bar.reason.text() == "Shared out from North; Shared out from the whole organisation"
    press_set(qtbot, page)
    shell.jobs.shutdown()
    ws = operations.open_workspace(workspace, today=TODAY)
    try:
        told = {one.scope.key: one.reason for one in operations.goals(ws).in_force() if one.period == NEXT.period}
    finally:
        operations.close(ws)
    assert told["rep:Ann"] == "Shared out from North"
    assert told["team:North"] == "Shared out from the whole organisation"


def test_a_target_goes_down_to_the_reps_in_one_go(qtbot: QtBot, page: TargetGridPage) -> None:
    type_at(qtbot, page, "Organisation", "bookings", "13001")
    press_set(qtbot, page)
    page.table.go_to((scope(page, "Organisation"), "bookings"))
    page.ask_share()
    settle(qtbot, page)
    dialog = page.findChildren(ShareDialog)[-1]
    assert dialog.to_reps.isVisible()
    above = {one.name: one.target.target for one in dialog.table.records.records()}
    dialog.to_reps.click()
    settle(qtbot, page)
    lines = dialog.table.records.records()
    reps = [one.target.target for one in lines if one.scope.kind == "rep"]
    assert {one.name: one.target.target for one in lines if not one.depth} == above
    assert [one.depth for one in lines] == [0, 1, 1]
    assert round(100 * sum(reps)) == 1_300_100
    dialog.take()
    settle(qtbot, page)
    assert len(page.pending) == len(lines)
    page.table.go_to((scope(page, "North"), "bookings"))
    page.ask_share()
    assert not page.findChildren(ShareDialog)[-1].to_reps.isVisible()  # there are no teams below it
    page.findChildren(ShareDialog)[-1].reject()


def test_a_rate_is_not_divided_but_the_same_for_all(qtbot: QtBot, page: TargetGridPage) -> None:
    type_at(qtbot, page, "North", "win_rate", "30%")
    press_set(qtbot, page)
    page.table.go_to((scope(page, "North"), "win_rate"))
    page.ask_share()
    settle(qtbot, page)
    dialog = page.findChildren(ShareDialog)[-1]
    assert [one.text for one in dialog.table.records.records()] == ["30.0%", "30.0%"]
    assert not dialog.how.isVisible()
    assert "All together would then come to 30.0%." in dialog.sums.text()
    dialog.reject()


def test_the_targets_of_the_quarter_before_are_copied_with_something_on_top(qtbot: QtBot, page: TargetGridPage) -> None:
    assert page.forward.text() == "Copy from Q2 2026…"
    page.ask_forward()
    dialog = page.findChildren(ForwardDialog)[-1]
    dialog.uplift.setText("ten")
    dialog.take()
    assert "is not a number" in dialog.problem.text()
    dialog.uplift.setText("+10 %")
    dialog.take()
    settle(qtbot, page)
    assert shown(page, "Organisation", "bookings") == ("$12.1K", "new")  # 11,000 and a tenth of it
    assert shown(page, "Organisation", "win_rate") == ("24.2%", "new")
    assert page.bar.reason.text() == "Copied from Q2 2026"


def test_a_closed_quarter_takes_a_first_target_only_and_says_so(
    qtbot: QtBot, page: TargetGridPage, shell: FakeShell
) -> None:
    type_at(qtbot, page, "Ann", "bookings", "5500")
    page.ask(LAST)
    settle(qtbot, page)
    assert page.closed.label.text().startswith("Q2 2026 is closed. Where no target judged it a first one can")
    assert shown(page, "Organisation", "bookings")[0] == "$11.0K"
    page.table.go_to((ORG, "bookings"))
    QTest.keyClicks(page.table, "5")
    assert shell.toasts == ["Q2 2026 is closed: its targets are read-only."]
    assert page.pending == {}
    type_at(qtbot, page, "Ann", "bookings", "5100")
    asked = answer("Set them")
    press_set(qtbot, page)
    assert STAYS in asked[0]
    assert shown(page, "Ann", "bookings")[0] == "$5.10K"
    assert shell.undo_last is None
    page.ask(NEXT)  # what was typed there is still there
    settle(qtbot, page)
    assert list(page.pending.values()) == ["5500"]
    assert not page.closed.isVisible()


def test_in_a_closed_quarter_a_target_is_shared_out_where_none_judged_the_parts(
    qtbot: QtBot, page: TargetGridPage
) -> None:
    page.ask(LAST)
    settle(qtbot, page)
    page.table.go_to((ORG, "bookings"))
    page.share.click()
    dialog = page.findChild(ShareDialog)
    assert dialog is not None
    until(qtbot, dialog.yes.isEnabled)
    assert STAYS in dialog.sums.text()
    dialog.take()
    settle(qtbot, page)
    assert page.pending
    answer("Set them")
    press_set(qtbot, page)
    assert not page.pending


def test_the_grid_is_written_as_a_table(qtbot: QtBot, page: TargetGridPage, tmp_path: Path) -> None:
    type_at(qtbot, page, "Organisation", "bookings", "12000.5")
    press_set(qtbot, page)
    page.export_to(tmp_path / "targets.csv")
    settle(qtbot, page)
    lines = (tmp_path / "targets.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("For,Bookings,")
    assert lines[1].startswith("Organisation,12000.5,")
    assert lines[3] == "Ann,,,,,"


@pytest.mark.parametrize(("text", "share"), [("10%", 0.1), ("+ 2.5 %", 0.025), ("10", 0.1), ("", 0.0)])
def test_a_step_is_read_as_percent(text: str, share: float) -> None:
    assert percent_of(text) == pytest.approx(share)
