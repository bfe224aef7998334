"""New exports of a folder are offered in the real window and never imported by themselves."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.progress import Progress
from kpidesk.operations import FolderFile
from kpidesk.ui import incoming, upkeep
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.preferences import FILE_NAME, Preferences
from kpidesk.ui.widgets.new_exports import offer_words
from kpidesk.ui.widgets.settings_dialog import SettingsDialog
from tests.ui.conftest import settled
from tests.ui.driving import write_export
from tests.ui.shell import PATIENCE

pytestmark = pytest.mark.unstyled

Start = Callable[..., MainWindow]


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "Downloads"
    folder.mkdir()
    return folder


@pytest.fixture
def window(make_window: Start, history_file: Path, tmp_path: Path, home: Path, downloads: Path) -> MainWindow:
    Preferences(home / FILE_NAME).watched = downloads
    made = make_window(Path(shutil.copy(history_file, tmp_path)))
    made.watch._clock = lambda: made.property("now") or 0.0
    return made


def look(qtbot: QtBot, window: MainWindow) -> None:
    window.watch.look(at_once=True)
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)


def words(window: MainWindow) -> str:
    """What is offered, empty when nothing is."""
    return window.new_exports.banner.label.text() if window.new_exports.isVisible() else ""


def test_new_exports_are_offered_and_wait_for_a_click(qtbot: QtBot, window: MainWindow, downloads: Path) -> None:
    write_export(downloads / "leads.csv", 5)
    older = write_export(downloads / "report.csv", 6)
    os.utime(older, (time.time() - 90, time.time() - 90))
    look(qtbot, window)
    assert words(window) == "2 new exports in Downloads: leads.csv and report.csv"
    assert window.pages.page_id == "scorecard"
    assert window.surroundings is not None
    assert window.surroundings.last_import is not None
    assert window.surroundings.last_import.file == "history.csv"

    window.new_exports.banner.button.click()
    page: Any = window.pages.page_of("data")
    qtbot.waitUntil(lambda: page.preview.isVisible() and settled(window), timeout=PATIENCE)
    assert words(window) == ""
    page.preview.import_button.click()
    qtbot.waitUntil(lambda: page.report.isVisible() and settled(window), timeout=PATIENCE)
    assert words(window) == "1 new export in Downloads: report.csv"


def test_files_imported_together_are_named_together_and_undone_in_one_go(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    files = [write_export(tmp_path / name, 5 + at) for at, name in enumerate(("one.csv", "two.csv"))]
    window.import_files(files)
    page: Any = window.pages.page_of("data")
    qtbot.waitUntil(lambda: page.preview.isVisible() and settled(window), timeout=PATIENCE)
    assert not page.preview.head.more.isVisible()
    assert page.preview.head.facts.isVisible()  # both are of one day, and one may be of another
    assert page.list.all_button.isEnabled()
    page.list.all_button.click()
    qtbot.waitUntil(lambda: page.report.isVisible() and settled(window), timeout=PATIENCE)
    assert window.notice.text.startswith("2 files imported: ")
    assert window.surroundings is not None
    assert [one.file for one in window.surroundings.imports] == ["history.csv", "one.csv", "two.csv"]
    window.notice.button.click()
    qtbot.waitUntil(lambda: page.home.isVisible() and settled(window), timeout=PATIENCE)
    assert page.banner.label.text() == "The import of 2 files was undone."
    assert [one.file for one in window.surroundings.imports] == ["history.csv"]

    window.import_files(files[:1])
    qtbot.waitUntil(lambda: page.preview.isVisible() and settled(window), timeout=PATIENCE)
    page.preview.import_button.click()
    qtbot.waitUntil(lambda: window.notice.isVisible() and settled(window), timeout=PATIENCE)
    page.undo_imports([one.import_id for one in window.brought_last], "one.csv")
    qtbot.waitUntil(lambda: page.home.isVisible() and settled(window), timeout=PATIENCE)
    assert not window.notice.isVisible(), "what is taken back cannot be taken back once more"
    window.toast("one.csv: 5 added.", button="Undo")
    window.leave_workspace()
    assert not window.notice.isVisible(), "what it offers is of the other workspace"


def test_what_was_put_off_is_offered_quietly_on_the_data_page_alone(
    qtbot: QtBot, window: MainWindow, downloads: Path, home: Path
) -> None:
    write_export(downloads / "report.csv", 5)
    look(qtbot, window)
    window.new_exports.banner.other.click()
    assert words(window) == ""
    window.show_page("data")
    assert words(window) == "1 export in Downloads not imported yet: report.csv"
    assert not window.new_exports.banner.other.isVisible()
    window.show_page("scorecard")
    look(qtbot, window)
    assert words(window) == ""
    assert len(Preferences(home / FILE_NAME).seen("put-off")) == 1
    write_export(downloads / "report.csv", 7)
    look(qtbot, window)
    assert words(window) == "1 new export in Downloads: report.csv"


def test_the_window_looks_when_it_is_activated_and_at_most_every_ten_seconds(
    qtbot: QtBot, window: MainWindow, downloads: Path
) -> None:
    look(qtbot, window)
    write_export(downloads / "report.csv", 5)
    for now, offered in ((9.9, ""), (10.0, "1 new export in Downloads: report.csv")):
        window.setProperty("now", now)
        activate(qtbot, window)
        assert words(window) == offered


def activate(qtbot: QtBot, window: MainWindow) -> None:
    """Go to another window and come back."""
    other = QFileDialog()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow, timeout=PATIENCE)
    window.activateWindow()
    qtbot.waitUntil(lambda: window.isActiveWindow() and settled(window), timeout=PATIENCE)
    other.close()


def test_a_folder_that_is_gone_is_said_once(qtbot: QtBot, window: MainWindow, downloads: Path) -> None:
    downloads.rmdir()
    look(qtbot, window)
    assert f"The folder {downloads} is not there." in window.notice.text
    window.toast("something else")
    look(qtbot, window)
    assert window.notice.text == "something else"
    downloads.mkdir()
    look(qtbot, window)
    downloads.rmdir()
    look(qtbot, window)
    assert "is not there" in window.notice.text


def test_an_archive_is_offered_until_it_was_taken_in_hand(qtbot: QtBot, window: MainWindow, downloads: Path) -> None:
    (downloads / "all.zip").write_bytes(b"no archive")
    look(qtbot, window)
    assert words(window) == "1 new export in Downloads: all.zip"
    assert window.watch.offer is not None
    window.watch.take(window.watch.offer.files)
    look(qtbot, window)
    assert words(window) == ""


def test_the_folder_is_chosen_and_given_up_in_the_settings(
    qtbot: QtBot, window: MainWindow, downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_export(downloads / "report.csv", 5)
    upkeep.edit_settings(window)
    (dialog,) = window.findChildren(SettingsDialog)
    assert dialog.watched.choose.text() == "Downloads"
    dialog.watched.off.click()
    dialog.save.click()
    qtbot.waitUntil(lambda: window.preferences.watched is None and settled(window), timeout=PATIENCE)
    assert words(window) == ""

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(downloads))
    incoming.choose_watched(window)
    qtbot.waitUntil(lambda: words(window) != "" and settled(window), timeout=PATIENCE)
    assert window.preferences.watched == downloads


def test_another_workspace_is_asked_anew(qtbot: QtBot, window: MainWindow, downloads: Path, tmp_path: Path) -> None:
    export = write_export(downloads / "report.csv", 5)
    operations.close(operations.open_workspace(tmp_path / "other.kpidesk", create=True))
    look(qtbot, window)
    assert words(window)
    offers: list[object] = []
    window.watch.changed.connect(lambda: offers.append(window.watch.offer))
    window.import_files([tmp_path / "other.kpidesk"])
    qtbot.waitUntil(lambda: window.path == tmp_path / "other.kpidesk" and settled(window), timeout=PATIENCE)
    look(qtbot, window)
    assert offers[0] is None, "what was found for the workspace before is forgotten"
    assert export.name in words(window)


@pytest.mark.styled
def test_long_names_and_many_files_are_cut_short() -> None:
    def files(*names: str) -> list[FolderFile]:
        return [FolderFile(Path("/d") / name, 1, 1) for name in names]

    long = f"opportunities {'x' * 40}.xlsx"
    said = offer_words(files(long, "b.csv", "c.csv", "d.csv", "e.csv"), Path("/d"), are_new=True)
    assert said == f"5 new exports in d: opportunities {'x' * 14}….xlsx, b.csv, c.csv and 2 more"


def test_a_slow_folder_holds_up_no_page_and_can_be_left(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []

    def endless(*_given: object, **_named: object) -> Iterator[Progress]:
        try:
            while True:
                yield Progress(0, 0, "")
        finally:
            ended.append(True)

    monkeypatch.setattr(operations, "new_exports", endless)
    window.watch.look(at_once=True)
    qtbot.waitUntil(lambda: window.watch.is_busy, timeout=PATIENCE)
    page: Any = window.show_page("trends")
    qtbot.waitUntil(lambda: page.shows_body and not window.jobs.is_busy, timeout=PATIENCE)
    assert window.watch.is_busy
    window.watch.forget()
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    assert ended == [True]
    assert window.watch.offer is None
