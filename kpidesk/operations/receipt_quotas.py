"""What a number is compared with: the rows of quota files that its target is made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kpidesk import engine
from kpidesk.core.fields import Kind
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.receipts import Listing
from kpidesk.core.scorecards import Question
from kpidesk.language import Formula
from kpidesk.operations.applying import held
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.receipt_rows import listing_of
from kpidesk.operations.workspace import Workspace

QUOTAS: Kind = "quotas"


def quotas_behind(ws: Workspace, kpi: Kpi, formula: Formula | None, asked: Question) -> Listing | None:
    """The rows of quota files in the target that a number is held against or divided by; None where there are none.

    A target that was set in the app has none, nor has a part of a number.
    """
    known = evaluator(ws, asked.as_of, asked.teams)
    if asked.parts or not known.facts.tables.has(QUOTAS):
        return None
    wanted = {(asked.scope, asked.period)} if kpi.id == engine.QUOTA else set()
    if formula is not None:
        wanted |= set(engine.quotas_read(known, formula.tree, asked.scope, asked.period, level_of_nobody(asked)))
    found: dict[int, float] = {}
    for scope, period in wanted:
        if _is_from_files(ws, scope, period, asked):
            values, amounts = engine.quota_values(known.facts, known.facts.crew.row_of(scope, "team"), period)
            found |= dict(zip(values.tolist(), amounts.tolist(), strict=True))
    if not found:
        return None
    ids = sorted(found)
    listed = listing_of(ws, np.array(ids, dtype=np.int64), QUOTAS, asked.as_of)
    rows = (replace(row, value=found[value]) for row, value in zip(listed.rows, ids, strict=True))
    return replace(listed, rows=tuple(rows))


def _is_from_files(ws: Workspace, scope: Scope, period: Period, asked: Question) -> bool:
    target = held(ws, engine.QUOTA, scope, period, asked.as_of, asked.teams)
    return target is not None and target.version == 0
