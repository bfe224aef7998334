"""Breakdowns kept under a name."""

from __future__ import annotations

from dataclasses import replace

from kpidesk import engine, store
from kpidesk.core.breakdowns import BY_PERIOD, SavedView, View
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.scorecards import Question
from kpidesk.operations.breakdowns import pivot
from kpidesk.operations.formulas import formula_of
from kpidesk.operations.workspace import Workspace, definitions


def views(ws: Workspace) -> tuple[SavedView, ...]:
    """The breakdowns that were given a name, by name, with their KPIs and fields as they read."""
    return tuple(_named(ws, one) for one in store.load_views(ws.db))


def _named(ws: Workspace, saved: SavedView) -> SavedView:
    view, kpi = saved.view, definitions(ws).get(saved.view.kpi_id)
    formula = formula_of(ws, kpi) if kpi is not None and not kpi.is_manual else None
    tables = engine.measured_tables(formula) if formula is not None else ()
    across = "over time" if view.columns_by == BY_PERIOD else engine.split_label(tables, view.columns_by)
    return replace(
        saved,
        kpi_name=kpi.name if kpi is not None else view.kpi_id,
        rows_label=engine.split_label(tables, view.rows_by),
        columns_label=across if view.columns_by else "",
    )


def find_view(ws: Workspace, name: str) -> SavedView:
    """A breakdown by its name.

    Raises:
        UserError: there is none; the nearest names are offered.
    """
    known = {one.name.casefold(): one for one in views(ws)}
    found = known.get(name.strip().casefold())
    if found is None:
        raise UserError(f"There is no breakdown '{name}'.", nearest(name, [one.name for one in known.values()]))
    return found


def save_view(ws: Workspace, name: str, view: View, question: Question) -> SavedView:
    """Keep a breakdown under a name, in place of one that has it already; scope and period are not kept.

    Raises:
        UserError: no name, or the breakdown cannot be made.
    """
    if not name.strip():
        raise UserError("The breakdown has no name.", "Type one such as 'Wins by source'.")
    saved = SavedView(name.strip(), pivot(ws, view, question).view, ws.today.isoformat())
    store.save_view(ws.db, saved)
    return saved


def delete_view(ws: Workspace, name: str) -> SavedView:
    """Forget a breakdown.

    Raises:
        UserError: there is none of that name.
    """
    gone = find_view(ws, name)
    store.delete_view(ws.db, gone.name)
    return gone
