"""What must hold whatever the data: parts add up, periods tile, the past stays, and two ways lead to one number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk.core.people import ORG, UNASSIGNED, Membership, Organisation, Scope
from kpidesk.core.periods import Period, periods_in, shift, span_period
from kpidesk.engine import Grid, evaluate
from kpidesk.engine.crew import UnassignedLevel
from tests.engine.made import companies, formulas, spans
from tests.engine.support import SETTINGS, Company, Deal, asked, evaluator_of, period, scopes_of, shipped, top_scopes
from tests.often import often

FEW = settings(max_examples=often(5))
YEAR = [period(f"2025-{month:02d}") for month in range(1, 13)] + [period("2025-Q2"), period("2025")]
LISTED = {"deals", "stage_visits"}
OF_DEALS = [(kpi, formula) for kpi, formula in formulas() if formula.tables <= {*LISTED, "people"}]
ADDING = [(kpi, formula) for kpi, formula in OF_DEALS if formula.additive != "no" and formula.tables <= LISTED]
FLOWS = [(kpi, formula) for kpi, formula in ADDING if formula.additive == "flow"]


def _grid(company: Company, kpis: Any, scopes: Any, periods: Any, level: UnassignedLevel = "team", **how: Any) -> Grid:
    return evaluate(evaluator_of(company, **how), kpis, scopes, periods, unassigned_level=level)


def _same(one: Any, other: Any) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-6, equal_nan=True)


def test_enough_is_tried() -> None:
    assert len(ADDING) >= 11
    assert len(FLOWS) >= 7
    assert len(OF_DEALS) >= 60


@FEW
@given(companies)
def test_teams_and_reps_each_add_up_to_the_org(company: Company) -> None:
    people = tuple(scope for scope in scopes_of(company, "rep") if scope.kind == "rep")
    parts: dict[UnassignedLevel, tuple[Scope, ...]] = {"team": top_scopes(company), "rep": people}
    for level, members in parts.items():
        grid = _grid(company, ADDING, (ORG, *members, UNASSIGNED), YEAR, level)
        _same(grid.value[:, 0], grid.value[:, 1:].sum(axis=1))


@FEW
@given(companies)
def test_a_team_holds_the_teams_below_it(company: Company) -> None:
    field, north, south, _ = (Scope("team", team.name, team.id) for team in company.organisation.teams)
    grid = _grid(company, ADDING, (field, north, south), YEAR)
    _same(grid.value[:, 0], grid.value[:, 1] + grid.value[:, 2])


@FEW
@given(companies, st.dates(date(2025, 1, 2), date(2025, 12, 30)))
def test_the_parts_of_a_period_add_up_to_it(company: Company, cut: date) -> None:
    year = period("2025")
    halves = (span_period(year.start, cut - timedelta(days=1)), span_period(cut, year.last_day))
    for parts in (halves, periods_in(year, "month", SETTINGS), periods_in(year, "quarter", SETTINGS)):
        grid = _grid(company, FLOWS, scopes_of(company, "team"), (year, *parts))
        whole, known = grid.value[..., 0], np.nan_to_num(grid.value[..., 1:]).sum(axis=-1)
        _same(np.nan_to_num(whole), known)


@FEW
@given(companies, st.integers(1, 4), st.integers(1, 4))
def test_a_later_move_changes_nothing_before_it(company: Company, person: int, team: int) -> None:
    day = date(2025, 7, 1)
    cut = [replace(spell, end=min(spell.end, day)) if spell.person_id == person else spell
           for spell in company.organisation.memberships if spell.person_id != person or spell.start < day]  # fmt: skip
    moved = Organisation(company.organisation.people, company.organisation.teams, (*cut, Membership(person, team, day)))
    before = [one for one in YEAR if one.end <= day]
    scopes = (*scopes_of(company, "team"), *scopes_of(company, "rep")[1:-1])
    shipped_ones = list(shipped().values())
    old = _grid(company, shipped_ones, scopes, before)
    new = _grid(replace(company, organisation=moved), shipped_ones, scopes, before)
    np.testing.assert_array_equal(old.value, new.value)


@FEW
@given(companies)
def test_what_happens_later_changes_no_flow_before(company: Company) -> None:
    newest = company.newest_data
    last = 1 + max((deal.id for deal in company.deals), default=0)
    later = [
        Deal(last, newest, "won", 777, owner=1, created_at=newest - timedelta(days=2), closed_at=newest),
        Deal(last + 1, newest, "lost", 50, owner=4, created_at=newest - timedelta(days=1), closed_at=newest),
        Deal(last + 2, newest, "open", 50, owner=2, created_at=newest, close_date=newest + timedelta(days=9)),
    ]
    before = [one for one in YEAR if one.end <= newest - timedelta(days=2)]
    kpis = [*FLOWS, shipped()["win_rate"], shipped()["sales_cycle_length"]]
    old = _grid(company, kpis, scopes_of(company, "team"), before)
    new = _grid(replace(company, deals=(*company.deals, *later)), kpis, scopes_of(company, "team"), before)
    known = ~np.isnan(old.value)
    np.testing.assert_array_equal(old.value[known], new.value[known])


@settings(max_examples=often(4))
@given(companies, st.sampled_from(("team", "rep")))
def test_cubes_and_scans_agree(company: Company, level: UnassignedLevel) -> None:
    periods = (*YEAR[3:8], period("2025-W30"), period("2025-02-10..2025-05-20"), period("2024-Q4"))
    scopes = scopes_of(company, level)
    cubes = _grid(company, OF_DEALS, scopes, periods, level)
    scans = _grid(company, OF_DEALS, scopes, periods, level, most_cells=0)
    for name in ("value", "numerator", "denominator", "n", "low", "high"):
        _same(getattr(cubes, name), getattr(scans, name))
    assert cubes.notices == scans.notices
    glances = _grid(company, OF_DEALS, scopes, periods[:2], level)
    for name in ("value", "n"):
        _same(getattr(glances, name), getattr(cubes, name)[:, :, :2])


@FEW
@given(companies, spans)
def test_one_scope_alone_is_answered_as_among_all(company: Company, span: Period) -> None:
    together = _grid(company, OF_DEALS, scopes_of(company, "team"), (shift(span, -1, SETTINGS), span))
    alone = _grid(company, OF_DEALS, (ORG,), (span,))
    _same(together.value[:, 0, 1], alone.value[:, 0, 0])


@FEW
@given(companies, st.integers(0, 3))
def test_the_knowledge_of_a_day_is_what_had_been_seen_by_then(company: Company, back: int) -> None:
    day = company.data_dates[max(len(company.data_dates) - 1 - back, 0)]
    told = Company(
        tuple(deal for deal in company.deals if deal.seen <= day), company.organisation,
        tuple(one for one in company.data_dates if one <= day),
        {deal: gone for deal, gone in company.missing.items() if gone <= day}, company.targets,
    )  # fmt: skip
    then = _grid(company, OF_DEALS, scopes_of(company, "team"), YEAR, as_of=day)
    _same(then.value, _grid(told, OF_DEALS, scopes_of(company, "team"), YEAR).value)


@FEW
@given(companies, spans)
def test_opening_plus_created_less_closed_is_closing(company: Company, span: Period) -> None:
    newest = {deal.id: deal for deal in company.versions()}
    dated = {
        one.id for one in newest.values()
        if one.created_at and one.id not in company.missing
        and (one.outcome == "open" or (one.closed_at or one.close_date) not in (None, one.created_at))
    }  # fmt: skip
    some = replace(company, deals=tuple(deal for deal in company.deals if deal.id in dated))
    texts = ("open as of start", "on created_at", "closed on closed_at", "open as of end")
    kpis = [asked(f"count(deals {text})" if text.startswith("on") else f"count(deals where {text})") for text in texts]
    opening, created, closed, closing = np.nan_to_num(_grid(some, kpis, (ORG,), (span,)).value[:, 0, 0])
    if span.start <= company.newest_data and span.start > date(2024, 6, 1):
        same_day = sum(newest[one].outcome != "open" and _length(newest[one]) < 0 for one in dated)
        assert same_day or opening + created - closed == pytest.approx(closing)


def _length(deal: Deal) -> int:
    """How many days a closed deal was open."""
    assert deal.created_at
    return ((deal.closed_at or deal.close_date or deal.created_at) - deal.created_at).days


@FEW
@given(companies)
def test_twice_the_amounts_are_twice_the_money_and_the_same_rates(company: Company) -> None:
    doubled = tuple(replace(deal, amount=None if deal.amount is None else deal.amount * 2) for deal in company.deals)
    for names, factor in ((("bookings", "open_pipeline", "median_deal_size", "pipeline_created"), 2),
                          (("win_rate", "win_rate_value", "slippage_value", "sales_cycle_length"), 1)):  # fmt: skip
        kpis = [shipped()[name] for name in names]
        once = _grid(company, kpis, scopes_of(company, "team"), YEAR)
        twice = _grid(replace(company, deals=doubled), kpis, scopes_of(company, "team"), YEAR)
        _same(twice.value, once.value * factor)


@FEW
@given(companies, spans)
def test_modifiers_commute(company: Company, span: Period) -> None:
    pairs = (
        ("previous(rolling([win_rate], 90d))", "rolling(previous([win_rate]), 90d)"),
        ("rolling([win_rate], 90d)",
         "rolling(count(deals where won on closed_at), 90d) / rolling(count(deals where closed on closed_at), 90d)"),
        ("at_start(count(deals where open as of end))", "count(deals where open as of start)"),
    )  # fmt: skip
    scopes = scopes_of(company, "rep")
    for one, other in pairs:
        grid = _grid(company, [asked(one), asked(other)], scopes, (span,))
        _same(grid.value[0], grid.value[1])
    back = shift(shift(span, -1, SETTINGS), -1, SETTINGS)
    grid = _grid(company, [asked("previous(previous([bookings]))"), shipped()["bookings"]], scopes, (span, back))
    _same(grid.value[0, :, 0], grid.value[1, :, 1])
