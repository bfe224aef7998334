"""What stands side by side and goes on below where a window is narrow or its text large."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayoutItem, QSplitter, QWidget

from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.editor_parts import Flow

LEAST_HEIGHT = 200  # of a part that stands above another, before text scaling
LAST_HEIGHT = 260  # of the one at the foot, which shows what was chosen above
SQUEEZE = 0.7  # of its wanted width is left to what can be cut, before it goes on in the next line


class FlowRow(Flow):
    """`controls.row`, but in several lines where one is too narrow; a class because Qt wants one.

    None takes the room that is left in a single line; in several, what stands behind it begins a new one. What can be
    cut is, down to `squeeze` of its wanted width, before it goes on below; with 1 nothing is cut that has a line.
    """

    def __init__(self, *items: QWidget | None, spacing: int = 8, squeeze: float = SQUEEZE) -> None:
        super().__init__(spacing)
        self._squeeze = squeeze
        self._before_gap = items.index(None) if None in items else len(items)
        for item in items:
            if item is not None:
                self.addWidget(item)

    def expandingDirections(self) -> Qt.Orientation:
        """It takes the whole line."""
        return Qt.Orientation.Horizontal

    def sizeHint(self) -> QSize:
        """One line with everything as wide as it wants to be."""
        wanted = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in wanted) + self._gap * max(0, len(wanted) - 1)
        return QSize(width, max((size.height() for size in wanted), default=0)).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:
        """The widest of all at its narrowest."""
        least = [item.minimumSize() for item in self._items if not item.isEmpty()]
        width, height = (max(parts, default=0) for parts in ([s.width() for s in least], [s.height() for s in least]))
        return QSize(width, height).grownBy(self.contentsMargins())

    def _place(self, rect: QRect, *, move: bool) -> int:
        room = rect.marginsRemoved(self.contentsMargins())
        left, right = (
            [item for item in part if not item.isEmpty()]
            for part in (self._items[: self._before_gap], self._items[self._before_gap :])
        )
        widths = self._widths((*left, *right), room.width())
        if widths is not None:
            free = max(0, room.width() - sum(widths) - self._gap * (len(widths) - 1)) if right else 0
            lines = [list(zip((*left, *right), widths, strict=True))]
        else:
            lines, free = [*self._lines(left, room.width()), *self._lines(right, room.width())], 0
        top = room.top()
        for line in lines:
            high = max((_height(item, width) for item, width in line), default=0)
            x = room.left()
            for item, width in line:
                x += free if right and item is right[0] else 0
                if move:
                    own = _height(item, width)
                    item.setGeometry(QRect(x, top + (high - own) // 2, width, own))
                x += width + self._gap
            top += high + self._gap
        return top - self._gap * bool(lines) - room.top() + rect.height() - room.height()

    def _lines(self, items: Sequence[QLayoutItem], room: int) -> list[list[tuple[QLayoutItem, int]]]:
        lines: list[list[QLayoutItem]] = []
        for item in items:
            if lines and self._widths((*lines[-1], item), room) is not None:
                lines[-1].append(item)
            else:
                lines.append([item])
        return [list(zip(line, self._widths(line, room) or [room], strict=True)) for line in lines]

    def _widths(self, items: Sequence[QLayoutItem], room: int) -> list[int] | None:
        return _widths(items, room, self._gap, self._squeeze)


class Panes(QSplitter):
    """Two parts side by side, one below the other where they would be cut; a class because Qt keeps to one way.

    `least` is the width below which they are, before text scaling; in any case they are where they need more.
    """

    def __init__(self, theme: Theme, least: int = 0) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme, self._wanted = theme, least
        self._across: list[int] = []
        self.setChildrenCollapsible(False)
        self.setHandleWidth(12)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the wider part; a part that stands above another keeps room for some lines."""
        least = self._least()
        width = max((size.width() for size in least), default=0)
        if self.orientation() == Qt.Orientation.Horizontal:
            return QSize(width, max((size.height() for size in least), default=0))
        heights = [max(size.height(), self._theme.px(LEAST_HEIGHT)) for size in least[:-1]]
        foot = max(self._theme.px(LAST_HEIGHT), *(size.height() for size in least[-1:]))
        return QSize(width, sum(heights) + self.handleWidth() * len(heights) + foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn where there is too little room, and back."""
        least = self._least()
        needed = sum(size.width() for size in least) + self.handleWidth() * max(0, len(least) - 1)
        is_wide = max(needed, self._theme.px(self._wanted)) <= self.width()
        turned = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if turned != self.orientation():
            self._turn(turned)
        super().resizeEvent(event)

    def _turn(self, turned: Qt.Orientation) -> None:
        is_down = turned == Qt.Orientation.Vertical
        if is_down:
            self._across = self.sizes()
        self.setOrientation(turned)
        down = [LEAST_HEIGHT] * (self.count() - 1) + [LAST_HEIGHT]
        self.setSizes(down if is_down else self._across)
        self.updateGeometry()

    def _least(self) -> list[QSize]:
        parts = [self.widget(place) for place in range(self.count())]
        shown = [one for one in parts if one is not None and not one.isHidden()]
        return [one.minimumSizeHint().expandedTo(one.minimumSize()) for one in shown]


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()


def _widths(items: Sequence[QLayoutItem], room: int, gap: int, squeeze: float) -> list[int] | None:
    """How wide each is in one line; None when they do not fit even cut."""
    free = room - gap * max(0, len(items) - 1)
    wanted = [item.sizeHint().width() for item in items]
    least = [max(item.minimumSize().width(), round(squeeze * size)) for item, size in zip(items, wanted, strict=True)]
    least = [min(pair) for pair in zip(least, wanted, strict=True)]
    if sum(least) > free:
        return None
    for place, item in enumerate(items):
        if sum(wanted) < free and item.expandingDirections() & Qt.Orientation.Horizontal:
            wanted[place] += free - sum(wanted)
            return wanted
    missing, give = max(0, sum(wanted) - free), sum(wanted) - sum(least)
    return [size - (missing * (size - low) // give + 1 if missing else 0) if size > low else size
            for size, low in zip(wanted, least, strict=True)]  # fmt: skip
