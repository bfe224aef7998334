"""Calculations with answers: the value of a formula from those of its parts, place by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import numpy as np

from kpidesk.engine.answers import Answer, counted_of, joined
from kpidesk.engine.balances import with_scaled_bounds
from kpidesk.engine.values import Floats
from kpidesk.language.tree import Arithmetic, Constant, Expr, GoalRef


def negated(answer: Answer) -> Answer:
    """The answer with the sign of its value turned; it has no parts and no bounds of its own."""
    return replace(answer, value=-answer.value, numerator=None, denominator=None, low=None, high=None)


def added_or_multiplied(node: Arithmetic, left: Answer, right: Answer) -> Answer:
    """The sum, difference or product of two answers; a product with a constant keeps the bounds, scaled."""
    a, b = left.value, right.value
    value = a + b if node.op == "+" else a - b if node.op == "-" else a * b
    found = combined(value, (left, right))
    is_scaled = node.op == "*" and isinstance(node.right, Constant)
    return with_scaled_bounds(found, left, b) if is_scaled else found


def called(name: str, answers: Sequence[Answer]) -> Answer:
    """What a function of formulas (`abs`, `clamp`, `if_empty`, `max_of`, `min_of`) makes of its arguments."""
    values = [one.value for one in answers]
    match name:
        case "if_empty":
            return _first_of(*answers)
        case "abs":
            return combined(np.abs(values[0]), answers)
        case "clamp":
            value, low, high = values
            return combined(np.minimum(np.maximum(value, low), high), answers)
        case "min_of":
            return combined(reduce(np.minimum, values), answers)
        case "max_of":
            return combined(reduce(np.maximum, values), answers)
    raise ValueError(name)


def is_rest_of_goal(tree: Expr) -> bool:
    """Whether an expression is what is left of a goal: target([x]) − …"""
    return isinstance(tree, Arithmetic) and tree.op == "-" and isinstance(tree.left, GoalRef)


def combined(value: Floats, answers: Sequence[Answer]) -> Answer:
    """The answer of a calculation: a missing part is missing in the whole, and the weakest sample counts."""
    why = answers[0].why
    n = answers[0].n
    begins = answers[0].begins
    for other in answers[1:]:
        why = np.where(why == 0, other.why, why)
        n = np.minimum(n, other.n)
        begins = np.fmin(begins, other.begins)
    why = np.where(np.isnan(value), why, 0)
    return Answer(value, n, why, joined([one.notices for one in answers]), begins, counted=counted_of(answers))


def _first_of(first: Answer, other: Answer) -> Answer:
    """A value, or another one where there is none."""
    empty = np.isnan(first.value)
    return Answer(
        np.where(empty, other.value, first.value), np.where(empty, other.n, first.n),
        np.where(empty, other.why, 0), joined([first.notices, other.notices]), np.fmin(first.begins, other.begins),
        counted=counted_of((first, other)),
    )  # fmt: skip
