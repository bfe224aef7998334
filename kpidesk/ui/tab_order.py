"""Tab goes where the eye goes: down the page, and from left to right where things stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractItemView, QWidget


def put_in_order(whole: QWidget) -> None:
    """Let Tab go over what is seen of a window in reading order; what was made late would else come last.

    The order that there is already is not looked at: walking it from Python makes Qt lose parts of layouts later.
    """
    for one, following in pairwise(_stops(whole)):
        QWidget.setTabOrder(one, following)


def reading_order(places: Sequence[QRect]) -> list[int]:
    """The numbers of rectangles in the order in which they are read.

    They are cut along free horizontal lines into rows, each of these along free vertical lines into columns, and so
    on (the recursive X-Y cut of Nagy and Seth, 1984). What lies over each other goes by its upper left corner.
    """
    return _cut(places, range(len(places)), down=True, tried=False)


def _cut(places: Sequence[QRect], among: Sequence[int], *, down: bool, tried: bool) -> list[int]:
    def span(number: int) -> tuple[int, int]:
        place = places[number]
        return (place.top(), place.bottom()) if down else (place.left(), place.right())

    groups, end = list[list[int]](), 0
    for number in sorted(among, key=span):
        first, last = span(number)
        if groups and first <= end:
            groups[-1].append(number)
            end = max(end, last)
        else:
            groups.append([number])
            end = last
    if len(groups) > 1:
        return [one for group in groups for one in _cut(places, group, down=not down, tried=False)]
    if tried or len(among) < 2:
        return sorted(among, key=lambda number: (places[number].top(), places[number].left()))
    return _cut(places, among, down=not down, tried=True)


def _stops(widget: QWidget) -> list[QWidget]:
    """Where Tab stops in a widget that is seen, in reading order, the widget itself first.

    It goes by where widgets are, never by their layouts: to ask those for what they hold would give it a new owner.
    """
    own = [widget] if widget.focusPolicy() & Qt.FocusPolicy.TabFocus else []
    if isinstance(widget, QAbstractItemView):
        return own
    children = widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    inside = [one for one in children if one.isVisible() and not one.isWindow()]
    parts = [(one.geometry(), stops) for one in inside if (stops := _stops(one))]
    return [*own, *(stop for number in reading_order([place for place, _ in parts]) for stop in parts[number][1])]
