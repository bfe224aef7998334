"""Builds syntax nodes while the parser reads; the only module that sees lark's tokens."""

from __future__ import annotations

import re
from typing import cast

from lark import Token, Transformer

from kpidesk.language import syntax
from kpidesk.language.syntax import Node, Path
from kpidesk.language.tree import ArithmeticOp, CompareOp, SpanUnit

_COMPARE: dict[str, CompareOp] = {"==": "=", "<>": "!=", "≤": "<=", "≥": ">=", "≠": "!="}
_ARITHMETIC: dict[str, ArithmeticOp] = {"PLUS": "+", "MINUS": "-", "TIMES": "*", "OVER": "/"}
_UNITS: dict[str, SpanUnit] = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}

Item = Node | Token | None
Clause = tuple[str, Path]


class Builder(Transformer[Token, Node]):
    """One method for each rule of the grammar (a class because lark calls them by name)."""

    def start(self, items: list[Item]) -> Node:
        """The whole formula."""
        return _node(items[0])

    def any_of(self, items: list[Item]) -> Node:
        """Conditions joined by `or`."""
        return _joined("or", items)

    def all_of(self, items: list[Item]) -> Node:
        """Conditions joined by `and`."""
        return _joined("and", items)

    def negation(self, items: list[Item]) -> Node:
        """`not` before a condition."""
        body = _node(items[1])
        return syntax.Negation(_start(items[0]), body.end, body)

    def comparison(self, items: list[Item]) -> Node:
        """Two values and a sign between them."""
        left, right = _nodes(items)
        sign = str(items[1])
        op = _COMPARE.get(sign, cast("CompareOp", sign))
        return syntax.Comparison(left.start, right.end, op, left, right)

    def among(self, items: list[Item]) -> Node:
        """`in (…)`, possibly with `not` before it."""
        value, *options = _nodes(items)
        node = syntax.Among(value.start, _end(items[-1]), value, tuple(options))
        return _maybe_not(node, items[1])

    def within(self, items: list[Item]) -> Node:
        """`in period`, possibly with `not` before it."""
        value = _node(items[0])
        return _maybe_not(syntax.Within(value.start, _end(items[-1]), value), items[1])

    def earlier(self, items: list[Item]) -> Node:
        """`before`."""
        value, other = _nodes(items)
        return syntax.Earlier(value.start, other.end, value, other)

    def empty(self, items: list[Item]) -> Node:
        """`is empty` or `is not empty`."""
        value = _node(items[0])
        return syntax.Empty(value.start, _end(items[-1]), value, items[2] is not None)

    def operation(self, items: list[Item]) -> Node:
        """A sign between two values."""
        left, right = _nodes(items)
        return syntax.Operation(left.start, right.end, _ARITHMETIC[cast("Token", items[1]).type], left, right)

    def minus(self, items: list[Item]) -> Node:
        """A sign before a value."""
        body = _node(items[1])
        return syntax.Minus(_start(items[0]), body.end, body)

    def number(self, items: list[Item]) -> Node:
        """A plain number."""
        return syntax.Number(_start(items[0]), _end(items[0]), float(str(items[0])))

    def percent(self, items: list[Item]) -> Node:
        """A number with a percent sign."""
        digits = str(items[0]).rstrip("%").rstrip()
        return syntax.Number(_start(items[0]), _end(items[0]), float(digits) / 100)

    def length(self, items: list[Item]) -> Node:
        """A length of time."""
        match = re.match(r"(\d+)\s*(\w)", str(items[0]))
        count, unit = (int(match[1]), match[2].lower()) if match else (0, "d")
        return syntax.Length(_start(items[0]), _end(items[0]), count, _UNITS[unit])

    def text(self, items: list[Item]) -> Node:
        """A text in quotes; a doubled quote stands for one."""
        raw = str(items[0])
        return syntax.Text(_start(items[0]), _end(items[0]), raw[1:-1].replace(raw[0] * 2, raw[0]))

    def kpi(self, items: list[Item]) -> Node:
        """A KPI in square brackets."""
        return syntax.KpiName(_start(items[0]), _end(items[0]), str(items[0])[1:-1].strip())

    def group(self, items: list[Item]) -> Node:
        """Something in brackets, which only matter for the order of reading."""
        return _node(items[1])

    def call(self, items: list[Item]) -> Node:
        """A function with its arguments and clauses."""
        credit, date = items[-2], cast("Clause | None", items[-4])
        arguments, where = items[2:-6], items[-5]
        return syntax.Function(
            _start(items[0]),
            _end(items[-1]),
            str(items[0]),
            _end(items[0]),
            tuple(_nodes(arguments)),
            where=None if where is None else _node(where),
            on=date[1] if date and date[0] == "on" else None,
            as_of=date[1] if date and date[0] == "as of" else None,
            credit=None if credit is None else Path(_start(credit), _end(credit), (str(credit),)),
        )

    def path(self, items: list[Item]) -> Node:
        """Names joined by dots."""
        names = [item for item in items if isinstance(item, Token) and item.type != "DOT"]
        quoted = names[-1].type == "QUOTED"
        return Path(_start(names[0]), _end(names[-1]), tuple(str(name).strip("`") for name in names), quoted)

    def name(self, items: list[Item]) -> Token:
        """One name."""
        return cast("Token", items[0])

    def on(self, items: list[Item]) -> Clause:
        """The date that puts a row in a period."""
        return "on", cast("Path", items[1])

    def as_of(self, items: list[Item]) -> Clause:
        """The moment at which rows are read."""
        return "as of", Path(_start(items[1]), _end(items[1]), (str(items[1]),))


def _joined(how: str, items: list[Item]) -> Node:
    parts = tuple(_nodes(items))
    return syntax.Joined(parts[0].start, parts[-1].end, "or" if how == "or" else "and", parts)


def _maybe_not(node: Node, sign: Item) -> Node:
    return node if sign is None else syntax.Negation(node.start, node.end, node)


def _nodes(items: list[Item]) -> list[Node]:
    return [item for item in items if isinstance(item, Node)]


def _node(item: Item) -> Node:
    return cast("Node", item)


def _start(item: Item) -> int:
    return cast("int", cast("Token", item).start_pos)


def _end(item: Item) -> int:
    return cast("int", cast("Token", item).end_pos)
