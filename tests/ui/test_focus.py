"""Where the keys go: the ring around a button, and what has the focus when a button is gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kpidesk.ui.theme import Theme


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The look of the app, given back as it was."""
    made = Theme()
    yield made
    if made.scale != 1.0:
        made.set_scale(1.0)


def shown(qtbot: QtBot, widget: QWidget, width: int, height: int) -> None:
    """Show a widget in a window that has the keys."""
    qtbot.addWidget(widget)
    widget.resize(width, height)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


class Fold(QWidget):
    """Something far off, and a part where pressing a link shows two buttons in its place."""

    def __init__(self) -> None:
        super().__init__()
        column, self.part = QVBoxLayout(self), QWidget()
        inner = QVBoxLayout(self.part)
        self.far, self.link, self.first, self.second = (QPushButton(name) for name in ("Far", "More", "One", "Two"))
        for one in (self.link, self.first, self.second):
            inner.addWidget(one)
        column.addWidget(self.part)
        column.addWidget(self.far)
        for one in (self.first, self.second):
            one.hide()
        self.link.clicked.connect(self.unfold)

    def unfold(self) -> None:
        self.link.hide()
        self.first.show()
        self.second.show()


def test_a_link_that_goes_hands_the_keys_to_what_came_in_its_place(qtbot: QtBot, theme: Theme) -> None:
    window = Fold()
    shown(qtbot, window, 200, 200)
    window.link.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(window.link, Qt.Key.Key_Space)
    qtbot.waitUntil(window.first.hasFocus)
    window.second.setFocus(Qt.FocusReason.MouseFocusReason)
    window.second.setEnabled(False)  # turned off: back to what stands beside it
    qtbot.waitUntil(window.first.hasFocus)
    assert not window.far.hasFocus()


def test_where_the_keys_are_sent_they_stay(qtbot: QtBot, theme: Theme) -> None:
    window = Fold()
    shown(qtbot, window, 200, 200)
    window.link.setFocus()
    window.unfold()
    window.second.setFocus()
    QTest.qWait(0)
    assert window.second.hasFocus()


@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_the_ring_moves_nothing(qtbot: QtBot, theme: Theme, scale: float) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    parts = [QPushButton("Button"), QCheckBox("Box"), QLineEdit(), QComboBox(), QSpinBox()]
    for kind in ("primary", "link", "line", "chip", "nav", "figure"):
        parts.append(QPushButton(kind))
        parts[-1].setProperty("kind", kind)
    for one in parts:
        column.addWidget(one)
    theme.set_scale(scale)
    shown(qtbot, window, 200, 600)
    for one in parts:
        parts[0].setFocus(Qt.FocusReason.MouseFocusReason)
        before = one.sizeHint()
        one.setFocus(Qt.FocusReason.TabFocusReason)
        assert one.hasFocus()
        one.ensurePolished()
        assert one.sizeHint() == before, one


@pytest.mark.parametrize("kind", ["", "primary", "chip", "line"])
def test_the_ring_is_painted_over_a_button(qtbot: QtBot, theme: Theme, kind: str) -> None:
    window = QWidget()
    column, made, other = QVBoxLayout(window), QPushButton("Import"), QPushButton("Cancel")
    made.setProperty("kind", kind)
    for one in (other, made):
        column.addWidget(one)
    shown(qtbot, window, 120, 100)
    other.setFocus()
    plain = at_the_left(made)
    made.setFocus(Qt.FocusReason.TabFocusReason)
    assert at_the_left(made) == (theme.tokens.ink if kind == "primary" else theme.tokens.accent)
    other.setFocus(Qt.FocusReason.TabFocusReason)
    assert at_the_left(made) == plain


def at_the_left(widget: QWidget) -> str:
    """The colour in the middle near the left side of a widget."""
    return widget.grab().toImage().pixelColor(1, widget.height() // 2).name().upper()
