"""What moves bookings and pipeline velocity most: one step of each driver and the revenue it is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from kpidesk.core.formats import count_text
from kpidesk.core.kpis import Unit
from kpidesk.core.scorecards import Question
from kpidesk.core.sensitivity import Factor, Sensitivity, drivers_of, names_text, product, sum_text
from kpidesk.operations.evaluation import evaluate, scorecard
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.workspace import Workspace, settings


@dataclass(frozen=True, slots=True)
class Part:
    """A factor of a KPI as a formula, and the unit in which its steps are counted."""

    name: str
    formula: str
    unit: Unit
    divides: bool = False


PARTS: Mapping[str, tuple[Part, ...]] = {
    "bookings": (
        Part("Deals decided", "count(deals where closed on closed_at)", "count"),
        Part("Win rate", "[win_rate]", "percent"),
        Part("Deal size", "[bookings] / count(deals where won on closed_at)", "money"),
    ),
    "pipeline_velocity": (
        Part("Open deals", "count(deals where open as of end)", "count"),
        Part("Win rate", "rolling([win_rate], 90d)", "percent"),
        Part("Deal size", "rolling([avg_deal_size], 90d)", "money"),
        Part("Sales cycle", "rolling([sales_cycle_mean], 90d)", "days", divides=True),
    ),
}
"""The KPIs that are a product, with their factors. Bookings are deals decided × share won × amount per deal won."""
OTHERWISE = "With your definitions it is no product of these parts."


def sensitivity(ws: Workspace, kpi_id: str, question: Question) -> Sensitivity | None:
    """What one more of each driver would bring in a period: one deal, one point of a rate, one per cent of an amount.

    None for a KPI that is no such product. Without drivers where a part has no value, or where the parts, as the
    workspace defines them, do not come to the number; `note` then says so.
    """
    ws = as_known(ws, question.as_of, question.teams)
    parts = PARTS.get(kpi_id)
    if parts is None:
        return None
    value = scorecard(ws, question, (kpi_id,)).rows[0].result.value
    scope, period = question.scope, question.period
    found = [evaluate(ws, part.formula, question).rows[0].result for part in parts]
    if value is None or any(one.value is None for one in found):
        reason = next((one.reason for one in found if one.value is None), "")
        return Sensitivity(kpi_id, scope, period, value, (), reason)
    factors = tuple(
        Factor(part.name, one.value or 0.0, part.unit, part.divides) for part, one in zip(parts, found, strict=True)
    )
    if any(one.value <= 0 for one in factors) or not math.isclose(product(factors), value, rel_tol=1e-6):
        return Sensitivity(kpi_id, scope, period, value, (), OTHERWISE)
    unit: Unit = "money_per_day" if kpi_id == "pipeline_velocity" else "money"
    drivers = drivers_of(factors, unit, settings(ws).currency)
    days = (period.end - period.start).days
    note = f"A day; {period.label} has {count_text(days)} days." if unit == "money_per_day" else ""
    sums = f"{names_text(factors)}: {sum_text(factors, unit, settings(ws).currency)}"
    return Sensitivity(kpi_id, scope, period, value, drivers, note, sums)
