"""For whom a goal is set: for a rep alone, or for everybody with the same role."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kpidesk.core.applying import first_day
from kpidesk.core.people import Organisation, Scope
from kpidesk.core.scorecards import Question
from kpidesk.core.texts import folded
from kpidesk.ui.widgets.controls import Segments, clear, row


def role_of(organisation: Organisation, roles: Sequence[Scope], asked: Question) -> Scope | None:
    """The role of a rep in the period asked for, as a scope; None for everybody who has none."""
    scope = asked.scope
    person = next((one for one in organisation.people if scope.kind == "rep" and one.id == scope.id), None)
    wanted = folded(person.role_on(first_day(person, asked.period))) if person is not None else ""
    return next((one for one in roles if wanted and folded(one.name) == wanted), None)


class WhomRow(QWidget):
    """The choice; a class because it is a widget with a signal. `chosen` sends whether it is for the role."""

    chosen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._row = row()
        self.setLayout(self._row)
        self._about: tuple[str, str] | None = None
        self.choice = Segments((), "For whom", self)
        self._row.addWidget(self.choice)
        self.hide()

    def show_whom(self, name: str, role: str, *, for_role: bool) -> None:
        """Offer a rep and their role; without a role there is nothing to choose."""
        self.setVisible(bool(role))
        if role and (name, role) != self._about:
            clear(self._row)
            self._about = (name, role)
            self.choice = Segments(((f"For {name}", False), (f"For every {role}", True)), "For whom")
            self.choice.chosen.connect(lambda value: self.chosen.emit(bool(value)))
            self._row.addWidget(self.choice)
            self._row.addStretch(1)
        if role:
            self.choice.set_value(for_role)
