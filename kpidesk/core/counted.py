"""How a KPI is counted, in words, for whoever reads its numbers on paper."""

from __future__ import annotations

from kpidesk.core.kpis import Kpi


def counted_words(kpi: Kpi) -> str:
    """What a KPI counts: its sentence, and its formula where it has one."""
    formula = f"Formula: {kpi.formula}" if kpi.formula and kpi.formula != kpi.name else ""
    return " ".join(filter(None, (kpi.sentence, formula)))
