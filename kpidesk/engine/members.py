"""The members of a breakdown: the values of a field, or of two together, into which a measure is split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# not from values.py, which needs the days that need this
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The values of a field that get a number each: `numbers` in order, and the empty one last where there is one.

    `grouped` gives the member of each of them where several values stand together as one; without it each is its own.
    """

    field: str
    numbers: Floats
    has_empty: bool
    grouped: Ints | None = None

    @property
    def size(self) -> int:
        """How many members there are."""
        if self.grouped is not None:
            return int(self.grouped.max(initial=-1)) + 1
        return len(self.numbers) + self.has_empty

    def place(self, data: Floats) -> Ints:
        """The member that each value is; NaN is the empty one."""
        at = np.searchsorted(self.numbers, data)
        return at if self.grouped is None else self.grouped[at]


@dataclass(frozen=True, slots=True, eq=False)
class Crossed:
    """Every pair of a member of one field and one of another, the first field first."""

    rows: Members
    columns: Members

    @property
    def size(self) -> int:
        """How many pairs there are."""
        return self.rows.size * self.columns.size


def members_among(field: str, data: Floats) -> Members:
    """The members that occur among values of a field."""
    empty = np.isnan(data)
    return Members(field, np.unique(data[~empty]), bool(empty.any()))
