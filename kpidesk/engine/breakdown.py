"""One number for each value of a field; the parts of a count or a sum add up to the whole."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np

from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.engine.coverage import cover
from kpidesk.engine.days import Context
from kpidesk.engine.evaluation import Evaluator, read_in
from kpidesk.engine.facts import Facts
from kpidesk.engine.grid import grid_of, level_of, rearranged
from kpidesk.engine.leaves import member_data, row_picks
from kpidesk.engine.members import Members, members_among
from kpidesk.engine.parts import split_field
from kpidesk.engine.scan import OF_DEALS
from kpidesk.engine.values import Column, Floats, NotComputableError
from kpidesk.language.tree import Expr, Formula, Leaf

NOT_LINKED = "(linked to nobody)"


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
    members = _occurring(evaluator, formula.tree, whole, by_field)
    if not members.size:
        grid = grid_of(evaluator, (kpi,), (scope,), (period,), [evaluator.answer(formula.tree, whole)])
        return [("", grid.result(0, 0, 0))]
    size = members.size
    answer = evaluator.answer(formula.tree, replace(whole, by=members))
    turned = rearranged(answer, lambda part: np.broadcast_to(part, (1, size)).T)
    grid = grid_of(evaluator, (kpi,), (scope,) * size, (period,), [turned])
    labels = _labels(evaluator.facts, formula, members)
    ranks = _stage_ranks(evaluator.facts, formula, members)
    order = sorted(range(size), key=lambda at: (not labels[at], ranks[at], labels[at].casefold()))
    return [(labels[at], grid.result(0, at, 0)) for at in order]


def _stage_ranks(facts: Facts, formula: Formula, members: Members) -> list[int]:
    """Which comes first: stages by their order on each pipeline where a formula counts visits, else all alike."""
    if members.field != "stage" or "stage_visits" not in formula.tables:
        return [0] * members.size
    visits = facts.visits()
    stages, rank = np.unique(visits.stage[np.lexsort((visits.position, visits.pipeline))], return_index=True)
    known = dict(zip(stages.tolist(), rank.tolist(), strict=True))
    return [known.get(int(stage), len(visits.stage)) for stage in members.numbers] + [0] * members.has_empty


def _occurring(evaluator: Evaluator, tree: Expr, context: Context, field: str) -> Members:
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
        picks = row_picks(memory, leaf, window, covered.day, context.row)
    except NotComputableError:
        return np.zeros(0)
    try:
        return np.unique(member_data(memory.facts, leaf, field, picks))
    except NotComputableError as error:
        needs, _, advice = str(error).partition(": ")
        raise UserError(f"A breakdown by '{field}' {needs}.", f"{advice[:1].upper()}{advice[1:]}.") from None


def _labels(facts: Facts, formula: Formula, members: Members) -> list[str]:
    """What each member is called, the empty one "" included."""
    column = _column(facts, formula, members.field)
    empty = [""] if members.has_empty else []
    if column.names is not None:
        names = column.names
        return [names.get(int(one), "") or NOT_LINKED for one in members.numbers] + empty
    if column.words is None:
        return [f"{one:g}" for one in members.numbers] + empty
    field = members.field.rpartition(".")[2]
    # of several spellings the one that came first in the files
    terms = (facts.curation.terms[number] for number in sorted(facts.curation.terms, reverse=True))
    spelt = {text.casefold(): text for of_field, text in terms if of_field == field}
    folded = (column.words.folded[int(one)] for one in members.numbers)
    return [spelt.get(text, text) for text in folded] + empty


def _column(facts: Facts, formula: Formula, field: str) -> Column:
    """The field as the last measured table has it that has it at all: by then all of its words are known."""
    found = Column(np.zeros(0))
    for table in sorted(formula.tables - {"people"}):
        rows = facts.deals if table in OF_DEALS else facts.table(table).rows
        with suppress(NotComputableError):
            found = rows.column(split_field("deals" if table in OF_DEALS else table, field))
    return found
