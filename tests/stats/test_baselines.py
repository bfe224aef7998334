from __future__ import annotations

from dataclasses import replace
from datetime import date
from statistics import median

import pytest

from kpidesk.core.goals import ladder, tiers_from
from kpidesk.core.kpis import Benchmark, Kpi
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period, fiscal_period, quarter_period, week_period
from kpidesk.core.results import Result
from kpidesk.core.settings import Settings
from kpidesk.stats.baselines import (
    Past,
    baseline_by,
    choose,
    from_benchmark,
    last_year_grown,
    pooled_ratio,
    same_period_last_year,
    season_of,
    seasonal,
    trailing,
    trailing_median,
    typed,
    usable,
)
from tests.stats.vectors import cases, near

CALENDAR = Settings()
BOOKINGS = Kpi("bookings", "Bookings", "sum(deals.amount)", "Won value.", "money", "higher", "lagging", "outcome",
               "flow_money")  # fmt: skip
WIN_RATE = replace(BOOKINGS, id="win_rate", name="Win rate", unit="percent", kpi_class="ratio")
CYCLE = replace(BOOKINGS, id="cycle", name="Sales cycle", unit="days", direction="lower", kpi_class="median")
DEALS_WON = replace(BOOKINGS, id="deals_won", name="Deals won", unit="count", kpi_class="flow_count")


def quarters(values: list[float], first_year: int = 2022) -> list[Past]:
    return [
        Past(quarter_period(first_year + at // 4, at % 4 + 1, CALENDAR), Result(value, 50.0))
        for at, value in enumerate(values)
    ]


def rates(pairs: list[tuple[int, int]], first_year: int = 2024) -> list[Past]:
    return [
        Past(
            quarter_period(first_year + at // 4, at % 4 + 1, CALENDAR),
            Result(won / closed if closed else None, closed, won, closed),
        )
        for at, (won, closed) in enumerate(pairs)
    ]


def q(year: int, number: int) -> Period:
    return quarter_period(year, number, CALENDAR)


def value_of(found: object) -> float:
    value = getattr(found, "value", None)
    assert isinstance(value, float | int)
    return float(value)


def test_every_method_on_twelve_quarters_as_published() -> None:
    (case,) = cases("V-BASE")
    history = quarters([value for year in case["quarters"].values() for value in year])
    first = q(2025, 1)
    assert value_of(same_period_last_year(BOOKINGS, history, first, CALENDAR)) == case["same_period_last_year"]
    assert value_of(trailing(BOOKINGS, history, first)) == near(case["trailing4_mean"])
    assert value_of(trailing_median(BOOKINGS, history, first)) == near(case["trailing4_median"])
    assert value_of(last_year_grown(BOOKINGS, history, first, CALENDAR)) == near(case["sply_times_yoy_growth_q1"])
    season = season_of(history, first, CALENDAR)
    assert season is not None
    assert season.index == near(tuple(case["seasonal_index"]))
    assert season.level == near(case["level"])
    assert value_of(seasonal(BOOKINGS, history, first, CALENDAR)) == near(case["seasonal_baseline_q1"])
    assert value_of(seasonal(BOOKINGS, history, q(2025, 4), CALENDAR)) == near(case["seasonal_baseline_q4"])


def test_ratios_are_pooled_as_published() -> None:
    quarterly, reps, cycle, quota = cases("V-ROLL")
    history = rates(list(zip(quarterly["won"], quarterly["closed"], strict=True)))
    found = trailing(WIN_RATE, history, q(2025, 1))
    assert value_of(found) == near(quarterly["pooled"])
    assert value_of(found) != near(quarterly["wrong_mean_of_rates"])
    pooled = [Result(None, closed, won, closed) for won, closed in zip(reps["won"], reps["closed"], strict=True)]
    assert pooled_ratio(pooled) == near(reps["pooled"])
    team = [Result(None, 1, won, due) for won, due in zip(quota["bookings"], quota["quota"], strict=True)]
    assert pooled_ratio(team) == near(quota["team"])
    rows = cycle["rep_a"] + cycle["rep_b"]
    days = quarters([median(cycle["rep_a"]), median(cycle["rep_b"])])
    found = trailing(CYCLE, days, q(2025, 1), pool=lambda _periods: Result(median(rows), len(rows)))
    assert value_of(found) == cycle["pooled_median"]
    assert found is not None
    assert found.weak


def test_uplifts_as_published() -> None:
    (case,) = cases("V-TARGET")
    base = case["baseline"]
    assert tiers_from(base, 0.10, "higher")[1] == near(case["relative_10"])
    assert tiers_from(base, 0.15, "higher")[1] == near(case["relative_15"])
    assert ladder(base, 0.10)[-1] == near(case["four_quarters_10"])
    assert ladder(base, 0.15)[-1] == near(case["four_quarters_15"])
    assert tiers_from(75, 0.10, "lower")[1] == near(case["lower_is_better_75_days_10pct"])
    assert tiers_from(75, 0.15, "lower")[1] == near(case["lower_is_better_75_days_15pct"])


def test_a_median_is_never_an_average_of_medians() -> None:
    assert trailing(CYCLE, quarters([30, 50, 40, 60]), q(2023, 1)) is None


def test_running_and_half_covered_periods_never_enter() -> None:
    history = [replace(past, complete=at not in (0, 5)) for at, past in enumerate(quarters([1, 100, 120, 140, 160, 5]))]
    assert [past.result.value for past in usable(history, q(2024, 1))] == [100, 120, 140, 160]
    found = trailing(BOOKINGS, history, q(2023, 3))
    assert value_of(found) == 130
    assert found is not None
    assert (found.window, found.weak) == ("Q2 2022 – Q1 2023", False)


def test_the_period_itself_and_later_ones_never_enter() -> None:
    found = trailing(BOOKINGS, quarters([100, 120, 999, 999]), q(2022, 3))
    assert value_of(found) == 110
    assert found is not None
    assert found.weak
    assert found.why == "only two of the last four whole quarters have a value"


def test_where_the_data_begin_inside_a_period_it_is_said_and_no_whole_period_is_missed() -> None:
    """Of 2022 the data know the second half of the first quarter: three whole quarters lie before 2023."""
    first, *rest = quarters([70, 100, 110, 120])
    known = replace(first.result, begins=date(2022, 2, 14))
    before = Past(q(2021, 4), Result(None, 0.0, reason="no import covers Q4 2021"))
    history = (before, replace(first, result=known, complete=False), *rest)
    found = trailing(BOOKINGS, history, q(2023, 1))
    assert value_of(found) == 110
    assert found is not None
    assert found.weak
    assert found.why == ("only three whole quarters lie before it, for the data begin on 14 Feb 2022, inside Q1 2022")
    gap = replace(rest[1], result=Result(None, 0.0, reason="no deal closed"))
    found = trailing(BOOKINGS, (before, history[1], rest[0], gap, rest[2]), q(2023, 1))
    assert found is not None
    assert found.why == "only two of the last three whole quarters have a value"


def test_few_rows_make_a_weak_baseline() -> None:
    thin = trailing(WIN_RATE, rates([(2, 7), (2, 7), (2, 7), (2, 8)]), q(2025, 1))
    thick = trailing(WIN_RATE, rates([(2, 7), (2, 7), (2, 8), (2, 8)]), q(2025, 1))
    assert thin is not None
    assert thick is not None
    assert (thin.n, thin.weak) == (29, True)
    assert (thick.n, thick.weak) == (30, False)
    assert thick.interval is not None
    assert thick.interval[0] < 8 / 30 < thick.interval[1]


def test_a_quarter_without_closed_deals_is_left_out_not_zero() -> None:
    found = trailing(WIN_RATE, rates([(10, 40), (0, 0), (10, 40)]), q(2025, 1))
    assert value_of(found) == 0.25


def test_periods_without_rows_push_nothing_old_into_a_baseline() -> None:
    old = [(10, 40)] * 8
    two = trailing(WIN_RATE, rates([*old, (5, 10), (0, 0), (0, 0), (5, 10)], 2022), q(2025, 1))
    assert value_of(two) == 0.5
    assert two is not None
    assert two.weak
    for ends in ([(5, 10), (0, 0), (0, 0), (0, 0)], [(0, 0)] * 4):
        history = rates([*old, *ends], 2022)
        assert trailing(WIN_RATE, history, q(2025, 1)) is None
        assert trailing_median(WIN_RATE, history, q(2025, 1)) is None
        assert season_of(history, q(2025, 1), CALENDAR) is None
        assert last_year_grown(WIN_RATE, history, q(2025, 1), CALENDAR) is None


def test_mean_of_counts_has_the_interval_of_their_sum() -> None:
    # Garwood for 40: 28.58 to 54.47, over four quarters
    found = trailing(DEALS_WON, quarters([8, 12, 9, 11]), q(2023, 1))
    assert found is not None
    assert found.interval == pytest.approx((28.576586 / 4, 54.468647 / 4))


def test_choice_takes_a_clear_season() -> None:
    found = choose(BOOKINGS, quarters([100, 120, 90, 190, 110, 130, 100, 220]), q(2024, 1), CALENDAR)
    assert found is not None
    assert found.method == "seasonal"


def test_choice_sees_no_season_in_seven_deals_a_quarter() -> None:
    few = [
        replace(past, result=replace(past.result, n=7.0)) for past in quarters([100, 120, 90, 190, 110, 130, 100, 220])
    ]
    found = choose(BOOKINGS, few, q(2024, 1), CALENDAR)
    assert found is not None
    assert (found.method, found.value) == ("trailing_4", 140)


def test_choice_sees_no_season_in_noise() -> None:
    # the second year turns the first one round: each quarter's index is the same
    found = choose(BOOKINGS, quarters([100, 140, 90, 130, 140, 100, 130, 90]), q(2024, 1), CALENDAR)
    assert found is not None
    assert (found.method, found.value) == ("trailing_4", 115)


def test_choice_falls_back_to_last_year_then_benchmark_then_nothing() -> None:
    last_year_only = quarters([100])
    found = choose(BOOKINGS, last_year_only, q(2023, 1), CALENDAR)
    assert found is not None
    assert (found.method, found.window) == ("same_period_last_year", "Q1 2022")
    measured = replace(WIN_RATE, benchmarks=(Benchmark("no figure", "A"), Benchmark("20–30 %", "B", low=0.2, high=0.3)))
    found = choose(measured, [], q(2023, 1), CALENDAR)
    assert found is not None
    assert (found.method, found.value, found.weak) == ("benchmark", 0.25, True)
    assert choose(BOOKINGS, [], q(2023, 1), CALENDAR) is None


def test_no_season_for_weeks_short_series_or_losses() -> None:
    weeks = [Past(week_period(q(2022, 1).start, CALENDAR), Result(1.0, 1))]
    assert season_of(weeks, week_period(q(2023, 1).start, CALENDAR), CALENDAR) is None
    assert season_of(quarters([1, 2, 3, 4, 5, 6, 7]), q(2024, 1), CALENDAR) is None
    assert season_of(quarters([1, 2, 3, -4, 5, 6, 7, 8]), q(2024, 1), CALENDAR) is None
    gap = [replace(past, complete=at != 2) for at, past in enumerate(quarters([1.0] * 9))]
    assert season_of(gap, q(2025, 1), CALENDAR) is None


def test_season_of_periods_of_weeks_follows_their_numbers() -> None:
    weeks = Settings(calendar="4-4-5", fiscal_start_month=2, week_start=6)  # its year of 53 weeks is FY2024
    values = [10.0 * number for number in range(1, 13)] * 3
    history = [
        Past(fiscal_period(2023 + at // 12, at % 12 + 1, weeks), Result(value, 9.0)) for at, value in enumerate(values)
    ]
    asked = fiscal_period(2026, 3, weeks)
    season = season_of(history, asked, weeks)
    assert season is not None
    assert season.index == pytest.approx([number / 6.5 for number in range(1, 13)])
    assert value_of(seasonal(BOOKINGS, history, asked, weeks)) == pytest.approx(30)
    assert value_of(same_period_last_year(BOOKINGS, history, asked, weeks)) == pytest.approx(30)


def test_season_follows_the_fiscal_year() -> None:
    fiscal = Settings(fiscal_start_month=10)
    history = [
        Past(quarter_period(2024 + at // 4, at % 4 + 1, fiscal), Result(value, 9.0))
        for at, value in enumerate([10, 20, 30, 40, 10, 20, 30, 40])
    ]
    season = season_of(history, quarter_period(2026, 2, fiscal), fiscal)
    assert season is not None
    assert season.index == pytest.approx((0.4, 0.8, 1.2, 1.6))
    assert value_of(seasonal(BOOKINGS, history, quarter_period(2026, 2, fiscal), fiscal)) == pytest.approx(20)
    assert season.explained == pytest.approx(1)


def test_a_method_by_name() -> None:
    history = quarters([100, 120, 90, 190, 110, 130, 100, 220])
    by_name = {
        method: value_of(baseline_by(method, BOOKINGS, history, q(2024, 1), CALENDAR))
        for method in ("same_period_last_year", "trailing_4", "trailing_4_median")
    }
    assert by_name == {"same_period_last_year": 110, "trailing_4": 140, "trailing_4_median": 120}
    assert value_of(baseline_by("sply_growth", BOOKINGS, history, q(2024, 1), CALENDAR)) == pytest.approx(
        110 * 560 / 500
    )
    assert baseline_by("manual", BOOKINGS, history, q(2024, 1), CALENDAR) is None
    assert baseline_by("benchmark", BOOKINGS, history, q(2024, 1), CALENDAR) is None
    assert last_year_grown(BOOKINGS, history[4:], q(2024, 1), CALENDAR) is None


def test_found_becomes_a_baseline() -> None:
    baseline = typed(0.3, "agreed in the kick-off").as_baseline(WIN_RATE, ORG, q(2024, 1))
    assert (baseline.kpi_id, baseline.value, baseline.method) == ("win_rate", 0.3, "manual")
    assert baseline.why == "agreed in the kick-off"
    assert from_benchmark([]) is None


def test_rows_and_window_of_a_seasonal_baseline_belong_together() -> None:
    history = quarters([100, 120, 90, 190, 110, 130, 100, 220])
    found = seasonal(BOOKINGS, history, q(2024, 1), CALENDAR)
    grown = last_year_grown(BOOKINGS, history, q(2024, 1), CALENDAR)
    assert found is not None
    assert grown is not None
    for one in (found, grown):
        assert (one.window, one.n, one.periods) == ("Q1 2022 – Q4 2023", 8 * 50, 8)
    assert found.why.endswith("% of the ups and downs within a year follow the season")
