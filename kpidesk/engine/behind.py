"""The rows behind one number, and the number worked out again from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from kpidesk.core.errors import UserError
from kpidesk.core.fields import Kind
from kpidesk.core.formats import span_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.rates import Rate
from kpidesk.core.results import Result
from kpidesk.engine.coverage import cover
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.days import Context, day_of
from kpidesk.engine.evaluation import Evaluator, read_in
from kpidesk.engine.facts import Facts
from kpidesk.engine.grid import evaluate, level_of
from kpidesk.engine.leaves import row_picks, values_of
from kpidesk.engine.money import RATE
from kpidesk.engine.plain import add_rows, worked_out
from kpidesk.engine.scan import OF_DEALS, Picks, money_data
from kpidesk.engine.tables import FactTable
from kpidesk.engine.unrated import lacks_rates, money_read, unrated, whatever_amount
from kpidesk.engine.values import Floats, Ints, Mask, NotComputableError
from kpidesk.language import leaf_words
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import Arithmetic, Expr, Formula, GoalRef, KpiRef, Leaf, Modified, Param, RowExpr

Node = Leaf | GoalRef | Param
_Key = tuple[Node, Context]
_NAMES = tuple(TABLES)
_WIDTH = 2**40  # more than any table has rows


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """Every row behind a number, one entry each.

    `value_ids` are the stored values the number was read from (for a visit to a stage that which shows its beginning,
    so one may stand for several visits), each of a record of `kinds`; where none is stored behind a row the number is 0
    and `labels` says what it is (a working day, an account without a record of its own). `weights` are the shares
    credited to the scope, `values` what each adds before weighting, in the measure's own unit (NaN for none; None for a
    count), `in_numerator` whether it counts above the line, `rates` the exchange rate of its amount where one was
    needed. `reproduced` is the number worked out again from these rows by plain arithmetic; `parts` what each measure
    and goal came to, in words, when there are several.
    """

    value_ids: Ints
    kinds: tuple[Kind, ...]
    labels: tuple[str, ...]
    weights: Floats
    values: Floats | None
    in_numerator: Mask
    rates: tuple[Rate | None, ...]
    result: Result
    reproduced: float | None
    parts: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Listed:
    """One measure or goal: what it came to, and its rows, each once (key, credited share, argument, rate).

    The key of a deal is the number of the value it was read from, that of a visit its own below zero, that of any
    other row its number after that of its table.
    """

    words: str
    amount: float | None
    keys: Ints
    weights: Floats
    x: Floats
    rate: Floats
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
        raise UserError(f"'{kpi.name}' rests on no records that could be listed.", "Look at a KPI of deals.")
    level = unassigned_level or level_of((scope,))
    grid = evaluate(evaluator, [(kpi, formula)], (scope,), (period,), unassigned_level=level)
    row = evaluator.facts.crew.row_of(scope, level)
    context = Context((period,), wide=row != 0, row=row)
    above, below = _sides(evaluator, formula.tree, context)
    listed = {key: _listed(evaluator, *key, context) for key in (*above, *below)}
    parts = tuple(dict.fromkeys((one.words, one.amount) for one in listed.values()))
    again = worked_out(evaluator, formula.tree, context, lambda node, inner: listed[node, inner].amount)
    keys, weights, values, in_numerator = _joined([listed[key] for key in above], [listed[key] for key in below])
    rates = _rates(evaluator.facts, keys, listed.values())
    facts = evaluator.facts
    tables = [_table_of(facts, key) for key in keys.tolist()]
    return Behind(
        _value_ids(facts, keys), tuple("deals" if one is None else one.kind for one in tables),
        _labels(facts, keys, tables), weights, values, in_numerator, rates,
        grid.result(0, 0, 0), again, parts if len(parts) > 1 else (),
    )  # fmt: skip


def _rates(facts: Facts, keys: Ints, listed: Iterable[_Listed]) -> tuple[Rate | None, ...]:
    """The exchange rate of each row, as the first measure that reads its amount has it."""
    found: dict[int, Rate] = {}
    if facts.exchange.steps:
        for one in listed:
            for key, step in zip(one.keys.tolist(), one.rate.tolist(), strict=True):
                if step >= 0:
                    found.setdefault(key, facts.exchange.steps[int(step)])
    return tuple(found.get(key) for key in keys.tolist())


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
    """A measure of records with its rows; people, goals and parameters with their number alone."""
    words = _words(evaluator, node, context, asked)
    nothing = _Listed(words, None, np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros(0), None)
    if isinstance(node, Leaf) and node.table != "people":
        leaf = read_in(node, context)
        nothing = replace(nothing, argument=None if leaf.aggregate == "count_distinct" else leaf.argument)
        try:
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
    keys, first, again = np.unique(_keys(facts, leaf, picks), return_index=True, return_inverse=True)
    weights = np.bincount(again, weights=picks.weight, minlength=len(keys)) / facts.whole
    x = picks.x[first] / float(facts.scale) ** picks.money
    is_unrated = lacks_rates(facts, leaf) and _is_unrated(evaluator, leaf, context, covered.day)
    amount = None if is_unrated else add_rows(leaf.aggregate, leaf.rank, weights.tolist(), x.tolist())
    rate = np.full(len(keys), np.nan)
    for field in money_read(leaf):
        found = money_data(facts, leaf, field + RATE, picks.row[first], picks.day[first])
        rate = np.where(np.isnan(rate), found, rate)
    return replace(nothing, amount=amount, keys=keys, weights=weights, x=x, rate=rate)


def _is_unrated(evaluator: Evaluator, leaf: Leaf, context: Context, day: int) -> bool:
    """Whether one of the rows has an amount without a rate."""
    window = evaluator.windows(context)[0]
    picks = row_picks(evaluator.memory, whatever_amount(leaf), window, day, context.row or 0)
    return len(unrated(evaluator.facts, leaf, picks)[0]) > 0


def _keys(facts: Facts, leaf: Leaf, picks: Picks) -> Ints:
    """What tells the picked rows from each other and from those of other tables."""
    if leaf.table == "stage_visits":
        return ~picks.row
    if leaf.table in OF_DEALS:
        return values_of(facts, leaf, picks)
    return (1 + _NAMES.index(leaf.table)) * _WIDTH + picks.row


def _table_of(facts: Facts, key: int) -> FactTable | None:
    """The table that a row is of; None for deals and their visits."""
    return None if key < _WIDTH else facts.table(_NAMES[key // _WIDTH - 1])


def _value_ids(facts: Facts, keys: Ints) -> Ints:
    """The value that each row was read from; 0 where none is stored."""
    found = keys.copy()
    visits = np.flatnonzero(keys < 0)
    if len(visits):
        found[visits] = facts.past.versions.value[facts.visits().version][~keys[visits]]
    for number in np.unique(keys[keys >= _WIDTH] // _WIDTH).tolist():
        here = np.flatnonzero(keys // _WIDTH == number)
        found[here] = facts.table(_NAMES[number - 1]).value[keys[here] % _WIDTH]
    return found


def _labels(facts: Facts, keys: Ints, tables: list[FactTable | None]) -> tuple[str, ...]:
    """What the rows are behind which no value is stored."""
    stored = _value_ids(facts, keys) > 0
    rows = zip(keys.tolist(), stored.tolist(), tables, strict=True)
    return tuple("" if has or table is None else table.label(key % _WIDTH) for key, has, table in rows)


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
