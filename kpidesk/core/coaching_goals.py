"""Coaching goals: a KPI that a rep works on, from a frozen start value to a verdict on a day that was agreed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.initiatives import Cell
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.status import Status

GoalVerdict = Literal["better", "worse", "changed", "cannot tell", "too early"]
GOAL_VERDICT_WORDS: dict[GoalVerdict, str] = {
    "better": "Changed for the better",
    "worse": "Changed for the worse",
    "changed": "Changed",
    "cannot tell": "Not distinguishable",
    "too early": "Too early",
}
GOAL_STATUS: dict[GoalVerdict, Status] = {
    "better": "on_track",
    "worse": "off_track",
    "changed": "no_target",
    "cannot tell": "no_target",
    "too early": "maturing",
}
"""The shape and colour that go with a verdict."""
LONGEST_GOAL = 300


@dataclass(frozen=True, slots=True)
class GoalStart:
    """Where a coaching goal begins: the KPI as it was defined, its result, and its values week by week.

    `text` and `sample` are the value as shown, in `currency` if it is money; `code` names the definitions behind it,
    those it refers to included. `receipt` is that by which the result is proven again, empty for a goal made before it
    was kept.
    """

    kpi: Kpi
    result: Result
    weeks: tuple[float | None, ...]
    text: str
    sample: str
    code: str
    as_of: date
    currency: str = ""
    receipt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class CoachingGoal:
    """What a rep works on, and by which KPI that is to show.

    `period` are the days of the start value, `due` is the day on which it is looked at again: as many days lie
    before it as in `period`. `expected` is the change hoped for as a share (0.1 for 10 % more), None where nobody
    said. `made_in` is the one-on-one it was made in (0: in none). Stamps are ISO text; `dropped_at` is empty while it
    is kept.
    """

    id: int
    scope: Scope
    kpi_id: str
    text: str
    period: Period
    start: GoalStart
    due: date
    expected: float | None = None
    made_at: str = ""
    made_in: int = 0
    dropped_at: str = ""

    @property
    def label(self) -> str:
        """The words of the goal, else the name of its KPI."""
        return self.text or self.start.kpi.name


@dataclass(frozen=True, slots=True)
class GoalReadout:
    """A coaching goal with what became of it up to the newest data, or to its day once that has come.

    `now` is the later value, None before a day of it is in the data. `change` is later less earlier, of counts and
    money as a share, `interval` bounds it with 95 % confidence. `finding` says what came out; `reach` which changes
    so few records can show; `note` that the definition is another one today.
    """

    goal: CoachingGoal
    as_of: date | None
    after: Period | None
    now: Cell | None
    change: float | None
    interval: tuple[float, float] | None
    change_text: str
    verdict: GoalVerdict
    finding: str
    reach: str = ""
    note: str = ""

    @property
    def is_over(self) -> bool:
        """Whether the data reach the day on which it is judged."""
        return self.as_of is not None and self.as_of >= self.goal.due - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VerdictCount:
    """How many coaching goals came to one verdict; nobody is named."""

    verdict: str
    count: int


def goal_receipts(found: GoalReadout) -> tuple[tuple[str, str], ...]:
    """What each number of a goal is, with the code by which it is proven again."""
    start, now = found.goal.start, found.now
    whose = f"{found.goal.scope.name}, {start.kpi.name}"
    later = (f"{whose}, {found.after.label}", now.receipt) if now is not None and found.after is not None else ("", "")
    return tuple(one for one in ((f"{whose}, {found.goal.period.label}", start.receipt), later) if one[1])


def start_words(goal: CoachingGoal) -> str:
    """Where a goal begins: "Win rate 22% (14 of 64), 1 Apr to 30 Jun 2026"."""
    start = goal.start
    sample = f" ({start.sample})" if start.sample else ""
    return f"{start.kpi.name} {start.text}{sample}, {goal.period.label}"


def course_words(found: GoalReadout) -> str:
    """Then and now: "22% (14 of 64) → 27% (9 of 33)"; only then while there is no later value."""
    start = found.goal.start
    then = f"{start.text} ({start.sample})" if start.sample else start.text
    if found.now is None or found.now.value is None:
        return then
    now = f"{found.now.text} ({found.now.sample})" if found.now.sample else found.now.text
    return f"{then} → {now}"


def readout_words(found: GoalReadout) -> str:
    """A goal with what became of it in one line: its KPI, then and now, and the finding."""
    told = f"{found.goal.start.kpi.name}: {course_words(found)}. {found.finding}"
    return f"{told} {found.note}".strip()


def look_words(goal: CoachingGoal) -> str:
    """On which day it is judged: "looked at on 30 Sep 2026"."""
    return f"looked at on {day_text(goal.due)}"


def check_goal(goal: CoachingGoal, *, shortest: int, longest: int) -> None:
    """Refuse a coaching goal that could never be judged.

    Raises:
        UserError: too soon or too late a day, too long a text, or no change expected.
    """
    if goal.scope.kind != "rep":
        raise UserError(f"A coaching goal is for a rep, not for '{goal.scope.key}'.", "Name one: rep:Ann Lee.")
    days = goal.period.days
    if days < shortest:
        soonest = goal.due + timedelta(days=shortest - days)
        raise UserError(f"{day_text(goal.due)} is too soon to see a change.",
                        f"Name a day from {day_text(soonest)} on.")  # fmt: skip
    if days > longest:
        last = goal.due - timedelta(days=days - longest)
        raise UserError(f"{day_text(goal.due)} is too far away.", f"Name a day up to {day_text(last)}.")
    if len(goal.text) > LONGEST_GOAL:
        raise UserError(f"The goal has {len(goal.text)} characters.", f"Say it in {LONGEST_GOAL} at most.")
    if goal.expected == 0:
        raise UserError("An expected change of 0 is none.", "Leave it out, or say for example +10%.")
