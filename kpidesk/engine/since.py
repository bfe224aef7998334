"""What happened to the deals of one rep between two data dates, deal by deal."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk.core.reviews import FactKind
from kpidesk.engine.days import day_number
from kpidesk.engine.facts import Facts
from kpidesk.engine.standing import Standing, deals_of, shares_of, standing, version_on

BY_WEIGHT: tuple[FactKind, ...] = (
    "won", "lost", "reopened", "gone", "won_amount", "taken_over", "handed_over", "new", "pushed", "pulled_in",
    "amount_up", "amount_down", "stage",
)  # fmt: skip
"""The kinds of change, the most important first."""


@dataclass(frozen=True, slots=True)
class DealChange:
    """One deal that changed: in which ways, the most important first, how it stands now and how it stood then.

    `before` is None for a deal that no export had shown then. Amounts are those of the whole deal; `share` (0–1) is
    the part of it that is the rep's now, or was before it was handed over.
    """

    kinds: tuple[FactKind, ...]
    now: Standing
    before: Standing | None
    share: float = 1.0


def changes_since(facts: Facts, person_id: int, since: date) -> tuple[DealChange, ...]:
    """The deals that a rep owns or shares, or did on the data date `since`, and that have changed since, by number.

    A deal that no export had shown by then is new when it was created on that day or later, and won or lost when it
    was closed on that day or later; an older one has only come into the files, and is left out. A deal is gone when
    it was open and a complete export no longer lists it. It is taken over, or handed over, when others owned it then
    or own it now; what else became of a deal that is another's now is told to him.
    """
    day, every = day_number(since), version_on(facts, np.arange(len(facts.ids)), day_number(since))
    has, had = deals_of(facts, person_id), deals_of(facts, person_id, every)
    deals = np.flatnonzero(has | had)
    before, now = every[deals], facts.versions.newest[deals]
    gone = (facts.missing[deals] > day) & (facts.missing[deals] <= facts.newest_data)
    touched = np.flatnonzero((before != now) | gone)
    shares = shares_of(facts, facts.versions.value[np.where(has[deals], now, before)], person_id)
    found = []
    for at in touched.tolist():
        then = None if before[at] < 0 else standing(facts, int(before[at]))
        present = standing(facts, int(now[at]))
        kinds: tuple[FactKind, ...]
        if not has[deals[at]]:
            kinds = ("handed_over",)
        elif gone[at]:
            kinds = _gone(present)
        else:
            kinds = _kinds(then, present) if then else _fresh(present, int(facts.created[deals[at]]), since)
        if then is not None and not had[deals[at]]:
            kinds = _by_weight({*kinds, "taken_over"})
        if kinds:
            found.append(DealChange(kinds, present, then, float(shares[at])))
    return tuple(found)


def _gone(now: Standing) -> tuple[FactKind, ...]:
    return ("gone",) if now.outcome == "open" else ()


def _fresh(now: Standing, created: int, since: date) -> tuple[FactKind, ...]:
    if now.outcome in ("won", "lost"):
        is_late = now.closed_on is not None and now.closed_on < since
        return () if is_late else ("won",) if now.outcome == "won" else ("lost",)
    return ("new",) if created >= day_number(since) else ()


def _kinds(then: Standing, now: Standing) -> tuple[FactKind, ...]:
    if now.outcome != then.outcome:
        return ("won",) if now.outcome == "won" else ("lost",) if now.outcome == "lost" else ("reopened",)
    if now.outcome == "won":
        differs = now.currency == then.currency and (now.amount or 0.0) != (then.amount or 0.0)
        return ("won_amount",) if differs else ()
    if now.outcome != "open":
        return ()
    return _by_weight({kind for kind, is_so in _compared(then, now).items() if is_so})


def _by_weight(kinds: Set[FactKind]) -> tuple[FactKind, ...]:
    return tuple(kind for kind in BY_WEIGHT if kind in kinds)


def _compared(then: Standing, now: Standing) -> dict[FactKind, bool]:
    dated = then.close_date is not None and now.close_date is not None
    grown = (now.amount or 0.0) - (then.amount or 0.0) if now.currency == then.currency else 0.0
    return {
        "pushed": dated and now.close_date > then.close_date,  # type: ignore[operator]  # both are there
        "pulled_in": dated and now.close_date < then.close_date,  # type: ignore[operator]  # both are there
        "amount_up": grown > 0,
        "amount_down": grown < 0,
        "stage": now.stage != then.stage,
    }
