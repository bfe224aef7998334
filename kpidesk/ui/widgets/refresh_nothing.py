"""What a page about KPIs says below its row of tabs when there is nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import PageState
from kpidesk.ui.widgets.controls import button


class NothingDue(QWidget):
    """Centred words with up to two buttons; a class because it is a widget."""

    def __init__(self) -> None:
        super().__init__()
        self._state = PageState("")
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        self.heading = PlainLabel("", "heading", wrap=True)
        self.text = PlainLabel("", "muted", wrap=True)
        for label in (self.heading, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        self.first = button("", lambda: self._do(other=False), kind="primary")
        self.second = button("", lambda: self._do(other=True))
        for made in (self.first, self.second):
            column.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def show_state(self, state: PageState) -> None:
        """Show words and what can be done."""
        self._state = state
        self.heading.setText(state.heading)
        self.text.setText(state.text)
        for made, words in ((self.first, state.button), (self.second, state.other)):
            made.setText(words)
            made.setVisible(bool(words))

    def _do(self, *, other: bool) -> None:
        act = self._state.other_act if other else self._state.act
        if act is not None:
            act()
