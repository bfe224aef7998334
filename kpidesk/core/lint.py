"""Checks of a set of KPIs against sales practice: few, owned, balanced, tied to outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from kpidesk.core.kpis import Kpi, Level

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing to mend in a set of KPIs: the rule, where, what follows from it, what to do."""

    rule: str
    severity: Severity
    where: str
    problem: str
    consequence: str
    advice: str


def lint(kpis: Iterable[Kpi]) -> tuple[LintFinding, ...]:
    """Check the active KPIs of a workspace.

    Rules: three to five KPIs per level (above five a warning, above seven an error), leading and lagging in
    balance, every KPI owned and tied to a decision, activity counts linked to an outcome.
    """
    active = [kpi for kpi in kpis if kpi.status == "active"]
    found: list[LintFinding] = []
    for level in get_args(Level):
        found += _lint_level(level, [kpi for kpi in active if level in kpi.levels and not _coaching(kpi, active)])
    for kpi in active:
        found += _lint_kpi(kpi, active)
    return tuple(found)


def _coaching(kpi: Kpi, active: list[Kpi]) -> bool:
    """Whether an activity count stands alone: then it is for coaching and does not count as a KPI."""
    return kpi.dimension == "activity" and not any(kpi.id in other.leading for other in active)


def _lint_level(level: Level, kpis: list[Kpi]) -> list[LintFinding]:
    found = []
    if len(kpis) > 5:
        severity: Severity = "error" if len(kpis) > 7 else "warning"
        found.append(
            LintFinding("count", severity, level, f"{len(kpis)} KPIs are active at {level} level.",
                        "With more than five nobody knows which to act on.", "Retire all but three to five.")
        )  # fmt: skip
    if kpis and not any(kpi.indicator == "leading" for kpi in kpis):
        found.append(
            LintFinding("balance", "warning", level, f"No leading KPI is active at {level} level.",
                        "A miss shows only when it can no longer be mended.", "Add one that foretells the result.")
        )  # fmt: skip
    return found


def _lint_kpi(kpi: Kpi, active: list[Kpi]) -> list[LintFinding]:
    found = []
    for name, value in (("objective", kpi.objective), ("decision", kpi.decision), ("owner", kpi.owner)):
        if not value.strip():
            found.append(
                LintFinding(name, "error", kpi.id, f"'{kpi.name}' has no {name}.",
                            "Nobody acts on a number that nobody owns.", f"Fill in the {name}.")
            )  # fmt: skip
    if _coaching(kpi, active):
        found.append(
            LintFinding("vanity", "warning", kpi.id, f"'{kpi.name}' is linked to no outcome.",
                        "A count of activity can rise while results fall.", "Name it as leading for an outcome KPI.")
        )  # fmt: skip
    return found
