"""Writes a checked formula as text, so that a test can see that the text compiles to the same tree."""

from __future__ import annotations

import re

from kpidesk.language import tree
from kpidesk.language.printing import field_text, number_text, quoted_text, span_text
from kpidesk.language.tables import TABLES
from kpidesk.language.tokens import KEYWORDS
from kpidesk.language.tree import Expr, Leaf, RowExpr

_LOOSE, _SUM, _PRODUCT, _TIGHT = range(4)
_OR, _AND, _NOT, _PLAIN = range(4)
_STRENGTH = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}


def formula_text(expr: Expr) -> str:
    """The text of a checked formula, in one spelling: canonical names, no needless brackets."""
    return _expr(expr, _LOOSE)


def _expr(expr: Expr, strength: int) -> str:
    match expr:
        case Leaf():
            return _leaf(expr)
        case tree.KpiRef(kpi_id=kpi_id):
            return f"[{kpi_id}]"
        case tree.GoalRef(tier=tier, kpi_id=kpi_id):
            return f"{tier}([{kpi_id}])"
        case tree.Modified(how=how, body=body, span=span):
            length = "" if span is None else f", {span.unit if how == 'to_date' else span_text(span)}"
            return f"{how}({_expr(body, _LOOSE)}{length})"
        case tree.Arithmetic(op=op, left=left, right=right):
            own = _STRENGTH[op]
            text = f"{_expr(left, own)} {op} {_expr(right, own + 1)}"
            return f"({text})" if own < strength else text
        case tree.Negative(body=body):
            return f"-{_expr(body, _TIGHT)}"
        case tree.Call(name=name, arguments=arguments):
            return f"{name}({', '.join(_expr(one, _LOOSE) for one in arguments)})"
        case tree.Param(name=name):
            return f"param({_name(name)})"
        case tree.Constant(value=value):
            return number_text(value)


def _leaf(leaf: Leaf) -> str:
    said = leaf.table if leaf.argument is None else _row(leaf.argument, _LOOSE, f"{leaf.table}.")
    if leaf.aggregate == "percentile":
        said += f", {number_text(leaf.rank)}"
    if leaf.where is not None:
        said += f" where {_condition(leaf.where, _OR)}"
    if isinstance(leaf.dated, tree.On):
        said += f" on {leaf.dated.field}"
    elif TABLES[leaf.table].keeps_history:
        said += f" as of {leaf.dated.moment}"
    if leaf.credit != "owner":
        said += f" credit {leaf.credit}"
    return f"{leaf.aggregate}({said})"


def _condition(row: RowExpr, strength: int) -> str:
    match row:
        case tree.AnyOf(conditions=parts):
            text = " or ".join(_condition(one, _AND) for one in parts)
            return f"({text})" if strength > _OR else text
        case tree.AllOf(conditions=parts):
            text = " and ".join(_condition(one, _NOT) for one in parts)
            return f"({text})" if strength > _AND else text
        case tree.Not(condition=body):
            return f"not {_condition(body, _PLAIN)}"
        case tree.Compare(op=op, left=left, right=right):
            return f"{_row(left, _LOOSE)} {op} {_row(right, _LOOSE)}"
        case tree.In(value=value, options=options):
            return f"{_row(value, _LOOSE)} in ({', '.join(_row(one, _LOOSE) for one in options)})"
        case tree.InPeriod(value=value):
            return f"{_row(value, _LOOSE)} in period"
        case tree.Before(value=value, other=other):
            return f"{_row(value, _LOOSE)} before {_row(other, _LOOSE)}"
        case tree.IsEmpty(value=value, negated=negated):
            return f"{_row(value, _LOOSE)} is {'not ' if negated else ''}empty"
    return _row(row, _LOOSE)


def _row(row: RowExpr, strength: int, table: str = "") -> str:
    """A row value; `table` is put before names where the measure has to say whose they are."""
    match row:
        case tree.FieldRef(field=field):
            return f"{table}{field_text(field)}"
        case tree.Setting(name=name) | tree.FilterRef(name=name):
            return f"{table}{name}"
        case tree.Boundary(moment=moment):
            return moment
        case tree.Value(value=value):
            return number_text(value) if isinstance(value, float | int) else quoted_text(value)
        case tree.RowCall(name=name, arguments=arguments):
            return f"{name}({', '.join(_row(one, _LOOSE, table) for one in arguments)})"
        case tree.RowArithmetic(op=op, left=left, right=right):
            own = _STRENGTH[op]
            text = f"{_row(left, own, table)} {op} {_row(right, own + 1, table)}"
            return f"({text})" if own < strength else text
    return f"({_condition(row, _OR)})"


def _name(name: str) -> str:
    return name if re.fullmatch(r"[^\W\d]\w*", name) and name not in KEYWORDS else f"`{name}`"
