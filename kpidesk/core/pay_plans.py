"""Pay plans: what a rep earns at which attainment. They are the manager's alone and leave on no paper and no export."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kpidesk.core.errors import UserError
from kpidesk.core.people import Scope
from kpidesk.core.periods import Grain, Period

DAYS_OF_A_YEAR = 365
SHARE_OF_YEAR: dict[Grain, float] = {"year": 1.0, "quarter": 1 / 4, "month": 1 / 12, "week": 1 / 52}
CURVE_AT = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.5)
"""The attainments at which a curve is shown."""
HIGHEST_RATE = 100.0


@dataclass(frozen=True, slots=True)
class Accelerator:
    """From an attainment on, each further point pays `rate` times what it pays before."""

    attainment: float
    rate: float


@dataclass(frozen=True, slots=True)
class PayCurve:
    """Which share of the variable pay an attainment earns: as large as it, by default.

    Below `minimum` nothing is paid; at it, all up to there. `accelerators` change the rate from an attainment on, `cap`
    is the largest share that is ever paid. `kpi_id` is the KPI whose attainment counts.
    """

    kpi_id: str = "bookings"
    minimum: float = 0.0
    accelerators: tuple[Accelerator, ...] = ()
    cap: float | None = None


@dataclass(frozen=True, slots=True)
class PayPlan:
    """What a rep earns in a year at 100 %, in major units: `base` whatever happens, `variable` by the curve."""

    id: int
    scope: Scope
    base: float
    variable: float
    currency: str
    curve: PayCurve
    from_day: date
    made_at: str = ""

    @property
    def on_target(self) -> float:
        """What is earned in a year at 100 % (on-target earnings)."""
        return self.base + self.variable * share_paid(self.curve, 1.0)


@dataclass(frozen=True, slots=True)
class PayPoint:
    """One point of the curve: at an attainment, the share of the variable pay and all that is earned in a year."""

    attainment: float
    share: float
    earned: float


@dataclass(frozen=True, slots=True)
class PayNow:
    """A plan with what the attainment of a period pays of that period's part of the variable.

    `actual` and `target` are of the KPI in the period; `paid` is None, with a `reason`, where there is no attainment.
    `receipt` is the code of `actual`.
    """

    plan: PayPlan
    period: Period
    points: tuple[PayPoint, ...]
    actual: float | None
    target: float | None
    attainment: float | None
    share: float | None
    variable: float
    paid: float | None
    reason: str
    sentence: str
    running: bool = False
    receipt: str = ""


def check_plan(plan: PayPlan) -> None:
    """Refuse a plan that cannot be paid by.

    Raises:
        UserError: it is for no single rep, an amount or the minimum is impossible, or the accelerators do not rise.
    """
    if plan.scope.kind != "rep":
        raise UserError("A pay plan is for one rep.", "Name the rep, for example rep:Ann Lee.")
    for name, amount in (("base", plan.base), ("variable", plan.variable)):
        if not math.isfinite(amount) or not 0 <= amount <= 1e9:
            raise UserError(f"The {name} cannot be {amount:,.0f}.", "Give what is paid in a year.")
    curve = plan.curve
    if not 0 <= curve.minimum <= 2:
        raise UserError("The minimum is no attainment.", "Write for example 50%.")
    if curve.cap is not None and curve.cap < 1:
        raise UserError("A cap below 100% would cut the pay at target.", "Write for example 200%.")
    steps = [one.attainment for one in curve.accelerators]
    if steps != sorted(set(steps)) or any(step <= 0 for step in steps):
        raise UserError("Each accelerator starts at an attainment of its own.", "Write for example 100%=1.5.")
    if any(not 0 <= one.rate <= HIGHEST_RATE for one in curve.accelerators):
        raise UserError("The rate of an accelerator is no rate.", "Write for example 100%=1.5.")


def share_paid(curve: PayCurve, attainment: float) -> float:
    """The share of the variable pay that an attainment earns."""
    if attainment <= 0 or attainment < curve.minimum:
        return 0.0
    ends = [*(one.attainment for one in curve.accelerators), math.inf]
    share, start, rate = 0.0, 0.0, 1.0
    for end, after in zip(ends, [*(one.rate for one in curve.accelerators), 0.0], strict=True):
        share += rate * max(min(attainment, end) - start, 0.0)
        start, rate = min(end, attainment), after
    return share if curve.cap is None else min(share, curve.cap)


def points_of(plan: PayPlan, present: float | None = None) -> tuple[PayPoint, ...]:
    """The curve at usual attainments, at its own steps and at the present one."""
    curve = plan.curve
    places = {*CURVE_AT, curve.minimum, *(one.attainment for one in curve.accelerators)}
    places |= {present} if present is not None and 0 <= present <= 3 else set()
    return tuple(_point(plan, place) for place in sorted(places))


def _point(plan: PayPlan, attainment: float) -> PayPoint:
    share = share_paid(plan.curve, attainment)
    return PayPoint(attainment, share, plan.base + plan.variable * share)


def part_of_year(period: Period) -> float:
    """The part of a year's pay that belongs to a period; a span of days has its part of 365."""
    return SHARE_OF_YEAR.get(period.grain, period.days / DAYS_OF_A_YEAR)


def plan_on(plans: Iterable[PayPlan], day: date) -> PayPlan | None:
    """The plan in force on a day: the one with the newest first day, of two alike the one made last."""
    begun = [one for one in plans if one.from_day <= day]
    return max(begun, key=lambda one: (one.from_day, one.id), default=None)
