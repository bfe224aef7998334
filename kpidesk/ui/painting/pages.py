"""Pages of a document: blocks laid one under the other, cut between blocks, with a line at the foot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kpidesk.core.formats import day_text
from kpidesk.ui.painting.look import LEFT, RIGHT, Look, draw_text

MARGIN = 52.0
FOOTER = 44.0
HEADER_ROW = 34.0
LINE_WIDTH = 780.0


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page that is never cut: its height, and how it is drawn into a rectangle.

    `under` is the header that is repeated when the block begins a new page.
    """

    height: float
    paint: Callable[[QPainter, QRectF], None]
    gap: float = 0.0
    under: Block | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """Pages ready to draw: the blocks of each, and what stands at the foot of all."""

    pages: tuple[tuple[Block, ...], ...]
    footer: str
    look: Look


def footer(as_of: date | None, sources: Sequence[str] = (), definitions: str = "") -> str:
    """What stands at the foot of every page: whose numbers, how old, from which files, by which definitions."""
    known = f"data as of {day_text(as_of)}" if as_of is not None else "no data"
    code = [f"definitions {definitions}"] if definitions else []
    return " · ".join(["KPI Desk", "confidential", known, *code, *sources[:2]])


def room_of(height: float) -> float:
    """How much of a page of this height blocks can fill."""
    return height - 2 * MARGIN - FOOTER


def paginated(blocks: Iterable[Block], height: float) -> tuple[tuple[Block, ...], ...]:
    """Blocks on pages of a height; what goes over begins a new page, under its header where it has one."""
    room = room_of(height)
    pages: list[list[Block]] = [[]]
    used = 0.0
    for block in blocks:
        gap = block.gap if pages[-1] else 0.0
        if pages[-1] and used + gap + block.height > room:
            pages.append([block.under] if block.under is not None else [])
            used, gap = (block.under.height if block.under is not None else 0.0), 0.0
        pages[-1].append(block)
        used += gap + block.height
    return tuple(tuple(page) for page in pages)


def paint_page(painter: QPainter, document: Document, number: int, size: QRectF) -> None:
    """Draw page `number` (from 0) into a rectangle of the size it was laid out for."""
    top = MARGIN
    inside = size.width() - 2 * MARGIN
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for i, block in enumerate(document.pages[number]):
        top += block.gap if i else 0.0
        block.paint(painter, QRectF(MARGIN, top, inside, block.height))
        top += block.height
    look = document.look
    line = size.height() - MARGIN + 2
    painter.fillRect(QRectF(MARGIN, line - 24, inside, 1), look.color("border"))
    foot = QRectF(MARGIN, line - 18, inside, 18)
    page = f"Page {number + 1} of {len(document.pages)}"
    draw_text(painter, foot.adjusted(0, 0, -90, 0), document.footer, look.font(11), look.color("muted"), LEFT)
    draw_text(painter, foot, page, look.font(11), look.color("muted"), RIGHT)
