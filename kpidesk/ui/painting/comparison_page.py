"""Reps compared, on paper and as a picture: the funnel of each group, the words, and the numbers by name."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from kpidesk.core.peers import SYMBOLS, Comparison, Peer, PeerGroup
from kpidesk.ui.painting.funnel_plot import paint_funnel
from kpidesk.ui.painting.look import BOLD, LEFT, MEDIUM, REGULAR, RIGHT, SEMIBOLD, Look, draw_text, wrapped
from kpidesk.ui.painting.pages import HEADER_ROW, LINE_WIDTH, Block, Document, footer, paginated

CHART, ROW = 330.0, 28.0
TITLES = ("", "Value", "From", "95% range", "Best guess", "")
SHARES = (0.2, 0.11, 0.14, 0.15, 0.14, 0.26)


def build_comparison(found: Comparison, height: float, look: Look) -> Document:
    """Lay a comparison out: title, then for each group its funnel and its table."""
    blocks = [_title(found, look)]
    header = Block(HEADER_ROW, lambda painter, rect: _paint_titles(painter, rect, found, look), 14)
    for group in found.groups:
        blocks.append(_group(group, look))
        if group.limits or group.common is not None:
            blocks.append(_chart(found, group, look))
        blocks += [header, *(_peer(peer, header, look) for peer in group.peers)]
    if found.ramping:
        blocks += [_words("Still ramping, compared with nobody", "", look), header]
        blocks += [_peer(peer, header, look) for peer in found.ramping]
    return Document(paginated(blocks, height), footer(found.as_of), look)


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


def _cells(rect: QRectF) -> Iterator[tuple[QRectF, Qt.AlignmentFlag]]:
    left = rect.left()
    for at, share in enumerate(SHARES):
        align = LEFT if at in (0, len(SHARES) - 1) else RIGHT
        box = QRectF(left, rect.top(), share * rect.width(), rect.height())
        yield (box.adjusted(16, 0, 0, 0) if at == len(SHARES) - 1 else box), align
        left += share * rect.width()


def _paint_titles(painter: QPainter, rect: QRectF, found: Comparison, look: Look) -> None:
    titles = (found.by.capitalize(), *TITLES[1:])
    for (cell, align), title in zip(_cells(rect), titles, strict=True):
        draw_text(painter, cell, title, look.font(12, MEDIUM), look.color("muted"), align)
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("strong_border"))


def _peer(peer: Peer, under: Block, look: Look) -> Block:
    place = f"{SYMBOLS[peer.place]} {peer.place_words.partition(' (')[0]}" if peer.place_words else ""
    texts = (peer.name, peer.value_text, peer.sample_text, peer.interval_text, peer.fair_text, place)

    def paint(painter: QPainter, rect: QRectF) -> None:
        for at, ((cell, align), text) in enumerate(zip(_cells(rect), texts, strict=True)):
            font = look.font(13, MEDIUM if at < 2 else REGULAR)
            draw_text(painter, cell, text, font, look.color("ink" if at < 2 else "muted"), align)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("border"))

    return Block(ROW, paint, under=under)
