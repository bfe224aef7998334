"""A trend drawn with one painter: value line, stepped goals, baseline, gaps, the period that is not over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from kpidesk.core.formats import format_interval, format_value
from kpidesk.core.trend_words import heading_text, usual_text
from kpidesk.core.trends import Trend, TrendPoint
from kpidesk.ui.painting.axis import AxisLabel, period_labels, round_ticks, spread, tick_texts, value_range
from kpidesk.ui.painting.look import CENTER, LEFT, MEDIUM, REGULAR, RIGHT, SEMIBOLD, Look, draw_text, width_of
from kpidesk.ui.painting.trend_beyond import paint_beyond
from kpidesk.ui.painting.trend_frame import Frame, line_pieces
from kpidesk.ui.painting.trend_layers import MARK_ROW, paint_layers, paint_marks, paint_signals, shows_marks
from kpidesk.ui.painting.trend_marks import (
    ROW,
    label_rows,
    paint_ahead,
    paint_ahead_label,
    paint_break_labels,
    paint_breaks,
    spare_periods,
)

LINE = 2.0
LABEL_STEP = 16
Tier = Callable[[TrendPoint], float | None]


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A word at the right end of a line: which value, what it says, in which colour (token name)."""

    value: float
    text: str
    color: str
    bold: bool = False


def frame_of(rect: QRectF, trend: Trend, look: Look, currency: str) -> Frame:
    """Lay out a chart: axis labels at the left and below, line labels at the right, the plot in between."""
    return lay_out(rect, trend, look, currency, value_range(trend), end_labels(trend, currency))


def lay_out(
    rect: QRectF, trend: Trend, look: Look, currency: str, span: tuple[float, float], labels: Sequence[EndLabel]
) -> Frame:
    """Lay out a chart for a range of values and the labels at its right end, which get a third of it at most."""
    ticks = round_ticks(*span, 4 if rect.height() < look.px(240) else 5)
    small = look.font(12)
    left = max(width_of(small, text) for text in tick_texts(ticks, trend.kpi, currency)) + look.px(12)
    longest = max((width_of(look.font(12, SEMIBOLD), label.text) for label in labels), default=0.0)
    right = min(longest + look.px(22 if labels else 8), rect.width() / 3)
    above = look.px(10 + ROW * label_rows(trend, rect.height(), look))
    marks = look.px(MARK_ROW) if shows_marks(trend, rect.height(), look) else 0.0
    count = len(trend.points) + spare_periods(trend)
    return Frame(rect.adjusted(left, above, -right, -look.px(40) - marks), ticks, count, marks)


def end_labels(trend: Trend, currency: str) -> tuple[EndLabel, ...]:
    """The names of the lines with the value each has at its end."""
    if not trend.points:
        return ()
    unit = trend.kpi.display
    minimum, target, stretch = trend.points[-1].tiers
    found = []
    for word, value, color in (
        ("Stretch", stretch, "muted"),
        ("Target", target, "good_ink"),
        ("Minimum", minimum, "muted"),
        ("Baseline", trend.baseline.value if trend.baseline else None, "muted"),
    ):
        if value is not None:
            found.append(EndLabel(value, f"{word} {format_value(value, unit, currency)}", color, word == "Target"))
    return (*found, *_part_labels(trend, currency))


def _part_labels(trend: Trend, currency: str) -> Iterator[EndLabel]:
    """The names of what explains a trend, at the height at which each ends."""
    unit, running, last = trend.kpi.display, trend.running, trend.points[-1]
    if last.partial and trend.kpi.prorated and last.result.value is not None:
        yield EndLabel(last.result.value, f"So far {last.value_text}", "accent_ink")
    if (then := trend.by_then) is not None and then.value is not None:
        yield EndLabel(then.value, f"{then.period.label} by then {then.value_text}", "muted")
    if running is not None and running.point is not None:
        yield EndLabel(running.point, f"Heading for {heading_text(trend, running)}", "accent_ink", bold=True)
    for line in trend.drawn_lines:
        end = next(((v, t) for v, t in zip(line.values[::-1], line.texts[::-1], strict=True) if v is not None), None)
        if end is not None:
            name = f"{line.name}, by then" if line.kind == "year" and last.partial else line.name
            yield EndLabel(end[0], f"{name} {end[1].partition(' in ')[0]}", "muted")
    band = trend.usual if trend.shows("usual") else None
    at = next((at for at in reversed(range(len(trend.points))) if band is not None and band.at(at)), None)
    if band is not None and at is not None and (ends := band.at(at)) is not None:
        word = "Usual range, trial" if band.trial else "Usual range"
        yield EndLabel(ends[1], f"{word} {usual_text(trend, at)}", "muted")
    mark = trend.benchmark if trend.shows("benchmark") else None
    if mark is not None and (value := mark.high if mark.high is not None else mark.low) is not None:
        both = (mark.low if mark.low is not None else value, value)
        told = format_interval(both, unit, currency) if both[0] != both[1] else format_value(value, unit, currency)
        yield EndLabel(value, f"Benchmark {told}", "watch_ink")


def paint_trend(
    painter: QPainter, rect: QRectF, trend: Trend, look: Look, currency: str = "", selected: int | None = None
) -> Frame:
    """Draw a trend into `rect`; `selected` marks one period. Gives the layout, for finding points again."""
    frame = frame_of(rect, trend, look, currency)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_axes(painter, frame, trend, look, currency)
    paint_layers(painter, frame, trend, look)
    paint_marks(painter, frame, trend, look, rect.height())
    _paint_goals(painter, frame, trend, look)
    _paint_baseline(painter, frame, trend, look)
    _paint_start(painter, frame, trend, look)
    paint_breaks(painter, frame, trend, look)
    paint_words_above(painter, frame, trend, look)
    paint_ahead(painter, frame, trend, look)
    if selected is not None and 0 <= selected < len(trend.points):
        painter.setPen(QPen(look.color("faint"), 1))
        painter.drawLine(QLineF(frame.x(selected), frame.plot.top(), frame.x(selected), frame.plot.bottom()))
    paint_values(painter, frame, trend, look, selected)
    paint_signals(painter, frame, trend, look)
    paint_end_labels(painter, frame, end_labels(trend, currency), rect.right(), look)
    painter.restore()
    return frame


def paint_axes(painter: QPainter, frame: Frame, trend: Trend, look: Look, currency: str) -> None:
    """Draw grid lines with their values at the left and the names of the periods below."""
    small, quiet = look.font(12), look.color("muted")
    for tick, text in zip(frame.ticks, tick_texts(frame.ticks, trend.kpi, currency), strict=True):
        y = frame.y(tick)
        painter.setPen(QPen(look.color("grid"), 1))
        painter.drawLine(QLineF(frame.plot.left(), y, frame.plot.right(), y))
        label = QRectF(0, y - look.px(9), frame.plot.left() - look.px(10), look.px(18))
        draw_text(painter, label, text, small, quiet, RIGHT)
    width = look.px(44)
    for label_at in period_labels([point.period for point in trend.points], frame.plot.width(), width):
        _paint_period(painter, frame, label_at, look, width)


def _paint_period(painter: QPainter, frame: Frame, label: AxisLabel, look: Look, width: float) -> None:
    i, name, year = label
    top = frame.plot.bottom() + look.px(6) + frame.below
    box = QRectF(frame.x(i) - width / 2, top, width, look.px(16))
    draw_text(painter, box, name, look.font(12), look.color("muted"), CENTER)
    if year:
        draw_text(painter, box.translated(0, look.px(15)), year, look.font(12), look.color("muted"), CENTER)


def goal_steps(points: Sequence[TrendPoint], tier: Tier) -> list[list[tuple[float, float]]]:
    """A goal as step lines in (period, value), each from half a period before to half a period after.

    A period without the goal ends the line; the next one that has it begins another.
    """
    lines: list[list[tuple[float, float]]] = []
    open_line = False
    for i, point in enumerate(points):
        value = tier(point)
        if value is None:
            open_line = False
            continue
        if not open_line:
            lines.append([])
        open_line = True
        lines[-1] += [(i - 0.5, value), (i + 0.5, value)]
    return lines


def _paint_goals(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    targets = goal_steps(trend.points, lambda point: point.target)
    beyond = goal_steps(trend.points, lambda point: point.stretch)
    if len(targets) == len(beyond):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("good", 0.09))
        for lower, upper in zip(targets, beyond, strict=True):
            if len(lower) == len(upper):
                painter.drawPolygon(_polygon(frame, [*lower, *reversed(upper)]))
    for tier, pen in (
        (lambda point: point.minimum, _pen(look.color("baseline"), 1.2, (1.0, 2.6))),
        (lambda point: point.stretch, _pen(look.color("good", 0.75), 1.1)),
        (lambda point: point.target, _pen(look.color("good"), 1.9)),
    ):
        painter.setPen(pen)
        for steps in goal_steps(trend.points, tier):
            painter.drawPolyline(_polygon(frame, steps))


def _polygon(frame: Frame, steps: Sequence[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(frame.x(i), frame.y(value)) for i, value in steps])


def _pen(color: QColor, width: float, dashes: tuple[float, ...] = ()) -> QPen:
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashes:
        pen.setDashPattern(list(dashes))
    return pen


def _paint_baseline(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    if trend.baseline is not None:
        y = frame.y(trend.baseline.value)
        painter.setPen(_pen(look.color("baseline"), 1.3, (4.5, 3.2)))
        painter.drawLine(QLineF(frame.plot.left(), y, frame.plot.right(), y))


def _paint_start(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """A dotted upright where the data begins inside a period."""
    for i, point in enumerate(trend.points):
        if point.starts_inside:
            x = frame.x(i)
            painter.setPen(_pen(look.color("watch"), 1.2, (1.5, 2.5)))
            painter.drawLine(QLineF(x, frame.plot.top() - look.px(4), x, frame.plot.bottom()))


def paint_words_above(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """Say above the plot where the data begins, where the definition changed, and what the broken line is."""
    _paint_start_label(painter, frame, trend, look)
    paint_break_labels(painter, frame, trend, look)
    paint_ahead_label(painter, frame, trend, look)


def _paint_start_label(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """Say above the plot where the data begins inside a period."""
    for i, point in enumerate(trend.points):
        if point.starts_inside:
            x = frame.x(i)
            words = "Data starts in this period" if frame.plot.height() > look.px(160) else "Data starts"
            font = look.font(11, MEDIUM)
            width = width_of(font, words) + look.px(4)
            left = min(max(frame.plot.left(), x - look.px(2)), frame.plot.right() - width)
            box = QRectF(left, frame.plot.top() - look.px(23), width, look.px(16))
            draw_text(painter, box, words, font, look.color("watch_ink"), LEFT)


def paint_values(painter: QPainter, frame: Frame, trend: Trend, look: Look, selected: int | None = None) -> None:
    """Draw the values as a line with points, broken where the definition changed.

    Where a period is not over the point is hollow, and stands apart from the line where it still adds up.
    """
    for at, piece in line_pieces(frame, trend):
        painter.setPen(_pen(look.color("accent"), LINE, (2.6, 2.0) if trend.points[at].partial else ()))
        painter.drawLine(piece)
    for i, point in enumerate(trend.points):
        if frame.holds(point.result.value):
            reach = look.px(5.0 if i == selected else 4.0) if point.partial or i == selected else look.px(3.2)
            _paint_point(painter, frame.at(i, point.result.value), look, frame.reach(reach), hollow=point.partial)
    paint_beyond(painter, frame, trend, look)


def _paint_point(painter: QPainter, center: QPointF, look: Look, reach: float, *, hollow: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("surface"))
    painter.drawEllipse(center, reach * 1.55, reach * 1.55)
    if hollow:
        painter.setPen(QPen(look.color("accent"), 2.0))
        painter.drawEllipse(center, reach - 0.6, reach - 0.6)
    else:
        painter.setBrush(look.color("accent"))
        painter.drawEllipse(center, reach, reach)


def paint_end_labels(painter: QPainter, frame: Frame, labels: Sequence[EndLabel], right: float, look: Look) -> None:
    """Draw the names of the lines between the plot and `right`, moved apart where they would touch."""
    wanted = [frame.y(label.value) for label in labels]
    step = look.px(LABEL_STEP)
    for label, line, place in zip(
        labels, wanted, spread(wanted, step, frame.plot.top(), frame.plot.bottom()), strict=True
    ):
        left = frame.plot.right() + look.px(14)
        if abs(place - line) > 1.5:
            painter.setPen(QPen(look.color("strong_border"), 1))
            painter.drawLine(QLineF(frame.plot.right() + look.px(3), line, left - look.px(3), place))
        box = QRectF(left, place - step / 2, right - left, step)
        weight = SEMIBOLD if label.bold else REGULAR
        draw_text(painter, box, label.text, look.font(12, weight), look.color(label.color), LEFT)
