"""One number for every row of any table, so that the rows of several measures can be told from each other."""

from __future__ import annotations

import numpy as np

from kpidesk.core.fields import Kind
from kpidesk.engine.facts import Facts
from kpidesk.engine.leaves import values_of
from kpidesk.engine.scan import OF_DEALS, Picks
from kpidesk.engine.values import Ints
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import Leaf

_NAMES = tuple(TABLES)
_WIDTH = 2**40  # more than any table has rows
_SPREAD = 16


def keys_of(facts: Facts, leaf: Leaf, picks: Picks) -> Ints:
    """What tells the picked rows from each other and from those of other tables.

    The key of a deal is the number of the value it was read from, that of a visit its own below zero, that of any
    other row its number after that of its table.
    """
    if leaf.table == "stage_visits":
        return ~picks.row
    if leaf.table in OF_DEALS:
        return values_of(facts, leaf, picks)
    return (1 + _NAMES.index(leaf.table)) * _WIDTH + picks.row


def distinct(keys: Ints) -> tuple[Ints, Ints, Ints]:
    """The different keys in rising order, where each stands first, and for every key its place among them.

    What `numpy.unique` gives, by counting instead of sorting where the keys lie close together, as those of one table
    do: many times as fast for a million rows.
    """
    size = len(keys)
    low, high = (int(keys.min()), int(keys.max())) if size else (0, -1)
    if not size or high - low > _SPREAD * size + _SPREAD:
        found, first, again = np.unique(keys, return_index=True, return_inverse=True)
        return found, first, again
    at = np.full(high - low + 1, -1, dtype=np.int64)
    at[keys[::-1] - low] = np.arange(size - 1, -1, -1)
    here = np.flatnonzero(at >= 0)
    rank = np.empty(len(at), dtype=np.int64)
    rank[here] = np.arange(len(here))
    return here + low, at[here], rank[keys - low]


def value_ids(facts: Facts, keys: Ints) -> Ints:
    """The value that each row was read from; 0 where none is stored."""
    found = keys.copy()
    visits = np.flatnonzero(keys < 0)
    if len(visits):
        found[visits] = facts.past.versions.value[facts.visits().version][~keys[visits]]
    for number in np.unique(keys[keys >= _WIDTH] // _WIDTH).tolist():
        here = np.flatnonzero(keys // _WIDTH == number)
        found[here] = facts.table(_NAMES[number - 1]).value[keys[here] % _WIDTH]
    return found


def labels_of(facts: Facts, keys: Ints) -> tuple[str, ...]:
    """What the rows are behind which no value is stored."""
    found = [""] * len(keys)
    for at in np.flatnonzero(value_ids(facts, keys) <= 0).tolist():
        if keys[at] >= _WIDTH:
            found[at] = facts.table(_NAMES[int(keys[at]) // _WIDTH - 1]).label(int(keys[at]) % _WIDTH)
    return tuple(found)


def kinds_of(facts: Facts, keys: Ints) -> tuple[Kind, ...]:
    """Of what kind of record each row is."""
    if not len(keys) or keys.max() < _WIDTH:
        return (_kind_of(facts, 0),) * len(keys)
    number = np.maximum(keys, 0) // _WIDTH
    tables = {one: _kind_of(facts, one) for one in np.unique(number).tolist()}
    if len(tables) == 1:
        return tuple(tables.values()) * len(keys)
    return tuple(tables[one] for one in number.tolist())


def _kind_of(facts: Facts, number: int) -> Kind:
    return "deals" if not number else facts.table(_NAMES[number - 1]).kind
