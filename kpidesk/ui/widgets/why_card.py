"""A card with one split of a change: its heading, the sentence, the bars, and the sum."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from kpidesk.core.cause_words import kind_words, title_of
from kpidesk.core.causes import Contribution, LostReason, Split, Why
from kpidesk.core.scorecards import Question
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, row
from kpidesk.ui.widgets.why_list import WhyList

INSET, LONGEST = 18, 32


def _card(title: str, under: str) -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setProperty("role", "card")
    frame.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
    column = QVBoxLayout(frame)
    column.setContentsMargins(1, 14, 1, 10)
    column.setSpacing(4)
    for label in (PlainLabel(title, "subheading"), PlainLabel(under, "small", wrap=True)):
        label.setContentsMargins(INSET - 1, 0, INSET - 1, 0)
        if label.text():
            column.addWidget(label)
    return frame, column


class SplitCard(QWidget):
    """The card; `opened` sends the KPI and the question whose rows are wanted. A class because it is a widget."""

    opened = Signal(str, object)

    def __init__(self, theme: Theme, split: Split, found: Why, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.split = split
        frame, column = _card(title_of(split), unparted(split.words))
        self.list = WhyList(theme)
        self.list.show_split(split, found)
        self.list.opened.connect(lambda part: self._open(part, part.question or part.question_before))
        self.list.opened_before.connect(lambda part: self._open(part, part.question_before))
        kind = PlainLabel(kind_words(found, split), "small", wrap=True)
        kind.setContentsMargins(INSET - 1, 2, INSET - 1, 0)
        column.addSpacing(4)
        column.addWidget(self.list)
        column.addWidget(kind)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        outer.addStretch(1)

    def _open(self, part: Contribution, question: Question) -> None:
        self.opened.emit(part.rows_of or self.split.rows_of, question)


def unparted(text: str) -> str:
    """A text whose amounts keep their minus sign where a line breaks."""
    return text.replace("−", "−\u2060")


def short(text: str) -> str:
    """A reason as it fits beside its number."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


class LostCard(QWidget):
    """Why deals were lost; `opened` sends the LostReason whose deals are wanted. A class because it is a widget."""

    opened = Signal(object)

    def __init__(self, lost: tuple[LostReason, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame, column = _card("Why deals were lost", "As the CRM says; a click shows the deals.")
        column.addSpacing(4)
        for one in lost:
            opener = button(short(one.label), partial(self.opened.emit, one), kind="link", hint=one.label)
            opener.setAccessibleName(one.label)
            opener.setAccessibleDescription(one.text)
            told = PlainLabel(one.text, elide=True)
            told.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            line = row(opener, told)
            line.setStretch(1, 1)
            line.setContentsMargins(INSET - 1, 0, INSET - 1, 0)
            column.addLayout(line)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        outer.addStretch(1)
