"""The receipts at the end of a print: the code of every number on it, in two columns where they fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kpidesk.core.receipt_codes import PROVEN
from kpidesk.ui.painting.look import LEFT, RIGHT, SEMIBOLD, Look, draw_text, width_of
from kpidesk.ui.painting.pages import LINE_WIDTH, Block

HEAD, LINE, BETWEEN, ASIDE = 40.0, 17.0, 28.0, 12.0
SIZES = (10.5, 9.5)
"""A small one only where a name beside its code would be cut."""


def receipt_blocks(receipts: Sequence[tuple[str, str]], look: Look) -> list[Block]:
    """A title and the lines, each with two names and codes, or one where a name would be cut; nothing without any."""
    known = [one for one in receipts if one[1]]
    if not known:
        return []
    title, size = _title(look), _size(known, look)
    half = (len(known) + 1) // 2 if size else len(known)
    lines = [_line((known[at], *known[at + half : at + half + 1]), size or SIZES[0], look) for at in range(half)]
    return [title, *(replace(line, under=title) for line in lines)]


def _size(known: Sequence[tuple[str, str]], look: Look) -> float:
    """The first of the sizes in which no name is cut in two columns; 0 where there is none."""
    room = (LINE_WIDTH - BETWEEN) / 2 - ASIDE
    widest = {size: max(width_of(look.font(size), name) + width_of(look.font(size), code) for name, code in known)
              for size in SIZES}  # fmt: skip
    return next((size for size in SIZES if widest[size] <= room), 0.0)


def _title(look: Look) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        head = QRectF(rect.left(), rect.top(), rect.width(), 18)
        draw_text(painter, head, "Receipts", look.font(13, SEMIBOLD), look.color("ink"), LEFT)
        draw_text(painter, head.translated(0, 18), PROVEN, look.font(11), look.color("muted"), LEFT)

    return Block(HEAD, paint, 22)


def _line(pair: tuple[tuple[str, str], ...], size: float, look: Look) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        width = (rect.width() - BETWEEN) / 2
        for at, (name, code) in enumerate(pair):
            cell = QRectF(rect.left() + at * (width + BETWEEN), rect.top(), width, LINE)
            font = look.font(size)
            first = cell.adjusted(0, 0, -width_of(font, code) - ASIDE, 0)
            draw_text(painter, first, name, font, look.color("muted"), LEFT)
            draw_text(painter, cell, code, font, look.color("ink"), RIGHT)

    return Block(LINE, paint)
