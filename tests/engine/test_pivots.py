"""A KPI by two fields: every cell is what its rows come to, and all parts are the whole."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk.core.errors import UserError
from kpidesk.core.parts import REST, UNKNOWN, Part
from kpidesk.core.people import ALWAYS, ORG, UNASSIGNED, Organisation, Person, Scope, WordSince
from kpidesk.core.periods import Period
from kpidesk.engine import PivotAsked, Pivoted, behind, measured_tables, pivot, splittable
from kpidesk.engine.splitting import round_edges
from kpidesk.language import narrowed
from tests.engine.made import companies, formulas, scopes, spans
from tests.engine.support import PEOPLE, SPELLS, TEAMS, Company, Deal, asked, evaluator_of, period, result, shipped
from tests.often import often

FIELDS = ("lead_source", "type", "stage", "account", "owner", "rep", "team", "amount:band", "created_at:month",
          "created_at:weekday", "push_count:band", "close_date:quarter")  # fmt: skip
LISTED = {"deals", "stage_visits"}
FORMULAS = [(kpi, formula) for kpi, formula in formulas() if formula.tables <= LISTED and measured_tables(formula)]
ADDING = [(kpi, formula) for kpi, formula in FORMULAS if formula.additive != "no"]
Q2 = period("2025-Q2")


def split(
    company: Company, kpi_id: str, rows_by: str, columns_by: str = "", scope: Scope = ORG, span: Period = Q2,
    top: int = 25, columns: int = 12, periods: tuple[Period, ...] = (),
) -> Pivoted:  # fmt: skip
    kpi, formula = shipped()[kpi_id]
    assert formula is not None
    ask = PivotAsked(rows_by, columns_by, scope, periods or (span,), top, columns)
    return pivot(evaluator_of(company), kpi, formula, ask)


@settings(max_examples=often(9))
@given(companies, spans, st.sampled_from(FIELDS), st.sampled_from(FIELDS), st.integers(0, 10), st.integers(1, 4))
def test_all_parts_together_are_the_whole_whatever_is_taken_together(
    company: Company, span: Period, rows_by: str, columns_by: str, which: int, top: int
) -> None:
    evaluator = evaluator_of(company)
    # among reps, Unassigned alone means what belongs to no team
    scope = [one for one, level in scopes(company) if (one, level) != (UNASSIGNED, "rep")][which % 10]
    crossing = "" if columns_by == rows_by else columns_by
    for kpi, formula in ADDING:
        found = pivot(evaluator, kpi, formula, PivotAsked(rows_by, crossing, scope, (span,), top, top))
        whole = result(evaluator, (kpi, formula), scope, span)
        assert found.total.value == (None if whole.value is None else pytest.approx(whole.value))
        if whole.value is None or not found.rows:
            continue
        cells = [cell.value or 0.0 for line in found.cells for cell in line]
        assert math.fsum(cells) == pytest.approx(whole.value, abs=1e-6)
        assert math.fsum(one.value or 0.0 for one in found.row_totals) == pytest.approx(whole.value, abs=1e-6)
        if crossing:
            assert math.fsum(one.value or 0.0 for one in found.column_totals) == pytest.approx(whole.value, abs=1e-6)


@settings(max_examples=often(5))
@given(companies, spans, st.sampled_from(FIELDS), st.sampled_from(FIELDS), st.integers(1, 3))
def test_the_rows_of_every_cell_come_to_its_number(
    company: Company, span: Period, rows_by: str, columns_by: str, top: int
) -> None:
    evaluator = evaluator_of(company)
    crossing = "" if columns_by == rows_by else columns_by
    for scope in (ORG, Scope("team", "North", 2)):
        for kpi, formula in FORMULAS[::4]:
            found = pivot(evaluator, kpi, formula, PivotAsked(rows_by, crossing, scope, (span,), top, top))
            for row, line in zip(found.rows, found.cells, strict=True):
                for column, cell in zip(found.columns or (None,), line, strict=True):
                    if not cell.n or cell.value is None:
                        continue
                    parts = (row,) if column is None else (row, column)
                    told = behind(evaluator, kpi, formula, scope, span, parts=parts)
                    assert told.result.value == pytest.approx(cell.value), (kpi.id, parts)
                    assert told.reproduced == pytest.approx(cell.value), (kpi.id, parts)


def _won(number: int, amount: int, source: str, **more: object) -> Deal:
    day = date(2025, 5, 5)
    deal = Deal(number, date(2025, 7, 1), "won", amount, owner=1, created_at=date(2025, 4, 1), closed_at=day,
                close_date=day, lead_source=source)  # fmt: skip
    return replace(deal, **more)  # type: ignore[arg-type]  # fields of a deal


def _company(*deals: Deal) -> Company:
    return Company(deals, Organisation(PEOPLE, TEAMS, SPELLS), (date(2025, 7, 1),))


DEALS = (
    _won(1, 1_000_00, "web", type="new"),
    _won(2, 7_000_00, "web", type="renewal", created_at=date(2025, 1, 15)),
    _won(3, 500_00, "", type="new", owner=99),
    _won(4, 40_000_00, "fair", type="new", outcome="lost"),
    _won(5, 40_000_00, "fair", type="new", created_at=date(2024, 12, 31)),
    _won(6, 100_00, "Partner", type="", created_at=date(2025, 1, 2)),
)


def test_a_matrix_has_every_pair_and_its_totals() -> None:
    found = split(_company(*DEALS), "bookings", "lead_source", "type")
    assert [one.label for one in found.rows] == ["fair", "web", "Partner", UNKNOWN]
    assert [one.label for one in found.columns] == ["new", "renewal", UNKNOWN]
    values = [[cell.value for cell in line] for line in found.cells]
    assert values == [[40_000, 0, 0], [1_000, 7_000, 0], [0, 0, 100], [500, 0, 0]]
    assert [one.value for one in found.row_totals] == [40_000, 8_000, 100, 500]
    assert [one.value for one in found.column_totals] == [41_500, 7_000, 100]
    assert found.total.value == 48_600


def test_the_rate_of_a_part_has_the_rows_of_that_part() -> None:
    found = split(_company(*DEALS), "win_rate", "lead_source", "type")
    fair = found.cells[[one.label for one in found.rows].index("fair")][0]
    assert (fair.value, fair.numerator, fair.denominator) == (0.5, 1, 2)
    nothing = found.cells[0][2]
    assert (nothing.value, nothing.n) == (None, 0)
    assert nothing.reason


def test_the_largest_stand_alone_and_the_others_together_with_nothing_lost() -> None:
    found = split(_company(*DEALS), "bookings", "lead_source", top=1)
    assert [(one.label, one.kind) for one in found.rows] == [("fair", "value"), (REST, "rest"), (UNKNOWN, "unknown")]
    assert [one.value for one in found.row_totals] == [40_000, 8_100, 500]
    assert found.together == (2, 0)
    assert found.rows[1].listed == ("fair",)


def test_one_more_value_than_asked_for_is_shown_rather_than_called_everything_else() -> None:
    found = split(_company(*DEALS), "bookings", "lead_source", top=2)
    assert [one.label for one in found.rows] == ["fair", "web", "Partner", UNKNOWN]


def test_a_median_of_everything_else_is_that_of_its_rows() -> None:
    found = split(_company(*DEALS), "median_deal_size", "account", top=1, span=Q2)
    assert [one.value for one in found.row_totals] == [1_000]  # nobody has an account: all of it is unknown
    found = split(_company(*DEALS), "median_deal_size", "type", top=25)
    assert {part.label: one.value for part, one in zip(found.rows, found.row_totals, strict=True)} == {
        "new": 1_000.0, "renewal": 7_000.0, UNKNOWN: 100.0,
    }  # fmt: skip


def test_credit_is_by_rep_and_team_of_the_day_and_nobody_is_told() -> None:
    found = split(_company(*DEALS), "bookings", "rep", "team")
    assert [one.label for one in found.rows] == ["Ann", "Unassigned"]
    assert [one.label for one in found.columns][-1] == "Unassigned"
    assert found.row_totals[1].value == 500


def test_what_is_said_of_the_rep_parts_their_deals_as_it_was_on_the_day() -> None:
    changed = WordSince(date(2025, 5, 1), "AE")
    ann = Person(1, "Ann", "AE", territory="West", roles=(WordSince(date(2024, 1, 1), "SDR"), changed),
                 territories=(WordSince(ALWAYS, "East"), WordSince(date(2025, 5, 1), "West")))  # fmt: skip
    bob = Person(2, "Bob", "AE", motion="outbound",
                 motions=(WordSince(ALWAYS, ""), WordSince(date(2025, 6, 1), "outbound")))  # fmt: skip
    deals = [
        _won(at, 10**at * 100, "web", owner=owner, closed_at=day, close_date=day)
        for at, owner, day in ((1, 1, date(2025, 4, 30)), (2, 1, date(2025, 5, 1)), (3, 2, date(2025, 6, 1)))
    ]
    company = replace(_company(*deals), organisation=Organisation((ann, bob)))
    told = {
        by: {part.label: one.value for part, one in zip(found.rows, found.row_totals, strict=True)}
        for by in ("rep.role", "rep.territory", "rep.motion")
        for found in [split(company, "bookings", by)]
    }
    assert told == {
        "rep.role": {"SDR": 10, "AE": 1_100},
        "rep.territory": {"East": 10, "West": 100, UNKNOWN: 1_000},
        "rep.motion": {"outbound": 1_000, UNKNOWN: 110},
    }


def test_months_and_bands_stand_in_their_own_order() -> None:
    found = split(_company(*DEALS), "bookings", "created_at:month")
    assert [one.label for one in found.rows] == ["Dec 2024", "Jan 2025", "Apr 2025"]
    assert [one.value for one in found.row_totals] == [40_000, 7_100, 1_500]
    found = split(_company(*DEALS), "bookings", "amount:band")
    assert [(one.label, cell.value) for one, cell in zip(found.rows, found.row_totals, strict=True)] == [
        ("under $200", 100), ("$500 to $1K", 500), ("$1K to $2K", 1_000), ("$5K to $10K", 7_000),
        ("$20K or more", 40_000),
    ]  # fmt: skip
    found = split(_company(*DEALS), "deals_won", "closed_at:weekday")
    assert [(one.label, cell.value) for one, cell in zip(found.rows, found.row_totals, strict=True)] == [("Monday", 5)]


def test_over_time_every_period_has_its_own_numbers_and_no_total_of_all() -> None:
    quarters = (period("2025-Q1"), Q2)
    deals = (*DEALS, _won(7, 300_00, "web", closed_at=date(2025, 2, 3), close_date=date(2025, 2, 3)))
    found = split(_company(*deals), "bookings", "lead_source", periods=quarters)
    web = found.cells[[one.label for one in found.rows].index("web")]
    assert [cell.value for cell in web] == [300, 8_000]
    assert (found.row_totals, [one.value for one in found.column_totals]) == ((), [300, 48_600])


def test_the_most_that_one_deal_adds_is_known_for_sums_alone() -> None:
    found = split(_company(*DEALS), "bookings", "lead_source")
    assert dict(zip([one.label for one in found.rows], found.largest, strict=True))["web"] == (7_000,)
    assert split(_company(*DEALS), "deals_won", "lead_source").largest[0] == (None,)
    returned = (*DEALS, _won(8, -50_00, "web"))
    lines = split(_company(*returned), "bookings", "lead_source")
    assert dict(zip([one.label for one in lines.rows], lines.largest, strict=True))["web"] == (7_000,)
    taken = split(_company(*DEALS, _won(8, -90_000_00, "web"), _won(9, -1_00, "web")), "bookings", "lead_source")
    assert dict(zip([one.label for one in taken.rows], taken.largest, strict=True))["web"] == (-90_000,)


def test_a_condition_holds_for_every_measure_of_a_formula() -> None:
    evaluator = evaluator_of(_company(*DEALS))
    kpi, formula = shipped()["win_rate"]
    assert formula is not None
    small = narrowed(formula, "amount < 10000 and type = 'new'")
    plain = asked("count(deals where won and amount < 10000 and type = 'new' on closed_at)"
                  " / count(deals where closed and amount < 10000 and type = 'new' on closed_at)")  # fmt: skip
    assert result(evaluator, (kpi, small), ORG, Q2).value == result(evaluator, plain, ORG, Q2).value == 1.0
    for wrong in ("amont > 3", "won on closed_at) + count(deals where won", "(", "amount"):
        with pytest.raises(UserError):
            narrowed(formula, wrong)


def test_a_part_without_rows_is_a_zero_of_no_rows() -> None:
    evaluator = evaluator_of(_company(*DEALS))
    kpi, formula = shipped()["bookings"]
    assert formula is not None
    found = behind(evaluator, kpi, formula, ORG, Q2, parts=(Part("lead_source", "post"),))
    assert (found.result.value, found.result.n, found.reproduced, len(found.value_ids)) == (0.0, 0.0, 0.0, 0)


def test_only_fields_that_every_measure_has_are_offered() -> None:
    deals = {one.name for one in splittable({"deals"})}
    assert {"rep", "team", "lead_source", "amount:band", "created_at:month", "account.segment"} <= deals
    both = {one.name for one in splittable({"deals", "activities"})}
    assert "lead_source" in both  # of an activity that of its deal
    assert "direction" not in both
    assert not {one for one in deals if one.startswith("stall_days")}
    assert "amount:band" in both  # the amount of the same deals, so with the same edges
    costs = {one.name for one in splittable({"deals", "costs"})}
    assert "created_at:month" not in costs
    assert "amount:band" not in costs  # two different amounts have no bands in common


@pytest.mark.parametrize(
    ("known", "edges"),
    [
        ([0, 1, 1, 4], [0, 1, 2, 3, 4]),
        ([1_200.0, 9_000, 130_000], [2_000, 5_000, 10_000, 20_000, 50_000, 100_000]),
        ([100.0, 950.5], [0, 200, 400, 600, 800]),
        ([0.0, 5, 15, 10] * 5, [0, 5, 10, 15, np.inf]),
        ([0.0, 2.5, 15, 10] * 5, [0, 2.5, 10, 15, np.inf]),
        ([0.0, 5, 15, 10] * 4, [0, 2, 4, 6, 8, 10, 12, 14]),
        ([-40.5, 60], [-60, -40, -20, 0, 20, 40, 60]),
        ([], []),
    ],
)
def test_bands_begin_at_round_numbers(known: list[float], edges: list[float]) -> None:
    assert round_edges(np.array(known, dtype=np.float64)).tolist() == pytest.approx(edges)


@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=1, max_size=40))
def test_bands_are_few_and_in_order(known: list[float]) -> None:
    found = round_edges(np.array(known, dtype=np.float64))
    assert len(found) <= 13
    assert (np.diff(found) > 0).all()
