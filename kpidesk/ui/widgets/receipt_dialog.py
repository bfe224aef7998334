"""The dialog in which the code of a printed receipt is typed or pasted."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.receipt_codes import SHORTEST, decode
from kpidesk.ui.widgets.people_dialogs import AskDialog

TEXT = "Type or paste the code that stands beside a number on a print. Small letters and blanks are fine."


class ReceiptDialog(AskDialog):
    """One field for a code; `wanted` sends it once it can be one. A code on the clipboard stands there already."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Open a receipt", TEXT, "Prove the number", parent)
        self.code = QLineEdit()
        self.code.setAccessibleName("Code of the receipt")
        self.code.setPlaceholderText("0F9D-0810-…")
        self.code.setClearButtonEnabled(True)
        self.code.textChanged.connect(self._check)
        self.add("Code", self.code)
        pasted = QGuiApplication.clipboard().text().strip()
        self.code.setText(pasted if is_code(pasted) else "")
        self._check()
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _check(self) -> None:
        """A code has at least so many characters."""
        self.problem.hide()
        self.yes.setEnabled(len(re.sub(r"\W", "", self.code.text())) >= SHORTEST)

    def take(self) -> None:
        """Send the code, or say where it cannot be right."""
        try:
            decode(self.code.text())
        except UserError as error:
            self.show_error(error)
        else:
            self.wanted.emit(self.code.text().strip())


def is_code(text: str) -> bool:
    """Whether a text is the code of a receipt."""
    try:
        decode(text)
    except UserError:
        return False
    return True
