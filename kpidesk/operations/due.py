"""How much of a running period's target is due by now: as past periods filled up, or by working days.

The scorecard, the trend and the forecast all ask here, so that they tell the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine
from kpidesk.core.kpis import Direction, Kpi, PaceRule
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, is_running, run_of, shift, span_period
from kpidesk.core.scorecards import Question
from kpidesk.core.status import Due
from kpidesk.core.worktime import read_work_week, working_days
from kpidesk.language import Formula
from kpidesk.operations.evaluators import evaluator, holidays
from kpidesk.operations.formulas import definition_in_force, formula_then
from kpidesk.operations.overlapping import overlaps
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace, data_date, settings
from kpidesk.stats.pace import PAST_PERIODS, business_days, calendar_share, days_worked
from kpidesk.stats.projecting import share_range

PAST = 8
"""How many past periods show how a period fills up."""
MOST_STEPS = 70
ONE_DAY = timedelta(days=1)
_ROUNDING = 1e-9
Place = tuple[int, int]
"""A KPI and a member by their numbers."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked: from Monday to Sunday, and the days off."""

    week: tuple[bool, ...]
    off: tuple[date, ...]

    def days(self, period: Period) -> int:
        """The working days of a period."""
        return business_days(period.start, period.end, self.off, self.week)

    def gone(self, period: Period, day: date) -> int:
        """The working days of a period before a day."""
        return business_days(period.start, min(max(day, period.start), period.end), self.off, self.week)

    def worked(self, period: Period) -> list[date]:
        """Each working day of a period."""
        return days_worked(period, self.off, self.week)


def calendar_of(ws: Workspace, as_of: date | None = None) -> Calendar:
    """The working days of a workspace, with the holidays known on a day."""
    return Calendar(tuple(working_days(read_work_week(settings(ws).business_hours))), holidays(ws, as_of))


# --- how past periods filled up ---------------------------------------------------------------------------------------


def steps_of(period: Period, days: Sequence[date], most: int = MOST_STEPS) -> list[Period]:
    """A period from its first day up to each working day (or each of `most` of them), the last one whole."""
    if not days:
        return []
    count = min(most, len(days))
    ends = [days[math.ceil((step + 1) * len(days) / count) - 1] for step in range(count - 1)]
    return [*(span_period(period.start, day) for day in ends), span_period(period.start, period.last_day)]


@lru_cache(maxsize=256)
def steps_in(period: Period, off: tuple[date, ...], week: tuple[bool, ...]) -> tuple[Period, ...]:
    """`steps_of` its working days: every member and every method asks for the same past periods."""
    return tuple(steps_of(period, days_worked(period, off, week)))


@dataclass(frozen=True, slots=True)
class Around:
    """The steps of a past period before and after a part of its working days, and the whole of it.

    `over` is how far between the two steps the part lies, from 0 to 1; nothing comes `before` the first step.
    """

    before: Period | None
    after: Period
    whole: Period
    over: float

    @property
    def spans(self) -> tuple[Period, Period, Period]:
        """What has to be counted to know the share."""
        return self.before or self.after, self.after, self.whole

    def share(self, before: float, after: float, whole: float) -> float:
        """The part of the whole that there was, straight between the two steps."""
        start = before if self.before is not None else 0.0
        return (start + (after - start) * self.over) / whole


def around(steps: Sequence[Period], place: float) -> Around:
    """Where a part of the working days (0 to 1) lies among the steps of a period, of which there is one at least."""
    at = min(int(place * len(steps)), len(steps) - 1)
    return Around(steps[at - 1] if at else None, steps[at], steps[-1], place * len(steps) - at)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One KPI whose past is asked for."""

    at: int
    kpi: Kpi
    formula: Formula


@dataclass(frozen=True, slots=True)
class Past:
    """What the last closed periods had by the same part of their working days.

    `shares` are the parts of their totals, oldest first, None where one shrank: that tells nothing of how one fills up.
    Periods that came to nothing are left out. `each` is what one row of theirs brought, None without any.
    """

    shares: tuple[float, ...] | None = ()
    each: float | None = None


def past_of(
    ws: Workspace, asked: Question, kpis: Sequence[Kpi], members: Sequence[Scope], period: Period
) -> Mapping[Place, Past]:
    """How the past of every count and amount of money filled up, by its formula of this period.

    Not of those whose periods share rows with each other; periods that the data do not cover whole are left out.
    """
    wanted = list(_with_past(ws, kpis, period))
    known, place = data_date(ws, asked.as_of), _place(ws, asked, period)
    if not wanted or not members or known is None or place is None:
        return {}
    spots = _spots(ws, asked, period, place)
    if not spots:
        return {}
    grid = engine.evaluate(
        evaluator(ws, asked.as_of, asked.teams), [(one.kpi, one.formula) for one in wanted], members,
        [span for spot in spots for span in spot.spans], unassigned_level=level_of_nobody(asked),
    )  # fmt: skip
    return {
        (one.at, s): _past(grid.value[k, s].reshape(-1, 3), grid.n[k, s].reshape(-1, 3), grid.inside[k, 2::3], spots)
        for k, one in enumerate(wanted)
        for s in range(len(members))
    }


def _with_past(ws: Workspace, kpis: Sequence[Kpi], period: Period) -> list[_Asked]:
    found = []
    for at, kpi in enumerate(kpis):
        version = definition_in_force(ws, kpi, period)
        formula = formula_then(ws, version, period) if version.prorated else None
        if formula is not None and not overlaps(version, formula):
            found.append(_Asked(at, version, formula))
    return found


def _place(ws: Workspace, asked: Question, period: Period) -> float | None:
    """Which part of the working days of a period is over by the end of the day of the data; None without any."""
    calendar, known = calendar_of(ws, asked.as_of), data_date(ws, asked.as_of)
    total = calendar.days(period)
    return calendar.gone(period, known + ONE_DAY) / total if known is not None and total else None


def _spots(ws: Workspace, asked: Question, period: Period, place: float) -> list[Around]:
    """The same part of the working days in each of the last closed periods."""
    known, calendar, shown = data_date(ws, asked.as_of), calendar_of(ws, asked.as_of), settings(ws)
    before = run_of(shift(period, -1, shown), PAST + 2, shown)
    closed = [one for one in before if not is_running(one, known, ws.today)][-PAST:]
    steps = [steps_in(one, calendar.off, calendar.week) for one in closed]
    return [around(one, place) for one in steps if one]


def _past(
    values: NDArray[np.float64], counts: NDArray[np.float64], inside: NDArray[np.bool_], spots: Sequence[Around]
) -> Past:
    """What is told by the past periods since the last one that the data do not cover whole."""
    gaps = np.flatnonzero(inside | ~np.isfinite(values[:, 2]))
    first = int(gaps[-1]) + 1 if len(gaps) else 0
    rows = float(counts[first:, 2].sum())
    return Past(_shares(values[first:], spots[first:]), float(values[first:, 2].sum()) / rows if rows else None)


def _shares(values: NDArray[np.float64], spots: Sequence[Around]) -> tuple[float, ...] | None:
    """The share in each past period; None where one shrank."""
    told = np.nan_to_num(values)  # nothing there yet
    slack = _ROUNDING * np.abs(told[:, 2])
    if (told[:, 0] > told[:, 1] + slack).any() or (told[:, 1] > told[:, 2] + slack).any() or (told < 0).any():
        return None
    return tuple(
        spot.share(*three) for spot, three in zip(spots, told.tolist(), strict=True) if three[2] > 0
    )  # fmt: skip


# --- what is due ------------------------------------------------------------------------------------------------------


def dues(
    ws: Workspace, asked: Question, kpis: Sequence[Kpi], members: Sequence[Scope], period: Period
) -> Mapping[Place, Due]:
    """How much of the target of each count and amount of money is due by now; nothing once the period is over."""
    known = data_date(ws, asked.as_of)
    if known is None or not is_running(period, known, ws.today):
        return {}
    past = past_of(ws, asked, kpis, members, period)
    versions = [definition_in_force(ws, kpi, period) for kpi in kpis]
    return {
        (k, s): due_of(ws, asked, period, version.pace, past.get((k, s), Past()))
        for k, version in enumerate(versions)
        if version.prorated
        for s in range(len(members))
    }


def due_of(ws: Workspace, asked: Question, period: Period, rule: PaceRule, past: Past) -> Due:
    """How much is due by a rule: the mean of at least four past shares (methodology: V-PACE), else by days.

    By working days where the past does not tell or is not asked, by calendar days where no day is worked.
    """
    shares = past.shares or ()
    known, place = data_date(ws, asked.as_of), _place(ws, asked, period)
    if rule in ("", "history") and len(shares) >= PAST_PERIODS:
        return Due(fmean(shares), "history", len(shares), period.grain, shares=shares, each=past.each,
                   is_over=known is not None and known >= period.last_day)  # fmt: skip
    if rule == "calendar" or place is None:
        return Due(calendar_share(period, known + ONE_DAY) if known is not None else 0.0, "calendar",
                   each=past.each)  # fmt: skip
    few = PAST_PERIODS if rule == "history" else 0
    return Due(place, "business", few=few, grain=period.grain, each=past.each)


def chance_of(due: Due, value: float, target: float, direction: Direction) -> float | None:
    """How likely a period ends on its target, as the past ones filled up (`share_range`).

    None where past periods do not tell that yet.
    """
    made = share_range(value, due.shares, (target,), is_over=due.is_over) if due.basis == "history" else None
    if made is None:
        return None
    if due.is_over:
        return float(value <= target if direction == "lower" else value >= target)
    return 1 - made.chances[0] if direction == "lower" else made.chances[0]
