"""What may come next, below the cursor of the formula: words with their meaning, chosen by keys or mouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QFont, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kpidesk.ui.painting.look import LEFT, RIGHT, draw_text, look_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.list_model import ListModel
from kpidesk.ui.widgets.model_index import Index

LINES = 8
WIDTH = 460
KIND_WORDS = {
    "function": "function", "table": "records", "field": "field", "filter": "filter", "date": "date",
    "moment": "moment", "credit": "whose", "value": "value", "kpi": "KPI", "word": "", "operator": "",
}  # fmt: skip


class Completion(Protocol):
    """Something that may stand at the cursor: `text` replaces the characters from `start` to `end`."""

    @property
    def text(self) -> str:
        """What is put in."""

    @property
    def kind(self) -> str:
        """What it is: a function, a field, a value …"""

    @property
    def help(self) -> str:
        """What it means."""

    @property
    def start(self) -> int:
        """The first character that it replaces."""

    @property
    def end(self) -> int:
        """The character after the last that it replaces."""


class _Model(ListModel[Completion]):
    """The completions on offer; a class because Qt wants one."""

    def text(self, line: Completion) -> str:
        return line.text

    def spoken(self, line: Completion) -> str:
        return ", ".join(part for part in (line.text, KIND_WORDS.get(line.kind, ""), line.help) if part)


class _Delegate(QStyledItemDelegate):
    """Draws a completion: what is put in, its kind, what it means; a class because Qt wants one."""

    def __init__(self, model: _Model, theme: Theme, families: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._theme, self._families = model, theme, list(families)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, self._theme.px(28))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        offer, look = self._model.shown[index.row()], look_of(self._theme)
        area = QRectF(option.rect)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("accent_soft" if chosen else "hover"))
            painter.drawRoundedRect(area.adjusted(2, 1, -2, -1), 5, 5)
            painter.restore()
        inner = area.adjusted(look.px(10), 0, -look.px(10), 0)
        code = QFont(self._families)
        code.setPixelSize(self._theme.px(13))
        code.setWeight(QFont.Weight.DemiBold)
        words = QRectF(inner.left(), inner.top(), inner.width() * 0.44, inner.height())
        rest = QRectF(words.right() + look.px(10), inner.top(), 0, inner.height())
        rest.setRight(inner.right())
        draw_text(painter, words, offer.text, code, look.color("ink"), LEFT)
        side = offer.help or KIND_WORDS.get(offer.kind, "")
        draw_text(painter, rest, side, look.font(12), look.color("muted"), LEFT if offer.help else RIGHT)


class CompletionList(QFrame):
    """The list of what may come next; a class because it is a widget. The focus stays in the formula.

    `taken` carries the completion chosen.
    """

    taken = QtSignal(object)

    def __init__(self, theme: Theme, families: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self.host = theme, parent
        self.setProperty("role", "popup")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        self.model = _Model(self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Delegate(self.model, theme, families, self))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName("What may come next")
        self.view.clicked.connect(lambda _index: self.take())
        column.addWidget(self.view)
        self.hide()

    def offer(self, offers: Sequence[Completion], cursor: QRect) -> None:
        """Show completions below the cursor (in the coordinates of the parent), above it where there is no room."""
        self.model.show_lines(offers)
        if not offers:
            self.hide()
            return
        self.view.setCurrentIndex(self.model.index(0, 0))
        height = self._theme.px(28) * min(LINES, len(offers)) + 12
        room = self.host.rect()
        width = min(self._theme.px(WIDTH), room.width() - 16)
        below = cursor.bottom() + 4
        top = below if below + height <= room.bottom() else max(0, cursor.top() - 4 - height)
        self.setGeometry(max(8, min(cursor.left(), room.right() - width - 8)), top, width, height)
        self.show()
        self.raise_()

    def step(self, count: int) -> None:
        """Go down or up the list, round at its ends."""
        row = (self.view.currentIndex().row() + count) % max(1, self.model.rowCount())
        self.view.setCurrentIndex(self.model.index(row, 0))

    def take(self) -> None:
        """Put the chosen one in."""
        row = self.view.currentIndex().row()
        if 0 <= row < len(self.model.shown):
            offer = self.model.shown[row]
            self.hide()
            self.taken.emit(offer)
