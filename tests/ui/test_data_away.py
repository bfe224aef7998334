"""What the Data page reads gives way while another page is shown, and goes on when it is shown again."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.progress import Progress
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.pages.data import DataPage
from tests.ui.test_data_in_turn import FEBRUARY, FIRST, JANUARY, SECOND, all_checked, file_of, take
from tests.ui.test_data_page import on_step, press, until, workspace, write

pytestmark = pytest.mark.unstyled

__all__ = ["workspace"]


def hold(monkeypatch: pytest.MonkeyPatch, name: str) -> list[str]:
    """Let the first run of some long work never end of itself; gives what became of each run."""
    real, told = getattr(operations, name), list[str]()

    def held(*said: Any, **more: Any) -> Generator[Progress, None, Any]:
        told.append("begun")
        at, steps = len(told) - 1, real(*said, **more)
        try:
            step = next(steps)
            while at == 0:
                yield step
            yield step
            found = yield from steps
        except GeneratorExit:
            steps.close()
            told[at] = "gave way"
            raise
        told[at] = "done"
        return found

    monkeypatch.setattr(operations, name, held)
    return told


@pytest.mark.parametrize("name", ["look_into", "look_in_turn", "foresee"])
def test_another_page_does_not_wait_for_the_check(
    qtbot: QtBot,
    make_window: Callable[..., MainWindow],
    workspace: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    texts = {SECOND: FEBRUARY, FIRST: JANUARY}
    files = [write(tmp_path, one, text.replace("On hold", "Open")) for one, text in texts.items()]
    window = make_window(workspace)
    before, told = workspace.read_bytes(), hold(monkeypatch, name)
    page: Any = window.show_page("data")
    assert isinstance(page, DataPage)
    page.import_files(files)
    until(qtbot, lambda: told == ["begun"])
    other = window.show_page("scorecard")
    assert other is not None
    until(qtbot, lambda: not window.jobs.is_busy)  # or the scorecard would wait for ever
    assert told == ["gave way"]
    assert "No deals have been imported yet" in other.state_text()
    assert page.banner.isHidden()
    window.show_page("data")
    on_step(qtbot, page, page.preview)
    all_checked(qtbot, page)
    until(qtbot, lambda: not window.jobs.is_busy and page.preview.import_button.text() == "Import 2 rows")
    assert "done" in told
    assert page.preview.head.heading.whole_text() == FIRST
    second = file_of(page, SECOND).preview
    assert second is not None
    assert second.currency == "EUR", "as it will be after the first"
    assert workspace.read_bytes() == before
    take(qtbot, page, SECOND)
    until(qtbot, lambda: page.preview.import_button.text() == "Import 2 rows and the file before")
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    assert page.report.report is not None
    assert (page.report.report.added, page.report.report.updated) == (1, 1)


def test_a_try_that_gave_way_is_made_again(
    qtbot: QtBot,
    make_window: Callable[..., MainWindow],
    workspace: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = make_window(workspace)
    page: Any = window.show_page("data")
    page.import_files([write(tmp_path, FIRST, JANUARY.replace("On hold", "Open"))])
    on_step(qtbot, page, page.preview)
    until(qtbot, lambda: not window.jobs.is_busy)
    told = hold(monkeypatch, "import_file")
    press(page.preview.try_button)
    until(qtbot, lambda: told == ["begun"])
    window.show_page("trends")
    until(qtbot, lambda: not window.jobs.is_busy)
    assert page.steps.currentWidget() is page.preview
    window.show_page("data")
    on_step(qtbot, page, page.report)
    assert (told, page.report.report.dry_run, page.report.report.added) == (["gave way", "done"], True, 2)


def test_an_import_goes_on_behind_another_page(
    qtbot: QtBot, make_window: Callable[..., MainWindow], workspace: Path, tmp_path: Path
) -> None:
    window = make_window(workspace)
    page: Any = window.show_page("data")
    page.import_files(
        [write(tmp_path, one, text.replace("On hold", "Open")) for one, text in ((FIRST, JANUARY), (SECOND, FEBRUARY))]
    )
    on_step(qtbot, page, page.preview)
    all_checked(qtbot, page)
    until(qtbot, lambda: not window.jobs.is_busy)
    press(page.preview.import_button)
    window.show_page("trends")
    until(qtbot, lambda: not window.jobs.is_busy)
    assert page.report.report is not None
    assert (page.report.report.file, page.report.report.added) == (FIRST, 2)
    assert file_of(page, SECOND).is_stale, "it waits for the page before it is checked again"
    window.show_page("data")
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == SECOND
