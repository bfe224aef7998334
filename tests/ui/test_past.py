"""The real window as of an earlier day: every page as it stood then, and the ways back to now."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.pages import INNER, PAGES
from tests.ui import history
from tests.ui.conftest import settled
from tests.ui.shell import PATIENCE

pytestmark = pytest.mark.unstyled

Start = Callable[..., MainWindow]
LATER = date(2026, 7, 20)
MORE = "Deal ID,Deal Name,Owner,Stage,Created Date,Closed Date,Amount\n" + "".join(
    f"L{number},Late {number},Cy,Won,2026-04-01,2026-04-2{number},500\n" for number in range(4)
)
"""Four deals of the second quarter that only the later file knows, worth 2,000."""


@pytest.fixture(scope="module")
def two_days(history_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty deals a quarter known on 5 July, and four more of the second quarter known on 20 July."""
    folder = tmp_path_factory.mktemp("two-days")
    path = Path(shutil.copy(history_file, folder))
    later = folder / "later.csv"
    later.write_text(MORE, encoding="utf-8")
    ws = operations.open_workspace(path, today=LATER)
    finish(operations.import_file(ws, later, ImportOptions(as_of=LATER, complete=False)))
    operations.close(ws)
    return path


@pytest.fixture
def window(make_window: Start, two_days: Path, tmp_path: Path) -> MainWindow:
    return make_window(Path(shutil.copy(two_days, tmp_path)), today=LATER)


def wait(qtbot: QtBot, done: Callable[[], bool]) -> None:
    qtbot.waitUntil(done, timeout=PATIENCE)


def go_back(qtbot: QtBot, window: MainWindow) -> None:
    """Choose the older of the two days from the list in the top bar, by keys."""
    window.activateWindow()
    wait(qtbot, window.isActiveWindow)
    window.actions_by_name["as-of"].trigger()
    popup = window.top_bar.age.popup
    wait(qtbot, popup.isVisible)
    qtbot.keyClicks(popup.field, "5 Jul")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    wait(qtbot, lambda: window.past.isVisible() and settled(window))


def bookings(window: MainWindow) -> str:
    """The bookings of the second quarter on the scorecard."""
    page: Any = window.pages.page
    assert page.page_id == "scorecard"
    return next(str(row.value_text) for row in page.view.card.rows if row.kpi.id == "bookings")


@pytest.fixture
def second_quarter(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.set_period(history.LAST.period)
    wait(qtbot, lambda: settled(window))
    return window


def test_an_older_day_shows_the_numbers_of_then_under_a_strip(qtbot: QtBot, second_quarter: MainWindow) -> None:
    window = second_quarter
    assert bookings(window) == "$12.0K"
    assert not window.past.isVisible()
    go_back(qtbot, window)
    assert window.past.banner.label.text() == (
        "You are looking at 5 Jul 2026, 1 import ago. "
        "Teams and roles go by their own dates; merges and notes are those of today."
    )
    assert bookings(window) == "$10.0K"
    window.past.banner.button.click()
    wait(qtbot, lambda: settled(window) and bookings(window) == "$12.0K")
    assert not window.past.isVisible()


def test_escape_and_its_shortcut_go_back_to_now(qtbot: QtBot, second_quarter: MainWindow) -> None:
    window = second_quarter
    for leave in (lambda: qtbot.keyClick(window, Qt.Key.Key_Escape), window.actions_by_name["now"].trigger):
        go_back(qtbot, window)
        leave()
        wait(qtbot, lambda: settled(window) and not window.past.isVisible())
        assert bookings(window) == "$12.0K"


def test_escape_closes_the_rows_first_and_they_are_those_of_then(qtbot: QtBot, second_quarter: MainWindow) -> None:
    window = second_quarter
    go_back(qtbot, window)
    page: Any = window.pages.page
    window.open_receipt("bookings", page.question)
    wait(qtbot, lambda: window.pages.page_id == "receipt" and settled(window))
    receipt: Any = window.pages.page
    assert receipt.receipt.value_text == "$10.0K"
    assert window.past.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.pages.page_id == "scorecard"
    assert window.past.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.past.isVisible()


def test_every_page_is_asked_for_the_day_and_keeps_the_strip(qtbot: QtBot, second_quarter: MainWindow) -> None:
    window = second_quarter
    go_back(qtbot, window)
    for entry in (*PAGES, *INNER):
        page: Any = window.show_page(entry.page_id)
        wait(qtbot, lambda: settled(window))
        assert window.past.isVisible(), entry.page_id
        if page.asks:
            assert page.question.as_of == history.DATA_OF, entry.page_id


def test_no_meeting_is_held_in_the_past(qtbot: QtBot, second_quarter: MainWindow) -> None:
    window = second_quarter
    go_back(qtbot, window)
    page: Any = window.show_page("one-on-ones")
    wait(qtbot, lambda: settled(window))
    assert not page.shows_body
    assert "held with the newest data" in page.state_text()
    window.actions_by_name["start-meeting"].trigger()
    wait(qtbot, lambda: settled(window))
    assert not page.shows_body
    window.back_to_now()
    wait(qtbot, lambda: settled(window) and page.shows_body)


def test_changes_end_on_the_day_that_is_looked_at(qtbot: QtBot, second_quarter: MainWindow) -> None:
    window = second_quarter
    page: Any = window.show_page("changes")
    wait(qtbot, lambda: settled(window) and page.view is not None)
    assert {row.key for row in page.view.found.rows} == {"L0", "L1", "L2", "L3"}
    go_back(qtbot, window)
    assert "Nothing older than the data of 5 Jul 2026" in page.state_text()


def test_an_import_made_in_the_past_returns_to_now(qtbot: QtBot, second_quarter: MainWindow, tmp_path: Path) -> None:
    window = second_quarter
    go_back(qtbot, window)
    newest = tmp_path / "newest.csv"
    newest.write_text(MORE.replace("L0", "N0"), encoding="utf-8")
    page: Any = window.show_page("data")
    page.import_files([newest])
    wait(qtbot, lambda: page.preview.isVisible() and settled(window))
    page.preview.import_button.click()
    wait(qtbot, lambda: page.report.isVisible() and settled(window))
    assert not window.past.isVisible()
    window.show_page("scorecard")
    wait(qtbot, lambda: settled(window))
    assert window.question is not None
    assert window.question.as_of is None


def test_a_change_of_settings_stays_in_the_past(qtbot: QtBot, second_quarter: MainWindow) -> None:
    window = second_quarter
    go_back(qtbot, window)
    window.announce(Change.SETTINGS)
    wait(qtbot, lambda: settled(window))
    assert window.past.isVisible()
    assert bookings(window) == "$10.0K"
