"""What the page of trends shows: asked for on the database thread, and written to a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from kpidesk import operations
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Organisation, Scope
from kpidesk.core.scorecards import Question
from kpidesk.core.trends import RepTrends, Trend, begun
from kpidesk.ui.jobs import Workspace

View = Literal["chart", "table", "grid", "reps"]
SIDE_BY_SIDE = 5


@dataclass(frozen=True, slots=True)
class TrendAnswer:
    """What the page shows: the trend, the scope compared with, the first five KPIs or the reps, and what can be chosen.

    `leading` are the KPIs that foretell the one shown and that the data can compute.
    """

    trend: Trend
    other: Trend | None
    grid: tuple[Trend, ...]
    kpis: tuple[Kpi, ...]
    organisation: Organisation
    leading: tuple[Kpi, ...] = ()
    reps: RepTrends | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is chosen: the KPI (empty: the first), how many periods, whom beside it, what runs ahead, and the view."""

    kpi_id: str
    length: int
    other: Scope | None
    ahead: str
    view: View


def answer_of(workspace: Workspace, asked: Question, wanted: Wanted) -> TrendAnswer | None:
    """Everything the page shows; None where no KPI is in use."""
    able = {one.kpi.id: one.kpi for one in operations.kpis(workspace) if one.computable}
    known = tuple(kpi for kpi in able.values() if kpi.status == "active")
    if not known:
        return None
    named, length = able.get(wanted.kpi_id), wanted.length
    chosen = named if named is not None and named.status != "retired" else known[0]
    theirs = None
    if wanted.other is not None and wanted.other != asked.scope:
        theirs = operations.trend(workspace, chosen.id, replace(asked, scope=wanted.other), length)
    grid: tuple[Trend, ...] = ()
    if wanted.view == "grid":
        grid = begun([operations.trend(workspace, kpi.id, asked, length) for kpi in known[:SIDE_BY_SIDE]])
    reps = operations.rep_trends(workspace, chosen.id, asked, length) if wanted.view == "reps" else None
    trend = operations.explain_trend(workspace, operations.trend(workspace, chosen.id, asked, length))
    leading = tuple(able[one] for one in chosen.leading if one in able)
    if wanted.ahead in chosen.leading and wanted.ahead in able:
        trend = operations.look_ahead(workspace, trend, wanted.ahead)
    trend, *others = begun([trend, theirs] if theirs is not None else [trend])
    return TrendAnswer(
        trend, others[0] if others else None, grid, known, operations.scopes(workspace), leading, reps
    )  # fmt: skip


def write_trend(workspace: Workspace, trend: Trend, to: Path) -> Path:
    """Write a trend as PDF or picture, or in a form without drawings."""
    from kpidesk.ui.painting.document import export_trend_pdf, export_trend_png
    from kpidesk.ui.painting.paper_size import usual_paper

    operations.check_export_path(workspace, to)
    ending = to.suffix.lower()
    if ending == ".pdf":
        export_trend_pdf(trend, to, paper=usual_paper())
    elif ending == ".png":
        export_trend_png(trend, to)
    else:
        operations.export_trend(trend, to)
    return to
