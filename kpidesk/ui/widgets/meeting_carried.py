"""What earlier reviews agreed: how it stands, and what became of it, settled with a word."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.formats import day_text
from kpidesk.core.meeting_words import carried_words, measured_words, no_carried_words
from kpidesk.core.meetings import ActionState, CarriedAction, MeetingSheet
from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, button, row
from kpidesk.ui.widgets.review_parts import Fold, Section
from kpidesk.ui.widgets.review_promises import SettledMark

SETTLES: tuple[tuple[str, ActionState], ...] = (("Done", "done"), ("Dropped", "dropped"))
LONGEST = 400
NO_WORD = "Say in a few words what came of it."


class SettleRow(QWidget):
    """What became of an action, with a word; a class because it is a widget.

    `settled` sends (number of the action, state, reason); `open` carries it on.
    """

    settled = Signal(int, str, str)

    def __init__(self, carried: CarriedAction) -> None:
        super().__init__()
        self._id = carried.action.id
        self.state = ListBox()
        self.state.setAccessibleName(f"What became of {carried.action.text}")
        for words, state in SETTLES:
            self.state.addItem(words, state)
        self.state.setCurrentIndex(1 if carried.action.state == "dropped" else 0)
        self.reason = QLineEdit(carried.action.reason)
        self.reason.setPlaceholderText("What came of it, in a few words")
        self.reason.setAccessibleName("What came of it")
        self.reason.setMaxLength(LONGEST)
        self.reason.returnPressed.connect(self.settle)
        self.set = button("Settle it", self.settle)
        self.problem = PlainLabel(NO_WORD, "problem", wrap=True)
        self.problem.hide()
        line = row(self.state, self.reason, self.set)
        line.setStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.problem)
        if carried.action.state != "open":
            back = button("Carry it on instead", lambda: self.settled.emit(self._id, "open", ""), kind="link")
            column.addLayout(row(back, None))

    def settle(self) -> None:
        """Send the verdict; without a word the field asks for one."""
        reason = self.reason.text().strip()
        restyle(self.reason, "wrong", not reason)
        self.problem.setVisible(not reason)
        if reason:
            self.settled.emit(self._id, self.state.currentData(), reason)
        else:
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)


class CarriedCard(Section):
    """The actions of earlier reviews; `settled` is sent on from the one that was settled."""

    settled = Signal(int, str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Actions from last time")
        self._theme = theme
        self.folds: list[Fold] = []

    def show_sheet(self, sheet: MeetingSheet) -> None:
        """Show the actions of a sheet; what was open stays open, and the cursor stays with its action."""
        opened = {fold.property("action") for fold in self.folds if fold.is_open}
        held = {fold.property("action") for fold in self.folds if self.holds_cursor(fold)}
        self.empty()
        waiting = sum(one.action.state == "open" for one in sheet.carried)
        self.note.setText(f"{waiting} open; what is not settled is carried to the next review" if waiting else "")
        can_settle = sheet.meeting.state != "closed"
        self.folds = [self._fold(one, can_settle=can_settle) for one in sheet.carried]
        for fold in self.folds:
            self.column.addWidget(fold)
            fold.set_open(fold.property("action") in opened)
            if fold.property("action") in held:
                fold.arrow.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.folds:
            self.column.addWidget(PlainLabel(no_carried_words(sheet), "muted", wrap=True))

    def _fold(self, one: CarriedAction, *, can_settle: bool) -> Fold:
        made = Fold(self._theme, f"{one.action.text}. {carried_words(one)}")
        made.setProperty("action", one.action.id)
        made.line.addWidget(SettledMark(self._theme, one.state))
        made.line.addWidget(PlainLabel(one.action.text, "strong", elide=True), 5)
        made.line.addWidget(PlainLabel(one.action.owner, "muted", elide=True), 2)
        stands = PlainLabel(carried_words(one), "muted", elide=True)
        stands.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        made.line.addWidget(stands, 4)
        agreed = f"{one.action.owner}, by {day_text(one.action.due)}, agreed on {day_text(one.made_on)}"
        for words in (agreed, measured_words(one), carried_words(one)):
            if words:
                made.inner.addWidget(PlainLabel(words, "muted", wrap=True))
        if can_settle and one.action.id:
            settle = SettleRow(one)
            settle.settled.connect(self.settled)
            made.inner.addWidget(settle)
        return made
