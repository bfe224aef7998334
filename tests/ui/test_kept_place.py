"""Focus and scrolled place stay where they were: when a page is filled anew, and under the wheel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kpidesk.ui.kept_place import kept_place
from kpidesk.ui.widgets.controls import ListBox

pytestmark = pytest.mark.unstyled

Root = tuple[QWidget, QScrollArea, QVBoxLayout]


@pytest.fixture
def root(qtbot: QtBot) -> Root:
    """A page with a field, a list of buttons that scrolls, and a field behind it."""
    page, scroll, inner = QWidget(), QScrollArea(), QWidget()
    qtbot.addWidget(page)
    outer, column = QVBoxLayout(page), QVBoxLayout(inner)
    scroll.setWidgetResizable(True)
    scroll.setWidget(inner)
    for one in (QLineEdit(), scroll, QLineEdit("2")):
        outer.addWidget(one)
    fill(column, range(30))
    page.resize(200, 240)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page, scroll, column


def fill(column: QVBoxLayout, numbers: range) -> None:
    while (item := column.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    for at in numbers:
        column.addWidget(QPushButton(f"Mend {at}"))


def button(column: QVBoxLayout, words: str) -> QPushButton:
    found = [item.widget() for at in range(column.count()) if (item := column.itemAt(at)) is not None]
    return next(one for one in found if isinstance(one, QPushButton) and one.text() == words)


@pytest.mark.parametrize("is_left", [True, False])
def test_the_focus_goes_to_what_bears_the_name_else_where_keys_change_nothing(
    qtbot: QtBot, root: Root, is_left: bool
) -> None:
    page, scroll, column = root
    button(column, "Mend 20").setFocus()
    scroll.verticalScrollBar().setValue(300)
    with kept_place(page):
        fill(column, range(30) if is_left else range(20))
    expected = button(column, "Mend 20") if is_left else page
    qtbot.waitUntil(lambda: page.focusWidget() is expected)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().value() == min(300, scroll.verticalScrollBar().maximum()))


def test_a_focus_that_is_not_lost_stays_and_so_does_one_elsewhere(qtbot: QtBot, root: Root) -> None:
    page, _scroll, column = root
    field = page.findChildren(QLineEdit)[1]
    field.setFocus()
    with kept_place(page):
        fill(column, range(3))
    assert page.focusWidget() is field


def test_the_wheel_does_not_turn_a_list_that_is_closed(qtbot: QtBot) -> None:
    box = ListBox()
    box.addItems(["pipeline", "forecast", "cost"])
    qtbot.addWidget(box)
    box.show()
    box.setFocus()
    event = QWheelEvent(QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(box, event)
    assert box.currentText() == "pipeline"
    assert not event.isAccepted()  # so that the page around it scrolls
