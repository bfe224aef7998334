"""Projections as published, against every outcome counted out, and against made-up quarters."""

from __future__ import annotations

import math
from datetime import date
from itertools import product
from statistics import harmonic_mean

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from kpidesk.core.periods import quarter_period
from kpidesk.core.settings import Settings
from kpidesk.stats.pace import business_share, history_curve, pace_of
from kpidesk.stats.projecting import (
    Projection,
    further,
    middle_of,
    outlook,
    past_shares,
    past_totals,
    pipeline_projection,
    share_range,
    spread_of,
    spread_ratio,
    widening,
)
from tests.stats.vectors import cases, near

Q2 = quarter_period(2025, 2, Settings())
MIDDLE = date(2025, 5, 16)


def test_share_curve_as_published() -> None:
    """The published point divides by the mean share, which is the harmonic mean of what each share comes to."""
    case = cases("V-SHARE")[0]
    totals = past_totals(case["booked"], case["past_shares"])
    assert totals is not None
    assert (harmonic_mean(totals), *middle_of(totals)) == near((case["point"], case["p10"], case["p50"], case["p90"]))
    found = share_range(case["booked"], case["past_shares"], [300_000, 200_000, 120_000])
    assert found is not None
    assert found.point == near(case["p50"])
    assert found.chances == (3.5 / 9, 8.5 / 9, 1)  # 0.35, 0.37 and 0.39 are at most 120 ÷ 300; 120,000 is there


def test_no_projection_from_little() -> None:
    assert share_range(10_000, [0.1, 0.15, 0.2, 0.18]) is None
    assert share_range(10_000, [0.4, 0.5, 0.6]) is None
    assert share_range(0, [0.4, 0.5, 0.6, 0.5]) is None


def test_periods_that_had_nothing_by_then_tell_nothing_of_one_that_has() -> None:
    assert share_range(100, [0.5, 0.25, 0.4, 0.2, 0.0]) == share_range(100, [0.5, 0.25, 0.4, 0.2])


@pytest.mark.parametrize("periods", [4, 5, 8])
def test_four_of_five_quarters_end_inside_the_range_of_a_few_past_ones(periods: int) -> None:
    """Quarters that fill up as unevenly as ever; the quantiles of the past alone would hold half to two thirds."""
    shares = np.random.default_rng(7).beta(10, 14, (1500, periods + 1))
    asked = [(1000 * row[-1], row[:-1].tolist()) for row in shares]
    wide = [(one.low, one.high) for one in (share_range(*each) for each in asked) if one and one.low and one.high]
    narrow = [middle_of(totals)[::2] for totals in (past_totals(*each) for each in asked) if totals is not None]
    held, too_few = (np.mean([low <= 1000 <= high for low, high in found]) for found in (wide, narrow))
    assert 0.77 < held < 0.84
    assert too_few < 0.68


@pytest.mark.parametrize("freedom", [1, 2, 3, 5, 9, 30])
def test_few_values_tell_a_spread_as_student_has_it(freedom: int) -> None:
    wanted = float(stats.t(freedom).ppf(0.9) / stats.norm.ppf(0.9))
    assert further(freedom) == pytest.approx(wanted, rel=0.05 if freedom < 3 else 0.002)


def test_a_range_never_begins_below_what_is_booked() -> None:
    found = share_range(900, [0.95, 0.99, 0.9, 0.8, 0.99])
    assert found is not None
    assert found.low == 900


def test_when_no_day_is_left_it_comes_to_what_is_booked_and_reaches_no_more() -> None:
    found = share_range(900, [1.0, 1.0, 1.0, 1.0], [800, 900, 901], is_over=True)
    assert found == Projection(900, 900, 900, 900, (1, 1, 0))
    pace = pace_of(Q2, date(2025, 7, 1), curve=history_curve([[10.0, 100.0]] * 4))
    at_end = outlook(900, pace, (1.0, 1.0, 1.0, 1.0), target=1_000, is_over=True).projection
    assert at_end == Projection(900, 900, 900, 900, (0,))
    weekend = outlook(900, pace, (1.0, 1.0, 1.0, 1.0), target=1_000).projection
    assert weekend is not None
    assert weekend.chances[0] > 0  # no working day is left, and a day on which something may still come


def test_pipeline_as_published() -> None:
    case = cases("V-PB")[0]
    amounts, chances = np.array(case["pipeline"], dtype=np.float64).T
    found = pipeline_projection(case["booked"], amounts, chances, [case["target"]])
    assert (found.point, found.low, found.middle, found.high) == near(
        (case["mean"], case["p10"], case["p50"], case["p90"])
    )
    assert found.chances == near((case["prob_target"],))
    assert spread_of(amounts, chances) == near(case["sd"])


def test_twelve_odd_deals_against_every_outcome() -> None:
    draw = np.random.default_rng(7)
    amounts, own = draw.integers(1, 90_000, 12).astype(float), draw.random(12)
    outcomes = []
    for wins in product((0, 1), repeat=12):
        outcomes.append((float(amounts @ wins), float(np.prod(np.where(wins, own, 1 - own)))))
    totals, chances = (np.array(one) for one in zip(*sorted(outcomes), strict=True))
    found = pipeline_projection(5_000, amounts, own, [5_000 + 250_123])
    below = np.cumsum(chances)
    wanted = tuple(5_000 + totals[np.searchsorted(below, part)] for part in (0.1, 0.5, 0.9))
    # amounts lie on a grid of 20,000 steps at the most, one of 50 here
    assert (found.low, found.middle, found.high) == pytest.approx(wanted, abs=12 * 25)
    assert found.chances == pytest.approx((chances[totals >= 250_123].sum(),), abs=0.005)


def test_many_deals_alike_are_binomial() -> None:
    found = pipeline_projection(0, *alike(30, 10_000, 0.3), [100_000, 0])
    exact = stats.binom(30, 0.3)
    assert found.chances == near((exact.sf(9), 1))
    assert (found.low, found.middle, found.high) == near(tuple(10_000 * exact.ppf([0.1, 0.5, 0.9])))


def test_business_that_turns_up_and_a_wider_range() -> None:
    one = alike(1, 40_000, 0.5)
    with_turn = pipeline_projection(10_000, *one, [70_000], turn=(0, 20_000, 40_000, 20_000))
    assert with_turn.point == 10_000 + 20_000 + 20_000
    assert with_turn.chances == near((0.5 * 3 / 4,))
    wider = pipeline_projection(10_000, *one, spread=1.5)
    assert (wider.low, wider.high) == (10_000, 60_000)  # 30,000 ± 30,000, never below what is booked
    many = pipeline_projection(0, *alike(30, 40_000, 0.5), turn=(50_000,))
    plain = pipeline_projection(0, *alike(30, 40_000, 0.5))
    assert many.low is not None
    assert plain.low is not None
    assert many.low == near(plain.low + 50_000)
    none = pipeline_projection(90_000, *alike(0, 0, 0), [80_000])
    assert (none.low, none.high, none.chances) == (90_000, 90_000, (1,))


@pytest.mark.parametrize("deals", [150, 3_000])
def test_many_deals_come_to_what_draws_of_them_come_to(deals: int) -> None:
    draw = np.random.default_rng(5)
    amounts, chances = draw.integers(100, 5_000, deals).astype(float), draw.random(deals)
    found = pipeline_projection(0, amounts, chances)
    outcomes = (draw.random((4_000, deals)) < chances) @ amounts
    wanted = np.quantile(outcomes, (0.1, 0.5, 0.9))
    assert (found.low, found.middle, found.high) == pytest.approx(wanted, abs=0.08 * outcomes.std())
    assert found.point == near((amounts * chances).sum())


def alike(deals: int, amount: float, chance: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Amounts and chances of so many deals."""
    return np.full(deals, float(amount)), np.full(deals, float(chance))


def test_past_results_tell_how_much_wider_the_range_must_be() -> None:
    assert spread_ratio([100, 100, 100, 100], [10, 10, 10, 10], [120, 80, 120, 80]) == 2
    assert spread_ratio([100] * 3, [10] * 3, [120] * 3) == 1
    assert spread_ratio([100] * 5, [0] * 5, [120] * 5) == 1


def test_few_past_periods_widen_a_range_as_students_t_does() -> None:
    for periods in (4, 8, 30):
        wanted = stats.t(periods - 1).ppf(0.9) / stats.norm.ppf(0.9) * (1 + 1 / periods) ** 0.5
        assert widening([100.0] * periods, [10.0] * periods, [105.0] * periods) == pytest.approx(wanted, abs=0.002)
    ratio = widening([100.0] * 8, [10.0] * 8, [120.0] * 8) / widening([100.0] * 8, [10.0] * 8, [100.0] * 8)
    assert ratio == near(2)


def test_ranges_of_made_up_quarters_hold_four_results_of_five() -> None:
    """Deals of one quarter win or lose together, some business turns up: eight past quarters calibrate the ninth."""
    draw = np.random.default_rng(8)
    held = 0
    for _ in range(300):
        quarters = [_made_up(draw) for _ in range(9)]
        turns = [turn for *_, turn in quarters]
        points, spreads, actuals = [], [], []
        for at, (amounts, chances, won, turn) in enumerate(quarters[:8]):
            others = turns[:at] + turns[at + 1 : 8]
            points.append(float((amounts * chances).sum()) + float(np.mean(others)))
            spreads.append(math.hypot(spread_of(amounts, chances), float(np.std(others))))
            actuals.append(won + turn)
        amounts, chances, won, turn = quarters[8]
        found = pipeline_projection(0, amounts, chances, turn=turns[:8], spread=widening(points, spreads, actuals))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= won + turn <= found.high
    assert 0.75 <= held / 300 <= 0.88


def _made_up(draw: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64], float, float]:
    """Amounts of the open deals of a quarter with their usual chances, what was won of them, and what turned up."""
    amounts, mood = draw.lognormal(10, 0.6, 18), draw.normal(0, 0.5)
    usual = draw.uniform(0.1, 0.7, 18)
    then = 1 / (1 + np.exp(-(np.log(usual / (1 - usual)) + mood)))
    won = float(amounts[draw.random(18) < then].sum())
    return amounts, usual, won, float(draw.gamma(6, 10_000))


def test_own_quarters_tell_how_a_quarter_fills_up() -> None:
    """Half a quarter in, eight past ones had 20 to 34 % of their total."""
    past = [np.interp(range(1, 61), (0, 30, 60), (0, part, 100)).tolist() for part in range(20, 36, 2)]
    holidays = [date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 1), date(2025, 5, 29), date(2025, 6, 9)]
    pace = pace_of(Q2, MIDDLE, holidays=holidays, curve=history_curve(past))
    found = outlook(80_000, pace, past_shares(past, 0.5), target=300_000)
    assert (found.basis, found.days_left) == ("history", 30)
    assert found.share == near(0.27)
    assert found.projection == share_range(80_000, [part / 100 for part in range(20, 36, 2)], [300_000])
    assert found.required_per_day == near(220_000 / 30)


def test_without_history_business_days_give_a_point_and_counts_a_range() -> None:
    money = outlook(80_000, pace_of(Q2, MIDDLE), target=60_000)
    share = business_share(Q2, MIDDLE)
    assert (money.basis, money.required_per_day) == ("business", 0)
    assert money.projection is not None
    assert money.projection.point == near(80_000 / share)
    assert (money.projection.low, money.projection.high, money.projection.chances) == (None, None, ())
    count = outlook(24, pace_of(Q2, MIDDLE), counted=True, target=50).projection
    assert count is not None
    rest = stats.nbinom(24.5, share)
    assert (count.low, count.high) == near((24 + rest.ppf(0.1), 24 + rest.ppf(0.9)))
    assert count.chances == near((rest.sf(25),))
    assert outlook(24, pace_of(Q2, date(2025, 4, 10))).projection is None
    over = outlook(24, pace_of(Q2, date(2025, 7, 1)), counted=True, target=20)
    assert over.projection is not None
    assert (over.projection.low, over.projection.high, over.projection.chances) == (24, 24, (1,))


def test_four_of_five_counts_end_inside_their_range() -> None:
    draw = np.random.default_rng(2)
    share = business_share(Q2, MIDDLE)
    held = 0
    for sofar, rest in zip(draw.poisson(40 * share, 300), draw.poisson(40 * (1 - share), 300), strict=True):
        found = outlook(float(sofar), pace_of(Q2, MIDDLE), counted=True).projection
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        held += found.low <= sofar + rest <= found.high
    assert 0.78 <= held / 300 <= 0.92
