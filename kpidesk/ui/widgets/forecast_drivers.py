"""What if the drivers were others: a change in per cent for each, and at once what bookings would come to."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from kpidesk.core.causes import Split
from kpidesk.core.errors import UserError
from kpidesk.core.formats import plain_number
from kpidesk.core.papers import PaperCell, PaperColumn, PaperRow, PaperTable
from kpidesk.core.what_ifs import DriverChange, DriverId, Effect, WhatIf
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, row
from kpidesk.ui.widgets.forecast_fold import FoldCard
from kpidesk.ui.widgets.forecast_tables import TablePart, say

LEAST, MOST, STEP = -0.9, 3.0, 0.05
TYPING_MS = 150
HOW = "Type a change, or press ↑ and ↓ in a field."
MEANS = "It says what the drivers mean for each other, not that they can be moved."
USUAL = "This is a usual period by these values; the forecast above starts from what is booked and open now."


class PercentBox(QLineEdit):
    """A change in per cent with its sign, that the arrow keys step; `changed` sends it as a fraction.

    A class because it is a widget. What is no number counts as the last one that was.
    """

    changed = Signal(float)

    def __init__(self, theme: Theme, words: str) -> None:
        super().__init__("0%")
        self._value = 0.0
        self.setAccessibleName(words)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMaxLength(8)
        self.setFixedWidth(theme.px(86))
        self.textEdited.connect(self._read)
        self.editingFinished.connect(lambda: self.setText(change_text(self._value)))

    def value(self) -> float:
        """The change as a fraction."""
        return self._value

    def set_value(self, value: float) -> None:
        """Change it, as if it was typed."""
        bound = max(LEAST, min(MOST, value))
        self.setText(change_text(bound))
        if bound != self._value:
            self._value = bound
            self.changed.emit(bound)

    def _read(self, text: str) -> None:
        bare = text.replace("−", "-").replace("%", "").replace(",", ".").strip()
        try:
            typed = float(bare or 0) / 100
        except ValueError:
            return
        if LEAST <= typed <= MOST and typed != self._value:
            self._value = typed
            self.changed.emit(typed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down change it by five points."""
        steps = {Qt.Key.Key_Up: STEP, Qt.Key.Key_Down: -STEP}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.set_value(round(self._value + step, 4))


def change_text(value: float) -> str:
    """A change in per cent with its sign; none is 0%."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{plain_number(abs(value) * 100)}%"


class DriversPart(FoldCard):
    """The drivers and their effect; `tried` sends the changes by driver. A class because it is a widget."""

    tried = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "What if…", parent)
        self._theme = theme
        self.say("other win rate, deal size, cycle, opportunities")
        self.about = PlainLabel("", "small", wrap=True)
        holder = QWidget()
        self._grid = QGridLayout(holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(4, 3)
        self.fields: dict[DriverId, PercentBox] = {}
        self._then: dict[DriverId, PlainLabel] = {}
        self.problem = PlainLabel("", "problem", wrap=True)
        self.effects = TablePart(theme, "What it would come to")
        self.sums = PlainLabel("", "small", wrap=True)
        self.reset = button("Back to your own values", self.set_back, hint="Every driver as it is")
        self.velocity_title = PlainLabel("How the yield per day came about", "subheading")
        self.velocity = TablePart(theme, "Pipeline velocity by its drivers")
        for widget in (self.about, holder, self.problem, self.effects, self.sums):
            self.inner.addWidget(widget)
        self.inner.addLayout(row(self.reset, None))
        self.inner.addWidget(self.velocity_title)
        self.inner.addWidget(self.velocity)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(lambda: self.tried.emit(self.changes()))

    def changes(self) -> dict[DriverId, float]:
        """The changes typed, as fractions."""
        return {one: box.value() for one, box in self.fields.items() if box.value()}

    def set_back(self) -> None:
        """Try nothing any more."""
        for box in self.fields.values():
            box.set_value(0.0)

    # --- what is shown ---------------------------------------------------------------------------------------------

    def show_what_if(self, found: WhatIf) -> None:
        """Show the drivers with what is tried, and the effects."""
        window = f"Your own values of {found.window}. " if found.window else ""
        say(self.about, f"{window}{USUAL} {HOW} {MEANS}", *found.missing)
        self.problem.hide()
        if [one.id for one in found.drivers] != list(self.fields):
            self._build(found.drivers)
        for one in found.drivers:
            self._then[one.id].setText(one.then_text if one.is_changed else "")
        self.effects.show_table(_effects_table(found.effects))
        say(self.sums, *(line for one in found.effects for line in one.sums))
        self.reset.setEnabled(bool(self.changes()))
        self._show_velocity(found)

    def _build(self, drivers: tuple[DriverChange, ...]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.fields, self._then = {}, {}
        for at, one in enumerate(drivers):
            box = PercentBox(self._theme, f"{one.name}: change in per cent")
            box.changed.connect(lambda _value: self._typing.start())
            self.fields[one.id], self._then[one.id] = box, PlainLabel("", "strong")
            cells = (PlainLabel(one.name, wrap=True), PlainLabel(one.now_text, "strong"), box, self._then[one.id],
                     PlainLabel(one.basis, "small", elide=True))  # fmt: skip
            for column, widget in enumerate(cells):
                self._grid.addWidget(widget, at, column)

    def _show_velocity(self, found: WhatIf) -> None:
        split = found.velocity
        self.velocity_title.setVisible(bool(found.velocity_words))
        self.velocity.setVisible(bool(found.velocity_words))
        table = _velocity_table(split) if split is not None else PaperTable((), (), empty=found.velocity_words)
        self.velocity.show_table(table)
        if split is not None:
            say(self.velocity.sentence, found.velocity_words)

    def show_problem(self, error: UserError) -> None:
        """Say why something cannot be tried."""
        say(self.problem, str(error))
        self.reset.setEnabled(bool(self.changes()))


def _effects_table(effects: tuple[Effect, ...]) -> PaperTable:
    columns = (
        PaperColumn("what", "", share=2.0), PaperColumn("now", "Now", "money"),
        PaperColumn("then", "Then", "money"), PaperColumn("change", "Change", "money"),
    )  # fmt: skip
    rows = tuple(
        PaperRow((
            PaperCell(one.name), PaperCell(one.before_text, one.before), PaperCell(one.after_text, one.after),
            PaperCell(one.change_text),
        ))
        for one in effects
    )  # fmt: skip
    return PaperTable(columns, rows, empty="A driver without a value leaves nothing to reckon with.")


def _velocity_table(split: Split) -> PaperTable:
    columns = (
        PaperColumn("driver", "Driver", share=1.6), PaperColumn("before", "Before", "count"),
        PaperColumn("now", "Now", "count"), PaperColumn("adds", "Adds to the yield per day", "money"),
    )  # fmt: skip
    rows = tuple(
        PaperRow((PaperCell(one.label), PaperCell(one.before_text), PaperCell(one.now_text),
                  PaperCell(one.text, one.amount)))
        for one in split.parts
    )  # fmt: skip
    total = PaperRow((PaperCell("Together"), PaperCell(""), PaperCell(""), PaperCell(split.total_text, split.total)),
                     strong=True)  # fmt: skip
    return PaperTable(columns, (*rows, total))
