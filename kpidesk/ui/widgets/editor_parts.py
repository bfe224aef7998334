"""Building blocks of the editor's form: lists that pick one answer, chips, the time between two dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLayout, QLayoutItem, QSizePolicy, QWidget

from kpidesk.core.formula_form import Between, Choice, Elapsed
from kpidesk.ui.messages import PlainLabel, plain_tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, row


class ChoiceBox(ListBox):
    """A drop-down list of choices with words; a class because `picked` says that the user chose."""

    picked = Signal()

    def __init__(self, words: str, least: int = 8, *, fills: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(words)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(least)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(16)
        if fills:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._shown: tuple[Choice, ...] = ()
        self.activated.connect(lambda _number: self.picked.emit())
        self.currentTextChanged.connect(lambda _text: self.updateGeometry())

    def offer(self, choices: Sequence[Choice], value: str) -> None:
        """Offer choices with one of them on; one that is not among them is added so that nothing is lost."""
        if value not in (one.value for one in choices):
            choices = (*choices, Choice(value, value))
        if tuple(choices) != self._shown:
            self._shown = tuple(choices)
            self.clear()
            for number, one in enumerate(self._shown):
                self.addItem(one.words)
                if one.help:
                    self.setItemData(number, plain_tip(one.help), Qt.ItemDataRole.ToolTipRole)
            self._widen()
        self.setCurrentIndex([one.value for one in self._shown].index(value))

    def sizeHint(self) -> QSize:
        """Wide enough for the words that are on; the layout makes it narrower where there is no room."""
        hint, letters = super().sizeHint(), self.fontMetrics()
        least = letters.horizontalAdvance("X") * self.minimumContentsLength()
        return QSize(hint.width() + max(0, letters.horizontalAdvance(self.currentText()) - least), hint.height())

    def value(self) -> str:
        """The value of the choice that is on."""
        at = self.currentIndex()
        return self._shown[at].value if 0 <= at < len(self._shown) else ""

    def choose(self, value: str) -> None:
        """Choose as the user does."""
        self.setCurrentIndex([one.value for one in self._shown].index(value))
        self.picked.emit()

    def _widen(self) -> None:
        """The open list shows long words whole."""
        widest = max((self.fontMetrics().horizontalAdvance(one.words) for one in self._shown), default=0)
        self.view().setMinimumWidth(min(460, widest + 48))


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
