"""The cells of a scorecard row and of the matrix, drawn alike by the table, the PDF and the picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from kpidesk.core.scorecards import Row
from kpidesk.core.wording import capital
from kpidesk.ui.painting.bullet import bullet_of, paint_bullet
from kpidesk.ui.painting.look import LEFT, RIGHT, SEMIBOLD, Look, draw_text, width_of, wrapped
from kpidesk.ui.painting.marks import paint_badge, paint_symbol
from kpidesk.ui.painting.sparkline import paint_sparkline

Column = Literal["kpi", "actual", "target", "bullet", "trend", "status"]
COLUMNS: tuple[Column, ...] = ("kpi", "actual", "target", "bullet", "trend", "status")
TITLES: dict[Column, str] = {
    "kpi": "KPI",
    "actual": "Actual",
    "target": "Target",
    "bullet": "Against minimum, target, stretch",
    "trend": "Trend",
    "status": "Status",
}
SHORT_TITLES: dict[Column, str] = {**TITLES, "bullet": "Against target"}
RIGHT_ALIGNED: frozenset[Column] = frozenset({"actual", "target", "trend"})
_SYMBOL = 9
_BEFORE, _GAP, _AFTER = 8, 6, 6  # of a matrix cell: before its symbol, between that and its words, and after these
_UPPER, _LOWER = 18, 16
MOST_LINES = 3
"""On how many lines a name stands at most on a page, and what stands under it."""


def second_line(row: Row) -> str:
    """What stands under the name of a KPI: why there is no number, the longer time beside few rows, a real change.

    Where there is nothing of these, whether it leads or lags, and what it is of.
    """
    change = row.change
    return _second_line(row, f"{change.mark} {change.brief}" if change is not None and change.mark else "")


def paper_line(row: Row) -> str:
    """The same on paper, which nobody can ask for more: with what it was before, whether it changed or not."""
    return _second_line(row, f"Before: {row.change.told(against=False)}" if row.change is not None else "")


def before_notes(rows: Iterable[Row]) -> list[str]:
    """What "Before" stands for in these rows, a line for each time that numbers are held against."""
    against = dict.fromkeys(row.change.against for row in rows if row.change is not None)
    return [f"Before: in {one}." for one in against]


def _second_line(row: Row, changed: str) -> str:
    told = [capital(row.reason)] if row.result.value is None and row.reason else []
    if row.long_run is not None:
        told.append(row.long_run.brief)
    if changed:
        told.append(changed)
    return " · ".join(told) or f"{row.kpi.indicator.capitalize()} · {row.kpi.dimension}"


def actual_lines(row: Row) -> tuple[str, str]:
    """A number and what it rests on; of a rate from too few rows only these: "3 of 7"."""
    if (row.status == "too_few" or row.is_few) and row.kpi.is_rate and row.result.numerator is not None:
        return row.sample_text, ""
    return row.value_text, row.sample_text


def matrix_lines(row: Row) -> tuple[str, str]:
    """A cell of the matrix: a number and what it rests on; where these are too few, what a longer time shows."""
    number, rests = actual_lines(row)
    too_few = row.status == "too_few" or row.is_few or row.result.value is None
    return (number, row.long_run.brief) if too_few and row.long_run is not None else (number, rests)


def paint_cell(
    painter: QPainter,
    rect: QRectF,
    row: Row,
    column: Column,
    look: Look,
    ground: QColor,
    *,
    hot: bool = False,
) -> None:
    """Draw one cell of a row into `rect`; `ground` is the colour behind it, `hot` underlines a number to click."""
    inner = rect.adjusted(look.px(8), 0, -look.px(8), 0)
    if column == "kpi":
        _two_lines(painter, inner, row.kpi.name, second_line(row), look)
    elif column == "actual":
        _two_lines(painter, inner, *actual_lines(row), look, align=RIGHT, hot=hot, few=row.is_few)
    elif column == "target":
        draw_text(painter, inner, row.target_text or "–", look.font(13), look.color("muted"), RIGHT)
    elif column == "bullet":
        _paint_bullet_cell(painter, inner, row, look, ground)
    elif column == "trend":
        height = min(inner.height() - look.px(12), look.px(30))
        box = QRectF(inner.left(), inner.center().y() - height / 2, inner.width(), height)
        paint_sparkline(painter, box, row.spark, row.status, look, ground, adds_up=row.kpi.prorated)
    else:
        paint_badge(painter, inner, row.status_words, row.status, look, row.confidence)


def _two_lines(
    painter: QPainter,
    rect: QRectF,
    first: str,
    second: str,
    look: Look,
    *,
    align: Qt.AlignmentFlag = LEFT,
    hot: bool = False,
    few: bool = False,
) -> None:
    font = look.font(13, SEMIBOLD)
    font.setUnderline(hot)
    ink = look.color("accent_ink" if hot else "muted" if few else "ink")
    if not second:
        draw_text(painter, rect, first, font, ink, align)
        return
    upper, lower = look.px(_UPPER), look.px(_LOWER)
    top = rect.center().y() - (upper + lower) / 2
    draw_text(painter, QRectF(rect.left(), top, rect.width(), upper), first, font, ink, align)
    below = QRectF(rect.left(), top + upper, rect.width(), lower)
    draw_text(painter, below, second, look.font(12), look.color("muted"), align)


Lines = tuple[Sequence[str], Sequence[str]]
"""The lines of a name, and those of what stands under it."""


def name_lines(row: Row, width: float, look: Look) -> Lines:
    """The name of a row and what stands under it, broken into lines of a width."""
    name = wrapped(row.kpi.name, look.font(13, SEMIBOLD), width, MOST_LINES)
    return name, wrapped(paper_line(row), look.font(12), width, MOST_LINES)


def lines_height(lines: Lines, look: Look) -> float:
    """How high a name is with what stands under it."""
    return len(lines[0]) * look.px(_UPPER) + len(lines[1]) * look.px(_LOWER)


def paint_name(painter: QPainter, rect: QRectF, lines: Lines, look: Look) -> None:
    """Draw a name and what stands under it in the middle of a rectangle."""
    top = rect.center().y() - lines_height(lines, look) / 2
    styles = ((look.font(13, SEMIBOLD), "ink", look.px(_UPPER)), (look.font(12), "muted", look.px(_LOWER)))
    for texts, (font, ink, step) in zip(lines, styles, strict=True):
        for text in texts:
            draw_text(painter, QRectF(rect.left(), top, rect.width(), step), text, font, look.color(ink))
            top += step


def _paint_bullet_cell(painter: QPainter, rect: QRectF, row: Row, look: Look, ground: QColor) -> None:
    bullet = bullet_of(row)
    if bullet is None:
        draw_text(painter, rect, "No target yet", look.font(12), look.color("muted"), LEFT)
        return
    paint_bullet(painter, rect.adjusted(0, 0, -look.px(6), 0), bullet, row.status, look, ground)


def paint_matrix_cell(painter: QPainter, rect: QRectF, row: Row, look: Look, *, hot: bool = False) -> None:
    """One cell of the matrix: symbol, value, and what it rests on; `hot` underlines the number to click.

    Where there is no target there is no symbol: a column of rings would only be noise. A number from too few rows is
    grey, with a target and without.
    """
    words = matrix_words_rect(rect, look)
    size = look.px(_SYMBOL)
    lines = matrix_lines(row)
    lift = look.px(8) if lines[1] else 0.0
    center = QPointF(words.left() - look.px(_GAP) - size / 2, rect.center().y() - lift)
    if row.status != "no_target":
        paint_symbol(painter, center, size, row.status, look, hollow=row.confidence == "hollow")
    _two_lines(painter, words, lines[0], matrix_note(row, look, words.width()), look, hot=hot, few=row.is_few)


def matrix_note(row: Row, look: Look, width: float) -> str:
    """The second line of a matrix cell, in a narrow one the longer time in short: "31 of 96, 12 mo"."""
    note = matrix_lines(row)[1]
    return note if width_of(look.font(12), note) <= width else _shortest_note(row)


def _shortest_note(row: Row) -> str:
    note, over = matrix_lines(row)[1], row.long_run
    if over is None or note != over.brief:
        return note
    told = over.words.partition(" in ")[0] if over.numerator is not None else over.value_text
    return f"{told}, {over.months} mo"


def matrix_number_rect(rect: QRectF, row: Row, look: Look) -> QRectF:
    """The part of a matrix cell that the number and what it rests on take up: a click there opens the rows."""
    words = matrix_words_rect(rect, look)
    longest = _longest_line(row, matrix_note(row, look, words.width()), look)
    return QRectF(words.left(), rect.top(), min(longest, words.width()), rect.height())


def matrix_cell_width(row: Row, look: Look) -> float:
    """How wide a matrix cell must be to show its number uncut, and what it rests on, a longer time in short."""
    return look.px(_BEFORE + _SYMBOL + _GAP) + _longest_line(row, _shortest_note(row), look) + look.px(_AFTER) + 2


def _longest_line(row: Row, note: str, look: Look) -> float:
    return max(width_of(look.font(13, SEMIBOLD), matrix_lines(row)[0]), width_of(look.font(12), note))


def matrix_words_rect(rect: QRectF, look: Look) -> QRectF:
    """Where the words of a matrix cell, and of the title above it, stand: to the right of the symbol."""
    return rect.adjusted(look.px(_BEFORE + _SYMBOL + _GAP), 0, -look.px(_AFTER), 0)
