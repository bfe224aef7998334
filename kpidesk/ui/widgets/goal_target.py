"""The target: keep the baseline, +10 %, or type; with what follows from it shown while typing."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.applying import Applied
from kpidesk.core.errors import UserError
from kpidesk.core.formats import format_value
from kpidesk.core.goals import NO_BASELINE, NO_BASELINE_ADVICE, Baseline, Proposal, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.ladders import Ladder
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import Segments, card, row
from kpidesk.ui.widgets.goal_outlook import Outlook
from kpidesk.ui.widgets.goal_text import (
    TIER_NAMES,
    Tiers,
    as_target,
    exact_words,
    field_text,
    noticeable_note,
    out_of_order,
    read_amount,
    stepped_tiers,
    tier_note,
    typed_tiers,
)
from kpidesk.ui.widgets.goal_tiers import TierScale
from kpidesk.ui.widgets.page_parts import button, fill, say_on

KEEP, TEN, TYPE = "keep", "ten", "type"


class TargetCard(QWidget):
    """Minimum, target and stretch over a kept baseline; a class because it is a widget with a signal.

    `wanted` carries a target and the reason for it, `previewed` the target in the fields whenever it changes.
    """

    wanted = Signal(object, str)
    previewed = Signal(float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._kpi: Kpi | None = None
        self._baseline: Baseline | None = None
        self._proposal: Proposal | None = None
        self._before: Target | None = None
        self._shown: Tiers | None = None
        self._currency = ""
        self._exact: tuple[float, ...] = ()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(spacing=10)
        self.title = PlainLabel("2   Target", "subheading")
        self.mode = Segments((("Keep the baseline", KEEP), ("+10%", TEN), ("Type", TYPE)), "Target")
        self.mode.chosen.connect(self._mode_chosen)
        head = row(self.title, None, self.mode)
        column.addLayout(head)
        self.refusal = PlainLabel(f"{NO_BASELINE} {NO_BASELINE_ADVICE}", "muted", wrap=True)
        self.held = PlainLabel("", "muted", wrap=True)
        self.closed = PlainLabel("", wrap=True)
        fill(column, self.held, self.closed, self.refusal)
        self.held.hide()
        self.closed.hide()
        self.scale = TierScale(theme)
        column.addWidget(self.scale)
        self.inputs = QWidget()
        column.addWidget(self.inputs)
        self._build_inputs()
        self.problem = PlainLabel("", "problem", wrap=True)
        column.addWidget(self.problem)
        self.outlook = Outlook(theme)
        column.addWidget(self.outlook)
        column.addLayout(self._build_foot())
        outer.addWidget(frame)

    def _build_inputs(self) -> None:
        grid = QGridLayout(self.inputs)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        self.fields: list[QLineEdit] = []
        self.effects: list[PlainLabel] = []
        for place, name in enumerate(TIER_NAMES):
            label = PlainLabel(name, "small")
            field = QLineEdit()
            field.setAccessibleName(name)
            field.textEdited.connect(self._typed)
            field.returnPressed.connect(self._set)
            label.setBuddy(field)
            effect = PlainLabel("", "small", elide=True)
            self.fields.append(field)
            self.effects.append(effect)
            for line, widget in enumerate((label, field, effect)):
                grid.addWidget(widget, line, place)
            grid.setColumnStretch(place, 1)

    def _build_foot(self) -> QVBoxLayout:
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Reason for the change")
        self.reason.setMaxLength(200)
        self.reason.returnPressed.connect(self._set)
        self.save = button("Set &target", self._set, "primary")
        foot = row(self.reason, self.save)
        foot.setStretch(0, 1)
        column = QVBoxLayout()
        column.addLayout(foot)
        return column

    def show_target(
        self, kpi: Kpi, baseline: Baseline | None, before: Target | None, proposal: Proposal | None, currency: str
    ) -> None:
        """Show the target in force or a proposal; without a baseline only the words that refuse one.

        What is being typed about the same KPI, baseline and target stays.
        """
        is_same = (self._kpi, self._baseline, self._before) == (kpi, baseline, before)
        self._kpi, self._baseline, self._before = kpi, baseline, before
        self._proposal, self._currency = proposal, currency
        if is_same and baseline is not None:
            self._preview()
            return
        has = baseline is not None
        for part in (self.scale, self.inputs, self.outlook, self.mode, self.save):
            part.setVisible(has)
        self.refusal.setVisible(not has)
        self.reason.setVisible(has)
        self.reason.setPlaceholderText("Why does it change?" if before else "Reason, if there is one to remember")
        self.say("")
        self.show_ladder(None)
        if baseline is None:
            return
        self.reason.clear()
        say_on(self.save, "Change target" if before else "Set target")
        if before is not None:
            self._fill(Tiers(before.minimum, before.target, before.stretch), TYPE)
        else:
            self._step(TEN)

    def say(self, text: str) -> None:
        """Show what is wrong, or nothing."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def show_held(self, held: Applied | None) -> None:
        """Say which target holds now and why this one; nothing where none does."""
        self.held.setVisible(held is not None and self._kpi is not None)
        if held is not None and self._kpi is not None:
            shown = format_value(held.target.target, self._kpi.display, self._currency)
            self.held.setText(f"In force: {shown}, {held.why}.")

    def show_closed(self, words: str) -> None:
        """Say that the target is read-only and take nothing in; without `words` it can be set."""
        self.closed.setText(words)
        self.closed.setVisible(bool(words))
        for part in (self.mode, self.inputs, self.reason):
            part.setEnabled(not words)
        self.save.setEnabled(not words and self._shown is not None)

    def show_ladder(self, ladder: Ladder | None) -> None:
        """Show what follows from the target in the fields; nothing while that is not known."""
        tiers, note = self._shown, ""
        if ladder is not None and tiers is not None and self._proposal is not None and self._kpi is not None:
            note = noticeable_note(self._kpi, tiers, self._proposal, self._currency)
        self.outlook.show_ladder(ladder, note)

    def _fill(self, tiers: Tiers, mode: str) -> None:
        if self._kpi is None:
            return
        self.mode.set_value(mode)
        self._exact = tiers.values()
        for field, value in zip(self.fields, tiers.values(), strict=True):
            field.setText(field_text(self._kpi, value))
            field.setCursorPosition(0)
            tip(field, "")
        self._preview()

    def _step(self, mode: str) -> None:
        """Fill in the rounded tiers of a step from the baseline; the exact ones are a tooltip away."""
        if self._kpi is None or self._baseline is None:
            return
        uplift = 0.10 if mode == TEN else 0.0
        self._fill(stepped_tiers(self._baseline, uplift, self._kpi), mode)
        for field, words in zip(
            self.fields, exact_words(self._baseline, uplift, self._kpi, self._currency), strict=True
        ):
            tip(field, words)

    def _mode_chosen(self, mode: object) -> None:
        if self._kpi is None or self._baseline is None:
            return
        if mode == TYPE:
            self.fields[1].setFocus(Qt.FocusReason.OtherFocusReason)
            self.fields[1].selectAll()
        else:
            self._step(str(mode))

    def _typed(self) -> None:
        self.mode.set_value(TYPE)
        self._preview()

    def tiers(self) -> Tiers | None:
        """The tiers in the fields; None when they cannot be read, and then the reason is shown."""
        if self._kpi is None or self._baseline is None:
            return None
        try:
            return typed_tiers([field.text() for field in self.fields], self._baseline, self._kpi, self._exact)
        except UserError as error:
            self.say(str(error))
            return None

    def _preview(self) -> None:
        """Show what the numbers in the fields come to."""
        self.say("")
        tiers = self._shown = self.tiers()
        self.save.setEnabled(tiers is not None and not self.closed.text())
        self._mark_fields()
        if tiers is None or self._kpi is None or self._baseline is None:
            for effect in self.effects:
                effect.setText("")
            return
        for field, effect, value in zip(self.fields, self.effects, tiers.values(), strict=True):
            shown = format_value(value, self._kpi.display, self._currency)
            note = tier_note(self._kpi, value, self._baseline, self._currency)
            effect.setText(f"{shown}: {note}" if field.text().strip()[:1] in {"+", "-", "−", ""} else note)
        self.scale.show_tiers(self._kpi, self._baseline, tiers, self._currency)
        self.previewed.emit(tiers.target)

    def _mark_fields(self) -> None:
        """Frame the fields that cannot be read, or lie on the wrong side of the target."""
        values = [self._read(field.text()) for field in self.fields]
        wrong = [value is None for value in values]
        low, goal, high = values
        if self._kpi is not None and low is not None and goal is not None and high is not None:
            wrong = list(out_of_order(Tiers(low, goal, high), self._kpi))
        for field, is_wrong in zip(self.fields, wrong, strict=True):
            restyle(field, "wrong", is_wrong)

    def _read(self, text: str) -> float | None:
        """A field as a number, NaN when it is empty, None when it cannot be read."""
        if not text.strip() or self._kpi is None or self._baseline is None:
            return math.nan
        try:
            return read_amount(text, self._baseline, self._kpi)
        except UserError:
            return None

    def _set(self) -> None:
        tiers = self.tiers()
        if tiers is None or self._baseline is None:
            return
        reason = self.reason.text().strip()
        if self._before is not None and not reason:
            self.say("A target that changes needs a reason: it stays in the history.")
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.say("")
        self.wanted.emit(as_target(tiers, self._baseline, reason), reason)
