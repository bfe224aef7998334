"""How long new people take to reach their quota for the first time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from kpidesk.core.periods import Grain, Period, periods_in, span_period
from kpidesk.engine.answers import Answer, Reasons, begun_before
from kpidesk.engine.crew import Crew
from kpidesk.engine.days import NO_DAY, Window, day_number, day_of
from kpidesk.engine.facts import Facts
from kpidesk.engine.values import Floats, Ints, Mask
from kpidesk.engine.words import not_covered

DAYS_OF_MONTH = 365.25 / 12


def periods_known(facts: Facts, grain: Grain) -> tuple[Period, ...]:
    """The periods of a grain from the first one that the deals cover to the last one that is over."""
    closed = facts.deals.ends("closed_at")[0]
    if facts.newest_data == NO_DAY or np.isnan(closed) or closed > facts.newest_data:
        return ()
    known = span_period(day_of(int(closed)), day_of(facts.newest_data))
    found = periods_in(known, grain, facts.settings)
    return tuple(one for one in found if one.start >= known.start and one.end <= known.end)


def ramp_times(
    facts: Facts, periods: Sequence[Period], quota: Floats, booked: Floats, windows: Sequence[Window], why: Reasons
) -> Answer:
    """The median months from hire to the end of the first period at quota, of people for whom it fell in the window.

    `quota` and `booked` are by person (nobody left out) and period. Of who was hired before the first period nothing is
    known. A person counts with the team of the last day of the window.
    """
    crew = facts.crew
    known, got, day, took, _ = first_quotas(crew, periods, quota, booked)
    waiting = known & ~got & _still_here(crew, facts.newest_data)
    shape = (crew.rows, len(windows))
    value, n, reasons = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape, dtype=np.int64)
    for at, window in enumerate(windows):
        inside = np.flatnonzero((day >= window.start) & (day < window.end))
        value[:, at], n[:, at] = _medians(crew, inside, took[inside], window, shape[0])
        reasons[:, at] = np.where(np.isnan(value[:, at]), why.number(_reason(facts, quota, window)), 0)
    notice = _notice(int(waiting.sum()))
    return Answer(value, n, reasons, ((notice,) * bool(notice),) * len(windows), begun_before(len(windows)))


def first_quotas(
    crew: Crew, periods: Sequence[Period], quota: Floats, booked: Floats
) -> tuple[Mask, Mask, Floats, Floats, Ints]:
    """Of every person: hired in days that are known, reached a quota, on which day, after how many months, in which.

    The last is the place of the period among `periods`; days and months are NaN where no quota was reached.
    """
    hired = _hired(crew)
    ends = np.array([day_number(one.end) for one in periods], dtype=np.float64)
    starts = np.array([day_number(one.start) for one in periods], dtype=np.float64)
    known = hired >= (starts[0] if len(starts) else np.inf)
    reached = (quota > 0) & (booked >= quota) & (ends[None, :] > hired[:, None]) & known[:, None]
    got: Mask = np.asarray(reached.any(axis=1))
    which: Ints = np.asarray(np.argmax(reached, axis=1)) if len(ends) else np.zeros(len(hired), dtype=np.int64)
    day: Floats = np.where(got, ends[which] - 1, np.nan) if len(ends) else np.full(len(hired), np.nan)
    return known, got, day, (day + 1 - hired) / DAYS_OF_MONTH, which


def _medians(crew: Crew, person: Ints, took: Floats, window: Window, rows: int) -> tuple[Floats, Floats]:
    """The median and how many it rests on, by row of an answer; `person` counts from 0."""
    value, n = np.full(rows, np.nan), np.zeros(rows)
    team = crew.team_on(person + 1, window.end - 1)
    for row in range(rows):
        mine = (
            np.ones(len(person), dtype=np.bool_)
            if row == 0
            else (person + 1 == row - crew.first_rep if row >= crew.first_rep else crew.holding[team, row - 1] > 0)
        )
        if mine.any():
            value[row], n[row] = np.median(took[mine]), mine.sum()
    return value, n


def _reason(facts: Facts, quota: Floats, window: Window) -> str:
    if facts.newest_data == NO_DAY or window.start > facts.newest_data:
        return not_covered(window.label)
    if not (quota > 0).any():
        return "needs quotas of each person by month or quarter: import quotas, or set targets of bookings"
    return f"nobody hired since the data begin reached a quota for the first time in {window.label}"


def _notice(waiting: int) -> str:
    if not waiting:
        return ""
    return f"{waiting} {'person' if waiting == 1 else 'people'} hired since the data begin did not reach it yet."


def _hired(crew: Crew) -> Floats:
    """The day of hire of every person, NaN where it is not known."""
    return _days(crew, "hire_at")


def _still_here(crew: Crew, day: int) -> Mask:
    return ~(_days(crew, "end_at") <= day)


def _days(crew: Crew, field: Literal["hire_at", "end_at"]) -> Floats:
    people = {person.id: person for person in crew.organisation.people}
    days = [getattr(people[one], field) for one in crew.people]
    return np.array([np.nan if day is None else float(day_number(day)) for day in days], dtype=np.float64)
