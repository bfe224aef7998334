"""Reps compared, on paper and as a picture: the funnel of each group, the words, and the numbers by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from kpidesk.core.luck_words import FOR_LUCK
from kpidesk.core.peers import SYMBOLS, Comparison, Peer, PeerGroup
from kpidesk.ui.painting.funnel_plot import paint_funnel
from kpidesk.ui.painting.look import BOLD, LEFT, MEDIUM, REGULAR, RIGHT, SEMIBOLD, Look, draw_text, wrapped
from kpidesk.ui.painting.pages import HEADER_ROW, LINE_WIDTH, Block, Document, footer, paginated
from kpidesk.ui.painting.receipt_list import receipt_blocks
from kpidesk.ui.painting.writing import broken, stacked, terms_blocks, write_lines

CHART, ROW, LINE = 330.0, 28.0, 18.0
MOST_NAME = 3
"""On how many lines a name stands at most."""
TITLES = ("", "Value", "From", FOR_LUCK, "Best guess", "")
SHARES = (0.27, 0.08, 0.12, 0.16, 0.12, 0.25)
WITHOUT_GUESS = (0.22, 0.15, 0.2, 0.18, 0.0, 0.25)
"""Only rates have a best guess."""


def build_comparison(found: Comparison, height: float, look: Look) -> Document:
    """Lay a comparison out: title, then for each group its funnel and its table."""
    blocks = [_title(found, look)]
    shares = SHARES if any(peer.fair_text for peer in found.peers) else WITHOUT_GUESS
    header = Block(HEADER_ROW, lambda painter, rect: _paint_titles(painter, rect, found, shares, look), 14)
    for group in found.groups:
        has_chart = bool(group.limits) or group.common is not None
        drawn = [_chart(found, group, look)] if has_chart else []
        blocks.append(stacked([_group(group, look), *drawn]))
        blocks += [header, *(_peer(peer, header, shares, look) for peer in group.peers)]
    if found.ramping:
        blocks += [_words("Still ramping, compared with nobody", "", look), header]
        blocks += [_peer(peer, header, shares, look) for peer in found.ramping]
    guess = "Best guess" if any(peer.fair_text for peer in found.peers) else ""
    blocks += terms_blocks((found.kpi.name, found.sentence, *found.notices, FOR_LUCK, guess), look)
    blocks += receipt_blocks(found.receipts, look)
    return Document(
        paginated(blocks, height), footer(found.as_of, definitions=found.definitions, about=found.title), look
    )


def _title(found: Comparison, look: Look) -> Block:
    told = [line for text in (found.sentence, found.window_words, *found.notices)
            for line in wrapped(text, look.font(13), LINE_WIDTH, 3)]  # fmt: skip

    def paint(painter: QPainter, rect: QRectF) -> None:
        line = QRectF(rect.left(), rect.top(), rect.width(), 34)
        draw_text(painter, line, found.kpi.name, look.font(26, BOLD), look.color("ink"), LEFT)
        line = QRectF(rect.left(), rect.top() + 36, rect.width(), 20)
        under = f"{found.title.partition(' · ')[2]} · {found.window.label}"
        draw_text(painter, line, under, look.font(14, MEDIUM), look.color("ink"), LEFT)
        line = QRectF(rect.left(), rect.top() + 60, rect.width(), 18)
        for text in told:
            draw_text(painter, line, text, look.font(13), look.color("muted"), LEFT)
            line.translate(0, 18)

    return Block(62 + 18 * len(told), paint)


def _words(heading: str, text: str, look: Look) -> Block:
    told = wrapped(text, look.font(13), LINE_WIDTH, 3) if text else []

    def paint(painter: QPainter, rect: QRectF) -> None:
        line = QRectF(rect.left(), rect.top(), rect.width(), 20)
        draw_text(painter, line, heading, look.font(15, SEMIBOLD), look.color("ink"), LEFT)
        line = QRectF(rect.left(), rect.top() + 22, rect.width(), 18)
        for part in told:
            draw_text(painter, line, part, look.font(13), look.color("muted"), LEFT)
            line.translate(0, 18)

    return Block(24 + 18 * len(told), paint, 24)


def _group(group: PeerGroup, look: Look) -> Block:
    heading = f"{group.label}: {group.common_text} together" if group.common_text else group.label
    return _words(heading, group.words, look)


def _chart(found: Comparison, group: PeerGroup, look: Look) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        paint_funnel(painter, rect, found, group, look)

    return Block(CHART, paint, 10)


def _cells(rect: QRectF, shares: Sequence[float]) -> Iterator[tuple[QRectF, Qt.AlignmentFlag]]:
    left, last = rect.left(), len(shares) - 1
    for at, share in enumerate(shares):
        align = LEFT if at in (0, last) else RIGHT
        box = QRectF(left, rect.top(), share * rect.width(), rect.height())
        yield (box.adjusted(16, 0, 0, 0) if at == last else box), align
        left += share * rect.width()


def _paint_titles(painter: QPainter, rect: QRectF, found: Comparison, shares: Sequence[float], look: Look) -> None:
    titles = (found.by.capitalize(), *TITLES[1:])
    for (cell, align), title in zip(_cells(rect, shares), titles, strict=True):
        if not cell.width():
            continue
        draw_text(painter, cell, title, look.font(12, MEDIUM), look.color("muted"), align)
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("strong_border"))


def _peer(peer: Peer, under: Block, shares: Sequence[float], look: Look) -> Block:
    place = f"{SYMBOLS[peer.place]} {peer.place_words.partition(' (')[0]}" if peer.place_words else ""
    names = broken(peer.name, look.font(13, MEDIUM), shares[0] * LINE_WIDTH - 8, MOST_NAME)
    texts = (peer.value_text, peer.sample_text, peer.interval_text, peer.fair_text, place)

    def paint(painter: QPainter, rect: QRectF) -> None:
        (name, _), *cells = _cells(QRectF(rect.left(), rect.top(), rect.width(), ROW), shares)
        first = name.adjusted(0, (ROW - LINE) / 2, 0, 0)
        write_lines(painter, first, names, look.font(13, MEDIUM), look.color("ink"), LINE)
        for at, ((cell, align), text) in enumerate(zip(cells, texts, strict=True)):
            font = look.font(13, REGULAR if at else MEDIUM)
            draw_text(painter, cell, text, font, look.color("muted" if at else "ink"), align)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("border"))

    return Block(ROW + LINE * (len(names) - 1), paint, under=under)
