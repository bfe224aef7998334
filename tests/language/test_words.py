"""Formulas said in words."""

from __future__ import annotations

import pytest

from kpidesk.language import compile_formula, formula_words, leaf_words, leaves
from tests.language.definitions import KPIS

NAMES = {"bookings": "Bookings", "win_rate": "Win rate", "deals_won": "Deals won", "open_pipeline": "Open pipeline"}
MEASURES = [
    ("count(deals where won on closed_at)", "deals won, by the day they closed"),
    ("count(deals on created_at)", "deals, by the day they were created"),
    ("sum(deals.amount where open as of end)", "total amount of open deals, as they stood at the end of the period"),
    ("sum(deals.amount where open as of start)",
     "total amount of open deals, as they stood at the start of the period"),
    ("count(deals where open as of now)", "open deals, as they stand now"),
    ("median(days(deals.created_at, deals.closed_at) where won on closed_at)",
     "median days from created to closed of deals won, by the day they closed"),
    ("avg(business_days(deals.created_at, deals.closed_at) on closed_at)",
     "average working days from created to closed of deals, by the day they closed"),
    ("count_distinct(deals.account where won on closed_at)",
     "different accounts among deals won, by the day they closed"),
    ("count_distinct(deals.lead_source on created_at)",
     "different lead sources among deals, by the day they were created"),
    ("percentile(deals.amount, 90% where won on closed_at)",
     "the amount that 90% of deals won stay below, by the day they closed"),
    ("max(deals.amount where won on closed_at)", "largest amount of deals won, by the day they closed"),
    ("sum(deals.amount * deals.probability where open as of end)",
     "total of (amount × probability) over open deals, as they stood at the end of the period"),
    ("sum(least(contracts.renewed_mrr, contracts.renewable_mrr) on term_end_at)",
     "total of (the smaller of renewed monthly revenue and renewable monthly revenue) over contracts, "
     "by the day their term ends"),
    ("sum(accounts.mrr_at_end)",
     "total monthly recurring revenue at the end of accounts, by who held the accounts at the end of the period"),
    ("count(deals where won on closed_at credit creator)",
     "deals won, by the day they closed, credited to those who created them"),
    ("count(activities where call and outbound and held on occurred_at)",
     "outbound calls that took place, by the day they took place"),
    ("count(activities where deal.won on deal.closed_at)",
     "activities with a deal won, by the closed date of their deal"),
    ("count(activities where deal.open on occurred_at)", "activities with an open deal, by the day they took place"),
]  # fmt: skip
CONDITIONS = [
    ("close_date in period", "deals whose close date lies in the period"),
    ("next_activity_at is empty", "deals whose next activity date is not given"),
    ("next_activity_at is not empty", "deals whose next activity date is given"),
    ("amount > 10000", "deals whose amount is more than 10,000"),
    ("amount <= 0.5", "deals whose amount is at most 0.5"),
    ("probability >= 50%", "deals whose probability is at least 50%"),
    ("stage = 'Demo'", "deals whose stage is “Demo”"),
    ("stage != 'Demo'", "deals whose stage is not “Demo”"),
    ("stage in ('a', 'b', 'c')", "deals whose stage is “a”, “b” or “c”"),
    ("created_at before '2025-03-31'", "deals whose created date is before 31 Mar 2025"),
    ("created_at >= '2025-03-31'", "deals whose created date is on or after 31 Mar 2025"),
    ("closed_at > start", "deals whose closed date is after the start of the period"),
    ("days(created_at, closed_at) <= 90", "deals with at most 90 days from created to closed"),
    ("days(created_at, closed_at) = 1", "deals with exactly 1 day from created to closed"),
    ("days(created_at, end) > stall_days",
     "deals whose days from created to the end of the period is more than the number of days after which a deal is "
     "stalled"),
    ("greatest(created_at, qualified_at) before closed_at",
     "deals where the larger of created date and qualified date is before closed date"),
    ("amount / push_count > 2", "deals whose amount ÷ close-date pushes is more than 2"),
    ("not won", "deals not won"),
    ("won or lost", "deals either won or lost"),
    ("won or (lost and not no_decision)", "deals either won or (lost and not lost to no decision)"),
    ("won and amount > 5", "deals won and whose amount is more than 5"),
    ("open and not (stalled or amount > 5)", "open deals, except those either stalled or whose amount is more than 5"),
    ("account.segment = 'SMB'", "deals whose account's segment is “SMB”"),
]  # fmt: skip
SENTENCES = [
    (KPIS["win_rate"], "deals won ÷ deals won or lost, by the day they closed"),
    ("[bookings] / target([bookings])", "Bookings ÷ the target of Bookings"),
    ("[bookings] / baseline([bookings]) - 1", "Bookings ÷ the baseline of Bookings − 1"),
    ("count(deals where won on closed_at) / count(deals on created_at)",
     "(deals won, by the day they closed) ÷ (deals, by the day they were created)"),
    ("count(deals where open as of end) * rolling([win_rate], 90d)",
     "(open deals, as they stood at the end of the period) × Win rate over the last 90 days"),
    ("previous([bookings])", "Bookings one period earlier"),
    ("previous([bookings], 1 year)", "Bookings 1 year earlier"),
    ("rolling([bookings], 12w)", "Bookings over the last 12 weeks"),
    ("to_date([bookings], quarter)", "Bookings since the start of the quarter"),
    ("at_start([open_pipeline])", "Open pipeline at the start of the period"),
    ("at_end([open_pipeline])", "Open pipeline at the end of the period"),
    ("[bookings] / org([bookings])", "Bookings ÷ Bookings for the whole organisation"),
    ("[bookings] / team([bookings])", "Bookings ÷ Bookings for the team"),
    ("[bookings] / total([bookings])", "Bookings ÷ Bookings over all groups together"),
    ("1 - abs([open_pipeline] - [bookings]) / [bookings]",
     "1 − (the difference between Open pipeline and Bookings) ÷ Bookings"),
    ("abs([bookings])", "the size of Bookings"),
    ("if_empty([win_rate], 0)", "(Win rate, or 0 where there is none)"),
    ("clamp([win_rate], 0, 1)", "(Win rate, but at least 0 and at most 1)"),
    ("min_of([bookings], target([bookings]))", "the smallest of (Bookings; the target of Bookings)"),
    ("max_of([bookings], 0)", "the largest of (Bookings; 0)"),
    ("-[bookings] * param(gross_margin)", "minus Bookings × gross margin"),
    ("([bookings] + [open_pipeline]) * 2", "(Bookings + Open pipeline) × 2"),
    ("[cycle] * 2", "cycle × 2"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), MEASURES)
def test_a_measure_in_words(text: str, words: str) -> None:
    formula = compile_formula(text)
    assert [leaf_words(leaf) for leaf in leaves(formula.tree)] == [words]
    assert formula_words(formula, {}) == words


@pytest.mark.parametrize(("condition", "words"), CONDITIONS)
def test_a_condition_in_words(condition: str, words: str) -> None:
    formula = compile_formula(f"count(deals where {condition} on closed_at)")
    assert formula_words(formula, {}) == f"{words}, by the day they closed"


@pytest.mark.parametrize(("text", "words"), SENTENCES)
def test_a_formula_in_words(text: str, words: str) -> None:
    assert formula_words(compile_formula(text, KPIS), NAMES) == words
