"""The window of past periods that is long enough to speak of one rep's rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_ROWS = 30.0
MOST_PERIODS = 4
MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class FairWindow:
    """The last `periods` periods together: `x` of `n`, over `months`. `fair`: rows enough for a rate of one rep."""

    x: float
    n: float
    periods: int
    months: int
    fair: bool

    @property
    def rate(self) -> float | None:
        """The rate over the window; None without rows."""
        return self.x / self.n if self.n else None


def fair_window(
    x_by_period: Sequence[float], n_by_period: Sequence[float], *, least: float = LEAST_ROWS,
    most: int = MOST_PERIODS, months: int = MONTHS_OF_A_QUARTER,
) -> FairWindow | None:  # fmt: skip
    """The longest window of the newest periods, at most `most` of them, in which a rep's rate is looked at.

    Periods come oldest first, each of `months` months; those before the first with rows are left out, because the
    rep was not there yet. It is fair from `least` rows on. None without any rows.
    """
    pairs = list(zip(x_by_period, n_by_period, strict=True))[-most:]
    first = next((at for at, (_, rows) in enumerate(pairs) if rows > 0), None)
    if first is None:
        return None
    inside = pairs[first:]
    rows = math.fsum(n for _, n in inside)
    hits = math.fsum(x for x, _ in inside)
    return FairWindow(hits, rows, len(inside), len(inside) * months, rows >= least)
