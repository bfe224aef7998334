"""What came of the coaching goals of a team or the org, counted without a name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kpidesk.core.coaching_goals import GOAL_VERDICT_WORDS, VerdictCount
from kpidesk.core.people import Scope
from kpidesk.operations.coaching_goals import coaching_goals, goal_readout
from kpidesk.operations.workspace import Workspace

LEAST_REPS = 3
"""From how many reps with a goal on, counts do not tell of one of them."""


@dataclass(frozen=True, slots=True)
class CoachingTotals:
    """How many goals came to each verdict, and in words of how many reps, or why they are not counted."""

    counts: tuple[VerdictCount, ...]
    words: str


def coaching_totals(ws: Workspace, reps: tuple[Scope, ...]) -> CoachingTotals:
    """The verdicts on the coaching goals that these reps have; no counts where so few have any that it names them."""
    numbers = {rep.id for rep in reps}
    found = [one for one in coaching_goals(ws) if one.scope.id in numbers]
    whose = {one.scope.id for one in found}
    if not found:
        return CoachingTotals((), "No coaching goals are set.")
    if len(whose) < LEAST_REPS:
        return CoachingTotals((), f"Fewer than {LEAST_REPS} reps have coaching goals: a count would name one.")
    verdicts = Counter(GOAL_VERDICT_WORDS[goal_readout(ws, one).verdict] for one in found)
    counts = tuple(VerdictCount(words, verdicts[words]) for words in GOAL_VERDICT_WORDS.values() if verdicts[words])
    goals = "1 coaching goal" if len(found) == 1 else f"{len(found)} coaching goals"
    return CoachingTotals(counts, f"{goals} of {len(whose)} reps.")
