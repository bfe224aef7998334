"""Which way of a formula is likely the better one, by what it counts: fewer of lost deals, costs and waiting."""

from __future__ import annotations

from collections.abc import Iterator

from kpidesk.language import tree
from kpidesk.language.tree import Expr, Leaf, RowExpr

FEWER_FILTERS = {
    "lost": "what was lost", "no_decision": "what was lost", "stalled": "what is stalled",
    "long_in_stage": "what is stalled", "churn": "what customers took away", "contraction": "what customers took away",
    "detractor": "detractors",
}  # fmt: skip
"""What a measure counts by its saved filters of which fewer is better."""
FEWER_WORDS = {"lost": "what was lost", "no_show": "no-shows", "cancelled": "what was cancelled",
               "churn": "what customers took away"}  # fmt: skip
"""The same by the words that a condition asks for, as in `status = 'no_show'`."""
SPANS = ("days", "hours", "business_hours")
COST_TABLES = ("costs",)


def fewer_is_better(expr: Expr) -> str:
    """What a formula counts of which fewer is likely better, "what was lost"; empty where nothing says so.

    Of a quotient what stands above the line decides; of anything put together otherwise nothing is said.
    """
    match expr:
        case tree.Leaf():
            return _fewer_of(expr)
        case tree.KpiRef(body=body) | tree.Modified(body=body) | tree.Negative(body=body):
            return fewer_is_better(body)
        case tree.Arithmetic(op="/", left=left):
            return fewer_is_better(left)
    return ""


def _fewer_of(leaf: Leaf) -> str:
    if leaf.table in COST_TABLES:
        return "costs"
    if isinstance(leaf.argument, tree.RowCall) and leaf.argument.name in SPANS:
        return "time that passes"
    return next(_asked_for(leaf.where), "") if leaf.where is not None else ""


def _asked_for(row: RowExpr) -> Iterator[str]:
    """What of these a condition asks for by itself; what it asks not to be, or to be one of several, says nothing."""
    match row:
        case tree.AllOf(conditions=conditions):
            for one in conditions:
                yield from _asked_for(one)
        case tree.FilterRef(name=name) if name in FEWER_FILTERS:
            yield FEWER_FILTERS[name]
        case tree.Compare(op="=", left=tree.FieldRef(), right=tree.Value(value=str(word))) if word in FEWER_WORDS:
            yield FEWER_WORDS[word]
