"""Files dropped together are each checked as they will be after those before them, and nothing is written till then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.ui.pages.data import DataPage
from kpidesk.ui.widgets.import_list import state_words
from kpidesk.ui.widgets.import_queue import WaitingFile
from tests.ui.shell import FakeShell
from tests.ui.test_data_page import inside, on_step, page, press, shell, until, workspace, write

pytestmark = pytest.mark.unstyled

__all__ = ["page", "shell", "workspace"]

JANUARY = (
    "id,owner,stage,amount,currency,close date\n"
    "D1,Ann,On hold,100,EUR,2026-02-01\nD2,Bob,Won,50,EUR,2026-01-02\n"
)  # fmt: skip
FEBRUARY = "id,owner,stage,amount,close date\nD1,Ann,On hold,300,2026-02-01\nD3,Bob,Won,7,2026-01-20\n"
CALLS = "Activity ID,Type,Direction,Status,Date,Assigned,Deal ID\nA1,Call,Out,Done,2026-01-20,Ann,D3\n"
TEXTS = {
    "calls.csv": CALLS, "deals_2026-01-31.csv": FEBRUARY, "deals_2026-01-12.csv": JANUARY,
    "people.csv": "Name,Team\nAnn,East\nBob,West\n",
}  # fmt: skip
FIRST, SECOND = "deals_2026-01-12.csv", "deals_2026-01-31.csv"


def file_of(page: DataPage, name: str) -> WaitingFile:
    rows: tuple[WaitingFile, ...] = tuple(page.list.table.records.rows)
    return next(one for one in rows if one.path.name == name)


def take(qtbot: QtBot, page: DataPage, name: str) -> None:
    table = page.list.table
    table.clicked.emit(table.records.index(table.records.rows.index(file_of(page, name)), 0))
    until(qtbot, lambda: page.preview.head.heading.whole_text() == name and page.steps.currentWidget() is page.preview)


def all_checked(qtbot: QtBot, page: DataPage) -> None:
    until(qtbot, lambda: not any(one.is_stale for one in page.list.table.records.rows))


def is_ready(page: DataPage) -> bool:
    return page.preview.import_button.isEnabled()


def test_an_answer_to_one_file_is_known_to_those_behind_it(
    qtbot: QtBot, page: DataPage, tmp_path: Path, workspace: Path, shell: FakeShell
) -> None:
    before = workspace.read_bytes()
    page.import_files([write(tmp_path, name, text) for name, text in TEXTS.items()])
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == "people.csv"
    all_checked(qtbot, page)
    assert [state_words(file_of(page, name)).partition(":")[0] for name in (FIRST, SECOND)] == ["needs an answer"] * 2
    take(qtbot, page, FIRST)
    page.preview.stages.answered.emit("On hold", "open")
    all_checked(qtbot, page)
    until(qtbot, lambda: is_ready(page))
    assert [state_words(one) for one in page.list.table.records.rows] == ["read"] * 4
    until(qtbot, lambda: page.preview.import_button.text() == "Import 2 rows and the file before")
    assert page.preview.head.subtitle.whole_text().endswith(
        "Nothing is written yet. Checked as it will be after people.csv."
    )
    take(qtbot, page, SECOND)
    second = page.preview.preview
    assert second is not None
    # its amounts are in the currency that the first snapshot brings, its words as they were answered there
    assert second.currency == "EUR"
    assert [(one.value, one.outcome) for one in second.stages] == [("On hold", "open"), ("Won", "won")]
    press(page.preview.try_button)
    on_step(qtbot, page, page.report)
    tried = page.report.report
    assert tried is not None
    assert (tried.dry_run, tried.file, tried.added, tried.updated) == (True, SECOND, 1, 1)
    press(page.report.back_button)
    on_step(qtbot, page, page.preview)
    take(qtbot, page, "calls.csv")
    press(page.preview.try_button)
    on_step(qtbot, page, page.report)
    assert page.report.report is not None
    assert [(one.to, one.by_id, one.unlinked) for one in page.report.report.linked if one.to == "deals"] == [
        ("deals", 1, 0)
    ]
    press(page.report.back_button)
    on_step(qtbot, page, page.preview)
    assert workspace.read_bytes() == before
    take(qtbot, page, SECOND)
    until(qtbot, lambda: page.preview.import_button.text() == "Import 2 rows and the 2 files before")
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    done = page.report.report
    assert done is not None
    assert (done.file, done.added, done.updated) == (SECOND, 1, 1)
    assert [file_of(page, name).state for name in TEXTS] == ["read", "imported", "imported", "imported"]
    shell.jobs.shutdown()
    assert [one.file for one in inside(workspace)] == ["people.csv", FIRST, SECOND]


def test_two_files_of_the_same_bytes_are_checked_once_each(
    qtbot: QtBot, page: DataPage, shell: FakeShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Any] = []
    real = operations.look_in_turn

    def counted(*said: Any, **more: Any) -> Any:
        looks.append(said)
        return real(*said, **more)

    monkeypatch.setattr(operations, "look_in_turn", counted)
    text = JANUARY.replace("On hold", "Open")
    page.import_files([write(tmp_path, SECOND, text), write(tmp_path, FIRST, text)])
    on_step(qtbot, page, page.preview)
    assert page.preview.head.heading.whole_text() == FIRST
    all_checked(qtbot, page)
    until(qtbot, lambda: not shell.jobs.is_busy)
    assert len(looks) == 1
    second = file_of(page, SECOND).preview
    assert second is not None
    assert "the same file was imported as of 12 Jan 2026" in second.data_date_why
    take(qtbot, page, SECOND)
    until(qtbot, lambda: page.preview.import_button.text() == "Import 2 rows and the file before")


def test_activities_without_a_day_hold_the_import_up_until_a_column_tells_it(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    text = CALLS.replace("Date", "Created").replace("Assigned", "Wer") + "A2,Call,Out,Done,2026-01-21,Bob,D3\n"
    page.import_files([write(tmp_path, "calls.csv", text), write(tmp_path, "people.csv", TEXTS["people.csv"])])
    on_step(qtbot, page, page.preview)
    all_checked(qtbot, page)
    assert state_words(file_of(page, "calls.csv")).startswith("needs 2 answers: Which column tells whose")
    take(qtbot, page, "calls.csv")
    assert page.preview.verdict.text().startswith("Before this can be imported, answer the 2 questions above.")
    for word in ("Wer", "Created"):
        assert not is_ready(page)
        pressed = [one for one in page.preview.questions.findChildren(QAbstractButton) if one.text() == word]
        press(pressed[0])
        until(qtbot, lambda: not any(one.is_stale for one in page.list.table.records.rows))
    until(qtbot, lambda: is_ready(page))
    assert page.preview.options.columns == {"person": "Wer", "occurred_at": "Created"}


def test_a_file_that_is_dropped_later_and_comes_before_changes_the_check_on_show(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    page.import_files([write(tmp_path, SECOND, FEBRUARY)])
    on_step(qtbot, page, page.preview)
    page.preview.stages.answered.emit("On hold", "open")
    until(qtbot, lambda: is_ready(page))
    until(qtbot, lambda: page.preview.import_button.text() == "Import 2 rows")
    assert page.preview.preview is not None
    assert page.preview.preview.currency == "USD"
    page.import_files([write(tmp_path, FIRST, JANUARY)])
    until(qtbot, lambda: len(page.list.table.records.rows) == 2 and file_of(page, FIRST).state == "read")
    take(qtbot, page, FIRST)
    page.preview.stages.answered.emit("On hold", "open")
    until(qtbot, lambda: is_ready(page))
    all_checked(qtbot, page)
    take(qtbot, page, SECOND)
    assert page.preview.preview.currency == "EUR"
    take(qtbot, page, FIRST)
    press(page.preview.cancel_button)
    until(qtbot, lambda: page.preview.head.heading.whole_text() == SECOND and is_ready(page))
    assert page.preview.preview.currency == "USD"
    until(qtbot, lambda: page.preview.import_button.text() == "Import 2 rows")
