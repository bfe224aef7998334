"""What the files leave out is not zero, and what lies ahead has not happened: each is said in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpidesk.core.people import ORG, Organisation, Scope
from kpidesk.core.results import Result
from kpidesk.engine import behind, breakdown, evaluate, lacking
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
DAY = date(2025, 5, 20)
WON = Deal(1, SEEN, "won", 100_00, owner=1, created_at=date(2025, 2, 3), close_date=DAY, closed_at=DAY)
OPEN = replace(WON, id=9, outcome="open", closed_at=None, close_date=date(2025, 9, 1))


def company(*deals: Deal, seen: tuple[date, ...] = (SEEN,)) -> Company:
    return Company(deals, Organisation(PEOPLE, TEAMS, SPELLS), seen)


def number(about: Company, formula: str, text: str = "2025-Q2", scope: Scope = ORG) -> Result:
    return result(evaluator_of(about), asked(formula), scope, period(text))


# --- columns that the files do not have ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "label"),
    [
        ("[bookings]", "Amount"),
        ("[avg_deal_size]", "Amount"),
        ("median(deals.amount where won on closed_at)", "Amount"),
        ("sum(deals.created_amount on created_at)", "Amount"),
        ("count(deals where amount > 10 on closed_at)", "Amount"),
        ("count(deals where won and type = 'new' on closed_at)", "Type"),
        ("count(deals where not new_business on closed_at)", "Type"),
        ("[open_deals_no_next_step]", "Next activity"),
        ("count(deals where qualified_at is empty as of end)", "Qualified"),
        ("count_distinct(deals.account where won on closed_at)", "Account"),
        ("sum(deals.amount * deals.probability where open as of end)", "Amount"),
        ("sum(stage_visits.deal.amount on entered_at)", "Amount"),
    ],
)
def test_a_field_that_no_deal_has_gives_no_number(formula: str, label: str) -> None:
    bare = [replace(deal, amount=None) for deal in (WON, OPEN)]
    expected = f"no deal in the files has '{label}'"
    found = number(company(*bare), formula)
    assert (found.value, found.reason) == (None, expected)
    receipt = behind(evaluator_of(company(*bare)), *asked(formula), ORG, period("2025-Q2"))
    assert (receipt.reproduced, receipt.result.reason) == (None, expected)


def test_one_deal_that_has_it_is_enough() -> None:
    about = company(replace(WON, amount=None), replace(OPEN, type="new", next_activity_at=DAY))
    assert number(about, "[bookings]").value == 0
    assert number(about, "count(deals where won and type = 'new' on closed_at)").value == 0
    assert number(about, "[open_deals_no_next_step]", "2025-Q3").value == 0


def test_a_field_that_a_deal_has_had_is_known() -> None:
    before = replace(OPEN, seen=date(2025, 6, 1), next_activity_at=DAY)
    about = company(WON, before, replace(OPEN, next_activity_at=None), seen=(date(2025, 6, 1), SEEN))
    assert number(about, "[open_deals_no_next_step]", "2025-Q3").value == 1
    then = evaluator_of(company(WON, OPEN, replace(OPEN, seen=date(2025, 8, 1), next_activity_at=DAY),
                                seen=(SEEN, date(2025, 8, 1))), as_of=SEEN)  # fmt: skip
    grid = evaluate(then, [shipped()["open_deals_no_next_step"]], (ORG,), (period("2025-Q3"),))
    assert grid.result(0, 0, 0).reason == "no deal in the files has 'Next activity'"


def test_owners_and_what_is_worked_out_need_no_column() -> None:
    about = company(replace(WON, owner=0), replace(OPEN, owner=0))
    for formula, value in (
        ("count(deals where owner is empty and won on closed_at)", 1),
        ("count(deals where push_count > 0 as of end)", 0),
        ("count(deals where final_outcome = 'lost' on created_at)", 0),
        ("count(deals where days(stage_entered_at, end) > 500 as of end)", 0),
    ):
        text = "2025-Q1" if "created_at" in formula else "2025-Q3" if "as of" in formula else "2025-Q2"
        assert number(about, formula, text).value == value, formula


def test_what_a_formula_lacks_is_listed() -> None:
    facts = facts_of(company(replace(WON, amount=None), OPEN))
    formula = asked("count(deals where won and type = 'new' and loss_reason is empty on qualified_at)")[1]
    assert lacking(facts, formula.fields) == tuple(("deals", one) for one in ("loss_reason", "qualified_at", "type"))
    assert lacking(facts, shipped()["bookings"][1].fields) == ()  # type: ignore[union-attr]  # it has a formula
    assert lacking(facts_of(company()), formula.fields) == (), "without deals nothing is known to be missing"


# --- rows without a value in a sum --------------------------------------------------------------------------------

PART = (WON, replace(WON, id=2, amount=None), replace(WON, id=3, owner=2, amount=None))
SPAN = "2025-05-18..2025-06-15"
"""A span in which the data do not begin late."""
TWO_OF_THREE = "2 of 3 deals have no amount and add nothing."


@pytest.mark.parametrize("most_cells", [0, 4_000_000])
def test_a_sum_says_how_many_rows_add_nothing(most_cells: int) -> None:
    about = evaluator_of(company(*PART), most_cells=most_cells)
    for kpi, value in (("bookings", 100.0), ("avg_deal_size", 100.0)):
        found = result(about, shipped()[kpi], ORG, period("2025-06"))
        assert not found.notices
        found = result(about, shipped()[kpi], ORG, period(SPAN))
        assert found.value == pytest.approx(value)
        assert found.notices == (TWO_OF_THREE,)
    bob = result(about, shipped()["bookings"], Scope("rep", "Bob", 2), period(SPAN))
    bob_s = "1 of 1 deal has no amount and adds nothing."
    assert (bob.value, bob.notices) == (0.0, (bob_s,))
    ann = result(about, shipped()["bookings"], Scope("rep", "Ann", 1), period(SPAN))
    assert ann.notices == ("1 of 2 deals has no amount and adds nothing.",)


@pytest.mark.parametrize("most_cells", [0, 4_000_000])
def test_a_sum_of_open_deals_says_so_too(most_cells: int) -> None:
    shared = replace(OPEN, id=10, amount=None, shares=((1, 250_000), (2, 750_000)))
    about = evaluator_of(company(OPEN, shared), most_cells=most_cells)
    found = result(about, asked("sum(deals.amount where open as of end)"), ORG, period("2025-Q3"))
    assert (found.value, found.notices) == (100.0, ("1 of 2 deals has no amount and adds nothing.",))
    weighted = asked("sum(deals.amount * deals.probability where open as of end)")
    about = evaluator_of(company(replace(OPEN, probability=500_000), shared), most_cells=most_cells)
    assert result(about, weighted, ORG, period("2025-Q3")).notices == ("1 of 2 deals has no value and adds nothing.",)


def test_a_breakdown_says_it_of_the_whole() -> None:
    parts = breakdown(evaluator_of(company(*PART)), *asked("[bookings]"), "owner", ORG, period(SPAN))
    assert {label: (part.value, part.notices) for label, part in parts} == {
        "Ann": (100.0, (TWO_OF_THREE,)),
        "Bob": (0.0, (TWO_OF_THREE,)),
    }


def test_a_sum_without_gaps_says_nothing() -> None:
    about = company(WON, replace(OPEN, amount=None))
    assert number(about, "[bookings]", SPAN).notices == ()


# --- events dated after the data ----------------------------------------------------------------------------------

LATER = date(2025, 12, 5)
AHEAD = replace(WON, id=4, owner=2, close_date=LATER, closed_at=LATER)
YEAR = ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
NOTICE = "1 deal is won on a day after the data: it counts from that day on."


@pytest.mark.parametrize("most_cells", [0, 4_000_000])
@pytest.mark.parametrize(
    "formula", ["[bookings]", "[win_rate] * count(deals where closed on closed_at)", "[sales_cycle_length]"]
)
def test_what_is_dated_after_the_data_counts_in_no_window_yet(formula: str, most_cells: int) -> None:
    about = company(WON, AHEAD, replace(WON, id=5, outcome="lost"))
    without = company(WON, replace(WON, id=5, outcome="lost"))
    for text in ("2025", *YEAR, "2025-01-01..2025-12-31"):
        found, wanted = (
            result(evaluator_of(one, most_cells=most_cells), asked(formula), ORG, period(text))
            for one in (about, without)
        )
        assert (found.value, found.reason) == (wanted.value, wanted.reason), text
        assert (NOTICE in found.notices) == (text in ("2025", "2025-01-01..2025-12-31")), text


def test_periods_tile_with_a_date_ahead() -> None:
    about = company(WON, AHEAD, replace(AHEAD, id=6, created_at=LATER, outcome="open", closed_at=None))
    for formula in ("[bookings]", "count(deals on created_at)", "count(deals where closed on closed_at)"):
        parts = [number(about, formula, text).value or 0 for text in YEAR]
        assert number(about, formula, "2025").value == sum(parts), formula


def test_a_plan_counts_ahead_all_the_same() -> None:
    assert number(company(WON, OPEN), "count(deals where open on close_date)", "2025").value == 1
    assert number(company(WON, OPEN), "count(deals where open on close_date)", "2025-09").value == 1


def test_it_counts_once_the_data_reach_it() -> None:
    about = company(WON, AHEAD, seen=(SEEN, LATER))
    found = number(about, "[bookings]", "2025")
    assert (found.value, NOTICE in found.notices) == (200.0, False)


def test_the_rows_behind_leave_out_what_lies_ahead() -> None:
    found = behind(evaluator_of(company(WON, AHEAD)), *asked("[bookings]"), ORG, period("2025"))
    assert (len(found.value_ids), found.reproduced, found.result.value) == (1, 100.0, 100.0)
    parts = breakdown(evaluator_of(company(WON, AHEAD)), *asked("[bookings]"), "owner", ORG, period("2025"))
    assert [(label, part.value) for label, part in parts] == [("Ann", 100.0)]
    assert NOTICE in parts[0][1].notices
