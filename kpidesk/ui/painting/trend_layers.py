"""What lies under the lines of a trend: usual range, benchmark, open cohorts, further lines, projection, marks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF

from kpidesk.core.formats import whole_percent
from kpidesk.core.trends import EDGE, Trend
from kpidesk.ui.painting.axis import spread
from kpidesk.ui.painting.look import CENTER, MEDIUM, RIGHT, SEMIBOLD, Look, draw_text, width_of
from kpidesk.ui.painting.marks import diamond

if TYPE_CHECKING:
    from kpidesk.core.trend_parts import Line, LineKind, MarkKind, Running, TrendMark
    from kpidesk.ui.painting.trend_frame import Frame

MARK_ROW = 22
"""How much room the numbered marks take below the plot."""
MARK = 16
TALL = 200
CAP = 7
HATCH = 8
_LINES: dict[LineKind, tuple[str, float, float, tuple[float, ...]]] = {
    "year": ("accent", 0.45, 1.6, ()),
    "cycle": ("ink", 0.7, 1.3, (3.0, 2.2)),
    "mean": ("faint", 0.9, 1.4, ()),
}
"""Colour, strength, width and dashes of each kind of further line."""


def shows_marks(trend: Trend, height: float, look: Look) -> bool:
    """Whether a chart of a height has a row of numbered marks below its plot."""
    return bool(trend.marks) and trend.shows("notes") and height >= look.px(TALL)


def paint_layers(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """Draw everything that lies under the lines of a trend, the quietest first."""
    painter.save()
    if trend.shows("benchmark"):
        _paint_benchmark(painter, frame, trend, look)
    if trend.shows("usual"):
        _paint_usual(painter, frame, trend, look)
    _paint_open(painter, frame, trend, look)
    _paint_absent(painter, frame, trend, look)
    is_part = any(one.partial for one in trend.points[-1:]) and trend.kpi.prorated
    for line in trend.drawn_lines:
        paint_line(painter, frame, line, look, ends_apart=is_part and line.kind == "year")
    if trend.running is not None:
        _paint_running(painter, frame, trend.running, look)
        _paint_by_then(painter, frame, trend, look)
    painter.restore()


# --- bands ---------------------------------------------------------------------------------------------------------


def _paint_usual(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """The usual range as a quiet band, stepped where each point has its own, with its middle as a hairline."""
    usual = trend.usual
    if usual is None:
        return
    for at in range(len(trend.points)):
        found = usual.at(at)
        if found is None:
            continue
        low, high = (min(max(one, frame.ticks[0]), frame.ticks[-1]) for one in found)
        left, right = frame.x(at - EDGE), frame.x(at + EDGE)
        painter.fillRect(QRectF(left, frame.y(high), right - left, frame.y(low) - frame.y(high)),
                         look.color("spark", 0.13))  # fmt: skip
        middle = usual.middle[at]
        if frame.holds(middle):
            painter.setPen(QPen(look.color("spark", 0.55), 1))
            painter.drawLine(QLineF(left, frame.y(middle), right, frame.y(middle)))


def _paint_benchmark(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """A published range as a band between dashed edges; a single figure is one dashed line."""
    mark = trend.benchmark
    if mark is None:
        return
    floor, top = frame.ticks[0], frame.ticks[-1]
    low, high = mark.low if mark.low is not None else floor, mark.high if mark.high is not None else top
    if high < floor or low > top:
        return
    inside = max(low, floor), min(high, top)
    painter.fillRect(
        QRectF(frame.plot.left(), frame.y(inside[1]), frame.plot.width(), frame.y(inside[0]) - frame.y(inside[1])),
        QBrush(look.color("watch", 0.10)),
    )
    pen = QPen(look.color("watch", 0.9), 1.2)
    pen.setDashPattern([6.0, 4.0])
    painter.setPen(pen)
    for edge in {one for one in (mark.low, mark.high) if frame.holds(one)}:
        painter.drawLine(QLineF(frame.plot.left(), frame.y(edge), frame.plot.right(), frame.y(edge)))


def _paint_open(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """Hatch the cohorts that have no outcome yet, and say how much of the newest is still open."""
    young = [at for at, point in enumerate(trend.points) if point.still_open is not None]
    if not young:
        return
    painter.setPen(QPen(look.color("faint", 0.38), 1.0))
    for at in young:
        left = frame.x(at - EDGE)
        _hatch(painter, QRectF(left, frame.plot.top(), frame.x(at + EDGE) - left, frame.plot.height()), look)
    share = trend.points[young[-1]].still_open or 0.0
    _paint_tag(painter, frame, frame.x(young[-1] + EDGE), f"{whole_percent(share)}% still open", look)


def _hatch(painter: QPainter, box: QRectF, look: Look) -> None:
    """Slanted lines over a box; Qt's own pattern has the grain of the device, which is too fine to be seen on paper."""
    gap, high = look.px(HATCH), box.height()
    for step in range(math.floor((box.left() - high) / gap) + 1, math.ceil(box.right() / gap)):
        foot = step * gap  # the same for boxes side by side, so that their lines meet
        left, right = max(foot, box.left()), min(foot + high, box.right())
        painter.drawLine(QLineF(left, box.bottom() - (left - foot), right, box.bottom() - (right - foot)))


def _paint_tag(painter: QPainter, frame: Frame, right: float, words: str, look: Look) -> None:
    """Words on a piece of the surface at the top of the plot, ending at a place."""
    if frame.plot.height() < look.px(90):
        return
    font = look.font(11, MEDIUM)
    width = width_of(font, words) + look.px(10)
    left = max(frame.plot.left(), min(right, frame.plot.right()) - width)
    box = QRectF(left, frame.plot.top() + look.px(2), width, look.px(17))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("surface"))
    painter.drawRoundedRect(box, 3, 3)
    draw_text(painter, box, words, font, look.color("muted"), CENTER)


def _paint_absent(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """A period without a value has a small cross at the axis, one that the data have not reached three dots."""
    if all(point.result.value is None for point in trend.points):
        return
    first = next(at for at, point in enumerate(trend.points) if point.result.value is not None)
    y, reach = frame.plot.bottom() - look.px(7), frame.reach(look.px(3.2))
    for at, point in enumerate(trend.points):
        if point.result.value is not None or at < first:
            continue
        x = frame.x(at)
        if trend.as_of is not None and point.period.start > trend.as_of:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("faint"))
            for step in (-1, 0, 1):
                painter.drawEllipse(QPointF(x + step * reach * 1.4, y), reach * 0.4, reach * 0.4)
        else:
            painter.setPen(QPen(look.color("faint"), 1.4))
            painter.drawLine(QLineF(x - reach, y - reach, x + reach, y + reach))
            painter.drawLine(QLineF(x - reach, y + reach, x + reach, y - reach))


# --- lines and points ----------------------------------------------------------------------------------------------


def paint_line(painter: QPainter, frame: Frame, line: Line, look: Look, *, ends_apart: bool = False) -> None:
    """A further line over the periods, quieter than the trend itself; a lone point is a dot.

    Where the last point counts a part of its period it `ends_apart`: a line down to it would look like a fall.
    """
    color, strength, width, dashes = _LINES[line.kind]
    pen = QPen(look.color(color, strength), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashes:
        pen.setDashPattern(list(dashes))
    painter.setPen(pen)
    places = [frame.at(at, value) if frame.holds(value) else None for at, value in enumerate(line.values)]
    for before, after in pairwise(places[:-1] if ends_apart else places):
        if before is not None and after is not None:
            painter.drawLine(QLineF(before, after))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color(color, strength))
    reach = frame.reach(look.px(2.0))
    around = [None, *places, None]
    for at, place in enumerate(places):
        is_alone = around[at] is None and around[at + 2] is None
        if place is not None and (line.kind == "year" or is_alone):
            painter.drawEllipse(place, reach, reach)


def _paint_running(painter: QPainter, frame: Frame, running: Running, look: Look) -> None:
    """Where the running period is heading: a bar over the middle 80 %, an open diamond at its middle."""
    if running.point is None:
        return
    x, color = frame.x(running.at), look.color("accent")
    if running.low is not None and running.high is not None:
        low, high = (min(max(one, frame.ticks[0]), frame.ticks[-1]) for one in (running.low, running.high))
        half = min(look.px(CAP), max(2.0, frame.plot.width() / max(1, frame.count) * 0.3))
        bar = QRectF(x - half, frame.y(high), 2 * half, max(frame.y(low) - frame.y(high), 1.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("accent", 0.14))
        painter.drawRect(bar)
        painter.setPen(QPen(look.color("accent", 0.55), 1.0))
        _hatch(painter, bar, look)
        painter.setPen(QPen(color, 1.4))
        for edge in (bar.top(), bar.bottom()):
            painter.drawLine(QLineF(bar.left(), edge, bar.right(), edge))
    if frame.holds(running.point):
        painter.setPen(QPen(color, 1.6))
        painter.setBrush(look.color("surface"))
        painter.drawPolygon(diamond(QPointF(x, frame.y(running.point)), frame.reach(look.px(4.5))))


def _paint_by_then(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """A short line across the running period at what the one before had brought by the same working day."""
    if trend.running is not None and trend.by_then is not None and frame.holds(trend.by_then.value):
        x, y, half = frame.x(trend.running.at), frame.y(trend.by_then.value), look.px(CAP)
        painter.setPen(QPen(look.color("muted"), 1.6))
        painter.drawLine(QLineF(x - half, y, x + half, y))


def paint_signals(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """A triangle outside every point that stands out: above it pointing up, below it pointing down."""
    if trend.usual is None or not trend.shows("usual"):
        return
    painter.setPen(QPen(look.color("surface"), 1.2))
    painter.setBrush(look.color("ink"))
    reach = frame.reach(look.px(5))
    for signal in trend.usual.signals:
        value = trend.points[signal.at].result.value
        if not frame.holds(value):
            continue
        up = signal.side == "above"
        x, y = frame.x(signal.at), frame.y(value) + (-1 if up else 1) * (reach * 1.3 + look.px(5))
        tip = y - reach if up else y + reach
        base = y + reach * 0.7 if up else y - reach * 0.7
        painter.drawPolygon(QPolygonF([QPointF(x, tip), QPointF(x - reach, base), QPointF(x + reach, base)]))


# --- marks at the axis ---------------------------------------------------------------------------------------------


def paint_marks(painter: QPainter, frame: Frame, trend: Trend, look: Look, height: float) -> None:
    """The numbers of what happened, in a row below the plot at their days; the list beside them says what."""
    if not shows_marks(trend, height, look):
        return
    size = look.px(MARK)
    top = frame.plot.bottom() + look.px(4)
    centers = mark_places(frame, trend.marks, size, look)
    for mark, x in zip(trend.marks, centers, strict=True):
        day = frame.x(mark.x)
        painter.setPen(QPen(look.color("strong_border"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(day, frame.plot.top(), day, frame.plot.bottom()))
        painter.setPen(QPen(look.color("faint"), 1))
        painter.drawLine(QLineF(day, frame.plot.bottom(), x, top))
        paint_mark(painter, QRectF(x - size / 2, top, size, size), mark.number, mark.kind, look)


def mark_places(frame: Frame, marks: Sequence[TrendMark], size: float, look: Look) -> tuple[float, ...]:
    """Where the numbers stand: at their days, moved apart where they would touch."""
    wanted = [frame.x(mark.x) for mark in marks]
    return spread(wanted, size + look.px(2), frame.plot.left(), frame.plot.right())


def paint_mark(painter: QPainter, box: QRectF, number: int, kind: MarkKind, look: Look) -> None:
    """One number in the shape of its kind: a note round, an initiative square, a new start of limits in a frame."""
    painter.setPen(QPen(look.color("muted"), 1.2))
    painter.setBrush(look.color("surface") if kind == "limits" else look.color("muted"))
    corner = box.height() / 2 if kind == "note" else 3
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), corner, corner)
    ink = look.color("muted" if kind == "limits" else "surface")
    draw_text(painter, box, str(number), look.font(10, SEMIBOLD), ink, CENTER)


def paint_mark_line(painter: QPainter, box: QRectF, mark: TrendMark, day: str, look: Look) -> None:
    """One line of the list of marks: its number, its day and its words."""
    size = min(look.px(MARK), box.height())
    paint_mark(painter, QRectF(box.left(), box.center().y() - size / 2, size, size), mark.number, mark.kind, look)
    font = look.font(12)
    date_box = QRectF(box.left() + size + look.px(8), box.top(), look.px(86), box.height())
    draw_text(painter, date_box, day, font, look.color("muted"), RIGHT)
    words = QRectF(
        date_box.right() + look.px(12), box.top(), box.right() - date_box.right() - look.px(12), box.height()
    )
    draw_text(painter, words, mark.text, font, look.color("ink"))
