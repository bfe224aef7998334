"""Why a pooled rate changed: because segments did better or worse, or because their weights moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Parts = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class MixEffect:
    """What one segment added to the change: by its own rate, and by its weight."""

    segment: str
    rate: float
    mix: float


def rate_and_mix(before: Parts, after: Parts) -> tuple[MixEffect, ...]:
    """Split the change of a pooled ratio over its segments; the parts add up to the change, nothing is left.

    `before` and `after` give numerator and denominator by segment. A segment that is missing on one side takes
    its rate from the other, so all it does is mix. Empty when either side has no denominator.
    """
    total0, total1 = sum(part[1] for part in before.values()), sum(part[1] for part in after.values())
    if not total0 or not total1:
        return ()
    centre = sum(part[0] for part in before.values()) / total0 + sum(part[0] for part in after.values()) / total1
    found = []
    for segment in dict.fromkeys([*before, *after]):
        hits0, rows0 = before.get(segment, (0.0, 0.0))
        hits1, rows1 = after.get(segment, (0.0, 0.0))
        if not rows0 and not rows1:
            continue
        rate0 = hits0 / rows0 if rows0 else hits1 / rows1
        rate1 = hits1 / rows1 if rows1 else rate0
        weight0, weight1 = rows0 / total0, rows1 / total1
        own = (rate1 - rate0) * (weight0 + weight1) / 2
        found.append(MixEffect(segment, own, (weight1 - weight0) * (rate0 + rate1 - centre) / 2))
    return tuple(found)
