"""Measures of a moment as they are read at another edge of the period than the one that they name."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from kpidesk.engine.days import Context
from kpidesk.language.tree import AsOf, Boundary, FieldRef, Leaf, Moment

_AT_EDGE = {"start": "mrr_at_start", "end": "mrr_at_end", "now": "mrr_at_end"}
"""The field of accounts that is worked out for each edge."""
T = TypeVar("T")


def read_in(leaf: Leaf, context: Context) -> Leaf:
    """A measure as it is read in a context: at another edge where the context says so."""
    if context.edge is None or not isinstance(leaf.dated, AsOf):
        return leaf
    where, argument = leaf.where, leaf.argument
    for old, new in zip(_tied_to(leaf.table, leaf.dated.moment), _tied_to(leaf.table, context.edge), strict=True):
        where, argument = _exchanged(where, old, new), _exchanged(argument, old, new)
    return replace(leaf, where=where, argument=argument, dated=AsOf(context.edge))


def _tied_to(table: str, edge: Moment) -> tuple[Boundary | FieldRef, ...]:
    """What formulas on a table can name that differs from edge to edge: its day, and what is worked out for it."""
    worked_out = (FieldRef(table, _AT_EDGE[edge], "money"),) if table == "accounts" else ()
    return (Boundary(edge), *worked_out)


def _exchanged(part: T, old: object, new: T) -> T:
    """An expression with one part replaced by another wherever it occurs."""
    if part == old:
        return new
    if isinstance(part, tuple):
        return tuple(_exchanged(one, old, new) for one in part)  # type: ignore[return-value]  # a tuple stays one
    if is_dataclass(part) and not isinstance(part, type):
        inner = {one.name: _exchanged(getattr(part, one.name), old, new) for one in fields(part)}
        return replace(part, **inner)
    return part
