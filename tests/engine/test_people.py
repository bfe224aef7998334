"""People: who counts on which day, who carries a quota and reached it, and the last day in a team."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpidesk.core.goals import Target
from kpidesk.core.people import ORG, UNASSIGNED, Organisation, Scope
from kpidesk.core.periods import Period
from kpidesk.engine import evaluate
from tests.engine.support import PEOPLE, SPELLS, TEAMS, Company, Deal, asked, evaluator_of, period, result, shipped

SEEN = date(2025, 7, 1)
Q1 = period("2025-Q1")
LAST_OF_BOB = date(2025, 6, 15)
"""The day on which Bob has left both his team and the company."""


def company(*deals: Deal, aims: dict[int, float] | None = None, span: Period = Q1) -> Company:
    targets = tuple(Target("bookings", Scope("rep", "", who), span, aim, aim, aim) for who, aim in (aims or {}).items())
    named = {person.id: Scope("rep", person.name, person.id) for person in PEOPLE}
    aimed = tuple(replace(one, scope=named[one.scope.id]) for one in targets)
    return Company(deals, Organisation(PEOPLE, TEAMS, SPELLS), (SEEN,), targets=aimed)


def won(number: int, owner: int, amount: int, day: date) -> Deal:
    return Deal(number, SEEN, "won", amount, owner, created_at=date(2024, 7, 1), closed_at=day, close_date=day)


def test_the_share_of_ramped_quota_carriers_who_reached_it() -> None:
    day = date(2025, 3, 3)
    deals = (won(1, 1, 500_00, day), won(2, 2, 99_99, day), won(3, 3, 900_00, day))
    # Cat was hired in November, so she is no part of it however much she booked
    about = company(*deals, aims={1: 500.0, 2: 100.0, 3: 10.0})
    found = result(evaluator_of(about), shipped()["reps_at_quota"], ORG, Q1)
    assert (found.value, found.numerator, found.denominator, found.n) == (0.5, 1, 2, 2)
    south = result(evaluator_of(about), shipped()["reps_at_quota"], Scope("team", "South", 3), Q1)
    assert (south.value, south.n) == (0.0, 1)


def test_a_quota_of_nothing_is_reached_and_no_quota_is_none() -> None:
    about = company(won(1, 5, 5_00, date(2025, 3, 3)), aims={1: 0.0})
    assert result(evaluator_of(about), shipped()["reps_at_quota"], ORG, Q1).value == 1.0
    found = result(evaluator_of(company(won(1, 1, 5_00, date(2025, 3, 3)))), shipped()["reps_at_quota"], ORG, Q1)
    assert (found.value, found.reason) == (None, "no quota carrying person at the end of Q1 2025")


@pytest.mark.parametrize(("text", "people"), [("2025-06-01..2025-06-14", 5), ("2025-06-01..2025-06-15", 4)])
def test_who_leaves_counts_to_the_day_before(text: str, people: int) -> None:
    about = company(won(1, 1, 1_00, date(2025, 3, 3)))
    assert result(evaluator_of(about), asked("count(people as of end)"), ORG, period(text)).value == people


def test_a_role_can_be_asked_for() -> None:
    about = company(won(1, 1, 1_00, date(2025, 3, 3)))
    formula = asked("count(people where role = 'ae' and hire_at is not empty as of end)")
    assert result(evaluator_of(about), formula, ORG, Q1).value == 2.0


@pytest.mark.parametrize("most_cells", [0, 4_000_000])
def test_the_day_a_membership_ends_is_no_longer_in_the_team(most_cells: int) -> None:
    deals = (won(1, 2, 1_00, date(2025, 6, 14)), won(2, 2, 1_00, LAST_OF_BOB))
    still_open = Deal(3, SEEN, owner=2, created_at=date(2025, 6, 1))
    evaluator = evaluator_of(company(*deals, still_open), most_cells=most_cells)
    scopes = (Scope("team", "South", 3), UNASSIGNED)
    spans = (period("2025-06"), period("2025-06-01..2025-06-14"), period("2025-06-01..2025-06-15"))
    kpis = [shipped()["deals_won"], asked("count(deals where open as of end)")]
    grid = evaluate(evaluator, kpis, scopes, spans)
    assert grid.value[0].tolist() == [[1.0, 1.0, 1.0], [1.0, 0.0, 1.0]]
    assert grid.value[1].tolist() == [[0.0, 2.0, 0.0], [1.0, 0.0, 1.0]]
