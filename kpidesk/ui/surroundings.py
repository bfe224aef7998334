"""What the window itself knows of the open workspace, and how the question above the pages follows a change of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG, Organisation, Scope
from kpidesk.core.periods import Grain, Period, parse_period, period_of
from kpidesk.core.settings import Settings, calendar_of

if TYPE_CHECKING:
    from kpidesk.core.import_history import DataDay, ImportEntry
    from kpidesk.core.kpis import Kpi
    from kpidesk.core.scorecards import Question
    from kpidesk.ui.jobs import Workspace

KeptPeriod = tuple[Grain, str]
"""A grain and the key of a period; without a key the newest one of that grain is meant."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Settings, people and KPIs of the workspace, its newest data date, its last import, and where it opens.

    `days` are those that data are of, newest first. `kpis` are the active ones in the order of the scorecard.
    `imports` are those of files, oldest first, `last_import` the newest of them, None while there was none.
    """

    settings: Settings
    organisation: Organisation
    opening: Question
    as_of: date | None = None
    kpis: tuple[Kpi, ...] = ()
    last_import: ImportEntry | None = None
    imports: tuple[ImportEntry, ...] = ()
    days: tuple[DataDay, ...] = ()


def load_surroundings(workspace: Workspace) -> Surroundings:
    """Ask the workspace; runs on the database thread."""
    from kpidesk import operations

    imports = tuple(one for one in operations.imports(workspace) if not one.is_typed)
    return Surroundings(
        settings=operations.settings(workspace),
        organisation=operations.scopes(workspace),
        opening=operations.opening(workspace),
        as_of=operations.data_date(workspace),
        kpis=tuple(one.kpi for one in operations.kpis(workspace, "active")),
        last_import=imports[-1] if imports else None,
        imports=imports,
        days=operations.data_days(workspace),
    )


def single(workspace: Workspace, question: Question | None) -> Question:
    """What is chosen above the page, as one period of one scope; without a choice what the workspace opens with."""
    from kpidesk import operations

    return replace(question, by="", periods=1) if question is not None else operations.opening(workspace)


def age_of(as_of: date | None, today: date) -> int | None:
    """How many days old the data is."""
    return None if as_of is None else (today - as_of).days


def followed(question: Question | None, before: Surroundings | None, now: Surroundings) -> Question:
    """The question to ask after a change: the newest period if that was on show, else the same as far as it exists.

    What was looked at as of an earlier day stays there, unless something was imported or that day is gone.
    """
    if question is None or before is None or before.last_import is None:
        return now.opening
    scope = _kept_scope(question.scope, now.organisation)
    if question.as_of is not None and (_has_grown(before, now) or question.as_of not in [one.day for one in now.days]):
        question = replace(question, as_of=None)
    if question.period == before.opening.period:
        return replace(question, scope=scope, period=newest_period(question.period.grain, now))
    return replace(question, scope=scope, period=_kept_period(question.period, before.settings, now.settings))


def _has_grown(before: Surroundings, now: Surroundings) -> bool:
    """Whether something was imported."""
    newest = now.last_import.import_id if now.last_import else 0
    return before.last_import is not None and newest > before.last_import.import_id


def as_of(question: Question, day: date | None, settings: Settings) -> Question:
    """The same question with the knowledge of a day (None: all there is).

    A period that had not begun on that day gives way to the one of the same length that had.
    """
    period = question.period
    if day is not None and period.start > day and period.grain != "span":
        period = period_of(day, period.grain, settings)
    return replace(question, as_of=day, period=period)


def newest_period(grain: Grain, now: Surroundings) -> Period:
    """The last period of a grain that the data cover."""
    opening = now.opening.period
    if grain in (opening.grain, "span"):
        return opening
    return period_of(min(opening.last_day, now.as_of or opening.last_day), grain, now.settings)


def as_left(kept: KeptPeriod | None, found: Surroundings, today: date) -> Question:
    """What a workspace opens with: the period it was left on, which goes on with the data if it was the newest.

    Never left before, it opens on the last quarter that the data cover.
    """
    if kept is None or found.last_import is None:
        return found.opening
    try:
        grain, key = kept
        period = parse_period(key, found.settings, today) if key else newest_period(grain, found)
    except UserError:  # another calendar since
        return found.opening
    return replace(found.opening, period=period)


def left_on(question: Question, found: Surroundings) -> KeptPeriod:
    """What is kept of the period on show: its grain, and which one it is unless it is the newest."""
    period = question.period
    return period.grain, "" if period == newest_period(period.grain, found) else period.key


def _kept_scope(scope: Scope, organisation: Organisation) -> Scope:
    """The same team or rep, also under a new name; the org when there is none any more."""
    known = organisation.scopes()
    return next((one for one in known if (one.kind, one.id) == (scope.kind, scope.id)), ORG)


def _kept_period(period: Period, before: Settings, now: Settings) -> Period:
    if calendar_of(before) == calendar_of(now) or period.grain == "span":
        return period
    return period_of(period.last_day, period.grain, now)
