"""Fiscal years of whole weeks: those of the published retail calendar, and laws that every calendar obeys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.calendars import CALENDARS, YEAR_NAMES
from kpidesk.core.errors import UserError
from kpidesk.core.periods import (
    GRAINS,
    Grain,
    fiscal_period,
    parse_period,
    period_of,
    periods_in,
    quarter_period,
    run_of,
    shift,
    shift_years,
    span_period,
    year_period,
)
from kpidesk.core.settings import Settings, check_settings

RETAIL = Settings(calendar="4-5-4", fiscal_start_month=2, week_start=6)
PLAIN = Settings(calendar="4-4-5")
TODAY = date(2026, 3, 31)
weekly = st.builds(
    Settings,
    fiscal_start_month=st.integers(1, 12),
    week_start=st.integers(0, 6),
    calendar=st.sampled_from(tuple(one for one in CALENDARS if one != "own")),
    fiscal_year_name=st.sampled_from(tuple(YEAR_NAMES)),
)
OWN = Settings(calendar="own", own_periods=f"2025 2025-01-06 {'28 28 35 ' * 4}{'28 28 35 ' * 3}28 28 42")
listed = st.just(OWN) | weekly
years = st.integers(1950, 2100)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
grains = st.sampled_from(tuple(grain for grain in GRAINS if grain != "span"))

# First days of fiscal years and months as the National Retail Federation publishes its 4-5-4 calendar. Its year 2023
# (53 weeks) ends on 3 February 2024; here a year is named after the one in which it ends, so it is FY2024.
RETAIL_YEARS = {
    2018: date(2017, 1, 29), 2019: date(2018, 2, 4), 2020: date(2019, 2, 3), 2021: date(2020, 2, 2),
    2022: date(2021, 1, 31), 2023: date(2022, 1, 30), 2024: date(2023, 1, 29), 2025: date(2024, 2, 4),
    2026: date(2025, 2, 2), 2027: date(2026, 2, 1),
}  # fmt: skip
# Last days of Apple's fiscal years by its annual reports: the last Saturday of September.
LAST_SATURDAYS = (
    date(2016, 9, 24), date(2017, 9, 30), date(2018, 9, 29), date(2019, 9, 28), date(2020, 9, 26), date(2021, 9, 25),
    date(2022, 9, 24), date(2023, 9, 30), date(2024, 9, 28), date(2025, 9, 27),
)  # fmt: skip
RETAIL_2023 = (
    date(2023, 1, 29), date(2023, 2, 26), date(2023, 4, 2), date(2023, 4, 30), date(2023, 5, 28), date(2023, 7, 2),
    date(2023, 7, 30), date(2023, 8, 27), date(2023, 10, 1), date(2023, 10, 29), date(2023, 11, 26),
    date(2023, 12, 31),
)  # fmt: skip


def test_years_are_those_of_the_retail_calendar() -> None:
    assert {year: year_period(year, RETAIL).start for year in RETAIL_YEARS} == RETAIL_YEARS
    long = [year for year in RETAIL_YEARS if year_period(year, RETAIL).days == 53 * 7]
    assert long == [2018, 2024]  # the retail years 2017 and 2023


def test_years_that_end_on_the_last_weekday_of_a_month_are_those_that_were_published() -> None:
    calendar = Settings(calendar="4-4-5-last", fiscal_start_month=10, week_start=6)
    assert [year_period(year, calendar).last_day for year in range(2016, 2026)] == list(LAST_SATURDAYS)
    long = [year for year in range(2016, 2026) if year_period(year, calendar).days == 53 * 7]
    assert long == [2017, 2023]
    nearest = replace(calendar, calendar="4-4-5")
    assert year_period(2022, nearest).last_day == date(2022, 10, 1)  # a day from 30 September, the last one six days


def test_months_of_the_retail_year_of_53_weeks() -> None:
    months = [fiscal_period(2024, number, RETAIL) for number in range(1, 13)]
    assert tuple(month.start for month in months) == RETAIL_2023
    assert [month.days // 7 for month in months] == [4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 5]
    assert (months[-1].label, months[-1].key) == ("P12 FY2024 (5 weeks)", "2024-P12")


@pytest.mark.parametrize(
    ("calendar", "weeks"),
    [("4-4-5", [4, 4, 5] * 3 + [4, 4, 6]), ("4-5-4", [4, 5, 4] * 3 + [4, 5, 5]), ("5-4-4", [5, 4, 4] * 3 + [5, 4, 5])],
)
def test_the_53rd_week_is_in_the_last_period(calendar: str, weeks: list[int]) -> None:
    settings = Settings(calendar=calendar)  # weeks from Monday, as ISO 8601 has them: 2026 has 53
    months = [fiscal_period(2026, number, settings) for number in range(1, 13)]
    assert [month.days // 7 for month in months] == weeks
    assert (months[0].start, months[-1].last_day) == (date(2025, 12, 29), date(2027, 1, 3))
    assert months[2].label == f"P3 2026 ({weeks[2]} weeks)"


@given(days)
def test_a_year_from_january_has_the_weeks_of_iso(day: date) -> None:
    assert year_period(day.isocalendar().year, PLAIN) == period_of(day, "year", PLAIN)


@given(weekly, years)
def test_a_year_has_52_or_53_weeks_and_quarters_of_thirteen(settings: Settings, year: int) -> None:
    whole = year_period(year, settings)
    if settings.calendar == "months" or settings.calendar.endswith("first"):
        assert whole.days in (365, 366)
        return
    quarters = [quarter_period(year, number, settings).days // 7 for number in range(1, 5)]
    assert whole.days in (364, 371)
    assert quarters[:3] == [13, 13, 13]
    assert sum(quarters) * 7 == whole.days
    assert whole.start.weekday() == settings.week_start
    nominal = year_period(year, replace(settings, calendar="months")).start
    early = (nominal - whole.start).days
    assert 0 <= early <= 6 if settings.calendar.endswith("last") else abs(early) <= 3


@given(listed, days, grains, st.integers(-60, 60))
def test_periods_tile_the_time_line(settings: Settings, day: date, grain: Grain, count: int) -> None:
    period = period_of(day, grain, settings)
    assert day in period
    for before, after in pairwise(run_of(period, 4, settings)):
        assert before.end == after.start
    assert shift(shift(period, count, settings), -count, settings) == period
    assert period_of(period.last_day, grain, settings) == period
    for text in (period.key, period.label):
        assert parse_period(text, settings, TODAY) == period


@given(listed, days)
def test_a_month_lies_in_its_quarter_and_that_in_its_year(settings: Settings, day: date) -> None:
    month, quarter, year = (period_of(day, grain, settings) for grain in ("month", "quarter", "year"))
    assert quarter.start <= month.start
    assert month.end <= quarter.end
    assert periods_in(quarter, "month", settings)[0].start == quarter.start
    assert len(periods_in(quarter, "month", settings)) == 3
    assert len(periods_in(year, "quarter", settings)) == 4
    assert year.start <= quarter.start
    assert quarter.end <= year.end


@given(listed, days, st.sampled_from(("month", "quarter", "year")), st.integers(-9, 9))
def test_years_apart_the_number_is_the_same(settings: Settings, day: date, grain: Grain, count: int) -> None:
    period = period_of(day, grain, settings)
    there = shift_years(period, count, settings)
    assert int(there.key[:4]) == int(period.key[:4]) + count
    assert there.key[4:] == period.key[4:]
    assert shift_years(there, -count, settings) == period


def test_year_on_year_of_a_long_year_compares_the_same_number() -> None:
    long = parse_period("2024-P12", RETAIL, TODAY)
    assert (long.days, shift_years(long, 1, RETAIL).days, shift_years(long, -1, RETAIL).days) == (35, 28, 28)
    assert shift_years(long, 1, RETAIL).key == "2025-P12"
    half = span_period(quarter_period(2026, 1, PLAIN).start, quarter_period(2026, 2, PLAIN).last_day)
    assert shift_years(half, -1, PLAIN).start == year_period(2025, PLAIN).start
    assert shift(half, 1, PLAIN) == span_period(half.end, year_period(2026, PLAIN).last_day)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2026-P03", "2026-P03"), ("2026-p3", "2026-P03"), ("P3 2026", "2026-P03"), ("P3 2026 (5 weeks)", "2026-P03"),
        ("FY2026 P3", "2026-P03"), ("2026-Q3", "2026-Q3"), ("Q3 2026", "2026-Q3"), ("2026-03", "2026-P03"),
        ("Mar 2026", "2026-P03"), ("this-month", "2026-P04"), ("last-period", "2026-P03"),
    ],
)  # fmt: skip
def test_periods_of_weeks_as_typed(text: str, key: str) -> None:
    assert parse_period(text, PLAIN, TODAY).key == key


def test_a_month_is_the_period_that_stands_for_it() -> None:
    assert parse_period("Feb 2023", RETAIL, TODAY).key == "2024-P01"
    assert parse_period("2024-01", RETAIL, TODAY).key == "2024-P12"


def test_periods_have_numbers_where_they_are_months_too() -> None:
    assert parse_period("2026-P03", Settings(), TODAY).key == "2026-03"
    assert parse_period("2026-P03", Settings(fiscal_start_month=10), TODAY).key == "2025-12"
    with pytest.raises(UserError, match="2026 has no period 13"):
        parse_period("2026-P13", PLAIN, TODAY)


@given(weekly, days, st.integers(-5, 5))
def test_a_period_of_another_calendar_moves_to_one_of_this(settings: Settings, day: date, count: int) -> None:
    foreign = period_of(day, "month", Settings())
    middle = foreign.start + timedelta(days=foreign.days // 2)
    assert shift(foreign, count, settings) == shift(period_of(middle, "month", settings), count, settings)


def test_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(UserError, match="no calendar '4-4-4'") as caught:
        check_settings(Settings(calendar="4-4-4"))
    assert "months or 4-4-5 or 4-5-4 or 5-4-4" in caught.value.advice


def test_a_year_of_weeks_from_the_first_of_january_has_its_first_and_last_week_cut_short() -> None:
    settings = Settings(calendar="4-4-5-first")  # 2026 begins on a Thursday, its weeks on Monday
    months = [fiscal_period(2026, number, settings) for number in range(1, 13)]
    assert [one.start for one in months[:4]] == [
        date(2026, 1, 1), date(2026, 1, 26), date(2026, 2, 23), date(2026, 3, 30),
    ]  # fmt: skip
    assert (months[0].label, months[2].label) == ("P1 2026 (25 days)", "P3 2026 (5 weeks)")
    assert (months[-1].start, months[-1].last_day) == (date(2026, 11, 23), date(2026, 12, 31))
    assert year_period(2024, settings) == year_period(2024, Settings())
    assert quarter_period(2024, 1, settings).last_day == date(2024, 3, 31)  # a Sunday, 13 weeks from Monday 1 January


@pytest.mark.parametrize("calendar", ["months", "4-5-4", "4-5-4-first"])
def test_a_fiscal_year_may_be_called_after_the_year_in_which_it_begins(calendar: str) -> None:
    by_end = Settings(calendar=calendar, fiscal_start_month=2, week_start=6)
    by_start = replace(by_end, fiscal_year_name="start")
    for day in (date(2025, 1, 5), date(2025, 3, 8), date(2026, 1, 31)):
        ended, begun = (period_of(day, "quarter", one) for one in (by_end, by_start))
        assert (ended.start, ended.end) == (begun.start, begun.end)
        assert int(ended.key[:4]) == int(begun.key[:4]) + 1
    retail = replace(RETAIL, fiscal_year_name="start")
    assert fiscal_period(2023, 12, retail).label == "P12 FY2023 (5 weeks)"  # as the retail federation calls it
    assert parse_period("2023-03", retail, TODAY) == fiscal_period(2023, 2, retail)


def test_listed_periods_are_taken_as_they_stand_and_the_years_around_are_months() -> None:
    months = [fiscal_period(2026, number, OWN) for number in range(1, 13)]
    assert (months[0].start, months[-1].last_day, months[-1].label) == (
        date(2026, 1, 5), date(2027, 1, 10), "P12 2026 (6 weeks)",
    )  # fmt: skip
    assert fiscal_period(2024, 12, OWN).label == "P12 2024 (36 days)"  # December and the days to 5 January
    assert fiscal_period(2027, 1, OWN).start == date(2027, 1, 11)
    assert fiscal_period(2027, 2, OWN).start == date(2027, 2, 1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2025 2025-01-06", "has not twelve periods"),
        (f"2025 2025-01-06 {'30 ' * 11}", "has not twelve periods"),
        (f"2025 2025-01-06 {'0 ' * 12}", "has not twelve periods"),
        ("2025 monday 30", "is no list of periods"),
        ("", "is no list of periods"),
        (f"2025 2025-01-06 1000 {'30 ' * 11}", "the fiscal year 2025 1,330 days"),
        (f"2025 2025-01-06 1 1 1 {'40 ' * 9}", "quarter 1 of 2025 3 days"),
        (f"2025 2025-04-01 {'30 ' * 12}", "begin on 2025-04-01, far from 2025-01-01"),
    ],
)
def test_a_list_of_periods_that_makes_no_year_is_refused(text: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        check_settings(replace(OWN, own_periods=text))
