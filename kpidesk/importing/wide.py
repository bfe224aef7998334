"""Columns that each say when a deal entered one stage, read as rows of a stage history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpidesk.core.imports import DateOrder
from kpidesk.core.records import RawRows
from kpidesk.importing.headers import Match
from kpidesk.importing.numbers import is_blank

ENTERED = re.compile(r"""date entered ["'“”](?P<stage>[^"“”]+?)(?:\s+\([^()]*\))?["'“”]""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wide:
    """The column that names the deal, and by column the stage whose day of entry it holds.

    `order` and `serials` say how the days are written, as for a column of dates.
    """

    deal: int
    stages: tuple[tuple[int, str], ...]
    order: DateOrder | None = None
    serials: bool = False

    def headers(self, headers: Sequence[str]) -> tuple[str, str, str]:
        """The names of the columns as rows of a history."""
        return headers[self.deal], "Stage", "Date entered"

    def rows(self, block: RawRows) -> RawRows:
        """A block of deals as a block of stage changes: one row for each cell that holds a day."""
        lines: list[int] = []
        cells: list[list[str]] = []
        for line, row in zip(block.lines, block.rows, strict=True):
            for deal, stage, day in self._entered(row):
                lines.append(line)
                cells.append([deal, stage, day])
        return RawRows(lines, cells)

    def _entered(self, row: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        for at, stage in self.stages:
            if at < len(row) and self.deal < len(row) and not is_blank(row[at]):
                yield row[self.deal], stage, row[at]


def find_wide(headers: Sequence[str], matches: Mapping[str, Match]) -> Wide | None:
    """The columns such as `Date entered "Demo (Sales)"` of a file of deals, None when it has none."""
    used = {match.column for match in matches.values()}
    deal = matches.get("id") or matches.get("name")
    found = [(at, ENTERED.fullmatch(header)) for at, header in enumerate(headers) if at not in used]
    stages = tuple((at, match["stage"].strip()) for at, match in found if match is not None)
    return Wide(deal.column, stages) if deal is not None and stages else None
