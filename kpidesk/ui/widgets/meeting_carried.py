"""What earlier reviews agreed: how it stands, and what became of it, settled with a word."""

from __future__ import annotations

from PySide6.QtCore import Signal

from kpidesk.core.formats import day_text
from kpidesk.core.meeting_sheets import MeetingSheet
from kpidesk.core.meeting_words import carried_words, measured_words, no_carried_words
from kpidesk.core.meetings import ActionState, CarriedAction
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.review_parts import Fold
from kpidesk.ui.widgets.review_settle import FoldsCard, Outcome, SettleRow, SettleWords, outcome_fold

SETTLES: tuple[tuple[str, ActionState], ...] = (("Done", "done"), ("Dropped", "dropped"))
NO_WORD = "Say in a few words what came of it."


def settle_row(carried: CarriedAction) -> SettleRow:
    """What became of an action; `open` carries it on."""
    action = carried.action
    words = SettleWords(
        f"What became of {action.text}", "What came of it", "What came of it, in a few words", "Settle by hand",
        NO_WORD, "Carry it on instead" if action.state != "open" else "",
    )  # fmt: skip
    chosen = "dropped" if action.state == "dropped" else "done"
    return SettleRow(action.id, SETTLES, chosen, action.reason, words, "open")


class CarriedCard(FoldsCard):
    """The actions of earlier reviews; `settled` is sent on from the one that was settled. A class: a widget."""

    settled = Signal(int, object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Actions from last time")

    def show_sheet(self, sheet: MeetingSheet) -> None:
        """Show the actions of a sheet."""
        waiting = sum(one.action.state == "open" for one in sheet.carried)
        self.note.setText(f"{waiting} open; what is not settled is carried to the next review" if waiting else "")
        can_settle = sheet.meeting.state != "closed"
        folds = [self._fold(one, can_settle=can_settle) for one in sheet.carried]
        self.show_folds(folds, no_carried_words(sheet))

    def _fold(self, one: CarriedAction, *, can_settle: bool) -> Fold:
        action, stands = one.action, carried_words(one)
        settle = settle_row(one) if can_settle and action.id else None
        if settle is not None:
            settle.settled.connect(self.settled)
        agreed = f"{action.owner}, by {day_text(action.due)}, agreed on {day_text(one.made_on)}"
        told = (agreed, measured_words(one), stands)
        return outcome_fold(self.theme, Outcome(action.id, action.text, one.state, stands, told, action.owner), settle)
