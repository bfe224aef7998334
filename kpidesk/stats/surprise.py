"""How far a whole has moved between the parts of a field, so that the fields that tell most are looked at first.

The surprise of Bhagwan et al., "Adtributor: revenue debugging in advertising systems" (NSDI 2014, §4.2): the
Jensen–Shannon divergence of the shares before and after, here for each part more than one, because luck alone moves
more between many parts than between few.
"""

from __future__ import annotations

import math
from collections.abc import Mapping


def surprise(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """The divergence of the shares of parts before and after, in bits by each part more than one.

    0 where all parts kept their shares, where there are fewer than two, or where amounts run against each other.
    """
    names = dict.fromkeys([*before, *after])
    total0, total1 = math.fsum(before.values()), math.fsum(after.values())
    amounts = (*before.values(), *after.values())
    if len(names) < 2 or total0 == 0 or total1 == 0 or min(amounts) < 0 < max(amounts):
        return 0.0
    told = 0.0
    for name in names:
        old, new = before.get(name, 0.0) / total0, after.get(name, 0.0) / total1
        middle = (old + new) / 2
        told += sum(share * math.log2(share / middle) for share in (old, new) if share > 0) / 2
    return max(told, 0.0) / (len(names) - 1)
