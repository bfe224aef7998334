"""What stands beside the number selected on the scorecard, asked once the number itself is on show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.people import Organisation
from kpidesk.core.scorecards import Question, Row, Scorecard
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.facts_panel import FactsPanel
from kpidesk.ui.widgets.score_loading import parts_of

if TYPE_CHECKING:
    from kpidesk.core.sensitivity import Sensitivity

ELSEWHERE = "Each with what they did in other teams too."


class ScoreAsides(QObject):
    """Asks for parts, drivers and luck of a number and fills the side panel; a class because it has signals.

    `told` sends a scorecard as it was and as it is with more said of each row. What cannot be had is left out.
    """

    told = Signal(object, object)

    def __init__(self, shell: Shell, panel: FactsPanel, page: QWidget) -> None:
        super().__init__(page)
        self._shell, self._panel = shell, panel

    def ask(self, about: Row, asked: Question, card: Question) -> None:
        """Ask about a row: `asked` is the question of its number, `card` that of the table it stands in."""
        ask, whole = self._shell.jobs.ask, replace(asked, by="")
        ask(
            "scorecard:drivers", lambda ws: (about, operations.sensitivity(ws, about.kpi.id, whole)),
            self._show_drivers, self.leave_out, aside=True,
        )  # fmt: skip
        if about.change is None:
            ask(
                "scorecard:luck", lambda ws: (about, operations.row_with_luck(ws, card, about)),
                self._show_luck, self.leave_out, aside=True,
            )  # fmt: skip
        ask(
            "scorecard:parts", lambda ws: (about, parts_of(ws, about, asked), operations.scopes(ws)),
            self._show_parts, self.leave_out, aside=True,
        )  # fmt: skip

    def ask_changes(self, card: Scorecard) -> None:
        """Ask whether the numbers of a scorecard really changed; that takes longer than the numbers."""
        self._shell.jobs.ask(
            "scorecard:changes", lambda ws: (card, operations.with_luck(ws, card)),
            self._show_changes, self.leave_out, aside=True,
        )  # fmt: skip

    def _show_changes(self, answer: tuple[Scorecard, Scorecard]) -> None:
        self.told.emit(*answer)

    def leave_out(self, _error: UserError) -> None:
        """What stands beside the number is left out where it cannot be had."""

    def _show_drivers(self, answer: tuple[Row, Sensitivity | None]) -> None:
        about, drivers = answer
        if self._panel.row is about:
            self._panel.show_drivers(drivers)

    def _show_luck(self, answer: tuple[Row, Row]) -> None:
        about, told = answer
        if self._panel.row is about:
            self._panel.show_luck(told, self._shell.settings)

    def _show_parts(self, answer: tuple[Row, Sequence[Row], Organisation]) -> None:
        about, parts, known = answer
        if self._panel.row is about:
            others = known.elsewhere(about.scope.id, about.period.start, about.period.end)
            moved = about.scope.kind == "team" and any(
                one.scope.kind == "rep" and one.scope.id in others for one in parts
            )
            self._panel.show_parts(parts, self._shell.settings, ELSEWHERE if moved else "")
