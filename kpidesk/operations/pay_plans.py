"""What a rep earns at which attainment, private to the manager: shown by these verbs alone and exported by none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import format_value
from kpidesk.core.goals import parse_amount
from kpidesk.core.pay_plans import (
    Accelerator,
    PayCurve,
    PayNow,
    PayPlan,
    check_plan,
    part_of_year,
    plan_on,
    points_of,
    share_paid,
)
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question, Row
from kpidesk.operations.evaluation import scorecard
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.submissions import read_amount
from kpidesk.operations.workspace import Workspace, settings, stamp


def set_pay_plan(
    ws: Workspace, scope: Scope, base: float, variable: float, curve: PayCurve | None = None,
    from_day: date | None = None,
) -> PayPlan:  # fmt: skip
    """Set what a rep earns in a year, from a day on (today when left out); the plans before it stay readable.

    Raises:
        UserError: the scope is no rep, or the plan cannot be paid by.
    """
    chosen = curve or PayCurve()
    kept = replace(chosen, kpi_id=find_kpi(ws, chosen.kpi_id).id)
    plan = PayPlan(0, scope, base, variable, settings(ws).currency, kept, from_day or ws.today, stamp(ws))
    check_plan(plan)
    return replace(plan, id=store.save_pay_plan(ws.db, plan))


def set_pay_plan_text(
    ws: Workspace, scope: Scope, base: str, variable: str, *, kpi: str = "bookings", minimum: str = "",
    accelerators: Sequence[str] = (), cap: str = "", from_day: date | None = None,
) -> PayPlan:  # fmt: skip
    """Set a plan with its amounts and shares as typed: 60k, 50%, 100%=1.5.

    Raises:
        UserError: as for `set_pay_plan`, or something is no number.
    """
    curve = PayCurve(
        kpi, _share(minimum) if minimum.strip() else 0.0, tuple(map(_accelerator, accelerators)),
        _share(cap) if cap.strip() else None,
    )  # fmt: skip
    return set_pay_plan(ws, scope, read_amount(base), read_amount(variable), curve, from_day)


def _share(text: str) -> float:
    """An attainment as typed: 50%, or 0.5."""
    found = parse_amount(text)
    if not 0 <= found <= 100:
        raise UserError(f"'{text}' is no attainment.", "Write for example 50%.")
    return found


def _accelerator(text: str) -> Accelerator:
    start, mark, rate = text.partition("=")
    if not mark:
        raise UserError(f"'{text}' is no accelerator.", "Write 100%=1.5: from 100% on, half as much again.")
    return Accelerator(_share(start), parse_amount(rate))


def pay_plans(ws: Workspace, scope: Scope) -> tuple[PayPlan, ...]:
    """The plans of a rep, oldest first."""
    return store.load_pay_plans(ws.db, scope.id) if scope.kind == "rep" else ()


def delete_pay_plans(ws: Workspace, scope: Scope) -> int:
    """Forget all plans of a rep; gives how many there were."""
    return store.delete_pay_plans(ws.db, scope.id) if scope.kind == "rep" else 0


def pay_plan(ws: Workspace, scope: Scope, period: Period, as_of: date | None = None) -> PayNow:
    """The plan of a rep in a period: its curve, and what the present attainment pays.

    Raises:
        UserError: the rep has no plan for that period.
    """
    ws = as_known(ws, as_of)
    plan = plan_on(pay_plans(ws, scope), period.last_day)
    if plan is None:
        who = scope.name or scope.key
        raise UserError(f"{who} has no pay plan for {period.label}.", "Set one; only you will see it.")
    card = scorecard(ws, Question(period, scope, as_of=as_of), (plan.curve.kpi_id,))
    row = card.rows[0]
    target, attained = (row.target.target if row.target else None), row.attainment
    share = share_paid(plan.curve, attained) if attained is not None else None
    variable = plan.variable * part_of_year(period)
    paid = variable * share if share is not None else None
    now = PayNow(
        plan, period, points_of(plan, attained), row.result.value, target, attained, share, variable, paid,
        "" if attained is not None else _why_none(row, period), "", card.running, row.receipt,
    )  # fmt: skip
    return replace(now, sentence=_sentence(now, row.kpi.name))


def _why_none(row: Row, period: Period) -> str:
    """Why there is no attainment."""
    if row.target is None:
        return f"{row.kpi.name} has no target for {period.label}"
    return row.reason or row.result.reason or "there is no value"


def _sentence(now: PayNow, kpi: str) -> str:
    currency = now.plan.currency
    if now.paid is None or now.attainment is None:
        return f"What {now.period.label} pays cannot be told: {now.reason}."
    reached = format_value(now.attainment, "percent")
    variable, paid = (format_value(amount, "money", currency) for amount in (now.variable, now.paid))
    end = " so far" if now.running else ""
    return f"{kpi} of {now.period.label} are at {reached} of the target{end}, which pays {paid} of {variable}."
