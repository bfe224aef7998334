"""A second start on a workspace that is open: its window comes to the front and takes what the start was given."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kpidesk import operations, paths
from kpidesk.ui import second_start
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.second_start import FOLDER, Calls
from tests.ui.conftest import TODAY
from tests.ui.driving import answer, write_export
from tests.ui.shell import PATIENCE

pytestmark = pytest.mark.unstyled

Start = Callable[..., MainWindow]


@pytest.fixture
def first(make_window: Start, sample: Path) -> MainWindow:
    """A window with the sample open that answers calls, minimised behind others."""
    window = make_window(sample)
    Calls(window)
    window.showMinimized()
    return window


def notes() -> list[Path]:
    return list((paths.data_folder() / FOLDER).iterdir())


def test_a_second_start_brings_the_first_window_to_the_front_and_ends(
    qtbot: QtBot, make_window: Start, first: MainWindow, sample: Path
) -> None:
    second = make_window()
    qtbot.waitUntil(lambda: not second.isVisible(), timeout=PATIENCE)
    assert not first.windowState() & Qt.WindowState.WindowMinimized
    assert (first.path, second.path) == (sample, None)
    assert second.preferences.last == sample, "the next start opens it again"
    assert not notes()


def test_an_export_given_to_a_second_start_goes_to_the_window_that_is_open(
    qtbot: QtBot, make_window: Start, first: MainWindow, tmp_path: Path
) -> None:
    second = make_window(write_export(tmp_path / "deals.csv", 20))
    qtbot.waitUntil(lambda: not second.isVisible(), timeout=PATIENCE)
    pages: Any = first.pages
    qtbot.waitUntil(lambda: pages.page_id == "data" and pages.page.preview.isVisible(), timeout=PATIENCE)


def test_where_no_window_answers_it_is_said_and_the_workspace_stays_known(
    qtbot: QtBot, make_window: Start, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_window(sample).close()
    monkeypatch.setattr(second_start, "PATIENCE", 0)
    holder = operations.open_workspace(sample, today=TODAY)  # as a command has it open, which has no window
    told = answer("OK")
    window = make_window()
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    operations.close(holder)
    assert "already open in another window or program" in told[0]
    assert window.pages.page_id == "welcome"
    assert (window.preferences.last, window.preferences.recent[0]) == (sample, sample)
    assert not notes()


def test_notes_of_other_workspaces_and_of_starts_that_were_ended_are_not_answered(
    first: MainWindow, tmp_path: Path, sample: Path
) -> None:
    calls, folder = Calls(first), paths.data_folder() / FOLDER
    other = second_start._leave(tmp_path / "other.kpidesk", ()).rename(folder / "1.json")
    ended = second_start._leave(sample, (tmp_path / "deals.csv",)).rename(folder / "2.json")
    os.utime(ended, (time.time() - 60,) * 2)
    strange = folder / "3.json"
    strange.write_text("[]", encoding="utf-8")
    calls.answer()
    assert (other.exists(), ended.exists(), strange.exists()) == (True, False, True)
    assert first.windowState() & Qt.WindowState.WindowMinimized
    assert first.pages.page_id == "scorecard"
