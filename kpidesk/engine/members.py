"""The members of a breakdown: the values of a deal field into which a measure is split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# not from values.py, which needs the days that need this
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The values of a field that get a number each: `numbers` in order, and the empty one last where there is one."""

    field: str
    numbers: Floats
    has_empty: bool

    @property
    def size(self) -> int:
        """How many members there are."""
        return len(self.numbers) + self.has_empty

    def place(self, data: Floats) -> Ints:
        """The member that each value is; NaN is the empty one."""
        return np.searchsorted(self.numbers, data)


def members_among(field: str, data: Floats) -> Members:
    """The members that occur among values of a field."""
    empty = np.isnan(data)
    return Members(field, np.unique(data[~empty]), bool(empty.any()))
