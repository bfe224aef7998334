"""A scorecard: KPIs of a scope in a period, each with goals, status and the text as shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpidesk.core.goals import Baseline, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Scope, TeamView
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.status import Confidence, Status, TierReached


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: which scope, which period, broken down by what, with the knowledge of which day.

    `as_of` None means the newest data date. `periods` counts the periods that end with `period`. `by` is
    `team`, `rep`, a deal field, or empty. `teams` says whether rows count for teams as they were, or as they are on
    the newest data day.
    """

    period: Period
    scope: Scope = ORG
    by: str = ""
    periods: int = 1
    as_of: date | None = None
    teams: TeamView = "as-was"


@dataclass(frozen=True, slots=True)
class SparkPoint:
    """One past value for a sparkline; None is a gap. `partial`: the period is not over in the data."""

    label: str
    value: float | None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One KPI for one member in one period: the raw numbers and the text as shown.

    `member` is the JSON key of the row (`org`, `team:North`, `Inbound` for a field value). `expected` is the
    paced target on the data date of a running period, `attainment` value against target (higher is better
    after direction is applied). `status_words` is what a badge says: pace words while the period runs, the tier
    once it is closed.
    """

    kpi: Kpi
    member: str
    scope: Scope
    period: Period
    result: Result
    baseline: Baseline | None
    target: Target | None
    expected: float | None
    attainment: float | None
    status: Status
    tier: TierReached | None
    confidence: Confidence
    reason: str
    age_days: int | None
    sources: tuple[str, ...]
    prior: Result | None
    spark: tuple[SparkPoint, ...]
    value_text: str
    sample_text: str
    target_text: str
    prior_text: str
    status_words: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All rows of one question. `running`: the period is not over in the data; `notices` hold for all rows.

    `currency` is that of every amount of money in it. `ramping` are the reps in it who are within their ramp.
    """

    question: Question
    as_of: date | None
    running: bool
    rows: tuple[Row, ...]
    notices: tuple[str, ...] = ()
    title: str = ""
    age_days: int | None = None
    sources: tuple[str, ...] = ()
    currency: str = ""
    ramping: tuple[Scope, ...] = ()


def total_name(card: Scorecard, row: Row) -> str:
    """The name of a row that is the whole scope among its parts; empty for every other row."""
    is_total = card.question.by in ("team", "rep") and row.scope == card.question.scope and row.scope.kind == "team"
    return f"all of {row.scope.name}" if is_total else ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Reps (and Unassigned, and the total) against KPIs: `cells[i][j]` is member i under KPI j.

    `ramping` are the members who are within their ramp; `notices` hold for all cells.
    """

    question: Question
    kpis: tuple[Kpi, ...]
    members: tuple[Scope, ...]
    cells: tuple[tuple[Row, ...], ...]
    ramping: tuple[Scope, ...] = ()
    notices: tuple[str, ...] = ()
