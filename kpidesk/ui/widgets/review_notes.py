"""What was said, for both; and the manager's own notes, which stay apart and leave on no copy for the rep."""

from __future__ import annotations

from PySide6.QtCore import Signal

from kpidesk.core.review_words import NO_NOTES
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, row
from kpidesk.ui.widgets.review_parts import GrowingText, Section, UndoKeys


class NotesCard(Section):
    """Notes that both may keep; `typed` sends the text. A class because it is a widget."""

    typed = Signal(str)

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        super().__init__(theme, "Notes")
        self.note.setText("on both copies")
        self.text = GrowingText(theme, "Notes for both", "What was said, what was decided")
        self.text.installEventFilter(keys)
        self.text.typed.connect(self.typed)
        self.column.addWidget(self.text)

    def show_notes(self, notes: str, *, read_only: bool) -> None:
        """Show the notes."""
        self.text.show_text(notes)
        self.text.set_frozen(read_only, NO_NOTES)


class PrivateCard(Section):
    """The manager's own notes, clearly apart; a class because it is a widget.

    `typed` sends the text, `copy_wanted` that a copy with these notes is asked for.
    """

    typed = Signal(str)
    copy_wanted = Signal()

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        super().__init__(theme, "Private notes", "lock")
        self.setProperty("tone", "private")
        self.note.setText("stays with you")
        self.text = GrowingText(theme, "Private notes, only for you", "Only for you", lines=2)
        self.text.installEventFilter(keys)
        self.text.typed.connect(self.typed)
        self.column.addWidget(self.text)
        self.words = PlainLabel("Never on the rep's copy and never on the presenter's screen.", "small", wrap=True)
        self.foot.addWidget(self.words)
        self.copy = button("Export my own copy, with these notes…", self.copy_wanted.emit, kind="link")
        self.foot.addLayout(row(self.copy, None))

    def show_notes(self, notes: str, *, read_only: bool) -> None:
        """Show the notes."""
        self.text.show_text(notes)
        self.text.set_frozen(read_only, NO_NOTES)
