"""How wide the columns of a table on a page are: numbers whole on one line, texts by their shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont

from kpidesk.core.papers import PaperRow, PaperTable
from kpidesk.ui.painting.look import MEDIUM, REGULAR, SEMIBOLD, Look, width_of
from kpidesk.ui.painting.writing import plain

SIZES = (13.0, 12.0, 11.0, 10.0, 9.0)
EASY = 3
"""How many of these sizes are read without effort."""
PAD = 8.0
BAR, LEAST_TEXT, MOST_WORD = 70.0, 84.0, 170.0
"""A column of texts is as wide as its longest word, and within these bounds."""
ROOMY, LOOSE = 1.35, 56.0
"""How much wider than its texts a table is at most: a few short columns across a page cannot be read."""
PARTS = (2 / 3, 1.0)
"""How wide tables are beside the page: the same for all short ones, so that their edges stand under each other."""
NEARLY = 0.85
HALF = 0.6
"""How much of a title stands on a line at least, so that it has two lines at most."""
SPARE = 1.01
"""Letters of one size are not quite as much wider as they are larger."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Which columns of a table stand beside each other, how wide, and in letters of which size."""

    columns: tuple[int, ...]
    widths: tuple[float, ...]
    size: float

    @property
    def width(self) -> float:
        """How wide a row is, without the room at its two edges."""
        return sum(self.widths) - 2 * PAD

    def cells(self, rect: QRectF) -> Iterator[tuple[int, QRectF]]:
        """Where the columns lie inside a row; the texts of the first begin at its edge."""
        left = rect.left() - PAD
        for column, width in zip(self.columns, self.widths, strict=True):
            yield column, QRectF(left + PAD, rect.top(), width - 2 * PAD, rect.height())
            left += width


@dataclass(frozen=True, slots=True)
class Measure:
    """What a column needs at the first of the sizes: its longest text and word, its title, whether texts may wrap."""

    text: float
    word: float
    title: float
    share: float
    wraps: bool
    has_bar: bool

    def whole(self, size: float) -> float:
        """How wide it is in letters of a size with every text on one line."""
        text, title = self.text * size / SIZES[0], self.title * (size - 1) / (SIZES[0] - 1)
        return SPARE * max(text, title) + 2 * PAD + 1 + (BAR if self.has_bar else 0.0)

    def least(self, size: float) -> float:
        """How narrow it may be."""
        whole = self.whole(size)
        word = min(SPARE * self.word * size / SIZES[0] + 2 * PAD + 1, MOST_WORD)
        return min(whole, max(LEAST_TEXT, word)) if self.wraps else whole


def row_font(look: Look, size: float, row: PaperRow, *, first: bool) -> QFont:
    """The letters of a cell: those of totals are bold, those of the first column stronger than the rest."""
    return look.font(size, SEMIBOLD if row.strong else MEDIUM if first else REGULAR)


def longest(table: PaperTable, at: int, look: Look, size: float) -> float:
    """How wide the longest text of a column is."""
    return max((width_of(row_font(look, size, row, first=at == 0), plain(row.cells[at].text)) for row in table.rows),
               default=0.0)  # fmt: skip


def longest_word(table: PaperTable, at: int, look: Look, size: float) -> float:
    """How wide the longest word of a column is: narrower than that, words are cut."""
    return max((width_of(row_font(look, size, row, first=at == 0), word)
                for row in table.rows for word in plain(row.cells[at].text).split()), default=0.0)  # fmt: skip


def grids(table: PaperTable, look: Look, width: float) -> list[Grid]:
    """One grid where everything fits, in smaller letters if need be; else several, each with the first column.

    Letters get a little smaller already where that keeps every text on one line.
    """
    measures = [_measure(table, at, look) for at in range(len(table.columns))]
    every = tuple(range(len(measures)))
    one_line = (size for size in SIZES[:EASY] if sum(one.whole(size) for one in measures) <= width)
    wrapping = (size for size in SIZES if sum(one.least(size) for one in measures) <= width)
    size = next(one_line, None) or next(wrapping, None)
    if size is not None:
        return [Grid(every, _fitted(measures, size, width), size)]
    return [_grid(measures, columns, width) for columns in _apart(measures, width)]


def _measure(table: PaperTable, at: int, look: Look) -> Measure:
    column = table.columns[at]
    font = look.font(SIZES[0] - 1, MEDIUM)
    words = [width_of(font, word) for word in column.title.split()]
    title = max([*words, width_of(font, column.title) * HALF])
    text = longest(table, at, look, SIZES[0])
    wraps = column.unit == "text"
    word = longest_word(table, at, look, SIZES[0]) if wraps else text
    return Measure(text, word, title, column.share, wraps, column.bar)


def _apart(measures: Sequence[Measure], width: float) -> Iterator[tuple[int, ...]]:
    """As many columns beside the first as fit, then the next ones."""
    size, here = SIZES[EASY - 1], [0]
    for column in range(1, len(measures)):
        if len(here) > 1 and sum(measures[at].least(size) for at in (*here, column)) > width:
            yield tuple(here)
            here = [0]
        here.append(column)
    yield tuple(here)


def _grid(measures: Sequence[Measure], columns: tuple[int, ...], width: float) -> Grid:
    size = SIZES[EASY - 1]
    chosen = [measures[at] for at in columns]
    if sum(one.least(size) for one in chosen) > width:  # even two columns are too wide
        return Grid(columns, (width / len(columns),) * len(columns), size)
    return Grid(columns, _fitted(chosen, size, width), size)


def _fitted(measures: Sequence[Measure], size: float, width: float) -> tuple[float, ...]:
    """Columns grown by their shares, no text beyond what it needs while others lack; the rest goes to all."""
    widths, whole = [one.least(size) for one in measures], [one.whole(size) for one in measures]
    shares = [one.share for one in measures]
    for _ in widths:
        lacking = [at for at, need in enumerate(whole) if widths[at] < need - 0.01]
        room = width - sum(widths)
        if not lacking or room < 0.5:
            break
        total = sum(shares[at] for at in lacking)
        for at in lacking:
            widths[at] = min(whole[at], widths[at] + room * shares[at] / total)
    room = _part_of(width, whole) - sum(widths)
    return tuple(wide + max(room, 0.0) * share / sum(shares) for wide, share in zip(widths, shares, strict=True))


def _part_of(width: float, whole: Sequence[float]) -> float:
    """How much of the page a table takes whose columns need so much."""
    easy = min(width, ROOMY * sum(whole) + LOOSE * len(whole))
    return next((part * width for part in PARTS if part * width >= max(sum(whole), NEARLY * easy)), width)
