"""Ways through a checked formula: its leaves, its fields, how large and deep it is, whether it is a balance."""

from __future__ import annotations

from collections.abc import Iterator

from kpidesk.language import tree
from kpidesk.language.tree import Arithmetic, Expr, KpiRef, Leaf, Modified, RowExpr


def row_parts(row: RowExpr) -> tuple[RowExpr, ...]:
    """The row expressions directly inside one."""
    match row:
        case tree.RowCall(arguments=parts) | tree.AllOf(conditions=parts) | tree.AnyOf(conditions=parts):
            return parts
        case tree.RowArithmetic(left=left, right=right) | tree.Compare(left=left, right=right):
            return (left, right)
        case tree.In(value=value, options=options):
            return (value, *options)
        case tree.InPeriod(value=value) | tree.IsEmpty(value=value):
            return (value,)
        case tree.Before(value=value, other=other):
            return (value, other)
        case tree.Not(condition=body) | tree.FilterRef(body=body):
            return (body,)
    return ()


def parts(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside one; the body of a KPI counts as inside its reference."""
    match expr:
        case tree.KpiRef(body=body) | tree.Modified(body=body) | tree.Negative(body=body):
            return (body,)
        case tree.Arithmetic(left=left, right=right):
            return (left, right)
        case tree.Call(arguments=arguments):
            return arguments
    return ()


def every(expr: Expr) -> Iterator[Expr]:
    """The expression and everything inside it, in the order of reading."""
    yield expr
    for part in parts(expr):
        yield from every(part)


def every_row(row: RowExpr) -> Iterator[RowExpr]:
    """The row expression and everything inside it, saved filters opened."""
    yield row
    for part in row_parts(row):
        yield from every_row(part)


def leaves(expr: Expr) -> Iterator[Leaf]:
    """Every measure of a formula, in the order of reading, those of the KPIs it refers to included."""
    return (one for one in every(expr) if isinstance(one, Leaf))


def needs_rows(leaf: Leaf) -> bool:
    """Whether a sum without rows is unknown rather than 0: what nobody forecast is not a forecast of 0."""
    return leaf.aggregate == "sum" and leaf.table == "forecasts"


def row_fields(leaf: Leaf) -> frozenset[tuple[str, str]]:
    """The (table, field) pairs that a measure's argument and condition name, dotted where reached by a hop."""
    rows = [row for row in (leaf.argument, leaf.where) if row is not None]
    return frozenset((one.table, one.field) for row in rows for one in every_row(row) if isinstance(one, tree.FieldRef))


def empty_texts(expr: Expr) -> Iterator[tuple[tree.FieldRef, bool]]:
    """The fields that are compared with a text in which nothing stands, and whether they are asked to be another one.

    No record has such a text: what is empty in the data has no text at all.
    """
    for leaf in leaves(expr):
        for row in (row for part in (leaf.argument, leaf.where) if part is not None for row in every_row(part)):
            match row:
                case tree.Compare(op=op, left=left, right=right):
                    field, options = (left, (right,)) if isinstance(left, tree.FieldRef) else (right, (left,))
                    is_other = op == "!="
                case tree.In(value=field, options=options):
                    is_other = False
                case _:
                    continue
            if isinstance(field, tree.FieldRef) and any(_is_blank(one) for one in options):
                yield field, is_other


def _is_blank(row: RowExpr) -> bool:
    return isinstance(row, tree.Value) and isinstance(row.value, str) and not row.value.strip()


def balance(node: Arithmetic) -> tuple[Expr, Expr] | None:
    """The two counts whose difference a quotient divides by a third: promoters less detractors by all who answered.

    None where it is no such balance. It rests on the rows below the line.
    """
    inner = node.left
    if node.op != "/" or not isinstance(inner, Arithmetic) or inner.op != "-":
        return None
    return (inner.left, inner.right) if all(map(_is_count, (inner.left, inner.right, node.right))) else None


def _is_count(expr: Expr) -> bool:
    while isinstance(expr, KpiRef | Modified):
        expr = expr.body
    return isinstance(expr, Leaf) and expr.aggregate == "count"
