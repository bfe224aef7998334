"""Who changed teams within a period, and what that makes of a team's forecast held against its bookings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Organisation, Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import listed
from kpidesk.operations.formulas import formula_then
from kpidesk.operations.questions import organisation_of
from kpidesk.operations.workspace import Workspace

MOST_NAMED = 5
APART = frozenset(("deals", "forecasts"))
"""What a KPI is of that holds bookings, which count with the team of their day, against forecasts."""


def moved_within(known: Organisation, inside: frozenset[int], period: Period) -> Iterator[str]:
    """Who was in the teams for some days of a period, and elsewhere for others: "Ann Lee (North to South)"."""
    names = {team.id: team.name for team in known.teams}
    for person in sorted(known.people, key=lambda one: one.name):
        teams = known.teams_in(person.id, period.start, period.end)
        if len({one in inside for one in teams}) > 1:
            yield f"{person.name} ({' to '.join(names[one] for one in teams)})"


def with_moved(ws: Workspace, asked: Question, kpi: Kpi, scope: Scope, period: Period, result: Result) -> Result:
    """The result, with a notice where it holds the forecasts of a team against bookings and somebody changed teams."""
    formula = formula_then(ws, kpi, period) if scope.kind == "team" and not kpi.builtin else None
    if formula is None or result.value is None or not formula.tables >= APART:
        return result
    known = organisation_of(ws, asked)
    moved = list(moved_within(known, known.descendants(scope.id), period))
    if not moved:
        return result
    whose = "the forecast counts" if len(moved) == 1 else "their forecasts count"
    words = (f"Within {period.label} {listed(moved, MOST_NAMED)} changed teams: {whose} with the team of the first "
             "day, each booking with the team of its day. Forecast error, weighted, holds both together.")  # fmt: skip
    return replace(result, notices=(*result.notices, words))
