"""The lines of the interactive trend, drawn by pyqtgraph: values, stepped goals, intervals, cursor."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QPen
from PySide6.QtWidgets import QWidget

from kpidesk.core.trends import EDGE as EDGE_OF_PERIOD
from kpidesk.core.trends import Trend, TrendPoint
from kpidesk.ui.painting.look import Look
from kpidesk.ui.painting.trend_chart import Tier, goal_steps
from kpidesk.ui.painting.trend_frame import Frame
from kpidesk.ui.painting.trend_marks import AHEAD_COLOR, AHEAD_DASHES, AHEAD_DOT, AHEAD_LINE, ahead_places, ahead_runs

Floats = NDArray[np.float64]
EDGE = 8  # pixels above and below the plot, so that no point is cut at its edge
LINE, THIN = 2.0, 1.4
DOT, SMALL_DOT, CURSOR_DOT = 3.4, 2.2, 5.2


class TrendPlot:
    """A plot without axes, zoom or menus; a class because it holds the marks that the cursor moves.

    `widget` is placed by its owner over the plot of a `Frame`; period i lies at x = i.
    """

    def __init__(self, parent: QWidget) -> None:
        self.widget: Any = pg.PlotWidget(parent, enableMenu=False)
        menu = self.widget.plotItem.ctrlMenu  # made all the same, and without an owner it would outlive the plot
        menu.setParent(self.widget, menu.windowFlags())
        self.widget.hideButtons()
        self.widget.setMouseEnabled(False, False)
        self.widget.setFrameShape(self.widget.Shape.NoFrame)
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.widget.setBackground(None)
        self.widget.setStyleSheet("background: transparent")
        for side in ("left", "bottom"):
            self.widget.hideAxis(side)
        self.widget.plotItem.layout.setContentsMargins(0, 0, 0, 0)
        self.widget.plotItem.setContentsMargins(0, 0, 0, 0)
        self._look = Look()
        self._frame = Frame(self.widget.rect().toRectF(), (0.0, 1.0), 1)
        self._upright: Any = None
        self._spot: Any = None

    def draw(self, trend: Trend, other: Trend | None, frame: Frame, look: Look) -> None:
        """Draw a trend anew, and a second one as a thin line."""
        self._look, self._frame = look, frame
        self.widget.clear()
        self.place(frame)
        self._add_goals(trend.points)
        if trend.baseline is not None:
            self._across(trend.baseline.value, self._pen("baseline", 1.3, (4.5, 3.2)), -9)
        self._add_start(trend.points)
        self._add_breaks(trend)
        self._add_ranges(trend.points)
        self._add_ahead(trend, frame)
        if other is not None:
            self._add_line(other, "muted", THIN, SMALL_DOT)
        self._upright = self._curve((0, 0), (0, 0), self._pen("faint", 1), 2)
        self._add_line(trend, "accent", LINE, DOT)
        self._spot = self._dots([], "accent", "surface", CURSOR_DOT, 8)
        self._spot.setSize(2 * look.px(CURSOR_DOT))
        self.mark(-1, None)

    def place(self, frame: Frame) -> None:
        """Lie over the plot of a frame, so that both put a value at the same place."""
        self._frame = frame
        plot = frame.plot.toRect()
        self.widget.setGeometry(QRect(plot.left(), plot.top() - EDGE, plot.width(), plot.height() + 2 * EDGE))
        low, high = frame.ticks[0], frame.ticks[-1]
        spare = EDGE * (high - low) / max(1, plot.height())
        self.widget.setXRange(-0.5, frame.count - 0.5, padding=0)
        self.widget.setYRange(low - spare, high + spare, padding=0)

    def mark(self, at: int, value: float | None) -> None:
        """Put the cursor on a period and its value; -1 takes it away."""
        if self._upright is None:
            return
        self._upright.setVisible(at >= 0)
        self._upright.setData(np.full(2, at, float), np.array([self._frame.ticks[0], self._frame.ticks[-1]]))
        self._spot.setData([] if at < 0 or value is None else [{"pos": (at, value)}])

    # --- marks --------------------------------------------------------------------------------------------------

    def _pen(self, color: str | QColor, width: float, dashes: Sequence[float] = ()) -> QPen:
        """A pen that keeps its width on dense screens: pyqtgraph's pens count device pixels."""
        made = QPen(self._look.color(color) if isinstance(color, str) else color)
        made.setWidthF(width * self.widget.devicePixelRatioF())
        made.setCosmetic(True)
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
        made.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        if dashes:
            made.setDashPattern(list(dashes))
        return made

    def _curve(self, xs: Sequence[float] | Floats, ys: Sequence[float] | Floats, pen: QPen | None, z: float) -> Any:
        item = pg.PlotCurveItem(np.asarray(xs, float), np.asarray(ys, float), pen=pen, connect="finite", antialias=True)
        item.setZValue(z)
        self.widget.addItem(item)
        return item

    def _dots(self, spots: list[dict[str, Any]], fill: str, edge: str, reach: float, z: float) -> Any:
        size = 2 * self._frame.reach(self._look.px(reach)) + 2
        item = pg.ScatterPlotItem(spots, size=size, pen=self._pen(edge, 1.8), antialias=True)
        item.setBrush(QBrush(self._look.color(fill)))
        item.setZValue(z)
        self.widget.addItem(item)
        return item

    def _across(self, value: float, pen: QPen, z: float) -> None:
        self._curve((-0.5, self._frame.count - 0.5), (value, value), pen, z)

    def _add_goals(self, points: Sequence[TrendPoint]) -> None:
        """Stepped minimum, target and stretch, with a tint between the last two."""
        lower = goal_steps(points, lambda point: point.target if point.stretch is not None else None)
        upper = goal_steps(points, lambda point: point.stretch if point.target is not None else None)
        for below, above in zip(lower, upper, strict=True):
            edges = [self._steps(steps, None, -16) for steps in (below, above)]
            band = pg.FillBetweenItem(*edges, brush=QBrush(self._look.color("good", 0.10)))
            band.setZValue(-15)
            self.widget.addItem(band)
        goals: tuple[tuple[Tier, QPen], ...] = (
            (lambda point: point.minimum, self._pen("baseline", 1.2, (1.2, 2.6))),
            (lambda point: point.stretch, self._pen(self._look.color("good", 0.75), 1.1)),
            (lambda point: point.target, self._pen("good", 1.9)),
        )
        for tier, pen in goals:
            for steps in goal_steps(points, tier):
                self._steps(steps, pen, -10)

    def _steps(self, steps: Sequence[tuple[float, float]], pen: QPen | None, z: float) -> Any:
        return self._curve([x for x, _ in steps], [y for _, y in steps], pen, z)

    def _add_start(self, points: Sequence[TrendPoint]) -> None:
        """A dotted upright where the data begins inside a period."""
        ends = (self._frame.ticks[0], self._frame.ticks[-1])
        for i, point in enumerate(points):
            if point.starts_inside:
                self._curve((i, i), ends, self._pen("watch", 1.3, (1.5, 2.5)), -8)

    def _add_breaks(self, trend: Trend) -> None:
        """A hairline before the first period that is counted otherwise."""
        ends = (self._frame.ticks[0], self._frame.ticks[-1])
        for one in trend.breaks:
            self._curve((one.at - EDGE_OF_PERIOD,) * 2, ends, self._pen("muted", 1), -8)

    def _add_ahead(self, trend: Trend, frame: Frame) -> None:
        """The leading KPI as a thin broken line with points, on a scale of its own."""
        if trend.ahead is None:
            return
        for run in ahead_runs(frame, trend.ahead):
            self._steps(run, self._pen(AHEAD_COLOR, AHEAD_LINE, AHEAD_DASHES), 3)
        places = ahead_places(frame, trend.ahead)
        for partial in (False, True):
            spots = [{"pos": (x, y)} for x, y, point in places if point.partial == partial]
            fill, edge = ("surface", AHEAD_COLOR) if partial else (AHEAD_COLOR, "surface")
            self._dots(spots, fill, edge, AHEAD_DOT, 3)

    def _add_ranges(self, points: Sequence[TrendPoint]) -> None:
        """The 95 % interval of every point as a quiet upright."""
        xs: list[float] = []
        ys: list[float] = []
        for i, point in enumerate(points):
            if point.result.interval is not None and self._frame.holds(point.result.value):
                xs += [i, i, np.nan]
                ys += [*point.result.interval, np.nan]
        if xs:
            self._curve(xs, ys, self._pen(self._look.color("accent", 0.28), 5), -4)

    def _add_line(self, trend: Trend, color: str, width: float, reach: float) -> None:
        """Value line with points: solid up to what is over, dashed to the hollow point of what is not."""
        for partial, dashes in ((False, ()), (True, (2.6, 2.0))):
            xs, ys = segments(trend, self._frame, partial=partial)
            if len(xs):
                self._curve(xs, ys, self._pen(color, width, dashes), 4)
            valued = [(i, one.result.value) for i, one in enumerate(trend.points) if one.partial == partial]
            spots = [{"pos": (i, value), "data": i} for i, value in valued if self._frame.holds(value)]
            fill, edge = ("surface", color) if partial else (color, "surface")
            self._dots(spots, fill, edge, reach, 6)


def segments(trend: Trend, frame: Frame, *, partial: bool) -> tuple[Floats, Floats]:
    """The pieces of the value line that lead to a period that is not over (or is), parted by NaN.

    Gaps stay gaps, no line leads to a point outside the scale, and none across a change of the definition.
    """
    broken = {one.at for one in trend.breaks}
    xs: list[float] = []
    ys: list[float] = []
    for i, ends in enumerate(pairwise(map(trend.leads_to, range(len(trend.points))))):
        fits = trend.points[i + 1].partial == partial and i + 1 not in broken
        if fits and frame.holds(ends[0]) and frame.holds(ends[1]):
            xs += [i, i + 1, np.nan]
            ys += [ends[0], ends[1], np.nan]
    return np.asarray(xs, float), np.asarray(ys, float)
