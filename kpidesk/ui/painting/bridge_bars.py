"""A bridge from one amount to another: the ends as bars from zero, each step hanging where the one before ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from kpidesk.core.pipeline import BridgeKey, BridgeStep
from kpidesk.ui.painting.look import LEFT, REGULAR, RIGHT, SEMIBOLD, Look, draw_text, width_of

ROW = 30
EDGE, GAP, THICK = 18, 10, 14
NAME, WIDEST_NAME = 0.34, 190
ENDS: tuple[BridgeKey, ...] = ("opening", "closing")


@dataclass(frozen=True, slots=True)
class Span:
    """Where the bar of a step lies, in major units; `adds` is None for the ends."""

    start: float
    end: float
    adds: bool | None


@dataclass(frozen=True, slots=True)
class Scale:
    """How the bars of one bridge are drawn: the widths of amount and deals, and the lowest and highest amount."""

    amount: float
    deals: float
    least: float
    most: float


def spans_of(steps: Sequence[BridgeStep]) -> tuple[Span, ...]:
    """Where each bar lies: the ends reach down to zero, a step goes on from the one before."""
    spans, level = [], 0.0
    for step in steps:
        if step.key in ENDS:
            spans.append(Span(0.0, step.amount, None))
            level = step.amount
        else:
            spans.append(Span(level, level + step.amount, step.amount >= 0))
            level += step.amount
    return tuple(spans)


def deals_text(step: BridgeStep) -> str:
    """How many deals a step is of."""
    return f"{step.deals:,} {'deal' if step.deals == 1 else 'deals'}"


def scale_of(steps: Sequence[BridgeStep], look: Look) -> Scale:
    """The same columns for all rows of a bridge."""
    reached = [value for span in spans_of(steps) for value in (span.start, span.end)]
    return Scale(
        max((width_of(look.font(13, SEMIBOLD), step.amount_text) for step in steps), default=0.0) + look.px(4),
        max((width_of(look.font(12), deals_text(step)) for step in steps), default=0.0) + look.px(4),
        min(0.0, *reached), max(0.0, *reached),
    )  # fmt: skip


def paint_step(painter: QPainter, rect: QRectF, step: BridgeStep, span: Span, scale: Scale, look: Look) -> None:
    """One step: name, bar, amount and number of deals in a line."""
    room = rect.adjusted(look.px(EDGE), 0, -look.px(EDGE), 0)
    is_end = step.key in ENDS
    name = QRectF(room.left(), room.top(), min(room.width() * NAME, look.px(WIDEST_NAME)), room.height())
    deals = QRectF(room.right() - scale.deals, room.top(), scale.deals, room.height())
    amount = QRectF(deals.left() - look.px(GAP) - scale.amount, room.top(), scale.amount, room.height())
    font = look.font(13, SEMIBOLD if is_end else REGULAR)
    draw_text(painter, name, step.label, font, look.color("ink"), LEFT)
    draw_text(painter, amount, step.amount_text, look.font(13, SEMIBOLD), look.color("ink"), RIGHT)
    draw_text(painter, deals, deals_text(step), look.font(12), look.color("muted"), RIGHT)
    bars = QRectF(name.right() + look.px(GAP), room.top(), 0, room.height())
    bars.setRight(amount.left() - look.px(GAP))
    _paint_bar(painter, bars, span, scale, look)


def _paint_bar(painter: QPainter, room: QRectF, span: Span, scale: Scale, look: Look) -> None:
    """What adds is filled, what takes away is an outline on a paler ground, the ends are dark."""
    reach = scale.most - scale.least
    if room.width() <= 0 or not reach:
        return

    def at(value: float) -> float:
        return room.left() + room.width() * (value - scale.least) / reach

    high = look.px(THICK)
    start, end = sorted((at(span.start), at(span.end)))
    bar = QRectF(start, room.center().y() - high / 2, max(end - start, 1.0), high)
    if span.adds is False:
        painter.fillRect(bar, look.color("accent", 0.14))
        painter.setPen(QPen(look.color("accent"), 1))
        painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.fillRect(bar, look.color("spark" if span.adds is None else "accent"))
    painter.fillRect(QRectF(round(at(0.0)), room.top(), 1, room.height()),
                     look.color("strong_border"))  # fmt: skip
