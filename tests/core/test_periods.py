from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.errors import UserError
from kpidesk.core.periods import (
    Grain,
    month_period,
    parse_day,
    parse_period,
    period_of,
    periods_in,
    quarter_period,
    run_of,
    shift,
    shift_years,
    span_period,
    week_period,
    year_period,
)
from kpidesk.core.settings import Settings

CALENDAR = Settings()
TODAY = date(2026, 3, 31)
WHOLE: Sequence[Grain] = ("week", "month", "quarter", "year")
grains = st.sampled_from(WHOLE)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
settings_of_any_business = st.builds(Settings, fiscal_start_month=st.integers(1, 12), week_start=st.integers(0, 6))


@given(days, grains, settings_of_any_business)
def test_periods_tile_the_calendar(day: date, grain: Grain, settings: Settings) -> None:
    around = [shift(period_of(day, grain, settings), count, settings) for count in range(-3, 4)]
    for before, after in pairwise(around):
        assert before.end == after.start
    assert [day in period for period in around] == [False, False, False, True, False, False, False]


@given(days, grains, settings_of_any_business)
def test_every_day_of_a_period_has_that_period(day: date, grain: Grain, settings: Settings) -> None:
    period = period_of(day, grain, settings)
    for inside in (period.start, period.last_day):
        assert period_of(inside, grain, settings) == period
    assert period_of(period.end, grain, settings) != period
    assert period.days == (period.last_day - period.start).days + 1


@given(days, grains, st.integers(-60, 60), settings_of_any_business)
def test_shift_is_undone_by_its_inverse(day: date, grain: Grain, count: int, settings: Settings) -> None:
    period = period_of(day, grain, settings)
    assert shift(shift(period, count, settings), -count, settings) == period


@given(days, grains, settings_of_any_business)
def test_key_and_label_read_back_as_the_period(day: date, grain: Grain, settings: Settings) -> None:
    period = period_of(day, grain, settings)
    assert parse_period(period.key, settings, TODAY) == period
    assert parse_period(period.label, settings, TODAY) == period


@given(days, days)
def test_a_span_reads_back(one: date, other: date) -> None:
    span = span_period(min(one, other), max(one, other))
    assert parse_period(span.key, CALENDAR, TODAY) == span
    assert shift(shift(span, 1, CALENDAR), -1, CALENDAR).start == span.start


@given(days)
def test_weeks_are_those_of_iso(day: date) -> None:
    year, number, _ = day.isocalendar()
    assert week_period(day, CALENDAR).key == f"{year}-W{number:02d}"


@pytest.mark.parametrize(("year", "weeks"), [(2020, 53), (2025, 52), (2026, 53)])
def test_weeks_of_a_year(year: int, weeks: int) -> None:
    in_year = {week_period(date(year, 1, 1) + timedelta(days=step), CALENDAR).key for step in range(366)}
    assert len({key for key in in_year if key.startswith(f"{year}-")}) == weeks
    assert parse_period(f"{year}-W{weeks}", CALENDAR, TODAY).key == f"{year}-W{weeks}"
    with pytest.raises(UserError, match=f"{year} has no week {weeks + 1}"):
        parse_period(f"{year}-W{weeks + 1}", CALENDAR, TODAY)


@pytest.mark.parametrize(
    ("week_start", "first"), [(0, date(2026, 3, 30)), (6, date(2026, 3, 29)), (5, date(2026, 3, 28))]
)
def test_week_may_start_on_monday_sunday_or_saturday(week_start: int, first: date) -> None:
    week = week_period(date(2026, 4, 1), Settings(week_start=week_start))
    assert (week.start, week.days) == (first, 7)


@given(settings_of_any_business, st.integers(2000, 2050))
def test_weeks_of_any_start_number_their_year_without_gap(settings: Settings, year: int) -> None:
    first = week_period(date(year, 1, 4), settings)
    keys = [shift(first, step, settings).key for step in range(52)]
    assert keys == [f"{year}-W{number:02d}" for number in range(1, 53)]


def test_fiscal_year_that_ends_in_september() -> None:
    fiscal = Settings(fiscal_start_month=10)
    quarter = period_of(date(2025, 10, 1), "quarter", fiscal)
    assert (quarter.label, quarter.key) == ("Q1 FY2026", "2026-Q1")
    assert (quarter.start, quarter.end) == (date(2025, 10, 1), date(2026, 1, 1))
    assert period_of(date(2025, 9, 30), "quarter", fiscal).label == "Q4 FY2025"
    assert period_of(date(2025, 10, 1), "year", fiscal).label == "FY2026"
    assert parse_period("FY2026 Q1", fiscal, TODAY) == quarter


def test_calendar_year_has_no_fiscal_label() -> None:
    assert year_period(2026, CALENDAR).label == "2026"
    assert quarter_period(2026, 2, CALENDAR).label == "Q2 2026"
    assert month_period(2026, 4).label == "Apr 2026"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2017", "2017"),
        ("2017-Q2", "2017-Q2"),
        ("2017-q2", "2017-Q2"),
        ("Q2 2017", "2017-Q2"),
        ("2017-04", "2017-04"),
        ("2017-4", "2017-04"),
        ("April 2017", "2017-04"),
        ("2017-W14", "2017-W14"),
        ("W14 2017", "2017-W14"),
        ("this-quarter", "2026-Q1"),
        ("last quarter", "2025-Q4"),
        ("last-month", "2026-02"),
        ("next-year", "2027"),
        ("this-week", "2026-W14"),
        (" 2017-01-05..2017-02-03 ", "2017-01-05..2017-02-03"),
    ],
)
def test_periods_as_typed(text: str, key: str) -> None:
    assert parse_period(text, CALENDAR, TODAY).key == key


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "17", "Q2", "0000", "0000-Q1", "2017-Q5", "2017-13", "2017-00", "9999-12", "9999-W52",
        "9999-12-30..9999-12-31",
        "W52 9999", "3000", "1899-Q4", "2017-01-01..3000-01-01", "2017-W00", "2017-W54",
        "0001-W01", "W60 2017", "Foo 2017", "2017-02-30..2017-03-01", "2017-03-02..2017-03-01", "next-quarter-but-one",
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_advice(text: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_period(text, CALENDAR, TODAY)
    assert caught.value.problem
    assert caught.value.advice


@pytest.mark.parametrize("text", ["9999-W52", "0001-W01", "3000", "1899-Q4", "9999-12-30..9999-12-31", "Q1 1000"])
def test_a_year_far_away_is_named(text: str) -> None:
    with pytest.raises(UserError, match="outside the calendar") as caught:
        parse_period(text, CALENDAR, TODAY)
    assert "1900 to 2999" in caught.value.advice


@pytest.mark.parametrize("text", ["1900", "2999", "2999-Q4", "1900-W01", "2999-W52", "1900-01-01..2999-12-31"])
def test_the_first_and_the_last_year_have_neighbours(text: str) -> None:
    period = parse_period(text, CALENDAR, TODAY)
    assert shift(shift(period, 1, CALENDAR), -1, CALENDAR).start == period.start


@pytest.mark.parametrize("text", ["2025-W10", "2025-03", "2025-01-05..2025-01-14", "2025-Q1", "2025"])
@pytest.mark.parametrize("count", [-1_000_000, 1_000_000])
def test_a_shift_beyond_the_calendar_is_refused(text: str, count: int) -> None:
    with pytest.raises(UserError, match="outside the calendar"):
        shift(parse_period(text, CALENDAR, TODAY), count, CALENDAR)


def test_a_span_of_whole_months_moves_by_months() -> None:
    assert span_period(date(2026, 8, 29), date(2026, 8, 29)).label == "29 Aug 2026"
    half_year = span_period(date(2026, 1, 1), date(2026, 6, 30))
    assert shift(half_year, 1, CALENDAR) == span_period(date(2026, 7, 1), date(2026, 12, 31))
    ten_days = span_period(date(2026, 1, 5), date(2026, 1, 14))
    assert shift(ten_days, -1, CALENDAR) == span_period(date(2025, 12, 26), date(2026, 1, 4))


def test_a_year_earlier() -> None:
    assert shift_years(quarter_period(2026, 2, CALENDAR), -1, CALENDAR) == quarter_period(2025, 2, CALENDAR)
    assert shift_years(month_period(2026, 2), 2, CALENDAR) == month_period(2028, 2)
    assert shift_years(year_period(2026, CALENDAR), 1, CALENDAR) == year_period(2027, CALENDAR)
    leap = span_period(date(2024, 2, 29), date(2024, 2, 29))
    assert shift_years(leap, 1, CALENDAR).key == "2025-02-28..2025-02-28"


@given(st.integers(1, 52), st.integers(2015, 2040), st.integers(-3, 3), st.integers(0, 6))
def test_a_week_keeps_its_number_over_years(number: int, year: int, years: int, week_start: int) -> None:
    settings = Settings(week_start=week_start)
    week = parse_period(f"{year}-W{number:02d}", settings, TODAY)
    assert shift_years(week, years, settings).key == f"{year + years}-W{number:02d}"


def test_the_53rd_week_becomes_the_last_of_a_shorter_year() -> None:
    week = parse_period("2026-W53", CALENDAR, TODAY)
    assert shift_years(week, -1, CALENDAR).key == "2025-W52"
    assert shift_years(week, -6, CALENDAR).key == "2020-W53"


def test_runs_and_parts() -> None:
    assert [period.key for period in run_of(month_period(2026, 1), 3, CALENDAR)] == ["2025-11", "2025-12", "2026-01"]
    quarter = quarter_period(2026, 1, CALENDAR)
    assert [period.key for period in periods_in(quarter, "month", CALENDAR)] == ["2026-01", "2026-02", "2026-03"]
    weeks = periods_in(quarter, "week", CALENDAR)
    assert quarter.start in weeks[0]
    assert quarter.last_day in weeks[-1]


@pytest.mark.parametrize("text", ["2026-02-30", "31.03.2026", "", "2026-3"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is not a day"):
        parse_day(text)


def test_a_day() -> None:
    assert parse_day(" 2026-03-31 ") == date(2026, 3, 31)
    assert parse_day("1 Mar 2022") == parse_day("01 mar  2022") == date(2022, 3, 1)
    with pytest.raises(UserError, match="is not a day"):
        parse_day("31 Feb 2022")
