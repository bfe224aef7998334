"""The list of initiatives: what was begun, for whom and when, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from kpidesk.core.formats import day_text
from kpidesk.core.initiatives import VERDICT_WORDS, Readout
from kpidesk.core.settings import Settings
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.pickers import scope_name
from kpidesk.ui.widgets.two_lines import paint_line, paint_row

NUMBER = Qt.ItemDataRole.UserRole
ABOUT = Qt.ItemDataRole.UserRole + 1
FOUND = Qt.ItemDataRole.UserRole + 2
LINES = 3


def verdict_words(found: Readout) -> str:
    """How many KPIs came out in which way: "1 changed, 2 cannot tell"."""
    if found.initiative.dropped_at:
        return "Dropped"
    if found.after is None:
        return "Not begun in the data yet"
    counted = Counter(one.verdict for one in found.kpis)
    if len(counted) == 1:
        return VERDICT_WORDS[next(iter(counted))]
    return ", ".join(f"{counted[one]} {one}" for one in VERDICT_WORDS if counted[one])


class InitiativeList(QListWidget):
    """The list; `chosen` tells that another initiative is current. A class because it is a widget."""

    chosen = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName("Initiatives")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegate(_Delegate(self, theme))
        self.currentItemChanged.connect(lambda _now, _before: self.chosen.emit())

    def number(self) -> int:
        """The number of the initiative that is current, 0 without any."""
        item = self.currentItem()
        return int(item.data(NUMBER)) if item is not None else 0

    def show_readouts(self, found: Sequence[Readout], chosen: int, settings: Settings) -> None:
        """List these, one of them current."""
        self.blockSignals(True)
        self.clear()
        for one in found:
            self.addItem(_item(one, settings))
        places = [at for at, one in enumerate(found) if one.initiative.id == chosen]
        self.setCurrentRow(places[0] if places else 0)
        self.blockSignals(False)
        self.chosen.emit()


def _item(found: Readout, settings: Settings) -> QListWidgetItem:
    one = found.initiative
    made = QListWidgetItem(one.name)
    about = f"{scope_name(one.scope, settings)} · since {day_text(one.start)}"
    for role, value in ((NUMBER, one.id), (ABOUT, about), (FOUND, verdict_words(found))):
        made.setData(role, value)
    made.setData(Qt.ItemDataRole.AccessibleTextRole, f"{one.name}: {about}, {verdict_words(found)}")
    return made


class _Delegate(QStyledItemDelegate):
    """Three lines: the name, for whom and since when, what came out. A class because Qt wants one."""

    def __init__(self, view: QListWidget, theme: Theme) -> None:
        super().__init__(view)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one initiative."""
        theme, rect = self._theme, QRect(option.rect)
        painter.save()
        paint_row(painter, rect, option, theme)
        inner = rect.adjusted(theme.px(16), theme.px(8), -theme.px(12), -theme.px(8))
        high = inner.height() // LINES
        fonts = (theme.font(13, QFont.Weight.DemiBold), theme.font(12), theme.font(12))
        texts = (index.data(), index.data(ABOUT), index.data(FOUND))
        for at, (text, font, color) in enumerate(zip(texts, fonts, ("ink", "muted", "muted"), strict=True)):
            line = QRect(inner.left(), inner.top() + at * high, inner.width(), high)
            paint_line(painter, line, str(text), font, theme.color(color), at=Qt.AlignmentFlag.AlignVCenter)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Three lines."""
        del option, index
        return QSize(self._theme.px(180), self._theme.px(72))
