"""Baselines kept and targets set on the page of KPIs & targets, each of which can be taken back and done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.goals import Baseline, Target, set_late
from kpidesk.core.target_grid import EditPlan, GoalChange
from kpidesk.ui.page import Shell

TAKEN_BACK = "Taken back"


class _Step(QUndoCommand):
    """One act and the one that takes it back: both hold values, never widgets. A class because Qt wants one."""

    def __init__(self, words: str, do: Callable[[], None], back: Callable[[], None]) -> None:
        super().__init__(words)
        self._do, self._back = do, back

    def redo(self) -> None:
        """Do it."""
        self._do()

    def undo(self) -> None:
        """Take it back."""
        self._back()


class GoalKeeping(QObject):
    """Keeps baselines and sets targets; a class because it owns the stack of what can be taken back.

    `baseline_kept` sends a Baseline, `baseline_refused` and `target_refused` a UserError.
    """

    baseline_kept = Signal(object)
    baseline_refused = Signal(object)
    target_refused = Signal(object)

    def __init__(self, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self._shell = shell
        self.stack = QUndoStack(self)

    def keep_baseline(self, before: Baseline | None, after: Baseline) -> None:
        """Freeze a baseline in place of the one that stands (None: none)."""

        def back() -> None:
            self._ask(
                "keep-baseline",
                lambda workspace: operations.take_back_baseline(workspace, after, before),
                lambda _: self._say(f"Baseline of {after.period.label} taken back."),
                self.baseline_refused,
            )

        self.stack.push(_Step("baseline", lambda: self._keep(after), back))

    def _keep(self, baseline: Baseline) -> None:
        def done(kept: Baseline) -> None:
            self.baseline_kept.emit(kept)
            self._say(f"Baseline kept for {kept.period.label}.")

        self._ask("keep-baseline", lambda workspace: operations.set_baseline(workspace, baseline), done,
                  self.baseline_refused)  # fmt: skip

    def set_target(self, before: Target | None, after: Target) -> None:
        """Set a target in place of the one in force (None: none); that one stands again when it is taken back.

        In a period that is over nothing is taken back: what was agreed for it is read-only.
        """
        if after.period.end <= self._shell.today():
            self.stack.clear()
            self._set(after)
            return

        def back() -> None:
            if before is None:
                self._withdraw(after)
            else:
                self._set(replace(before, reason=f"Back to version {before.version}"))

        self.stack.push(_Step("target", lambda: self._set(after), back))

    def _set(self, target: Target) -> None:
        def done(kept: Target) -> None:
            late = set_late("target", kept.effective_from, kept.period)
            self._say(f"Target set for {kept.period.label}. {late}".rstrip())

        self._ask("set-target", lambda workspace: operations.set_target(workspace, target, target.reason), done,
                  self.target_refused)  # fmt: skip

    def _withdraw(self, target: Target) -> None:
        plan = EditPlan(target.period, (GoalChange(target, None),), (), TAKEN_BACK)
        self._ask(
            "set-target",
            lambda workspace: operations.apply_edits(workspace, plan),
            lambda _: self._say(f"Target of {target.period.label} taken back."),
            self.target_refused,
        )

    def _ask(self, name: str, act: Callable[[Any], Any], done: Callable[[Any], None], refused: Any) -> None:
        def fail(error: Exception) -> None:
            self.stack.clear()
            refused.emit(error)

        self._shell.jobs.ask(name, act, done, fail)

    def _say(self, words: str) -> None:
        can_undo = self.stack.canUndo()
        self._shell.toast(words, button="Undo" if can_undo else "", act=self.stack.undo if can_undo else None)
        self._shell.announce(Change.GOALS)
