"""The rows behind a number: all of them, each once, with their share, and enough to work the number out again."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Organisation, Scope
from kpidesk.core.periods import Period
from kpidesk.engine import Behind, Evaluator, behind, breakdown, evaluate, left_out, memory
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.left_out import OTHERWISE
from kpidesk.engine.row_fields import text_ranks
from kpidesk.language import Formula
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
    shipped,
)
from tests.often import often

Q2 = period("2025-Q2")
HALVES = st.integers(0, 1)
"""Of all formulas every other one is tried at a time, so that all of them meet several companies in half the time."""
SEEN = (date(2025, 3, 31), date(2025, 7, 1))
ANN, NORTH = Scope("rep", "Ann", 1), Scope("team", "North", 2)


@settings(max_examples=often(6))
@given(companies, spans, st.integers(0, 10), HALVES)
def test_every_number_is_worked_out_again_from_its_rows(company: Company, span: Period, which: int, half: int) -> None:
    evaluator = evaluator_of(company)
    every = scopes(company)
    scope, level = every[which % len(every)]
    for kpi, formula in formulas()[half::2]:
        found = behind(evaluator, kpi, formula, scope, span, unassigned_level=level)
        shown = evaluate(evaluator, [(kpi, formula)], (scope,), (span,), unassigned_level=level).result(0, 0, 0)
        assert found.result == shown
        assert _same(found.reproduced, shown.value), (kpi.id, kpi.formula, shown, found.reproduced)
        assert len(found.value_ids) == len(found.weights)
        if "stage_visits" not in formula.tables:
            stored = [one for one in zip(found.kinds, found.value_ids.tolist(), strict=True) if one[1]]
            assert len(set(stored)) == len(stored)


@settings(max_examples=often(9))
@given(companies, spans, st.integers(0, 10))
def test_the_listed_rows_add_up_by_hand(company: Company, span: Period, which: int) -> None:
    evaluator = evaluator_of(company)
    every = scopes(company)
    scope, level = every[which % len(every)]
    sums = {
        name: _of(evaluator, name, scope, span, level) for name in ("bookings", "open_pipeline", "pipeline_created")
    }
    for found in sums.values():
        assert found.values is not None
        assert _same(found.result.value, float(np.nansum(found.weights * found.values)) if _known(found) else None)
    for name in ("deals_won", "opps_created", "qualified_opps_created"):
        found = _of(evaluator, name, scope, span, level)
        assert found.values is None
        assert _same(found.result.value, float(found.weights.sum()) if _known(found) else None)
    for name in ("win_rate", "slippage_rate", "outbound_share"):
        found = _of(evaluator, name, scope, span, level)
        whole = float(found.weights.sum())
        rate = float(found.weights[found.in_numerator].sum()) / whole if whole else None
        assert not _known(found) or _same(found.result.value, rate)


@settings(max_examples=often(6))
@given(companies, spans, st.integers(0, 10), HALVES)
def test_rows_looked_up_near_a_period_are_those_of_every_day(
    company: Company, span: Period, which: int, half: int
) -> None:
    near, every = evaluator_of(company), evaluator_of(company)
    scope, level = scopes(company)[which % len(scopes(company))]
    for kpi, formula in formulas()[half::2]:
        some = behind(near, kpi, formula, scope, span, unassigned_level=level)
        apart = left_out(near, formula, scope, span, unassigned_level=level)
        with patch.object(memory, "GLANCES", 0):
            all_of_them = behind(every, kpi, formula, scope, span, unassigned_level=level)
            others = left_out(every, formula, scope, span, unassigned_level=level)
        assert some.result == all_of_them.result, kpi.id
        for one in ("value_ids", "weights", "values", "in_numerator"):
            np.testing.assert_array_equal(getattr(some, one), getattr(all_of_them, one), kpi.id)
        told = ([(one.reason, one.value_ids.tolist()) for one in found] for found in (apart, others))
        assert next(told) == next(told), kpi.id
    assert not every.memory.near


def test_who_looks_at_one_number_waits_for_the_days_near_it_alone() -> None:
    deals = (_won(number, 100, day=date(2025, 1 + number % 8, 5)) for number in range(1, 25))
    evaluator = evaluator_of(_company(*deals))
    found = _of(evaluator, "bookings", ORG, Q2)
    assert len(found.value_ids) == 9
    (near,) = evaluator.memory.near.values()
    assert len(near.entries.row) == 15  # from March to July
    assert not evaluator.memory.entries
    assert not evaluator.memory.cubes


def _of(evaluator: Evaluator, kpi_id: str, scope: Scope, span: Period, level: UnassignedLevel = "team") -> Behind:
    kpi, formula = _kpi(kpi_id)
    return behind(evaluator, kpi, formula, scope, span, unassigned_level=level)


def _kpi(kpi_id: str) -> tuple[Kpi, Formula]:
    kpi, formula = shipped()[kpi_id]
    assert formula is not None
    return kpi, formula


def _known(found: Behind) -> bool:
    return found.result.value is not None


def _same(shown: float | None, again: float | None) -> bool:
    if shown is None or again is None:
        return shown is again
    return math.isclose(shown, again, rel_tol=1e-9, abs_tol=1e-9)


# --- a small company by hand -------------------------------------------------------------------------------------


def _company(*deals: Deal) -> Company:
    return Company(deals, Organisation(PEOPLE, TEAMS, SPELLS), SEEN)


def _won(number: int, amount: int, owner: int = 1, day: date = date(2025, 5, 5)) -> Deal:
    return Deal(number, SEEN[1], "won", amount, owner=owner, created_at=date(2025, 4, 1), closed_at=day, close_date=day)


LOST = replace(_won(3, 90_00), outcome="lost")
SHARED = replace(_won(2, 40_00, 5), shares=((1, 250_000), (5, 750_000)))
BASE = (_won(1, 100_00), SHARED, LOST)


def deals_behind(evaluator: Evaluator, found: Behind) -> list[int]:
    return [int(deal) for deal in evaluator.facts.columns["of"][found.value_ids]]


def test_of_a_rate_the_rows_below_the_line_are_listed_and_those_above_marked() -> None:
    evaluator = evaluator_of(_company(*BASE))
    found = _of(evaluator, "win_rate", ANN, Q2)
    assert deals_behind(evaluator, found) == [1, 2, 3]
    assert found.weights.tolist() == [1.0, 0.25, 1.0]
    assert found.in_numerator.tolist() == [True, True, False]
    assert found.values is None
    assert found.reproduced == pytest.approx(1.25 / 2.25)
    assert found.parts == (("deals won, by the day they closed", 1.25),
                           ("deals won or lost, by the day they closed", 2.25))  # fmt: skip


LOW = "amount is at most 95, or not given"


@pytest.mark.parametrize(
    ("dated", "reasons"),
    [
        ("closed_at", {1: LOW, 2: LOW, 3: "not won", 4: ""}),
        ("created_at", {1: LOW, 2: LOW, 3: "not won", 4: OTHERWISE}),
    ],
)
def test_a_row_below_the_line_names_the_first_condition_that_it_does_not_meet(
    dated: str, reasons: dict[int, str]
) -> None:
    kpi, formula = asked(f"count(deals where won and amount > 95 on {dated}) / count(deals where closed on closed_at)")
    early = replace(_won(4, 200_00), created_at=date(2025, 1, 15))
    evaluator = evaluator_of(_company(_won(1, 90_00), SHARED, LOST, early))
    found = behind(evaluator, kpi, formula, ORG, Q2)
    assert dict(zip(deals_behind(evaluator, found), found.reasons, strict=True)) == reasons


@pytest.mark.parametrize(
    "below",
    [
        "(count(deals where won on closed_at) + count(deals where lost on closed_at))",
        "(count(deals where lost on closed_at) + count(deals where won on closed_at))",
        "(count(deals where won on created_at) + count(deals where lost on closed_at))",
    ],
)
def test_rows_of_every_measure_below_the_line_say_why_they_do_not_count(below: str) -> None:
    kpi, formula = asked(f"count(deals where won on closed_at) / {below}")
    evaluator = evaluator_of(_company(*BASE))
    found = behind(evaluator, kpi, formula, ORG, Q2)
    reasons = dict(zip(deals_behind(evaluator, found), found.reasons, strict=True))
    assert reasons == {1: "", 2: "", 3: "not won"}


def test_a_sum_lists_amounts_in_major_units_and_has_no_parts() -> None:
    found = _of(evaluator_of(_company(*BASE)), "bookings", ANN, Q2)
    assert found.values is not None
    assert found.values.tolist() == [100.0, 40.0]
    assert found.reproduced == 110.0
    assert found.parts == ()


def test_two_people_of_one_team_share_one_row() -> None:
    both = replace(SHARED, shares=((1, 250_000), (2, 750_000)))
    early = replace(both, closed_at=date(2025, 2, 1), created_at=date(2025, 1, 1), close_date=date(2025, 2, 1))
    evaluator = evaluator_of(_company(early))
    found = _of(evaluator, "deals_won", NORTH, period("2025-Q1"))
    assert (deals_behind(evaluator, found), found.weights.tolist()) == ([2], [1.0])


def test_a_numerator_with_rows_of_its_own_adds_them() -> None:
    kpi, formula = asked("count(deals where won on closed_at) / count(deals on created_at)")
    old = replace(_won(4, 5_00), created_at=date(2025, 1, 15))
    evaluator = evaluator_of(_company(*BASE, old))
    found = behind(evaluator, kpi, formula, ORG, Q2)
    assert deals_behind(evaluator, found) == [1, 2, 3, 4]
    assert found.in_numerator.tolist() == [True, True, False, True]
    assert found.result.value == found.reproduced == 1.0


def test_a_state_lists_the_version_that_was_in_force() -> None:
    before = Deal(1, SEEN[0], "open", 300_00, owner=1, created_at=date(2025, 1, 1), close_date=date(2025, 5, 1))
    after = replace(_won(1, 250_00), created_at=date(2025, 1, 1))
    evaluator = evaluator_of(_company(before, after))
    found = _of(evaluator, "slippage_value", ORG, Q2)
    facts = evaluator.facts
    assert facts.columns["amount"][found.value_ids].tolist() == [300_00]
    assert found.in_numerator.tolist() == [False]
    assert found.reproduced == found.result.value == 0.0
    newest = _of(evaluator, "bookings", ORG, Q2)
    assert facts.columns["amount"][newest.value_ids].tolist() == [250_00]


def test_parts_name_other_days_and_other_scopes() -> None:
    kpi, formula = asked("[bookings] / previous(org([bookings]))")
    found = behind(evaluator_of(_company(*BASE)), kpi, formula, ANN, Q2)
    assert found.parts == (
        ("total amount of deals won, by the day they closed", 110.0),
        ("total amount of deals won, by the day they closed, 1 Jan – 31 Mar 2025, whole organisation", None),
    )


def test_a_number_that_does_not_exist_is_not_made_up() -> None:
    euros = replace(_won(4, 5_00), currency="EUR")
    evaluator = evaluator_of(_company(*BASE, euros))
    found = _of(evaluator, "bookings", ORG, Q2)
    assert (found.result.value, found.reproduced) == (None, None)
    assert found.result.reason.startswith("1 deal is in EUR, for which no rate is known on ")
    assert deals_behind(evaluator, found) == [1, 2, 4]
    assert _of(evaluator, "bookings", ORG, period("2026-Q1")).reproduced is None
    assert _of(evaluator, "deals_won", ORG, Q2).reproduced == 3.0


@pytest.mark.parametrize("text", ["count(people where role = 'AE' as of end)", "target([bookings]) * 2", "1 + 1"])
def test_people_goals_and_plain_numbers_have_no_deals(text: str) -> None:
    kpi, formula = asked(text)
    with pytest.raises(UserError, match="rests on no records"):
        behind(evaluator_of(_company(*BASE)), kpi, formula, ORG, Q2)
    assert len(breakdown(evaluator_of(_company(*BASE)), kpi, formula, "lead_source", ORG, Q2)) == 1


def test_an_unknown_team_is_refused() -> None:
    with pytest.raises(UserError, match="no team 'West'"):
        _of(evaluator_of(_company(*BASE)), "bookings", Scope("team", "West", 99), Q2)


@given(st.lists(st.text(st.sampled_from("aAbBzZ09 äÄßΩ😀\0"), max_size=24), max_size=30))
def test_texts_stand_as_their_letters_do_whatever_their_case(texts: list[str]) -> None:
    places = sorted({text.casefold() for text in texts if text})
    ranks = text_ranks(texts).tolist()
    known = [rank for text, rank in zip(texts, ranks, strict=True) if text]
    again = [places.index(text.casefold()) for text in texts if text]
    assert np.argsort(known, kind="stable").tolist() == np.argsort(again, kind="stable").tolist()
    assert len(set(known)) == len(places)
    assert all(math.isnan(rank) for text, rank in zip(texts, ranks, strict=True) if not text)
