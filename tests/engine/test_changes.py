"""What changed between two days of data, told from how each deal stood before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from kpidesk.core.deal_changes import DealMove
from kpidesk.core.people import Organisation
from kpidesk.engine.move_totals import totals
from kpidesk.engine.moves import find_moves
from tests.engine.support import Company, Deal, facts_of

Totals = dict[DealMove, tuple[int, int, int]]
"""By kind of change: how many deals, their value in minor units, how many in another currency are not in it."""

BEFORE, NOW = date(2025, 4, 1), date(2025, 5, 1)
OPEN = Deal(1, BEFORE, amount=100, created_at=date(2025, 1, 1), close_date=date(2025, 6, 1))


def changes(*pairs: tuple[Deal | None, Deal | None], missing: dict[int, date] | None = None) -> Totals:
    deals = [
        replace(deal, id=number, seen=seen)
        for number, pair in enumerate(pairs, 1)
        for deal, seen in zip(pair, (BEFORE, NOW), strict=True)
        if deal is not None
    ]
    facts = facts_of(Company(tuple(deals), Organisation(), (BEFORE, NOW), missing or {}))
    none_missing = np.full(len(pairs) + 1, -(2**31))
    return {kind: tuple(told) for kind, *told in totals(find_moves(facts, BEFORE, none_missing))}  # type: ignore[misc]


def test_each_kind_is_told_apart() -> None:
    later, sooner = replace(OPEN, close_date=date(2025, 7, 1)), replace(OPEN, close_date=date(2025, 5, 9))
    won, lost = replace(OPEN, outcome="won", amount=150), replace(OPEN, outcome="lost")
    found = changes(
        (OPEN, later), (OPEN, replace(later, amount=130)), (OPEN, sooner), (OPEN, replace(OPEN, amount=40)),
        (OPEN, won), (OPEN, lost), (lost, OPEN), (OPEN, OPEN), (OPEN, None), missing={9: NOW},
    )  # fmt: skip
    assert found == {
        "pushed": (2, 230, 0),
        "pulled_in": (1, 100, 0),
        "amount_up": (1, 30, 0),
        "amount_down": (1, -60, 0),
        "won": (1, 150, 0),
        "lost": (1, 100, 0),
        "reopened": (1, 100, 0),
        "vanished": (1, 100, 0),
    }


def test_other_currencies_are_counted_and_not_added() -> None:
    euro = replace(OPEN, currency="EUR", amount=7)
    won, lost = replace(euro, outcome="won"), replace(OPEN, outcome="won", currency="usd")
    found = changes(
        (euro, won), (OPEN, lost), (euro, replace(euro, amount=9)), (OPEN, replace(OPEN, currency="usd", amount=110)),
        (euro, replace(OPEN, amount=900)), (euro, None), (OPEN, None), missing={6: NOW, 7: NOW},
    )  # fmt: skip
    assert found == {"amount_up": (2, 10, 1), "won": (2, 100, 1), "vanished": (2, 100, 1)}


def test_a_first_sight_is_new_and_nothing_else() -> None:
    assert changes((OPEN, OPEN), (None, OPEN)) == {"new": (1, 100, 0)}


def test_of_a_deal_closed_on_both_days_its_amount_and_its_day_may_change() -> None:
    won = replace(OPEN, outcome="won")
    lost = replace(OPEN, outcome="lost")
    found = changes(
        (won, replace(won, amount=140)), (won, replace(won, close_date=date(2025, 3, 1))), (won, won),
        (lost, replace(lost, amount=90)), (won, replace(won, probability=500_000)),
        (won, replace(won, close_date=None)), (replace(won, close_date=None), won),
    )  # fmt: skip
    assert found == {"won_amount": (1, 40, 0), "lost_amount": (1, -10, 0), "closed_day": (3, 300, 0)}


def test_of_a_won_deal_that_is_lost_now_what_had_been_won_is_gone() -> None:
    won = replace(OPEN, outcome="won")
    lost = replace(OPEN, outcome="lost", amount=70)
    euro = replace(won, currency="EUR", amount=7)
    found = changes((won, lost), (OPEN, lost), (lost, won), (euro, replace(euro, outcome="lost")))
    assert found == {"won": (1, 100, 0), "lost": (1, 70, 0), "won_lost": (2, -100, 1)}


def test_a_won_deal_in_another_currency_has_another_amount_though_its_number_is_the_same() -> None:
    won = replace(OPEN, outcome="won")
    assert changes((won, replace(won, currency="EUR"))) == {"won_amount": (1, 0, 1)}
    assert changes((replace(won, currency="EUR"), replace(won, amount=900))) == {"won_amount": (1, 0, 0)}


def test_what_did_not_change_is_not_counted() -> None:
    assert changes((OPEN, OPEN)) == {}
