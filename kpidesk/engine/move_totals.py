"""What changes of deals come to: by kind, of amounts that had been none, and in other currencies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kpidesk.core.deal_changes import SIGNED, DealMove
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import NO_AMOUNT, column
from kpidesk.engine.money import RATE
from kpidesk.engine.moves import KINDS, Moves


def totals(moves: Moves) -> Iterator[tuple[DealMove, int, int, int]]:
    """Each kind with its deals, their value in minor units, and how many have no rate and are not in the value.

    The value of amounts that changed is that of the difference. Kinds without a deal are left out.
    """
    for place, kind in enumerate(KINDS):
        mine = moves.kind == place
        if mine.any():
            yield kind, int(mine.sum()), int(np.nansum(moves.worth[mine])), int(moves.unrated[mine].sum())


def first_amounts(facts: Facts, moves: Moves) -> tuple[int, float]:
    """How many of the amounts that went up had been none before, and what they are worth, in minor units."""
    was = column(facts.columns, "amount", moves.before, NO_AMOUNT)
    here = (moves.kind == KINDS.index("amount_up")) & (was == NO_AMOUNT)
    return int(here.sum()), float(np.nansum(moves.worth[here]))


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Deals in another currency that has a rate: their value there and in the workspace's, both in minor units."""

    currency: str
    deals: int
    amount: int
    worth: int


def elsewhere(facts: Facts, moves: Moves) -> dict[DealMove, tuple[Elsewhere, ...]]:
    """What of each kind is in other currencies, by currency, at the rates that count for the deals now.

    Deals without a rate, and those whose currency has changed, from the first day to the second or since, are left out.
    """
    apart = np.isin(moves.kind, [KINDS.index(one) for one in SIGNED]) & (moves.delta == NO_AMOUNT)
    foreign = np.flatnonzero(moves.foreign & ~apart)
    if not len(foreign):
        return {}
    place = facts.deals.column("amount" + RATE).data[moves.deal[foreign]]
    known, steps = foreign[place >= 0], place[place >= 0].astype(np.int64)
    terms = column(facts.columns, "currency", moves.after[known], 0).astype(np.int64)
    codes, of = np.array(facts.exchange.codes), np.array([one.currency for one in facts.exchange.steps] or [""])
    same = np.flatnonzero(codes[terms] == of[steps])
    known = known[same]
    pairs, which = np.unique(np.stack((moves.kind[known], steps[same])), axis=1, return_inverse=True)
    found: dict[DealMove, dict[str, Elsewhere]] = {}
    for number, (at, step) in enumerate(pairs.T.tolist()):
        kind, rate = KINDS[at], facts.exchange.steps[step]
        here = known[which.ravel() == number]
        told = (moves.delta if kind in SIGNED else moves.amount)[here]
        amount, worth = int(told[told != NO_AMOUNT].sum()), int(np.nansum(moves.worth[here]))
        mine = found.setdefault(kind, {})
        had = mine.get(rate.currency, Elsewhere(rate.currency, 0, 0, 0))
        mine[rate.currency] = Elsewhere(rate.currency, had.deals + len(told), had.amount + amount, had.worth + worth)
    return {kind: tuple(mine[code] for code in sorted(mine)) for kind, mine in found.items()}
