"""The most that one record adds to each part of a sum, so that a part which is one deal can say so."""

from __future__ import annotations

import numpy as np

from kpidesk.engine.coverage import cover
from kpidesk.engine.days import Context
from kpidesk.engine.edges import read_in
from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.leaves import row_picks
from kpidesk.engine.members import Crossed, Members
from kpidesk.engine.splitting import places_of
from kpidesk.engine.values import NotComputableError, added
from kpidesk.language.tree import Formula, KpiRef, Leaf

_WIDTH = 2**40  # more than any table has rows


def heaviest(
    evaluator: Evaluator, formula: Formula, context: Context, by: Members | Crossed | None
) -> tuple[float | None, ...]:
    """What the largest record adds to the sum of each member, or to the whole, credited share included.

    Of a sum below zero that which takes away most. None everywhere for what is not a plain sum, and where it is zero.
    """
    size = by.size if by is not None else 1
    tree, nothing = formula.tree, (None,) * size
    while isinstance(tree, KpiRef):
        tree = tree.body
    if not isinstance(tree, Leaf) or tree.aggregate != "sum" or context.row is None:
        return nothing
    facts, leaf, window = evaluator.facts, read_in(tree, context), evaluator.windows(context)[0]
    try:
        covered = cover(facts, leaf, window)
        if covered.reason:
            return nothing
        picks = row_picks(evaluator.memory, leaf, window, covered.day, context.row)
        place = places_of(facts, leaf, by, picks) if by is not None else np.zeros(len(picks.row), dtype=np.int64)
    except NotComputableError:
        return nothing
    adds = np.nan_to_num(picks.x * picks.weight) / facts.whole / float(facts.scale) ** picks.money
    if len(facts.splits.value):
        # the shares of one deal that several people have are one record here
        records, whose = np.unique(place * _WIDTH + picks.row, return_inverse=True)
        place, adds = records // _WIDTH, added(whose, adds, len(records))
    most, least = np.zeros(size), np.zeros(size)
    np.maximum.at(most, place, adds)
    np.minimum.at(least, place, adds)
    found = np.where(added(place, adds, size) < 0, least, most)
    return tuple(one or None for one in found.tolist())
