"""Trends: one KPI over periods with the goals as they were, as a chart, a table, or several side by side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kpidesk.core.changes import Change
from kpidesk.core.people import Scope
from kpidesk.core.scorecards import Question
from kpidesk.core.term_words import terms_unsaid
from kpidesk.core.trend_layers import LAYER_WORDS, Layer
from kpidesk.core.trend_words import explanations
from kpidesk.core.trends import Trend
from kpidesk.core.wording import capital, plural
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import Banner, PlainLabel
from kpidesk.ui.page import Page
from kpidesk.ui.surroundings import single
from kpidesk.ui.widgets.controls import Segments, button, card, row
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.facts_text import BOOKINGS
from kpidesk.ui.widgets.flow_row import FlowRow
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.pickers import scope_choices, scope_name
from kpidesk.ui.widgets.receipt_model import RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable
from kpidesk.ui.widgets.score_table import OPENING
from kpidesk.ui.widgets.trend_answer import TrendAnswer, View, Wanted, answer_of, write_trend
from kpidesk.ui.widgets.trend_explorer import TrendExplorer
from kpidesk.ui.widgets.trend_grid import TrendGrid
from kpidesk.ui.widgets.trend_notes import TrendNotes
from kpidesk.ui.widgets.trend_noting import Noting
from kpidesk.ui.widgets.trend_show import LayerChips
from kpidesk.ui.widgets.trend_text import key_words, point_sentence, table_columns
from kpidesk.ui.widgets.type_ahead import Choice, kpi_choices

VIEWS = (("Chart", "chart"), ("Table", "table"), ("First five", "grid"), ("Reps", "reps"))
LENGTHS = (8, 13, 24, 36)
DEFAULT_LENGTH = 13
CHART_HINT = "Point at the chart, or go with ← and →. Enter shows the rows behind a point, T the table, N adds a note."
TABLE_HINT = "Enter shows the rows behind a period, Ctrl+C copies, T goes back to the chart."


class TrendsPage(Page):
    """One KPI over periods; a class because pages are widgets. `open_kpi` says which."""

    page_id: ClassVar[str] = "trends"
    title: ClassVar[str] = "Trends"
    depends: ClassVar[Change] = Change.EVERYTHING

    def build(self) -> None:
        """Choices above; the sentence, then chart, table or grid; what the cursor is on below."""
        self.view: TrendAnswer | None = None
        self._kpi_id = ""
        self._length = DEFAULT_LENGTH
        self._other: Scope | None = None
        self._ahead = ""
        self._shown: View = "chart"
        self.noting = Noting(self.shell, self)
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(24, 4, 24, 20)
        outer.setSpacing(12)
        outer.addLayout(self._build_choices())
        self.notices = Banner()
        outer.addWidget(self.notices)
        self.beside = PlainLabel("", "muted", wrap=True)
        self.beside.hide()
        outer.addWidget(self.beside)
        self.stack = QStackedWidget()
        self.grid = TrendGrid(self.theme)
        self.stack.addWidget(self._build_card())
        self.stack.addWidget(self.grid)
        outer.addWidget(self.stack, 1)
        self.kept_whole = (self.plot, self.sentence, self.told)
        self._connect()

    def _build_choices(self) -> FlowRow:
        self.kpi = PickButton(self.theme, "KPI", "target", "K")
        self.compare = PickButton(self.theme, "team or rep to compare with", "users", "C")
        self.ahead = PickButton(self.theme, "leading KPI to draw ahead", "trending-up", "L")
        self.lengths = Segments([(str(length), length) for length in LENGTHS], "Periods")
        self.lengths.set_value(DEFAULT_LENGTH)
        self.grain = PlainLabel("", "small")
        counted = QWidget()
        beside = row(self.grain, self.lengths, spacing=8)
        beside.setContentsMargins(0, 0, 0, 0)
        counted.setLayout(beside)
        self.views = Segments(VIEWS, "Show")
        self.views.set_value("chart")
        return FlowRow(self.kpi, self.compare, self.ahead, None, counted, self.views, spacing=10)

    def _build_card(self) -> QWidget:
        frame, column = card(margins=(1, 14, 1, 12), spacing=6)
        self.heading = PlainLabel("", "heading", elide=True)
        self.sentence = PlainLabel("", "muted", wrap=True)
        self.told = PlainLabel("", wrap=True)
        self.told.hide()
        self.layers = LayerChips()
        self.layers.changed.connect(self.show_layers)
        head = FlowRow(self.heading, None, self.layers, spacing=16, squeeze=1)
        head.setContentsMargins(17, 0, 17, 0)
        column.addLayout(head)
        for label in (self.sentence, self.told):
            label.setContentsMargins(17, 0, 17, 0)
            column.addWidget(label)
        column.addSpacing(4)
        column.addWidget(self._build_views(), 1)
        column.addLayout(self._build_foot())
        return frame

    def _build_views(self) -> QStackedWidget:
        """The chart with what is said below it, and behind it the table of its periods."""
        self.plot = TrendExplorer(self.theme)
        self.table = RecordTable(
            RecordModel[int](()), self.theme, name="Periods of the trend", sortable=False, finds=False, height=32
        )
        self.inner = QStackedWidget()
        holder = QWidget()
        around = QVBoxLayout(holder)
        around.setContentsMargins(15, 0, 15, 0)
        around.setSpacing(4)
        around.addWidget(self.plot, 1)
        self.key = PlainLabel("", "small", elide=True)
        self.key.setContentsMargins(2, 0, 2, 0)
        around.addWidget(self.key)
        self.notes = TrendNotes(self.theme)
        self.notes.hide()
        around.addWidget(self.notes)
        self.inner.addWidget(holder)
        self.inner.addWidget(self.table)
        return self.inner

    def _build_foot(self) -> QHBoxLayout:
        """What the cursor reads, and where the number there leads."""
        self.reading = PlainLabel("", "small", elide=True)
        self.rows_button = button("Show the rows", self._open_here, kind="link")
        self.why_button = button("Why?", self._open_why, kind="link", hint="Why it changed in this period")
        self.forecast_button = button(
            "Will we make it?", lambda: self.shell.show_page("forecast"), kind="link", hint="Where the period will end"
        )
        stays = self.rows_button.sizePolicy()
        stays.setRetainSizeWhenHidden(True)  # or the chart would shrink when the cursor comes
        self.rows_button.setSizePolicy(stays)
        foot = row(self.reading, self.why_button, self.rows_button, self.forecast_button, spacing=12)
        foot.setStretch(0, 1)
        foot.setContentsMargins(17, 0, 17, 0)
        return foot

    def _connect(self) -> None:
        self.kpi.chosen.connect(self.open_kpi)
        self.compare.chosen.connect(self._on_compare)
        self.ahead.chosen.connect(self.look_ahead)
        self.lengths.chosen.connect(self._on_length)
        self.views.chosen.connect(self.show_view)
        self.plot.moved.connect(self._on_moved)
        self.plot.drawn.connect(lambda: self.key.setText(key_words(self.plot.trend, self.plot.frame)))
        self.plot.opened.connect(self.open_point)
        self.table.doubleClicked.connect(lambda index: self.open_point(index.row()))
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._on_moved(now.row()))
        self.grid.opened.connect(self._open_from_grid)

    # --- loading ------------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The trend, what it is compared with, and the first five where they are what is shown."""
        asked = single(workspace, question)
        wanted = Wanted(self._kpi_id, self._length, self._other, self._ahead, self._shown)
        found = answer_of(workspace, asked, wanted)
        return found and replace(found, trend=replace(found.trend, layers=self.shell.preferences.layers))

    def show_value(self, value: Any) -> None:
        """Show a trend, or say why there is none."""
        if value is None:
            self.show_state(self._no_kpi("then their trends appear"))
            return
        view: TrendAnswer = value
        self.view = view
        self._kpi_id = view.trend.kpi.id
        if view.trend.as_of is None:
            self.show_state(self._no_deals("its trends appear"))
            return
        self._show_choices(view)
        self.notices.say("\n".join(view.trend.notices))
        self._show_trend(view)
        if view.reps is not None:
            self.grid.show_reps(view.reps, self.shell.settings)
        else:
            self.grid.show_trends(view.grid, self.shell.settings)
        self._turn()

    def _show_choices(self, view: TrendAnswer) -> None:
        settings, asked = self.shell.settings, view.trend.question
        self.grain.setText(plural("period" if asked.period.grain == "span" else asked.period.grain).capitalize())
        kpis = kpi_choices(view.kpis)
        self.kpi.offer(kpis, view.trend.kpi.id, view.trend.kpi.name)
        scopes = scope_choices(view.organisation, settings, asked.period.start)
        nobody = Choice("Nobody", None, "one line only", "x")
        others = [one for one in scopes if one.value != asked.scope]
        name = f"with {scope_name(view.other.question.scope, settings)}" if view.other else "Compare with…"
        self.compare.offer([nobody, *others] if view.other else others, self._other, name)
        self._offer_leading(view)

    def _offer_leading(self, view: TrendAnswer) -> None:
        """The KPIs that foretell the one shown; the button is away where none does."""
        shown = view.trend.ahead
        nothing = Choice("Nothing", "", "the trend alone", "x")
        leading = kpi_choices(view.leading)
        name = f"Ahead: {shown.kpi.name}" if shown else "Leading KPI…"
        self.ahead.offer([nothing, *leading] if shown else leading, shown.kpi.id if shown else "", name)
        self.ahead.setVisible(bool(view.leading))

    def _show_trend(self, view: TrendAnswer) -> None:
        settings, trend = self.shell.settings, view.trend
        name = scope_name(view.other.question.scope, settings) if view.other else ""
        self.heading.setText(f"{trend.kpi.name} · {scope_name(trend.question.scope, settings)}")
        shown = trend.sentence.removeprefix(f"{trend.kpi.name}, {scope_name(trend.question.scope, settings)}: ")
        told = (capital(shown), trend.ahead.sentence if trend.ahead else "")
        self.sentence.setText(" ".join(part for part in told if part))
        beside = explanations(trend)
        drawn = (LAYER_WORDS[one] for one in trend.layers)
        terms = terms_unsaid((trend.kpi.name, self.sentence.text(), *beside, *drawn))
        self.told.setText(" ".join((*beside, *([terms] if terms else []))))
        self.told.setVisible(bool(self.told.text()))
        self.forecast_button.setVisible(trend.kpi.id == BOOKINGS and any(one.partial for one in trend.points))
        self.layers.show_layers(trend.layers, trend)
        self.notes.show_marks(trend.marks if trend.shows("notes") else ())
        self.plot.show_trend(trend, settings, view.other, name)
        columns = table_columns(trend, view.other, name, settings.currency)
        self.table.records.show_rows(range(len(trend.points)), columns)
        self._on_moved(-1)

    # --- choices ------------------------------------------------------------------------------------------------

    def open_kpi(self, kpi_id: str) -> None:
        """Show another KPI, also from another page; remembered while nothing is asked yet."""
        self._kpi_id = kpi_id
        if self._shown in ("grid", "reps"):
            self._shown = "chart"
            self.views.set_value("chart")
        if self.question is not None:
            self.reload()

    def compare_with(self, scope: Scope | None) -> None:
        """Draw a second scope as a thin line; None takes it away."""
        self._other = scope
        self.reload()

    def look_ahead(self, kpi_id: str) -> None:
        """Draw a KPI that foretells the one shown, moved on by its lag; nothing takes it away."""
        self._ahead = kpi_id
        self.reload()

    def _on_compare(self, scope: Scope | None) -> None:
        self.compare_with(scope)

    def _on_length(self, length: int) -> None:
        self._length = length
        self.reload()

    def _open_from_grid(self, trend: Trend) -> None:
        """Go to one of several trends; that of a rep becomes the scope above the page."""
        if self.question is not None and trend.question.scope != self.question.scope:
            self._kpi_id, self._shown = trend.kpi.id, "chart"
            self.views.set_value("chart")
            self.shell.set_scope(trend.question.scope)
        else:
            self.open_kpi(trend.kpi.id)

    def show_layers(self, layers: frozenset[Layer]) -> None:
        """Draw other parts beside the line, and remember them for every trend."""
        self.shell.preferences.layers = layers
        if self.view is not None:
            self.view = replace(self.view, trend=replace(self.view.trend, layers=layers))
            self._show_trend(self.view)

    def show_view(self, view: View) -> None:
        """Turn to the chart, the data table, the first five KPIs, or every rep on one scale."""
        was, self._shown = self._shown, view
        self.views.set_value(view)
        if view != was and view in ("grid", "reps"):
            self.reload()
        else:
            self._turn()

    def _turn(self) -> None:
        reps = self.view.reps if self.view is not None and self._shown == "reps" else None
        self.beside.setText(reps.words if reps is not None else "")
        self.beside.setVisible(reps is not None)
        self.stack.setCurrentIndex(1 if self._shown in ("grid", "reps") else 0)
        self.inner.setCurrentIndex(1 if self._shown == "table" else 0)
        self._on_moved(self.here())

    # --- the point in hand --------------------------------------------------------------------------------------

    def _on_moved(self, at: int) -> None:
        inside = self.view is not None and 0 <= at < len(self.view.trend.points)
        currency = self.shell.settings.currency
        self.reading.setText(point_sentence(self.view.trend, at, currency) if inside and self.view else self._hint())
        self.rows_button.setVisible(inside)
        self.why_button.setVisible(inside)

    def _hint(self) -> str:
        return TABLE_HINT if self._shown == "table" else CHART_HINT

    def here(self) -> int:
        """The number of the point in hand, -1 for none."""
        return self.table.currentIndex().row() if self._shown == "table" else self.plot.cursor_at

    def _open_why(self) -> None:
        """Say why the KPI changed in the period in hand, which becomes the one above the page."""
        at = self.here()
        if self.view is not None and 0 <= at < len(self.view.trend.points):
            trend = self.view.trend
            self.shell.set_question(replace(trend.question, period=trend.points[at].period))
            self.shell.open_why(trend.kpi.id)

    def _open_here(self) -> None:
        self.open_point(self.here())

    def open_point(self, at: int) -> None:
        """Show the rows behind a point."""
        if self.view is not None and 0 <= at < len(self.view.trend.points):
            trend = self.view.trend
            self.shell.open_receipt(trend.kpi.id, replace(trend.question, period=trend.points[at].period))

    def ask_note(self) -> None:
        """Ask what happened, at the point in hand."""
        if self.view is not None:
            self.noting.ask(self.view.trend, self.here())

    # --- export and keys ----------------------------------------------------------------------------------------

    def to_hand_over(self) -> tuple[str, Trend] | None:
        """What a copy for others is of, by name."""
        return ("this trend", self.view.trend) if self.view is not None else None

    def picture(self) -> QWidget:
        """What is copied as a picture: the chart, or what stands in its place."""
        if self._shown in ("grid", "reps"):
            return self.stack
        return self.table if self._shown == "table" else self.plot

    def export(self) -> None:
        """Ask for a file and write the trend to it."""
        to = ask_where(self, self.view.trend.title) if self.view is not None else None
        if to is not None:
            self.export_to(to)

    def export_to(self, to: Path) -> None:
        """Write the trend to a file, in the form that its ending names."""
        if self.view is not None:
            trend = self.view.trend
            self._write_file(lambda ws: write_trend(ws, trend, to))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """T chart or table, K chooses the KPI, C whom to compare with, L what runs ahead, N notes what happened."""
        key = event.key()
        if key == Qt.Key.Key_T:
            self.show_view("chart" if self._shown == "table" else "table")
            (self.table if self._shown == "table" else self.plot).setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif event.matches(QKeySequence.StandardKey.Copy):
            rows = self.table.copy("\t", everything=self._shown != "table")
            self.shell.toast(f"{rows} periods copied.")
        elif key == Qt.Key.Key_K:
            self.kpi.open_list()
        elif key == Qt.Key.Key_C:
            self.compare.open_list()
        elif key == Qt.Key.Key_L and self.ahead.isVisible():
            self.ahead.open_list()
        elif key == Qt.Key.Key_N:
            self.ask_note()
        elif key in OPENING and self._shown == "table":
            self._open_here()
        else:
            super().keyPressEvent(event)
