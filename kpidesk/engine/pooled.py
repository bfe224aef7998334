"""Medians, percentiles, extremes, means and distinct counts: of the rows pooled at the level that is shown.

A shared deal is one row of each person credited with it, and one row of a team and of the org.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kpidesk.engine.crew import Crew
from kpidesk.engine.scan import Picks
from kpidesk.engine.values import Floats, Ints
from kpidesk.stats.intervals import median_ranks

_MOST_SMALL = 2**31
_SPREAD = 4
"""How many times as many places as values there may be."""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Rows sorted within every scope and window.

    `values` are values in order, `place` the value of each pooled row, and `bounds` where the rows of
    each cell (scope × window, scope first) begin and end.
    """

    values: Floats
    place: Ints
    bounds: Ints
    shape: tuple[int, int]

    @property
    def counts(self) -> Ints:
        """How many rows each cell has."""
        return np.diff(self.bounds)


def pool(picks: Picks, crew: Crew, windows: int, wide: bool, *, distinct: bool = False) -> Pool:
    """Sort the rows of every scope and window by value; `distinct` keeps each value once instead of each row."""
    filled = np.flatnonzero(~np.isnan(picks.x))
    x, at = picks.x[filled], picks.window[filled]
    is_once = False  # no cell has two rows of one place
    if distinct:
        values, order = np.unique(x, return_inverse=True)
    else:
        row = picks.row[filled]
        is_once = not len(row) or int(np.bincount(row).max()) == 1
        values, order = _places(x) if is_once else _ranks(row, x)
    rows = crew.rows if wide else 1
    width = max(len(values), 1)
    kind = np.dtype(np.int32 if rows * windows * width < _MOST_SMALL else np.int64)  # the smaller sort twice as fast
    base = (at * width + order).astype(kind)
    key = _of_groups(base, windows * width, (picks.person[filled], picks.team[filled]), crew) if wide else base
    key.sort()
    if len(key) and not is_once:
        key = key[np.append(True, key[1:] != key[:-1])]
    bounds = np.searchsorted(key, (np.arange(rows * windows + 1) * width).astype(kind))
    cell = np.repeat(np.arange(rows * windows), np.diff(bounds))
    return Pool(values, key - cell * width, bounds, (rows, windows))


def _places(x: Floats) -> tuple[Floats, Ints]:
    """A place in order for every value; of whole numbers that lie close together, such as days, without sorting."""
    low, high = (float(x.min()), float(x.max())) if len(x) else (0.0, 0.0)
    if high - low <= _SPREAD * len(x) and not np.any(x % 1):
        return np.arange(low, high + 1), (x - low).astype(np.int64)
    order = np.argsort(x)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return x[order], place


def _ranks(row: Ints, x: Floats) -> tuple[Floats, Ints]:
    """A place in order for every (row, value); the same row has the same place wherever it is credited."""
    order = np.lexsort((row, x))
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (row[order[1:]] != row[order[:-1]]) | (x[order[1:]] != x[order[:-1]])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.cumsum(new) - 1
    return x[order[new]], place


def _of_groups(base: Ints, step: int, whose: tuple[Ints, Ints], crew: Crew) -> Ints:
    """What is in order within a row of the answer, for every row it counts in: org, person, team and teams above.

    The rows of the answer lie a step apart.
    """
    person, team = whose
    rows = np.arange(crew.rows + 1, dtype=np.int64) * step
    found = [base, base + rows.astype(base.dtype)[crew.first_rep :][person]]
    for above in _ladder(crew):
        first = np.where(above >= 0, rows[above + 1], -1).astype(base.dtype)[team]
        inside = first >= 0
        found.append((base + first)[inside] if not inside.all() else base + first)
    return np.concatenate(found)


def _ladder(crew: Crew) -> list[Ints]:
    """For each step up the tree of teams, the team that many steps above each (−1 when there is none)."""
    depth = int(crew.holding.sum(axis=1).max())
    steps = np.full((depth, len(crew.holding)), -1, dtype=np.int64)
    for team, row in enumerate(crew.holding):
        above = np.flatnonzero(row)
        steps[: len(above), team] = above
    return list(steps)


def share_point(rows: Pool, share: float) -> Floats:
    """The value below which a share of the rows lies, between two rows on a straight line; NaN without rows."""
    counts = rows.counts
    spot = rows.bounds[:-1] + share * np.maximum(counts - 1, 0)
    low = np.floor(spot).astype(np.int64)
    part = spot - low
    below, above = _at(rows, low), _at(rows, np.minimum(low + 1, rows.bounds[1:] - 1))
    found = np.where(part == 0, below, below * (1 - part) + above * part)
    return np.where(counts > 0, found, np.nan).reshape(rows.shape)


def mean(rows: Pool) -> Floats:
    """The mean of the rows of each cell; NaN without rows."""
    cell = np.repeat(np.arange(len(rows.bounds) - 1), rows.counts)
    total = np.bincount(cell, weights=rows.values[rows.place], minlength=len(rows.bounds) - 1)
    counts = rows.counts
    return np.where(counts > 0, total / np.maximum(counts, 1), np.nan).reshape(rows.shape)


def median_bounds(rows: Pool) -> tuple[Floats, Floats]:
    """The interval of each cell's median by order statistics; NaN with too few rows."""
    sizes, which = np.unique(rows.counts, return_inverse=True)
    ranks = np.array([_ranks_for(int(size)) for size in sizes]).reshape(-1, 2)[which]
    low, high = rows.bounds[:-1] + ranks[:, 0] - 1, rows.bounds[:-1] + ranks[:, 1] - 1
    known = ranks[:, 0] > 0
    ends = (np.where(known, _at(rows, np.where(known, one, 0)), np.nan) for one in (low, high))
    first, second = ends
    return first.reshape(rows.shape), second.reshape(rows.shape)


@lru_cache(maxsize=4096)
def _ranks_for(size: int) -> tuple[int, int]:
    return median_ranks(size) or (0, 0)


def _at(rows: Pool, spot: Ints) -> Floats:
    """The value of the pooled row at each spot; anything where a cell is empty."""
    if not len(rows.place):
        return np.full(len(spot), np.nan)
    return rows.values[rows.place[np.clip(spot, 0, len(rows.place) - 1)]]
