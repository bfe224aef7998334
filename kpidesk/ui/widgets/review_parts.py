"""What the cards of a one-on-one are built from: a titled card, a line that folds open, text that grows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLayout,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import clear, icon_button, set_icon
from kpidesk.ui.widgets.page_parts import Mark

BELOW = 64
"""Pixels of what follows that are seen too."""


def bring_up(part: QWidget) -> None:
    """Scroll until all of a new part is seen, once it has found its place."""
    holder = part.parentWidget()
    while holder is not None and not isinstance(holder, QScrollArea):
        holder = holder.parentWidget()
    if holder is not None:
        area = holder

        def scroll() -> None:
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            area.ensureWidgetVisible(part, 0, BELOW)

        QTimer.singleShot(0, part, scroll)


def lay_out(area: QScrollArea) -> None:
    """Give everything in a column its place at once, so that nothing is seen squeezed before it has found it."""
    for _ in range(2):  # what is new finds its width first, and its height by that
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        held = area.widget()
        inner = held.layout() if held is not None else None
        if inner is not None:
            inner.activate()


def fit(dialog: QDialog) -> None:
    """Let a dialog be as high as its words need: it does not grow by itself for those of several lines."""
    layout = dialog.layout()
    if layout is not None:
        for inner in (*dialog.findChildren(QLayout), layout):
            inner.invalidate()  # else those inside remember how high they were before
        wide = max(dialog.width(), dialog.minimumWidth())
        dialog.resize(wide, max(dialog.height(), layout.totalHeightForWidth(wide)))


class Section(QFrame):
    """A card with a title, quiet words at its right, a column to fill and a foot; a class because it is a widget.

    `icon` stands before the title.
    """

    def __init__(self, theme: Theme, title: str, icon: str = "") -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(8)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.title = PlainLabel(title, "subheading")
        self.note = PlainLabel("", "small", elide=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if icon:
            self.head.addWidget(Mark(theme, icon, size=16))
        self.head.addWidget(self.title)
        self.head.addWidget(self.note, 1)
        column.addLayout(self.head)
        self.column = QVBoxLayout()
        self.column.setSpacing(2)
        column.addLayout(self.column)
        self.foot = QVBoxLayout()
        column.addLayout(self.foot)

    def empty(self) -> None:
        """Take away what the column holds; the card takes the cursor first, so that its going scrolls nothing."""
        if self.holds_cursor(self):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        clear(self.column)

    def holds_cursor(self, part: QWidget) -> bool:
        """Whether the cursor is in a part of the card."""
        focus = QApplication.focusWidget()
        return focus is not None and (focus is part or part.isAncestorOf(focus))


class Fold(QWidget):
    """A line that opens to more: by its arrow, by a click on it, by Right and Left. A class because it is a widget.

    `words` tell a screen reader what opens. Put the line's own widgets into `line` and the rest into `inner`.
    """

    def __init__(self, theme: Theme, words: str, *, can_open: bool = True) -> None:
        super().__init__()
        self._theme, self._words = theme, words
        self.can_open = can_open
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.line = QHBoxLayout()
        self.line.setSpacing(8)
        self.arrow = icon_button(theme, "chevron-right", f"Show: {words}", self.turn)
        self.arrow.setEnabled(can_open)
        self.arrow.installEventFilter(self)
        self.line.addWidget(self.arrow, 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(self.line)
        self.body = QWidget()
        self.inner = QVBoxLayout(self.body)
        self.inner.setContentsMargins(theme.px(38), 2, 4, 8)
        self.inner.setSpacing(4)
        outer.addWidget(self.body)
        self.body.hide()
        if can_open:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def is_open(self) -> bool:
        """Whether what lies behind the line is shown."""
        return self.body.isVisibleTo(self)

    def turn(self) -> None:
        """Open what is shut, shut what is open."""
        self.set_open(not self.is_open)

    def set_open(self, shown: bool) -> None:
        """Show or hide what lies behind the line."""
        if not self.can_open:
            return
        self.body.setVisible(shown)
        set_icon(self.arrow, self._theme, "chevron-down" if shown else "chevron-right")
        self.arrow.setAccessibleName(f"{'Hide' if shown else 'Show'}: {self._words}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on the line turns it."""
        if event.position().y() <= self.arrow.geometry().bottom() + 4:
            self.turn()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Right opens, Left shuts; a button would take both keys to move the focus."""
        del watched
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() not in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            return False
        self.set_open(event.key() == Qt.Key.Key_Right)
        return True


class GrowingText(QPlainTextEdit):
    """Plain text as high as what is typed; Tab leaves it. A class because it is a widget.

    `typed` sends the text when a person changes it. Its own undo is off: the page undoes for all of the meeting.
    """

    typed = Signal(str)

    def __init__(self, theme: Theme, name: str, hint: str, *, lines: int = 3) -> None:
        super().__init__()
        self._theme, self._lines, self._quiet, self._hint = theme, lines, False, hint
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self.updateGeometry())

    def show_text(self, text: str) -> None:
        """Show a text without telling anyone; the cursor stays where the text is the same already."""
        if text != self.toPlainText():
            self._quiet = True
            self.setPlainText(text)
            self._quiet = False

    def set_frozen(self, frozen: bool, nothing: str) -> None:
        """Let it only be read, where `nothing` stands for no text, or be typed into again."""
        self.setReadOnly(frozen)
        self.setPlaceholderText(nothing if frozen else self._hint)
        restyle(self, "frozen", frozen)

    def sizeHint(self) -> QSize:
        """As high as the text, and never lower than `lines`."""
        wanted = max(self._lines, round(self.document().size().height()))  # the document counts in lines
        return QSize(200, wanted * self.fontMetrics().lineSpacing() + 28)

    def minimumSizeHint(self) -> QSize:
        """As the size hint, so that a column never squeezes it."""
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines break anew."""
        super().resizeEvent(event)
        self.updateGeometry()

    def _changed(self) -> None:
        self.updateGeometry()
        if not self._quiet:
            self.typed.emit(self.toPlainText())


class UndoKeys(QObject):
    """Hands Ctrl+Z and its reverse in a text field to the page; a class because Qt hands events to objects only."""

    undo = Signal()
    redo = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the two keys before the field does."""
        del watched
        if not isinstance(event, QKeyEvent) or event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        back, forth = (event.matches(key) for key in (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo))
        if event.type() == QEvent.Type.KeyPress and (back or forth):
            (self.undo if back else self.redo).emit()
        if back or forth:
            event.accept()
        return back or forth
