"""The reps to meet: when each was last met, what was promised, and whose meeting is prepared or under way."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent

from kpidesk.core.people import Scope
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button
from kpidesk.ui.widgets.found_list import Entry, FoundList
from kpidesk.ui.widgets.review_text import RepEntry, entry_words
from kpidesk.ui.widgets.two_lines import Dot, Face

_EDGES = 30
"""What stands left and right of the button, in pixels."""


def face_of(entry: RepEntry) -> Face:
    """How a rep looks in the list: a filled dot while the meeting runs, a ring when it is prepared."""
    dot: Dot = "" if not entry.state else "filled" if entry.state == "started" else "ring"
    return Face(entry.scope.name, entry_words(entry), dot, quiet=entry.left)


class RepList(FoundList):
    """The list of reps; a class because it is a widget. `chosen` sends the Scope of the rep to meet.

    `prepare` asks for the drafts of all who are due this week; while they are made, the same button sends `cancel`.
    """

    chosen = Signal(object)
    prepare = Signal()
    cancel = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "rep", "Reps to meet")
        self.entries: tuple[RepEntry, ...] = ()
        self._busy = False
        self.all_due = button("", self._on_prepare, hint="Makes a draft for everybody due by the end of the week")
        self.all_due.hide()
        theme.changed.connect(self._show_due)
        self.foot.addWidget(self.all_due)
        self.took.connect(lambda number: self.chosen.emit(self._scope_of(number)))

    def show_entries(self, entries: Sequence[RepEntry], person_id: int) -> None:
        """Show the reps with one of them marked, without telling anyone."""
        self.entries = tuple(entries)
        self.show_found([Entry(one.scope.id, face_of(one), one.scope.name) for one in entries], person_id)
        self._show_due()

    def show_preparing(self, words: str) -> None:
        """Show how far the drafts have come; nothing: they are done."""
        self._busy = bool(words)
        self.show_count()
        self._show_due()
        if words:
            self.count.setText(words)

    def current(self) -> Scope | None:
        """The rep marked."""
        return self._scope_of(self.marked())

    def _scope_of(self, number: int) -> Scope | None:
        return next((one.scope for one in self.entries if one.scope.id == number), None)

    def _on_prepare(self) -> None:
        (self.cancel if self._busy else self.prepare).emit()

    def _show_due(self) -> None:
        waiting = sum(one.is_due and not one.state for one in self.entries)
        words = f"Prepare this week's ({waiting})"
        self.all_due.setAccessibleName("Cancel" if self._busy else words)
        self.all_due.setText("Cancel" if self._busy else words)
        if self.all_due.sizeHint().width() > self.width() - _EDGES:
            self.all_due.setText("Cancel" if self._busy else f"Prepare ({waiting})")
        self.all_due.setVisible(self._busy or waiting > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say it in as many words as there is room for."""
        super().resizeEvent(event)
        self._show_due()
