"""The scorecard: five KPIs first, each against its goals, with everything about the one selected at the side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from kpidesk.core.changes import Change
from kpidesk.core.formats import old_words
from kpidesk.core.objectives import Focus
from kpidesk.core.people import Scope
from kpidesk.core.scorecards import Question, Row, Scorecard
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel, slim_banner
from kpidesk.ui.page import Page, PageState, open_first_steps
from kpidesk.ui.widgets.controls import Segments, card, row
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.facts_panel import FactsPanel
from kpidesk.ui.widgets.facts_text import is_forecast, longer_rows_words
from kpidesk.ui.widgets.matrix_table import MatrixTable
from kpidesk.ui.widgets.pickers import scope_name
from kpidesk.ui.widgets.score_actions import ScoreActions
from kpidesk.ui.widgets.score_asides import ScoreAsides
from kpidesk.ui.widgets.score_function import FunctionChoice
from kpidesk.ui.widgets.score_loading import (
    ScoreView,
    View,
    level_for,
    no_targets,
    on_show,
    trend_from_begin,
    view_of,
    write_card,
)
from kpidesk.ui.widgets.score_pane import ScorePane, about_words, unknown_words
from kpidesk.ui.widgets.score_text import unrated_words
from kpidesk.ui.widgets.signal_watch import SignalWatch
from kpidesk.ui.widgets.summary_strip import SummaryStrip
from kpidesk.ui.widgets.trend_preview import TrendPreview

if TYPE_CHECKING:
    from kpidesk.core.trends import Trend

FOR_PANEL = 900  # a page narrower than this shows the side panel only when asked
FOR_PREVIEW = 176  # height below the table from which a trend fits
OLD_DAYS = 7
GAP = 12


class ScorecardPage(Page):
    """KPIs of a scope in a period, one scope at a time or as a matrix; a class because pages are widgets."""

    page_id: ClassVar[str] = "scorecard"
    title: ClassVar[str] = "Scorecard"
    depends: ClassVar[Change] = Change.EVERYTHING

    def build(self) -> None:
        """Head, banners, strip; below them table and trend at the left, the panel at the right."""
        self.view: ScoreView | None = None
        self._level: View = "one"
        self._panel_wanted: bool | None = None
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(24, 4, 24, 20)
        outer.setSpacing(GAP)
        outer.addLayout(self._build_head())
        self.unrated, self.age, self.notices = slim_banner(), slim_banner(), slim_banner()
        self.strip = SummaryStrip(self.theme)
        self.standing_out = SignalWatch(self.shell, self)
        for widget in (self.unrated, self.age, self.notices, self.standing_out.banner, self.strip):
            outer.addWidget(widget)
        sides = QHBoxLayout()
        sides.setSpacing(GAP)
        self.left = QStackedWidget()
        self.left.addWidget(self._build_one())
        self.matrix = MatrixTable(self.theme)
        frame, column = card(margins=(1, 6, 1, 6))
        column.addWidget(self.matrix)
        self.left.addWidget(frame)
        self.panel = FactsPanel(self.theme)
        self.acts = ScoreActions(self.shell, self)
        self.asides = ScoreAsides(self.shell, self.panel, self)
        sides.addWidget(self.left, 1)
        sides.addWidget(self.panel)
        outer.addLayout(sides, 1)
        self._connect()

    def _build_head(self) -> QHBoxLayout:
        self.headline = PlainLabel("", "heading", elide=True)
        self.about = PlainLabel("", "muted", wrap=True)
        self.levels = Segments((("Scorecard", "one"), ("By team", "team"), ("By rep", "rep")), "Show")
        self.levels.set_value("one")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.headline)
        words.addWidget(self.about)
        self.function = FunctionChoice()
        head = row(self.function, self.levels, spacing=10)
        head.insertLayout(0, words, 1)
        return head

    def _build_one(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        self.pane = ScorePane(self.theme)
        self.preview = TrendPreview(self.theme)
        column.addWidget(self.pane)
        column.addWidget(self.preview, 1000)
        column.addStretch(1)
        return holder

    def _connect(self) -> None:
        self.levels.chosen.connect(self._on_level)
        self.strip.targets_wanted.connect(self._go_to_targets)
        self.function.picked.connect(self.reload)
        self.pane.resized.connect(self._fit)
        self.preview.opened.connect(lambda trend: self.shell.open_trend(trend.kpi.id))
        for table in (self.pane.table, self.matrix):
            table.picked.connect(self._on_picked)
            table.opened.connect(self.open_rows)
            table.about.connect(lambda _row: self.show_panel(True))
            table.touched.connect(self._on_touched)
        self.matrix.member_opened.connect(self._open_member)
        self.panel.receipt.connect(self.open_rows)
        self.panel.longer.connect(lambda about: self.acts.open_longer(about, self.question_of(about)))
        self.panel.before.connect(lambda about: self.acts.open_before(about, self.question_of(about)))
        self.panel.trend.connect(self.open_trend)
        self.panel.goal.connect(self.open_goal)
        self.panel.why.connect(self.open_why)
        self.panel.forecast.connect(self.open_forecast)
        self.panel.focus.connect(self.toggle_focus)
        self.panel.value_wanted.connect(self.acts.ask_value)
        self.pane.table.customContextMenuRequested.connect(self._open_menu)
        self.acts.menu_wanted.connect(self._fill_menu)
        self.asides.told.connect(self._show_told)
        self.panel.closed.connect(lambda: self.show_panel(False))

    # --- loading ------------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The scorecard, and the matrix of teams or reps where that is what is shown."""
        return view_of(workspace, question, self._level)

    def level_of(self, scope: Scope) -> View:
        """What is shown of a scope: a rep has nothing to be divided by."""
        return level_for(scope, self._level)

    def show_value(self, value: Any) -> None:
        """Show a scorecard, or say why there is none."""
        view: ScoreView = self.function.narrowed(value)
        self.view = view
        state = self._empty_state(view)
        if state is not None:
            self.show_state(state)
            return
        self._show_head(view.card, view.elsewhere)
        self.acts.know(view.focus, view.card.question.scope, view.card.rows)
        if view.matrix is not None:
            of_members = (line for who, line in zip(view.matrix.members, view.matrix.cells, strict=True)
                          if who != view.card.question.scope)  # fmt: skip
            judged = [one for line in of_members for one in line if one.target is not None]
            self.strip.show_rows(judged, no_targets(judged, view.card.question, self._level))
            self.left.setCurrentIndex(1)
            self.matrix.show_matrix(view.matrix, self.shell.settings)
        else:
            self.strip.show_rows(view.card.rows, no_targets(view.card.rows, view.card.question))
            self.left.setCurrentIndex(0)
            self.pane.show_rows(view.card.rows, view.focus.kpi_ids)
            self.asides.ask_changes(view.card)
        self._fit()
        self.standing_out.ask(view.card.question)  # last: it charts every rep, and what else is asked would wait for it

    def _empty_state(self, view: ScoreView) -> PageState | None:
        card = view.card
        if card.as_of is None:
            return self._no_deals("its numbers appear")
        if not card.rows:
            text = "Choose the KPIs that this scope is to be measured by."
            return PageState("No KPI is in use here", text, "Choose KPIs", self._go_to_goals)
        if any(one.result.value is not None for one in card.rows) or view.covered == card.question.period:
            return None
        asked = card.question.period
        heading, words = f"Nothing is known about {asked.label}", unknown_words(card.rows)
        ahead = f"Set targets for {asked.label}" if asked.start >= view.covered.end else ""
        return PageState(heading, words, f"Go to {view.covered.label}", self._go_to_covered, ahead, self._go_to_goals)

    def _go_to_targets(self) -> None:
        """To the grid of targets; where there has never been one, to the first steps, which propose them."""
        if self.view is not None and self.view.is_aimless:
            open_first_steps(self.shell)
        else:
            self.shell.show_page("target-grid")

    def _go_to_covered(self) -> None:
        if self.view is not None:
            asked = self.view.card.question
            self.shell.set_question(replace(asked, period=self.view.covered))

    def _show_head(self, card: Scorecard, elsewhere: tuple[str, ...]) -> None:
        asked = card.question
        self.headline.setText(f"{scope_name(asked.scope, self.shell.settings)} · {asked.period.label}")
        focus = self.view.focus if self.view is not None else Focus()
        above = focus.words(asked.scope, scope_name(focus.chosen_for, self.shell.settings))
        about = about_words(card, elsewhere, self.level_of(asked.scope))
        self.about.setText(" · ".join(filter(None, (about, above and f"focus {above}"))))
        self.levels.setVisible(asked.scope.kind in ("org", "team"))
        old = card.running and card.question.as_of is None and (card.age_days or 0) > OLD_DAYS
        words = f"The newest export is {old_words(card.age_days or 0)}; the numbers stand where they stood then."
        self.age.say(words if old else "", "watch", button="Import a newer one", act=self._go_to_data)
        matrix = self.view.matrix if self.view is not None else None
        lacking = unrated_words((*card.rows, *(one for line in (matrix.cells if matrix else ()) for one in line)))
        self.unrated.say(lacking, "watch", button="Add a rate", act=self._ask_rate)
        self.notices.say("\n".join(dict.fromkeys((*card.notices, *(matrix.notices if matrix else ())))), "info")

    def _ask_rate(self) -> None:
        data: Any = self.shell.show_page("data")
        if data is not None:
            data.ask_rate(self.unrated.label.text())

    # --- what is selected ---------------------------------------------------------------------------------------

    def current_row(self) -> Row | None:
        """The row or cell selected."""
        shown = self.matrix if self.left.currentIndex() == 1 else self.pane.table
        return shown.current_row()

    def question_of(self, about: Row) -> Question:
        """What was asked to get a row: its own scope and period, with the page's knowledge."""
        card = self.view.card.question if self.view is not None else Question(about.period)
        by = "rep" if about.scope.kind == "unassigned" and self._level == "rep" else ""
        return replace(card, scope=about.scope, period=about.period, by=by, periods=1)

    def _on_picked(self, about: Row | None) -> None:
        if about is None or self.view is None:
            return
        self.panel.show_row(about, self.shell.settings, in_focus=about.kpi.id in self.view.focus.kpi_ids)
        asked = self.question_of(about)
        card = self.view.card.question
        self.asides.ask(about, asked, replace(card, by="rep" if self.level_of(card.scope) == "rep" else ""))
        if self.preview.isVisibleTo(self):
            self._ask_preview(about)

    def _show_told(self, before: Scorecard, card: Scorecard) -> None:
        if self.view is not None and self.view.card is before:
            self.view = replace(self.view, card=card)
            self.pane.tell(card.rows)

    def _ask_preview(self, about: Row) -> None:
        asked = self.question_of(about)
        self.shell.jobs.ask(
            "scorecard:trend",
            lambda workspace: trend_from_begin(workspace, about.kpi.id, asked),
            self._show_preview,
            self.asides.leave_out,
        )

    def _show_preview(self, trend: Trend) -> None:
        about = self.current_row()
        if about is not None and trend.kpi.id == about.kpi.id:
            self.preview.show_trend(trend, self.shell.settings)

    # --- what can be done ---------------------------------------------------------------------------------------

    def open_rows(self, about: Row) -> None:
        """Show the rows behind a number."""
        self.shell.open_receipt(about.kpi.id, self.question_of(about))

    def _go_to(self, scope: Scope) -> None:
        if self.view is not None and scope != self.view.card.question.scope:
            self.shell.set_scope(scope)

    def open_trend(self, about: Row) -> None:
        """Show the trend of a KPI; that of another member becomes the scope above the page."""
        self._go_to(about.scope)
        self.shell.open_trend(about.kpi.id)

    def break_down(self, about: Row) -> None:
        """Break a KPI down by a field; the scope of another member becomes that above the page."""
        self._go_to(about.scope)
        self.shell.open_breakdown(about.kpi.id)

    def open_why(self, about: Row) -> None:
        """Say why a KPI changed; the scope of another member becomes that above the page."""
        self._go_to(about.scope)
        self.shell.open_why(about.kpi.id)

    def open_forecast(self, about: Row) -> None:
        """Say where bookings will end; the scope of another member becomes that above the page."""
        self._go_to(about.scope)
        self.shell.show_page("forecast")

    def open_goal(self, about: Row) -> None:
        """Go to where baseline and target are set."""
        self.shell.open_goal(about.kpi.id, replace(self.question_of(about), by=""))

    def toggle_focus(self, about: Row | None = None) -> None:
        """Put the KPI selected (or that of a row) in focus or out of it, for the scope on show."""
        wanted = about or self.current_row()
        if wanted is not None:
            table = self.pane.table
            self.acts.toggle_focus(wanted, table.mapToGlobal(table.visualRect(table.currentIndex()).bottomLeft()))

    def show_signals(self) -> None:
        """Open the panel of what stands out."""
        self.standing_out.open()

    def show_rules(self) -> None:
        """Open the manager's own rules."""
        self.standing_out.open_rules()

    def ask_value(self) -> None:
        """Ask for the value of the KPI selected, or of the first one on show that is typed in."""
        rows = self.view.card.rows if self.view is not None else ()
        about = self.current_row()
        wanted = next((one for one in (about, *rows) if one is not None and one.kpi.is_manual), None)
        if wanted is None:
            self.shell.toast("No KPI here is typed in.", button="Write one", act=self._go_to_goals)
        else:
            self.acts.ask_value(wanted)

    def _open_menu(self, at: QPoint) -> None:
        table, about = self.pane.table, self.current_row()
        if about is not None:
            self.acts.open_menu(about, table.viewport().mapToGlobal(at))

    def _fill_menu(self, menu: QMenu, about: Row) -> None:
        menu.addAction("Show the rows\tEnter", lambda: self.open_rows(about))
        if words := longer_rows_words(about):
            menu.addAction(words, lambda: self.acts.open_longer(about, self.question_of(about)))
        menu.addAction("Trend\tT", lambda: self.open_trend(about))
        if about.kpi.formula and not about.kpi.is_manual:
            menu.addAction("Break down…\tB", lambda: self.break_down(about))
        menu.addAction("Change target\tG" if about.target else "Set target\tG", lambda: self.open_goal(about))

    def _open_member(self, scope: Scope) -> None:
        self._level = "one"
        self.levels.set_value("one")
        self.shell.set_scope(scope)

    def _on_level(self, level: View) -> None:
        self._level = level
        self.reload()

    def to_hand_over(self) -> tuple[str, Scorecard] | None:
        """What a copy for others is of, by name."""
        return ("this scorecard", self.view.card) if self.view is not None else None

    def picture(self) -> QWidget:
        """What is copied as a picture: the table or the matrix."""
        return self.pane

    def export(self) -> None:
        """Ask for a file and write what is on show to it."""
        to = ask_where(self, self.view.card.title) if self.view is not None else None
        if to is not None:
            self.export_to(to)

    def export_to(self, to: Path) -> None:
        """Write the scorecard, or the matrix in its place, to a file in the form that its ending names."""
        if self.view is None:
            return
        card = self.view.card
        by = self.level_of(card.question.scope)
        self._write_file(lambda ws: write_card(ws, on_show(ws, card, by), to))

    # --- room and keys ------------------------------------------------------------------------------------------

    def show_panel(self, shown: bool) -> None:
        """Open or close the side panel; it stays as the user left it."""
        self._panel_wanted = shown
        self._fit()
        if not shown:
            self._focus_table()

    def _is_roomy(self) -> bool:
        return self.width() >= self.theme.px(FOR_PANEL)

    def _on_touched(self, _row: Row) -> None:
        """Where the panel has no room beside the table, a click on a KPI opens it."""
        if not self._is_roomy() and not self.panel.isVisible():
            self.show_panel(True)

    def _focus_table(self) -> None:
        shown = self.matrix if self.left.currentIndex() == 1 else self.pane.table
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self) -> None:
        """Show panel and trend where there is room for them."""
        self.panel.setVisible(self._is_roomy() if self._panel_wanted is None else self._panel_wanted)
        arranged = self.body.layout()
        if arranged is not None:
            arranged.activate()  # a banner that has just come or gone has changed the room
        left = self.left.height() - self.pane.sizeHint().height() - GAP
        fits = left >= self.theme.px(FOR_PREVIEW)
        was = self.preview.isVisibleTo(self.left)
        self.preview.setVisible(fits)
        about = self.pane.table.current_row()
        if fits and not was and about is not None and self.preview.trend is None:
            self._ask_preview(about)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find room anew."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """T trend, B breakdown, W why, L forecast, G target, F focus, M more, Escape closes the panel."""
        about, key = self.current_row(), event.key()
        if key == Qt.Key.Key_Escape and self.panel.isVisible():
            self.show_panel(False)
        elif key == Qt.Key.Key_M and self.pane.isVisible():
            self.pane.toggle()
        elif about is not None and key == Qt.Key.Key_T:
            self.open_trend(about)
        elif about is not None and key == Qt.Key.Key_B and about.kpi.formula:
            self.break_down(about)
        elif about is not None and key == Qt.Key.Key_W:
            self.open_why(about)
        elif about is not None and key == Qt.Key.Key_L and is_forecast(about):
            self.open_forecast(about)
        elif about is not None and key == Qt.Key.Key_G:
            self.open_goal(about)
        elif about is not None and key == Qt.Key.Key_F:
            self.toggle_focus(about)
        else:
            super().keyPressEvent(event)
