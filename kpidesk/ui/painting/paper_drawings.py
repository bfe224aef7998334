"""The drawings of a paper: a forecast as a range, and lines over an axis, named where they end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from kpidesk.core.papers import (
    PaperChart,
    PaperLine,
    PaperRange,
    chart_scale,
    end_names,
    range_scale,
    side_by_side,
    without_overlap,
)
from kpidesk.ui.painting.axis import spread
from kpidesk.ui.painting.look import CENTER, LEFT, MEDIUM, RIGHT, SEMIBOLD, Look, draw_text, width_of
from kpidesk.ui.painting.pages import Block
from kpidesk.ui.painting.writing import plain

RANGE, CHART, NAME_STEP = 92.0, 268.0, 16.0
MOST_NAMES = 0.3
Place = Callable[[float], float]
_COLORS = {"solid": "accent", "dashed": "good", "dotted": "ink", "faint": "faint", "dots": "accent",
           "named": "accent"}  # fmt: skip
_STROKES = {"dashed": [5.0, 3.0], "dotted": [1.0, 2.4]}


# --- a range --------------------------------------------------------------------------------------------------------


def range_block(part: PaperRange, look: Look) -> Block:
    """The band from low to high, its point, and what it is held against as uprights above."""
    return Block(RANGE, lambda painter, rect: paint_range(painter, rect, part, look), 8)


def paint_range(painter: QPainter, rect: QRectF, part: PaperRange, look: Look) -> None:
    """Draw a range into a rectangle, with every number of it as text."""
    low, high = range_scale(part)
    inside = rect.adjusted(look.px(10), 0, -look.px(10), 0)
    middle = rect.top() + look.px(45)

    def x(value: float) -> float:
        return inside.left() + inside.width() * (value - low) / (high - low)

    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(inside.left(), middle - 0.5, inside.width(), 1), look.color("strong_border"))
    half = look.px(9)
    painter.fillRect(QRectF(x(part.low), middle - half, max(x(part.high) - x(part.low), 2), 2 * half),
                     look.color("accent", 0.28))  # fmt: skip
    for end in (part.low, part.high):
        painter.fillRect(QRectF(x(end) - 1, middle - half, 2, 2 * half), look.color("accent"))
    for mark in part.marks:
        painter.fillRect(QRectF(x(mark.value) - 1, middle - look.px(20), 2, look.px(33)), look.color("ink"))
    painter.setPen(QPen(look.color("surface"), 2))
    painter.setBrush(look.color("accent"))
    painter.drawEllipse(QPointF(x(part.point), middle), look.px(7), look.px(7))
    marks = [(x(mark.value), f"{mark.name} {mark.text}") for mark in part.marks]
    _labels(painter, rect, rect.top() + look.px(4), marks, look, bold=False)
    ends = ((part.low, part.low_text), (part.point, part.point_text), (part.high, part.high_text))
    _labels(painter, rect, middle + look.px(16), [(x(value), text) for value, text in ends], look, bold=True)


def _labels(
    painter: QPainter, rect: QRectF, top: float, wanted: Sequence[tuple[float, str]], look: Look, *, bold: bool
) -> None:
    font = look.font(13, SEMIBOLD) if bold else look.font(12, MEDIUM)
    widths = [width_of(font, plain(text)) + look.px(10) for _, text in wanted]
    places = side_by_side([place for place, _ in wanted], widths, rect.left() - 5, rect.right() + 5)
    for place, width, (_, text) in zip(places, widths, wanted, strict=True):
        box = QRectF(place - width / 2, top, width, look.px(18))
        draw_text(painter, box, plain(text), font, look.color("ink"), CENTER)


# --- lines ----------------------------------------------------------------------------------------------------------


def chart_block(chart: PaperChart, look: Look) -> Block:
    """The lines of a chart over its axis; its numbers stand in the table below."""
    return Block(CHART, lambda painter, rect: paint_chart(painter, rect, chart, look), 8)


def paint_chart(painter: QPainter, rect: QRectF, chart: PaperChart, look: Look) -> None:
    """Draw a chart into a rectangle: grid, lines, and the names of the lines where they end."""
    left, right, low, high = chart_scale(chart)
    plot = _plot(rect, chart, look)

    def x(value: float) -> float:
        return plot.left() + plot.width() * (value - left) / (right - left)

    def y(value: float) -> float:
        return plot.bottom() - plot.height() * (value - low) / (high - low)

    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_axes(painter, rect, plot, chart, (x, y), look)
    for line in sorted(chart.lines, key=lambda one: one.style != "faint"):
        _paint_line(painter, line, [QPointF(x(across), y(up)) for across, up in line.points], look)
    at_end, early = end_names(chart)
    _paint_names(painter, rect, plot, at_end, y, look)
    for line in early:
        across, up = line.points[-1]
        _paint_beside(painter, plot, QPointF(x(across), y(up)), line, look)


def _plot(rect: QRectF, chart: PaperChart, look: Look) -> QRectF:
    small = look.font(12)
    left = max((width_of(small, plain(text)) for _, text in chart.heights), default=0.0) + look.px(12)
    at_end, _ = end_names(chart)
    names = max((width_of(_name_font(line, look), plain(line.name)) for line in at_end), default=0.0)
    right = min(names + look.px(18), rect.width() * MOST_NAMES)
    return rect.adjusted(left, look.px(10), -right, -look.px(28))


def _paint_axes(
    painter: QPainter, rect: QRectF, plot: QRectF, chart: PaperChart, at: tuple[Place, Place], look: Look
) -> None:
    x, y = at
    font, ink = look.font(12), look.color("muted")
    for value, text in chart.heights:
        painter.fillRect(QRectF(plot.left(), y(value) - 0.5, plot.width(), 1), look.color("grid"))
        box = QRectF(rect.left(), y(value) - look.px(9), plot.left() - rect.left() - look.px(8), look.px(18))
        draw_text(painter, box, plain(text), font, ink, RIGHT)
    widths = [width_of(font, plain(text)) + look.px(10) for _, text in chart.places]
    for place in without_overlap([x(value) for value, _ in chart.places], widths):
        value, text = chart.places[place]
        box = QRectF(x(value) - widths[place] / 2, plot.bottom() + look.px(10), widths[place], look.px(18))
        draw_text(painter, box, plain(text), font, ink, CENTER)


def _paint_line(painter: QPainter, line: PaperLine, points: Sequence[QPointF], look: Look) -> None:
    color = look.color(_COLORS[line.style])
    if line.style in ("dots", "named"):
        painter.setPen(QPen(look.color("surface"), 1.5))
        painter.setBrush(color)
        for point in points:
            painter.drawEllipse(point, look.px(4), look.px(4))
            if line.style == "named":
                box = QRectF(point.x() + look.px(8), point.y() - look.px(9), look.px(160), look.px(18))
                draw_text(painter, box, plain(line.name), look.font(12), look.color("muted"), LEFT)
        return
    pen = QPen(color, look.px(1.2 if line.style == "faint" else 2), j=Qt.PenJoinStyle.RoundJoin)
    if line.style in _STROKES:
        pen.setDashPattern(_STROKES[line.style])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(list(points)))


def _paint_names(
    painter: QPainter, rect: QRectF, plot: QRectF, named: Sequence[PaperLine], y: Place, look: Look
) -> None:
    """The names of lines that reach the right end of the chart."""
    step = look.px(NAME_STEP)
    wanted = [y(line.points[-1][1]) for line in named]
    for place, line in zip(spread(wanted, step, plot.top() - step, plot.bottom()), named, strict=True):
        box = QRectF(plot.right() + look.px(10), place - step / 2, rect.right() - plot.right() - look.px(10), step)
        draw_text(painter, box, plain(line.name), _name_font(line, look), _name_ink(line, look), LEFT)


def _paint_beside(painter: QPainter, plot: QRectF, end: QPointF, line: PaperLine, look: Look) -> None:
    """The name of a line that ends earlier: right of its last point, or above it where that would leave the chart."""
    font, gap, step = _name_font(line, look), look.px(8), look.px(NAME_STEP)
    width = width_of(font, plain(line.name)) + look.px(6)
    box = QRectF(end.x() + gap, end.y() - step / 2, width, step)
    if box.right() > plot.right():
        box.moveTopRight(QPointF(end.x(), end.y() - step - gap / 2))
    if line.style == "solid":
        painter.setPen(QPen(look.color("surface"), 1.5))
        painter.setBrush(look.color(_COLORS[line.style]))
        painter.drawEllipse(end, look.px(4), look.px(4))
    painter.fillRect(box, look.color("surface", 0.85))
    draw_text(painter, box, plain(line.name), font, _name_ink(line, look), LEFT)


def _name_font(line: PaperLine, look: Look) -> QFont:
    return look.font(12) if line.style == "faint" else look.font(12, SEMIBOLD)


def _name_ink(line: PaperLine, look: Look) -> QColor:
    return look.color("muted" if line.style == "faint" else "ink")
