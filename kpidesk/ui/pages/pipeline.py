"""The Pipeline page: is it enough, where deals stand, which are stuck, and what moved; every number opens its deals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.deal_changes import DealHistory
from kpidesk.core.default_method import tracked
from kpidesk.core.errors import UserError
from kpidesk.core.forecasts import Backtest, ForecastView
from kpidesk.core.formats import count_text
from kpidesk.core.papers import Paper
from kpidesk.core.people import ORG
from kpidesk.core.pipeline import Pick, Pipeline
from kpidesk.core.pipeline_paper import pipeline_paper
from kpidesk.core.receipts import Listing, Opens
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import PageState
from kpidesk.ui.surroundings import single
from kpidesk.ui.widgets.controls import button, card, row
from kpidesk.ui.widgets.deal_joining import ask_one
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.forecast_check import check_in_steps
from kpidesk.ui.widgets.page_parts import Column, fill
from kpidesk.ui.widgets.page_waiting import WaitingPage
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.pipeline_moved import MovedCard
from kpidesk.ui.widgets.pipeline_outlook import OutlookCard
from kpidesk.ui.widgets.pipeline_rows import PipelineRows
from kpidesk.ui.widgets.pipeline_stages import StageTable
from kpidesk.ui.widgets.pipeline_stalled import StalledCard
from kpidesk.ui.widgets.pipeline_text import as_sentence, stage_terms
from kpidesk.ui.widgets.type_ahead import Choice

FORECAST = "forecast"
BOOKINGS = "bookings"
NO_STAGES = "No deal is in a stage here: either none is open, or the files name no stages."
INSET = 18


class PipelinePage(WaitingPage):
    """The pipeline of the scope and period above it; a class because pages are widgets."""

    page_id: ClassVar[str] = "pipeline"
    title: ClassVar[str] = "Pipeline"
    depends: ClassVar[Change] = Change.EVERYTHING
    keeps_place: ClassVar[bool] = True
    worked_out: ClassVar[str] = "the pipeline"

    def build(self) -> None:
        """One column of cards."""
        self.found: Pipeline | None = None
        self.view: ForecastView | None = None
        self._chosen = ""
        self._since: date | None = None
        self._came_from: QWidget | None = None
        self._begins = True
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(0, 0, 0, 0)
        self.cards = Column(margins=(24, 4, 24, 24))
        self.outlook = OutlookCard(self.theme)
        self.stalled = StalledCard(self.theme)
        self.moved = MovedCard(self.theme)
        fill(self.cards.column, self.outlook, self._build_stages(), self.stalled, self.moved)
        self.cards.column.addStretch(1)
        self.rows = PipelineRows(self.theme)
        self.pile = QStackedWidget()
        self.pile.addWidget(self.cards)
        self.pile.addWidget(self.rows)
        outer.addWidget(self.pile)
        self._connect()

    def _connect(self) -> None:
        for part in (self.outlook, self.stages, self.stalled, self.moved):
            part.opened.connect(self.open_deals)
        self.outlook.number_opened.connect(self._open_number)
        self.outlook.target_wanted.connect(self._set_target)
        self.outlook.forecast_wanted.connect(self._open_forecast)
        self.stalled.deal_opened.connect(partial(self.open_deal, alone=True))
        self.moved.since_chosen.connect(self.compare_with)
        self.rows.one_wanted.connect(partial(ask_one, self.shell, self))
        self.rows.deal_opened.connect(self.open_deal)
        self.rows.closed.connect(self.close_deals)
        self.stages.selectionModel().currentChanged.connect(lambda now, _before: self._follow(now))
        for widget in (self.rows, self.stages):
            widget.copied.connect(self._copied)

    def _build_stages(self) -> QWidget:
        frame, column = card(margins=(1, 12, 1, 10), spacing=4)
        self.choice = PickButton(self.theme, "pipeline", "chart-bar-decreasing", "P")
        self.choice.chosen.connect(self.open_pipeline)
        self.copy = button("Copy", self._copy, kind="quiet", hint="The table, for a spreadsheet · Ctrl+C in it")
        head = row(PlainLabel("Stages", "subheading"), None, self.copy, self.choice)
        head.setContentsMargins(INSET, 0, 12, 0)
        self.sentence = PlainLabel("", wrap=True)
        self.doubts, self.legend = (PlainLabel("", "small", wrap=True) for _ in range(2))
        for label in (self.sentence, self.doubts, self.legend):
            label.setContentsMargins(INSET, 0, INSET, 0)
        self.stages = StageTable(self.theme)
        column.addLayout(head)
        for widget in (self.sentence, self.doubts, self.stages, self.legend):
            column.addWidget(widget)
        self.stages_card = frame
        return frame

    def entered(self) -> None:
        """The arrow keys go through the stages from the start."""
        self._begins = True
        if self.found is not None and self.shows_body and self.pile.currentWidget() is self.cards:
            self.stages.setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow(self, now: QModelIndex) -> None:
        """Scroll the page to the stage that the cursor is on."""
        if self.stages.hasFocus():
            area = self.stages.visualRect(now)
            top = self.stages.viewport().mapTo(self.cards, area.center()).y() + self.cards.verticalScrollBar().value()
            self.cards.ensureVisible(0, top, 0, area.height())

    # --- what is shown ---------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The pipeline of what is chosen above the page."""
        asked = single(workspace, question)
        try:
            return operations.pipeline(workspace, asked, pipeline=self._chosen, since=self._since)
        except UserError:
            if not self._chosen and self._since is None:
                raise
            return operations.pipeline(workspace, asked)  # what was chosen for another scope or day is not there

    def show_value(self, value: Any) -> None:
        """Show a pipeline, or in words why there is none; then ask for the forecast."""
        found: Pipeline = value
        self.found, self.view = found, None
        if found.as_of is None:
            self.show_state(self._no_deals("its pipeline appears"))
            return
        if is_empty(found):
            self.show_state(self._nothing(found))
            return
        self.pile.setCurrentWidget(self.cards)
        self.outlook.show_pipeline(found, None, "forecast")
        self._show_stages(found)
        self.stalled.show_stalled(found.stalled)
        self.moved.show_moved(found.moved)
        if self._begins:
            self._begins = False
            self.stages.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask_forecast(found)

    def _nothing(self, found: Pipeline) -> PageState:
        text = f"No deal is open, was won or moved in {found.question.period.label}."
        if found.question.scope == ORG:
            return PageState("No deals are open", text, "Import an export", self._go_to_data)
        return PageState("No deals are open here", text, "All deals", lambda: self.shell.set_scope(ORG))

    @staticmethod
    def _say(label: PlainLabel, told: Sequence[str]) -> None:
        """Sentences, or nothing in no place at all."""
        label.setText(" ".join(as_sentence(text) for text in told if text))
        label.setVisible(bool(label.text()))

    def _show_stages(self, found: Pipeline) -> None:
        stages = found.stages
        self.stages.show_stages(stages)
        for widget in (self.stages, self.copy):
            widget.setVisible(stages is not None)
        self.choice.setVisible(len(found.choices) > 1)
        self.sentence.setText(stages.sentence if stages is not None else NO_STAGES)
        self._say(self.doubts, (stages.reason if stages is not None else "", *found.notices))
        is_told = stages is not None and not stages.reason
        self._say(self.legend, (stages.basis, stage_terms(stages)) if stages is not None and is_told else ())
        if stages is not None:
            choices = [Choice(one.label, one.key, f"{count_text(one.deals)} open") for one in found.choices]
            self.choice.offer(choices, stages.pipeline.key, stages.pipeline.label)

    # --- the forecast, which takes longer than the pipeline and is shown after it -------------------------------

    def _ask_forecast(self, found: Pipeline) -> None:
        self.shell.jobs.ask(
            "pipeline:forecast",
            lambda workspace: operations.forecast(workspace, found.question),
            lambda view: self._take_forecast(found, view),
            lambda _error: self._take_forecast(found, None),
        )

    def _take_forecast(self, found: Pipeline, view: ForecastView | None) -> None:
        """Show the forecast; without one the strip has what the pipeline tells."""
        if self.found is not found:
            return
        self.view = view
        if view is None:
            self.outlook.show_pipeline(found, None)
            return
        is_unchecked = view.forecast is not None and view.forecast.track is None
        self.outlook.show_pipeline(found, view, "record" if is_unchecked else "")
        if is_unchecked:
            self._check_forecast(found, view)

    def _check_forecast(self, found: Pipeline, view: ForecastView) -> None:
        """Check the methods against the past."""

        def take(done: Backtest) -> None:
            self.view = tracked(view, done)
            self.outlook.show_pipeline(found, self.view)

        check_in_steps(
            self.shell.jobs, "pipeline:check", lambda workspace: operations.backtest(workspace, found.question), take,
            lambda _error: self.outlook.show_pipeline(found, view), lambda: self.found is found,
        )  # fmt: skip

    # --- what can be done ------------------------------------------------------------------------------------------

    def open_pipeline(self, key: str) -> None:
        """Show the stages of another pipeline."""
        self._chosen = key
        self.reload()

    def compare_with(self, since: date) -> None:
        """Show what moved since another day."""
        self._since = since
        self.reload()

    def open_deals(self, pick: Pick, label: str = "") -> None:
        """Show the deals behind a number."""
        found = self.found
        if found is not None:
            self.shell.jobs.ask(
                "pipeline:rows",
                lambda workspace: operations.pipeline_rows(workspace, found.question, pick),
                partial(self._show_rows, pick, label),
                self.shell.show_error,
            )

    def _show_rows(self, pick: Pick, label: str, found: Listing) -> None:
        if self.found is not None:
            self._leave_cards()
            self.rows.show_rows(found, pick, label, self.found.currency)

    def _open_number(self, opens: Opens) -> None:
        self.shell.open_receipt(opens.kpi_id, opens.question)

    def open_deal(self, deal_id: int, *, alone: bool = False) -> None:
        """Show every version of a deal: below the list on show, or `alone`."""
        day = self.question.as_of if self.question is not None else None
        self.shell.jobs.ask(
            "deal-history",
            lambda workspace: operations.deal_history(workspace, deal_id, day),
            partial(self._show_history, alone=alone),
            self.shell.show_error,
        )

    def open_account(self, account: int, name: str) -> None:
        """Show all deals of an account, whenever they closed."""
        self.shell.jobs.ask(
            "pipeline:rows",
            lambda workspace: (operations.account_deals(workspace, account), operations.settings(workspace).currency),
            partial(self._show_account, name),
            self.shell.show_error,
        )

    def _show_account(self, name: str, answer: tuple[Listing, str]) -> None:
        self._leave_cards()
        self.rows.show_rows(answer[0], Pick("account"), name, answer[1])

    def _show_history(self, found: DealHistory, *, alone: bool) -> None:
        self._leave_cards()
        self.rows.show_history(found, alone=alone)

    def _leave_cards(self) -> None:
        """Show the deals in place of the cards, and remember where the cursor was."""
        if self.pile.currentWidget() is self.cards:
            self._came_from = self.focusWidget()
            self.pile.setCurrentWidget(self.rows)

    def close_deals(self) -> None:
        """Go back to the page from the deals behind a number; the cursor is where it was."""
        self.pile.setCurrentWidget(self.cards)
        if self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_target(self) -> None:
        if self.found is not None:
            self.shell.open_goal(BOOKINGS, self.found.question)

    def _open_forecast(self) -> None:
        self.shell.show_page(FORECAST)

    def _copy(self) -> None:
        self._copied(self.stages.copy())

    def _copied(self, rows: int) -> None:
        self.shell.toast(f"{counted(rows, 'row')} copied.")

    # --- export and keys -------------------------------------------------------------------------------------------

    def to_hand_over(self) -> tuple[str, Paper] | None:
        """What a copy for others is of, by name."""
        return ("this pipeline", pipeline_paper(self.found)) if self.found is not None else None

    def picture(self) -> QWidget:
        """What is copied as a picture: the stages, or the deals behind a number."""
        return self.rows if self.pile.currentWidget() is self.rows else self.stages_card

    def export(self) -> None:
        """Ask for a file and write the pipeline to it."""
        if self.found is not None and self.shows_body:
            to = ask_where(self, f"Pipeline {self.found.title}")
            if to is not None:
                self.export_to(to)

    def export_to(self, to: Path) -> None:
        """Write the pipeline to a file, in the form that its ending names."""
        found = self.found
        if found is not None:
            self._write_file(lambda ws: _write(ws, found, to))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """P chooses the pipeline, M the day to compare with, H shows how it is worked out, F opens the forecast."""
        acts = {
            Qt.Key.Key_P: (self.choice, self.choice.open_list),
            Qt.Key.Key_M: (self.moved.since, self.moved.since.open_list),
            Qt.Key.Key_H: (self.outlook.how, self.outlook.how.click),
            Qt.Key.Key_F: (self.outlook.forecast, self._open_forecast),
        }
        needed, act = acts.get(Qt.Key(event.key()), (None, None))
        is_plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if act is not None and needed is not None and is_plain and needed.isVisible():
            act()
        else:
            super().keyPressEvent(event)


def _write(workspace: Workspace, found: Pipeline, to: Path) -> Path:
    """Write a pipeline in one of its forms; on the database thread."""
    from kpidesk.ui.painting.copies import Copying, write_copy
    from kpidesk.ui.painting.paper_size import usual_paper

    operations.check_export_path(workspace, to)
    return write_copy(pipeline_paper(found), to, Copying(usual_paper()))


def is_empty(found: Pipeline) -> bool:
    """Whether there is nothing at all to show: no stages, and nothing open, won, stalled or moved."""
    numbers = (found.coverage.due.value, found.coverage.won.value, *(line.deals for line in found.moved.lines))
    return found.stages is None and not found.stalled.deals and not any(numbers)
