"""The code of the definitions behind numbers, with those of the KPIs that they refer to."""

from __future__ import annotations

from collections.abc import Iterable

from kpidesk import engine
from kpidesk.core.definition_hash import definition_hash
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period
from kpidesk.language.compiling import references
from kpidesk.operations.dependencies import behind
from kpidesk.operations.formulas import OF_BOOKINGS, definition_in_force
from kpidesk.operations.workspace import Workspace, definitions


def definitions_code(ws: Workspace, kpis: Iterable[Kpi], period: Period) -> str:
    """The code of KPIs as they were defined in a period, those they are counted from included; "" for no KPI."""
    asked = {kpi.id: kpi for kpi in kpis}
    if not asked:
        return ""
    return ws.remember(("definitions code", tuple(asked.values()), period), lambda: _code(ws, asked, period))


def _code(ws: Workspace, asked: dict[str, Kpi], period: Period) -> str:
    known = definitions(ws)
    named = {one for kpi in asked.values() if kpi.id not in known for one in references(kpi.formula, known)}
    named |= {engine.QUOTA for kpi in asked.values() if kpi.builtin.startswith(OF_BOOKINGS)}
    wanted = {*asked, *named} & known.keys()
    wanted |= {other for one in wanted for other in behind(ws, one)} & known.keys()
    unkept = (kpi for kpi in asked.values() if kpi.id not in known)
    return definition_hash([*unkept, *(definition_in_force(ws, known[one], period) for one in sorted(wanted))])
