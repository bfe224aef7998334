"""A scorecard with trends laid out on pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kpidesk.core.formats import age_text, day_text, period_text
from kpidesk.core.scorecards import (
    COACHING,
    Row,
    RowKey,
    Scorecard,
    begins_coaching,
    goal_notes,
    rows_in_row,
    total_name,
)
from kpidesk.core.trends import Trend
from kpidesk.core.wording import capital
from kpidesk.ui.painting.cells import (
    RIGHT_ALIGNED,
    SHORT_TITLES,
    Column,
    before_notes,
    lines_height,
    name_lines,
    paint_cell,
    paint_name,
    paper_line,
)
from kpidesk.ui.painting.definition_list import definition_blocks
from kpidesk.ui.painting.look import BOLD, LEFT, MEDIUM, RIGHT, SEMIBOLD, Look, draw_text, wrapped
from kpidesk.ui.painting.pages import (
    HEADER_ROW,
    LINE_WIDTH,
    SMALLER,
    Block,
    Document,
    fitted,
    footer,
    paginated,
    room_of,
)
from kpidesk.ui.painting.receipt_list import grouped_receipts, receipt_blocks
from kpidesk.ui.painting.strip import STRIP_HEIGHT, paint_strip
from kpidesk.ui.painting.trend_page import CHART, GAP, baseline_words, trend_block
from kpidesk.ui.painting.writing import terms_blocks

ROW = 43.0
GROUP = 36.0
LOWEST_CHART = 150.0
LEAST_SPARK = 3
_SHARES: dict[Column, float] = {
    "kpi": 0.285, "actual": 0.135, "target": 0.10, "bullet": 0.16, "trend": 0.12, "status": 0.20,
}  # fmt: skip


def build_document(scorecard: Scorecard, trends: Sequence[Trend], height: float, look: Look) -> Document:
    """Lay a scorecard and trends out on pages of a height; a table goes on under a repeated header."""
    table = [
        _title_block(scorecard, look),
        Block(STRIP_HEIGHT, lambda painter, rect: paint_strip(painter, rect, scorecard.rows, look), 16),
        *card_blocks(scorecard, look),
        *_notes_blocks(scorecard, look, baseline_words(trends)),
    ]
    codes = [*definition_blocks((row.kpi for row in scorecard.rows), look), *_codes(scorecard, look)]
    used, more = (sum(block.height + block.gap for block in some) for some in (table, codes))
    charts = [trend_block(trend, look) for trend in trends]
    used += sum(chart.height - CHART for chart in charts)
    tall, scale = _chart_height((used + more, used), len(charts), height)
    charts = [replace(chart, height=chart.height - CHART + tall) for chart in charts]
    foot = footer(scorecard.as_of, scorecard.sources, scorecard.definitions, _about(scorecard))
    blocks = [*table, *charts, *codes]
    pages, scale = (paginated(blocks, height / scale), scale) if scale < 1 else fitted(blocks, height)
    return Document(pages, foot, look, scale)


def card_blocks(card: Scorecard, look: Look) -> list[Block]:
    """The table of a scorecard: its titles and a block for each row."""
    titles = {**SHORT_TITLES, "kpi": _first_title(card.question.by)}
    shares = _shares_for(card)
    header = Block(HEADER_ROW, lambda painter, rect: _paint_header(painter, rect, titles, shares, look), 12)
    return [header, *_row_blocks(card, header, shares, look)]


def _shares_for(card: Scorecard) -> dict[Column, float]:
    """How wide the columns are; where no row shows a run of values, its room belongs to the names."""
    if any(len(row.spark) >= LEAST_SPARK for row in card.rows):
        return _SHARES
    wider: dict[Column, float] = {**_SHARES, "kpi": _SHARES["kpi"] + _SHARES["trend"]}
    del wider["trend"]
    return wider


def _about(card: Scorecard) -> str:
    """Whose numbers they are, of when, and for which teams they count where that is not as it was."""
    teams = ("teams as they are today",) if card.question.teams == "today" else ()
    return " · ".join((card.title, *teams))


def _codes(card: Scorecard, look: Look) -> list[Block]:
    """The receipts of all rows; in a breakdown those of the members of each KPI under its name."""
    rows = named_rows(card)
    if not card.question.by:
        return receipt_blocks([code for one in rows for code in one.receipts_with_before(one.kpi.name)], look)
    names = dict.fromkeys(one.kpi.sentence for one in rows)
    groups = [
        (kpi, [code for one in rows if one.kpi.sentence == kpi for code in one.receipts_with_before(one.kpi.name)])
        for kpi in names
    ]
    return grouped_receipts(groups, look)


def _chart_height(used: Sequence[float], count: int, height: float) -> tuple[float, float]:
    """How high charts are, and how small everything is drawn, to keep all of them on the page of the table.

    With what is small print, where that fits, else without it.
    """
    for some in used if count else ():
        for scale in SMALLER:
            room = (room_of(height / scale) - some) / count - GAP
            if room >= LOWEST_CHART:
                return min(room, CHART), scale
    return CHART, 1.0


def _notes_blocks(card: Scorecard, look: Look, also: str) -> list[Block]:
    """What qualifies single rows, with their names, under the table, and what its terms and charts `also` mean."""
    noted: dict[str, list[RowKey]] = {}
    rows = named_rows(card)
    names: list[RowKey] = [(one.kpi.sentence, one.kpi.name) if card.question.by else (one.kpi.name,) for one in rows]
    for name, row in zip(names, rows, strict=True):
        for notice in row.result.notices:
            if notice not in card.notices:
                noted.setdefault(notice, []).append(name)
    told = [f"{rows_in_row(whose, names)}: {notice}" for notice, whose in noted.items()]
    texts = [*before_notes(rows), *goal_notes(rows, names), *told]
    lines = [line for text in texts for line in wrapped(text, look.font(12), LINE_WIDTH, 3)]
    shown = (text for row in rows for text in (row.kpi.name, row.status_words, paper_line(row)))
    terms = terms_blocks((*texts, *shown), look, also=also)
    return [*(_note_block(line, look, gap=0.0 if at else 8.0) for at, line in enumerate(lines)), *terms]


def _note_block(text: str, look: Look, *, gap: float) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        draw_text(painter, rect, text, look.font(12), look.color("watch_ink"), LEFT)

    return Block(18, paint, gap)


def named_rows(card: Scorecard) -> tuple[Row, ...]:
    """The rows with the name by which a page tells them apart: the KPI, or the member of a breakdown."""
    several = len({row.period for row in card.rows}) > 1
    return tuple(_named(card, row, several=several) for row in card.rows)


def _named(card: Scorecard, row: Row, *, several: bool) -> Row:
    name, sentence = row.kpi.name, row.kpi.sentence
    if card.question.by in ("team", "rep"):
        name, sentence = total_name(card, row) or row.scope.name or scope_title(card, row), row.kpi.name
    elif card.question.by:
        name, sentence = row.member, row.kpi.name
    if several:
        name = f"{name} · {row.period.label}"
    spark = row.spark if len(row.spark) >= LEAST_SPARK else ()
    return replace(row, kpi=replace(row.kpi, name=name, sentence=sentence), spark=spark)


def scope_title(card: Scorecard, row: Row) -> str:
    """A scope without a name of its own: Unassigned, or the organisation."""
    return "Unassigned" if row.scope.kind == "unassigned" else card.title.partition(" · ")[0]


def _title_block(scorecard: Scorecard, look: Look) -> Block:
    name, period = scorecard.title.partition(" · ")[0], period_text(scorecard.question.period)
    known = f"Data as of {day_text(scorecard.as_of)}" if scorecard.as_of is not None else "No data"
    if scorecard.age_days is not None:
        known += f" ({age_text(scorecard.age_days)})"
    if words := scorecard.running_words:
        known += f" · {words[0].lower()}{words[1:].removesuffix('.')}"
    notices = [part for notice in scorecard.notices for part in wrapped(notice, look.font(12), LINE_WIDTH, 2)]

    def paint(painter: QPainter, rect: QRectF) -> None:
        top = rect.top()
        heading = QRectF(rect.left(), top, rect.width(), 34)
        draw_text(painter, heading, "Sales scorecard", look.font(26, BOLD), look.color("ink"), LEFT)
        under = QRectF(rect.left(), top + 36, rect.width(), 20)
        draw_text(painter, under, f"{name} · {period}", look.font(14, MEDIUM), look.color("ink"), LEFT)
        line = QRectF(rect.left(), top + 57, rect.width(), 18)
        draw_text(painter, line, known, look.font(12), look.color("muted"), LEFT)
        for i, notice in enumerate(notices):
            draw_text(painter, line.translated(0, 18 * (i + 1)), notice, look.font(12), look.color("watch_ink"), LEFT)

    return Block(76 + 18 * len(notices), paint)


def column_rects(rect: QRectF, shares: dict[Column, float]) -> dict[Column, QRectF]:
    """Where the columns of a page's table lie inside a row."""
    found, left = {}, rect.left() - 8
    for column, share in shares.items():
        width = share * (rect.width() + 16)
        found[column] = QRectF(left, rect.top(), width, rect.height())
        left += width
    return found


def _first_title(by: str) -> str:
    """What the first column names: the KPI, or what a breakdown is by."""
    return capital(by.replace("_", " ")) if by else SHORT_TITLES["kpi"]


def _paint_header(
    painter: QPainter, rect: QRectF, titles: dict[Column, str], shares: dict[Column, float], look: Look
) -> None:
    for column, cell in column_rects(rect, shares).items():
        align = RIGHT if column in RIGHT_ALIGNED else LEFT
        inner = cell.adjusted(8, 0, -8, 0)
        draw_text(painter, inner, titles[column], look.font(12, MEDIUM), look.color("muted"), align)
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("strong_border"))


def _row_blocks(card: Scorecard, header: Block, shares: dict[Column, float], look: Look) -> Iterator[Block]:
    """The rows under their header; in a breakdown the members of each KPI under its name, also on a new page."""
    before = None
    for at, (row, named) in enumerate(zip(card.rows, named_rows(card), strict=True)):
        block = _row_block(named, shares, look)
        if not card.question.by:
            block = _stacked(_group_title(COACHING, look), block) if begins_coaching(card, at) else block
            yield replace(block, under=header)
            continue
        title = _group_title(row.kpi.name, look)
        yield replace(block if row.kpi == before else _stacked(title, block),
                      under=_stacked(header, title) if row.kpi == before else header)  # fmt: skip
        before = row.kpi


def _group_title(name: str, look: Look) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        inner = rect.adjusted(0, 8, 0, 0)
        draw_text(painter, inner, name, look.font(14, SEMIBOLD), look.color("ink"), LEFT)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("border"))

    return Block(GROUP, paint)


def _stacked(upper: Block, lower: Block) -> Block:
    """Two blocks as one that is never cut between them."""

    def paint(painter: QPainter, rect: QRectF) -> None:
        upper.paint(painter, QRectF(rect.left(), rect.top(), rect.width(), upper.height))
        lower.paint(painter, QRectF(rect.left(), rect.top() + upper.height, rect.width(), lower.height))

    return Block(upper.height + lower.height, paint, upper.gap)


def _row_block(row: Row, shares: dict[Column, float], look: Look) -> Block:
    """One row, as high as its name and what stands under it need: nobody can ask a page for the rest."""
    lines = name_lines(row, shares["kpi"] * (LINE_WIDTH + 16) - 16, look)

    def paint(painter: QPainter, rect: QRectF) -> None:
        for column, cell in column_rects(rect, shares).items():
            if column == "kpi":
                paint_name(painter, cell.adjusted(8, 0, -8, 0), lines, look)
            else:
                paint_cell(painter, cell, row, column, look, look.color("surface"))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("border"))

    return Block(ROW + lines_height(lines, look) - lines_height((("",), ("",)), look), paint)
