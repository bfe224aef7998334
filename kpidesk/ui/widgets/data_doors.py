"""What else can be done with the data that were imported: a line for each page that the Data page leads to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.page_parts import Mark, button


@dataclass(frozen=True, slots=True)
class Door:
    """A page, what it is for, and the words on the button that goes there (its key marked with &)."""

    page_id: str
    icon: str
    title: str
    text: str
    act: str


DOORS = (
    Door("people", "network", "People & teams", "Who is in which team since when, and which names are one person.",
         "Show the &teams"),
    Door("hygiene", "list-filter", "Data hygiene", "What is missing or wrong in the deals, and whose they are.",
         "Show what to &fix"),
)  # fmt: skip


class DataDoors(QWidget):
    """The lines in a card; `chosen` sends the id of a page. A class because it is a widget with a signal."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(17, 8, 12, 8), spacing=6)
        outer.addWidget(frame)
        for door in DOORS:
            go = button(door.act, partial(self.chosen.emit, door.page_id))
            words = PlainLabel(door.text, "muted", elide=True)
            line = row(Mark(theme, door.icon), PlainLabel(door.title, "subheading"), words, go, spacing=10)
            line.setStretch(2, 1)
            column.addLayout(line)
