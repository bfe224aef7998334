"""The foot of the editor: what is still missing, what a change leaves alone, and the buttons that keep the KPI."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from kpidesk.core.kpis import Kpi
from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.widgets.controls import row
from kpidesk.ui.widgets.page_parts import button, say_on


class Foot(QFrame):
    """Words and buttons below the editor; a class because it is a widget.

    `kept` asks to keep the KPI without using it, `used` to take it into use, or to go to what is missing for that,
    `undone` to begin again from what is kept.
    """

    kept = Signal()
    used = Signal()
    undone = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.problem = PlainLabel("", "problem", wrap=True)
        self.missing = PlainLabel("", wrap=True)
        self.effect = PlainLabel("", "small", wrap=True)
        self.undo = button("Begin &again", self.undone.emit, "quiet", "Back to what is kept")
        self.keep = button("Keep as &draft", self.kept.emit, "", "It is kept and stays off the scorecards")
        self.use = button("Take into &use", self.used.emit, "primary", "It appears on the scorecards")
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.problem, self.missing, self.effect):
            words.addWidget(label)
        line = row(self.undo, self.keep, self.use)
        line.insertLayout(0, words, 1)
        line.setContentsMargins(18, 12, 18, 12)
        self.setLayout(line)

    def show_state(self, stored: Kpi | None, missing: str, effect: str, *, dirty: bool) -> None:
        """Show what can be done with a KPI: a new one (None), or one that is kept already."""
        is_active = stored is not None and stored.status == "active"
        lacks = bool(missing) and not is_active
        say_on(self.use, "Keep the change" if is_active else "Fill in the rest" if lacks else "Take into use")
        restyle(self.use, "kind", "" if lacks else "primary")
        say_on(self.keep, "Keep as draft" if stored is None or stored.status == "draft" else "Keep, retired")
        self.keep.setVisible(not is_active)
        self.setVisible(dirty or not is_active)
        self.keep.setEnabled(dirty)
        self.use.setEnabled(not missing if is_active and dirty else not is_active)
        self.undo.setVisible(dirty and stored is not None)
        self._show(self.missing, missing if missing != self.problem.text() else "")
        self._show(self.effect, effect)

    def say(self, problem: str) -> None:
        """Say why it could not be kept, or nothing; what is still missing is not said twice."""
        self._show(self.problem, problem)
        self.missing.setVisible(bool(self.missing.text()) and self.missing.text() != problem)

    def _show(self, label: PlainLabel, words: str) -> None:
        label.setText(words)
        label.setVisible(bool(words))
