"""Text from files shown as it is: labels, dialogs, tool tips, toasts and banners that never read it as HTML."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Literal

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kpidesk.core.errors import UserError

Tone = Literal["info", "good", "watch", "bad"]


class PlainLabel(QLabel):
    """A label that shows its text letter by letter; a class because QLabel guesses HTML by default.

    `role` picks the look: `title heading muted small number problem hint` or empty. `elide` cuts a long single
    line with … and puts the whole text into the tool tip.
    """

    def __init__(self, text: str = "", role: str = "", *, wrap: bool = False, elide: bool = False,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self._whole = ""
        self._elide = elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
        if elide:
            self.setMinimumWidth(24)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text; an elided label remembers the whole of it."""
        self._whole = text
        self._refit()
        if self._elide:
            self.updateGeometry()

    def whole_text(self) -> str:
        """The text before it was cut to fit."""
        return self._whole

    def whole_width(self) -> int:
        """How wide the text is before it is cut to fit, in pixels."""
        return self.fontMetrics().horizontalAdvance(self._whole)

    def sizeHint(self) -> QSize:
        """As wide as the text before it is cut to fit."""
        wanted = super().sizeHint()
        if self._elide and self.text() != self._whole:
            wanted.setWidth(wanted.width() - self.fontMetrics().horizontalAdvance(self.text()) + self.whole_width())
        return wanted

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew for the new width."""
        super().resizeEvent(event)
        if self._elide:
            self._refit()

    def _refit(self) -> None:
        shown = self._whole
        if self._elide and self.width() > 0 and self.isVisibleTo(self.window()):
            room = max(8, self.contentsRect().width())
            shown = self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, room)
        super().setText(shown)
        if self._elide:
            self.setAccessibleName(self._whole)
            tip(self, self._whole if shown != self._whole else "")


def tip(widget: QWidget, text: str) -> None:
    """Give a widget a tool tip that shows `text` as it is."""
    widget.setToolTip(plain_tip(text))


def plain_tip(text: str) -> str:
    """Tool tip text that Qt shows literally, also for a model's ToolTipRole."""
    return f"<qt>{escape(text)}</qt>" if text else ""


def plain_button_text(text: str) -> str:
    """Text for a button, action or tab, where a single & would become a shortcut."""
    return text.replace("&", "&&")


def message(parent: QWidget | None, title: str, text: str, advice: str = "", *, tone: Tone = "info") -> None:
    """Tell the user something and wait for OK."""
    box = _box(parent, title, text, advice, tone)
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.exec()


def show_error(parent: QWidget | None, error: UserError) -> None:
    """Show a request that cannot be met, with the problem and the advice as they are written."""
    message(parent, "That did not work", error.problem, error.advice, tone="watch")


def confirm(parent: QWidget | None, title: str, text: str, advice: str = "", *, yes: str, no: str = "Cancel") -> bool:
    """Ask a question with two named answers; the safe one (`no`) is the default and what Escape gives."""
    box = _box(parent, title, text, advice, "watch")
    agree = box.addButton(plain_button_text(yes), QMessageBox.ButtonRole.AcceptRole)
    refuse = box.addButton(plain_button_text(no), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    box.exec()
    return box.clickedButton() is agree


def ask_reason(parent: QWidget | None, doubt: str) -> str | None:
    """Why something is done in spite of a doubt: "" without a doubt, None where nobody gives a reason."""
    if not doubt:
        return ""
    text, agreed = QInputDialog.getText(parent, "Say why", f"{doubt}\nWhy are all of them needed?")
    return text.strip() or None if agreed else None


def _box(parent: QWidget | None, title: str, text: str, advice: str, tone: Tone) -> QMessageBox:
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(title)
    box.setText(text)
    if advice:
        box.setInformativeText(advice)
    for label in box.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)  # setTextFormat of the box leaves out the informative text
    icons = {"info": QMessageBox.Icon.Information, "good": QMessageBox.Icon.Information,
             "watch": QMessageBox.Icon.Warning, "bad": QMessageBox.Icon.Critical}  # fmt: skip
    box.setIcon(icons[tone])
    return box


class CrashDialog(QDialog):
    """Says that the app met a bug, with details to copy; a class because it is a dialog of its own."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("KPI Desk met a bug")
        self.resize(640, 420)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(PlainLabel("Something went wrong that is our fault", "heading"))
        words = (
            "Your data is unharmed: nothing is written unless it is complete. The details below hold no customer data."
        )
        layout.addWidget(PlainLabel(words, "muted", wrap=True))
        self.details = QPlainTextEdit(details)
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details of the error")
        layout.addWidget(self.details, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy details", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())


TOLD_FOR = 15
"""For how many seconds a banner says what was done."""


class Banner(QFrame):
    """A line across a page that says what holds for all of it; hidden while it has no text.

    A class because it is a widget with up to two buttons and a timer.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.setSpacing(10)
        self.label = PlainLabel(wrap=True)
        self.button, self.other = QPushButton(), QPushButton()
        self._act: Callable[[], None] | None = None
        self._other_act: Callable[[], None] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(lambda: self.say(""))
        self.button.clicked.connect(lambda: self._do(self._act))
        self.other.clicked.connect(lambda: self._do(self._other_act))
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        layout.addWidget(self.other)
        self.hide()

    def say(
        self,
        text: str,
        tone: Tone = "info",
        *,
        button: str = "",
        act: Callable[[], None] | None = None,
        other: str = "",
        other_act: Callable[[], None] | None = None,
        seconds: float = 0,
    ) -> None:
        """Show a text with up to two buttons, for some `seconds` or (0) for good; hide the banner without a text."""
        self._timer.stop()
        if seconds:
            self._timer.start(round(seconds * 1000))
        self._act, self._other_act = act, other_act
        self.label.setText(text)
        for made, words in ((self.button, button), (self.other, other)):
            made.setText(plain_button_text(words))
            made.setVisible(bool(words))
        restyle(self, "tone", tone)
        restyle(self.label, "tone", tone)  # its colour hangs on the tone of the banner around it
        self.setVisible(bool(text))

    def _do(self, act: Callable[[], None] | None) -> None:
        if act is not None:
            act()


def slim_banner() -> Banner:
    """A banner no higher than its line of text."""
    made = Banner()
    made.button.setProperty("kind", "link")
    made.setContentsMargins(0, -4, 0, -4)
    made.setMinimumHeight(36)
    return made


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and let it look again."""
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
