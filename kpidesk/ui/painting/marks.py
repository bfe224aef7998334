"""Status symbols and badges: shape, colour and word together, hollow where the verdict is not certain."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from kpidesk.core.status import Confidence, Status
from kpidesk.ui.painting.look import LEFT, SEMIBOLD, Look, draw_text, width_of
from kpidesk.ui.theme import tint

BADGE_HEIGHT = 24
_SYMBOL = 9


def paint_symbol(
    painter: QPainter, center: QPointF, size: float, status: Status, look: Look, *, hollow: bool = False
) -> None:
    """● on track, ▲ at risk, ◆ off track, – anything else; only the outline when `hollow`."""
    mark = tint(look.tokens, status).mark
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    stroke = max(1.4, size * 0.17)
    painter.setPen(QPen(mark, stroke, j=Qt.PenJoinStyle.RoundJoin) if hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else QBrush(mark))
    reach = (size - (stroke if hollow else 0)) / 2
    if status == "on_track":
        painter.drawEllipse(center, reach, reach)
    elif status == "at_risk":
        painter.drawPolygon(_triangle(center, reach * 1.12))
    elif status == "off_track":
        painter.drawPolygon(diamond(center, reach * 1.22))
    else:
        _paint_grey(painter, center, size, status, mark)
    painter.restore()


def _paint_grey(painter: QPainter, center: QPointF, size: float, status: Status, mark: QColor) -> None:
    """No target is a ring, too few a dotted ring, maturing a half disc, for coaching a square, the rest a dash."""
    ring = QRectF(center.x() - size / 2 + 0.8, center.y() - size / 2 + 0.8, size - 1.6, size - 1.6)
    pen = QPen(mark, max(1.4, size * 0.16))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if status in ("no_target", "maturing"):
        painter.setPen(pen)
        painter.drawEllipse(ring)
        if status == "maturing":
            painter.setBrush(mark)
            painter.drawPie(ring, 90 * 16, -180 * 16)
    elif status == "coaching":
        painter.setPen(pen)
        painter.drawRect(ring.adjusted(0.8, 0.8, -0.8, -0.8))
    elif status == "too_few":
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([1.1, 1.4])
        painter.setPen(pen)
        painter.drawEllipse(ring)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mark)
        bar = QRectF(center.x() - size / 2, center.y() - size * 0.12, size, size * 0.24)
        painter.drawRoundedRect(bar, size * 0.12, size * 0.12)


def _triangle(center: QPointF, reach: float) -> QPolygonF:
    x, y = center.x(), center.y()
    return QPolygonF(
        [QPointF(x, y - reach), QPointF(x + reach, y + reach * 0.82), QPointF(x - reach, y + reach * 0.82)]
    )


def diamond(center: QPointF, reach: float) -> QPolygonF:
    """A square on one of its corners, `reach` from its centre to each."""
    x, y = center.x(), center.y()
    return QPolygonF([QPointF(x, y - reach), QPointF(x + reach, y), QPointF(x, y + reach), QPointF(x - reach, y)])


def badge_width(words: str, look: Look) -> float:
    """How wide a badge with these words is."""
    return width_of(look.font(12, SEMIBOLD), words) + look.px(_SYMBOL + 26)


def paint_badge(
    painter: QPainter, area: QRectF, words: str, status: Status, look: Look, confidence: Confidence = "solid"
) -> QRectF:
    """A badge at the left of `area`, centred vertically and never wider than it; gives where it was drawn."""
    colors = tint(look.tokens, status)
    height = min(look.px(BADGE_HEIGHT), area.height())
    width = min(badge_width(words, look), area.width())
    box = QRectF(area.left(), area.center().y() - height / 2, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.soft)
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.restore()
    symbol = look.px(_SYMBOL)
    middle = QPointF(box.left() + look.px(10) + symbol / 2, box.center().y())
    paint_symbol(painter, middle, symbol, status, look, hollow=confidence == "hollow")
    text = QRectF(middle.x() + symbol / 2 + look.px(6), box.top(), box.width() - symbol - look.px(22), box.height())
    draw_text(painter, text, words, look.font(12, SEMIBOLD), colors.ink, LEFT)
    return box
