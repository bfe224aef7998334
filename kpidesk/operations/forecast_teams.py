"""With which team the forecasts of reps count who moved within a period, and what they booked with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum

from kpidesk.core.people import Organisation, Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.wording import listed
from kpidesk.operations.submissions import reps_of
from kpidesk.operations.workspace import Workspace, organisation

MOST_NAMED = 5
Booked = Mapping[tuple[Scope, Period], Result]


def held_against(
    ws: Workspace, scope: Scope, reps: Sequence[Scope], periods: Sequence[Period], actual: Booked
) -> Booked:
    """What the sum of the reps of a scope is held against: of a team all that these reps booked in the period.

    The team itself has what was booked in it, which is another amount where one of them moved.
    """
    if scope.kind != "team":
        return actual
    found = dict(actual)
    for period in periods:
        inside = reps_of(ws, scope, period)
        mine = [actual[one, period] for one in reps if one.id in inside]
        if actual[scope, period].value is not None:
            found[scope, period] = sum_of_reps(mine)
    return found


def sum_of_reps(results: Sequence[Result]) -> Result:
    """What reps booked together."""
    return Result(fsum(one.value or 0.0 for one in results), fsum(one.n for one in results))


def moved_words(ws: Workspace, scope: Scope, periods: Sequence[Period]) -> Iterator[str]:
    """Who came into a team from another one, or left it for one, within a period; in words, one line for each."""
    if scope.kind != "team":
        return
    known = organisation(ws)
    inside = known.descendants(scope.id)
    for period in periods:
        moved = list(_moved(known, inside, period))
        if moved:
            each = "forecast and bookings" if len(moved) == 1 else "the forecasts and bookings of each"
            yield (f"Within {period.label} {listed(moved, MOST_NAMED)} changed teams: {each} count together, with the "
                   "team of the first day.")  # fmt: skip


def _moved(known: Organisation, inside: frozenset[int], period: Period) -> Iterator[str]:
    """Who was in the teams for some days of a period, and elsewhere for others: "Ann Lee (North to South)"."""
    names = {team.id: team.name for team in known.teams}
    for person in sorted(known.people, key=lambda one: one.name):
        teams = known.teams_in(person.id, period.start, period.end)
        if len({one in inside for one in teams}) > 1:
            yield f"{person.name} ({' to '.join(names[one] for one in teams)})"
