"""One trend laid out on pages: title, chart, and its numbers as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from kpidesk.core.formats import day_text, format_value, sampling_interval
from kpidesk.core.luck_words import FOR_LUCK
from kpidesk.core.term_words import BASELINE
from kpidesk.core.trend_parts import TrendMark
from kpidesk.core.trend_words import explanations
from kpidesk.core.trends import Trend, TrendPoint
from kpidesk.ui.painting.definition_list import definition_blocks
from kpidesk.ui.painting.look import BOLD, LEFT, MEDIUM, REGULAR, RIGHT, SEMIBOLD, Look, draw_text, wrapped
from kpidesk.ui.painting.pages import HEADER_ROW, LINE_WIDTH, Block, Document, fitted, footer, room_of
from kpidesk.ui.painting.receipt_list import receipt_blocks
from kpidesk.ui.painting.trend_chart import paint_trend
from kpidesk.ui.painting.trend_layers import paint_mark_line
from kpidesk.ui.painting.writing import terms_blocks, write_lines

CHART = 236.0
SENTENCE, MOST_SENTENCE = 17.0, 3
TALL_CHART, LOW_CHART = 320.0, 240.0
GAP = 26.0
ROW = 28.0
NOTE, MOST_LINES = 21.0, 5
TITLES = ("Period", "Actual", "From", FOR_LUCK, "Minimum", "Target", "Stretch")
SHARES = (0.18, 0.12, 0.18, 0.19, 0.11, 0.11, 0.11)


def build_trend_document(trend: Trend, height: float, look: Look) -> Document:
    """Lay one trend out: title, chart, and its numbers as a table."""
    header = Block(HEADER_ROW, lambda painter, rect: _paint_point_titles(painter, rect, look), 20)
    chart = replace(trend_block(trend, look, titled=False), height=TALL_CHART, gap=10)
    points = (replace(_point_block(trend, point, look), under=header) for point in reversed(trend.points))
    codes = receipt_blocks(trend.receipts, look)
    notes = [_note_block(mark, look) for mark in trend.marks if trend.shows("notes")]
    said = (trend.kpi.name, trend.sentence, *explanations(trend), *trend.notices, FOR_LUCK)
    below = (*terms_blocks(said, look, also=baseline_words((trend,))), *definition_blocks((trend.kpi,), look), *codes)
    blocks = [_trend_title(trend, look), chart, *notes, header, *points, *below]
    over = sum(block.height + block.gap for block in blocks) - room_of(height)
    if 0 < over <= TALL_CHART - LOW_CHART:  # a chart a little lower spares a page of a few lines
        blocks[1] = replace(chart, height=TALL_CHART - over)
    pages, scale = fitted(blocks, height)
    return Document(pages, footer(trend.as_of, definitions=trend.definitions, about=trend.title), look, scale)


def baseline_words(trends: Sequence[Trend]) -> str:
    """What the baseline is that a chart names; empty where none has one."""
    return BASELINE if any(one.baseline is not None for one in trends) else ""


def trend_block(trend: Trend, look: Look, *, titled: bool = True) -> Block:
    """A trend as one block, with its name and sentence above where it stands among others.

    A sentence of several lines makes the block higher than `CHART`, not the chart lower.
    """
    told = wrapped(trend.sentence, look.font(12), LINE_WIDTH, MOST_SENTENCE) if titled else []
    more = SENTENCE * max(len(told) - 1, 0)
    above = 44.0 + more if titled else 0.0

    def paint(painter: QPainter, rect: QRectF) -> None:
        if titled:
            head = QRectF(rect.left(), rect.top(), rect.width(), 20)
            draw_text(painter, head, trend.kpi.name, look.font(15, SEMIBOLD), look.color("ink"), LEFT)
            under = rect.adjusted(0, 21, 0, 0)
            write_lines(painter, under, told, look.font(12), look.color("muted"), SENTENCE)
        painter.save()
        painter.translate(rect.left(), rect.top() + above)
        paint_trend(painter, QRectF(0, 0, rect.width(), rect.height() - above), trend, look, trend.currency)
        painter.restore()

    return Block(CHART + more, paint, GAP)


def _trend_title(trend: Trend, look: Look) -> Block:
    width = LINE_WIDTH
    told = wrapped(trend.sentence, look.font(13), width, 2)
    more = wrapped(" ".join(explanations(trend)), look.font(13), width, MOST_LINES)
    notices = [part for notice in trend.notices for part in wrapped(notice, look.font(12), width, 2)]

    def paint(painter: QPainter, rect: QRectF) -> None:
        line = QRectF(rect.left(), rect.top(), rect.width(), 34)
        draw_text(painter, line, trend.kpi.name, look.font(26, BOLD), look.color("ink"), LEFT)
        line = QRectF(rect.left(), rect.top() + 36, rect.width(), 20)
        draw_text(painter, line, trend.title.partition(" · ")[2], look.font(14, MEDIUM), look.color("ink"), LEFT)
        line = QRectF(rect.left(), rect.top() + 58, rect.width(), 18)
        for text in told:
            draw_text(painter, line, text, look.font(13), look.color("muted"), LEFT)
            line.translate(0, 18)
        for text in more:
            draw_text(painter, line, text, look.font(13), look.color("ink"), LEFT)
            line.translate(0, 18)
        for text in notices:
            draw_text(painter, line, text, look.font(12), look.color("watch_ink"), LEFT)
            line.translate(0, 18)

    return Block(60 + 18 * (len(told) + len(more) + len(notices)), paint)


def _note_block(mark: TrendMark, look: Look) -> Block:
    return Block(NOTE, lambda painter, rect: paint_mark_line(painter, rect, mark, day_text(mark.day), look))


def _point_cells(rect: QRectF) -> Iterator[tuple[QRectF, Qt.AlignmentFlag]]:
    """Where the columns of a trend's table lie, and how their text stands."""
    left = rect.left()
    for share in SHARES:
        align = LEFT if left == rect.left() else RIGHT
        yield QRectF(left, rect.top(), share * rect.width(), rect.height()), align
        left += share * rect.width()


def _paint_point_titles(painter: QPainter, rect: QRectF, look: Look) -> None:
    for (cell, align), title in zip(_point_cells(rect), TITLES, strict=True):
        draw_text(painter, cell, title, look.font(12, MEDIUM), look.color("muted"), align)
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("strong_border"))


def _point_block(trend: Trend, point: TrendPoint, look: Look) -> Block:
    unit, money, found = trend.kpi.display, trend.currency, point.result
    interval = sampling_interval(found.interval, unit, money, found.n) if found.interval is not None else ""
    goals = ("" if tier is None else format_value(tier, unit, money) for tier in point.tiers)
    name = f"{point.period.label}{' so far' if point.partial else ''}"
    texts = (name, point.value_text, point.sample_text, interval, *goals)

    def paint(painter: QPainter, rect: QRectF) -> None:
        for at, ((cell, align), text) in enumerate(zip(_point_cells(rect), texts, strict=True)):
            strong = at < 2
            font = look.font(13, SEMIBOLD if at == 1 else MEDIUM if strong else REGULAR)
            draw_text(painter, cell, text, font, look.color("ink" if strong else "muted"), align)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("border"))

    return Block(ROW, paint)
