"""The rows that an import refused, saved, corrected and imported again: read as if they stood in their own file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kpidesk.core.imports import REJECT_HEADERS
from kpidesk.core.records import RawRows

GUARD = "'"
NOTICE = "Rows that an import refused, corrected: what the file of then told of other records stays."


@dataclass(slots=True)
class Corrected:
    """Whether a file is one of corrected rows, and the day of the file they came from; filled while it is read."""

    is_one: bool = False
    day: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The day as a text that states it."""
        return (f"Data as of {self.day}",) if self.day else ()


def as_first_written(blocks: Iterable[RawRows], found: Corrected) -> Iterator[RawRows]:
    """The rows without what was put beside them when they were saved; any other file as it is."""
    places: tuple[int, ...] | None = None
    for block in blocks:
        if places is None:
            places = _places(block.rows[0] if block.rows else [])
            found.is_one = bool(places)
            if places and len(block.rows) > 1:
                found.day = _cell(block.rows[1], places[-1])
        if places:
            rows = [[_plain(cell) for at, cell in enumerate(row) if at not in places] for row in block.rows]
            yield RawRows(block.lines, rows)
        else:
            yield block


def _places(header: list[str]) -> tuple[int, ...]:
    """Where the columns stand that were put beside the rows; none unless all are there."""
    cells = [cell.strip().lstrip("\ufeff") for cell in header]
    return tuple(map(cells.index, REJECT_HEADERS)) if set(REJECT_HEADERS) <= set(cells) else ()


def _cell(row: list[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _plain(cell: str) -> str:
    """A cell without the apostrophe by which a spreadsheet took it for text."""
    return cell[1:] if cell[:1] == GUARD and not cell[1:2].isalnum() else cell
