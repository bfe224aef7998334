"""Dialogs about the data of one person: all of it to hand out, and deleting it after a look at what that does."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.mentions import Mention
from kpidesk.core.personal_data import Deletion, mention_words
from kpidesk.core.texts import folded
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.page_parts import Column
from kpidesk.ui.widgets.people_dialogs import AskDialog

ZIP_FORMS: tuple[tuple[str, str], ...] = ((".zip", "Archive of files"),)
EXPORT_TEXT = (
    "One file with a page to read, a table for each part, and their copies of one-on-ones. Everybody else who is named"
    " in it appears as a colleague."
)
WAITING = "Looking at what is held on them…"
NOTES_TEXT = "Tick those that are about them: there it is replaced too. The others stay as they are."
MOST_NOTES = 200
DELETING = "Deleting, then writing the file anew…"
WIDTH, HEIGHT = 560, 360


class ExportPersonDialog(AskDialog):
    """Whether the manager's own goes along; `wanted` sends that."""

    wanted = Signal(bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(f"Export the data of {name}", EXPORT_TEXT, "Choose where…", parent)
        self.private = QCheckBox("With your private notes on them and their pay plan")
        self.form.addWidget(self.private)
        self.form.addWidget(PlainLabel("Without them the page says that they exist.", "small", wrap=True))
        self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self) -> None:
        """Send the choice."""
        self.wanted.emit(self.private.isChecked())


class DeletePersonDialog(AskDialog):
    """What deleting a person does; it can be done once that is shown and the name is typed.

    `wanted` sends whether the backups that hold the name go as well, and the notes in which a part of it is replaced.
    """

    wanted = Signal(bool, object)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        text = "This cannot be undone, and no backup is made before."
        super().__init__(f"Delete the data of {name}", text, "Delete for good", parent)
        self.setMinimumWidth(theme.px(WIDTH))
        self._name = name
        self._shown: Deletion | None = None
        self.notes: list[tuple[QCheckBox, str]] = []
        self.parts = Column(margins=(0, 0, 8, 0))
        self.parts.column.setSpacing(4)
        self.parts.setMinimumHeight(theme.px(HEIGHT))
        self.parts.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.parts.setAccessibleName("What deleting does")
        self.waiting = PlainLabel(WAITING, "muted", wrap=True)
        self.parts.column.addWidget(self.waiting)
        self.form.addWidget(self.parts, 1)
        self.backups = QCheckBox("Also delete the backups that hold the name")
        self.backups.hide()
        self.form.addWidget(self.backups)
        self.typed = QLineEdit()
        self.typed.setAccessibleName("The name, to confirm")
        self.typed.setPlaceholderText(name)
        self.typed.textChanged.connect(self._check)
        self.add("Type the name to confirm", self.typed)
        self.progress = PlainLabel(DELETING, "muted", wrap=True)
        self.progress.hide()
        self.form.addWidget(self.progress)
        self.yes.setProperty("kind", "danger")
        self.typed.setFocus(Qt.FocusReason.OtherFocusReason)
        self._check()

    def show_preview(self, found: Deletion) -> None:
        """Show what would follow; only then can it be done."""
        self._shown = found
        self.waiting.hide()
        self._add_notes(found.mentions)
        for title, texts in (
            ("Deleted", found.deleted), ("Stays", found.kept), ("The name is replaced in", found.rewritten),
            ("Backups that hold the name", found.backups), ("To know", found.notes[1:]),
        ):  # fmt: skip
            self._add_part(title, texts)
        self.parts.column.addStretch(1)
        self.backups.setVisible(bool(found.backups))
        self._check()

    def _add_part(self, title: str, texts: Sequence[str]) -> None:
        if texts:
            head = PlainLabel(title, "strong")
            head.setContentsMargins(0, 8 if self.parts.column.count() > 1 else 0, 0, 0)
            self.parts.column.addWidget(head)
            for text in texts:
                self.parts.column.addWidget(PlainLabel(text, wrap=True))

    def _add_notes(self, mentions: Sequence[Mention]) -> None:
        """Offer the typed texts in which a part of the name stands alone, none of them chosen."""
        shown = mentions[:MOST_NOTES]
        more = f", the first {MOST_NOTES:,} of them shown" if len(mentions) > MOST_NOTES else ""
        where = f"{len(mentions):,} texts" if len(mentions) > 1 else "1 text"
        self._add_part(f"A part of the name stands alone in {where}{more}", (NOTES_TEXT,) if shown else ())
        for one in shown:
            box = QCheckBox(mention_words(one).capitalize())
            box.setAccessibleName(f"Replace it in: {one.text}")
            self.notes.append((box, one.text))
            self.parts.column.addWidget(box)
            text = PlainLabel(one.text, "muted", wrap=True)
            text.setContentsMargins(24, 0, 0, 4)
            self.parts.column.addWidget(text)

    def show_error(self, error: UserError) -> None:
        """Say why it cannot be done."""
        super().show_error(error)
        self.progress.hide()
        self.typed.setEnabled(True)
        self._check()

    def _check(self) -> None:
        self.yes.setEnabled(self._shown is not None and folded(self.typed.text()) == folded(self._name))

    def take(self) -> None:
        """Send that it is to be done."""
        if self.yes.isEnabled():
            self.yes.setEnabled(False)
            self.typed.setEnabled(False)
            self.progress.show()
            self.wanted.emit(self.backups.isChecked(), [text for box, text in self.notes if box.isChecked()])
