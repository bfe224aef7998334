"""Targets: every scope against every KPI, typed and pasted like in a spreadsheet, set all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QBoxLayout, QDialog, QVBoxLayout

from kpidesk import operations
from kpidesk.core.cascade import CascadePlan
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period, shift
from kpidesk.core.scorecards import Question
from kpidesk.core.target_grid import STAYS, EditPlan, GoalChange
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import Banner, confirm
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.goal_tabs import GoalTabs
from kpidesk.ui.widgets.page_parts import button, say_on
from kpidesk.ui.widgets.target_bar import PendingBar
from kpidesk.ui.widgets.target_forward import ForwardDialog
from kpidesk.ui.widgets.target_loading import GridView, Looked, grid_view, look_at, nothing_to_copy
from kpidesk.ui.widgets.target_share import ShareDialog, ShareQuestion
from kpidesk.ui.widgets.target_table import TargetTable
from kpidesk.ui.widgets.target_text import (
    Key,
    Pending,
    edits_of,
    grid_csv,
    key_of,
    pending_of,
    still_so,
    with_reason,
    with_typed,
)

CSV_FORMS: tuple[tuple[str, str], ...] = ((".csv", "Table"),)


class _Typing(QUndoCommand):
    """Cells typed, pasted or cleared, to be taken back; it holds values, never widgets."""

    def __init__(self, before: Pending, after: Pending, show: Any) -> None:
        super().__init__("targets")
        self._before, self._after, self._show = before, after, show

    def redo(self) -> None:
        """Type it."""
        self._show(self._after)

    def undo(self) -> None:
        """Take it back."""
        self._show(self._before)


class TargetGridPage(Page):
    """The grid of targets of the period above; a class because pages are widgets."""

    page_id: ClassVar[str] = "target-grid"
    title: ClassVar[str] = "Targets"
    past_words: ClassVar[str] = "Targets are those of today."
    depends: ClassVar[Change] = Change.GOALS | Change.KPIS | Change.PEOPLE | Change.SETTINGS | Change.DATA

    def build(self) -> None:
        """Tabs and things to do; the grid; at the foot what is pending."""
        self._view: GridView | None = None
        self._looked: Looked | None = None
        self._dialog: QDialog | None = None
        self.pending: Pending = {}
        self._drafts: dict[Period, Pending] = {}
        self._worked_out: dict[Key, GoalChange] = {}
        self.undo_stack = QUndoStack(self)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(24, 4, 24, 20)
        column.setSpacing(12)
        self.tabs = GoalTabs(self.shell, self.page_id)
        self.forward = button("&Copy…", self.ask_forward, "", "Begin with the targets of the period before")
        self.paste = button("Paste", self._paste, "", "Paste a block from a spreadsheet at the chosen cell · Ctrl+V")
        self.share = button("Share &out…", self.ask_share, "", "Divide a target among the teams or reps below it")
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.addLayout(row(self.tabs, None))
        self._head.addLayout(row(None, self.paste, self.forward, self.share))
        column.addLayout(self._head)
        self.closed = Banner()
        column.addWidget(self.closed)
        frame, inner = card(margins=(1, 1, 1, 1))
        self.table = TargetTable(self.theme)
        inner.addWidget(self.table)
        column.addWidget(frame, 1)
        self.bar = PendingBar(self.theme)
        column.addWidget(self.bar)
        self._connect()

    def _connect(self) -> None:
        self.table.wanted.connect(self.type_in)
        self.table.refused.connect(self.shell.toast)
        self.bar.set_wanted.connect(self.set_targets)
        self.bar.discarded.connect(self.discard)
        self.bar.place_wanted.connect(self.table.go_to)
        self.theme.changed.connect(self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find room for the tabs and the buttons."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Put the buttons below the tabs where both do not fit beside each other."""
        parts = (self.tabs, self.paste, self.forward, self.share)
        needed = sum(one.sizeHint().width() for one in parts) + 2 * 24 + 3 * 12
        is_wide = needed <= self.width()
        self._head.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)

    # --- what is shown ---------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The grid of the period above the page."""
        return grid_view(workspace, question)

    def show_value(self, value: Any) -> None:
        """Show the grid; what was typed for this period and is not set yet is still there."""
        view: GridView = value
        before, self._view = self._view, view
        if not view.grid.kpis:
            text = "Take a KPI into use first, then it has a column here."
            self.show_state(PageState("No KPI is in use", text, "Choose KPIs", self._go_to_kpis))
            return
        if before is None or before.grid.period != view.grid.period:
            if before is not None:
                self._drafts[before.grid.period] = self.pending
            self.undo_stack.clear()
            self._worked_out = {}
            self.pending = self._drafts.pop(view.grid.period, {})
        self.closed.say(view.grid.closed, "info")
        say_on(self.forward, f"Copy from {shift(view.grid.period, -1, view.settings).label}…")
        for part in (self.forward, self.paste, self.share):
            part.setEnabled(not view.grid.is_read_only)
        self.bar.show_hint(is_read_only=view.grid.is_read_only)
        self._arrange()
        self.table.show_grid(view.grid, view.settings.currency)
        self._go_to_scope()
        self._show_pending(self.pending)

    def _go_to_kpis(self) -> None:
        self.shell.show_page("goals")

    def _go_to_scope(self) -> None:
        """Begin at whom is chosen above the page."""
        scope = self.question.scope if self.question is not None else ORG
        here = self.table.current_key()
        if self._view is not None and scope != ORG and here is not None and here[0] == ORG:
            self.table.setCurrentIndex(self.table.cells.place(scope, here[1]))

    def entered(self) -> None:
        """The keys go to the grid."""
        if self._view is not None and self.shows_body:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- typing: collected here, looked at by the operations, not written ------------------------------------------

    def type_in(self, typed: Mapping[Key, str]) -> None:
        """Collect typed cells; they can be taken back one by one."""
        after = with_typed(self.pending, typed)
        if after != self.pending:
            self.undo_stack.push(_Typing(self.pending, after, self._show_pending))

    def discard(self) -> None:
        """Take everything back that is not set yet."""
        if self.pending:
            self.undo_stack.push(_Typing(self.pending, {}, self._show_pending))
            self.shell.toast("Discarded.", button="Undo", act=self.undo_stack.undo)

    def unset(self) -> str:
        """Targets typed for any period and not set yet."""
        count = sum(map(len, (self.pending, *self._drafts.values())))
        return f"Targets not set yet: {counted(count, 'change')}." if count else ""

    def _show_pending(self, pending: Pending) -> None:
        self.pending, self._looked = pending, None
        if not pending:
            self._worked_out = {}
            self.bar.forget_reason()
        self._show_looked()
        view = self._view
        if view is not None and pending:
            period, edits, ready = view.grid.period, edits_of(pending), still_so(self._worked_out, pending)
            self.shell.jobs.ask(
                "plan-targets",
                lambda workspace: look_at(workspace, period, edits, ready),
                self._planned,
                self.shell.show_error,
            )

    def _planned(self, looked: Looked) -> None:
        view = self._view
        if view is not None and self.pending and looked.plan.period == view.grid.period:
            self._looked = looked
            self._show_looked()

    def _show_looked(self) -> None:
        looked = self._looked
        plan = looked.plan if looked is not None else None
        self.table.show_pending(self.pending, plan, looked.sums if looked is not None else None)
        self.bar.show_pending(self.pending, plan)

    def set_targets(self, reason: str) -> None:
        """Set everything that is pending, or nothing."""
        looked = self._looked
        if looked is None or looked.plan.problems:
            return
        if not reason and any(change.before is not None for change in looked.plan.changes):
            self.bar.ask_reason()
            return
        notes = [*looked.plan.notes, *([STAYS] if self._is_closed(looked.plan.period) else [])]
        if notes and not confirm(self, "Set targets", " ".join(notes), "Is that what is meant?", yes="Set them"):
            return
        plan = replace(looked.plan, reason=reason)
        if reason and reason != self.bar.proposed:  # typed by the manager: it goes before what was proposed
            plan = with_reason(plan, reason)
        self.shell.jobs.ask(
            "set-targets", lambda workspace: operations.apply_edits(workspace, plan), lambda _: self._set(plan),
            self.shell.show_error, certain=True,
        )  # fmt: skip

    def _set(self, plan: EditPlan) -> None:
        self.undo_stack.clear()
        self._show_pending({})
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)  # the button that was pressed is gone
        back = operations.taken_back(plan)
        self.shell.toast(
            f"{counted(len(plan.changes), 'target')} set for {plan.period.label}.",
            button="" if self._is_closed(plan.period) else "Undo", act=lambda: self._take_back(back),
        )  # fmt: skip
        self.shell.announce(Change.GOALS)

    def _is_closed(self, period: Period) -> bool:
        """Whether the period on show is over, in which nothing that stands is changed any more."""
        return self._view is not None and self._view.grid.period == period and bool(self._view.grid.closed)

    def _take_back(self, plan: EditPlan) -> None:
        self.shell.jobs.ask(
            "set-targets", lambda workspace: operations.apply_edits(workspace, plan),
            lambda _: self._taken_back(plan), self.shell.show_error, certain=True,
        )  # fmt: skip

    def _taken_back(self, plan: EditPlan) -> None:
        self.shell.toast(f"{counted(len(plan.changes), 'target')} as before.")
        self.shell.announce(Change.GOALS)

    # --- share out, copy forward ------------------------------------------------------------------------------------

    def ask_share(self) -> None:
        """Divide a target among those below: by default that of the chosen cell."""
        view = self._view
        if view is None:
            return
        here, currency = self.table.current_key(), view.settings.currency
        dialog = ShareDialog(view.grid, currency, self.theme, here, self.pending, self)
        dialog.asked.connect(self._look_at_share)
        dialog.taken.connect(lambda plan: self._take_over(plan.edits))
        self._open(dialog)
        dialog.ask()

    def _look_at_share(self, asked: ShareQuestion) -> None:
        view = self._view
        if view is None:
            return
        period = view.grid.period
        self.shell.jobs.ask(
            "share-out",
            lambda workspace: operations.cascade(
                workspace, asked.kpi_id, asked.scope, period, asked.how, asked.buffer, to_reps=asked.to_reps
            ),
            self._show_share,
            self._share_refused,
        )

    def _show_share(self, plan: CascadePlan) -> None:
        if isinstance(self._dialog, ShareDialog):
            self._dialog.show_plan(plan)

    def _share_refused(self, error: UserError) -> None:
        if isinstance(self._dialog, ShareDialog):
            self._dialog.show_refusal(error)

    def ask_forward(self) -> None:
        """Begin with the targets of the period before."""
        view = self._view
        if view is None:
            return
        before = shift(view.grid.period, -1, view.settings)
        dialog = ForwardDialog(before.label, view.grid.period.label, self)
        dialog.wanted.connect(lambda uplift: self._copy_forward(before, uplift))
        self._open(dialog)

    def _copy_forward(self, before: Period, uplift: float) -> None:
        view = self._view
        if view is None:
            return
        period = view.grid.period
        self.shell.jobs.ask(
            "copy-forward", lambda workspace: operations.copy_forward(workspace, before, period, uplift),
            self._copied_forward, self._forward_refused,
        )  # fmt: skip

    def _copied_forward(self, plan: EditPlan) -> None:
        if isinstance(self._dialog, ForwardDialog):
            if not plan.changes:
                self._dialog.show_error(nothing_to_copy(plan))
                return
            self._dialog.accept()
        self._take_over(plan)

    def _take_over(self, plan: EditPlan) -> None:
        """Put what was worked out into the grid, as if it had been typed, each with its own reason."""
        plan = with_reason(plan, plan.reason)
        self._worked_out = {**self._worked_out, **{key_of(one): one for one in plan.changes}}
        self.bar.propose_reason(plan.reason)
        wrong = {(one.scope, one.kpi_id): one.value for one in plan.problems if one.scope is not None}
        self.type_in({**pending_of(plan.changes), **wrong})
        if plan.notes:
            self.shell.toast(" ".join(plan.notes))

    def _forward_refused(self, error: UserError) -> None:
        if isinstance(self._dialog, ForwardDialog):
            self._dialog.show_error(error)

    def _open(self, dialog: QDialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(self._dialog_closed)
        dialog.open()

    def _dialog_closed(self) -> None:
        self._dialog = None
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- clipboard, file, keys --------------------------------------------------------------------------------------

    def _paste(self) -> None:
        if not QGuiApplication.clipboard().text().strip():
            self.shell.toast("The clipboard is empty. Copy a block of cells in your spreadsheet first.")
            return
        self.table.paste()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def export(self) -> None:
        """Ask for a file and write the grid to it."""
        if self._view is not None and self.shows_body:
            to = ask_where(self, f"Targets {self._view.grid.period.label}", CSV_FORMS)
            if to is not None:
                self.export_to(to)

    def export_to(self, to: Path) -> None:
        """Write the targets that are set, a line for each scope and a column for each KPI."""
        view = self._view
        if view is None:
            return
        content = grid_csv(view.grid).encode("utf-8-sig")

        def write(workspace: Workspace) -> None:
            operations.check_export_path(workspace, to)
            operations.write_file(to, content)

        self.shell.jobs.ask(
            "export", write, lambda _: self.shell.toast(f"Targets written in {to.name}."), self.shell.show_error
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo what was typed."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_stack.undo()
        elif event.matches(QKeySequence.StandardKey.Redo) or _is_ctrl_y(event):
            self.undo_stack.redo()
        else:
            super().keyPressEvent(event)


def _is_ctrl_y(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Y and event.modifiers() == Qt.KeyboardModifier.ControlModifier
