"""Open deals of one rep that need talking about, by plain flags and no hidden score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk.core.pipeline import StageLimit
from kpidesk.core.reviews import Risk
from kpidesk.engine.days import NO_DAY, day_number
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import NO_AMOUNT, OPEN, column
from kpidesk.engine.stage_limits import StageLimits
from kpidesk.engine.standing import Standing, deals_of, shares_of, standing
from kpidesk.engine.touches import last_touch
from kpidesk.engine.values import Ints, Mask, NotComputableError

QUIET_DAYS = 14
SOON_DAYS = 14
MOST_PUSHES = 2
LARGE_PART = 0.2


@dataclass(frozen=True, slots=True)
class AtRisk:
    """An open deal with the flags that are up; `share` (0–1) is the part of its amount that is the rep's.

    The days are counted up to the newest data: since it was created (None where no file says), since its close date
    (below 0 before it), in its stage, and since its last activity (None where no file tells of any). `limit` says how
    long is long in that stage.
    """

    deal: Standing
    risks: tuple[Risk, ...]
    limit: StageLimit
    share: float = 1.0
    age_days: int | None = None
    days_over: int | None = None
    days_in_stage: int = 0
    quiet_days: int | None = None
    pushes: int = 0


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is left to the bookings target, in major units (None: no target), and the last day on which it counts."""

    left: float | None
    until: date


def deals_at_risk(facts: Facts, person_id: int, ahead: Ahead, most: int, limits: StageLimits) -> tuple[AtRisk, ...]:
    """Open deals of a rep with at least one flag, as of the newest data: those that can still count first, by size.

    `limits` are those of that day. A deal is large for a target only where it is due while that counts, or on no day.
    Missing dates raise no flag, but a deal without a next activity does where the files tell of next activities at all.
    """
    versions = facts.versions
    is_open = (versions.outcome[versions.newest] == OPEN) & (facts.missing > facts.newest_data)
    deals = np.flatnonzero(deals_of(facts, person_id) & is_open)
    value = versions.value[versions.newest[deals]]
    shares = shares_of(facts, value, person_id)
    amount = column(facts.columns, "amount", value, NO_AMOUNT).astype(np.float64) * shares
    in_time = _days_of(facts, deals).due <= day_number(ahead.until)
    large = (amount > _large_from(facts, ahead.left)) & in_time & ~facts.foreign[value]
    flags = _flags(facts, deals, limits) | {"large": large}
    flagged = np.flatnonzero(np.any(list(flags.values()), axis=0)) if len(deals) else deals
    worth = np.nan_to_num(facts.deals.column("amount").data[deals] * shares, nan=-1.0)
    largest = flagged[np.lexsort((-worth[flagged], ~in_time[flagged]))][:most]
    days = _days_of(facts, deals)
    return tuple(
        AtRisk(
            standing(facts, int(versions.newest[deals[at]])),
            tuple(risk for risk, is_up in flags.items() if is_up[at]),
            limits.of(int(deals[at])),
            float(shares[at]),
            _since(days.created[at], days.today),
            _since(days.due[at], days.today),
            int(days.today - days.entered[at]),
            _since(days.touched[at], days.today),
            int(versions.pushes[versions.newest[deals[at]]]),
        )
        for at in largest.tolist()
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Days:
    """The days of deals that their flags are read from; NO_DAY where none is told. `today` is the newest data day."""

    today: int
    created: Ints
    due: Ints
    following: Ints
    entered: Ints
    touched: Ints


def _days_of(facts: Facts, deals: Ints) -> _Days:
    newest = facts.versions.newest[deals]
    value = facts.versions.value[newest]
    created, due, following = (
        column(facts.columns, name, value, NO_DAY).astype(np.int64)
        for name in ("created_at", "close_date", "next_activity_at")
    )
    entered = facts.versions.stage_since[newest]
    return _Days(facts.newest_data, created, due, following, entered, last_touch(facts, deals))


def _since(day: int, today: int) -> int | None:
    return None if day == NO_DAY else int(today - day)


def _large_from(facts: Facts, left: float | None) -> float:
    """Above which amount in minor units a deal is large."""
    return float("inf") if left is None or left <= 0 else left * LARGE_PART * facts.scale


def _flags(facts: Facts, deals: Ints, limits: StageLimits) -> dict[Risk, Mask]:
    versions, days = facts.versions, _days_of(facts, deals)
    today, due, last = days.today, days.due, days.touched
    newest = versions.newest[deals]
    soon = (due >= today) & (due <= today + SOON_DAYS)
    return {
        "overdue": (due != NO_DAY) & (due < today),
        "pushed": versions.pushes[newest] >= MOST_PUSHES,
        "stalled": today - days.entered > limits.days[deals],
        "no_next_step": (days.following < today) & _is_told(facts, "next_activity_at"),
        "quiet": (last != NO_DAY) & (today - last > QUIET_DAYS),
        "early_stage": soon & _is_early(facts, deals),
    }


def _is_told(facts: Facts, field: str) -> bool:
    """Whether the files tell of such a date for any deal."""
    found = facts.columns.get(field)
    return found is not None and bool((found != NO_DAY).any())


def _is_early(facts: Facts, deals: Ints) -> Mask:
    """Which deals are in the first half of the stages of their pipeline."""
    try:
        visits = facts.visits()
    except NotComputableError:
        return np.zeros(len(deals), dtype=np.bool_)
    if not len(visits.deal):
        return np.zeros(len(deals), dtype=np.bool_)
    length = np.zeros(int(visits.pipeline.max()) + 1, dtype=np.int64)
    np.maximum.at(length, visits.pipeline, visits.position)
    here = np.flatnonzero(visits.exit_version < 0)
    early = np.zeros(len(facts.ids), dtype=np.bool_)
    early[visits.deal[here]] = visits.position[here] * 2 <= length[visits.pipeline[here]]
    return np.asarray(early[deals], dtype=np.bool_)
