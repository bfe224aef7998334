"""A list behind a search: typing narrows it, Enter, a click or the arrow keys choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QVBoxLayout, QWidget

from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.list_model import ListModel
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.two_lines import Face, TwoLines

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: the number it is chosen by, how it looks, and the text a search looks through.

    `tip` is what the pointer is told, where that is more than the line has room for.
    """

    number: int
    face: Face
    searched: str
    tip: str = ""

    @property
    def spoken(self) -> str:
        """The line for who cannot see it."""
        return f"{self.face.name}: {self.face.words}"


class FoundModel(ListModel[Entry]):
    """Entries in the order given, behind a search; a class because Qt wants one."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[Entry, ...] = ()
        self._typed = ""

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show other entries; the search stays."""
        self.entries = tuple(entries)
        self.search(self._typed)

    def search(self, typed: str) -> None:
        """Show only entries that hold every word."""
        self._typed = typed
        words = typed.casefold().split()
        self.show_lines([one for one in self.entries if all(word in one.searched.casefold() for word in words)])

    def place_of(self, number: int) -> int:
        """The row of an entry; -1 when it is not shown."""
        return next((at for at, one in enumerate(self.shown) if one.number == number), -1)

    def text(self, line: Entry) -> str:
        """The name."""
        return line.face.name

    def spoken(self, line: Entry) -> str:
        """Name and words."""
        return line.spoken

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, a sentence for screen readers, and the tip."""
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            return self.shown[index.row()].tip or None
        return super().data(index, role)


class FoundList(QWidget):
    """Search field, count, list and a foot to fill; a class because it is a widget. `took` sends the number chosen.

    `what` is one of the things in it ("rep"), `name` what the list is called to screen readers.
    """

    took = Signal(int)

    def __init__(self, theme: Theme, what: str, name: str) -> None:
        super().__init__()
        self.model = FoundModel()
        self._what, self._chosen = what, 0
        self.search = QLineEdit(placeholderText=f"Find a {what}")
        self.search.setAccessibleName(f"Find a {what}")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._take)
        self.count = PlainLabel("", "small", elide=True)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setAccessibleName(name)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
        self.view.setItemDelegate(TwoLines(self.view, theme, lambda row: self.model.shown[row].face))
        self.view.selectionModel().currentChanged.connect(lambda now, _before: self._send(now))
        self._lay_out()

    def _lay_out(self) -> None:
        column, top = QVBoxLayout(self), QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top.setContentsMargins(13, 0, 13, 0)
        top.setSpacing(6)
        top.addWidget(self.search)
        top.addWidget(self.count)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(13, 0, 13, 6)
        self.foot.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        column.addLayout(self.foot)

    def show_found(self, entries: Sequence[Entry], number: int) -> None:
        """Show entries with one of them marked, without telling anyone."""
        self.model.show_entries(entries)
        self.mark(number)
        self.show_count()

    def mark(self, number: int) -> None:
        """Mark an entry without telling anyone; the search is lifted when it hides it."""
        self._chosen = number
        place = self.model.place_of(number)
        if place < 0 and any(one.number == number for one in self.model.entries):
            self.search.clear()
            place = self.model.place_of(number)
        self._select(place)

    def marked(self) -> int:
        """The number of the entry marked, 0 without any."""
        index = self.view.currentIndex()
        return self.model.shown[index.row()].number if index.isValid() else 0

    def _select(self, place: int) -> None:
        chooser = self.view.selectionModel()
        chooser.blockSignals(True)
        if 0 <= place < self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(place, 0))
            self.view.scrollTo(self.model.index(place, 0))
        else:
            chooser.clear()
        chooser.blockSignals(False)
        self.view.viewport().update()

    def _search(self, typed: str) -> None:
        """Narrow the list and mark the first hit; an empty search marks the one in view again."""
        self.model.search(typed)
        self.show_count()
        self._select(0 if typed else self.model.place_of(self._chosen))

    def show_count(self) -> None:
        """Say how many there are, or were found."""
        shown = counted(self.model.rowCount(), self._what)
        self.count.setText(f"{shown} found" if self.search.text() else shown)

    def _take(self) -> None:
        self._send(self.view.currentIndex())

    def _send(self, index: QModelIndex) -> None:
        if index.isValid():
            self.took.emit(self.model.shown[index.row()].number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down leads from the search into the list; Enter in the list chooses again."""
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.view.setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in _ENTER and self.view.hasFocus():
            self._take()
        else:
            super().keyPressEvent(event)
