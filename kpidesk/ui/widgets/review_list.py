"""The reps to meet: when each was last met, what was promised, and whose meeting is prepared or under way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QVBoxLayout, QWidget

from kpidesk.core.people import Scope
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button
from kpidesk.ui.widgets.import_answers import counted
from kpidesk.ui.widgets.review_text import RepEntry, entry_words
from kpidesk.ui.widgets.two_lines import Dot, Face, TwoLines

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RepModel(QAbstractListModel):
    """Reps in the order given, behind a search; a class because Qt wants one."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[RepEntry, ...] = ()
        self.shown: list[RepEntry] = []
        self._needle = ""

    def show_entries(self, entries: Sequence[RepEntry]) -> None:
        """Show other reps; the search stays."""
        self.entries = tuple(entries)
        self.search(self._needle)

    def search(self, text: str) -> None:
        """Show only reps whose name holds every word."""
        self._needle = text
        words = text.casefold().split()
        self.beginResetModel()
        self.shown = [one for one in self.entries if all(word in one.scope.name.casefold() for word in words)]
        self.endResetModel()

    def place_of(self, person_id: int) -> int:
        """The row of a rep; -1 when not shown."""
        return next((at for at, one in enumerate(self.shown) if one.scope.id == person_id), -1)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many reps are shown."""
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, and a sentence for screen readers."""
        if not index.isValid():
            return None
        entry = self.shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.scope.name
        return f"{entry.scope.name}: {entry_words(entry)}" if role == Qt.ItemDataRole.AccessibleTextRole else None


def face_of(entry: RepEntry) -> Face:
    """How a rep looks in the list: a filled dot while the meeting runs, a ring when it is prepared."""
    dot: Dot = "" if not entry.state else "filled" if entry.state == "started" else "ring"
    return Face(entry.scope.name, entry_words(entry), dot, quiet=entry.left)


class RepList(QWidget):
    """Search field and list; a class because it is a widget. `chosen` sends the Scope of the rep to meet.

    Typing only narrows the list: Enter, a click or the arrow keys in the list choose. `prepare` asks for the drafts of
    all who are due this week; while they are made, the same button sends `cancel`.
    """

    chosen = Signal(object)
    prepare = Signal()
    cancel = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.model = RepModel()
        self._chosen = 0
        self.search = QLineEdit(placeholderText="Find a rep")
        self.search.setAccessibleName("Find a rep")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._take_first)
        self.count = PlainLabel("", "small", elide=True)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setAccessibleName("Reps to meet")
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
        self.view.setItemDelegate(TwoLines(self.view, theme, lambda row: face_of(self.model.shown[row])))
        self.view.selectionModel().currentChanged.connect(self._current)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top = QVBoxLayout()
        top.setContentsMargins(13, 0, 13, 0)
        top.setSpacing(6)
        top.addWidget(self.search)
        top.addWidget(self.count)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        self._busy = False
        self.all_due = button("", self._on_prepare, hint="Makes a draft for everybody due by the end of the week")
        self.all_due.hide()
        foot = QVBoxLayout()
        foot.setContentsMargins(13, 0, 13, 6)
        foot.addWidget(self.all_due)
        column.addLayout(foot)

    def show_entries(self, entries: Sequence[RepEntry], person_id: int) -> None:
        """Show the reps with one of them marked, without telling anyone."""
        self.model.show_entries(entries)
        self.mark(person_id)
        self._show_count()

    def show_preparing(self, words: str) -> None:
        """Show how far the drafts have come; nothing: they are done."""
        self._busy = bool(words)
        self._show_count()
        if words:
            self.count.setText(words)

    def _on_prepare(self) -> None:
        (self.cancel if self._busy else self.prepare).emit()

    def _show_due(self) -> None:
        waiting = sum(one.is_due and not one.state for one in self.model.entries)
        self.all_due.setText("Cancel" if self._busy else f"Prepare this week's ({waiting})")
        self.all_due.setVisible(self._busy or waiting > 0)

    def mark(self, person_id: int) -> None:
        """Mark a rep without telling anyone; the search is lifted when it hides them."""
        self._chosen = person_id
        place = self.model.place_of(person_id)
        if place < 0 and any(one.scope.id == person_id for one in self.model.entries):
            self.search.clear()
            place = self.model.place_of(person_id)
        chooser = self.view.selectionModel()
        chooser.blockSignals(True)
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place, 0))
            self.view.scrollTo(self.model.index(place, 0))
        else:
            chooser.clear()
        chooser.blockSignals(False)
        self.view.viewport().update()

    def current(self) -> Scope | None:
        """The rep marked."""
        index = self.view.currentIndex()
        return self.model.shown[index.row()].scope if index.isValid() else None

    def _search(self, text: str) -> None:
        """Narrow the list and mark the first hit; an empty search marks the rep in view again."""
        self.model.search(text)
        self._show_count()
        place = 0 if text else self.model.place_of(self._chosen)
        chooser = self.view.selectionModel()
        chooser.blockSignals(True)
        if 0 <= place < self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(place, 0))
        chooser.blockSignals(False)

    def _take_first(self) -> None:
        scope = self.current()
        if scope is not None:
            self.chosen.emit(scope)

    def _show_count(self) -> None:
        self._show_due()
        shown = self.model.rowCount()
        self.count.setText(f"{counted(shown, 'rep')} found" if self.search.text() else counted(shown, "rep"))

    def _current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.model.shown[current.row()].scope)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down leads from the search into the list; Enter in the list chooses again."""
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.view.setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in _ENTER and self.view.hasFocus():
            self._take_first()
        else:
            super().keyPressEvent(event)
