"""Wrong formulas: the kind of mistake, the place («marked») and what the manager is told to do."""

from __future__ import annotations

import pytest

from kpidesk.core.errors import UserError
from kpidesk.language import FormulaError, caret, compile_formula
from kpidesk.language.tokens import MAX_CHARACTERS, MAX_TOKENS
from tests.language.definitions import KPIS

WRONG = [
    # --- it cannot be read
    ("E-SYNTAX", "«»", "Write for example count(deals where won on closed_at)."),
    ("E-SYNTAX", "count(deals where won on closed_at«»", "Close the bracket"),
    ("E-SYNTAX", "[bookings] /«»", "Here belongs a number, a field or a function."),
    ("E-SYNTAX", "count(deals on closed_at «where» won)", "'where' stands before 'on'"),
    ("E-SYNTAX", "count «deals»", "A function needs brackets: count(deals where won on closed_at)."),
    ("E-SYNTAX", "count(deals where won on closed_at)«)»", "no open bracket"),
    ("E-SYNTAX", "count(deals where 1 < amount «<» 5 on closed_at)", "a > 1 and a < 5"),
    ("E-SYNTAX", "count(deals where outcome = «'»won on closed_at)", "Close the quote"),
    ("E-SYNTAX", "count(deals where won «$» on closed_at)", "Leave it out."),
    ("E-SYNTAX", "«12abc»", "90d"),
    ("E-SYNTAX", "«[»win_rate", "[win_rate]"),
    ("E-SYNTAX", "count(deals where won «lost» on closed_at)", "'and' or 'or'"),
    # --- names
    ("E-TABLE", "count(«dealz» on closed_at)", "Did you mean deals?"),
    ("E-TABLE", "sum(«deal.amount» on closed_at)", "Did you mean deals?"),
    ("E-TABLE", "sum(«amount» where won on closed_at)", "Write deals.amount"),
    ("E-TABLE", "count(deals where «accounts.segment» = 'SMB' on closed_at)", "Write account.segment."),
    ("E-TABLE", "count(deals where «leads.source» = 'web' on closed_at)", "Write lead.source"),
    ("E-TABLE", "sum(«3» on closed_at)", "sum(deals.amount"),
    ("E-FIELD", "sum(«deals.amonut» where won on closed_at)", "Did you mean amount"),
    ("E-FIELD", "count(deals where «owner.role» = 'AE' on closed_at)", "deals.account"),
    ("E-FIELD", "count(deals where «deals» on closed_at)", "Fields of 'deals'"),
    ("E-FILTER", "count(deals where «vip» on closed_at)", "Known: closed, expansion, long_in_stage"),
    ("E-FILTER", "count(deals where «wno» on closed_at)", "Did you mean won"),
    ("E-CALL", "«cuont»(deals on closed_at)", "Did you mean count"),
    ("E-CALL", "«abs([win_rate], 1)»", "abs([bookings]"),
    ("E-CALL", "abs([win_rate] where «won»)", "the measure inside it"),
    ("E-CALL", "count(deals where «days(created_at)» > 3 on closed_at)", "days(deals.created_at, deals.closed_at)"),
    ("E-CALL", "param(«3»)", "param(gross_margin)"),
    ("E-PLACE", "«days»(deals.created_at, deals.closed_at)", "avg(days("),
    ("E-PLACE", "count(deals where «[win_rate]» > 3 on closed_at)", "outside"),
    ("E-PLACE", "count(deals where «abs»(amount) > 3 on closed_at)", "days, hours"),
    ("E-PLACE", "«deals.amount» / 2", "sum(deals.amount"),
    ("E-PLACE", "«won»", "[won]"),
    ("E-PLACE", "«won and lost»", "count(deals where won on closed_at)"),
    # --- in which period
    ("E-DATE", "count(deals where won«)»", "Add 'on closed_at' or 'as of end'."),
    ("E-DATE", "count(leads«)»", "Add 'on created_at'."),
    ("E-DATE", "count(deals on «amount»)", "created_at, close_date, closed_at"),
    ("E-ASOF", "count(leads as of «end»)", "Write on created_at"),
    ("E-ASOF", "count(deals as of «yesterday»)", "as of start, as of end or as of now"),
    ("E-CREDIT", "count(activities on occurred_at credit «creator»)", "Choose actor."),
    # --- units
    ("E-UNIT-ADD", "«[bookings] + [deals_won]»", "Multiply or divide first"),
    ("E-UNIT-ADD", "1 + («[deals_won] - [win_rate]»)", "Multiply or divide first"),
    ("E-UNIT-ADD", "min_of([bookings], «[win_rate]»)", "the same unit"),
    ("E-UNIT-ADD", "sum(«deals.amount + deals.probability» on closed_at)", "Multiply or divide first"),
    ("E-UNIT-ADD", "count(deals where «created_at» + 3 > closed_at on closed_at)", "days(…)"),
    ("E-UNIT-TIME", "«[cycle] - avg(hours(leads.created_at, leads.sql_at) on created_at)»", "the same unit"),
    ("E-UNIT", "«[bookings] * [bookings]»", "Divide"),
    # --- the wrong kind of thing
    ("E-SUM", "sum(«deals.owner» where won on closed_at)", "count_distinct"),
    ("E-SUM", "sum(«deals.closed_at» on closed_at)", "sum(days(deals.created_at, deals.closed_at)"),
    ("E-SUM", "sum(«deals» on closed_at)", "sum(deals.amount"),
    ("E-AGG", "median(«deals.stage» on closed_at)", "count(…)"),
    ("E-AGG", "percentile(deals.amount, «90» on closed_at)", "90% or 0.9"),
    ("E-AGG", "count(deals where least(amount, «'x'») > 2 on closed_at)", "least("),
    ("E-COUNT", "count(«deals.amount» on closed_at)", "count(deals …)"),
    ("E-COUNT", "count(«1 + 1» on closed_at)", "count(deals where won …)"),
    ("E-COUNT", "count_distinct(«deals.amount» on closed_at)", "count_distinct(deals.account"),
    ("E-SPAN", "avg(days(deals.created_at, «deals.amount») on closed_at)", "days(deals.created_at, deals.closed_at)"),
    ("E-SPAN", "rolling([win_rate], «90»)", "90d or 1 year"),
    ("E-SPAN", "rolling([win_rate], «0d»)", "1 to 3660 days"),
    ("E-SPAN", "to_date([bookings], «decade»)", "to_date([bookings], quarter)"),
    ("E-SPAN", "count(deals where days(created_at, closed_at) < «90d» on closed_at)", "<= 90"),
    ("E-SPAN", "«90d»", "rolling([win_rate], 90d)"),
    ("E-COMPARE", "count(deals where outcome = «3» on closed_at)", "quotes"),
    ("E-COMPARE", "count(deals where outcome in ('won', «3») on closed_at)", "quotes"),
    ("E-COMPARE", "count(deals where outcome = «'wno'» on closed_at)", "Did you mean won?"),
    ("E-COMPARE", "count(deals where outcome = «won» on closed_at)", "'won'"),
    ("E-COMPARE", "count(deals where type = «new» on closed_at)", "'new'"),
    ("E-COMPARE", "count(deals where «outcome < 'won'» on closed_at)", "= or !="),
    ("E-COMPARE", "count(deals where amount = «'big'» on closed_at)", "Leave out the quotes"),
    ("E-COMPARE", "count(deals where amount > «push_count» on closed_at)", "the same unit"),
    ("E-COMPARE", "count(deals where «won» = 1 on closed_at)", "Write it alone"),
    ("E-COMPARE", "count(deals where closed_at > «3» on closed_at)", "in period"),
    ("E-COMPARE", "count(deals where closed_at > «'31.12.2025'» on closed_at)", "2025-03-31"),
    ("E-COMPARE", "count(deals where «amount» on closed_at)", "amount > 0"),
    ("E-COMPARE", "count(deals where «amount» in period on closed_at)", "closed_at"),
    ("E-COMPARE", "count(deals where closed_at before «3» on closed_at)", "<"),
    ("E-COMPARE", "count(deals where «3» is empty on closed_at)", "is empty"),
    ("E-COMPARE", "count(deals where «'a'» = 'b' on closed_at)", "Put a field"),
    ("E-FANOUT", "count(accounts where «deals.amount» > 3 on first_won_at)", "Count deals instead"),
    ("E-FANOUT", "count(«accounts.deals» on first_won_at)", "Count deals instead"),
    # --- other KPIs
    ("E-KPI", "1 - «[win_rat]»", "Did you mean win_rate?"),
    ("E-KPI", "target(«count(deals on created_at)»)", "target([bookings])"),
    ("E-KPI", "«[broken]»", "Did you mean amount"),
    ("E-KPI", "«[forecast_wape]»", "another KPI"),
    ("E-CYCLE", "1 + «[egg]»", "cannot rest on itself"),
    # --- too much
    ("E-LIMIT", "«1000000000000000»", "1,000,000,000,000,000"),
]


def marked(text: str) -> tuple[str, int, int]:
    """A formula without its marks, and the characters between them (one where they touch)."""
    before, rest = text.split("«")
    inside, after = rest.split("»")
    return before + inside + after, len(before), len(before) + max(1, len(inside))


@pytest.mark.parametrize(("code", "formula", "advice"), WRONG, ids=[f"{code} {text}" for code, text, _ in WRONG])
def test_a_wrong_formula_says_what_where_and_what_to_do(code: str, formula: str, advice: str) -> None:
    text, start, end = marked(formula)
    with pytest.raises(FormulaError) as caught:
        compile_formula(text, KPIS)
    error = caught.value
    assert (error.code, error.start, error.end) == (code, start, end)
    assert advice in error.advice
    assert error.problem


def test_the_words_of_the_most_usual_mistakes() -> None:
    said = {
        "sum(deals.amonut on closed_at)": "'deals.amonut': table 'deals' has no field 'amonut'.",
        "count(deals where vip on closed_at)": "'deals' has no saved filter 'vip'.",
        "count(deals where won)": "Say which date puts a row of 'deals' in a period.",
        "count(leads as of end)": "'leads' keeps no history, so 'as of' is not possible.",
        "[bookings] + [deals_won]": "Cannot add money and count.",
        "count(activities on occurred_at credit creator)": "'activities' cannot be credited to 'creator'.",
        "[egg]": "Circular definition: egg → hen → egg.",
        "count(deals where outcome = 3 on closed_at)": "outcome is text; compare it with a name such as 'won', not 3.",
    }
    for text, problem in said.items():
        with pytest.raises(UserError) as caught:
            compile_formula(text, KPIS)
        assert caught.value.problem == problem


def shown(text: str) -> str:
    with pytest.raises(FormulaError) as caught:
        compile_formula(text, KPIS)
    return "\n".join(caret(text, caught.value))


def test_the_caret_stands_under_the_mistake() -> None:
    assert shown("sum(deals.amonut where won on closed_at)") == (
        "sum(deals.amonut where won on closed_at)\n"
        "    ^^^^^^^^^^^^"
    )  # fmt: skip
    assert shown("count(deals\n  where won)") == (
        "count(deals   where won)\n"
        "                       ^"
    )  # fmt: skip


def test_the_caret_of_a_long_formula_shows_the_surroundings() -> None:
    line, marks = shown("[bookings] + " * 12 + "[wrong] + " + "[bookings] + " * 12 + "1").split("\n")
    assert len(line) <= 102
    assert line.startswith("…")
    assert line.endswith("…")
    assert line[marks.index("^") : marks.rindex("^") + 1] == "[wrong]"


@pytest.mark.parametrize(
    "text",
    [
        "1" + " + 1" * (MAX_CHARACTERS // 4),
        "min_of(1" + ",1" * (MAX_TOKENS // 2) + ")",
        "(" * 41 + "1" + ")" * 41,
        "-" * 41 + "1",
        "1" + " + 1" * 41,
        "count(deals where " + "not " * 41 + "won on closed_at)",
    ],
    ids=["characters", "tokens", "brackets", "signs", "sums", "nots"],
)
def test_a_formula_beyond_the_limits_is_refused(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        compile_formula(text)
    assert caught.value.code == "E-LIMIT"
    assert 0 <= caught.value.start < caught.value.end <= len(text)


def test_within_the_limits_all_is_well() -> None:
    assert compile_formula("(" * 40 + "1" + ")" * 40).tree == compile_formula("1").tree
    assert compile_formula("1" + " + 1" * 38).measure == compile_formula("1").measure


def test_references_cannot_unfold_into_something_huge() -> None:
    doubling = {f"k{step}": f"[k{step + 1}] + [k{step + 1}]" for step in range(11)} | {"k11": "1"}
    with pytest.raises(FormulaError) as caught:
        compile_formula("[k0]", doubling)
    assert caught.value.code == "E-LIMIT"
    chain = {f"k{step}": f"[k{step + 1}]" for step in range(500)} | {"k500": "1"}
    with pytest.raises(FormulaError) as caught:
        compile_formula("[k0]", chain)
    assert caught.value.code == "E-LIMIT"
