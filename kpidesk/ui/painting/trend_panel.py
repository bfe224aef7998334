"""One small chart among many on the same scale: the line of one rep, the grey line of all, and how many rows."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from kpidesk.core.formats import count_text
from kpidesk.core.trends import Trend
from kpidesk.ui.painting.axis import period_labels, round_ticks, tick_texts
from kpidesk.ui.painting.look import CENTER, LEFT, RIGHT, SEMIBOLD, Look, draw_text, width_of
from kpidesk.ui.painting.trend_chart import paint_values
from kpidesk.ui.painting.trend_frame import Frame
from kpidesk.ui.painting.trend_layers import paint_line

HEAD, FOOT = 22, 20
TICKS = 3


def paint_panel(
    painter: QPainter, rect: QRectF, trend: Trend, look: Look, name: str, span: tuple[float, float]
) -> None:
    """Draw a panel into `rect`: name and sample above, the lines on the scale `span`, first and last period below."""
    _paint_head(painter, rect, trend, look, name)
    ticks = round_ticks(*span, TICKS)
    small, texts = look.font(11), tick_texts(ticks, trend.kpi, trend.currency)
    left = max(width_of(small, text) for text in texts) + look.px(8)
    plot = rect.adjusted(left, look.px(HEAD + 8), -look.px(8), -look.px(FOOT))
    frame = Frame(plot, ticks, len(trend.points))
    for tick, text in zip(ticks, texts, strict=True):
        y = frame.y(tick)
        painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), look.color("grid"))
        draw_text(painter, QRectF(rect.left(), y - look.px(8), left - look.px(6), look.px(16)), text, small,
                  look.color("muted"), RIGHT)  # fmt: skip
    _paint_periods(painter, frame, trend, look)
    target = trend.points[-1].target if trend.points else None
    if frame.holds(target):
        painter.setPen(QPen(look.color("good"), 1.4))
        painter.drawLine(frame.at(0, target), frame.at(len(trend.points) - 1, target))
    for line in trend.lines:
        paint_line(painter, frame, line, look)
    paint_values(painter, frame, trend, look)


def newest_words(trend: Trend) -> tuple[str, str]:
    """The newest value with what it rests on, or with its period where that is not the newest one."""
    last = next((point for point in reversed(trend.points) if point.result.value is not None), None)
    if last is None:
        return "no value", ""
    if last is not trend.points[-1]:
        return last.value_text, last.period.label  # there is no room for both beside a name
    return last.value_text, last.sample_text or f"n {count_text(last.result.n)}"


def _paint_head(painter: QPainter, rect: QRectF, trend: Trend, look: Look, name: str) -> None:
    """The name at the left, the newest value and what it rests on, or when it was, at the right."""
    value, rests = newest_words(trend)
    line = QRectF(rect.left(), rect.top(), rect.width(), look.px(HEAD))
    strong, small = look.font(13, SEMIBOLD), look.font(12)
    wide = width_of(small, rests)
    draw_text(painter, line, rests, small, look.color("muted"), RIGHT)
    line.setRight(line.right() - wide - look.px(8))
    draw_text(painter, line, value, strong, look.color("ink"), RIGHT)
    line.setRight(line.right() - width_of(strong, value) - look.px(10))
    draw_text(painter, line, name, strong, look.color("ink"), LEFT)


def _paint_periods(painter: QPainter, frame: Frame, trend: Trend, look: Look) -> None:
    """The names of the first and the last period."""
    labels = period_labels([point.period for point in trend.points], frame.plot.width(), look.px(44))
    for at, short, year in {labels[0], labels[-1]} if labels else ():
        width = look.px(64)
        box = QRectF(frame.x(at) - width / 2, frame.plot.bottom() + look.px(4), width, look.px(15))
        words = f"{short} {year}".strip() if at == labels[0][0] else short
        draw_text(painter, box, words, look.font(11), look.color("muted"), CENTER)
