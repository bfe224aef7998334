"""Objectives: what is to be reached, in a tree, with the KPIs that tell and how each stands now."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QStackedWidget, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi, Level
from kpidesk.core.objectives import Objective, Objectives
from kpidesk.core.people import ORG
from kpidesk.core.scorecards import Question, Row
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.surroundings import single
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.flow_row import FlowRow, Panes
from kpidesk.ui.widgets.goal_tabs import GoalTabs
from kpidesk.ui.widgets.objective_form import ObjectiveForm
from kpidesk.ui.widgets.objective_guide import GuideAnswer, GuideDialog
from kpidesk.ui.widgets.objective_tree import Line, ObjectiveTree
from kpidesk.ui.widgets.page_parts import Column, button
from kpidesk.ui.widgets.pickers import scope_name
from kpidesk.ui.widgets.refresh_nothing import NothingDue
from kpidesk.ui.widgets.taking_up import why_so_many

EMPTY = "No objective yet"
EMPTY_WORDS = "Say what you want to reach. The guide proposes the few KPIs that tell whether you get there."
HINT = "Choose an objective. Drag it onto another one to put it under that; Alt and an arrow moves it."
CHANGED = Change.KPIS


@dataclass(frozen=True, slots=True)
class ObjectivesView:
    """What the page shows: the objectives, what their KPIs came to for the scope above, and who could own one.

    `usable` are the KPIs that the data can compute and that are not retired.
    """

    question: Question
    objectives: Objectives
    kpis: Mapping[str, Kpi]
    rows: Mapping[str, Row]
    people: tuple[str, ...]
    usable: tuple[Kpi, ...] = ()


class ObjectivesPage(Page):
    """The tree beside the objective that is chosen; a class because pages are widgets."""

    page_id: ClassVar[str] = "objectives"
    title: ClassVar[str] = "Objectives"
    past_words: ClassVar[str] = "Objectives are those of today."
    depends: ClassVar[Change] = Change.EVERYTHING

    def build(self) -> None:
        """Tabs and buttons above, then the tree beside the form of what is chosen."""
        self.view: ObjectivesView | None = None
        self._numbers = itertools.count(1)  # no change takes the place of another
        self._wanted: tuple[int, str] | None = None
        self.dialog: GuideDialog | None = None
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(24, 4, 24, 20)
        outer.setSpacing(12)
        self.tabs = GoalTabs(self.shell, self.page_id)
        self.retired = QCheckBox("Show those out of use")
        self.retired.toggled.connect(self._refill)
        self.new = button("&New objective…", self.ask_new, "primary")
        outer.addLayout(FlowRow(self.tabs, None, self.retired, self.new, spacing=12))
        split = Panes(self.theme, 760)
        split.addWidget(self._build_tree())
        split.addWidget(self._build_detail())
        split.setSizes([784, 316])
        split.setStretchFactor(0, 7)
        split.setStretchFactor(1, 3)
        outer.addWidget(split, 1)
        self.split, self.nothing = split, NothingDue()
        outer.addWidget(self.nothing, 1)
        self._connect()

    def _build_tree(self) -> QWidget:
        left, column = card(margins=(1, 4, 1, 4), spacing=0)
        self.tree = ObjectiveTree(self.theme)
        self.about = PlainLabel("", "small", elide=True)
        self.rows = button("Show the rows", self._open_rows, "link", "What the number chosen rests on · Shift+Enter")
        foot = row(self.about, self.rows, spacing=12)
        foot.setStretch(0, 1)
        foot.setContentsMargins(16, 6, 16, 6)
        column.addWidget(self.tree, 1)
        column.addLayout(foot)
        return left

    def _build_detail(self) -> QWidget:
        right, inner = card(margins=(1, 1, 1, 1), spacing=0)
        self.form = ObjectiveForm(self.theme)
        scroll = Column(margins=(15, 15, 15, 15), whole=True)
        scroll.column.addWidget(self.form, 1)
        self.hint = PlainLabel(HINT, "muted", wrap=True)
        self.hint.setContentsMargins(18, 16, 18, 16)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.detail = QStackedWidget()
        self.detail.addWidget(self.hint)
        self.detail.addWidget(scroll)
        inner.addWidget(self.detail)
        return right

    def _connect(self) -> None:
        self.tree.chosen.connect(self._show_line)
        self.tree.opened.connect(self._open)
        self.tree.rows_wanted.connect(self._open_rows)
        self.tree.moved.connect(self._move)
        self.tree.dropped.connect(self._drop)
        self.tree.gone.connect(self._take_away)
        self.form.saved.connect(self._save)
        self.form.retired.connect(self._retire)
        self.form.back.connect(lambda one: self._retire(one, back=True))
        self.form.more.connect(self.ask_more)
        self.form.opened.connect(self._open_kpi)

    # --- what is shown -------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """Every objective, and what their KPIs came to for the scope and period above."""
        asked = single(workspace, question)
        found = operations.objectives(workspace)
        entries = operations.kpis(workspace)
        kpis = {entry.kpi.id: entry.kpi for entry in entries}
        usable = tuple(one.kpi for one in entries if one.computable and one.kpi.status != "retired")
        wanted = tuple(dict.fromkeys(one for each in found.all for one in each.kpi_ids if one in kpis))
        rows = operations.scorecard(workspace, asked, wanted).rows if wanted else ()
        people = tuple(sorted((one.name for one in operations.scopes(workspace).people), key=str.casefold))
        return ObjectivesView(asked, found, kpis, {one.kpi.id: one for one in rows}, people, usable)

    def show_value(self, value: Any) -> None:
        """Show the tree; what was chosen stays chosen."""
        view: ObjectivesView = value
        self.view = view
        if not view.objectives.all:
            self.nothing.show_state(PageState(EMPTY, EMPTY_WORDS, "Start with the guide", self.ask_new))
        for part in (self.split, self.new):
            part.setVisible(bool(view.objectives.all))
        self.nothing.setVisible(not view.objectives.all)
        self.retired.setVisible(any(one.is_retired for one in view.objectives.all))
        self._refill()

    def _refill(self) -> None:
        view = self.view
        if view is None:
            return
        self.tree.show_objectives(view.objectives, view.kpis, view.rows, retired=self.retired.isChecked())
        if self._wanted is not None:
            self.tree.select(self._wanted)
            self._wanted = None
        whose = scope_name(view.question.scope, self.shell.settings)
        self.about.setText(f"Numbers of {whose} · {view.question.period.label}")
        line = self.tree.line()
        self.rows.setVisible(self._has_rows(line))
        if line is None:
            self.detail.setCurrentIndex(0)
        else:
            self._show_line(line)

    def _show_line(self, line: Line) -> None:
        view = self.view
        if view is not None:
            self.rows.setVisible(self._has_rows(line))
            self.form.show_objective(line.objective, view.objectives, view.kpis, view.people)
            self.detail.setCurrentIndex(1)

    def _open(self, line: Line) -> None:
        if line.kpi is not None:
            self._open_kpi(line.kpi.id)
        else:
            self.form.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_kpi(self, kpi_id: str) -> None:
        if self.view is not None:
            self.shell.open_goal(kpi_id, self.view.question)

    def _has_rows(self, line: Line | None) -> bool:
        """Whether a line is a KPI with a number."""
        shown = self.view.rows.get(line.kpi.id) if self.view is not None and line is not None and line.kpi else None
        return shown is not None and shown.result.value is not None

    def _open_rows(self, _line: object = None) -> None:
        line = self.tree.line()
        if self.view is not None and line is not None and line.kpi is not None and self._has_rows(line):
            self.shell.open_receipt(line.kpi.id, self.view.question)

    # --- changes -------------------------------------------------------------------------------------------------

    def _do(self, act: Callable[[Workspace], Any], done: Callable[[Any], None],
            on_error: Callable[[UserError], None] | None = None) -> None:  # fmt: skip
        number = next(self._numbers)
        self.shell.jobs.ask(f"objectives:{number}", act, done, on_error or self.form.show_error)

    def _save(self, one: Objective) -> None:
        self._do(lambda workspace: operations.save_objective(workspace, one), self._saved)

    def _saved(self, one: Objective) -> None:
        self._wanted = (one.id, "")
        self.shell.announce(CHANGED)

    def _move(self, number: int, step: int) -> None:
        self._wanted = (number, "")
        self._do(lambda workspace: operations.move_objective(workspace, number, step), self._changed)

    def _drop(self, number: int, below: int) -> None:
        one = self.view.objectives.get(number) if self.view is not None else None
        if one is not None:
            self._do(lambda workspace: operations.save_objective(workspace, replace(one, parent_id=below)),
                     self._saved, self.shell.show_error)  # fmt: skip

    def _take_away(self, line: Line) -> None:
        """A KPI is taken off its objective, an objective out of use; either can be taken back."""
        one = line.objective
        if line.kpi is None:
            self._retire(one)
            return
        left = replace(one, kpi_ids=tuple(kpi_id for kpi_id in one.kpi_ids if line.kpi and kpi_id != line.kpi.id))
        self._do(lambda workspace: operations.save_objective(workspace, left), self._saved)
        self.shell.toast(f"{line.kpi.name} no longer tells of {one.name}.", button="Undo",
                         act=partial(self._save, one))  # fmt: skip

    def _retire(self, one: Objective, *, back: bool = False) -> None:
        def done(changed: tuple[Objective, ...]) -> None:
            if changed and not back:
                words = f"{one.name} is out of use" + (", with what lies under it." if len(changed) > 1 else ".")
                self.shell.toast(words, button="Undo", act=lambda: self._bring_back(changed))
            self._changed()

        self._do(lambda workspace: operations.retire_objective(workspace, str(one.id), back=back), done)

    def _bring_back(self, changed: tuple[Objective, ...]) -> None:
        def act(workspace: Workspace) -> None:
            for one in changed:
                operations.retire_objective(workspace, str(one.id), back=True)

        self._do(act, self._changed, self.shell.show_error)

    def _changed(self, _answer: object = None) -> None:
        self.shell.announce(CHANGED)

    # --- the guide -----------------------------------------------------------------------------------------------

    def ask_new(self) -> None:
        """Open the guide for a new objective."""
        self._open_guide(None)

    def ask_more(self, one: Objective) -> None:
        """Open the guide for KPIs of an objective."""
        self._open_guide(one)

    def _open_guide(self, one: Objective | None) -> None:
        view = self.view
        if view is None:
            return
        scope = view.question.scope if view.question.scope.kind in ("team", "rep") else ORG
        level: Level = "team" if scope.kind == "team" else "rep" if scope.kind == "rep" else "org"
        dialog = GuideDialog(self.theme, view.people, view.objectives, level, self, one, view.usable)
        dialog.asked_for.connect(partial(self._propose, dialog))
        dialog.finished_well.connect(partial(self._take, dialog))
        dialog.destroyed.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    def _propose(self, dialog: GuideDialog, text: str) -> None:
        self._do(lambda workspace: operations.propose_for(workspace, text), self._proposed, dialog.show_error)

    def _proposed(self, proposed: Any) -> None:
        if self.dialog is not None:
            known = self.view.kpis.values() if self.view is not None else ()
            self.dialog.show_proposed(proposed, [kpi for kpi in known if kpi.status == "active" and not kpi.coaching])

    def _take(self, dialog: GuideDialog, answer: GuideAnswer) -> None:
        known = self.view.kpis.values() if self.view is not None else ()
        reason = why_so_many(dialog, known, answer.kpi_ids)
        if reason is None:
            dialog.show_error(UserError("Nothing was taken into use yet.", "Choose fewer, or say why all are needed."))
            return
        self._do(lambda workspace: operations.take(workspace, answer.objective, answer.kpi_ids, reason), self._taken,
                 dialog.show_error)  # fmt: skip

    def _taken(self, taken: operations.Taken) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        told = [f"{taken.objective.name} is kept."]
        if taken.activated:
            told.append(f"New in use: {', '.join(kpi.name for kpi in taken.activated)}.")
        if taken.drafts:
            told.append(f"Still drafts: {', '.join(kpi.name for kpi, _ in taken.drafts)}.")
        self.shell.toast(" ".join(told))
        self._saved(taken.objective)
