"""Working days: what each person could have worked, without absences and holidays, part-timers with their share."""

from __future__ import annotations

import numpy as np

from kpidesk.core.people import ALWAYS
from kpidesk.core.worktime import read_work_week
from kpidesk.engine.days import NO_DAY, day_number, day_of
from kpidesk.engine.records import person_rows
from kpidesk.engine.tables import FactTable, Tables
from kpidesk.engine.values import Column, Floats, Ints, Mask, NotComputableError, Rows, from_days, ranges
from kpidesk.engine.worktime import is_working_day

DAY_MINUTES = 8 * 60


def capacity_table(tables: Tables) -> FactTable:
    """One row per person and working day, from hire to leave.

    Where no day of hire is known, and where the records begin later, from the first activity or deal on.
    """
    crew = tables.crew
    person, day = _worked(tables)
    size = len(day)
    numbers = np.array([0, *crew.people], dtype=np.float64)

    def load(field: str) -> Column:
        if field == "person":
            return Column(numbers[person], names=tables.cells.people)
        if field == "day_at":
            return Column(from_days(day))
        if field == "working_min":
            return Column(DAY_MINUTES * _shares(tables, person, day))
        if field == "capacity_id":
            return Column(np.arange(1, size + 1, dtype=np.float64))
        raise NotComputableError(f"needs the field '{field}' of working days")

    def whose(_: str, row: Ints, __: Ints) -> Ints:
        return person[row]

    def label(row: int) -> str:
        return f"{tables.cells.people.get(int(numbers[person[row]]), '')}, {day_of(int(day[row])).isoformat()}"

    nothing = np.zeros(size, dtype=np.int64)
    return FactTable("capacity", "people", np.arange(1, size + 1), nothing, Rows(size, load), whose, label)


def _worked(tables: Tables) -> tuple[Ints, Ints]:
    """Person (by row of the crew) and day of every working day up to the newest data."""
    crew, newest = tables.crew, tables.newest("capacity")
    begin = _first_day(tables)
    people = {person.id: person for person in crew.organisation.people}
    staff = [people[one] for one in crew.people]
    if newest == NO_DAY or begin is None or not staff:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    first = np.array([max(begin, day_number(one.hire_at)) if one.hire_at else begin for one in staff])
    last = np.array([min(newest + 1, day_number(one.end_at)) if one.end_at else newest + 1 for one in staff])
    last = np.maximum(first, last)
    person, day = np.repeat(np.arange(1, len(staff) + 1), last - first), ranges(first, last)
    kept = np.flatnonzero(_is_workday(tables, day) & ~_away(tables, person, day))
    return person[kept], day[kept]


def _shares(tables: Tables, person: Ints, day: Ints) -> Floats:
    """The share of full time of a person (by row of the crew) on each of some days."""
    found = np.ones(len(day))
    people = {one.id: one for one in tables.crew.organisation.people}
    for row, number in enumerate(tables.crew.people, 1):
        for since in people[number].fte:
            begin = NO_DAY if since.start == ALWAYS else day_number(since.start)
            found[(person == row) & (day >= begin)] = since.share
    return found


def _first_day(tables: Tables) -> int | None:
    """The first day on which anything is recorded."""
    columns: list[Floats] = [tables.deals.rows.column("created_at").data]
    if tables.has("activities"):
        columns.append(tables.table("activities").rows.column("occurred_at").data)
    days = np.concatenate(columns)
    known = days[~np.isnan(days)]
    return int(known.min()) if len(known) else None


def free_days(tables: Tables) -> Ints:
    """The public holidays that were imported, as day numbers."""
    if not tables.has("holidays"):
        return np.zeros(0, dtype=np.int64)
    found = np.unique(tables.records("holidays").raw("day"))
    return np.asarray(found[found != NO_DAY])


def _is_workday(tables: Tables, day: Ints) -> Mask:
    """A working day of the week, no public holiday."""
    return is_working_day(day, read_work_week(tables.settings.business_hours), free_days(tables))


def _away(tables: Tables, person: Ints, day: Ints) -> Mask:
    """Which days fall into an absence of the person; an absence without a last day is of one day."""
    found = np.zeros(len(day), dtype=np.bool_)
    if not tables.has("absences"):
        return found
    records = tables.records("absences")
    who = person_rows(records.columns, "person", tables.cells.curation, tables.crew)[records.now]
    start, end = records.raw("starts_at"), records.raw("ends_at")
    end = np.where(end == NO_DAY, start, end)
    known = np.flatnonzero((who > 0) & (start != NO_DAY) & (end >= start))
    width = 2**33
    length = end[known] - start[known] + 1
    off = np.repeat(who[known] * width + start[known], length) + ranges(np.zeros_like(length), length)
    return np.isin(person * width + day, off)
