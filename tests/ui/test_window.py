"""The real window over a real workspace, driven by keys, mouse and dropped files."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions
from kpidesk.core.people import Scope
from kpidesk.core.periods import parse_period
from kpidesk.core.progress import Progress, finish
from kpidesk.ui import opening, second_start
from kpidesk.ui.finding import palette_choices
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.menu import INNER, MENU
from kpidesk.ui.pages import PAGES
from kpidesk.ui.preferences import FILE_NAME, Preferences
from kpidesk.ui.surroundings import as_left, left_on
from tests.often import thorough
from tests.ui.conftest import TODAY, settled
from tests.ui.driving import answer, drop, with_dialog, write_export
from tests.ui.leaks import rich_text_leaks
from tests.ui.shell import PATIENCE

pytestmark = pytest.mark.unstyled

Start = Callable[..., MainWindow]
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def wait(qtbot: QtBot, done: Callable[[], bool]) -> None:
    qtbot.waitUntil(done, timeout=PATIENCE)


def press(qtbot: QtBot, window: MainWindow, key: int, modifier: Qt.KeyboardModifier) -> None:
    """A shortcut on the active window; without a display nobody else makes it active after a popup."""
    window.activateWindow()
    wait(qtbot, window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key(key), modifier)


def page(window: MainWindow) -> Any:
    return window.pages.page


def on_page(window: MainWindow, page_id: str) -> Callable[[], bool]:
    return lambda: window.pages.page_id == page_id and page(window).shows_body and settled(window)


def keep_at(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer the question where a new workspace is to be kept."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def imports_of(path: Path) -> tuple[Any, ...]:
    """What a workspace says of its imports when it is opened anew."""
    ws = operations.open_workspace(path, today=TODAY)
    try:
        return operations.imports(ws)
    finally:
        operations.close(ws)


@thorough
def test_first_run_explores_the_sample(qtbot: QtBot, make_window: Start, home: Path) -> None:
    explore(qtbot, make_window, home)


def test_first_run_explores_a_sample_that_was_made_before(
    qtbot: QtBot, make_window: Start, home: Path, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The button and what it opens; that the sample can be made is told by the command and by a cancelled one."""

    def make(folder: Path, _today: date) -> Generator[Progress, None, SimpleNamespace]:
        yield Progress(0, 0, "Making")
        folder.mkdir()
        return SimpleNamespace(workspace=Path(shutil.copy(sample, folder / "sample.kpidesk")))

    monkeypatch.setattr(operations, "make_demo", make)
    explore(qtbot, make_window, home)


def explore(qtbot: QtBot, make_window: Start, home: Path) -> None:
    """Open the sample from the first page and compare the scorecard with that of the workspace."""
    window = make_window()
    assert window.pages.page_id == "welcome"
    assert not window.rail.isVisible()
    qtbot.mouseClick(page(window).sample_button, Qt.MouseButton.LeftButton)
    wait(qtbot, on_page(window, "scorecard"))
    assert window.windowTitle() == "sample – KPI Desk"
    assert window.path == home / "sample" / "sample.kpidesk"
    shown = {row.kpi.id: row.value_text for row in page(window).view.card.rows}
    window.close()

    ws = operations.open_workspace(home / "sample" / "sample.kpidesk", today=TODAY)
    expected = operations.scorecard(ws, operations.opening(ws))
    operations.close(ws)
    assert shown == {row.kpi.id: row.value_text for row in expected.rows}
    assert len(shown) > 4


def test_a_cancelled_sample_leaves_nothing(qtbot: QtBot, make_window: Start, home: Path) -> None:
    window = make_window()
    qtbot.mouseClick(page(window).sample_button, Qt.MouseButton.LeftButton)
    wait(qtbot, (home / "sample" / "sample.kpidesk").exists)
    qtbot.mouseClick(window.pages.progress.cancel, Qt.MouseButton.LeftButton)
    wait(qtbot, on_page(window, "welcome"))
    assert window.path is None
    assert not (home / "sample" / "sample.kpidesk").exists()


@pytest.fixture
def sample_left(home: Path, sample: Path) -> Path:
    """The sample as somebody left it in the data folder, with a note of their own."""
    path = home / "sample" / "sample.kpidesk"
    path.parent.mkdir()
    ws = operations.open_workspace(Path(shutil.copy(sample, path)), today=TODAY)
    operations.add_note(ws, TODAY, "Mine")
    operations.close(ws)
    return path


def _notes(path: Path) -> list[str]:
    ws = operations.open_workspace(path, today=TODAY)
    try:
        return [note.text for note in operations.chart_notes(ws)]
    finally:
        operations.close(ws)


def test_the_sample_is_opened_as_it_was_left(qtbot: QtBot, make_window: Start, home: Path, sample_left: Path) -> None:
    window = make_window()
    qtbot.mouseClick(page(window).sample_button, Qt.MouseButton.LeftButton)
    wait(qtbot, on_page(window, "scorecard"))
    assert window.path == sample_left
    around = window.surroundings
    assert around is not None
    for typed, begins_with in (("2026", "2026"), ("2025-Q2", "2025-Q2"), ("2026-08", "2026-09")):
        window.set_period(parse_period(typed, window.settings, TODAY))
        window.preferences.keep_period(home / "other.kpidesk", "year", "")
        if typed == "2026-08":
            window.step_period(1)
        wait(qtbot, on_page(window, "scorecard"))
        left = as_left(Preferences(home / FILE_NAME).period_of(sample_left), around, TODAY)
        assert left == replace(around.opening, period=parse_period(begins_with, window.settings, TODAY))
    later = replace(around, opening=replace(around.opening, period=parse_period("2026-Q4", window.settings, TODAY)))
    assert as_left(left_on(around.opening, around), later, TODAY) == later.opening
    assert as_left(("quarter", "2026-Q9"), around, TODAY) == around.opening
    window.close()
    assert "Mine" in _notes(sample_left)


def test_the_sample_starts_afresh_only_when_that_is_agreed_to(
    qtbot: QtBot, make_window: Start, home: Path, sample: Path, sample_left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def make(folder: Path, _today: date) -> Generator[Progress, None, None]:
        yield Progress(0, 0, "Making")
        made.append(Path(shutil.copy(sample, folder / "sample.kpidesk")))

    monkeypatch.setattr(operations, "make_demo", make)
    window = make_window(sample_left)
    seen = answer("Cancel")
    window.actions_by_name["sample-afresh"].trigger()
    assert "A backup of it is made first." in seen[0]
    assert made == []
    answer("Start afresh")
    window.actions_by_name["sample-afresh"].trigger()
    wait(qtbot, lambda: made == [sample_left] and on_page(window, "scorecard")())
    window.close()
    assert "Mine" not in _notes(sample_left)


def test_a_dropped_export_makes_a_workspace_and_can_be_undone_from_the_toast(
    qtbot: QtBot,
    make_window: Start,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    target = tmp_path / "mine.kpidesk"
    keep_at(target, monkeypatch)
    window = make_window()
    assert drop(page(window), write_export(tmp_path / "deals.csv", 60))
    wait(qtbot, lambda: window.pages.page_id == "data" and page(window).preview.isVisible())
    qtbot.mouseClick(page(window).preview.import_button, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: page(window).report.isVisible() and window.notice.isVisible())
    assert window.notice.text == "deals.csv: 60 added, 0 updated."
    assert caplog.messages == ["import of deals: 60 read, 60 added, 0 updated, 0 rejected"]

    window.show_page("scorecard")
    wait(qtbot, on_page(window, "scorecard"))
    shown = {row.kpi.id: row.result for row in page(window).view.card.rows}
    period = page(window).view.card.question.period
    assert shown["win_rate"].denominator == sum(
        1 for number in range(60) if period.start <= _closed(number) < period.end
    )

    qtbot.mouseClick(window.notice.button, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: window.surroundings is not None and window.surroundings.last_import is None)
    wait(qtbot, lambda: settled(window))
    window.close()
    assert imports_of(target) == ()


def _closed(number: int) -> date:
    return date(2025, 10, 1) + timedelta(days=number % 340)


def test_cancel_in_the_middle_of_an_import_leaves_nothing(
    qtbot: QtBot, make_window: Start, tmp_path: Path, sample: Path
) -> None:
    before = imports_of(sample)
    window = make_window(sample)
    drop(window, write_export(tmp_path / "many.csv", 40_000))
    wait(qtbot, lambda: window.pages.page_id == "data" and page(window).preview.isVisible())
    qtbot.mouseClick(page(window).preview.import_button, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: page(window).progress.bar.maximum() > 0)
    qtbot.mouseClick(page(window).progress.cancel, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: settled(window) and page(window).preview.isVisible())
    assert page(window).banner.label.text() == "Cancelled. Nothing was changed."
    window.close()
    assert imports_of(sample) == before


def test_closing_while_an_import_runs_asks_first(
    qtbot: QtBot, make_window: Start, tmp_path: Path, sample: Path
) -> None:
    before = imports_of(sample)
    window = make_window(sample)
    drop(window, write_export(tmp_path / "many.csv", 60_000))
    wait(qtbot, lambda: window.pages.page_id == "data" and page(window).preview.isVisible())
    qtbot.mouseClick(page(window).preview.import_button, Qt.MouseButton.LeftButton)
    asked, stood_still = list[str](), list[bool]()

    def refuse(box: QDialog) -> None:
        qtbot.wait(100)  # what was on its way before the question
        seen = page(window).progress.bar.value()
        qtbot.wait(200)
        stood_still.append(page(window).progress.bar.value() == seen)
        asked.append(box.windowTitle())
        box.reject()

    with_dialog(refuse)
    assert not window.close()
    assert asked == ["Close KPI Desk"]
    assert stood_still == [True]
    answer("Cancel it and close")
    assert window.close()
    assert imports_of(sample) == before


def test_closing_with_targets_that_are_not_set_asks_first(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    wait(qtbot, on_page(window, "scorecard"))
    window.show_page("target-grid")
    wait(qtbot, on_page(window, "target-grid"))
    page(window).type_in({(page(window).table.cells.grid.lines[0].scope, "bookings"): "900000"})
    window.show_page("scorecard")
    wait(qtbot, on_page(window, "scorecard"))
    question = "Targets not set yet: 1 change. What is typed and not set is then lost."
    asked = answer("Keep it")
    assert not window.close()
    assert asked == [question]
    asked = answer("Keep it")
    opening.open_workspace(window, sample.with_name("other.kpidesk"), create=True)
    assert (asked, window.path) == ([question], sample)
    answer("Discard and close")
    assert window.close()


def test_a_wrong_file_is_refused_in_words(qtbot: QtBot, make_window: Start, tmp_path: Path, sample: Path) -> None:
    wrong = tmp_path / "picture.xlsx"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    with pytest.raises(UserError) as refused:
        finish(operations.look_into(wrong, ImportOptions(), today=TODAY))
    window = make_window(sample)
    drop(window, wrong)
    wait(qtbot, lambda: window.pages.page_id == "data" and page(window).banner.isVisible())
    assert refused.value.problem in page(window).banner.label.text()
    assert refused.value.advice in page(window).banner.label.text()


def test_of_several_workspaces_dropped_the_first_is_opened_and_the_others_are_named(
    qtbot: QtBot, make_window: Start, sample: Path
) -> None:
    others = [Path(shutil.copy(sample, sample.with_name(f"{name}.kpidesk"))) for name in ("north", "south")]
    window = make_window()
    assert drop(window, sample, *others)
    wait(qtbot, on_page(window, "scorecard"))
    assert window.path == sample
    told = f"{sample.name} is open, north.kpidesk and south.kpidesk are not: one workspace is open at a time."
    assert window.notice.text == told


def test_scope_and_period_by_keyboard_and_back(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    opened = window.question
    assert opened is not None
    press(qtbot, window, Qt.Key.Key_T, CONTROL)
    wait(qtbot, window.top_bar.scope.popup.isVisible)
    qtbot.keyClicks(window.top_bar.scope.popup.field, "noor")
    qtbot.keyClick(window.top_bar.scope.popup.field, Qt.Key.Key_Return)
    wait(qtbot, on_page(window, "scorecard"))
    assert window.question is not None
    assert window.question.scope.key == "rep:Noor van der Berg"
    assert {row.scope.name for row in page(window).view.card.rows} == {"Noor van der Berg"}

    press(qtbot, window, Qt.Key.Key_PageUp, CONTROL)
    wait(qtbot, on_page(window, "scorecard"))
    assert window.question.period.end == opened.period.start
    press(qtbot, window, Qt.Key.Key_Left, ALT)
    press(qtbot, window, Qt.Key.Key_Left, ALT)
    wait(qtbot, on_page(window, "scorecard"))
    assert window.question == opened
    assert page(window).view.card.question.scope == opened.scope
    press(qtbot, window, Qt.Key.Key_Right, ALT)
    assert window.question.scope.name == "Noor van der Berg"


def test_rows_behind_a_number_and_escape(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    table = page(window).pane.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Return)
    wait(qtbot, on_page(window, "receipt"))
    receipt = page(window).receipt
    assert receipt.reproduces
    assert receipt.result.n == len(receipt.rows)
    assert not window.top_bar.isVisible()
    qtbot.keyClick(window.rail, Qt.Key.Key_Escape)
    assert window.pages.page_id == "scorecard"
    assert window.top_bar.isVisible()


def test_pages_by_number(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    for number, entry in enumerate(PAGES, 1):
        press(qtbot, window, Qt.Key.Key_0 + number, CONTROL)
        if entry.page_id == "reviews":  # none was held with the sample: the page says how to begin
            wait(qtbot, lambda: settled(window) and page(window).state_text().startswith("No review yet"))
        else:
            wait(qtbot, on_page(window, entry.page_id))
    assert not window.top_bar.period.isVisible()


@pytest.mark.styled
def test_the_second_start_opens_what_was_open(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    window.resize(960, 640)
    window.close()
    again = make_window()
    wait(qtbot, on_page(again, "scorecard"))
    assert again.path == sample
    assert (again.width(), again.height()) == (960, 640)


def test_an_export_as_argument_goes_to_the_workspace_of_last_time(
    qtbot: QtBot, make_window: Start, tmp_path: Path, sample: Path
) -> None:
    make_window(sample).close()
    window = make_window(write_export(tmp_path / "deals.csv", 20))
    wait(qtbot, lambda: window.pages.page_id == "data" and page(window).preview.isVisible())
    assert window.path == sample


def test_a_workspace_open_elsewhere_is_refused_as_written(
    qtbot: QtBot, make_window: Start, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_start, "PATIENCE", 0)
    holder = operations.open_workspace(sample, today=TODAY)
    with pytest.raises(UserError) as refused:
        operations.open_workspace(sample, today=TODAY)
    told = answer("OK")
    window = make_window(sample)
    wait(qtbot, lambda: bool(told))
    operations.close(holder)
    assert refused.value.problem in told[0]
    assert window.path is None
    assert window.pages.page_id == "welcome"


def test_only_the_page_on_show_reloads_and_the_others_when_seen(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    window.show_page("goals")
    wait(qtbot, on_page(window, "goals"))
    asked: list[str] = []
    for page_id in ("scorecard", "goals"):
        held: Any = window.pages.page_of(page_id)
        held.load = _noting(asked, page_id, held.load)
    window.announce(Change.GOALS)
    wait(qtbot, lambda: settled(window))
    assert asked == ["goals"]
    window.show_page("scorecard")
    wait(qtbot, on_page(window, "scorecard"))
    assert asked == ["goals", "scorecard"]
    window.show_page("goals")
    wait(qtbot, on_page(window, "goals"))
    assert asked == ["goals", "scorecard"]


def _noting(asked: list[str], page_id: str, load: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*arguments: Any) -> Any:
        asked.append(page_id)
        return load(*arguments)

    return noted


def test_the_age_of_the_data_stands_above_the_page(make_window: Start, sample: Path) -> None:
    window = make_window(sample, today=TODAY + timedelta(days=9))
    assert window.top_bar.age.whole_text() == "Data as of 14 Sep 2026, 9 days old"


def test_the_name_of_a_workspace_is_never_read_as_html(make_window: Start, sample: Path) -> None:
    hostile = sample.rename(sample.with_name("<b>R&D<img src=x>.kpidesk"))
    window = make_window(hostile)
    assert window.windowTitle() == "<b>R&D<img src=x> – KPI Desk"
    menu = window.rail.menu_button.menu()
    menu.aboutToShow.emit()
    assert [one.text().split("\t")[0] for one in menu.actions()].count("Open a receipt…") == 1
    recent: Any = next(one.menu() for one in menu.actions() if one.text() == "Recent workspaces")
    assert [one.text() for one in recent.actions()] == [f"<b>R&&D<img src=x>   {sample.parent}"]
    assert rich_text_leaks(window) == []


def test_the_menu_is_short_enough_for_a_laptop_and_has_every_command_it_names(make_window: Start) -> None:
    window = make_window()
    menu = window.rail.menu_button.menu()
    lines = [one for one in menu.actions() if not one.isSeparator()]
    assert len(lines) <= 17, "of 33 pixels each, on a screen of 768 without the bar of the system"
    below: list[Any] = [one.menu() for one in lines if one.menu() is not None]
    listed = {id(action) for one in (menu, *below) for action in one.actions()}
    named = {*MENU, *chain.from_iterable(INNER.values())} - {"", *INNER}
    assert {id(window.actions_by_name[one]) for one in named} <= listed


def test_three_steps_after_the_first_import_can_be_skipped(
    qtbot: QtBot, make_window: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_at(tmp_path / "mine.kpidesk", monkeypatch)
    window = make_window()
    drop(window, write_export(tmp_path / "deals.csv", 300))
    wait(qtbot, lambda: window.pages.page_id == "data" and page(window).preview.isVisible())
    qtbot.mouseClick(page(window).preview.import_button, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: page(window).report.isVisible() and settled(window))
    qtbot.mouseClick(page(window).banner.button, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: window.pages.page_id == "welcome" and page(window).steps.isVisible())
    assert page(window).heading.text() == "Who is on your team?"
    assert not window.top_bar.isVisible()
    qtbot.keyClick(page(window), Qt.Key.Key_Escape)
    wait(qtbot, on_page(window, "scorecard"))


def test_a_scope_that_is_chosen_on_the_data_page_leads_to_the_scorecard(
    qtbot: QtBot, make_window: Start, sample: Path
) -> None:
    window = make_window(sample)
    window.show_page("data")
    assert window.surroundings is not None
    team = window.surroundings.organisation.holding_teams()[0]
    window.set_scope(Scope("team", team.name, team.id))
    wait(qtbot, on_page(window, "scorecard"))
    assert page(window).view.card.question.scope.name == team.name


def test_the_data_page_is_left_on_its_report_and_found_on_its_list(
    qtbot: QtBot, make_window: Start, tmp_path: Path, sample: Path
) -> None:
    window = make_window(sample)
    for leave in (False, True):
        drop(window, write_export(tmp_path / f"few{leave}.csv", 30 + leave))
        wait(qtbot, lambda: window.pages.page_id == "data" and page(window).preview.isVisible())
        qtbot.mouseClick(page(window).preview.import_button, Qt.MouseButton.LeftButton)
        wait(qtbot, lambda: page(window).report.isVisible() and settled(window))
        if leave:
            press(qtbot, window, Qt.Key.Key_1, CONTROL)
        window.show_page("data")
        assert page(window).history.isVisible()


def test_the_first_steps_are_offered_at_any_time(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    assert "First steps…" in [one.text for one in palette_choices(window)]
    window.actions_by_name["steps"].trigger()
    wait(qtbot, on_page(window, "welcome"))
    assert page(window).stack.currentWidget() is page(window).steps
