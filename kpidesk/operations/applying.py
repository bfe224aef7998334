"""Which target applies to whom and why: by name, by file, by role, or as the one value of a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from math import isnan

from kpidesk import engine, store
from kpidesk.core.applying import WHOLE, Applied, Applier, Share
from kpidesk.core.formats import day_text
from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.part_time import fte_words
from kpidesk.core.people import Person, Scope, TeamView, is_ramping
from kpidesk.core.periods import Period, span_period
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.ramp import months_in, ramp_note
from kpidesk.operations.workspace import Workspace, data_date, definitions, goals, goals_then, organisation
from kpidesk.stats.ramp import carried_share

LEAVE_DAYS = 28
"""An absence of so many days in a row is a leave, for which less is expected; a shorter one is part of any year."""


def applier(ws: Workspace, as_of: date | None = None, teams: TeamView = "as-was") -> Applier:
    """What finds the target that holds, with the knowledge of a day and the teams as asked for."""
    return ws.remember(("applier", as_of, teams), lambda: _applier(ws, as_of, teams))


def _applier(ws: Workspace, as_of: date | None, teams: TeamView) -> Applier:
    quotas = cache(lambda period: _quotas(ws, period, as_of, teams))  # it goes with the applier when the data change

    def share_of(person: Person, period: Period) -> Share:
        return carried(person, period, _leaves(ws, as_of, teams).get(person.id, ()))

    def told(kpi: Kpi, scope: Scope, period: Period) -> Applied | None:
        return quotas(period).get(scope) if kpi.id == engine.QUOTA else None

    return Applier(goals(ws), organisation(ws, as_of, teams), share_of, told)


def applied(
    ws: Workspace, kpi: Kpi, scope: Scope, period: Period, as_of: date | None = None, teams: TeamView = "as-was"
) -> Applied | None:
    """The target that holds for a scope in a period and why; None where none does."""
    return applier(ws, as_of, teams).applies(kpi, scope, period)


def quota_in_force(ws: Workspace, kpi: Kpi, scope: Scope, period: Period) -> Applied | None:
    """The quota from a file that is the target of a scope; None where another target is, or none."""
    holds = applied(ws, kpi, scope, period)
    return holds if holds is not None and not holds.target.version else None


def why_no_quota(
    ws: Workspace, kpi: Kpi, scope: Scope, period: Period, as_of: date | None = None, teams: TeamView = "as-was"
) -> str:
    """Why the quotas of files give a scope no target of a KPI, where they do give some of it; empty otherwise."""
    if kpi.id != engine.QUOTA or scope.kind == "unassigned":
        return ""
    facts = evaluator(ws, as_of, teams).facts
    if not facts.tables.has("quotas"):
        return ""
    gaps = ws.remember(("quota gaps", period, as_of, teams), lambda: engine.quota_gaps(facts, (period,))[0])
    return gaps.get(facts.crew.row_of(scope, "team"), "")


def changed_since(book: GoalBook, holds: Applied) -> Target | None:
    """What a target that holds was changed to while its period ran, cut as it is; None where it was not."""
    official = holds.full or holds.target
    newest = book.target(official.kpi_id, official.scope, official.period)
    if newest is None or not official.version or newest.version == official.version:
        return None
    low, aim, high = (tier * holds.share.part for tier in newest.tiers)
    return replace(newest, minimum=low, target=aim, stretch=high)


def applied_then(
    ws: Workspace, kpi: Kpi, scope: Scope, period: Period, as_of: date | None = None, teams: TeamView = "as-was"
) -> Applied | None:
    """The same as it was on the day asked for: a target set after it, while newer data came, is not known yet."""
    newest, carry = data_date(ws), applier(ws, as_of, teams)
    if as_of is not None and newest is not None and as_of < newest:
        carry = carry.with_book(goals_then(ws, as_of))
    return carry.applies(kpi, scope, period)


def held(
    ws: Workspace, kpi_id: str, scope: Scope, period: Period, as_of: date | None = None, teams: TeamView = "as-was"
) -> Target | None:
    """The target of a KPI by its id that holds for a scope; None where none does or there is no such KPI."""
    return holder(ws, as_of, teams)(kpi_id, scope, period)


def holder(
    ws: Workspace, as_of: date | None = None, teams: TeamView = "as-was"
) -> Callable[[str, Scope, Period], Target | None]:
    """What `held` asks, for many questions in a row: the workspace is looked into once."""
    carry, known = applier(ws, as_of, teams), definitions(ws)

    def find(kpi_id: str, scope: Scope, period: Period) -> Target | None:
        kpi = known.get(kpi_id)
        found = carry.applies(kpi, scope, period) if kpi is not None else None
        return found.target if found is not None else None

    return find


def _leaves(ws: Workspace, as_of: date | None, teams: TeamView) -> dict[int, tuple[Period, ...]]:
    """Absences that are long enough to be a leave, by person."""
    return ws.remember(("leaves", as_of, teams), lambda: _long(engine.absences_of(evaluator(ws, as_of, teams).facts)))


def _long(absences: dict[int, tuple[engine.Spell, ...]]) -> dict[int, tuple[Period, ...]]:
    return {
        person: tuple(
            span_period(engine.day_of(start), engine.day_of(end - 1))
            for start, end in spells
            if end - start >= LEAVE_DAYS
        )
        for person, spells in absences.items()
    }


def carried(person: Person, period: Period, leaves: tuple[Period, ...] = ()) -> Share:
    """Which part of a full target a person carries in a period, with what cuts it.

    It is less for who ramps, joins, leaves, is on leave or works part-time.
    """
    away = tuple(one for one in leaves if one.start < period.end and period.start < one.end)
    months = person.ramp_months or 0
    ramp = tuple(month / months for month in range(months + 1)) if months else (1.0,)
    start = person.hire_at
    part = carried_share(period, start, ramp, person.end_at, away, person.fte_on)
    if part >= 1 - 1e-12:
        return WHOLE
    return Share(part, "; ".join(_cuts(person, period, away)))


def _cuts(person: Person, period: Period, away: tuple[Period, ...]) -> list[str]:
    found = []
    if person.hire_at and (is_ramping(person, period.start) or is_ramping(person, period.last_day)):
        found.append(f"ramping, {months_in(person, period)}")
    elif person.hire_at and person.hire_at > period.start:
        found.append(f"here from {day_text(person.hire_at)}")
    if person.end_at and person.end_at < period.end:
        found.append(f"until {day_text(person.end_at - timedelta(days=1))}")
    days = sum((min(one.end, period.end) - max(one.start, period.start)).days for one in away)
    if days:
        found.append(f"{days} days on leave")
    if words := fte_words(person, period):
        found.append(words)
    return found


def _quotas(ws: Workspace, period: Period, as_of: date | None, teams: TeamView) -> dict[Scope, Applied]:
    """The quotas that the files give, as targets of bookings; plain ones, without a minimum and a stretch apart."""
    if not store.data_dates(ws.db, "quotas"):  # the facts take long, and most workspaces have no such file
        return {}
    facts = evaluator(ws, as_of, teams).facts
    if not facts.tables.has("quotas"):
        return {}
    amounts, files = engine.imported_quotas(facts, (period,))[:, 0], _quota_files(ws)
    found = {}
    for scope in organisation(ws, as_of, teams).scopes():
        amount = float(amounts[facts.crew.row_of(scope, "team")])
        if scope.kind != "unassigned" and not isnan(amount):
            quota = Target(engine.QUOTA, scope, period, amount, amount, amount, version=0)
            found[scope] = Applied(quota, f"quota from {files}{_ramp_words(ws, scope, period)}")
    return found


def _quota_files(ws: Workspace) -> str:
    files = dict.fromkeys(one.file for one in store.import_history(ws.db) if one.kind == "quotas")
    return next(iter(files)) if len(files) == 1 else f"{len(files)} imported files"


def _ramp_words(ws: Workspace, scope: Scope, period: Period) -> str:
    """That a quota is taken as it stands in the file though the rep is ramping; empty for everybody else."""
    if scope.kind != "rep":
        return ""
    person = next((one for one in organisation(ws).people if one.id == scope.id), None)
    if person is None or not (is_ramping(person, period.start) or is_ramping(person, period.last_day)):
        return ""
    return f", as it stands there; ramping {ramp_note(person, period)}"
