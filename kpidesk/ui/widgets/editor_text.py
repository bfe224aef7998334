"""The text of a formula: coloured words, paired brackets, a wave under what is wrong, completion as one types."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.editor_colours import Colours, partner
from kpidesk.ui.widgets.editor_completion import Completion, CompletionList

FAMILIES = ("Cascadia Mono", "Consolas", "SF Mono", "Menlo", "DejaVu Sans Mono", "Noto Sans Mono", "monospace")
HEIGHT = 112
_ACCEPT = (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_OPENERS = "([.'\" ="
"""What is typed before a word; the list of what may come next opens after it as after a letter."""


class FormulaText(QPlainTextEdit):
    """The field a formula is typed into; a class because it is a widget.

    `changed` carries the text whenever the user changed it. `completion_wanted` carries text and cursor; the answer
    comes by `offer`. Tab leaves the field unless the list is open.
    """

    changed = Signal(str)
    completion_wanted = Signal(str, int)

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self._error: tuple[int, int] | None = None
        self._own = False
        self._known = ""
        self.colours = Colours(self.document(), theme)
        self.list = CompletionList(theme, FAMILIES, host)
        self.list.taken.connect(self._put_in)
        self.setAccessibleName("Formula")
        self.setPlaceholderText("count(deals where won on closed_at)")
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.textChanged.connect(self._text_changed)
        self.cursorPositionChanged.connect(self._cursor_moved)

    def _restyle(self) -> None:
        font = QFont(list(FAMILIES))
        font.setPixelSize(self._theme.px(14))
        font.setStyleHint(QFont.StyleHint.Monospace)
        self.setFont(font)
        self.setFixedHeight(self._theme.px(HEIGHT))
        self._mark()

    # --- text ---------------------------------------------------------------------------------------------------

    def show_text(self, text: str) -> None:
        """Show a text without a signal; what can be taken back stays when it is only replaced."""
        if text == self.toPlainText():
            return
        self._own = True
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self._own = False
        self.list.hide()

    def begin(self, text: str) -> None:
        """Show the text of another KPI: nothing before it can be taken back."""
        self._own = True
        self.setPlainText(text)
        self._known = text
        self._own = False
        self._error = None
        self.list.hide()
        self._mark()

    def _text_changed(self) -> None:
        text = self.toPlainText()
        if text == self._known:
            return
        self._known = text
        self._error = None
        self._mark()
        if not self._own:
            self.changed.emit(text)

    # --- what is marked -----------------------------------------------------------------------------------------

    def show_error(self, start: int, end: int) -> None:
        """Mark the characters that are wrong."""
        self._error = (start, end)
        self._mark()

    def clear_error(self) -> None:
        """Nothing is wrong."""
        self._error = None
        self._mark()

    @property
    def error_place(self) -> tuple[int, int] | None:
        """The characters marked as wrong."""
        return self._error

    def go_to_error(self) -> None:
        """Put the cursor where it is wrong."""
        if self._error is not None:
            cursor = self.textCursor()
            cursor.setPosition(min(self._error[0], len(self.toPlainText())))
            self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _mark(self) -> None:
        marks = [self._bracket(at) for at in partner(self.toPlainText(), self.textCursor().position()) or ()]
        if self._error is not None:
            marks.append(self._wave(*self._error))
        self.setExtraSelections(marks)

    def _bracket(self, at: int) -> QTextEdit.ExtraSelection:
        look = QTextCharFormat()
        look.setBackground(self._theme.color("selection"))
        look.setForeground(self._theme.color("ink"))
        look.setFontWeight(QFont.Weight.Bold)
        return self._selection(at, at + 1, look)

    def _wave(self, start: int, end: int) -> QTextEdit.ExtraSelection:
        """A wave below the place; at the end of the text below its last character."""
        length = len(self.toPlainText())
        first = min(start, max(0, length - 1))
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(self._theme.color("bad"))
        look.setBackground(self._theme.color("bad_soft"))
        return self._selection(first, max(first + 1, min(end, length)), look)

    def _selection(self, start: int, end: int, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
        made, cursor, length = QTextEdit.ExtraSelection(), self.textCursor(), len(self.toPlainText())
        cursor.setPosition(min(start, length))
        cursor.setPosition(min(end, length), QTextCursor.MoveMode.KeepAnchor)
        made.cursor, made.format = cursor, look
        return made

    # --- completion ---------------------------------------------------------------------------------------------

    def offer(self, offers: Sequence[Completion]) -> None:
        """Show what may come next, unless it is what stands there already.

        Behind a name that is complete only longer ones that begin with it are left.
        """
        text = self.toPlainText()
        is_complete = any(text[one.start : one.end] == one.text for one in offers)
        fresh = [one for one in offers if (typed := text[one.start : one.end]) != one.text
                 and (not is_complete or one.text.startswith(typed))]  # fmt: skip
        if not self.hasFocus() or self.isReadOnly():
            fresh = []
        corner = self.viewport().mapTo(self.list.host, self.cursorRect().topLeft())
        self.list.offer(fresh, QRect(corner, self.cursorRect().size()))

    def want_completion(self) -> None:
        """Ask what may come next at the cursor."""
        self.completion_wanted.emit(self.toPlainText(), self.textCursor().position())

    def _put_in(self, offer: Completion) -> None:
        cursor = self.textCursor()
        cursor.setPosition(offer.start)
        cursor.setPosition(min(offer.end, len(self.toPlainText())), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(offer.text)
        self.setTextCursor(cursor)
        if offer.text.endswith(("(", ".")):
            self.want_completion()

    def _cursor_moved(self) -> None:
        self._mark()
        if self.list.isVisible() and self._known == self.toPlainText() and not self.textCursor().hasSelection():
            self.want_completion()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the list while it is open, Ctrl+Space to open it, everything else as in every field."""
        if self._is_for_list(event):
            return
        if event.key() == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.want_completion()
            return
        before = self.toPlainText()
        super().keyPressEvent(event)
        if event.text() and self.toPlainText() != before:
            self._typed(event.text())

    def _is_for_list(self, event: QKeyEvent) -> bool:
        if not self.list.isVisible():
            return False
        if event.key() in _ACCEPT and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.list.take()
        elif event.key() == Qt.Key.Key_Escape:
            self.list.hide()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.step(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            return False
        event.accept()
        return True

    def _typed(self, text: str) -> None:
        """After a letter or what opens a word, show what may come next; after anything else put the list away."""
        if text.isalnum() or text == "_" or text in _OPENERS or (self.list.isVisible() and text == "\b"):
            self.want_completion()
        else:
            self.list.hide()

    def event(self, event: QEvent) -> bool:
        """Tab goes to the list before it leaves the field."""
        is_tab = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab
        if is_tab and isinstance(event, QKeyEvent) and self._is_for_list(event):
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The list goes when the focus does."""
        super().focusOutEvent(event)
        self.list.hide()
