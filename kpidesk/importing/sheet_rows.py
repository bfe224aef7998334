"""The rows of a sheet as packed blocks of text, put together from the filled cells of one stretch after the other."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpidesk.importing.cell_texts import require
from kpidesk.importing.sheet_xml import Stretch
from kpidesk.importing.workbook_child import BLOCK_ROWS, MOST_CELLS, NEXT_CELL, NEXT_ROW, START, packed

Words = NDArray[Any]
"""An array of texts."""
MOST_BLANK = 1 << 22
"""So many cells may be in a stretch and before it, most of them blank, which a file of a few bytes can claim."""


MOST_LOOSE = 1 << 24
"""So many bytes are kept as they are: to compress them takes longer than it helps."""


@dataclass(slots=True)
class SheetRows:
    """Rows from the first filled one on, as wide as the cells met so far: columns from `left` to `right`.

    `first` is the number of the first row, `held` those that do not fill a block yet; `blocks` the packed ones, each
    with the columns that it was packed with, and `size` the bytes of these.
    """

    left: int = 0
    right: int = -1
    first: int = 0
    count: int = 0
    held: list[str] = field(default_factory=list)
    blocks: list[tuple[bytes, int, int]] = field(default_factory=list)
    size: int = 0

    @property
    def width(self) -> int:
        """How many columns there are."""
        return self.right - self.left + 1

    def add(self, stretch: Stretch, shared: Words) -> None:
        """Put the next rows behind those before.

        Raises:
            NotPlainError: far more cells are blank than filled.
        """
        if not len(stretch.rows):
            return
        top, bottom = int(stretch.rows[0]), int(stretch.rows[-1])
        self._widen(int(stretch.columns.min()), int(stretch.columns.max()))
        self.first = self.first or top
        gap, height = top - self.first - self.count, bottom - top + 1
        require((gap + height) * self.width <= MOST_BLANK)
        require((self.count + gap + height) * self.width <= MOST_CELLS)
        self._hold([NEXT_CELL * (self.width - 1)] * gap)
        grid = np.full((height, self.width), "", object)
        grid[stretch.rows - top, stretch.columns - self.left] = _texts(stretch, shared)
        self._hold([NEXT_CELL.join(row) for row in grid.tolist()])

    def packed(self) -> tuple[bytes, ...]:
        """All rows, each as wide as the widest."""
        self._pack(1)
        return tuple(
            block if (left, right) == (self.left, self.right) else _widened(block, left - self.left, self.right - right)
            for block, left, right in self.blocks
        )

    def _widen(self, left: int, right: int) -> None:
        left, right = (min(left, self.left), max(right, self.right)) if self.count else (left, right)
        if self.held and (left, right) != (self.left, self.right):
            before, behind = NEXT_CELL * (self.left - left), NEXT_CELL * (right - self.right)
            self.held = [before + row + behind for row in self.held]
        self.left, self.right = left, right

    def _hold(self, rows: list[str]) -> None:
        self.held += rows
        self.count += len(rows)
        self._pack(BLOCK_ROWS)

    def _pack(self, least: int) -> None:
        """Pack the rows that are held, as long as there are so many."""
        while len(self.held) >= least:
            begin = self.first + self.count - len(self.held)
            block = packed(NEXT_ROW.join(self.held[:BLOCK_ROWS]), begin, 0 if self.size < MOST_LOOSE else 1)
            self.size += len(block)
            self.blocks.append((block, self.left, self.right))
            del self.held[:BLOCK_ROWS]


def _texts(stretch: Stretch, shared: Words) -> Words:
    """The text of each cell."""
    own = np.flatnonzero(stretch.places >= len(shared))
    texts: Words = shared.take(stretch.places, mode="clip") if len(shared) else np.full(len(stretch.places), "", object)
    if len(own):
        texts[own] = np.array(stretch.texts, object)[stretch.places[own] - len(shared)]
    return texts


def _widened(block: bytes, before: int, behind: int) -> bytes:
    plain = zlib.decompress(block)
    (first,) = START.unpack_from(plain)
    between = NEXT_CELL * behind + NEXT_ROW + NEXT_CELL * before
    text = plain[START.size :].decode("utf-8").replace(NEXT_ROW, between)
    return packed(NEXT_CELL * before + text + NEXT_CELL * behind, first)
