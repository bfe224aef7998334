"""The parts of a change as signed bars round one line: each with its name, amount, share, and what it was and is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPen

from kpidesk.core.causes import Contribution, Split
from kpidesk.core.kpis import Kpi
from kpidesk.ui.painting.look import LEFT, MEDIUM, RIGHT, SEMIBOLD, Look, draw_text, width_of

Side = Literal["good", "bad", "none"]
ROW, SUM = 46, 34
EDGE, GAP, THICK = 18, 12, 14
DUE = ("due ", "no target")
NAME, WIDEST_NAME = 0.3, 190


@dataclass(frozen=True, slots=True)
class Scale:
    """How the bars of one split are drawn: the widths of name, amount and share, and the largest part either way."""

    name: float
    amount: float
    share: float
    least: float
    most: float


def scale_of(split: Split, width: float, look: Look) -> Scale:
    """The same columns for all rows of a split."""
    amounts = [one.amount for one in split.parts]
    texts = [*(one.text for one in split.parts), split.total_text]
    shares = [*(one.share_text for one in split.parts), "100%"]
    return Scale(
        min(width * NAME, look.px(WIDEST_NAME)),
        max(width_of(look.font(13, SEMIBOLD), text) for text in texts) + look.px(4),
        max(width_of(look.font(12), text) for text in shares) + look.px(4),
        min(0.0, *amounts), max(0.0, *amounts),
    )  # fmt: skip


def side_of(amount: float, kpi: Kpi) -> Side:
    """Whether a part moved the KPI to its better side."""
    if not amount or kpi.direction not in ("higher", "lower"):
        return "none"
    return "good" if (amount > 0) == (kpi.direction == "higher") else "bad"


def under_text(part: Contribution, *, of_scopes: bool = False) -> str:
    """What a part was and is: "36% → 24% · results −2.4 pp, mix −0.2 pp"; of two scopes "24% against 36%"."""
    was_due = part.before_text.startswith(DUE)
    pair = (part.now_text, part.before_text) if was_due or of_scopes else (part.before_text, part.now_text)
    sign = " against " if of_scopes else ", " if was_due else " → "
    moved = sign.join(text for text in pair if text)
    halves = f"results {part.rate_text}, mix {part.mix_text}" if part.rate_text else ""
    return " · ".join(text for text in (moved, halves) if text)


def paint_part(
    painter: QPainter, rect: QRectF, part: Contribution, scale: Scale, side: Side, look: Look, *, of_scopes: bool
) -> None:
    """One part: name, bar, amount and share in a line, what it was and is below (or of the two scopes it is)."""
    room = rect.adjusted(look.px(EDGE), 0, -look.px(EDGE), 0)
    line = QRectF(room.left(), rect.top() + look.px(5), room.width(), look.px(20))
    share = QRectF(line.right() - scale.share, line.top(), scale.share, line.height())
    amount = QRectF(share.left() - look.px(GAP) - scale.amount, line.top(), scale.amount, line.height())
    name = QRectF(line.left(), line.top(), scale.name, line.height())
    draw_text(painter, name, part.label, look.font(13, MEDIUM), look.color("ink"), LEFT)
    draw_text(painter, amount, part.text, look.font(13, SEMIBOLD), look.color("ink"), RIGHT)
    draw_text(painter, share, part.share_text, look.font(12), look.color("muted"), RIGHT)
    bars = QRectF(name.right() + look.px(GAP), line.top(), 0, line.height())
    bars.setRight(amount.left() - look.px(GAP))
    _paint_bar(painter, bars, part.amount, scale, side, look)
    below = QRectF(room.left(), line.bottom() - look.px(1), room.width(), look.px(17))
    draw_text(painter, below, under_text(part, of_scopes=of_scopes), look.font(12), look.color("muted"), LEFT)


def _paint_bar(painter: QPainter, room: QRectF, amount: float, scale: Scale, side: Side, look: Look) -> None:
    """A bar to the right of the line for more, to its left for less; what is less is an outline on a paler ground."""
    span = scale.most - scale.least
    if room.width() <= 0 or not span:
        return
    zero = room.left() + room.width() * -scale.least / span
    length = room.width() * amount / span
    high = look.px(THICK)
    bar = QRectF(zero, room.center().y() - high / 2, length, high).normalized()
    color = look.color({"good": "good", "bad": "bad", "none": "spark"}[side])
    if amount < 0:
        painter.fillRect(bar, look.color({"good": "good", "bad": "bad", "none": "spark"}[side], 0.22))
        painter.setPen(QPen(color, 1))
        painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.fillRect(bar, color)
    painter.setPen(QPen(look.color("faint"), 1))
    x = round(zero) + 0.5
    painter.drawLine(QLineF(x, bar.top() - look.px(3), x, bar.bottom() + look.px(3)))


def paint_sum(painter: QPainter, rect: QRectF, split: Split, scale: Scale, look: Look) -> None:
    """The line below the parts: they come to the whole."""
    room = rect.adjusted(look.px(EDGE), 0, -look.px(EDGE), 0)
    painter.fillRect(QRectF(room.left(), rect.top(), room.width(), 1), look.color("strong_border"))
    share = QRectF(room.right() - scale.share, rect.top(), scale.share, rect.height())
    amount = QRectF(share.left() - look.px(GAP) - scale.amount, rect.top(), scale.amount, rect.height())
    draw_text(painter, room, "Together", look.font(13, SEMIBOLD), look.color("ink"), LEFT)
    draw_text(painter, amount, split.total_text, look.font(13, SEMIBOLD), look.color("ink"), RIGHT)
    draw_text(painter, share, "100%" if split.total else "", look.font(12), look.color("muted"), RIGHT)
