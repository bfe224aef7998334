"""Where a KPI began to be counted otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period
from kpidesk.operations.formulas import definition_in_force, formula_then
from kpidesk.operations.workspace import Workspace, definitions

if TYPE_CHECKING:
    from kpidesk.core.trends import Break


def definition_breaks(ws: Workspace, kpi: Kpi, periods: Sequence[Period]) -> tuple[Break, ...]:
    """Where in a run of periods a KPI begins to be counted otherwise: by itself, or by a KPI that it refers to."""
    if kpi.version == 1 and not any(one.version > 1 for one in definitions(ws).values()):
        return ()
    from kpidesk.core.trends import Break

    versions = [definition_in_force(ws, kpi, period) for period in periods]
    rules = [(formula_then(ws, one, period), one.builtin) for one, period in zip(versions, periods, strict=True)]
    found = []
    for at, (before, after) in enumerate(pairwise(rules), 1):
        if before != after:
            label = periods[at].label
            own = versions[at].measured != versions[at - 1].measured
            words = f"Definition {versions[at].version} from {label}" if own else f"Counted otherwise from {label}"
            found.append(Break(at, words))
    return tuple(found)
