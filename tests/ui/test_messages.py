"""Text that came from a file is shown letter by letter: in labels, dialogs, tool tips and banners."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from kpidesk.core.errors import UserError
from kpidesk.ui.messages import (
    Banner,
    CrashDialog,
    PlainLabel,
    confirm,
    message,
    plain_button_text,
    plain_tip,
    show_error,
    tip,
)
from tests.ui.leaks import rich_text_leaks
from tests.ui.samples_data import HOSTILE, LONG


def shown(qtbot: QtBot, widget: QWidget, width: int = 300, height: int = 120) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()


def answer(act: Callable[[QMessageBox], None]) -> list[QMessageBox]:
    """Do something with the next message box once it is open; the list holds it afterwards."""
    seen: list[QMessageBox] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(box)
        act(box)

    QTimer.singleShot(0, look)
    return seen


def test_a_label_shows_markup_as_letters(qtbot: QtBot) -> None:
    plain, guessing = PlainLabel(HOSTILE), QLabel("<b>wide</b>")
    for label in (plain, guessing):
        shown(qtbot, label)
    assert plain.text() == HOSTILE
    assert plain.sizeHint().width() > plain.fontMetrics().horizontalAdvance("x" * 20)
    assert rich_text_leaks(plain) == []
    assert len(rich_text_leaks(guessing)) == 1


def test_a_label_cut_short_keeps_the_whole_in_its_tool_tip_and_name(qtbot: QtBot) -> None:
    label = PlainLabel(HOSTILE + LONG, elide=True)
    shown(qtbot, label, width=120)
    assert label.text().endswith("…")
    assert label.fontMetrics().horizontalAdvance(label.text()) <= 120
    assert label.whole_text() == label.accessibleName() == HOSTILE + LONG
    assert label.toolTip().startswith("<qt>&lt;b&gt;x&lt;/b&gt;")
    label.resize(8000, 20)
    assert label.text() == HOSTILE + LONG
    assert label.toolTip() == ""


def test_tool_tips_are_escaped() -> None:
    assert plain_tip("a < b & c") == "<qt>a &lt; b &amp; c</qt>"
    assert plain_tip("") == ""


def test_an_ampersand_on_a_button_is_no_shortcut(qtbot: QtBot) -> None:
    button = QPushButton(plain_button_text("R&D"))
    shown(qtbot, button)
    assert button.shortcut().isEmpty()
    assert QPushButton("R&D").shortcut().toString() == "Alt+D"


def test_an_error_is_shown_as_it_is_written(qtbot: QtBot) -> None:
    seen = answer(lambda box: box.accept())
    show_error(None, UserError(f"{HOSTILE} cannot be read.", f"Export {HOSTILE} again."))
    (box,) = seen
    assert box.textFormat() == Qt.TextFormat.PlainText
    assert box.text() == f"{HOSTILE} cannot be read."
    shown_as = {label.text(): label.textFormat() for label in box.findChildren(QLabel) if label.text()}
    assert shown_as == {
        f"{HOSTILE} cannot be read.": Qt.TextFormat.PlainText,
        f"Export {HOSTILE} again.": Qt.TextFormat.PlainText,
    }
    assert rich_text_leaks(box) == []


@pytest.mark.parametrize(("key", "agreed"), [(Qt.Key.Key_Escape, False), (Qt.Key.Key_Return, False)])
def test_a_question_answers_no_unless_told_otherwise(qtbot: QtBot, key: Qt.Key, agreed: bool) -> None:
    answer(lambda box: QTest.keyClick(box, key))
    assert confirm(None, "Undo", "Undo this?", yes="Undo the import") is agreed


def test_a_question_is_answered_yes_by_its_named_button(qtbot: QtBot) -> None:
    def press(box: QMessageBox) -> None:
        named = [one for one in box.buttons() if one.text() == "Drop R&&D"]
        QTest.mouseClick(named[0], Qt.MouseButton.LeftButton)

    answer(press)
    assert confirm(None, "Undo", "Undo this?", yes="Drop R&D") is True


def test_a_message_waits_for_ok(qtbot: QtBot) -> None:
    seen = answer(lambda box: QTest.keyClick(box, Qt.Key.Key_Return))
    message(None, "Done", "All of it.", tone="good")
    assert seen[0].standardButtons() == QMessageBox.StandardButton.Ok


def test_a_banner_is_there_only_while_it_says_something(qtbot: QtBot) -> None:
    banner = Banner()
    shown(qtbot, banner)
    banner.say("")
    assert not banner.isVisible()
    pressed: list[int] = []
    banner.say(HOSTILE, "watch", button="Try R&D", act=lambda: pressed.append(1))
    assert banner.isVisible()
    assert banner.property("tone") == "watch"
    assert banner.label.text() == HOSTILE
    QTest.mouseClick(banner.button, Qt.MouseButton.LeftButton)
    assert pressed == [1]
    banner.say(
        "Which?", button="This", act=lambda: pressed.append(2), other="That", other_act=lambda: pressed.append(3)
    )
    QTest.mouseClick(banner.other, Qt.MouseButton.LeftButton)
    assert pressed == [1, 3]
    banner.say("Only words")
    assert not banner.other.isVisible()
    assert not banner.button.isVisible()
    assert rich_text_leaks(banner) == []


def test_a_banner_of_what_was_done_goes_away_by_itself_unless_it_says_something_else_by_then(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.say("The import was undone.", "good", seconds=0.05)
    assert banner.isVisibleTo(banner)
    qtbot.waitUntil(banner.isHidden)
    banner.say("The import was undone.", "good", seconds=0.05)
    banner.say("A file cannot be read.", "watch")
    QTest.qWait(120)
    assert banner.label.text() == "A file cannot be read."
    assert not banner.isHidden()


def test_the_crash_dialog_copies_its_details(qtbot: QtBot) -> None:
    dialog = CrashDialog(f"Traceback {HOSTILE}")
    shown(qtbot, dialog)
    copy = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Copy details")
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == f"Traceback {HOSTILE}"
    assert rich_text_leaks(dialog) == []


def test_every_kind_of_leak_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    QLabel("<b>bold</b>", window)
    QTextEdit(window)
    careless, careful = QPushButton("x", window), QPushButton("y", window)
    careless.setToolTip(HOSTILE)
    tip(careful, HOSTILE)
    leaks = rich_text_leaks(window)
    assert len(leaks) == 3
    assert sorted(leak.split(":")[0].split(" ")[0] for leak in leaks) == ["QLabel", "QPushButton", "QTextEdit"]
