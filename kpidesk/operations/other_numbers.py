"""Numbers that are proven like those of KPIs though no KPI counts them: what each check of the fix list found."""

from __future__ import annotations

from functools import cache

from kpidesk.core.hygiene import RULES, Rule, RuleId
from kpidesk.core.kpis import Kpi
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.workspace import Workspace

CHECK = "check:"
"""How the name of a number begins that one check of the fix list found; no KPI has a colon in its id."""


@cache
def other_numbers() -> dict[str, Kpi]:
    """All of them by their names."""
    return {one.id: one for one in map(_of_rule, RULES)}


def check_number(rule: RuleId) -> Kpi:
    """The number of deals in which a check of the fix list found something."""
    return other_numbers()[f"{CHECK}{rule}"]


def rule_of(kpi: Kpi) -> RuleId | None:
    """The check whose number it is; None for any other."""
    return next((one.id for one in RULES if kpi.builtin == f"{CHECK}{one.id}"), None)


def find_number(ws: Workspace, name: str) -> Kpi:
    """One of them by its name, else a KPI by its id or its name.

    Raises:
        UserError: there is neither; the nearest KPIs are offered.
    """
    return other_numbers().get(name) or find_kpi(ws, name)


def _of_rule(rule: Rule) -> Kpi:
    return Kpi(
        id=f"{CHECK}{rule.id}",
        name=f"To fix: {rule.name}",
        formula="",
        sentence=f"How many deals of the fix list have this to fix. {rule.means}",
        unit="count",
        direction="lower",
        indicator="leading",
        dimension="quality",
        kpi_class="stock",
        builtin=f"{CHECK}{rule.id}",
    )
