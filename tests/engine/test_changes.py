"""What an import changed, told from how each deal stood before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kpidesk.core.imports import ChangeCount
from kpidesk.core.people import Organisation
from kpidesk.engine.changes import count_changes
from tests.engine.support import Company, Deal, columns_of

BEFORE, NOW = date(2025, 4, 1), date(2025, 5, 1)
OPEN = Deal(1, BEFORE, amount=100, created_at=date(2025, 1, 1), close_date=date(2025, 6, 1))


def changes(*pairs: tuple[Deal, Deal | None], missing: dict[int, date] | None = None) -> tuple[ChangeCount, ...]:
    deals = [
        replace(deal, id=number, seen=seen)
        for number, pair in enumerate(pairs, 1)
        for deal, seen in zip(pair, (BEFORE, NOW), strict=True)
        if deal is not None
    ]
    company = Company(tuple(deals), Organisation(), (BEFORE, NOW), missing or {})
    return count_changes(*columns_of(company), NOW, "USD")  # type: ignore[arg-type]  # a mapping that is a dict


def test_each_kind_is_told_apart() -> None:
    later, sooner = replace(OPEN, close_date=date(2025, 7, 1)), replace(OPEN, close_date=date(2025, 5, 9))
    won, lost = replace(OPEN, outcome="won", amount=150), replace(OPEN, outcome="lost")
    found = changes(
        (OPEN, later), (OPEN, replace(later, amount=130)), (OPEN, sooner), (OPEN, replace(OPEN, amount=40)),
        (OPEN, won), (OPEN, lost), (lost, OPEN), (OPEN, OPEN), (OPEN, None), missing={9: NOW},
    )  # fmt: skip
    assert found == (
        ChangeCount("pushed", 2, 230.0),
        ChangeCount("pulled in", 1, 100.0),
        ChangeCount("amount up", 1, 30.0),
        ChangeCount("amount down", 1, -60.0),
        ChangeCount("won", 1, 150.0),
        ChangeCount("lost", 1, 100.0),
        ChangeCount("reopened", 1, 100.0),
        ChangeCount("no longer in the file", 1, 100.0),
    )


def test_other_currencies_are_counted_and_not_added() -> None:
    euro = replace(OPEN, currency="EUR", amount=7)
    won, lost = replace(euro, outcome="won"), replace(OPEN, outcome="won", currency="usd")
    found = changes(
        (euro, won), (OPEN, lost), (euro, replace(euro, amount=9)), (OPEN, replace(OPEN, currency="usd", amount=110)),
        (euro, replace(OPEN, amount=900)), (euro, None), (OPEN, None), missing={6: NOW, 7: NOW},
    )  # fmt: skip
    assert found == (
        ChangeCount("amount up", 2, 10.0, 1),
        ChangeCount("won", 2, 100.0, 1),
        ChangeCount("no longer in the file", 2, 100.0, 1),
    )


def test_a_first_sight_is_new_and_nothing_else() -> None:
    company = Company((replace(OPEN, seen=NOW),), Organisation(), (NOW,))
    found = count_changes(*columns_of(company), NOW, "USD")  # type: ignore[arg-type]  # a mapping that is a dict
    assert found == (ChangeCount("new", 1, 100.0),)


def test_what_did_not_change_is_not_counted() -> None:
    assert changes((OPEN, OPEN)) == ()
