"""What makes a median: the row or the two rows in the middle, and how many lie on either side."""

from __future__ import annotations

from datetime import date

import numpy as np

from kpidesk import engine, store
from kpidesk.core.fields import KIND_OF_RECORD
from kpidesk.language import Formula
from kpidesk.language.tree import Expr, KpiRef, Leaf
from kpidesk.operations.workspace import Workspace


def middle_parts(
    ws: Workspace, formula: Formula | None, found: engine.Behind, as_of: date | None
) -> tuple[tuple[str, float | None], ...]:
    """The middle rows of a median with their values, then the counts below and above; nothing for another number."""
    if formula is None or not _is_median(formula) or found.values is None:
        return ()
    known = np.flatnonzero(~np.isnan(found.values))
    if not len(known):
        return ()
    side = (len(known) - 1) // 2
    order = known[np.argpartition(found.values[known], (side, len(known) - 1 - side))]
    middle = order[side : len(order) - side].tolist()
    kind = KIND_OF_RECORD[found.kinds[middle[0]]]
    rows = tuple((f"the middle {kind.one}, {_name(ws, found, at, as_of)}", float(found.values[at])) for at in middle)
    return (*rows, (f"{kind.many} below", float(side)), (f"{kind.many} above", float(side)))


def _is_median(formula: Formula) -> bool:
    tree: Expr = formula.tree
    while isinstance(tree, KpiRef):
        tree = tree.body
    return isinstance(tree, Leaf) and tree.aggregate == "median"


def _name(ws: Workspace, found: engine.Behind, at: int, as_of: date | None) -> str:
    """What a row is called in its file, or what it stands for."""
    if found.value_ids[at] <= 0:
        return found.labels[at]
    if found.kinds[at] == "deals":
        return store.deal_names(ws.db, [int(found.value_ids[at])])[int(found.value_ids[at])]
    [row] = store.rows_by_id(ws.db, found.kinds[at], [int(found.value_ids[at])], as_of)
    return store.called(row.get("name", ""), row["key"])
