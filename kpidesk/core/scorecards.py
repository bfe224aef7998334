"""A scorecard: KPIs of a scope in a period, each with goals, status and the text as shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from kpidesk.core.formats import chance_text, day_text, months_text
from kpidesk.core.goals import Baseline, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.parts import Part
from kpidesk.core.people import ORG, Scope, TeamView
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.status import TOO_EARLY, Confidence, Due, Status, TierReached


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: which scope, which period, broken down by what, with the knowledge of which day.

    `as_of` None means the newest data date. `periods` counts the periods that end with `period`. `by` is
    `team`, `rep`, a deal field, or empty. `teams` says whether rows count for teams as they were, or as they are on
    the newest data day. `parts` say which part of a number is meant, `where` which condition its rows meet as well, and
    `defined` by the definitions of which period it is counted where that is not its own; only receipts have use for
    them.
    """

    period: Period
    scope: Scope = ORG
    by: str = ""
    periods: int = 1
    as_of: date | None = None
    teams: TeamView = "as-was"
    parts: tuple[Part, ...] = ()
    where: str = ""
    defined: Period | None = None

    @property
    def defined_in(self) -> Period:
        """The period by whose definitions the number is counted."""
        return self.defined or self.period


@dataclass(frozen=True, slots=True)
class SparkPoint:
    """One past value for a sparkline; None is a gap. `partial`: the period is not over in the data."""

    label: str
    value: float | None
    partial: bool = False


Finding = Literal["real", "cannot_tell", "too_early"]
RISEN, FALLEN = "▲", "▼"


@dataclass(frozen=True, slots=True)
class Change:
    """Whether a number really differs from the one of the period before, or luck alone could bring as much.

    `against` names the earlier period, cut to as many days as have passed while the period runs, `before` is what the
    KPI came to in it, `receipt` the code by which that is proven again. `words` are a sentence for the manager, `brief`
    the same in two or three words.
    """

    finding: Finding
    brief: str
    words: str
    against: str
    before: float
    before_text: str
    rising: bool
    receipt: str = field(default="", compare=False)

    @property
    def mark(self) -> str:
        """An arrow beside the earlier value; none unless the change is real."""
        if self.finding != "real":
            return ""
        return RISEN if self.rising else FALLEN

    def told(self, *, against: bool = True) -> str:
        """What it was before and whether it really changed: "▲ 28% in Q2 2026: really higher"."""
        was = f"{self.before_text} in {self.against}" if against else self.before_text
        return f"{self.mark} {was}: {self.brief[0].lower()}{self.brief[1:]}".strip()


@dataclass(frozen=True, slots=True)
class LongRun:
    """The same KPI over up to 12 months to the end of the period, or to the day of the data while it runs.

    It stands where the period has few rows of its own. The months before the first rows are left out: the rep was not
    there yet, or nothing is known of them. `fair`: rows enough to judge one person by; `told`: enough to say something
    with care, as a status of one period asks for. `outlook` says how likely it is that the target is being reached
    ("Probably on track"). `period` is that longer time, None in a sheet that was sealed before it was kept; `receipt`
    the code by which the number can be proven again.
    """

    value: float
    value_text: str
    numerator: float | None
    n: float
    months: int
    fair: bool
    interval: tuple[float, float] | None
    words: str
    told: bool = True  # a sheet that was sealed before knows none that is too early
    outlook: str = ""
    period: Period | None = None
    receipt: str = field(default="", compare=False)

    @property
    def brief(self) -> str:
        """The same for a narrow place: "31 of 96 in 12 months", "$52.7K over 12 months"."""
        told = self.words if self.numerator is not None else f"{self.value_text} over {months_text(self.months)}"
        return told if self.fair else f"{told}, still few" if self.told else f"{told}, {TOO_EARLY}"


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the forecast sees a running period end, in the unit of the KPI: its middle, and the range of 8 in 10 cases.

    `method` is the one that stands for it, `chance` how likely the target is, None without a range. `by` names it in a
    sentence: "by open deals". `receipt` is the code of the range.
    """

    method: str
    point: float
    low: float | None
    high: float | None
    chance: float | None
    words: str
    by: str = ""
    receipt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One KPI for one member in one period: the raw numbers and the text as shown.

    `member` is the JSON key of the row (`org`, `team:North`, `Inbound` for a field value). `expected` is the
    paced target on the data date of a running period, `attainment` value against target (higher is better
    after direction is applied). `status_words` is what a badge says: pace words while the period runs, the tier
    once it is closed. `target_why` says why this target holds, which may have been set for a role or a whole, or why
    quotas of files give none; where it `is_target_changed` since the period began, also what it is since then.
    `receipt` is the code by which the number can be proven again, `prior_receipt` that of the period before where it
    was asked for; they tell of the log too, so they make no difference. `long_run` stands beside a number from few
    rows. `change` and `noticeable` ("One quarter can show a change of 9 points.") are told only where they were asked
    for. `due` says by what `expected` was reckoned, `chance` how likely a running period ends on its target, where the
    status goes by that. `landing` is the forecast of bookings that have a target, while their period runs.
    `is_few`: too few rows for anything to be said of it, with a target or without.
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
    target_why: str = ""
    is_target_changed: bool = False
    receipt: str = field(default="", compare=False)
    long_run: LongRun | None = None
    change: Change | None = None
    noticeable: str = ""
    due: Due | None = None
    chance: float | None = None
    landing: Landing | None = None
    prior_receipt: str = field(default="", compare=False)
    is_few: bool = field(default=False, compare=False)

    def receipts(self, name: str) -> tuple[tuple[str, str], ...]:
        """The codes of the number, of that over a longer time and of where it is heading, by what each is called."""
        over, ahead = self.long_run, self.landing
        longer = (f"{name}, over {months_text(over.months)}", over.receipt) if over is not None else ("", "")
        heading = (f"{name}, heading for", ahead.receipt) if ahead is not None else ("", "")
        return tuple((called, code) for called, code in ((name, self.receipt), longer, heading) if code)

    def receipts_with_before(self, name: str) -> tuple[tuple[str, str], ...]:
        """The same, and the code of the number of the period before where it is told whether it changed."""
        change = self.change
        before = ((f"{name}, before: {change.against}", change.receipt),) if change is not None else ()
        return (*self.receipts(name), *((called, code) for called, code in before if code))

    def without_receipts(self) -> Row:
        """The same number without its codes."""
        over, change, ahead = self.long_run, self.change, self.landing
        return replace(
            self, receipt="", prior_receipt="", long_run=replace(over, receipt="") if over is not None else None,
            change=replace(change, receipt="") if change is not None else None,
            landing=replace(ahead, receipt="") if ahead is not None else None,
        )  # fmt: skip

    def long_question(self, asked: Question) -> Question | None:
        """The question of the number over a longer time beside this one, which `asked` is of; None without one."""
        over = self.long_run
        if over is None or over.period is None:
            return None
        return replace(asked, scope=self.scope, period=over.period, periods=1, parts=(), defined=self.period)

    @property
    def heading(self) -> str:
        """Where the forecast sees its period end, in words; empty where it is too early for a verdict as well."""
        return self.landing.words if self.landing is not None and self.status != "too_few" else ""

    @property
    def chance_by(self) -> str:
        """By what the chance was reckoned: "by open deals", "by how your last 8 quarters filled up"."""
        paced = self.due.words if self.due is not None else ""
        if self.landing is None or self.landing.chance is None:
            return paced
        return paced if self.landing.method == "share" and paced else self.landing.by


NOT_OVER = "The period is not over."
ON_LAST_DAY = "The period is over; the data are of its last day."


def not_over_words(period: Period, known: date, today: date) -> str:
    """Of a period that the data do not cover: that it is not over, or that it is and the data end before."""
    if today <= period.last_day:
        return NOT_OVER
    return f"The period is over, but the data end on {day_text(known)}."


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All rows of one question. `running`: the period is not over in the data; `notices` hold for all rows.

    `currency` is that of every amount of money in it. `ramping` are the reps in it who are within their ramp.
    `definitions` is the code of how its KPIs are defined.
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
    definitions: str = ""

    @property
    def running_words(self) -> str:
        """That the period is not over, or that it is and where in it the data end; empty where they go on after it."""
        if not self.running:
            return ON_LAST_DAY if self.as_of == self.question.period.last_day else ""
        if self.as_of is None:
            return ""
        return not_over_words(self.question.period, self.as_of, self.as_of + timedelta(days=self.age_days or 0))


_MOST_LANDINGS = 3
COACHING = "Coaching"
"""The heading of the metrics at the end of a scorecard that are for one-on-ones."""


def begins_coaching(card: Scorecard, at: int) -> bool:
    """Whether the coaching metrics of a scorecard begin with a row; in a breakdown they stand under their names."""
    rows = card.rows
    return not card.question.by and rows[at].kpi.coaching and (at == 0 or not rows[at - 1].kpi.coaching)


def total_name(card: Scorecard, row: Row) -> str:
    """The name of a row that is the whole scope among its parts; empty for every other row."""
    is_total = card.question.by in ("team", "rep") and row.scope == card.question.scope and row.scope.kind == "team"
    return f"all of {row.scope.name}" if is_total else ""


def names_in_row(names: Iterable[str], most: int = 6) -> str:
    """Names in a row, the rest of a long list as a number."""
    known = list(names)
    between = "; " if any("," in name for name in known) else ", "
    shown = between.join(known[:most])
    return shown if len(known) <= most else f"{shown} and {len(known) - most} more"


RowKey = tuple[str, ...]
"""What tells a row of a scorecard from the others: the KPI first, then its member and period, as far as they differ."""


def rows_in_row(told: Iterable[RowKey], known: Iterable[RowKey]) -> str:
    """Some of the known rows in words: each KPI once, with whose rows are meant unless all of its rows are.

    "Bookings; Win rate, Average deal size of Ann Lee, Bo Dahl": KPIs with the same members stand together.
    """
    members: dict[str, list[str]] = {}
    for first, *rest in told:
        members.setdefault(first, []).append(", ".join(rest))
    whole = Counter(first for first, *_ in known)
    alike: dict[RowKey, list[str]] = {}
    for first, some in members.items():
        alike.setdefault(() if len(some) == whole[first] else tuple(some), []).append(first)
    return "; ".join(
        f"{names_in_row(firsts)} of {names_in_row(some)}" if some else names_in_row(firsts)
        for some, firsts in alike.items()
    )


def goal_notes(rows: Sequence[Row], names: Sequence[RowKey]) -> tuple[str, ...]:
    """Whence targets come that were not set for the rows themselves, and by what those of a running period are due.

    `names` tell the rows apart.
    """
    whence: dict[str, list[RowKey]] = {}
    lacking: dict[str, list[RowKey]] = {}
    due: dict[str, list[RowKey]] = {}
    likely: dict[str, list[str]] = {}
    of_one = len({first for first, *_ in names}) == 1
    for name, row in zip(names, rows, strict=True):
        if row.target is not None and (
            row.target.scope != row.scope or not row.target.version or row.is_target_changed
        ):
            whence.setdefault(row.target_why, []).append(name)
        if row.target is None and row.target_why:
            lacking.setdefault(row.target_why, []).append(name)
        if row.due is not None:
            due.setdefault(row.due.words, []).append(name)
        if row.chance_by and row.chance is not None:
            whose = name[1:] if of_one and name[1:] else name
            likely.setdefault(row.chance_by, []).append(f"{' of '.join(whose)} {chance_text(row.chance)}")
    return (
        *(f"Target of {rows_in_row(told, names)}: {why}." for why, told in whence.items()),
        *(f"No target of {rows_in_row(told, names)}: {why}." for why, told in lacking.items()),
        *(f"Expected by now of {rows_in_row(told, names)}: {by}." for by, told in due.items()),
        *(f"The status goes by the chance of the target, {by}: {names_in_row(told)}." for by, told in likely.items()),
        *_landing_notes(rows, names),
    )


def _landing_notes(rows: Sequence[Row], names: Sequence[RowKey]) -> list[str]:
    """Where the forecast sees each end; of many rows the chances alone are told."""
    told = [
        f"Forecast of {' of '.join(name)}: {row.heading}." for name, row in zip(names, rows, strict=True) if row.heading
    ]
    return told if len(told) <= _MOST_LANDINGS else []


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
