"""Which changes of a history of stages count for a deal of which two sources tell: it is one deal, not two in turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from kpidesk.engine.history import LOST, WON
from kpidesk.engine.values import Ints, Mask

Told = tuple[int, int, int]
"""The place of a change, the deal that its source means by it, and the outcome of the stage."""


def counting(deal: Ints, own: Ints, outcome: Ints, head: Ints) -> Mask:
    """Which changes count, in the order of time by deal.

    `own` is the deal of its own source that a change is about, `head` the number of the deal that it counts as. The
    rules are those by which joined deals are put together: when a source is first heard of, only the deal kept has a
    say; then whatever one of them changes counts; won or lost stays until the source that told it takes it back.
    """
    stays = np.ones(len(deal), dtype=np.bool_)
    other = own != head
    for row in np.unique(deal[other]).tolist():
        begin, end = np.searchsorted(deal, (row, row + 1)).tolist()
        told = zip(range(begin, end), own[begin:end].tolist(), outcome[begin:end].tolist(), strict=True)
        stays[list(_passed_over(told, int(head[begin])))] = False
    return stays


def _passed_over(told: Iterable[Told], head: int) -> Iterator[int]:
    """The places of the changes of one deal that do not count."""
    said: dict[int, int] = {}
    for at, own, outcome in told:
        is_first = own not in said
        others = [said[one] for one in said if one != own]
        said[own] = outcome
        if outcome in (WON, LOST):
            continue
        if any(one in (WON, LOST) for one in others) or (is_first and others and own != head):
            yield at
