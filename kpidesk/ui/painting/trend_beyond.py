"""Values outside the scale of a trend: an arrowhead at its edge, and the number where nothing is in the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from kpidesk.core.trends import Trend, TrendPoint
from kpidesk.ui.painting.look import LEFT, MEDIUM, Look, draw_text, width_of
from kpidesk.ui.painting.trend_frame import Frame, line_pieces

HEAD = 4.0
DOT = 6.0
"""How near words may come to the middle of a point."""
ROW, ROWS = 16.0, 3
"""How high words are, and how many rows from the edge they may stand."""
SIZE = 12


def paint_beyond(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """An arrowhead, the value and what it rests on where a point lies outside the scale."""
    outside = [at for at, one in enumerate(trend.points) if _is_outside(frame, one)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("accent"))
    for at in outside:
        painter.drawPolygon(_head(frame, trend.points[at], at, look))
    font, placed = look.font(SIZE, MEDIUM), list[QRectF]()
    taken = [_head(frame, trend.points[at], at, look).boundingRect() for at in outside]
    for at in outside:
        words, box = _place(frame, trend, at, [*taken, *placed], look)
        draw_text(painter, box, words, font, look.color("accent_ink"), LEFT)
        placed.append(box)


def _is_outside(frame: Frame, point: TrendPoint) -> bool:
    return point.result.value is not None and not frame.holds(point.result.value)


def _is_above(frame: Frame, point: TrendPoint) -> bool:
    return (point.result.value or 0.0) > frame.ticks[-1]


def _head(frame: Frame, point: TrendPoint, at: int, look: Look) -> QPolygonF:
    """The arrowhead at the edge of the plot over or under which a value lies."""
    up, reach, x = _is_above(frame, point), look.px(HEAD), frame.x(at)
    y = frame.plot.top() if up else frame.plot.bottom()
    base = y + reach * (1.6 if up else -1.6)
    return QPolygonF([QPointF(x, y), QPointF(x - reach, base), QPointF(x + reach, base)])


def _place(frame: Frame, trend: Trend, at: int, taken: Sequence[QRectF], look: Look) -> tuple[str, QRectF]:
    """What is said of a value outside the scale, and where: without what it rests on only where that has no room."""
    every = list(_places(frame, trend.points[at], at, look))
    inside = [one for one in every if frame.plot.left() <= one[1].left() and one[1].right() <= frame.plot.right()]
    return next((one for one in inside if _is_free(one[1], frame, trend, taken, look)), (inside or every)[0])


def _places(frame: Frame, point: TrendPoint, at: int, look: Look) -> Iterator[tuple[str, QRectF]]:
    """Where the words can stand, the best first: beside the arrowhead, then further from the edge."""
    up, x, high = _is_above(frame, point), frame.x(at), look.px(ROW)
    for words in dict.fromkeys((" · ".join(filter(None, (point.value_text, point.sample_text))), point.value_text)):
        wide = width_of(look.font(SIZE, MEDIUM), words) + look.px(2)
        for row in range(ROWS):
            away = row * high - look.px(1)
            top = frame.plot.top() + away if up else frame.plot.bottom() - away - high
            for left in (x + look.px(8), x - look.px(8) - wide):
                yield words, QRectF(left, top, wide, high)


def _is_free(box: QRectF, frame: Frame, trend: Trend, taken: Sequence[QRectF], look: Look) -> bool:
    """Whether neither a point nor the line of values nor other words lie in a box."""
    dot = look.px(DOT)
    around = box.adjusted(-dot, -dot, dot, dot)
    points = (frame.at(at, one.result.value) for at, one in enumerate(trend.points) if frame.holds(one.result.value))
    return (
        not any(around.contains(point) for point in points)
        and not any(_crosses(piece, box) for _, piece in line_pieces(frame, trend))
        and not any(box.intersects(other) for other in taken)
    )


def _crosses(piece: QLineF, box: QRectF) -> bool:
    """Whether a line from left to right runs through a box."""
    left, right = max(piece.x1(), box.left()), min(piece.x2(), box.right())
    if left > right:
        return False
    heights = [piece.y1() + (x - piece.x1()) / (piece.dx() or 1.0) * piece.dy() for x in (left, right)]
    return min(heights) < box.bottom() and max(heights) > box.top()
