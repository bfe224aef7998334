"""What is worked out where the files do not say it, on books small enough to follow by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import pytest

from kpidesk.core.fields import Kind
from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, UNASSIGNED, Membership, Organisation, Person, Scope, Team
from kpidesk.core.rates import Rate
from kpidesk.core.results import Result
from kpidesk.engine import CUSTOM, Evaluator, breakdown, evaluate, people_behind
from tests.engine.kinds import Books, Row, evaluator_of, facts_of, keyed
from tests.engine.support import asked, period, result, shipped
from tests.stats.vectors import cases, near

ANN, BOB = Scope("rep", "Ann", 1), Scope("rep", "Bob", 2)
NORTH, SOUTH = Scope("team", "North", 1), Scope("team", "South", 2)
PEOPLE = Organisation(
    (Person(1, "Ann", "AE", date(2024, 1, 1)), Person(2, "Bob", "AE", date(2025, 3, 10), date(2025, 3, 20))),
    (Team(1, "North"), Team(2, "South")),
    (Membership(1, 1, end=date(2025, 3, 1)), Membership(1, 2, date(2025, 3, 1)), Membership(2, 2)),
)
MARCH = period("2025-03")


def kept(**rows: Sequence[Row]) -> Books:
    """Books of some kinds, each row with its number as key."""
    made: dict[Kind, list[Row]] = {name.replace("_", "-"): keyed(one) for name, one in rows.items()}  # type: ignore[misc]  # names of kinds
    return Books(made, PEOPLE)


def ask(books: Books, formula: str, scope: Scope = ORG, text: str = "2025-03") -> Result:
    return result(evaluator_of(books), asked(formula), scope, period(text), "rep" if scope.kind == "rep" else "team")


def day(number: int, month: int = 3) -> date:
    return date(2025, month, number)


# --- activities --------------------------------------------------------------------------------------------------


def test_the_second_call_within_90_days_follows_up() -> None:
    call = {"type": "call", "status": "held"}
    calls = [
        {**call, "account": "A", "occurred_at": date(2024, 11, 1)},
        {**call, "account": "A", "occurred_at": day(1)},  # 120 days after the first: a new beginning
        {**call, "account": "A", "occurred_at": day(2)},
        {**call, "account": "B", "occurred_at": day(3)},
        {**call, "deal": "1", "occurred_at": day(4)},  # the deal is with B
        {**call, "lead": "7", "occurred_at": day(5)},
        {**call, "lead": "7", "occurred_at": day(6), "is_follow_up": 0},  # the file knows better
        {**call, "account": "C", "scheduled_at": day(7), "status": "no_show"},
        {**call, "account": "C", "occurred_at": day(8)},
        {"type": "email", "status": "held", "account": "A", "occurred_at": day(9)},
    ]
    deals = [{"status": "open", "account": "B", "created_at": day(1)}]
    books = kept(activities=calls, deals=deals)
    parts = breakdown(evaluator_of(books), *asked("count(activities where follow_up on occurred_at)"), "account", ORG,
                      MARCH)  # fmt: skip
    assert {label: one.value for label, one in parts} == {"A": 1, "B": 1}


def test_what_was_held_took_place_on_its_day() -> None:
    planned = {"type": "meeting", "scheduled_at": day(5)}
    books = kept(activities=[{**planned, "status": "held"}, {**planned, "status": "planned"},
                             {**planned, "status": "held", "occurred_at": day(6, 4)}])  # fmt: skip
    assert ask(books, "count(activities where meeting on occurred_at)").value == 1
    assert ask(books, "count(activities where meeting on scheduled_at)").value == 3


def test_a_deal_that_came_of_an_activity() -> None:
    meeting = {"type": "meeting", "status": "held", "person": 1}
    books = kept(
        activities=[
            {**meeting, "account": "A", "occurred_at": day(1)},  # leads to the deal of the 11th
            {**meeting, "account": "A", "occurred_at": day(11)},
            {**meeting, "account": "A", "occurred_at": day(12)},  # the next one is 91 days away
            {**meeting, "lead": "1", "occurred_at": day(2)},
            {**meeting, "account": "B", "occurred_at": day(3)},
        ],
        deals=[
            {"status": "open", "account": "A", "created_at": day(20, 6)},
            {"status": "won", "account": "A", "created_at": day(11), "closed_at": day(5)},
            {"status": "open", "account": "Z", "created_at": day(31), "lead": "1"},
        ],
        leads=[{"created_at": day(1)}],
    )
    led = "count(activities where led_to_deal_at is not empty on occurred_at)"
    assert ask(books, led).value == 3
    assert (
        ask(books, "sum(days(activities.occurred_at, activities.led_to_deal_at) on occurred_at)").value == 10 + 0 + 29
    )
    # after its first win on the 5th, A is a customer
    assert ask(books, "count(activities where is_prospecting on occurred_at)").value == 3


def test_an_activity_stays_with_the_team_of_its_day() -> None:
    call = {"type": "call", "status": "held", "person": 1}
    books = kept(activities=[{**call, "occurred_at": day(20, 2)}, {**call, "occurred_at": day(2)}])
    calls = "count(activities where call on occurred_at)"
    assert [ask(books, calls, one, "2025-Q1").value for one in (ORG, NORTH, SOUTH, UNASSIGNED)] == [2, 1, 1, 0]


# --- leads --------------------------------------------------------------------------------------------------------


def test_hours_are_exact_to_the_minute_and_days_have_none() -> None:
    born = datetime(2025, 3, 1, 23, 50)
    leads: list[Row] = [
        {"created_at": born, "first_response_at": datetime(2025, 3, 2, 0, 50)},
        {"created_at": born, "first_response_at": datetime(2025, 3, 2, 0, 51)},
        {"created_at": born, "first_response_at": date(2025, 3, 2)},
        {"created_at": born},
        {"created_at": datetime(2025, 4, 1, 8), "first_response_at": date(2025, 4, 2)},
    ]
    hours = "hours(leads.created_at, leads.first_response_at)"
    found = ask(kept(leads=leads), f"max({hours} where responded on created_at)")
    assert found.value == pytest.approx(61 / 60)
    assert found.n == 2
    assert found.notices == ("1 lead has a day without a time: no hours are known of it.",)
    within = f"count(leads where responded and {hours} <= 1 on created_at) / count(leads on created_at)"
    assert ask(kept(leads=leads), within).value == 0.25
    days_only: list[Row] = [{"created_at": day(1), "first_response_at": day(2)}]
    found = ask(kept(leads=days_only), f"median({hours} where responded on created_at)")
    assert (found.value, found.reason) == (None, "hours and minutes need times of day: 'Created' has days only")
    assert ask(kept(leads=days_only), "avg(days(leads.created_at, leads.first_response_at) on created_at)").value == 1


def test_a_lead_is_converted_when_its_deal_is_created() -> None:
    books = kept(
        leads=[{"created_at": day(1), "owner": 1}, {"created_at": day(1), "deal": "2"}, {"created_at": day(1)},
               {"created_at": day(1), "converted_at": day(9)}],
        deals=[{"status": "open", "created_at": day(6), "lead": "1"}, {"status": "open", "created_at": day(3, 4)},
               {"status": "won", "created_at": day(4), "closed_at": day(8), "lead": "1", "amount": 70_00}],
    )  # fmt: skip
    assert ask(books, "count(leads where converted_at is not empty on created_at)").value == 3
    assert ask(books, "count(leads where converted_at in period on created_at)").value == 2
    assert ask(books, "sum(leads.deal.amount on created_at)", ANN).value == 70  # the earlier of its two deals
    assert ask(books, "count(deals where deals.lead.deal is not empty on created_at)").value == 2


# --- revenue ------------------------------------------------------------------------------------------------------

PLANS = [
    {"account": "A", "product": "Base", "mrr": 100_00, "starts_at": day(1, 2), "ends_at": day(10), "owner": 1},
    {"account": "A", "product": "Plus", "mrr": 150_00, "starts_at": day(10)},  # gives way on the same day
    {"account": "B", "product": "Base", "arr": 1200_00, "starts_at": day(1, 1), "ends_at": day(5)},
    {"account": "B", "product": "Base", "mrr": 80_00, "starts_at": day(20)},
    {"account": "C", "product": "Base", "mrr": 10_00, "starts_at": day(1, 2), "ends_at": day(15)},
    {"account": "C", "product": "Base", "mrr": 5_00, "starts_at": day(1, 2)},
    {"account": "D", "product": "Base", "mrr": 999_00, "starts_at": day(3), "is_trial": 1},
    {"account": "E", "product": "Base", "mrr": 7_00, "starts_at": day(31)},
]


def test_movements_are_told_from_subscriptions() -> None:
    books = kept(subscriptions=PLANS)
    told = breakdown(evaluator_of(books), *asked("sum(movements.amount on effective_at)"), "kind", ORG, MARCH)
    assert {label: one.value for label, one in told} == {
        "churn": -100, "contraction": -10, "expansion": 50, "new": 7, "reactivation": 80
    }  # fmt: skip
    assert ask(books, "count(movements where cross_sell on effective_at)").value == 1
    assert ask(books, "count(movements where upsell on effective_at)").value == 0
    assert ask(books, "sum(accounts.mrr_at_start)").value == 100 + 100 + 15
    assert ask(books, "sum(accounts.mrr_at_end)").value == 150 + 80 + 5 + 7
    # what A pays is Ann's: her name stands on its newest subscription that has one
    assert ask(books, "sum(accounts.mrr_at_end)", ANN).value == 150
    assert (
        ask(books, "count(accounts where mrr_at_start > 0 and mrr_at_end = 0)", text="2025-03-01..2025-03-14").value
        == 1
    )


def test_a_credit_takes_away_from_what_its_account_pays() -> None:
    """Each movement by hand; together they are the change of the balance, credits among it."""
    books = kept(subscriptions=[
        {"account": "A", "mrr": 90_00, "starts_at": day(1, 1)},
        {"account": "A", "mrr": -30_00, "starts_at": day(3)},  # 90 -> 60
        {"account": "B", "mrr": 10_00, "starts_at": day(1, 1)},
        {"account": "B", "mrr": -10_00, "starts_at": day(9)},  # 10 -> 0
        {"account": "C", "mrr": -5_00, "starts_at": day(2)},  # has never paid, and pays nothing
        {"account": "C", "mrr": 25_00, "starts_at": day(12)},  # 0 -> 20: its first revenue
        {"account": "D", "mrr": 40_00, "starts_at": day(1, 1)},
        {"account": "D", "mrr": -15_00, "starts_at": day(1, 2), "ends_at": day(20)},  # the credit ends: 25 -> 40
        {"account": "E", "mrr": 40_00, "starts_at": day(1, 1), "ends_at": day(25)},
        {"account": "E", "mrr": -60_00, "starts_at": day(11), "ends_at": day(28)},  # 40 -> 0, and stays there
    ])  # fmt: skip
    told = breakdown(evaluator_of(books), *asked("sum(movements.amount on effective_at)"), "kind", ORG, MARCH)
    assert {label: one.value for label, one in told} == {"churn": -50, "contraction": -30, "expansion": 15, "new": 20}
    balance = [ask(books, f"sum(accounts.mrr_at_{at} where mrr_at_{at} > 0)").value or 0 for at in ("start", "end")]
    assert balance == [90 + 10 + 25 + 40, 60 + 0 + 20 + 40 + 0]
    assert ask(books, "sum(movements.amount on effective_at)").value == balance[1] - balance[0]


def test_retention_rests_on_the_customers_who_paid_at_the_start() -> None:
    """A and B paid a year before the end of March; C had gone by then, D and E came later, D is gone again."""
    begun = date(2024, 1, 1)
    books = kept(subscriptions=[
        {"account": "A", "mrr": 100_00, "starts_at": begun},
        {"account": "B", "mrr": 50_00, "starts_at": begun, "ends_at": date(2024, 9, 1)},
        {"account": "C", "mrr": 10_00, "starts_at": date(2023, 1, 1), "ends_at": begun},
        {"account": "D", "mrr": 30_00, "starts_at": date(2024, 8, 1), "ends_at": day(20)},
        {"account": "E", "mrr": 5_00, "starts_at": day(2)},
        {"account": "F", "mrr": 1_00, "starts_at": day(3)},
    ])  # fmt: skip
    kpis, evaluator = shipped(), evaluator_of(books)
    names = ("grr", "nrr", "revenue_churn_rate", "logo_churn_rate", "mrr")
    found = {name: result(evaluator, kpis[name], ORG, MARCH) for name in names}
    assert {name: (one.value, one.n) for name, one in found.items()} == {
        "grr": (pytest.approx(100 / 150), 2), "nrr": (pytest.approx(100 / 150), 2),
        "revenue_churn_rate": (pytest.approx(50 / 150), 2), "logo_churn_rate": (0.5, 2), "mrr": (106, 3),
    }  # fmt: skip


def test_the_churn_of_a_year_is_what_that_of_its_months_compounds_to() -> None:
    """Each month as large a part of what is left goes, so it is never twelve times that of a month."""
    for case in cases("V-CHURN"):
        left, books = 10**10, []
        for month in range(12):
            year, at = divmod(3 + month, 12)
            gone = round(left * case["monthly"])
            books.append({"mrr": gone, "ends_at": date(2024 + year, at + 1, 15)})
            left -= gone
        paid = [
            {"account": f"A{at}", "starts_at": date(2023, 1, 1), **one}
            for at, one in enumerate((*books, {"mrr": left}))
        ]
        found = result(evaluator_of(kept(subscriptions=paid)), shipped()["revenue_churn_rate"], ORG, MARCH)
        assert found.value == near(case["annual"])


def test_retention_without_a_customer_at_the_start_has_no_base() -> None:
    gone = {"account": "C", "mrr": 10_00, "starts_at": date(2023, 1, 1), "ends_at": date(2024, 1, 1)}
    kpis, young = shipped(), evaluator_of(kept(subscriptions=[gone, {**gone, "account": "E", "starts_at": day(2),
                                                                     "ends_at": None}]))  # fmt: skip
    told = {result(young, kpis[name], ORG, MARCH).reason for name in ("nrr", "grr", "logo_churn_rate")}
    assert told == {f"no base to compare with in {MARCH.label}: no account paid anything at the start"}


def test_what_the_files_say_of_movements_comes_first() -> None:
    gone = {"account": "A", "kind": "Churn", "amount": 30_00, "effective_at": day(4)}
    books = kept(subscriptions=PLANS, movements=[gone, {"account": "A", "kind": "new", "amount": 5_00,
                                                        "effective_at": day(5)}])  # fmt: skip
    assert ask(books, "-sum(movements.amount where churn on effective_at)").value == 30
    assert ask(books, "sum(movements.amount on effective_at)").value == -25


def test_a_period_after_the_data_loses_nobody() -> None:
    books = kept(subscriptions=PLANS)
    stayed, all_ = "count(accounts where mrr_at_start > 0 and mrr_at_end > 0)", "count(accounts where mrr_at_start > 0)"
    found = ask(books, f"{stayed} / {all_}", text="2026-01")
    assert (found.value, found.reason) == (None, "no import covers Jan 2026")


def test_the_owner_of_an_account_on_the_day() -> None:
    accounts = [{"account": "A", "owner": 1, "seen": day(1)}]
    books = kept(accounts=accounts, surveys=[{"account": "A", "kind": "nps", "score": 10, "responded_at": day(5)},
                                             {"account": "A", "kind": "nps", "score": 3, "responded_at": day(25),
                                              "owner": 1}])  # fmt: skip
    rows = {
        **books.rows,
        "accounts": [*books.rows["accounts"], {"key": "1", "account": "A", "owner": 2, "seen": day(20)}],
    }
    moved = Books(rows, PEOPLE, (day(1), day(20), date(2025, 12, 31)))
    for books in (moved, Books({**rows, "accounts": rows["accounts"][:1]}, PEOPLE, moved.data_dates)):
        assert ask(books, "count(surveys where nps on responded_at)", ANN).value == 2
    later = {**rows, "surveys": keyed([{"account": "A", "kind": "nps", "score": 9, "responded_at": day(25)}])}
    assert ask(Books(later, PEOPLE, moved.data_dates), "count(surveys on responded_at)", BOB).value == 1


def test_a_net_promoter_score_rests_on_all_answers_and_has_its_published_margin() -> None:
    """5 promoters and 2 detractors of 10: 30, give or take 48.4 (cybaea.net, NPS confidence intervals)."""
    scores = [{"kind": "nps", "score": score, "responded_at": day(5)} for score in (*[10] * 5, *[8] * 3, *[3] * 2)]
    found = result(evaluator_of(kept(surveys=scores)), shipped()["nps"], ORG, period("2025-03"))
    assert found.value == pytest.approx(30)
    assert found.n == 10
    assert found.interval == pytest.approx((30 - 48.40754, 30 + 48.40754), abs=1e-4)
    loved = result(evaluator_of(kept(surveys=scores[:5])), shipped()["nps"], ORG, period("2025-03"))
    assert loved.value == pytest.approx(100)
    assert loved.interval == pytest.approx((100 - 200 * 1.959964**2 / (5 + 1.959964**2), 100), abs=1e-4)


def test_the_scale_of_a_survey_and_its_kind_where_the_files_leave_them_out() -> None:
    scores = [{"score": score, "responded_at": day(5)} for score in (5, 4, 3, 1)]
    assert ask(kept(surveys=scores), "count(surveys where csat and satisfied on responded_at)").value == 2
    tens = [{"score": score, "responded_at": day(5)} for score in (10, 9, 0)]
    assert ask(kept(surveys=tens), "count(surveys where nps and promoter on responded_at)").value == 2


# --- people, costs and plans --------------------------------------------------------------------------------------


def test_working_minutes() -> None:
    books = kept(
        deals=[{"status": "open", "created_at": day(1)}],
        absences=[{"person": 1, "starts_at": day(7), "ends_at": day(10)}, {"person": 2, "starts_at": day(12)}],
        holidays=[{"day": day(14)}],
    )
    worked = "sum(capacity.working_min on day_at)"
    # Ann: 21 weekdays, less Friday the 7th, Monday the 10th and the holiday; Bob: 10 to 19 March, less two
    assert [ask(books, worked, one).value for one in (ANN, BOB)] == [18 * 480, 6 * 480]


def test_a_cost_without_a_person_is_its_team_s() -> None:
    cost = {"motion": "new", "period_at": day(1)}
    books = kept(costs=[{**cost, "amount": 10_00, "team": "north"}, {**cost, "amount": 20_00, "person": 1},
                        {**cost, "amount": 40_00}])  # fmt: skip
    total = "sum(costs.amount where acquisition on period_at)"
    assert [ask(books, total, one).value for one in (ORG, NORTH, SOUTH, UNASSIGNED, ANN)] == [70, 10, 20, 40, 20]


def test_a_quota_from_the_files_where_no_target_is_set() -> None:
    quota = {"amount": 100_00, "period_at": day(1)}
    rows = [{**quota, "person": 1}, *({**quota, "person": 1, "period_at": day(1, month)} for month in (1, 2)),
            {**quota, "person": 2}]  # fmt: skip
    books = kept(quotas=rows, deals=[{"status": "open", "created_at": day(1)}])
    goal = "target([bookings])"
    assert [ask(books, goal, one).value for one in (ANN, BOB, SOUTH, ORG)] == [100, 100, 200, 200]
    assert ask(books, goal, NORTH, "2025-Q1").value == 200  # Ann's of January and February, when she was there
    assert ask(books, goal, ANN, "2025-Q1").value == 300
    assert ask(books, goal, ANN, "2025-Q2").reason == "no target for bookings in Q2 2025", "none of its months is known"
    some = kept(quotas=rows[1:3], deals=books.rows["deals"])
    assert ask(some, goal, ANN, "2025-Q1").reason == "a quota is known for 2 of 3 months"
    assert ask(some, goal, NORTH, "2025-Q1").reason == "a quota of the whole period is known for 0 of 1 reps"
    assert ask(books, goal, ANN, "2025-W10").value is None, "a quota of a month says nothing of a week"
    assert ask(books, "count(people where quota is not empty as of end)").value == 1, "Bob has left by then"
    team = kept(quotas=[*rows, {**quota, "team": "South", "amount": 150_00}], deals=books.rows["deals"])
    assert [ask(team, goal, one).value for one in (SOUTH, ORG)] == [150, 200]
    unknown = {**quota, "team": "Nowhere", "amount": 150_00}
    assert ask(kept(quotas=[*rows, unknown], deals=books.rows["deals"]), goal, ORG).value == 200, "it is not the org's"
    assert ask(kept(quotas=[unknown], deals=books.rows["deals"]), goal, ORG).value == 150
    target = Target("bookings", ANN, MARCH, 900.0, 999.0, 1100.0)
    mine = Books(books.rows, PEOPLE, targets=(target,))
    assert [ask(mine, goal, one).value for one in (ANN, BOB)] == [999, 100]


def test_the_weighted_error_of_forecasts() -> None:
    said = {"category": "commit", "horizon": "day_one", "period_at": day(1)}
    won = {"status": "won", "created_at": day(1), "closed_at": day(15)}
    books = kept(
        forecasts=[{**said, "person": 1, "amount": 100_00}, {**said, "person": 2, "amount": 50_00},
                   {**said, "person": 2, "amount": 500_00, "horizon": "mid"}],
        deals=[{**won, "owner": 1, "amount": 80_00}, {**won, "owner": 2, "amount": 70_00}],
    )  # fmt: skip
    plain = shipped()["deals_won"][0]
    kpi = Kpi(**{name: getattr(plain, name) for name in plain.__slots__} | {"formula": "", "builtin": "forecast_wape"})
    grid = evaluate(evaluator_of(books), [(kpi, None)], (ORG, SOUTH, ANN, NORTH), (MARCH,))
    got = [grid.result(0, at, 0) for at in range(4)]
    assert [one.value for one in got] == [pytest.approx(40 / 150), pytest.approx(40 / 150), 0.25, None]
    assert got[3].reason == "nothing was booked by anyone in Mar 2025"


def test_forecast_and_bookings_of_who_moved_count_with_the_team_of_the_first_day() -> None:
    """Over the quarter Ann goes from North to South in March, and Bob comes to South; Cat is new in North."""
    said = {"category": "commit", "horizon": "day_one", "period_at": day(1, 1)}
    won = {"status": "won", "created_at": day(1, 1), "closed_at": day(15)}
    books = kept(
        forecasts=[{**said, "person": 1, "amount": 100_00}, {**said, "person": 2, "amount": 50_00}],
        deals=[{**won, "owner": 1, "amount": 80_00}, {**won, "owner": 2, "amount": 70_00},
               {**won, "owner": 3, "amount": 10_00}],
    )  # fmt: skip
    new = Membership(3, 1, date(2025, 2, 1))
    people = replace(PEOPLE, people=(*PEOPLE.people, Person(3, "Cat")), memberships=(*PEOPLE.memberships, new))
    evaluator = evaluator_of(replace(books, organisation=people))
    kpi = shipped()["forecast_wape"][0]
    for scope, wanted, n, told in (
        (NORTH, (20 + 10) / 90, 2, True), (SOUTH, 20 / 70, 1, True), (ORG, 50 / 160, 3, False), (ANN, 20 / 80, 1, False)
    ):  # fmt: skip
        found = evaluate(evaluator, [(kpi, None)], (scope,), (period("2025-Q1"),)).result(0, 0, 0)
        assert found.value == pytest.approx(wanted)
        words = "1 person changed teams within the period and counts with the team of its first day"
        assert (words in found.notices) == told
        behind = people_behind(evaluator, kpi, None, scope, period("2025-Q1"))
        assert behind.reproduced == pytest.approx(wanted)
        assert len(behind.people) == found.n == n


# --- what the kinds need of each other ----------------------------------------------------------------------------

NO_DEALS, NO_LEADS = "needs deals: import an export of deals", "needs leads: import an export of leads"


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("count(activities where activities.deal.outcome = 'won' on occurred_at)", NO_DEALS),
        ("count(activities where led_to_deal_at is not empty on occurred_at)", NO_DEALS),
        ("count(activities where activities.account.segment = 'SMB' on occurred_at)",
         "needs accounts: import an export of accounts"),
        ("count(activities where activities.lead.source = 'web' on occurred_at)", NO_LEADS),
        ("sum(activities.account.mrr_at_end on occurred_at)", "needs subscriptions: import an export of subscriptions"),
        ("count(accounts on first_won_at)", NO_DEALS),
    ],
)  # fmt: skip
def test_what_lies_with_another_kind_needs_that_kind(formula: str, reason: str) -> None:
    books = kept(activities=[{"type": "call", "status": "held", "occurred_at": day(3), "account": "A", "deal": "1"}])
    found = ask(books, formula)
    assert (found.value, found.reason) == (None, reason)
    assert ask(books, "count(activities where is_prospecting on occurred_at)").value == 0, "it belongs to a deal"


# --- money of other currencies ------------------------------------------------------------------------------------


def test_money_of_every_kind_is_converted_or_named() -> None:
    cost = {"motion": "new", "period_at": day(1), "currency": "EUR", "amount": 10_00}
    plan = {"account": "A", "starts_at": day(1, 2), "currency": "EUR", "mrr": 100_00}
    books = kept(
        costs=[cost, {**cost, "currency": "USD"}], subscriptions=[plan, {**plan, "account": "B", "ends_at": day(9)}]
    )
    costs = "sum(costs.amount where acquisition on period_at)"
    formulas = (
        costs,
        "sum(accounts.mrr_at_end)",
        "sum(movements.amount on effective_at)",
        "sum(subscriptions.mrr as of end)",
    )
    reasons = [ask(books, formula).reason for formula in formulas]
    assert all(", for which no rate is known" in reason for reason in reasons), reasons
    assert reasons[0].startswith("1 cost is in EUR")
    rated = replace(books, rates=(Rate("EUR", date(2025, 1, 1), Fraction(11, 10), date(2025, 1, 1)),))
    assert [ask(rated, formula).value for formula in formulas] == [pytest.approx(one) for one in (21, 110, -110, 110)]


def test_of_two_plans_without_a_rate_the_first_day_is_named_in_any_order() -> None:
    plan = {"account": "A", "currency": "EUR", "mrr": 100_00}
    plans = [{**plan, "starts_at": day(9, 1)}, {**plan, "starts_at": day(20, 2), "currency": "BRL"}]
    told = {ask(kept(subscriptions=some), "sum(accounts.mrr_at_end)").reason for some in (plans, plans[::-1])}
    assert len(told) == 1
    assert told.pop().startswith("1 account is in EUR, for which no rate is known on 9 Jan 2025")


# --- columns that are mapped to nothing ---------------------------------------------------------------------------


def test_a_breakdown_by_an_unmapped_column() -> None:
    call = {"type": "call", "status": "held", "occurred_at": day(4)}
    about = kept(activities=[call, call, call], deals=[{"status": "open", "created_at": day(3)}])
    words = {("activities", "Topic"): {"1": "Price", "2": "price"}, ("deals", "Topic"): {"1": "Price"}}
    books = Books(about.rows, PEOPLE, custom=words)  # type: ignore[arg-type]  # kinds of records
    formula = "count(activities where call on occurred_at) / count(deals on created_at)"
    parts = breakdown(evaluator_of(books), *asked(formula), CUSTOM + "Topic", ORG, MARCH)
    assert [(label, one.value) for label, one in parts] == [("Price", 2), ("", None)]


def test_nothing_is_read_before_a_formula_asks_for_it() -> None:
    read: list[Kind] = []
    books = kept(activities=[{"type": "call", "occurred_at": day(4)}], deals=[{"status": "open"}], leads=[{}])
    evaluator = Evaluator(facts_of(books, read=read), GoalBook((), ()), {})
    result(evaluator, asked("[bookings] / count(deals on created_at)"), ORG, MARCH)
    assert read == []
    result(evaluator, asked("count(activities where call on occurred_at)"), ORG, MARCH)
    assert read == ["activities"]
