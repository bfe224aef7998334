"""What lies on a trend besides its own lines: where its definition changed, and the leading KPI that runs ahead."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from kpidesk.core.trends import EDGE, Ahead, AheadPoint, Trend
from kpidesk.ui.painting.look import LEFT, MEDIUM, Look, draw_text, width_of
from kpidesk.ui.painting.trend_frame import Frame

ROW = 16
LOWEST, HIGHEST = 0.08, 0.92
"""Which part of the height the leading KPI takes: its scale is its own."""
AHEAD_COLOR = "ink"
"""No colour of a status: what runs ahead is neither good nor bad."""
AHEAD_LINE = 1.3
AHEAD_DASHES = (5.0, 2.5)
AHEAD_DOT = 2.4
TALL = 170
"""Lower charts have no room for words above the plot."""


def spare_periods(trend: Trend) -> int:
    """How many periods a chart needs after the newest, so that the leading KPI's last value has a place."""
    if trend.ahead is None or not trend.points:
        return 0
    return max(0, math.ceil(trend.ahead.end - (len(trend.points) - 1) - EDGE))


def label_rows(trend: Trend, height: float, look: Look) -> int:
    """How many lines of words stand above the plot: where the data begins, new definitions, the leading KPI."""
    starts = any(point.starts_inside for point in trend.points)
    if height < look.px(TALL):
        return int(starts)
    return starts + bool(trend.breaks) + (trend.ahead is not None)


def ahead_places(frame: Frame, ahead: Ahead) -> tuple[tuple[float, float, AheadPoint], ...]:
    """The values of a leading KPI as (period, value on the scale of the trend): its lowest to its highest fill it."""
    values = [point.value for point in ahead.points if point.value is not None and math.isfinite(point.value)]
    if not values:
        return ()
    low, high = min(values), max(values)
    bottom, top = frame.ticks[0], frame.ticks[-1]

    def place(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return bottom + (top - bottom) * (LOWEST + share * (HIGHEST - LOWEST))

    return tuple((point.x, place(point.value), point) for point in ahead.points if point.value is not None)


def ahead_runs(frame: Frame, ahead: Ahead) -> list[list[tuple[float, float]]]:
    """The line of a leading KPI as runs of (period, value) without a gap."""
    step = min((after.x - before.x for before, after in zip(ahead.points, ahead.points[1:], strict=False)), default=1.0)
    runs: list[list[tuple[float, float]]] = []
    last = -math.inf
    for x, y, _ in ahead_places(frame, ahead):
        if x - last > step * 1.5:
            runs.append([])
        runs[-1].append((x, y))
        last = x
    return runs


def paint_breaks(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """A hairline before the first period that is counted otherwise."""
    painter.setPen(QPen(look.color("muted"), 1))
    for one in trend.breaks:
        x = frame.x(one.at - EDGE)
        painter.drawLine(QLineF(x, frame.plot.top() - look.px(3), x, frame.plot.bottom()))


def paint_break_labels(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """Name the new definition above its hairline; one that would touch the one before it is left out."""
    if not trend.breaks or frame.plot.height() < look.px(TALL - 60):
        return
    font, free = look.font(11, MEDIUM), frame.plot.left()
    row = 1 if any(point.starts_inside for point in trend.points) else 0
    for one in trend.breaks:
        width = width_of(font, one.words) + look.px(4)
        left = min(frame.x(one.at - EDGE) - look.px(2), frame.plot.right() - width)
        if left < free:
            continue
        box = QRectF(left, frame.plot.top() - look.px(23 + ROW * row), width, look.px(ROW))
        draw_text(painter, box, one.words, font, look.color("muted"), LEFT)
        free = left + width + look.px(8)


def paint_ahead(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """The leading KPI as a thin broken line with points, hollow where its period is not over."""
    if trend.ahead is None:
        return
    pen = QPen(look.color(AHEAD_COLOR), AHEAD_LINE)
    pen.setDashPattern(list(AHEAD_DASHES))
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for run in ahead_runs(frame, trend.ahead):
        painter.drawPolyline(QPolygonF([QPointF(frame.x(x), frame.y(y)) for x, y in run]))
    reach = frame.reach(look.px(AHEAD_DOT))
    painter.setPen(QPen(look.color(AHEAD_COLOR), 1.4))
    for x, y, point in ahead_places(frame, trend.ahead):
        painter.setBrush(look.color("surface" if point.partial else AHEAD_COLOR))
        painter.drawEllipse(QPointF(frame.x(x), frame.y(y)), reach, reach)


def paint_ahead_label(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """Name the broken line above the plot with a piece of it."""
    if trend.ahead is None or frame.plot.height() < look.px(TALL - 60):
        return
    row = any(point.starts_inside for point in trend.points) + bool(trend.breaks)
    top = frame.plot.top() - look.px(23 + ROW * row)
    pen = QPen(look.color(AHEAD_COLOR), AHEAD_LINE)
    pen.setDashPattern(list(AHEAD_DASHES))
    painter.setPen(pen)
    left, middle = frame.plot.left(), top + look.px(ROW / 2)
    painter.drawLine(QLineF(left, middle, left + look.px(26), middle))
    words = f"{trend.ahead.words} (a scale of its own)"
    box = QRectF(left + look.px(34), top, frame.plot.right() - left - look.px(34), look.px(ROW))
    draw_text(painter, box, words, look.font(11, MEDIUM), look.color(AHEAD_COLOR), LEFT)
