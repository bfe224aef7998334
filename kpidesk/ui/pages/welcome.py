"""The first run: import an export or explore the sample; after the first import, team, plan and first targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.amounts import amount_typed
from kpidesk.core.applying import Applied
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.goals import Proposal
from kpidesk.core.kpis import Kpi
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.page import Page
from kpidesk.ui.widgets import controls
from kpidesk.ui.widgets.controls import card, clear, row
from kpidesk.ui.widgets.goal_first import FirstGoals, Goal, plan_note
from kpidesk.ui.widgets.goal_text import field_text
from kpidesk.ui.widgets.import_drop import HINT, DropZone, choose_files
from kpidesk.ui.widgets.page_parts import Column, Mark, button, fill, say_on
from kpidesk.ui.widgets.people_teams import TeamEditor

TEAM, PLAN, GOALS = range(3)
TITLES = ("Who is on your team?", "What must the team book?", "Your first targets")
WORKSPACES = "KPI Desk workspaces (*.kpidesk);;All files (*)"
BOOKINGS = "bookings"


@dataclass(frozen=True, slots=True)
class StepsView:
    """What the three steps start from: the proposals, the KPIs they are about, and how the workspace counts."""

    steps: operations.FirstSteps
    kpis: dict[str, Kpi]
    settings: Settings


class WelcomePage(Page):
    """The page of a first run; a class because pages are widgets.

    `sample_wanted` and `open_wanted` (a path, or None to let the user choose one) are for the window to answer;
    exports go to the window's own import.
    """

    page_id: ClassVar[str] = "welcome"
    title: ClassVar[str] = "Welcome"
    depends: ClassVar[Change] = Change.NOTHING
    asks: ClassVar[bool] = False
    sample_wanted = Signal()
    open_wanted = Signal(object)
    finished = Signal()

    def build(self) -> None:
        """Two choices first; the three steps behind them."""
        self._steps_view: StepsView | None = None
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        outer.addWidget(self.stack)
        self.start = self._build_start()
        self.steps = self._build_steps()
        self.stack.addWidget(self.start)
        self.stack.addWidget(self.steps)
        self.show_body()

    # --- the two choices ----------------------------------------------------------------------------------------

    def _build_start(self) -> QWidget:
        page = Column(widest=860, margins=(24, 32, 24, 24))
        page.column.setSpacing(16)
        page.column.addStretch(1)
        title = PlainLabel("Know which numbers are on track, and why", "title", wrap=True)
        words = "KPI Desk reads the exports of your CRM. Everything stays in one file on this computer."
        fill(page.column, title, PlainLabel(words, "muted", wrap=True), 8)
        self.drop = DropZone(self.theme, title="Drop a CRM export here", hint=HINT)
        self.drop.files.connect(self.import_files)
        self.drop.setMinimumHeight(self.theme.px(240))
        choices = QHBoxLayout()
        choices.setSpacing(16)
        choices.addWidget(self.drop, 3)
        choices.addWidget(self._build_sample(), 2)
        page.column.addLayout(choices)
        self.recent = QVBoxLayout()
        self.recent.setSpacing(2)
        self.recent_title = PlainLabel("Recent workspaces", "subheading")
        self.open_button = button("&Open a workspace…", self._choose_workspace, "link")
        self.recent_title.hide()
        fill(page.column, self.recent_title, self.recent, row(self.open_button, None))
        page.column.addStretch(2)
        return page

    def _build_sample(self) -> QFrame:
        frame, column = card(margins=(24, 24, 24, 24), spacing=8)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(1)
        column.addWidget(Mark(self.theme, "sparkles", "accent", 34), 0, center)
        column.addSpacing(4)
        hint = "A made-up company: twelve reps, three years of deals, and targets."
        for label in (PlainLabel("No export at hand?", "heading", wrap=True), PlainLabel(hint, "muted", wrap=True)):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        self.sample_button = button("&Explore the sample", self.sample_wanted.emit)
        column.addWidget(self.sample_button, 0, center)
        column.addStretch(1)
        return frame

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List workspaces that were open lately; missing files are left out by the caller."""
        clear(self.recent)
        self.recent_title.setVisible(bool(paths))
        for path in paths[:5]:
            one = controls.button(path.stem, _emit(self.open_wanted, path), kind="link")
            one.setAccessibleName(f"Open {path.name} in {path.parent}")
            one.setMaximumWidth(self.theme.px(420))
            across = row(one, PlainLabel(str(path.parent), "muted", elide=True), spacing=12)
            across.setStretch(1, 1)
            self.recent.addLayout(across)

    def _choose_workspace(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open a workspace", "", WORKSPACES)
        if name:
            self.open_wanted.emit(Path(name))

    def import_files(self, paths: Sequence[Path]) -> None:
        """Hand exports to the window's import."""
        if paths:
            self.shell.import_files(tuple(paths))

    def ask(self, question: Question | None) -> None:
        """The two choices need no workspace; the steps load theirs when they start."""
        self.question = question

    # --- the three steps ----------------------------------------------------------------------------------------

    def _build_steps(self) -> QWidget:
        page = QWidget()
        outer = QVBoxLayout(page)
        outer.setContentsMargins(0, 0, 0, 20)
        outer.setSpacing(12)
        self.pane = Column(widest=820, margins=(24, 24, 24, 0))
        self.where = PlainLabel("", "muted")
        self.heading = PlainLabel("", "title", wrap=True)
        self.hint = PlainLabel("", "muted", wrap=True)
        self.inner = QStackedWidget()
        for part in (self._build_team(), self._build_plan(), self._build_goals()):
            self.inner.addWidget(part)
        fill(self.pane.column, self.where, self.heading, self.hint, 4)
        self.pane.column.addWidget(self.inner, 1)
        foot = Column(widest=820, margins=(24, 0, 24, 0))
        foot.setFixedHeight(self.theme.px(64))
        self.problem = PlainLabel("", "problem", wrap=True)
        self.back = button("&Back", self._go_back, "quiet")
        self.skip = button("S&kip these steps", self.finish, "quiet")
        self.next = button("&Continue", self._go_on, "primary")
        across = row(self.problem, self.skip, self.back, self.next, spacing=10)
        across.setStretch(0, 1)
        foot.column.addLayout(across)
        outer.addWidget(self.pane, 1)
        outer.addWidget(foot)
        return page

    def _build_team(self) -> QWidget:
        frame, column = card(margins=(18, 16, 18, 12))
        self.team = TeamEditor(self.theme)
        self.team.file_wanted.connect(self._choose_teams)
        column.addWidget(self.team)
        frame.setMinimumHeight(self.theme.px(300))
        return frame

    def _choose_teams(self) -> None:
        chosen = choose_files(self, "Choose a file of people and teams")
        page: Any = self.shell.show_page("data") if chosen else None
        if page is not None:
            page.import_files(chosen, then=self._come_back)

    def _come_back(self) -> None:
        self.shell.show_page(self.page_id)
        self.start_steps()

    def _build_plan(self) -> QWidget:
        page = QWidget()
        outer = QVBoxLayout(page)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(18, 16, 18, 18), spacing=8)
        self.plan_label = PlainLabel("", "small")
        self.plan = QLineEdit()
        self.plan.setAccessibleName("What the team must book")
        self.plan.setMaximumWidth(self.theme.px(280))
        self.plan.returnPressed.connect(self._go_on)
        self.plan_label.setBuddy(self.plan)
        self.plan_note = PlainLabel("", "muted", wrap=True)
        self.plan_problem = PlainLabel("", "problem", wrap=True)
        fill(column, self.plan_label, self.plan, self.plan_problem, self.plan_note)
        outer.addWidget(frame)
        outer.addStretch(1)
        return page

    def _build_goals(self) -> QWidget:
        page = QWidget()
        outer = QVBoxLayout(page)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(18, 6, 18, 6))
        self.goals = FirstGoals()
        column.addWidget(self.goals)
        outer.addWidget(frame)
        outer.addStretch(1)
        return page

    def start_steps(self) -> None:
        """Begin the three steps after a first import; what they propose is computed first."""
        self.shell.jobs.ask("first-steps", _load_steps, self.show_steps, self._not_loaded)

    def _not_loaded(self, error: UserError) -> None:
        self.shell.show_error(error)
        self.finish()

    def show_steps(self, view: StepsView) -> None:
        """Show the three steps with their defaults."""
        self._steps_view = view
        steps, currency = view.steps, view.settings.currency
        self.team.model.show_people(steps.owners, steps.teams)
        self.plan_label.setText(f"Bookings in {steps.period.label}, in {currency}")
        kpi, holds = view.kpis.get(BOOKINGS), steps.in_force.get(BOOKINGS)
        offered = steps.booking_target
        first = holds.target.target if holds is not None else None if offered is None else round(offered)
        self.plan.setText(field_text(kpi, first) if kpi is not None and first is not None else "")
        self.plan.setEnabled(offered is not None)
        self.plan_note.setText(plan_note(steps, kpi, currency))
        self.goals.show_proposals(steps.proposals, view.kpis, currency, steps.in_force)
        self.show_body()
        self.stack.setCurrentWidget(self.steps)
        self.show_step(TEAM)

    def show_step(self, step: int) -> None:
        """Go to one of the three steps."""
        if self._steps_view is None:
            return
        self.inner.setCurrentIndex(step)
        self.say("")
        self.where.setText(f"Step {step + 1} of 3")
        self.heading.setText(TITLES[step])
        period = self._steps_view.steps.period.label
        hints = (
            "These owners were found in your files. Select some and name their team, or leave them in one.",
            f"The plan for {period}. It {'is' if self._holds() else 'becomes'} the target of your bookings.",
            f"For {period}. One click sets baseline, minimum, target and stretch of all; you can change each later.",
        )
        self.hint.setText(hints[step])
        self.back.setEnabled(step > TEAM)
        self._label_next(step)
        (self.team.team, self.plan, self.next)[step].setFocus(Qt.FocusReason.OtherFocusReason)

    def _label_next(self, step: int) -> None:
        say_on(self.next, "Set all and open the scorecard" if step == GOALS else "Continue")

    def say(self, text: str) -> None:
        """Show what is wrong, or nothing: with the plan beside its field, else at the foot."""
        at_plan = self.inner.currentIndex() == PLAN
        self.plan_problem.setText(text if at_plan else "")
        self.plan_problem.setVisible(at_plan and bool(text))
        self.problem.setText("" if at_plan else text)

    def _go_back(self) -> None:
        self.show_step(max(TEAM, self.inner.currentIndex() - 1))

    def _go_on(self) -> None:
        step = self.inner.currentIndex()
        if step == GOALS:
            self._set_all()
        elif step == TEAM or self._take_plan():
            self.show_step(step + 1)

    def _take_plan(self) -> bool:
        """Make the number typed the target of bookings; False when it is no number."""
        text = self.plan.text().strip()
        restyle(self.plan, "wrong", False)
        bookings = next((one for one in self.goals.lines if one.kpi.id == BOOKINGS), None)
        if not text or bookings is None or bookings.proposal is None:
            return True
        holds = self._holds()
        if holds is not None and text == field_text(bookings.kpi, holds.target.target):
            bookings.leave()
            return True
        try:
            currency = self._steps_view.settings.currency if self._steps_view is not None else ""
            value = _plan_of(text, bookings.kpi, bookings.proposal, currency)
        except UserError as error:
            restyle(self.plan, "wrong", True)
            self.say(str(error))
            return False
        offered = self._steps_view.steps.booking_target if self._steps_view is not None else None
        if holds is not None or offered is None or round(offered) != round(value):
            bookings.type_target(field_text(bookings.kpi, value))
        return True

    def _holds(self) -> Applied | None:
        """The target that bookings have already; None where they have none."""
        return self._steps_view.steps.in_force.get(BOOKINGS) if self._steps_view is not None else None

    def _set_all(self) -> None:
        try:
            goals = self.goals.goals()
        except UserError as error:
            self.say(str(error))
            return
        known = self._steps_view.steps.teams if self._steps_view is not None else {}
        teams = {name: team for name, team in self.team.model.assignment().items() if known.get(name) != team}
        self.next.setEnabled(False)
        self.shell.jobs.ask(
            "set-first", lambda workspace: _set_first(workspace, teams, goals), self._all_set, self._refused
        )

    def _refused(self, error: UserError) -> None:
        self.next.setEnabled(True)
        self.say(str(error))

    def _all_set(self, count: int) -> None:
        self.next.setEnabled(True)
        if count:
            self.shell.toast(f"{counted(count, 'target')} set. Change them any time under KPIs & targets.")
        self.shell.announce(Change.PEOPLE | Change.GOALS)
        self.finish()
        asked, planned = self.shell.question, self._steps_view
        if count and asked is not None and planned is not None:
            self.shell.set_question(replace(asked, period=planned.steps.period))

    def finish(self) -> None:
        """Leave the first run."""
        self.stack.setCurrentWidget(self.start)
        self.finished.emit()
        self.shell.show_page("scorecard")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape skips the steps."""
        if event.matches(QKeySequence.StandardKey.Cancel) and self.stack.currentWidget() is self.steps:
            self.finish()
        else:
            super().keyPressEvent(event)


def _emit(signal: SignalInstance, path: Path) -> Callable[[], None]:
    return lambda: signal.emit(path)


def _plan_of(text: str, kpi: Kpi, proposal: Proposal, currency: str) -> float:
    """The plan as typed, in major units.

    Raises:
        UserError: it is no number, or asks for nothing.
    """
    value = amount_typed(text, kpi, currency, proposal.baseline.value)
    if value <= 0:
        raise UserError(f"A plan of {text} asks for nothing.", "Write what must be booked, or leave it empty.")
    return value


def _load_steps(workspace: Workspace) -> StepsView:
    steps = operations.first_steps(workspace)
    kpis = {entry.kpi.id: entry.kpi for entry in operations.kpis(workspace)}
    return StepsView(steps, kpis, operations.settings(workspace))


def _set_first(workspace: Workspace, teams: dict[str, str], goals: Sequence[Goal]) -> int:
    """Teams, then baselines, then the targets upon them; gives how many targets were set."""
    if teams:
        operations.apply_teams(workspace, teams)
    for goal in goals:
        operations.set_baseline(workspace, goal.baseline)
        operations.set_target(workspace, goal.target)
    return len(goals)
