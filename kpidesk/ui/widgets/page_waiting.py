"""What a page says while its answer to another question takes longer than a moment."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import QTimer

from kpidesk.core.errors import UserError
from kpidesk.core.scorecards import Question
from kpidesk.ui.page import Page, PageState

MOMENT = 250
"""Milliseconds after which a page says that it is working; what comes sooner would only flicker."""


class WaitingPage(Page):
    """A page on which no number of one question stays under the name of another; a class because pages are widgets.

    `worked_out` names what it says to be working out.
    """

    worked_out: ClassVar[str] = ""
    _waits_for: Question | None = None

    def ask(self, question: Question | None) -> None:
        """Load the page for a question; of another one than is on show no number stays under its name."""
        self._waits_for = question if question != self._seen else None
        super().ask(question)
        if self._waits_for is not None:
            QTimer.singleShot(MOMENT, self, lambda: self._say_if_slow(question))

    def _say_if_slow(self, question: Question | None) -> None:
        """Show in words what is being worked out, in place of the numbers of another question."""
        if question is not None and self._waits_for is question:
            words = f"Working out {self.worked_out} for {question.period.label}…"
            self.show_state(PageState(words, "This takes a few seconds."))

    def _show(self, value: Any) -> None:
        self._waits_for = None
        super()._show(value)

    def _fail(self, error: UserError) -> None:
        self._waits_for = None
        super()._fail(error)
