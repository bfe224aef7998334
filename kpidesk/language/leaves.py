"""Checks one measure: which table it counts, what of it, in which period a row falls, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from kpidesk.core.errors import nearest
from kpidesk.language import syntax, tree, units
from kpidesk.language.errors import FormulaError
from kpidesk.language.functions import FUNCTIONS
from kpidesk.language.names import Rows, fail, find
from kpidesk.language.rows import RowValue, condition, is_unmapped, value
from kpidesk.language.schema import Table, TableField
from kpidesk.language.syntax import Function, Node, Path
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import CREDITS, Aggregate, AsOf, Credit, Leaf, Measure, Moment, On
from kpidesk.language.walk import row_fields

COUNTABLE = frozenset({"id", "text", "term", "person", "account", "date"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked expression and what it measures."""

    tree: tree.Expr
    measure: Measure


def measure_leaf(node: Function) -> Typed:
    """A checked measure.

    Raises:
        FormulaError: any of the table, field, date, credit and kind errors.
    """
    name = cast("Aggregate", node.name.lower())
    known = FUNCTIONS[name]
    if len(node.arguments) != known.least:
        many = f"{known.least} value{'s' if known.least > 1 else ''}"
        raise fail("E-CALL", f"{name}(…) takes {many}, not {len(node.arguments)}.",
                   f"For example {known.example}.", node)  # fmt: skip
    table = _counted(node) if name == "count" else _table(node.arguments[0], name)
    moment = _moment(node, table)
    rows = Rows(table, table, moment or "end")
    argument, measure = (None, units.COUNT) if name == "count" else _argument(name, node.arguments[0], rows)
    where = None if node.where is None else condition(node.where, rows)
    leaf = Leaf(name, table.name, argument, where, AsOf(moment or "end"), _credit(node, table), _rank(node, name))
    return Typed(replace(leaf, dated=_dated(node, leaf, rows)), measure)


def _counted(node: Function) -> Table:
    argument = node.arguments[0]
    if not isinstance(argument, Path):
        raise fail("E-COUNT", "count counts the records of a table.", "For example count(deals where won …).", argument)
    names = [name.lower() for name in argument.names]
    if names[0] not in TABLES:
        raise fail("E-TABLE", f"There is no table '{argument.names[0]}'.", nearest(names[0], TABLES), argument)
    if len(names) == 1:
        return TABLES[names[0]]
    find(argument, Rows(TABLES[names[0]], TABLES[names[0]]), condition=False)
    raise fail("E-COUNT", f"count counts records, got the field '{argument.text}'.",
               f"Write count({names[0]} …), or count_distinct({argument.text} …).", argument)  # fmt: skip


def _table(argument: Node, name: str) -> Table:
    paths = [path for path in _paths(argument) if len(path.names) > 1]
    for path in paths:
        if path.names[0].lower() in TABLES:
            return TABLES[path.names[0].lower()]
    if paths:
        raise fail("E-TABLE", f"There is no table '{paths[0].names[0]}'.", nearest(paths[0].names[0], TABLES), paths[0])
    return _tableless(argument, name)


def _tableless(argument: Node, name: str) -> Table:
    bare = _paths(argument)
    if not bare:
        raise fail("E-TABLE", f"{name}(…) says of no table what it measures.",
                   f"For example {FUNCTIONS[name].example}.", argument)  # fmt: skip
    word = bare[0].text.lower()
    if word in TABLES:
        raise fail("E-SUM" if name == "sum" else "E-AGG", f"{name} needs a field, got the table '{word}'.",
                   f"For example {FUNCTIONS[name].example}.", bare[0])  # fmt: skip
    homes = [f"{table.name}.{word}" for table in TABLES.values() if word in table.by_name]
    advice = f"Write {' or '.join(homes[:3])}." if homes else f"For example {FUNCTIONS[name].example}."
    raise fail("E-TABLE", f"'{bare[0].text}' does not say of which table.", advice, bare[0])


def _paths(node: Node) -> list[Path]:
    found = [node] if isinstance(node, Path) else []
    for child in syntax.children(node):
        found += _paths(child)
    return found


def _argument(name: Aggregate, node: Node, rows: Rows) -> tuple[tree.RowExpr, Measure]:
    checked = value(node, rows)
    if name == "count_distinct":
        if not (isinstance(checked.tree, tree.FieldRef) and checked.tree.kind in COUNTABLE):
            raise fail("E-COUNT", f"count_distinct needs a field that names something, got {checked.words}.",
                       f"For example {FUNCTIONS[name].example}.", node)  # fmt: skip
        return checked.tree, units.COUNT
    if checked.family != "number":
        raise fail("E-SUM" if name == "sum" else "E-AGG", f"{name} needs a number, got {checked.words}.",
                   _number_advice(checked, name, node), node)  # fmt: skip
    return checked.tree, _aggregated(name, checked.measure)


def _number_advice(checked: RowValue, name: str, node: Node) -> str:
    if is_unmapped(checked) and isinstance(node, Path):
        written = ".".join((*node.names[:-1], f"`{node.names[-1]}`"))
        return f"For the number it holds write {name}(number({written}) …)."
    if checked.family == "date":
        return f"Measure the time between two dates: {name}(days(deals.created_at, deals.closed_at) …)."
    return "To count records write count(…), to count different values count_distinct(…)."


def _aggregated(name: Aggregate, measure: Measure) -> Measure:
    if not units.is_plain(measure):
        return measure
    if name == "sum":
        return units.COUNT
    return units.RATIO if name == "avg" and measure.kind == "count" else measure


def _rank(node: Function, name: str) -> float:
    if name != "percentile":
        return 0.5
    rank = node.arguments[1]
    if isinstance(rank, syntax.Number) and 0 < rank.value < 1:
        return rank.value
    raise fail("E-AGG", "percentile needs a share between 0 and 1.", "For example 90% or 0.9.", rank)


def _credit(node: Function, table: Table) -> Credit:
    if node.credit is None:
        return "owner"
    role = node.credit.text.lower()
    if role not in table.credits:
        raise fail("E-CREDIT", f"'{table.name}' cannot be credited to '{node.credit.text}'.",
                   f"Choose {' or '.join(table.credits)}.", node.credit)  # fmt: skip
    return next((one for one in CREDITS if one == role), "owner")


def _moment(node: Function, table: Table) -> Moment | None:
    if node.as_of is None:
        return None
    word = node.as_of.text.lower()
    if word not in ("start", "end", "now"):
        raise fail("E-ASOF", f"'as of' takes start, end or now, not '{node.as_of.text}'.",
                   "Write as of start, as of end or as of now.", node.as_of)  # fmt: skip
    if not table.keeps_history:
        raise fail("E-ASOF", f"'{table.name}' keeps no history, so 'as of' is not possible.",
                   f"Write on {' or on '.join(table.dates[:3])}.", node.as_of)  # fmt: skip
    return "start" if word == "start" else "now" if word == "now" else "end"


def _dated(node: Function, leaf: Leaf, rows: Rows) -> On | AsOf:
    if node.on is not None:
        return _on(node.on, rows)
    if node.as_of is not None:
        return leaf.dated
    reads = {rows.table.fields[name].windowed for _, name in row_fields(leaf) if name in rows.table.fields}
    if "start" in reads or "end" in reads:
        # The book stays with whoever held it when the window opened, so that both sides of a rate agree.
        return AsOf("start" if "start" in reads else "end")
    raise _no_date(node, rows.table)


def _on(path: Path, rows: Rows) -> On:
    found, place = find(path, rows, condition=False)
    if isinstance(found, TableField) and found.kind == "date":
        return On(place.dotted((), found.name))
    what = "is not a date" if isinstance(found, TableField) else "is not a date field"
    raise fail(
        "E-DATE", f"'{path.text}' {what}.", f"Dates of '{rows.table.name}': {', '.join(rows.table.dates)}.", path
    )


def _no_date(node: Function, table: Table) -> FormulaError:
    first = "closed_at" if "closed_at" in table.dates else table.dates[0]
    advice = f"Add 'on {first}'" + (" or 'as of end'." if table.keeps_history else ".")
    problem = f"Say which date puts a row of '{table.name}' in a period."
    return FormulaError("E-DATE", problem, advice, node.end - 1, node.end)
