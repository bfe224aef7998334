"""What became of earlier commitments: the verdict of the files, the row that proves it, and the manager's own word."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.formats import day_text
from kpidesk.core.meetings import ReviewAction
from kpidesk.core.review_words import NO_PROMISES, SETTLED_STATUS, kept_text, promise_about, proof_words
from kpidesk.core.reviews import SETTLED_WORDS, UNSETTLED, Promise, Settled, Sheet
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.painting.marks import paint_symbol
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, button, row
from kpidesk.ui.widgets.review_parts import Fold, Section
from kpidesk.ui.widgets.review_text import party_name

FROM_REVIEWS = "From team reviews"
STATES: tuple[Settled, ...] = ("done", "late", "open", "dropped")


def promise_words(promise: Promise, rep: str) -> str:
    """Who promised it, for when and when: "Anna, by 28 Aug 2026, promised on 17 Aug 2026"."""
    said, owner = promise.commitment, party_name(promise.commitment.owner, rep)
    return f"{owner}, by {day_text(said.due)}, promised on {day_text(promise.made_on)}"


def verdict_words(promise: Promise) -> str:
    """What became of it: "Done: in Proposal since 26 Aug 2026"."""
    found = promise.settlement
    return f"{SETTLED_WORDS[found.state]}{': ' if found.words else ''}{found.words}"


def action_words(one: ReviewAction) -> str:
    """What a team review agreed: "Call Acme, by 12 Nov 2026 (Weekly team review, North, 5 Nov 2026)"."""
    agreed = f"{one.review}, {one.about}, {day_text(one.made_on)}"
    return f"{one.action.text}, by {day_text(one.action.due)} ({agreed})"


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


class Overrule(QWidget):
    """The manager's own verdict with its reason; a class because it is a widget.

    `wanted` sends (commitment id, verdict or None for that of the files, reason).
    """

    wanted = Signal(int, object, str)

    def __init__(self, promise: Promise) -> None:
        super().__init__()
        self._id = promise.commitment.id
        self.state = ListBox()
        self.state.setAccessibleName("My verdict")
        for state in STATES:
            self.state.addItem(SETTLED_WORDS[state], state)
        shown, by_hand = promise.settlement.state, promise.commitment.overruled
        self.state.setCurrentIndex(STATES.index(by_hand or ("done" if shown in UNSETTLED else "open")))
        self.reason = QLineEdit(promise.commitment.reason)
        self.reason.setPlaceholderText("Why, in a few words")
        self.reason.setAccessibleName("Why it is settled by hand")
        self.reason.setMaxLength(400)
        self.reason.returnPressed.connect(self.settle)
        self.set = button("Settle by hand", self.settle)
        line = row(self.state, self.reason, self.set)
        line.setStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        if promise.commitment.overruled is not None:
            back = button("Leave it to the files", lambda: self.wanted.emit(self._id, None, ""), kind="link")
            column.addLayout(row(back, None))

    def settle(self) -> None:
        """Send the verdict; without a reason the field for it is shown instead."""
        reason = self.reason.text().strip()
        restyle(self.reason, "wrong", not reason)
        if reason:
            self.wanted.emit(self._id, self.state.currentData(), reason)
        else:
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)


class PromisesCard(Section):
    """Earlier commitments with their outcome; `overruled` is sent on from the one that was settled by hand."""

    overruled = Signal(int, object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "What was promised")
        self._theme = theme
        self.folds: list[Fold] = []

    def show_sheet(self, sheet: Sheet, asked: Sequence[ReviewAction] = ()) -> None:
        """Show the promises of a sheet; what was open stays open, and the cursor stays with its promise.

        Those of a closed meeting can only be read, and so can what team reviews agreed.
        """
        opened = {fold.property("promise") for fold in self.folds if fold.is_open}
        held = {fold.property("promise") for fold in self.folds if self.holds_cursor(fold)}
        self.empty()
        self.note.setText(kept_text(sheet.promises))
        can_settle = sheet.review.state != "closed"
        self.folds = [self._fold(one, sheet.rep, can_settle) for one in sheet.promises]
        for fold in self.folds:
            self.column.addWidget(fold)
            fold.set_open(fold.property("promise") in opened)
            if fold.property("promise") in held:
                fold.arrow.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.folds:
            self.column.addWidget(PlainLabel(NO_PROMISES, "muted", wrap=True))
        self._show_asked(asked)

    def _show_asked(self, asked: Sequence[ReviewAction]) -> None:
        """What team reviews agreed, below and apart from what was promised here."""
        if not asked:
            return
        heading = PlainLabel(FROM_REVIEWS, "strong")
        heading.setContentsMargins(0, 12, 0, 2)
        self.column.addWidget(heading)
        for one in asked:
            line = PlainLabel(action_words(one), wrap=True)
            line.setContentsMargins(0, 3, 0, 3)
            self.column.addWidget(line)

    def _fold(self, promise: Promise, rep: str, can_settle: bool) -> Fold:
        text = promise.commitment.text
        made = Fold(self._theme, f"{text}. {verdict_words(promise)}")
        made.setProperty("promise", promise.commitment.id)
        made.line.addWidget(SettledMark(self._theme, promise.settlement.state))
        made.line.addWidget(PlainLabel(text, "strong", elide=True), 5)
        verdict = PlainLabel(verdict_words(promise), "muted", elide=True)
        verdict.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        made.line.addWidget(verdict, 5)
        told = (promise_words(promise, rep), promise_about(promise), proof_words(promise), _own_words(promise))
        for words in told:
            if words:
                made.inner.addWidget(PlainLabel(words, "muted", wrap=True))
        tip(made, proof_words(promise))
        if can_settle and promise.commitment.id:
            overrule = Overrule(promise)
            overrule.wanted.connect(self.overruled)
            made.inner.addWidget(overrule)
        return made


def _own_words(promise: Promise) -> str:
    said = promise.commitment
    if said.overruled is None or said.reason in promise.settlement.words:
        return ""
    return f"Settled by hand: {said.reason}"
