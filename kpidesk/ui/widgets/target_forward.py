"""A small dialog: take over the targets of the period before, with something on top."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.goals import parse_amount
from kpidesk.ui.widgets.controls import Segments, row
from kpidesk.ui.widgets.people_dialogs import AskDialog

STEPS: tuple[tuple[str, object], ...] = (("As they were", "0%"), ("+5%", "5%"), ("+10%", "10%"))


class ForwardDialog(AskDialog):
    """How much on top of the targets of before; `wanted` sends a share (0.10 for 10 %). A class: a widget."""

    wanted = Signal(float)

    def __init__(self, before: str, after: str, parent: QWidget | None = None) -> None:
        text = f"They are put into the grid of {after} first. Nothing is set before you say so."
        super().__init__(f"Copy the targets of {before}", text, "Put into the grid", parent)
        self.quick = Segments(STEPS, "On top")
        self.quick.set_value("0%")
        self.uplift = QLineEdit("0%")
        self.uplift.setAccessibleName("On top, in percent")
        self.uplift.setMaximumWidth(90)
        self.quick.chosen.connect(lambda value: self.uplift.setText(str(value)))
        self.uplift.textEdited.connect(lambda text: self.quick.set_value(text.replace(" ", "").lstrip("+")))
        self.form.addLayout(row(self.quick, self.uplift, None))
        self.uplift.selectAll()
        self.uplift.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self) -> None:
        """Send the share on top, when it can be read."""
        try:
            self.wanted.emit(percent_of(self.uplift.text()))
        except UserError as error:
            self.show_error(error)


def percent_of(text: str) -> float:
    """A share as typed: `10%`, `+10 %` and `10` are all a tenth.

    Raises:
        UserError: the text is no number.
    """
    bare = text.strip().lstrip("+").strip()
    if not bare:
        return 0.0
    return parse_amount(bare if bare.endswith("%") else f"{bare}%")
