"""Widgets beside each other, as many in a row as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme

GAP = 18


class Across(QWidget):
    """Widgets in columns of one width, at least `least` (before text scaling); a class because it is a widget.

    With `spread` the columns fill the room, else they stay as wide as that at the left.
    """

    def __init__(self, theme: Theme, least: int, *, spread: bool = True) -> None:
        super().__init__()
        self._theme, self._least, self._spread = theme, least, spread
        self._widgets: tuple[QWidget, ...] = ()
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self._again)

    def show_widgets(self, widgets: Sequence[QWidget]) -> None:
        """Show these widgets, in this order."""
        for one in self._widgets:
            self._grid.removeWidget(one)
        self._widgets = tuple(widgets)
        self._again()

    def _again(self) -> None:
        self._columns = 0
        self._lay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the widgets out for the new width."""
        super().resizeEvent(event)
        self._lay()

    def minimumSizeHint(self) -> QSize:
        """Room for one column, however many there are now: else a wide row would never become narrow."""
        return QSize(self._theme.px(self._least), super().minimumSizeHint().height())

    def _lay(self) -> None:
        least, count = self._theme.px(self._least), len(self._widgets)
        columns = max(1, min(count, (self.width() + GAP) // (least + GAP)))
        if columns == self._columns or not count:
            return
        self._columns = columns
        for at in range(max(self._grid.columnCount(), columns + 1)):
            is_used = at < columns
            self._grid.setColumnStretch(at, 1 if is_used == self._spread and at <= columns else 0)
            self._grid.setColumnMinimumWidth(at, least if is_used and not self._spread else 0)
        for at, one in enumerate(self._widgets):
            self._grid.addWidget(one, at // columns, at % columns, Qt.AlignmentFlag.AlignBottom)


def named(words: str, field: QWidget) -> QWidget:
    """A field under its name."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(3)
    label = PlainLabel(words, "small")
    label.setBuddy(field)
    column.addWidget(label)
    column.addWidget(field)
    field.setAccessibleName(words)
    return made
