"""Checks what is said about one record: fields, conditions and row functions inside a measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpidesk.core.errors import nearest
from kpidesk.core.parts import CUSTOM
from kpidesk.language import syntax, tree, units
from kpidesk.language.functions import FUNCTIONS
from kpidesk.language.names import Rows, fail, filter_body, find
from kpidesk.language.schema import SavedFilter, TableField
from kpidesk.language.syntax import Node
from kpidesk.language.tree import Measure, RowExpr

Family = Literal["number", "text", "date", "condition"]
_TIME_FUNCTIONS = {"days": units.DAYS, "business_days": units.DAYS, "hours": units.HOURS, "minutes": units.MINUTES,
                   "business_hours": units.HOURS}  # fmt: skip
READING = ("number", "date")
"""The functions that read what a column mapped to no field holds as text."""


@dataclass(frozen=True, slots=True)
class RowValue:
    """A checked row expression and what kind of value it gives.

    `words` names the kind for messages; `choices` are all the values a text can have; `loose` marks a text in
    quotes, which may still turn out to be a date.
    """

    tree: RowExpr
    family: Family
    words: str
    measure: Measure = units.NUMBER
    choices: tuple[str, ...] = ()
    loose: bool = False


def condition(node: Node, rows: Rows) -> RowExpr:
    """A checked condition on one record.

    Raises:
        FormulaError: it is no condition, or something in it is wrong.
    """
    if isinstance(node, syntax.Path):
        checked = _path(node, rows, wanted=True)
        if checked.family != "condition":
            raise fail("E-COMPARE", f"'{node.text}' is {checked.words}, not a condition.",
                       f"Compare it, for example {_example(node.text, checked)}.", node)  # fmt: skip
        return checked.tree
    checked = value(node, rows)
    if checked.family != "condition":
        raise fail("E-COMPARE", f"A condition belongs here, not {checked.words}.",
                   "Compare it with something, for example amount > 1000.", node)  # fmt: skip
    return checked.tree


def value(node: Node, rows: Rows) -> RowValue:
    """A checked row expression of any kind.

    Raises:
        FormulaError: a name is unknown, or kinds do not go together.
    """
    match node:
        case syntax.Path():
            return _path(node, rows)
        case syntax.Number():
            return RowValue(tree.Value(node.value), "number", "a number")
        case syntax.Text():
            return RowValue(tree.Value(node.value), "text", "text", loose=True)
        case syntax.Minus():
            return _minus(node, rows)
        case syntax.Operation():
            return _operation(node, rows)
        case syntax.Function():
            return _function(node, rows)
    return _condition_value(node, rows)


def _condition_value(node: Node, rows: Rows) -> RowValue:
    match node:
        case syntax.Comparison():
            return _comparison(node, rows)
        case syntax.Among():
            return _among(node, rows)
        case syntax.Within():
            return _within(node, rows)
        case syntax.Earlier():
            return _earlier(node, rows)
        case syntax.Empty():
            return _empty(node, rows)
        case syntax.Negation():
            return _truth(tree.Not(condition(node.body, rows)))
        case syntax.Joined():
            return _joined(node, rows)
        case syntax.KpiName():
            raise fail("E-PLACE", f"[{node.name}] is a number of many records; here one record is looked at.",
                       "Use it outside the measure's brackets.", node)  # fmt: skip
    raise fail("E-SPAN", "A length of time belongs into previous, rolling or to_date.",
               "Compare days with a number: days(created_at, closed_at) <= 90.", node)  # fmt: skip


def _example(name: str, checked: RowValue) -> str:
    return {"number": f"{name} > 0", "date": f"{name} in period"}.get(checked.family, f"{name} = '…'")


def _path(node: syntax.Path, rows: Rows, *, wanted: bool = False) -> RowValue:
    found, place = find(node, rows, condition=wanted)
    if isinstance(found, TableField):
        return _field(found, place)
    if isinstance(found, SavedFilter):
        body, inside = filter_body(found, place)
        return _truth(tree.FilterRef(rows.table.name, place.dotted((), found.name), condition(body, inside)))
    moment = rows.moment if rows.in_filter and found == "end" else found
    return RowValue(tree.Boundary(moment), "date", "a date")


def _field(field: TableField, place: Rows) -> RowValue:
    if field.setting:
        return RowValue(tree.Setting(field.name), "number", "days", units.DAYS)
    made = tree.FieldRef(place.table.name, place.dotted((), field.name), field.kind)
    if field.kind in units.NUMERIC_KINDS:
        return RowValue(made, "number", field.kind, units.NUMERIC_KINDS[field.kind])
    if field.kind == "date":
        return RowValue(made, "date", "a date")
    if field.kind == "bool":
        return _truth(made)
    return RowValue(made, "text", "text" if field.kind in ("term", "text") else field.kind, choices=field.choices)


def _truth(made: RowExpr) -> RowValue:
    return RowValue(made, "condition", "a condition")


def _minus(node: syntax.Minus, rows: Rows) -> RowValue:
    body = _numeric(node.body, rows)
    if isinstance(body.tree, tree.Value) and isinstance(body.tree.value, float):
        return RowValue(tree.Value(-body.tree.value), "number", body.words)
    return RowValue(tree.RowArithmetic("*", tree.Value(-1.0), body.tree), "number", body.words, body.measure)


def _operation(node: syntax.Operation, rows: Rows) -> RowValue:
    left, right = _numeric(node.left, rows), _numeric(node.right, rows)
    measure = units.combine(node.op, left.measure, right.measure, node)
    made = tree.RowArithmetic(node.op, left.tree, right.tree)
    return RowValue(made, "number", units.describe(measure), measure)


def _numeric(node: Node, rows: Rows) -> RowValue:
    checked = value(node, rows)
    if checked.family == "number":
        return checked
    advice = "Count the time between two dates with days(…)." if checked.family == "date" else "Use a number here."
    raise fail("E-UNIT-ADD", f"Cannot calculate with {checked.words}.", advice, node)


def _function(node: syntax.Function, rows: Rows) -> RowValue:
    name = node.name.lower()
    known = FUNCTIONS.get(name)
    if known is None or known.group != "row":
        raise _wrong_function(node)
    if node.where or node.on or node.as_of or node.credit:
        raise fail("E-CALL", f"{name}(…) takes no 'where', 'on', 'as of' or 'credit'.",
                   "Put them at the end of the measure round it.", node)  # fmt: skip
    if len(node.arguments) < known.least or (known.most and len(node.arguments) > known.most):
        many = f"{known.least}" if known.most else f"at least {known.least}"
        raise fail("E-CALL", f"{name}(…) takes {many} values, not {len(node.arguments)}.",
                   f"For example {known.example}.", node)  # fmt: skip
    if name in READING:
        return _read(node, name, rows)
    return _span(node, name, rows) if name in _TIME_FUNCTIONS else _extreme(node, name, rows)


def _read(node: syntax.Function, name: str, rows: Rows) -> RowValue:
    """The number or the date that a column mapped to no field holds as text."""
    (column,) = node.arguments
    checked = value(column, rows)
    if not is_unmapped(checked):
        raise fail("E-CALL", f"{name}(…) reads a column of your files that no field stands for, got {checked.words}.",
                   f"Write its header in backticks, for example {FUNCTIONS[name].example}.", column)  # fmt: skip
    made = tree.RowCall(name, (checked.tree,))
    return RowValue(made, "date", "a date") if name == "date" else RowValue(made, "number", "a number", units.COUNT)


def is_unmapped(checked: RowValue) -> bool:
    """Whether it is a column that is mapped to no field."""
    return isinstance(checked.tree, tree.FieldRef) and checked.tree.field.startswith(CUSTOM)


def _wrong_function(node: syntax.Function) -> Exception:
    name = node.name.lower()
    at = syntax.Node(node.start, node.name_end)
    rows = [one.name for one in FUNCTIONS.values() if one.group == "row"]
    if name in FUNCTIONS:
        return fail("E-PLACE", f"{name}(…) cannot stand inside a measure, where one record is looked at.",
                    f"Here may stand {', '.join(rows)}.", at)  # fmt: skip
    return fail("E-CALL", f"There is no function '{node.name}'.", nearest(node.name, rows), at)


def _span(node: syntax.Function, name: str, rows: Rows) -> RowValue:
    sides = [_dated(value(one, rows), one) for one in node.arguments]
    for one, side in zip(node.arguments, sides, strict=True):
        if side.family != "date":
            raise fail("E-SPAN", f"{name}(…) needs two dates, got {side.words}.",
                       f"For example {FUNCTIONS[name].example}.", one)  # fmt: skip
    return RowValue(tree.RowCall(name, tuple(side.tree for side in sides)), "number",
                    _TIME_FUNCTIONS[name].time_unit, _TIME_FUNCTIONS[name])  # fmt: skip


def _extreme(node: syntax.Function, name: str, rows: Rows) -> RowValue:
    sides = [value(one, rows) for one in node.arguments]
    if all(side.family == "date" for side in sides):
        return RowValue(tree.RowCall(name, tuple(side.tree for side in sides)), "date", "a date")
    measure = units.NUMBER
    for one, side in zip(node.arguments, sides, strict=True):
        if side.family != "number":
            raise fail("E-AGG", f"{name}(…) needs numbers of one kind or dates, got {side.words}.",
                       f"For example {FUNCTIONS[name].example}.", one)  # fmt: skip
        measure = units.check_same(measure, side.measure, one, "set side by side")
    made = tree.RowCall(name, tuple(side.tree for side in sides))
    return RowValue(made, "number", units.describe(measure), measure)


def _comparison(node: syntax.Comparison, rows: Rows) -> RowValue:
    left, right = _pair(node.left, node.right, rows)
    if left.family == "text" and node.op not in ("=", "!="):
        raise fail("E-COMPARE", f"Text has no order, so '{node.op}' says nothing.", "Use = or !=.", node)
    return _truth(tree.Compare(node.op, left.tree, right.tree))


def _among(node: syntax.Among, rows: Rows) -> RowValue:
    pairs = [_pair(node.value, option, rows) for option in node.options]
    return _truth(tree.In(pairs[0][0].tree, tuple(right.tree for _, right in pairs)))


def _within(node: syntax.Within, rows: Rows) -> RowValue:
    checked = value(node.value, rows)
    if checked.family != "date":
        raise fail("E-COMPARE", f"Only a date can lie in the period, not {checked.words}.",
                   f"Dates of '{rows.table.name}': {', '.join(rows.table.dates)}.", node.value)  # fmt: skip
    return _truth(tree.InPeriod(checked.tree))


def _earlier(node: syntax.Earlier, rows: Rows) -> RowValue:
    sides = [_dated(value(one, rows), one) for one in (node.value, node.other)]
    for one, side in zip((node.value, node.other), sides, strict=True):
        if side.family != "date":
            raise fail("E-COMPARE", f"'before' compares two dates, not {side.words}.",
                       "Use < for numbers.", one)  # fmt: skip
    return _truth(tree.Before(sides[0].tree, sides[1].tree))


def _empty(node: syntax.Empty, rows: Rows) -> RowValue:
    checked = value(node.value, rows)
    is_read = isinstance(checked.tree, tree.RowCall) and checked.tree.name in READING
    if not (is_read or isinstance(checked.tree, tree.FieldRef)):
        raise fail("E-COMPARE", f"Only a field can be empty, not {checked.words}.",
                   "For example next_activity_at is empty.", node.value)  # fmt: skip
    return _truth(tree.IsEmpty(checked.tree, node.negated))


def _joined(node: syntax.Joined, rows: Rows) -> RowValue:
    joint = tree.AllOf if node.how == "and" else tree.AnyOf
    parts: list[RowExpr] = []
    for one in node.parts:
        part = condition(one, rows)
        parts += part.conditions if isinstance(part, tree.AllOf | tree.AnyOf) and type(part) is joint else (part,)
    return _truth(joint(tuple(parts)))


def _pair(left_node: Node, right_node: Node, rows: Rows) -> tuple[RowValue, RowValue]:
    """Two values that are compared, with a quoted date turned into a date."""
    left = value(left_node, rows)
    right = _other_side(right_node, left, rows)
    if left.loose and right.loose:
        raise fail("E-COMPARE", "Two fixed texts are compared.", "Put a field on one side.", left_node)
    if right.family == "date" and left.loose:
        left = _dated(left, left_node)
    if left.family == "date" and right.loose:
        right = _dated(right, right_node)
    _check_pair(left, right, left_node, right_node)
    return left, right


def _other_side(node: Node, left: RowValue, rows: Rows) -> RowValue:
    known = rows.here.by_name.keys() | rows.here.filters.keys() | {"start", "end", "now"}
    if left.family == "text" and isinstance(node, syntax.Path) and len(node.names) == 1:
        name = node.text.lower()
        if name not in known or name in rows.here.filters:
            raise fail("E-COMPARE", f"'{node.text}' is no field of '{rows.here.name}'.",
                       f"Put a text in quotes: '{node.text}'.", node)  # fmt: skip
    return value(node, rows)


def _dated(checked: RowValue, node: Node) -> RowValue:
    if not checked.loose or not isinstance(node, syntax.Text):
        return checked
    try:
        day = date.fromisoformat(node.value.strip())
    except ValueError:
        raise fail("E-COMPARE", f"'{node.value}' is not a date.", "Write a date as '2025-03-31'.", node) from None
    return RowValue(tree.Value(day.isoformat(), is_date=True), "date", "a date")


def _check_pair(left: RowValue, right: RowValue, left_node: Node, right_node: Node) -> None:
    if "condition" in (left.family, right.family):
        node = left_node if left.family == "condition" else right_node
        raise fail("E-COMPARE", "A condition is true or false and is not compared.",
                   "Write it alone, or with 'not' before it.", node)  # fmt: skip
    if left.family != right.family:
        raise _unlike(left, right, left_node, right_node)
    if left.family == "number" and not units.same(left.measure, right.measure):
        code = "E-UNIT-TIME" if left.measure.time and right.measure.time else "E-COMPARE"
        raise fail(code, f"Cannot compare {left.words} with {right.words}.",
                   "Bring both to the same unit first.", right_node)  # fmt: skip
    if left.choices and isinstance(right_node, syntax.Text):
        _check_choice(right_node, left.choices)
    if right.choices and isinstance(left_node, syntax.Text):
        _check_choice(left_node, right.choices)


def _check_choice(node: syntax.Text, choices: tuple[str, ...]) -> None:
    if node.value.strip().casefold() not in choices:
        raise fail("E-COMPARE", f"An outcome is never '{node.value}'.", nearest(node.value, choices), node)


def _unlike(left: RowValue, right: RowValue, left_node: Node, right_node: Node) -> Exception:
    field, other, node = (left, right, right_node) if not left.loose else (right, left, left_node)
    name = _named(left_node if field is left else right_node)
    shown = f"{node.value:g}" if isinstance(node, syntax.Number) else other.words
    if field.family == "text":
        if is_unmapped(field) and other.family in READING:
            return fail("E-COMPARE", f"{name} is text, and {shown} is not.",
                        f"Write {other.family}(`{name}`) for the {other.family} it holds.", node)  # fmt: skip
        example = field.choices[1] if field.choices else "…"
        return fail("E-COMPARE", f"{name} is {field.words}; compare it with a name such as '{example}', not {shown}.",
                    "Put names in quotes.", node)  # fmt: skip
    wanted = "a date such as '2025-03-31'" if field.family == "date" else "a number"
    return fail("E-COMPARE", f"{name} is {field.words}; compare it with {wanted}, not {shown}.",
                "Leave out the quotes round a number." if field.family == "number" else
                "Or use 'in period' or 'before'.", node)  # fmt: skip


def _named(node: Node) -> str:
    return node.text if isinstance(node, syntax.Path) else "This"
