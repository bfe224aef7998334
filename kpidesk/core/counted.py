"""How a KPI is counted, in words, for whoever reads its numbers on paper."""

from __future__ import annotations

from kpidesk.core.kpis import Kpi


def counted_words(kpi: Kpi) -> str:
    """What a KPI counts: its sentence, and its formula where it has one.

    A sentence that only repeats the name, which stands before it, is left out.
    """
    sentence = kpi.sentence if kpi.sentence.strip().casefold() != kpi.name.strip().casefold() else ""
    if sentence and sentence[-1] not in ".!?":
        sentence += "."
    formula = f"Formula: {kpi.formula}" if kpi.formula and kpi.formula != kpi.name else ""
    return " ".join(filter(None, (sentence, formula)))
