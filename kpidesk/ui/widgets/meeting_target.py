"""Changing a target in a review: which KPI, for whom, from which period on, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.goals import Baseline, Proposal, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.meetings import Meeting
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Period, period_of
from kpidesk.core.scorecards import Question
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.controls import ListBox, button, row
from kpidesk.ui.widgets.goal_target import TargetCard
from kpidesk.ui.widgets.meeting_loading import Desk, load_kpis
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.pickers import PeriodPicker, scope_name
from kpidesk.ui.widgets.type_ahead import Choice

TEXT = "The new target holds from the period you choose; earlier periods keep the one they had."
WIDTH = 640


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for a KPI, a scope and a period: baseline, target, and what would be proposed."""

    kpi: Kpi
    baseline: Baseline | None
    target: Target | None
    proposal: Proposal | None


def load_standing(workspace: Workspace, kpi: Kpi, scope: Scope, period: Period) -> Standing:
    """What stands for a KPI, a scope and a period; runs on the database thread."""
    book = operations.goals(workspace)
    try:
        proposal = operations.propose(workspace, kpi.id, scope, period)
    except UserError:
        proposal = None  # too little history: then a target can still be typed
    return Standing(kpi, book.baseline(kpi.id, scope, period), book.target(kpi.id, scope, period), proposal)


class TargetDialog(QDialog):
    """The target of a KPI with what it is about above it; a class because it is a widget."""

    def __init__(
        self, shell: Shell, meeting: Meeting, desk: Desk, kpis: tuple[Kpi, ...], period: Period,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Change a target")
        self.setMinimumWidth(shell.theme.px(WIDTH))
        self._shell, self._meeting, self._desk = shell, meeting, desk
        self._kpis = {one.id: one for one in kpis}
        self._kpi, self._period = kpis[0], period
        self.pick = PickButton(shell.theme, "KPI", "target")
        self.pick.chosen.connect(self.choose_kpi)
        self.whom = ListBox()
        self.whom.setAccessibleName("For whom")
        for one in desk.scopes if meeting.scope == ORG else (meeting.scope,):
            self.whom.addItem(scope_name(one, desk.settings), one)
        self.whom.currentIndexChanged.connect(lambda _at: self._ask())
        self.picker = PeriodPicker(shell.theme)
        self.picker.chosen.connect(self.choose_period)
        self.card = TargetCard(shell.theme)
        self.card.title.setText("Target")
        self.card.wanted.connect(self._save)
        self.baseline = button("Set the baseline first…", self._go_to_goals, kind="link")
        self._lay_out()
        self.choose_kpi(self._kpi.id)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 20)
        column.setSpacing(12)
        column.addWidget(PlainLabel("Change a target", "heading"))
        column.addWidget(PlainLabel(TEXT, "muted", wrap=True))
        column.addLayout(row(self.pick, self.whom, self.picker, None))
        column.addWidget(self.card)
        column.addLayout(row(self.baseline, None, button("Close", self.reject)))
        self.baseline.hide()

    @property
    def scope(self) -> Scope:
        """For whom the target is."""
        found: Scope = self.whom.currentData() or ORG
        return found

    def choose_kpi(self, kpi_id: str) -> None:
        """Change the target of another KPI."""
        self._kpi = self._kpis[kpi_id]
        choices = [Choice(one.name, one.id, one.dimension, "target") for one in self._kpis.values()]
        self.pick.offer(choices, kpi_id, self._kpi.name)
        self.choose_period(self._period)

    def choose_period(self, period: Period) -> None:
        """Change the target of another period."""
        self._period = period
        self.picker.show_period(period, self._desk.settings, self._desk.as_of or self._shell.today())
        self._ask()

    def _ask(self) -> None:
        kpi, scope, period = self._kpi, self.scope, self._period
        self._shell.jobs.ask(
            "review:target", lambda ws: load_standing(ws, kpi, scope, period), self.show_standing, self._refused
        )

    def show_standing(self, found: Standing) -> None:
        """Show what stands; without a baseline only where to set one."""
        self.card.show_target(found.kpi, found.baseline, found.target, found.proposal, self._desk.settings.currency)
        self.baseline.setVisible(found.baseline is None)
        layout = self.layout()
        if layout is not None:  # as high as it needs to be, not as it was for another KPI
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def _refused(self, error: UserError) -> None:
        self.card.say(str(error))

    def _save(self, target: Target, reason: str) -> None:
        number = self._meeting.id
        self._shell.jobs.ask(
            "review:change-target",
            lambda ws: operations.change_target_in_review(ws, number, target, reason),
            self._saved,
            self._refused,
        )

    def _saved(self, _target: Target) -> None:
        self._shell.toast(f"The target of {self._kpi.name} is changed for {self._period.label}.")
        self.accept()
        self._shell.announce(Change.GOALS | Change.REVIEWS)

    def _go_to_goals(self) -> None:
        kpi_id, asked = self._kpi.id, Question(self._period, self.scope)
        self.reject()
        self._shell.open_goal(kpi_id, asked)


def ask_target(
    parent: QWidget, shell: Shell, meeting: Meeting, desk: Desk, first: tuple[str, ...],
    made: Callable[[TargetDialog], None],
) -> None:  # fmt: skip
    """Open the dialog for a review, with the KPIs of its sheet (`first`) before the others; `made` gets it."""

    def load(workspace: Workspace) -> tuple[tuple[Kpi, ...], Period]:
        day = operations.data_date(workspace) or workspace.today
        return load_kpis(workspace), period_of(day, "quarter", operations.settings(workspace))

    def offered(found: tuple[tuple[Kpi, ...], Period]) -> None:
        kpis, period = found
        if not kpis:
            shell.show_error(UserError("No KPI is in use yet.", "Take one into use on KPIs & targets."))
            return
        ordered = sorted(kpis, key=lambda one: first.index(one.id) if one.id in first else len(first))
        dialog = TargetDialog(shell, meeting, desk, tuple(ordered), period, parent)
        made(dialog)
        dialog.open()

    shell.jobs.ask("review:kpis", load, offered, shell.show_error)
