"""Drafts of all one-on-ones that are due by a day, made together."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date, timedelta

from kpidesk.core.cadences import ONE_ON_ONE, Due, LeftOut, Prepared, ReviewCalendar
from kpidesk.core.formats import day_text
from kpidesk.core.people import Scope
from kpidesk.core.periods import period_of
from kpidesk.core.progress import Progress
from kpidesk.operations.cadence import agenda
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.reviews import open_review
from kpidesk.operations.workspace import Workspace, all_or_none, scopes, settings

AHEAD = timedelta(days=400)
"""How far is looked for the next one-on-one with somebody who is not due yet."""


def due_this_week(ws: Workspace) -> ReviewCalendar:
    """What is due up to the last day of this week, with what is overdue."""
    return agenda(ws, _last_of_week(ws))


def _last_of_week(ws: Workspace) -> date:
    return period_of(ws.today, "week", settings(ws)).last_day


def prepare_one_on_ones(ws: Workspace, until: date | None = None) -> Generator[Progress, None, Prepared]:
    """Make a draft for every rep whose one-on-one is due by a day (the last of this week where nobody says).

    A one-on-one that is prepared already stays as it is. Stopped before the end, none of the drafts is kept.

    Raises:
        UserError: the workspace cannot be written.
    """
    last = until or _last_of_week(ws)
    calendar = agenda(ws, last)
    due = [one for one in calendar.every if one.what == ONE_ON_ONE and one.on <= last]
    made: list[tuple[Scope, int]] = []
    existing: list[tuple[Scope, int]] = []
    left_out = [*calendar.left_out, *_away(due), *_later(ws, due, calendar.left_out, last)]
    with all_or_none(ws):
        for done, one in enumerate(due):
            if one.note:
                continue
            yield Progress(done, len(due), f"Preparing the one-on-one with {one.whose}")
            kept = existing if one.draft else made
            kept.append((one.scope, open_review(ws, one.scope).id))
    return Prepared(last, tuple(made), tuple(existing), tuple(sorted(left_out, key=lambda one: one.whose)))


def _away(due: list[Due]) -> list[LeftOut]:
    """Who is overdue but cannot be met now."""
    return [LeftOut(one.scope, one.whose, one.note) for one in due if one.note]


def _later(ws: Workspace, due: list[Due], known: tuple[LeftOut, ...], last: date) -> list[LeftOut]:
    """Who is not due yet, with the day."""
    told = {*(one.scope for one in due), *(one.scope for one in known)}
    rest = [Scope("rep", one.name, one.id) for one in scopes(ws).people]
    ahead = {one.scope: one for one in agenda(ws, min(last, date.max - AHEAD) + AHEAD).every if one.what == ONE_ON_ONE}
    found = []
    for scope in rest:
        if scope not in told:
            why = f"not due before {day_text(ahead[scope].on)}" if scope in ahead else "not due"
            found.append(LeftOut(scope, scope_name(ws, scope), why))
    return found
