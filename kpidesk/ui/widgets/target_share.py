"""The dialog that shares a target out: from whom, how, with what buffer, and what each part would get."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QWidget

from kpidesk.core.cascade import CascadeLine, CascadePlan, How
from kpidesk.core.errors import UserError
from kpidesk.core.formats import format_value
from kpidesk.core.goals import Target, one_for_all
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Scope
from kpidesk.core.target_grid import Grid, GridLine
from kpidesk.ui.messages import PlainLabel, plain_button_text, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, Segments, card, row
from kpidesk.ui.widgets.goal_text import exactly
from kpidesk.ui.widgets.page_parts import Mark
from kpidesk.ui.widgets.people_dialogs import AskDialog
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable
from kpidesk.ui.widgets.target_forward import percent_of
from kpidesk.ui.widgets.target_text import Key, Pending, share_text

HOWS: tuple[tuple[str, How], ...] = (("By capacity", "capacity"), ("Equally", "equal"), ("By history", "history"))
WIDTH, TALL = 720, 260
INDENT = "\N{EM SPACE}"
_NOT_SET = UserError("This target is typed and not set yet.", "Set it first, then share it out.")


@dataclass(frozen=True, slots=True)
class ShareQuestion:
    """What is to be shared out: the KPI, from whom, how, how much more (0.1 for a tenth), whether down to the reps."""

    kpi_id: str
    scope: Scope
    how: How
    buffer: float
    to_reps: bool = False


def parents_of(grid: Grid) -> tuple[GridLine, ...]:
    """The lines that have others below them, which their targets can be shared out to."""
    below = zip(grid.lines, grid.lines[1:], strict=False)
    teams = [line for line, after in below if line.kind == "team" and after.depth > line.depth]
    return (*(line for line in grid.lines if line.scope == ORG), *teams)


def has_teams(grid: Grid, scope: Scope) -> bool:
    """Whether there are teams below a line, whose parts can be shared out in the same go."""
    if scope == ORG:
        return any(line.kind == "team" for line in grid.lines)
    at = next((at for at, line in enumerate(grid.lines) if line.scope == scope), len(grid.lines))
    below = takewhile(lambda line: line.depth > grid.lines[at].depth, grid.lines[at + 1 :])
    return any(line.kind == "team" for line in below)


def columns_of(kpi: Kpi, currency: str) -> tuple[Column[CascadeLine], ...]:
    """Who gets how much, how much they have now, and why; both unrounded in the tool tip."""

    def full(target: Target | None) -> str:
        return exactly(target.target, kpi, currency) if target is not None else ""

    return (
        Column("For", lambda one: INDENT * one.depth + one.name, strong=True),
        Column("Share", lambda one: share_text(one.share), lambda one: one.share, right=True),
        Column("Target", lambda one: one.text, lambda one: one.target.target, right=True, strong=True,
               full=lambda one: full(one.target)),
        Column("Now", lambda one: one.before_text, lambda one: one.before.target if one.before else 0.0, right=True,
               full=lambda one: full(one.before)),
        Column("Why", lambda one: one.why),
    )  # fmt: skip


class ShareDialog(AskDialog):
    """Share out a target; a class because it is a widget with signals.

    `asked` sends a ShareQuestion whenever something is chosen; `taken` the CascadePlan to put into the grid.
    """

    asked = Signal(object)
    taken = Signal(object)

    def __init__(
        self, grid: Grid, currency: str, theme: Theme, here: Key | None, pending: Pending, parent: QWidget | None = None
    ) -> None:
        text = "It is put into the grid first. Nothing is set before you say so."
        super().__init__("Share out a target", text, "Put into the grid", parent)
        self.setMinimumWidth(theme.px(WIDTH))
        self._grid, self._currency, self._pending = grid, currency, pending
        self.plan: CascadePlan | None = None
        self.kpi, self.whole = ListBox(), ListBox()
        self._fill(here)
        self.form.addLayout(self._choices(theme))
        self.how = Segments(HOWS, "How")
        self.how.set_value("capacity")
        self.how.chosen.connect(lambda _: self.ask())
        self.buffer = QLineEdit("0%")
        self.buffer.setMaximumWidth(theme.px(72))
        self.buffer.setAccessibleName("Buffer: how much more than the target is shared out, in percent")
        self.buffer.textEdited.connect(lambda _: self.ask())
        self._buffer_name = PlainLabel("Buffer on top", "small")
        self._buffer_name.setBuddy(self.buffer)
        self.to_reps = QCheckBox("Down to the reps")
        self.to_reps.toggled.connect(lambda _: self.ask())
        tip(self.to_reps, "Share what each team gets out to its reps in the same go")
        self.form.addLayout(row(self.how, 12, self._buffer_name, self.buffer, 12, self.to_reps, None))
        self.table: RecordTable = RecordTable(
            RecordModel(columns_of(self._chosen_kpi(), currency)), theme, name="What each part would get", stretch=(4,),
            sortable=False, least=150,
        )  # fmt: skip
        self.table.setMinimumHeight(theme.px(TALL))
        frame, inside = card(margins=(1, 4, 1, 4))
        inside.addWidget(self.table)
        self.form.addWidget(frame, 1)
        self.sign = Mark(theme, "check", "good", 16)
        self.sums = PlainLabel("", wrap=True)
        line = row(self.sign, self.sums)
        line.setStretch(1, 1)
        self.form.addLayout(line)
        self.show_refusal(UserError(""))

    def sizeHint(self) -> QSize:
        """Room for some ten parts."""
        return QSize(self.minimumWidth(), super().sizeHint().height())

    def _choices(self, theme: Theme) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(10)
        for words, box in (("KPI", self.kpi), ("Of", self.whole)):
            box.setAccessibleName({"KPI": "KPI", "Of": "Whose target"}[words])
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
            box.setMaximumWidth(theme.px(320))
            box.activated.connect(lambda _: self.ask())
            name = PlainLabel(words, "small")
            name.setBuddy(box)
            line.addWidget(name)
            line.addWidget(box, 1)
        return line

    def _fill(self, here: Key | None) -> None:
        for kpi in self._grid.kpis:
            self.kpi.addItem(plain_button_text(kpi.name), kpi.id)
        for line in parents_of(self._grid):
            self.whole.addItem(line.name, line.scope)
        if here is not None:
            self.kpi.setCurrentIndex(max(self.kpi.findData(here[1]), 0))
            places = [at for at in range(self.whole.count()) if self.whole.itemData(at) == here[0]]
            self.whole.setCurrentIndex(places[0] if places else 0)

    def _chosen_kpi(self) -> Kpi:
        return self._grid.kpis[self.kpi.currentIndex()]

    def ask(self) -> None:
        """Ask what each part would get, as chosen; a KPI with one value for all is not divided at all."""
        kpi, whole = self._chosen_kpi(), self.whole.currentData()
        same = one_for_all(kpi) or kpi.direction == "range"
        for part in (self.how, self.buffer, self._buffer_name):
            part.setVisible(not same)
        self.to_reps.setVisible(has_teams(self._grid, whole))
        if (whole, kpi.id) in self._pending:
            self.show_refusal(_NOT_SET)
            return
        how: How = next(value for _, value in HOWS if value == self.how.value())
        try:
            buffer = 0.0 if same else percent_of(self.buffer.text())
        except UserError as error:
            self.show_refusal(error)
            return
        self.asked.emit(ShareQuestion(kpi.id, whole, how, buffer, self._is_deep(whole)))

    def _is_deep(self, whole: Scope) -> bool:
        return self.to_reps.isChecked() and has_teams(self._grid, whole)

    def show_plan(self, plan: CascadePlan) -> None:
        """Show what each part would get and whether it comes to the whole."""
        self.plan = plan
        self.problem.hide()
        self._show_parts(visible=True)
        self.table.records.show_rows(plan.lines, columns_of(plan.kpi, self._currency))
        self.table.fit()
        odd = bool(plan.check.words)
        self.sign.show_icon(*(("triangle-alert", "watch") if odd else ("check", "good")))
        self.sums.setText("\n".join(self._sum_words(plan)))
        self.yes.setEnabled(bool(plan.edits.changes))

    def _sum_words(self, plan: CascadePlan) -> list[str]:
        found = [f"{plan.words} {plan.check.words}".strip()]
        if plan.implied is not None:
            value = format_value(plan.implied, plan.kpi.display, self._currency)
            found.append(f"All together would then come to {value}.")
        if not plan.edits.changes:
            found.append("That is what they have already.")
        return [*found, *plan.notes]

    def show_refusal(self, error: UserError) -> None:
        """Say why this cannot be shared out."""
        self.plan = None
        self._show_parts(visible=False)
        self.table.records.show_rows(())
        if error.problem:
            self.show_error(error)
        self.yes.setEnabled(False)

    def _show_parts(self, *, visible: bool) -> None:
        for part in (self.sign, self.sums):
            part.setVisible(visible)

    def take(self) -> None:
        """Put it into the grid."""
        if self.plan is not None and self.yes.isEnabled():
            self.taken.emit(self.plan)
            self.accept()
