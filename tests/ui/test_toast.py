"""The strip at the foot of the window: it covers nothing, is reached with the keys, announced, and goes by itself."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAccessibleAnnouncementEvent, QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kpidesk.ui import toast as strip
from kpidesk.ui.messages import plain_tip
from kpidesk.ui.toast import Toast
from tests.ui.leaks import rich_text_leaks
from tests.ui.samples_data import HOSTILE

Parts = tuple[Toast, QLineEdit, QWidget]


@pytest.fixture
def parts(qtbot: QtBot) -> Parts:
    """The strip below a page with a field at its foot."""
    window, field, toast = QWidget(), QLineEdit(), Toast()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.addStretch(1)
    column.addWidget(field)
    column.addWidget(toast)
    window.resize(600, 400)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return toast, field, window


def test_what_is_above_makes_room_and_takes_it_back(qtbot: QtBot, parts: Parts) -> None:
    toast, field, _window = parts
    foot = field.geometry().bottom()
    toast.say(HOSTILE, seconds=0.05)
    qtbot.waitUntil(lambda: field.geometry().bottom() < foot)
    assert not toast.geometry().intersects(field.geometry())
    assert not toast.button.isVisible()
    assert rich_text_leaks(toast) == []
    qtbot.waitUntil(lambda: not toast.isVisible() and field.geometry().bottom() == foot)


def test_a_long_text_stays_inside_the_window_and_is_whole_in_the_tool_tip(parts: Parts) -> None:
    toast, _field, window = parts
    for text in ("x" * 400, "Baseline of " + "a very long name " * 30):
        toast.say(text, button="Undo")
        QApplication.processEvents()
        assert window.width() == 600
        assert toast.button.mapTo(window, toast.button.rect().topRight()).x() < 600
        assert toast.label.sizeHint().width() <= toast.label.width()
        assert toast.label.text().count("\n") <= 2
        assert toast.label.toolTip() == plain_tip(text)
        assert toast.label.accessibleName() == text
    window.resize(3000, 400)
    assert toast.label.sizeHint().width() < 1400
    toast.say("Short.")
    assert (toast.label.text(), toast.label.toolTip()) == ("Short.", "")


@pytest.mark.parametrize("way", ["mouse", "keys"])
def test_the_button_acts_once_and_leaves_the_focus_where_one_works(parts: Parts, way: str) -> None:
    toast, field, _window = parts
    done = [0]
    field.setFocus()
    toast.say("Retired.", button="Undo", act=lambda: done.append(1))
    if way == "mouse":
        QTest.mouseClick(toast.button, Qt.MouseButton.LeftButton)
    else:
        toast.reach()
        assert toast.button.hasFocus()
        QTest.keyClick(toast.button, Qt.Key.Key_Space)
    assert done == [0, 1]
    assert not toast.isVisible()
    assert field.hasFocus()


def test_escape_takes_it_away_and_does_nothing_else(parts: Parts) -> None:
    toast, field, _window = parts
    done = list[int]()
    field.setFocus()
    toast.say("Retired.", button="Undo", act=lambda: done.append(1))
    toast.reach()
    QTest.keyClick(toast.button, Qt.Key.Key_Escape)
    assert (toast.isVisible(), done, field.hasFocus()) == (False, [], True)
    toast.say("3 rows copied.")
    toast.reach()
    assert field.hasFocus()  # there is nothing to reach


def test_it_stays_while_the_mouse_is_on_it_or_its_button_has_the_focus(qtbot: QtBot, parts: Parts) -> None:
    toast, field, _window = parts
    toast.say("Retired.", button="Undo", seconds=0.05)
    toast.reach()
    QTest.qWait(150)
    assert toast.isVisible()
    here = QPointF(5, 5)
    QApplication.sendEvent(toast, QEnterEvent(here, here, here))
    field.setFocus()
    toast.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)  # as Qt sets it when a real mouse comes
    toast.say("Retired.", button="Undo", seconds=0.05)
    QTest.qWait(150)
    assert toast.isVisible()
    toast.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not toast.isVisible())


def test_it_is_announced_with_the_key_of_its_button(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    said = list[str]()

    def hear(event: QAccessibleAnnouncementEvent) -> None:
        said.append(event.message())

    monkeypatch.setattr(strip, "QAccessible", SimpleNamespace(updateAccessibility=hear))
    toast, _field, _window = parts
    toast.say("3 rows copied.")
    toast.say("Retired.", button="Undo")
    assert said == ["3 rows copied.", "Retired. Undo: F6."]


def test_an_offer_stands_on_the_page_that_it_is_of_until_its_time_is_over(qtbot: QtBot, parts: Parts) -> None:
    toast, _field, _window = parts
    toast.turn_to("data")
    toast.say("6 added.", button="Undo")
    toast.turn_to("scorecard")
    QApplication.processEvents()
    assert toast.isVisible(), "where what was done leads to at once"
    toast.turn_to("people")
    assert not toast.isVisible()
    toast.turn_to("scorecard")
    assert toast.isVisible()
    toast.say("3 rows copied.")
    toast.turn_to("data")
    assert toast.isVisible(), "it offers nothing"
    toast.say("7 added.", button="Undo", seconds=0.05)
    QApplication.processEvents()
    toast.turn_to("people")
    QTest.qWait(100)
    toast.turn_to("data")
    assert not toast.isVisible(), "its time is over"
