"""Tab goes over a window as the eye does: down a column, and along a row from left to right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kpidesk.ui.main_window import LEAST, SIZE
from kpidesk.ui.tab_order import reading_order
from tests.ui.conftest import settled
from tests.ui.tabbing import against_the_eye, places, stops
from tests.ui.test_window import Start, wait


def test_tab_goes_over_the_window_as_the_eye_does(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    window.show_page("changes")
    wait(qtbot, lambda: settled(window))
    for size in (SIZE, LEAST):
        window.resize(size)
        QApplication.processEvents()
        at = places(window)
        found = stops(window)
        assert against_the_eye(found, at) == []
        assert len(found) > 20


def test_what_stands_side_by_side_is_read_column_by_column() -> None:
    title, left, below, right, foot = (
        QRect(0, 0, 100, 10), QRect(0, 12, 40, 20), QRect(0, 40, 40, 50), QRect(45, 12, 55, 78), QRect(0, 92, 100, 8)
    )  # fmt: skip
    assert reading_order([foot, right, below, title, left]) == [3, 4, 2, 1, 0]
    assert reading_order([QRect(0, 0, 9, 9), QRect(4, 4, 9, 9)][::-1]) == [1, 0]
    assert reading_order([]) == []
