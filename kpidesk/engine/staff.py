"""Measures of people: how many carry a quota, are past their ramp, have reached it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import numpy as np

from kpidesk.core.people import Person, is_ramping
from kpidesk.core.periods import Period
from kpidesk.engine.answers import Answer, Reasons, constant
from kpidesk.engine.coverage import as_of_day
from kpidesk.engine.crew import Crew
from kpidesk.engine.days import NO_DAY, Window, day_number, day_of, moved
from kpidesk.engine.facts import Facts
from kpidesk.engine.rowwise import all_of, conjuncts
from kpidesk.engine.scan import Picks, add_up, reading_of
from kpidesk.engine.values import Column, Floats, Ints, Mask, NotComputableError, Rows, Words
from kpidesk.engine.words import not_covered
from kpidesk.language.tree import (
    AllOf,
    AsOf,
    Compare,
    FieldRef,
    FilterRef,
    IsEmpty,
    Leaf,
    On,
    Span,
    Value,
)  # fmt: skip

YEAR = Span(1, "year")
QUOTA_FIELD = FieldRef("people", "quota", "money")


def staff_measure(
    facts: Facts,
    leaf: Leaf,
    periods: Sequence[Period],
    windows: Sequence[Window],
    quota: Sequence[Floats],
    booked: Sequence[Floats],
    wide: bool,
    why: Reasons,
) -> Answer:
    """A count of people by scope and window; `quota` and `booked` are by person for each window.

    A person counts from the day of hire (when it is known) until the day they leave.

    Raises:
        NotComputableError: anything but a count as of a day, or a field that people do not have.
    """
    if leaf.aggregate != "count" or isinstance(leaf.dated, On):
        raise NotComputableError("needs a count of people as of a day")
    answer = constant((facts.crew.rows if wide else 1, len(windows)), np.nan)
    reasons = answer.why
    for number, window in enumerate(windows):
        day = as_of_day(facts, leaf.dated.moment, window)
        if facts.newest_data == NO_DAY or day > facts.newest_data:
            reasons[:, number] = why.number(not_covered(window.label))
            continue
        rows = people_rows(facts, periods[number], day, quota[number], booked[number])
        answer.value[:, number] = _count(facts.crew, people_counted(facts, leaf, rows, window, day), day, wide)
    return Answer(answer.value, np.nan_to_num(answer.value), reasons, answer.notices, answer.begins)


def people_rows(facts: Facts, period: Period, day: int, quota: Floats, booked: Floats) -> Rows:
    """The people of the workspace as rows of a table, each with the role of `day`.

    `quota` and `booked` are by person, nobody first.
    """
    return Rows(len(facts.crew.people), _loader(facts, period, day, quota, booked))


def people_counted(facts: Facts, leaf: Leaf, rows: Rows, window: Window, day: int) -> Ints:
    """The people, numbered from 1, whom a measure counts as of a day."""
    hit = _present(rows, day) & all_of(conjuncts(leaf.where), rows, reading_of(facts, "people", window))
    return np.flatnonzero(hit) + 1


def _count(crew: Crew, person: Ints, day: int, wide: bool) -> Floats:
    ones, zeros = np.ones(len(person), dtype=np.int64), np.zeros(len(person), dtype=np.int64)
    picks = Picks(zeros, person, person, crew.team_on(person, day), ones, np.ones(len(person)), 0, day + zeros)
    return add_up(picks, crew, 1, None, wide)[:, 0]


def _present(rows: Rows, day: int) -> Mask:
    hired, left = rows.column("hire_at").data, rows.column("end_at").data
    return ~(hired > day) & ~(left <= day)


def _loader(facts: Facts, period: Period, day: int, quota: Floats, booked: Floats) -> Callable[[str], Column]:
    """The columns of the people, each made when a formula names its field."""
    people = {person.id: person for person in facts.crew.organisation.people}
    staff = [people[one] for one in facts.crew.people]
    names = {person.id: person.name for person in staff}
    columns: dict[str, Callable[[], Column]] = {
        "hire_at": lambda: Column(_days(person.hire_at for person in staff)),
        "end_at": lambda: Column(_days(person.end_at for person in staff)),
        "role": lambda: _roles(person.role_on(day_of(day)) for person in staff),
        "ramped": lambda: Column(_ramped(staff, period)),
        "quota": lambda: Column(quota[1:]),
        "quota_attained": lambda: Column(_attained(quota[1:], booked[1:])),
        "person_id": lambda: Column(np.array(facts.crew.people, dtype=np.float64), names=names),
    }

    def load(field: str) -> Column:
        if field not in columns:
            raise NotComputableError(f"needs the field '{field}' of people")
        return columns[field]()

    return load


def _days(days: Iterable[date | None]) -> Floats:
    return np.array([np.nan if day is None else float(day_number(day)) for day in days])


def _roles(roles: Iterable[str]) -> Column:
    named = list(roles)
    words = Words(named)
    return Column(np.array([words.place(role) if role else np.nan for role in named]), words=words)


def _attained(quota: Floats, booked: Floats) -> Floats:
    """The part of each quota that was booked; one of 0 is reached by all, none (NaN) by nobody."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(quota > 0, booked / quota, np.where(quota <= 0, 1.0, np.nan))


def _ramped(staff: Sequence[Person], period: Period) -> Floats:
    """Who is past their ramp at the end of a period, as 0 or 1: where nobody said how long it is, after a year."""
    a_year_before = day_number(moved(period.end, YEAR, -1))
    settled = np.array([_is_ramped(person, period.last_day) for person in staff], dtype=np.float64)
    return np.where(np.isnan(settled), ~(_days(person.hire_at for person in staff) > a_year_before), settled)


def _is_ramped(person: Person, day: date) -> float:
    """Whether a person is past their ramp on a day, as 0 or 1; NaN where nobody said how long it is."""
    return float("nan") if person.ramp_months is None else float(not is_ramping(person, day))


def built_in(name: str) -> Leaf | None:
    """The measure of ramped people with a quota of their own, which a built-in KPI starts from."""
    if name != "reps_at_quota":
        return None
    ramped = FieldRef("people", "ramped", "bool")
    carrying = FilterRef("people", "quota_carrying", IsEmpty(QUOTA_FIELD, negated=True))
    return Leaf("count", "people", None, AllOf((carrying, ramped)), AsOf("end"))


AT_QUOTA = FilterRef("people", "at_quota", Compare(">=", FieldRef("people", "quota_attained", "ratio"), Value(1.0)))
