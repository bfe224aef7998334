"""What a running period has still to bring, of what it usually comes to and of what past ones brought that late."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kpidesk.stats.forecasting import TWEEDIE
from kpidesk.stats.projecting import further


@dataclass(frozen=True, slots=True)
class Rest:
    """What a past period came to in all, and what of it came in after the part of its days that is looked at."""

    late: float
    total: float


@dataclass(frozen=True, slots=True)
class StillToCome:
    """The middle of what is still to come and its standard deviation; `part` of a whole period (0 to 1) it is."""

    point: float
    spread: float
    part: float


def still_to_come(usual: float, spread: float, past: Sequence[Rest]) -> StillToCome:
    """The part of the `usual` total that past periods brought in the days left; all of it where they tell nothing.

    Of the deviation of a whole period, `spread`, that part is left. To it comes how far each past period lay from
    bringing just that part so late: as that of a sum of deals it varies as the level to the power 1.5 (Tweedie), and a
    further period lies further out by √(1 + 1/n) and Student's t. One past period does not tell that; then deals that
    come in one by one are taken, of which a part varies by the root of it.
    """
    told = [one for one in past if one.total > 0]
    if not told:
        return StillToCome(usual, spread, 1.0)
    part = min(max(math.fsum(one.late for one in told) / math.fsum(one.total for one in told), 0.0), 1.0)
    count = len(told)
    if count == 1:
        return StillToCome(usual * part, spread * math.sqrt(part), part)
    misses = math.fsum((one.late - part * one.total) ** 2 / one.total**TWEEDIE for one in told) / (count - 1)
    apart = math.sqrt(misses * (1 + 1 / count) * max(usual, 0.0) ** TWEEDIE) * further(count - 1)
    return StillToCome(usual * part, math.hypot(part * spread, apart), part)
