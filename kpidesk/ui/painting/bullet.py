"""The bullet graph: a value from zero over shaded bands, against target, baseline and today's pace."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from kpidesk.core.kpis import Direction
from kpidesk.core.scorecards import Row
from kpidesk.core.status import Status
from kpidesk.ui.painting.look import Look
from kpidesk.ui.theme import tint

TARGET_AT = 0.72  # where the target stands, so that the ticks of all rows are in line
BAR_SHARE = 0.42
TICK = 3.5
CUT_AT = 1.8  # a value further above the target than this ends in an arrow


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the scale and its shade (`band_low`, `band_mid`, `band_high`), as shares of the width."""

    start: float
    end: float
    shade: str


@dataclass(frozen=True, slots=True)
class Bullet:
    """A bullet graph as shares of its width, 0 at the left; None where there is no such mark.

    `zero` is where the bar begins. `cut`: the value lies beyond the scale.
    """

    bands: tuple[Band, ...]
    value: float | None
    target: float | None
    baseline: float | None
    expected: float | None
    zero: float = 0.0
    cut: bool = False


def bullet_of(row: Row) -> Bullet | None:
    """The bullet graph of a row; None when there is neither a target nor a baseline to compare with."""
    value, goal = row.result.value, row.target
    base = row.baseline.value if row.baseline is not None else None
    if goal is None and base is None:
        return None
    tiers = (goal.minimum, goal.target, goal.stretch) if goal is not None else None
    low, high = _scale(value, tiers, base)
    if high <= low:
        return None

    def at(number: float | None) -> float | None:
        return None if number is None else min(1.0, max(0.0, (number - low) / (high - low)))

    return Bullet(
        bands=_bands(row.kpi.direction, tiers, low, high),
        value=at(value),
        target=at(tiers[1]) if tiers else None,
        baseline=at(base),
        expected=at(row.expected),
        zero=at(0.0) or 0.0,
        cut=value is not None and value > high,
    )


def _scale(value: float | None, tiers: tuple[float, float, float] | None, base: float | None) -> tuple[float, float]:
    marks = [number for number in (*(tiers or ()), base) if number is not None]
    low = min(0.0, *marks, value if value is not None else 0.0)
    if tiers is None:
        return low, max([*marks, value or 0.0]) / TARGET_AT
    high = max(tiers[1] / TARGET_AT, *(number * 1.04 for number in marks))
    if value is not None and value > high:
        high = max(high, min(value * 1.02, tiers[1] * CUT_AT))
    return low, high


def _bands(direction: Direction, tiers: tuple[float, float, float] | None, low: float, high: float) -> tuple[Band, ...]:
    if tiers is None:
        return (Band(0.0, 1.0, "band_high"),)
    first, goal, last = (min(1.0, max(0.0, (one - low) / (high - low))) for one in tiers)
    if direction == "lower":
        return (Band(0.0, last, "band_best"), Band(last, goal, "band_high"), Band(goal, first, "band_mid"),
                Band(first, 1.0, "band_low"))  # fmt: skip
    if direction == "range":
        return Band(0.0, first, "band_low"), Band(first, last, "band_high"), Band(last, 1.0, "band_low")
    return (Band(0.0, first, "band_low"), Band(first, goal, "band_mid"), Band(goal, last, "band_high"),
            Band(last, 1.0, "band_best"))  # fmt: skip


def paint_bullet(painter: QPainter, rect: QRectF, bullet: Bullet, status: Status, look: Look, ground: QColor) -> None:
    """Draw into `rect`; `ground` is the colour behind it, used as the halo that keeps marks apart."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    groove = _groove(rect, look)
    _paint_bands(painter, groove, bullet, look)
    _paint_bar(painter, groove, bullet, tint(look.tokens, status).mark, look, ground)
    if bullet.baseline is not None:
        _tick(painter, groove, bullet.baseline, 1.5, 0.0, look.color("baseline"), ground)
    if bullet.target is not None:
        _tick(painter, groove, bullet.target, TICK, look.px(2), look.color("target"), ground)
    if bullet.expected is not None:
        _paint_pace(painter, groove, bullet.expected, look, ground)
    painter.restore()


def _groove(rect: QRectF, look: Look) -> QRectF:
    height = min(rect.height() - look.px(4), look.px(16))
    return QRectF(rect.left(), rect.center().y() - height / 2, rect.width(), height)


def _paint_bands(painter: QPainter, groove: QRectF, bullet: Bullet, look: Look) -> None:
    shape = QPainterPath()
    shape.addRoundedRect(groove, look.px(3), look.px(3))
    painter.save()
    painter.setClipPath(shape)
    for band in bullet.bands:
        left = groove.left() + band.start * groove.width()
        width = (band.end - band.start) * groove.width()
        painter.fillRect(QRectF(left, groove.top(), width, groove.height()), _shade(band, look))
    painter.restore()


def _shade(band: Band, look: Look) -> QColor:
    return look.color("band_high", 0.5) if band.shade == "band_best" else look.color(band.shade)


def _paint_bar(painter: QPainter, groove: QRectF, bullet: Bullet, color: QColor, look: Look, ground: QColor) -> None:
    if bullet.value is None:
        return
    height = groove.height() * BAR_SHARE
    left = groove.left() + min(bullet.zero, bullet.value) * groove.width()
    width = abs(bullet.value - bullet.zero) * groove.width()
    bar = QRectF(left, groove.center().y() - height / 2, max(width, 1.5), height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRect(bar.adjusted(0, -1, 1, 1))
    painter.setBrush(color)
    radius = min(look.px(1.5), bar.width() / 2)
    painter.drawRoundedRect(bar, radius, radius)
    if bullet.cut:
        tip, reach = QPointF(groove.right() + look.px(5), groove.center().y()), look.px(5)
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-reach, -reach), tip + QPointF(-reach, reach)]))


def _tick(
    painter: QPainter, groove: QRectF, at: float, width: float, over: float, color: QColor, ground: QColor
) -> None:
    x = groove.left() + at * groove.width()
    mark = QRectF(x - width / 2, groove.top() - over, width, groove.height() + 2 * over)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRect(mark.adjusted(-1, 0, 1, 0))
    painter.setBrush(color)
    painter.drawRoundedRect(mark, min(1.0, width / 2), min(1.0, width / 2))


def _paint_pace(painter: QPainter, groove: QRectF, at: float, look: Look, ground: QColor) -> None:
    """A small arrowhead from above: where the value should be today."""
    x, reach = groove.left() + at * groove.width(), look.px(4)
    top = groove.top() - look.px(3)
    head = QPolygonF([QPointF(x - reach, top), QPointF(x + reach, top), QPointF(x, top + reach * 1.35)])
    painter.setPen(ground)
    painter.setBrush(look.color("ink"))
    painter.drawPolygon(head)
