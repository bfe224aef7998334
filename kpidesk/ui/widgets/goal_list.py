"""The list of KPIs: active first, with what each needs before it can be computed, and a search."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import (
    QModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kpidesk.core.packs import Pack
from kpidesk.core.wording import counted
from kpidesk.ui import icons
from kpidesk.ui.kept_place import OWN_PLACE
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import clear, icon_button, row, set_icon
from kpidesk.ui.widgets.editor_parts import Flow
from kpidesk.ui.widgets.facts_text import kind_icon, kind_words
from kpidesk.ui.widgets.goal_filters import Entry, Filter, filter_choices, passes
from kpidesk.ui.widgets.goal_text import STATUS_WORDS
from kpidesk.ui.widgets.list_model import ListModel
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.page_parts import button
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.two_lines import paint_dot, paint_line, paint_row
from kpidesk.ui.widgets.type_ahead import Choice, TypeAhead

ROW_HEIGHT, LEAST_SHOWN = 50, 4


def second_line(entry: Entry) -> str:
    """What stands under the name in the list."""
    kpi = entry.kpi
    told = kpi.dimension if entry.computable else f"needs {entry.needs}"
    return f"{kind_words(kpi)} · {told} · {STATUS_WORDS[kpi.status].lower()}"


class KpiListModel(ListModel[Entry]):
    """KPIs in the order given, behind a search and filters; a class because Qt wants one."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[Entry, ...] = ()
        self._needle = ""
        self._filters: tuple[Filter, ...] = ()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show other KPIs; the search stays."""
        self.entries = tuple(entries)
        self.search(self._needle)

    def search(self, text: str) -> None:
        """Show only KPIs that hold every word in name, sentence, id or dimension."""
        self._needle = text
        words = text.casefold().split()
        found = (entry for entry in self.entries if passes(entry, self._filters))
        self.show_lines([entry for entry in found if all(word in _haystack(entry) for word in words)])

    def narrow(self, filters: Sequence[Filter]) -> None:
        """Show only KPIs that pass filters; the search stays."""
        self._filters = tuple(filters)
        self.search(self._needle)

    def place_of(self, kpi_id: str) -> int:
        """The row of a KPI; -1 when it is not shown."""
        return next((at for at, entry in enumerate(self.shown) if entry.kpi.id == kpi_id), -1)

    def text(self, line: Entry) -> str:
        """The name of a KPI."""
        return line.kpi.name

    def spoken(self, line: Entry) -> str:
        """Name and second line."""
        return f"{line.kpi.name}: {second_line(line)}"


def _haystack(entry: Entry) -> str:
    kpi = entry.kpi
    return f"{kpi.name} {kpi.sentence} {kpi.id} {kpi.dimension} {STATUS_WORDS[kpi.status]}".casefold()


class _Delegate(QStyledItemDelegate):
    """Two lines and a dot: filled for an active KPI, a ring for one not in use, grey where data is missing.

    The sign on the second line says whether it is leading or lagging, as the word beside it does.
    """

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
        paint_row(painter, rect, option, theme)
        left = rect.adjusted(theme.px(36), theme.px(7), -theme.px(12), -theme.px(7))
        active, computable = entry.kpi.status == "active", entry.computable
        at = QPointF(rect.left() + theme.px(20), rect.top() + theme.px(18))
        paint_dot(painter, at, theme, filled=active, color="accent" if active and computable else "faint")
        name_font = theme.font(13, QFont.Weight.DemiBold if active else QFont.Weight.Normal)
        paint_line(painter, left, entry.kpi.name, name_font, theme.color("ink" if computable else "muted"))
        size = theme.px(13)
        color = theme.tokens.accent_ink if entry.kpi.indicator == "leading" else theme.tokens.muted
        sign = icons.pixmap(kind_icon(entry.kpi), color, size, painter.device().devicePixelRatioF())
        painter.drawPixmap(left.left(), left.bottom() - size - theme.px(1), sign)
        words = left.adjusted(size + theme.px(5), 0, 0, 0)
        muted = theme.color("muted")
        paint_line(painter, words, second_line(entry), theme.font(12), muted, at=Qt.AlignmentFlag.AlignBottom)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines."""
        del option, index
        return QSize(self._theme.px(200), self._theme.px(ROW_HEIGHT))


class KpiList(QWidget):
    """Search, filters, list, and where more KPIs come from; a class because it is a widget.

    `chosen` carries the id of a KPI, `pack_chosen` that of a pack; `new_wanted` asks to write a new one.
    """

    chosen = Signal(str)
    pack_chosen = Signal(object)
    new_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.model = KpiListModel()
        self.filters: tuple[Filter, ...] = ()
        self.new = button("&New KPI", self.new_wanted.emit, "", "Write a KPI of your own")
        set_icon(self.new, theme, "plus", size=16)
        self.packs = PickButton(theme, "pack of KPIs", "sparkles")
        self.packs.chosen.connect(self.pack_chosen)
        self.add_filter = icon_button(theme, "list-filter", "Filter the list", self._open_filters)
        self.filter_list = TypeAhead(theme, "Find: filter", self)
        self.filter_list.chosen.connect(lambda one: self.set_filters((*self.filters, one)))
        self.chips = QWidget()
        self._flow = Flow()
        self.chips.setLayout(self._flow)
        self.chips.hide()
        self.search = QLineEdit(placeholderText="Search KPIs")
        self.search.setAccessibleName("Search KPIs")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.count = PlainLabel("", "small", elide=True)
        self._make_view()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._top())
        column.addWidget(self.view, 1)

    def _make_view(self) -> None:
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setAccessibleName("KPIs, active ones first")
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setMouseTracking(True)
        self.view.setProperty(OWN_PLACE, True)
        self.view.setUniformItemSizes(True)
        self._delegate = _Delegate(self.view, self.model, self.theme)
        self.view.setItemDelegate(self._delegate)
        self.view.selectionModel().currentChanged.connect(self._current)
        self.theme.changed.connect(self._keep_room)
        self._keep_room()

    def _keep_room(self) -> None:
        """Some KPIs are seen at once, however large the text is."""
        self.view.setMinimumHeight(LEAST_SHOWN * self.theme.px(ROW_HEIGHT))

    def _top(self) -> QVBoxLayout:
        """Where KPIs come from, and how to find one."""
        top = QVBoxLayout()
        top.setContentsMargins(13, 0, 13, 0)
        top.setSpacing(6)
        find = row(self.search, self.add_filter, spacing=4)
        find.setStretch(0, 1)
        more = row(self.new, self.packs, spacing=6)
        more.setStretch(1, 1)
        top.addLayout(more)
        top.addLayout(find)
        top.addWidget(self.chips)
        top.addWidget(self.count)
        return top

    def show_entries(self, entries: Sequence[Entry], kpi_id: str) -> None:
        """Show the KPIs with one of them selected, without telling anyone; one that moved is scrolled to."""
        before, place = self.view.currentIndex().row(), self.view.verticalScrollBar().value()
        self.view.selectionModel().blockSignals(True)
        self.model.show_entries(entries)
        self.select(kpi_id)
        self.view.selectionModel().blockSignals(False)
        self.view.doItemsLayout()
        self.view.verticalScrollBar().setValue(place)
        if self.view.currentIndex().row() != before:
            self.view.scrollTo(self.view.currentIndex())
        self._show_count()

    def show_packs(self, packs: Sequence[Pack]) -> None:
        """Offer packs, those for a level first."""
        choices = [
            Choice(pack.name, pack.id, counted(len(pack.kpis), "KPI"), keywords=f"{pack.group} {pack.why}")
            for pack in packs
        ]
        self.packs.offer(choices, None, "Packs")

    def select(self, kpi_id: str) -> None:
        """Select a KPI; search and filters are lifted when they hide it."""
        place = self.model.place_of(kpi_id)
        if place < 0 and any(entry.kpi.id == kpi_id for entry in self.model.entries):
            self.search.clear()
            self.set_filters(())
            place = self.model.place_of(kpi_id)
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place, 0))

    def set_filters(self, filters: Sequence[Filter]) -> None:
        """Show only KPIs that pass filters, each of which stands as a chip that takes it away again."""
        self.filters = tuple(filters)
        clear(self._flow)
        for one in self.filters:
            chip = button(one.words, partial(self._drop_filter, one), "chip", "Take this filter away")
            chip.setAccessibleName(f"Take the filter away: {one.words}")
            set_icon(chip, self.theme, "x", size=14)
            self._flow.addWidget(chip)
        self.chips.setVisible(bool(self.filters))
        self.model.narrow(self.filters)
        self._show_count()
        if self.model.rowCount() and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(0, 0))

    def _drop_filter(self, one: Filter) -> None:
        self.set_filters([other for other in self.filters if other != one])
        self.add_filter.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_filters(self) -> None:
        """Offer the filters that are not set."""
        corner = self.add_filter.mapToGlobal(QPoint(0, self.add_filter.height() + 4))
        choices = filter_choices(self.model.entries, self.filters)
        size = QSize(self.theme.px(300), self.theme.px(36) * min(11, len(choices)) + self.theme.px(60))
        self.filter_list.open_at(corner, size, choices)

    def _search(self, text: str) -> None:
        self.model.search(text)
        self._show_count()
        if self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0, 0))

    def _show_count(self) -> None:
        active = sum(entry.kpi.status == "active" for entry in self.model.entries)
        shown = self.model.rowCount()
        if self.search.text() or self.filters:
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
