"""One number for every row of any table, so that the rows of several measures can be told from each other."""

from __future__ import annotations

import numpy as np

from kpidesk.core.fields import Kind
from kpidesk.engine.facts import Facts
from kpidesk.engine.leaves import values_of
from kpidesk.engine.scan import OF_DEALS, Picks
from kpidesk.engine.values import Each, Floats, Ints, added
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


def distinct(keys: Ints, weights: Floats) -> tuple[Ints, Ints, Floats]:
    """The different keys in rising order, where each stands first, and its weights added up.

    By counting instead of sorting where the keys lie close together, as those of one table do: many times as fast for
    a million rows.
    """
    size = len(keys)
    low, high = (int(keys.min()), int(keys.max())) if size else (0, -1)
    if not size or high - low > _SPREAD * size + _SPREAD:
        found, first, again = np.unique(keys, return_index=True, return_inverse=True)
        return found, first, added(again, weights, len(found))
    at = np.full(high - low + 1, -1, dtype=np.int32)
    at[keys[::-1] - low] = np.arange(size - 1, -1, -1, dtype=np.int32)
    here = np.flatnonzero(at >= 0)
    first = at[here].astype(np.int64)
    is_once = len(here) == size
    return here + low, first, weights[first] if is_once else added(keys - low, weights, len(at))[here]


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


def labels_of(facts: Facts, keys: Ints, values: Ints) -> Each[str]:
    """What the rows are behind which no value is stored, of those with these keys and values."""
    texts, which = [""], np.zeros(len(keys), dtype=np.int64)
    for at in np.flatnonzero((values <= 0) & (keys >= _WIDTH)).tolist():
        which[at] = len(texts)
        texts.append(facts.table(_NAMES[int(keys[at]) // _WIDTH - 1]).label(int(keys[at]) % _WIDTH))
    return Each(tuple(texts), which)


def kinds_of(facts: Facts, keys: Ints) -> Each[Kind]:
    """Of what kind of record each row is."""
    if not len(keys) or keys.max() < _WIDTH:
        return Each.alike(_kind_of(facts, 0), len(keys))
    numbers, which = np.unique(np.maximum(keys, 0) // _WIDTH, return_inverse=True)
    return Each(tuple(_kind_of(facts, one) for one in numbers.tolist()), which)


def _kind_of(facts: Facts, number: int) -> Kind:
    return "deals" if not number else facts.table(_NAMES[number - 1]).kind
