"""Running text on a page: broken into lines of a width, in blocks that are kept together or may be cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

from kpidesk.core.term_words import terms_unsaid
from kpidesk.ui.painting.look import LEFT, MEDIUM, SEMIBOLD, Look, draw_text, width_of
from kpidesk.ui.painting.pages import LINE_WIDTH, Block

HEADING = 32.0
RULED_LINE = 28.0
REMARK_STEP, REMARK_LINES = 18.0, 3
_TURNING = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def plain(text: str) -> str:
    """A text on one line that does not turn the direction of what stands beside it."""
    kept = text.translate(_TURNING)
    return "".join(char if char.isprintable() else " " for char in kept)


def write(
    painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor, align: Qt.AlignmentFlag = LEFT
) -> None:
    """One line of text of unknown origin, cut with … when it does not fit."""
    draw_text(painter, rect, plain(text), font, color, align)


def broken(text: str, font: QFont, width: float, most: int = 0) -> list[str]:
    """A text in lines of a width, broken inside a word only where that is longer than a line.

    `most` lines at the most, the last one cut with …; 0 keeps everything.
    """
    cleaned = plain(text).strip()
    encoded = cleaned.encode("utf-16-le")
    layout = QTextLayout(cleaned, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    starts = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(2 * line.textStart())
    layout.endLayout()
    ends = [*starts[1:], len(encoded)]
    lines = [encoded[start:end].decode("utf-16-le").rstrip() for start, end in zip(starts, ends, strict=True)]
    if not most or len(lines) <= most:
        return lines if cleaned else []
    rest = encoded[starts[most - 1] :].decode("utf-16-le")
    return [*lines[: most - 1], QFontMetricsF(font).elidedText(rest, Qt.TextElideMode.ElideRight, width)]


def write_lines(
    painter: QPainter, rect: QRectF, lines: Sequence[str], font: QFont, color: QColor, step: float,
    align: Qt.AlignmentFlag = LEFT,
) -> None:  # fmt: skip
    """Lines under each other from the top of a rectangle, `step` apart."""
    for at, line in enumerate(lines):
        draw_text(painter, QRectF(rect.left(), rect.top() + at * step, rect.width(), step), line, font, color, align)


def stacked(blocks: Sequence[Block]) -> Block:
    """Blocks as one that is never cut; the gap before the first is the gap before all."""

    def paint(painter: QPainter, rect: QRectF) -> None:
        top = rect.top()
        for at, block in enumerate(blocks):
            top += block.gap if at else 0.0
            block.paint(painter, QRectF(rect.left(), top, rect.width(), block.height))
            top += block.height

    height = sum(block.height + (block.gap if at else 0.0) for at, block in enumerate(blocks))
    return Block(height, paint, blocks[0].gap)


def section(title: str, look: Look, blocks: Sequence[Block], aside: str = "") -> list[Block]:
    """A part of a page under its heading, which is never parted from what comes first."""
    first = stacked((_heading(title, look, aside), *blocks[:1]))
    return [first, *blocks[1:]]


def fits_beside(title: str, aside: str, look: Look, width: float) -> bool:
    """Whether what stands beside a heading is shown whole there."""
    wide = min(width_of(look.font(15, SEMIBOLD), plain(title)), width * 0.7)
    return width_of(look.font(12), plain(aside)) <= width - wide - 12


def _heading(title: str, look: Look, aside: str) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        line = rect.adjusted(0, 0, 0, -8)
        font = look.font(15, SEMIBOLD)
        wide = min(width_of(font, plain(title)), rect.width() * 0.7)
        write(painter, QRectF(line.left(), line.top(), wide, line.height()), title, font, look.color("ink"))
        rest = QRectF(line.left() + wide + 12, line.top() + 1, line.width() - wide - 12, line.height())
        write(painter, rest, aside, look.font(12), look.color("muted"))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 3, rect.width(), 1), look.color("strong_border"))

    return Block(HEADING, paint, 24)


def label(text: str, look: Look, gap: float = 6.0) -> Block:
    """A small heading inside a part."""

    def paint(painter: QPainter, rect: QRectF) -> None:
        write(painter, rect, text, look.font(12, MEDIUM), look.color("muted"))

    return Block(20, paint, gap)


def paragraphs(text: str, look: Look, width: float) -> list[Block]:
    """A text as typed: every line of it, one block each, so that it may go on overleaf."""
    font, found = look.font(13), []
    for part in text.strip().splitlines():
        lines = broken(part, font, width) or [""]
        found += [replace(_text_line(line, look), gap=0.0 if at else 3.0) for at, line in enumerate(lines)]
    return found


def _text_line(text: str, look: Look) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        draw_text(painter, rect, text, look.font(13), look.color("ink"), LEFT)

    return Block(19, paint)


def remark(text: str, look: Look) -> Block:
    """What stands where there is nothing to show, or how to read what is shown."""

    def paint(painter: QPainter, rect: QRectF) -> None:
        write(painter, rect, text, look.font(12), look.color("muted"))

    return Block(24, paint)


def remark_lines(text: str, look: Look, width: float) -> Block:
    """A remark of several lines, near each other as one text."""
    font = look.font(12)
    lines = broken(text, font, width, REMARK_LINES)

    def paint(painter: QPainter, rect: QRectF) -> None:
        write_lines(painter, rect.adjusted(0, 3, 0, -3), lines, font, look.color("muted"), REMARK_STEP)

    return Block(6 + REMARK_STEP * len(lines), paint)


def terms_blocks(texts: Iterable[str], look: Look, width: float = LINE_WIDTH, *, also: str = "") -> list[Block]:
    """What the terms in the texts of a page mean, in small print, and what a chart `also` names; else nothing."""
    font, told = look.font(12), f"{terms_unsaid(texts)} {also}".strip()
    lines = broken(told, font, width) if told else []

    def line(text: str, at: int) -> Block:
        return Block(18, lambda painter, rect: write(painter, rect, text, font, look.color("muted")), 0 if at else 8)

    return [line(text, at) for at, text in enumerate(lines)]


def ruled(count: int, look: Look) -> Block:
    """Empty lines to write on by hand."""

    def paint(painter: QPainter, rect: QRectF) -> None:
        for at in range(count):
            foot = rect.top() + (at + 1) * RULED_LINE
            painter.fillRect(QRectF(rect.left(), foot - 1, rect.width(), 1), look.color("border"))

    return Block(count * RULED_LINE, paint)
