"""The sparkline: the run of past values, its last point in the colour of the status."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from kpidesk.core.scorecards import SparkPoint
from kpidesk.core.status import Status
from kpidesk.ui.painting.look import Look
from kpidesk.ui.theme import tint

Run = list[QPointF]


def spark_runs(points: Sequence[SparkPoint], rect: QRectF) -> list[Run]:
    """The points in place, as runs without a gap; the first period at the left edge, the last at the right."""
    values = [point.value for point in points if point.value is not None]
    if not values:
        return []
    low, high = min(values), max(values)
    runs: list[Run] = [[]]
    for i, point in enumerate(points):
        if point.value is None:
            runs.append([])
            continue
        x = rect.left() + rect.width() * (i / max(1, len(points) - 1))
        share = (point.value - low) / (high - low) if high > low else 0.5
        runs[-1].append(QPointF(x, rect.bottom() - share * rect.height()))
    return [run for run in runs if run]


def paint_sparkline(
    painter: QPainter, rect: QRectF, points: Sequence[SparkPoint], status: Status, look: Look, ground: QColor, *,
    adds_up: bool = False,
) -> None:  # fmt: skip
    """Draw into `rect`; a gap stays a gap, a period that is not over ends in a hollow dot.

    A broken line leads to that dot, but none where the value still `adds_up`: it would look like a fall.
    """
    dot = look.px(3.2)
    inner = rect.adjusted(1.5, dot + 1, -dot - 1, -dot - 1)
    runs = spark_runs(points, inner)
    if not runs:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    is_open = points[-1].partial and points[-1].value is not None
    for run in runs:
        whole = run[:-1] if is_open and run is runs[-1] else run
        if whole:
            _paint_run(painter, whole, rect.bottom() - 1, look)
    if is_open and not adds_up and len(runs[-1]) > 1:
        pen = QPen(look.color("spark"), look.px(1.5))
        pen.setDashPattern([2.4, 2.0])
        painter.setPen(pen)
        painter.drawLine(runs[-1][-2], runs[-1][-1])
    if points[-1].value is not None:
        mark = tint(look.tokens, status).mark
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawEllipse(runs[-1][-1], dot + 1.6, dot + 1.6)
        if points[-1].partial:
            painter.setPen(QPen(mark, look.px(1.7)))
            painter.drawEllipse(runs[-1][-1], dot - 0.6, dot - 0.6)
        else:
            painter.setBrush(mark)
            painter.drawEllipse(runs[-1][-1], dot, dot)
    painter.restore()


def _paint_run(painter: QPainter, run: Run, floor: float, look: Look) -> None:
    line = look.color("spark")
    if len(run) == 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(line)
        painter.drawEllipse(run[0], look.px(1.6), look.px(1.6))
        return
    area = QPainterPath()
    area.addPolygon(QPolygonF([QPointF(run[0].x(), floor), *run, QPointF(run[-1].x(), floor)]))
    painter.fillPath(area, look.color("spark", 0.10))
    pen = QPen(line, look.px(1.5), j=Qt.PenJoinStyle.RoundJoin, c=Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF(run))
