"""A paper laid out on pages: its title, what restricts it, and its sections, with nothing cut that cannot be."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kpidesk.core.papers import (
    RECEIPTS,
    Paper,
    PaperCard,
    PaperChart,
    PaperPart,
    PaperRange,
    PaperSection,
    PaperTable,
    PaperWords,
    card_of,
    foot_texts,
    known_text,
    texts_of,
)
from kpidesk.ui.painting.look import BOLD, MEDIUM, Look
from kpidesk.ui.painting.pages import BETWEEN, MARGIN, Block, Document, fitted
from kpidesk.ui.painting.paper_drawings import chart_block, range_block
from kpidesk.ui.painting.paper_table import table_blocks
from kpidesk.ui.painting.receipt_list import receipt_blocks
from kpidesk.ui.painting.scorecard_page import card_blocks
from kpidesk.ui.painting.writing import (
    broken,
    fits_beside,
    paragraphs,
    remark,
    remark_lines,
    section,
    stacked,
    terms_blocks,
    write_lines,
)

PRIVATE = "Private, not for others"
MARK = 16.0
ROOM = 8.0
TOGETHER = 6
MOST_TITLE = 2
"""A title of more lines than this is set smaller."""


def build_paper(paper: Paper, height: float, width: float, look: Look) -> Document:
    """Lay a paper out on pages of a size."""
    inside = width - 2 * MARGIN
    blocks = [_title(paper, look, inside)]
    for one in paper.sections:
        blocks += _section(paper, one, look, inside)
    blocks += terms_blocks(texts_of(paper), look, inside)
    pages, scale = fitted(blocks, height)
    return Document(pages, BETWEEN.join(foot_texts(paper)), look, scale)


def _title(paper: Paper, look: Look, width: float) -> Block:
    size = 26.0 if len(broken(paper.title, look.font(26, BOLD), width)) <= MOST_TITLE else 16.0
    looks = ((paper.title, look.font(size, BOLD), "ink", size + 8), (paper.about, look.font(14, MEDIUM), "ink", 21.0),
             (known_text(paper), look.font(12), "muted", 18.0))  # fmt: skip
    lines = [(broken(text, font, width), font, ink, step) for text, font, ink, step in looks]

    def paint(painter: QPainter, rect: QRectF) -> None:
        top = rect.top()
        for texts, font, ink, step in lines:
            write_lines(painter, QRectF(rect.left(), top, rect.width(), step), texts, font, look.color(ink), step)
            top += step * len(texts)

    return Block(sum(step * len(texts) for texts, _, _, step in lines), paint)


def _section(paper: Paper, one: PaperSection, look: Look, width: float) -> list[Block]:
    """A heading that is never parted from what comes first under it."""
    if one.heading == RECEIPTS:
        return _receipts(one, look, width)
    blocks = [block for part in one.parts for block in _part(paper, part, look, width)]
    aside = " · ".join(text for text in (PRIVATE if one.private else "", one.aside) if text)
    if fits_beside(one.heading, aside, look, width):
        return section(one.heading, look, _together(blocks), aside)
    return section(one.heading, look, _together([remark_lines(aside, look, width), *blocks]))


def _receipts(one: PaperSection, look: Look, width: float) -> list[Block]:
    """The codes close together in two columns, as on every print: as a table they would fill a page of their own."""
    rows = [row for part in one.parts if isinstance(part, PaperTable) for row in part.rows]
    return receipt_blocks([(row.cells[0].text, row.cells[1].text) for row in rows], look, width)


def _together(blocks: list[Block]) -> list[Block]:
    """The first blocks as one while they are words or titles, so that none stands alone at the foot of a page."""
    first = next((at for at, block in enumerate(blocks[:TOGETHER]) if block.under is not None), 0)
    return [stacked(blocks[: first + 1]), *blocks[first + 1 :]] if first else blocks


def _part(paper: Paper, part: PaperPart, look: Look, width: float) -> list[Block]:
    if isinstance(part, PaperWords):
        return _words(part, look, width)
    if isinstance(part, PaperTable):
        return _spaced(table_blocks(part, look, width))
    if isinstance(part, PaperRange):
        return [stacked([*_said(part.sentence, look, width), range_block(part, look)])]
    if isinstance(part, PaperChart):
        drawn = stacked([*_said(part.sentence, look, width), chart_block(part, look)])
        return [drawn, *table_blocks(part.table, look, width)]
    return _card(paper, part, look)


def _said(text: str, look: Look, width: float) -> list[Block]:
    return _spaced(paragraphs(text, look, width))


def _spaced(blocks: list[Block]) -> list[Block]:
    """A little room before a part; titles that have it already stay the ones that their rows know."""
    if not blocks or blocks[0].gap >= ROOM:
        return blocks
    return [replace(blocks[0], gap=ROOM), *blocks[1:]]


def _words(part: PaperWords, look: Look, width: float) -> list[Block]:
    if not part.listed:
        return [block for line in part.lines for block in _said(line, look, width)]
    return _spaced([block for line in part.lines for block in _listed(line, look, width)])


def _listed(text: str, look: Look, width: float) -> list[Block]:
    blocks = paragraphs(text, look, width - MARK)
    return [_indented(block, look, dot=at == 0) for at, block in enumerate(blocks)]


def _indented(block: Block, look: Look, *, dot: bool) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        if dot:
            write_lines(painter, rect, ["•"], look.font(13), look.color("muted"), rect.height())
        block.paint(painter, rect.adjusted(MARK, 0, 0, 0))

    return replace(block, paint=paint, gap=5.0 if dot else 0.0)


def _card(paper: Paper, part: PaperCard, look: Look) -> list[Block]:
    card = card_of(paper, part)
    return card_blocks(card, look) if card is not None else [remark("Nothing to show.", look)]
