"""Which targets were set, changed or taken away since the last review, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from kpidesk import store
from kpidesk.core.cadences import is_within
from kpidesk.core.formats import format_value
from kpidesk.core.goals import Target
from kpidesk.core.meeting_sheets import TargetChange
from kpidesk.core.meetings import Meeting
from kpidesk.core.people import ORG, Scope
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.workspace import Workspace, goals, scopes, settings

TAKEN_AWAY = "taken away"
FIRST_LOOK = 31
"""How many days the first review looks back."""
_About = tuple[str, Scope, date, date]


def target_changes(ws: Workspace, meeting: Meeting) -> tuple[TargetChange, ...]:
    """What changed since the last closed review of the kind, oldest first; a first review looks a month back.

    A review of the org tells of the org, teams and roles, one of a team also of its reps.
    """
    last = store.last_meeting(ws.db, meeting.kind, meeting.scope)
    since = last.day if last is not None else ws.today - timedelta(days=FIRST_LOOK)
    told = store.load_meeting_sheet(ws.db, last.id).target_changes if last is not None else ()
    known = {(one.kpi_id, one.scope, one.period, one.version, one.after) for one in told}
    found = [*_set(ws, meeting.scope, since), *_gone(ws, meeting.scope, since)]
    fresh = (one for one in found if (one.kpi_id, one.scope, one.period, one.version, one.after) not in known)
    return tuple(sorted(fresh, key=lambda one: (one.on, one.kpi, one.whose, one.period)))


def _set(ws: Workspace, scope: Scope, since: date) -> Iterable[TargetChange]:
    before: dict[_About, Target] = {}
    for one in goals(ws).targets:
        about = (one.kpi_id, one.scope, one.period.start, one.period.end)
        if one.effective_from and date.fromisoformat(one.effective_from) >= since and _is_told(ws, one.scope, scope):
            yield _change(ws, one, before.get(about), date.fromisoformat(one.effective_from), one.reason)
        before[about] = one


def _gone(ws: Workspace, scope: Scope, since: date) -> Iterable[TargetChange]:
    withdrawn = [one for one in goals(ws).targets if one.withdrawn and _is_told(ws, one.scope, scope)]
    for one, (on, reason) in store.taken_away(ws.db, withdrawn).items():
        if on >= since:
            yield _change(ws, None, one, on, reason)


def _is_told(ws: Workspace, whose: Scope, scope: Scope) -> bool:
    if scope == ORG:
        return whose.kind != "rep"
    return is_within(whose, scope, scopes(ws), ws.today)


def _change(ws: Workspace, after: Target | None, before: Target | None, on: date, reason: str) -> TargetChange:
    one = after or before
    if one is None:
        raise ValueError("nothing was changed")
    kpi, money = find_kpi(ws, one.kpi_id), settings(ws).currency

    def text(target: Target | None) -> str:
        return "" if target is None else format_value(target.target, kpi.display, money)

    whose = f"every {one.scope.name}" if one.scope.kind == "role" else scope_name(ws, one.scope)
    return TargetChange(
        kpi_id=kpi.id,
        kpi=kpi.name,
        scope=one.scope,
        whose=whose,
        period=one.period.label,
        before=text(before),
        after=text(after) or TAKEN_AWAY,
        reason=reason,
        on=on,
        version=one.version,
    )
