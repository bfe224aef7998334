"""Guesses what class of KPI a formula makes: what may be added, judged by a share, or given an interval."""

from __future__ import annotations

from kpidesk.core.kpis import KpiClass
from kpidesk.language import tree
from kpidesk.language.tree import AsOf, Expr, Formula, Leaf
from kpidesk.language.units import is_plain
from kpidesk.language.walk import every_row, leaves

_ALIKE: dict[KpiClass, tuple[KpiClass, ...]] = {
    "ratio": ("cohort",), "money_ratio": ("derived",), "derived": ("money_ratio", "score"),
}  # fmt: skip
"""Classes that look like another one by their formula: a cohort like a share, a net score like any difference."""
_SAME_KIND = frozenset({"rolling", "to_date", "previous"})


def class_of(formula: Formula) -> KpiClass:
    """The class of a KPI by its formula.

    A count of a count of the same records by the same date is x of n rows (`ratio`); any other quotient of two counts
    or sums is a `money_ratio`, for which no interval of a proportion holds. A cohort looks like a ratio. A sum of a
    number that each record has, as of seats, is judged as one of amounts (`flow_money`): what luck moves is how many
    records there are and how large each is, not each seat on its own.
    """
    bare = _bare(formula.tree)
    if isinstance(bare, Leaf) and (found := _class_of_leaf(bare, formula)) is not None:
        return found
    if isinstance(bare, tree.Arithmetic) and bare.op == "/":
        above, below = _bare(bare.left), _bare(bare.right)
        if isinstance(above, Leaf) and isinstance(below, Leaf) and _adds(above) and _adds(below):
            return "ratio" if _is_part_of(above, below) else "money_ratio"
        return "derived"
    return _by_adding(formula)


def suits(formula: Formula, kpi_class: KpiClass) -> bool:
    """Whether a KPI of a class may have a formula: that of its class, or what no formula tells from it."""
    found = class_of(formula)
    if found == "flow_money" and not formula.measure.money and kpi_class == "flow_count":
        return True  # what was written before sums of numbers were told from counts
    return kpi_class == found or kpi_class in _ALIKE.get(found, ())


def is_mean_number(formula: Formula) -> bool:
    """Whether the result is so many of something per record, as seats per deal: an average, or a sum by a count."""
    bare = _bare(formula.tree)
    if isinstance(bare, Leaf):
        return bare.aggregate == "avg" and is_plain(formula.measure) and _is_number(bare)
    if not (isinstance(bare, tree.Arithmetic) and bare.op == "/"):
        return False
    above, below = _bare(bare.left), _bare(bare.right)
    if not (isinstance(above, Leaf) and isinstance(below, Leaf)):
        return False
    return above.aggregate == "sum" and below.aggregate == "count" and is_plain(formula.measure) and _is_number(above)


def _is_number(leaf: Leaf) -> bool:
    """Whether what it adds up is neither a share nor a quotient, which would be read in percent."""
    inside = () if leaf.argument is None else tuple(every_row(leaf.argument))
    shares = (isinstance(one, tree.FieldRef) and one.kind == "ratio" for one in inside)
    quotients = (isinstance(one, tree.RowArithmetic) and one.op == "/" for one in inside)
    return not any(shares) and not any(quotients)


def _class_of_leaf(leaf: Leaf, formula: Formula) -> KpiClass | None:
    if leaf.aggregate == "count_distinct":
        return "distinct"
    if leaf.aggregate in ("median", "percentile"):
        return "median"
    if leaf.aggregate == "avg":
        return "mean_time" if formula.measure.time else "score" if formula.measure.score else "money_ratio"
    return "stock" if _adds(leaf) and isinstance(leaf.dated, AsOf) else None


def _bare(expr: Expr) -> Expr:
    """An expression without the names of KPIs and the lengths of time round it."""
    while isinstance(expr, tree.KpiRef) or (isinstance(expr, tree.Modified) and expr.how in _SAME_KIND):
        expr = expr.body
    return expr


def _adds(leaf: Leaf) -> bool:
    return leaf.aggregate in ("count", "sum")


def _is_part_of(above: Leaf, below: Leaf) -> bool:
    both = above.aggregate == below.aggregate == "count"
    return both and above.table == below.table and above.dated == below.dated and above.credit == below.credit


def _by_adding(formula: Formula) -> KpiClass:
    measure = formula.measure
    if formula.additive == "no" or measure.time or measure.money > 1:
        return "derived"
    if formula.additive == "stock":
        return "stock"
    if measure.money:
        return "flow_money"
    if measure.kind != "count":
        return "derived"
    return "flow_money" if any(leaf.aggregate == "sum" for leaf in leaves(formula.tree)) else "flow_count"
