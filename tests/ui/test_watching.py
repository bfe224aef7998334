"""What watches over the tests of the window: a dialog that nobody answers is closed, one that just came is not."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from tests.ui.conftest import close_dialog


def test_a_dialog_is_closed_at_the_second_look(qtbot: QtBot) -> None:
    blocking: list[str] = []
    dialog = QDialog()
    dialog.setWindowTitle("Leave it so")
    qtbot.addWidget(dialog)
    dialog.open()

    close_dialog(blocking)
    assert dialog.isVisible()
    assert not blocking

    close_dialog(blocking)
    assert not dialog.isVisible()
    assert blocking == ["Leave it so"]
    close_dialog(blocking)
    assert len(blocking) == 1, "nothing is open any more"
