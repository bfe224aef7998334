"""A button that names what is chosen and opens a list that narrows while typing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from kpidesk.ui.messages import plain_button_text, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import set_icon
from kpidesk.ui.widgets.type_ahead import Choice, TypeAhead

WIDEST_NAME = 240
AROUND = 60  # icon and padding beside the name


class PickButton(QPushButton):
    """The button; `chosen` sends the value of the choice taken.

    `what` says what is chosen ("KPI"), `key` by which key the page opens the list. A class because it is a widget.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, what: str, icon: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._what, self._key = what, key
        self._name = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.choices: tuple[Choice, ...] = ()
        self.current: object = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        set_icon(self, theme, icon, size=16)
        self.popup = TypeAhead(theme, f"Find: {what}", self)
        self.popup.chosen.connect(self.chosen)
        self.clicked.connect(self.open_list)

    def offer(self, choices: Sequence[Choice], current: object, name: str) -> None:
        """Offer choices and name the one in force."""
        self.choices, self.current = tuple(choices), current
        self._name = name
        self.setAccessibleName(f"{self._what}: {name}")
        tip(self, " · ".join(part for part in (name, self._key) if part))
        self._refit()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as the name, within reason."""
        name = min(self.fontMetrics().horizontalAdvance(self._name), self._theme.px(WIDEST_NAME))
        return QSize(name + self._theme.px(AROUND), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(self._theme.px(96), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the name anew."""
        super().resizeEvent(event)
        self._refit()

    def _refit(self) -> None:
        room = max(self._theme.px(20), self.width() - self._theme.px(AROUND - 4))
        self.setText(plain_button_text(self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room)))

    def open_list(self) -> None:
        """Open the list below the button."""
        corner = self.mapToGlobal(QPoint(0, self.height() + 4))
        lines = min(10, len(self.choices) + 1)
        size = QSize(self._theme.px(360), self._theme.px(36) * lines + self._theme.px(60))
        self.popup.open_at(corner, size, self.choices, self.current)
