"""A small file as rows of text by the names in its first line: targets, forecasts of a team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kpidesk.core.errors import UserError
from kpidesk.core.progress import finish
from kpidesk.importing.headers import header_key
from kpidesk.importing.tables import blocks, open_source

MOST_ROWS = 100_000

NamedLine = tuple[int, Mapping[str, str]]
"""The line of the file and its cells by column; a column that the file lacks is empty."""


def named_lines(path: Path, needed: Sequence[str], others: Sequence[str], what: str) -> Iterator[NamedLine]:
    """The lines of a file that has some columns, and may have others; `what` names what it should hold.

    Raises:
        UserError: it is no table, has too many lines, lacks one of the columns that are needed, has one twice, or a
            line has more cells than the first one.
    """
    rows = _rows(path, what)
    _, first = next(rows, (0, []))
    place = {header_key(name): at for at, name in enumerate(first)}
    missing = [name for name in needed if header_key(name) not in place]
    if missing:
        raise UserError(
            f"{path.name} has no column '{missing[0]}'.",
            f"Its first line must name {', '.join(needed)}{', and may name ' if others else ''}{', '.join(others)}.",
        )
    keys = [header_key(name) for name in first]
    twice = [name for name in (*needed, *others) if keys.count(header_key(name)) > 1]
    if twice:
        raise UserError(f"{path.name} has two columns '{twice[0]}'.", "Leave only one of them.")
    for line, cells in rows:
        if any(cell.strip() for cell in cells[len(first) :]):
            raise UserError(
                f"Line {line} of '{path.name}' has more cells than the first line.",
                'A number with a comma needs quotes: write 100000 or "100,000".',
            )
        told = {name: _cell(cells, place.get(header_key(name))) for name in (*needed, *others)}
        if any(told.values()):
            yield line, told


def _rows(path: Path, what: str) -> Iterator[tuple[int, list[str]]]:
    count = 0
    for block in blocks(finish(open_source(path, ""))):
        for line, cells in zip(block.lines, block.rows, strict=True):
            count += 1
            if count > MOST_ROWS:
                raise UserError(f"{path.name} has more than {MOST_ROWS:,} lines.", f"Take a file of {what}.")
            yield line, list(cells)


def _cell(cells: list[str], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""
