"""What a formula compiles to: names in one spelling, and what it says of itself."""

from __future__ import annotations

import pytest

from kpidesk.language import Formula, compile_formula, leaf_fields, leaves, result_unit, tree
from kpidesk.language.tree import AsOf, Compare, FieldRef, FilterRef, In, Leaf, On, RowArithmetic, RowCall, Value
from tests.language.definitions import KPIS
from tests.language.printer import formula_text


def compiled(text: str) -> Formula:
    return compile_formula(text, KPIS)


def leaf(text: str) -> Leaf:
    only = compiled(text).tree
    assert isinstance(only, Leaf)
    return only


OUTCOME = FieldRef("deals", "outcome", "term")
WON = FilterRef("deals", "won", Compare("=", OUTCOME, Value("won")))
CLOSED = FilterRef("deals", "closed", In(OUTCOME, (Value("won"), Value("lost"))))
CREATED_AT = FieldRef("deals", "created_at", "date")
CLOSED_AT = FieldRef("deals", "closed_at", "date")


def test_win_rate() -> None:
    assert compiled(KPIS["win_rate"]).tree == tree.Arithmetic(
        "/",
        Leaf("count", "deals", None, WON, On("closed_at")),
        Leaf("count", "deals", None, CLOSED, On("closed_at")),
    )


def test_an_industry_is_what_the_files_call_the_vertical() -> None:
    measures = (
        "count(deals where account.{} = 'R' and won on closed_at)",
        "count(accounts where {} = 'R' on created_at)",
    )
    for text in measures:
        assert compiled(text.format("industry")).tree == compiled(text.format("vertical")).tree


def test_mean_cycle() -> None:
    expected = Leaf("avg", "deals", RowCall("days", (CREATED_AT, CLOSED_AT)), WON, On("closed_at"))
    assert leaf("avg(days(deals.created_at, deals.closed_at) where won on closed_at)") == expected


def test_weighted_pipeline() -> None:
    open_deals = FilterRef("deals", "open", Compare("=", OUTCOME, Value("open")))
    due = tree.InPeriod(FieldRef("deals", "close_date", "date"))
    worth = RowArithmetic("*", FieldRef("deals", "amount", "money"), FieldRef("deals", "probability", "ratio"))
    assert leaf("sum(deals.amount * deals.probability where open and close_date in period as of end)") == Leaf(
        "sum", "deals", worth, tree.AllOf((open_deals, due)), AsOf("end")
    )


@pytest.mark.parametrize("credit", ["owner", "creator", "opener", "current"])
def test_every_credit_is_read_printed_and_said(credit: str) -> None:
    made = compile_formula(f"count(deals where won on closed_at credit {credit})")
    again = compile_formula(formula_text(made.tree))
    assert again.tree == made.tree
    assert f"credit {credit}" in formula_text(made.tree) or credit == "owner"


def test_percentile_credit_and_dates() -> None:
    made = leaf("percentile(deals.amount, 90% where created_at >= '2025-03-31' on created_at credit creator)")
    assert (made.rank, made.credit, made.dated) == (0.9, "creator", On("created_at"))
    assert made.where == Compare(">=", CREATED_AT, Value("2025-03-31", is_date=True))


def test_a_hop_is_a_dotted_field_of_the_measures_own_table() -> None:
    made = leaf("count(activities where activities.deal.outcome = 'won' on activities.deal.closed_at)")
    assert made.where == Compare("=", FieldRef("activities", "deal.outcome", "term"), Value("won"))
    assert made.dated == On("deal.closed_at")
    assert leaf_fields(made) == {("activities", "deal"), ("deals", "outcome"), ("deals", "closed_at")}
    far = leaf("count(activities where deal.account.segment = 'SMB' on occurred_at)")
    assert leaf_fields(far) >= {("activities", "deal"), ("deals", "account"), ("accounts", "segment")}
    saved = leaf("count(activities where deal.won on occurred_at)").where
    body = Compare("=", FieldRef("activities", "deal.outcome", "term"), Value("won"))
    assert saved == FilterRef("activities", "deal.won", body)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("count_distinct(deals.account_id on closed_at)", "count_distinct(deals.account on closed_at)"),
        ("count(deals where owner_id = 'Ann' on closed_at)", "count(deals where owner = 'Ann' on closed_at)"),
        ("count(deals where stage_id = 'Demo' on closed_at)", "count(deals where deals.stage = 'Demo' on closed_at)"),
        ("COUNT(Deals WHERE Won ON Closed_At)", "count(deals where won on closed_at)"),
        ("count(deals where won on closed_at) ÷ 2 − 1", "count(deals where won on closed_at) / 2 - 1"),
        ("count(deals where amount ≥ 5 and amount ≠ 7 on closed_at)",
         "count(deals where (amount >= 5) and (amount != 7) on closed_at)"),
        ('count(deals where stage = "it\'s" on closed_at)', "count(deals where stage = 'it''s' on closed_at)"),
        ("count(deals where stage not in ('a') on closed_at)", "count(deals where not stage in ('a') on closed_at)"),
        ("count(deals where won and (open and lost) on closed_at)",
         "count(deals where won and open and lost on closed_at)"),
        ("sum(deals.`amount` on closed_at)", "sum(deals.amount on closed_at)"),
        ("rolling([Win_Rate], 12 weeks)", "rolling([win_rate], 12w)"),
        ("25 %", "0.25"),
        ("1 - 2 - 3 * 4", "(1 - 2) - (3 * 4)"),
    ],
)  # fmt: skip
def test_two_spellings_of_one_formula(one: str, other: str) -> None:
    assert compiled(one).tree == compiled(other).tree


def test_stalled_is_measured_at_the_moment_the_rows_are_read() -> None:
    for moment in ("start", "end", "now"):
        saved = leaf(f"count(deals where stalled as of {moment})").where
        assert isinstance(saved, FilterRef)
        entered = FieldRef("deals", "stage_entered_at", "date")
        since = RowCall("days", (entered, tree.Boundary(moment)))
        assert saved.body == Compare(">", since, tree.Setting("stall_days"))
    assert leaf("count(deals where days(created_at, end) > 9 as of start)").where == Compare(
        ">", RowCall("days", (CREATED_AT, tree.Boundary("end"))), Value(9.0)
    )


def test_fields_of_the_window_need_no_date() -> None:
    assert leaf("sum(accounts.mrr_at_end)").dated == AsOf("end")
    assert leaf("sum(accounts.mrr_at_end where mrr_at_start > 0)").dated == AsOf("start")


@pytest.mark.parametrize(
    ("text", "additive", "unit"),
    [
        ("count(deals on created_at)", "flow", "count"),
        ("sum(deals.amount on created_at) * 2 / 3", "flow", "money"),
        ("-sum(deals.amount on created_at)", "flow", "money"),
        ("[bookings] + sum(deals.amount where open as of end)", "stock", "money"),
        ("[bookings] + 5", "no", "money"),
        ("param(share) * [bookings]", "flow", "money"),
        ("12 / [deals_won]", "no", "percent"),
        ("count(deals as of start)", "stock", "count"),
        ("previous([deals_won])", "stock", "count"),
        ("rolling([deals_won], 90d)", "stock", "count"),
        ("total([deals_won])", "no", "count"),
        ("abs([deals_won])", "no", "count"),
        ("target([bookings])", "no", "money"),
        ("max(deals.amount on closed_at)", "no", "money"),
        ("count_distinct(deals.account on closed_at)", "no", "count"),
        ("[bookings] / [deals_won]", "no", "money"),
        ("[bookings] / [open_pipeline]", "no", "percent"),
        ("[bookings] / [cycle]", "no", "money_per_day"),
        ("[deals_won] * [win_rate]", "no", "count"),
        ("[deals_won] * [win_rate] * [bookings] / [cycle]", "no", "money_per_day"),
        ("[win_rate] - previous([win_rate])", "no", "percent"),
        ("[bookings] / previous([bookings], 1 year) - 1", "no", "percent"),
        ("sum(deals.probability where open as of end)", "stock", "count"),
        ("avg(deals.probability where open as of end)", "no", "percent"),
        ("avg(deals.push_count where open as of end)", "no", "count_per"),
        ("avg(number(deals.`Discount %`) where won on closed_at)", "no", "count_per"),
        ("sum(number(deals.`Seats`) where won on closed_at) / [deals_won]", "no", "count_per"),
        ("avg(deals.amount / deals.created_amount where won on closed_at)", "no", "percent"),
        ("avg(surveys.score on responded_at)", "no", "score"),
        ("median(hours(leads.created_at, leads.first_response_at) on created_at)", "no", "hours"),
        ("clamp(if_empty([win_rate], 0), 0, 1)", "no", "percent"),
    ],
)
def test_what_a_formula_measures_and_how_it_adds_up(text: str, additive: str, unit: str) -> None:
    formula = compiled(text)
    assert (formula.additive, result_unit(formula)) == (additive, unit)


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("count(deals where open as of end)", False),
        ("count(deals where open and close_date in period as of end)", True),
        ("count(deals where open and close_date in period as of now)", False),
        ("count(deals where close_date in period on closed_at)", False),
        ("count(deals where stalled as of start)", True),
        ("count(deals where stage = 'Demo' as of start)", True),
        ("sum(deals.push_count where won on closed_at)", True),
        ("rolling(count(deals where forecast_category = 'commit' as of end), 90d)", True),
        ("count(people where role = 'AE' as of end)", False),
    ],
)
def test_which_formulas_need_history(text: str, needed: bool) -> None:
    assert compiled(text).needs_history is needed


def test_what_a_formula_says_of_itself() -> None:
    formula = compiled("to_date([bookings], year)")
    assert formula.kpis == {"bookings"}
    assert formula.overlapping
    assert formula.tables == {"deals"}
    assert formula.fields == {("deals", "amount"), ("deals", "outcome"), ("deals", "closed_at")}
    assert not compiled("previous([bookings])").overlapping
    assert [one.aggregate for one in leaves(compiled("[bookings] / [deals_won]").tree)] == ["sum", "count"]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("( count( deals where ((won)) on deals.closed_at ) )/2", "count(deals where won on closed_at) / 2"),
        ("1 - (2 - 3) / (4 * 5)", "1 - (2 - 3) / (4 * 5)"),
        ("-(1 + 2)", "-(1 + 2)"),
        ("sum(deals.amount * (deals.probability + 1) where not (won or lost) on closed_at)",
         "sum(deals.amount * (deals.probability + 1) where not (won or lost) on closed_at)"),
        ("sum(-deals.amount where amount > -5 on closed_at)", "sum(-1 * deals.amount where amount > -5 on closed_at)"),
        ("percentile(deals.amount, 90% as of now credit creator)",
         "percentile(deals.amount, 0.9 as of now credit creator)"),
        ("previous([bookings], 4q) + rolling([bookings], 1 week)",
         "previous([bookings], 4 quarters) + rolling([bookings], 1 week)"),
        ("to_date([bookings], Quarter)", "to_date([bookings], quarter)"),
        ("sum(accounts.mrr_at_end where mrr_at_start > 0)", "sum(accounts.mrr_at_end where mrr_at_start > 0)"),
        ("param(gross_margin) * 0.000001", "param(gross_margin) * 0.000001"),
        ("param(`on`)", "param(`on`)"),
        ("count(deals where stage = 'it''s' on closed_at)", "count(deals where stage = 'it''s' on closed_at)"),
        ("sum(deals.stall_days where deals.won on deals.closed_at)", "sum(deals.stall_days where won on closed_at)"),
    ],
)  # fmt: skip
def test_one_spelling(text: str, printed: str) -> None:
    formula = compiled(text)
    assert formula_text(formula.tree) == printed
    assert compiled(printed).tree == formula.tree
