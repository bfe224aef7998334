"""The parts of the Forecast page that load when they are opened: what if, forecasts given, return, and pay."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.forecasts import ForecastView
from kpidesk.core.scorecards import Question
from kpidesk.core.submissions import Submitted
from kpidesk.core.what_ifs import DriverId, WhatIf
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.page import Shell
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.forecast_drivers import DriversPart
from kpidesk.ui.widgets.forecast_given import AccuracyPart, GivenPart, SubmitDialog, TypedForecast
from kpidesk.ui.widgets.forecast_loading import (
    Given,
    Pay,
    WantedReturn,
    forget_pay,
    keep_pay,
    load_given,
    load_groups,
    load_pay,
    load_reps,
    load_return,
)
from kpidesk.ui.widgets.forecast_pay import PayPart
from kpidesk.ui.widgets.forecast_return import ReturnPart
from kpidesk.ui.widgets.page_parts import fill
from kpidesk.ui.widgets.pickers import scope_name

T = TypeVar("T")


class LaterParts(QWidget):
    """What if, forecasts given and how near they came, return of sourcing people, pay. A class: it is a widget."""

    def __init__(self, theme: Theme, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell = shell
        self._view: ForecastView | None = None
        self.can_submit = False
        self.dialog: SubmitDialog | None = None
        self.drivers, self.given = DriversPart(theme, self), GivenPart(theme, self)
        self.accuracy, self.returns, self.pay = AccuracyPart(theme, self), ReturnPart(theme, self), PayPart(theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        fill(column, self.drivers, self.given, self.accuracy, self.returns, self.pay)
        self._connect()

    def _connect(self) -> None:
        self.drivers.opened.connect(self._try_again)
        self.drivers.tried.connect(self.try_drivers)
        self.given.submit_wanted.connect(self.ask_submission)
        self.accuracy.copied.connect(self._shell.toast)
        self.returns.opened.connect(lambda: self.ask("groups", _groups, self.returns.show_groups))
        self.returns.wanted.connect(self._ask_return)
        self.returns.copied.connect(self._shell.toast)
        self.pay.opened.connect(lambda: self.ask("reps", load_reps, self.pay.show_reps))
        self.pay.rep_chosen.connect(lambda scope: self._ask_pay(partial(load_pay, scope=scope)))
        self.pay.plan_typed.connect(lambda typed: self._ask_pay(partial(keep_pay, typed=typed)))
        self.pay.forgotten.connect(lambda scope: self._ask_pay(partial(forget_pay, scope=scope)))

    def ask(
        self, name: str, load: Callable[[Workspace, Question], T], show: Callable[[T], None],
        fail: Callable[[UserError], None] | None = None,
    ) -> None:  # fmt: skip
        """Ask something about the forecast on show; what is answered after another one has come is dropped."""
        if self._view is None:
            return
        asked = self._view.question

        def take(answer: T) -> None:
            if self._view is not None and self._view.question == asked:
                show(answer)

        self._shell.jobs.ask(
            f"forecast:{name}", lambda workspace: load(workspace, asked), take, fail or self._shell.show_error
        )

    # --- what is shown ---------------------------------------------------------------------------------------------

    def show_view(self, view: ForecastView, *, can_submit: bool) -> None:
        """Show the parts of a forecast; of another one nothing that is private stays open."""
        if self._view is not None and self._view.question != view.question:
            self.pay.set_open(False)
        self._view, self.can_submit = view, can_submit
        self.drivers.setVisible(view.running)
        if self.drivers.is_open:
            self._try_again()
        self.ask("given", load_given, self._show_given)

    def take_checked(self, view: ForecastView) -> None:
        """Know the forecast on show with its check against the past, for what is submitted beside it."""
        self._view = view

    def _show_given(self, found: Given) -> None:
        self.given.show_given(found, self._shell.settings, can_submit=self.can_submit)
        self.accuracy.show_given(found)

    # --- what can be done ------------------------------------------------------------------------------------------

    def try_drivers(self, changes: dict[DriverId, float]) -> None:
        """Show what other drivers would bring."""

        def load(workspace: Workspace, asked: Question) -> WhatIf:
            return operations.what_if(workspace, asked, changes)

        self.ask("drivers", load, self.drivers.show_what_if, self.drivers.show_problem)

    def _try_again(self) -> None:
        self.try_drivers(self.drivers.changes())

    def _ask_return(self, wanted: WantedReturn) -> None:
        self.ask("return", partial(load_return, wanted=wanted), self.returns.show_return, self.returns.show_problem)

    def _ask_pay(self, load: Callable[[Workspace, Question], Pay]) -> None:
        self.ask("pay", load, self.pay.show_pay, self.pay.show_problem)

    def ask_submission(self) -> None:
        """Ask for the forecast that is to be submitted."""
        if self._view is None or not self.can_submit:
            return
        asked = self._view.question
        self.dialog = SubmitDialog(self._view, scope_name(asked.scope, self._shell.settings), self)
        self.dialog.wanted.connect(partial(self._submit, asked, self.dialog))
        self.dialog.open()

    def _submit(self, asked: Question, dialog: SubmitDialog, typed: TypedForecast) -> None:
        def keep(workspace: Workspace) -> Submitted:
            return operations.submit_text(
                workspace, asked.scope, asked.period, typed.commit, typed.best_case, typed.pipeline, note=typed.note
            )

        self._shell.jobs.ask("forecast:submit", keep, partial(self._submitted, dialog), dialog.show_error)

    def _submitted(self, dialog: SubmitDialog, given: Submitted) -> None:
        dialog.accept()
        self.dialog = None
        self._shell.toast(" ".join(("Forecast submitted.", *given.notices)))
        self.given.set_open(True)
        self._shell.announce(Change.DATA)


def _groups(workspace: Workspace, _asked: Question) -> tuple[tuple[str, str], ...]:
    return load_groups(workspace)
