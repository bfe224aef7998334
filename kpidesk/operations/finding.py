"""Deals and accounts found by what is typed of their name or id, as fast as one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kpidesk import store
from kpidesk.core.finding import Hit, Hits, Lines, Place, lines_of, search
from kpidesk.engine.facts import Facts
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.workspace import Workspace

MOST = 20
COUNTED = 5_000
"""Hits that are counted at most: to count every deal that has an "a" would take longer than one waits for a key."""
BLOCK = 16_384
"""Records whose names are read together: for so few no other question has to wait noticeably."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Block:
    """The searched texts of as many records as make a block, and where the line of each begins."""

    lines: Lines
    begins: Ints


@dataclass(frozen=True, slots=True)
class _Names:
    """The names that were read so far, by the rows of `numbers`, which are those of all records."""

    numbers: Ints
    blocks: tuple[_Block, ...] = ()

    @property
    def read(self) -> int:
        """How many records were read."""
        return min(len(self.blocks) * BLOCK, len(self.numbers))

    def rows(self, typed: str, most: int) -> tuple[list[int], int, bool]:
        """The first rows that hold every typed word, how many do, and whether counting was given up."""
        found, count, more = search([one.lines for one in self.blocks], typed, most, COUNTED)
        return [self._row(place) for place in found], count, more

    def _row(self, place: Place) -> int:
        block, begin = place
        return block * BLOCK + int(np.searchsorted(self.blocks[block].begins, begin))


def find_named(ws: Workspace, typed: str, *, blocks: int | None = None) -> Hits:
    """Deals by name or id and accounts by name that hold every word; those that begin with what was typed first.

    Before all others comes the deal whose id was typed as its export writes it; a Salesforce id has two lengths.
    Names are read when they are first asked for after an import. With `blocks` only so many blocks of them are read
    that were not before: the hits are those among the names read so far, and `unread` says how many are left.
    """
    facts = evaluator(ws).facts
    accounts, left = _read_on(ws, "accounts", lambda: store.account_ids(ws.db), _account_names, blocks)
    deals, _ = _read_on(ws, "deals", lambda: facts.ids, _deal_names, left)
    named, of_accounts, more = accounts.rows(typed, MOST // 4)
    placed, of_deals, more_deals = deals.rows(typed, MOST - len(named))
    exact = _with_id(ws, facts, typed.strip())
    ids = _deal_hits(ws, facts, list(exact))
    others = _deal_hits(ws, facts, [row for row in placed if row not in exact])
    first = (*ids, *_account_hits(ws, accounts, named), *others)[:MOST]
    uncounted = sum(row >= deals.read or typed.strip().casefold() not in key.casefold() for row, key in exact.items())
    unread = sum(len(one.numbers) - one.read for one in (accounts, deals))
    return Hits(first, of_accounts + of_deals + uncounted, more or more_deals, unread)


def _read_on(
    ws: Workspace, kind: str, every: Callable[[], Ints], read: Callable[[Workspace, Ints], Sequence[Sequence[str]]],
    blocks: int | None,
) -> tuple[_Names, int | None]:  # fmt: skip
    """The names of a kind of record with at most so many further blocks, and how many may still be read."""
    names = ws.remember(("names", kind), lambda: _Names(every()))
    while names.read < len(names.numbers) and (blocks is None or blocks > 0):
        lines, begins = lines_of(read(ws, names.numbers[names.read : names.read + BLOCK]))
        names = _Names(names.numbers, (*names.blocks, _Block(lines, np.array(begins, np.int64))))
        blocks = None if blocks is None else blocks - 1
    ws.memory["names", kind] = names
    return names, blocks


def _account_names(ws: Workspace, numbers: Ints) -> Sequence[Sequence[str]]:
    return [(name,) for name in store.account_texts(ws.db, numbers.tolist()).values()]


def _deal_names(ws: Workspace, numbers: Ints) -> Sequence[Sequence[str]]:
    facts = evaluator(ws).facts
    return store.deal_texts(ws.db, _values(facts, np.searchsorted(facts.ids, numbers)).tolist())


def _values(facts: Facts, rows: Ints) -> Ints:
    """The value in force of some deals."""
    return facts.versions.value[facts.versions.newest[rows]]


def _with_id(ws: Workspace, facts: Facts, text: str) -> dict[int, str]:
    """The rows of the deals with exactly this id, or that count as one that has it, each with the form it has it in."""
    found = {}
    for key, known in store.deals_with(ws.db, store.id_forms(text)).items():
        for number in known:
            at = int(np.searchsorted(facts.ids, number))
            if at < len(facts.ids) and facts.ids[at] == number:
                found[at] = key
    return found


def _account_hits(ws: Workspace, accounts: _Names, rows: Sequence[int]) -> list[Hit]:
    numbers = accounts.numbers[rows].tolist() if rows else []
    names = store.account_texts(ws.db, numbers)
    return [Hit("account", number, names[number]) for number in numbers]


def _deal_hits(ws: Workspace, facts: Facts, rows: Sequence[int]) -> list[Hit]:
    some = np.asarray(rows, np.int64)
    values = _values(facts, some).tolist()
    brief = store.deals_in_brief(ws.db, values)
    told = zip(facts.ids[some].tolist(), (brief[value] for value in values), strict=True)
    return [
        Hit("deal", number, name, " · ".join(filter(None, (account, stage, key))))
        for number, (name, key, account, stage) in told
    ]
