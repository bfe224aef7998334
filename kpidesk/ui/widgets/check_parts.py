"""A button that bears the name of a KPI, which may be longer than there is room."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from kpidesk.ui.messages import plain_button_text, tip
from kpidesk.ui.widgets.controls import ButtonKind

LEAST = 48


class FittedButton(QPushButton):
    """A button whose text is cut with … where it does not fit, whole in the tool tip; a class: a widget."""

    def __init__(self, words: str, act: Callable[[], object], kind: ButtonKind = "") -> None:
        super().__init__(plain_button_text(words))
        self.words = words
        if kind:
            self.setProperty("kind", kind)
        self.setAccessibleName(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _checked=False: act())

    def sizeHint(self) -> QSize:
        """Wide enough for all of the words."""
        return QSize(self.fontMetrics().horizontalAdvance(self.words) + self._around() + 1, super().sizeHint().height())

    def _around(self) -> int:
        """What stands beside the words: padding and frame."""
        return super().sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text().replace("&&", "&"))

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the words anew."""
        super().resizeEvent(event)
        room = max(8, self.width() - self._around())
        shown = self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, room)
        self.setText(plain_button_text(shown))
        tip(self, self.words if shown != self.words else "")
