"""What reps or teams that are alike are held against: the value that luck alone moves everybody round."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from kpidesk.core.peers import Limit
from kpidesk.operations.peer_words import Kind, One
from kpidesk.stats.amount_groups import Spread, spread_of_means, spread_of_sums
from kpidesk.stats.funnel import count_limits, rate_limits
from kpidesk.stats.grouping import INNER, OUTER, FunnelPlace, count_place, median_place, rate_place

LINE_POINTS = 60
FEWEST = 3
"""So many always stay in what everybody is held against."""


@dataclass(frozen=True, slots=True)
class Middle:
    """What everybody of a group is held against: what those who are not far `apart` came to together."""

    kind: Kind
    members: Sequence[One]
    common: float
    spread: Spread | None
    apart: tuple[str, ...]

    def place(self, one: One) -> FunnelPlace | None:
        """Where somebody lies among the limits of luck; None where too little tells."""
        if self.kind == "rate":
            return rate_place(one.x, one.size, self.common)
        if self.kind == "count":
            return count_place(one.x, one.size, self.common)
        if self.kind in ("sum", "mean"):
            return self.spread.place(one.x / one.size, one.size) if self.spread is not None else None
        return median_place(one.values, self.common)


def middle_of(kind: Kind, members: Sequence[One]) -> Middle:
    """The value that luck alone moves everybody round.

    Who lies far outside the limits of a funnel (Spiegelhalter 2005) is left out of it, the farthest first: one very
    good rep would else pull it up so far that the others seem to be below it. Three of them, and half, always stay.
    """
    inside, apart = list(members), list[str]()
    while True:
        made = Middle(kind, inside, common_of(inside, kind), _spread(kind, inside), tuple(apart))
        placed = ((one, made.place(one)) for one in inside)
        far = [(one, found) for one, found in placed if found is not None and found.place.startswith("far")]
        if not far or len(inside) <= max(FEWEST, (len(members) + 1) // 2):
            return made
        farthest, _ = max(far, key=lambda pair: abs(pair[1].value - made.common) * math.sqrt(pair[0].size))
        inside.remove(farthest)
        apart.append(farthest.scope.name)


def common_of(members: Sequence[One], kind: Kind) -> float:
    """What all of them together came to."""
    if kind == "median":
        return median(value for one in members for value in one.values)
    return math.fsum(one.x for one in members) / math.fsum(one.size for one in members)


def _spread(kind: Kind, members: Sequence[One]) -> Spread | None:
    """How luck moves the sums or means of a group; None for what is neither."""
    values = [one.values for one in members]
    if kind == "sum":
        return spread_of_sums(values, [one.size for one in members])
    return spread_of_means(values) if kind == "mean" else None


def lines_round(middle: Middle, most: float) -> tuple[Limit, ...]:
    """The lines of the funnel up to a little beyond the largest size; none for a median."""
    last, spread = most * 1.08, middle.spread
    sizes = [last * ((at + 1) / LINE_POINTS) ** 2 for at in range(LINE_POINTS)]
    if spread is not None:
        ends = [(size, spread.ends(size, INNER), spread.ends(size, OUTER)) for size in sizes]
        return tuple(Limit(size, *inner, *outer) for size, inner, outer in ends if inner and outer)
    if middle.kind not in ("rate", "count"):
        return ()
    if middle.kind == "rate":
        made = [rate_limits(middle.common, rows) for rows in sorted({max(round(one), 1) for one in sizes})]
    else:
        made = [count_limits(middle.common, weeks) for weeks in sizes if weeks >= last / LINE_POINTS**1.5]
    return tuple(Limit(one.size, *one.inner, *one.outer) for one in made)
