"""One number for each value of a field; the parts of a count or a sum add up to the whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.engine.answers import rearranged
from kpidesk.engine.coverage import cover
from kpidesk.engine.days import Context
from kpidesk.engine.edges import read_in
from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.facts import Facts
from kpidesk.engine.grid import grid_of, level_of
from kpidesk.engine.leaves import row_picks
from kpidesk.engine.members import Members, members_among
from kpidesk.engine.scan import taken
from kpidesk.engine.splitting import keys_of, labels_of
from kpidesk.engine.unrated import lacks_rates, unrated, whatever_amount
from kpidesk.engine.values import Floats, NotComputableError
from kpidesk.language.tree import Expr, Formula, Leaf
from kpidesk.language.walk import leaves


def breakdown(
    evaluator: Evaluator, kpi: Kpi, formula: Formula, by_field: str, scope: Scope, period: Period
) -> list[tuple[str, Result]]:
    """A KPI for each value of a field (kind term, account or person), by name; the empty value "" comes last.

    The field is one of the records that are measured, else of a record that these belong to; `custom:Header` is a
    column of the files that is mapped to no field. A measure of visits to stages has a stage of its own, that of the
    visit; stages come in their order.

    Only values that occur in rows behind the number are listed. Where there are none, the whole stands alone
    under the empty value and says why.

    Raises:
        UserError: a scope that the workspace does not have, or a field of records of which no file tells.
    """
    row = evaluator.facts.crew.row_of(scope, level_of((scope,)))
    whole = Context((period,), wide=row != 0, row=row)
    members = occurring(evaluator, formula.tree, whole, by_field)
    if not members.size:
        grid = grid_of(evaluator, (kpi,), (scope,), (period,), [evaluator.answer(formula.tree, whole)])
        return [("", grid.result(0, 0, 0))]
    size = members.size
    answer = evaluator.answer(formula.tree, replace(whole, by=members))
    turned = rearranged(answer, lambda part: np.broadcast_to(part, (1, size)).T)
    grid = grid_of(evaluator, (kpi,), (scope,) * size, (period,), [turned])
    labels = labels_of(evaluator.facts, measured_tables(formula), members.field, members.numbers)
    labels += [""] * members.has_empty
    ranks = stage_ranks(evaluator.facts, formula, members)
    order = sorted(range(size), key=lambda at: (not labels[at], ranks[at], labels[at].casefold()))
    return [(labels[at], grid.result(0, at, 0)) for at in order]


def stage_ranks(facts: Facts, formula: Formula, members: Members) -> list[int]:
    """Which comes first: stages by their order on each pipeline where a formula counts visits, else all alike."""
    if members.field != "stage" or "stage_visits" not in formula.tables:
        return [0] * members.size
    visits = facts.visits()
    stages, rank = np.unique(visits.stage[np.lexsort((visits.position, visits.pipeline))], return_index=True)
    known = dict(zip(stages.tolist(), rank.tolist(), strict=True))
    return [known.get(int(stage), len(visits.stage)) for stage in members.numbers] + [0] * members.has_empty


def occurring(evaluator: Evaluator, tree: Expr, context: Context, field: str) -> Members:
    """The values of a field in the rows of every measure that the breakdown splits."""
    nobody = Members(field, np.zeros(0), has_empty=False)
    seen: list[Floats] = [np.zeros(0)]
    for node, inner in evaluator.read(tree, replace(context, by=nobody)):
        if isinstance(node, Leaf) and node.table != "people" and inner.by is not None:
            seen.append(_values(evaluator, node, inner, field))
    return members_among(field, np.concatenate(seen))


def _values(evaluator: Evaluator, node: Leaf, context: Context, field: str) -> Floats:
    memory, leaf = evaluator.memory, read_in(node, context)
    window = evaluator.windows(context)[0]
    try:
        covered = cover(memory.facts, leaf, window)
        if covered.reason or context.row is None:
            return np.zeros(0)
        found = [row_picks(memory, leaf, window, covered.day, context.row)]
        if lacks_rates(memory.facts, leaf):
            # an amount without a rate belongs to a part too: it is why that part has no value
            loose = row_picks(memory, whatever_amount(leaf), window, covered.day, context.row)
            found.append(taken(loose, unrated(memory.facts, leaf, loose)[0]))
    except NotComputableError:
        return np.zeros(0)
    try:
        return np.unique(np.concatenate([keys_of(memory.facts, leaf, field, picks) for picks in found]))
    except NotComputableError as error:
        needs, _, advice = str(error).partition(": ")
        raise UserError(f"A breakdown by '{field}' {needs}.", f"{advice[:1].upper()}{advice[1:]}.") from None


def measured_tables(formula: Formula) -> tuple[str, ...]:
    """The tables whose records a formula measures and that a breakdown can split, in alphabetical order."""
    return tuple(sorted({leaf.table for leaf in leaves(formula.tree)} - {"people"}))
