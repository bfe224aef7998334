"""Exchange rates: which one counts for a day, and that closed books stay as they are."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.errors import UserError
from kpidesk.core.rate_words import added_words, missing_words, rate_words
from kpidesk.core.rates import (
    CurrencyInUse,
    Rate,
    convert,
    open_from,
    parse_rate,
    rate_table,
    rate_text,
)


def rate(valid: str, text: str, known: str, *, restates: bool = False, currency: str = "EUR") -> Rate:
    return Rate(currency, date.fromisoformat(valid), parse_rate(text), date.fromisoformat(known), restates)


def found(rates: list[Rate], day: str, as_of: str = "9999-12-31") -> str | None:
    one = rate_table(rates, date.fromisoformat(as_of)).find("EUR", date.fromisoformat(day))
    return None if one is None else rate_text(one.rate)


JANUARY = rate("2026-01-01", "1.1", "2026-01-05")
MARCH = rate("2026-03-01", "1.2", "2026-03-02")


@pytest.mark.parametrize(
    ("day", "text"),
    [("2025-12-31", None), ("2026-01-01", "1.1"), ("2026-02-28", "1.1"), ("2026-03-01", "1.2"), ("2030-01-01", "1.2")],
)
def test_a_rate_holds_from_its_first_day_until_the_next(day: str, text: str | None) -> None:
    assert found([MARCH, JANUARY], day) == text
    assert rate_table([MARCH, JANUARY]).find("BRL", date.fromisoformat(day)) is None


def test_a_correction_counts_while_the_books_are_open_and_not_after() -> None:
    in_time, too_late = rate("2026-01-01", "1.15", "2026-02-28"), rate("2026-01-01", "9", "2026-03-01")
    assert found([JANUARY, in_time], "2026-01-20") == "1.15"
    assert found([JANUARY, too_late], "2026-01-20") == "1.1"
    assert found([JANUARY, too_late], "2026-02-01") == "9"


def test_a_rate_known_late_counts_where_nothing_was_known_and_then_stays() -> None:
    first, second = rate("2026-01-01", "1.3", "2026-09-01"), rate("2026-01-01", "1.4", "2026-12-01")
    assert found([first], "2026-01-20") == "1.3"
    assert found([second, first], "2026-01-20") == "1.3"
    assert found([second, first], "2026-11-01") == "1.4"


def test_what_re_states_counts_in_closed_books_too() -> None:
    again = rate("2026-01-01", "1.5", "2026-09-01", restates=True)
    assert found([JANUARY, again, MARCH], "2026-01-20") == "1.5"
    assert found([JANUARY, again, MARCH], "2026-03-20") == "1.2"
    later = rate("2026-01-01", "7", "2026-12-01")
    assert found([JANUARY, again, later], "2026-01-20") == "1.5"
    assert found([again, later], "2026-01-20") == "1.5"


def test_on_an_earlier_day_what_came_later_only_fills_gaps() -> None:
    corrected = rate("2026-01-01", "1.15", "2026-01-25")
    assert found([JANUARY, corrected], "2026-01-20", as_of="2026-01-10") == "1.1"
    assert found([JANUARY, corrected], "2026-01-20", as_of="2026-01-25") == "1.15"
    assert found([JANUARY, corrected], "2026-01-20", as_of="2026-01-02") == "1.1"
    again = rate("2026-01-01", "1.5", "2026-09-01", restates=True)
    assert found([JANUARY, again], "2026-01-20", as_of="2026-08-01") == "1.1"


days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
rates = st.builds(
    Rate, st.sampled_from(("EUR", "JPY")), days, st.fractions(Fraction(1, 100), 200, max_denominator=10_000), days,
    st.booleans(),
)  # fmt: skip


@given(st.lists(rates, max_size=8), st.randoms(use_true_random=False), days)
def test_the_order_of_rates_says_nothing(known: list[Rate], random: st.DrawFn, day: date) -> None:
    shuffled = list(known)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis hands over a random.Random
    assert rate_table(known).find("EUR", day) == rate_table(shuffled).find("EUR", day)


@given(st.lists(rates, max_size=8), rates, days)
def test_a_later_rate_changes_no_closed_day_and_none_before_it(known: list[Rate], new: Rate, day: date) -> None:
    last = max((one.known_from for one in known), default=date.min)
    new = Rate(new.currency, new.valid_from, new.rate, max(new.known_from, last + timedelta(days=1)))
    before, after = (rate_table(some).find("EUR", day) for some in (known, [*known, new]))
    is_closed = before is not None and day < open_from(new.known_from)
    if new.currency != "EUR" or day < new.valid_from or is_closed:
        assert after == before
    else:
        assert after is not None


@given(st.lists(rates, max_size=8), days)
def test_a_day_has_a_rate_from_the_first_that_is_valid(known: list[Rate], day: date) -> None:
    valid = [one for one in known if one.currency == "EUR" and one.valid_from <= day]
    used = rate_table(known).find("EUR", day)
    assert (used in valid) if valid else used is None


@pytest.mark.parametrize(
    ("minor", "currency", "text", "into", "result"),
    [
        (10_000, "EUR", "1.0875", "USD", 10_875),
        (1, "EUR", "0.5", "USD", 0),
        (3, "EUR", "0.5", "USD", 2),
        (-3, "EUR", "0.5", "USD", -2),
        (1_000, "JPY", "0.0067", "USD", 670),
        (12_345, "USD", "150.25", "JPY", 18_548),
        (1_234, "KWD", "3.25", "USD", 401),
        (100, "USD", "0.3075", "KWD", 308),
    ],
)
def test_amounts_are_rounded_half_to_even_in_minor_units(
    minor: int, currency: str, text: str, into: str, result: int
) -> None:
    assert convert(minor, currency, parse_rate(text), into) == result
    digits = {"JPY": 0, "KWD": 3}
    exact = Decimal(minor).scaleb(-digits.get(currency, 2)) * Decimal(text)
    assert int(exact.scaleb(digits.get(into, 2)).to_integral_value(ROUND_HALF_EVEN)) == result


@pytest.mark.parametrize("text", ["0", "-1", "10000001", "0.00000001", "NaN", "Infinity", "1e300", "abc", ""])
def test_an_impossible_rate_is_refused_with_advice(text: str) -> None:
    with pytest.raises(UserError) as told:
        parse_rate(text)
    assert text in told.value.problem
    assert told.value.advice


@pytest.mark.parametrize(("text", "shown"), [("1,0875", "1.0875"), (" 150 ", "150"), ("0.0000001", "0.0000001")])
def test_a_rate_is_shown_as_it_was_typed(text: str, shown: str) -> None:
    assert rate_text(parse_rate(text)) == shown


def test_rates_in_words() -> None:
    assert rate_words(JANUARY, "USD") == "1 EUR = 1.1 USD from 1 Jan 2026"
    assert added_words(JANUARY, "USD") == "1 EUR = 1.1 USD from 1 Jan 2026."
    late = added_words(rate("2026-01-01", "1.1", "2026-06-15"), "USD")
    assert "before 1 May 2026 that had a rate already keep it" in late
    assert missing_words(CurrencyInUse("EUR", 3, JANUARY, None)) == ""
    assert missing_words(CurrencyInUse("EUR", 3, None, None)) == "No rate"
    assert missing_words(CurrencyInUse("EUR", 3, JANUARY, date(2025, 5, 4))) == "No rate on 4 May 2025"
