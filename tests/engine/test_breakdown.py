"""A number for each value of a deal field: the same as asked for with a filter, and together the whole."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpidesk.core.people import ORG, UNASSIGNED, Organisation, Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.engine import Evaluator, breakdown
from kpidesk.engine.splitting import NOT_LINKED
from kpidesk.language.tree import Leaf
from tests.engine.made import companies, formulas, scopes, spans
from tests.engine.support import (
    PEOPLE,
    SPELLS,
    TEAMS,
    Company,
    Deal,
    asked,
    evaluator_of,
    period,
    result,
    shipped,
)
from tests.often import often

FIELDS = ("lead_source", "type", "stage", "account", "owner", "created_by", "loss_reason")
Q2 = period("2025-Q2")
LISTED = {"deals", "stage_visits"}
ADDING = [(kpi, formula) for kpi, formula in formulas() if formula.additive != "no" and formula.tables <= LISTED]


@settings(max_examples=often(9))
@given(companies, spans, st.sampled_from(FIELDS), st.integers(0, 10))
def test_the_parts_add_up_to_the_whole(company: Company, span: Period, field: str, which: int) -> None:
    evaluator = evaluator_of(company)
    # among reps, Unassigned alone means what belongs to no team
    scope = [one for one, level in scopes(company) if (one, level) != (UNASSIGNED, "rep")][which % 10]
    for kpi, formula in ADDING:
        parts = breakdown(evaluator, kpi, formula, field, scope, span)
        whole = result(evaluator, (kpi, formula), scope, span)
        if whole.value is None:
            assert all(part.value is None and part.reason for _, part in parts)
        else:
            assert sum(part.value or 0.0 for _, part in parts) == pytest.approx(whole.value, abs=1e-6)
            if isinstance(formula.tree, Leaf):
                assert sum(part.n for _, part in parts) == pytest.approx(whole.n)


@settings(max_examples=often(9))
@given(companies, spans)
def test_a_part_is_what_a_filter_would_give(company: Company, span: Period) -> None:
    evaluator = evaluator_of(company)
    assume(any(deal.lead_source for deal in company.deals))  # without the field no filter by it can be answered
    patterns = (
        "count(deals where won{0} on closed_at) / count(deals where closed{0} on closed_at)",
        "median(deals.amount where won{0} on closed_at)",
        "avg(days(deals.created_at, deals.closed_at) where won{0} on closed_at)",
        "rolling(count_distinct(deals.account where closed{0} on closed_at), 90d)",
        "sum(deals.amount where open and close_date in period{0} as of end)"
        " / org(count(deals where open{0} as of now))",
        "previous(sum(deals.amount where won{0} on closed_at)) / target([bookings])",
        "count(deals where open{0} as of end) / team(count(deals where open{0} as of end))",
    )
    for scope in (ORG, Scope("team", "North", 2), Scope("rep", "Ann", 1)):
        for pattern in patterns:
            parts = dict(breakdown(evaluator, *asked(pattern.format("")), "lead_source", scope, span))
            for label, part in parts.items():
                told = f" and lead_source = '{label}'" if label else " and lead_source is empty"
                alone = result(evaluator, asked(pattern.format(told)), scope, span)
                assert part.value == (None if alone.value is None else pytest.approx(alone.value)), (pattern, label)
                assert part.n == pytest.approx(alone.n)


def _company(*deals: Deal) -> Company:
    return Company(deals, Organisation(PEOPLE, TEAMS, SPELLS), (date(2025, 7, 1),))


def _won(number: int, amount: int, source: str, **more: object) -> Deal:
    day = date(2025, 5, 5)
    deal = Deal(number, date(2025, 7, 1), "won", amount, owner=1, created_at=date(2025, 4, 1), closed_at=day,
                close_date=day, lead_source=source)  # fmt: skip
    return replace(deal, **more)  # type: ignore[arg-type]  # fields of a deal


DEALS = (
    _won(1, 100_00, "web", account=2),
    _won(2, 300_00, "Partner", account=1),
    _won(3, 50_00, "", account=1),
    _won(4, 70_00, "web", outcome="lost"),
    _won(5, 999_00, "fair", closed_at=date(2025, 8, 1), close_date=date(2025, 8, 1)),
    _won(6, 1_00, "WEB", owner=99),
)


def _parts(
    kpi_id: str, field: str, scope: Scope = ORG, span: Period = Q2, deals: tuple[Deal, ...] = DEALS
) -> list[tuple[str, Result]]:
    kpi, formula = shipped()[kpi_id]
    assert formula is not None
    return breakdown(evaluator_of(_company(*deals)), kpi, formula, field, scope, span)


def test_members_are_named_in_order_and_the_empty_one_comes_last() -> None:
    found = [(label, part.value, part.n) for label, part in _parts("bookings", "lead_source")]
    assert found == [("Partner", 300.0, 1), ("web", 101.0, 2), ("", 50.0, 1)]


def test_a_rate_has_its_own_rows_and_interval_in_every_part() -> None:
    parts = dict(_parts("win_rate", "lead_source"))
    web = parts["web"]
    assert (web.numerator, web.denominator, web.n) == (2, 3, 3)
    assert web.value == pytest.approx(2 / 3)
    assert web.interval == pytest.approx(_wilson(2, 3))


def _wilson(x: float, n: float) -> tuple[float, float]:
    """The 95 % interval as it is printed in textbooks."""
    z = 1.959963984540054
    middle, half = x / n + z * z / (2 * n), z * math.sqrt(x / n * (1 - x / n) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def test_accounts_and_owners_are_named() -> None:
    assert [(label, part.value) for label, part in _parts("bookings", "account")] == [
        ("Account 1", 350.0), ("Account 2", 100.0), ("", 1.0),
    ]  # fmt: skip
    assert [label for label, _ in _parts("bookings", "owner")] == [NOT_LINKED, "Ann"]


def test_the_share_of_each_source_is_of_all_sources() -> None:
    parts = {label: part.value for label, part in _parts("revenue_by_source", "lead_source")}
    assert parts == {
        "Partner": pytest.approx(300 / 451), "web": pytest.approx(101 / 451), "": pytest.approx(50 / 451)
    }  # fmt: skip


def test_a_scope_has_only_its_own_members() -> None:
    assert [(label, part.value) for label, part in _parts("bookings", "account", UNASSIGNED)] == [("", 1.0)]
    assert [label for label, _ in _parts("bookings", "lead_source", Scope("team", "Field", 1))] == [
        "Partner",
        "web",
        "",
    ]


def test_where_there_is_nothing_the_whole_says_why() -> None:
    [(label, part)] = _parts("win_rate", "lead_source", span=period("2026-Q3"))
    assert (label, part.value, part.reason) == ("", None, "no import covers Q3 2026")
    [(label, part)] = _parts("bookings", "lead_source", Scope("rep", "Dan", 4))
    assert (label, part.value) == ("", 0.0)


def test_money_in_another_currency_is_missing_only_where_it_is() -> None:
    deals = (*DEALS, _won(7, 5_00, "Partner", currency="EUR"))
    parts = dict(_parts("bookings", "lead_source", deals=deals))
    assert (parts["Partner"].value, parts["web"].value) == (None, 101.0)
    assert parts["Partner"].reason.startswith("1 deal is in EUR, for which no rate is known on 5 May 2025: ")


def test_what_the_files_lack_is_said_in_every_part() -> None:
    evaluator: Evaluator = evaluator_of(_company(*DEALS))
    kpi, formula = asked("count(deals where won on closed_at) / count(leads on created_at)")
    parts = breakdown(evaluator, kpi, formula, "lead_source", ORG, Q2)
    assert {part.reason for _, part in parts} == {"needs leads: import an export of leads"}
    assert [label for label, _ in parts] == ["Partner", "web", ""]
