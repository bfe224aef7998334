"""Working hours and working days against a clock that ticks minute by minute, in the engine and in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk import operations
from kpidesk.core.clock_changes import clock_changes
from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions
from kpidesk.core.people import ORG
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question
from kpidesk.core.worktime import read_work_week, working_days
from kpidesk.engine.days import day_number
from kpidesk.engine.worktime import days_between, is_working_day, minutes_between
from kpidesk.language import compile_formula
from kpidesk.operations.kpi_sql import formula_sql
from tests.engine.support import period
from tests.often import often

FEW = settings(max_examples=often(21))
EPOCH = datetime(1970, 1, 1)
WEEKS = ("Mon-Fri 09:00-17:00", "Mon-Thu 08:30-17:15, Fri 08:30-12:00", "Sun-Thu 10:00-24:00", "Sat 00:00-00:07")
OFFICE = WEEKS[0]
moments = st.datetimes(datetime(2026, 2, 26), datetime(2026, 3, 12)).map(
    lambda one: one.replace(second=0, microsecond=0)
)
dates = st.dates(date(2026, 2, 20), date(2026, 3, 20))
HOLIDAYS = [date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 7)]


def ticked(start: datetime, end: datetime, text: str, free: list[date]) -> int:
    """Minutes in which work is done, one after the other."""
    if end < start:
        return -ticked(end, start, text, free)
    week, count = read_work_week(text), 0
    assert week is not None
    while start < end:
        opens, closes = week[start.weekday()]
        count += opens <= start.hour * 60 + start.minute < closes and start.date() not in free
        start += timedelta(minutes=1)
    return count


def minute(moment: datetime) -> float:
    return (moment - EPOCH).total_seconds() / 60


def numbers(days: list[date]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array(sorted(map(day_number, days)), dtype=np.int64)


@FEW
@given(moments, moments, st.sampled_from(WEEKS), st.lists(st.sampled_from(HOLIDAYS), unique=True))
def test_working_minutes_are_those_that_tick(start: datetime, end: datetime, text: str, free: list[date]) -> None:
    a, b = np.array([minute(start), np.nan]), np.array([minute(end), minute(end)])
    found = minutes_between(a, b, read_work_week(text), numbers(free))
    assert found[0] == ticked(start, end, text, free)
    assert np.isnan(found[1])
    assert minutes_between(a, b, None, numbers(free))[0] == minute(end) - minute(start)


@given(dates, dates, st.sampled_from(("", *WEEKS)), st.lists(st.sampled_from(HOLIDAYS), unique=True))
def test_working_days_are_those_of_the_calendar(start: date, end: date, text: str, free: list[date]) -> None:
    worked = working_days(read_work_week(text))
    step = 1 if start <= end else -1  # backwards the day of the start counts, that of the end does not
    span = [start + timedelta(days=step * at) for at in range(abs((end - start).days))]
    count = step * sum(worked[day.weekday()] and day not in free for day in span)
    a, b = (np.array([float(day_number(day))]) for day in (start, end))
    assert days_between(a, b, read_work_week(text), numbers(free))[0] == count
    is_one = is_working_day(numbers([start]), read_work_week(text), numbers(free))[0]
    assert is_one == (worked[start.weekday()] and start not in free)


# --- in a workspace -------------------------------------------------------------------------------------------------

LEADS = [
    ("2026-03-03 16:30", "2026-03-04 09:30"),  # over night: an hour at work
    ("2026-02-27 16:00", "2026-03-03 10:00"),  # over a weekend and a holiday on Monday
    ("2026-03-05 18:00", "2026-03-06 08:00"),  # before and after work
    ("2026-03-07 12:00", "2026-03-09 12:15"),  # from a Saturday on
    ("2026-03-04 10:00", "2026-03-04 09:00"),  # a mistake in the file, answered before it came: no time
    ("2026-03-10 11:11", ""),
]
HOURS = [1.0, 2.0, 0.0, 3.25]
SPAN = "business_hours(leads.created_at, leads.first_response_at)"
DAYS = "business_days(leads.created_at, leads.first_response_at)"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    folder = tmp_path_factory.mktemp("hours")
    rows = "".join(f"L{at},Ann,{born},{answered}\n" for at, (born, answered) in enumerate(LEADS))
    (folder / "leads.csv").write_text(f"Lead ID,Owner,Created,First response\n{rows}")
    (folder / "holidays.csv").write_text("Date,Holiday,Region\n2026-03-02,Founders,A\n2026-03-02,Founders,B\n")
    files = [
        (folder / "leads.csv", ImportOptions(kind="leads")),
        (folder / "holidays.csv", ImportOptions(kind="holidays")),
    ]
    ws = operations.open_workspace(folder / "w.kpidesk", create=True, today=date(2026, 3, 31))
    finish(operations.import_together(ws, [(path, replace(said, as_of=date(2026, 3, 31))) for path, said in files]))
    yield ws
    operations.close(ws)


def number(ws: operations.Workspace, formula: str, hours: str) -> float | None:
    """What the engine says, which is also what the statement in SQL gives."""
    if operations.settings(ws).business_hours != hours:
        operations.save_settings(ws, replace(operations.settings(ws), business_hours=hours))
    question = Question(period("2026-Q1"), ORG)
    value = operations.evaluate(ws, formula, question).rows[0].result.value
    table = finish(operations.sql(ws, formula_sql(ws, compile_formula(formula), question, "x")))
    told = dict(zip(table.columns, table.rows[0], strict=True))["value"]
    assert value == pytest.approx(told)
    return value


def test_nights_weekends_and_holidays_do_not_count(workspace: operations.Workspace) -> None:
    measure = f"{{}}({SPAN} where responded on created_at)"
    assert number(workspace, measure.format("median"), OFFICE) == pytest.approx(median(HOURS))
    assert number(workspace, measure.format("sum"), OFFICE) == pytest.approx(sum(HOURS))
    within = f"count(leads where responded and {SPAN} <= 1 on created_at)"
    assert number(workspace, within, OFFICE) == sum(one <= 1 for one in HOURS)


def test_without_hours_every_hour_counts_as_before(workspace: operations.Workspace) -> None:
    measure = "avg({} where responded on created_at)"
    plain = measure.format(SPAN.replace("business_hours", "hours"))
    assert number(workspace, measure.format(SPAN), "") == pytest.approx(number(workspace, plain, ""))
    answered = [(datetime.fromisoformat(born), datetime.fromisoformat(end)) for born, end in LEADS if end > born]
    assert number(workspace, plain, "") == pytest.approx(
        sum((end - born).total_seconds() for born, end in answered) / 3600 / len(answered)
    )


@pytest.mark.parametrize(("hours", "days"), [("", [1, 1, 1, 0, 0]), ("Sat-Mon 09:00-17:00", [0, 2, 0, 2, 0])])
def test_working_days_leave_holidays_out(workspace: operations.Workspace, hours: str, days: list[int]) -> None:
    assert number(workspace, f"sum({DAYS} where responded on created_at)", hours) == sum(days)
    for place, count in enumerate(days):
        born = LEADS[place][0][:10]
        one = f"max({DAYS} where responded and created_at = '{born}' on created_at)"
        if born != "2026-03-04":
            assert number(workspace, one, hours) == count


def test_the_response_times_of_the_library_follow_the_working_hours(workspace: operations.Workspace) -> None:
    def card(hours: str) -> list[float | None]:
        operations.save_settings(workspace, replace(operations.settings(workspace), business_hours=hours))
        ids = ("lead_response_time", "lead_response_1h")
        found = operations.scorecard(workspace, Question(period("2026-Q1"), ORG), ids)
        return [row.result.value for row in found.rows]

    assert card(OFFICE) == pytest.approx([1.5, 2 / 6])
    assert card("") == pytest.approx([median((17.0, 90.0, 14.0, 48.25)), 0])


# --- the pace of a running period -----------------------------------------------------------------------------------

DEALS = "Deal ID,Owner,Stage,Amount,Created,Close date\nD1,Ann,Won,1000,2026-03-02,2026-03-03\n"


def test_a_holiday_and_a_day_off_are_no_part_of_what_is_due(tmp_path: Path) -> None:
    """By Friday 6 March: 5 of 22 weekdays; 4 of 21 without the holiday on Monday; of Tuesdays and Fridays 2 of 9."""
    (tmp_path / "deals.csv").write_text(DEALS)
    (tmp_path / "holidays.csv").write_text("Date,Holiday\n2026-03-02,Founders\n")
    day = date(2026, 3, 6)
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=day)
    said = ImportOptions(stages={"Won": "won"}, as_of=day)
    finish(operations.import_file(ws, tmp_path / "deals.csv", said))
    march = period("2026-03")
    about = {"scope": "org", "period": "2026-03"}
    operations.set_baseline_from(ws, "bookings", value="2000", reason="a start", **about)
    operations.set_target_from(ws, "bookings", minimum="2000", target="2200", stretch="2400", **about)

    def due() -> float | None:
        return operations.scorecard(ws, Question(march, ORG), ("bookings",)).rows[0].expected

    assert due() == pytest.approx(2200 * 5 / 22)
    finish(operations.import_file(ws, tmp_path / "holidays.csv", ImportOptions(kind="holidays", as_of=day)))
    assert due() == pytest.approx(2200 * 4 / 21)
    operations.save_settings(ws, replace(operations.settings(ws), business_hours="Tue 09:00-17:00, Fri 09:00-12:00"))
    assert due() == pytest.approx(2200 * 2 / 9)
    operations.close(ws)


# --- over a change of the clocks --------------------------------------------------------------------------------------

ZONES = ("Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe", "Africa/Casablanca", "UTC")
instants = st.one_of(
    st.datetimes(datetime(2026, 3, 28, 20), datetime(2026, 3, 29, 6)),
    st.datetimes(datetime(2025, 10, 25, 20), datetime(2025, 10, 26, 6)),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),
).map(lambda one: one.replace(second=0, microsecond=0, tzinfo=UTC))


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def meant(shown: datetime, zone: str) -> set[datetime]:
    """The moments at which the clocks of a zone show a time."""
    return {shown.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}


@FEW
@given(instants, st.one_of(instants, st.timedeltas(timedelta(0), timedelta(hours=3))), st.sampled_from(ZONES))
def test_time_passes_as_it_does_whatever_the_clocks_show(
    start: datetime, till: datetime | timedelta, zone: str
) -> None:
    end = till if isinstance(till, datetime) else (start + till).replace(second=0, microsecond=0)
    begun, ended = local(start, zone), local(end, zone)
    possible = [(b - a) // timedelta(minutes=1) for a in meant(begun, zone) for b in meant(ended, zone)]
    nearest = min((one for one in possible if one >= 0), default=max(possible))
    a, b = np.array([minute(begun), np.nan]), np.array([minute(ended)] * 2)
    found = minutes_between(a, b, None, numbers([]), clock_changes(zone))
    assert found[0] == nearest
    assert np.isnan(found[1])


@pytest.mark.parametrize(("text", "night", "autumn"), [
    ("Mon-Sun 00:00-24:00", 23 * 60, 25 * 60), ("Mon-Sun 02:30-03:30", 30, 90), ("Mon-Sun 09:00-17:00", 480, 480),
])  # fmt: skip
def test_a_night_of_a_change_is_an_hour_shorter_or_longer_where_it_is_worked(
    text: str, night: int, autumn: int
) -> None:
    for day, worked in ((datetime(2026, 3, 29), night), (datetime(2025, 10, 26), autumn)):
        first, last = (np.array([minute(one)]) for one in (day, day + timedelta(days=1)))
        week, changes = read_work_week(text), clock_changes("Europe/Berlin")
        assert minutes_between(first, last, week, numbers([]), changes)[0] == worked
        assert minutes_between(last, first, week, numbers([]), changes)[0] == -worked
        assert minutes_between(first, last, week, numbers([day.date()]), changes)[0] == 0


SUMMER = """Lead ID,Owner,Created,First response
1,Ann,2026-03-29T00:30:00+01:00,2026-03-29T03:30:00+02:00
2,Ann,2025-10-26T02:50:00+02:00,2025-10-26T02:10:00+01:00
3,Ann,2025-10-26T01:30:00+02:00,2025-10-26T03:30:00+01:00
"""


def test_response_times_are_right_over_a_change_of_the_clocks(tmp_path: Path) -> None:
    """2 hours, 20 minutes and 3 hours passed; the import tells no lead the wrong way round."""
    (tmp_path / "leads.csv").write_text(SUMMER)
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=date(2026, 3, 31))
    operations.save_settings(ws, replace(operations.settings(ws), time_zone="Europe/Berlin"))
    report = finish(operations.import_file(ws, tmp_path / "leads.csv", ImportOptions(kind="leads")))
    assert not [one for one in report.notices if "before" in one]

    def value(formula: str, span: str) -> float | None:
        return operations.evaluate(ws, formula, Question(period(span), ORG)).rows[0].result.value

    hours = "{}(hours(leads.created_at, leads.first_response_at) where responded on created_at)"
    assert value(hours.format("sum"), "2026-Q1") == 2
    assert value(hours.format("sum"), "2025-Q4") == pytest.approx(3 + 1 / 3)
    assert value(hours.format("min"), "2025-Q4") == pytest.approx(1 / 3)
    question = Question(period("2025-Q4"), ORG)
    with pytest.raises(UserError, match="clocks of Europe/Berlin are changed"):
        formula_sql(ws, compile_formula(hours.format("sum")), question, "x")
    worked = compile_formula(hours.format("sum").replace("hours(", "business_hours("))
    operations.save_settings(ws, replace(operations.settings(ws), business_hours="Mon-Sun 09:00-17:00"))
    assert formula_sql(ws, worked, question, "x")
    operations.save_settings(ws, replace(operations.settings(ws), business_hours="Sun 02:30-04:00"))
    with pytest.raises(UserError, match="clocks of Europe/Berlin are changed"):
        formula_sql(ws, worked, question, "x")
    operations.close(ws)
