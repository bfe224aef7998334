"""What became of earlier commitments: the verdict of the files, the row that proves it, and the manager's own word."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from kpidesk.core.formats import day_text
from kpidesk.core.meetings import ReviewAction
from kpidesk.core.review_words import NO_PROMISES, kept_text, promise_about, proof_words
from kpidesk.core.reviews import SETTLED_WORDS, UNSETTLED, Promise, Settled, Sheet
from kpidesk.ui.messages import PlainLabel, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.review_parts import Fold
from kpidesk.ui.widgets.review_settle import FoldsCard, Outcome, SettleRow, SettleWords, outcome_fold
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


def overrule_row(promise: Promise) -> SettleRow:
    """The manager's own verdict with its reason; None leaves it to the files again."""
    said, shown = promise.commitment, promise.settlement.state
    words = SettleWords(
        "My verdict", "Why it is settled by hand", "Why, in a few words", "Settle by hand",
        back="Leave it to the files" if said.overruled is not None else "",
    )  # fmt: skip
    chosen = said.overruled or ("done" if shown in UNSETTLED else "open")
    return SettleRow(said.id, [(SETTLED_WORDS[state], state) for state in STATES], chosen, said.reason, words)


class PromisesCard(FoldsCard):
    """Earlier commitments with their outcome; `overruled` is sent on from the one that was settled by hand."""

    overruled = Signal(int, object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "What was promised")

    def show_sheet(self, sheet: Sheet, asked: Sequence[ReviewAction] = ()) -> None:
        """Show the promises of a sheet; those of a closed meeting and what team reviews agreed can only be read."""
        self.note.setText(kept_text(sheet.promises))
        can_settle = sheet.review.state != "closed"
        self.show_folds([self._fold(one, sheet.rep, can_settle) for one in sheet.promises], NO_PROMISES)
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
        said, words, proof = promise.commitment, verdict_words(promise), proof_words(promise)
        overrule = overrule_row(promise) if can_settle and said.id else None
        if overrule is not None:
            overrule.settled.connect(self.overruled)
        told = (promise_words(promise, rep), promise_about(promise), proof, _own_words(promise))
        made = outcome_fold(self.theme, Outcome(said.id, said.text, promise.settlement.state, words, told), overrule)
        tip(made, proof)
        return made


def _own_words(promise: Promise) -> str:
    said = promise.commitment
    if said.overruled is None or said.reason in promise.settlement.words:
        return ""
    return f"Settled by hand: {said.reason}"
