"""Goals by scope and window: the target, minimum, stretch or baseline of a KPI as arrays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kpidesk.core.goals import GoalBook
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.engine.answers import Answer, Reasons, constant
from kpidesk.engine.crew import Crew
from kpidesk.engine.words import no_goal
from kpidesk.language.tree import GoalRef

QUOTA = "bookings"
"""The KPI whose target is a rep's quota."""


def goal(book: GoalBook, ref: GoalRef, crew: Crew, periods: tuple[Period, ...], wide: bool, why: Reasons) -> Answer:
    """A goal for every scope and period; no value where none has been set."""
    answer = constant((crew.rows if wide else 1, len(periods)), np.nan)
    value = answer.value
    for scope, period in _set_for(book, ref):
        row = _row(crew, scope)
        if row is None or row >= len(value):
            continue
        for number, wanted in enumerate(periods):
            if (wanted.start, wanted.end) == (period.start, period.end):
                value[row, number] = _tier(book, ref, scope, wanted)
    missing = why.row(no_goal(ref, period.label) for period in periods)
    return replace(answer, why=np.where(np.isnan(value), missing, 0))


def _set_for(book: GoalBook, ref: GoalRef) -> set[tuple[Scope, Period]]:
    if ref.tier == "baseline":
        return {(one.scope, one.period) for one in book.baselines if one.kpi_id == ref.kpi_id}
    return {(one.scope, one.period) for one in book.targets if one.kpi_id == ref.kpi_id}


def _tier(book: GoalBook, ref: GoalRef, scope: Scope, period: Period) -> float:
    if ref.tier == "baseline":
        baseline = book.baseline(ref.kpi_id, scope, period)
        return np.nan if baseline is None else baseline.value
    target = book.target(ref.kpi_id, scope, period)
    if target is None:
        return np.nan
    return {"target": target.target, "minimum": target.minimum, "stretch": target.stretch}[ref.tier]


def _row(crew: Crew, scope: Scope) -> int | None:
    if scope.kind == "org":
        return 0
    if scope.kind == "team" and scope.id in crew.team_row:
        return crew.team_row[scope.id] + 1
    if scope.kind == "rep" and scope.id in crew.person_row:
        return crew.person_row[scope.id] + crew.first_rep
    return None
