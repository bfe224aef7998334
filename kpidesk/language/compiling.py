"""Compiles a formula: reads it, checks it with the KPIs it refers to, and works out what it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Literal

from kpidesk.core.errors import nearest
from kpidesk.core.kpis import Unit
from kpidesk.core.parts import CUSTOM
from kpidesk.language import tree, units
from kpidesk.language.checker import check
from kpidesk.language.classing import is_mean_number
from kpidesk.language.errors import FormulaError
from kpidesk.language.leaves import Typed
from kpidesk.language.names import fail
from kpidesk.language.parser import parse
from kpidesk.language.schema import HISTORY_FIELDS
from kpidesk.language.syntax import KpiName, Node, children
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import AsOf, Expr, Formula, Leaf, On
from kpidesk.language.walk import every, leaves, parts, row_fields

MAX_SIZE = 1_000
MAX_CHAIN = 12
MAX_STEPS = 80
REMEMBERED = 500
"""How many compiled formulas are remembered: those of a large catalogue, each as it was a few times over."""
Additive = Literal["flow", "stock", "no"]


def compile_formula(text: str, definitions: Mapping[str, str] | None = None) -> Formula:
    """Compile a formula; `definitions` gives the formula text of each KPI it may refer to, by id.

    Raises:
        FormulaError: with the kind of mistake, its place in the text, what is wrong and what to write instead.
    """
    return _compiled(text, tuple((definitions or {}).items()))


@lru_cache(maxsize=REMEMBERED)
def _compiled(text: str, definitions: tuple[tuple[str, str], ...]) -> Formula:
    node = parse(text)
    typed = _checked(node, dict(definitions), {}, ())
    if not units.display_units(typed.measure):
        raise fail("E-UNIT", f"The result would be {units.describe(typed.measure)}, which cannot be shown.",
                   "Divide so that a number, money, time or money per day is left.", node)  # fmt: skip
    _check_size(typed.tree, node)
    made = typed.tree
    found = list(leaves(made))
    reads = frozenset(pair for leaf in found for pair in leaf_fields(leaf))
    nodes = list(every(made))
    return Formula(
        text=text,
        tree=made,
        measure=typed.measure,
        additive=additive(made),
        tables=frozenset(leaf.table for leaf in found) | {table for table, _ in reads},
        fields=reads,
        kpis=frozenset(one.kpi_id for one in nodes if isinstance(one, tree.KpiRef | tree.GoalRef)),
        needs_history=any(needs_history(leaf) for leaf in found),
        overlapping=any(isinstance(one, tree.Modified) and one.how in ("rolling", "to_date") for one in nodes),
    )


def result_unit(formula: Formula) -> Unit:
    """The unit in which a result is shown unless the author picks another."""
    return unit_choices(formula)[0]


def unit_choices(formula: Formula) -> tuple[Unit, ...]:
    """All units in which a result may be shown, the likeliest first."""
    found = units.display_units(formula.measure)
    return ("count_per", *(one for one in found if one != "count_per")) if is_mean_number(formula) else found


def _checked(node: Node, definitions: Mapping[str, str], known: dict[str, Typed], chain: tuple[str, ...]) -> Typed:
    """A checked formula. The KPIs it refers to are checked first, so that checks do not nest in each other."""
    ids = {name.lower(): name for name in definitions}
    for name in _references(node):
        kpi_id = ids.get(name.name.lower())
        if kpi_id is None:
            raise fail("E-KPI", f"There is no KPI '{name.name}' with a formula.", nearest(name.name, definitions), name)
        if kpi_id in chain:
            circle = " → ".join((*chain[chain.index(kpi_id) :], kpi_id))
            raise fail("E-CYCLE", f"Circular definition: {circle}.", "A KPI cannot rest on itself.", name)
        if len(chain) >= MAX_CHAIN:
            raise fail("E-LIMIT", f"More than {MAX_CHAIN} KPIs rest on each other.", "Refer to simpler KPIs.", name)
        if kpi_id not in known:
            known[kpi_id] = _referred(kpi_id, definitions, known, chain, name)
    return check(node, lambda name: (ids[name.name.lower()], known[ids[name.name.lower()]]))


def references(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known KPIs that a formula names itself, in the order of reading; none when it cannot be read."""
    ids = {name.lower(): name for name in known}
    try:
        found = (name.name.lower() for name in _references(parse(text)))
        return tuple(dict.fromkeys(ids[name] for name in found if name in ids))
    except FormulaError:
        return ()


def _references(node: Node) -> Iterator[KpiName]:
    if isinstance(node, KpiName):
        yield node
    for child in children(node):
        yield from _references(child)


def _referred(
    kpi_id: str, definitions: Mapping[str, str], known: dict[str, Typed], chain: tuple[str, ...], node: Node
) -> Typed:
    text = definitions[kpi_id]
    if not text or not text.strip():
        raise fail("E-KPI", f"'{kpi_id}' is built in and has no formula to refer to.", "Refer to another KPI.", node)
    try:
        typed = _checked(parse(text), definitions, known, (*chain, kpi_id))
    except FormulaError as error:
        if error.code in ("E-CYCLE", "E-LIMIT"):
            raise fail(error.code, error.problem, error.advice, node) from None
        raise fail("E-KPI", f"[{kpi_id}] does not work: {error.problem}", error.advice, node) from None
    _check_size(typed.tree, node)
    return typed


def _check_size(expr: Expr, node: Node) -> None:
    # Breadth first and cut off early: a few references can unfold into millions of nodes.
    level, size, steps = [expr], 0, 0
    while level:
        size, steps = size + len(level), steps + 1
        if size > MAX_SIZE or steps > MAX_STEPS:
            raise fail("E-LIMIT", "With the KPIs it refers to, the formula is too large.",
                       "Refer to fewer or simpler KPIs.", node)  # fmt: skip
        level = [part for one in level for part in parts(one)]


def leaf_fields(leaf: Leaf) -> frozenset[tuple[str, str]]:
    """Every (table, field) a measure reads, its date included; a hop counts as reading both tables."""
    named = row_fields(leaf)
    if isinstance(leaf.dated, On):
        named |= {(leaf.table, leaf.dated.field)}
    return frozenset(pair for table, field in named for pair in _on_the_way(table, field))


def _on_the_way(table: str, field: str) -> Iterator[tuple[str, str]]:
    for name in (field,) if field.startswith(CUSTOM) else field.split("."):
        yield table, name
        table = TABLES[table].belongs_to.get(name, table)


def needs_history(leaf: Leaf) -> bool:
    """Whether a measure reads fields of a past day that only earlier exports can tell."""
    fields = {field for table, field in row_fields(leaf) if table == "deals"}
    if "push_count" in fields:
        return True
    return isinstance(leaf.dated, AsOf) and leaf.dated.moment != "now" and bool(fields & HISTORY_FIELDS)


def additive(expr: Expr) -> Additive:
    """Whether values add over scopes and periods (`flow`), over scopes only (`stock`), or not at all."""
    match expr:
        case Leaf():
            if expr.aggregate not in ("count", "sum"):
                return "no"
            return "stock" if isinstance(expr.dated, AsOf) else "flow"
        case tree.KpiRef(body=body) | tree.Negative(body=body):
            return additive(body)
        case tree.Modified(how=how, body=body):
            return "no" if how in ("org", "team", "total") else _weakest((additive(body), "stock"))
        case tree.Arithmetic(op=op, left=left, right=right):
            if op in ("+", "-"):
                return _weakest((additive(left), additive(right)))
            if _fixed(right):
                return additive(left)
            return additive(right) if op == "*" and _fixed(left) else "no"
    return "no"


def _fixed(expr: Expr) -> bool:
    """Whether it is the same number for every scope and period."""
    return isinstance(expr, tree.Constant | tree.Param) or (isinstance(expr, tree.Negative) and _fixed(expr.body))


def _weakest(kinds: Iterable[Additive]) -> Additive:
    order: tuple[Additive, ...] = ("flow", "stock", "no")
    return max(kinds, key=order.index)
