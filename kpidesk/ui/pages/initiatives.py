"""Initiatives: what was begun in order to move KPIs, and whether they moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QVBoxLayout

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.initiatives import Initiative, Readout
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.flow_row import Panes
from kpidesk.ui.widgets.initiative_dialog import InitiativeDialog, Offered
from kpidesk.ui.widgets.initiative_list import InitiativeList
from kpidesk.ui.widgets.initiative_readout import ReadoutView
from kpidesk.ui.widgets.page_parts import button

EMPTY = "No initiative yet"
EMPTY_WORDS = "Write down what you begin and which KPI it is to move. Here you then see whether it did, or luck alone."


@dataclass(frozen=True, slots=True)
class InitiativesView:
    """What the page shows: every initiative with what became of it, and what a new one may be about."""

    readouts: tuple[Readout, ...]
    offered: Offered


class InitiativesPage(Page):
    """The list beside what became of the one chosen; a class because pages are widgets."""

    page_id: ClassVar[str] = "initiatives"
    title: ClassVar[str] = "Initiatives"
    depends: ClassVar[Change] = Change.DATA | Change.PEOPLE | Change.KPIS | Change.SETTINGS
    periods: ClassVar[bool] = False
    past_words: ClassVar[str] = "Initiatives are those of today."

    def build(self) -> None:
        """The buttons above, the list at the left, the read-out at the right."""
        self.view: InitiativesView | None = None
        self.dialog: InitiativeDialog | None = None
        self._wanted = 0
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(24, 4, 24, 20)
        outer.setSpacing(12)
        self.dropped = QCheckBox("Show dropped ones")
        self.dropped.toggled.connect(lambda _on: self._fill())
        self.new = button("&New initiative…", self.ask_new, "primary")
        outer.addLayout(row(None, self.dropped, self.new, spacing=12))
        split = Panes(self.theme, 620)
        frame, column = card(margins=(1, 6, 1, 6), spacing=0)
        self.list = InitiativeList(self.theme)
        self.list.chosen.connect(self._show_current)
        column.addWidget(self.list, 1)
        self.nothing = PlainLabel("Every initiative was dropped.", "muted", wrap=True)
        self.nothing.setContentsMargins(16, 8, 16, 8)
        column.addWidget(self.nothing)
        self.readout = ReadoutView(self.theme)
        self.readout.change.connect(self.ask_change)
        self.readout.dropped.connect(self._drop)
        self.readout.trend.connect(self._open_trend)
        self.readout.rows.connect(self._open_rows)
        split.addWidget(frame)
        split.addWidget(self.readout)
        split.setStretchFactor(1, 1)
        split.setSizes([self.theme.px(300), self.theme.px(720)])
        outer.addWidget(split, 1)

    # --- what is shown ---------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """Every initiative with what became of it up to the newest data."""
        as_of = question.as_of if question is not None else None
        kpis = tuple(one.kpi for one in operations.kpis(workspace) if one.computable and one.kpi.status != "retired")
        scopes = tuple(one for one in operations.scopes(workspace).scopes() if one.kind != "unassigned")
        found = operations.initiatives(workspace, dropped=True)
        return InitiativesView(
            tuple(operations.readout(workspace, one, as_of) for one in found), Offered(kpis, scopes)
        )  # fmt: skip

    def show_value(self, value: Any) -> None:
        """Show the initiatives, or how to begin."""
        self.view = value
        if not value.readouts:
            self.show_state(PageState(EMPTY, EMPTY_WORDS, "New initiative…", self.ask_new))
            return
        self._fill()

    def _fill(self) -> None:
        if self.view is None:
            return
        every = self.view.readouts
        shown = [one for one in every if not one.initiative.dropped_at or self.dropped.isChecked()]
        chosen, self._wanted = self._wanted or self.list.number(), 0
        self.list.show_readouts(shown, chosen, self.shell.settings)

    def _current(self) -> Readout | None:
        every = self.view.readouts if self.view is not None else ()
        return next((one for one in every if one.initiative.id == self.list.number()), None)

    def _show_current(self) -> None:
        found = self._current()
        self.readout.setVisible(found is not None)
        self.nothing.setVisible(found is None)
        if found is not None:
            self.readout.show_readout(found, self.shell.settings)

    def entered(self) -> None:
        """The arrow keys go through the list from the start."""
        if self.shows_body:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what can be done ------------------------------------------------------------------------------------------

    def ask_new(self) -> None:
        """Ask for a new initiative, for the scope above the page."""
        self._ask(None)

    def ask_change(self, one: Initiative) -> None:
        """Ask what is to be another."""
        self._ask(one)

    def _ask(self, one: Initiative | None) -> None:
        if self.view is None:
            return
        scope = self.question.scope if self.question is not None else ORG
        self.dialog = made = InitiativeDialog(
            one, self.view.offered, scope, self.shell.today(), self.shell.settings, self.window()
        )  # fmt: skip
        made.wanted.connect(self._keep)
        made.destroyed.connect(self._closed)
        made.open()

    def _closed(self) -> None:
        self.dialog = None

    def _keep(self, one: Initiative) -> None:
        self.shell.jobs.ask(
            "initiative", lambda workspace: operations.save_initiative(workspace, one), self._kept,
            lambda error: self.dialog.show_error(error) if self.dialog is not None else self.shell.show_error(error),
            certain=True,
        )  # fmt: skip

    def _kept(self, one: Initiative) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self._wanted = one.id
        self.shell.toast(f"Kept: {one.name}")
        self.shell.announce(Change.GOALS)
        self.reload()

    def _drop(self, one: Initiative) -> None:
        back = bool(one.dropped_at)
        self.shell.jobs.ask(
            "initiative", lambda workspace: operations.drop_initiative(workspace, str(one.id), back=back),
            self._dropped, self.shell.show_error, certain=True,
        )  # fmt: skip

    def _dropped(self, one: Initiative) -> None:
        words = f"Dropped: {one.name}" if one.dropped_at else f"Taken up again: {one.name}"
        self.shell.toast(words, button="Undo", act=lambda: self._drop(one))
        self.shell.announce(Change.GOALS)
        self.reload()

    def _open_rows(self, kpi_id: str, window: Period) -> None:
        found = self._current()
        if found is not None:
            as_of = self.question.as_of if self.question is not None else None
            defined = next((one.defined for one in found.kpis if one.kpi.id == kpi_id), None)
            self.shell.open_receipt(kpi_id, Question(window, found.initiative.scope, as_of=as_of, defined=defined))

    def _open_trend(self, kpi_id: str) -> None:
        found = self._current()
        if found is not None:
            self.shell.set_scope(found.initiative.scope)
        self.shell.open_trend(kpi_id)
