"""Small building blocks of every page: buttons, cards, rows of choices, lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from kpidesk.ui import icons
from kpidesk.ui.messages import PlainLabel, plain_button_text, tip
from kpidesk.ui.theme import Theme

T = TypeVar("T")
ButtonKind = Literal["", "primary", "quiet", "danger", "link", "nav", "toast", "chip", "figure"]


def button(text: str, act: Callable[[], object] | None = None, *, kind: ButtonKind = "", hint: str = "") -> QPushButton:
    """A button whose text is shown as it is; `kind` is `primary`, `quiet`, `danger`, `link` or plain."""
    made = QPushButton(plain_button_text(text))
    if kind:
        made.setProperty("kind", kind)
    if act is not None:
        made.clicked.connect(lambda _checked=False: act())
    made.setAutoDefault(True)  # Enter presses it where the cursor is on it, also outside a dialog
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    tip(made, hint)
    return made


def icon_button(theme: Theme, name: str, words: str, act: Callable[[], object] | None = None) -> QToolButton:
    """A button that is only an icon; `words` are its tool tip and accessible name."""
    made = QToolButton()
    made.setProperty("kind", "icon")
    made.setAccessibleName(words)
    tip(made, words)
    if act is not None:
        made.clicked.connect(lambda _checked=False: act())
    set_icon(made, theme, name)
    return made


def back_button(theme: Theme, act: Callable[[], object]) -> QPushButton:
    """The button by which a page is left for the one before."""
    made = button("Back", act, kind="quiet", hint="To the page before · Esc")
    set_icon(made, theme, "chevron-left")
    return made


def set_icon(target: QAbstractButton, theme: Theme, name: str, *, color: str = "muted", size: int = 18) -> None:
    """Give a button an icon that follows the theme and the text size; `color` is a token name."""

    def paint() -> None:
        pixels = theme.px(size)
        air = theme.px(6) if isinstance(target, QPushButton) else 0  # between the icon and the words
        target.setIcon(icons.icon(name, getattr(theme.tokens, color), pixels, air))
        target.setIconSize(QSize(pixels + air, pixels))

    paint()
    _Repaint(target, theme, paint)


class _Repaint(QObject):
    """Calls a function on every theme change as long as its owner lives; Qt then drops the connection itself."""

    def __init__(self, owner: QObject, theme: Theme, paint: Callable[[], None]) -> None:
        super().__init__(owner)
        self._paint = paint
        theme.changed.connect(self.repaint)

    def repaint(self) -> None:
        self._paint()


def card(*, margins: tuple[int, int, int, int] = (18, 16, 18, 16), spacing: int = 8) -> tuple[QFrame, QVBoxLayout]:
    """A white (or dark) panel with a hairline border, and the column to fill it."""
    frame = QFrame()
    frame.setProperty("role", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(*margins)
    column.setSpacing(spacing)
    return frame, column


def line() -> QFrame:
    """A hairline between two parts of a card."""
    made = QFrame()
    made.setProperty("role", "line")
    made.setFixedHeight(1)
    return made


def row(*items: QWidget | int | None, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side; a number is a gap in pixels, None takes the room that is left."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for item in items:
        if item is None:
            made.addStretch(1)
        elif isinstance(item, int):
            made.addSpacing(item)
        else:
            made.addWidget(item)
    return made


def under_name(words: str, field: QWidget) -> QVBoxLayout:
    """A field under its name."""
    name = PlainLabel(words, "small")
    name.setBuddy(field)
    box = QVBoxLayout()
    box.setSpacing(3)
    box.addWidget(name)
    box.addWidget(field)
    return box


def show_alone(acts: Mapping[T, QWidget], which: T) -> None:
    """Show one of some buttons and hide the others; the cursor goes with it, so that Start is followed by Close."""
    had_focus = any(one.hasFocus() for one in acts.values())
    acts[which].show()
    if had_focus:
        acts[which].setFocus(Qt.FocusReason.OtherFocusReason)
    for each, act in acts.items():
        act.setVisible(each == which)


def clear(layout: QLayout) -> None:
    """Take every widget and inner layout out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
            inner.deleteLater()


class ListBox(QComboBox):
    """A drop-down list that the wheel does not turn while it is closed; a class because Qt turns it otherwise.

    What one only meant to scroll past must not be changed; an open list scrolls as ever. Words that do not fit are
    cut with …, where Qt cuts through a letter.
    """

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box with as much of its words as there is room for."""
        if self.isEditable():
            super().paintEvent(event)
            return
        painter, option, part = QStylePainter(self), QStyleOptionComboBox(), QStyle.ComplexControl.CC_ComboBox
        self.initStyleOption(option)
        shown = option.currentText if self.currentIndex() >= 0 else self.placeholderText()
        field = self.style().subControlRect(part, option, QStyle.SubControl.SC_ComboBoxEditField, self)
        words = self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, field.width())
        option.currentText = words
        painter.drawComplexControl(part, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let what lies around it scroll."""
        event.ignore()


class Segments(QFrame):
    """A row of choices of which exactly one is on; a class because it is a widget with a signal.

    `chosen` sends the value of a choice when the user makes it (not when the program does).
    """

    chosen = Signal(object)

    def __init__(self, choices: Sequence[tuple[str, object]], words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "segments")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(2)
        self._group = QButtonGroup(self)
        self._values: list[object] = []
        for text, value in choices:
            made = QPushButton(plain_button_text(text))
            made.setCheckable(True)
            made.setAccessibleName(f"{words} {text}".strip())
            self._group.addButton(made, len(self._values))
            self._values.append(value)
            layout.addWidget(made)
        self._group.idClicked.connect(self._clicked)

    def value(self) -> object:
        """The choice that is on, None when none is."""
        number = self._group.checkedId()
        return self._values[number] if number >= 0 else None

    def set_value(self, value: object) -> None:
        """Turn a choice on without a signal; a value that is not there turns all off."""
        self._group.setExclusive(False)
        for number, known in enumerate(self._values):
            self._group.button(number).setChecked(known == value)
        self._group.setExclusive(True)

    def buttons(self) -> list[QAbstractButton]:
        """The buttons from left to right."""
        return self._group.buttons()

    def _clicked(self, number: int) -> None:
        self.chosen.emit(self._values[number])
