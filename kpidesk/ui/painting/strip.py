"""How many KPIs, or values of them, stand where: a panel each for on track, at risk, off track, and no verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from kpidesk.core.scorecards import Row
from kpidesk.core.status import STATUS_WORDS, TIER_WORDS, Status, TierReached
from kpidesk.ui.painting.look import BOLD, LEFT, Look, draw_text, width_of
from kpidesk.ui.painting.marks import paint_symbol

STRIP_HEIGHT = 56
_JUDGED: dict[Status, TierReached] = {
    "on_track": "target_met",
    "at_risk": "minimum_met",
    "off_track": "below_minimum",
}
"""The panels with a verdict, each with the tier by which it is called once the period is closed."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One panel: which status, how many rows have it, and the words beside the number."""

    status: Status
    count: int
    words: str


def tallies(rows: Iterable[Row]) -> tuple[Tally, ...]:
    """The four panels of a scorecard, in pace words while the period runs and in tiers once it is closed.

    The last gathers every row without a verdict and names the reason where all have the same. Where a KPI has several
    rows, of reps or of periods, the panels say that they count values.
    """
    given = tuple(rows)
    if len({row.kpi.id for row in given}) < len(given):
        return tuple(replace(one, words=f"{_values(one.count)}: {one.words.lower()}") for one in _tallied(given))
    return _tallied(given)


def _values(count: int) -> str:
    return "value" if count == 1 else "values"


def _tallied(given: tuple[Row, ...]) -> tuple[Tally, ...]:
    counts = Counter(row.status for row in given)
    tiers = [row.tier for row in given if row.status in _JUDGED]
    closed = bool(tiers) and None not in tiers
    found = [
        Tally(status, counts.pop(status, 0), TIER_WORDS[tier] if closed else STATUS_WORDS[status])
        for status, tier in _JUDGED.items()
    ]
    parts = [f"{count} {STATUS_WORDS[status].lower()}" for status, count in sorted(counts.items())]
    if len(parts) == 1:
        status, count = next(iter(counts.items()))
        return (*found, Tally(status, count, STATUS_WORDS[status]))
    return (*found, Tally("no_data", sum(counts.values()), "No verdict"))


def tally_sentence(rows: Iterable[Row]) -> str:
    """The strip in words, for screen readers."""
    return ", ".join(f"{tally.count} {tally.words.lower()}" for tally in tallies(rows))


def paint_strip(painter: QPainter, rect: QRectF, rows: Iterable[Row], look: Look) -> None:
    """Draw the four panels side by side; where their words would be cut they stand below the numbers."""
    gap = look.px(12)
    found = tallies(rows)
    width = (rect.width() - gap * (len(found) - 1)) / len(found)
    is_tight = any(_panel_width(tally, look) > width for tally in found)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for i, tally in enumerate(found):
        panel = QRectF(rect.left() + i * (width + gap), rect.top(), width, rect.height())
        painter.setPen(QPen(look.color("border"), 1))
        painter.setBrush(look.color("surface"))
        painter.drawRoundedRect(panel.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        (_paint_tight if is_tight else _paint_panel)(painter, panel, tally, look)
    painter.restore()


def _paint_panel(painter: QPainter, panel: QRectF, tally: Tally, look: Look) -> None:
    size = look.px(13)
    left = panel.left() + look.px(18)
    paint_symbol(painter, QPointF(left + size / 2, panel.center().y()), size, tally.status, look)
    number, font = str(tally.count), look.font(22, BOLD)
    left += size + look.px(12)
    wide = width_of(font, number)
    draw_text(painter, QRectF(left, panel.top(), wide + 2, panel.height()), number, font, look.color("ink"), LEFT)
    left += wide + look.px(10)
    words = QRectF(left, panel.top(), panel.right() - left - look.px(10), panel.height())
    draw_text(painter, words, tally.words, look.font(13), look.color("muted"), LEFT)


def _panel_width(tally: Tally, look: Look) -> float:
    around = look.px(18 + 13 + 12 + 10 + 10)
    return around + width_of(look.font(22, BOLD), str(tally.count)) + width_of(look.font(13), tally.words)


def _paint_tight(painter: QPainter, panel: QRectF, tally: Tally, look: Look) -> None:
    size, left, middle = look.px(13), panel.left() + look.px(10), panel.top() + look.px(20)
    paint_symbol(painter, QPointF(left + size / 2, middle), size, tally.status, look)
    wide = panel.right() - left - look.px(6)
    number = QRectF(left + size + look.px(8), panel.top(), wide - size - look.px(8), look.px(40))
    draw_text(painter, number, str(tally.count), look.font(20, BOLD), look.color("ink"), LEFT)
    words = QRectF(left, panel.top() + look.px(33), wide, look.px(20))
    draw_text(painter, words, tally.words, look.font(12), look.color("muted"), LEFT)
