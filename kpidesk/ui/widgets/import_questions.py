"""What only the user can say of a file: each question with its evidence and the answers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from kpidesk.core.errors import ImportQuestion
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, Segments, card, clear, row
from kpidesk.ui.widgets.import_answers import USUAL_CURRENCIES, choice_words
from kpidesk.ui.widgets.page_parts import Mark

FEW_CHOICES = 4


class QuestionCard(QWidget):
    """The questions under each other, hidden when there are none; a class because it is a widget with a signal.

    `said` sends a question and the choice that answers it.
    """

    said = Signal(object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._choices: list[QWidget] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, self._rows = card(spacing=14)
        outer.addWidget(frame)

    def show_questions(self, asked: Sequence[ImportQuestion]) -> None:
        """Show the questions."""
        clear(self._rows)
        self._choices = []
        self.setVisible(bool(asked))
        for question in asked:
            self._rows.addLayout(self._question_row(question))

    def first(self) -> QWidget | None:
        """What answers the first question, None when nothing is asked."""
        for box in self._choices:
            return box.buttons()[0] if isinstance(box, Segments) else box
        return None

    def _question_row(self, question: ImportQuestion) -> QVBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(8)
        head = row(Mark(self.theme, "triangle-alert", "watch", 16), PlainLabel(question.about, "subheading", wrap=True))
        head.setStretch(1, 1)
        words.addLayout(head)
        words.addWidget(PlainLabel(_sentence(question.evidence), "muted", wrap=True))
        choice = self._choice(question)
        self._choices.append(choice)
        words.addLayout(self._by_column(question, choice) if len(question.columns) > 1 else row(choice, None))
        return words

    def _by_column(self, question: ImportQuestion, for_all: QWidget) -> QGridLayout:
        """The answer for all columns that a question is about, and below it one for each of them alone."""
        lines = QGridLayout()
        lines.setHorizontalSpacing(12)
        lines.setVerticalSpacing(6)
        lines.setColumnStretch(2, 1)
        lines.addWidget(PlainLabel("All of them"), 0, 0)
        lines.addWidget(for_all, 0, 1)
        for number, header in enumerate(question.columns, start=1):
            alone = replace(question, about=f"{question.about} Only '{header}'", columns=(header,))
            lines.addWidget(PlainLabel(f"Only '{header}'", "muted"), number, 0)
            lines.addWidget(self._choice(alone), number, 1)
        return lines

    def _choice(self, question: ImportQuestion) -> QWidget:
        fixed = question.choices and "XXX" not in question.choices
        if fixed and len(question.choices) <= FEW_CHOICES:
            choices = Segments([(choice_words(question, one), one) for one in question.choices], question.about)
            choices.chosen.connect(lambda choice: self.said.emit(question, str(choice)))
            return choices
        box = ListBox()
        box.setAccessibleName(question.about)
        box.setEditable(not fixed)
        box.addItem("Choose…", "")
        for one in question.choices if fixed else USUAL_CURRENCIES:
            box.addItem(choice_words(question, one), one)
        box.textActivated.connect(partial(self._chose, box, question))
        return box

    def _chose(self, box: QComboBox, question: ImportQuestion, text: str) -> None:
        if box.currentIndex() != 0:
            self.said.emit(question, str(box.currentData() or text))


def _sentence(text: str) -> str:
    """What speaks for the answers, with its full stop."""
    return text if not text or text[-1] in ".!?…" else f"{text}."
