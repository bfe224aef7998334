"""The KPIs of the catalogue as cards, drawn when they come into view, each with a box to tick."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem

from kpidesk.ui import icons
from kpidesk.ui.painting.look import LEFT, REGULAR, RIGHT, SEMIBOLD, draw_text, look_of, width_of, wrapped
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.catalogue_text import Wanted, card_foot, card_state, found, spoken
from kpidesk.ui.widgets.facts_text import kind_icon
from kpidesk.ui.widgets.goal_filters import Entry
from kpidesk.ui.widgets.list_model import ListModel
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.two_lines import paint_row

HEIGHT, BOX_ROOM, BOX = 90, 44, 16
LINES = 4


class CatalogueModel(ListModel[Entry]):
    """The KPIs that are looked for, and which are ticked; a class because Qt wants one."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[Entry, ...] = ()
        self.ticked: frozenset[str] = frozenset()
        self._wanted = Wanted()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show other KPIs; what is looked for stays, what has come into use is ticked no more."""
        self.entries = tuple(entries)
        self.ticked &= {one.kpi.id for one in entries if one.kpi.status != "active"}
        self.look_for(self._wanted)

    def look_for(self, wanted: Wanted) -> None:
        """Show only the KPIs that are looked for."""
        self._wanted = wanted
        self.show_lines(found(self.entries, wanted))

    def place_of(self, kpi_id: str) -> int:
        """The row of a KPI; -1 when it is not shown."""
        return next((at for at, one in enumerate(self.shown) if one.kpi.id == kpi_id), -1)

    def tick(self, kpi_ids: Collection[str]) -> None:
        """Tick exactly these, as far as they are not in use."""
        self.ticked = frozenset(one.kpi.id for one in self.entries if one.kpi.id in kpi_ids and can_tick(one))
        if self.shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.shown) - 1, 0))

    def text(self, line: Entry) -> str:
        """The name of a KPI."""
        return line.kpi.name

    def spoken(self, line: Entry) -> str:
        """A sentence of it, and whether it is ticked."""
        return spoken(line, ticked=line.kpi.id in self.ticked)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, tick, and a sentence for screen readers."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return super().data(index, role)
        entry = self.shown[index.row()]
        ticked = Qt.CheckState.Checked if entry.kpi.id in self.ticked else Qt.CheckState.Unchecked
        return ticked if can_tick(entry) else None


def can_tick(entry: Entry) -> bool:
    """Whether a KPI can be taken into use."""
    return entry.kpi.status != "active"


class _CardDelegate(QStyledItemDelegate):
    """Draws a card: box, name and state, the sentence, then what kind of KPI it is. A class because Qt wants one."""

    def __init__(self, view: CatalogueList, theme: Theme) -> None:
        super().__init__(view)
        self._view, self._theme = view, theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one card."""
        entry = self._view.cards.shown[index.row()]
        look, px, rect = look_of(self._theme), self._theme.px, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row(painter, rect, option, self._theme)
        self._box(painter, rect, entry)
        inner = QRectF(rect.adjusted(px(BOX_ROOM), px(8), -px(14), -px(8)))
        height = inner.height() / LINES
        first, *middle, last = (QRectF(inner.left(), inner.top() + at * height, inner.width(), height)
                                for at in range(LINES))  # fmt: skip
        state, small = card_state(entry), look.font(12)
        room = width_of(small, state) + px(12) if state else 0.0
        name = first.adjusted(0, 0, -room, 0)
        draw_text(painter, name, entry.kpi.name, look.font(13, SEMIBOLD), look.color("ink"), LEFT)
        tone = look.color("good_ink" if entry.kpi.status == "active" else "muted")
        draw_text(painter, first, state, small, tone, RIGHT)
        plain = look.font(13, REGULAR)
        for area, words in zip(middle, wrapped(entry.kpi.sentence, plain, inner.width(), len(middle)), strict=False):
            draw_text(painter, area, words, plain, look.color("muted"), LEFT)
        self._foot(painter, last, entry)
        painter.restore()

    def _box(self, painter: QPainter, rect: QRect, entry: Entry) -> None:
        """A box where there is something to tick, a sign where it is in use."""
        theme, side = self._theme, self._theme.px(BOX)
        box = QRectF(rect.left() + theme.px(16), rect.top() + theme.px(11), side, side)
        ticked = entry.kpi.id in self._view.cards.ticked
        if can_tick(entry):
            painter.setPen(QPen(theme.color("accent" if ticked else "outline"), 1.5))
            painter.setBrush(theme.color("accent") if ticked else theme.color("surface"))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if ticked or not can_tick(entry):
            color = theme.tokens.on_accent if ticked else theme.tokens.good
            size = side - theme.px(4) if ticked else side
            sign = icons.pixmap("check", color, size, painter.device().devicePixelRatioF())
            painter.drawPixmap(round(box.center().x() - size / 2), round(box.center().y() - size / 2), sign)

    def _foot(self, painter: QPainter, area: QRectF, entry: Entry) -> None:
        look, size = look_of(self._theme), self._theme.px(13)
        color = getattr(self._theme.tokens, "accent_ink" if entry.kpi.indicator == "leading" else "muted")
        sign = icons.pixmap(kind_icon(entry.kpi), color, size, painter.device().devicePixelRatioF())
        painter.drawPixmap(round(area.left()), round(area.center().y() - size / 2), sign)
        words = area.adjusted(size + self._theme.px(5), 0, 0, 0)
        draw_text(painter, words, card_foot(entry.kpi), look.font(12), look.color("muted"), LEFT)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Name, two lines of sentence, kind."""
        del option, index
        return QSize(self._theme.px(240), self._theme.px(HEIGHT))


class CatalogueList(QListView):
    """The cards; a class because it is a widget. `chosen` sends the id of a KPI, `ticks_changed` that a box changed."""

    chosen = Signal(str)
    ticks_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.cards = CatalogueModel()
        self.setModel(self.cards)
        self.setAccessibleName("KPIs of the catalogue; the space bar ticks one")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self._delegate = _CardDelegate(self, theme)
        self.setItemDelegate(self._delegate)
        self.selectionModel().currentChanged.connect(self._current)
        theme.changed.connect(self.doItemsLayout)

    def select(self, kpi_id: str) -> bool:
        """Select a KPI and bring it into view; whether it is shown."""
        place = self.cards.place_of(kpi_id)
        if place >= 0:
            index = self.cards.index(place, 0)
            if not self.viewport().rect().contains(self.visualRect(index)):
                self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
            self.setCurrentIndex(index)
        return place >= 0

    def toggle(self, index: Index) -> None:
        """Tick a KPI, or take the tick away."""
        if index.isValid() and can_tick(self.cards.shown[index.row()]):
            self.cards.tick(self.cards.ticked ^ {self.cards.shown[index.row()].kpi.id})
            self.ticks_changed.emit()

    def _current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.cards.shown[current.row()].kpi.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The space bar ticks."""
        if event.key() == Qt.Key.Key_Space:
            self.toggle(self.currentIndex())
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the box ticks, a click elsewhere only chooses."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and event.position().x() < self._theme.px(BOX_ROOM - 4):
            self.toggle(index)
