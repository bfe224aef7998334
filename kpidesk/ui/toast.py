"""What was just done, told in a strip at the foot of the window; the page makes room for it and nothing is covered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget
from shiboken6 import isValid

from kpidesk.ui.commands import keys_text
from kpidesk.ui.messages import PlainLabel, plain_button_text, tip
from kpidesk.ui.painting.look import wrapped

REACH = "F6"
"""The key that goes to the button of the strip, from wherever the focus is."""
TOLD, OFFERED = 6, 20  # seconds: without a button, and with one
_LETTERS, _LINES = 110, 3


class Toast(QWidget):
    """A strip that tells what was done and offers to take it back, and goes away by itself; it owns a timer.

    It stays as long as the mouse is on it or its button has the focus; an offer stands only on the page it is of. Its
    text is at most `_LETTERS` wide, in at most `_LINES` lines, and is announced to screen readers.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self.label = PlainLabel()
        self.label.setMinimumWidth(24)
        self.button = QPushButton()
        self.button.setProperty("kind", "toast")
        self.button.clicked.connect(self._clicked)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click on it leaves the focus where one works
        self._before: QWidget | None = None
        self._act: Callable[[], None] | None = None
        self._seconds: float = TOLD
        self._page_id = self._of = ""
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._leave)
        self._lay_out()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._moved)
        self.hide()

    def _lay_out(self) -> None:
        strip = QFrame()
        strip.setProperty("role", "toast")
        across = QHBoxLayout(strip)
        across.setContentsMargins(16, 5, 6, 5)
        across.setSpacing(16)
        across.addWidget(self.label)
        across.addWidget(self.button)
        across.addStretch(1)
        around = QHBoxLayout(self)
        around.setContentsMargins(24, 0, 24, 12)
        around.addWidget(strip)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def say(
        self, text: str, *, button: str = "", act: Callable[[], None] | None = None, seconds: float | None = None
    ) -> None:
        """Show a text for some seconds, with an optional button; no text takes away what is shown."""
        if not text:
            self._leave()
            return
        self._act, self.text, self._of = act, text, ""
        if button:
            QTimer.singleShot(0, self, self._settle)  # what says it may go to another page first
        self._seconds = seconds if seconds is not None else OFFERED if button else TOLD
        self.button.setText(plain_button_text(button))
        self.button.setVisible(bool(button))
        tip(self.button, f"{button}  {keys_text([REACH])}")
        self.label.setAccessibleName(text)
        self.show()
        self._break()
        self._count_down()
        offer = f" {button}: {keys_text([REACH])}." if button else ""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.label, text + offer))

    def reach(self) -> None:
        """Give the focus to the button, where there is one; Escape gives it back."""
        if self.button.isVisible():
            self.button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def turn_to(self, page_id: str) -> None:
        """Another page is on show: what is offered of one goes out of sight, and comes back with it in time."""
        self._page_id = page_id
        if self._of and self._of != page_id and self.isVisible():
            self._leave(comes_back=True)
        elif self._of == page_id and self._timer.isActive():
            self.show()

    def _settle(self) -> None:
        self._of = self._page_id

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the text anew."""
        super().resizeEvent(event)
        self._break()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes the strip away."""
        if event.matches(QKeySequence.StandardKey.Cancel):
            self._leave()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while the mouse is on it."""
        super().enterEvent(event)
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """Go away some seconds after the mouse has left."""
        super().leaveEvent(event)
        self._count_down()

    def _count_down(self) -> None:
        if self.isVisible() and not self.underMouse() and not self.button.hasFocus():
            self._timer.start(round(self._seconds * 1000))

    def _break(self) -> None:
        """Break the text into lines that fit; where it is cut, the tool tip has the whole of it."""
        self.label.ensurePolished()
        taken = self.button.sizeHint().width() + 16 if self.button.isVisibleTo(self) else 0
        most = min(_LETTERS * self.label.fontMetrics().averageCharWidth(), self.width() - 2 * 24 - 22 - taken)
        shown = wrapped(self.text, self.label.font(), most, _LINES)
        self.label.setText("\n".join(shown))
        tip(self.label, self.text if " ".join(shown) != " ".join(self.text.split()) else "")

    def _moved(self, old: QWidget | None, new: QWidget | None) -> None:
        """Stay while the button has the focus, and remember where that came from."""
        if new is self.button:
            self._before = old
            self._timer.stop()
        elif old is self.button:
            self._count_down()

    def _leave(self, *, comes_back: bool = False) -> None:
        """Go away; the focus goes back to where it was before it came here."""
        if self.button.hasFocus() and self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._timer.stop()
        self.hide()
        if comes_back:
            self._timer.start(round(self._seconds * 1000))

    def _clicked(self) -> None:
        self._leave()
        if self._act is not None:
            self._act()
