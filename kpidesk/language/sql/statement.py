"""The statement of a formula: its measures, each with the days and the scope it is read for, then the arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field

from kpidesk.core.people import Scope
from kpidesk.language.sql.asked import Asked, Known, cannot, inside
from kpidesk.language.sql.making import Making
from kpidesk.language.sql.measures import measure
from kpidesk.language.sql.needed import fields_needed
from kpidesk.language.sql.past import tables_then
from kpidesk.language.sql.writing import Parts, number, quoted
from kpidesk.language.tree import (
    Arithmetic,
    Call,
    Constant,
    Expr,
    Formula,
    GoalRef,
    KpiRef,
    Leaf,
    Modified,
    Negative,
    Param,
)
from kpidesk.language.walk import balance, leaves

_TABLES = {"target": "targets", "minimum": "targets", "stretch": "targets", "baseline": "baselines"}
_FUNCTIONS = {"abs": "abs", "min_of": "min", "max_of": "max", "if_empty": "coalesce"}


def statement(formula: Formula, asked: Asked, known: Known, title: str) -> str:
    """One statement for SQLite that reads the tables of a workspace and gives one row.

    Its columns are value, where the formula is a division also numerator and denominator, and where it rests on rows
    also n, each as the engine has it; money is in major units. `title` says in one line what is asked.

    Raises:
        UserError: the formula, or a part of it, cannot be said in SQL; it says which and why.
    """
    making = Making(known, fields_needed(leaves(formula.tree)), Parts())
    parts = _Measures(making)
    ratio, read = _division(formula.tree, asked, known)
    if ratio is None:
        columns = [("value", parts.said(formula.tree, asked))]
    else:
        above, below = parts.said(ratio.left, read), parts.said(ratio.right, read)
        columns = [("value", _divided(ratio, above, below)), ("numerator", above), ("denominator", below)]
    if rows := parts.rows(formula.tree, asked):
        columns.append(("n", rows))
    selected = ",\n       ".join(f"{sql} AS {name}" for name, sql in columns)
    source = f"\nFROM {', '.join(parts.names)}" if parts.names else ""
    heading = "".join(f"-- {' '.join(line.split())}\n" for line in (title, formula.text))
    then = tables_then(known.past, making.parts.found.values()).found.values() if known.past is not None else ()
    return f"{heading}{making.parts.text(then)}SELECT {selected}{source}\n"


def _division(tree: Expr, asked: Asked, known: Known) -> tuple[Arithmetic | None, Asked]:
    """The division that a formula is, seen through references and modifiers, and how it is read."""
    while isinstance(tree, KpiRef | Modified):
        asked = inside(tree, asked, known.calendar) if isinstance(tree, Modified) else asked
        tree = tree.body
    is_division = isinstance(tree, Arithmetic) and tree.op == "/"
    return (tree, asked) if is_division and isinstance(tree, Arithmetic) else (None, asked)


def _divided(node: Arithmetic, above: str, below: str) -> str:
    right = node.right
    if isinstance(right, Arithmetic) and right.op == "-" and isinstance(right.left, GoalRef):
        return f"CASE WHEN {below} > 0 THEN 1.0 * {above} / {below} END"
    return f"1.0 * {above} / nullif({below}, 0)"


@dataclass(slots=True)
class _Measures:
    """The measures found so far; a class because the same measure, read alike, stands once."""

    making: Making
    found: dict[tuple[Leaf, Asked], str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The parts that hold the measures."""
        return tuple(self.found.values())

    def said(self, tree: Expr, asked: Asked) -> str:
        """An expression over the measures."""
        known = self.making.known
        match tree:
            case Leaf():
                return f"{self._measure(tree, asked)}.value"
            case KpiRef(_, body):
                return self.said(body, asked)
            case Modified(_, body):
                return self.said(body, inside(tree, asked, known.calendar))
            case Negative(body):
                return f"(-{self.said(body, asked)})"
            case Constant(value):
                return number(value)
            case Param(name):
                if name not in known.parameters:
                    raise cannot(f"it needs the number '{name}'", "Set it on the page of parameters.")
                return number(known.parameters[name])
            case GoalRef():
                return _goal(tree, asked)
            case Arithmetic():
                return self._arithmetic(tree, asked)
            case Call():
                return self._call(tree, asked)
        raise TypeError(type(tree).__name__)

    def _measure(self, leaf: Leaf, asked: Asked) -> str:
        key = (leaf, asked)
        if key not in self.found:
            self.found[key] = measure(self.making, leaf, asked, len(self.found) + 1)
        return self.found[key]

    def _arithmetic(self, node: Arithmetic, asked: Asked) -> str:
        left, right = self.said(node.left, asked), self.said(node.right, asked)
        return f"({_divided(node, left, right)})" if node.op == "/" else f"({left} {node.op} {right})"

    def _call(self, node: Call, asked: Asked) -> str:
        parts = [self.said(one, asked) for one in node.arguments]
        if node.name == "clamp":
            return f"min(max({parts[0]}, {parts[1]}), {parts[2]})"
        return f"{_FUNCTIONS[node.name]}({', '.join(parts)})"

    def rows(self, tree: Expr, asked: Asked) -> str:
        """How many rows a formula rests on: of a quotient of two measures or a balance those below, else the fewest."""
        names = list(dict.fromkeys(self._counts(tree, asked)))
        return names[0] if len(names) == 1 else f"min({', '.join(names)})" if names else ""

    def _counts(self, tree: Expr, asked: Asked) -> list[str]:
        match tree:
            case Leaf():
                return [f"{self._measure(tree, asked)}.n"]
            case KpiRef(_, body) | Negative(body):
                return self._counts(body, asked)
            case Modified(_, body):
                return self._counts(body, inside(tree, asked, self.making.known.calendar))
            case Arithmetic(op, left, right):
                alone = op == "/" and ((_is_measure(left) and _is_measure(right)) or balance(tree) is not None)
                return [*([] if alone else self._counts(left, asked)), *self._counts(right, asked)]
            case Call("if_empty", (first, other)):
                chosen = (self.rows(other, asked), self.rows(first, asked))
                empty = f"{self.said(first, asked)} IS NULL"
                return ["CASE WHEN {} THEN {} ELSE {} END".format(empty, *(one or "0" for one in chosen))]
            case Call(_, arguments):
                return [count for one in arguments for count in self._counts(one, asked)]
        return []


def _is_measure(tree: Expr) -> bool:
    while isinstance(tree, KpiRef | Modified):
        tree = tree.body
    return isinstance(tree, Leaf)


def _goal(ref: GoalRef, asked: Asked) -> str:
    """A goal of exactly this scope and period, in its newest version."""
    scope, period = _scope(asked.scope), asked.period
    of = "value" if ref.tier == "baseline" else ref.tier
    newest = "id" if ref.tier == "baseline" else "version"
    return (
        f"(SELECT g.{of} FROM {_TABLES[ref.tier]} g WHERE g.kpi_id = {quoted(ref.kpi_id)} AND {scope}"
        f" AND g.start = {quoted(period.start.isoformat())} AND g.end = {quoted(period.end.isoformat())}"
        " AND g.superseded = 0"
        f" ORDER BY g.{newest} DESC LIMIT 1)"
    )


def _scope(scope: Scope) -> str:
    if scope.kind == "unassigned":
        return "1 = 0"
    return f"g.scope_kind = '{scope.kind}' AND g.scope_id = {scope.id}"
