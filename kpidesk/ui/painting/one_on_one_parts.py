"""The quieter parts of a one-on-one on paper: coaching goals, the skill in focus, praise, and the rep's own part."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kpidesk.core.coaching_goals import GOAL_STATUS, GOAL_VERDICT_WORDS, GoalReadout
from kpidesk.core.review_words import (
    GOALS_TITLE,
    PRAISE_TITLE,
    SKILL_AND_PRAISE,
    SKILL_TITLE,
    WELLBEING_ASIDE,
    WELLBEING_TITLE,
    goal_lines,
    skill_words,
)
from kpidesk.core.reviews import Sheet
from kpidesk.ui.painting.look import SEMIBOLD, Look
from kpidesk.ui.painting.marks import paint_badge
from kpidesk.ui.painting.pages import Block
from kpidesk.ui.painting.writing import broken, label, paragraphs, remark, ruled, section, write_lines

VERDICT, BESIDE = 190.0, 116.0
ROOM = 2
MOST_LINES = 3


def goal_blocks(sheet: Sheet, look: Look, width: float) -> list[Block]:
    """The coaching goals with what became of them; nothing where there are none."""
    rows = [_goal(one, look, width) for one in sheet.goals]
    return section(GOALS_TITLE, look, rows) if rows else []


def _goal(found: GoalReadout, look: Look, width: float) -> Block:
    inner = width - VERDICT
    title = broken(found.goal.label, look.font(13, SEMIBOLD), inner, MOST_LINES) or [""]
    told = "".join(f"{text} " if text.endswith(".") else f"{text} · " for text in goal_lines(found))
    under = broken(told.removesuffix(" · "), look.font(12), inner, 2 * MOST_LINES)

    def paint(painter: QPainter, rect: QRectF) -> None:
        badge = QRectF(rect.left(), rect.top() + 6, VERDICT - 12, 24)
        paint_badge(painter, badge, GOAL_VERDICT_WORDS[found.verdict], GOAL_STATUS[found.verdict], look)
        box = QRectF(rect.left() + VERDICT, rect.top() + 8, inner, rect.height())
        write_lines(painter, box, title, look.font(13, SEMIBOLD), look.color("ink"), 19)
        below = box.translated(0, 19 * len(title))
        write_lines(painter, below, under, look.font(12), look.color("muted"), 17)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("border"))

    return Block(19 * len(title) + 17 * len(under) + 17, paint)


def skill_blocks(sheet: Sheet, look: Look, width: float) -> list[Block]:
    """What is worked on and what went well, as far as something was written."""
    seen, praised = skill_words(sheet), sheet.review.praise.strip()
    room = width - BESIDE if praised and (seen or sheet.review.skill.strip()) else width
    shown, praise = (paragraphs(text, look, room) for text in (sheet.review.skill, sheet.review.praise))
    skill = [*shown, *([remark(seen, look)] if seen else [])]
    if skill and praise:
        joined = [*_beside(SKILL_TITLE, skill, look), *_beside(PRAISE_TITLE, praise, look)]
        return section(SKILL_AND_PRAISE, look, joined)
    blocks = skill or praise
    return section(SKILL_TITLE if skill else PRAISE_TITLE, look, blocks) if blocks else []


def _beside(name: str, blocks: list[Block], look: Look) -> list[Block]:
    """Blocks at the right of a small heading."""
    first, *rest = [_indented(block) for block in blocks]
    heading = label(name, look)

    def paint(painter: QPainter, rect: QRectF) -> None:
        heading.paint(painter, QRectF(rect.left(), rect.top(), BESIDE, first.height))
        first.paint(painter, rect)

    return [replace(first, paint=paint), *rest]


def _indented(block: Block) -> Block:
    return replace(block, paint=lambda painter, rect: block.paint(painter, rect.adjusted(BESIDE, 0, 0, 0)))


def wellbeing_blocks(sheet: Sheet, look: Look, width: float, *, writable: bool) -> list[Block]:
    """The rep's own part: what was written, and room to write on while the sheet may be written on."""
    written = paragraphs(sheet.review.wellbeing, look, width)
    room = [ruled(ROOM, look)] if writable and sheet.asks_wellbeing else []
    blocks = [*written, *room]
    return section(WELLBEING_TITLE, look, blocks, WELLBEING_ASIDE) if blocks else []
