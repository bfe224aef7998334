"""One value for all rows on the Data page: given by hand, refused with words, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kpidesk.ui.pages.data import DataPage
from kpidesk.ui.widgets.import_one_value import ALL_ROWS, OneValueDialog
from tests.ui.test_data_page import on_step, page, press, shell, until, workspace, write

__all__ = ["page", "shell", "workspace"]
pytestmark = pytest.mark.unstyled

TASKS = (
    "Activity ID,Assigned,Subject,Date,Task Subtype,Call Result\n"
    "T1,Ann,Hello,2026-08-03,Call,Talked\nT2,Bob,Offer,2026-08-04,Email,\n"
)


def dialog(qtbot: QtBot, page: DataPage) -> OneValueDialog:
    until(qtbot, lambda: any(one.isVisible() for one in page.preview.findChildren(OneValueDialog)))
    return next(one for one in page.preview.findChildren(OneValueDialog) if one.isVisible())


def given(page: DataPage) -> list[tuple[str, str]]:
    shown = page.preview.preview
    assert shown is not None
    return [(one.field, one.value) for one in shown.one_values if one.value]


def choose(asked: OneValueDialog, field: str, value: str) -> None:
    asked.field.setCurrentIndex(asked.field.findData(field))
    asked.value.setCurrentText(value)
    QTest.keyClick(asked.yes, Qt.Key.Key_Space)


def test_a_value_is_given_to_all_rows_changed_and_taken_back(qtbot: QtBot, page: DataPage, tmp_path: Path) -> None:
    page.import_files([write(tmp_path, "tasks.csv", TASKS)])
    on_step(qtbot, page, page.preview)
    view = page.preview
    assert view.one_value.isVisible()  # a list of activities has no stages: its columns are on show

    press(view.one_value)
    asked = dialog(qtbot, page)
    assert [asked.field.itemText(at) for at in range(2)] == ["Direction", "Status"]  # those of few words first
    assert [asked.value.itemText(at) for at in range(asked.value.count())] == ["in", "out"]
    assert (asked.value.currentIndex(), asked.yes.isEnabled()) == (-1, False)  # Enter chooses nothing for all rows
    choose(asked, "direction", "out")
    until(qtbot, lambda: given(page) == [("direction", "out")])
    first = view.columns.records.record(0)
    assert (first.header, first.field, first.samples, first.filled) == ("", "direction", ("out",), 2)
    assert view.columns.records.index(0, 0).data() == ALL_ROWS
    assert "Direction is 'out' in every row, as you said." in view.head.notices.text()

    view.columns.setFocus()
    view.columns.setCurrentIndex(view.columns.records.index(0, 0))
    QTest.keyClick(view.columns, Qt.Key.Key_Return)
    asked = dialog(qtbot, page)
    assert (asked.field.currentData(), asked.value.currentText(), asked.remove.isVisible()) == (
        "direction",
        "out",
        True,
    )
    press(asked.remove)
    until(qtbot, lambda: given(page) == [])

    press(view.one_value)
    choose(dialog(qtbot, page), "occurred_at", "soon")
    until(qtbot, page.banner.isVisible)
    assert page.banner.label.text() == (
        "'soon' cannot be the value of 'Took place' in all rows. This is not a date. Write it as year-month-day."
    )
    assert given(page) == []

    press(view.one_value)
    choose(dialog(qtbot, page), "direction", "in")
    until(qtbot, lambda: given(page) == [("direction", "in")] and view.import_button.isEnabled())
    press(view.import_button)
    on_step(qtbot, page, page.report)
    assert page.report.report is not None
    assert "Direction is 'in' in every row, as you said." in page.report.report.notices


def test_the_currency_of_amounts_that_name_none_is_said_and_kept_for_the_next_file(
    qtbot: QtBot, page: DataPage, tmp_path: Path
) -> None:
    text = "id,owner,stage,amount,close date,created\nD1,Ann,Won,5,2026-08-03,2026-07-01\n"
    page.import_files([write(tmp_path, "deals.csv", text)])
    on_step(qtbot, page, page.preview)
    view = page.preview
    box = view.head.whole.currency
    assert (box.isVisible(), box.currentText()) == (True, "USD")
    assert "taken as USD, that of this workspace; say otherwise under Amounts in." in view.head.notices.text()
    typed = box.lineEdit()
    assert typed is not None

    def say(code: str) -> None:
        typed.selectAll()
        QTest.keyClicks(typed, code)
        QTest.keyClick(typed, Qt.Key.Key_Return)

    say("zzz")
    until(qtbot, page.banner.isVisible)
    assert "There is no currency 'ZZZ'." in page.banner.label.text()
    assert box.currentText() == "USD"
    say("sek")
    until(qtbot, lambda: view.preview is not None and view.preview.currency == "SEK")
    assert box.currentText() == "SEK"
    until(qtbot, view.import_button.isEnabled)
    press(view.import_button)
    on_step(qtbot, page, page.report)
    page.import_files([write(tmp_path, "later.csv", text.replace("D1", "D2"))])
    on_step(qtbot, page, page.preview)
    assert (box.isVisible(), box.currentText()) == (True, "SEK")

    named = text.replace("created", "currency").replace("2026-07-01", "EUR").replace("D1", "D3")
    page.preview.cancelled.emit()
    page.import_files([write(tmp_path, "named.csv", named)])
    until(qtbot, lambda: view.preview is not None and view.preview.file == "named.csv")
    assert not box.isVisible()
