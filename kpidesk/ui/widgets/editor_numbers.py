"""The table of numbers that formulas use: name, value typed in place, what it means, which KPIs use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import clear, line

NOT_SET = "not set"
LISTED = 3
NOT_USED = "No KPI uses it yet"


class Parameter(Protocol):
    """A number with a name."""

    @property
    def name(self) -> str:
        """The name that formulas use."""

    @property
    def value(self) -> float | None:
        """The number; None when it is not set."""

    @property
    def help(self) -> str:
        """What it means."""

    @property
    def used_by(self) -> tuple[str, ...]:
        """The ids of the KPIs that use it."""


def number_text(value: float | None) -> str:
    """A number as it stands in its field; a share below one as percent too: `0.8` is `80%`."""
    if value is None:
        return ""
    return f"{value * 100:.12g}%" if 0 < abs(value) < 1 else f"{value:.12g}"


def used_words(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """The KPIs that use a number by name, at most a few."""
    shown = [names.get(one, one) for one in ids]
    if not shown:
        return NOT_USED
    more = f" and {len(shown) - LISTED} more" if len(shown) > LISTED else ""
    return "; ".join(shown[:LISTED]) + more


def in_order(found: Sequence[Parameter]) -> list[Parameter]:
    """Those that are not set and are used come first, those that have a usual value and are not set last."""
    return sorted(found, key=lambda one: (one.value is not None or not one.used_by, one.value is None, one.name))


class NumbersTable(QWidget):
    """The numbers, one in each line; a class because it is a widget.

    `typed` carries name and text of a number that the user changed, when the field is left or Enter is pressed.
    """

    typed = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.fields: dict[str, QLineEdit] = {}
        self._problems: dict[str, PlainLabel] = {}
        self._known: dict[str, str] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(2, 2)
        self._grid.setColumnStretch(3, 2)

    def show_numbers(self, found: Sequence[Parameter], names: Mapping[str, str]) -> None:
        """Show numbers, those that are missing first; the field in use keeps the focus and what is typed."""
        focused = next((name for name, field in self.fields.items() if field.hasFocus()), "")
        typing = {name: one.text() for name, one in self.fields.items() if one.text() != self._known.get(name)}
        clear(self._grid)
        self.fields, self._problems = {}, {}
        for at, words in enumerate(("Name", "Value", "What it means", "Used by")):
            self._grid.addWidget(PlainLabel(words, "small"), 0, at)
        for number, one in enumerate(in_order(found)):
            self._add(2 * number + 1, one, names)
        self._known = {one.name: number_text(one.value) for one in found}
        for name, text in typing.items():
            if name in self.fields and name == focused:
                self.fields[name].setText(text)
        if focused in self.fields:
            self.fields[focused].setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, name: str, problem: str) -> None:
        """Say below a number why it could not be set."""
        if name in self.fields:
            restyle(self.fields[name], "wrong", bool(problem))
            self._problems[name].setText(problem)
            self._problems[name].setVisible(bool(problem))

    def _add(self, at: int, one: Parameter, names: Mapping[str, str]) -> None:
        field = QLineEdit(number_text(one.value), placeholderText=NOT_SET)
        field.setAccessibleName(f"Value of {one.name}")
        field.setFixedWidth(self._theme.px(104))
        field.editingFinished.connect(lambda: self._left(one.name))
        problem = PlainLabel("", "problem", wrap=True)
        problem.hide()
        used = PlainLabel(used_words(one.used_by, names), "muted", wrap=True)
        tip(used, "; ".join(names.get(name, name) for name in one.used_by) if len(one.used_by) > LISTED else "")
        self.fields[one.name], self._problems[one.name] = field, problem
        self._grid.addWidget(line(), 2 * at - 1, 0, 1, 4)
        cells = (PlainLabel(one.name, "strong"), field, PlainLabel(one.help or "–", wrap=True), used)
        for column, cell in enumerate(cells):
            self._grid.addWidget(
                cell, 2 * at, column, Qt.AlignmentFlag.AlignTop if column == 1 else Qt.AlignmentFlag(0)
            )
        self._grid.addWidget(problem, 2 * at + 1, 1, 1, 3)

    def _left(self, name: str) -> None:
        text = self.fields[name].text().strip()
        if text != self._known.get(name, ""):
            self.typed.emit(name, text)
