"""A button that names what is chosen and opens a list that narrows while typing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtWidgets import QWidget

from kpidesk.ui.messages import tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import set_icon
from kpidesk.ui.widgets.elided_button import ElidedButton
from kpidesk.ui.widgets.type_ahead import Choice, TypeAhead, width_for


class PickButton(ElidedButton):
    """The button; `chosen` sends the value of the choice taken.

    `what` says what is chosen ("KPI"), `key` by which key the page opens the list. A class because it is a widget.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, what: str, icon: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self._what, self._key = what, key
        self.choices: tuple[Choice, ...] = ()
        self.current: object = None
        set_icon(self, theme, icon, size=16)
        self.popup = TypeAhead(theme, f"Find: {what}", self)
        self.popup.chosen.connect(self.chosen)
        self.clicked.connect(self.open_list)

    def offer(self, choices: Sequence[Choice], current: object, name: str) -> None:
        """Offer choices and name the one in force."""
        self.choices, self.current = tuple(choices), current
        self.setAccessibleName(f"{self._what}: {name}")
        tip(self, " · ".join(part for part in (name, self._key) if part))
        self.show_words(name)

    def open_list(self) -> None:
        """Open the list below the button."""
        corner = self.mapToGlobal(QPoint(0, self.height() + 4))
        lines = min(10, len(self.choices) + 1)
        size = QSize(width_for(self.choices, self._theme), self._theme.px(36) * lines + self._theme.px(60))
        self.popup.open_at(corner, size, self.choices, self.current)
