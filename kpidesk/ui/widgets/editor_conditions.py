"""The conditions of the form: a field, how it is tested, and the value, with the values seen in the data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.choices import Choice
from kpidesk.core.formula_form import (
    OPERATORS,
    WITH_VALUES,
    WITHOUT_VALUE,
    Between,
    Condition,
    MeasureChoices,
    Operator,
)
from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.choice_box import ChoiceBox
from kpidesk.ui.widgets.controls import icon_button, row
from kpidesk.ui.widgets.editor_answers import typed_value, value_text
from kpidesk.ui.widgets.editor_parts import TimePick, first_time

Operators = Callable[[str], Sequence[Operator]]
TIME = "\x00time"
"""The choice that stands for the time between two dates; no field can have that name."""
TIME_CHOICE = Choice(TIME, "time between")
OPERATOR_WORDS: dict[Operator, str] = {
    "=": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least",
    "in": "is one of", "not in": "is none of", "is empty": "is empty", "is not empty": "is not empty",
    "in period": "lies in the period", "before": "is before",
}  # fmt: skip
_HINTS = {"date": "2026-03-31, start or end", "money": "10,000", "ratio": "25%"}


class ConditionLine(QWidget):
    """One condition; a class because it is a widget.

    `changed` says that it is another condition now, `removed` that it is to go, `values_wanted` carries the field
    whose values are to be offered.
    """

    changed = Signal()
    removed = Signal(object)
    values_wanted = Signal(str)

    def __init__(self, theme: Theme, operators: Operators) -> None:
        super().__init__()
        self._operators = operators
        self._kinds: dict[str, str] = {}
        self._times: tuple[Choice, ...] = ()
        self.field = ChoiceBox("Condition: field", 10, fills=True)
        self.op = ChoiceBox("Condition: how it is tested", 9)
        self.value = QLineEdit()
        self.value.setAccessibleName("Condition: value")
        self.value.setMinimumWidth(theme.px(96))
        self._seen = QStringListModel(self)
        completer = QCompleter(self._seen, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self._taken)
        self.value.setCompleter(completer)
        self.time = TimePick(theme, "Condition")
        self.remove = icon_button(theme, "x", "Take this condition away", lambda: self.removed.emit(self))
        line = row(self.field, self.op, self.value, self.remove)
        line.setStretch(0, 3)
        line.setStretch(2, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        self.need = PlainLabel("", "problem", wrap=True)
        self.need.hide()
        column.addWidget(self.need)
        column.addWidget(self.time)
        self.field.picked.connect(self._field_picked)
        self.op.picked.connect(self._op_picked)
        self.time.picked.connect(self.changed)
        self.value.textEdited.connect(lambda _text: self.changed.emit())
        for signal in (self.changed, self.op.picked):
            signal.connect(lambda: self.mark(""))

    def show_condition(self, condition: Condition, choices: MeasureChoices) -> None:
        """Show a condition; what is being typed in its value stays."""
        self._kinds = {one.value: one.kind for one in choices.tested}
        self._times = choices.times
        between = condition.field if isinstance(condition.field, Between) else None
        name = TIME if isinstance(condition.field, Between) else condition.field
        self.field.offer((*choices.tested, TIME_CHOICE), name)
        self.time.setVisible(between is not None)
        if between is not None:
            self.time.show_time(choices.times, between)
        self._show_operators(condition.op)
        if condition != self.condition():
            self.value.setText(value_text(condition, self._kind))
            self.value.setCursorPosition(0)
        self._want_values()

    def show_values(self, seen: Sequence[str]) -> None:
        """Offer values seen in the data."""
        self._seen.setStringList(list(seen))

    def condition(self) -> Condition:
        """The condition as it stands."""
        op = next(one for one in OPERATORS if one == (self.op.value() or "="))
        field = self.time.time() if self.field.value() == TIME else self.field.value()
        return Condition(field, op, typed_value(self.value.text(), op, self._kind))

    @property
    def unfilled(self) -> str:
        """What is tested, in words, where the value that the test needs is still to be typed; empty otherwise."""
        is_typed = self.op.value() in WITHOUT_VALUE or bool(self.value.text().strip(" ,"))
        return "" if is_typed else self.field.currentText()

    def mark(self, need: str) -> None:
        """Mark the value as still to be typed, with what is needed there, or no more."""
        restyle(self.value, "wrong", bool(need))
        self.need.setText(need)
        self.need.setVisible(bool(need))

    @property
    def can_be_empty(self) -> bool:
        """Whether "is empty" may be chosen instead of a value."""
        return "is empty" in self._operators(self._kind)

    @property
    def _kind(self) -> str:
        return "" if self.field.value() == TIME else self._kinds.get(self.field.value(), "")

    def _show_operators(self, op: str) -> None:
        kind = self._kind
        offered = self._operators(kind)
        self.op.offer([Choice(one, OPERATOR_WORDS[one]) for one in offered], op if op in offered else offered[0])
        self.value.setVisible(self.op.value() not in WITHOUT_VALUE)
        several = "several, with commas between" if self.op.value() in WITH_VALUES else ""
        self.value.setPlaceholderText(several or _HINTS.get(kind, "value"))

    def _field_picked(self) -> None:
        is_time = self.field.value() == TIME
        self.time.setVisible(is_time)
        if is_time:
            self.time.show_time(self._times, first_time(self._times))
        self.value.clear()
        self._show_operators("<=" if is_time else self.op.value())
        self._want_values()
        self.changed.emit()

    def _op_picked(self) -> None:
        self._show_operators(self.op.value())
        self.changed.emit()

    def _want_values(self) -> None:
        if self._kind not in ("", "date", "money", "ratio", "number"):
            self.values_wanted.emit(self.field.value())

    def _taken(self, _text: str) -> None:
        self.changed.emit()


class Conditions(QWidget):
    """All conditions of a measure under each other; a class because it is a widget. Lines in use are kept."""

    changed = Signal()
    values_wanted = Signal(str)

    def __init__(self, theme: Theme, operators: Operators) -> None:
        super().__init__()
        self._theme, self._operators = theme, operators
        self._choices: MeasureChoices | None = None
        self.lines: list[ConditionLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_conditions(self, conditions: Sequence[Condition], choices: MeasureChoices) -> None:
        """Show conditions, each in the line it had."""
        self._choices = choices
        while len(self.lines) > len(conditions):
            self._drop(self.lines[-1])
        while len(self.lines) < len(conditions):
            self._add_line()
        for line, one in zip(self.lines, conditions, strict=True):
            line.show_condition(one, choices)
        self.setVisible(bool(self.lines))

    def conditions(self) -> tuple[Condition, ...]:
        """The conditions as they stand."""
        return tuple(one.condition() for one in self.lines)

    def unfilled(self) -> ConditionLine | None:
        """The first condition whose value is still to be typed."""
        return next((line for line in self.lines if line.unfilled), None)

    def add(self) -> None:
        """One more condition, about the first field of text."""
        if self._choices is None or not self._choices.tested:
            return
        tested = self._choices.tested
        first = next((one for one in tested if one.kind == "term"), tested[0])
        self._add_line()
        self.lines[-1].show_condition(Condition(first.value, self._operators(first.kind)[0], ""), self._choices)
        self.setVisible(True)
        self.lines[-1].field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def show_values(self, field: str, seen: Sequence[str]) -> None:
        """Offer the values of a field wherever it is tested."""
        for line in self.lines:
            if line.field.value() == field:
                line.show_values(seen)

    def _add_line(self) -> None:
        line = ConditionLine(self._theme, self._operators)
        line.changed.connect(self.changed)
        line.removed.connect(self._remove)
        line.values_wanted.connect(self.values_wanted)
        self.lines.append(line)
        self._column.addWidget(line)

    def _remove(self, line: ConditionLine) -> None:
        self._drop(line)
        self.setVisible(bool(self.lines))
        self.changed.emit()

    def _drop(self, line: ConditionLine) -> None:
        self.lines.remove(line)
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()
