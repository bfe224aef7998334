"""Coaching goals on the sheet: what is worked on by which KPI, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kpidesk.core.coaching_goals import GOAL_STATUS, GOAL_VERDICT_WORDS, GoalReadout, readout_words
from kpidesk.core.review_words import GOALS_TITLE, goal_lines
from kpidesk.core.reviews import Sheet
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.painting.marks import badge_width, paint_badge
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, icon_button, row
from kpidesk.ui.widgets.review_parts import Section

NO_GOALS = "No coaching goal. With one, a KPI of today is held against the same KPI on a day you agree on."


class VerdictMark(QWidget):
    """The verdict on a goal as a badge, shaped as well as coloured; a class because it paints itself."""

    def __init__(self, theme: Theme, found: GoalReadout) -> None:
        super().__init__()
        self._theme, self._found = theme, found
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(GOAL_VERDICT_WORDS[found.verdict])

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        wide = badge_width(GOAL_VERDICT_WORDS[self._found.verdict], look_of(self._theme))
        return QSize(round(wide), self._theme.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the badge."""
        painter, verdict = QPainter(self), self._found.verdict
        paint_badge(painter, QRectF(self.rect()), GOAL_VERDICT_WORDS[verdict], GOAL_STATUS[verdict],
                    look_of(self._theme))  # fmt: skip
        painter.end()


class GoalsCard(Section):
    """The coaching goals of the rep; a class because it is a widget.

    `wanted` asks for a new one, `dropped` sends the number of one that is put aside.
    """

    wanted = Signal()
    dropped = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, GOALS_TITLE)
        self._theme = theme
        self._shown: tuple[object, ...] = ()
        self.column.setSpacing(10)
        self.more = button("Set a coaching goal…", self.wanted.emit)
        self.foot.addLayout(row(self.more, None))

    def show_sheet(self, sheet: Sheet) -> None:
        """Show the goals of a sheet; of a closed one they can only be read, and no card is shown without any."""
        closed = sheet.review.state == "closed"
        self.setVisible(bool(sheet.goals) or not closed)
        self.more.setVisible(not closed)
        if (sheet.goals, closed) == self._shown:
            return
        self._shown = (sheet.goals, closed)
        self.empty()
        self._fill(sheet.goals, closed=closed)

    def _fill(self, goals: Sequence[GoalReadout], *, closed: bool) -> None:
        self.note.setText(f"{len(goals)} under way" if len(goals) > 1 else "")
        for one in goals:
            self.column.addWidget(self._line(one, closed=closed))
        if not goals:
            self.column.addWidget(PlainLabel(NO_GOALS, "muted", wrap=True))

    def _line(self, found: GoalReadout, *, closed: bool) -> QWidget:
        made = QWidget()
        made.setAccessibleName(f"{found.goal.label}. {readout_words(found)}")
        across = QHBoxLayout(made)
        across.setContentsMargins(0, 2, 0, 2)
        across.setSpacing(14)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(PlainLabel(found.goal.label, "strong", wrap=True))
        for at, text in enumerate(goal_lines(found)):
            words.addWidget(PlainLabel(text, "" if at == 0 else "muted", wrap=True))
        across.addLayout(words, 1)
        across.addWidget(VerdictMark(self._theme, found), 0, Qt.AlignmentFlag.AlignTop)
        if not closed:
            drop = icon_button(self._theme, "x", f"Drop the goal: {found.goal.label}",
                               lambda: self.dropped.emit(found.goal.id))  # fmt: skip
            across.addWidget(drop, 0, Qt.AlignmentFlag.AlignTop)
        return made
