"""A pay plan on the manager's own terminal; no file is ever made of it."""

from __future__ import annotations

from kpidesk.core.formats import day_text, format_value
from kpidesk.core.pay_plans import PayNow, PayPlan
from kpidesk.exporting.json_form import Json, day_json, number_json, period_json
from kpidesk.exporting.text_table import Column, paragraph, sections, table


def plan_text(plan: PayPlan) -> str:
    """A plan just set, in one line."""
    base, variable, whole = (format_value(one, "money", plan.currency) for one in (plan.base, plan.variable,
                                                                                   plan.on_target))  # fmt: skip
    return f"{plan.scope.name} from {day_text(plan.from_day)}: {base} base, {variable} variable, {whole} at target."


def pay_text(now: PayNow) -> str:
    """A plan with its curve and what the present attainment pays."""
    plan = now.plan
    return sections((
        paragraph(plan_text(plan)),
        paragraph(now.sentence),
        table((
            Column("Attainment", tuple(format_value(one.attainment, "percent") for one in now.points), right=True),
            Column("Of the variable", tuple(format_value(one.share, "percent") for one in now.points), right=True),
            Column("Earned in a year", tuple(format_value(one.earned, "money", plan.currency) for one in now.points),
                   right=True),
            Column("", tuple("now" if one.attainment == now.attainment else "" for one in now.points)),
        )),
        f"Receipt {now.receipt}" if now.receipt else "",
        paragraph("Only you see this: it is in no export, print or copy for a rep."),
    ))  # fmt: skip


def plan_json(plan: PayPlan) -> Json:
    """One plan."""
    return {
        "id": plan.id,
        "scope": plan.scope.key,
        "base": number_json(plan.base),
        "variable": number_json(plan.variable),
        "currency": plan.currency,
        "kpi": plan.curve.kpi_id,
        "minimum": number_json(plan.curve.minimum),
        "accelerators": [{"attainment": number_json(one.attainment), "rate": number_json(one.rate)}
                         for one in plan.curve.accelerators],
        "cap": number_json(plan.curve.cap),
        "from": day_json(plan.from_day),
    }  # fmt: skip


def pay_json(now: PayNow) -> Json:
    """A plan with what a period pays."""
    return {
        "plan": plan_json(now.plan),
        "period": period_json(now.period),
        "actual": number_json(now.actual),
        "actual_receipt": now.receipt,
        "target": number_json(now.target),
        "attainment": number_json(now.attainment),
        "share": number_json(now.share),
        "variable": number_json(now.variable),
        "paid": number_json(now.paid),
        "running": now.running,
        "reason": now.reason,
        "curve": [{"attainment": number_json(one.attainment), "share": number_json(one.share),
                   "earned": number_json(one.earned)} for one in now.points],
    }  # fmt: skip
