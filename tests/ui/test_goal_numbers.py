"""The numbers behind a baseline: what changed, and one click from each to its rows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from kpidesk.core.baseline_numbers import BaselineNumber, BaselineNumbers, RowChanges
from kpidesk.core.periods import quarter_period
from kpidesk.core.receipts import Opens
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.goal_numbers import MOST, BaselineNumbersList

pytestmark = pytest.mark.unstyled
CHANGES = RowChanges(8, 4)


def number(year: int) -> BaselineNumber:
    asked = Question(quarter_period(year, 1, Settings()))
    return BaselineNumber(f"Q1 {year}", "24%", "14 of 64", "7QK2-0810", Opens("win_rate", asked))


@pytest.fixture
def shown(qtbot: QtBot) -> BaselineNumbersList:
    made = BaselineNumbersList(Theme())
    qtbot.addWidget(made)
    made.show()
    return made


def names(shown: BaselineNumbersList) -> list[str]:
    return [one.text() for one in shown.details.findChildren(QPushButton) if one.isVisible()]


def test_a_number_leads_to_its_rows(shown: BaselineNumbersList, qtbot: QtBot) -> None:
    found = (number(2025), number(2026))
    shown.show_numbers(BaselineNumbers(found, CHANGES, CHANGES.words))
    assert shown.words.text() == "12 rows behind this baseline have changed since it was kept: 8 new and 4 gone."
    assert (shown.more.text(), names(shown)) == ("Worked out from 2 numbers", [])
    QTest.mouseClick(shown.more, Qt.MouseButton.LeftButton)
    assert names(shown) == ["Q1 2025", "Q1 2026"]
    last = next(one for one in shown.details.findChildren(QPushButton) if one.text() == "Q1 2026")
    with qtbot.waitSignal(shown.opened) as sent:
        QTest.keyClick(last, Qt.Key.Key_Space)
    assert sent.args == ["win_rate", found[1].opens.question]


def test_nothing_is_said_where_nothing_is_known(shown: BaselineNumbersList) -> None:
    shown.show_numbers(BaselineNumbers((number(2026),), RowChanges()))
    assert not shown.words.isVisible()
    shown.show_numbers(None)
    assert not shown.isVisible()


def test_of_very_many_numbers_the_newest_are_listed(shown: BaselineNumbersList) -> None:
    shown.more.setChecked(True)
    shown.show_numbers(BaselineNumbers(tuple(number(2000 + at) for at in range(MOST + 3)), RowChanges()))
    assert len(names(shown)) == MOST
    assert names(shown)[-1] == "Q1 2014"
