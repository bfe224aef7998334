"""The numbers that formulas use and no file tells, such as the gross margin: set and explained in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import Page
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.editor_numbers import NumbersTable
from kpidesk.ui.widgets.page_parts import Column, button, fill

ABOUT = "No export tells these. A formula reads one by its name, for example param(gross_margin)."
NOTHING = "No KPI needs a number of its own so far."


@dataclass(frozen=True, slots=True)
class NumbersView:
    """What the page shows: every number, and the names of the KPIs."""

    found: tuple[operations.Parameter, ...]
    names: dict[str, str]


class NumbersPage(Page):
    """Names with their numbers; a class because pages are widgets."""

    page_id: ClassVar[str] = "numbers"
    title: ClassVar[str] = "Numbers for formulas"
    depends: ClassVar[Change] = Change.KPIS | Change.SETTINGS
    asks: ClassVar[bool] = False

    def build(self) -> None:
        """The numbers, and a line to add one."""
        self.view: NumbersView | None = None
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(0, 14, 0, 16)
        whole = Column(margins=(24, 0, 24, 8), widest=1040, centred=False)
        outer.addWidget(whole)
        frame, column = card(spacing=12)
        self.state = PlainLabel("", "heading", wrap=True)
        self.table = NumbersTable(self.theme)
        self.table.typed.connect(self.set_number)
        fill(column, self.state, PlainLabel(ABOUT, "muted", wrap=True), self.table)
        fill(whole.column, frame, self._build_new())
        whole.column.addStretch(1)

    def _build_new(self) -> QWidget:
        frame, column = card(spacing=8)
        self.name, self.value = QLineEdit(placeholderText="discount_rate"), QLineEdit(placeholderText="10% or 0.1")
        self.name.setAccessibleName("Name of a new number")
        self.value.setAccessibleName("Value of a new number")
        self.name.setFixedWidth(self.theme.px(240))
        self.value.setFixedWidth(self.theme.px(120))
        self.problem = PlainLabel("", "problem", wrap=True)
        self.problem.hide()
        self.add = button("&Add", self.add_number, "primary")
        for field in (self.name, self.value):
            field.returnPressed.connect(self.add_number)
        line = row(PlainLabel("Name"), self.name, 8, PlainLabel("Value"), self.value, 8, self.add, None)
        fill(column, PlainLabel("A number of your own", "heading"), line, self.problem)
        return frame

    def load(self, workspace: Workspace, _question: Any) -> Any:
        """Every number that is set or that a KPI uses."""
        names = {entry.kpi.id: entry.kpi.name for entry in operations.kpis(workspace)}
        return NumbersView(operations.parameters(workspace), names)

    def show_value(self, value: Any) -> None:
        """Show the numbers, those that are missing first."""
        view: NumbersView = value
        self.view = view
        unset = sum(one.value is None and bool(one.used_by) for one in view.found)
        kpis = {kpi for one in view.found if one.value is None for kpi in one.used_by}
        if unset:
            they = "they are" if unset > 1 else "it is"
            self.state.setText(f"{counted(unset, 'number')} missing; {counted(len(kpis), 'KPI')} cannot be computed"
                               f" before {they} set")  # fmt: skip
        else:
            self.state.setText("All numbers are set" if view.found else NOTHING)
        self.table.show_numbers(view.found, view.names)
        self.table.setVisible(bool(view.found))

    def set_number(self, name: str, text: str) -> None:
        """Set a number as it was typed in its line."""
        self.shell.jobs.ask(
            f"numbers:{name}",
            lambda ws: operations.set_parameter(ws, name, text),
            self._set,
            lambda error: self.table.say(name, str(error)),
        )

    def add_number(self) -> None:
        """Add a number under a name of one's own."""
        name, text = self.name.text(), self.value.text()
        self.shell.jobs.ask(
            "numbers:new", lambda ws: operations.set_parameter(ws, name, text), self._added, self._refused
        )

    def _added(self, made: operations.Parameter) -> None:
        self.name.clear()
        self.value.clear()
        self.problem.hide()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self._set(made)

    def _refused(self, error: UserError) -> None:
        self.problem.setText(str(error))
        self.problem.show()

    def _set(self, made: operations.Parameter) -> None:
        self.table.say(made.name, "")
        used = (
            f" {counted(len(made.used_by), 'KPI')} {'use' if len(made.used_by) != 1 else 'uses'} it."
            if made.used_by
            else ""
        )
        self.shell.toast(f"{made.name} is set.{used}")
        self.shell.announce(Change.SETTINGS)
