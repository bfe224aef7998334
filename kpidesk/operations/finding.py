"""Deals and accounts found by what is typed of their name or id, as fast as one types."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kpidesk import store
from kpidesk.core.finding import Hit, Hits, Lines, lines_of
from kpidesk.operations.workspace import Workspace, evaluator

MOST = 20
COUNTED = 5_000
"""Hits that are counted at most: to count every deal that has an "a" would take longer than one waits for a key."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The searched texts, where the line of each record begins, its number, and of a deal the value in force."""

    lines: Lines
    begins: NDArray[np.int64]
    numbers: NDArray[np.int64]
    values: NDArray[np.int64]


def find_named(ws: Workspace, typed: str) -> Hits:
    """Deals by name or id and accounts by name that hold every word; those that begin with what was typed first.

    Before all others comes the deal whose id was typed as its export writes it; a Salesforce id has two lengths.
    """
    accounts = ws.remember("names of accounts", lambda: _accounts(ws))
    deals = ws.remember("names of deals", lambda: _deals(ws))
    named, of_accounts, more = accounts.lines.search(typed, MOST // 4, COUNTED)
    placed, of_deals, more_deals = deals.lines.search(typed, MOST - len(named), COUNTED)
    exact = _with_id(ws, deals, typed.strip())
    others = [one for one in _records(deals, placed).tolist() if one not in exact]
    ids = _deal_hits(ws, deals, list(exact))
    first = (*ids, *_account_hits(ws, accounts, named), *_deal_hits(ws, deals, others))[:MOST]
    unfound = sum(typed.strip().casefold() not in key.casefold() for key in exact.values())
    return Hits(first, of_accounts + of_deals + unfound, more or more_deals)


def _with_id(ws: Workspace, deals: _Names, text: str) -> dict[int, str]:
    """Which deals have exactly this id, or count as one that has, in one of its forms; with that form."""
    found = {}
    for key, known in store.deals_with(ws.db, store.id_forms(text)).items():
        for number in known:
            at = int(np.searchsorted(deals.numbers, number))
            if at < len(deals.numbers) and deals.numbers[at] == number:
                found[at] = key
    return found


def _accounts(ws: Workspace) -> _Names:
    texts = store.account_texts(ws.db)
    lines, begins = lines_of([(name,) for name in texts.values()])
    return _Names(lines, np.array(begins, np.int64), np.array(list(texts), np.int64), np.zeros(0, np.int64))


def _deals(ws: Workspace) -> _Names:
    facts = evaluator(ws).facts
    values = facts.versions.value[facts.versions.newest].astype(np.int64)
    ids, names = store.value_texts(ws.db, "deals", "name")
    _, keys = store.value_texts(ws.db, "deals", "key")
    places = np.searchsorted(ids, values).tolist()
    lines, begins = lines_of([(names[at], keys[at]) for at in places])
    return _Names(lines, np.array(begins, np.int64), facts.ids.astype(np.int64), values)


def _account_hits(ws: Workspace, found: _Names, places: list[int]) -> list[Hit]:
    numbers = found.numbers[_records(found, places)].tolist()
    names = store.account_texts(ws.db, numbers)
    return [Hit("account", number, names[number]) for number in numbers]


def _deal_hits(ws: Workspace, found: _Names, rows: list[int]) -> list[Hit]:
    records = np.asarray(rows, np.int64)
    brief = store.deals_in_brief(ws.db, found.values[records].tolist())
    told = zip(found.numbers[records].tolist(), (brief[value] for value in found.values[records].tolist()), strict=True)
    return [
        Hit("deal", number, name, " · ".join(filter(None, (account, key)))) for number, (name, key, account) in told
    ]


def _records(found: _Names, places: list[int]) -> NDArray[np.intp]:
    """Which records the lines at these places are of."""
    return np.searchsorted(found.begins, np.asarray(places, np.int64))
