"""Exchange rates: which one counts for a day, and that closed books stay as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.errors import UserError
from kpidesk.core.rate_words import added_words, missing_words, rate_note, rate_words
from kpidesk.core.rates import (
    CurrencyInUse,
    Rate,
    closed_moved,
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
    first, second = rate("2026-01-01", "1.1", "2026-11-26"), rate("2026-01-15", "1.5", "2026-11-26")
    assert closed_moved((), (first,)) is None, "there was no rate before"
    moved = closed_moved((first,), (first, second))
    assert moved == (date(2026, 1, 15), date(2026, 9, 30))
    assert "Amounts of 15 Jan – 30 Sep 2026 change, though their books are closed" in added_words(second, "USD", moved)
    later = rate("2026-01-15", "1.5", "2026-12-26")
    assert closed_moved((first,), (first, later)) is None, "what was known first keeps its months"
    assert missing_words(CurrencyInUse("EUR", 3, JANUARY, None)) == ""
    assert missing_words(CurrencyInUse("EUR", 3, None, None)) == "No rate"
    assert missing_words(CurrencyInUse("EUR", 3, JANUARY, date(2025, 5, 4))) == "No rate on 4 May 2025"


def leg(currency: str, into: str, valid: str, text: str, known: str = "2026-01-05", *, restates: bool = False) -> Rate:
    return replace(rate(valid, text, known, restates=restates, currency=currency), into=into)


POUND, EURO = leg("GBP", "EUR", "2026-01-01", "1.15"), leg("EUR", "", "2026-02-01", "1.1")


def pound(rates: list[Rate], day: str, as_of: str = "9999-12-31") -> str:
    one = rate_table(rates, date.fromisoformat(as_of)).find("GBP", date.fromisoformat(day))
    return "" if one is None else rate_note(one, "USD")


def test_two_rates_make_one_from_the_day_that_both_hold() -> None:
    newer = leg("GBP", "EUR", "2026-03-01", "1.2", "2026-03-02")
    both = "1 GBP = 1.265 USD by way of EUR (1 GBP = 1.15 EUR, 1 Jan 2026; 1 EUR = 1.1 USD, 1 Feb 2026)"
    told = {day: pound([newer, EURO, POUND], day) for day in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")}
    assert told == {
        "2026-01-31": "", "2026-02-01": both, "2026-02-28": both,
        "2026-03-01": "1 GBP = 1.32 USD by way of EUR (1 GBP = 1.2 EUR, 1 Mar 2026; 1 EUR = 1.1 USD, 1 Feb 2026)",
    }  # fmt: skip
    assert (pound([POUND], "2026-03-01"), pound([EURO], "2026-03-01")) == ("", "")


def test_a_rate_seen_from_the_other_currency_is_a_leg_as_well() -> None:
    assert pound([leg("EUR", "GBP", "2026-01-01", "0.8"), EURO], "2026-02-01").startswith("1 GBP = 1.375 USD by way of")


def test_there_is_one_step_and_no_longer_way() -> None:
    longer = [leg("GBP", "CHF", "2026-01-01", "1.1"), leg("CHF", "EUR", "2026-01-01", "1.05"), EURO]
    assert pound(longer, "2026-03-01") == ""
    assert rate_text(rate_table(longer).steps["CHF"][0].rate.rate) == "1.155"


def test_a_rate_that_was_told_wins_from_its_first_day() -> None:
    direct = leg("GBP", "", "2026-03-01", "1.3", "2026-03-02")
    assert pound([POUND, EURO, direct], "2026-02-28").startswith("1 GBP = 1.265 USD by way of EUR")
    assert pound([POUND, EURO, direct], "2026-03-01") == "1 GBP = 1.3 USD, 1 Mar 2026"
    older = leg("GBP", "", "2025-12-01", "1.3", "2026-01-02")
    assert pound([POUND, EURO, older], "2026-03-01") == "1 GBP = 1.3 USD, 1 Dec 2025"


def test_closed_books_keep_a_rate_that_was_made_of_two() -> None:
    late = leg("GBP", "", "2026-02-01", "1.3", "2026-06-10")
    restated = replace(late, restates=True)
    assert pound([POUND, EURO, late], "2026-04-30").startswith("1 GBP = 1.265 USD")
    assert pound([POUND, EURO, late], "2026-05-01") == "1 GBP = 1.3 USD, 1 Feb 2026"
    assert pound([POUND, EURO, restated], "2026-02-01") == "1 GBP = 1.3 USD, 1 Feb 2026"
    assert pound([POUND, EURO, restated], "2026-02-01", as_of="2026-06-09").startswith("1 GBP = 1.265 USD")


def test_where_nothing_was_known_in_time_what_was_known_first_stays() -> None:
    first = [replace(one, known_from=date(2026, 6, 10)) for one in (POUND, EURO)]
    direct = leg("GBP", "", "2026-01-01", "1.3", "2026-09-10")
    assert pound([*first, direct], "2026-02-10").startswith("1 GBP = 1.265 USD by way of EUR")
    assert pound([*first, direct], "2026-01-31") == "1 GBP = 1.3 USD, 1 Jan 2026"
    sooner = replace(direct, known_from=date(2026, 6, 9))
    assert pound([*first, sooner], "2026-02-10") == "1 GBP = 1.3 USD, 1 Jan 2026"


def test_of_two_ways_the_one_with_the_newer_rates_is_taken() -> None:
    stale = [leg("GBP", "CHF", "2025-12-01", "1.1"), leg("CHF", "", "2026-02-15", "1.2", "2026-02-16")]
    assert "by way of EUR" in pound([*stale, POUND, EURO], "2026-03-01")
    fresh = leg("GBP", "CHF", "2026-02-10", "1.1", "2026-02-11")
    assert pound([*stale, fresh, POUND, EURO], "2026-03-01").startswith("1 GBP = 1.32 USD by way of CHF")


@st.composite
def webs(draw: st.DrawFn) -> list[Rate]:
    """Rates between three currencies and that of the workspace."""
    pairs = st.sampled_from([(one, other) for one in "ABC" for other in ("A", "B", "C", "") if one != other])
    made = draw(st.lists(st.tuples(pairs, rates), max_size=8))
    return [replace(one, currency=currency, into=into) for (currency, into), one in made]


@given(webs(), days)
def test_a_rate_is_told_or_the_product_of_two_that_hold_on_the_day(known: list[Rate], day: date) -> None:
    turned = [replace(one, currency=one.into, into=one.currency, rate=1 / one.rate) for one in known if one.into]
    holding = {(one.currency, one.into) for one in (*known, *turned) if one.valid_from <= day}
    for code in "ABC":
        one = rate_table(known).find(code, day)
        ways = {hub for hub in "ABC" if {(code, hub), (hub, "")} <= holding}
        assert (one is not None) == (bool(ways) or (code, "") in holding)
        if one is not None and one.legs:
            first, second = one.legs
            assert first in (*known, *turned)
            assert second in known
            assert (one.rate, first.into, one.by_way_of in ways) == (first.rate * second.rate, second.currency, True)
            assert max(first.valid_from, second.valid_from) == one.valid_from <= day
        elif one is not None:
            assert one in known


@given(webs(), webs(), days)
def test_what_is_told_later_changes_no_closed_day_of_any_way(known: list[Rate], more: list[Rate], day: date) -> None:
    told = max((one.known_from for one in known), default=date(2026, 1, 1)) + timedelta(days=1)
    later = [replace(one, known_from=told, restates=False) for one in more]
    for code in "ABC":
        before = rate_table(known).find(code, day)
        if before is not None and day < open_from(told):
            assert rate_table([*later, *known]).find(code, day) == before
