"""Notes on days, and every mark that the chart of a KPI bears: notes, initiatives, limits worked out anew."""

from __future__ import annotations

from datetime import date

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG, Organisation, Scope
from kpidesk.core.signals import ChartNote, Mark, check_reason
from kpidesk.operations.charting import limit_starts
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.workspace import Workspace, data_date, scopes


def add_note(ws: Workspace, day: date, text: str, scope: Scope = ORG, kpi_id: str = "") -> ChartNote:
    """Note what happened on a day, on the chart of one KPI or (without one) on all of a scope and those below it.

    Raises:
        UserError: the note says nothing, or there is no such KPI.
    """
    words = check_reason(text, "A note on a day")
    note = ChartNote(0, day, words, scope, find_kpi(ws, kpi_id).id if kpi_id else "")
    number = store.save_note(ws.db, note)
    return next(one for one in store.load_notes(ws.db) if one.id == number)


def chart_notes(ws: Workspace) -> tuple[ChartNote, ...]:
    """Every note, by its day."""
    return store.load_notes(ws.db)


def delete_note(ws: Workspace, number: int) -> ChartNote:
    """Take a note away.

    Raises:
        UserError: there is no such note.
    """
    found = next((one for one in store.load_notes(ws.db) if one.id == number), None)
    if found is None:
        raise UserError(f"There is no note {number}.", "`kpidesk note list WORKSPACE` shows them with their numbers.")
    store.delete_note(ws.db, number)
    return found


def marks(ws: Workspace, kpi_id: str, scope: Scope) -> tuple[Mark, ...]:
    """What the chart of a KPI and a scope bears at which day, oldest first.

    Notes and initiatives of a scope above hold for those below it too; limits only for their own chart.
    """
    above = scopes_over(scopes(ws), scope, data_date(ws) or ws.today)
    notes = [Mark(one.day, one.text, "note") for one in store.load_notes(ws.db)
             if one.scope in above and one.kpi_id in ("", kpi_id)]  # fmt: skip
    begun = [
        mark
        for one in store.load_initiatives(ws.db)
        if not one.dropped_at and one.scope in above and any(part.kpi_id == kpi_id for part in one.kpis)
        for mark in _begin_and_end(one.name, one.start, one.end)
    ]
    anew = [Mark(one.day, f"New limits: {one.reason}", "limits") for one in limit_starts(ws)
            if (one.kpi_id, one.scope) == (kpi_id, scope)]  # fmt: skip
    return tuple(sorted((*notes, *begun, *anew), key=lambda mark: (mark.day, mark.kind, mark.text)))


def _begin_and_end(name: str, start: date, end: date | None) -> tuple[Mark, ...]:
    first = Mark(start, f"{name} begins", "initiative")
    return (first,) if end is None else (first, Mark(end, f"{name} is over", "initiative"))


def scopes_over(organisation: Organisation, scope: Scope, day: date) -> tuple[Scope, ...]:
    """A scope and everything that it is a part of on a day, the nearest first."""
    teams: tuple[Scope, ...] = ()
    first = organisation.team_on(scope.id, day) if scope.kind == "rep" else None
    if first is not None:
        chain = (first, *organisation.above(first.id))
        teams = tuple(Scope("team", one.name, one.id) for one in chain)
    elif scope.kind == "team":
        teams = tuple(Scope("team", one.name, one.id) for one in organisation.above(scope.id))
    return tuple(dict.fromkeys((scope, *teams, ORG)))
