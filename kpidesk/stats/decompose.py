"""Why a number changed, or where a gap comes from, split into parts that add up to the whole.

Sums split over their parts, products over their factors: Shapley values for up to four factors, LMDI (Ang 2004, Energy
Policy 32:1131) for more. Pooled rates split in `mix`; medians have no exact split.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial

UNASSIGNED = "Not assigned"


@dataclass(frozen=True, slots=True)
class Part:
    """What one part adds to a whole, in the unit of the whole, and its share of it (1 is all; None if that is 0).

    Shares can be negative or above 1 where parts work against each other; they add up to 1.
    """

    name: str
    amount: float
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a product before and after; one that `divides` stands below the line."""

    name: str
    before: float
    after: float
    divides: bool = False


@dataclass(frozen=True, slots=True)
class Sales:
    """What a bridge of bookings needs of a period: deals closed, deals won of them, and the money won."""

    closed: float
    won: float
    amount: float


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What a bridge of velocity needs of a period: open deals, win rate, deal size and days of a cycle."""

    deals: float
    win_rate: float
    deal_size: float
    cycle_days: float


def whole(parts: Sequence[Part], total: float) -> tuple[Part, ...]:
    """The parts of a total with their shares of it."""
    return tuple(replace(part, share=part.amount / total if total else None) for part in parts)


def whole_percents(parts: Sequence[Part]) -> tuple[int, ...]:
    """The shares in whole per cent that add up to 100: what is cut off goes to those that lose most by it."""
    exact = [100 * part.share for part in parts if part.share is not None]
    if not exact:
        return ()
    floors = [math.floor(one) for one in exact]
    missing = 100 - sum(floors)
    by_loss = sorted(range(len(exact)), key=lambda at: floors[at] - exact[at])
    for at in by_loss[:missing]:
        floors[at] += 1
    return tuple(floors)


def shapley(factors: Sequence[Factor]) -> tuple[Part, ...]:
    """What each factor adds when the factors change one after the other, averaged over all orders.

    Works with zeros and negative factors, not with a zero below the line: then empty.
    """
    if not factors or any(one.divides and 0 in (one.before, one.after) for one in factors):
        return ()
    value = _values(factors)
    count = len(factors)
    parts = []
    for at, factor in enumerate(factors):
        others = [other for other in range(count) if other != at]
        added = [
            factorial(size) * factorial(count - size - 1) * (value({*changed, at}) - value(set(changed)))
            for size in range(count)
            for changed in combinations(others, size)
        ]
        parts.append(Part(factor.name, math.fsum(added) / factorial(count)))
    return whole(parts, value(set(range(count))) - value(set()))


def _values(factors: Sequence[Factor]) -> Callable[[set[int]], float]:
    """The product when only the factors at given places have changed."""

    def value(changed: set[int]) -> float:
        total = 1.0
        for at, factor in enumerate(factors):
            size = factor.after if at in changed else factor.before
            total = total / size if factor.divides else total * size
        return total

    return value


def gap_to_target(
    actual: Mapping[str, float], targets: Mapping[str, float], target: float | None = None
) -> tuple[Part, ...]:
    """What each part lacks of its target (negative: it is ahead), with its share of the whole gap.

    `target` is that of the whole, without it the sum of the parts'. What the targets of the parts leave out, or give
    out too much, is a part of its own, "Not assigned".
    """
    given = math.fsum(targets.values())
    parts = [Part(name, targets.get(name, 0.0) - actual.get(name, 0.0)) for name in dict.fromkeys([*targets, *actual])]
    if target is not None and not math.isclose(target, given, rel_tol=1e-12):
        parts.append(Part(UNASSIGNED, target - given))
    return whole(parts, (given if target is None else target) - math.fsum(actual.values()))


def bookings_bridge(before: Sales, after: Sales) -> tuple[Part, ...]:
    """Why bookings changed: deals closed, win rate, deal size.

    A rate or size that a period without deals does not have is that of the other period. Empty without any deals.
    """
    rates = _either(_ratio(before.won, before.closed), _ratio(after.won, after.closed))
    sizes = _either(_ratio(before.amount, before.won), _ratio(after.amount, after.won))
    if rates is None or sizes is None:
        return ()
    factors = (Factor("Deals closed", before.closed, after.closed), Factor("Win rate", *rates),
               Factor("Deal size", *sizes))  # fmt: skip
    return whole(shapley(factors), after.amount - before.amount)


def _ratio(above: float, below: float) -> float | None:
    return above / below if below else None


def _either(first: float | None, second: float | None) -> tuple[float, float] | None:
    """Both values, a missing one taken from the other; None when both are missing."""
    one, two = (second if first is None else first), (first if second is None else second)
    return None if one is None or two is None else (one, two)


def velocity_bridge(before: Pipeline, after: Pipeline) -> tuple[Part, ...]:
    """Why sales velocity (money per day) changed: open deals, win rate, deal size, cycle; empty without a cycle."""
    return shapley(
        (
            Factor("Open deals", before.deals, after.deals),
            Factor("Win rate", before.win_rate, after.win_rate),
            Factor("Deal size", before.deal_size, after.deal_size),
            Factor("Cycle length", before.cycle_days, after.cycle_days, divides=True),
        )
    )
