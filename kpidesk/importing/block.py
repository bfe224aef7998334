"""A block of rows while it is read: where its cells stand, what is remembered of them, what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kpidesk.core.errors import Issue
from kpidesk.core.records import Cell, Coded, RawRows, different
from kpidesk.importing.cells import LONGEST_SHOWN
from kpidesk.importing.columns import FEWEST, Columns, MeasuredColumns, stamps_of
from kpidesk.importing.grids import Grid, grid_of
from kpidesk.importing.layout import rectangular
from kpidesk.importing.memo import Memo, StampMemo
from kpidesk.importing.numbers import Plain
from kpidesk.importing.rules import Plan

SINGLE = ("id", "text", "account", "reference", "money")
"""The kinds of field whose cells are seldom the same in two rows."""


def block_of(plan: Plan, rows: RawRows) -> Block:
    """A block that is to be read: measured, or taken apart where it is short or not plain."""
    rules = plan.rules
    grid = grid_of(rows, len(rules.headers)) if len(rows) >= FEWEST else None
    if grid is None:
        return Block(plan, rows.lines, *rectangular(rows, rules.headers, len(plan.layout.made)))
    single = frozenset(one.column for one in rules.readings if one.kind in SINGLE)
    return Block(plan, rows.lines, range(len(rows)), MeasuredColumns(grid, single), {}, grid)


def _shifted(shifted: Mapping[int, Issue], lines: Sequence[int]) -> dict[int, Issue]:
    """What is wrong with rows whose cells stand a column too far, by place."""
    return {at: shifted[line] for at, line in enumerate(lines) if line in shifted}


class Block:
    """A block of rows while it is read; a class because issues gather in it.

    `grid` tells where its cells stand, if they were measured. `nameless` are the places of rejected rows that do not
    tell which record they are about, `unread` the cells without which their rows are kept.
    """

    __slots__ = (
        *("columns", "grid", "identity", "index", "lines", "memos"),
        *("nameless", "plan", "rejected", "rules", "unread"),
    )

    def __init__(
        self,
        plan: Plan,
        lines: list[int],
        index: Sequence[int],
        columns: Columns,
        rejected: dict[int, Issue],
        grid: Grid | None = None,
    ) -> None:
        self.plan, self.rules, self.memos = plan, plan.rules, plan.memos
        self.lines, self.index, self.columns, self.grid = lines, index, columns, grid
        self.rejected = rejected | _shifted(plan.shifted, lines) if plan.shifted else rejected
        found = (self.rules.reading(name) for name in self.rules.identity)
        self.identity = {reading.column for reading in found if reading is not None}
        self.nameless: set[int] = set()
        self.unread: dict[int, Issue] = {}

    def reject(self, at: int, column: int, value: str, problem: str) -> None:
        """Note what is wrong with kept row `at`; the first problem of a row counts."""
        place = self.index[at]
        issue = Issue(self.lines[place], self.rules.headers[column], value[:LONGEST_SHOWN], problem)
        if (share := self.rules.reading("fte")) is not None and share.column == column:
            self.unread[place] = issue
            return
        self.rejected.setdefault(place, issue)
        if column in self.identity or self.rules.kind == "people":
            self.nameless.add(place)

    def memo(self, name: str, make: Callable[[], Memo[str]]) -> Memo[str]:
        """What is remembered of cells under a name, not too much of it; `make` begins it."""
        if name not in self.memos:
            self.memos[name] = make()
        memo: Memo[str] = self.memos[name]
        memo.trim()
        return memo

    def read_column(self, name: str, column: int, make: Callable[[], Memo[str]]) -> Sequence[Cell]:
        """The values of a whole column; of stamps in a measured one each day and each time is read once."""
        memo = self.memo(name, make)
        stamps = stamps_of(self.grid, column, memo) if self.grid and isinstance(memo, StampMemo) else None
        return self.read(name, column, make, self.columns[column]) if stamps is None else stamps

    def read(
        self,
        name: str,
        column: int,
        make: Callable[[], Memo[str]],
        cells: Sequence[str],
        places: Sequence[int] | None = None,
        plain: Plain | None = None,
    ) -> Sequence[Cell]:
        """The values of cells, each different one read once; rows with a bad one are rejected.

        `make` begins what is remembered of such cells under a name. `places` are the positions of the cells among
        the kept rows, all of them when None. `plain` reads, faster than they could be remembered, the texts that it
        knows, and asks for the others.
        """
        memo = self.memo(name, make)
        if isinstance(cells, Coded):
            values: Sequence[Cell] = cells.of(memo.values_of(cells.values))
        else:
            values = memo.values_of(cells) if plain is None else plain(cells, memo.__getitem__)
        if memo.bad:
            for at, cell in () if memo.bad.keys().isdisjoint(different(cells)) else enumerate(cells):
                if cell in memo.bad:
                    self.reject(at if places is None else places[at], column, cell, memo.bad[cell])
        return values
