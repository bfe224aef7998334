"""Several files and archives on the Data page: one list, the right order, what is wrong named."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kpidesk.ui.pages.data import DataPage
from kpidesk.ui.widgets.import_list import state_words
from tests.ui.test_data_page import PEOPLE, deals, on_step, page, press, shell, until, workspace, write

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
    assert page.preview.heading.whole_text() == "people.csv"
    assert page.list.isVisible()
    assert listed(page) == [
        ("deals.csv", "3 questions to answer"),
        ("people.csv", "read"),
        ("odd.csv", "left out: has column names but no rows below them."),
        ("logo.png", "left out: it is not a file with rows (.csv, .xlsx …)."),
    ]
    press(page.preview.import_button)
    on_step(qtbot, page, page.report)
    press(page.report.more)
    on_step(qtbot, page, page.preview)
    assert page.preview.heading.whole_text() == "deals.csv"
    assert listed(page)[:2] == [("deals.csv", "3 questions to answer"), ("people.csv", "imported: 2 added")]
    assert len(list(folder.iterdir())) == 1
    QTest.keyClick(page, Qt.Key.Key_Escape)
    on_step(qtbot, page, page.home)
    assert not page.list.isVisible()
    assert list(folder.iterdir()) == []


def test_many_files_that_are_left_out_are_told_in_few_lines(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([write(tmp_path, f"{n}.csv", "") for n in range(9)])
    until(qtbot, lambda: "more files left out" in page.banner.label.text())
    on_step(qtbot, page, page.home)
    lines = page.banner.label.text().splitlines()
    assert (len(lines), lines[0][:16], lines[-1]) == (5, "'0.csv' is empty", "… and 5 more files left out.")


def test_a_hostile_archive_is_named_and_the_other_file_goes_on(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([packed(tmp_path, {"../deals.csv": "x"}), deals(tmp_path)])
    on_step(qtbot, page, page.preview)
    assert page.preview.heading.whole_text() == "deals.csv"
    assert "leads out of its folder" in page.banner.label.text()
