"""A formula held to rows that meet one more condition: what an ad-hoc question adds to a KPI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kpidesk.core.errors import UserError
from kpidesk.language import tree
from kpidesk.language.compiling import compile_formula
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import AllOf, Expr, Formula, Leaf, RowExpr
from kpidesk.language.walk import leaves


def narrowed(formula: Formula, where: str) -> Formula:
    """A formula that counts only rows for which a condition holds as well, `amount > 1000 and type = 'new'`.

    The condition is read for the records of each measure; people and goals stay as they are.

    Raises:
        UserError: the condition cannot be read, or some of the records measured do not have what it asks for.
    """
    if not where.strip():
        return formula
    conditions = {leaf.table: _condition(leaf.table, where) for leaf in leaves(formula.tree) if leaf.table != "people"}
    reads = [formula, *conditions.values()]
    return replace(
        formula,
        tree=_narrowed(formula.tree, {table: _where(one) for table, one in conditions.items()}),
        tables=frozenset().union(*(one.tables for one in reads)),
        fields=frozenset().union(*(one.fields for one in reads)),
        needs_history=any(one.needs_history for one in reads),
    )


def _condition(table: str, where: str) -> Formula:
    """A count of the rows of a table that meet a condition, which says whether it can be read."""
    date = TABLES[table].dates[0]
    found = compile_formula(f"count({table} where {where} on {date})")
    if not isinstance(found.tree, Leaf):
        raise UserError(f"'{where}' is not one condition.", "Write for example amount > 1000 and type = 'new'.")
    return found


def _where(counted: Formula) -> RowExpr:
    condition = counted.tree.where if isinstance(counted.tree, Leaf) else None
    return condition if condition is not None else AllOf(())


def _narrowed(expr: Expr, conditions: Mapping[str, RowExpr]) -> Expr:
    match expr:
        case Leaf(table=table, where=where) if table in conditions:
            both = conditions[table] if where is None else AllOf((where, conditions[table]))
            return replace(expr, where=both)
        case tree.KpiRef(body=body) | tree.Modified(body=body) | tree.Negative(body=body):
            return replace(expr, body=_narrowed(body, conditions))
        case tree.Arithmetic(left=left, right=right):
            return replace(expr, left=_narrowed(left, conditions), right=_narrowed(right, conditions))
        case tree.Call(arguments=arguments):
            return replace(expr, arguments=tuple(_narrowed(one, conditions) for one in arguments))
    return expr
