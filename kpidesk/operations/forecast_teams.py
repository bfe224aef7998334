"""With which team the forecasts of reps count who moved within a period, and what they booked with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum

from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.wording import listed
from kpidesk.operations.moved import MOST_NAMED, moved_within
from kpidesk.operations.submissions import reps_of
from kpidesk.operations.workspace import Workspace, organisation

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
        moved = list(moved_within(known, inside, period))
        if moved:
            each = "forecast and bookings" if len(moved) == 1 else "the forecasts and bookings of each"
            yield (f"Within {period.label} {listed(moved, MOST_NAMED)} changed teams: {each} count together, with the "
                   "team of the first day.")  # fmt: skip
