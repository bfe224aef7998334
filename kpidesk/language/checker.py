"""Checks a whole formula: measures, other KPIs, goals, modifiers and the units they leave behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from kpidesk.core.errors import nearest
from kpidesk.language import syntax, tree, units
from kpidesk.language.functions import FUNCTIONS, FunctionHelp
from kpidesk.language.leaves import Typed, measure_leaf
from kpidesk.language.names import fail
from kpidesk.language.syntax import Function, KpiName, Node
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import Span, SpanUnit

KpiLookup = Callable[[KpiName], tuple[str, Typed]]
LONGEST = {"day": 3660, "week": 520, "month": 120, "quarter": 40, "year": 10}
_Simple = Literal["at_start", "at_end", "org", "team", "total"]
_Tier = Literal["target", "minimum", "stretch", "baseline"]
_Number = Literal["abs", "min_of", "max_of", "if_empty", "clamp"]


def check(node: Node, kpi: KpiLookup) -> Typed:
    """The checked tree of a formula and what it measures; `kpi` finds the KPIs it refers to.

    Raises:
        FormulaError: with its code and its place.
    """
    match node:
        case syntax.Number():
            return Typed(tree.Constant(node.value), units.NUMBER)
        case KpiName():
            kpi_id, typed = kpi(node)
            return Typed(tree.KpiRef(kpi_id, typed.tree), typed.measure)
        case syntax.Minus():
            body = check(node.body, kpi)
            return Typed(tree.Negative(body.tree), body.measure)
        case syntax.Operation():
            left, right = check(node.left, kpi), check(node.right, kpi)
            measure = units.combine(node.op, left.measure, right.measure, node)
            return Typed(tree.Arithmetic(node.op, left.tree, right.tree), measure)
        case Function():
            return _function(node, kpi)
    raise _out_of_place(node)


def _out_of_place(node: Node) -> Exception:
    if isinstance(node, syntax.Path):
        name = node.names[0].lower()
        if name in FUNCTIONS:
            return fail("E-PLACE", f"'{node.text}' is a function and needs brackets.",
                        f"For example {FUNCTIONS[name].example}.", node)  # fmt: skip
        if name in TABLES and len(node.names) > 1:
            return fail("E-PLACE", f"'{node.text}' is a field of one record; a formula needs a number of many.",
                        f"For example sum({node.text} where … on …).", node)  # fmt: skip
        advice = f"For example count({name} …)." if name in TABLES else f"A KPI is written in brackets: [{node.text}]."
        return fail("E-PLACE", f"'{node.text}' is no measure.", advice, node)
    if isinstance(node, syntax.Length):
        return fail("E-SPAN", "A length of time belongs into previous, rolling or to_date.",
                    "For example rolling([win_rate], 90d).", node)  # fmt: skip
    if isinstance(node, syntax.Text):
        return fail("E-PLACE", "A text is no number.", "Compare a field with it inside a measure, after 'where'.", node)
    return fail("E-PLACE", "A condition belongs inside a measure, after 'where'.",
                "For example count(deals where won on closed_at).", node)  # fmt: skip


def _function(node: Function, kpi: KpiLookup) -> Typed:
    known = FUNCTIONS.get(node.name.lower())
    at = syntax.Node(node.start, node.name_end)
    if known is None:
        raise fail("E-CALL", f"There is no function '{node.name}'.", nearest(node.name, FUNCTIONS), at)
    if known.group == "aggregate":
        return measure_leaf(node)
    if known.group == "row":
        raise fail("E-PLACE", f"{known.name}(…) speaks of one record.",
                   f"Put it into a measure, for example {known.example}.", at)  # fmt: skip
    _check_shape(node, known)
    if known.name == "param":
        return _param(node)
    if known.group == "goal":
        return _goal(node, kpi)
    return _modifier(node, kpi) if known.group == "modifier" else _number(node, kpi)


def _check_shape(node: Function, known: FunctionHelp) -> None:
    for clause in (node.where, node.on, node.as_of, node.credit):
        if clause is not None:
            raise fail("E-CALL", f"{known.name}(…) takes no 'where', 'on', 'as of' or 'credit'.",
                       "Put them into the measure inside it.", clause)  # fmt: skip
    count = len(node.arguments)
    if count < known.least or (known.most and count > known.most):
        many = f"{known.least}" if known.least == known.most else f"at least {known.least}"
        if known.most > known.least:
            many = f"{known.least} or {known.most}"
        raise fail(
            "E-CALL",
            f"{known.name}(…) takes {many} value{'' if many == '1' else 's'}, not {count}.",
            f"For example {known.example}.",
            node,
        )


def _param(node: Function) -> Typed:
    name = node.arguments[0]
    if isinstance(name, syntax.Path) and len(name.names) == 1:
        return Typed(tree.Param(name.text.lower()), units.NUMBER)
    raise fail("E-CALL", "param needs the name of a parameter.", "For example param(gross_margin).", name)


def _goal(node: Function, kpi: KpiLookup) -> Typed:
    tier, argument = cast("_Tier", node.name.lower()), node.arguments[0]
    if not isinstance(argument, KpiName):
        raise fail("E-KPI", f"{tier} needs a KPI, because only a KPI has goals.",
                   f"For example {tier}([bookings]).", argument)  # fmt: skip
    kpi_id, typed = kpi(argument)
    return Typed(tree.GoalRef(tier, kpi_id), typed.measure)


def _modifier(node: Function, kpi: KpiLookup) -> Typed:
    how, body = node.name.lower(), check(node.arguments[0], kpi)
    if how == "previous":
        span = _span(node.arguments[1], node) if len(node.arguments) > 1 else None
        return Typed(tree.Modified("previous", body.tree, span), body.measure)
    if how == "rolling":
        return Typed(tree.Modified("rolling", body.tree, _span(node.arguments[1], node)), body.measure)
    if how == "to_date":
        return Typed(tree.Modified("to_date", body.tree, _grain(node.arguments[1])), body.measure)
    return Typed(tree.Modified(cast("_Simple", how), body.tree), body.measure)


def _span(node: Node, call: Function) -> Span:
    if not isinstance(node, syntax.Length):
        raise fail("E-SPAN", f"{call.name.lower()} needs a length of time.", "For example 90d or 1 year.", node)
    if not 0 < node.count <= LONGEST[node.unit]:
        raise fail("E-SPAN", f"A length of {node.count} {node.unit}s is out of range.",
                   f"Choose 1 to {LONGEST[node.unit]} {node.unit}s.", node)  # fmt: skip
    return Span(node.count, node.unit)


def _grain(node: Node) -> Span:
    name = node.text.lower() if isinstance(node, syntax.Path) else ""
    if name not in ("week", "month", "quarter", "year"):
        raise fail("E-SPAN", "to_date needs week, month, quarter or year.",
                   "For example to_date([bookings], quarter).", node)  # fmt: skip
    return Span(1, cast("SpanUnit", name))


def _number(node: Function, kpi: KpiLookup) -> Typed:
    name = cast("_Number", node.name.lower())
    sides = [check(one, kpi) for one in node.arguments]
    measure = sides[0].measure
    for one, side in zip(node.arguments[1:], sides[1:], strict=True):
        measure = units.check_same(measure, side.measure, one, "set side by side")
    return Typed(tree.Call(name, tuple(side.tree for side in sides)), measure)
