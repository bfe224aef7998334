"""A table of a paper: columns as wide as their numbers need, texts that wrap, bars from a common zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from kpidesk.core.papers import WORDY, PaperCell, PaperColumn, PaperRow, PaperTable, bar_scale
from kpidesk.ui.painting.look import LEFT, MEDIUM, RIGHT, Look, draw_text
from kpidesk.ui.painting.pages import Block
from kpidesk.ui.painting.paper_grid import PAD, Grid, grids, longest, row_font
from kpidesk.ui.painting.writing import broken, paragraphs, plain, remark, stacked

MOST_LINES = 24
UNDER = 12.0
KEPT, KEPT_HEIGHT = 3, 100.0
"""How many rows at the top and the end of a table stay on one page, unless they are higher together."""
BESIDE = 10.0
"""Between a bar and its number."""


def table_blocks(table: PaperTable, look: Look, width: float) -> list[Block]:
    """What it says, the titles and a block for each row; a table too wide goes on below with its first column."""
    said = paragraphs(table.sentence, look, width) if table.sentence else []
    if not table.rows:
        return [*said, remark(table.empty, look)]
    blocks = said
    for grid in grids(table, look, width + 2 * PAD):
        header = _header(table, grid, look)
        bars = _bars(table, grid, look)
        rows = [_row(table, row, grid, header, bars, look) for row in table.rows]
        blocks = [*blocks, header, *_kept(rows, header)]
    return blocks


def _kept(rows: Sequence[Block], header: Block) -> list[Block]:
    """The rows with the first and the last ones as one block each: none of them stands alone on a page."""
    if sum(row.height for row in rows) <= 2 * KEPT_HEIGHT:
        return [replace(stacked(rows), under=header)]
    first, last = _fitting(rows[:KEPT]), _fitting(rows[: -KEPT - 1 : -1])
    if first + last > len(rows):
        return list(rows)
    ends = (replace(stacked(part), under=header) for part in (rows[:first], rows[len(rows) - last :]))
    return [next(ends), *rows[first : len(rows) - last], next(ends)]


def _fitting(rows: Sequence[Block]) -> int:
    """How many of some rows are low enough together to be kept on one page; one is anyway."""
    heights = (sum(row.height for row in rows[:count]) for count in range(len(rows), 0, -1))
    return next((len(rows) - at for at, height in enumerate(heights) if height <= KEPT_HEIGHT), 1)


# --- drawing --------------------------------------------------------------------------------------------------------


def _header(table: PaperTable, grid: Grid, look: Look) -> Block:
    font = look.font(grid.size - 1, MEDIUM)
    spaces = [cell.width() for _, cell in grid.cells(QRectF(0, 0, 0, 0))]
    titles = [broken(table.columns[column].title, font, room)
              for column, room in zip(grid.columns, spaces, strict=True)]  # fmt: skip
    step = grid.size + 4
    most = max(map(len, titles), default=1) or 1

    def paint(painter: QPainter, rect: QRectF) -> None:
        for (column, cell), lines in zip(grid.cells(rect), titles, strict=True):
            top = rect.bottom() - 6 - step * len(lines)
            for at, line in enumerate(lines):
                box = QRectF(cell.left(), top + at * step, cell.width(), step)
                draw_text(painter, box, line, font, look.color("muted"), _align(table, column))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, grid.width, 1), look.color("strong_border"))

    return Block(step * most + 12, paint, UNDER)


def _align(table: PaperTable, at: int) -> Qt.AlignmentFlag:
    return LEFT if at == 0 or table.columns[at].unit in WORDY else RIGHT


def _row(table: PaperTable, row: PaperRow, grid: Grid, header: Block, bars: dict[int, Bar], look: Look) -> Block:
    spaces = [cell.width() for _, cell in grid.cells(QRectF(0, 0, 0, 0))]
    fonts = [row_font(look, grid.size, row, first=column == 0) for column in grid.columns]
    texts = [_lines(table.columns[column], row.cells[column], font, room)
             for column, font, room in zip(grid.columns, fonts, spaces, strict=True)]  # fmt: skip
    step = grid.size + 5

    def paint(painter: QPainter, rect: QRectF) -> None:
        if row.strong:
            painter.fillRect(QRectF(rect.left(), rect.top(), grid.width, 1), look.color("strong_border"))
        for (column, cell), font, lines in zip(grid.cells(rect), fonts, texts, strict=True):
            value = row.cells[column].value
            if column in bars and not row.strong and isinstance(value, (int, float)):
                _paint_bar(painter, bars[column], float(value), cell.adjusted(0, 6, 0, 0), step, look)
            ink = look.color("ink" if row.strong or column == 0 or table.columns[column].unit != "text" else "muted")
            for at, line in enumerate(lines):
                box = QRectF(cell.left(), rect.top() + 6 + at * step, cell.width(), step)
                draw_text(painter, box, line, font, ink, _align(table, column))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, grid.width, 1), look.color("border"))

    return replace(Block(step * max(1, *map(len, texts)) + 12, paint), under=header)


def _lines(column: PaperColumn, cell: PaperCell, font: QFont, room: float) -> list[str]:
    if column.unit != "text":
        return [plain(cell.text)]
    return broken(cell.text, font, room + 0.5, MOST_LINES)


@dataclass(frozen=True, slots=True)
class Bar:
    """How the bars of a column are drawn: their scale, and how much room the numbers beside them take."""

    low: float
    high: float
    beside: float


def _bars(table: PaperTable, grid: Grid, look: Look) -> dict[int, Bar]:
    """The bars of a table by column; none where all values are zero."""
    scales = {at: bar_scale(table, at) for at in grid.columns if table.columns[at].bar}
    return {at: Bar(low, high, longest(table, at, look, grid.size) + BESIDE)
            for at, (low, high) in scales.items() if high > low}  # fmt: skip


def _paint_bar(painter: QPainter, bar: Bar, value: float, cell: QRectF, step: float, look: Look) -> None:
    """The bar of a value in the room at the left of the numbers of its column."""
    room = cell.width() - bar.beside
    if room < 8:
        return
    zero, end = (cell.left() + room * (number - bar.low) / (bar.high - bar.low) for number in (0.0, value))
    box = QRectF(min(zero, end), cell.top() + step / 2 - 5, max(abs(end - zero), 1.0), 10)
    painter.fillRect(box, look.color("bad" if value < 0 else "accent", 0.75))
