"""What the formula being written says, what it comes to, and whom it affects, while one writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kpidesk.core.formats import count_text, day_text
from kpidesk.core.periods import Period
from kpidesk.core.wording import capital, counted
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import clear, line, row
from kpidesk.ui.widgets.page_parts import Mark, button

WAITING = "The values appear as soon as the formula is right."
LISTED = 8


class Value(Protocol):
    """What a formula comes to in one period."""

    @property
    def period(self) -> Period:
        """The period."""

    @property
    def value(self) -> float | None:
        """The value; None where there is none."""

    @property
    def text(self) -> str:
        """The value as shown."""

    @property
    def n(self) -> float:
        """The rows it rests on."""

    @property
    def reason(self) -> str:
        """Why there is no value."""

    @property
    def running(self) -> bool:
        """Whether the period is not over in the data."""


class Named(Protocol):
    """Another KPI."""

    @property
    def name(self) -> str:
        """Its name."""


class LivePanel(QWidget):
    """The panel at the right of the editor; a class because it is a widget. `rows_wanted` asks for the rows."""

    rows_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.sentence = PlainLabel("", wrap=True)
        self.sentence.setAccessibleName("The formula in words")
        self.about = PlainLabel("", "small", wrap=True)
        self.values = QWidget()
        self._said: list[str] = []
        self._grid = QGridLayout(self.values)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(7)
        self.reason = PlainLabel("", "small", wrap=True)
        self.rows = PlainLabel("", "muted")
        self.show_rows = button("Show the ro&ws", self.rows_wanted.emit, "link", "Every row behind the newest value")
        self.rows_line = QWidget()
        self.rows_line.setLayout(row(self.rows, None, self.show_rows))
        self.notices = QVBoxLayout()
        self.notices.setSpacing(6)
        self.reads, self.affected = PlainLabel("", wrap=True), PlainLabel("", wrap=True)
        self.reads_title = PlainLabel("It refers to", "caption")
        self.affected_title = PlainLabel("These change if you change this", "caption")
        column.addWidget(PlainLabel("In words", "caption"))
        column.addWidget(self.sentence)
        column.addWidget(line())
        column.addWidget(self.about)
        column.addWidget(self.values)
        column.addWidget(self.reason)
        column.addWidget(self.rows_line)
        column.addLayout(self.notices)
        for widget in (self.reads_title, self.reads, self.affected_title, self.affected):
            column.addWidget(widget)
        column.addStretch(1)
        self.show_values((), (), "", changed=False)
        self.show_count(0, "", can_open=False)
        self.show_links((), ())

    def show_sentence(self, words: str) -> None:
        """Show the formula in words."""
        self.sentence.setText(capital(words))
        restyle(self.sentence, "role", "")

    def show_problem(self, words: str) -> None:
        """Show in its place what is wrong with the formula."""
        self.sentence.setText(words)
        restyle(self.sentence, "role", "problem")

    def wait(self) -> None:
        """Show no value while the formula is wrong."""
        self.show_values((), (), "", changed=False)
        self.show_count(0, "", can_open=False)
        self.about.setText(WAITING)

    def show_values(self, values: Sequence[Value], before: Sequence[Value], scope: str, *, changed: bool,
                    recounted: bool = False) -> None:  # fmt: skip
        """Show the last periods, the newest first; before a change beside after it.

        `recounted` says that there was another definition before: a scorecard of an earlier period keeps that one.
        """
        clear(self._grid)
        self._said = []
        how = ", all with today's definition" if recounted else ""
        self.about.setText(f"{scope}, the last {counted(len(values), 'period')}{how}" if values else "")
        both = changed and len(before) == len(values)
        heads = ("", "As it is", "As written", "Rests on") if both else ("", "", "Value", "Rests on")
        if values:
            for at, words in enumerate(heads):
                self._put(0, at, words, "small")
        for number, (now, then) in enumerate(zip(reversed(values), reversed(before if both else values), strict=True)):
            self._period(number + 1, now, then if both else None)
        self._grid.setColumnStretch(0, 1)
        why = values[-1].reason if values and values[-1].value is None else ""
        self.reason.setText(f"{values[-1].period.label}: {why}" if why else "")
        self.reason.setVisible(bool(why))

    def _period(self, place: int, now: Value, then: Value | None) -> None:
        running = " so far" if now.running and now.value is not None else ""
        self._put(place, 0, f"{now.period.label}{running}", "")
        words = f"{now.period.label}{running}: {now.text}"
        if then is not None:
            self._put(place, 1, then.text, "muted")
            words = f"{now.period.label}{running}: {then.text} before, {now.text} after"
        shown = self._put(place, 2, now.text, "strong")
        self._said.append(f"{words}. {now.reason}" if now.reason else words)
        shown.setAccessibleName(self._said[-1])
        tip(shown, now.reason)
        self._put(place, 3, count_text(now.n) if now.n else "–", "muted")

    def _put(self, place: int, at: int, words: str, role: str) -> PlainLabel:
        label = PlainLabel(words, role)
        side = Qt.AlignmentFlag.AlignLeft if at == 0 else Qt.AlignmentFlag.AlignRight
        self._grid.addWidget(label, place, at, side)
        return label

    def show_count(self, rows: int, period: str, *, can_open: bool) -> None:
        """How many rows are behind the newest value."""
        self.rows.setText(f"{count_text(rows)} {'row' if rows == 1 else 'rows'} in {period}" if period else "")
        self.rows_line.setVisible(bool(period))
        self.show_rows.setVisible(can_open and rows > 0)

    def show_notices(self, notices: Sequence[str]) -> None:
        """What is true of the formula although it works."""
        clear(self.notices)
        for words in notices:
            holder = QWidget()
            label = PlainLabel(words, wrap=True)
            sign = Mark(self._theme, "triangle-alert", "watch_ink", 16)
            made = row(sign, label)
            made.setStretch(1, 1)
            made.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
            holder.setLayout(made)
            self.notices.addWidget(holder)

    def show_links(self, reads: Sequence[Named], affected: Sequence[Named]) -> None:
        """Which KPIs it reads, and which read it."""
        for title, label, links in (
            (self.reads_title, self.reads, reads),
            (self.affected_title, self.affected, affected),
        ):
            names = [one.name for one in links]
            more = [f"and {len(names) - LISTED} more"] if len(names) > LISTED else []
            label.setText("\n".join((*names[:LISTED], *more)))
            tip(label, "; ".join(names) if more else "")
            for widget in (title, label):
                widget.setVisible(bool(names))

    def value_texts(self) -> list[str]:
        """The values as a screen reader reads them, the newest first."""
        return list(self._said)


def unfilled_words(tested: str, *, can_be_empty: bool) -> str:
    """What a condition without a value still needs."""
    instead = ', or choose "is empty"' if can_be_empty else ""
    return f"The condition on {tested} has no value yet. Type one{instead}."


def old_definition_words(today: date) -> str:
    """What becomes of earlier periods when a formula is changed."""
    return f"Periods that began before {day_text(today)} keep the old definition."
