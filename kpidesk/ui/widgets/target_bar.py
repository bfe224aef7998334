"""At the foot of the grid of targets: what is pending, what is wrong with it, why it changes, set or discard."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.target_grid import EditPlan, GridProblem
from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button as plain_button
from kpidesk.ui.widgets.controls import card, clear, row
from kpidesk.ui.widgets.page_parts import Mark, button
from kpidesk.ui.widgets.target_text import Pending, pending_words

HINT = "Type over a number, or paste a block from a spreadsheet. Nothing is set before you say so."
READ_ONLY = "Every number can be selected and copied; none can be changed."
MOST = 3
"""How many problems and notes are listed; the cells show the rest."""
LONGEST_REASON = 200


class PendingBar(QWidget):
    """The bar; a class because it is a widget with signals.

    `set_wanted` sends the reason, `discarded` nothing, `place_wanted` the cell of a problem.
    """

    set_wanted = Signal(str)
    discarded = Signal()
    place_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(16, 10, 12, 10), spacing=6)
        outer.addWidget(frame)
        self.mark = Mark(theme, "info", "muted", 16)
        self._hint = HINT
        self.words = PlainLabel(HINT, "muted", elide=True)
        self.proposed = ""
        self.reason = QLineEdit(placeholderText="Why? It stays in the history")
        self.reason.setAccessibleName("Reason for the change")
        self.reason.setMaxLength(LONGEST_REASON)
        self.reason.returnPressed.connect(self._set)
        self.discard = button("&Discard", self.discarded.emit, "quiet", "Take back everything that is not set yet")
        self.save = button("&Set targets", self._set, "primary")
        self._line = row(self.mark, self.words, self.reason, self.discard, self.save)
        self._line.setStretch(1, 1)
        column.addLayout(self._line)
        self.list = QWidget()
        self._places = QVBoxLayout(self.list)
        self._places.setContentsMargins(24, 0, 0, 2)
        self._places.setSpacing(2)
        column.addWidget(self.list)
        self.show_pending({}, None)

    def show_hint(self, *, is_read_only: bool) -> None:
        """Say while nothing is pending what can be done with the grid."""
        self._hint = READ_ONLY if is_read_only else HINT

    def show_pending(self, pending: Pending, plan: EditPlan | None) -> None:
        """Say how much is pending and what is wrong with it; nothing pending: how to begin."""
        has, wrong = bool(pending), bool(plan is not None and plan.problems)
        self.words.setText(pending_words(pending, plan) if has else self._hint)
        restyle(self.words, "role", "strong" if has else "muted")
        self.mark.show_icon(*(("circle-alert", "bad") if wrong else ("pencil", "accent") if has else ("info", "muted")))
        for part in (self.reason, self.discard, self.save):
            part.setVisible(has)
        # how much is pending is never cut, what to do about it may be
        wide = self.words.fontMetrics().horizontalAdvance(self.words.whole_text()) + 4
        self.words.setMinimumWidth(wide if has else 24)
        self._line.setStretch(1, 0 if has else 1)
        self._line.setStretch(2, 1 if has else 0)
        self.save.setEnabled(has and plan is not None and not wrong)
        self._list(plan if has else None)

    def _list(self, plan: EditPlan | None) -> None:
        clear(self._places)
        problems = plan.problems if plan is not None else ()
        notes = plan.notes if plan is not None and not problems else ()
        for problem in problems[:MOST]:
            self._places.addWidget(self._problem(problem))
        for note in notes[:MOST]:
            self._places.addWidget(PlainLabel(note, "small", wrap=True))
        more = len(problems) + len(notes) - MOST
        if more > 0:
            self._places.addWidget(PlainLabel(f"and {more} more", "small"))
        self.list.setVisible(bool(problems or notes))

    def _problem(self, problem: GridProblem) -> QWidget:
        words = PlainLabel(problem.words, "problem", elide=True)
        place = (problem.scope, problem.kpi_id)
        go = plain_button("Go there", partial(self.place_wanted.emit, place), kind="link")
        go.setAccessibleName(f"Go to {problem.row}, {problem.column}")
        line = QWidget()
        inner = row(words, go)
        inner.setStretch(0, 1)
        line.setLayout(inner)
        return line

    def ask_reason(self) -> None:
        """A change of a target needs a reason: go to its field."""
        restyle(self.reason, "wrong", True)
        self.reason.setPlaceholderText("A target that changes needs a reason: it stays in the history")
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def propose_reason(self, text: str) -> None:
        """Begin with a reason, unless one was typed; several stand beside each other."""
        if self.reason.text().strip() in ("", self.proposed):
            known = [*self.proposed.split("; "), text]
            self.proposed = "; ".join(dict.fromkeys(one for one in known if one))[:LONGEST_REASON]
            self.reason.setText(self.proposed)

    def forget_reason(self) -> None:
        """Begin anew with the next changes."""
        restyle(self.reason, "wrong", False)
        self.reason.setPlaceholderText("Why? It stays in the history")
        self.reason.clear()
        self.proposed = ""

    def _set(self) -> None:
        if self.save.isEnabled():
            restyle(self.reason, "wrong", False)
            self.set_wanted.emit(" ".join(self.reason.text().split()))
