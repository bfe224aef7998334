"""The six questions of a formula as a form: what, only where, in which period, whose, divided by what, over which time.

The form and the text say the same; how the value is shown (question six) is asked below both, for it is no part of
the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QVBoxLayout, QWidget

from kpidesk.core.choices import Choice
from kpidesk.core.formula_form import FormulaForm, GoalForm, KpiForm, MeasureForm, Tier
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.choice_box import ChoiceBox
from kpidesk.ui.widgets.controls import row
from kpidesk.ui.widgets.editor_answers import settled
from kpidesk.ui.widgets.editor_conditions import ConditionLine, Operators
from kpidesk.ui.widgets.editor_measure import Choices, MeasureEditor, ask, question_label
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.type_ahead import Choice as Line

QUOTA_KPI = "bookings"
MEASURE, KPI, GOAL, NOTHING = "measure", "kpi", "goal", ""
ANOTHER = Choice(KPI, "Another KPI", "Another KPI as it stands.")
BELOWS = (
    Choice(NOTHING, "Nothing"),
    Choice(MEASURE, "A second measure"),
    Choice(KPI, "Another KPI"),
    Choice(GOAL, "A goal of a KPI"),
)
OVERS = (
    Choice("", "The period asked for"),
    Choice("30d", "The last 30 days of it"),
    Choice("90d", "The last 90 days"),
    Choice("6 months", "The last 6 months"),
    Choice("1 year", "The last year"),
)
TIER_WORDS: dict[Tier, str] = {
    "target": "Target of", "minimum": "Minimum of", "stretch": "Stretch of", "baseline": "Baseline of",
}  # fmt: skip
FIRST_BELOW = MeasureForm(filters=("closed",), dated_by="closed_at")
TURNED = "Turn the sign round (for losses kept as negative amounts)"
Kpis = Sequence[tuple[str, str]]


class KpiPick(QWidget):
    """A KPI, or a goal of one; a class because it is a widget. `picked` says that the user chose."""

    picked = Signal()

    def __init__(self, theme: Theme, words: str) -> None:
        super().__init__()
        self.kpi_id = ""
        self._names: dict[str, str] = {}
        self.tier = ChoiceBox(f"{words}: which goal", 9)
        self.tier.offer([Choice(one, TIER_WORDS[one]) for one in get_args(Tier)], "target")
        self.button = PickButton(theme, f"{words}: KPI", "target")
        self.tier.picked.connect(self.picked)
        self.button.chosen.connect(self._chosen)
        line = row(self.tier, self.button, None)
        self.setLayout(line)

    def show_kpi(self, kpis: Kpis, kpi_id: str, tier: str = "") -> None:
        """Show a KPI, the first one where none is chosen yet; with a tier a goal of it."""
        self._names = dict(kpis)
        self.kpi_id = kpi_id
        self.tier.setVisible(bool(tier))
        if tier:
            self.tier.offer([Choice(one, TIER_WORDS[one]) for one in get_args(Tier)], tier)
        lines = [Line(name, one, one) for one, name in kpis]
        self.button.offer(lines, self.kpi_id, self._names.get(self.kpi_id, self.kpi_id) or "Choose a KPI")

    def goal(self) -> GoalForm:
        """The goal that is chosen."""
        tier = next(one for one in get_args(Tier) if one == (self.tier.value() or "target"))
        return GoalForm(self.kpi_id, tier)

    def _chosen(self, value: object) -> None:
        self.kpi_id = str(value)
        self.button.offer(self.button.choices, self.kpi_id, self._names.get(self.kpi_id, self.kpi_id))
        self.picked.emit()


class FormulaFormView(QWidget):
    """The questions about a formula; a class because it is a widget.

    `changed` carries the form whenever the user answered, `values_wanted` table and field of a condition.
    """

    changed = Signal(object)
    values_wanted = Signal(str, str)

    def __init__(self, theme: Theme, choices: Choices, operators: Operators) -> None:
        super().__init__()
        self._theme, self._choices = theme, choices
        self._kpis: tuple[tuple[str, str], ...] = ()
        self._form: FormulaForm | None = None
        self.measure = MeasureEditor(theme, choices, operators, others=(ANOTHER,))
        self.below = MeasureEditor(theme, choices, operators, "Divided by:")
        self.kind = ChoiceBox("What?", 9)
        self.kpi = KpiPick(theme, "Measured")
        self.by = ChoiceBox("Divided by?", 14)
        self.by_kpi = KpiPick(theme, "Divided by")
        self.over = ChoiceBox("Over which time?", 14)
        self.turned = QCheckBox(TURNED)
        self._build()
        self._connect()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.kpi_line = QWidget()
        self.kpi_line.setLayout(self._line("What?", row(self.kind, self.kpi, None)))
        column.addWidget(self.kpi_line)
        column.addWidget(self.measure)
        column.addLayout(self._line("Divided by?", row(self.by, self.by_kpi, None)))
        self.well = QFrame()
        self.well.setProperty("role", "well")
        inner = QVBoxLayout(self.well)
        inner.setContentsMargins(14, 12, 14, 12)
        inner.addWidget(self.below)
        column.addWidget(self.well)
        column.addLayout(self._line("Over which time?", row(self.over, None)))
        column.addLayout(self._line("", row(self.turned, None)))

    def _line(self, words: str, answer: QWidget | object) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        ask(grid, question_label(self._theme, words), answer)  # type: ignore[arg-type]  # a layout or a widget
        return grid

    def _connect(self) -> None:
        self.kind.picked.connect(lambda: self.measure.choose_aggregate(self.kind.value()))
        self.measure.other_picked.connect(
            lambda _kind: self._become(replace(self.form(), what=KpiForm(self._first_kpi())))
        )
        self.kpi.picked.connect(self._answered)
        self.by.picked.connect(self._by_picked)
        self.by_kpi.picked.connect(self._answered)
        self.over.picked.connect(self._answered)
        self.turned.clicked.connect(lambda _on: self._answered())
        for editor in (self.measure, self.below):
            editor.changed.connect(self._answered)
            editor.values_wanted.connect(self.values_wanted)

    def know_kpis(self, kpis: Kpis) -> None:
        """The KPIs that can be referred to, as (id, name)."""
        self._kpis = tuple(kpis)
        self.offer_again()

    def offer_again(self) -> None:
        """Show the same answers among what may be chosen now."""
        if self._form is not None:
            self.show_form(self._form)

    def show_form(self, form: FormulaForm) -> None:
        """Show the answers that make a formula."""
        self._form = form
        is_kpi = isinstance(form.what, KpiForm)
        self.kind.offer((*self._choices(MeasureForm()).aggregates, ANOTHER), KPI)
        self.kpi_line.setVisible(is_kpi)
        self.measure.setVisible(not is_kpi)
        if isinstance(form.what, KpiForm):
            self.kpi.show_kpi(self._kpis, form.what.kpi_id)
        else:
            self.measure.show_form(form.what)
        self._show_below(form)
        self.over.offer(OVERS[:1] if _is_of_period(form) else OVERS, form.over)
        self.turned.setChecked(form.negative)

    def _show_below(self, form: FormulaForm) -> None:
        part = form.divided_by
        kinds = {MeasureForm: MEASURE, KpiForm: KPI, GoalForm: GOAL}
        self.by.offer(BELOWS, kinds.get(type(part), NOTHING))
        self.well.setVisible(isinstance(part, MeasureForm))
        self.by_kpi.setVisible(isinstance(part, KpiForm | GoalForm))
        if isinstance(part, MeasureForm):
            self.below.show_form(part)
        elif isinstance(part, KpiForm | GoalForm):
            self.by_kpi.show_kpi(self._kpis, part.kpi_id, part.tier if isinstance(part, GoalForm) else "")

    def form(self) -> FormulaForm:
        """The answers as they stand."""
        is_kpi = not self.kpi_line.isHidden() and self.kind.value() == KPI
        what = KpiForm(self.kpi.kpi_id or self._first_kpi()) if is_kpi else self.measure.form()
        return FormulaForm(
            what,
            self._divided_by(),
            shown_as=self._form.shown_as if self._form is not None else "count",
            over=self.over.value(),
            negative=self.turned.isChecked(),
        )

    def unfilled(self) -> ConditionLine | None:
        """The first condition whose value is still to be typed."""
        shown = [self.measure] if not self.measure.isHidden() else []
        shown += [self.below] if not self.well.isHidden() else []
        return next(filter(None, (one.conditions.unfilled() for one in shown)), None)

    def _divided_by(self) -> MeasureForm | KpiForm | GoalForm | None:
        kind, kpi_id = self.by.value(), self.by_kpi.kpi_id or self._first_kpi()
        if kind == MEASURE:
            return self.below.form()
        if kind == KPI:
            return KpiForm(kpi_id)
        return GoalForm(kpi_id, self.by_kpi.goal().tier) if kind == GOAL else None

    def _first_kpi(self) -> str:
        """The KPI that is offered first: bookings, whose target is the quota, where there are any."""
        ids = [kpi_id for kpi_id, _ in self._kpis]
        return QUOTA_KPI if QUOTA_KPI in ids else next(iter(ids), "")

    def _by_picked(self) -> None:
        """A second measure begins as the first one without its filters, so that a share of it results."""
        was = self._form.divided_by if self._form is not None else None
        if self.by.value() == MEASURE and not isinstance(was, MeasureForm):
            self.below.show_form(self._denominator())
        self._answered()

    def _denominator(self) -> MeasureForm:
        what = self.measure.form()
        first = MeasureForm(what.aggregate, what.table, what.field, what.percentile, dated_by=what.dated_by)
        if what.table == FIRST_BELOW.table and what.dated_by == FIRST_BELOW.dated_by:
            first = MeasureForm(what.aggregate, what.table, what.field, what.percentile, FIRST_BELOW.filters,
                                dated_by=what.dated_by)  # fmt: skip
        return settled(first, self._choices(first))

    def _answered(self) -> None:
        self._become(self.form())

    def _become(self, form: FormulaForm) -> None:
        form = replace(form, over="") if _is_of_period(form) else form
        self.show_form(form)
        self.changed.emit(form)

    def show_values(self, table: str, field: str, seen: Sequence[str]) -> None:
        """Offer the values of a field seen in the data."""
        for editor in (self.measure, self.below):
            editor.show_values(table, field, seen)


def _is_of_period(form: FormulaForm) -> bool:
    """Whether something of it belongs to the period asked for and cannot be read over a longer time."""
    parts = (form.what, form.divided_by)
    return any(isinstance(one, MeasureForm) and one.is_dated_by_column for one in parts)


class ReadOnlyNote(QFrame):
    """The formula in place of the form, and why it cannot be filled in just now; a class because it is a widget."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "banner")
        self.setProperty("tone", "info")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 9, 14, 9)
        column.setSpacing(2)
        self.title = PlainLabel("Edited as formula", "strong")
        self.why = PlainLabel("", wrap=True)
        self.formula = PlainLabel("", "code", wrap=True)
        self.formula.setContentsMargins(0, 6, 0, 2)
        column.addWidget(self.title)
        column.addWidget(self.why)
        column.addWidget(self.formula)

    def say(self, why: str, formula: str = "") -> None:
        """Say why, with the formula as it is written, or nothing."""
        self.why.setText(why)
        self.formula.setText(formula)
        self.setVisible(bool(why))
