"""From how many days on a deal is long in its stage, told by the stays of the deals that were won."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpidesk.core.pipeline import LEAST_LIMIT, LONG_PART, StageLimit
from kpidesk.engine.days import NO_DAY
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import LOST, WON
from kpidesk.engine.pipeline_layout import MOST_POSITIONS, visit_on
from kpidesk.engine.stage_use import WIDTH
from kpidesk.engine.values import Floats, Ints, Mask, NotComputableError, each_once


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
        told = _told(facts, day)
    except NotComputableError:
        return StageLimits(limit, n, n > 0)
    at = visit_on(facts, day)
    known = np.flatnonzero(at >= 0)
    here = told.stage[at[known]]
    n[known] = told.counts[here]
    limit[known] = told.limits[here]
    return StageLimits(limit, n, n >= facts.settings.minimum_n)


def lost_that_stayed(facts: Facts, day: int) -> tuple[int, int]:
    """How many deals lost by the end of a day had been long in a stage before, and of how many that is known."""
    try:
        told = _told(facts, day)
    except NotComputableError:
        return 0, 0
    visits = facts.visits()
    here = np.flatnonzero(told.over & _closed(facts, LOST, day)[visits.deal])
    long = here[visits.days[here] > told.limits[told.stage[here]]]
    return len(each_once(visits.deal[long])), len(each_once(visits.deal[here]))


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """By visit its stage and whether it is over with days that are known; by stage its limit and past stays."""

    stage: Ints
    over: Mask
    limits: Ints
    counts: Ints


def _told(facts: Facts, day: int) -> _Told:
    visits = facts.visits()
    over = (visits.exited != NO_DAY) & (visits.exited <= day) & ~np.isnan(visits.days)
    stage = visits.pipeline * (MOST_POSITIONS + 1) + visits.position
    ended = np.flatnonzero(_closed(facts, WON, day)[visits.deal] & over)
    days, counts = _long_days(stage[ended], visits.days[ended], int(stage.max(initial=0)) + 1)
    limits = np.where(counts >= facts.settings.minimum_n, days, facts.settings.stall_days)
    return _Told(stage, over, limits, counts)


def _closed(facts: Facts, outcome: int, day: int) -> Mask:
    """Which deals had ended so by the end of a day."""
    newest = facts.versions.newest
    closed = facts.versions.closed[newest]
    return np.asarray((facts.versions.outcome[newest] == outcome) & (closed != NO_DAY) & (closed <= day))


@dataclass(frozen=True, slots=True)
class LimitOf:
    """The limit of a stage of a pipeline, by the numbers of their words, with the past stays that tell it."""

    stage: int
    pipeline: int
    word: str
    limit: StageLimit


def limits_told(facts: Facts, day: int) -> tuple[list[LimitOf], dict[int, int]]:
    """The limits of a day by the stage that the version in force names, and by deal id those that differ from these.

    A stage that is left out, and a deal that is not open, has the stall limit of the settings. A deal differs where a
    later file tells that it had moved on by that day.
    """
    limits, states, versions = stage_limits(facts, day), facts.states, facts.past.versions
    here = np.flatnonzero((states.start <= day) & (day < states.end))
    version, is_open = states.version[here], states.open[here]
    deal = versions.deal[version]
    stage, pipeline = (
        versions.field(facts.columns, name, version, 0).astype(np.int64) for name in ("stage", "pipeline")
    )
    key, said, told = stage * WIDTH + pipeline, np.full(len(here), facts.settings.stall_days), []
    for one in np.unique(key[is_open & limits.own[deal]]).tolist():
        mine = np.flatnonzero(is_open & (key == one))
        days, first, count = np.unique(limits.days[deal[mine]], return_index=True, return_counts=True)
        most = int(count.argmax())
        said[mine] = days[most]
        limit = limits.of(int(deal[mine[first[most]]]))
        if limit.own:
            number = one // WIDTH
            told.append(LimitOf(number, one % WIDTH, facts.curation.terms.get(number, ("", ""))[1], limit))
    other = deal[limits.days[deal] != said]
    return told, dict(zip(facts.ids[other].tolist(), limits.days[other].tolist(), strict=True))


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
