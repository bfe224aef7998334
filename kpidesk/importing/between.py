"""What some exports put between their records, and columns made of others: both told by the dialect."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kpidesk.core.records import RawRows
from kpidesk.importing.dates import looks_like_day
from kpidesk.importing.numbers import looks_like_number

GROUP = re.compile(r"\s*\S.*\s\(\d+\)\s*", re.DOTALL)
LONGEST_GROUP = 300


@dataclass(frozen=True, slots=True)
class Made:
    """A column that the file does not have: the `first` filled one of others, all of them joined, or the title above.

    `columns` are positions in the file.
    """

    how: Literal["first", "join", "title"]
    columns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Traits:
    """What may stand between the records: see `RowTraits`; `continued` are positions here."""

    groups: bool = False
    titles: bool = False
    nested: str = ""
    continued: tuple[int, ...] = ()

    @property
    def any(self) -> bool:
        """Whether rows have to be looked at at all."""
        return self.groups or self.titles or bool(self.nested) or bool(self.continued)


@dataclass(slots=True)
class Between:
    """What was found between the records: counts, and the title in force from a line on, in order of lines.

    A class because it is filled while the rows pass. `is_nested` tells that a small table was not over yet.
    """

    groups: int = 0
    nested: int = 0
    sums: int = 0
    continued: int = 0
    lines: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    is_nested: bool = False

    def title_of(self, line: int) -> str:
        """The title that stands above a line, empty when there is none."""
        at = bisect_right(self.lines, line)
        return self.titles[at - 1] if at else ""

    def entitle(self, line: int, title: str) -> None:
        """Note that a title is in force from a line on."""
        self.lines.append(line)
        self.titles.append(title)


def records_only(traits: Traits, header: Sequence[str], blocks: Iterable[RawRows], found: Between) -> Iterator[RawRows]:
    """The blocks without the rows that are no records; blocks may come out empty."""
    if not traits.any:
        yield from blocks
        return
    lone: list[tuple[int, list[str]]] = []
    for block in blocks:
        kept: list[tuple[int, list[str]]] = []
        for line, row in zip(block.lines, block.rows, strict=True):
            if lone and any(cell.strip() for cell in row):
                if _is_header(row, header):
                    found.entitle(lone[0][0], lone[0][1][0].strip())
                else:
                    kept += lone
                lone = []
            if traits.titles and _stands_alone(row):
                lone, found.is_nested = [(line, row)], False
            elif not _is_between(row, traits, found):
                kept.append((line, row))
        yield RawRows([line for line, _ in kept], [row for _, row in kept])
    if lone:
        yield RawRows([line for line, _ in lone], [row for _, row in lone])


def _stands_alone(row: list[str]) -> bool:
    return bool(row) and bool(row[0].strip()) and not any(cell.strip() for cell in row[1:])


def _is_header(row: list[str], header: Sequence[str]) -> bool:
    return tuple(row[: len(header)]) == tuple(header)


def _is_between(row: list[str], traits: Traits, found: Between) -> bool:
    """Whether a row is no record; what it is instead is counted."""
    filled = [cell.strip() for cell in row if cell.strip()]
    if not filled:
        return False
    if traits.nested and _is_nested(row, filled, traits, found):
        return True
    if traits.groups and _is_group(row, filled):
        found.groups += 1
        return True
    if traits.continued and not any(row[at].strip() for at in traits.continued if at < len(row)):
        found.continued += 1
        return True
    return False


def _is_nested(row: list[str], filled: list[str], traits: Traits, found: Between) -> bool:
    if row[0].strip().casefold() == traits.nested.casefold():
        found.is_nested = True
        found.nested += 1
        return True
    if row[0].strip():
        found.is_nested = False
        return False
    if found.is_nested:
        found.nested += 1
        return True
    sums = all(looks_like_number(cell) or looks_like_day(cell) for cell in filled)
    found.sums += sums
    return sums


def _is_group(row: list[str], filled: list[str]) -> bool:
    """Whether a row names a group with its size, and beside it only sums."""
    name = row[0]
    if len(name) > LONGEST_GROUP or GROUP.fullmatch(name) is None:
        return False
    return all(looks_like_number(cell) for cell in filled[1:])


def with_made(made: Sequence[Made], width: int, block: RawRows, found: Between) -> RawRows:
    """A block with the cells of made columns behind those of the file, of which there are `width`.

    Rows of another width than the file's keep it: they stay shorter, or longer by as many cells as before.
    """
    if not made:
        return block
    rows = []
    for line, row in zip(block.lines, block.rows, strict=True):
        if len(row) < width:
            rows.append(row)
        else:
            rows.append([*row[:width], *(_made(one, row, found.title_of(line)) for one in made), *row[width:]])
    return RawRows(block.lines, rows)


def _made(one: Made, row: list[str], title: str) -> str:
    if one.how == "title":
        return title
    cells = (row[at] for at in one.columns)
    filled = [cell for cell in cells if cell.strip()]
    return (filled[0] if filled else "") if one.how == "first" else " ".join(cell.strip() for cell in filled)
