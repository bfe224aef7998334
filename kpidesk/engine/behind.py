"""The rows behind one number, and the number worked out again from them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kpidesk.core.errors import UserError
from kpidesk.core.formats import span_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.engine.coverage import cover
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.days import Context, day_of
from kpidesk.engine.evaluation import TABLES, Evaluator, read_in
from kpidesk.engine.facts import Facts
from kpidesk.engine.grid import evaluate, level_of
from kpidesk.engine.leaves import check_table, may_be_foreign, row_picks, values_of
from kpidesk.engine.plain import add_rows, worked_out
from kpidesk.engine.values import Floats, Ints, Mask, NotComputableError
from kpidesk.language import leaf_words
from kpidesk.language.tree import Arithmetic, Expr, Formula, GoalRef, KpiRef, Leaf, Modified, Param, RowExpr

Node = Leaf | GoalRef | Param
_Key = tuple[Node, Context]


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """Every row behind a number, one entry each.

    `value_ids` are the stored values the number was read from (for a visit to a stage that which shows its beginning,
    so one may stand for several visits), `weights` the shares credited to the scope,
    `values` what each adds before weighting, in the measure's own unit (NaN for none; None for a count),
    `in_numerator` whether it counts above the line. `reproduced` is the number worked out again from these rows by
    plain arithmetic; `parts` what each measure and goal came to, in words, when there are several.
    """

    value_ids: Ints
    weights: Floats
    values: Floats | None
    in_numerator: Mask
    result: Result
    reproduced: float | None
    parts: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Listed:
    """One measure or goal: what it came to, and its rows, each once (key, credited share, argument).

    The key of a deal is the number of the value it was read from, that of a visit its own below zero.
    """

    words: str
    amount: float | None
    keys: Ints
    weights: Floats
    x: Floats
    argument: RowExpr | None


def behind(
    evaluator: Evaluator,
    kpi: Kpi,
    formula: Formula,
    scope: Scope,
    period: Period,
    *,
    unassigned_level: UnassignedLevel | None = None,
) -> Behind:
    """The rows behind a KPI for a scope in a period: of a quotient those below the line, then any others above it.

    Raises:
        UserError: a scope that the workspace does not have, or a KPI of people or goals alone.
    """
    if not formula.tables - {"people"}:
        raise UserError(f"'{kpi.name}' does not rest on deals: there are none to list.", "Look at a KPI of deals.")
    level = unassigned_level or level_of((scope,))
    grid = evaluate(evaluator, [(kpi, formula)], (scope,), (period,), unassigned_level=level)
    row = evaluator.facts.crew.row_of(scope, level)
    context = Context((period,), wide=row != 0, row=row)
    above, below = _sides(evaluator, formula.tree, context)
    listed = {key: _listed(evaluator, *key, context) for key in (*above, *below)}
    parts = tuple(dict.fromkeys((one.words, one.amount) for one in listed.values()))
    again = worked_out(evaluator, formula.tree, context, lambda node, inner: listed[node, inner].amount)
    keys, weights, values, in_numerator = _joined([listed[key] for key in above], [listed[key] for key in below])
    result = grid.result(0, 0, 0)
    return Behind(
        _value_ids(evaluator.facts, keys), weights, values, in_numerator, result, again, parts if len(parts) > 1 else ()
    )


def _sides(evaluator: Evaluator, tree: Expr, context: Context) -> tuple[list[_Key], list[_Key]]:
    """What is looked up above and below the line of a quotient; everything is above when it is none."""
    while isinstance(tree, KpiRef | Modified):
        if isinstance(tree, Modified):
            context = evaluator.inside(tree, context)
        tree = tree.body
    if isinstance(tree, Arithmetic) and tree.op == "/":
        return list(evaluator.read(tree.left, context)), list(evaluator.read(tree.right, context))
    return list(evaluator.read(tree, context)), []


def _listed(evaluator: Evaluator, node: Node, context: Context, asked: Context) -> _Listed:
    """A measure of deals or of their visits with its rows; anything else with its number alone."""
    words = _words(evaluator, node, context, asked)
    nothing = _Listed(words, None, np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), None)
    if isinstance(node, Leaf) and node.table != "people":
        leaf = read_in(node, context)
        nothing = replace(nothing, argument=None if leaf.aggregate == "count_distinct" else leaf.argument)
        try:
            check_table(leaf, TABLES)
            return _with_rows(evaluator, leaf, context, nothing)
        except NotComputableError:
            return nothing
    number = float(evaluator.answer(node, context).value[0, 0])
    return replace(nothing, amount=None if np.isnan(number) else number)


def _with_rows(evaluator: Evaluator, leaf: Leaf, context: Context, nothing: _Listed) -> _Listed:
    facts, window = evaluator.facts, evaluator.windows(context)[0]
    covered = cover(facts, leaf, window)
    if covered.reason:
        return nothing
    picks = row_picks(evaluator.memory, leaf, window, covered.day, context.row or 0)
    is_visit = leaf.table == "stage_visits"
    row_keys = ~picks.row if is_visit else values_of(facts, leaf, picks)
    keys, first, again = np.unique(row_keys, return_index=True, return_inverse=True)
    weights = np.bincount(again, weights=picks.weight, minlength=len(keys)) / facts.whole
    x = picks.x[first] / float(facts.scale) ** picks.money
    is_foreign = may_be_foreign(facts, leaf) and bool(facts.foreign[_value_ids(facts, keys)].any())
    amount = None if is_foreign else add_rows(leaf.aggregate, leaf.rank, weights.tolist(), x.tolist())
    return replace(nothing, amount=amount, keys=keys, weights=weights, x=x)


def _value_ids(facts: Facts, keys: Ints) -> Ints:
    """The value that each row was read from."""
    if not (keys < 0).any():
        return keys
    shown = facts.versions.value[facts.visits().version]
    return np.where(keys < 0, shown[np.where(keys < 0, ~keys, 0)], keys)


def _words(evaluator: Evaluator, node: Node, context: Context, asked: Context) -> str:
    """What a measure or goal is called, with its days and whose it is where they are not those asked for."""
    if isinstance(node, Param):
        return node.name.replace("_", " ")
    words = (
        leaf_words(read_in(node, context))
        if isinstance(node, Leaf)
        else f"the {node.tier} of {node.kpi_id.replace('_', ' ')}"
    )
    window, plain = evaluator.windows(context)[0], evaluator.windows(asked)[0]
    if (window.start, window.end) != (plain.start, plain.end):
        words += f", {span_text(day_of(window.start), day_of(window.end - 1))}"
    if context.row != asked.row:
        words += ", whole organisation" if context.row == 0 else ", whole team"
    return words


def _joined(above: list[_Listed], below: list[_Listed]) -> tuple[Ints, Floats, Floats | None, Mask]:
    """The rows of all measures, each once; where they differ in credit, what is below the line decides."""
    both = [*below, *above]
    every = np.concatenate([one.keys for one in both])
    first = np.sort(np.unique(every, return_index=True)[1])
    keys = every[first]
    weights = np.concatenate([one.weights for one in both])[first]
    in_numerator = np.isin(keys, np.concatenate([one.keys for one in above]))
    return keys, weights, _values(keys, [*above, *below]), in_numerator


def _values(keys: Ints, listed: list[_Listed]) -> Floats | None:
    """The argument of each row, as the first measure that has one reads it; None when all are counts."""
    argument = next((one.argument for one in listed if one.argument is not None), None)
    if argument is None:
        return None
    values = np.full(len(keys), np.nan)
    order = np.argsort(keys)
    for one in listed:
        if one.argument == argument:
            values[order[np.searchsorted(keys, one.keys, sorter=order)]] = one.x
    return values
