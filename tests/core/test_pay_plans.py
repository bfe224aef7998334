"""What an attainment pays, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.pay_plans import (
    Accelerator,
    PayCurve,
    PayPlan,
    check_plan,
    part_of_year,
    plan_on,
    points_of,
    share_paid,
)
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import month_period, quarter_period, span_period
from kpidesk.core.settings import Settings

PLAIN = PayCurve()
STEEP = PayCurve(minimum=0.5, accelerators=(Accelerator(1.0, 1.5), Accelerator(1.2, 3.0)), cap=2.0)
PLAN = PayPlan(1, Scope("rep", "Ann Lee", 1), 60_000, 40_000, "USD", STEEP, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("curve", "attainment", "share"),
    [
        (PLAIN, 0.0, 0.0), (PLAIN, -0.2, 0.0), (PLAIN, 0.3, 0.3), (PLAIN, 1.4, 1.4),
        (STEEP, 0.49, 0.0), (STEEP, 0.5, 0.5), (STEEP, 1.0, 1.0),
        (STEEP, 1.1, 1.0 + 0.1 * 1.5), (STEEP, 1.2, 1.3), (STEEP, 1.3, 1.3 + 0.1 * 3), (STEEP, 2.0, 2.0),
    ],
)  # fmt: skip
def test_the_share_that_an_attainment_earns(curve: PayCurve, attainment: float, share: float) -> None:
    assert share_paid(curve, attainment) == pytest.approx(share)


def test_the_curve_has_its_own_steps_and_the_present_attainment() -> None:
    points = {one.attainment: one for one in points_of(PLAN, 0.83)}
    assert {0.5, 0.83, 1.0, 1.2} <= set(points)
    assert points[0.83].earned == pytest.approx(60_000 + 0.83 * 40_000)
    assert (points[0.0].earned, PLAN.on_target) == (60_000, 100_000)


def test_the_plan_in_force_is_the_newest_begun() -> None:
    later = replace(PLAN, id=2, from_day=date(2026, 4, 1))
    again = replace(PLAN, id=3, from_day=date(2026, 1, 1))
    plans = (PLAN, later, again)
    assert [plan_on(plans, day) for day in (date(2025, 12, 31), date(2026, 3, 31), date(2026, 4, 1))] == [
        None, again, later,
    ]  # fmt: skip


def test_a_period_has_its_part_of_a_year() -> None:
    quarter = quarter_period(2026, 1, Settings())
    days = span_period(date(2026, 1, 1), date(2026, 3, 14))
    assert [part_of_year(one) for one in (quarter, month_period(2026, 2), days)] == [0.25, 1 / 12, 73 / 365]


@pytest.mark.parametrize(
    "plan",
    [
        replace(PLAN, scope=ORG),
        replace(PLAN, base=-1),
        replace(PLAN, variable=float("inf")),
        replace(PLAN, curve=PayCurve(minimum=3)),
        replace(PLAN, curve=PayCurve(cap=0.9)),
        replace(PLAN, curve=PayCurve(accelerators=(Accelerator(1.2, 2), Accelerator(1.0, 2)))),
        replace(PLAN, curve=PayCurve(accelerators=(Accelerator(1.2, -1),))),
    ],
)
def test_what_nobody_could_be_paid_by_is_refused(plan: PayPlan) -> None:
    with pytest.raises(UserError):
        check_plan(plan)
