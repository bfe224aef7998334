"""The single deals behind a measure: what each one adds, and how long each one has taken so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.engine.coverage import cover
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.days import Context, Window, day_number
from kpidesk.engine.edges import read_in
from kpidesk.engine.evaluation import WON, Evaluator
from kpidesk.engine.grid import level_of
from kpidesk.engine.leaves import row_picks
from kpidesk.engine.scan import rows_of
from kpidesk.engine.values import Floats, Ints, NotComputableError, added, each_once
from kpidesk.language.tree import (
    AllOf,
    Arithmetic,
    Boundary,
    Compare,
    Expr,
    FieldRef,
    FilterRef,
    Formula,
    IsEmpty,
    KpiRef,
    Leaf,
    On,
    RowCall,
    RowExpr,
    Value,
)

OPEN = FilterRef("deals", "open", Compare("=", FieldRef("deals", "outcome", "term"), Value("open")))
_LASTING: dict[str, RowExpr] = {
    "deals": OPEN,
    "stage_visits": IsEmpty(FieldRef("stage_visits", "exited_at", "date")),
    "contracts": Compare("=", FieldRef("contracts", "status", "term"), Value("pending")),
}
"""When a row of a table has no outcome yet."""
NONE = np.zeros(0)
_TAKEN_OF = ("sum", "avg", "median", "percentile", "min", "max")


@dataclass(frozen=True, slots=True, eq=False)
class Lifetimes:
    """The deals of a scope, one entry each: the day on which each began, and the days it took to close (NaN: open).

    `won` tells which of the closed ones were won.
    """

    began: Floats
    took: Floats
    won: Floats

    def ages(self, since: date, until: date) -> tuple[list[float], list[float], list[float]]:
        """The days that deals begun from `since` up to `until` took which were won, lost, and still open at its start.

        Open deals have the age they had then.
        """
        day = day_number(until)
        there = (self.began >= day_number(since)) & (self.began < day)
        closed = there & (self.began + self.took < day)  # false where it has not closed at all
        won = self.won > 0
        return (
            self.took[closed & won].tolist(), self.took[closed & ~won].tolist(),
            (day - self.began[there & ~closed]).tolist(),
        )  # fmt: skip


def measured_leaf(formula: Formula) -> Leaf | None:
    """The measure of which a formula takes one value per deal: itself, or what is above the line of an average."""
    tree: Expr = formula.tree
    while isinstance(tree, KpiRef):
        tree = tree.body
    if isinstance(tree, Arithmetic) and tree.op == "/":
        tree = tree.left
    fits = isinstance(tree, Leaf) and tree.table == "deals" and tree.aggregate in _TAKEN_OF
    return tree if fits and isinstance(tree, Leaf) else None


def deal_values(
    evaluator: Evaluator, formula: Formula, scope: Scope, period: Period, level: UnassignedLevel | None = None
) -> Floats:
    """What each deal behind a measure adds, credited share included, in its own unit; empty where there is no such."""
    leaf = measured_leaf(formula)
    if leaf is None:
        return NONE
    facts, row = evaluator.facts, evaluator.facts.crew.row_of(scope, level or level_of((scope,)))
    context = Context((period,), wide=row != 0, row=row)
    read, window = read_in(leaf, context), evaluator.windows(context)[0]
    try:
        covered = cover(facts, read, window)
        if covered.reason:
            return NONE
        picks = row_picks(evaluator.memory, read, window, covered.day, row)
    except NotComputableError:
        return NONE
    known = np.isfinite(picks.x)
    adds = picks.x[known] * (picks.weight[known] / facts.whole if leaf.aggregate == "sum" else 1.0)
    _, whose = np.unique(picks.row[known], return_inverse=True)
    if not len(whose):
        return NONE
    size = int(whose.max()) + 1
    # the shares of one deal that several people have are one deal here
    total = added(whose, adds, size)
    if leaf.aggregate != "sum":
        total = total / added(whose, np.ones(len(adds)), size)
    return np.asarray(total / float(facts.scale) ** picks.money, dtype=np.float64)


def lifetimes(
    evaluator: Evaluator, formula: Formula, scope: Scope, span: Period, level: UnassignedLevel | None = None
) -> Lifetimes | None:
    """The deals of a scope that began in a span of days; None for what measures no time from a beginning to a win."""
    found = _from_and_rest(formula)
    if found is None:
        return None
    leaf, begins, rest = found
    facts, row = evaluator.facts, evaluator.facts.crew.row_of(scope, level or level_of((scope,)))
    context = Context((span,), wide=row != 0, row=row)
    window = evaluator.windows(context)[0]
    every = replace(leaf, aggregate="count", argument=None, where=_both(rest), dated=On(begins.field))
    try:
        rows, whole = _rows(evaluator, every, window, row), rows_of(facts, every)
        ended = _rows(evaluator, replace(every, where=_both((OPEN, *rest))), window, row)
        wins = _rows(evaluator, replace(every, where=_both((WON, *rest))), window, row)
        began, closed = (whole.column(name).data[rows] for name in (begins.field, "closed_at"))
    except NotComputableError:
        return None
    took = np.where(np.isin(rows, ended), np.nan, closed - began)
    fits = np.isfinite(began) & ~(took < 0)
    return Lifetimes(began[fits], took[fits], np.isin(rows, wins)[fits].astype(np.float64))


def _rows(evaluator: Evaluator, leaf: Leaf, window: Window, row: int) -> Ints:
    return each_once(row_picks(evaluator.memory, leaf, window, window.end, row).row)


def _from_and_rest(formula: Formula) -> tuple[Leaf, FieldRef, tuple[RowExpr, ...]] | None:
    """The measure of a time to a win, the date at which that begins, and its other conditions."""
    leaf = measured_leaf(formula)
    if leaf is None or leaf.dated != On("closed_at"):
        return None
    match leaf.argument:
        case RowCall("days", (FieldRef("deals") as begins, FieldRef("deals", "closed_at"))):
            conditions = leaf.where.conditions if isinstance(leaf.where, AllOf) else (leaf.where,)
            rest = tuple(one for one in conditions if one is not None and one != WON)
            return (leaf, begins, rest) if WON in conditions else None
    return None


def _both(conditions: tuple[RowExpr, ...]) -> RowExpr | None:
    return None if not conditions else conditions[0] if len(conditions) == 1 else AllOf(conditions)


def still_open(formula: Formula) -> Formula | None:
    """The share of a cohort that has no outcome yet, as a formula.

    Deals and visits to a stage are open until they end, contracts while they are pending; where a step counts within so
    much time (a lead that becomes a deal within 90 days, or is answered within 1 hour), a row is open until the step or
    the end of that time. None for what is no share of one group by its beginning.
    """
    tree: Expr = formula.tree
    while isinstance(tree, KpiRef):
        tree = tree.body
    if not (isinstance(tree, Arithmetic) and tree.op == "/" and isinstance(tree.right, Leaf)):
        return None
    group = tree.right
    lasting = _LASTING.get(group.table) or _in_time(tree.left, group)
    if lasting is None or group.aggregate != "count" or not isinstance(group.dated, On):
        return None
    rest = group.where.conditions if isinstance(group.where, AllOf) else (group.where,) if group.where else ()
    unsettled = replace(group, where=_both((lasting, *rest)))
    return replace(formula, tree=Arithmetic("/", unsettled, group))


def _in_time(above: Expr, group: Leaf) -> RowExpr | None:
    """When a row of a group may still take the step that counts above the line within so much time of its date.

    Of hours the day of the data counts as just begun: at what time the file was written nobody knows.
    """
    if not isinstance(above, Leaf) or above.table != group.table or above.dated != group.dated:
        return None
    for one in above.where.conditions if isinstance(above.where, AllOf) else (above.where,):
        match one:
            case Compare("<=" | "<", RowCall(counted, (FieldRef() as begins, FieldRef() as step)), limit) if (
                On(begins.field) == group.dated
            ):
                so_far = RowCall(counted, (begins, Boundary("now")))
                return AllOf((IsEmpty(step), Compare(one.op, so_far, limit)))
    return None
