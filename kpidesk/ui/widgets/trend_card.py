"""The card beside the cursor of a trend: one period in figures, never on top of the newest points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from kpidesk.core.trend_parts import Sizes
from kpidesk.core.trends import Trend
from kpidesk.ui.painting.look import LEFT, MEDIUM, RIGHT, SEMIBOLD, Look, draw_text, look_of, width_of, wrapped
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.trend_text import Facts, ahead_facts, point_facts, point_notes, short

GAP = 14
NEWEST = 3
SIDE, EDGE, BETWEEN = 14, 11, 20
SMALL_LINE, VALUE_LINE = 19, 25
WIDEST = 280
STRIP, MOST_LINES = 26, 3


def card_place(spots: Sequence[QPointF | None], at: int, plot: QRectF, size: QSize) -> QPoint:
    """Where the card goes: beside the cursor, clear of the newest points and of the one under the cursor.

    To the right of the cursor while that leaves the last `NEWEST` points free, else to the left; at the top or at
    the foot of the plot, wherever it covers fewer points.
    """
    step = plot.width() / max(1, len(spots))
    x = plot.left() + (at + 0.5) * step
    newest = plot.right() - min(NEWEST, len(spots)) * step
    right = x + GAP
    left = right if right + size.width() <= newest else x - GAP - size.width()
    left = max(0.0, left)
    tops = (plot.top() + 4, plot.bottom() - size.height() - 4)
    covered = [sum(_covers(QRectF(left, top, size.width(), size.height()), spot) for spot in spots) for top in tops]
    return QPoint(round(left), round(tops[0] if covered[0] <= covered[1] else tops[1]))


def _covers(card: QRectF, spot: QPointF | None) -> bool:
    return spot is not None and card.adjusted(-6, -6, 6, 6).contains(spot)


@dataclass(frozen=True, slots=True)
class CardText:
    """What the card says: the period, its value, what qualifies it, and the facts below as (name, words).

    `sizes` are drawn as a strip at its foot.
    """

    period: str
    value: str
    notes: str
    facts: Facts
    sizes: Sizes | None = None


def card_text(trend: Trend, at: int, currency: str, other: Trend | None = None, other_name: str = "") -> CardText:
    """One point of a trend for the card, and what the second scope had."""
    point = trend.points[at]
    facts = point_facts(trend, at, currency)
    if other is not None:
        facts = (*facts, (short(other_name), other.points[at].value_text))
    facts = (*facts, *ahead_facts(trend, at))
    notes = point_notes(point)
    return CardText(point.period.label, point.value_text, f"{notes[:1].upper()}{notes[1:]}", facts, point.sizes)


class TrendCard(QWidget):
    """The card; the mouse goes through it. A class because it paints itself."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = CardText("", "", "", ())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_text(self, text: CardText) -> None:
        """Say something else and take the size that it needs."""
        self.text = text
        self.resize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """As large as its lines."""
        look, text = look_of(self._theme), self.text
        small = look.font(12)
        facts = [
            width_of(small, name) + look.px(BETWEEN) + width_of(look.font(12, MEDIUM), words)
            for name, words in text.facts
        ]
        heads = [
            width_of(small, text.period),
            width_of(look.font(16, SEMIBOLD), text.value),
            width_of(small, text.notes),
        ]
        lines = 1 + len(text.facts) + bool(text.notes)
        height = look.px(2 * EDGE + VALUE_LINE + lines * SMALL_LINE + (4 if text.facts else 0))
        if text.sizes is not None:
            told = wrapped(text.sizes.words, small, look.px(WIDEST), MOST_LINES)
            heads += [width_of(small, line) for line in told]
            height += look.px(STRIP + 10 + SMALL_LINE * len(told))
        wide = min(max([*heads, *facts]), look.px(WIDEST))
        return QSize(round(wide + look.px(2 * SIDE)) + 1, round(height))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        look, text = look_of(self._theme), self.text
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("strong_border"), 1))
        painter.setBrush(look.color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        line = QRectF(look.px(SIDE), look.px(EDGE), self.width() - look.px(2 * SIDE), look.px(SMALL_LINE))
        draw_text(painter, line, text.period, look.font(12), look.color("muted"), LEFT)
        line = QRectF(line.left(), line.bottom(), line.width(), look.px(VALUE_LINE))
        draw_text(painter, line, text.value, look.font(16, SEMIBOLD), look.color("ink"), LEFT)
        line = QRectF(line.left(), line.bottom(), line.width(), look.px(SMALL_LINE))
        if text.notes:
            draw_text(painter, line, text.notes, look.font(12), look.color("muted"), LEFT)
            line.translate(0, line.height())
        line.translate(0, look.px(4))
        for name, words in text.facts:
            _paint_fact(painter, line, name, words, look)
            line.translate(0, line.height())
        if text.sizes is not None:
            _paint_sizes(painter, line.translated(0, look.px(6)), text.sizes, look)
        painter.end()


def _paint_fact(painter: QPainter, line: QRectF, name: str, words: str, look: Look) -> None:
    strong = look.font(12, MEDIUM)
    draw_text(painter, line, words, strong, look.color("ink"), RIGHT)
    room = line.adjusted(0, 0, -width_of(strong, words) - look.px(8), 0)
    draw_text(painter, room, name, look.font(12), look.color("muted"), LEFT)


def _paint_sizes(painter: QPainter, line: QRectF, sizes: Sizes, look: Look) -> None:
    """How the deals are spread by size: a bar for each step, a tick at the middle, and words below."""
    strip = QRectF(line.left(), line.top(), line.width(), look.px(STRIP))
    step, most = strip.width() / len(sizes.counts), max(sizes.counts)
    painter.fillRect(QRectF(strip.left(), strip.bottom(), strip.width(), 1), look.color("strong_border"))
    for at, count in enumerate(sizes.counts):
        high = strip.height() * count / most
        bar = QRectF(strip.left() + at * step + 0.5, strip.bottom() - high, step - 1.5, high)
        painter.fillRect(bar, look.color("accent", 0.55))
    share = (sizes.middle - sizes.low) / (sizes.high - sizes.low) if sizes.high > sizes.low else 0.0
    painter.fillRect(QRectF(strip.left() + share * strip.width() - 1, strip.top(), 2, strip.height() + 3),
                     look.color("ink"))  # fmt: skip
    under = QRectF(line.left(), strip.bottom() + look.px(4), line.width(), look.px(SMALL_LINE))
    for words in wrapped(sizes.words, look.font(12), line.width() + 1, MOST_LINES):
        draw_text(painter, under, words, look.font(12), look.color("muted"), LEFT)
        under.translate(0, under.height())
