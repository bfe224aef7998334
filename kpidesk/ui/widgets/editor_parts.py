"""Building blocks of the editor's form: lists that pick one answer, chips, the time between two dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from kpidesk.core.choices import Choice
from kpidesk.core.formula_form import Between, Elapsed
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.choice_box import ChoiceBox
from kpidesk.ui.widgets.controls import row


class Flow(QLayout):
    """Widgets side by side that go on in the next line where the room ends; a class because Qt wants one."""

    def __init__(self, spacing: int = 6) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = spacing
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """One of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give one back."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """No more than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put everything in its place."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """One line."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """The widest of all."""
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        return QSize(max((one.width() for one in sizes), default=0), max((one.height() for one in sizes), default=0))

    def _place(self, rect: QRect, *, move: bool) -> int:
        around = self.contentsMargins()
        rect = rect.marginsRemoved(around)
        x, y, high = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, high = rect.x(), y + high + self._gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x, high = x + size.width() + self._gap, max(high, size.height())
        return y + high - rect.y() + around.top() + around.bottom()


class TimePick(QWidget):
    """From which date to which, counted in what; a class because it is a widget. `picked` says the user chose."""

    picked = Signal()

    def __init__(self, theme: Theme, words: str) -> None:
        super().__init__()
        del theme
        self.first = ChoiceBox(f"{words}: from", 4, fills=True)
        self.last = ChoiceBox(f"{words}: to", 4, fills=True)
        self.unit = ChoiceBox(f"{words}: counted in", 6)
        for box in (self.first, self.last, self.unit):
            box.picked.connect(self.picked)
        line = row(PlainLabel("from", "muted"), self.first, PlainLabel("to", "muted"), self.last, self.unit)
        line.setStretch(1, 1)
        line.setStretch(3, 1)
        self.setLayout(line)

    def show_time(self, times: Sequence[Choice], time: Between) -> None:
        """Show two dates and the unit between them."""
        self.first.offer(times, time.from_field)
        self.last.offer(times, time.to_field)
        self.unit.offer([Choice(one, f"in {one.replace('_', ' ')}") for one in get_args(Elapsed)], time.counted_in)

    def time(self) -> Between:
        """What is chosen."""
        unit = next(one for one in get_args(Elapsed) if one == self.unit.value())
        return Between(self.first.value(), self.last.value(), unit)


def first_time(times: Sequence[Choice]) -> Between:
    """The time that is likely meant first: from the first date to the first that is about an end."""
    names = [one.value for one in times]
    last = next((one for one in names if "closed" in one), names[1] if len(names) > 1 else names[0])
    return Between(names[0], last)
