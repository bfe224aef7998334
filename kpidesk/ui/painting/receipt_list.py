"""The receipts at the end of a print: the code of every number on it, in two columns where they fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kpidesk.core.receipt_codes import PROVEN
from kpidesk.ui.painting.look import LEFT, RIGHT, SEMIBOLD, Look, draw_text, width_of
from kpidesk.ui.painting.pages import LINE_WIDTH, Block

HEAD, GROUP, LINE, BETWEEN, ASIDE = 40.0, 24.0, 17.0, 28.0, 12.0
SIZES = (10.5, 9.5)
"""A small one only where a name beside its code would be cut."""
Receipts = Sequence[tuple[str, str]]
"""What each number is, and the code that proves it; empty for one without."""


def receipt_blocks(receipts: Receipts, look: Look, width: float = LINE_WIDTH) -> list[Block]:
    """A title and the lines, each with two names and codes, or one where a name would be cut; nothing without any."""
    return grouped_receipts((("", receipts),), look, width)


def grouped_receipts(groups: Sequence[tuple[str, Receipts]], look: Look, width: float = LINE_WIDTH) -> list[Block]:
    """The same with the name of each group above its lines."""
    title, found = _title(look), []
    for name, receipts in groups:
        lines = _lines([one for one in receipts if one[1]], look, width)
        if lines and name:
            lines[0] = _headed(name, lines[0], look)
        found += lines
    return [title, *(replace(line, under=title) for line in found)] if found else []


def _lines(known: Receipts, look: Look, whole: float) -> list[Block]:
    """Two columns, as wide as they need, in the first of the sizes in which no name is cut; else one."""
    half, room = (len(known) + 1) // 2, whole - BETWEEN
    for size in SIZES:
        left, right = (_widest(some, size, look) for some in (known[:half], known[half:]))
        if left + right <= room:
            width = max(left, min(room / 2, room - right))
            return [_line((known[at], *known[at + half : at + half + 1]), size, width, look) for at in range(half)]
    width = min(_widest(known, SIZES[0], look), whole)
    return [_line((one,), SIZES[0], width, look) for one in known]


def _widest(some: Receipts, size: float, look: Look) -> float:
    font = look.font(size)
    return max((width_of(font, name) + width_of(font, code) + ASIDE for name, code in some), default=0.0)


def _headed(name: str, line: Block, look: Look) -> Block:
    """A line below the name of its group, never cut off from it."""

    def paint(painter: QPainter, rect: QRectF) -> None:
        head = QRectF(rect.left(), rect.top(), rect.width(), GROUP)
        draw_text(painter, head, name, look.font(10.5, SEMIBOLD), look.color("ink"), LEFT)
        line.paint(painter, rect.adjusted(0, GROUP, 0, 0))

    return Block(GROUP + line.height, paint)


def _title(look: Look) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        head = QRectF(rect.left(), rect.top(), rect.width(), 18)
        draw_text(painter, head, "Receipts", look.font(13, SEMIBOLD), look.color("ink"), LEFT)
        draw_text(painter, head.translated(0, 18), PROVEN, look.font(11), look.color("muted"), LEFT)

    return Block(HEAD, paint, 22)


def _line(pair: tuple[tuple[str, str], ...], size: float, width: float, look: Look) -> Block:
    """One or two receipts, the first in a column so wide, the second in what is left."""

    def paint(painter: QPainter, rect: QRectF) -> None:
        columns = QRectF(rect.left(), rect.top(), width, LINE), rect.adjusted(width + BETWEEN, 0, 0, 0)
        for (name, code), cell in zip(pair, columns, strict=False):
            font = look.font(size)
            first = cell.adjusted(0, 0, -width_of(font, code) - ASIDE, 0)
            draw_text(painter, first, name, font, look.color("muted"), LEFT)
            draw_text(painter, cell, code, font, look.color("ink"), RIGHT)

    return Block(LINE, paint)
