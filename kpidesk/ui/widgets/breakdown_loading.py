"""What the page Breakdown shows, loaded on the database thread, and its files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kpidesk import operations
from kpidesk.core.breakdowns import BY_PERIOD, Field, PivotTable, SavedView, View
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.scorecards import Question
from kpidesk.core.side_by_side import SideBySide
from kpidesk.core.wording import listed
from kpidesk.ui.jobs import Workspace

USUAL = ("lead_source", "type", "stage", "source", "account.segment", "segment")
"""By what a KPI is broken down first, as far as the data have it."""
FORMS = ((".xlsx", "Excel workbook"), (".pdf", "PDF to print or send"), (".png", "Picture"), (".html", "Web page"),
         (".csv", "Table"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class BreakdownAnswer:
    """What the page shows: the table or why there is none, and what can be chosen.

    `side` is the table with further KPIs beside it, where some were asked for.
    """

    view: View
    table: PivotTable | None
    problem: UserError | None
    kpis: tuple[Kpi, ...]
    fields: tuple[Field, ...]
    saved: tuple[SavedView, ...]
    side: SideBySide | None = None

    @property
    def shown(self) -> PivotTable | SideBySide | None:
        """What is exported."""
        return self.side or self.table


def breakdown_answer(workspace: Workspace, view: View, question: Question) -> BreakdownAnswer | None:
    """The breakdown chosen, of the first KPI and by its most usual field where nothing was chosen yet.

    None where no KPI in use can be computed. A KPI that cannot stand beside is left out, and the answer says why.
    """
    entries = operations.kpis(workspace)
    known = tuple(one.kpi for one in entries if one.computable and one.kpi.status == "active" and one.kpi.formula)
    if not known:
        return None
    if not any(one.kpi.id == view.kpi_id and one.computable for one in entries):
        view = replace(view, kpi_id=next((kpi for kpi in known if kpi.unit == "money"), known[0]).id)
    fields: tuple[Field, ...] = ()
    table, problem, side = None, None, None
    saved = operations.views(workspace)
    try:
        fields = operations.fields_of(workspace, view.kpi_id, question)
        asked, view = view, _possible(view, fields)
        table = operations.pivot(workspace, view, question)
        view, problem = _with_possible_beside(workspace, view, question)
        problem = _without_field(asked, fields, saved) or problem
        side = operations.pivots(workspace, view, question) if view.beside else None
    except UserError as error:
        problem = error
    return BreakdownAnswer(view, table, problem, known, fields, saved, side)


def _possible(view: View, fields: tuple[Field, ...]) -> View:
    """What of a breakdown is possible for its KPI: a field that the data do not have gives way to a usual one."""
    names = [one.name for one in fields]
    rows_by = view.rows_by if view.rows_by in names else next((one for one in USUAL if one in names), names[0])
    keeps = view.columns_by in (*names, BY_PERIOD) and view.columns_by != rows_by
    return replace(view, rows_by=rows_by, columns_by=view.columns_by if keeps else "")


def _without_field(asked: View, fields: tuple[Field, ...], saved: tuple[SavedView, ...]) -> UserError | None:
    """That the data do not have a field of a saved breakdown any more; None where they do, and of what is not saved."""
    names = {one.name for one in fields}
    for one in saved:
        both = ((asked.rows_by, one.rows_label), (asked.columns_by, one.columns_label))
        lacking = [label for name, label in both if name and name not in (*names, BY_PERIOD)]
        if one.view == asked and lacking:
            problem = f"'{one.name}' is by {listed(lacking)}, of which the data know nothing any more."
            return UserError(problem, "Import a file that tells it, or save the breakdown by another field.")
    return None


def _with_possible_beside(workspace: Workspace, view: View, question: Question) -> tuple[View, UserError | None]:
    """The view with those KPIs beside that have its field, and why one of them has not."""
    kept: list[str] = []
    problem = None
    for one in () if view.columns_by else view.beside:
        try:
            operations.pivot(workspace, replace(view, kpi_id=one), question)
        except UserError as error:
            problem = error
        else:
            kept.extend([one] if one not in (view.kpi_id, *kept) else [])
    return replace(view, beside=tuple(kept)), problem


def write_shown(workspace: Workspace, found: PivotTable | SideBySide, to: Path) -> Path:
    """Write what the page shows in one of its forms; on the database thread."""
    from kpidesk.ui.painting.copies import Copying, write_breakdown
    from kpidesk.ui.painting.paper_size import usual_paper

    operations.check_export_path(workspace, to, tuple(ending for ending, _ in FORMS))
    return write_breakdown(found, to, Copying(usual_paper()))
