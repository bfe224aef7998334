from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.errors import UserError
from kpidesk.core.formats import format_value
from kpidesk.core.goals import (
    NO_BASELINE,
    Baseline,
    GoalBook,
    Target,
    check_target,
    is_baseline,
    ladder,
    parse_amount,
    rounded_tiers,
    tiers_from,
)
from kpidesk.core.kpis import Direction, Kpi, Unit
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import quarter_period
from kpidesk.core.settings import Settings

Q1, Q2 = (quarter_period(2026, number, Settings()) for number in (1, 2))
CYCLE = Kpi("cycle", "Sales cycle", "f", "s", "days", "lower", "lagging", "outcome", "median")
WIN_RATE = replace(CYCLE, id="win_rate", name="Win rate", unit="percent", direction="higher", kpi_class="ratio")
RETENTION = replace(WIN_RATE, id="nrr", name="Net retention", kpi_class="money_ratio")


def target(minimum: float, middle: float, stretch: float, kpi: Kpi = WIN_RATE, **more: object) -> Target:
    return replace(Target(kpi.id, ORG, Q1, minimum, middle, stretch), **more)  # type: ignore[arg-type]  # fields


def baseline(value: float, kpi: Kpi = WIN_RATE) -> Baseline:
    return Baseline(kpi.id, ORG, Q1, value, "trailing_4", "Q1 2025 – Q4 2025", 120)


def test_a_target_without_a_baseline_is_refused_in_the_same_words_everywhere() -> None:
    with pytest.raises(UserError) as caught:
        check_target(target(0.22, 0.24, 0.26), None, WIN_RATE)
    assert caught.value.problem == NO_BASELINE


@pytest.mark.parametrize("tiers", [(0.22, 0.242, 0.264), (0.22, 0.22, 0.22)])
def test_rising_tiers_where_higher_is_better(tiers: tuple[float, float, float]) -> None:
    check_target(target(*tiers), baseline(0.22), WIN_RATE)


@pytest.mark.parametrize("tiers", [(0.3, 0.25, 0.2), (0.2, 0.3, 0.25), (0.25, 0.2, 0.3)])
def test_any_other_order_is_refused_where_higher_is_better(tiers: tuple[float, float, float]) -> None:
    with pytest.raises(UserError, match=r"Minimum .* of 'Win rate' are out of order"):
        check_target(target(*tiers), baseline(0.22), WIN_RATE)


def test_falling_tiers_are_right_where_lower_is_better() -> None:
    check_target(target(90, 75, 60, CYCLE), baseline(90, CYCLE), CYCLE)
    with pytest.raises(UserError, match="lower is better"):
        check_target(target(60, 75, 90, CYCLE), baseline(90, CYCLE), CYCLE)


def test_a_share_of_rows_cannot_pass_all_of_them_but_retention_can() -> None:
    with pytest.raises(UserError, match="cannot pass 100%"):
        check_target(target(0.9, 1.0, 1.1), baseline(0.9), WIN_RATE)
    check_target(target(1.0, 1.1, 1.2, RETENTION), baseline(1.0, RETENTION), RETENTION)


def test_a_count_is_never_below_nothing_and_an_amount_only_where_its_baseline_is() -> None:
    count, money = (replace(WIN_RATE, kpi_class=kind, unit="count") for kind in ("flow_count", "flow_money"))
    for kpi, base in ((count, 10), (count, -10), (money, 10), (WIN_RATE, 0.2)):
        with pytest.raises(UserError, match="is below 0, and"):
            check_target(target(-20, -10, -1, kpi), baseline(base, kpi), kpi)
        check_target(target(0, 0, 0, kpi), baseline(base, kpi), kpi)
    check_target(target(-20, -10, -1, money), baseline(-30, money), money)


@pytest.mark.parametrize("odd", [float("nan"), float("inf")])
def test_tiers_are_numbers(odd: float) -> None:
    with pytest.raises(UserError, match="must be numbers"):
        check_target(target(0.2, odd, 0.3), baseline(0.2), WIN_RATE)


def test_relative_and_points_on_22_percent() -> None:
    assert parse_amount("+10%", 0.22) == pytest.approx(0.242)
    assert parse_amount("+15%", 0.22) == pytest.approx(0.253)
    assert parse_amount("+10pp", 0.22) == pytest.approx(0.32)
    assert parse_amount("-3 pp", 0.22) == pytest.approx(0.19)
    assert parse_amount("−10%", 75) == pytest.approx(67.5)


@pytest.mark.parametrize(
    ("text", "number"),
    [("120000", 120_000), ("120,000", 120_000), ("120k", 120_000), ("1.5M", 1_500_000), ("25%", 0.25), ("3.5×", 3.5),
     ("3.5x", 3.5), ("-5", -5), ("+5", 5), (" 42 ", 42), ("12,5 %", 0.125), ("1.234,5", 1234.5), ("1,234.5", 1234.5),
     ("0,25", 0.25), ("0,250", 0.25), (",5", 0.5), ("1,23,456", 123_456), ("1.234.567,50", 1_234_567.5)],
)  # fmt: skip
def test_amounts_as_typed(text: str, number: float) -> None:
    assert parse_amount(text) == pytest.approx(number)


@pytest.mark.parametrize(
    "text", ["", "lots", "%", "+%", "k", "nan", "inf", "1e999", "12..5", "ten%", "12.11.2026", "1,2,3"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is not a number"):
        parse_amount(text, 0.22)


def test_an_amount_beyond_all_that_is_counted_is_refused() -> None:
    with pytest.raises(UserError, match="larger than anything"):
        parse_amount("1e308")


def test_relative_needs_a_baseline() -> None:
    with pytest.raises(UserError, match="relative to a baseline"):
        parse_amount("+10%")


def test_ladder_of_four_quarters() -> None:
    assert [round(100 * step, 1) for step in ladder(0.22, 0.10)] == [24.2, 26.6, 29.3, 32.2]


@pytest.mark.parametrize(
    ("direction", "tiers"), [("higher", (100, 110, 120)), ("lower", (100, 90, 80)), ("range", (100, 110, 120))]
)
def test_tiers_from_a_baseline(direction: Direction, tiers: tuple[float, float, float]) -> None:
    assert tiers_from(100, 0.10, direction) == pytest.approx(tiers)


@given(st.floats(-1e6, 1e6), st.floats(0, 0.3), st.sampled_from([WIN_RATE, CYCLE]))
def test_proposed_tiers_are_always_in_order(value: float, uplift: float, kpi: Kpi) -> None:
    money = replace(kpi, unit="money", kpi_class="flow_money")
    exact = tiers_from(value, uplift, money.direction)
    for tiers in (exact, rounded_tiers(exact, money), rounded_tiers(exact, money, value)):
        check_target(target(*tiers, money), baseline(value, money), money)


@pytest.mark.parametrize(
    ("exact", "kpi", "shown"),
    [((50_782.04, 55_860.24, 60_938.45), replace(WIN_RATE, unit="money"), (50_800, 55_900, 61_000)),
     ((41.27, 37.143, 33.016), CYCLE, (41.2, 37.1, 33.0)),
     ((0.1 * 1.1, 0.2, 0.3), WIN_RATE, (0.11, 0.2, 0.3)),
     ((0.97, 1.067, 1.164), WIN_RATE, (0.97, 1.0, 1.0)),
     ((0.0, 0.0, 0.0), CYCLE, (0.0, 0.0, 0.0)),
     ((1234.5, 1250.1, 1300.9), replace(CYCLE, direction="range"), (1234.5, 1250.1, 1300.9))],
)  # fmt: skip
def test_proposed_tiers_have_three_digits_and_never_ask_for_less(
    exact: tuple[float, float, float], kpi: Kpi, shown: tuple[float, float, float]
) -> None:
    assert rounded_tiers(exact, kpi) == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(74 / 262, "percent", "28.2%"), (0.08249, "percent", "8.2%"), (1.17438, "percent", "117.4%"),
     (0.0, "percent", "0.0%"), (0.0004, "percent", "<0.1%"), (50_742.0, "money", "$50.7K"),
     (-50_742.0, "money", "−$50.7K"), (1234.0, "count", "1.23K"), (41.27, "count", "41.27"), (41.6, "days", "42 days")],
)  # fmt: skip
@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_a_minimum_that_is_the_baseline_reads_as_the_baseline(
    value: float, unit: Unit, shown: str, direction: Direction
) -> None:
    kpi = replace(WIN_RATE, unit=unit, direction=direction, kpi_class="ratio" if unit == "percent" else "flow_money")
    minimum, goal, stretch = rounded_tiers(tiers_from(value, 0.1, direction), kpi, value)
    assert format_value(minimum, unit, "USD") == format_value(value, unit, "USD") == shown
    assert is_baseline(minimum, value, kpi)
    sign = -1 if direction == "lower" else 1
    assert sign * minimum <= sign * goal <= sign * stretch


def test_a_minimum_that_was_proposed_is_known_again_as_the_baseline() -> None:
    share = 74 / 262
    assert [is_baseline(one, share, WIN_RATE) for one in (share, 0.282, 0.283)] == [True, True, True]
    assert [is_baseline(one, share, WIN_RATE) for one in (0.28, 0.281, 0.284, 0.31)] == [False] * 4


def test_the_newest_version_for_exactly_this_scope_and_period_is_in_force() -> None:
    north = Scope("team", "North", 1)
    book = GoalBook(
        (baseline(0.2), baseline(0.22)),
        (
            target(0.1, 0.2, 0.3),
            target(0.2, 0.3, 0.4, version=2),
            target(0.5, 0.6, 0.7, scope=north),
            target(0.3, 0.4, 0.5, period=Q2),
        ),
    )
    assert book.target("win_rate", ORG, Q1) == target(0.2, 0.3, 0.4, version=2)
    assert book.target("win_rate", north, Q1) == target(0.5, 0.6, 0.7, scope=north)
    assert book.target("win_rate", north, Q2) is None
    assert book.target("cycle", ORG, Q1) is None
    assert book.baseline("win_rate", ORG, Q1) == baseline(0.22)
    assert book.baseline("win_rate", ORG, Q2) is None
    assert [one.target for one in book.of("win_rate", ORG)] == [0.3, 0.4]
