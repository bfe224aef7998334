"""The rows of a file of moderate size, kept from its check to its import, so that they are cut up only once."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field, replace

from kpidesk.core.records import RawRows

MOST_BYTES = 72 << 20
"""So much memory the rows of a file take at most: 100,000 deals with 20 columns are kept, a million are read twice."""
LEAST_TIMES = 4
"""Rows with where their cells stand take at least about so many times as much as their text."""
LINE_BYTES = 40
"""What the number of a line takes, with its place in a list."""


@dataclass(slots=True)
class Held:
    """The blocks of a file as they are measured; a class because they gather. `is_whole`: they are all that passed by.

    None is kept of a file that takes too much memory, or one block of which could not be measured: as lists of texts
    rows take several times as much.
    """

    is_whole: bool = True
    blocks: list[RawRows] = field(default_factory=list)
    size: int = 0

    def keeping(self, blocks: Iterable[RawRows]) -> Generator[RawRows, None, None]:
        """The same blocks, each kept once whoever asks for them has measured it and asks for the next."""
        for block in blocks:
            yield block
            if not self.is_whole:
                continue
            self.size += size_of(block)
            self.is_whole = block.grid is not None and self.size <= MOST_BYTES
            if self.is_whole:
                self.blocks.append(afresh(block))
            else:
                self.blocks.clear()

    @property
    def rows(self) -> tuple[RawRows, ...]:
        """All rows of the file; none unless all were kept."""
        return tuple(self.blocks)


def may_hold(size: int) -> bool:
    """Whether the rows of a file of so many bytes may be kept: to begin with a larger one would take memory in vain."""
    return size * LEAST_TIMES <= MOST_BYTES


def afresh(block: RawRows) -> RawRows:
    """A measured block of which nothing is taken apart: what the one is taken apart for is not kept with the other."""
    fresh = RawRows.written(block.lines, block.text, block.mark, block.end)
    fresh.parts = block.parts
    fresh.grid = replace(block.grid, known=dict(block.grid.known))
    return fresh


def size_of(block: RawRows) -> int:
    """How many bytes a block takes, with where its cells stand."""
    cells = 0 if block.grid is None else block.grid.size
    return sys.getsizeof(block.text) + LINE_BYTES * len(block) + cells
