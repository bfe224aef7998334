"""Pages of a document: blocks laid one under the other, cut between blocks, with a line at the foot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter

from kpidesk.core.formats import day_text
from kpidesk.ui.painting.look import LEFT, RIGHT, Look, draw_text, width_of, wrapped

MARGIN = 52.0
FOOTER = 44.0
HEADER_ROW = 34.0
LINE_WIDTH = 780.0
BETWEEN = " · "
"""What stands between the parts of a foot."""
FOOT_LINES = 3
"""How many lines the foot of a page may have; all but the first stand in its margin."""
SMALLER = (1.0, 0.95, 0.9)
"""By how much everything may be drawn smaller where that spares a page of a few lines."""
FEW_LINES = 0.2
"""A last page that is filled less than this is of a few lines."""


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
    """Pages ready to draw: the blocks of each, and what stands at the foot of all.

    `scale` is how much smaller everything is drawn than it was laid out: for pages of a size, larger ones were filled.
    `printed` is the moment at which it was put on paper, as shown; empty on a screen.
    """

    pages: tuple[tuple[Block, ...], ...]
    footer: str
    look: Look
    scale: float = 1.0
    printed: str = ""


def footer(as_of: date | None, sources: Sequence[str] = (), definitions: str = "", about: str = "") -> str:
    """What stands at the foot of every page: of what, how old, by which definitions, from which files."""
    known = f"data as of {day_text(as_of)}" if as_of is not None else "no data"
    code = [f"definitions {definitions}"] if definitions else []
    return BETWEEN.join(["KPI Desk", "confidential", *([about] if about else []), known, *code, *sources])


def room_of(height: float) -> float:
    """How much of a page of this height blocks can fill."""
    return height - 2 * MARGIN - FOOTER


def paginated(blocks: Iterable[Block], height: float) -> tuple[tuple[Block, ...], ...]:
    """Blocks on pages of a height; what goes over begins a new page, under its header where it has one.

    A header that would be left alone at the foot of a page goes over as well.
    """
    room = room_of(height)
    pages: list[list[Block]] = [[]]
    used = 0.0
    for block in blocks:
        gap = block.gap if pages[-1] else 0.0
        if pages[-1] and used + gap + block.height > room:
            if block.under is not None and len(pages[-1]) > 1 and pages[-1][-1] is block.under:
                pages[-1].pop()
            pages.append([block.under] if block.under is not None else [])
            used, gap = (block.under.height if block.under is not None else 0.0), 0.0
        pages[-1].append(block)
        used += gap + block.height
    return tuple(tuple(page) for page in pages)


def fitted(blocks: Sequence[Block], height: float) -> tuple[tuple[tuple[Block, ...], ...], float]:
    """Blocks on pages of a height, and how much smaller they are drawn where that spares a page of a few lines."""
    pages = paginated(blocks, height)
    if len(pages) == 1 or _filled(pages[-1]) > FEW_LINES * room_of(height):
        return pages, 1.0
    for scale in SMALLER[1:]:
        smaller = paginated(blocks, height / scale)
        if len(smaller) < len(pages):
            return smaller, scale
    return pages, 1.0


def _filled(page: Sequence[Block]) -> float:
    return sum(block.height + (block.gap if at else 0.0) for at, block in enumerate(page))


def foot_lines(text: str, font: QFont, width: float) -> list[str]:
    """The foot of a page in lines that end between its parts, or at any space where there are too many for that."""
    lines: list[str] = []
    for part in text.split(BETWEEN):
        joined = f"{lines[-1]}{BETWEEN}{part}" if lines else part
        if lines and width_of(font, joined) > width:
            lines[-1] += BETWEEN.rstrip()
            lines.append(part)
        else:
            lines[-1:] = [joined]
    fits = len(lines) <= FOOT_LINES and all(width_of(font, line) <= width for line in lines)
    return lines if fits else wrapped(text, font, width, FOOT_LINES)


def paint_page(painter: QPainter, document: Document, number: int, size: QRectF) -> None:
    """Draw page `number` (from 0) into a rectangle of the size it was laid out for."""
    if document.scale != 1.0:
        painter.save()
        painter.scale(document.scale, document.scale)
        laid_out = QRectF(0, 0, size.width() / document.scale, size.height() / document.scale)
        paint_page(painter, replace(document, scale=1.0), number, laid_out)
        painter.restore()
        return
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
    told = foot.adjusted(0, 0, -145 if document.printed else -90, 0)
    for at, text in enumerate(foot_lines(document.footer, look.font(11), told.width())):
        draw_text(painter, told.translated(0, 14 * at), text, look.font(11), look.color("muted"), LEFT)
    for at, text in enumerate(filter(None, (page, document.printed))):
        draw_text(painter, foot.translated(0, 14 * at), text, look.font(11), look.color("muted"), RIGHT)
