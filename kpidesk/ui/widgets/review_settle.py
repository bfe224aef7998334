"""What was agreed earlier, each a line that opens: how it stands, and what became of it, settled with a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.review_words import SETTLED_STATUS
from kpidesk.core.reviews import Settled
from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.painting.marks import paint_symbol
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, button, row
from kpidesk.ui.widgets.review_parts import Fold, Section

LONGEST = 400
ABOUT = "about"
"""The property of a line that holds the number of what it is about."""


@dataclass(frozen=True, slots=True)
class SettleWords:
    """What a verdict is asked with: names of list and field for screen readers, hint in the field, and the button.

    `missing` is said while the word is missing, `back` takes the verdict back; empty, they are not there.
    """

    states: str
    reason: str
    hint: str
    settle: str
    missing: str = ""
    back: str = ""


class SettleRow(QWidget):
    """A verdict with a word that explains it; a class because it is a widget.

    `settled` sends (number, state, reason); the state `back_to` and no reason when the verdict is taken back.
    """

    settled = Signal(int, object, str)

    def __init__(
        self, number: int, states: Sequence[tuple[str, str]], chosen: str, reason: str, words: SettleWords,
        back_to: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._number, self._words = number, words
        self.state = ListBox()
        self.state.setAccessibleName(words.states)
        for told, state in states:
            self.state.addItem(told, state)
        self.state.setCurrentIndex([state for _, state in states].index(chosen))
        self.reason = QLineEdit(reason)
        self.reason.setPlaceholderText(words.hint)
        self.reason.setAccessibleName(words.reason)
        self.reason.setMaxLength(LONGEST)
        self.reason.returnPressed.connect(self.settle)
        self.set = button(words.settle, self.settle)
        self.problem = PlainLabel(words.missing, "problem", wrap=True)
        self.problem.hide()
        line = row(self.state, self.reason, self.set)
        line.setStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.problem)
        if words.back:
            back = button(words.back, lambda: self.settled.emit(self._number, back_to, ""), kind="link")
            column.addLayout(row(back, None))

    def settle(self) -> None:
        """Send the verdict; without a word the field asks for one."""
        reason = self.reason.text().strip()
        restyle(self.reason, "wrong", not reason)
        self.problem.setVisible(bool(self._words.missing) and not reason)
        if reason:
            self.settled.emit(self._number, self.state.currentData(), reason)
        else:
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)


class SettledMark(QWidget):
    """The symbol of a verdict, shaped as well as coloured; a class because it paints itself."""

    def __init__(self, theme: Theme, state: Settled, *, size: float = 11) -> None:
        super().__init__()
        self._theme, self._state, self._size = theme, state, size
        side = theme.px(size * 1.6)
        self.setFixedSize(QSize(side, side))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the symbol."""
        painter, look = QPainter(self), look_of(self._theme)
        paint_symbol(painter, QPointF(self.rect().center()), look.px(self._size), SETTLED_STATUS[self._state], look)
        painter.end()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing agreed earlier, as its line shows it: what, who does it, how it stands, and what is told below.

    `number` is 0 for what cannot be settled any more; an empty `owner` has no place in the line.
    """

    number: int
    text: str
    state: Settled
    words: str
    told: tuple[str, ...]
    owner: str = ""


def outcome_fold(theme: Theme, one: Outcome, settle: SettleRow | None) -> Fold:
    """The line of something agreed earlier, which opens to what is told of it and how it is settled."""
    made = Fold(theme, f"{one.text}. {one.words}")
    made.setProperty(ABOUT, one.number)
    made.line.addWidget(SettledMark(theme, one.state))
    made.line.addWidget(PlainLabel(one.text, "strong", elide=True), 5)
    if one.owner:
        made.line.addWidget(PlainLabel(one.owner, "muted", elide=True), 2)
    stands = PlainLabel(one.words, "muted", elide=True)
    stands.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    made.line.addWidget(stands, 4 if one.owner else 5)
    for words in filter(None, one.told):
        made.inner.addWidget(PlainLabel(words, "muted", wrap=True))
    if settle is not None:
        made.inner.addWidget(settle)
    return made


class FoldsCard(Section):
    """Lines that open, under each other; a class because it is a widget."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__(theme, title)
        self.theme = theme
        self.folds: list[Fold] = []

    def show_folds(self, folds: Sequence[Fold], nothing: str) -> None:
        """Show lines, or in words that there are none; what was open stays open, and the cursor with its line."""
        opened = {fold.property(ABOUT) for fold in self.folds if fold.is_open}
        held = {fold.property(ABOUT) for fold in self.folds if self.holds_cursor(fold)}
        self.empty()
        self.folds = list(folds)
        for fold in self.folds:
            self.column.addWidget(fold)
            fold.set_open(fold.property(ABOUT) in opened)
            if fold.property(ABOUT) in held:
                fold.arrow.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.folds:
            self.column.addWidget(PlainLabel(nothing, "muted", wrap=True))
