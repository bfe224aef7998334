from __future__ import annotations

from datetime import date, timedelta

from kpidesk.core.periods import span_period
from kpidesk.stats.ramp import full_months, month_factor, ramped_quota
from tests.stats.vectors import cases, near


def test_quotas_as_published() -> None:
    for case in cases("V-RAMP"):
        start = date.fromisoformat(case["start"])
        first, end = (date.fromisoformat(day) for day in case["period"])
        period = span_period(first, end - timedelta(days=1))
        assert ramped_quota(case["full_month_quota"], period, start, case["ramp"]) == near(case["quota"])
        for month, factor in case["month_factors"]:
            year, number = map(int, month.split("-"))
            assert month_factor(year, number, start, case["ramp"]) == near(factor)


def test_a_month_begun_on_the_31st_is_full_on_the_last_of_february() -> None:
    assert full_months(date(2025, 1, 31), date(2025, 2, 27)) == 0
    assert full_months(date(2025, 1, 31), date(2025, 2, 28)) == 1
    assert full_months(date(2025, 1, 31), date(2025, 3, 30)) == 1
    assert full_months(date(2025, 1, 31), date(2026, 1, 31)) == 12


def test_half_a_month_is_half_a_quota() -> None:
    half = span_period(date(2025, 4, 1), date(2025, 4, 15))
    assert ramped_quota(1000, half, date(2020, 1, 1)) == 500
