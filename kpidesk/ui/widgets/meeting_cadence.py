"""How often something is due: for one person or team, or for everybody in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kpidesk.core.cadences import EVERY, EVERY_WORDS, Due, Every
from kpidesk.core.people import Scope
from kpidesk.core.settings import Settings
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, button, row
from kpidesk.ui.widgets.meeting_due import DayField
from kpidesk.ui.widgets.people_dialogs import AskDialog
from kpidesk.ui.widgets.pickers import scope_name
from kpidesk.ui.widgets.review_parts import fit

TEXT = "What you choose for one person or team holds before what holds for everybody."


@dataclass(frozen=True, slots=True)
class WantedCadence:
    """How often something is wanted for a scope and from which day on; `every` None: as often as usual again."""

    what: str
    scope: Scope
    every: Every | None
    from_day: date


class CadenceDialog(AskDialog):
    """The choices; `wanted` sends a WantedCadence. `scopes` are those that it can be said of, the nearest first."""

    wanted = Signal(object)

    def __init__(
        self, theme: Theme, due: Due, scopes: Sequence[Scope], settings: Settings, today: date,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"How often: {due.title}", TEXT, "Save", parent)
        self._due = due
        self.whom = ListBox()
        self.whom.setAccessibleName("For whom")
        for one in scopes:
            self.whom.addItem("Everybody" if one.kind == "org" and len(scopes) > 1 else scope_name(one, settings), one)
        self.every = ListBox()
        self.every.setAccessibleName("How often")
        for every in EVERY:
            self.every.addItem(EVERY_WORDS[every].capitalize(), every)
        self.every.setCurrentIndex(EVERY.index(due.every))
        self.day = DayField(theme, today, today, "From day", over=True)
        self.add("For whom", self.whom)
        self.add("How often", self.every)
        self.form.addWidget(PlainLabel("Not before", "small"))
        self.form.addLayout(row(self.day, None))
        self.usual = button("As often as usual again", lambda: self._send(None), kind="link")
        self.form.addLayout(row(self.usual, None))
        self.usual.setVisible(due.own)
        self.every.setFocus(Qt.FocusReason.OtherFocusReason)
        fit(self)

    def take(self) -> None:
        """Send the choice."""
        self._send(self.every.currentData())

    def _send(self, every: Every | None) -> None:
        self.wanted.emit(WantedCadence(self._due.what, self.whom.currentData(), every, self.day.day))
