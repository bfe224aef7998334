"""Working days and working hours in SQL: what lies before each of two moments, counted from a Monday long ago."""

from __future__ import annotations

from kpidesk.core.clock_changes import ClockChange
from kpidesk.core.worktime import DAY_MINUTES, WorkWeek, read_work_week, working_days
from kpidesk.language.sql.making import Making
from kpidesk.language.sql.writing import FOREVER

_MONDAY = "'0001-01-01'"
_THURSDAY = 3
"""The weekday of 1 January 1970."""


def free_days(making: Making) -> str:
    """The part with the public holidays that fall on working days, and the working hours of each in minutes."""
    week = read_work_week(making.known.settings.business_hours)
    opens, minutes = (_by_weekday("x.day", each) for each in (_opens(week), _minutes(week)))
    worked = ", ".join(str(at) for at, is_one in enumerate(working_days(week)) if is_one)
    return making.parts.add(
        "free_days",
        "Public holidays on working days, with the minute of the day at which work would begin, and for how long.",
        f"SELECT DISTINCT x.day, {opens} AS opens, {minutes} AS minutes\n"
        f"FROM holiday_versions v JOIN holiday_values x ON x.id = v.value_id\n"
        f"WHERE v.valid_to = {FOREVER} AND {_day_number('x.day')} % 7 IN ({worked})",
    )


def days_between(start: str, end: str, text: str, free: str) -> str:
    """Working days from one day up to another; backwards the first is left out instead of the last, and it is minus."""
    week = read_work_week(text)

    def until(day: str) -> str:
        passed = _passed(day, tuple(map(int, working_days(week))))
        return f"({passed} - (SELECT count(*) FROM {free} f WHERE f.day < {day}))"

    behind = [f"date({day}, '+1 day')" for day in (start, end)]
    forwards, backwards = f"{until(end)} - {until(start)}", f"{until(behind[1])} - {until(behind[0])}"
    return f"CASE WHEN {end} >= {start} THEN {forwards} ELSE {backwards} END"


def hours_between(start: str, end: str, week: WorkWeek, free: str) -> str:
    """Working hours from one moment to another, each a day or a day with its time."""
    return f"({_minutes_until(end, week, free)} - {_minutes_until(start, week, free)}) / 60.0"


def is_worked(change: ClockChange, week: WorkWeek | None) -> bool:
    """Whether any of what the clocks skip or show twice may be working time; all of it is around the clock."""
    if week is None:
        return True
    return any(
        start < min(change.end - day * DAY_MINUTES, DAY_MINUTES) and max(change.begin - day * DAY_MINUTES, 0) < end
        for day in range(change.begin // DAY_MINUTES, (change.end - 1) // DAY_MINUTES + 1)
        for start, end in (week[(day + _THURSDAY) % 7],)
    )


def _minutes_until(stamp: str, week: WorkWeek, free: str) -> str:
    day, minute = f"date({stamp})", f"(strftime('%H', {stamp}) * 60 + strftime('%M', {stamp}))"
    parts = (f"max(0, min({end - start}, {minute} - {start}))" for start, end in week)
    today = f"CASE {_day_number(day)} % 7 {' '.join(f'WHEN {at} THEN {part}' for at, part in enumerate(parts))} END"
    taken = (
        f"coalesce((SELECT sum(CASE WHEN f.day < {day} THEN f.minutes ELSE max(0, min(f.minutes, {minute} - f.opens)) "
        f"END) FROM {free} f WHERE f.day <= {day}), 0)"
    )
    return f"({_passed(day, _minutes(week))} + {today} - {taken})"


def _passed(day: str, each: tuple[int, ...]) -> str:
    """What whole days before a day come to, `each` for Monday to Sunday."""
    before = tuple(sum(each[:at]) for at in range(len(each)))
    return f"({_day_number(day)} / 7 * {sum(each)} + {_by_weekday(day, before)})"


def _day_number(day: str) -> str:
    return f"CAST(julianday({day}) - julianday({_MONDAY}) AS INTEGER)"


def _by_weekday(day: str, each: tuple[int, ...]) -> str:
    cases = " ".join(f"WHEN {at} THEN {value}" for at, value in enumerate(each))
    return f"CASE {_day_number(day)} % 7 {cases} END"


def _opens(week: WorkWeek | None) -> tuple[int, ...]:
    return tuple(start for start, _ in week) if week is not None else (0,) * 7


def _minutes(week: WorkWeek | None) -> tuple[int, ...]:
    return tuple(end - start for start, end in week) if week is not None else (0,) * 7
