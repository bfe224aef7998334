"""KPIs & targets: what is measured and why, the baseline, then the target, then how it changed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout

from kpidesk import operations
from kpidesk.core.applying import Applied
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.goals import (
    NO_BASELINE,
    NO_BASELINE_ADVICE,
    Baseline,
    Proposal,
    Target,
    far_words,
    in_points,
)
from kpidesk.core.kpis import Kpi, unfilled
from kpidesk.core.ladders import Ladder
from kpidesk.core.lint_facts import Fix, crowded
from kpidesk.core.people import ORG, Scope
from kpidesk.core.scorecards import Question
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import ask_reason, confirm
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.widgets.check_text import BACK
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.flow_row import Panes
from kpidesk.ui.widgets.goal_back import ask_back, show_versions
from kpidesk.ui.widgets.goal_baseline import BaselineCard
from kpidesk.ui.widgets.goal_definition import DefinitionCard
from kpidesk.ui.widgets.goal_filters import Entry
from kpidesk.ui.widgets.goal_findings import Findings
from kpidesk.ui.widgets.goal_history import KpiHistory, TargetHistory
from kpidesk.ui.widgets.goal_list import KpiList
from kpidesk.ui.widgets.goal_loading import GoalsView, goals_view
from kpidesk.ui.widgets.goal_newer import ask_newer
from kpidesk.ui.widgets.goal_numbers import ask_numbers
from kpidesk.ui.widgets.goal_tabs import GoalTabs
from kpidesk.ui.widgets.goal_target import TargetCard
from kpidesk.ui.widgets.goal_text import pack_words, saved_words
from kpidesk.ui.widgets.goal_undo import GoalKeeping
from kpidesk.ui.widgets.goal_whom import WhomRow
from kpidesk.ui.widgets.page_parts import Column, fill
from kpidesk.ui.widgets.score_actions import ScoreActions
from kpidesk.ui.widgets.taking_up import why_so_many


class GoalsPage(Page):
    """The KPIs with baseline and target for the chosen scope and period; a class because pages are widgets."""

    page_id: ClassVar[str] = "goals"
    title: ClassVar[str] = "KPIs & targets"
    past_words: ClassVar[str] = "Definitions, baselines and targets are those of today."
    depends: ClassVar[Change] = Change.EVERYTHING
    keeps_place: ClassVar[bool] = True

    def build(self) -> None:
        """List on the left; definition, baseline, target and history on the right."""
        self._view: GoalsView | None = None
        self._kpi_id = ""
        self._proposal: Proposal | None = None
        self._for_role = False
        self.keeping = GoalKeeping(self.shell, self)
        self.acts = ScoreActions(self.shell, self)
        whole = QVBoxLayout(self.body)
        whole.setContentsMargins(24, 4, 0, 20)
        whole.setSpacing(12)
        self.tabs = GoalTabs(self.shell, self.page_id)
        whole.addLayout(row(self.tabs, None))
        outer = Panes(self.theme)
        whole.addWidget(outer, 1)
        frame, column = card(margins=(1, 14, 1, 8))
        self.list = KpiList(self.theme)
        column.addWidget(self.list)
        frame.setMinimumWidth(self.theme.px(272))
        self.right = Column(margins=(0, 0, 24, 0), widest=1040, centred=False, whole=True)
        self.findings = Findings(self.theme)
        self.definition = DefinitionCard(self.theme)
        self.baseline = BaselineCard(self.theme)
        self.target = TargetCard(self.theme)
        self.history = TargetHistory(self.theme)
        self.timeline = KpiHistory(self.theme)
        self.whom = WhomRow()
        cards = (self.findings, self.definition, self.whom, self.baseline, self.target, self.history, self.timeline)
        fill(self.right.column, *cards)
        self.right.column.addStretch(1)
        outer.addWidget(frame)
        outer.addWidget(self.right)
        outer.setSizes([self.theme.px(272), self.theme.px(784)])
        outer.setStretchFactor(1, 1)
        self._connect()

    def _connect(self) -> None:
        self.list.chosen.connect(self.open_kpi)
        self.list.pack_chosen.connect(self.start_from)
        self.list.new_wanted.connect(self.write_new)
        self.findings.chosen.connect(self.open_kpi)
        self.findings.check_wanted.connect(lambda: self.shell.show_page("check"))
        self.definition.saved.connect(self.save_kpi)
        self.definition.edit_wanted.connect(self.edit_formula)
        self.definition.value_wanted.connect(self.type_value)
        self.definition.newer_wanted.connect(partial(ask_newer, self.shell, self))
        self.timeline.back_wanted.connect(partial(ask_back, self.shell, self))
        self.baseline.method_chosen.connect(self._propose)
        self.baseline.kept.connect(self.keep_baseline)
        self.baseline.numbers.opened.connect(self.shell.open_receipt)
        self.whom.chosen.connect(self.choose_whom)
        self.target.wanted.connect(self.set_target)
        self.keeping.baseline_kept.connect(self._baseline_kept)
        self.keeping.baseline_refused.connect(partial(_say_on, self.baseline))
        self.keeping.target_refused.connect(partial(_say_on, self.target))
        self.target.previewed.connect(self._look_ahead)
        self.target.outlook.add_wanted.connect(self._add_kpi)

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """Every KPI and every goal; the proposal for the KPI in view is asked for on its own."""
        return goals_view(workspace, question)

    def show_value(self, value: Any) -> None:
        """Show the KPIs and stay on the one in view."""
        view: GoalsView = value
        before, self._view = self._view, view
        if before is None or before.role != view.role or before.question.scope != view.question.scope:
            self._for_role = False
        if not view.entries:
            self.show_state(PageState("There are no KPIs in this workspace."))
            return
        ids = [entry.kpi.id for entry in view.entries]
        if self._kpi_id not in ids:
            self._kpi_id = ids[0]
        self.list.show_entries(view.entries, self._kpi_id)
        self.list.show_packs(operations.packs())
        self.findings.show_findings(view.findings, ids)
        self._show_kpi()

    def open_kpi(self, kpi_id: str) -> None:
        """Go to a KPI, also from another page; remembered when the page is still loading."""
        if kpi_id == self._kpi_id and self.definition.entry is not None:
            return
        self._kpi_id = kpi_id
        self.list.select(kpi_id)
        if self._view is not None:
            self._show_kpi()

    def entry(self) -> Entry | None:
        """The KPI in view."""
        entries = self._view.entries if self._view is not None else ()
        return next((entry for entry in entries if entry.kpi.id == self._kpi_id), None)

    def kept_baseline(self) -> Baseline | None:
        """The baseline kept for the KPI, scope and period in view."""
        view = self._view
        return view.book.baseline(self._kpi_id, self.scope, view.question.period) if view else None

    @property
    def scope(self) -> Scope:
        """For whom baseline and target are set: whom is chosen above, or everybody with the role of that rep."""
        view = self._view
        if view is None:
            return ORG
        return view.role if self._for_role and view.role is not None else view.question.scope

    def choose_whom(self, for_role: bool) -> None:
        """Set baseline and target for the rep alone, or for everybody with the same role."""
        self._for_role = for_role
        self._show_kpi()

    def _show_kpi(self) -> None:
        view, entry = self._view, self.entry()
        if view is None or entry is None:
            return
        scope, period = self.scope, view.question.period
        self._proposal = None
        role = view.role.name if view.role is not None else ""
        self.whom.show_whom(view.question.scope.name, role, for_role=self._for_role)
        self.definition.show_entry(entry)
        self.definition.show_newer(next((one for one in view.newer if one.where == entry.kpi.id), None))
        self._ask_words(entry.kpi)
        self.baseline.show_about(entry.kpi, scope, period, view.settings.organisation)
        self.baseline.setVisible(entry.computable)
        self.target.setVisible(entry.computable)
        self._show_goals()
        self.history.show_history(view.book, entry.kpi, scope, view.settings.currency)
        self.timeline.show_events(view.events, entry.kpi, scope)
        show_versions(self.shell, self.timeline, entry.kpi)
        if entry.computable:
            self._propose("")
            self._ask_held(entry.kpi)

    def _ask_held(self, kpi: Kpi) -> None:
        view = self._view
        if view is not None:
            scope, period = self.scope, view.question.period
            self.shell.jobs.ask(
                "target-held",
                lambda workspace: (
                    operations.applied(workspace, kpi, scope, period),
                    operations.closed_for(workspace, kpi, scope, period),
                ),
                lambda found: self._show_held(*found),
                lambda _: self._show_held(None, ""),
            )

    def _show_held(self, held: Applied | None, closed: str) -> None:
        self.target.show_held(held)
        self.target.show_closed(closed)
        self.baseline.show_closed(closed=bool(closed))

    def _look_ahead(self, aim: float) -> None:
        """Ask what follows from the target in the fields."""
        view = self._view
        if view is None:
            return
        kpi_id, scope, period = self._kpi_id, self.scope, view.question.period
        points = in_points(self.target.fields[1].text())
        self.shell.jobs.ask(
            "ladder",
            lambda workspace: operations.ladder_of(workspace, kpi_id, scope, period, target=aim, by_points=points),
            self._show_ladder,
            lambda _: self.target.show_ladder(None),
        )

    def _show_ladder(self, ladder: Ladder) -> None:
        if (ladder.kpi_id, ladder.scope) == (self._kpi_id, self.scope):
            self.target.show_ladder(ladder)

    def _add_kpi(self, kpi_id: str) -> None:
        """Take a KPI that moves sooner into use."""
        entries = self._view.entries if self._view is not None else ()
        found = next((one.kpi for one in entries if one.kpi.id == kpi_id), None)
        if found is not None:
            self.save_kpi(replace(found, status="active"))

    def _show_goals(self) -> None:
        view, entry = self._view, self.entry()
        if view is None or entry is None:
            return
        kept, currency = self.kept_baseline(), view.settings.currency
        before = view.book.target(self._kpi_id, self.scope, view.question.period)
        self.baseline.show_baseline(kept, self._proposal, currency)
        ask_numbers(self.shell, self.baseline.numbers, kept or (self._proposal.baseline if self._proposal else None))
        self.target.show_target(entry.kpi, kept, before, self._proposal, currency)

    def _propose(self, method: str) -> None:
        view = self._view
        if view is None:
            return
        kpi_id, scope, period = self._kpi_id, self.scope, view.question.period
        self.shell.jobs.ask(
            "proposal",
            lambda workspace: operations.propose(workspace, kpi_id, scope, period, method=method),
            self._proposed,
            self._not_proposed,
        )

    def _proposed(self, proposal: Proposal) -> None:
        if proposal.baseline.kpi_id == self._kpi_id:
            self._proposal = proposal
            self._show_goals()

    def _not_proposed(self, error: UserError) -> None:
        view, entry = self._view, self.entry()
        if view is not None and entry is not None:
            self._proposal = None
            self._show_goals()
            self.baseline.show_problem(error, self.kept_baseline(), view.settings.currency)

    def _ask_words(self, kpi: Kpi) -> None:
        """Ask for the formula in words; a built-in has none."""
        if kpi.formula:
            self.shell.jobs.ask(
                "definition-words",
                lambda workspace: str(operations.show_kpi(workspace, kpi.id)["words"]),
                lambda words: self.definition.show_words(kpi.id, words),
                self._kpi_refused,
            )

    def edit_formula(self, kpi_id: str) -> None:
        """Go to where the formula of a KPI is written."""
        page: Any = self.shell.show_page("editor")
        if page is not None:
            page.open_kpi(kpi_id)

    def type_value(self, kpi_id: str) -> None:
        """Ask for the value of a KPI that is typed in, for the scope and period in view."""
        view = self._view
        if view is not None:
            question = replace(view.question, by="", periods=1)
            self.shell.jobs.ask(
                "value-before",
                lambda workspace: operations.scorecard(workspace, question, (kpi_id,)).rows[0],
                self.acts.ask_value,
                self._kpi_refused,
            )

    def write_new(self) -> None:
        """Go to where a new KPI is written."""
        page: Any = self.shell.show_page("editor")
        if page is not None:
            page.new_kpi()

    def save_kpi(self, kpi: Kpi) -> None:
        """Keep a KPI with other words, or active, or retired; one too many needs a reason."""
        known = [entry.kpi for entry in self._view.entries] if self._view is not None else []
        reason = "" if kpi.reason == BACK else ask_reason(self, crowded(known, (kpi,)))
        if reason is None:
            return
        before = next((one for one in known if one.id == kpi.id), kpi)
        kpi = replace(kpi, reason=reason) if reason else kpi
        self.shell.jobs.ask(
            "save-kpi", lambda workspace: operations.save_kpi(workspace, kpi), partial(self._kpi_saved, before),
            self._kpi_refused,
        )  # fmt: skip

    def _kpi_saved(self, before: Kpi, kpi: Kpi) -> None:
        self.shell.toast(saved_words(kpi), button="Undo", act=partial(self.save_kpi, replace(before, reason=BACK)))
        self.shell.announce(Change.KPIS)

    def _kpi_refused(self, error: UserError) -> None:
        self.definition.say(str(error))

    def start_from(self, pack_id: str) -> None:
        """Take the KPIs of a pack into use, beside those that are; too many need a reason."""
        known = [entry.kpi for entry in self._view.entries] if self._view is not None else []
        pack = next(one for one in operations.packs() if one.id == pack_id)
        reason = why_so_many(self, (kpi for kpi in known if not unfilled(kpi) or kpi.status == "active"), pack.kpis)
        if reason is None:
            return
        self.shell.jobs.ask(
            "start-pack",
            lambda workspace: operations.start_from(workspace, pack_id, reason=reason),
            self._pack_started,
            lambda error: self.shell.toast(str(error)),
        )

    def _pack_started(self, done: operations.PackStart) -> None:
        new = tuple(kpi.id for kpi in done.activated)
        self.shell.toast(pack_words(done.pack, len(new), len(done.drafts), len(done.waiting)),
                         button="Undo" if new else "", act=partial(self._leave_pack, new) if new else None)  # fmt: skip
        first = (*done.activated, *(kpi for kpi, _ in done.drafts), *done.kept)[0]
        self.open_kpi(first.id)
        self.shell.announce(Change.KPIS)

    def _leave_pack(self, kpi_ids: tuple[str, ...]) -> None:
        fix = Fix("bring_back", kpi_ids, "Undo")
        self.shell.jobs.ask("start-pack", lambda workspace: operations.apply_fix(workspace, fix),
                            lambda _: self.shell.announce(Change.KPIS), self._kpi_refused)  # fmt: skip

    def keep_baseline(self, baseline: Baseline) -> None:
        """Freeze a baseline for the scope and period in view; the target can then be set."""
        self.keeping.keep_baseline(self.kept_baseline(), baseline)

    def _baseline_kept(self, baseline: Baseline) -> None:
        view = self._view
        if view is not None:
            book = replace(view.book, baselines=(*view.book.baselines, baseline))
            self._view = replace(view, book=book)
            self._show_goals()
            self.target.mode.buttons()[1].setFocus(Qt.FocusReason.OtherFocusReason)

    def set_target(self, target: Target, reason: str = "") -> None:
        """Set a target, which can be undone here. Without a baseline it is refused."""
        view = self._view
        if view is None:
            return
        base, entry = view.book.baseline(target.kpi_id, target.scope, target.period), self.entry()
        if base is None:
            self.keeping.target_refused.emit(UserError(NO_BASELINE, NO_BASELINE_ADVICE))
            return
        whose = target.scope.name or "Organisation"
        far = far_words(target, base, entry.kpi, whose, view.settings.currency) if entry is not None else ""
        if far and not confirm(self, "Set target", far, "Is that what is meant?", yes="Set it"):
            return
        before = view.book.target(target.kpi_id, target.scope, target.period)
        self.keeping.set_target(before, replace(target, reason=reason or target.reason))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo what was set."""
        stack = self.keeping.stack
        if event.matches(QKeySequence.StandardKey.Undo) and stack.canUndo():
            stack.undo()
        elif event.matches(QKeySequence.StandardKey.Redo) and stack.canRedo():
            stack.redo()
        else:
            super().keyPressEvent(event)


def _say_on(card: BaselineCard | TargetCard, error: UserError) -> None:
    card.say(str(error))
