"""The reps to meet: when each was last met, what was promised, and whose meeting is prepared or under way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kpidesk.core.people import Scope
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.import_answers import counted
from kpidesk.ui.widgets.review_text import RepEntry, entry_words

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


class _Delegate(QStyledItemDelegate):
    """Two lines and a dot: filled while the meeting runs, a ring when it is prepared. A class because Qt wants one."""

    def __init__(self, view: QListView, model: RepModel, theme: Theme) -> None:
        super().__init__(view)
        self._model = model
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one rep."""
        entry, theme, rect = self._model.shown[index.row()], self._theme, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._background(painter, rect, option)
        inner = rect.adjusted(theme.px(16), theme.px(7), -theme.px(12), -theme.px(7))
        if entry.state:
            self._dot(painter, QPointF(rect.right() - theme.px(16), rect.center().y()), entry)
            inner.setRight(inner.right() - theme.px(18))
        weight = QFont.Weight.DemiBold if not entry.left else QFont.Weight.Normal
        self._text(painter, inner, entry.scope.name, theme.font(13, weight), "muted" if entry.left else "ink", True)
        self._text(painter, inner, entry_words(entry), theme.font(12), "muted", False)
        painter.restore()

    def _background(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._theme.color("selection"))
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), self._theme.color("accent"))
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.setPen(QPen(self._theme.color("accent"), 2))
                painter.drawRect(QRectF(rect).adjusted(1, 1, -1, -1))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, self._theme.color("hover"))
        painter.setPen(QPen(self._theme.color("border"), 1))
        painter.drawLine(QPointF(rect.left(), rect.bottom() + 0.5), QPointF(rect.right() + 1, rect.bottom() + 0.5))

    def _dot(self, painter: QPainter, center: QPointF, entry: RepEntry) -> None:
        color = self._theme.color("accent")
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(color if entry.state == "started" else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(center, self._theme.px(4), self._theme.px(4))

    def _text(self, painter: QPainter, rect: QRect, text: str, font: QFont, color: str, top: bool) -> None:
        painter.setFont(font)
        painter.setPen(self._theme.color(color))
        align = Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignBottom
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | align | Qt.TextFlag.TextSingleLine, shown)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines."""
        del option, index
        return QSize(self._theme.px(180), self._theme.px(50))


class RepList(QWidget):
    """Search field and list; a class because it is a widget. `chosen` sends the Scope of the rep to meet.

    Typing only narrows the list: Enter, a click or the arrow keys in the list choose.
    """

    chosen = Signal(object)

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
        self.view.setItemDelegate(_Delegate(self.view, self.model, theme))
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

    def show_entries(self, entries: Sequence[RepEntry], person_id: int) -> None:
        """Show the reps with one of them marked, without telling anyone."""
        self.model.show_entries(entries)
        self.mark(person_id)
        self._show_count()

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
