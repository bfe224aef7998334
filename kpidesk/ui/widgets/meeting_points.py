"""The points of a review: added with Enter, ticked, moved and dropped by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from kpidesk.core.meetings import Point
from kpidesk.core.review_words import NO_AGENDA
from kpidesk.core.reviews import AgendaItem, tagged
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.review_agenda import LONGEST, ItemLine
from kpidesk.ui.widgets.review_parts import Section, UndoKeys

Points = tuple[Point, ...]


class PointsCard(Section):
    """The points in their order; a class because it is a widget.

    `changed` sends all points and the name of what was edited, by which typing is undone in one step.
    """

    changed = Signal(object, str)

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        super().__init__(theme, "Points")
        self._theme, self._keys = theme, keys
        self._read_only = False
        self.points: Points = ()
        self.lines: list[ItemLine] = []
        self.column.setSpacing(0)
        self.new = QLineEdit(placeholderText="Add a point and press Enter")
        self.new.setAccessibleName("New point")
        self.new.setMaxLength(LONGEST)
        self.new.returnPressed.connect(self.add)
        self.foot.addWidget(self.new)
        self._fill()

    def show_points(self, points: Points, *, read_only: bool) -> None:
        """Show the points; nothing is built anew where they are shown already."""
        if (points, read_only) != (self.points, self._read_only):
            self.points, self._read_only = points, read_only
            self.new.setVisible(not read_only)
            self._fill()

    def add(self) -> None:
        """Add the point that is typed, as the last one."""
        text = self.new.text().strip()
        if text and not self._read_only:
            self.new.clear()
            tag, words = tagged(text)  # all points of a team are discussed, so that word says nothing
            self._set((*self.points, Point(words if tag == "discuss" else text)), "point:add")

    def _fill(self) -> None:
        self.empty()
        self.lines = [self._line(at, one) for at, one in enumerate(self.points)]
        for line in self.lines:
            self.column.addWidget(line)
        if not self.points and self._read_only:
            self.column.addWidget(PlainLabel(NO_AGENDA, "muted"))
        self._count()

    def _count(self) -> None:
        done = sum(one.done for one in self.points)
        self.note.setText(f"{done} of {len(self.points)} done" if self.points else "")

    def _line(self, at: int, point: Point) -> ItemLine:
        """A point as a line of an agenda, without a tag: it belongs to the whole team."""
        item = AgendaItem(point.text, "manager", point.done, since=point.since)
        made = ItemLine(self._theme, item, read_only=self._read_only)
        made.tag.hide()
        made.text.installEventFilter(self._keys)
        made.changed.connect(lambda item: self._put(at, Point(item.text, item.done, item.since)))
        made.moved.connect(lambda by: self._move(at, by))
        made.dropped.connect(lambda: self._drop(at))
        made.done.connect(lambda: self._go(at + 1))
        return made

    def _put(self, at: int, point: Point) -> None:
        self.points = (*self.points[:at], point, *self.points[at + 1 :])
        self._count()
        self.changed.emit(self.points, f"point:{at}")

    def _move(self, at: int, by: int) -> None:
        to = at + by
        if 0 <= to < len(self.points):
            changed = list(self.points)
            changed[at], changed[to] = changed[to], changed[at]
            self._set(tuple(changed), "point:move")
            self._go(to)

    def _drop(self, at: int) -> None:
        self._set((*self.points[:at], *self.points[at + 1 :]), "point:drop")
        self._go(at)

    def _set(self, points: Points, edited: str) -> None:
        self.points = points
        self._fill()
        self.changed.emit(points, edited)

    def _go(self, at: int) -> None:
        """Put the cursor into a point, or behind the last one into the field for a new one."""
        field = self.lines[at].text if at < len(self.lines) else self.new
        field.setFocus(Qt.FocusReason.OtherFocusReason)
