"""One number for every row of any table, so that the rows of several measures can be told from each other."""

from __future__ import annotations

import numpy as np

from kpidesk.core.fields import Kind
from kpidesk.engine.days import NO_DAY
from kpidesk.engine.facts import Facts
from kpidesk.engine.leaves import values_of
from kpidesk.engine.scan import OF_DEALS, Picks
from kpidesk.engine.stood import Stood, stood_in
from kpidesk.engine.values import Each, Floats, Ints, added
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import Leaf, On

_NAMES = tuple(TABLES)
_WIDTH = 2**40  # more than any table has rows
_STATES = 1 + len(_NAMES)
"""What stands for states that a history of stages tells, where others have the number of their table."""
_SPREAD = 16


def keys_of(facts: Facts, leaf: Leaf, picks: Picks) -> Ints:
    """What tells the picked rows from each other and from those of other tables.

    The key of a deal is the number of the value it was read from, that of a visit its own below zero, that of any
    other row its number after that of its table. So it is of a deal that stood otherwise then than a value shows: of
    two such states in one number each has its own.
    """
    if leaf.table == "stage_visits":
        return ~picks.row
    if leaf.table in OF_DEALS:
        values = values_of(facts, leaf, picks)
        if isinstance(leaf.dated, On) or facts.past.begins == NO_DAY:
            return values
        is_told = facts.past.change[facts.states.version[picks.row]] > 0
        return np.where(is_told, _STATES * _WIDTH + picks.row, values)
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
        found[here] = _values(facts, number, keys[here] % _WIDTH)
    return found


def _values(facts: Facts, number: int, rows: Ints) -> Ints:
    if number == _STATES:
        return facts.past.versions.value[facts.states.version[rows]]
    return facts.table(_NAMES[number - 1]).value[rows]


def stood_of(facts: Facts, keys: Ints) -> Stood | None:
    """How the rows with these keys stood when they counted; None where the value of each shows it."""
    if not len(keys) or (keys.min() >= 0 and keys.max() < _STATES * _WIDTH):
        return None
    return stood_in(facts, np.where(keys < 0, ~keys, -1), np.where(keys // _WIDTH == _STATES, keys % _WIDTH, -1))


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
    numbers = np.maximum(keys, 0) // _WIDTH
    numbers, which = np.unique(np.where(numbers == _STATES, 0, numbers), return_inverse=True)
    return Each(tuple(_kind_of(facts, one) for one in numbers.tolist()), which)


def _kind_of(facts: Facts, number: int) -> Kind:
    return "deals" if not number else facts.table(_NAMES[number - 1]).kind
