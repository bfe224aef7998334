"""Text from files shown as it is: labels, dialogs, tool tips, toasts and banners that never read it as HTML."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Literal
from weakref import WeakSet

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
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
from shiboken6 import isValid

from kpidesk.core.errors import UserError
from kpidesk.ui.painting.look import wrapped

Tone = Literal["info", "good", "watch", "bad"]
_FIELD_HEIGHT = 120
_LETTERS, _LINES, _AIR = 76, 3, 24  # of a toast: its greatest width, its lines, the air around it


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


_BARS: WeakSet[QWidget] = WeakSet()
_TOASTS: WeakSet[QWidget] = WeakSet()
_SHIFTS = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show)


def keep_clear(*bars: QWidget) -> None:
    """Name bars and lines at the foot of a page that a toast must not lie on."""
    _BARS.update(bars)
    for toast in filter(isValid, tuple(_TOASTS)):
        for bar in bars:
            bar.installEventFilter(toast)


class Toast(QFrame):
    """A short message at the foot of the window that goes away by itself; a class because it owns a timer.

    It is never wider than `_LETTERS` or the window, breaks into at most `_LINES` lines, and stands above the field in
    use and above whatever asked for it with `keep_clear`.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "toast")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 10, 10, 10)
        layout.setSpacing(12)
        self.label = PlainLabel()
        self.text = ""
        self.button = QPushButton()
        self.button.setProperty("kind", "toast")
        self.button.clicked.connect(self._clicked)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click on it leaves the focus where one works
        self._before: QWidget | None = None
        self._act: Callable[[], None] | None = None
        layout.addWidget(self.label)
        layout.addWidget(self.button)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._leave)
        parent.installEventFilter(self)
        _TOASTS.add(self)
        for bar in filter(isValid, tuple(_BARS)):
            bar.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._give_way)
        self.hide()

    def say(self, text: str, *, button: str = "", act: Callable[[], None] | None = None, seconds: float = 6) -> None:
        """Show a text for some seconds, with an optional button; no text takes away what is shown."""
        if not text:
            self._leave()
            return
        self._act, self.text = act, text
        self.button.setText(plain_button_text(button))
        self.button.setVisible(bool(button))
        self.label.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(round(seconds * 1000))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep its place when the window is resized, and give way to a bar that comes up or grows."""
        if self.isVisible() and event.type() in _SHIFTS:
            if watched is self.parent():
                self._place()
            else:
                QTimer.singleShot(0, self, self._place)  # the page that the bar is on is laid out by then
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self._break()
        self.adjustSize()
        room = self.window().rect()
        foot = QRect(QPoint((room.width() - self.width()) // 2, room.height() - self.height() - _AIR), self.size())
        for bar in sorted(self._bars(), key=QRect.top, reverse=True):
            if foot.adjusted(-8, -8, 8, 8).intersects(bar):
                foot.moveBottom(bar.top() - 9)
        self.move(foot.left(), max(_AIR, foot.top()))

    def _break(self) -> None:
        """Break the text into lines that fit; where it is cut, the tool tip has the whole of it."""
        self.ensurePolished()
        self.label.ensurePolished()
        taken = self.button.sizeHint().width() + 12 if self.button.isVisibleTo(self) else 0
        letters = self.label.fontMetrics()
        most = min(_LETTERS * letters.averageCharWidth(), self.window().width() - 2 * _AIR - 26 - taken)
        shown = wrapped(self.text, self.label.font(), most, _LINES)
        self.label.setText("\n".join(shown))
        tip(self.label, self.text if " ".join(shown) != " ".join(self.text.split()) else "")

    def _bars(self) -> list[QRect]:
        """Where in the window it must not lie: the field in use, unless it is as large as a page, and the bars."""
        window, used = self.window(), self.window().focusWidget()
        found = [one for one in tuple(_BARS) if isValid(one) and one.isVisible() and one.window() is window]
        if used is not None and not self.isAncestorOf(used) and used.height() <= _FIELD_HEIGHT:
            found.append(used)
        return [QRect(one.mapTo(window, QPoint()), one.size()) for one in found]

    def _give_way(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is self.button:
            self._before = old
        if self.isVisible():
            self._place()

    def _leave(self) -> None:
        """Go away; the focus goes back to where it was before it came here."""
        if self.button.hasFocus() and self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()

    def _clicked(self) -> None:
        self._leave()
        if self._act is not None:
            self._act()


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and let it look again."""
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
