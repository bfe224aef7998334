"""What the window itself knows of the open workspace, and how the question above the pages follows a change of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kpidesk.core.imports import ImportEntry
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Organisation, Scope
from kpidesk.core.periods import Period, period_of
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.ui.jobs import Workspace


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Settings, people and KPIs of the workspace, its newest data date, its last import, and where it opens.

    `kpis` are the active ones in the order of the scorecard. `last_import` is None while nothing was imported.
    """

    settings: Settings
    organisation: Organisation
    opening: Question
    as_of: date | None = None
    kpis: tuple[Kpi, ...] = ()
    last_import: ImportEntry | None = None


def load_surroundings(workspace: Workspace) -> Surroundings:
    """Ask the workspace; runs on the database thread."""
    from kpidesk import operations

    imports = operations.imports(workspace)
    return Surroundings(
        settings=operations.settings(workspace),
        organisation=operations.scopes(workspace),
        opening=operations.opening(workspace),
        as_of=operations.data_date(workspace),
        kpis=tuple(one.kpi for one in operations.kpis(workspace) if one.kpi.status == "active"),
        last_import=imports[-1] if imports else None,
    )


def age_of(as_of: date | None, today: date) -> int | None:
    """How many days old the data is."""
    return None if as_of is None else (today - as_of).days


def followed(question: Question | None, before: Surroundings | None, now: Surroundings) -> Question:
    """The question to ask after a change: the newest period if that was on show, else the same as far as it exists."""
    if question is None or before is None or before.last_import is None:
        return now.opening
    scope = _kept_scope(question.scope, now.organisation)
    if question.period == before.opening.period:
        return replace(question, scope=scope, period=_newest_period(question.period, now))
    return replace(question, scope=scope, period=_kept_period(question.period, before.settings, now.settings))


def _newest_period(period: Period, now: Surroundings) -> Period:
    """The last period that the data covers, at the grain that was on show."""
    opening = now.opening.period
    if opening.grain == period.grain:
        return opening
    return period_of(min(opening.last_day, now.as_of or opening.last_day), period.grain, now.settings)


def _kept_scope(scope: Scope, organisation: Organisation) -> Scope:
    """The same team or rep, also under a new name; the org when there is none any more."""
    known = organisation.scopes()
    return next((one for one in known if (one.kind, one.id) == (scope.kind, scope.id)), ORG)


def _kept_period(period: Period, before: Settings, now: Settings) -> Period:
    calendar_kept = (before.fiscal_start_month, before.week_start) == (now.fiscal_start_month, now.week_start)
    if calendar_kept or period.grain == "span":
        return period
    return period_of(period.last_day, period.grain, now)
