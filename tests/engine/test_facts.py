"""What the data can say: the last event, what no import covers, since when the past is known, what cannot be added."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpidesk.core.people import ORG, UNASSIGNED, Membership, Organisation, Person, Scope, Team
from kpidesk.core.results import Result
from kpidesk.engine import evaluate
from kpidesk.engine.crew import Crew
from tests.engine.support import (
    PEOPLE,
    SPELLS,
    TEAMS,
    Company,
    Deal,
    asked,
    evaluator_of,
    facts_of,
    period,
    result,
    shipped,
)

SEEN = date(2025, 7, 1)
OPEN = Deal(1, SEEN, amount=100_00, owner=1, created_at=date(2025, 3, 10), close_date=date(2025, 9, 30))
WON = replace(
    OPEN, id=2, outcome="won", amount=250_00, owner=2, created_at=date(2025, 2, 3), closed_at=date(2025, 5, 20),
    close_date=date(2025, 5, 20),
)  # fmt: skip


def company(*deals: Deal, seen: tuple[date, ...] = (SEEN,), **more: object) -> Company:
    return Company(deals, Organisation(PEOPLE, TEAMS, SPELLS), seen, **more)  # type: ignore[arg-type]  # of a company


def number(about: Company, formula: str, text: str = "2025-Q2", scope: Scope = ORG) -> Result:
    return result(evaluator_of(about), asked(formula), scope, period(text))


# --- the last thing that happened --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deals", "day"),
    [
        ((), None),
        ((OPEN,), date(2025, 3, 10)),
        ((OPEN, WON), date(2025, 5, 20)),
        ((replace(WON, closed_at=None),), date(2025, 5, 20)),
        ((replace(OPEN, last_activity_at=date(2025, 6, 9)), WON), date(2025, 6, 9)),
        ((replace(OPEN, stage_entered_at=date(2025, 4, 2)),), date(2025, 4, 2)),
        ((replace(OPEN, qualified_at=date(2025, 6, 30)),), date(2025, 6, 30)),
        ((replace(OPEN, next_activity_at=date(2025, 6, 30)),), date(2025, 3, 10)),
        ((OPEN, replace(WON, closed_at=date(2025, 8, 1))), date(2025, 3, 10)),
        ((replace(OPEN, created_at=None),), None),
    ],
    ids=("no deals", "only created", "closed", "closed on its close date", "activity", "stage", "qualified", "a plan",
         "after the data", "nothing dated"),
)  # fmt: skip
def test_the_last_event_is_no_plan_and_not_after_the_data(deals: tuple[Deal, ...], day: date | None) -> None:
    assert facts_of(company(*deals)).last_event_day == day


def test_the_last_event_of_an_earlier_day_is_what_was_known_then() -> None:
    early = replace(OPEN, seen=date(2025, 4, 1))
    later = replace(OPEN, outcome="won", closed_at=date(2025, 6, 2))
    about = company(early, later, seen=(date(2025, 4, 1), SEEN))
    assert facts_of(about).last_event_day == date(2025, 6, 2)
    assert facts_of(about, as_of=date(2025, 6, 30)).last_event_day == date(2025, 3, 10)


# --- four kinds of nothing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "text", "reason"),
    [
        ("count(deals where won on closed_at)", "2025-Q4", "no import covers Q4 2025"),
        ("count(deals where won on closed_at)", "2024", "no import covers 2024"),
        ("count(deals where open as of end)", "2024", "no import covers 2024"),
        ("count(deals on first_contact_at)", "2025-Q2", "no deal in the files has a date under 'first contact'"),
        ("sum(deals.amount where open and close_date in period as of start)", "2025-Q2",
         "needs history from 1 Jul 2025, the first import's date"),
        ("[win_rate]", "2025-Q3", "no deal closed in Q3 2025"),
        ("[sales_cycle_length]", "2025-06", "no deal won in Jun 2025"),
        ("[quota_attainment]", "2025-Q2", "no target for bookings in Q2 2025"),
        ("count(activities on occurred_at)", "2025-Q2",
         "needs activities: import an export of calls, e-mails and meetings"),
        ("1 / (count(deals on created_at) - 2)", "2025-Q1", "the divisor is 0 in Q1 2025"),
    ],
)  # fmt: skip
def test_why_there_is_no_number(formula: str, text: str, reason: str) -> None:
    found = number(company(OPEN, WON), formula, text)
    assert (found.value, found.reason) == (None, reason)


def test_what_cannot_be_known_rests_on_no_rows() -> None:
    # both deals are due in their period, but where the first stood at the end of its own nobody can tell
    about = company(replace(OPEN, close_date=date(2025, 6, 1)), replace(OPEN, id=3, close_date=date(2025, 7, 20)))
    due = asked("sum(deals.amount where open and close_date in period as of end)")
    grid = evaluate(evaluator_of(about), [due], (ORG,), (period("2025-Q2"), period("2025-07")))
    assert [grid.result(0, 0, at).value for at in (0, 1)] == [None, 100.0]
    assert grid.n[0, 0].tolist() == [0.0, 1.0]


def test_nothing_in_a_covered_period_is_zero() -> None:
    about = company(OPEN, WON)
    assert number(about, "count(deals where won on closed_at)", "2025-06").value == 0.0
    assert number(about, "sum(deals.amount where lost on closed_at)").value == 0.0


def test_without_data_nothing_is_covered() -> None:
    found = number(Company((), Organisation(PEOPLE, TEAMS, SPELLS)), "count(deals where open as of end)")
    assert (found.value, found.reason) == (None, "no import covers Q2 2025")


def test_a_period_in_which_the_data_begin_says_so() -> None:
    about = company(OPEN, WON)
    spans = (period("2025-Q1"), period("2025-Q2"), period("2025-06"))
    grid = evaluate(evaluator_of(about), [shipped()["bookings"], shipped()["opps_created"]], (ORG,), spans)
    assert [grid.starts_inside(0, at) for at in range(3)] == [False, True, False]
    assert [grid.starts_inside(1, at) for at in range(3)] == [True, False, False]
    assert [grid.result(0, 0, at).begins for at in range(3)] == [None, date(2025, 5, 20), None]
    assert grid.result(0, 0, 1).notices == (
        "Data begins on 20 May 2025, inside this period: closes before that day are not in the files.",
        "Deals created before 3 Feb 2025 are missing too, so slow deals weigh too little in this period.",
    )


def test_of_several_measures_the_day_is_that_of_the_first_that_begins() -> None:
    about = company(replace(OPEN, created_at=date(2025, 6, 2)), replace(WON, created_at=date(2025, 5, 28)))
    by_close, by_creation = "count(deals where won on closed_at)", "count(deals on created_at)"
    for formula in (f"{by_close} / {by_creation}", f"{by_creation} / {by_close}", f"{by_close} + {by_creation}"):
        found = number(about, formula)
        assert found.begins == date(2025, 5, 20)
        assert len([one for one in found.notices if one.startswith("Data begins on")]) == 2


def test_a_state_before_the_first_file_is_marked_as_rebuilt() -> None:
    found = number(company(OPEN, WON), "sum(deals.amount where open as of end)", "2025-Q1")
    assert found.value == 350.0
    assert found.notices == ("Reconstructed: before 1 Jul 2025, amounts and owners are those of the first import.",)


def test_a_deal_missing_from_a_later_file_is_no_longer_open() -> None:
    about = company(OPEN, WON, seen=(SEEN, date(2025, 8, 1)), missing={1: date(2025, 8, 1)})
    july, august = (number(about, "count(deals where open as of end)", text) for text in ("2025-07", "2025-08"))
    assert (july.value, august.value) == (1.0, 0.0)
    assert august.notices == ("1 deal is not in the latest file any more: it counts as not open from then on.",)
    each = {name: result(evaluator_of(about), asked("count(deals where open as of end)"), Scope("rep", name, at),
                         period("2025-08")).notices for at, name in ((1, "Ann"), (2, "Bob"))}  # fmt: skip
    assert sorted(each.values()) == [(), august.notices], "only whose it was is told of it"


def test_a_deal_without_a_creation_date_exists_from_its_first_file() -> None:
    about = company(replace(OPEN, created_at=None), WON, seen=(SEEN, date(2025, 8, 1)))
    states = [
        number(about, "count(deals where open as of end)", text).value for text in ("2025-Q1", "2025-Q2", "2025-07")
    ]
    assert states == [1.0, 0.0, 1.0]
    assert number(about, "count(deals on created_at)", "2025-Q3").value == 0.0


def test_test_records_count_nowhere() -> None:
    about = company(OPEN, WON, replace(WON, id=3, outcome="ignore"))
    assert number(about, "count(deals on created_at)", "2025-Q1").value == 2.0


def test_an_unknown_parameter_is_named() -> None:
    found = number(company(OPEN, WON), "[bookings] * param(margin)")
    assert (found.value, found.reason) == (
        None,
        ("the parameter 'margin' has no value: set it in the settings or with `kpidesk param set`"),
    )


# --- money -------------------------------------------------------------------------------------------------------


NO_RATE = "1 deal is in EUR, for which no rate is known on 20 May 2025: add one with Data → Currencies"


def test_money_in_another_currency_is_not_added() -> None:
    about = company(OPEN, WON, replace(WON, id=3, currency="EUR", owner=1), replace(WON, id=4, currency="usd"))
    kpi = shipped()["bookings"]
    found = result(evaluator_of(about), kpi, ORG, period("2025-Q2"))
    assert (found.value, found.reason) == (None, NO_RATE)
    assert result(evaluator_of(about), kpi, Scope("rep", "Bob", 2), period("2025-Q2")).value == 500.0
    assert result(evaluator_of(about), shipped()["deals_won"], ORG, period("2025-Q2")).value == 3.0


@pytest.mark.parametrize(("currency", "major"), [("JPY", 25_000.0), ("KWD", 25.0)])
def test_minor_units_are_those_of_the_currency(currency: str, major: float) -> None:
    about = replace(company(WON), settings=replace(Company(()).settings, currency=currency))
    assert result(evaluator_of(about), shipped()["bookings"], ORG, period("2025-Q2")).value == major


# --- credit ------------------------------------------------------------------------------------------------------


def test_a_close_between_two_files_goes_to_the_owner_the_later_one_names() -> None:
    before = replace(WON, seen=date(2025, 5, 1), outcome="open", owner=1, closed_at=None)
    about = company(before, WON, seen=(date(2025, 5, 1), SEEN))
    won = shipped()["deals_won"]
    by_rep = [result(evaluator_of(about), won, Scope("rep", "", who), period("2025-Q2")).value for who in (1, 2)]
    assert by_rep == [0.0, 1.0]


def test_an_owner_change_after_the_close_moves_no_credit() -> None:
    handed_over = replace(WON, seen=date(2025, 8, 1), owner=1)
    about = company(WON, handed_over, seen=(SEEN, date(2025, 8, 1)))
    won = shipped()["deals_won"]
    by_rep = [result(evaluator_of(about), won, Scope("rep", "", who), period("2025-Q2")).value for who in (1, 2)]
    assert by_rep == [0.0, 1.0]


def test_credit_can_go_to_the_creator() -> None:
    about = company(replace(WON, created_by=5))
    formula = asked("count(deals where won on closed_at credit creator)")
    by_rep = [result(evaluator_of(about), formula, Scope("rep", "", who), period("2025-Q2")).value for who in (2, 5)]
    assert by_rep == [0.0, 1.0]


@pytest.mark.parametrize(("credit", "whose"), [("owner", 2), ("opener", 1), ("current", 5)])
def test_credit_can_go_to_the_first_or_the_present_owner(credit: str, whose: int) -> None:
    """Opened by 1, won by 2, and handed over to 5 long after."""
    began = replace(WON, seen=date(2025, 2, 10), owner=1, outcome="open", closed_at=None)
    handed_over = replace(WON, seen=date(2025, 9, 1), owner=5)
    about = company(began, WON, handed_over, seen=(began.seen, SEEN, handed_over.seen))
    formula = asked(f"count(deals where won on closed_at credit {credit})")
    everybody = (1, 2, 5)
    by_rep = [result(evaluator_of(about), formula, Scope("rep", "", who), period("2025-Q2")).value for who in everybody]
    assert by_rep == [1.0 if who == whose else 0.0 for who in everybody]


def test_a_rep_who_moves_leaves_results_behind_and_takes_open_deals_along() -> None:
    whole = Organisation(
        (Person(1, "Ann"),), (Team(1, "North"), Team(2, "South")),
        (Membership(1, 1, end=date(2025, 6, 1)), Membership(1, 2, date(2025, 6, 1))),
    )  # fmt: skip
    about = Company((OPEN, replace(WON, owner=1)), whole, (SEEN,))
    teams = (Scope("team", "North", 1), Scope("team", "South", 2), UNASSIGNED)
    kpis = [shipped()["deals_won"], asked("count(deals where open as of end)")]
    grid = evaluate(evaluator_of(about), kpis, teams, (period("2025-Q2"),))
    assert grid.value[:, :, 0].tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]


@pytest.mark.parametrize(
    ("formula", "value"),
    [("sum(deals.amount where won on closed_at)", 250), ("median(deals.amount on created_at)", 175)],
)
def test_teams_are_looked_up_for_teams_alone(monkeypatch: pytest.MonkeyPatch, formula: str, value: float) -> None:
    """A first scorecard is that of the organisation, to which it is the same who was in which team."""
    monkeypatch.setattr(Crew, "team_on", lambda *_: pytest.fail("a team was looked up"))
    evaluator = evaluator_of(company(OPEN, WON))
    assert result(evaluator, asked(formula), ORG, period("2025")).value == value


def test_the_median_of_a_team_looks_them_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Crew, "team_on", lambda *_: pytest.fail("a team was looked up"))
    evaluator = evaluator_of(company(OPEN, WON))
    with pytest.raises(pytest.fail.Exception, match="a team was looked up"):
        result(evaluator, asked("median(deals.amount on created_at)"), Scope("team", "Field", 1), period("2025"))
