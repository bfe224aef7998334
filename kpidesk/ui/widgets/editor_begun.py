"""The line above a new KPI that was begun earlier: since when, and the way to start afresh."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from kpidesk.core.formats import day_text
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.widgets.controls import row
from kpidesk.ui.widgets.page_parts import button


class BegunNote(QFrame):
    """Says that what stands in the fields was begun earlier; a class because it is a widget.

    `afresh` asks to put it away and begin with empty fields.
    """

    afresh = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "banner")
        self.setProperty("tone", "info")
        self.words = PlainLabel("", wrap=True)
        self.start = button("&Start afresh", self.afresh.emit, "link", "Empties the fields; Undo brings it back")
        line = row(self.words, self.start, spacing=10)
        line.setStretch(0, 1)
        line.setContentsMargins(14, 9, 14, 9)
        self.setLayout(line)
        self.hide()

    def say(self, name: str, begun_on: date | None) -> None:
        """Say of a KPI of which this name was typed, or none yet, when it was begun; None where that is not known."""
        what = f"this KPI, “{name}”," if name else "this KPI"
        when = f"on {day_text(begun_on)}" if begun_on is not None else "earlier"
        self.words.setText(f"You began {what} {when} and have not kept it. You can go on with it.")
        self.show()
