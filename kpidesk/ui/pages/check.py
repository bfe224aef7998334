"""The check of the set of KPIs: what to mend first, how it is balanced, how late it tells, what rests on what."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.lint import Fix, FixAction, Lateness, Left, LintFinding
from kpidesk.core.lint_words import behind, grouped
from kpidesk.core.scorecards import Question
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.page import Page
from kpidesk.ui.widgets.check_balance import BalanceCard
from kpidesk.ui.widgets.check_findings import FindingCards, FixDialog, StayDialog
from kpidesk.ui.widgets.check_left import LeftCard
from kpidesk.ui.widgets.check_lists import LateCard, RestCard
from kpidesk.ui.widgets.check_text import Rest, balances, before_fixing, resting, taking_back
from kpidesk.ui.widgets.controls import row
from kpidesk.ui.widgets.goal_tabs import GoalTabs
from kpidesk.ui.widgets.page_parts import Column, fill

CHANGED = Change.KPIS | Change.GOALS
PAGE_OF: dict[FixAction, str] = {"look_up": "catalogue", "set_sizes": "numbers"}
"""Where a finding is mended that no button can mend alone."""


@dataclass(frozen=True, slots=True)
class CheckView:
    """What the page shows: every KPI, those in use, what to mend and what stays, how late each tells, what rests on
    what.
    """

    kpis: tuple[Kpi, ...]
    active: tuple[Kpi, ...]
    findings: tuple[LintFinding, ...]
    lateness: tuple[Lateness, ...]
    rests: tuple[Rest, ...]
    every_rests: tuple[Rest, ...]
    left: tuple[Left, ...] = ()


class CheckPage(Page):
    """Findings at the left, balance and lateness at the right; a class because pages are widgets."""

    page_id: ClassVar[str] = "check"
    title: ClassVar[str] = "Check of the set"
    past_words: ClassVar[str] = "The check is that of today."
    depends: ClassVar[Change] = Change.EVERYTHING
    keeps_place: ClassVar[bool] = True
    asks: ClassVar[bool] = False

    def build(self) -> None:
        """Tabs above; two columns that scroll together."""
        self.view: CheckView | None = None
        self.dialog: FixDialog | StayDialog | None = None
        self._numbers = itertools.count(1)  # no fix takes the place of another
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(24, 4, 0, 0)
        outer.setSpacing(12)
        self.tabs = GoalTabs(self.shell, self.page_id)
        self.findings = FindingCards(self.theme)
        self.left = LeftCard(self.theme)
        self.balance = BalanceCard(self.theme)
        self.late = LateCard(self.theme)
        self.rests = RestCard(self.theme)
        self.column = Column(margins=(0, 0, 24, 24), widest=1180, centred=False)
        self.column.column.addLayout(self._columns())
        self.column.column.addStretch(1)
        fill(outer, row(self.tabs, None))
        outer.addWidget(self.column, 1)
        self.findings.fix_wanted.connect(self.ask_fix)
        self.findings.stay_wanted.connect(self.ask_stay)
        self.left.again.connect(self._look_again)
        self.findings.each_wanted.connect(lambda: self.shell.show_page("refresh"))
        for part in (self.findings, self.late, self.rests):
            part.opened.connect(self.open_kpi)

    def _columns(self) -> QHBoxLayout:
        both = QHBoxLayout()
        both.setSpacing(12)
        for parts, stretch in (((self.findings, self.left, self.rests), 5), ((self.balance, self.late), 3)):
            side = QVBoxLayout()
            side.setSpacing(12)
            fill(side, *parts)
            side.addStretch(1)
            both.addLayout(side, stretch)
        return both

    # --- what is shown -------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The check of the whole set, whatever is chosen above."""
        del question
        kpis = tuple(entry.kpi for entry in operations.kpis(workspace))
        active = tuple(kpi for kpi in kpis if kpi.status == "active")
        reads = operations.dependencies(workspace).reads
        used = {kpi.id for kpi in active}
        own = resting(kpis, reads)
        return CheckView(kpis, active, operations.lint(workspace), operations.lateness(workspace),
                         _of_those(own, used), own, operations.left_findings(workspace))  # fmt: skip

    def show_value(self, value: Any) -> None:
        """Show the check."""
        view: CheckView = value
        self.view = view
        self.findings.show_findings(view.findings, {kpi.id: kpi.name for kpi in view.kpis})
        self.left.show_left(view.left)
        self.balance.show_balances(balances(view.kpis))
        self.late.show_lateness(view.lateness)
        self.rests.show_rests(view.active, view.rests, view.kpis, view.every_rests)

    def open_kpi(self, kpi_id: str) -> None:
        """Go to where a KPI, its baseline and its target are set."""
        if self.shell.question is not None:
            self.shell.open_goal(kpi_id, self.shell.question)

    # --- mending -------------------------------------------------------------------------------------------------

    def ask_fix(self, fix: Fix) -> None:
        """Mend a finding: at once, or after a word about what it changes, or after a text was typed."""
        if fix.action == "type_baseline":
            self.open_kpi(fix.kpi_ids[0])
            return
        if fix.action in PAGE_OF:
            self.shell.show_page(PAGE_OF[fix.action])
            return
        before = before_fixing(fix)
        if not (before or fix.asks):
            self._do(fix, self.shell.show_error)
            return
        problem = next((one.problem for one in grouped(self.view.findings) if one.fix == fix), "") if self.view else ""
        dialog = FixDialog(fix, problem, before, self)
        dialog.wanted.connect(lambda wanted: self._do(wanted, dialog.show_error))
        self._open(dialog)

    def ask_stay(self, shown: LintFinding) -> None:
        """Leave a finding as it is, once it is said why."""
        found = behind(shown, self.view.findings) if self.view is not None else ()
        dialog = StayDialog(shown.problem, self)
        dialog.wanted.connect(lambda reason: self._stay(found, reason, dialog.show_error))
        self._open(dialog)

    def _stay(self, found: Sequence[LintFinding], reason: str, on_error: Callable[[UserError], None]) -> None:
        self._ask(lambda workspace: operations.leave_findings(workspace, found, reason),
                  lambda _: self._told("Left as it is.", None), on_error)  # fmt: skip

    def _look_again(self, left: Left) -> None:
        self._ask(lambda workspace: operations.look_again(workspace, (left,)),
                  lambda _: self._told("The check tells it again.", None), self.shell.show_error)  # fmt: skip

    def _open(self, dialog: FixDialog | StayDialog) -> None:
        dialog.destroyed.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    def _do(self, fix: Fix, on_error: Callable[[UserError], None]) -> None:
        back = taking_back(fix)
        undo = partial(self._do, back, self.shell.show_error) if back is not None else None
        self._ask(lambda workspace: operations.apply_fix(workspace, fix), lambda told: self._told(told, undo), on_error)

    def _ask(self, act: Callable[[Workspace], Any], done: Callable[[Any], None],
             on_error: Callable[[UserError], None]) -> None:  # fmt: skip
        self.shell.jobs.ask(f"check:{next(self._numbers)}", act, done, on_error)

    def _told(self, told: str, undo: Callable[[], None] | None) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self.shell.toast(told, button="Undo" if undo else "", act=undo)
        self.shell.announce(CHANGED)


def _of_those(rests: Sequence[Rest], used: set[str]) -> tuple[Rest, ...]:
    """The parts of a list that begin with one of some KPIs."""
    found: list[Rest] = []
    keeps = False
    for one in rests:
        keeps = one.kpi.id in used if one.depth == 0 else keeps
        found += [one] if keeps else []
    return tuple(found)
