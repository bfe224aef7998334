"""The Forecast page: where the period will land and how sure that is; what it rests on folds open below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.deal_changes import DealHistory
from kpidesk.core.default_method import tracked
from kpidesk.core.errors import UserError
from kpidesk.core.forecast_paper import forecast_paper, pace_chart
from kpidesk.core.forecasts import Backtest, DueDeal, ForecastView
from kpidesk.core.papers import Paper
from kpidesk.core.periods import Period, shift
from kpidesk.core.progress import finish
from kpidesk.core.receipts import Opens
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.surroundings import single
from kpidesk.ui.widgets.controls import back_button, button, card, row
from kpidesk.ui.widgets.deal_joining import ask_one
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.forecast_answer import AnswerCard
from kpidesk.ui.widgets.forecast_check import Steps, check_in_steps
from kpidesk.ui.widgets.forecast_create import CreatePart, LeadingPart
from kpidesk.ui.widgets.forecast_deals import CategoriesPart, DealsPart, Picked
from kpidesk.ui.widgets.forecast_fold import FoldCard
from kpidesk.ui.widgets.forecast_later import LaterParts
from kpidesk.ui.widgets.forecast_methods import MethodsPart
from kpidesk.ui.widgets.forecast_rows import ForecastRows
from kpidesk.ui.widgets.forecast_tables import ChartPart, TablePart, say
from kpidesk.ui.widgets.forecast_text import curve_words, pace_words, said_table
from kpidesk.ui.widgets.page_parts import Column, fill
from kpidesk.ui.widgets.page_waiting import WaitingPage

CURVE = 236


@dataclass(frozen=True, slots=True)
class Loaded:
    """A forecast, and whether another can be submitted for its period today."""

    view: ForecastView
    can_submit: bool


class ForecastPage(WaitingPage):
    """The forecast of the scope and period above it; a class because pages are widgets."""

    page_id: ClassVar[str] = "forecast"
    title: ClassVar[str] = "Forecast"
    depends: ClassVar[Change] = Change.EVERYTHING
    keeps_place: ClassVar[bool] = True
    worked_out: ClassVar[str] = "the forecast"
    is_step: ClassVar[bool] = True

    def build(self) -> None:
        """One column: the answer and the pace, then parts that fold."""
        self.view: ForecastView | None = None
        self.backtest: Backtest | None = None
        self._split = "equal"
        self._came_from: QWidget | None = None
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(0, 0, 0, 0)
        self.pile = QStackedWidget()
        outer.addWidget(self.pile)
        self.cards, self.rows = Column(margins=(24, 4, 24, 24)), ForecastRows(self.theme)
        self.pile.addWidget(self.cards)
        self.pile.addWidget(self.rows)
        self._fill(self.cards.widget() or self.cards)
        self._connect()

    def _fill(self, inside: QWidget) -> None:
        """Put the answer and the parts below each other."""
        theme = self.theme
        self.answer = AnswerCard(theme)
        self.methods, self.deals = MethodsPart(theme, inside), DealsPart(theme, inside)
        self.categories, self.leading = CategoriesPart(theme, inside), LeadingPart(theme, inside)
        self.create_part, self.later = CreatePart(theme, inside), LaterParts(theme, self.shell, inside)
        fill(self.cards.column, self._build_head(), self._build_top(), self.methods, self.deals, self.categories,
             self.leading, self.create_part, self.later)  # fmt: skip
        self.cards.column.addStretch(1)

    def _build_head(self) -> QWidget:
        made = QWidget()
        self.back = back_button(self.theme, lambda: self.shell.go(-1))
        self.to_pipeline = button("To the pipeline", lambda: self.shell.show_page("pipeline"), kind="quiet",
                                  hint="Stages, deals long in them and what moved")  # fmt: skip
        self.set_target = button("Set a target", self._set_target, hint="What this period is to bring")
        self.submit = button("Submit a forecast…", self.later.ask_submission, kind="primary",
                             hint="Writes down what will be booked; it is dated and never changes · S")  # fmt: skip
        made.setLayout(row(self.back, None, self.to_pipeline, self.set_target, self.submit))
        return made

    def _build_top(self) -> QWidget:
        """What is seen first, and copied as a picture: the answer, the pace, and what was said of a closed period."""
        self.top = QWidget()
        column = QVBoxLayout(self.top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        fill(column, self.answer, self._build_pace(), self._build_said())
        return self.top

    def _build_pace(self) -> QWidget:
        self.pace_card, column = card(margins=(18, 12, 18, 10), spacing=6)
        self.pace_words = PlainLabel("", wrap=True)
        self.pace = ChartPart(self.theme, "Pace", CURVE)
        fill(column, PlainLabel("Pace", "subheading"), self.pace_words, self.pace)
        return self.pace_card

    def _build_said(self) -> QWidget:
        self.said_card, column = card(margins=(18, 12, 18, 12), spacing=6)
        self.said = TablePart(self.theme, "What was said, and what came")
        self.said_words = PlainLabel("", "small", wrap=True)
        title = PlainLabel("What the app would have said, and what came", "subheading")
        fill(column, title, self.said_words, self.said)
        return self.said_card

    def _connect(self) -> None:
        self.answer.number_opened.connect(self._open_number)
        self.methods.period_opened.connect(self._open_past)
        self.answer.create_wanted.connect(self.create_part.go_to)
        for card_ in (self.deals, self.categories):
            card_.opened_deals.connect(self.open_deals)
        self.deals.chances_wanted.connect(self._ask_chances)
        for part in (self.methods, self.deals):
            part.opened_code.connect(self.shell.open_code)
        self.create_part.split.connect(self._split_by)
        self.leading.opened_kpi.connect(self._open_kpi)
        self.rows.one_wanted.connect(partial(ask_one, self.shell, self))
        self.rows.deal_opened.connect(self._open_deal)
        self.rows.closed.connect(self.close_deals)
        self.rows.copied.connect(lambda count: self.shell.toast(f"{counted(count, 'row')} copied."))
        self.pace.copied.connect(self.shell.toast)

    # --- what is shown ---------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The forecast of what is chosen above the page; None before there are any deals."""
        asked = single(workspace, question)
        if operations.data_date(workspace) is None:
            return None
        view = operations.forecast(workspace, asked, self._split)
        can_submit = asked.as_of is None and asked.period.end > workspace.today and view.running
        return Loaded(view, can_submit and asked.scope.kind in ("org", "team", "rep"))

    def show_value(self, value: Any) -> None:
        """Show a forecast, or in words why there is none; then check it against the past."""
        if value is None:
            self.show_state(self._no_deals("its forecast appears"))
            return
        loaded: Loaded = value
        if self.view is not None and self.view.question != loaded.view.question:
            self.close_deals()
            if not any(part.is_open for part in self.cards.findChildren(FoldCard)):
                self.cards.verticalScrollBar().setValue(0)  # the answer comes first; an open part stays where it is
        self.submit.setVisible(loaded.can_submit)
        self.show_forecast(loaded.view, None, waiting=True)
        self.later.show_view(loaded.view, can_submit=loaded.can_submit)
        self._check(loaded.view)

    def show_forecast(self, view: ForecastView, found: Backtest | None, *, waiting: bool = False) -> None:
        """Show a forecast and its check against the past, which may be on its way (`waiting`)."""
        self.view, self.backtest = view, found
        self.set_target.setVisible(view.target is None)
        self._show_methods(waiting=waiting)
        self._show_pace(view)
        for part in (self.deals, self.categories, self.leading, self.create_part):
            part.show_view(view)
        for widget in (self.deals, self.create_part):
            widget.setVisible(view.running)  # what is still to come; a period that is over has none of it
        self.categories.setVisible(view.running and not view.why_missing("pipeline"))

    def _show_pace(self, view: ForecastView) -> None:
        chart = pace_chart(view)
        if chart is not None and not any(value for one in chart.lines for _, value in one.points):
            chart = None  # a line along zero shows nothing
        self.pace_card.setVisible(view.pacing is not None and (chart is not None or bool(view.pacing.words)))
        say(self.pace_words, pace_words(view))
        self.pace.setVisible(chart is not None)
        if chart is not None:
            self.pace.show_chart(chart)
            self.pace.sentence.setText(curve_words(view))

    def _show_methods(self, *, waiting: bool) -> None:
        """Show what depends on the check against the past."""
        view = self.view
        if view is None:
            return
        self.answer.show_view(view, waiting=waiting)
        self.methods.setVisible(view.running)
        self.said_card.setVisible(not view.running)
        if view.running:
            self.methods.show_view(view, self.backtest, waiting=waiting)
        else:
            self.said.setVisible(not waiting)
            words = "Each with only what was known at that time." if not waiting else "Looking back…"
            self.said_words.setText(words)
            self.said.show_table(said_table(view, self.backtest))

    def _check(self, view: ForecastView) -> None:
        """Check the methods against the past; a period that is over is itself part of the past of the next one."""

        def begin(workspace: Workspace) -> Steps:
            asked = view.question
            if not view.running:
                asked = replace(asked, period=shift(asked.period, 1, operations.settings(workspace)))
            return operations.backtest(workspace, asked)

        check_in_steps(
            self.shell.jobs, "forecast:check", begin, partial(self._take_check, view),
            lambda _error: self._show_methods(waiting=False), lambda: self.view is view,
        )  # fmt: skip

    def _take_check(self, view: ForecastView, done: Backtest) -> None:
        self.backtest = done
        self.view = tracked(view, done) if view.running else view
        self.later.take_checked(self.view)
        self._show_methods(waiting=False)

    # --- what can be done ------------------------------------------------------------------------------------------

    def open_deals(self, title: str, picked: Picked) -> None:
        """Show the open deals behind a number."""
        self.later.ask(
            "deals",
            lambda workspace, asked: operations.deals_due(
                workspace, asked, stage=picked.stage, category=picked.category
            ),
            partial(self._show_deals, title),
        )  # fmt: skip

    def _ask_chances(self) -> None:
        self.later.ask("chances", operations.win_chances, self.deals.show_chances)

    def _split_by(self, allocation: str) -> None:
        self._split = allocation
        self.later.ask("split", partial(operations.forecast, allocation=allocation), self.create_part.show_view)

    def _show_deals(self, title: str, deals: tuple[DueDeal, ...]) -> None:
        if self.pile.currentWidget() is self.cards:
            self._came_from = self.focusWidget()
        self.pile.setCurrentWidget(self.rows)
        self.rows.show_deals(title, deals)

    def close_deals(self) -> None:
        """Go back from the deals behind a number; the cursor is where it was."""
        if self.pile.currentWidget() is self.rows:
            self.pile.setCurrentWidget(self.cards)
            if self._came_from is not None:
                self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_deal(self, deal_id: int) -> None:
        def load(workspace: Workspace, asked: Question) -> DealHistory:
            return operations.deal_history(workspace, deal_id, asked.as_of)

        self.later.ask("deal-history", load, self.rows.show_history)

    def _open_number(self, opens: Opens) -> None:
        self.shell.open_receipt(opens.kpi_id, opens.question)

    def _open_past(self, period: Period) -> None:
        if self.view is not None:
            self.shell.open_receipt(self.view.kpi.id, replace(self.view.question, period=period))

    def _open_kpi(self, kpi_id: str) -> None:
        if self.view is not None:
            self.shell.open_receipt(kpi_id, self.view.question)

    def _set_target(self) -> None:
        if self.view is not None:
            self.shell.open_goal(self.view.kpi.id, self.view.question)

    # --- export and keys -------------------------------------------------------------------------------------------

    def picture(self) -> QWidget:
        """What is copied as a picture: the answer with the pace, or the deals behind a number."""
        return self.rows if self.pile.currentWidget() is self.rows else self.top

    def export(self) -> None:
        """Ask for a file and write the forecast to it."""
        if self.view is not None and self.shows_body:
            to = ask_where(self, self.view.title)
            if to is not None:
                self.export_to(to)

    def to_hand_over(self) -> tuple[str, Paper] | None:
        """What a copy for others is of, by name."""
        view = self.view if self.shows_body else None
        return ("this forecast", _paper(view, self.backtest)) if view is not None else None

    def export_to(self, to: Path) -> None:
        """Write the forecast to a file, in the form that its ending names."""
        view, found = self.view, self.backtest
        if view is not None:
            self._write_file(lambda workspace: _write(workspace, view, found, to))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """S submits a forecast, W opens what if."""
        is_plain = event.modifiers() == Qt.KeyboardModifier.NoModifier and self.pile.currentWidget() is self.cards
        if is_plain and event.key() == Qt.Key.Key_S and self.later.can_submit:
            self.later.ask_submission()
        elif is_plain and event.key() == Qt.Key.Key_W and self.later.drivers.isVisible():
            self.later.drivers.go_to()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """What is private is shut as soon as the page is left."""
        self.later.pay.set_open(False)
        super().hideEvent(event)


def _checked_now(workspace: Workspace, asked: Question) -> Backtest | None:
    """The whole check against the past; None where nothing can be checked."""
    try:
        return finish(operations.backtest(workspace, asked))
    except UserError:
        return None


def _write(workspace: Workspace, view: ForecastView, found: Backtest | None, to: Path) -> Path:
    """Write a forecast in one of its forms; on the database thread."""
    from kpidesk.ui.painting.copies import Copying, write_copy
    from kpidesk.ui.painting.paper_size import usual_paper

    operations.check_export_path(workspace, to)
    if view.running and found is None:  # asked for before the check was done: a paper says what it came to
        found = _checked_now(workspace, view.question)
        view = tracked(view, found) if found is not None else view
    return write_copy(_paper(view, found), to, Copying(usual_paper()))


def _paper(view: ForecastView, found: Backtest | None) -> Paper:
    """A forecast with its check against the past, which a period that is over has none of."""
    return forecast_paper(view, found if view.running else None)
