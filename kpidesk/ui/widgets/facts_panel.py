"""The side panel: everything that is known about the number selected, in words, with what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kpidesk.core.luck_words import LUCK_MEANS
from kpidesk.core.scorecards import Row
from kpidesk.core.settings import Settings
from kpidesk.core.wording import capital
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets import controls
from kpidesk.ui.widgets.contributors import Contributors
from kpidesk.ui.widgets.controls import button, clear, icon_button, line, set_icon
from kpidesk.ui.widgets.facts_marks import BigBullet, Verdict
from kpidesk.ui.widgets.facts_text import (
    CONFIDENCE_WORDS,
    LUCK_TITLE,
    Facts,
    basis_words,
    before_rows_words,
    change_words,
    facts_of,
    heading_hint,
    heading_words,
    is_forecast,
    kind_icon,
    kind_words,
    longer_rows_words,
    luck_of,
    terms_of,
)
from kpidesk.ui.widgets.page_parts import Mark
from kpidesk.ui.widgets.pickers import scope_name

if TYPE_CHECKING:
    from kpidesk.core.sensitivity import Sensitivity

PANEL_WIDTH = 300


class FactsPanel(QFrame):
    """The panel; its signals send the Row a button was pressed for, `closed` that it was shut.

    `longer` asks for the rows of the number over a longer time, `before` for those of the period before, `forecast`
    where it will end. `focus` puts the KPI in focus or out of it, `value_wanted` asks for the value of one that is
    typed in.
    """

    receipt = Signal(object)
    longer = Signal(object)
    before = Signal(object)
    trend = Signal(object)
    goal = Signal(object)
    why = Signal(object)
    forecast = Signal(object)
    focus = Signal(object)
    value_wanted = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.row: Row | None = None
        self.setProperty("role", "card")
        self.setAccessibleName("About this number")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._content())
        self._scroll.viewport().setAutoFillBackground(False)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(line())
        outer.addLayout(self._buttons())
        theme.changed.connect(self._refit)
        self._refit()

    def _content(self) -> QWidget:
        inner = QWidget()
        inner.setProperty("role", "page")
        column = QVBoxLayout(inner)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(6)
        column.addLayout(self._head())
        self._add_number(column)
        self._add_words(column)
        column.addSpacing(4)
        column.addWidget(line())
        column.addSpacing(4)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(4)
        column.addLayout(self._facts)
        self.longer_button = button("", lambda: self.longer.emit(self.row), kind="link")
        self.before_button = button("", lambda: self.before.emit(self.row), kind="link")
        for link in (self.longer_button, self.before_button):
            column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        self._add_parts(column)
        self._add_meaning(column)
        column.addStretch(1)
        return inner

    def _head(self) -> QHBoxLayout:
        """Which number it is, of whom and when."""
        head = QHBoxLayout()
        self.name = PlainLabel("", "subheading", wrap=True)
        self.close_button = icon_button(self._theme, "x", "Close (Esc)", self.closed.emit)
        self.whose = PlainLabel("", "small", elide=True)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.name)
        words.addWidget(self.whose)
        self.kind_sign, self.kind = Mark(self._theme, "history", "muted", 13), PlainLabel("", "small", elide=True)
        kind = controls.row(self.kind_sign, self.kind, spacing=5)
        kind.setStretch(1, 1)
        words.addLayout(kind)
        self.focus_button = icon_button(self._theme, "crosshair", "Focus on this (F)", self._ask_focus)
        self.focus_button.setCheckable(True)
        head.addLayout(words, 1)
        head.addWidget(self.focus_button, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _add_number(self, column: QVBoxLayout) -> None:
        number = QHBoxLayout()
        self.value = PlainLabel("", "number")
        self.verdict = Verdict(self._theme)
        number.addWidget(self.value)
        number.addStretch(1)
        number.addWidget(self.verdict)
        column.addLayout(number)
        self.bullet = BigBullet(self._theme)
        column.addWidget(self.bullet)

    def _add_parts(self, column: QVBoxLayout) -> None:
        """Who or what brought how much of it."""
        self.parts_title = PlainLabel("", "caption")
        self.parts = Contributors(self._theme)
        self.parts.opened.connect(self.receipt)
        column.addSpacing(4)
        column.addWidget(self.parts_title)
        column.addWidget(self.parts)
        self.parts_note = PlainLabel("", "small", wrap=True)
        column.addWidget(self.parts_note)

    def _add_words(self, column: QVBoxLayout) -> None:
        """What can be said of the number: where it is heading, how it changed, how sure it is."""
        self.heading = PlainLabel("", wrap=True)
        column.addWidget(self.heading)
        self.basis = PlainLabel("", "small", wrap=True)
        column.addWidget(self.basis)
        self.forecast_button = button("Will we make it?", lambda: self.forecast.emit(self.row), kind="link", hint="L")
        column.addWidget(self.forecast_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.sentence = PlainLabel("", wrap=True)
        self.reason, self.certainty = (PlainLabel("", "small", wrap=True) for _ in range(2))
        self.change = PlainLabel("", "small", wrap=True)
        column.addWidget(self.sentence)
        column.addWidget(self.reason)
        column.addWidget(self.change)
        column.addWidget(self.certainty)
        self._add_luck(column)
        self.why_button = button("Why did it change?", lambda: self.why.emit(self.row), kind="link", hint="W")
        column.addWidget(self.why_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.notices = PlainLabel("", "problem", wrap=True)
        column.addWidget(self.notices)

    def _add_luck(self, column: QVBoxLayout) -> None:
        """What luck leaves open, behind a link; once folded out it stays so."""
        self.luck_button = button(LUCK_TITLE, self._toggle_luck, kind="link")
        self.luck_button.setCheckable(True)
        self.luck = QWidget()
        inside = QVBoxLayout(self.luck)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        self._luck = QVBoxLayout()
        self._luck.setSpacing(4)
        inside.addLayout(self._luck)
        inside.addWidget(PlainLabel(LUCK_MEANS, "small", wrap=True))
        self.luck.setVisible(False)
        column.addWidget(self.luck_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.luck)

    def _toggle_luck(self) -> None:
        self.luck.setVisible(self.luck_button.isChecked())

    def _add_meaning(self, column: QVBoxLayout) -> None:
        """What moves the number, and how it is counted."""
        self.drivers_title = PlainLabel("What moves it", "caption")
        self.drivers = QVBoxLayout()
        self.drivers.setSpacing(2)
        column.addWidget(self.drivers_title)
        column.addLayout(self.drivers)
        column.addSpacing(4)
        self.definition = PlainLabel("", "small", wrap=True)
        column.addWidget(self.definition)
        self.terms = PlainLabel("", "small", wrap=True)
        column.addWidget(self.terms)

    def _buttons(self) -> QVBoxLayout:
        self.rows_button = button("Show the rows", lambda: self.receipt.emit(self.row), kind="primary", hint="Enter")
        self.trend_button = button("Trend", lambda: self.trend.emit(self.row), hint="T")
        self.goal_button = button("Set target", lambda: self.goal.emit(self.row), hint="G")
        self.value_button = button("Type a value…", lambda: self.value_wanted.emit(self.row))
        set_icon(self.rows_button, self._theme, "receipt-text", color="on_accent", size=16)
        set_icon(self.trend_button, self._theme, "trending-up", size=16)
        set_icon(self.goal_button, self._theme, "target", size=16)
        foot = QVBoxLayout()
        foot.setContentsMargins(14, 12, 14, 14)
        foot.setSpacing(8)
        foot.addWidget(self.rows_button)
        foot.addWidget(self.value_button)
        pair = QHBoxLayout()
        pair.setSpacing(8)
        pair.addWidget(self.trend_button, 1)
        pair.addWidget(self.goal_button, 1)
        foot.addLayout(pair)
        return foot

    def show_row(self, row: Row, settings: Settings, *, in_focus: bool = False) -> None:
        """Show what is known about a row, and whether its KPI is in focus."""
        self.row = row
        self._show_which(row, settings, in_focus=in_focus)
        self.value.setText(row.value_text)
        self.verdict.show_row(row)
        self.bullet.show_row(row)
        self._show_words(row)
        self._show_buttons(row)
        self.show_luck(row, settings)
        self.show_parts((), settings)
        self.show_drivers(None)

    def _show_which(self, row: Row, settings: Settings, *, in_focus: bool) -> None:
        self.name.setText(row.kpi.name)
        self.whose.setText(f"{scope_name(row.scope, settings)} · {row.period.label}")
        self.kind_sign.show_icon(kind_icon(row.kpi), "accent" if row.kpi.indicator == "leading" else "muted")
        self.kind.setText(kind_words(row.kpi))
        self.focus_button.setChecked(in_focus)
        words = "No longer in focus (F)" if in_focus else "Focus on this (F)"
        self.focus_button.setAccessibleName(words)
        tip(self.focus_button, words)

    def _show_words(self, row: Row) -> None:
        self.sentence.setText(row.sentence)
        self.sentence.setVisible(row.result.value is None or row.status == "too_few" or row.is_few)
        self.setAccessibleDescription(row.sentence)
        self.certainty.setText(CONFIDENCE_WORDS[row.confidence])
        self.certainty.setVisible(row.confidence != "none")
        self.reason.setText(capital(row.reason))
        is_said = row.reason in row.sentence or row.reason in row.result.notices
        self.reason.setVisible(bool(row.reason) and not is_said)
        self.notices.setText("\n".join(capital(notice) for notice in row.result.notices))
        self.notices.setVisible(bool(row.result.notices))
        self.definition.setText(f"How it is counted\n{row.kpi.sentence}")

    def _show_buttons(self, row: Row) -> None:
        is_empty = row.kpi.is_manual and row.result.value is None
        self.value_button.setVisible(row.kpi.is_manual)
        restyle(self.value_button, "kind", "primary" if is_empty else "")
        self.rows_button.setText("Show the evidence" if row.kpi.is_manual else "Show the rows")
        self.rows_button.setVisible(not is_empty)  # there is no evidence of a value that nobody typed
        self.why_button.setVisible(row.result.value is not None)
        self.goal_button.setText("Change target" if row.target else "Set target")

    def show_luck(self, row: Row, settings: Settings) -> None:
        """Show the facts about a row, which may say more about luck than the one it was selected as."""
        self._fill(self._facts, facts_of(row, settings.currency))
        self.longer_button.setText(longer_rows_words(row))
        self.longer_button.setVisible(bool(longer_rows_words(row)))
        self.before_button.setText(before_rows_words(row))
        self.before_button.setVisible(bool(before_rows_words(row)))
        found = luck_of(row, settings.currency)
        self._fill(self._luck, found)
        self.luck_button.setVisible(bool(found))
        self.luck.setVisible(bool(found) and self.luck_button.isChecked())
        self.change.setText(change_words(row))
        self.change.setVisible(row.change is not None)
        self.terms.setText(terms_of(row, settings.currency))
        self.terms.setVisible(bool(self.terms.text()))
        self.heading.setText(heading_words(row))
        tip(self.heading, heading_hint(row))
        self.heading.setVisible(bool(row.heading))
        self.basis.setText(basis_words(row))
        self.basis.setVisible(bool(self.basis.text()))
        self.forecast_button.setVisible(is_forecast(row))

    def _fill(self, column: QVBoxLayout, facts: Facts) -> None:
        clear(column)
        for name, words in facts:
            column.addLayout(self._fact(name, words))

    def show_drivers(self, found: Sensitivity | None) -> None:
        """Show what one step of each driver would bring, with the arithmetic; nothing for a number without drivers."""
        clear(self.drivers)
        drivers = found.drivers if found is not None else ()
        if found is not None and drivers:
            self.drivers.addWidget(PlainLabel(found.arithmetic, "small", wrap=True))
            self.drivers.addSpacing(4)
        for one in drivers:
            pair = QHBoxLayout()
            step, change = PlainLabel(f"{one.factor.name} {one.step_text}"), PlainLabel(one.change_text)
            for label in (step, change):
                label.setFont(self._theme.font(13))
                tip(label, one.arithmetic)
            change.setAccessibleDescription(one.arithmetic)
            pair.addWidget(step, 1)
            pair.addWidget(change)
            self.drivers.addLayout(pair)
            self.drivers.addWidget(PlainLabel(one.arithmetic, "small", wrap=True))
        if found is not None and drivers and found.note:
            self.drivers.addWidget(PlainLabel(found.note, "small", wrap=True))
        self.drivers_title.setVisible(bool(drivers))

    def _ask_focus(self) -> None:
        """The button shows what is kept, not what was pressed."""
        self.focus_button.setChecked(not self.focus_button.isChecked())
        self.focus.emit(self.row)

    def show_parts(self, rows: Sequence[Row], settings: Settings, note: str = "") -> None:
        """Show which teams or reps the number is made of, with a note; nothing where it cannot be divided.

        Unassigned stands among them where something is.
        """
        rows = [one for one in rows if one.scope.kind != "unassigned" or one.result.n]
        self.parts.show_rows(rows, settings)
        kind = rows[0].scope.kind if rows else "rep"
        self.parts_title.setText("By team" if kind == "team" else "By rep")
        self.parts_title.setVisible(len(self.parts.parts) > 1)
        self.parts_note.setText(note)
        self.parts_note.setVisible(bool(note) and len(self.parts.parts) > 1)

    def _fact(self, name: str, words: str) -> QHBoxLayout:
        pair = QHBoxLayout()
        pair.setSpacing(10)
        left, right = PlainLabel(name, "small"), PlainLabel(words, wrap=True)
        left.setFixedWidth(self._theme.px(104))
        right.setFont(self._theme.font(13))
        pair.addWidget(left, 0, Qt.AlignmentFlag.AlignTop)
        pair.addWidget(right, 1)
        return pair

    def _refit(self) -> None:
        self.setFixedWidth(round(PANEL_WIDTH * max(1.0, min(self._theme.scale, 1.5))))
        if self.row is not None:
            self.update()
