"""The baseline: what history says, by which method and why, to be kept before any target is set."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.goals import BASELINE_WORDS, NO_REASON, NO_REASON_ADVICE, Baseline, Proposal, parse_amount
from kpidesk.core.kpis import Kpi
from kpidesk.core.luck_words import LUCK_MEANS
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, parse_day
from kpidesk.core.wording import capital
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, card, row
from kpidesk.ui.widgets.goal_numbers import BaselineNumbersList
from kpidesk.ui.widgets.goal_text import (
    baseline_head,
    baseline_reason,
    baseline_sample,
    baseline_strength,
    baseline_value,
    history_now,
    period_note,
    read_amount,
)
from kpidesk.ui.widgets.page_parts import Mark, button, fill, say_on

BEST = ""


def _since(baseline: Baseline) -> str:
    """Since when it is frozen: ` on 6 Jul 2026`."""
    return f" on {day_text(parse_day(baseline.frozen_at))}" if baseline.frozen_at else ""


class BaselineCard(QWidget):
    """From where improvement is counted; a class because it is a widget with signals.

    `method_chosen` asks for the baseline by another method (empty: the best). `kept` carries the baseline to keep.
    """

    method_chosen = Signal(str)
    kept = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._kpi: Kpi | None = None
        self._about: tuple[Scope, Period] | None = None
        self._offered: Baseline | None = None
        self._by_hand = False
        self._closed = False
        self._can_keep = True
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(spacing=8)
        self.title = PlainLabel("", "subheading", elide=True)
        self.head = PlainLabel("", "muted", elide=True)
        self.value = PlainLabel("", "number")
        self.sample = PlainLabel("", "muted", elide=True)
        self.beside = self._build_beside()
        figure = row(self.value, self.beside, spacing=12)
        figure.setStretch(1, 1)
        self.reason = PlainLabel("", "small", wrap=True)
        self.sign = Mark(theme, "check", "good", 16)
        self.strength = PlainLabel("", wrap=True)
        strength = row(self.sign, self.strength)
        strength.setStretch(1, 1)
        fill(column, self.title, figure, self.reason, strength)
        self.numbers = BaselineNumbersList(theme)
        column.addWidget(self.numbers)
        column.addLayout(self._build_choice())
        self.problem = PlainLabel("", "problem", wrap=True)
        column.addWidget(self.problem)
        outer.addWidget(frame)

    def _build_beside(self) -> QWidget:
        """What the value is and what it rests on, in two lines at its right."""
        beside = QWidget()
        words = QVBoxLayout(beside)
        words.setContentsMargins(0, 2, 0, 2)
        words.setSpacing(0)
        fill(words, self.head, self.sample)
        return beside

    def _build_choice(self) -> QVBoxLayout:
        self.method = ListBox()
        self.method.setAccessibleName("Method of the baseline")
        self.method.addItem("The best your history supports", BEST)
        for method, words in BASELINE_WORDS.items():
            self.method.addItem(capital(words), method)
        self.method.activated.connect(self._method)
        self.typed = QLineEdit(placeholderText="Value, for example 25% or 120000")
        self.typed.setAccessibleName("Baseline typed by hand")
        self.why = QLineEdit(placeholderText="Where does this number come from?")
        self.why.setAccessibleName("Reason for a baseline typed by hand")
        for field in (self.typed, self.why):
            field.returnPressed.connect(self._keep)
            field.hide()
        self.keep = button("&Keep this baseline", self._keep, "primary")
        self.method.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.method.setMinimumContentsLength(12)
        self.method.setMaximumWidth(self.theme.px(320))
        typed = row(self.typed, self.why)
        typed.setStretch(0, 2)
        typed.setStretch(1, 3)
        column = QVBoxLayout()
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(8)
        choice = row(self.method, None, self.keep)
        choice.setStretch(0, 8)
        fill(column, choice, typed)
        return column

    def show_about(self, kpi: Kpi, scope: Scope, period: Period, organisation: str) -> None:
        """Say for which KPI, scope and period a baseline is wanted."""
        if self._kpi is None or self._kpi.id != kpi.id:
            self._by_hand = False
            self._stop_typing()
        self._kpi, self._about = kpi, (scope, period)
        self.title.setText(f"1   Baseline   ·   {period_note(period, scope, organisation)}")

    def show_baseline(self, kept: Baseline | None, proposal: Proposal | None, currency: str) -> None:
        """Show the baseline that is kept, with what history says now beside it, else the one proposed."""
        offered = proposal.baseline if proposal is not None else None
        self._offered = offered
        if offered is not None and not self._by_hand and self.method.currentData() == "manual":
            self._stop_typing()
        shown = kept or offered
        self.say("")
        if shown is None or self._kpi is None:
            return
        self.head.setText(baseline_head(shown))
        self.value.setText(baseline_value(self._kpi, shown, currency))
        self.sample.setText(baseline_sample(self._kpi, shown))
        self.reason.setText(baseline_reason(self._kpi, shown, currency))
        tip(self.reason, LUCK_MEANS if shown.interval is not None else "")
        frozen = f"Kept{_since(kept)}. " if kept is not None else ""
        now = history_now(self._kpi, kept, offered, currency) if kept is not None else ""
        is_kept = kept is not None and not now
        self.sign.show_icon(*(("triangle-alert", "watch") if shown.weak else ("check", "good")))
        self.strength.setText(f"{frozen}{baseline_strength(self._kpi, shown)} {now}".rstrip())
        say_on(self.keep, "Kept" if is_kept else "Keep this baseline" if kept is None else "Replace the baseline")
        self._allow(not is_kept or self.typed.isVisibleTo(self))
        self._show_parts(visible=True)

    def show_closed(self, *, closed: bool) -> None:
        """Take no other baseline where the period is closed and was judged by a target."""
        self._closed = closed
        for part in (self.method, self.typed, self.why):
            part.setEnabled(not closed)
        self._allow(self._can_keep)

    def _allow(self, can_keep: bool) -> None:
        """Let the baseline be kept, unless the period is closed."""
        self._can_keep = can_keep
        self.keep.setEnabled(can_keep and not self._closed)

    def show_problem(self, error: UserError, kept: Baseline | None, currency: str) -> None:
        """History carries no baseline: say why, and offer to type one; an error only where a method was chosen."""
        is_asked = self.method.currentData() not in (BEST, "manual")
        self.show_baseline(kept, None, currency)
        if kept is None:
            self._show_parts(visible=False)
            self.method.setCurrentIndex(self.method.findData("manual"))
            self._show_typing(typing=True)
            say_on(self.keep, "Keep this baseline")
            self._allow(True)
        elif not is_asked:
            return  # nobody asked for another baseline than the one that is kept
        self.say(str(error), role="problem" if is_asked else "muted")

    def _show_parts(self, *, visible: bool) -> None:
        for part in (self.beside, self.value, self.reason, self.sign, self.strength):
            part.setVisible(visible)
        if not visible:
            self.numbers.show_numbers(None)

    def say(self, text: str, role: str = "problem") -> None:
        """Show what is wrong, or nothing."""
        restyle(self.problem, "role", role)
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _method(self) -> None:
        chosen = str(self.method.currentData())
        typing = self._by_hand = chosen == "manual"
        self._show_typing(typing=typing)
        self.say("")
        if typing:
            self._allow(True)
            say_on(self.keep, "Keep this baseline")
            self.typed.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.method_chosen.emit(chosen)

    def _stop_typing(self) -> None:
        self.method.setCurrentIndex(0)
        self._show_typing(typing=False)

    def _show_typing(self, *, typing: bool) -> None:
        self.typed.setVisible(typing)
        self.why.setVisible(typing)

    def _keep(self) -> None:
        if self.typed.isVisibleTo(self):
            self._keep_typed()
        elif self._offered is not None:
            self.kept.emit(self._offered)

    def _keep_typed(self) -> None:
        if self._kpi is None or self._about is None:
            return
        scope, period = self._about
        for field in (self.typed, self.why):
            restyle(field, "wrong", False)
        blank = Baseline(self._kpi.id, scope, period, math.nan, "manual", "", 0.0)
        try:
            parse_amount(self.typed.text())
            value = read_amount(self.typed.text(), blank, self._kpi)
        except UserError as error:
            restyle(self.typed, "wrong", True)
            self.say(str(error))
            return
        if not self.why.text().strip():
            restyle(self.why, "wrong", True)
            self.say(f"{NO_REASON} {NO_REASON_ADVICE}")
            return
        made = replace(blank, value=value, why=self.why.text().strip(), weak=True)
        self._by_hand = False
        self._show_typing(typing=False)
        self.kept.emit(made)
