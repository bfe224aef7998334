"""A place of the table of stages: a bar from the common zero, a number, and what it rests on below it."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kpidesk.ui.painting.look import LEFT, MEDIUM, REGULAR, RIGHT, SEMIBOLD, Look, draw_text, width_of

EDGE, GAP, THICK = 10, 8, 18
LINE = 8
"""Half the distance of two lines in one place."""
SHORTEST_BAR = 3
TONES = {"": "muted", "muted": "muted", "good": "good_ink", "watch": "watch_ink"}


def paint_bar(painter: QPainter, area: QRectF, share: float | None, text: str, text_width: float, look: Look,
              *, hot: bool = False, pale: bool = False) -> None:  # fmt: skip
    """A bar that begins at the left edge of its column, and its number just behind its end.

    `text_width` is the room that the widest number of the column needs, so that all bars have one scale.
    """
    room = area.adjusted(look.px(EDGE), 0, -look.px(EDGE), 0)
    longest = max(0.0, room.width() - text_width - look.px(GAP))
    length = 0.0 if not share else max(longest * share, look.px(SHORTEST_BAR))
    high = look.px(THICK)
    bar = QRectF(room.left(), area.center().y() - high / 2, length, high)
    painter.fillRect(bar, look.color("accent"))
    if share is not None:
        painter.fillRect(QRectF(room.left() - 1, area.top(), 1, area.height() - 1), look.color("strong_border"))
    font = look.font(13, SEMIBOLD)
    font.setUnderline(hot)
    ink = look.color("accent_ink" if hot else "muted" if pale else "ink")
    words = QRectF(bar.right() + look.px(GAP if share is not None else 0), area.top(), 0, area.height())
    words.setRight(room.right())
    draw_text(painter, words, text, font, ink, LEFT)


def paint_number(painter: QPainter, area: QRectF, text: str, below: str, tone: str, look: Look,
                 *, hot: bool = False, pale: bool = False, bold: bool = False) -> None:  # fmt: skip
    """A number at the right of its column with a smaller line below it."""
    box = area.adjusted(look.px(EDGE), 0, -look.px(EDGE), 0)
    font = look.font(13, SEMIBOLD if bold else REGULAR)
    font.setUnderline(hot)
    ink = look.color("accent_ink" if hot else "muted" if pale else "ink")
    half = look.px(LINE) if below else 0.0
    draw_text(painter, box.adjusted(0, -half, 0, -half), text, font, ink, RIGHT)
    small = look.font(11, MEDIUM if tone in ("good", "watch") else REGULAR)
    draw_text(painter, box.adjusted(0, half, 0, half), below, small, look.color(TONES[tone]), RIGHT)


def number_width(text: str, below: str, look: Look) -> float:
    """The width at which neither line of a place is cut."""
    widest = max(width_of(look.font(13, SEMIBOLD), text), width_of(look.font(11, MEDIUM), below))
    return widest + look.px(2 * EDGE) + 2
