"""The bar above every page: its title, how old the data is, and the pickers of scope and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from kpidesk.core.formats import day_text, old_words
from kpidesk.core.settings import Settings
from kpidesk.ui.messages import PlainLabel, tip
from kpidesk.ui.widgets.as_of import AsOfPicker
from kpidesk.ui.widgets.controls import icon_button, set_icon
from kpidesk.ui.widgets.pickers import GrainPicker, PeriodPicker, ScopePicker, regrained

if TYPE_CHECKING:
    from kpidesk.core.import_history import DataDay
    from kpidesk.core.people import Organisation, Scope, TeamView
    from kpidesk.core.periods import Grain, Period
    from kpidesk.core.scorecards import Question
    from kpidesk.ui.theme import Theme

TODAYS_TEAMS = "As if today's teams had always been: click to count for the teams as they were"
TEAMS_THEN = "Teams as they were: click to count as if today's teams had always been"
MARGINS = (24, 20, 24, 12)
GAP = 10


def age_words(as_of: date | None, age_days: int | None) -> str:
    """How old the data is: "Data as of 14 Mar 2026, 9 days old"."""
    if as_of is None:
        return "No data yet"
    if not age_days or age_days < 0:
        return f"Data as of {day_text(as_of)}, today"
    return f"Data as of {day_text(as_of)}, {old_words(age_days)}"


class TopBar(QWidget):
    """Title and pickers; `asked` sends a Question whenever the user picks another scope or period.

    They stand in one line. Where they would not fit, the grains become a drop-down list; where that is not enough,
    the pickers move to a second line.
    """

    asked = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._question: Question | None = None
        self._settings = Settings()
        self._known = date.today()
        self.title = PlainLabel("", "title", elide=True)
        self.age = AsOfPicker(theme)
        self.grain = GrainPicker()
        self.teams = icon_button(theme, "network", TEAMS_THEN, self.switch_teams)
        self.teams.setCheckable(True)
        self.scope = ScopePicker(theme)
        self.period = PeriodPicker(theme)
        self.export = QPushButton("Export")
        self.export.setProperty("kind", "primary")
        set_icon(self.export, theme, "download", color="on_accent", size=16)
        tip(self.export, "Export this page as PDF, picture, workbook, web page or CSV (Ctrl+P)")
        self._lay_out()
        self.scope.chosen.connect(self._on_scope)
        self.period.chosen.connect(self._on_period)
        self.grain.chosen.connect(self._on_grain)
        self._arrange()

    def _lay_out(self) -> None:
        self._lines = lines = QVBoxLayout(self)
        lines.setContentsMargins(*MARGINS)
        lines.setSpacing(GAP)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.age, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
        self._pickers = QWidget()
        across = QHBoxLayout(self._pickers)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(GAP)
        for widget in (self.grain, self.teams, self.scope, self.period):
            across.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._first, self._second = QHBoxLayout(), QHBoxLayout()
        self._first.setSpacing(GAP)
        self._first.addLayout(words, 1)
        self._first.addWidget(self._pickers)
        self._first.addWidget(self.export, 0, Qt.AlignmentFlag.AlignVCenter)
        lines.addLayout(self._first)
        self._second.addStretch(1)
        lines.addLayout(self._second)
        self._is_wrapped = False

    def show_question(
        self,
        question: Question,
        organisation: Organisation,
        settings: Settings,
        as_of: date | None,
        age: int | None,
        days: Sequence[DataDay] = (),
    ) -> None:
        """Show what is asked above the page; `as_of` is the day of the data on show, `days` those to choose from."""
        self._question, self._settings = question, settings
        self._known = as_of or date.today()
        self.scope.show_scope(question.scope, organisation, settings, question.period.start)
        self.period.show_period(question.period, settings, self._known)
        self.grain.set_grain(question.period.grain)
        self._show_teams(question.teams)
        words = age_words(as_of, age) if question.as_of is None else f"Data as of {day_text(question.as_of)}"
        self.age.show_days(days, question.as_of, words)

    def show_pickers(self, shown: bool, *, periods: bool = True) -> None:
        """Hide the pickers on a page that has no use for scope and period, or for periods alone."""
        self.scope.setVisible(shown)
        self.teams.setVisible(shown and periods)
        for widget in (self.period, self.grain):
            widget.setVisible(shown and periods)

    def switch_teams(self) -> None:
        """Count for the teams people are in today, or again for those they were in."""
        if self._question is not None:
            teams: TeamView = "as-was" if self._question.teams == "today" else "today"
            self.asked.emit(replace(self._question, teams=teams))

    def _show_teams(self, teams: TeamView) -> None:
        is_today = teams == "today"
        self.teams.setChecked(is_today)
        words = TODAYS_TEAMS if is_today else TEAMS_THEN
        self.teams.setAccessibleName(words)
        tip(self.teams, f"{words} (Ctrl+Shift+T)")

    def step(self, count: int) -> None:
        """Go to the period before or after."""
        self.period.step(count)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the pickers for the new room."""
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """Arrange the pickers anew when what they say or the text size has changed."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return handled

    def _arrange(self) -> None:
        left, _, right, _ = MARGINS
        room = self.width() - left - right
        words = max(self.title.whole_width(), self.age.sizeHint().width())
        pickers = sum(self._width_of(one) for one in (self.teams, self.scope, self.period))
        beside = words + pickers + self._width_of(self.export)
        spread, listed = self.grain.widths() if self.grain.isVisibleTo(self) else (0, 0)
        is_wrapped = pickers > 0 and beside + listed + GAP > room
        self.grain.set_compact((pickers if is_wrapped else beside) + spread + GAP > room)
        if is_wrapped != self._is_wrapped:
            self._wrap(is_wrapped)
        least = self._pickers.minimumSizeHint().width() - (spread - listed if self.grain.is_spread else 0)
        self.setMinimumWidth(least + left + right)  # without it they would keep the window wide

    def _width_of(self, widget: QWidget) -> int:
        return widget.sizeHint().width() + GAP if widget.isVisibleTo(self) else 0

    def _wrap(self, is_wrapped: bool) -> None:
        self._is_wrapped = is_wrapped
        if is_wrapped:
            self._first.removeWidget(self._pickers)
            self._second.insertWidget(0, self._pickers)
        else:
            self._second.removeWidget(self._pickers)
            self._first.insertWidget(1, self._pickers)
        self._lines.invalidate()
        self._lines.activate()  # else one picture would show the words where they were

    def _on_scope(self, scope: Scope) -> None:
        if self._question is not None:
            self.asked.emit(replace(self._question, scope=scope))

    def _on_period(self, period: Period) -> None:
        if self._question is not None:
            self.asked.emit(replace(self._question, period=period))

    def _on_grain(self, grain: Grain) -> None:
        if self._question is not None:
            self._on_period(regrained(self._question.period, grain, self._settings, self._known))
