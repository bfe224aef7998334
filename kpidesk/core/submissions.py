"""Submissions: what a rep, a team or the org says will be booked by the end of a period, given on a day and frozen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpidesk.core.errors import Issue, UserError
from kpidesk.core.formats import day_text, format_value, period_text
from kpidesk.core.people import Scope, months_after
from kpidesk.core.periods import Period

LARGEST_FORECAST = 1e12
DAYS_OF_A_WEEK = 7
MONTHS_AHEAD = 3
"""How long before its first day a period can be forecast."""
DAY_ONE = "day_one"
COMMIT_TITLE = "Commit, won included"
"""The title of a column of commits, in every table of forecasts given."""


@dataclass(frozen=True, slots=True)
class ByCategory:
    """The open deals due in a period that stand in one forecast category of the CRM: their amount and number."""

    category: str
    amount: float
    deals: float


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a period when a forecast was given; amounts in major units, None where the data lack it.

    `open_due` are the open deals due in the period, `weighted` the same by the probabilities of the CRM, `own_chances`
    by those of own history; `low` to `high` is the range of the app's own forecast. `reps_commit` is what the reps of
    a team or the org had committed to by then, `reps_given` how many of them.
    """

    data_date: date | None = None
    won: float | None = None
    target: float | None = None
    open_due: float | None = None
    weighted: float | None = None
    own_chances: float | None = None
    categories: tuple[ByCategory, ...] = ()
    low: float | None = None
    point: float | None = None
    high: float | None = None
    reps_commit: float | None = None
    reps_given: int = 0


@dataclass(frozen=True, slots=True)
class Submission:
    """A forecast given on a day, in major units of its currency; nothing of it ever changes.

    `commit` is what will be booked by the end, what is won already included; `best_case` the same if all goes well;
    `pipeline` the open deals due. `import_id` is the import that made it records for the KPIs, None where it made
    none; `is_undone` tells that this import was taken back. `meeting_id` is the forecast call it was given in.
    """

    id: int
    scope: Scope
    period: Period
    commit: float
    best_case: float
    pipeline: float
    currency: str
    note: str
    given_on: date
    given_at: str
    known: Known
    import_id: int | None = None
    is_undone: bool = False
    meeting_id: int | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submission just given, with what is remarkable about it."""

    submission: Submission
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """The forecasts of a file that were given, in its order, and what was wrong with the other lines."""

    submitted: tuple[Submitted, ...]
    issues: tuple[Issue, ...]


def check_amounts(commit: float, best_case: float, pipeline: float) -> None:
    """Refuse amounts that cannot be a forecast.

    Raises:
        UserError: one is negative or larger than anything sold, or the best case is below the commit.
    """
    for name, amount in (("commit", commit), ("best case", best_case), ("pipeline", pipeline)):
        if not math.isfinite(amount) or amount > LARGEST_FORECAST:
            raise UserError(f"The {name} is larger than anything that is sold.", "Look whether the digits are right.")
        if amount < 0:
            raise UserError(f"The {name} is below 0.", "Give what will be booked by the end; 0 is the least.")
    if best_case < commit:
        raise UserError(
            f"The best case, {full(best_case)}, is below the commit, {full(commit)}.",
            "The best case is what is booked if all goes well, the commit included.",
        )


def check_won(commit: float, won: float | None, currency: str) -> None:
    """Refuse a commit below what is won already; one that is only rounded differs by less than what is shown.

    Raises:
        UserError: it is below.
    """
    shown, least = (format_value(one or 0.0, "money", currency) for one in (commit, won))
    if won is not None and commit < won and shown != least:
        raise UserError(
            f"The commit, {shown}, is below the {least} that is won already.",
            "The commit is all that will be booked by the end, what is won included. A deal that is not really won is"
            " changed in the CRM first.",
        )


def full(amount: float) -> str:
    """An amount with all its digits, without a currency."""
    return f"{amount:,.2f}".removesuffix(".00")


def check_period(period: Period, day: date) -> None:
    """Refuse a forecast for a period that is over or far away.

    Raises:
        UserError: the period has ended, or begins more than a quarter after the day.
    """
    if period.end <= day:
        raise UserError(
            f"{period_text(period)} is over.",
            "A forecast is for what is still to come: choose the running period or the next.",
        )
    if period.start > months_after(day, MONTHS_AHEAD):
        raise UserError(
            f"{period.label} begins on {day_text(period.start)}, more than a quarter from now.",
            f"Give its forecast from {day_text(months_after(period.start, -MONTHS_AHEAD))} on.",
        )


def horizon_of(period: Period, day: date, earlier: Sequence[date], first_day: date) -> str:
    """How far into its period a forecast is given: `day_one`, or `week_2` for its second week.

    Up to the first working day (`first_day`) it is that of day one. Who gave none by then can do so in the first week;
    what follows it (`earlier` are the days of forecasts for the same period) is of the week it is given in.
    """
    week = (day - period.start).days // DAYS_OF_A_WEEK + 1
    if day <= first_day or (week <= 1 and not earlier):
        return DAY_ONE
    return f"week_{week}"


def remarks(commit: float, best_case: float, known: Known, currency: str) -> tuple[str, ...]:
    """What is remarkable about a forecast beside what is known: none of it is wrong by itself."""
    found = []
    due = (known.won or 0.0) + (known.open_due or 0.0)
    if known.open_due is not None and commit > due:
        found.append(
            f"The commit is above everything known: {format_value(known.won or 0.0, 'money', currency)} won and"
            f" {format_value(known.open_due, 'money', currency)} open and due. The rest is yet to be found."
        )
    elif known.open_due is not None and best_case > due:
        found.append(f"The best case is above the {format_value(due, 'money', currency)} that are won or open and due.")
    return tuple(found)


def in_force(found: Sequence[Submission], day: date) -> Submission | None:
    """The last of several submissions that was given by a day."""
    given = [one for one in found if one.given_on <= day]
    return max(given, key=lambda one: (one.given_on, one.id), default=None)


def checkpoints(period: Period, most: int = 12) -> tuple[tuple[int, date], ...]:
    """The days that lie whole weeks before the last one of a period, with the weeks, the earliest first."""
    weeks = min((period.days - 1) // DAYS_OF_A_WEEK, most)
    return tuple((left, period.last_day - timedelta(weeks=left)) for left in range(weeks, -1, -1))
