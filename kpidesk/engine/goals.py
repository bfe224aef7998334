"""Goals by scope and window: the target, minimum, stretch or baseline of a KPI as arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Period
from kpidesk.engine.answers import Answer, Reasons, constant
from kpidesk.engine.crew import Crew
from kpidesk.engine.words import no_goal
from kpidesk.language.tree import GoalRef

QUOTA = "bookings"
"""The KPI whose target is a rep's quota."""
Held = Callable[[str, Scope, Period], Target | None]
"""The target of a KPI that a scope is held to in a period, whoever it was set for."""
FindHeld = Callable[[], Held]
"""Gives what finds targets, looked up once for all scopes and periods of an answer."""


def goal(
    book: GoalBook, ref: GoalRef, crew: Crew, periods: tuple[Period, ...], wide: bool, why: Reasons,
    held: Held | None = None,
) -> Answer:  # fmt: skip
    """A goal for every scope and period; no value where none holds. Without `held` only a scope's own target does."""
    answer = constant((crew.rows if wide else 1, len(periods)), np.nan)
    value = answer.value
    known = rows_of_scopes(crew, wide=wide)
    for number, period in enumerate(periods):
        for row, scope in known:
            value[row, number] = _tier(book, ref, scope, period, held)
    missing = why.row(no_goal(ref, period.label) for period in periods)
    return replace(answer, why=np.where(np.isnan(value), missing, 0))


def _tier(book: GoalBook, ref: GoalRef, scope: Scope, period: Period, held: Held | None) -> float:
    if ref.tier == "baseline":
        baseline = book.baseline(ref.kpi_id, scope, period)
        return np.nan if baseline is None else baseline.value
    target = held(ref.kpi_id, scope, period) if held else book.official(ref.kpi_id, scope, period)
    if target is None:
        return np.nan
    return {"target": target.target, "minimum": target.minimum, "stretch": target.stretch}[ref.tier]


def rows_of_scopes(crew: Crew, *, wide: bool = True) -> tuple[tuple[int, Scope], ...]:
    """Everything goals are set for, with the row of an answer that is its own; the organisation alone if not `wide`."""
    if not wide:
        return ((0, ORG),)
    organisation = crew.organisation
    teams = ((crew.team_row[one.id] + 1, Scope("team", one.name, one.id)) for one in organisation.teams)
    reps = (
        (crew.person_row[one.id] + crew.first_rep, Scope("rep", one.name, one.id))
        for one in organisation.people
    )  # fmt: skip
    return (0, ORG), *teams, *reps
