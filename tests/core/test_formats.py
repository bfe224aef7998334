from __future__ import annotations

import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.formats import (
    NOTHING,
    NumberStyle,
    age_text,
    between_words,
    count_text,
    day_text,
    fixed,
    format_change,
    format_difference,
    format_interval,
    format_value,
    full_value,
    old_words,
    period_text,
    plain_number,
    sample_text,
    sampling_interval,
    span_text,
    whole_percent,
)
from kpidesk.core.kpis import Display, Unit
from kpidesk.core.periods import fiscal_period, quarter_period, span_period
from kpidesk.core.settings import Settings

GERMAN = NumberStyle(decimal=",", grouping=".")


@pytest.mark.parametrize(("x", "n", "shown"), [
    (1, 8, "13%"), (6, 16, "38%"), (3, 8, "38%"), (5, 8, "63%"), (29, 200, "14.5%"), (1, 80, "1%"), (-1, 8, "−13%"),
    (1, 2000, "0.1%"), (3, 16, "19%"),
])  # fmt: skip
def test_a_half_is_rounded_as_a_spreadsheet_does_it(x: float, n: float, shown: str) -> None:
    """1/8 is 12.5 %, 1/2000 is 0.05 %, and both go up; 0.145 has no exact double and is 14.5 all the same."""
    assert format_value(x / n, "percent", n=n) == shown
    assert Decimal(100 * x / n).quantize(Decimal(1 if n < 100 else "0.1"), ROUND_HALF_UP) == Decimal(
        shown.rstrip("%").replace("−", "-")
    )


@pytest.mark.parametrize(("value", "decimals", "shown"), [
    (0.5, 0, "1"), (2.5, 0, "3"), (-2.5, 0, "−3"), (1.005, 2, "1.01"), (0.285, 2, "0.29"), (2.675, 2, "2.68"),
    (1.0049, 2, "1.00"), (1234567.5, 0, "1,234,568"), (3e16, 2, "30,000,000,000,000,000.00"), (-0.4, 0, "0"),
])  # fmt: skip
def test_a_half_goes_away_from_zero(value: float, decimals: int, shown: str) -> None:
    assert fixed(value, decimals) == shown


def test_a_whole_percent_and_a_count_go_up_at_the_half() -> None:
    assert (whole_percent(0.125), whole_percent(-0.125), count_text(0.125)) == ("13", "−13", "0.13")
    assert (format_value(12.125, "count"), full_value(0.1234565, "percent")) == ("12.13", "12.3457%")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "$0"),
        (5.4321, "$5.43"),
        (54.321, "$54.3"),
        (950, "$950"),
        (1_234, "$1.23K"),
        (45_000, "$45.0K"),
        (450_000, "$450K"),
        (999_499, "$999K"),
        (999_600, "$1.00M"),
        (1_250_000, "$1.25M"),
        (2_000_000_000, "$2.00B"),
        (3.5e12, "$3.50T"),
        (-1_250_000, "−$1.25M"),
        (-0.001, "$0.00"),
        (999.6, "$1.00K"),
    ],
)
def test_money_on_a_card(value: float, shown: str) -> None:
    assert format_value(value, "money", "USD") == shown


@pytest.mark.parametrize(
    ("currency", "shown"),
    [("EUR", "€45.0K"), ("GBP", "£45.0K"), ("JPY", "¥45.0K"), ("CHF", "CHF 45.0K"), ("", "45.0K"), ("CAD", "CA$45.0K")],
)
def test_currency_sign_or_code(currency: str, shown: str) -> None:
    assert format_value(45_000, "money", currency) == shown


@pytest.mark.parametrize(
    ("unit", "value", "n", "shown"),
    [
        ("count", 31, None, "31"),
        ("count", 2.5, None, "2.5"),
        ("count", 1_234, None, "1.23K"),
        ("count", 0, None, "0"),
        ("percent", 0.22857, None, "22.9%"),
        ("percent", 0.22857, 175, "22.9%"),
        ("percent", 0.22857, 96, "23%"),
        ("percent", 0.0004, None, "<0.1%"),
        ("percent", -0.0004, None, ">−0.1%"),
        ("percent", 0.004, 50, "<1%"),
        ("percent", 0.0, None, "0.0%"),
        ("percent", -0.032, None, "−3.2%"),
        ("percent", 12.5, None, "1,250.0%"),
        ("multiple", 3.5, None, "3.5×"),
        ("multiple", 0.75, None, "0.75×"),
        ("days", 57.4, None, "57 days"),
        ("days", 1, None, "1 day"),
        ("days", 1.3, None, "1 day"),
        ("days", 0.2, None, "<1 day"),
        ("days", 0, None, "0 days"),
        ("months", 4.52, None, "4.5 months"),
        ("months", 1.0, None, "1 month"),
        ("hours", 2.04, None, "2 hours"),
        ("hours", 0.01, None, "<0.1 hour"),
        ("points", 30, None, "+30"),
        ("points", -12.4, None, "−12"),
        ("points", -0.4, None, "0"),
        ("score", 4.237, None, "4.24"),
        ("count_per", 12.345, None, "12.3"),
        ("money_per_day", 6000, None, "6.00K per day"),
    ],
)
def test_units_on_a_card(unit: Unit, value: float, n: float | None, shown: str) -> None:
    assert format_value(value, unit, n=n) == shown


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_no_value_is_a_dash_everywhere(value: float | None) -> None:
    assert format_value(value, "money", "USD") == NOTHING
    assert full_value(value, "percent") == NOTHING
    assert format_difference(value, "days") == NOTHING
    assert format_change(value) == NOTHING
    assert format_interval(None, "percent") == NOTHING


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("percent", 0.032, "+3.2 pp"),
        ("percent", -0.032, "−3.2 pp"),
        ("percent", 0.0001, "0.0 pp"),
        ("money", -1_250, "−$1.25K"),
        ("money", 1_250, "+$1.25K"),
        ("money", 0, "$0"),
        ("days", -3, "−3 days"),
        ("points", 12, "+12"),
        ("count", 4, "+4"),
    ],
)
def test_differences_carry_their_sign(unit: Unit, value: float, shown: str) -> None:
    assert format_difference(value, unit, "USD") == shown


def test_relative_change_is_in_percent_never_in_points() -> None:
    assert format_change(0.1) == "+10.0%"
    assert format_change(-0.105) == "−10.5%"
    assert format_change(0) == "0.0%"


@pytest.mark.parametrize(
    ("unit", "value", "currency", "shown"),
    [
        ("money", 1_250_000, "USD", "$1,250,000.00"),
        ("money", 1_250_000, "JPY", "¥1,250,000"),
        ("money", -12.3456, "KWD", "−KWD 12.346"),
        ("percent", 8 / 35, "", "22.8571%"),
        ("count", 1234, "", "1,234"),
        ("days", 51.78197, "", "51.782 days"),
        ("days", 1, "", "1 day"),
        ("multiple", 3.5, "", "3.5×"),
        ("points", 30, "", "+30"),
        ("money_per_day", 20833.3333, "EUR", "€20,833.33 per day"),
    ],
)
def test_full_values_for_tooltips(unit: Unit, value: float, currency: str, shown: str) -> None:
    assert full_value(value, unit, currency) == shown


def test_separators_of_another_language() -> None:
    assert format_value(1_234_567.8, "money", "EUR", style=GERMAN) == "€1,23M"
    assert full_value(1_234_567.8, "money", "EUR", style=GERMAN) == "€1.234.567,80"
    assert plain_number(1234.5, GERMAN) == "1.234,5"
    assert format_value(4.0, "months", style=GERMAN) == "4 months"


def test_samples() -> None:
    assert sample_text(96, 31) == "31 of 96"
    assert sample_text(5, 2.5) == "2.5 of 5"
    assert sample_text(31) == "31 deals"
    assert sample_text(1) == "1 deal"
    assert sample_text(0) == "0 deals"
    assert sample_text(1234, 0.1 + 0.2) == "0.3 of 1,234"
    assert count_text(1 / 3) == "0.33"


def test_interval_in_words() -> None:
    assert format_interval((0.241, 0.418), "percent", n=96) == "24% to 42%"
    assert format_interval((28.6, 54.5), "days") == "29 days to 55 days"


def test_nothing_that_is_counted_may_lie_between_parts_of_one() -> None:
    assert sampling_interval((0.03, 5.57), "count") == "0 to 6"
    assert sampling_interval((0.241, 0.418), "percent", n=96) == "24% to 42%"
    assert between_words((0.03, 5.57), Display("count", 0)) == "between 0 and 6"
    assert sample_text(12, noun="person") == "12 people"


def test_days_and_periods() -> None:
    assert day_text(date(2026, 3, 3)) == "3 Mar 2026"
    assert span_text(date(2026, 3, 1), date(2026, 3, 7)) == "1 – 7 Mar 2026"
    assert span_text(date(2026, 3, 1), date(2026, 4, 7)) == "1 Mar – 7 Apr 2026"
    assert span_text(date(2025, 12, 29), date(2026, 1, 4)) == "29 Dec 2025 – 4 Jan 2026"
    assert span_text(date(2026, 3, 1), date(2026, 3, 1)) == "1 Mar 2026"
    assert period_text(quarter_period(2026, 2, Settings())) == "Q2 2026 (1 Apr – 30 Jun 2026)"
    weeks = fiscal_period(2026, 3, Settings(calendar="4-4-5"))
    assert period_text(weeks) == "P3 2026 (5 weeks, 23 Feb – 29 Mar 2026)"
    assert period_text(span_period(date(2026, 3, 1), date(2026, 3, 7))) == "1 – 7 Mar 2026"


def test_age_of_data() -> None:
    assert [age_text(days) for days in (None, 0, 1, 12)] == [NOTHING, "today", "yesterday", "12 days ago"]
    assert [age_text(days) for days in (90, 240, 3251)] == ["90 days ago", "8 months ago", "9 years ago"]
    assert [old_words(days) for days in (1, 9, 91, 729)] == ["1 day old", "9 days old", "3 months old", "24 months old"]


_SCALE = {"": 1.0, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


def read_back(shown: str, style: NumberStyle) -> tuple[float, float]:
    """The number that a text shows and the size of its last digit."""
    match = re.fullmatch(r"([+−]?)[^\d+−]*([\d.,]+)([KMBT]?).*", shown)
    assert match is not None, shown
    digits = match[2].replace(style.grouping, "").replace(style.decimal, ".")
    scale = _SCALE[match[3]]
    decimals = len(digits.partition(".")[2])
    return (-1 if match[1] == "−" else 1) * float(digits) * scale, 10.0**-decimals * scale


SHORTENED = st.sampled_from(["money", "count", "score", "count_per"])


@given(st.floats(-9e14, 9e14), SHORTENED, st.sampled_from([NumberStyle(), GERMAN]))
def test_what_a_card_shows_is_the_value_within_its_last_digit(value: float, unit: Unit, style: NumberStyle) -> None:
    number, step = read_back(format_value(value, unit, "USD", style=style), style)
    assert abs(number - value) <= step / 2 * (1 + 1e-6)


@given(st.floats(-1e6, 1e6), st.one_of(st.none(), st.integers(0, 300)))
def test_percent_within_its_last_digit(value: float, n: int | None) -> None:
    shown = format_value(value, "percent", n=n)
    if shown[0] in "<>":
        assert value != 0
        assert abs(value) < 0.005
    else:
        number, step = read_back(shown, NumberStyle())
        assert abs(number - value * 100) <= step / 2 * (1 + 1e-6)


UNITS = [
    "count",
    "money",
    "percent",
    "multiple",
    "days",
    "months",
    "hours",
    "points",
    "score",
    "count_per",
    "money_per_day",
]


ANY_NUMBER = st.one_of(st.floats(-1e18, 1e18), st.sampled_from([math.nan, math.inf, -math.inf, -0.0]))


@given(ANY_NUMBER, st.sampled_from(UNITS))
def test_no_number_is_shown_as_minus_nothing(value: float, unit: Unit) -> None:
    for shown in (format_value(value, unit, "USD"), full_value(value, unit, "USD"), format_difference(value, unit)):
        assert "-" not in shown
        assert "nan" not in shown
        assert "inf" not in shown
        if shown.startswith("−"):
            assert re.search(r"[1-9]", shown), shown


@given(st.floats(-1e9, 1e9), st.sampled_from(["money", "percent"]))
def test_a_full_value_is_exact_to_the_minor_unit(value: float, unit: Unit) -> None:
    number, step = read_back(full_value(value, unit, "USD"), NumberStyle())
    assert abs(number - (value * 100 if unit == "percent" else value)) <= max(step, 1e-4) / 2 * (1 + 1e-6)


def test_the_minus_of_an_amount_stays_on_its_line() -> None:
    # U+2060 joins: without it a line may end between the minus and a sign of money
    assert between_words((-2_850_000, 100_000), "money", "USD") == "between \u2212\u2060$2.85M and $100K"
    assert between_words((-2, 3), "points") == "between \u22122 and +3"
    assert between_words((0.22, 0.41), "percent", n=96) == "between 22% and 41%"


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "shown"),
    [
        (0.2437, "percent", 2, "24.37%"),
        (0.2437, "percent", 0, "24%"),
        (1_734_000.0, "money", 1, "$1.7M"),
        (1_734_000.0, "money", 0, "$2M"),
        (-950.0, "money", 2, "−$950.00"),
        (12.0, "days", 1, "12.0 days"),
        (1.0, "days", 0, "1 day"),
        (3.14159, "multiple", 3, "3.142×"),
        (5.0, "points", 1, "+5.0"),
        (2.5, "count", 0, "3"),
        (41_000.0, "money_per_day", 1, "$41.0K per day"),
    ],
)
def test_a_kpi_that_names_its_decimals_gets_them(value: float, unit: Unit, decimals: int, shown: str) -> None:
    assert format_value(value, Display(unit, decimals), "USD", n=7) == shown
    assert format_value(None, Display(unit, decimals)) == NOTHING


def test_differences_and_intervals_have_the_decimals_too() -> None:
    assert format_difference(0.02346, Display("percent", 2)) == "+2.35 pp"
    assert format_difference(-1_234.0, Display("money", 1), "EUR") == "−€1.2K"
    assert format_interval((0.1, 0.2), Display("percent", 0), n=500) == "10% to 20%"
