"""A few cells of each column from all over the beginning of a file, by which one knows what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpidesk.core.records import RawRows
from kpidesk.importing.numbers import is_blank

MOST_CELLS = 400


@dataclass(frozen=True, slots=True)
class Sample:
    """Cells of one column: those that say something, without blanks around them, and how many others there are."""

    filled: tuple[str, ...]
    empty: int

    @property
    def different(self) -> tuple[str, ...]:
        """Each filled cell once."""
        return tuple(dict.fromkeys(self.filled))


def samples_of(width: int, first: Sequence[RawRows]) -> list[Sample]:
    """Cells of each of so many columns, from rows all over the first blocks."""
    rows = [row for block in first for row in block.rows]
    picked = [row for row in rows[:: max(1, len(rows) // MOST_CELLS)] if len(row) >= width]
    return [_sample([row[at] for row in picked]) for at in range(width)]


def _sample(cells: Sequence[str]) -> Sample:
    filled = tuple(cell.strip() for cell in cells if not is_blank(cell))
    return Sample(filled, len(cells) - len(filled))
