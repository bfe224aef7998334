"""Where the numbers of a trend lie inside its rectangle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeGuard

from PySide6.QtCore import QLineF, QPointF, QRectF

from kpidesk.core.trends import Trend


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a chart's numbers lie inside its rectangle; period i of `count` at `x(i)`, a value at `y(value)`.

    The last of the `count` may lie ahead of the newest period, for what a leading KPI already tells of them. `below` is
    the room between the plot and the names of the periods.
    """

    plot: QRectF
    ticks: tuple[float, ...]
    count: int
    below: float = 0.0

    def x(self, i: float) -> float:
        """Where period `i` stands; half a period of room at both ends."""
        return self.plot.left() + (i + 0.5) / max(1, self.count) * self.plot.width()

    def y(self, value: float) -> float:
        """How high a value stands."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.plot.bottom() - (value - low) / (high - low) * self.plot.height()

    def holds(self, value: float | None) -> TypeGuard[float]:
        """Whether a value is there and lies inside the scale."""
        return value is not None and self.ticks[0] <= value <= self.ticks[-1]

    def known(self, periods: int) -> QRectF:
        """The part of the plot that holds the first periods."""
        width = self.plot.width() * periods / max(1, self.count)
        return QRectF(self.plot.left(), self.plot.top(), width, self.plot.height())

    def reach(self, reach: float) -> float:
        """The radius of a point, less where the points stand close together."""
        return min(reach, max(1.2, self.plot.width() / max(1, self.count) * 0.15))

    def at(self, i: int, value: float) -> QPointF:
        """A point of the line."""
        return QPointF(self.x(i), self.y(value))


def line_pieces(frame: Frame, trend: Trend) -> Iterator[tuple[int, QLineF]]:
    """The line of values piece by piece, each with the period it leads to; none where the definition changed."""
    broken = {one.at for one in trend.breaks}
    for at, (before, after) in enumerate(pairwise(map(trend.leads_to, range(len(trend.points)))), 1):
        if at not in broken and frame.holds(before) and frame.holds(after):
            yield at, QLineF(frame.at(at - 1, before), frame.at(at, after))
