"""The numbers that a baseline was worked out from, each with the way to its rows, and what changed behind them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.baseline_numbers import BaselineNumber, BaselineNumbers
from kpidesk.core.goals import Baseline
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel, tip
from kpidesk.ui.page import Shell
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, clear, row, set_icon
from kpidesk.ui.widgets.page_parts import Mark

MOST = 12
"""So many numbers are listed; of more the newest."""


class BaselineNumbersList(QWidget):
    """What changed, in a sentence, and the numbers behind a button; a class because it is a widget with a signal.

    `opened` sends the KPI and the question of a number whose rows are wanted.
    """

    opened = Signal(str, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.shown: BaselineNumbers | None = None
        self.words = PlainLabel("", wrap=True)
        self._changed = QWidget()
        mark = Mark(theme, "triangle-alert", "watch", 16)
        line = row(mark, self.words)
        line.setStretch(1, 1)
        line.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        self._changed.setLayout(line)
        self.more = button("", self._toggle, kind="link")
        self.more.setCheckable(True)
        self.details = QWidget()
        self._grid = QGridLayout(self.details)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._changed)
        column.addLayout(row(self.more, None))
        column.addWidget(self.details)
        self.show_numbers(None)

    def show_numbers(self, found: BaselineNumbers | None) -> None:
        """Show the numbers of a baseline; nothing where it has none."""
        self.shown = found
        numbers = found.numbers if found is not None else ()
        self.words.setText(found.words if found is not None else "")
        self._changed.setVisible(bool(self.words.text()))
        self.more.setText(f"Worked out from {counted(len(numbers), 'number')}" if numbers else "")
        self.more.setAccessibleName("Show the numbers that it was worked out from, each with its rows")
        clear(self._grid)
        for at, one in enumerate(numbers[-MOST:]):
            self._add(at, one)
        if len(numbers) > MOST:
            rest = PlainLabel(f"and {len(numbers) - MOST:,} before; `baseline show` lists them.", "small")
            self._grid.addWidget(rest, MOST, 0, 1, 3)
        self.setVisible(bool(numbers))
        self._fold()

    def _add(self, at: int, one: BaselineNumber) -> None:
        name = button(one.name, partial(self.opened.emit, one.opens.kpi_id, one.opens.question), kind="link")
        name.setAccessibleName(f"Show the rows of {one.name}: {one.value_text}, {one.sample}")
        tip(name, f"Show its rows. Receipt {one.receipt}")
        value = PlainLabel(one.value_text)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(value, at, 1)
        self._grid.addWidget(PlainLabel(one.sample, "muted", elide=True), at, 2)

    def _toggle(self) -> None:
        self._fold()

    def _fold(self) -> None:
        """Folded out once it stays so from KPI to KPI."""
        is_open = self.more.isChecked()
        self.details.setVisible(is_open)
        set_icon(self.more, self.theme, "chevron-down" if is_open else "chevron-right", color="accent_ink", size=14)


def ask_numbers(shell: Shell, where: BaselineNumbersList, baseline: Baseline | None) -> None:
    """Have the numbers of a baseline shown as soon as they are there."""
    where.show_numbers(None)
    if baseline is not None and baseline.inputs:
        shell.jobs.ask(
            "baseline-numbers",
            lambda workspace: operations.baseline_numbers(workspace, baseline),
            where.show_numbers,
            lambda _error: where.show_numbers(None),
        )
