"""Building blocks of pages beside the common controls: buttons with a key, marks, a column that scrolls, and facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from kpidesk.ui import icons
from kpidesk.ui.messages import PlainLabel, plain_button_text, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets import controls


def button(
    text: str, act: Callable[[], object] | None = None, kind: controls.ButtonKind = "", hint: str = ""
) -> QPushButton:
    """A button with a key: `text` is our own and marks the letter with & (`&Import` is pressed by Alt+I).

    The letter is not underlined, the tool tip names the key instead. Names from files go through `controls`.
    """
    words = text.replace("&", "")
    made = controls.button(words, act, kind=kind)
    before, mark, after = text.partition("&")
    del before
    key = f"Alt+{after[0].upper()}" if mark and after else ""
    made.setShortcut(key)
    tip(made, " · ".join(part for part in (hint, key) if part))
    return made


def say_on(made: QPushButton, words: str) -> None:
    """Change the words on a button and keep its key, which Qt forgets with every new text."""
    key = made.shortcut()
    made.setText(plain_button_text(words))
    made.setShortcut(key)


class Mark(QLabel):
    """An icon in a colour of the theme; a class because it follows a change of theme and of screen density."""

    def __init__(self, theme: Theme, name: str, color: str = "muted", size: int = 18) -> None:
        super().__init__()
        self._theme, self._name, self._color, self._size = theme, name, color, size
        self.setTextFormat(Qt.TextFormat.PlainText)
        theme.changed.connect(self._draw)
        self._draw()

    def show_icon(self, name: str, color: str) -> None:
        """Show another icon."""
        self._name, self._color = name, color
        self._draw()

    def event(self, event: QEvent) -> bool:
        """Draw anew where the pixels are denser or coarser."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._draw()
        return super().event(event)

    def _draw(self) -> None:
        size = self._theme.px(self._size)
        self.setFixedSize(size, size)
        color = str(getattr(self._theme.tokens, self._color))
        self.setPixmap(icons.pixmap(self._name, color, size, self.devicePixelRatioF()))


class Column(QScrollArea):
    """A page's content in one column that scrolls up and down only; a class because it is a widget.

    `whole` asks for the room its content needs, because what is cut at the side could not be reached.
    Lines stay readable on a wide screen: beyond `widest` the margins grow instead, only the right one unless
    `centred`.
    """

    def __init__(
        self, *, widest: int = 0, margins: tuple[int, int, int, int] = (24, 0, 24, 24), centred: bool = True,
        whole: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self._whole = whole
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._widest = widest
        self._sides = margins
        self._centred = centred
        inner = QWidget()
        inner.setProperty("role", "page")
        self.column = QVBoxLayout(inner)
        self.column.setSpacing(12)
        self.column.setContentsMargins(*margins)
        self.setWidget(inner)

    def minimumSizeHint(self) -> QSize:
        """Where it is to show its whole width, as narrow as its content."""
        content = self.widget()
        if not self._whole or content is None:
            return super().minimumSizeHint()
        inner = content.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(inner, super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for more room when the content needs more."""
        if self._whole and event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share spare width between the margins; a scroll bar stands in the right one where that is wide enough."""
        left, top, right, bottom = self._sides
        bar = self.width() - self.viewport().width()
        right -= bar if right >= 2 * bar else 0
        if self._widest:
            spare = max(0, self.viewport().width() - left - right - self._widest)
            shift = spare // 2 if self._centred else 0
            left, right = left + shift, right + spare - shift
        self.column.setContentsMargins(left, top, right, bottom)
        super().resizeEvent(event)


class Facts(QWidget):
    """Short facts, each under its name, side by side; long ones are cut and share the room. A class: a widget."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(28)

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show (name, fact) pairs; facts without words are left out."""
        controls.clear(self._row)
        for name, fact in facts:
            if fact:
                self._row.addLayout(_pair(name, fact), len(fact) if len(fact) > 24 else 0)
        if not any(len(fact) > 24 for _, fact in facts):
            self._row.addStretch(1)


def _pair(name: str, fact: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(1)
    column.addWidget(PlainLabel(name, "small"))
    shown = PlainLabel(fact, elide=len(fact) > 24)
    shown.setAccessibleName(f"{name}: {fact}")
    column.addWidget(shown)
    return column


def fill(layout: QVBoxLayout, *items: QWidget | QLayout | int) -> None:
    """Put widgets and rows under each other; a number is a gap in pixels."""
    for item in items:
        if isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)
