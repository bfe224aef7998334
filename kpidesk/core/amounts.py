"""Targets as typed or pasted: one number or three, with signs of money and thousands, and the tiers they mean."""

from __future__ import annotations

from kpidesk.core.amount_text import plain_text
from kpidesk.core.errors import UserError
from kpidesk.core.goals import Baseline, Target, parse_amount
from kpidesk.core.kpis import Kpi, Unit

TAKE_AWAY = ("-", "\N{MINUS SIGN}", "\N{EN DASH}", "\N{EM DASH}")
Tiers = tuple[float, float, float]
"""Minimum, target and stretch."""
_OF_A_HUNDRED: tuple[Unit, ...] = ("percent", "multiple")
"""Units in which a value may be said in percent."""


def amount_typed(text: str, kpi: Kpi, currency: str, baseline: float | None = None) -> float:
    """One amount as typed for a KPI: "1.234,50", "$1.2M", "25%", "+10%" of the baseline, "+3pp".

    Raises:
        UserError: it is no number, in another currency, or relative without a baseline, or a share or points for what
            is none.
    """
    refuse_share(text, kpi)
    return parse_amount(plain_text(text, kpi.unit, currency), baseline)


def refuse_share(text: str, kpi: Kpi) -> None:
    """Refuse "110%" and "+3pp" for what is counted in money, rows or days: 1.10 cannot be meant.

    Raises:
        UserError: saying how to write what may be meant.
    """
    said = text.strip().lower()
    is_points = said.endswith("pp") and kpi.unit != "percent"
    is_share = said.endswith("%") and said[:1] not in ("+", "-", "\N{MINUS SIGN}") and kpi.unit not in _OF_A_HUNDRED
    if is_points or is_share:
        kind = "percentage points" if is_points else "percent"
        raise UserError(f"'{kpi.name}' is not measured in {kind}: '{text.strip()}' cannot be its value.",
                        "Write the number itself, or +10% for a tenth more than the baseline.")  # fmt: skip


def tiers_typed(text: str, kpi: Kpi, baseline: Baseline, before: Target | None) -> Tiers:
    """Minimum, target and stretch as typed: all three as "100/120/140", or the target alone.

    Typed alone the target takes minimum and stretch along: they keep their distance from it when there were any, else
    the baseline is the minimum and the stretch lies as far beyond the target as the baseline before it.

    Raises:
        UserError: it is no number, or neither one nor three, or one for a KPI that is to stay within a range.
    """
    parts = [part for part in text.split("/") if part.strip()]
    for part in parts:
        refuse_share(part, kpi)
    amounts = [parse_amount(part, baseline.value) for part in parts]
    if len(amounts) == 3:
        return amounts[0], amounts[1], amounts[2]
    if len(amounts) != 1:
        raise UserError(f"'{text}' is neither a target nor all three.", "Write 120000, or 100000/120000/140000.")
    if kpi.direction == "range" and before is None:
        raise UserError(f"'{kpi.name}' is to stay within a range.", "Write low end, target and high end: 3/4/5.")
    return tiers_around(amounts[0], kpi, baseline.value, before)


def tiers_around(target: float, kpi: Kpi, baseline: float, before: Target | None) -> Tiers:
    """Minimum and stretch that go with a target; a share stays below the whole."""
    if before is not None:
        low, high = target - (before.target - before.minimum), target + (before.stretch - before.target)
    elif _is_worse(target, baseline, kpi):
        low, high = target, baseline
    else:
        low, high = baseline, target + (target - baseline)
    if kpi.unit == "percent" and kpi.is_rate:
        low, high = (min(max(end, 0.0), max(1.0, target)) for end in (low, high))
    if kpi.direction == "lower" and baseline >= 0:
        high = max(high, 0.0)
    return low, target, high


def _is_worse(target: float, baseline: float, kpi: Kpi) -> bool:
    return target > baseline if kpi.direction == "lower" else target < baseline
