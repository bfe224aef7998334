"""Question six: how the value is shown and judged: unit, decimals, direction, levels, cadence, fewest rows, pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.choices import Choice
from kpidesk.core.errors import UserError
from kpidesk.core.goals import parse_amount
from kpidesk.core.kpis import MOST_DECIMALS, MOST_ROWS_ASKED, Cadence, Direction, Kpi, Level, PaceRule, Unit
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.choice_box import ChoiceBox
from kpidesk.ui.widgets.controls import row
from kpidesk.ui.widgets.editor_measure import ask, folded, question_grid, question_label
from kpidesk.ui.widgets.goal_text import field_text

UNIT_NAMES: dict[Unit, str] = {
    "count": "A number", "money": "Money", "percent": "Percent", "multiple": "Multiple (3.2×)", "days": "Days",
    "months": "Months", "hours": "Hours", "points": "Points (+12)", "score": "Score", "count_per": "A number per head",
    "money_per_day": "Money per day",
}  # fmt: skip
DIRECTION_NAMES: dict[Direction, str] = {
    "higher": "Higher is better", "lower": "Lower is better", "range": "Best inside a range",
    "none": "For information, never judged",
}  # fmt: skip
CADENCE_NAMES: dict[Cadence, str] = {
    "live": "After each import", "daily": "Every day", "weekly": "Every week", "biweekly": "Every two weeks",
    "monthly": "Every month", "quarterly": "Every quarter", "annual": "Every year",
}  # fmt: skip
LEVEL_NAMES: dict[Level, str] = {"org": "The organisation", "team": "Teams", "rep": "Reps"}
PACE_NAMES: dict[PaceRule, str] = {
    "": "As usual: as past periods filled up", "history": "As past periods filled up", "business": "By working days",
    "calendar": "By calendar days",
}  # fmt: skip
AS_USUAL = "usual"
PER_WEEK = "Shown per person and week worked"


class ShownCard(QWidget):
    """How a KPI is shown; a class because it is a widget. `changed` says that the user changed something."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.unit, self.direction = ChoiceBox("Shown as", 12), ChoiceBox("Direction", 14)
        self.why = PlainLabel("", "muted")
        self.cadence = ChoiceBox("Looked at", 14)
        self.low, self.high = _number(theme, "Best from"), _number(theme, "Best up to")
        self.scale_low, self.scale_high = _number(theme, "Scale from"), _number(theme, "Scale up to")
        self.decimals, self.pace = ChoiceBox("Decimals", 8), ChoiceBox("Due in a running period", 20)
        self.least = _number(theme, "Fewest rows for a status, empty as in the settings")
        self.least.setValidator(QIntValidator(1, MOST_ROWS_ASKED, self.least))
        self.levels = {level: QCheckBox(words) for level, words in LEVEL_NAMES.items()}
        self.per_week = QCheckBox(PER_WEEK)
        self.range = _pair("Best from", self.low, self.high)
        self.scale = _pair("What may be typed: from", self.scale_low, self.scale_high)
        self._lay_out(theme)
        for box in (self.unit, self.direction, self.cadence, self.decimals, self.pace):
            box.picked.connect(self._changed)
        for check in (*self.levels.values(), self.per_week):
            check.clicked.connect(self._changed)
        for field in (self.low, self.high, self.scale_low, self.scale_high, self.least):
            field.textEdited.connect(self._changed)

    def _lay_out(self, theme: Theme) -> None:
        """A question a line; what is seldom said is folded."""
        grid, more = question_grid(), question_grid()
        self.more = folded(theme, "More about how it is shown", "As usual, unless you say otherwise", more)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(grid)
        whole.addWidget(self.more)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addLayout(row(self.unit, self.direction, self.why, None))
        column.addWidget(self.range)
        column.addWidget(self.scale)
        column.addWidget(self.per_week)
        ask(grid, question_label(theme, "Shown as?"), column)
        ask(grid, question_label(theme, "For whom?"), row(*self.levels.values(), None, spacing=16))
        ask(grid, question_label(theme, "How often?"), row(self.cadence, None))
        ask(more, question_label(theme, "Decimals?"), row(self.decimals, None))
        self.from_rows, self.rows = question_label(theme, "Status from?"), QWidget()
        self.rows.setLayout(row(self.least, PlainLabel("rows; empty: as in the settings", "muted"), None))
        ask(more, self.from_rows, self.rows)
        self.due = question_label(theme, "Due by now?")
        ask(more, self.due, row(self.pace, None))

    def show_kpi(self, kpi: Kpi, units: Sequence[Unit] = ()) -> None:
        """Show how a KPI is shown; `units` are those that suit its formula (none: all)."""
        offered = units or get_args(Unit)
        self.more.set_open(bool(kpi.id))
        self.unit.offer([Choice(one, UNIT_NAMES[one]) for one in offered], kpi.unit)
        self.direction.offer([Choice(one, words) for one, words in DIRECTION_NAMES.items()], kpi.direction)
        self.why.setText("")
        self.cadence.offer([Choice(one, words) for one, words in CADENCE_NAMES.items()], kpi.cadence)
        for level, check in self.levels.items():
            check.setChecked(level in kpi.levels)
        self.per_week.setChecked(kpi.per_rep_per_week)
        counts = [Choice(str(one), str(one)) for one in range(MOST_DECIMALS + 1)]
        self.decimals.offer((Choice(AS_USUAL, "As usual"), *counts), _text(kpi.decimals, AS_USUAL))
        self.pace.offer([Choice(one, words) for one, words in PACE_NAMES.items()], kpi.pace)
        self.least.setText(_text(kpi.minimum_n))
        for part, has in ((self.due, kpi.prorated), (self.pace, kpi.prorated), (self.from_rows, kpi.asks_for_rows),
                          (self.rows, kpi.asks_for_rows)):  # fmt: skip
            part.setVisible(has)
        for field, value in self._numbers(kpi):
            field.setText("" if value is None else field_text(kpi, value))
        self._refit(kpi.is_manual)

    def offer_units(self, units: Sequence[Unit], unit: Unit) -> None:
        """Offer the units that suit a formula, one of them chosen."""
        self.unit.offer([Choice(one, UNIT_NAMES[one]) for one in units], unit)
        self._refit(manual=not self.scale.isHidden())

    def offer_direction(self, fewer: str) -> None:
        """Preset which way is better by what a formula counts, with that beside it."""
        way: Direction = "lower" if fewer else "higher"
        self.direction.offer([Choice(one, words) for one, words in DIRECTION_NAMES.items()], way)
        self.why.setText(f"It counts {fewer}." if fewer else "")
        self._refit(manual=not self.scale.isHidden())

    def set_manual(self, *, manual: bool) -> None:
        """Whether values are typed in, on a scale."""
        self._refit(manual)

    def applied(self, kpi: Kpi) -> Kpi:
        """A KPI shown as it is chosen here.

        Raises:
            UserError: no level is chosen, or a number cannot be read.
        """
        levels = tuple(level for level, check in self.levels.items() if check.isChecked())
        if not levels:
            raise UserError("A KPI needs somebody it is for.", "Choose the organisation, teams or reps.")
        unit = next(one for one in get_args(Unit) if one == self.unit.value())
        direction = next(one for one in get_args(Direction) if one == self.direction.value())
        is_range = direction == "range"
        low, high = _read(self.low, unit), _read(self.high, unit)
        if is_range and low is None and high is None:
            raise UserError("A range needs a lower or an upper end.", "Type one beside the direction.")
        return replace(
            kpi,
            unit=unit,
            direction=direction,
            cadence=next(one for one in get_args(Cadence) if one == self.cadence.value()),
            levels=levels,
            per_rep_per_week=self.per_week.isChecked() and unit == "count",
            decimals=None if self.decimals.value() == AS_USUAL else int(self.decimals.value()),
            minimum_n=int(self.least.text()) if self.least.text() else None,
            pace=next(one for one in PACE_NAMES if one == self.pace.value()),
            range_low=low if is_range else None,
            range_high=high if is_range else None,
            scale_low=_read(self.scale_low, unit) if kpi.is_manual else None,
            scale_high=_read(self.scale_high, unit) if kpi.is_manual else None,
        )

    def _numbers(self, kpi: Kpi) -> tuple[tuple[QLineEdit, float | None], ...]:
        return (
            (self.low, kpi.range_low), (self.high, kpi.range_high),
            (self.scale_low, kpi.scale_low), (self.scale_high, kpi.scale_high),
        )  # fmt: skip

    def _changed(self) -> None:
        self._refit(manual=not self.scale.isHidden())
        self.changed.emit()

    def _refit(self, manual: bool) -> None:
        self.range.setVisible(self.direction.value() == "range")
        self.scale.setVisible(manual)
        self.per_week.setVisible(self.unit.value() == "count" and not manual)


def _text(number: int | None, nothing: str = "") -> str:
    return nothing if number is None else str(number)


def _number(theme: Theme, words: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(words)
    made.setFixedWidth(theme.px(76))
    return made


def _pair(words: str, low: QLineEdit, high: QLineEdit) -> QWidget:
    made = QWidget()
    made.setLayout(row(PlainLabel(words, "muted"), low, PlainLabel("to", "muted"), high, None))
    return made


def _read(field: QLineEdit, unit: Unit) -> float | None:
    """The number in a field, None when it is empty; a bare 25 of a KPI of percent means 25 %."""
    text = field.text().strip()
    if not text:
        return None
    value = parse_amount(text)
    return value / 100 if unit == "percent" and abs(value) > 1 and "%" not in text else value
