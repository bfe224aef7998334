"""A line of words that wraps in its field instead of being cut."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRect, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy

from kpidesk.ui.theme import Theme

PADDING = 18
"""What the style keeps free above and below the words."""


class WrappedField(QPlainTextEdit):
    """As high as its words need, otherwise like a line field: no new lines, Tab and Enter leave. A class because it is
    a widget.

    `edited` carries the words when a person changes them, `entered` says that Enter was pressed.
    """

    edited = Signal(str)
    entered = Signal()

    def __init__(self, theme: Theme, hint: str = "", most: int = 200) -> None:
        super().__init__()
        self._theme, self._most, self._quiet = theme, most, False
        self.setProperty("role", "wrapped")
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._changed)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(lambda _value: bar.setValue(0))  # it is as high as its words: no line may slip away
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self.updateGeometry())

    def text(self) -> str:
        """The words in the field."""
        return self.toPlainText()

    def setText(self, text: str) -> None:
        """Show words without telling anyone."""
        if text != self.toPlainText():
            self._quiet = True
            self.setPlainText(_one_line(text))
            self._quiet = False

    def setPlaceholderText(self, hint: str) -> None:
        """What stands in the field while it is empty."""
        super().setPlaceholderText(hint)
        self.updateGeometry()

    def setMaxLength(self, most: int) -> None:
        """Take no more than so many characters."""
        self._most = most

    def sizeHint(self) -> QSize:
        """As high as the words, or as the hint while there are none; one line at least."""
        lines = max(1, round(self.document().size().height()))  # the document counts in lines
        words = lines * self.fontMetrics().lineSpacing()
        if not self.toPlainText():
            margin = round(self.document().documentMargin())
            room = QRect(0, 0, max(1, self.viewport().width() - 2 * margin), 10_000)
            words = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, self.placeholderText()).height()
        return QSize(200, max(words + self._theme.px(PADDING), self._theme.px(34)))

    def minimumSizeHint(self) -> QSize:
        """As the size hint, so that a column never squeezes it."""
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With another width the words need another height."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter says that the words stand."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """What is pasted comes on one line."""
        self.insertPlainText(_one_line(source.text()))

    def _changed(self) -> None:
        text = self.toPlainText()
        if len(text) > self._most:
            cursor = self.textCursor()
            cursor.setPosition(self._most)
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
            return  # that was a change too
        self.updateGeometry()
        if not self._quiet:
            self.edited.emit(text)


def signals_of(field: QLineEdit | WrappedField) -> tuple[SignalInstance, SignalInstance]:
    """What a field of words sends when a person changes them, and when Enter is pressed."""
    if isinstance(field, WrappedField):
        return field.edited, field.entered
    return field.textEdited, field.returnPressed


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())
