"""Which target holds for whom: own before role before whole, and never the number of a whole for a part."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpidesk.core.applying import Applier, Share
from kpidesk.core.goals import GoalBook, Target, one_for_all
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, UNASSIGNED, Membership, Organisation, Person, Scope, Team
from kpidesk.core.periods import Period, quarter_period
from kpidesk.core.settings import Settings

Q1, Q2 = (quarter_period(2026, number, Settings()) for number in (1, 2))
WIN_RATE = Kpi("win_rate", "Win rate", "f", "s", "percent", "higher", "lagging", "outcome", "ratio")
BOOKINGS = replace(WIN_RATE, id="bookings", name="Bookings", unit="money", kpi_class="flow_money")
SALES, NORTH = Scope("team", "Sales", 1), Scope("team", "North", 2)
ANN, BO = Scope("rep", "Ann Lee", 1), Scope("rep", "Bo Dahl", 2)
AE = Scope("role", "AE")
FIRM = Organisation(
    (Person(1, "Ann Lee", "ae "), Person(2, "Bo Dahl", "", hire_at=date(2026, 2, 1))),
    (Team(1, "Sales"), Team(2, "North", 1)),
    (Membership(1, 2), Membership(2, 2, date(2026, 2, 1))),
)


def book(*scopes: Scope, kpi: Kpi = WIN_RATE, period: Period = Q1) -> GoalBook:
    """A target for each scope: 0.1 for the first, 0.2 for the second."""
    return GoalBook(
        (), tuple(Target(kpi.id, scope, period, 0, at / 10, 1) for at, scope in enumerate(scopes, 1))
    )  # fmt: skip


def held(goals: GoalBook, scope: Scope, kpi: Kpi = WIN_RATE) -> tuple[Scope, str] | None:
    found = Applier(goals, FIRM).applies(kpi, scope, Q1)
    return None if found is None else (found.target.scope, found.why)


@pytest.mark.parametrize(
    ("given", "whose", "why"),
    [
        ((ORG, SALES, NORTH, AE, ANN), ANN, "set for Ann Lee"),
        ((ORG, SALES, NORTH, AE), AE, "the target of every AE"),
        ((ORG, SALES, NORTH), NORTH, "that of North: this KPI has one value for all"),
        ((ORG, SALES), SALES, "that of Sales: this KPI has one value for all"),
        ((ORG,), ORG, "that of the whole organisation: this KPI has one value for all"),
    ],
)
def test_of_a_rate_the_most_specific_target_holds(given: tuple[Scope, ...], whose: Scope, why: str) -> None:
    assert held(book(*given), ANN) == (whose, why)


def test_a_rep_is_held_to_the_money_of_their_role_but_never_to_that_of_a_whole() -> None:
    assert held(book(ORG, SALES, NORTH, kpi=BOOKINGS), ANN, BOOKINGS) is None
    assert held(book(ORG, AE, kpi=BOOKINGS), ANN, BOOKINGS) == (AE, "the target of every AE")
    assert held(book(ORG, AE, kpi=BOOKINGS), BO, BOOKINGS) is None, "Bo has no role"
    assert held(book(ORG, kpi=BOOKINGS), NORTH, BOOKINGS) is None


def test_a_team_has_its_own_or_of_a_rate_that_of_what_it_lies_in() -> None:
    assert held(book(ORG, SALES), NORTH) == (SALES, "that of Sales: this KPI has one value for all")
    assert held(book(ORG, AE), NORTH) == (ORG, "that of the whole organisation: this KPI has one value for all")
    assert held(book(ORG), UNASSIGNED) is None


def test_who_is_hired_within_the_period_has_the_target_of_the_team_they_join() -> None:
    assert held(book(ORG, NORTH), BO) == (NORTH, "that of North: this KPI has one value for all")


def test_a_target_of_another_period_or_taken_away_holds_for_nobody() -> None:
    assert held(book(ORG, ANN, period=Q2), ANN) is None
    taken = Target("win_rate", ANN, Q1, 0, 0.1, 1, withdrawn=True)
    assert held(GoalBook((), (*book(ORG).targets, taken)), ANN) is not None
    assert held(GoalBook((), (taken,)), ANN) is None
    assert GoalBook((), (taken,)).next_version("win_rate", ANN, Q1) == 2


def test_of_the_money_of_a_role_a_rep_carries_their_share_but_not_of_what_was_set_by_name() -> None:
    goals = GoalBook((), (Target("bookings", AE, Q1, 100_000, 200_000, 300_000),))
    share = Share(0.4, "ramping, month 3 of 5")
    found = Applier(goals, FIRM, lambda _, __: share).applies(BOOKINGS, ANN, Q1)
    assert found is not None
    assert found.target.tiers == pytest.approx((40_000, 80_000, 120_000))
    assert found.full == goals.targets[0]
    assert found.why == "40% of the target of every AE: ramping, month 3 of 5"
    own = GoalBook((), (*goals.targets, Target("bookings", ANN, Q1, 1, 2, 3)))
    agreed = Applier(own, FIRM, lambda _, __: share).applies(BOOKINGS, ANN, Q1)
    assert agreed is not None
    assert (agreed.target.tiers, agreed.full) == ((1, 2, 3), None)
    rate = Applier(book(AE), FIRM, lambda _, __: share).applies(WIN_RATE, ANN, Q1)
    assert rate is not None
    assert rate.target.target == 0.1, "a rate is not less for who works less"
    assert Applier(goals, FIRM, lambda _, __: Share(0.0, "not here")).applies(BOOKINGS, ANN, Q1) is None


@pytest.mark.parametrize(
    ("kpi_class", "unit", "shared"),
    [("ratio", "percent", True), ("median", "days", True), ("score", "points", True), ("derived", "multiple", True),
     ("money_ratio", "money", True), ("derived", "money", False), ("derived", "money_per_day", False),
     ("flow_count", "count", False), ("flow_money", "money", False), ("distinct", "count", False),
     ("stock", "money", False)],
)  # fmt: skip
def test_only_rates_medians_and_scores_have_one_value_for_all(kpi_class: str, unit: str, shared: bool) -> None:
    assert one_for_all(replace(WIN_RATE, kpi_class=kpi_class, unit=unit)) is shared  # type: ignore[arg-type]  # as listed
