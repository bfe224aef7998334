"""Forecasts that people gave for the period, each frozen as it was said, and how near such forecasts came."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.accuracy_paper import horizons_table, misses_chart, periods_table, reps_table
from kpidesk.core.forecast_misses import WHOSE_WORDS, ForecastAccuracy, ScopeMisses
from kpidesk.core.forecasts import ForecastView
from kpidesk.core.formats import NOTHING, day_text, format_interval, format_value
from kpidesk.core.papers import PaperCell, PaperColumn, PaperRow, PaperTable
from kpidesk.core.settings import Settings
from kpidesk.core.submissions import COMMIT_TITLE, Submission
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import Segments, button, row
from kpidesk.ui.widgets.forecast_fold import FoldCard
from kpidesk.ui.widgets.forecast_loading import Given
from kpidesk.ui.widgets.forecast_tables import ChartPart, TablePart, say
from kpidesk.ui.widgets.forecast_text import reps_of, wholes_of
from kpidesk.ui.widgets.people_dialogs import AskDialog
from kpidesk.ui.widgets.pickers import scope_name

FROZEN = (
    "It is dated today and never changes: a later one follows it, and both stay. With it is kept what is known today: "
    "what is won, what is open and due, by probability and category, and the app's own range."
)
NONE_GIVEN = "No forecast was given for this period yet."
FIRST = "A forecast written down now can be held against what was booked once the period is over."
LONGEST = 300


@dataclass(frozen=True, slots=True)
class TypedForecast:
    """A forecast as it was typed."""

    commit: str
    best_case: str
    pipeline: str
    note: str


class SubmitDialog(AskDialog):
    """Commit, best case, pipeline and a note; `wanted` sends a TypedForecast."""

    wanted = Signal(object)

    def __init__(self, view: ForecastView, whose: str, parent: QWidget | None = None) -> None:
        super().__init__(f"Forecast for {view.question.period.label}", f"{whose}. {FROZEN}", "Submit it", parent)
        found = view.forecast.found if view.forecast is not None else None
        likely = f" · likely {found.text}" if found is not None else ""
        target = f" · target {view.target_text}" if view.target is not None else ""
        self.form.addWidget(PlainLabel(f"{view.won_text} won{likely}{target}", "strong", wrap=True))
        self.commit = self._field("Commit: what will be booked by the end, the won included", "240k or 1.2m")
        self.best = self._field("Best case: the same if all goes well", "as the commit")
        self.pipeline = self._field("Pipeline: open deals due", view.due_text)
        self.note = self._field("Note", "what it rests on", LONGEST)
        self.commit.textChanged.connect(lambda text: self.yes.setEnabled(bool(text.strip())))
        self.yes.setEnabled(False)
        self.commit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _field(self, words: str, hint: str, most: int = 40) -> QLineEdit:
        made = QLineEdit()
        made.setMaxLength(most)
        made.setPlaceholderText(hint)
        made.setAccessibleName(words)
        self.add(words, made)
        return made

    def take(self) -> None:
        """Send what was typed."""
        if self.yes.isEnabled():
            self.yes.setEnabled(False)
            self.wanted.emit(
                TypedForecast(self.commit.text(), self.best.text(), self.pipeline.text(), self.note.text())
            )


class GivenPart(FoldCard):
    """The forecasts given for the period; `submit_wanted`: another is to be given. A class because it is a widget."""

    submit_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Forecasts given", parent)
        self.table = TablePart(theme, "Forecasts given for the period")
        self.hint = PlainLabel("", "small", wrap=True)
        self.submit = button("Submit a forecast…", self.submit_wanted.emit, hint="S")
        self.inner.addWidget(self.table)
        self.inner.addWidget(self.hint)
        self.inner.addLayout(row(self.submit, None))

    def show_given(self, found: Given, settings: Settings, *, can_submit: bool) -> None:
        """Show the forecasts of a period."""
        self.say(given_line(found, settings))
        self.table.show_table(given_table(found, settings))
        undone = any(one.is_undone for one in found.submissions)
        taken = "Where its import was taken back, a forecast counts for no KPI any more; it stays in the list."
        say(self.hint, FIRST if can_submit and not found.submissions else "", taken if undone else "")
        self.submit.setVisible(can_submit)


def given_line(found: Given, settings: Settings) -> str:
    """The newest forecast of the scope itself, or how many others gave one."""
    asked = found.question.scope
    mine = [one for one in found.submissions if (one.scope.kind, one.scope.id) == (asked.kind, asked.id)]
    others = len(found.submissions) - len(mine)
    told = []
    if mine:
        told.append(f"commit {_money(mine[0], mine[0].commit)} on {day_text(mine[0].given_on)}")
    if others:
        told.append(f"{others} of single reps and teams" if mine else f"{others} of reps and teams")
    return " · ".join(told) or f"none yet for {scope_name(asked, settings)}"


def given_table(found: Given, settings: Settings) -> PaperTable:
    """Each forecast with the day it was given, and what was known then."""
    columns = (
        PaperColumn("on", "Given on", "text", 1.1), PaperColumn("whose", "Whose", share=1.4),
        PaperColumn("commit", COMMIT_TITLE, "money", 1.3), PaperColumn("best", "Best case", "money"),
        PaperColumn("pipeline", "Pipeline", "money"), PaperColumn("won", "Won then", "money"),
        PaperColumn("range", "The app's range", "text", 1.4), PaperColumn("note", "Note", "text", 2.0),
    )  # fmt: skip
    return PaperTable(columns, tuple(_given(one, settings) for one in found.submissions), empty=NONE_GIVEN)


def _given(one: Submission, settings: Settings) -> PaperRow:
    known = one.known
    ends = (known.low, known.high) if known.low is not None and known.high is not None else None
    note = f"Taken back. {one.note}".strip() if one.is_undone else one.note
    return PaperRow((
        PaperCell(day_text(one.given_on), one.given_on), PaperCell(scope_name(one.scope, settings)),
        PaperCell(_money(one, one.commit), one.commit), PaperCell(_money(one, one.best_case), one.best_case),
        PaperCell(_money(one, one.pipeline), one.pipeline), PaperCell(_money(one, known.won), known.won),
        PaperCell(format_interval(ends, "money", one.currency) if ends is not None else NOTHING), PaperCell(note),
    ))  # fmt: skip


def _money(one: Submission, value: float | None) -> str:
    return format_value(value, "money", one.currency)


class AccuracyPart(FoldCard):
    """How near forecasts came by the weeks that were left; `copied` says what was. A class because it is a widget."""

    copied = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "How near they came", parent)
        self._theme = theme
        self._wholes: tuple[ScopeMisses, ...] = ()
        self.sentence = PlainLabel("", wrap=True)
        self.inner.addWidget(self.sentence)
        self._holder = QVBoxLayout()
        self._holder.setContentsMargins(0, 0, 0, 0)
        self.inner.addLayout(self._holder)
        self.whose: Segments | None = None
        self.chart = ChartPart(theme, "Misses by weeks left")
        self.chart.copied.connect(self.copied)
        self.horizons = TablePart(theme, "Misses by weeks left, all periods")
        self.periods = TablePart(theme, "Misses by period")
        self.reps_title = PlainLabel("Rep by rep", "subheading")
        self.reps = TablePart(theme, "Misses rep by rep")
        self.notes = PlainLabel("", "small", wrap=True)
        for widget in (self.chart, self.horizons, self.periods, self.reps_title, self.reps, self.notes):
            self.inner.addWidget(widget)

    def show_given(self, found: Given) -> None:
        """Show the misses of the periods before."""
        accuracy = found.accuracy
        self._wholes = wholes_of(accuracy) if accuracy is not None else ()
        words = accuracy.sentence if accuracy is not None else found.accuracy_words
        self.say(words)
        say(self.sentence, words)
        self._offer()
        for widget in (self.chart, self.horizons, self.periods):
            widget.setVisible(bool(self._wholes))
        if self._wholes:
            self._show_whole(self._wholes[0])
        self._show_reps(accuracy)
        say(self.notes, *(accuracy.notices if accuracy is not None else ()))

    def _offer(self) -> None:
        """With a call of its own beside the sum of its reps, which of both is shown."""
        if self.whose is not None:
            self.whose.hide()
            self.whose.deleteLater()
            self.whose = None
        if len(self._wholes) > 1:
            self.whose = Segments([(WHOSE_WORDS[one.whose], one) for one in self._wholes], "Forecasts")
            self.whose.set_value(self._wholes[0])
            self.whose.chosen.connect(self._show_whole)
            self._holder.addWidget(self.whose, 0, Qt.AlignmentFlag.AlignLeft)

    def _show_whole(self, one: ScopeMisses) -> None:
        self.chart.show_chart(misses_chart(one))
        self.horizons.show_table(horizons_table(one))
        self.periods.show_table(periods_table(one))

    def _show_reps(self, accuracy: ForecastAccuracy | None) -> None:
        reps = reps_of(accuracy) if accuracy is not None else ()
        for widget in (self.reps_title, self.reps):
            widget.setVisible(bool(reps))
        if reps:
            self.reps.show_table(reps_table(reps))
