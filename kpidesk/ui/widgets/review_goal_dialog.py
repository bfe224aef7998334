"""The dialog in which a coaching goal is set: by which KPI, until when, and what so few records can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from kpidesk import operations
from kpidesk.core.coaching_goals import LONGEST_GOAL, CoachingGoal, start_words
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.widgets.controls import ListBox
from kpidesk.ui.widgets.people_dialogs import AskDialog
from kpidesk.ui.widgets.review_parts import fit
from kpidesk.ui.widgets.review_text import due_words, typed_day

A_QUARTER = timedelta(days=91)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A goal as typed: the KPI, what is worked on, the day to look again, and the change hoped for as a share."""

    kpi_id: str
    text: str
    due: date
    expected: float | None


class GoalDialog(AskDialog):
    """KPI, words, day and change; `asked` sends a Wanted to be worked out, `wanted` one to be kept."""

    asked = Signal(object)
    wanted = Signal(object)

    def __init__(
        self, kpis: Sequence[Kpi], rep: str, today: date, first: str = "", parent: QWidget | None = None
    ) -> None:
        text = "The value of today is frozen. On the day you agree on, the app says whether it really changed."
        super().__init__(f"Coaching goal for {rep}", text, "Set the goal", parent)
        self._today = today
        self.kpi = ListBox()
        self.kpi.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kpi.setMinimumContentsLength(12)
        self.kpi.setAccessibleName("KPI that is to change")
        for one in kpis:
            self.kpi.addItem(one.name, one.id)
        self.kpi.setCurrentIndex(max(0, self.kpi.findData(first)))
        self.words = QLineEdit(placeholderText="for example: qualify budget before the demo")
        self.words.setMaxLength(LONGEST_GOAL)
        self.words.setAccessibleName("What is worked on")
        self.due = QLineEdit(due_words(today + A_QUARTER))
        self.due.setAccessibleName("Day to look again, as 12 Mar or 12 weeks")
        self.hoped = QLineEdit(placeholderText="+10%, optional")
        self.hoped.setAccessibleName("Change hoped for, as +10%")
        self.start = PlainLabel("", "muted", wrap=True)
        self.add("KPI that is to change", self.kpi)
        self.add("What is worked on", self.words)
        self.add_beside(("Look again on", self.due), ("Change hoped for", self.hoped))
        self.form.addWidget(self.start)
        self.kpi.currentIndexChanged.connect(self.ask)
        self.due.editingFinished.connect(self.ask)
        self.kpi.setFocus(Qt.FocusReason.OtherFocusReason)

    def typed(self) -> Wanted:
        """What is typed now.

        Raises:
            UserError: the day or the change cannot be read.
        """
        due = typed_day(self.due.text(), self._today)
        if due is None:
            raise UserError(f"'{self.due.text()}' is no day.", "Try 12 Mar, 12 weeks or 2026-03-12.")
        hoped = self.hoped.text().strip()
        change = operations.read_change(hoped) if hoped else None
        return Wanted(str(self.kpi.currentData() or ""), self.words.text().strip(), due, change)

    def ask(self) -> None:
        """Have the start value worked out for what is typed."""
        self.problem.hide()
        try:
            typed = self.typed()
        except UserError as error:
            self.show_error(error)
            return
        if typed.kpi_id:
            self.asked.emit(typed)

    def show_start(self, goal: CoachingGoal, reach: str) -> None:
        """Show where the goal would begin, and which change could show at all."""
        self.start.setText(f"Start: {start_words(goal)}. {reach}".strip())
        self.yes.setEnabled(True)
        fit(self)

    def show_error(self, error: UserError) -> None:
        """Say why it cannot be set; the start value shown before does not stand."""
        self.start.setText("")
        super().show_error(error)

    def take(self) -> None:
        """Send what is typed; the dialog stays until it is kept."""
        try:
            self.wanted.emit(self.typed())
        except UserError as error:
            self.show_error(error)
