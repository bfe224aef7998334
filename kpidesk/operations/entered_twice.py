"""Whether two deals of one account and name are one that was entered twice, or what the account bought again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from kpidesk.core.records import Cell
from kpidesk.operations.deal_likeness import FAR, MOST_SHARING, NEAR

SAME_AMOUNT = "same account, name and amount"
NEAR_DAYS = "same account and name, days near"
NO_MORE = "same account and name"
"""What two deals agree in that are one, as far as is known of them."""


class Entry(NamedTuple):
    """What tells two deals of one account and name apart, None or 0 where it is not known.

    `amount` is in minor units, `owner` whoever it is, `created` and `closes` are numbers of days.
    """

    amount: int
    owner: Cell
    created: int | None
    closes: int | None


def entered_twice(one: Entry, other: Entry) -> str:
    """What two deals of one account and name agree in besides, empty where they are two: an account buys again.

    The same amount is enough unless their days lie a quarter apart; without it they were created within a week of each
    other (or close so, if that is not known), and where both have an amount by the same owner.
    """
    created, closes = _apart(one.created, other.created), _apart(one.closes, other.closes)
    if one.amount and one.amount == other.amount:
        days = [apart for apart in (created, closes) if apart is not None]
        return SAME_AMOUNT if min(days, default=0) <= FAR else ""
    apart = created if created is not None else closes
    if one.amount and other.amount:
        return NEAR_DAYS if one.owner and one.owner == other.owner and created is not None and created <= NEAR else ""
    if apart is None:
        return NO_MORE
    return NEAR_DAYS if apart <= NEAR else ""


def _apart(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else abs(one - other)


def pairs_entered_twice(places: Sequence[int], entry: Callable[[int], Entry]) -> Iterator[tuple[int, int]]:
    """The pairs among the places of deals of one account and name that may be one; of many, those created near."""
    entries = {place: entry(place) for place in places}
    ordered = sorted(places, key=lambda place: (entries[place].created or 0, entries[place].closes or 0, place))
    for at, one in enumerate(ordered):
        for other in islice(ordered, at + 1, at + MOST_SHARING):
            if entered_twice(entries[one], entries[other]):
                yield one, other
