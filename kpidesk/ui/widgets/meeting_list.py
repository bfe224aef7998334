"""The reviews under each other, newest first, and the button that prepares another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QVBoxLayout, QWidget

from kpidesk.core.meetings import Meeting
from kpidesk.core.settings import Settings
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.import_answers import counted
from kpidesk.ui.widgets.import_parts import button
from kpidesk.ui.widgets.meeting_text import entry_name, entry_words, face_of, searched
from kpidesk.ui.widgets.two_lines import TwoLines

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MeetingModel(QAbstractListModel):
    """Reviews in the order given, behind a search; a class because Qt wants one."""

    def __init__(self) -> None:
        super().__init__()
        self.meetings: tuple[Meeting, ...] = ()
        self.settings = Settings()
        self.shown: list[Meeting] = []
        self._typed = ""

    def show_meetings(self, meetings: Sequence[Meeting], settings: Settings) -> None:
        """Show other reviews; the search stays."""
        self.meetings, self.settings = tuple(meetings), settings
        self.search(self._typed)

    def search(self, typed: str) -> None:
        """Show only reviews that hold every word."""
        self._typed = typed
        self.beginResetModel()
        self.shown = searched(self.meetings, typed, self.settings)
        self.endResetModel()

    def place_of(self, meeting_id: int) -> int:
        """The row of a review; -1 when not shown."""
        return next((at for at, one in enumerate(self.shown) if one.id == meeting_id), -1)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many reviews are shown."""
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, and a sentence for screen readers."""
        if not index.isValid():
            return None
        name, words = entry_name(self.shown[index.row()], self.settings), entry_words(self.shown[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        told = role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
        return f"{name}: {words}" if told else None


class MeetingList(QWidget):
    """Search field and list; a class because it is a widget.

    `chosen` sends the number of the review to show, `prepare` that another one is wanted, `due` that the calendar is.
    Typing only narrows the list: Enter, a click or the arrow keys in the list choose.
    """

    chosen = Signal(int)
    prepare = Signal()
    due = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.model = MeetingModel()
        self._chosen = 0
        self.search = QLineEdit(placeholderText="Find a review")
        self.search.setAccessibleName("Find a review")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._take)
        self.count = PlainLabel("", "small", elide=True)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setAccessibleName("Reviews, the newest first")
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
        faces = TwoLines(self.view, theme, lambda row: face_of(self.model.shown[row], self.model.settings))
        self.view.setItemDelegate(faces)
        self.view.selectionModel().currentChanged.connect(self._current)
        self.new = button("&Prepare…", self.prepare.emit, "primary", "A draft with its numbers")
        self.calendar = button("What is &due…", self.due.emit, "", "The calendar of this week and next")
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top, foot = QVBoxLayout(), QVBoxLayout()
        top.setContentsMargins(13, 0, 13, 0)
        top.setSpacing(6)
        foot.setContentsMargins(13, 0, 13, 6)
        foot.setSpacing(6)
        for part, widgets in ((top, (self.search, self.count)), (foot, (self.new, self.calendar))):
            for widget in widgets:
                part.addWidget(widget)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        column.addLayout(foot)

    def show_meetings(self, meetings: Sequence[Meeting], settings: Settings, meeting_id: int) -> None:
        """Show the reviews with one of them marked, without telling anyone."""
        self.model.show_meetings(meetings, settings)
        self.mark(meeting_id)
        self._show_count()

    def mark(self, meeting_id: int) -> None:
        """Mark a review without telling anyone; the search is lifted when it hides it."""
        self._chosen = meeting_id
        place = self.model.place_of(meeting_id)
        if place < 0 and any(one.id == meeting_id for one in self.model.meetings):
            self.search.clear()
            place = self.model.place_of(meeting_id)
        self._select(place)

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
        self.model.search(typed)
        self._show_count()
        self._select(0 if typed else self.model.place_of(self._chosen))

    def _show_count(self) -> None:
        shown = self.model.rowCount()
        self.count.setText(f"{counted(shown, 'review')} found" if self.search.text() else counted(shown, "review"))

    def _take(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.chosen.emit(self.model.shown[index.row()].id)

    def _current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.model.shown[current.row()].id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down leads from the search into the list; Enter in the list chooses again."""
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.view.setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in _ENTER and self.view.hasFocus():
            self._take()
        else:
            super().keyPressEvent(event)
