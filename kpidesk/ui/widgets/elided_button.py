"""A button whose words are cut with … where there is too little room for them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from kpidesk.ui.messages import plain_button_text
from kpidesk.ui.theme import Theme


class ElidedButton(QPushButton):
    """The button; a class because Qt cuts the words of a narrow button at both ends, through letters.

    `around` is what icon and padding take beside the words, `widest` the most the words get, `least` how narrow the
    button becomes; all before text scaling.
    """

    def __init__(
        self, theme: Theme, *, around: int = 60, widest: int = 240, least: int = 96, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._around, self._widest, self._least = around, widest, least
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def whole_text(self) -> str:
        """The words before they were cut to fit."""
        return self._words

    def show_words(self, words: str) -> None:
        """Show other words, as many of them as there is room for."""
        self._words = words
        self._refit()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as the words, within reason."""
        words = min(self.fontMetrics().horizontalAdvance(self._words), self._theme.px(self._widest))
        wanted = max(words + self._theme.px(self._around), self._theme.px(self._least))
        return QSize(wanted, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(self._theme.px(self._least), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the words anew."""
        super().resizeEvent(event)
        self._refit()

    def _refit(self) -> None:
        room = max(self._theme.px(20), self.width() - self._theme.px(self._around - 4))
        shown = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        self.setText(plain_button_text(shown))
