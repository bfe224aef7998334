"""Who promised what in which meeting, by when, as long as it is not settled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kpidesk import store
from kpidesk.core.cadences import MEETINGS, ONE_ON_ONE
from kpidesk.core.carried import OpenPromise
from kpidesk.core.formats import day_text
from kpidesk.core.people import Scope
from kpidesk.core.review_words import day_of
from kpidesk.core.reviews import UNSETTLED
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.held import Held, held, why_not
from kpidesk.operations.promises import settlements
from kpidesk.operations.workspace import Workspace

MANAGER = "Manager"


def still_open(ws: Workspace) -> tuple[OpenPromise, ...]:
    """The commitments of one-on-ones and the actions of reviews that nobody has settled, what is due first at the top.

    Those of a one-on-one with somebody who has left are not among them: no meeting settles them any more.
    """
    seen = held(ws)
    return tuple(sorted((*_commitments(ws, seen), *_actions(ws, seen)), key=lambda one: (one.due, one.what, one.id)))


def _commitments(ws: Workspace, seen: Held) -> Iterator[OpenPromise]:
    for person in seen.organisation.people:
        if person.id not in seen.one_on_ones or why_not(seen, person):
            continue
        scope = Scope("rep", person.name, person.id)
        for made, settled in settlements(ws, person.id):
            if settled.state not in UNSETTLED:
                continue
            said = made.commitment
            yield OpenPromise(
                what=ONE_ON_ONE,
                title=MEETINGS[ONE_ON_ONE][0],
                scope=scope,
                whose=scope_name(ws, scope),
                text=said.text,
                owner=scope_name(ws, scope) if said.owner == "rep" else MANAGER,
                due=said.due,
                made_on=made.made_on,
                days_late=_days_late(ws, said.due) if settled.state == "overdue" else 0,
                words=settled.words,
                draft=seen.drafts.get((ONE_ON_ONE, scope), 0),
                id=said.id,
            )


def _actions(ws: Workspace, seen: Held) -> Iterator[OpenPromise]:
    for meeting in store.load_meetings(ws.db):
        day = day_of(meeting.closed_at)
        for one in meeting.actions if day is not None else ():
            if day is None or one.state != "open":
                continue
            yield OpenPromise(
                what=meeting.kind,
                title=MEETINGS[meeting.kind][0],
                scope=meeting.scope,
                whose=scope_name(ws, meeting.scope),
                text=one.text,
                owner=one.owner,
                due=one.due,
                made_on=day,
                days_late=_days_late(ws, one.due),
                words=f"due on {day_text(one.due)}",
                draft=seen.drafts.get((meeting.kind, meeting.scope), 0),
                id=one.id,
            )


def _days_late(ws: Workspace, due: date) -> int:
    return max((ws.today - due).days, 0)
