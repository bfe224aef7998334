"""The scorecard: five KPIs first, each against its goals, with everything about the one selected at the side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.formats import old_words
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Matrix, Question, Row, Scorecard
from kpidesk.core.trends import Trend, begun
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel, slim_banner
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.widgets.controls import Segments, card, row
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.facts_panel import FactsPanel
from kpidesk.ui.widgets.matrix_table import MatrixTable
from kpidesk.ui.widgets.pickers import scope_name
from kpidesk.ui.widgets.score_pane import ScorePane, about_words
from kpidesk.ui.widgets.summary_strip import SummaryStrip
from kpidesk.ui.widgets.trend_preview import TrendPreview

View = Literal["one", "team", "rep"]
FOR_PANEL = 900  # a page narrower than this shows the side panel only when asked
FOR_PREVIEW = 176  # height below the table from which a trend fits
OLD_DAYS = 7
GAP = 12


@dataclass(frozen=True, slots=True)
class ScoreView:
    """What the page shows: the scorecard, the matrix where one is asked for, the last period with data.

    `elsewhere` names the KPIs in use that are not for scopes like this one.
    """

    card: Scorecard
    matrix: Matrix | None
    covered: Period
    elsewhere: tuple[str, ...]


def matrix_of(parts: Scorecard, whole: Scorecard) -> Matrix:
    """The rows of a scorecard by member as a matrix, the whole scope as the last line."""
    members = tuple(dict.fromkeys(one.scope for one in parts.rows))
    cell = {(one.scope, one.kpi.id): one for one in parts.rows}
    kpis = tuple(one.kpi for one in whole.rows)
    cells = tuple(tuple(cell[member, kpi.id] for kpi in kpis) for member in members)
    return Matrix(
        parts.question, kpis, (*members, whole.question.scope), (*cells, whole.rows), parts.ramping, parts.notices
    )


def on_show(workspace: Workspace, card: Scorecard, by: View) -> Scorecard:
    """A scorecard with the rows that its table shows: its own, or under each KPI every member and then the whole."""
    if by == "one":
        return card
    parts = operations.scorecard(workspace, replace(card.question, by=by))
    rows = [one for whole in card.rows for one in (*(r for r in parts.rows if r.kpi.id == whole.kpi.id), whole)]
    return replace(parts, rows=tuple(rows))


def parts_of(workspace: Workspace, about: Row, question: Question) -> tuple[Row, ...]:
    """One KPI by team where there are several, else by rep; nothing for a rep."""
    levels = {"org": ("team", "rep"), "team": ("rep",)}.get(about.scope.kind, ())
    for by in levels:
        asked = replace(question, scope=about.scope, by=by)
        found = operations.scorecard(workspace, asked, (about.kpi.id,)).rows
        if sum(one.result.value is not None for one in found) > 1:
            return found
    return ()


class ScorecardPage(Page):
    """KPIs of a scope in a period, one scope at a time or as a matrix; a class because pages are widgets."""

    page_id: ClassVar[str] = "scorecard"
    title: ClassVar[str] = "Scorecard"
    icon: ClassVar[str] = "layout-dashboard"
    help_text: ClassVar[str] = "Which KPI is on track against minimum, target and stretch"
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
        self.age, self.notices = slim_banner(), slim_banner()
        self.strip = SummaryStrip(self.theme)
        for widget in (self.age, self.notices, self.strip):
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
        sides.addWidget(self.left, 1)
        sides.addWidget(self.panel)
        outer.addLayout(sides, 1)
        self._connect()

    def _build_head(self) -> QHBoxLayout:
        self.headline = PlainLabel("", "heading", elide=True)
        self.about = PlainLabel("", "muted", elide=True)
        self.levels = Segments((("Scorecard", "one"), ("By team", "team"), ("By rep", "rep")), "Show")
        self.levels.set_value("one")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.headline)
        words.addWidget(self.about)
        head = row(self.levels, spacing=10)
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
        self.pane.resized.connect(self._fit)
        self.preview.opened.connect(lambda trend: self.shell.open_trend(trend.kpi.id))
        for table in (self.pane.table, self.matrix):
            table.picked.connect(self._on_picked)
            table.opened.connect(self.open_rows)
            table.about.connect(lambda _row: self.show_panel(True))
        self.matrix.member_opened.connect(self._open_member)
        self.panel.receipt.connect(self.open_rows)
        self.panel.trend.connect(self.open_trend)
        self.panel.goal.connect(self.open_goal)
        self.panel.closed.connect(lambda: self.show_panel(False))

    # --- loading ------------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The scorecard, and the matrix of teams or reps where that is what is shown."""
        asked = replace(question, by="", periods=1) if question else operations.opening(workspace)
        card = operations.scorecard(workspace, asked)
        matrix = None
        if self.level_of(asked.scope) == "team":
            matrix = matrix_of(operations.scorecard(workspace, replace(asked, by="team")), card)
        elif self.level_of(asked.scope) == "rep":
            matrix = operations.matrix(workspace, asked)
        grain = "quarter" if asked.period.grain == "span" else asked.period.grain
        covered = operations.question(workspace, grain=grain, as_of=asked.as_of).period
        elsewhere = tuple(one.name for one in operations.kpis_elsewhere(workspace, asked.scope))
        return ScoreView(card, matrix, covered, elsewhere)

    def level_of(self, scope: Scope) -> View:
        """What is shown of a scope: a rep has nothing to be divided by."""
        return self._level if scope.kind in ("org", "team") else "one"

    def show_value(self, value: Any) -> None:
        """Show a scorecard, or say why there is none."""
        view: ScoreView = value
        self.view = view
        state = self._empty_state(view)
        if state is not None:
            self.show_state(state)
            return
        self._show_head(view.card, view.elsewhere)
        if view.matrix is not None:
            judged = [one for line in view.matrix.cells for one in line if one.target is not None]
            of_members = any(one.scope != view.card.question.scope for one in judged)
            self.strip.show_rows(judged, "" if of_members else self._no_target_words(view.card))
            self.left.setCurrentIndex(1)
            self.matrix.show_matrix(view.matrix, self.shell.settings)
        else:
            self.strip.show_rows(view.card.rows)
            self.left.setCurrentIndex(0)
            self.pane.show_rows(view.card.rows)
        self._fit()

    def _no_target_words(self, card: Scorecard) -> str:
        many = "teams" if self.level_of(card.question.scope) == "team" else "reps"
        return f"No targets for {many} in {card.question.period.label}"

    def _empty_state(self, view: ScoreView) -> PageState | None:
        card = view.card
        if card.as_of is None:
            text = "Import a deals export from your CRM, and its numbers appear here."
            return PageState("No deals have been imported yet", text, "Import an export", self._go_to_data)
        if not card.rows:
            text = "Choose the KPIs that this scope is to be measured by."
            return PageState("No KPI is in use here", text, "Choose KPIs", self._go_to_goals)
        if any(one.result.value is not None for one in card.rows) or view.covered == card.question.period:
            return None
        reasons = dict.fromkeys(one.reason for one in card.rows if one.reason)
        text = next(iter(reasons), "")
        heading = f"Nothing is known about {card.question.period.label}"
        words = f"{text[:1].upper()}{text[1:]}.".replace("..", ".") if text else ""
        asked = card.question.period
        ahead = f"Set targets for {asked.label}" if asked.start >= view.covered.end else ""
        return PageState(heading, words, f"Go to {view.covered.label}", self._go_to_covered, ahead, self._go_to_goals)

    def _go_to_data(self) -> None:
        self.shell.show_page("data")

    def _go_to_goals(self) -> None:
        self.shell.show_page("goals")

    def _go_to_covered(self) -> None:
        if self.view is not None:
            asked = self.view.card.question
            self.shell.set_question(replace(asked, period=self.view.covered))

    def _show_head(self, card: Scorecard, elsewhere: tuple[str, ...]) -> None:
        asked = card.question
        self.headline.setText(f"{scope_name(asked.scope, self.shell.settings)} · {asked.period.label}")
        self.about.setText(about_words(card, elsewhere))
        self.levels.setVisible(asked.scope.kind in ("org", "team"))
        old = card.age_days is not None and card.age_days > OLD_DAYS and card.running
        old = old and card.question.as_of is None
        words = f"The newest export is {old_words(card.age_days or 0)}; the numbers stand where they stood then."
        self.age.say(words if old else "", "watch", button="Import a newer one", act=self._go_to_data)
        matrix = self.view.matrix if self.view is not None else None
        self.notices.say("\n".join(dict.fromkeys((*card.notices, *(matrix.notices if matrix else ())))), "info")

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
        self.panel.show_row(about, self.shell.settings)
        asked = self.question_of(about)
        self.shell.jobs.ask(
            "scorecard:parts", lambda ws: (about, parts_of(ws, about, asked)), self._show_parts, self._no_aside
        )
        if self.preview.isVisibleTo(self):
            self._ask_preview(about)

    def _ask_preview(self, about: Row) -> None:
        asked = self.question_of(about)
        self.shell.jobs.ask(
            "scorecard:trend",
            lambda ws: begun([operations.trend(ws, about.kpi.id, asked)])[0],
            self._show_preview,
            self._no_aside,
        )

    def _show_parts(self, answer: tuple[Row, Sequence[Row]]) -> None:
        about, parts = answer
        if self.panel.row is about:
            self.panel.show_parts(parts, self.shell.settings)

    def _show_preview(self, trend: Trend) -> None:
        about = self.current_row()
        if about is not None and trend.kpi.id == about.kpi.id:
            self.preview.show_trend(trend, self.shell.settings)

    def _no_aside(self, _error: object) -> None:
        """What stands beside the number is left out where it cannot be had."""

    # --- what can be done ---------------------------------------------------------------------------------------

    def open_rows(self, about: Row) -> None:
        """Show the rows behind a number."""
        self.shell.open_receipt(about.kpi.id, self.question_of(about))

    def open_trend(self, about: Row) -> None:
        """Show the trend of a KPI; that of another member becomes the scope above the page."""
        if self.view is not None and about.scope != self.view.card.question.scope:
            self.shell.set_scope(about.scope)
        self.shell.open_trend(about.kpi.id)

    def open_goal(self, about: Row) -> None:
        """Go to where baseline and target are set."""
        self.shell.open_goal(about.kpi.id, replace(self.question_of(about), by=""))

    def _open_member(self, scope: Scope) -> None:
        self._level = "one"
        self.levels.set_value("one")
        self.shell.set_scope(scope)

    def _on_level(self, level: View) -> None:
        self._level = level
        self.reload()

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
        self.shell.jobs.ask(
            "export", lambda ws: _write(ws, on_show(ws, card, by), to), self._exported, self.shell.show_error
        )

    def _exported(self, to: Path) -> None:
        self.shell.toast(f"Written to {to.name}.")

    # --- room and keys ------------------------------------------------------------------------------------------

    def show_panel(self, shown: bool) -> None:
        """Open or close the side panel; it stays as the user left it."""
        self._panel_wanted = shown
        self._fit()
        if not shown:
            self._focus_table()

    def _focus_table(self) -> None:
        shown = self.matrix if self.left.currentIndex() == 1 else self.pane.table
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self) -> None:
        """Show panel and trend where there is room for them."""
        roomy = self.width() >= self.theme.px(FOR_PANEL)
        self.panel.setVisible(roomy if self._panel_wanted is None else self._panel_wanted)
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
        """T trend, G target, M more, Escape closes the panel."""
        about, key = self.current_row(), event.key()
        if key == Qt.Key.Key_Escape and self.panel.isVisible():
            self.show_panel(False)
        elif key == Qt.Key.Key_M and self.pane.isVisible():
            self.pane.toggle()
        elif about is not None and key == Qt.Key.Key_T:
            self.open_trend(about)
        elif about is not None and key == Qt.Key.Key_G:
            self.open_goal(about)
        else:
            super().keyPressEvent(event)


def _write(workspace: Workspace, card: Scorecard, to: Path) -> Path:
    """Write a scorecard as PDF or picture with its first two trends, or in a form without drawings."""
    from kpidesk.ui.painting.document import export_pdf, export_png

    operations.check_export_path(workspace, to)
    ending = to.suffix.lower()
    if ending not in (".pdf", ".png"):
        operations.export_scorecard(card, to)
        return to
    first = tuple(dict.fromkeys(one.kpi.id for one in card.rows))[:2]
    trends = begun([operations.trend(workspace, kpi_id, replace(card.question, by="")) for kpi_id in first])
    return (export_pdf if ending == ".pdf" else export_png)(card, trends, to)
