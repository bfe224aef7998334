"""A one-on-one laid out on pages: what was promised, what happened, the numbers, and what is agreed now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from kpidesk.core.carried import from_text
from kpidesk.core.review_words import (
    FIRST_MEETING,
    NO_AGENDA,
    NO_AGREED,
    NO_LINES,
    NO_NOTES,
    NO_PROMISES,
    NO_RISKS,
    WHY_ASIDE,
    due_text,
    facts_title,
    facts_told,
    foot_parts,
    kept_text,
    known_text,
    lines_aside,
    measure_text,
    more_text,
    no_facts_text,
    owner_text,
    period_words,
    state_text,
    target_lines,
    with_manager,
)
from kpidesk.core.reviews import AgendaItem, Commitment, Party, Sheet, for_the_manager, for_the_rep, in_order
from kpidesk.ui.painting.look import BOLD, MEDIUM, REGULAR, RIGHT, SEMIBOLD, Look, width_of
from kpidesk.ui.painting.one_on_one_parts import goal_blocks, skill_blocks, wellbeing_blocks
from kpidesk.ui.painting.one_on_one_rows import (
    fact_block,
    kpi_block,
    kpi_header,
    promise_block,
    risk_block,
    risk_columns,
    risk_header,
)
from kpidesk.ui.painting.pages import LINE_WIDTH, MARGIN, Block, Document, paginated, room_of
from kpidesk.ui.painting.receipt_list import receipt_blocks
from kpidesk.ui.painting.writing import (
    broken,
    label,
    paragraphs,
    remark,
    remark_lines,
    ruled,
    section,
    stacked,
    write,
    write_lines,
)

MOST_RISKS = 8
MOST_DEALS = 6
LEAST_DEALS = 2
PAGES = 2
LOOSE, CLOSE = 24.0, 14.0
SETTINGS = ((1.0, LOOSE), (1.0, CLOSE), (0.92, CLOSE), (0.88, CLOSE))
"""How small, and how near to each other, the parts of a sheet may be set so that it has no more pages than that."""
PAPER_LINES = 3
BLANK_ROW = 30.0
NAME_STEP = 34.0
TEXT_STEP = 19.0
ASIDE, DUE = 170.0, 108.0
MARK = 26.0
TAG = 66.0
BOX = 12.0
KEY = (
    "Bar: the value. Dark line: the target. Thin line: the baseline, what was usual before. Arrowhead: where it "
    "should be today. Open shape: not certain yet."
)


def build_one_on_one(sheet: Sheet, height: float, width: float, look: Look, *, manager: bool = False) -> Document:
    """Lay the rep's copy out on pages of a size; the manager's has proofs, and private notes on pages of their own.

    What would go a little over two pages is set closer, and then a little smaller.
    """
    shown = for_the_manager(sheet) if manager else for_the_rep(sheet)
    foot = foot_parts(shown)
    footer = " · ".join((*foot, "manager copy") if manager else foot)
    for scale, gap in SETTINGS:
        inside = min(width / scale - 2 * MARGIN, (LINE_WIDTH + 16) / scale)
        pages = _pages(shown, look, inside, height / scale, gap)
        if len(pages) <= PAGES:
            break
    else:
        scale, inside = 1.0, min(width - 2 * MARGIN, LINE_WIDTH + 16)
        pages = _pages(shown, look, inside, height)
    if manager and sheet.review.private.strip():
        pages += paginated(_private(sheet, look, inside), height / scale)
    return Document(pages, footer, look, scale)


def _pages(sheet: Sheet, look: Look, width: float, height: float, gap: float = LOOSE) -> tuple[tuple[Block, ...], ...]:
    """The blocks on pages, with as many deals named as leave the numbers whole on the first of two pages.

    Where the room for notes goes over for want of a line, it has one less.
    """
    before = [_title(sheet, look, width), *_promises(sheet, look, width)]
    numbers = [*_lines(sheet, look, width), *_why(sheet, look, width)]
    after = [_nearer(_after(sheet, look, width, lines), gap) for lines in (PAPER_LINES, PAPER_LINES - 1)]
    tried = []
    for most in range(MOST_DEALS, LEAST_DEALS - 1, -1):
        first = _nearer([*before, *_facts(sheet, look, width, most), *numbers], gap)
        is_whole = sum(block.height + (block.gap if at else 0.0) for at, block in enumerate(first)) <= room_of(height)
        fuller, shorter = (paginated([*first, *rest], height) for rest in after)
        tried.append((shorter if len(shorter[0]) > len(fuller[0]) else fuller, is_whole))
    return min(tried, key=lambda one: (max(len(one[0]), PAGES), not one[1]))[0]


def _nearer(blocks: list[Block], gap: float) -> list[Block]:
    return [replace(block, gap=min(block.gap, gap)) for block in blocks]


def _after(sheet: Sheet, look: Look, width: float, lines: int) -> list[Block]:
    """Everything below the numbers, with so many empty lines for notes."""
    return [
        *goal_blocks(sheet, look, width),
        *_risks(sheet, look, width),
        *_agenda(sheet, look, width),
        *skill_blocks(sheet, look, width),
        *_notes(sheet, look, width, lines),
        *_agreed(sheet, look, width),
        *wellbeing_blocks(sheet, look, width, writable=_writable(sheet)),
        *receipt_blocks([one for line in sheet.lines for one in line.row.receipts(line.row.kpi.name)], look),
    ]


def _title(sheet: Sheet, look: Look, width: float) -> Block:
    names = broken(sheet.rep, look.font(28, BOLD), width - ASIDE, 3)
    header = broken(with_manager(sheet), look.font(13, MEDIUM), width, 3)
    under = [*((line, "ink") for line in header), *((part, "muted") for part in _under_title(sheet))]
    top_of_under = 22 + NAME_STEP * len(names) + 4

    def paint(painter: QPainter, rect: QRectF) -> None:
        overline = QRectF(rect.left(), rect.top(), rect.width(), 18)
        write(painter, overline, "One-on-one", look.font(13, SEMIBOLD), look.color("accent_ink"))
        box = QRectF(rect.left(), rect.top() + 22, rect.width() - ASIDE, rect.height())
        write_lines(painter, box, names, look.font(28, BOLD), look.color("ink"), NAME_STEP)
        _paint_pill(painter, rect, state_text(sheet.review), look)
        for at, (text, color) in enumerate(under):
            line = QRectF(rect.left(), rect.top() + top_of_under + at * 20, rect.width(), 20)
            write(painter, line, text, look.font(13, MEDIUM if color == "ink" else REGULAR), look.color(color))

    return Block(top_of_under + 20 * len(under), paint)


def _under_title(sheet: Sheet) -> tuple[str, str]:
    return period_words(sheet), known_text(sheet)


def _paint_pill(painter: QPainter, rect: QRectF, words: str, look: Look, kind: str = "none") -> None:
    """What kind of page it is, at the right of the title."""
    font = look.font(12, SEMIBOLD)
    wide = width_of(font, words) + 24
    pill = QRectF(rect.right() - wide, rect.top(), wide, 24)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color(f"{kind}_soft"))
    painter.drawRoundedRect(pill, 12, 12)
    write(painter, pill, words, font, look.color(f"{kind}_ink"), Qt.AlignmentFlag.AlignCenter)


def _promises(sheet: Sheet, look: Look, width: float) -> list[Block]:
    nothing = remark(NO_PROMISES if sheet.since else FIRST_MEETING, look)
    rows = [promise_block(sheet, one, look, width) for one in sheet.promises]
    return section("What we agreed before", look, rows or [nothing], kept_text(sheet.promises))


def _facts(sheet: Sheet, look: Look, width: float, most: int) -> list[Block]:
    rows = [fact_block(one, look, width, most) for one in sheet.facts]
    return section(facts_title(sheet), look, rows or [remark(no_facts_text(sheet), look)], facts_told(sheet))


def _lines(sheet: Sheet, look: Look, width: float) -> list[Block]:
    if not sheet.lines:
        return section("The numbers", look, [remark(NO_LINES, look)])
    header = kpi_header(look)
    rows = [kpi_block(one, look, width) for one in sheet.lines]
    has_bar = any(one.row.target is not None and one.row.result.value is not None for one in sheet.lines)
    remarks = [*([KEY] if has_bar else []), *target_lines(sheet)]
    rows[-1] = stacked((rows[-1], *(remark_lines(text, look, width) for text in remarks)))
    blocks = [stacked((header, rows[0])), *(replace(row, under=header) for row in rows[1:])]
    return section("The numbers", look, blocks, lines_aside(sheet))


def _why(sheet: Sheet, look: Look, width: float) -> list[Block]:
    """What moved the numbers that really changed; nothing where none did."""
    blocks = [remark_lines(text, look, width) for text in sheet.why]
    return section("Why", look, blocks, WHY_ASIDE) if blocks else []


def _risks(sheet: Sheet, look: Look, width: float) -> list[Block]:
    if not sheet.risks:
        return section("Deals to talk about", look, [remark(NO_RISKS, look)])
    columns = risk_columns(sheet, writable=_writable(sheet))
    header, left = risk_header(columns, look), len(sheet.risks) - MOST_RISKS
    shown = sheet.risks[:MOST_RISKS]
    rows = [replace(risk_block(sheet, one, columns, look, width), under=header) for one in shown]
    more = [remark(more_text(left), look)] if left > 0 else []
    return section("Deals to talk about", look, [stacked((header, *rows[:2])), *rows[2:], *more], "the largest first")


def _writable(sheet: Sheet) -> bool:
    """Whether the print may still be written on by hand: what is closed is frozen."""
    return sheet.review.state != "closed"


def _agenda(sheet: Sheet, look: Look, width: float) -> list[Block]:
    items = in_order(sheet.review.agenda)
    if not items:
        empty = ruled(PAPER_LINES - 1, look) if _writable(sheet) else remark(NO_AGENDA, look)
        return section("Agenda", look, [empty])
    blocks: list[Block] = []
    names: dict[Party, str] = {"rep": f"From {sheet.rep}", "manager": "From the manager"}
    for party, name in names.items():
        own = [block for item in items if item.by == party for block in _agenda_lines(item, look, width)]
        blocks += [stacked((label(name, look), own[0])), *own[1:]] if own else []
    return section("Agenda", look, blocks)


def _agenda_lines(item: AgendaItem, look: Look, width: float) -> list[Block]:
    """A point with its box to tick; each further line of it is a block of its own."""
    indent = MARK + (TAG if item.tag_words else 0.0)
    since = from_text(item.since)
    lines = broken(f"{item.text} ({since})" if since else item.text, look.font(13), width - indent) or [""]
    return [_agenda_line(item, line, look, indent, first=at == 0) for at, line in enumerate(lines)]


def _agenda_line(item: AgendaItem, text: str, look: Look, indent: float, *, first: bool) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        if first:
            _paint_box(painter, QPointF(rect.left() + 1, rect.center().y() - BOX / 2), look, done=item.done)
            tag = QRectF(rect.left() + MARK, rect.top(), TAG, rect.height())
            write(painter, tag, item.tag_words, look.font(10.5, SEMIBOLD), look.color("accent_ink"))
        color = look.color("muted" if item.done else "ink")
        write(painter, rect.adjusted(indent, 0, 0, 0), text, look.font(13), color)

    return Block(TEXT_STEP, paint, 5.0 if first else 0.0)


def _paint_box(painter: QPainter, corner: QPointF, look: Look, *, done: bool) -> None:
    """A box to tick, ticked when the point is done."""
    painter.setPen(QPen(look.color("outline"), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(corner.x(), corner.y(), BOX, BOX), 2.5, 2.5)
    if done:
        painter.setPen(QPen(look.color("good"), 2, j=Qt.PenJoinStyle.RoundJoin, c=Qt.PenCapStyle.RoundCap))
        places = ((0.22, 0.52), (0.43, 0.72), (0.8, 0.28))
        painter.drawPolyline(QPolygonF([corner + QPointF(BOX * x, BOX * y) for x, y in places]))


def _notes(sheet: Sheet, look: Look, width: float, lines: int) -> list[Block]:
    written = paragraphs(sheet.review.notes, look, width)
    room = ruled(1 if written else lines, look) if _writable(sheet) else remark(NO_NOTES, look)
    return section("Notes", look, [*written, *([room] if _writable(sheet) or not written else ())])


def _agreed(sheet: Sheet, look: Look, width: float) -> list[Block]:
    agreed = sheet.review.commitments
    rows = [_commitment(sheet, one, at + 1, look, width) for at, one in enumerate(agreed)]
    if not rows:
        rows = [_blank_commitments(look) if _writable(sheet) else remark(NO_AGREED, look)]
    return section("What we agree now", look, [stacked(rows)])  # three at most: one left alone overleaf is overlooked


def _commitment(sheet: Sheet, one: Commitment, number: int, look: Look, width: float) -> Block:
    lines = broken(one.text, look.font(14, SEMIBOLD), width - MARK - ASIDE - DUE - 16, 6) or [""]
    seen = measure_text(sheet, one)
    height = 20.0 * len(lines) + (18 if seen else 0) + 14

    def paint(painter: QPainter, rect: QRectF) -> None:
        top = rect.adjusted(MARK, 7, -ASIDE - DUE - 16, -7)
        _paint_number(painter, QPointF(rect.left() + 9, top.top() + 10), number, look)
        write_lines(painter, top, lines, look.font(14, SEMIBOLD), look.color("ink"), 20)
        if seen:
            below = QRectF(top.left(), top.top() + 20 * len(lines), top.width(), 18)
            write(painter, below, f"Seen by: {seen}", look.font(12), look.color("muted"))
        who = QRectF(rect.right() - ASIDE - DUE, rect.top() + 7, ASIDE, 20)
        write(painter, who, owner_text(sheet, one.owner), look.font(13, MEDIUM), look.color("ink"), RIGHT)
        due = QRectF(rect.right() - DUE, who.top(), DUE, 20)
        write(painter, due, due_text(one.due), look.font(12), look.color("muted"), RIGHT)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("border"))

    return Block(height, paint)


def _paint_number(painter: QPainter, center: QPointF, number: int, look: Look) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("accent_soft"))
    painter.drawEllipse(center, 9, 9)
    box = QRectF(center.x() - 9, center.y() - 9, 18, 18)
    centre = Qt.AlignmentFlag.AlignCenter
    write(painter, box, str(number), look.font(11, SEMIBOLD), look.color("accent_ink"), centre)


def _blank_commitments(look: Look) -> Block:
    """Lines to agree on by hand: what, who, and by when."""
    names = (("What", 0.0, 0.6), ("Who", 0.63, 0.16), ("By when", 0.82, 0.18))

    def paint(painter: QPainter, rect: QRectF) -> None:
        for name, left, wide in names:
            head = QRectF(rect.left() + left * rect.width(), rect.top(), wide * rect.width(), 18)
            write(painter, head, name, look.font(12), look.color("muted"))
            for at in range(PAPER_LINES):
                line = QRectF(head.left(), rect.top() + 18 + BLANK_ROW * (at + 1), head.width(), 1)
                painter.fillRect(line, look.color("border"))

    return Block(20 + BLANK_ROW * PAPER_LINES, paint)


def _private(sheet: Sheet, look: Look, width: float) -> Sequence[Block]:
    """The manager's own notes, marked so that the page is not handed over by mistake."""
    names = broken(f"{sheet.rep} · {sheet.review.question.period.label}", look.font(13, MEDIUM), width - ASIDE, 3)

    def paint(painter: QPainter, rect: QRectF) -> None:
        line = QRectF(rect.left(), rect.top(), rect.width(), 34)
        write(painter, line, "Private notes", look.font(26, BOLD), look.color("ink"))
        _paint_pill(painter, rect, "Private, not for the rep", look, "watch")
        below = QRectF(rect.left(), rect.top() + 40, rect.width(), rect.height())
        write_lines(painter, below, names, look.font(13, MEDIUM), look.color("muted"), 20)

    title = Block(50 + 20 * len(names), paint)
    written = paragraphs(sheet.review.private, look, width)
    return [stacked((title, written[0])), *written[1:]]
