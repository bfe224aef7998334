"""One measure of the form: what is measured, of which records, in which period they fall, whose they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from kpidesk.core.choices import Choice
from kpidesk.core.formula_form import Between, FormAggregate, MeasureChoices, MeasureForm
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.choice_box import ChoiceBox
from kpidesk.ui.widgets.controls import button, clear, row, set_icon
from kpidesk.ui.widgets.editor_answers import NOT, chip_words, moved, plain_text, settled, typed_value
from kpidesk.ui.widgets.editor_conditions import TIME, TIME_CHOICE, Conditions, Operators
from kpidesk.ui.widgets.editor_parts import Flow, TimePick, first_time
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.review_parts import Fold
from kpidesk.ui.widgets.type_ahead import Choice as Line

Choices = Callable[[MeasureForm], MeasureChoices]
LABELS = 116
AGGREGATES: tuple[FormAggregate, ...] = get_args(FormAggregate)
OWN_CHIPS = 8
"""How many saved filters stand as chips before the others hide behind "More"."""


def question_label(theme: Theme, words: str) -> PlainLabel:
    """The question at the left of its answer."""
    made = PlainLabel(words, "caption", wrap=True)
    made.setFixedWidth(theme.px(LABELS))
    return made


def ask(grid: QGridLayout, label: PlainLabel, answer: QWidget | QLayout) -> None:
    """Put a question and its answer into the next line of a grid."""
    line = grid.rowCount()
    grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
    label.setMinimumHeight(label.fontMetrics().height() + 16)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    label.setContentsMargins(0, 9, 0, 0)
    if isinstance(answer, QLayout):
        grid.addLayout(answer, line, 1)
    else:
        grid.addWidget(answer, line, 1)


def question_grid() -> QGridLayout:
    """Questions at the left, answers at the right."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    return grid


def folded(theme: Theme, title: str, about: str, grid: QGridLayout) -> Fold:
    """Questions that need no answer, behind a line that says so."""
    made = Fold(theme, title)
    made.line.addWidget(PlainLabel(title, "strong"))
    made.line.addWidget(PlainLabel(about, "small", elide=True), 1)
    made.inner.setContentsMargins(0, 4, 0, 0)
    made.inner.addLayout(grid)
    return made


class MeasureEditor(QWidget):
    """Questions one to four; a class because it is a widget.

    `changed` says that the measure is another one now, `values_wanted` carries table and field. `others` are further
    answers to the first question; `other_picked` says that one of them was chosen.
    """

    changed = Signal()
    values_wanted = Signal(str, str)
    other_picked = Signal(str)

    def __init__(
        self, theme: Theme, choices: Choices, operators: Operators, words: str = "", others: tuple[Choice, ...] = ()
    ) -> None:
        super().__init__()
        self._others = others
        self._theme, self._choices_of, self._words = theme, choices, words
        self._form = MeasureForm()
        self._choices = choices(self._form)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(10)
        self.grid.setColumnStretch(1, 1)
        self._build_what(words)
        self._build_where(operators)
        self.dated = ChoiceBox(f"{words} in which period?".strip(), 12, fills=True)
        self.credit = ChoiceBox(f"{words} whose?".strip(), 12, fills=True)
        self.whose = question_label(theme, "Whose?")
        ask(self.grid, question_label(theme, "In which period?"), self.dated)
        ask(self.grid, self.whose, self.credit)
        for box in (self.dated, self.credit):
            box.picked.connect(self._answered)

    def _build_what(self, words: str) -> None:
        self.aggregate = ChoiceBox(f"{words} what?".strip(), 9)
        self.table = ChoiceBox(f"{words} of which records?".strip(), 9, fills=True)
        self.field = ChoiceBox(f"{words} of which field?".strip(), 9, fills=True)
        self.share = QLineEdit()
        self.share.setAccessibleName("Share")
        self.share.setFixedWidth(self._theme.px(64))
        self.of = PlainLabel("of", "muted")
        self.time = TimePick(self._theme, words or "Measure")
        line = row(self.aggregate, self.share, self.field, self.of, self.table)
        line.setStretch(2, 2)
        line.setStretch(4, 2)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addLayout(line)
        column.addWidget(self.time)
        ask(self.grid, question_label(self._theme, "What?"), column)
        self.aggregate.picked.connect(self._aggregate_picked)
        self.table.picked.connect(self._moved)
        self.field.picked.connect(self._field_picked)
        self.time.picked.connect(self._answered)
        self.share.textEdited.connect(lambda _text: self._answered())

    def _build_where(self, operators: Operators) -> None:
        self.chips = QWidget()
        self.flow = Flow()
        self.chips.setLayout(self.flow)
        self.more = PickButton(self._theme, "filter", "plus")
        self.more.chosen.connect(lambda chip: self._set_chip(str(chip), on=True))
        self.conditions = Conditions(self._theme, operators)
        self.conditions.changed.connect(self._answered)
        self.conditions.values_wanted.connect(lambda field: self.values_wanted.emit(self._form.table, field))
        self.add = button("Add a condition", self.conditions.add)
        set_icon(self.add, self._theme, "plus", size=16)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self.chips)
        column.addWidget(self.conditions)
        column.addLayout(row(self.more, self.add, None))
        ask(self.grid, question_label(self._theme, "Only where?"), column)

    # --- showing ------------------------------------------------------------------------------------------------

    def show_form(self, form: MeasureForm) -> None:
        """Show a measure."""
        self._form, self._choices = form, self._choices_of(form)
        found = self._choices
        self.aggregate.offer((*found.aggregates, *self._others), form.aggregate)
        self.table.offer(found.tables, form.table)
        is_time = isinstance(form.field, Between)
        name = TIME if isinstance(form.field, Between) else form.field
        counts = form.aggregate == "count"
        may_be_time = form.aggregate not in ("count", "count_distinct", "sum") or is_time
        self.field.offer((*found.fields, TIME_CHOICE) if may_be_time else found.fields, name)
        self.field.setVisible(not counts)
        self.of.setVisible(not counts)
        self.share.setVisible(form.aggregate == "percentile")
        if form.percentile and typed_value(self.share.text(), "=", "ratio") != form.percentile:
            self.share.setText(plain_text(form.percentile, "ratio"))
        self.time.setVisible(is_time)
        if isinstance(form.field, Between):
            self.time.show_time(found.times, form.field)
        self._show_chips()
        self.conditions.show_conditions(form.conditions, found)
        self.dated.offer(found.dates, form.dated_by)
        self.credit.offer(found.credits, form.credit)
        for widget in (self.whose, self.credit):
            widget.setVisible(len(found.credits) > 1)

    def form(self) -> MeasureForm:
        """The measure as it stands."""
        chosen: FormAggregate | None = next((one for one in AGGREGATES if one == self.aggregate.value()), None)
        aggregate = chosen or "count"
        share = typed_value(self.share.text(), "=", "ratio") if aggregate == "percentile" else 0.0
        return MeasureForm(
            aggregate=aggregate,
            table=self.table.value() or self._form.table,
            field=self._field() if aggregate != "count" else "",
            percentile=share if isinstance(share, float) else 0.0,
            filters=self._form.filters,
            conditions=self.conditions.conditions(),
            dated_by=self.dated.value(),
            credit=self.credit.value(),
        )

    def show_values(self, table: str, field: str, seen: Sequence[str]) -> None:
        """Offer the values of a field seen in the data."""
        if table == self._form.table:
            self.conditions.show_values(field, seen)

    def _field(self) -> str | Between:
        if self.field.value() != TIME:
            return self.field.value()
        return self.time.time() if self.time.first.count() else first_time(self._choices.times)

    # --- chips --------------------------------------------------------------------------------------------------

    def chip_buttons(self) -> list[QPushButton]:
        """The chips from left to right."""
        widgets = (self.flow.itemAt(at).widget() for at in range(self.flow.count()))  # type: ignore[union-attr]
        return [one for one in widgets if isinstance(one, QPushButton)]

    def _show_chips(self) -> None:
        names = [one.value for one in self._choices.filters]
        own = [one for one in names if "." not in one][:OWN_CHIPS]
        shown = [*own, *(one for one in self._form.filters if one not in own)]
        if [(one.property("chip"), one.property("ticked")) for one in self.chip_buttons()] != [
            (one, one in self._form.filters) for one in shown
        ]:
            focused = next((one.property("chip") for one in self.chip_buttons() if one.hasFocus()), None)
            clear(self.flow)
            for chip in shown:
                self.flow.addWidget(self._chip(chip))
                if chip == focused:
                    self.chip_buttons()[-1].setFocus(Qt.FocusReason.OtherFocusReason)
        self.chips.setVisible(bool(shown))
        helps = {one.value: one.words for one in self._choices.filters}
        rest = [one for one in names if one not in shown]
        turned = [f"{NOT}{one}" for one in names if f"{NOT}{one}" not in shown]
        lines = [Line(chip_words(one, self._choices.filters), one, helps.get(one, "")) for one in (*rest, *turned)]
        self.more.offer(lines, None, "More filters")

    def _chip(self, chip: str) -> QPushButton:
        is_on = chip in self._form.filters
        words = chip_words(chip, self._choices.filters)
        help_words = next((one.words for one in self._choices.filters if one.value == chip), "")
        made = button(words, kind="", hint=help_words)
        made.setProperty("kind", "chip")
        made.setProperty("chip", chip)
        made.setProperty("ticked", is_on)  # whether it bears the tick, which one that was just clicked does not yet
        made.setCheckable(True)
        made.setChecked(is_on)
        made.setAccessibleName(f"{self._words} only where {words}".strip())
        if is_on:
            set_icon(made, self._theme, "check", color="accent_ink", size=14)
        made.toggled.connect(lambda on: self._set_chip(chip, on=on))
        return made

    def _set_chip(self, chip: str, *, on: bool) -> None:
        rest = tuple(one for one in self._form.filters if one != chip)
        opposite = chip.removeprefix(NOT) if chip.startswith(NOT) else f"{NOT}{chip}"
        kept = tuple(one for one in rest if one != opposite) if on else rest
        self._become(replace(self.form(), filters=(*kept, chip) if on else kept))

    # --- changing -----------------------------------------------------------------------------------------------

    def _answered(self) -> None:
        self._become(self.form())

    def _aggregate_picked(self) -> None:
        if self.aggregate.value() in [one.value for one in self._others]:
            self.other_picked.emit(self.aggregate.value())
        else:
            self._answered()

    def choose_aggregate(self, aggregate: str) -> None:
        """Answer the first question from elsewhere."""
        self.aggregate.offer((*self._choices.aggregates, *self._others), aggregate)
        self._answered()

    def _moved(self) -> None:
        new = self.form()
        self._become(moved(replace(new, table=self._form.table), new.table))

    def _field_picked(self) -> None:
        if self.field.value() == TIME:
            self.time.show_time(self._choices.times, first_time(self._choices.times))
        self._answered()

    def _become(self, form: MeasureForm) -> None:
        self.show_form(settled(form, self._choices_of(form)))
        self.changed.emit()
