"""A file of targets as plain rows of text: which columns it has, and what stands in each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from kpidesk.core.errors import UserError
from kpidesk.core.progress import finish
from kpidesk.importing.headers import header_key
from kpidesk.importing.tables import blocks, open_source

NEEDED = ("scope", "kpi", "target")
COLUMNS = (*NEEDED, "minimum", "stretch", "period", "reason")
MOST_ROWS = 100_000

TargetLine = tuple[int, Mapping[str, str]]
"""The line of the file and its cells by column; a column that the file lacks is empty."""


def target_lines(path: Path) -> Iterator[TargetLine]:
    """The lines of a file of targets with columns scope, kpi and target, and others where it has them.

    Raises:
        UserError: it is no table, or lacks one of the columns that are needed.
    """
    rows = _rows(path)
    _, first = next(rows, (0, []))
    place = {header_key(name): at for at, name in enumerate(first)}
    missing = [name for name in NEEDED if header_key(name) not in place]
    if missing:
        raise UserError(
            f"{path.name} has no column '{missing[0]}'.",
            f"Its first line must name {', '.join(NEEDED)}, and may name {', '.join(COLUMNS[len(NEEDED) :])}.",
        )
    for line, cells in rows:
        told = {name: _cell(cells, place.get(header_key(name))) for name in COLUMNS}
        if any(told.values()):
            yield line, told


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    count = 0
    for block in blocks(finish(open_source(path, ""))):
        for line, cells in zip(block.lines, block.rows, strict=True):
            count += 1
            if count > MOST_ROWS:
                raise UserError(f"{path.name} has more than {MOST_ROWS:,} lines.", "Take a file of targets.")
            yield line, list(cells)


def _cell(cells: list[str], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""
