"""What numbers measure: money, time, score, counts and shares, and which of them may be joined."""

from __future__ import annotations

from typing import Literal

from kpidesk.core.kpis import Unit
from kpidesk.language.errors import FormulaError
from kpidesk.language.syntax import Node
from kpidesk.language.tree import ArithmeticOp, ColumnKind, Measure, TimeUnit

NUMBER = Measure()
COUNT = Measure(kind="count")
RATIO = Measure(kind="ratio")
MONEY = Measure(money=1, kind="amount")
SCORE = Measure(score=1, kind="amount")
DAYS = Measure(time=1, kind="amount")
HOURS = Measure(time=1, kind="amount", time_unit="hours")
MINUTES = Measure(time=1, kind="amount", time_unit="minutes")
NUMERIC_KINDS: dict[ColumnKind, Measure] = {
    "money": MONEY,
    "ratio": RATIO,
    "number": COUNT,
    "days": DAYS,
    "hours": HOURS,
    "minutes": MINUTES,
    "score": SCORE,
}
_DIMENSIONLESS: tuple[Unit, ...] = ("percent", "multiple", "months", "points", "count_per")


def is_plain(measure: Measure) -> bool:
    """Whether it has neither money, time nor score in it."""
    return not (measure.money or measure.time or measure.score)


def is_literal(measure: Measure) -> bool:
    """Whether it is a bare number, which takes the measure of what stands beside it."""
    return is_plain(measure) and measure.kind == "number"


def same(left: Measure, right: Measure) -> bool:
    """Whether two values can be added and compared."""
    return is_literal(left) or is_literal(right) or _key(left) == _key(right)


def joined(left: Measure, right: Measure) -> Measure:
    """The measure of two values that can be added."""
    return right if is_literal(left) else left


def combine(op: ArithmeticOp, left: Measure, right: Measure, node: Node) -> Measure:
    """The measure of two values added, subtracted, multiplied or divided.

    Raises:
        FormulaError: E-UNIT-TIME for days with hours, E-UNIT-ADD for other things that cannot be added.
    """
    if left.time and right.time and left.time_unit != right.time_unit:
        raise FormulaError("E-UNIT-TIME", f"Cannot join {left.time_unit} and {right.time_unit}.",
                           f"Use the same unit on both sides, for example {left.time_unit}(…).",
                           node.start, node.end)  # fmt: skip
    if op in ("+", "-"):
        return _sum(op, left, right, node)
    return _product(left, right) if op == "*" else _quotient(left, right)


def check_same(left: Measure, right: Measure, node: Node, doing: str) -> Measure:
    """The measure of two values that are set side by side, as in `min_of`.

    Raises:
        FormulaError: E-UNIT-TIME or E-UNIT-ADD.
    """
    if same(left, right):
        return joined(left, right)
    code = "E-UNIT-TIME" if left.time and right.time else "E-UNIT-ADD"
    raise FormulaError(code, f"Cannot {doing} {describe(left)} and {describe(right)}.",
                       "Bring both to the same unit first.", node.start, node.end)  # fmt: skip


def _sum(op: ArithmeticOp, left: Measure, right: Measure, node: Node) -> Measure:
    if same(left, right):
        return joined(left, right)
    problem = f"Cannot add {describe(left)} and {describe(right)}."
    if op == "-":
        problem = f"Cannot subtract {describe(right)} from {describe(left)}."
    raise FormulaError("E-UNIT-ADD", problem, "Multiply or divide first so that both are the same.",
                       node.start, node.end)  # fmt: skip


def _product(left: Measure, right: Measure) -> Measure:
    if is_literal(left) or is_literal(right):
        return joined(left, right)
    kind: Literal["count", "ratio", "number"] = "number"
    if "ratio" in (left.kind, right.kind):
        kind = "ratio" if left.kind == right.kind else "count"
    return _made(left, right, 1, kind)


def _quotient(left: Measure, right: Measure) -> Measure:
    return left if is_literal(right) else _made(left, right, -1, "ratio")


def _made(left: Measure, right: Measure, sign: int, kind: Literal["count", "ratio", "number"]) -> Measure:
    money, time = left.money + sign * right.money, left.time + sign * right.time
    score = left.score + sign * right.score
    if not (money or time or score):
        return Measure(kind="ratio" if not (is_plain(left) and is_plain(right)) else kind)
    unit: TimeUnit = (left.time_unit if left.time else right.time_unit) if time else "days"
    return Measure(money, time, score, "amount", unit)


def _key(measure: Measure) -> tuple[object, ...]:
    base = measure.kind if is_plain(measure) else measure.time_unit if measure.time else ""
    return (measure.money, measure.time, measure.score, base)


def describe(measure: Measure) -> str:
    """A measure in words: `money`, `count`, `money per day`."""
    if is_plain(measure):
        return {"count": "count", "ratio": "ratio", "number": "number", "amount": "number"}[measure.kind]
    parts = (("money", measure.money), (measure.time_unit, measure.time), ("score", measure.score))
    above = [name for name, power in parts for _ in range(power)]
    below = [name for name, power in parts for _ in range(-power)]
    text = " × ".join(above) or "1"
    return f"{text} per {' × '.join(name.removesuffix('s') for name in below)}" if below else text


def display_units(measure: Measure) -> tuple[Unit, ...]:
    """The units in which a result may be shown, the likeliest first; none when it measures nothing known."""
    match (measure.money, measure.time, measure.score):
        case (0, 0, 0):
            return ("count", "score", *_DIMENSIONLESS) if measure.kind == "count" else (*_DIMENSIONLESS, "count")
        case (1, 0, 0):
            return ("money",)
        case (1, -1, 0) if measure.time_unit == "days":
            return ("money_per_day",)
        case (0, 1, 0):
            return {"days": ("days", "months"), "hours": ("hours",), "minutes": ("count_per",)}[measure.time_unit]  # type: ignore[return-value]  # every literal is a unit
        case (0, 0, 1):
            return ("score", "points")
        case (0, -1, 0):
            return ("count_per",)
    return ()
