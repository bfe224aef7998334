"""What an account buys again is two deals; what was entered twice is one."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from kpidesk.operations.entered_twice import (
    NEAR_DAYS,
    NO_MORE,
    SAME_AMOUNT,
    Entry,
    entered_twice,
    pairs_entered_twice,
)

CASES: dict[str, tuple[Entry, Entry, str]] = {
    "another amount, owner and day": (Entry(5730, 1, 10, 90), Entry(2470, 2, 40, 120), ""),
    "another amount and owner on one day": (Entry(5730, 1, 10, 90), Entry(2470, 2, 10, 90), ""),
    "another amount in another month": (Entry(5730, 1, 10, 90), Entry(2470, 1, 40, 90), ""),
    "another amount, one rep, one week": (Entry(5730, 1, 10, 90), Entry(2470, 1, 17, 200), NEAR_DAYS),
    "another amount, nobody's, one week": (Entry(5730, 0, 10, 90), Entry(2470, 0, 10, 90), ""),
    "the same amount in the next month": (Entry(5730, 1, 10, 90), Entry(5730, 2, 40, 200), SAME_AMOUNT),
    "the same amount next year": (Entry(5730, 1, 10, 90), Entry(5730, 1, 375, 455), ""),
    "the same amount and nothing more": (Entry(5730, 1, None, None), Entry(5730, 2, 40, None), SAME_AMOUNT),
    "no amount yet, one week": (Entry(0, 1, 10, 90), Entry(2470, 2, 16, 400), NEAR_DAYS),
    "no amount yet, another month": (Entry(0, 1, 10, 90), Entry(2470, 1, 40, 91), ""),
    "no amount and only the end known": (Entry(0, 1, None, 90), Entry(2470, 1, 10, 97), NEAR_DAYS),
    "nothing known": (Entry(0, 0, None, None), Entry(0, 0, None, None), NO_MORE),
}


@pytest.mark.parametrize("case", CASES)
def test_one_deal_entered_twice_agrees_in_more_than_account_and_name(case: str) -> None:
    one, other, told = CASES[case]
    assert entered_twice(one, other) == entered_twice(other, one) == told


def test_every_pair_of_a_few_is_looked_at() -> None:
    rng = Random(5)
    entries = [Entry(rng.randrange(3), rng.randrange(3), rng.randrange(40), rng.randrange(200)) for _ in range(20)]
    found = {frozenset(pair) for pair in pairs_entered_twice(range(20), entries.__getitem__)}
    both = combinations(range(20), 2)
    assert found == {frozenset(pair) for pair in both if entered_twice(*(entries[at] for at in pair))}


def test_of_very_many_deals_of_one_name_those_created_near_are_compared() -> None:
    def entry(at: int) -> Entry:
        return Entry(100 + at // 2, 1, at // 2 * 30, None)

    assert sorted(pairs_entered_twice(range(5_000), entry)) == [(at, at + 1) for at in range(0, 5_000, 2)]
