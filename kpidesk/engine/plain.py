"""A formula worked out a second time, from listed rows and one number at a time: the proof of a receipt."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from kpidesk.engine.arithmetic import is_rest_of_goal
from kpidesk.engine.days import Context
from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.values import Floats
from kpidesk.language.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Constant,
    Expr,
    GoalRef,
    KpiRef,
    Leaf,
    Modified,
    Negative,
    Param,
)

LookUp = Callable[[Leaf | GoalRef | Param, Context], float | None]


def add_rows(aggregate: Aggregate, rank: float, weights: Floats, values: Floats) -> float | None:
    """What listed rows come to; `values` are NaN where a row has none. None when there is nothing to tell.

    Counts and sums are weighted by the share credited; everything else takes each row once.
    """
    if aggregate == "count":
        return _sum(weights)
    is_filled = ~np.isnan(values)
    filled = values[is_filled]
    if aggregate == "sum":
        return _sum(weights[is_filled] * filled)
    if aggregate == "count_distinct":
        return float(len(set(filled.tolist())))
    if not len(filled):
        return None
    if aggregate == "avg":
        return _sum(filled) / len(filled)
    if aggregate in ("min", "max"):
        return float(filled.min() if aggregate == "min" else filled.max())
    return _percentile(filled, 0.5 if aggregate == "median" else rank)


def _sum(values: Floats) -> float:
    """The sum in the widest numbers of the machine, so that a million amounts add up to the cent."""
    return float(np.sum(values, dtype=np.longdouble))


def _percentile(values: Floats, rank: float) -> float:
    """The value at a share of the way from the lowest to the highest, on a straight line between two rows."""
    spot = rank * (len(values) - 1)
    low = math.floor(spot)
    high = min(low + 1, len(values) - 1)
    ordered = np.partition(values, (low, high))
    return float(ordered[low] + (ordered[high] - ordered[low]) * (spot - low))


def worked_out(evaluator: Evaluator, tree: Expr, context: Context, look_up: LookUp) -> float | None:
    """The value of a formula for one row of the answer, from what `look_up` says of its measures and goals."""

    def value(part: Expr) -> float | None:
        return worked_out(evaluator, part, context, look_up)

    match tree:
        case Leaf() | GoalRef() | Param():
            return look_up(tree, context)
        case Constant(number):
            return number
        case KpiRef(_, body):
            return value(body)
        case Modified(body=body):
            return worked_out(evaluator, body, evaluator.inside(tree, context), look_up)
        case Negative(body):
            inner = value(body)
            return None if inner is None else -inner
        case Arithmetic():
            return _calculated(tree, value(tree.left), value(tree.right))
        case Call():
            return _called(tree.name, [value(one) for one in tree.arguments])
    raise TypeError(type(tree).__name__)


def _calculated(node: Arithmetic, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    if node.op == "/":
        is_met = is_rest_of_goal(node.right) and right < 0
        return None if right == 0 or is_met else left / right
    return left + right if node.op == "+" else left - right if node.op == "-" else left * right


def _called(name: str, values: list[float | None]) -> float | None:
    if name == "if_empty":
        return values[1] if values[0] is None else values[0]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    if name == "abs":
        return abs(known[0])
    if name == "clamp":
        return min(max(known[0], known[1]), known[2])
    return min(known) if name == "min_of" else max(known)
