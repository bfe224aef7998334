"""What a group of sourcing people (SDRs, outbound reps) brought in for its cost, and when it pays for itself.

Revenue over cost, as the KPI `roi_per_sdr` has it; others take the gain over cost, which is 1 less.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from kpidesk.core.people import months_after
from kpidesk.core.periods import Period

Basis = Literal["role", "creator", "lead", "owner"]
BASES: tuple[Basis, ...] = get_args(Basis)
BASIS_WORDS: dict[Basis, str] = {
    "role": "deals that the files say were sourced by {group}",
    "creator": "deals that {group} created",
    "lead": "deals that came from leads of {group}",
    "owner": "deals that {group} owned",
}
PLAN_WORDS = "One software company planned for 4.0× with its outbound SDRs; that is its plan and no norm."
LEAST_MONTHS = 3
"""Months after the ramp from which a monthly rate is told."""
LONGEST = 120
"""No break-even is told further ahead than so many months."""


@dataclass(frozen=True, slots=True)
class SourcedMonth:
    """One month: what was won from sourced deals, what the group cost, and both summed up to here."""

    period: Period
    won: float
    deals: float
    cost: float
    won_so_far: float
    cost_so_far: float


@dataclass(frozen=True, slots=True)
class SdrReturn:
    """The return of a group over its months, oldest first; amounts in major units.

    `multiple` is what was won over what it cost, `interval` its 95 % range for luck in number and size of deals.
    `ramp_months` counts from the first month on; `rate` is what a month after the ramp leaves (won less cost), None
    where there are too few. `even_on` is the day by which won makes up for cost, or (`projected`) will at that rate.
    `inputs` say what it was counted from, line by line. `won_receipt` is the code that proves what was won,
    `multiple_receipt` that of the return, empty where its cost was typed.
    """

    group: str
    people: tuple[str, ...]
    basis: Basis
    months: tuple[SourcedMonth, ...]
    deals: float
    won: float
    cost: float
    multiple: float | None
    interval: tuple[float, float] | None
    ramp_months: int
    rate: float | None
    even_after: int | None
    even_on: date | None
    projected: bool
    as_of: date | None
    currency: str
    inputs: tuple[str, ...]
    sentence: str
    even_words: str
    notices: tuple[str, ...]
    won_receipt: str = field(default="", compare=False)
    multiple_receipt: str = field(default="", compare=False)

    @property
    def receipts(self) -> tuple[tuple[str, str], ...]:
        """What was won and the return, each with its code."""
        told = (("Won", self.won_receipt), ("Return", self.multiple_receipt))
        return tuple((name, code) for name, code in told if code)


def summed(periods: Sequence[Period], won: Sequence[float], deals: Sequence[float], cost: Sequence[float],
           ) -> tuple[SourcedMonth, ...]:  # fmt: skip
    """Months with their running sums."""
    found, so_far, spent = [], 0.0, 0.0
    for period, came, number, paid in zip(periods, won, deals, cost, strict=True):
        so_far, spent = so_far + came, spent + paid
        found.append(SourcedMonth(period, came, number, paid, so_far, spent))
    return tuple(found)


def even_at(months: Sequence[SourcedMonth]) -> int | None:
    """After how many months what was won first made up for the cost; None while it has not."""
    return next((at + 1 for at, one in enumerate(months) if one.cost_so_far > 0 and one.won_so_far >= one.cost_so_far),
                None)  # fmt: skip


def monthly_rate(months: Sequence[SourcedMonth], ramp_months: int) -> float | None:
    """What a month after the ramp leaves on the mean; None with fewer than three of them."""
    after = months[ramp_months:]
    if len(after) < LEAST_MONTHS:
        return None
    return math.fsum(one.won - one.cost for one in after) / len(after)


def months_to_even(months: Sequence[SourcedMonth], rate: float | None) -> int | None:
    """How many more months at a rate make up for what is missing; None where they never do, or not within ten years."""
    if not months or rate is None or rate <= 0:
        return None
    missing = months[-1].cost_so_far - months[-1].won_so_far
    more = max(math.ceil(missing / rate - 1e-9), 0)
    return more if more <= LONGEST else None


def even_day(months: Sequence[SourcedMonth], after: int) -> date:
    """The last day of the month after so many, counted from the first."""
    if after <= len(months):
        return months[after - 1].period.last_day
    return date.fromordinal(months_after(months[-1].period.end, after - len(months)).toordinal() - 1)
