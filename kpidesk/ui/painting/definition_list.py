"""How the KPIs of a print are counted: the sentence and the formula of each, in small letters at its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kpidesk.core.counted import counted_words
from kpidesk.core.kpis import Kpi
from kpidesk.ui.painting.look import LEFT, SEMIBOLD, Look, draw_text, wrapped
from kpidesk.ui.painting.pages import LINE_WIDTH, Block

HEAD, LINE, GAP, SIZE = 19.0, 12.0, 2.0, 9.5
MOST_LINES = 12
TITLES = ("How it is counted", "How these are counted")


def definition_blocks(kpis: Iterable[Kpi], look: Look) -> list[Block]:
    """A title and each KPI once, never cut; nothing where none says how it is counted."""
    told = {kpi.name: words for kpi in kpis if (words := counted_words(kpi))}
    if not told:
        return []
    title = _title(TITLES[len(told) > 1], look)
    return [title, *(replace(_definition(f"{name}: {words}", look), under=title) for name, words in told.items())]


def _title(text: str, look: Look) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        draw_text(painter, rect, text, look.font(13, SEMIBOLD), look.color("ink"), LEFT)

    return Block(HEAD, paint, 12)


def _definition(text: str, look: Look) -> Block:
    lines = wrapped(text, look.font(SIZE), LINE_WIDTH, MOST_LINES)

    def paint(painter: QPainter, rect: QRectF) -> None:
        for at, line in enumerate(lines):
            place = QRectF(rect.left(), rect.top() + LINE * at, rect.width(), LINE)
            draw_text(painter, place, line, look.font(SIZE), look.color("muted"), LEFT)

    return Block(LINE * len(lines), paint, GAP)
