"""The rows behind one number, and the number worked out again from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kpidesk.core.errors import UserError
from kpidesk.core.fields import DEAL_FIELDS, Kind
from kpidesk.core.formats import span_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.parts import Part
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.rates import Rate
from kpidesk.core.results import Result
from kpidesk.engine.coverage import cover
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.days import Context, day_of
from kpidesk.engine.deal_columns import FIELD_NAMES
from kpidesk.engine.edges import read_in
from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.facts import Facts
from kpidesk.engine.grid import evaluate, level_of
from kpidesk.engine.in_order import looked_at
from kpidesk.engine.leaves import row_picks
from kpidesk.engine.left_out import why_not_above
from kpidesk.engine.money import RATE
from kpidesk.engine.pivots import members_asked, result_of_last
from kpidesk.engine.plain import add_rows, worked_out
from kpidesk.engine.row_keys import distinct, keys_of, kinds_of, labels_of, stood_of, value_ids
from kpidesk.engine.rowwise import fields_of
from kpidesk.engine.scan import OF_DEALS, Picks, money_data, taken
from kpidesk.engine.sides import Node, sides
from kpidesk.engine.splitting import places_of
from kpidesk.engine.stood import LEFT, Stood
from kpidesk.engine.unrated import lacks_rates, money_read, unrated, whatever_amount
from kpidesk.engine.values import Each, Floats, Ints, Mask, NotComputableError
from kpidesk.language import leaf_words
from kpidesk.language.tree import Formula, Leaf, On, Param, RowExpr
from kpidesk.language.walk import needs_rows


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """Every row behind a number, one entry each.

    `value_ids` are the stored values the number was read from (for a visit to a stage that which shows its beginning,
    so one may stand for several visits), each of a record of `kinds`; where none is stored behind a row the number is 0
    and `labels` says what it is (a working day, an account without a record of its own). `weights` are the shares
    credited to the scope, `values` what each adds before weighting, in the measure's own unit (NaN for none; None for a
    count), `in_numerator` whether it counts above the line, `rates` the exchange rate of its amount where one was
    needed, `reasons` why it does not count above the line. `reproduced` is the number worked out again from these rows
    by plain arithmetic; `parts` what each measure and goal came to, in words, when there are several. `read` are the
    fields of the rows by which they count, and `stood` says how rows stood then where their values do not.
    """

    value_ids: Ints
    kinds: Each[Kind]
    labels: Each[str]
    weights: Floats
    values: Floats | None
    in_numerator: Mask
    rates: Each[Rate | None]
    reasons: Each[str]
    result: Result
    reproduced: float | None
    parts: tuple[tuple[str, float | None], ...]
    read: tuple[str, ...] = ()
    stood: Stood | None = None

    def stored(self) -> Iterator[tuple[Kind, Ints]]:
        """The kinds of which records are among the rows, each with the places of its rows.

        A working day, which stands in no file, is of none of them.
        """
        for kind in self.kinds.different():
            places = np.flatnonzero(self.kinds.are(kind) & (self.value_ids > 0))
            if len(places):
                yield kind, places


@dataclass(frozen=True, slots=True, eq=False)
class _Listed:
    """One measure or goal: what it came to, and its rows, each once (key, row, credited share, argument, rate)."""

    words: str
    amount: float | None
    keys: Ints
    row: Ints
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
    parts: Sequence[Part] = (),
) -> Behind:
    """The rows behind a KPI for a scope in a period: of a quotient those below the line, then any others above it.

    With `parts`, only those that are in each of them: what has one value of a field.

    Raises:
        UserError: a scope that the workspace does not have, or a KPI of people or goals alone.
    """
    if not formula.tables - {"people"}:
        raise UserError(f"'{kpi.name}' rests on no records that could be listed.", "Look at a KPI of deals.")
    level = unassigned_level or level_of((scope,))
    row = evaluator.facts.crew.row_of(scope, level)
    context = Context((period,), wide=row != 0, row=row)
    if parts:
        context = replace(context, by=members_asked(evaluator, formula, context, parts))
    above, below = sides(evaluator, formula.tree, context)
    listed = {key: _listed(evaluator, *key, context) for key in (*above, *below)}
    result = _result(evaluator, kpi, formula, scope, context, level)  # from the rows that were looked up, where it can
    measures = tuple(dict.fromkeys((one.words, one.amount) for one in listed.values()))
    again = worked_out(evaluator, formula.tree, context, lambda node, inner: listed[node, inner].amount)
    keys, weights, values, in_numerator = _joined([listed[key] for key in above], [listed[key] for key in below])
    facts = evaluator.facts
    ids, rows = value_ids(facts, keys), {key: (listed[key].keys, listed[key].row) for key in below}
    found = Behind(
        ids, kinds_of(facts, keys), labels_of(facts, keys, ids), weights, values, in_numerator,
        _rates(facts, keys, listed.values()), why_not_above(evaluator, above, rows, keys, in_numerator),
        result, again, measures if len(measures) > 1 else (), _fields_read(node for node, _ in listed),
        stood_of(facts, keys),
    )  # fmt: skip
    is_mixed = found.stood is not None and not (keys < 0).any()  # states after values, whatever deal they are of
    return rows_at(found, np.argsort(ids, kind="stable")) if is_mixed else found


def _fields_read(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The fields of the rows that the measures of deals and of their visits to stages read."""
    found = set[str]()
    for leaf in (one for one in nodes if isinstance(one, Leaf) and one.table in OF_DEALS):
        dated = leaf.dated.field if isinstance(leaf.dated, On) else ""
        named = {dated, *(field for _, field in fields_of(leaf.argument) | fields_of(leaf.where))}
        is_visit = leaf.table == "stage_visits"
        found |= {one.removeprefix("deal.") for one in named} - ({"stage"} if is_visit else set())
        found |= {"stage", "stage_entered_at", LEFT} if is_visit else set()
    names = (*(one.name for one in DEAL_FIELDS), LEFT)
    return tuple(one for one in names if one in {FIELD_NAMES.get(field, field) for field in found})


def _result(
    evaluator: Evaluator, kpi: Kpi, formula: Formula, scope: Scope, context: Context, level: UnassignedLevel
) -> Result:
    if context.by is not None:
        return result_of_last(evaluator, kpi, formula, scope, context)
    found = evaluate(evaluator, [(kpi, formula)], (scope,), context.periods, unassigned_level=level)
    return found.result(0, 0, 0)


def rows_at(found: Behind, places: Ints) -> Behind:
    """Some of the rows behind a number, in the order of their places."""
    return replace(
        found,
        value_ids=found.value_ids[places], kinds=found.kinds.at(places), labels=found.labels.at(places),
        weights=found.weights[places], values=None if found.values is None else found.values[places],
        in_numerator=found.in_numerator[places], rates=found.rates.at(places), reasons=found.reasons.at(places),
        stood=None if found.stood is None else found.stood.at(places),
    )  # fmt: skip


def behind_order(
    evaluator: Evaluator, kpi: Kpi, scope: Scope, period: Period, *, unassigned_level: UnassignedLevel | None = None
) -> Behind:
    """The deals behind the share of deals in order: all that are looked at, those with nothing wrong above the line.

    Raises:
        UserError: a scope that the workspace does not have.
    """
    level = unassigned_level or level_of((scope,))
    facts, versions = evaluator.facts, evaluator.facts.versions
    result = evaluate(evaluator, [(kpi, None)], (scope,), (period,), unassigned_level=level).result(0, 0, 0)
    deal, good = looked_at(facts, evaluator.check, facts.crew.row_of(scope, level))
    if result.value is None:
        deal, good = deal[:0], good[:0]
    size = len(deal)
    deals: Kind = "deals"
    return Behind(
        versions.value[versions.newest[deal]], Each.alike(deals, size), Each.alike("", size), np.ones(size), None, good,
        Each.alike(None, size), Each(("something is wrong with it", ""), good.astype(np.int64)),
        result, float(good.sum()) / size if size else None, (),
    )  # fmt: skip


def _rates(facts: Facts, keys: Ints, listed: Iterable[_Listed]) -> Each[Rate | None]:
    """The exchange rate of each row, as the first measure that reads its amount has it."""
    which = np.zeros(len(keys), dtype=np.int64)
    if facts.exchange.steps:
        order = np.argsort(keys, kind="stable")
        for one in listed:
            has_rate = one.rate >= 0
            at = order[np.searchsorted(keys, one.keys[has_rate], sorter=order)]
            which[at] = np.where(which[at] > 0, which[at], 1 + one.rate[has_rate].astype(np.int64))
    return Each((None, *facts.exchange.steps), which)


def _listed(evaluator: Evaluator, node: Node, context: Context, asked: Context) -> _Listed:
    """A measure of records with its rows; people, goals and parameters with their number alone."""
    words, none = _words(evaluator, node, context, asked), np.zeros(0, dtype=np.int64)
    nothing = _Listed(words, None, none, none, np.zeros(0), np.zeros(0), np.zeros(0), None)
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
    picks = _picked(evaluator, leaf, context, covered.day)
    keys, first, parts = distinct(keys_of(facts, leaf, picks), picks.weight.astype(np.float64))
    weights = parts / facts.whole
    x = picks.x[first] / float(facts.scale) ** picks.money if leaf.argument is not None else np.zeros(0)
    is_unrated = lacks_rates(facts, leaf) and _is_unrated(evaluator, leaf, context, covered.day)
    is_unknown = is_unrated or (needs_rows(leaf) and not len(keys))
    amount = None if is_unknown else add_rows(leaf.aggregate, leaf.rank, weights, x)
    rate = np.broadcast_to(np.nan, len(keys))
    for field in money_read(leaf) if facts.exchange.steps else ():
        found = money_data(facts, leaf, field + RATE, picks.row[first], picks.day[first])
        rate = np.where(np.isnan(rate), found, rate)
    return replace(nothing, amount=amount, keys=keys, row=picks.row[first], weights=weights, x=x, rate=rate)


def _picked(evaluator: Evaluator, leaf: Leaf, context: Context, day: int) -> Picks:
    """The rows of a measure; where a part of it is asked for, those of the last member of the breakdown."""
    picks = row_picks(evaluator.memory, leaf, evaluator.windows(context)[0], day, context.row or 0)
    if context.by is None:
        return picks
    place = places_of(evaluator.facts, leaf, context.by, picks)
    return taken(picks, np.flatnonzero(place == context.by.size - 1))


def _is_unrated(evaluator: Evaluator, leaf: Leaf, context: Context, day: int) -> bool:
    """Whether one of the rows has an amount without a rate."""
    picks = _picked(evaluator, whatever_amount(leaf), context, day)
    return len(unrated(evaluator.facts, leaf, picks)[0]) > 0


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
    first, *others = (*below, *above)
    keys, weights = first.keys, first.weights
    for one in others:  # each has its own keys once already
        fresh = ~np.isin(one.keys, keys)
        if fresh.any():
            keys = np.concatenate([keys, one.keys[fresh]])
            weights = np.concatenate([weights, one.weights[fresh]])
    is_above = np.isin(keys, np.concatenate([one.keys for one in above])) if below else np.ones(len(keys), np.bool_)
    return keys, weights, _values(keys, [*above, *below]), is_above


def _values(keys: Ints, listed: list[_Listed]) -> Floats | None:
    """The argument of each row, as the first measure that has one reads it; None when all are counts."""
    argument = next((one.argument for one in listed if one.argument is not None), None)
    if argument is None:
        return None
    same = [one for one in listed if one.argument == argument]
    if same[-1].keys is keys:
        return same[-1].x
    values, order = np.full(len(keys), np.nan), np.argsort(keys, kind="stable")
    for one in same:
        values[order[np.searchsorted(keys, one.keys, sorter=order)]] = one.x
    return values
