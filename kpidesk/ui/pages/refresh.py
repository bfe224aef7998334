"""Quarterly refresh: every target that is due, its old and new baseline, and a decision about each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout

from kpidesk import operations
from kpidesk.core.amount_text import plain_text
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.formats import format_value
from kpidesk.core.periods import Period, shift
from kpidesk.core.refreshing import Choice, Decision, Refresh, RefreshLine
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.core.target_grid import EditPlan, GoalChange
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel, confirm
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.flow_row import FlowRow, Panes
from kpidesk.ui.widgets.goal_tabs import GoalTabs
from kpidesk.ui.widgets.page_parts import button, say_on
from kpidesk.ui.widgets.refresh_nothing import NothingDue
from kpidesk.ui.widgets.refresh_panel import RefreshPanel
from kpidesk.ui.widgets.refresh_table import DueTable
from kpidesk.ui.widgets.refresh_text import (
    Decisions,
    Key,
    accept_words,
    acceptable,
    bare_words,
    key_of,
    progress_words,
)

KEYS: tuple[tuple[Qt.Key, Choice], ...] = ((Qt.Key.Key_A, "accept"), (Qt.Key.Key_E, "edit"), (Qt.Key.Key_K, "keep"))


@dataclass(frozen=True, slots=True)
class RefreshView:
    """What the page shows: the targets that are due, and how the workspace counts."""

    found: Refresh
    settings: Settings


class RefreshPage(Page):
    """The refresh of the period above; a class because pages are widgets.

    Decisions are collected; nothing is written before "Set targets".
    """

    page_id: ClassVar[str] = "refresh"
    title: ClassVar[str] = "Quarterly refresh"
    past_words: ClassVar[str] = "Targets are those of today."
    depends: ClassVar[Change] = Change.GOALS | Change.KPIS | Change.PEOPLE | Change.SETTINGS | Change.DATA
    keeps_place: ClassVar[bool] = True

    def build(self) -> None:
        """The list at the left, one target at the right, progress and the buttons below."""
        self._view: RefreshView | None = None
        self.decisions: Decisions = {}
        self._shown: dict[Key, str] = {}
        column = QVBoxLayout(self.body)
        column.setContentsMargins(24, 4, 24, 20)
        column.setSpacing(12)
        self.tabs = GoalTabs(self.shell, self.page_id)
        column.addLayout(row(self.tabs, None))
        self.nothing = NothingDue()
        column.addWidget(self.nothing, 1)
        self.split = Panes(self.theme)
        frame, inner = card(margins=(1, 4, 1, 4))
        self.table = DueTable(self.theme)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._show_line())
        for key, choice in KEYS:
            self.table.on_key(key, partial(self.choose, choice))
        self.table.on_key(Qt.Key.Key_Delete, self.open_again)
        inner.addWidget(self.table)
        side, beside = card(margins=(1, 1, 1, 1))
        side.setMinimumWidth(self.theme.px(330))
        self.panel = RefreshPanel(self.theme)
        self.panel.decided.connect(self.decide)
        beside.addWidget(self.panel)
        self.split.addWidget(frame)
        self.split.addWidget(side)
        self.split.setStretchFactor(0, 1)
        self.split.setSizes([self.theme.px(660), self.theme.px(350)])
        column.addWidget(self.split, 1)
        self.foot = self._build_foot()
        column.addWidget(self.foot)

    def _build_foot(self) -> QFrame:
        frame, column = card(margins=(16, 10, 12, 10))
        self.progress = PlainLabel("", "strong")
        self.meter = QProgressBar()
        self.meter.setTextVisible(False)
        self.meter.setAccessibleName("Decided")
        self.meter.setFixedWidth(self.theme.px(180))
        self.all = button("Accept &all", self.accept_all)
        self.save = button("&Set targets", self.set_targets, "primary")
        column.addLayout(FlowRow(self.progress, self.meter, None, self.all, self.save, spacing=12))
        return frame

    # --- what is shown ---------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """Every target that is due for the period above the page."""
        asked = question or operations.opening(workspace)
        return RefreshView(operations.refresh(workspace, asked.period), operations.settings(workspace))

    def show_value(self, value: Any) -> None:
        """Show what is due; decisions about it that were made before stay."""
        view: RefreshView = value
        before, self._view = self._view, view
        if before is None or before.found.period != view.found.period:
            self.decisions, self._shown = {}, {}
        has = bool(view.found.lines) and not view.found.closed
        for part in (self.split, self.foot):
            part.setVisible(has)
        self.nothing.setVisible(not has)
        if not has:
            self.nothing.show_state(self._nothing(view))
            return
        due = {key_of(one) for one in view.found.lines}
        self.decisions = {key: one for key, one in self.decisions.items() if key in due}
        here = self.table.line
        self.table.show_due(view.found.lines)
        self.table.go_to(key_of(here) if here is not None else None)
        self._show_line()
        self._show_progress()

    def _nothing(self, view: RefreshView) -> PageState:
        found, period = view.found, view.found.period
        later = shift(period, 1, view.settings)
        act, words = partial(self._go_to_period, later), f"Look at {later.label}"
        if found.closed:
            return PageState(found.closed, "Refresh the targets of a period that runs or is to come.", words, act)
        if found.done and found.bare:
            heading = f"{counted(found.done, 'target')} renewed for {period.label}"
            return PageState(heading, bare_words(found.bare), "Set targets", self._go_to_grid, words, act)
        if found.done:
            done = counted(found.done, "target")
            return PageState(f"All targets of {period.label} are set", f"{done} followed those before.", words, act)
        text = f"No target of an earlier {period.grain if period.grain != 'span' else 'period'} could be followed."
        return PageState(f"Nothing is due for {period.label}", text, "Set targets", self._go_to_grid, words, act)

    def _go_to_period(self, period: Period) -> None:
        if self.question is not None:
            self.shell.set_question(replace(self.question, period=period))

    def _go_to_grid(self) -> None:
        self.shell.show_page("target-grid")

    @property
    def lines(self) -> tuple[RefreshLine, ...]:
        """The targets that are due."""
        return self._view.found.lines if self._view is not None else ()

    def _show_line(self) -> None:
        line, view = self.table.line, self._view
        if line is not None and view is not None:
            decision = self.decisions.get(key_of(line))
            self.panel.show_line(line, view.found.period, decision, view.settings.currency)

    def _show_progress(self) -> None:
        view = self._view
        if view is None:
            return
        done, open_ = len(self.decisions), len(acceptable(self.lines, self.decisions))
        self.progress.setText(progress_words(self.lines, self.decisions))
        self.meter.setRange(0, len(self.lines))
        self.meter.setValue(done)
        say_on(self.all, f"Accept all {open_}" if open_ > 1 else "Accept the last")
        self.all.setVisible(bool(open_))
        say_on(self.save, f"Set targets for {view.found.period.label}")
        self.save.setEnabled(bool(done))
        self.table.show_decisions(self.decisions, self._shown)

    def entered(self) -> None:
        """The keys go to the list."""
        if self._view is not None and self.table.isVisible():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- decisions ---------------------------------------------------------------------------------------------------

    def choose(self, choice: Choice) -> None:
        """Begin to decide about the target in view, as the buttons beside it do."""
        if self.table.line is not None:
            self.panel.choose(choice)

    def open_again(self) -> None:
        """Leave the target in view open again."""
        line = self.table.line
        if line is not None and key_of(line) in self.decisions:
            self.decisions = {key: one for key, one in self.decisions.items() if key != key_of(line)}
            self._show_progress()
            self._show_line()

    def decide(self, decision: Decision) -> None:
        """Look at a decision; when it can be taken, note it and go to the next that is open."""
        view, line = self._view, self.table.line
        if view is None or line is None:
            return
        if decision.choice == "accept":
            self._noted(decision)
            return
        if decision.choice == "edit":
            text = plain_text(decision.text, line.kpi.unit, view.settings.currency)
            decision = replace(decision, text=text)
        period = view.found.period
        self.shell.jobs.ask(
            "look-at-refresh",
            lambda workspace: operations.plan_refresh(workspace, period, (decision,)),
            partial(self._noted, decision),
            self._not_noted,
        )

    def _noted(self, decision: Decision, plan: EditPlan | None = None) -> None:
        view, key = self._view, (decision.kpi_id, decision.scope)
        if view is None:
            return
        self.decisions = {**self.decisions, key: decision}
        changes = plan.changes if plan is not None else ()
        self._shown[key] = next((self._target_text(one) for one in changes), "")
        self._show_progress()
        self._go_to_next(key)

    def _target_text(self, change: GoalChange) -> str:
        view = self._view
        kpi = next((one.kpi for one in self.lines if one.kpi.id == change.about.kpi_id), None)
        if kpi is None or view is None or change.after is None:
            return ""
        return format_value(change.after.target, kpi.display, view.settings.currency)

    def _not_noted(self, error: UserError) -> None:
        field = self.panel.typed if self.panel.choice.value() == "edit" else None
        self.panel.show_problem(str(error), field)

    def _go_to_next(self, key: Key) -> None:
        keys = [key_of(one) for one in self.lines]
        at = keys.index(key) if key in keys else 0
        following = (*keys[at + 1 :], *keys[:at])
        self.table.go_to(next((one for one in following if one not in self.decisions), key))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def accept_all(self) -> None:
        """Accept every proposal that is open, once the manager has read what that means."""
        taken = acceptable(self.lines, self.decisions)
        words = accept_words(self.lines, self.decisions)
        advice = "Nothing is written before you set the targets."
        if self._view is not None and self._view.found.sums:
            words = f"{words} If every proposal is taken: {'; '.join(self._view.found.sums)}."
        if taken and confirm(self, "Accept all", words, advice, yes=f"Accept {len(taken)}"):
            new = {key_of(one): Decision(one.kpi.id, one.scope, "accept") for one in taken}
            self.decisions = {**self.decisions, **new}
            self._show_progress()
            self._show_line()
            self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_targets(self) -> None:
        """Set what was decided, all of it or nothing."""
        view = self._view
        if view is None or not self.decisions:
            return
        period, decisions = view.found.period, tuple(self.decisions.values())
        self.shell.jobs.ask(
            "apply-refresh",
            lambda workspace: operations.apply_refresh(workspace, period, decisions),
            partial(self._set, period),
            self.shell.show_error,
            certain=True,
        )

    def _set(self, period: Period, changes: tuple[GoalChange, ...]) -> None:
        self.decisions, self._shown = {}, {}
        back = operations.taken_back(EditPlan(period, changes, (), "the refresh"))
        self.shell.toast(
            f"{counted(len(changes), 'target')} set for {period.label}.",
            button="Undo",
            act=partial(self._take_back, back),
        )
        self.shell.announce(Change.GOALS)

    def _take_back(self, plan: EditPlan) -> None:
        self.shell.jobs.ask(
            "apply-refresh",
            lambda workspace: operations.apply_edits(workspace, plan),
            lambda _: self.shell.announce(Change.GOALS),
            self.shell.show_error,
            certain=True,
        )
