"""The dialog in which the value of a KPI is typed in, with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kpidesk.core.entries import scale_words
from kpidesk.core.kpis import Kpi, Unit
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Row
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.widgets.people_dialogs import AskDialog

LONGEST = 500
UNIT_HINTS: dict[Unit, str] = {"percent": "for example 85%", "money": "for example 12000"}


@dataclass(frozen=True, slots=True)
class ValueInput:
    """What was typed, as text, and for which KPI, scope and period."""

    kpi: Kpi
    scope: Scope
    period: Period
    value: str
    answers: str
    evidence: str


class ValueDialog(AskDialog):
    """A value, how many answers it rests on, and its evidence; `wanted` sends a ValueInput."""

    wanted = Signal(object)

    def __init__(self, about: Row, whose: str, parent: QWidget | None = None) -> None:
        super().__init__(f"Value of {about.kpi.name}", f"{whose} · {about.period.label}", "Save", parent)
        self._row = about
        self.value = self._field("Value", scale_words(about.kpi) or UNIT_HINTS.get(about.kpi.unit, ""))
        self.answers = self._field("How many answers it rests on", "empty where nobody counted")
        self.evidence = self._field("Evidence", "survey, report, link: whatever shows it to someone else")
        scale = scale_words(about.kpi)
        for words, field in ((f"Value, {scale}" if scale else "Value", self.value),
                             ("From how many answers? (optional)", self.answers),
                             ("Where does it come from?", self.evidence)):  # fmt: skip
            self.add(words, field)
        self.before = PlainLabel(_before(about), "small", wrap=True)
        self.before.setVisible(about.result.value is not None)
        self.form.addWidget(self.before)
        self._check()
        self.value.setFocus(Qt.FocusReason.OtherFocusReason)

    def _field(self, words: str, hint: str) -> QLineEdit:
        made = QLineEdit()
        made.setMaxLength(LONGEST)
        made.setAccessibleName(words)
        made.setPlaceholderText(hint)
        made.textChanged.connect(self._check)
        return made

    def _check(self) -> None:
        """Both the value and its evidence are needed."""
        self.yes.setEnabled(bool(self.value.text().strip() and self.evidence.text().strip()))

    def take(self) -> None:
        """Send what was typed; it stays until it is kept."""
        if self.yes.isEnabled():
            about = self._row
            self.wanted.emit(
                ValueInput(about.kpi, about.scope, about.period, self.value.text(), self.answers.text(),
                           self.evidence.text())
            )  # fmt: skip


def _before(about: Row) -> str:
    rests = f" ({about.sample_text})" if about.sample_text else ""
    return f"It is {about.value_text}{rests} now. What you type takes its place; the old value stays in the receipt."
