"""What the check found and what is left as it is, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.core.formats import day_text
from kpidesk.core.lint import Left
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets import controls
from kpidesk.ui.widgets.controls import card, clear, row
from kpidesk.ui.widgets.page_parts import fill

AGAIN = "Look at it again"


class LeftCard(QWidget):
    """The findings that stay, hidden while there is none; a class because it is a widget. `again` sends a Left."""

    again = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(20, 16, 20, 14), spacing=10)
        self._list = QVBoxLayout()
        self._list.setSpacing(10)
        fill(column, PlainLabel("Left as it is", "heading"), self._list)
        outer.addWidget(frame)
        self.hide()

    def show_left(self, left: Sequence[Left]) -> None:
        """Show what stays, in the order in which it was said."""
        clear(self._list)
        for one in left:
            problem = PlainLabel(one.problem, wrap=True)
            again = controls.button(AGAIN, partial(self.again.emit, one), kind="link")
            again.setAccessibleName(f"{AGAIN}: {one.problem}")
            head = row(problem, again)
            head.setStretch(0, 1)
            words = QVBoxLayout()
            words.setSpacing(1)
            fill(words, head, PlainLabel(f"Since {day_text(one.since)}: {one.reason}", "small", wrap=True))
            self._list.addLayout(words)
        self.setVisible(bool(left))
