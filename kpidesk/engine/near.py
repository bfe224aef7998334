"""The deals dated near one period, laid out alone for whoever looks at one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpidesk.engine.credit import dated_entries
from kpidesk.engine.days import Window
from kpidesk.engine.memory import Memory, Near
from kpidesk.engine.scan import Prepared, prepare
from kpidesk.language.tree import Leaf, On

NEAR = 31
"""So many days before or after a period a row comes near to being in it."""


def prepared_near(memory: Memory, leaf: Leaf, window: Window) -> Prepared | None:
    """What holds of a measure for the days near a window; None where those of every day are laid out.

    Somebody who looks at one number, and at what comes near it, waits for no other day.
    """
    key = entries_key(leaf)
    if leaf.table != "deals" or not isinstance(leaf.dated, On) or key in memory.entries:
        return None
    if key not in memory.near or not memory.near[key].holds(window):
        if not memory.is_glance("near", key):
            return None
        start, end = window.start - NEAR, window.end + NEAR
        memory.near[key] = Near(start, end, dated_entries(memory.facts, leaf.dated.field, leaf.credit, (start, end)))
    return _of_near(memory, leaf, memory.near[key])


def glanced_near(memory: Memory, leaf: Leaf, windows: Sequence[Window]) -> Prepared | None:
    """The same for a measure of which the rows were looked at and no cube is worth making yet."""
    near = memory.near.get(entries_key(leaf))
    if near is None or len(windows) != 1 or not near.holds(windows[0]):
        return None
    if leaf in memory.cubes or not memory.is_glance("cube", leaf):
        return None
    return _of_near(memory, leaf, near)


def _of_near(memory: Memory, leaf: Leaf, near: Near) -> Prepared:
    shared = shared_leaf(leaf)
    if shared not in near.prepared:
        near.prepared[shared] = prepare(memory.facts, leaf, near.entries)
    return near.prepared[shared]


def shared_leaf(leaf: Leaf) -> Leaf:
    """By which what is prepared of a measure is kept, whatever is worked out from it."""
    return replace(leaf, aggregate="count" if leaf.argument is None else "sum", rank=0.5)


def entries_key(leaf: Leaf) -> tuple[str, str, str]:
    """By which the credited rows of a measure are kept: those of its table, date and credit."""
    return leaf.table, leaf.dated.field if isinstance(leaf.dated, On) else "", leaf.credit
