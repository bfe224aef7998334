"""The funnel plot: every rep's value against how much it rests on, between the lines of what luck alone does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from kpidesk.core.kpis import Kpi
from kpidesk.core.peers import USUAL, Comparison, Limit, Peer, PeerGroup
from kpidesk.core.wording import capital
from kpidesk.ui.painting.axis import round_ticks, tick_texts
from kpidesk.ui.painting.look import CENTER, LEFT, MEDIUM, RIGHT, SEMIBOLD, Look, draw_text, width_of

REACH = 5.0
MOST_NAMED = 14
NAME_HEIGHT = 16
_Box = tuple[QRectF, Qt.AlignmentFlag]
RARE = "998 in 1,000"


@dataclass(frozen=True, slots=True)
class FunnelFrame:
    """Where sizes and values lie inside the rectangle; `values` and `sizes` are the ticks of the two axes.

    The axis of sizes goes from 0 to `last`.
    """

    plot: QRectF
    last: float
    sizes: tuple[float, ...]
    values: tuple[float, ...]

    def x(self, size: float) -> float:
        """How far to the right a size stands; the axis begins at 0."""
        return self.plot.left() + size / self.last * self.plot.width()

    def y(self, value: float) -> float:
        """How high a value stands."""
        low, high = self.values[0], self.values[-1]
        return self.plot.bottom() - (value - low) / (high - low) * self.plot.height()

    def at(self, peer: Peer) -> QPointF | None:
        """Where somebody stands; None without a value."""
        return None if peer.value is None else QPointF(self.x(peer.size), self.y(peer.value))


def funnel_frame(rect: QRectF, group: PeerGroup, kpi: Kpi, look: Look, currency: str) -> FunnelFrame | None:
    """Lay a funnel plot out; None where nobody has a value."""
    known = [peer for peer in group.peers if peer.value is not None]
    if not known:
        return None
    most = max(peer.size for peer in known)
    numbers = [value for peer in known for value in _seen(peer, with_range=not group.limits)]
    # the lines run wide where there are few rows, so only their inner part sets the scale
    limits = [one for one in group.limits if one.size >= min(peer.size for peer in known)]
    numbers += [end for one in limits for end in (one.low, one.high)]
    low, high = min(numbers), max(numbers)
    if 0 <= low < 0.6 * high:
        low = 0.0
    values = round_ticks(low, high, 5)
    last = group.limits[-1].size if group.limits else most * 1.08
    sizes = tuple(one for one in round_ticks(0.0, last, 6) if one <= last)
    names = tick_texts(values, kpi, currency)
    left = max(width_of(look.font(12), text) for text in names) + look.px(14)
    labels = (USUAL, group.middle_words) if group.limits else (group.middle_words,)
    right = max(width_of(look.font(12, SEMIBOLD), text) for text in labels) + look.px(12)
    return FunnelFrame(rect.adjusted(left, look.px(10), -right, -look.px(46)), last, sizes, values)


def _seen(peer: Peer, *, with_range: bool) -> list[float]:
    ends = [peer.low, peer.high] if with_range else []
    return [value for value in (peer.value, *ends) if value is not None]


def paint_funnel(
    painter: QPainter, rect: QRectF, found: Comparison, group: PeerGroup, look: Look, selected: int = -1
) -> FunnelFrame | None:
    """Draw a group into `rect`; `selected` marks one of its peers. Gives the layout, for finding points again."""
    frame = funnel_frame(rect, group, found.kpi, look, found.currency)
    if frame is None:
        draw_text(painter, rect, group.words, look.font(13), look.color("muted"), CENTER)
        return None
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_axes(painter, frame, found, look)
    painter.save()
    painter.setClipRect(frame.plot.adjusted(-1, -1, 1, 1))
    _paint_limits(painter, frame, group.limits, look)
    painter.restore()
    _paint_common(painter, frame, group, look)
    _paint_points(painter, frame, group, look, selected)
    _paint_names(painter, frame, group, look, selected)
    painter.restore()
    return frame


def _paint_axes(painter: QPainter, frame: FunnelFrame, found: Comparison, look: Look) -> None:
    small, quiet = look.font(12), look.color("muted")
    texts = tick_texts(frame.values, found.kpi, found.currency)
    for value, text in zip(frame.values, texts, strict=True):
        y = frame.y(value)
        painter.setPen(QPen(look.color("grid"), 1))
        painter.drawLine(QLineF(frame.plot.left(), y, frame.plot.right(), y))
        box = QRectF(frame.plot.left() - look.px(130), y - look.px(9), look.px(120), look.px(18))
        draw_text(painter, box, text, small, quiet, RIGHT)
    for size in frame.sizes:
        box = QRectF(frame.x(size) - look.px(40), frame.plot.bottom() + look.px(5), look.px(80), look.px(17))
        draw_text(painter, box, f"{size:,.0f}", small, quiet, CENTER)
    box = QRectF(frame.plot.left(), frame.plot.bottom() + look.px(23), frame.plot.width(), look.px(18))
    draw_text(painter, box, capital(found.size_words), small, quiet, CENTER)


def _paint_limits(painter: QPainter, frame: FunnelFrame, limits: Sequence[Limit], look: Look) -> None:
    if not limits:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("accent", 0.07))
    painter.drawPolygon(_band(frame, limits, far=True))
    painter.drawPolygon(_band(frame, limits, far=False))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for far, dashes in ((True, [2.0, 3.0]), (False, [6.0, 3.0])):
        pen = QPen(look.color("accent", 0.75), 1.2)
        pen.setDashPattern(dashes)
        painter.setPen(pen)
        for upper in (False, True):
            painter.drawPolyline(QPolygonF([_end(frame, one, far=far, upper=upper) for one in limits]))


def _end(frame: FunnelFrame, one: Limit, *, far: bool, upper: bool) -> QPointF:
    value = (one.far_high if upper else one.far_low) if far else (one.high if upper else one.low)
    return QPointF(frame.x(one.size), frame.y(value))


def _band(frame: FunnelFrame, limits: Sequence[Limit], *, far: bool) -> QPolygonF:
    above = [_end(frame, one, far=far, upper=True) for one in limits]
    below = [_end(frame, one, far=far, upper=False) for one in reversed(limits)]
    return QPolygonF([*above, *below])


def _paint_common(painter: QPainter, frame: FunnelFrame, group: PeerGroup, look: Look) -> None:
    """The common value as a line with its name, and what the two pairs of lines mean, at the right end."""
    if group.middle is None:
        return
    y = frame.y(group.middle)
    painter.setPen(QPen(look.color("ink"), 1.4))
    painter.drawLine(QLineF(frame.plot.left(), y, frame.plot.right(), y))
    labels = [(y, group.middle_words, "ink")]
    if group.limits:
        last = group.limits[-1]
        labels += [(frame.y(last.high), USUAL, "accent_ink"), (frame.y(last.far_high), RARE, "accent_ink")]
    least = frame.plot.bottom() + look.px(NAME_HEIGHT)
    for wanted, text, color in labels:
        middle = min(wanted, least - look.px(NAME_HEIGHT))
        least = middle
        if middle < frame.plot.top() - look.px(2):
            continue
        box = QRectF(frame.plot.right() + look.px(6), middle - look.px(8), look.px(140), look.px(16))
        draw_text(painter, box, text, look.font(12, SEMIBOLD if color == "ink" else MEDIUM), look.color(color), LEFT)


def _paint_points(painter: QPainter, frame: FunnelFrame, group: PeerGroup, look: Look, selected: int) -> None:
    for at, peer in enumerate(group.peers):
        spot = frame.at(peer)
        if spot is None:
            continue
        if peer.low is not None and peer.high is not None and (not group.limits or at == selected):
            painter.setPen(QPen(look.color("spark", 1.0 if at == selected else 0.45), 1.4))
            painter.drawLine(QLineF(spot.x(), frame.y(max(peer.low, frame.values[0])),
                                    spot.x(), frame.y(min(peer.high, frame.values[-1]))))  # fmt: skip
        if at == selected:
            painter.setPen(QPen(look.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(spot, look.px(REACH + 4), look.px(REACH + 4))
        _paint_mark(painter, spot, peer, look)


def _paint_mark(painter: QPainter, spot: QPointF, peer: Peer, look: Look) -> None:
    """A round mark inside the lines, a triangle that points up or down outside, a ring where it is too early."""
    reach = look.px(REACH)
    painter.setPen(QPen(look.color("surface"), 1.2))
    if peer.place in ("", "inside"):
        if not peer.place:
            painter.setPen(QPen(look.color("spark"), 1.6))
        painter.setBrush(look.color("spark" if peer.place else "surface"))
        painter.drawEllipse(spot, reach, reach)
        return
    way = -1 if peer.place.endswith("above") else 1
    painter.setBrush(look.color("accent"))
    size = reach * 1.35
    painter.drawPolygon(QPolygonF([
        QPointF(spot.x(), spot.y() + way * size), QPointF(spot.x() - size, spot.y() - way * size * 0.8),
        QPointF(spot.x() + size, spot.y() - way * size * 0.8),
    ]))  # fmt: skip


def _paint_names(painter: QPainter, frame: FunnelFrame, group: PeerGroup, look: Look, selected: int) -> None:
    """Names beside the points, in a crowd at the end of a line: of all where they are few, else of those outside."""
    font, taken = look.font(12, MEDIUM), list[QRectF]()
    spots = [(at, peer, spot) for at, peer in enumerate(group.peers) if (spot := frame.at(peer)) is not None]
    marks = [_around(spot, look) for _, _, spot in spots]
    line = [] if group.middle is None else [QRectF(frame.plot.left(), frame.y(group.middle), frame.plot.width(), 1)]
    order = sorted(spots, key=lambda one: (one[0] != selected, one[1].place in ("", "inside")))
    for at, peer, spot in order:
        if len(spots) > MOST_NAMED and at != selected and peer.place in ("", "inside"):
            continue
        boxes = _boxes(spot, width_of(font, peer.name) + 2, look.px(REACH + (8 if at == selected else 4)), look)
        others = [mark for mark, one in zip(marks, spots, strict=True) if one[0] != at]
        found = _free(boxes, frame.plot, (*taken, *others, *([] if at == selected else line)))
        if found is None:
            far = _far_boxes(spot, boxes[0][0].width(), frame.plot, look)
            found = _free(far, frame.plot, (*taken, *marks))
            if found is not None:
                _paint_leader(painter, spot, found[0], look)
        if found is not None:
            taken.append(found[0])
            draw_text(painter, found[0], peer.name, font, look.color("ink" if at == selected else "muted"), found[1])


def _free(boxes: Sequence[_Box], plot: QRectF, taken: Sequence[QRectF]) -> _Box | None:
    """The first place inside the plot that touches nothing; None where there is none."""
    inside = (one for one in boxes if one[0].left() >= plot.left() and one[0].right() <= plot.right() + 4)
    return next((one for one in inside if not any(one[0].intersects(other) for other in taken)), None)


def _around(spot: QPointF, look: Look) -> QRectF:
    reach = look.px(REACH)
    return QRectF(spot.x() - reach, spot.y() - reach, 2 * reach, 2 * reach)


def _boxes(spot: QPointF, width: float, gap: float, look: Look) -> list[_Box]:
    """Where a name may stand: to the right of its point, to the left, above, below, then aslant of it."""
    high = look.px(NAME_HEIGHT)
    top = spot.y() - high / 2
    right, left = spot.x() + gap * 0.6, spot.x() - gap * 0.6 - width
    return [
        (QRectF(spot.x() + gap, top, width, high), LEFT), (QRectF(spot.x() - gap - width, top, width, high), RIGHT),
        (QRectF(spot.x() - width / 2, spot.y() - gap - high + look.px(3), width, high), CENTER),
        (QRectF(spot.x() - width / 2, spot.y() + gap - look.px(3), width, high), CENTER),
        *((QRectF(right, top + up * 0.8 * high, width, high), LEFT) for up in (-1, 1)),
        *((QRectF(left, top + up * 0.8 * high, width, high), RIGHT) for up in (-1, 1)),
    ]  # fmt: skip


def _far_boxes(spot: QPointF, width: float, plot: QRectF, look: Look) -> list[_Box]:
    """Where a name may stand in a crowd, with a line to its point: ever further above and below."""
    high = look.px(NAME_HEIGHT)
    tops = [spot.y() + way * step * high - high / 2 for step in range(2, 8) for way in (-1, 1)]
    inside = [top for top in tops if plot.top() <= top <= plot.bottom() - high]
    return [(QRectF(spot.x() - width * part, top, width, high), CENTER)
            for top in inside for part in (0.5, 0.0, 1.0)]  # fmt: skip


def _paint_leader(painter: QPainter, spot: QPointF, box: QRectF, look: Look) -> None:
    is_above = box.center().y() < spot.y()
    start = spot.y() + look.px(REACH) * (-1 if is_above else 1)
    end = box.bottom() if is_above else box.top()
    painter.setPen(QPen(look.color("faint"), 1))
    painter.drawLine(QLineF(spot.x(), start, min(max(spot.x(), box.left() + 4), box.right() - 4), end))


def nearest_peer(frame: FunnelFrame, group: PeerGroup, place: QPointF, reach: float) -> int:
    """The number of the peer whose point is nearest, within a distance; -1 for none."""
    best, found = reach, -1
    for at, peer in enumerate(group.peers):
        spot = frame.at(peer)
        if spot is not None and (far := QLineF(spot, place).length()) <= best:
            best, found = far, at
    return found
