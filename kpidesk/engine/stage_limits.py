"""From how many days on a deal is long in its stage, told by the stays of the deals that were won."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpidesk.core.pipeline import LEAST_LIMIT, LONG_PART, StageLimit
from kpidesk.engine.days import NO_DAY
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import WON
from kpidesk.engine.pipeline_layout import MOST_POSITIONS, visit_on
from kpidesk.engine.values import Floats, Ints, Mask, NotComputableError


@dataclass(frozen=True, slots=True, eq=False)
class StageLimits:
    """Up to how many `days` in its stage each deal (by row) is not long in it, and from how many past stays (`n`).

    `own`: the past of the stage tells; elsewhere the stays are too few, and the setting stands in.
    """

    days: Ints
    n: Ints
    own: Mask

    def of(self, deal: int) -> StageLimit:
        """The limit of the stage that a deal is in."""
        return StageLimit(int(self.days[deal]), int(self.n[deal]), bool(self.own[deal]))


def stage_limits(facts: Facts, day: int) -> StageLimits:
    """The limit of the stage in which each deal was at the end of a day, told by what had ended by then.

    It is the 80th percentile of the days of past stays there of deals that were won, everyone's together, on a
    straight line between two stays and cut to whole days, but never below `LEAST_LIMIT` days. A stage with fewer stays
    than the smallest sample of the settings, or a deal in no stage that is known, has the stall limit of the settings.
    """
    deals = len(facts.ids)
    limit, n = np.full(deals, facts.settings.stall_days), np.zeros(deals, dtype=np.int64)
    try:
        visits = facts.visits()
    except NotComputableError:
        return StageLimits(limit, n, n > 0)
    newest = facts.versions.newest
    closed = facts.versions.closed[newest]
    won = (facts.versions.outcome[newest] == WON) & (closed != NO_DAY) & (closed <= day)
    over = (visits.exited != NO_DAY) & (visits.exited <= day) & ~np.isnan(visits.days)
    stage = visits.pipeline * (MOST_POSITIONS + 1) + visits.position
    ended = np.flatnonzero(won[visits.deal] & over)
    days, counts = _long_days(stage[ended], visits.days[ended], int(stage.max(initial=0)) + 1)
    at = visit_on(facts, day)
    known = np.flatnonzero(at >= 0)
    here = stage[at[known]]
    n[known] = counts[here]
    own = n >= facts.settings.minimum_n
    limit[known] = np.where(own[known], days[here], limit[known])
    return StageLimits(limit, n, own)


def _long_days(stage: Ints, days: Floats, size: int) -> tuple[Ints, Ints]:
    """By stage the limit that its stays tell, and how many they are."""
    ordered = days[np.lexsort((days, stage))]
    counts = np.bincount(stage, minlength=size)
    spot = LONG_PART * np.maximum(counts - 1, 0)
    low = np.floor(spot).astype(np.int64)
    found = np.zeros(size)
    has = np.flatnonzero(counts)
    start = (np.cumsum(counts) - counts)[has]
    below, above = (ordered[start + step] for step in (low[has], np.minimum(low[has] + 1, counts[has] - 1)))
    found[has] = below + (above - below) * (spot - low)[has]
    return np.maximum(np.floor(found + 1e-9).astype(np.int64), LEAST_LIMIT), counts
