"""The list of KPIs: active first, with what each needs before it can be computed, and a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

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

from kpidesk.core.kpis import Kpi
from kpidesk.core.packs import Pack
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.goal_text import STATUS_WORDS
from kpidesk.ui.widgets.import_answers import counted
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.type_ahead import Choice

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class Entry(Protocol):
    """A KPI of the catalogue and whether the data can compute it."""

    @property
    def kpi(self) -> Kpi:
        """The KPI."""

    @property
    def computable(self) -> bool:
        """Whether the imported data can compute it."""

    @property
    def needs(self) -> str:
        """What is missing."""

    @property
    def how(self) -> str:
        """Where to get it."""


def second_line(entry: Entry) -> str:
    """What stands under the name in the list."""
    status = STATUS_WORDS[entry.kpi.status]
    return f"{status} · {entry.kpi.dimension}" if entry.computable else f"{status} · needs {entry.needs}"


class KpiListModel(QAbstractListModel):
    """KPIs in the order given, behind a search; a class because Qt wants one."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[Entry, ...] = ()
        self.shown: list[Entry] = []
        self._needle = ""

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show other KPIs; the search stays."""
        self.entries = tuple(entries)
        self.search(self._needle)

    def search(self, text: str) -> None:
        """Show only KPIs that hold every word in name, sentence, id or dimension."""
        self._needle = text
        words = text.casefold().split()
        self.beginResetModel()
        self.shown = [entry for entry in self.entries if all(word in _haystack(entry) for word in words)]
        self.endResetModel()

    def place_of(self, kpi_id: str) -> int:
        """The row of a KPI; -1 when it is not shown."""
        return next((at for at, entry in enumerate(self.shown) if entry.kpi.id == kpi_id), -1)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many KPIs are shown."""
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, and a sentence for screen readers."""
        if not index.isValid():
            return None
        entry = self.shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.kpi.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.kpi.name}: {second_line(entry)}"
        return None


def _haystack(entry: Entry) -> str:
    kpi = entry.kpi
    return f"{kpi.name} {kpi.sentence} {kpi.id} {kpi.dimension} {STATUS_WORDS[kpi.status]}".casefold()


class _Delegate(QStyledItemDelegate):
    """Two lines and a dot: filled for an active KPI, a ring for one not in use, grey where data is missing."""

    def __init__(self, view: QListView, model: KpiListModel, theme: Theme) -> None:
        super().__init__(view)
        self._model = model
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one KPI."""
        entry = self._model.shown[index.row()]
        theme, rect = self._theme, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._background(painter, rect, option)
        left = rect.adjusted(theme.px(36), theme.px(7), -theme.px(12), -theme.px(7))
        self._dot(painter, QPointF(rect.left() + theme.px(20), rect.top() + theme.px(18)), entry)
        name_font = theme.font(13, QFont.Weight.DemiBold if entry.kpi.status == "active" else QFont.Weight.Normal)
        self._text(painter, left, entry.kpi.name, name_font, "ink" if entry.computable else "muted", top=True)
        self._text(painter, left, second_line(entry), theme.font(12), "muted", top=False)
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

    def _dot(self, painter: QPainter, center: QPointF, entry: Entry) -> None:
        reach = self._theme.px(4)
        color = self._theme.color("accent" if entry.kpi.status == "active" and entry.computable else "faint")
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(color if entry.kpi.status == "active" else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(center, reach, reach)

    def _text(self, painter: QPainter, rect: QRect, text: str, font: QFont, color: str, *, top: bool) -> None:
        painter.setFont(font)
        painter.setPen(self._theme.color(color))
        align = Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignBottom
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | align | Qt.TextFlag.TextSingleLine, shown)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines."""
        del option, index
        return QSize(self._theme.px(200), self._theme.px(50))


class KpiList(QWidget):
    """Search field, list and packs to start from; a class because it is a widget.

    `chosen` carries the id of a KPI, `pack_chosen` that of a pack.
    """

    chosen = Signal(str)
    pack_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.model = KpiListModel()
        self.packs = PickButton(theme, "pack of KPIs", "plus")
        self.packs.chosen.connect(self.pack_chosen)
        self.search = QLineEdit(placeholderText="Search KPIs")
        self.search.setAccessibleName("Search KPIs")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.count = PlainLabel("", "small", elide=True)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setAccessibleName("KPIs, active ones first")
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
        self._delegate = _Delegate(self.view, self.model, theme)
        self.view.setItemDelegate(self._delegate)
        self.view.selectionModel().currentChanged.connect(self._current)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top = QVBoxLayout()
        top.setContentsMargins(13, 0, 13, 0)
        top.setSpacing(6)
        top.addWidget(self.search)
        top.addWidget(self.count)
        top.addWidget(self.packs)
        column.addLayout(top)
        column.addWidget(self.view, 1)

    def show_entries(self, entries: Sequence[Entry], kpi_id: str) -> None:
        """Show the KPIs with one of them selected, without telling anyone."""
        self.view.selectionModel().blockSignals(True)
        self.model.show_entries(entries)
        self.select(kpi_id)
        self.view.selectionModel().blockSignals(False)
        self._show_count()

    def show_packs(self, packs: Sequence[Pack]) -> None:
        """Offer packs, those for a level first."""
        choices = [
            Choice(pack.name, pack.id, counted(len(pack.kpis), "KPI"), keywords=f"{pack.group} {pack.why}")
            for pack in packs
        ]
        self.packs.offer(choices, None, "Start from a pack")

    def select(self, kpi_id: str) -> None:
        """Select a KPI; the search is lifted when it hides it."""
        place = self.model.place_of(kpi_id)
        if place < 0 and any(entry.kpi.id == kpi_id for entry in self.model.entries):
            self.search.clear()
            place = self.model.place_of(kpi_id)
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place, 0))

    def _search(self, text: str) -> None:
        self.model.search(text)
        self._show_count()
        if self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0, 0))

    def _show_count(self) -> None:
        active = sum(entry.kpi.status == "active" for entry in self.model.entries)
        shown = self.model.rowCount()
        if self.search.text():
            self.count.setText(f"{counted(shown, 'KPI')} found")
        else:
            self.count.setText(f"{active} in use of {shown}")

    def _current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.model.shown[current.row()].kpi.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down leads from the search into the list."""
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.view.setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)
