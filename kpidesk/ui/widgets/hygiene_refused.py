"""Rows of files that did not come in, above what is wrong in those that did."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.core.hygiene import Refused
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets import controls
from kpidesk.ui.widgets.controls import card, clear, row
from kpidesk.ui.widgets.page_parts import Mark

MOST = 2
"""How many imports are named here; the page of the imports has all."""


class RefusedCard(QWidget):
    """What did not come in, import by import; a class because it is a widget with signals.

    `rows_wanted` and `save_wanted` send the Refused whose rows are to be seen, or saved to be put right.
    """

    rows_wanted = Signal(object)
    save_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, self._lines = card(margins=(16, 8, 12, 8), spacing=2)
        outer.addWidget(frame)
        self.hide()

    def show_refused(self, refused: Sequence[Refused]) -> None:
        """Show the newest imports with rows that did not come in; nothing where all did."""
        clear(self._lines)
        for one in refused[:MOST]:
            self._lines.addWidget(self._line(one))
        if left := refused[MOST:]:
            rows, imports = counted(sum(one.rows for one in left), "more row"), counted(len(left), "older import")
            self._lines.addWidget(PlainLabel(f"{rows} of {imports}: see Data.", "small"))
        self.setVisible(bool(refused))

    def _line(self, one: Refused) -> QWidget:
        look = controls.button("Show", partial(self.rows_wanted.emit, one), kind="link")
        save = controls.button("Save to correct…", partial(self.save_wanted.emit, one), kind="link")
        look.setAccessibleName(f"Show what did not come in of {one.file}")
        save.setAccessibleName(f"Save what did not come in of {one.file}, to correct and import it")
        made, words = QWidget(), PlainLabel(one.words, wrap=True)
        line = row(Mark(self.theme, "triangle-alert", "watch", 16), words, look, save, spacing=10)
        line.setStretch(1, 1)
        made.setLayout(line)
        return made
