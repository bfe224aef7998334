"""Several currencies: every row converted at the rate of its day, exactly, and never a mixed sum."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk.core.people import ORG, UNASSIGNED, Scope
from kpidesk.core.rates import Rate, parse_rate
from kpidesk.core.settings import Settings
from kpidesk.engine import behind, breakdown, evaluate, unrated_days
from kpidesk.engine.standing import standing
from tests.engine.made import formulas
from tests.engine.support import (
    Company,
    Deal,
    asked,
    evaluator_of,
    facts_of,
    made_up,
    period,
    result,
    shipped,
    top_scopes,
)
from tests.often import often

SEEN = date(2025, 7, 1)
FEW = settings(max_examples=often(9))
DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3, "": 2}
YEAR = tuple(period(text) for text in (*(f"2025-{month:02d}" for month in range(1, 13)), "2025-Q2", "2025"))


def rate(currency: str, valid: date, text: str, known: date = SEEN) -> Rate:
    return Rate(currency, valid, parse_rate(text), known)


def won(number: int, amount: int, currency: str, day: date, **more: object) -> Deal:
    deal = Deal(number, SEEN, "won", amount, 1, created_at=date(2025, 1, 10), closed_at=day, currency=currency)
    return replace(deal, **more)  # type: ignore[arg-type]  # fields by name


RATES = (
    rate("EUR", date(2025, 1, 1), "1.05"),
    rate("EUR", date(2025, 4, 1), "1.10"),
    rate("EUR", date(2025, 5, 15), "1.20"),
    rate("JPY", date(2025, 1, 1), "0.0067"),
    rate("KWD", date(2025, 1, 1), "3.25"),
)
DEALS = (
    won(1, 100_00, "USD", date(2025, 4, 2)),
    won(2, 100_00, "EUR", date(2025, 5, 14)),
    won(3, 100_00, "EUR", date(2025, 5, 15)),
    won(4, 12_345, "JPY", date(2025, 6, 1)),
    won(5, 1_234, "KWD", date(2025, 6, 1)),
)


def company(*deals: Deal, basis: str = "close", rates: tuple[Rate, ...] = RATES, **more: object) -> Company:
    about = Company(deals, data_dates=(SEEN,), settings=Settings(rate_basis=basis), rates=rates)
    return replace(about, organisation=made_up(Random(1)).organisation, **more)  # type: ignore[arg-type]


def number(about: Company, formula: str, span: str) -> tuple[float | None, str]:
    found = result(evaluator_of(about), asked(formula), ORG, period(span))
    return found.value, found.reason


@pytest.mark.parametrize(
    ("basis", "dollars"),
    [
        ("close", 100 + 110 + 120 + 82.71 + 4.01),
        ("created", 100 + 105 + 105 + 82.71 + 4.01),
        ("fixed", 100 + 105 + 105 + 82.71 + 4.01),
    ],
)
def test_every_deal_is_converted_at_the_rate_of_its_day(basis: str, dollars: float) -> None:
    value, _ = number(company(*DEALS, basis=basis), "[bookings]", "2025-Q2")
    assert value == pytest.approx(dollars, abs=1e-9)


def test_the_budget_rate_is_that_of_the_first_day_of_the_fiscal_year() -> None:
    about = company(*DEALS[:3], basis="fixed")
    april = replace(about, settings=replace(about.settings, fiscal_start_month=4))
    assert number(april, "[bookings]", "2025-05")[0] == 220.0


def test_the_budget_rate_of_a_year_of_weeks_is_that_of_its_own_first_day() -> None:
    about = company(*DEALS[:3], basis="fixed")  # FY2026 of weeks from Sunday begins on 30 March 2025
    early = replace(about, settings=replace(about.settings, fiscal_start_month=4, calendar="4-4-5", week_start=6))
    april = replace(about, settings=replace(about.settings, fiscal_start_month=4))
    assert number(early, "[bookings]", "2025-05-01..2025-05-31")[0] == 210.0
    assert number(april, "[bookings]", "2025-05-01..2025-05-31")[0] == 220.0


def test_what_is_open_on_a_past_day_is_converted_with_the_rate_of_that_day() -> None:
    euro = Deal(1, SEEN, "open", 100_00, 1, created_at=date(2025, 1, 10), currency="EUR")
    about = company(euro)
    days = {"2025-01": 105.0, "2025-03": 105.0, "2025-04": 110.0, "2025-05": 120.0}
    assert {span: number(about, "[open_pipeline]", span)[0] for span in days} == days
    assert number(company(euro, basis="created"), "[open_pipeline]", "2025-06")[0] == 105.0
    assert number(company(euro, basis="fixed"), "[open_pipeline]", "2025-06")[0] == 105.0
    assert number(about, "count(deals where open as of end)", "2025-06")[0] == 1.0


def test_with_a_rate_a_day_every_past_day_has_its_own_amounts_conditions_and_rates() -> None:
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(181)]
    daily = tuple(rate("EUR", day, f"{1 + number / 1000:.3f}") for number, day in enumerate(days))
    deals = tuple(
        Deal(
            number, SEEN, "open", number * 100_00, 1, created_at=date(2025, 1, 10), currency="EUR" if number % 2 else ""
        )
        for number in range(1, 9)
    )
    about = company(*deals, rates=daily)
    for month, (day, last) in enumerate(((31, 1.030), (59, 1.058), (90, 1.089)), start=1):
        assert day == (date(2025, month + 1, 1) - date(2025, 1, 1)).days
        dollars = [number * 100 * (last if number % 2 else 1) for number in range(1, 9)]
        large = [one for one in dollars if one > 505]
        span = f"2025-{month:02d}"
        assert number(about, "[open_pipeline]", span)[0] == pytest.approx(sum(dollars))
        assert number(about, "count(deals where open and amount > 505 as of end)", span)[0] == len(large)
        assert number(about, "avg(deals.amount where open and amount > 505 as of end)", span)[0] == pytest.approx(
            sum(large) / len(large)
        )
        found = behind(evaluator_of(about), *shipped()["open_pipeline"], ORG, period(span))  # type: ignore[arg-type]  # it has a formula
        assert found.reproduced == pytest.approx(sum(dollars))
        assert {one.valid_from for one in found.rates if one is not None} == {days[day - 1]}
    late = replace(about, rates=daily[45:])
    assert number(late, "[open_pipeline]", "2025-01")[0] is None
    assert number(late, "[open_pipeline]", "2025-02")[0] == number(about, "[open_pipeline]", "2025-02")[0]


def test_the_amount_at_creation_keeps_the_rate_of_creation() -> None:
    earlier = Deal(1, date(2025, 1, 12), "open", 100_00, 1, created_at=date(2025, 1, 10), currency="EUR")
    about = replace(company(earlier, won(1, 900_00, "EUR", date(2025, 6, 1))), data_dates=(date(2025, 1, 12), SEEN))
    assert number(about, "sum(deals.created_amount on created_at)", "2025-01")[0] == 105.0


def test_a_missing_rate_leaves_no_number_and_says_which() -> None:
    real = won(6, 5_00, "BRL", date(2025, 5, 4))
    about = company(*DEALS, real, replace(real, id=7, closed_at=date(2025, 5, 9)))
    told = "2 deals are in BRL, for which no rate is known from 4 May 2025 on: add one with Data → Currencies"
    for formula in ("[bookings]", "[avg_deal_size]", "[median_deal_size]", "max(deals.amount where won on closed_at)",
                    "count(deals where won and amount > 10000 on closed_at)"):  # fmt: skip
        value, reason = number(about, formula, "2025-Q2")
        assert (value, reason.startswith(told)) == (None, True), formula
    assert number(about, "[deals_won]", "2025-Q2")[0] == 7.0
    assert number(about, "[bookings]", "2025-06")[0] == pytest.approx(86.72)
    assert unrated_days(facts_of(about)) == {"BRL": date(2025, 1, 10)}
    assert unrated_days(facts_of(replace(about, rates=(*RATES, rate("BRL", date(2025, 2, 1), "0.2"))))) == {
        "BRL": date(2025, 1, 10)
    }
    named = replace(about, rates=(*RATES, rate("BRL", date(2025, 5, 5), "0.2")))
    assert number(named, "[bookings]", "2025-Q2")[1].startswith("1 deal is in BRL, for which no rate is known on 4 May")
    found = replace(about, rates=(*RATES, rate("BRL", date(2025, 5, 4), "0.2")))
    assert number(found, "[bookings]", "2025-Q2")[0] == pytest.approx(100 + 110 + 120 + 82.71 + 4.01 + 2)


def test_an_empty_amount_needs_no_rate() -> None:
    about = company(*DEALS, replace(won(6, 0, "BRL", date(2025, 5, 4)), amount=None))
    assert number(about, "[bookings]", "2025-05")[0] == 230.0


def test_a_breakdown_by_currency_and_the_rows_behind_it() -> None:
    about = company(*DEALS, won(6, 5_00, "BRL", date(2025, 5, 4)))
    kpi, formula = shipped()["bookings"]
    assert formula is not None
    parts = dict(breakdown(evaluator_of(about), kpi, formula, "currency", ORG, period("2025-Q2")))
    assert {name: found.value for name, found in parts.items()} == {
        "USD": 100.0, "EUR": 230.0, "JPY": pytest.approx(82.71), "KWD": pytest.approx(4.01), "BRL": None,
    }  # fmt: skip
    found = behind(evaluator_of(company(*DEALS)), kpi, formula, ORG, period("2025-Q2"))
    assert found.reproduced == pytest.approx(found.result.value)
    texts = [None if one is None else (one.currency, str(one.valid_from)) for one in found.rates]
    assert texts == [
        None, ("EUR", "2025-04-01"), ("EUR", "2025-05-15"), ("JPY", "2025-01-01"), ("KWD", "2025-01-01"),
    ]  # fmt: skip


def test_amounts_too_large_for_quick_arithmetic_are_exact_all_the_same() -> None:
    about = company(won(1, 10**15 + 1, "EUR", date(2025, 5, 1)), rates=(rate("EUR", date(2025, 1, 1), "1.000000001"),))
    exact = (Decimal(10**15 + 1) * Decimal("1.000000001")).to_integral_value(ROUND_HALF_EVEN)
    assert number(about, "[bookings]", "2025-05")[0] == float(exact) / 100


# --- random deals in four currencies -----------------------------------------------------------------------------


def _mixed(seed: int) -> Company:
    """A made-up company whose deals keep one of four currencies, with rates known from the first day."""
    random = Random(seed)
    about = made_up(random, 14, 3)
    codes = {deal.id: random.choice(("USD", "", "EUR", "JPY", "KWD")) for deal in about.deals}
    begin = date(2024, 5, 1)
    rates = []
    for code, value in (("EUR", 1.1), ("JPY", 0.0067), ("KWD", 3.25)):
        for one in range(5):
            text = f"{value * random.uniform(0.8, 1.2):.6f}"
            rates.append(rate(code, begin + timedelta(days=one * random.randrange(1, 90)), text, begin))
    return replace(about, deals=tuple(replace(one, currency=codes[one.id]) for one in about.deals), rates=tuple(rates))


def _dollars(about: Company, deal: Deal, day: date) -> int | None:
    """The amount in cents by the newest rate of a day, in decimal arithmetic."""
    if deal.amount is None or deal.currency in ("", "USD"):
        return deal.amount
    known = [one for one in about.rates if one.currency == deal.currency and one.valid_from <= day]
    used = max(known, key=lambda one: (one.valid_from, one.rate)).rate
    exact = Decimal(deal.amount).scaleb(-DIGITS[deal.currency]) * Decimal(used.numerator) / Decimal(used.denominator)
    return int(exact.scaleb(2).to_integral_value(ROUND_HALF_EVEN))


def _created(about: Company, number: int) -> date:
    shown = sorted((one for one in about.deals if one.id == number), key=lambda one: one.seen)
    return shown[-1].created_at or shown[0].seen


seeds = st.integers(0, 2**32)


@settings(max_examples=often(4))
@given(seeds)
def test_by_the_rate_of_creation_all_kpis_are_those_of_deals_that_were_in_dollars(seed: int) -> None:
    mixed = _mixed(seed)
    about = replace(mixed, settings=replace(mixed.settings, rate_basis="created"))
    converted = tuple(
        replace(one, amount=_dollars(about, one, _created(about, one.id)), currency="") for one in about.deals
    )
    plain = replace(about, deals=converted, rates=())
    scopes = (ORG, *top_scopes(about), UNASSIGNED)
    asked_for = [(kpi, formula) for kpi, formula in formulas() if formula.tables <= {"deals", "stage_visits"}]
    one, other = (
        evaluate(evaluator_of(some), asked_for, scopes, YEAR[4:], unassigned_level="team") for some in (about, plain)
    )
    pd.testing.assert_frame_equal(
        pd.DataFrame(one.value.reshape(len(asked_for), -1)), pd.DataFrame(other.value.reshape(len(asked_for), -1))
    )


@FEW
@given(seeds)
def test_bookings_and_open_pipeline_are_what_pandas_adds_up(seed: int) -> None:
    about = _mixed(seed)
    newest = max(about.data_dates)
    last = {one.id: one for one in about.versions()}
    sold = pd.DataFrame({"day": [], "cents": []})
    for one in last.values():
        day = one.closed_at or one.close_date
        if one.outcome == "won" and day is not None and day <= newest:
            cents = _dollars(about, one, max(day, _created(about, one.id)))
            sold.loc[len(sold)] = [day.toordinal(), cents or 0]
    evaluator = evaluator_of(about)
    for span in YEAR:
        within = sold["day"].between(span.start.toordinal(), span.end.toordinal(), inclusive="left")
        value = result(evaluator, shipped()["bookings"], ORG, span).value
        if value is not None:
            assert value == pytest.approx(sold["cents"][within].sum() / 100, abs=1e-6)
    still = [one for one in last.values() if one.id not in about.missing and _is_open(one, newest)]
    now = result(evaluator, asked("sum(deals.amount where open as of now)"), ORG, period("2025")).value
    assert now == pytest.approx(sum(_dollars(about, one, newest) or 0 for one in still) / 100, abs=1e-6)


def _is_open(deal: Deal, day: date) -> bool:
    closed = deal.closed_at or deal.close_date
    return deal.outcome == "open" or (closed is not None and closed > day)


@FEW
@given(seeds, st.sampled_from(("close", "created", "fixed")))
def test_teams_add_up_to_the_org_and_cubes_agree_with_scans(seed: int, basis: str) -> None:
    mixed = _mixed(seed)
    about = replace(mixed, settings=replace(mixed.settings, rate_basis=basis))
    kpis = [shipped()[name] for name in ("bookings", "open_pipeline")]
    scopes = (ORG, *top_scopes(about), UNASSIGNED)
    asked_for = [(kpi, formula) for kpi, formula in kpis if formula is not None]
    quick, slow = (
        evaluate(evaluator_of(about, most_cells=cells), asked_for, scopes, YEAR, unassigned_level="team").value
        for cells in (10**7, 0)
    )
    pd.testing.assert_frame_equal(pd.DataFrame(quick.reshape(2, -1)), pd.DataFrame(slow.reshape(2, -1)))
    pd.testing.assert_frame_equal(pd.DataFrame(quick[:, 0]), pd.DataFrame(quick[:, 1:].sum(axis=1)))


@FEW
@given(seeds, st.sampled_from(("close", "created", "fixed")), st.dates(date(2025, 2, 1), date(2025, 12, 31)))
def test_what_becomes_known_later_moves_no_closed_month(seed: int, basis: str, known: date) -> None:
    mixed, opened = _mixed(seed), (known.replace(day=1) - timedelta(days=1)).replace(day=1)
    # a deal that was won before it was created takes the rate of the later day
    deals = tuple(one for one in mixed.deals if basis != "created" or _created(mixed, one.id) < opened)
    about = replace(mixed, deals=deals, settings=replace(mixed.settings, rate_basis=basis))
    later = tuple(replace(one, rate=one.rate * 3, known_from=known) for one in about.rates)
    other = rate("BRL", date(2024, 5, 1), "0.2", known)
    closed = [one for one in YEAR if one.end <= opened]
    kpis = [shipped()[name] for name in ("bookings", "open_pipeline")]
    asked_for = [(kpi, formula) for kpi, formula in kpis if formula is not None]
    if closed:
        before, after, foreign = (
            evaluate(
                evaluator_of(replace(about, rates=some)), asked_for, (ORG,), tuple(closed), unassigned_level="team"
            )
            for some in (about.rates, about.rates + later, (*about.rates, other))
        )
        pd.testing.assert_frame_equal(pd.DataFrame(before.value[:, 0]), pd.DataFrame(after.value[:, 0]))
        pd.testing.assert_frame_equal(pd.DataFrame(before.value[:, 0]), pd.DataFrame(foreign.value[:, 0]))


def test_a_rep_without_foreign_deals_keeps_the_number() -> None:
    about = company(*DEALS[:1], won(2, 5_00, "BRL", date(2025, 5, 4), owner=2))
    evaluator = evaluator_of(about)
    value = [result(evaluator, shipped()["bookings"], Scope("rep", name, one), period("2025-Q2")).value
             for name, one in (("Ann", 1), ("Bob", 2))]  # fmt: skip
    assert value == [100.0, None]


def test_a_single_deal_is_shown_in_its_own_currency() -> None:
    facts = facts_of(company(*DEALS))
    shown = [standing(facts, version) for version in range(len(DEALS))]
    assert [(one.amount, one.currency) for one in shown] == [
        (100.0, ""), (100.0, "EUR"), (100.0, "EUR"), (12_345.0, "JPY"), (1.234, "KWD"),
    ]  # fmt: skip
