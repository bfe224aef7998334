"""The first targets: for each first-day KPI what history says, and Keep, +10 %, type, or leave what holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.applying import Applied
from kpidesk.core.errors import UserError
from kpidesk.core.formats import format_value
from kpidesk.core.goals import Baseline, Proposal, Target, weakness
from kpidesk.core.kpis import Kpi
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.widgets.controls import Segments, clear, line, row
from kpidesk.ui.widgets.goal_text import (
    Tiers,
    as_target,
    baseline_head,
    baseline_sample,
    baseline_value,
    exact_words,
    field_text,
    stepped_tiers,
    tier_note,
    typed_tiers,
)

KEEP, TEN, TYPE, SKIP = "keep", "ten", "type", "skip"
PLAN_OFFERED = "Your history with 10% on top. One number is enough; leave it empty when there is no plan."
PLAN_LATER = (
    "Your history does not carry a baseline of bookings yet, and a target needs a baseline first. "
    "You can set both later under KPIs & targets."
)


@dataclass(frozen=True, slots=True)
class Goal:
    """A baseline and the target upon it, ready to be set together."""

    baseline: Baseline
    target: Target


class FirstGoal(QWidget):
    """One KPI of the first day; a class because it is a widget with a signal.

    `changed` is sent whenever what would be set is another. A target that holds already stays unless one is chosen.
    """

    changed = Signal()

    def __init__(self, kpi: Kpi, proposal: Proposal | None, currency: str, holds: Applied | None = None) -> None:
        super().__init__()
        self.kpi, self.proposal, self.holds, self._currency = kpi, proposal, holds, currency
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 10)
        column.setSpacing(2)
        self.name = PlainLabel(kpi.name, "subheading", elide=True)
        self.history = PlainLabel(_history_words(kpi, proposal, currency), "muted", elide=True)
        self.effect = PlainLabel("", "small", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.name, self.history, self.effect):
            words.addWidget(label)
        last = "Skip" if holds is None else "Leave"
        self.mode = Segments((("Keep", KEEP), ("+10%", TEN), ("Type", TYPE), (last, SKIP)), kpi.name)
        self.mode.set_value(TEN if proposal is not None and holds is None else SKIP)
        self.mode.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.mode.chosen.connect(self._chosen)
        self.typed = QLineEdit(placeholderText="e.g. 25% or +3pp")
        self.typed.setAccessibleName(f"Target of {kpi.name}")
        self.typed.setFixedWidth(140)
        self.typed.textEdited.connect(self._refresh)
        self.typed.hide()
        across = row(self.typed, self.mode, spacing=10)
        across.insertLayout(0, words, 1)
        column.addLayout(across)
        self.mode.setVisible(proposal is not None)  # only now: without a parent it would open as a window
        self._refresh()

    def _chosen(self, mode: object) -> None:
        self.typed.setVisible(mode == TYPE)
        if mode == TYPE:
            self.typed.setFocus()
        self._refresh()

    def type_target(self, text: str) -> None:
        """Start from a target that was said elsewhere."""
        self.mode.set_value(TYPE)
        self.typed.setVisible(True)
        self.typed.setText(text)
        self._refresh()

    def leave(self) -> None:
        """Take back a target that was said elsewhere, so that what holds stays."""
        if self.mode.value() == TYPE:
            self.mode.set_value(SKIP)
            self.typed.hide()
            self._refresh()

    def tiers(self) -> Tiers | None:
        """What would be set; None when skipped.

        Raises:
            UserError: the target typed cannot be read.
        """
        mode = self.mode.value()
        if self.proposal is None or mode == SKIP:
            return None
        baseline = self.proposal.baseline
        if mode == TYPE:
            return typed_tiers(("", self.typed.text(), ""), baseline, self.kpi)
        return stepped_tiers(baseline, 0.10 if mode == TEN else 0.0, self.kpi)

    def goal(self) -> Goal | None:
        """Baseline and target together; None when skipped.

        Raises:
            UserError: the target typed cannot be read.
        """
        tiers = self.tiers()
        if tiers is None or self.proposal is None:
            return None
        baseline = self.proposal.baseline
        return Goal(baseline, as_target(tiers, baseline))

    def _tell_exactly(self) -> None:
        """What was rounded is a tool tip away, and read to who does not see."""
        uplift = {KEEP: 0.0, TEN: 0.10}.get(str(self.mode.value()))
        words = ""
        if self.proposal is not None and uplift is not None:
            exact = exact_words(self.proposal.baseline, uplift, self.kpi, self._currency)
            words = "\n".join(
                f"{name}: {one}" for name, one in zip(("Minimum", "Target", "Stretch"), exact, strict=True)
            )
        tip(self.effect, words)
        self.effect.setAccessibleDescription(words)

    def _refresh(self) -> None:
        self._tell_exactly()
        restyle(self.typed, "wrong", False)
        try:
            tiers = self.tiers()
        except UserError as error:
            restyle(self.typed, "wrong", bool(self.typed.text()))
            self.effect.setText(error.problem if self.typed.text() else "Type a number, a share, +10% or +3pp.")
        else:
            self.effect.setText(self._effect_words(tiers))
        self.changed.emit()

    def _effect_words(self, tiers: Tiers | None) -> str:
        holds = held_words(self.kpi, self.holds, self._currency) if self.holds is not None else ""
        if tiers is None or self.proposal is None:
            none = "" if self.proposal is None else "No target for now."
            return f"The {holds} stays in force." if holds else none
        names = zip(("minimum", "target", "stretch"), tiers.values(), strict=True)
        shown = ", ".join(f"{name} {_shown(self.kpi, value, self._currency)}" for name, value in names)
        note = tier_note(self.kpi, tiers.target, self.proposal.baseline, self._currency)
        return f"{shown[0].upper()}{shown[1:]} ({note}){f', in place of the {holds}' if holds else ''}"


def held_words(kpi: Kpi, holds: Applied, currency: str) -> str:
    """A target that holds already, within a sentence: "quota from Quotas.csv ($653K)"."""
    what = holds.why if holds.target.version == 0 else f"target {holds.why}"
    return f"{what} ({_shown(kpi, holds.target.target, currency)})"


def _shown(kpi: Kpi, value: float, currency: str) -> str:
    return field_text(kpi, value) if kpi.unit == "percent" else format_value(value, kpi.display, currency)


def plan_note(steps: operations.FirstSteps, kpi: Kpi | None, currency: str) -> str:
    """Where the plan of bookings in the field is from: the target that holds already, else history."""
    holds, offered = steps.in_force.get("bookings"), steps.booking_target
    if holds is None or kpi is None:
        gap = f" The quotas in your files make no target of the whole: {steps.quota_gap}." if steps.quota_gap else ""
        return f"{PLAN_OFFERED if offered is not None else PLAN_LATER}{gap}"
    stays = f"The {held_words(kpi, holds, currency)} stays in force"
    if offered is None:
        return f"{stays}. {PLAN_LATER}"
    own = format_value(offered, kpi.display, currency)
    return f"{stays} unless you write another number. Your history with 10% on top would be {own}."


def _history_words(kpi: Kpi, proposal: Proposal | None, currency: str) -> str:
    if proposal is None:
        return "Your history does not carry a baseline yet. You can set one later under KPIs & targets."
    sample = baseline_sample(kpi, proposal.baseline)
    weak = f" · weak: {weakness(proposal.baseline, kpi)}" if proposal.baseline.weak else ""
    value = baseline_value(kpi, proposal.baseline, currency)
    return f"{baseline_head(proposal.baseline)}: {value}{f' ({sample})' if sample else ''}{weak}"


class FirstGoals(QWidget):
    """The KPIs of the first day under each other; a class because it is a widget with a signal."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.lines: list[FirstGoal] = []

    def show_proposals(
        self,
        proposals: Sequence[tuple[str, Proposal | None]],
        kpis: Mapping[str, Kpi],
        currency: str,
        in_force: Mapping[str, Applied],
    ) -> None:
        """Show what history proposes for each KPI, and the target that it has already."""
        clear(self._column)
        self.lines = []
        for kpi_id, proposal in proposals:
            if kpi_id not in kpis:
                continue
            if self.lines:
                self._column.addWidget(line())
            one = FirstGoal(kpis[kpi_id], proposal, currency, in_force.get(kpi_id))
            one.changed.connect(self.changed)
            self.lines.append(one)
            self._column.addWidget(one)

    def goals(self) -> tuple[Goal, ...]:
        """Everything that would be set.

        Raises:
            UserError: a target typed cannot be read; the KPI is named.
        """
        found = []
        for one in self.lines:
            try:
                goal = one.goal()
            except UserError as error:
                raise UserError(f"{one.kpi.name}: {error.problem}", error.advice) from None
            if goal is not None:
                found.append(goal)
        return tuple(found)
