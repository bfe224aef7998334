"""Which KPIs have points that share rows."""

from __future__ import annotations

from kpidesk.core.kpis import Kpi
from kpidesk.language import Formula
from kpidesk.language.tree import AsOf, Leaf, Modified
from kpidesk.language.walk import every


def rolls(formula: Formula) -> bool:
    """Whether a formula looks at a stretch of days of its own length: `rolling`."""
    return any(isinstance(one, Modified) and one.how == "rolling" for one in every(formula.tree))


def overlaps(kpi: Kpi, formula: Formula) -> bool:
    """Whether the points of a KPI share rows: it is rolling, runs up to date, or counts what is there on a day."""
    if kpi.kpi_class == "stock" or formula.overlapping:
        return True
    return any(
        (isinstance(one, Modified) and one.how in ("rolling", "to_date", "previous", "at_start", "at_end"))
        or (isinstance(one, Leaf) and isinstance(one.dated, AsOf))
        for one in every(formula.tree)
    )
